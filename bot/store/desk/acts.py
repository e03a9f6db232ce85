"""What coordinators did, by mail or at the desk: who, when, what it came to, and the rows that it changed, before and after."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlite_utils import Database

from bot.decision.facts import PastAct
from bot.decision.states import Status
from bot.store.values import as_list, put_row

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
    "roster_overlay": ("value", "kind, unit, at, by_addr, mail", "unit IN (SELECT value FROM json_each(:units))"),
}
OF_UNITS = (
    "nil_report",
    "roster_overlay",
)  # of these an act keeps only what it changed: one about a unit is none about all of it


def snapshot(db: Database, refs: Iterable[str], items: Iterable[int], units: Iterable[str]) -> dict[str, Any]:
    """How the rows stand now that acts about these references, items and units may change."""
    about = {"refs": as_list(refs), "items": as_list(items), "units": as_list(units)}
    found: dict[str, Any] = {}
    for table, (key, columns, where) in LOOKED_AT.items():
        rows = db.query(f"SELECT {key} AS key, {columns} FROM {table} WHERE {where}", about)
        found[table] = {str(row.pop("key")): row for row in rows}
    return found


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
    before, after = changed_only(before, snapshot(db, refs, items, units)) if before else ({}, {})
    row = {
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
        "after": json.dumps(after, ensure_ascii=False),
    }
    put_row(db, "office_act", row, "INSERT OR REPLACE")


def changed_only(before: Snapshot, after: Snapshot) -> tuple[Snapshot, Snapshot]:
    same = {(table, key) for table in OF_UNITS for key, row in before[table].items() if after[table].get(key) == row}
    one, two = (
        {table: {key: row for key, row in rows.items() if (table, key) not in same} for table, rows in state.items()}
        for state in (before, after)
    )
    return one, two


PAST = """SELECT m.sha256 AS key, a.at, a.by_addr, a.told, a.undone_by IS NOT NULL AS is_undone FROM office_act a JOIN mail m ON m.id = a.mail WHERE {} ORDER BY a.at DESC, a.mail DESC"""


def last_about(db: Database, refs: Iterable[str], items: Iterable[int]) -> tuple[PastAct, ...]:
    """What was done last of any of these, newest first."""
    where = """a.told != '[]' AND (EXISTS (SELECT 1 FROM json_each(a.refs) WHERE value IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM json_each(a.items) WHERE value IN (SELECT value FROM json_each(?))))"""
    return told_in(db.query(f"{PAST.format(where)} LIMIT 5", [as_list(refs), as_list(items)]))


def newest(db: Database, most: int) -> tuple[PastAct, ...]:
    """What was done last at all."""
    return told_in(db.query(PAST.format("a.told != '[]'") + " LIMIT ?", [most]))


def told_in(rows: Iterable[Mapping[str, Any]]) -> tuple[PastAct, ...]:
    return tuple(
        PastAct(row["key"], row["at"], row["by_addr"], tuple(json.loads(row["told"])), is_undone=bool(row["is_undone"]))
        for row in rows
    )


def find(db: Database, key: str) -> PastAct | None:
    """One act by the hash of its mail, with what undoing it must know."""
    sql = """SELECT m.sha256 AS key, a.* FROM office_act a JOIN mail m ON m.id = a.mail WHERE m.sha256 = ?"""
    row = next(db.query(sql, [key]), None)
    return past_act(db, row) if row else None


def since(db: Database, at: str) -> list[PastAct]:
    """What was done since *at* (ISO text), newest first."""
    sql = """SELECT m.sha256 AS key, a.* FROM office_act a JOIN mail m ON m.id = a.mail
        WHERE a.at >= ? AND a.told != '[]' ORDER BY a.at DESC, a.mail DESC"""
    return [past_act(db, row) for row in list(db.query(sql, [at]))]


def past_act(db: Database, row: Mapping[str, Any]) -> PastAct:
    refs, items, units = (json.loads(row[name]) for name in ("refs", "items", "units"))
    before, after = json.loads(row["before"]), json.loads(row["after"])
    forms = "SELECT id, ref FROM submission WHERE ref IN (SELECT value FROM json_each(?))"
    ref_of = {str(one["id"]): one["ref"] for one in db.query(forms, [as_list(refs)])}
    stood = before.get("submission", {}).items()
    letters = "SELECT to_addr, status, doubts FROM outbox WHERE mail = ? AND to_addr != ? ORDER BY id"
    return PastAct(
        key=row["key"],
        at=row["at"],
        by=row["by_addr"],
        told=tuple(json.loads(row["told"])),
        mail=row["mail"],
        deeds=tuple(json.loads(row["deeds"])),
        refs=tuple(refs),
        items=tuple(items),
        units=tuple(units),
        was=tuple((ref_of[key], Status(one["status"]), one["unit"]) for key, one in stood if one["is_current"]),
        letters=tuple(
            (one["to_addr"], one["status"] != "queued" or one["doubts"] > 0)
            for one in db.query(letters, [row["mail"], row["by_addr"]])
        ),
        stands=still_stands(snapshot(db, refs, items, units), after) and is_free(db, before, after),
        is_undone=row["undone_by"] is not None,
    )


def still_stands(now: Snapshot, after: Snapshot) -> bool:
    """Whether the rows that an act left are as it left them, and no version was added to its forms."""
    same = all(now[table].get(key) == row for table, rows in after.items() for key, row in rows.items())
    return same and set(now["submission"]) == set(after.get("submission", {}))


def is_free(db: Database, before: Snapshot, after: Snapshot) -> bool:
    """Whether no unit has been given since what an act took from one."""
    gone = set(before.get("roster_overlay", {})) - set(after.get("roster_overlay", {}))
    sql = "SELECT 1 FROM roster_overlay WHERE value IN (SELECT value FROM json_each(?))"
    return db.execute(sql, [as_list(gone)]).fetchone() is None


def take_back(db: Database, mail: int, undone_by: int) -> None:
    """Every row as it was before the act of *mail*; a version that it added is no longer in force."""
    row = next(db.query("SELECT before, after FROM office_act WHERE mail = ?", [mail]))
    before, after = json.loads(row["before"]), json.loads(row["after"])
    for key in set(after["submission"]) - set(before["submission"]):
        db.execute("UPDATE submission SET is_current = 0, status = ? WHERE id = ?", [Status.REJECTED, key])
    for key, one in before["submission"].items():
        sql = """UPDATE submission SET is_current = ?, status = ?, unit = ?,
            content = CASE WHEN ? IS NULL THEN json_remove(content, '$.decided') ELSE json_set(content, '$.decided', json(?)) END WHERE id = ?"""
        db.execute(sql, [one["is_current"], one["status"], one["unit"], one["decided"], one["decided"], key])
    for key, one in before["review"].items():
        sql = "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE id = ?"
        db.execute(sql, [one["done_at"], one["decision"], one["closed_by"], key])
    for key, one in before["waiting"].items():
        db.execute("UPDATE waiting SET done_at = ?, outcome = ? WHERE id = ?", [one["done_at"], one["outcome"], key])
    for unit in after["nil_report"]:
        db.execute("DELETE FROM nil_report WHERE unit = ?", [unit])
    for unit, one in before["nil_report"].items():
        db.execute("INSERT INTO nil_report (unit, at, mail) VALUES (?, ?, ?)", [unit, one["at"], one["mail"]])
    for value in after.get("roster_overlay", {}):
        db.execute("DELETE FROM roster_overlay WHERE value = ?", [value])
    for value, one in before.get("roster_overlay", {}).items():
        sql = "INSERT INTO roster_overlay (value, kind, unit, at, by_addr, mail) VALUES (?, ?, ?, ?, ?, ?)"
        db.execute(sql, [value, one["kind"], one["unit"], one["at"], one["by_addr"], one["mail"]])
    db.execute("UPDATE office_act SET undone_by = ? WHERE mail = ?", [undone_by, mail])


def told_of(db: Database, mail: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What an act came to, and what of it was not done; None where it is still to be worked off."""
    row = db.execute("SELECT told, faults FROM office_act WHERE mail = ?", [mail]).fetchone()
    return (tuple(json.loads(row[0])), tuple(json.loads(row[1]))) if row else None
