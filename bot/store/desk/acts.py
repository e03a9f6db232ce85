"""What coordinators did, by mail or at the desk: who, when, what it came to, and the rows that it changed, before and after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from bot.decision.facts import PastAct

Snapshot = Mapping[str, Mapping[str, Any]]
# The columns that an act may change, of the rows that it is about; by table, each row under its key.
LOOKED_AT = {
    "submission": (
        "id",
        "is_current, status, unit, content ->> '$.decided' AS decided",
        "ref IN (SELECT value FROM json_each(:refs))",
    ),
    "review": (
        "id",
        "done_at, decision, closed_by",
        """id IN (SELECT value FROM json_each(:items)) OR submission IN (SELECT id FROM submission
        WHERE ref IN (SELECT value FROM json_each(:refs)))""",
    ),
    "waiting": ("id", "done_at, outcome", "ref IN (SELECT value FROM json_each(:refs))"),
    "nil_report": ("unit", "at, mail", "unit IN (SELECT value FROM json_each(:units))"),
}


def snapshot(db: Database, refs: Iterable[str], items: Iterable[int], units: Iterable[str]) -> dict[str, Any]:
    """How the rows stand now that acts about these references, items and units may change."""
    about = {"refs": as_list(refs), "items": as_list(items), "units": as_list(units)}
    found: dict[str, Any] = {}
    for table, (key, columns, where) in LOOKED_AT.items():
        rows = db.query(f"SELECT {key} AS key, {columns} FROM {table} WHERE {where}", about)
        found[table] = {str(row.pop("key")): row for row in rows}
    return found


def as_list(values: Iterable[object]) -> str:
    return json.dumps(sorted(set(values)), ensure_ascii=False)


def note(
    db: Database,
    mail: int,
    at: str,
    by: str,
    deeds: Collection[str],
    told: Collection[str],
    faults: Collection[str],
    about: tuple[Collection[str], Collection[int], Collection[str]],
    before: Snapshot,
) -> None:
    """Inside the transaction of the act, when all else is written; *about*: references, items, units."""
    refs, items, units = about
    row: dict[str, object] = {
        "mail": mail,
        "at": at,
        "by_addr": by,
        "deeds": json.dumps(list(deeds)),
        "told": json.dumps(list(told), ensure_ascii=False),
        "faults": json.dumps(list(faults), ensure_ascii=False),
        "refs": as_list(refs),
        "items": as_list(items),
        "units": as_list(units),
        "before": json.dumps(before, ensure_ascii=False),
        "after": json.dumps(snapshot(db, refs, items, units) if before else {}, ensure_ascii=False),
    }
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT OR REPLACE INTO office_act ({', '.join(row)}) VALUES ({marks})", list(row.values()))


PAST = """SELECT m.sha256 AS key, a.at, a.by_addr, a.told FROM office_act a JOIN mail m ON m.id = a.mail WHERE {} ORDER BY a.at DESC, a.mail DESC"""


def last_about(db: Database, refs: Iterable[str], items: Iterable[int]) -> tuple[PastAct, ...]:
    """What was done last of any of these, newest first."""
    where = """a.told != '[]' AND (EXISTS (SELECT 1 FROM json_each(a.refs) WHERE value IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM json_each(a.items) WHERE value IN (SELECT value FROM json_each(?))))"""
    rows = db.query(f"{PAST.format(where)} LIMIT 5", [as_list(refs), as_list(items)])
    return tuple(PastAct(row["key"], row["at"], row["by_addr"], tuple(json.loads(row["told"]))) for row in rows)


def told_of(db: Database, mail: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What an act came to, and what of it was not done; None where it is still to be worked off."""
    row = db.execute("SELECT told, faults FROM office_act WHERE mail = ?", [mail]).fetchone()
    return (tuple(json.loads(row[0])), tuple(json.loads(row[1]))) if row else None
