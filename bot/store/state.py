"""Small facts that outlive the process: when the last poll was, whether sending is paused, which digest went out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.store.files.journal import Journal

LAST_POLL = "last_good_poll"
LAST_FAULT = "last_fault"
READING_FAULT = "reading_fault"  # why mails are not read: the cluster cannot be used
FOLDER_FAULT = "folder_fault"  # further folders that could not be read with the last poll
FILING_FAULT = "filing_fault"  # what the server did not mark or move
STARTED = "first_started_at"
# Which store this is, of which mailbox, and how far it has come (``store.marker``).
STORE_ID = "store_id"
STORE_MAILBOX = "store_mailbox"
GENERATION = "generation"
PAUSED_UNTIL = "smtp_paused_until"
# Mails that came before this moment may have been answered already: their answers are not sent.
ANSWERED_UNTIL = "answered_until"
PAUSE_REASON = "smtp_pause_reason"
PAUSED_LOGIN = "smtp_paused_login"  # where a login was refused: which (a hash); another one is tried at once
CAMPAIGN_TOLD = "campaign_told"  # what the journal was told of the campaign
SERVER_WRITES = (
    "server_writes_results"  # a mail was seen into which our server wrote what it found out about the sender
)
LAST_NOTICE = "last_notice"  # to the coordinators, of what waits for them
URGENT_TOLD = "urgent_told"  # what is wrong that they were told at once; empty where nothing is
SMTP_FAULT = "smtp_fault"
ADMIN_TOLD = "admin_told"  # what is wrong that the admin was told
SIGN_OF_LIFE = "sign_of_life"  # the Monday of which the admin was told that the bot lives
CONFIG_FAULT = "config_fault"  # why a changed configuration was not taken up
SMTP_RETRY_AT = "smtp_retry_at"
# A refused IMAP login: until when it is not repeated, for which name and password (a hash), and what was said.
POLL_PAUSED_UNTIL = "imap_paused_until"
POLL_PAUSED_LOGIN = "imap_paused_login"
POLL_PAUSE_REASON = "imap_pause_reason"
# A pause lasts until shortly after midnight at most. One that reaches further was laid down by a clock that was wrong.
LONGEST_PAUSE = timedelta(hours=26)
# A digest that went out further ahead than this was sent by a clock that was wrong. A clock corrected by seconds or hours repeats none.
CORRECTION = timedelta(days=1)


def get(db: Database, key: str) -> str:
    row = db.execute("SELECT value FROM state WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""


def put(db: Database, key: str, value: str) -> None:
    if get(db, key) != value:
        db.execute("INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [key, value])


def moment(db: Database, key: str) -> datetime | None:
    text = get(db, key)
    return datetime.fromisoformat(text) if text else None


def pause(db: Database, key: str, now: datetime) -> datetime | None:
    """Until when the pause *key* lasts; None where there is none now."""
    until = moment(db, key)
    return until if until is not None and now < until <= now + LONGEST_PAUSE else None


def is_answered(db: Database, received_at: str) -> bool:
    """Whether a mail of this moment (ISO text) may have been answered before the database was rebuilt or restored."""
    until = moment(db, ANSWERED_UNTIL)
    return until is not None and datetime.fromisoformat(received_at) < until


def sent_slots(db: Database, now: datetime) -> dict[str, str]:
    """Key of each digest slot that was dealt with -> when. What was dealt with long after *now*, by a clock that was wrong, does not count."""
    sql = "SELECT slot, sent_at FROM digest_slot WHERE sent_at <= ?"
    return {row["slot"]: row["sent_at"] for row in db.query(sql, [(now + CORRECTION).isoformat()])}


def is_noted(db: Database, slot: str) -> bool:
    """Whether the slot was dealt with at any moment, be it one that is still to come."""
    return bool(db.execute("SELECT count(*) FROM digest_slot WHERE slot = ?", [slot]).fetchone()[0])


def last_figures(db: Database, deadline: str, now: datetime) -> tuple[str, Mapping[str, Any]] | None:
    """When the newest digest of this deadline went out, and its figures."""
    sql = """SELECT sent_at, figures FROM digest_slot
        WHERE slot LIKE ? || '|%' AND figures != '{}' AND sent_at <= ? ORDER BY sent_at DESC LIMIT 1"""
    row = next(db.query(sql, [deadline, (now + CORRECTION).isoformat()]), None)
    return (row["sent_at"], json.loads(row["figures"])) if row else None


def put_slot(db: Database, slot: str, sent_at: str, figures: Mapping[str, Any]) -> None:
    sql = "INSERT OR REPLACE INTO digest_slot VALUES (?, ?, ?)"
    db.execute(sql, [slot, sent_at, json.dumps(figures, ensure_ascii=False)])


def tell_campaign(db: Database, journal: Journal, settings: Mapping[str, Any], now: str) -> None:
    """Note in the journal which campaign the store is of, where it does not say so yet: a rebuild reads each mail with the forms of its time."""
    text = json.dumps(settings, ensure_ascii=False, sort_keys=True)
    if get(db, CAMPAIGN_TOLD) == text:
        return
    is_first = not get(db, CAMPAIGN_TOLD)
    for row in list(db.query("SELECT name, since, is_active FROM campaign ORDER BY is_active, since")):
        if row["is_active"]:
            journal.entered(row["name"], row["since"] if is_first else now, settings)
        elif is_first:
            journal.entered(row["name"], row["since"], {})
    put(db, CAMPAIGN_TOLD, text)


def enter_campaign(db: Database, name: str, title: str, now: str) -> str:
    """From *now* (ISO text) on the store is of the campaign *name*; returns the name of the one that it was of before, empty where that is the same.

    The first campaign of a store has been there from the beginning. Another one's
    forms stay, by its name, and count no more; whoever goes back finds them as they stood. Call inside a transaction.
    """
    active = db.execute("SELECT name FROM campaign WHERE is_active").fetchone()
    if active is None:
        db.execute("INSERT INTO campaign VALUES (?, ?, '', 1)", [name, title])
        return ""
    before = str(active[0])
    if before == name:
        db.execute("UPDATE campaign SET title = ? WHERE name = ?", [title, name])
        return ""
    db.execute(
        "UPDATE submission SET was_current = is_current, is_current = 0, campaign = ? WHERE campaign = ''", [before]
    )
    db.execute("UPDATE submission SET is_current = was_current, campaign = '' WHERE campaign = ?", [name])
    db.execute("UPDATE campaign SET is_active = 0")
    sql = "INSERT INTO campaign VALUES (?, ?, ?, 1) ON CONFLICT (name) DO UPDATE SET title = excluded.title, is_active = 1"
    db.execute(sql, [name, title, now])
    return before
