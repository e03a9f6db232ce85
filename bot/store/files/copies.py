"""The dated copies of the database, at most one a day, in ``backups/`` below the store."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from bot.store.migrate import backup

FOLDER = "backups"


def dated_copies(root: Path) -> list[Path]:
    """Oldest first."""
    return sorted((root / FOLDER).glob("intake-*.db"))


def copy_of_today(connection: sqlite3.Connection, root: Path, today: date, keep: int) -> int:
    """Make it, and remove all but the newest *keep*; returns how many there are. What a crash left half-written is no copy."""
    unfinished = root / FOLDER / "unfinished.part"
    unfinished.unlink(missing_ok=True)
    backup(connection, unfinished)
    unfinished.replace(root / FOLDER / f"intake-{today:%Y%m%d}.db")
    copies = dated_copies(root)
    for old in copies[:-keep]:
        old.unlink()
    return min(len(copies), keep)


def renew(connection: sqlite3.Connection, root: Path) -> None:
    """All hold what was just forgotten: one of the present takes the place of them all."""
    for unfinished in (root / FOLDER / "unfinished.part", *(root / FOLDER).glob("*.new")):
        unfinished.unlink(missing_ok=True)
    copies = dated_copies(root)
    if not copies:
        return
    fresh = copies[-1].with_suffix(".new")
    backup(connection, fresh)
    fresh.replace(copies[-1])
    for old in copies[:-1]:
        old.unlink()
