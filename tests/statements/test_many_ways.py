"""One change, said as many clerks would say it, and what sounds like one and is none.

``ways.json`` is a grammar: names of fields and values, how a change is said, what leads up to it and what trails behind, and frames (``not_so``) in which nothing
changes: questions, conditions, denials, another's form, hearsay. ``no_values``: whole sentences of that kind.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from bot.message.body.quoting import new_text
from bot.statements.model import Said, Statement
from bot.statements.read import read_letter
from tests.statements.test_letters import CAMPAIGN, DEFINITIONS, comparable, lacking

WAYS: dict[str, Any] = json.loads(Path(__file__).with_name("ways.json").read_text("utf-8"))
ALL = list(WAYS["fields"])
CONTACTS = {"phone", "mobile", "email", "contact_person"}
MOST_MISSED = 0.03  # the measure of the letters


def statements(text: str, asked: list[str] | None) -> tuple[Statement, ...]:
    """*asked*: what our letter asked for, None where the letter is about no form that is known."""
    forms = [] if asked is None else [lacking(asked)]
    return read_letter(new_text(text).text, forms, DEFINITIONS, CAMPAIGN).statements


def certain(said: tuple[Statement, ...]) -> set[tuple[str, Any]]:
    return {
        (one.field, comparable(one.field, one.value))
        for one in said
        if one.kind in (Said.VALUE, Said.CHANGE)
        and one.certain
        and one.value is not None
        and one.field not in {"start_date", "end_date"}
    }


def sentence(chance: random.Random) -> tuple[str, str, Any, list[str] | None]:
    """A letter of one change, its field and value, and what was asked for."""
    key = chance.choice(ALL)
    field = WAYS["fields"][key]
    asked = chance.choice([[key], [key], [], None])
    if asked is None and key in CONTACTS:
        asked = []  # without a form it may be the unit's contact that changes
    written, value = chance.choice(field["values"])
    ways = "plainly" if asked and chance.random() < 0.5 else "changes"
    if ways == "changes" and field["olds"] and chance.random() < 0.3:
        ways = "changes_of_old"
    lead = chance.choice(WAYS["leads"])
    if key in CONTACTS and lead.startswith(("我校", "我局", "我馆", "本校", "本单位")):
        lead = ""  # so the unit's contact would be spoken of
    way = chance.choice(WAYS[ways])
    if lead.endswith(("把", "将")) and not way.startswith(("改", "更", "换", "变", "调", "统一", "临时改", "修改")):
        lead = ""
    old = chance.choice(field["olds"] or [""])
    said = way.format(v=written, o=old)
    trail = chance.choice(WAYS["trails"]).format(k=field["noun"])
    text = f"{lead}{chance.choice(field['labels'])}{said}{trail}{chance.choice(WAYS['signatures'])}"
    return text, key, value, asked


def test_a_change_said_in_many_ways_is_read() -> None:
    chance = random.Random(20230917)
    missed: list[str] = []
    for _ in range(600):
        text, key, value, asked = sentence(chance)
        found = certain(statements(text, asked))
        wanted = {(key, comparable(key, value))}
        assert found <= wanted, text
        missed += [text] if found != wanted else []
    assert len(missed) <= 600 * MOST_MISSED, missed


@pytest.mark.parametrize("frame", WAYS["not_so"])
def test_what_is_asked_denied_or_said_of_another_puts_in_no_value(frame: str) -> None:
    chance = random.Random(frame)
    for key in chance.sample(ALL, 3):
        field = WAYS["fields"][key]
        said = f"{field['labels'][0]}{chance.choice(['改为', '改成', '更正为'])}{field['values'][0][0]}"
        for asked in (ALL, [], None):
            text = frame.format(c=said)
            assert not certain(statements(text, asked)), (text, asked)


@pytest.mark.parametrize("text", WAYS["no_values"])
def test_what_sounds_like_a_change_and_is_none_puts_in_no_value(text: str) -> None:
    for asked in (sorted(CONTACTS | {"venue", "activity_time", "expected_public"}), [], None):
        assert not certain(statements(text, asked)), asked
