"""The queue of what goes to group robots beside the mail: rows of the table ``post``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlite_utils import Database

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=1)  # pauses after failures
GIVE_UP_AFTER = timedelta(days=1)  # what is older is no news


class Post(Struct, frozen=True):
    """``channel`` is the name of a configured channel; ``told`` plain JSON: title, count and items of unit and title."""

    id: int
    channel: str
    told: Mapping[str, Any]
    attempts: int
    created_at: str


def queue(db: Database, key: str, channels: Iterable[str], told: Mapping[str, Any], at: datetime) -> None:
    """In the transaction of the mail that says the same."""
    for channel in channels:
        sql = "INSERT OR IGNORE INTO post (dedupe_key, channel, told, created_at) VALUES (?, ?, ?, ?)"
        db.execute(sql, [f"{key}{channel}", channel, json.dumps(told, ensure_ascii=False), at.isoformat()])


def due(db: Database, now: datetime) -> list[Post]:
    """What lies due further ahead than any pause was laid down by a clock that was wrong."""
    sql = "SELECT id, channel, told, attempts, created_at FROM post WHERE status = 'queued' AND (due_at <= ? OR due_at > ?) ORDER BY id"
    rows = db.query(sql, [now.isoformat(), (now + LONGEST).isoformat()])
    return [Post(**{**row, "told": json.loads(row["told"])}) for row in rows]


def mark(db: Database, post: Post, error: str, now: datetime) -> None:
    """Sent where there is no *error*; else tried again after a pause, or given up."""
    if not error:
        db.execute(
            "UPDATE post SET status = 'sent', sent_at = ?, last_error = '' WHERE id = ?", [now.isoformat(), post.id]
        )
        return
    status = "gave_up" if now - datetime.fromisoformat(post.created_at) > GIVE_UP_AFTER else "queued"
    pause = min(FIRST * (1 << min(post.attempts, 10)), LONGEST)
    sql = "UPDATE post SET status = ?, attempts = attempts + 1, due_at = ?, last_error = ? WHERE id = ?"
    db.execute(sql, [status, (now + pause).isoformat(), error, post.id])


def failing(db: Database) -> list[tuple[str, str]]:
    """(channel, error) of what was tried in vain, each channel once."""
    sql = "SELECT channel, last_error, max(id) FROM post WHERE last_error != '' AND status != 'sent' GROUP BY channel ORDER BY channel"
    return [(row["channel"], row["last_error"]) for row in db.query(sql)]
