"""What a person must decide, what of it the coordinators were told, and what was decided. An item's number is its row's id."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from bot.decision.facts import OpenItem
from bot.decision.model import ReviewItem
from bot.store.files.journal import Line, mark
from bot.store.values import as_list


def close_review(db: Database, submission: int, done_at: str, decision: str, by: str) -> None:
    """What this version itself was to be looked at for; others of the same form stay."""
    sql = "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE done_at IS NULL AND submission = ?"
    db.execute(sql, [done_at, decision, by, submission])


def close_failed(db: Database, mail: int, done_at: str) -> None:
    """The mail could be worked off after all."""
    sql = "UPDATE review SET done_at = ?, decision = 'done' WHERE mail = ? AND reason = 'failed' AND done_at IS NULL"
    db.execute(sql, [done_at, mail])


def close_reviews(db: Database, submission: int, done_at: str, decision: str, by: str, *, all_of_it: bool) -> None:
    """What any version of the form was to be looked at for; where it is *all_of_it* (it is gone), those that still wait, too, but not the words that came
    with it: nobody has read them yet."""
    sql = """UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE done_at IS NULL AND submission IN
        (SELECT id FROM submission WHERE ref = (SELECT ref FROM submission WHERE id = ?) AND (? OR status != 'held'))
        AND NOT (? AND reason = 'words')"""
    db.execute(sql, [done_at, decision, by, submission, all_of_it, all_of_it])


def close_items(db: Database, numbers: Iterable[int], done_at: str, decision: str, by: str) -> None:
    for number in numbers:
        sql = "UPDATE review SET done_at = ?, decision = ?, closed_by = ? WHERE done_at IS NULL AND id = ?"
        db.execute(sql, [done_at, decision, by, number])


def add_review(
    db: Database, mail: int, item: ReviewItem, created_at: str, submission: int | None = None, words: str = ""
) -> None:
    """*words*: what the sender wrote. An item that is there already is not added again; a number is never given twice."""
    sql = """INSERT INTO review (id, mail, submission, reason, detail, path, created_at, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mail, reason, path) DO NOTHING"""
    number = number_for(db, mail, item)
    db.execute(sql, [number, mail, submission, item.reason, item.detail, item.path, created_at, words])


def number_for(db: Database, mail: int, item: ReviewItem) -> int:
    """The number that the item had before the database was rebuilt, else a new one."""
    sha256 = db.execute("SELECT sha256 FROM mail WHERE id = ?", [mail]).fetchone()[0]
    given = "SELECT number FROM given_number WHERE mark = ? AND number NOT IN (SELECT id FROM review)"
    if row := db.execute(given, [mark_of(sha256, item.reason, item.path)]).fetchone():
        return int(row[0])
    sql = """SELECT 1 + max(coalesce((SELECT max(id) FROM review), 0), coalesce((SELECT max(review) FROM told_item), 0),
        coalesce((SELECT max(number) FROM given_number), 0))"""
    return int(db.execute(sql).fetchone()[0])


def mark_of(sha256: str, reason: str, path: str) -> str:
    return mark(f"{sha256}:{reason}:{path}")


def numbers_of(db: Database, mail: int, sha256: str) -> dict[str, int]:
    """The items of one mail as the journal keeps them: mark -> number."""
    rows = db.query("SELECT id, reason, path FROM review WHERE mail = ?", [mail])
    return {mark_of(sha256, row["reason"], row["path"]): int(row["id"]) for row in rows}


def note_journal(db: Database, lines: Iterable[Line]) -> None:
    """Keep what the journal tells of items: their numbers (of two that claim one the later is right) and which notice told them."""
    for line in lines:
        for key, number in line.get("items", {}).items():
            db.execute("INSERT OR REPLACE INTO given_number VALUES (?, ?)", [key, number])
        for message_id, numbers in line.get("told", {}).items():
            note_told(db, message_id, numbers)


def told_by(lines: Iterable[Line]) -> dict[str, dict[str, Any]]:
    """All that the journal's lines tell of items, as one line has it."""
    found: dict[str, dict[str, Any]] = {"items": {}, "told": {}}
    for line in lines:
        for key, told in found.items():
            told.update(line.get(key, {}))
    return found


def note_told(db: Database, message_id: str, numbers: Iterable[int]) -> None:
    for number in numbers:
        db.execute("INSERT OR IGNORE INTO told_item VALUES (?, ?)", [message_id, number])


def told_in(db: Database, message_ids: Sequence[str]) -> tuple[int, ...]:
    """The items that our notices with these ids told, in their order."""
    sql = "SELECT DISTINCT review FROM told_item WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY review"
    return tuple(row["review"] for row in db.query(sql, [as_list(message_ids[:50])]))


# The answer that the mail got tells where its sender is to be answered; letters that it caused to others do not.
ITEMS = """SELECT r.id, r.mail, r.submission, r.reason, r.detail, r.path, r.words, r.created_at, r.done_at, r.closed_by, r.decision,
    m.from_addr, m.subject,
    coalesce(s.ref, m.ref) AS ref,
    coalesce(nullif(s.unit, ''), (SELECT c.unit FROM submission c WHERE c.ref = m.ref AND c.is_current AND c.unit != ''), m.unit) AS unit, coalesce(s.status, '') AS status,
    coalesce((SELECT o.to_addr FROM outbox o WHERE o.mail = r.mail AND o.template NOT IN ('notice', 'returned') ORDER BY o.id LIMIT 1), '') AS answered
  FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission WHERE {} ORDER BY r.id"""


def items(db: Database, where: str, values: Sequence[object] = ()) -> tuple[OpenItem, ...]:
    return tuple(
        OpenItem(
            id=row["id"],
            reason=row["reason"],
            ref=row["ref"],
            unit=row["unit"] if "@" not in row["unit"] else "",
            sender=row["from_addr"],
            answer_to=row["answered"] or row["from_addr"],
            subject=row["subject"],
            mail=row["mail"],
            detail=row["detail"],
            path=row["path"],
            words=row["words"],
            since=row["created_at"],
            submission=row["submission"],
            status=row["status"],
            is_closed=row["done_at"] is not None,
            closed_at=row["done_at"] or "",
            closed_by=row["closed_by"],
            decision=row["decision"],
        )
        for row in db.query(ITEMS.format(where), list(values))
    )


def items_about(db: Database, numbers: Sequence[int], refs: Sequence[str]) -> tuple[OpenItem, ...]:
    """Everything that is open, and what is closed of these numbers and references."""
    return items(
        db,
        """r.done_at IS NULL OR r.id IN (SELECT value FROM json_each(?))
        OR coalesce(s.ref, m.ref) IN (SELECT value FROM json_each(?))""",
        [json.dumps(numbers), json.dumps(refs)],
    )


def untold(db: Database) -> tuple[OpenItem, ...]:
    """Open items that no notice told yet."""
    return items(db, "r.done_at IS NULL AND NOT EXISTS (SELECT 1 FROM told_item t WHERE t.review = r.id)")


def unread_of(db: Database, from_addr: str) -> tuple[OpenItem, ...]:
    """What waits for a person because this sender's files could not be opened, were blank forms, or none at all."""
    return items(
        db, "r.done_at IS NULL AND m.from_addr = ? AND r.reason IN ('unreadable', 'blank', 'no_form')", [from_addr]
    )


def asked_away(db: Database, mails: Sequence[int]) -> list[tuple[int, bool]]:
    """Open items of these mails in which somebody asked for a withdrawal, and whether he named the form."""
    if not mails:
        return []
    sql = """SELECT id, submission IS NOT NULL AS is_named FROM review WHERE done_at IS NULL AND reason = 'withdrawal'
        AND mail IN (SELECT value FROM json_each(?)) ORDER BY id"""
    return [(row["id"], bool(row["is_named"])) for row in db.query(sql, [json.dumps(list(mails))])]


def open_reviews(db: Database) -> list[dict[str, Any]]:
    sql = """SELECT r.id, r.mail, r.submission, r.reason, r.detail, r.path, r.created_at, m.from_addr, m.subject, m.received_at, s.ref, s.unit, s.title
        FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission WHERE r.done_at IS NULL ORDER BY r.id"""
    return list(db.query(sql))
