"""Small facts that outlive the process: when the last poll was, whether sending is paused, which digest went out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

LAST_POLL = "last_good_poll"
LAST_FAULT = "last_fault"
FOLDER_FAULT = "folder_fault"  # further folders that could not be read with the last poll
STARTED = "first_started_at"
PAUSED_UNTIL = "smtp_paused_until"
# Mails that came before this moment may have been answered already: their answers are not sent.
ANSWERED_UNTIL = "answered_until"
PAUSE_REASON = "smtp_pause_reason"
POLL_PAUSED_UNTIL = "imap_paused_until"


def get(db: Database, key: str) -> str:
    row = db.execute("SELECT value FROM state WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""


def put(db: Database, key: str, value: str) -> None:
    db.execute("INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [key, value])


def moment(db: Database, key: str) -> datetime | None:
    text = get(db, key)
    return datetime.fromisoformat(text) if text else None


def is_answered(db: Database, received_at: str) -> bool:
    """Whether a mail of this moment (ISO text) may have been answered before the database was rebuilt or restored."""
    until = moment(db, ANSWERED_UNTIL)
    return until is not None and datetime.fromisoformat(received_at) < until


def sent_slots(db: Database) -> dict[str, str]:
    """Key of each digest slot that was dealt with -> when."""
    return {row["slot"]: row["sent_at"] for row in db.query("SELECT slot, sent_at FROM digest_slot")}


def last_figures(db: Database, deadline: str) -> tuple[str, Mapping[str, Any]] | None:
    """When the newest digest of this deadline went out, and its figures."""
    sql = "SELECT sent_at, figures FROM digest_slot WHERE slot LIKE ? || '|%' AND figures != '{}' ORDER BY sent_at DESC LIMIT 1"
    row = next(db.query(sql, [deadline]), None)
    return (row["sent_at"], json.loads(row["figures"])) if row else None


def put_slot(db: Database, slot: str, sent_at: str, figures: Mapping[str, Any]) -> None:
    db.execute("INSERT INTO digest_slot VALUES (?, ?, ?)", [slot, sent_at, json.dumps(figures, ensure_ascii=False)])
