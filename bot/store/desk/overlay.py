"""What coordinators added to the roster at the desk: further names and addresses of its units. They count like those of the admin's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from bot.forms.units.roster import Added, Roster


def as_of_now(db: Database | sqlite3.Connection, roster: Roster) -> Roster:
    """*roster* with what the store adds to it at this moment. Those few rows are read each time, so that nobody need be told of a change; the units
    are gone through only where the rows have changed."""
    rows = db.execute("SELECT unit, kind, value FROM roster_overlay ORDER BY value").fetchall()
    return roster.with_added(tuple(Added(*row) for row in rows))


def add(db: Database, added: Iterable[Added], at: str, by: str, mail: int) -> None:
    for one in added:
        sql = "INSERT OR REPLACE INTO roster_overlay (value, kind, unit, at, by_addr, mail) VALUES (?, ?, ?, ?, ?, ?)"
        db.execute(sql, [one.value, one.kind, one.unit, at, by, mail])


def drop(db: Database, dropped: Iterable[Added]) -> None:
    for one in dropped:
        db.execute("DELETE FROM roster_overlay WHERE value = ?", [one.value])


def of_unit(db: Database, unit: str) -> list[dict[str, Any]]:
    """What was added to it, with who and when, the newest last."""
    sql = "SELECT kind, value, at, by_addr FROM roster_overlay WHERE unit = ? ORDER BY at, value"
    return list(db.query(sql, [unit]))
