"""Lists are answered by indexes: what one page costs must not grow with what lies on the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlite_utils import Database

from bot.store.database import Store
from bot.store.lists import activities, answers, everything, letters, units

# The mails' own bytes and texts must never be read for a list; indexes may be run along.
WHOLE = re.compile(r"SCAN (?:s|m|o|r|t|mail|submission|outbox|activity_row|review)\b(?! USING (?:COVERING )?INDEX)")
ASKED: list[Callable[[Database], object]] = [
    lambda db: activities.page(db, activities.Wanted()),
    lambda db: activities.page(db, activities.Wanted(words="科普", unit="甲", late=True, week=date(2023, 9, 11))),
    lambda db: activities.page(
        db, activities.Wanted(units=["甲", "乙"], choices={"audiences": "青少年"}, undated=True)
    ),
    lambda db: activities.page(db, activities.Wanted(state="unlisted", sort="people", descending=True)),
    lambda db: activities.page(db, activities.Wanted(state="withdrawn")),
    lambda db: letters.page(db, letters.Wanted()),
    lambda db: letters.page(db, letters.Wanted(words="科普")),
    lambda db: letters.page(db, letters.Wanted(outcome="failed")),
    lambda db: letters.page(db, letters.Wanted(outcome="pending")),
    lambda db: letters.page(db, letters.Wanted(unit="甲")),
    lambda db: letters.page(db, letters.Wanted(sender="a@example.com", is_open=True)),
    lambda db: letters.one(db, 1),
    lambda db: answers.page(db, answers.Wanted(words="a@example.com")),
    lambda db: answers.page(db, answers.Wanted(state="gave_up", kind="answer")),
    lambda db: answers.page(db, answers.Wanted(state="bounced")),
    lambda db: answers.counts(db),
    lambda db: answers.one(db, 1),
    lambda db: units.all_of(db),
    *(lambda db, shelf=shelf: everything.holding(db, shelf, "科普", 9) for shelf in ("form", "row", "mail")),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("lists") / "store")
    with store.transaction() as db:
        db.execute("INSERT INTO roster_unit VALUES ('甲', 1, '')")
        db.execute(
            "INSERT INTO mail (id, sha256, unit, received_at, outcome) VALUES (1, 'a', '甲', '2023-08-25', 'letter')"
        )
    return store


@pytest.mark.parametrize("ask", ASKED)
def test_no_list_reads_a_whole_table(store: Store, ask: Callable[[Database], object]) -> None:
    statements: list[str] = []
    store.connection.set_trace_callback(statements.append)
    ask(store.db)
    store.connection.set_trace_callback(None)
    asked = [one for one in statements if one.lstrip().startswith(("SELECT", "WITH"))]
    steps = [row[3] for one in asked for row in store.connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert steps
    assert [step for step in steps if WHOLE.match(step)] == []
