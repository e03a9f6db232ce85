"""Units that said that they have nothing to report: they count as reported until a form of theirs comes."""

from __future__ import annotations

from sqlite_utils import Database


def report_nil(db: Database, unit: str, at: str, mail: int) -> None:
    """*unit* has nothing to report, as *mail*, received *at* (ISO text), says: its own letter or a coordinator's word."""
    db.execute("INSERT OR REPLACE INTO nil_report (unit, at, mail) VALUES (?, ?, ?)", [unit, at, mail])
