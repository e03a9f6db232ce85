"""What a person must decide, and what was decided."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from bot.decision.model import ReviewItem


def close_review(db: Database, submission: int, done_at: str, decision: str, by: str) -> None:
    """What this version itself was to be looked at for; others of the same form stay."""
    sql = "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE done_at IS NULL AND submission = ?"
    db.execute(sql, [done_at, decision, by, submission])


def close_failed(db: Database, mail: int, done_at: str) -> None:
    """The mail could be worked off after all."""
    sql = "UPDATE review SET done_at = ?, decision = 'done' WHERE mail = ? AND reason = 'failed' AND done_at IS NULL"
    db.execute(sql, [done_at, mail])


def close_reviews(db: Database, submission: int, done_at: str, decision: str, by: str) -> None:
    db.execute(
        "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE done_at IS NULL AND submission IN (SELECT id FROM submission WHERE ref = (SELECT ref FROM submission WHERE id = ?))",
        [done_at, decision, by, submission],
    )


def add_review(
    db: Database, mail: int, item: ReviewItem, created_at: str, submission: int | None = None, words: str = ""
) -> None:
    """*words*: what the sender wrote."""
    db.execute(
        "INSERT OR IGNORE INTO review (mail, submission, reason, detail, path, created_at, words) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [mail, submission, item.reason, item.detail, item.path, created_at, words],
    )


def open_reviews(db: Database) -> list[dict[str, Any]]:
    sql = """SELECT r.id, r.mail, r.submission, r.reason, r.detail, r.path, r.created_at, m.from_addr, m.subject, m.received_at, s.ref, s.unit, s.title
        FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission WHERE r.done_at IS NULL ORDER BY r.id"""
    return list(db.query(sql))
