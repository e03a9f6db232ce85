"""Mails as they come in: what is known, how far each folder was read, what is still to be worked off."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies on the server."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int

    def as_text(self) -> str:
        """Folder and numbers as one ASCII text without «/», to be noted at the mail's bytes."""
        return f"{quote(self.folder, safe='')} {self.uidvalidity} {self.uid}"

    @classmethod
    def from_text(cls, mailbox: str, text: str) -> Place | None:
        """What ``as_text`` gave; None where it is nothing of the kind."""
        match = re.fullmatch(r"(\S+) (\d+) (\d+)", text)
        return cls(mailbox, unquote(match[1]), int(match[2]), int(match[3])) if match else None


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail that is safely on disk. ``received_at`` is ISO text; ``is_partial`` where only its header was fetched (too large)."""

    id: int
    sha256: str
    received_at: str
    folder: str
    is_partial: bool
    attempts: int


def last_uid(db: Database, mailbox: str, folder: str) -> tuple[int, int] | None:
    """(UIDVALIDITY, highest UID taken in) of the folder as it was read last; None before the first poll."""
    row = next(
        db.query(
            "SELECT uidvalidity, last_uid FROM cursor WHERE mailbox = ? AND folder = ? ORDER BY rowid DESC LIMIT 1",
            [mailbox, folder],
        ),
        None,
    )
    return (int(row["uidvalidity"]), int(row["last_uid"])) if row else None


def advance(db: Database, mailbox: str, folder: str, uidvalidity: int, uid: int) -> None:
    """Move the cursor up to *uid*, never back. A new UIDVALIDITY becomes the latest row."""
    db.execute(
        "INSERT INTO cursor VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET last_uid = max(last_uid, excluded.last_uid)",
        [mailbox, folder, uidvalidity, uid],
    )


def is_known(db: Database, place: Place) -> bool:
    sql = "SELECT 1 FROM arrival WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
    return db.execute(sql, [place.mailbox, place.folder, place.uidvalidity, place.uid]).fetchone() is not None


def came_at(db: Database, place: Place) -> datetime | None:
    """When the mail that is known at *place* came; None where none is known."""
    sql = """SELECT m.received_at FROM arrival a JOIN mail m ON m.id = a.mail
      WHERE a.mailbox = ? AND a.folder = ? AND a.uidvalidity = ? AND a.uid = ?"""
    row = db.execute(sql, [place.mailbox, place.folder, place.uidvalidity, place.uid]).fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def take_in(db: Database, place: Place, sha256: str, received_at: str, *, is_partial: bool = False) -> int:
    """Register a mail whose bytes are on disk; returns its id. The same bytes are one mail, wherever they lie."""
    db.execute(
        "INSERT INTO mail (sha256, received_at, folder, is_partial) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        [sha256, received_at, place.folder, int(is_partial)],
    )
    mail = int(db.execute("SELECT id FROM mail WHERE sha256 = ?", [sha256]).fetchone()[0])
    db.execute(
        "INSERT OR IGNORE INTO arrival (mailbox, folder, uidvalidity, uid, mail) VALUES (?, ?, ?, ?, ?)",
        [place.mailbox, place.folder, place.uidvalidity, place.uid, mail],
    )
    key = [place.mailbox, place.folder, place.uidvalidity, place.uid]
    db.execute("DELETE FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?", key)
    return mail


def note_unfetched(db: Database, place: Place, error: str) -> int:
    """A mail that the server did not give whole: it is asked for again with the next polls. Returns how often it failed."""
    key = [place.mailbox, place.folder, place.uidvalidity, place.uid]
    db.execute(
        "INSERT INTO unfetched VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET attempts = attempts + 1, error = excluded.error",
        [*key, error],
    )
    sql = "SELECT attempts FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?"
    return int(db.execute(sql, key).fetchone()[0])


def unfetched(db: Database, mailbox: str, folder: str, uidvalidity: int) -> list[int]:
    sql = "SELECT uid FROM unfetched WHERE mailbox = ? AND folder = ? AND uidvalidity = ? ORDER BY uid"
    return [int(row["uid"]) for row in db.query(sql, [mailbox, folder, uidvalidity])]


def pending(db: Database) -> list[int]:
    """Ids of the mails that are stored but not worked off yet, oldest first."""
    return [int(row["id"]) for row in db.query("SELECT id FROM mail WHERE outcome IS NULL ORDER BY received_at, id")]


def stored_mail(db: Database, mail: int) -> StoredMail:
    row = next(db.query("SELECT id, sha256, received_at, folder, is_partial, attempts FROM mail WHERE id = ?", [mail]))
    return StoredMail(
        row["id"], row["sha256"], row["received_at"], row["folder"], bool(row["is_partial"]), row["attempts"]
    )


def count_attempt(db: Database, mail: int) -> None:
    db.execute("UPDATE mail SET attempts = attempts + 1 WHERE id = ?", [mail])


def describe(
    db: Database,
    mail: int,
    *,
    message_id: str,
    other_ids: Sequence[str],
    from_addr: str,
    subject: str,
    content_key: str,
) -> None:
    """What the mail's header says, for queries and for finding it by thread."""
    db.execute(
        "UPDATE mail SET message_id = ?, other_ids = ?, from_addr = ?, subject = ?, content_key = ? WHERE id = ?",
        [message_id, json.dumps(list(other_ids)), from_addr, subject, content_key, mail],
    )


def close_mail(db: Database, mail: int, outcome: str, why: str = "", ref: str = "") -> None:
    db.execute("UPDATE mail SET outcome = ?, why = ?, ref = ? WHERE id = ?", [outcome, why, ref, mail])


def same_content(db: Database, mail: int, content_key: str) -> int | None:
    """An earlier mail with the same content (sent on by another server, other Received lines), None where there is none."""
    if not content_key:
        return None
    sql = "SELECT min(id) FROM mail WHERE content_key = ? AND id < ? AND outcome IS NOT NULL"
    found = db.execute(sql, [content_key, mail]).fetchone()[0]
    return int(found) if found is not None else None


def unfiled(db: Database, mailbox: str, folder: str, uidvalidity: int) -> list[tuple[int, str]]:
    """(UID, outcome) of worked-off mails that were not yet marked or moved on the server."""
    sql = """SELECT a.uid, m.outcome FROM arrival a JOIN mail m ON m.id = a.mail
        WHERE a.mailbox = ? AND a.folder = ? AND a.uidvalidity = ? AND NOT a.filed AND m.outcome IS NOT NULL ORDER BY a.uid"""
    return [(int(row["uid"]), str(row["outcome"])) for row in db.query(sql, [mailbox, folder, uidvalidity])]


def set_filed(db: Database, mailbox: str, folder: str, uidvalidity: int, uids: Sequence[int]) -> None:
    for uid in uids:
        db.execute(
            "UPDATE arrival SET filed = 1 WHERE mailbox = ? AND folder = ? AND uidvalidity = ? AND uid = ?",
            [mailbox, folder, uidvalidity, uid],
        )


def count_unfetched(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM unfetched").fetchone()[0])


def find(db: Database, wanted: Sequence[str], everything: bool) -> list[int]:
    """Ids of mails that were worked off, named by id or Message-ID, in the order in which they came."""
    if everything:
        rows = db.query("SELECT id FROM mail WHERE outcome IS NOT NULL ORDER BY received_at, id")
        return [int(row["id"]) for row in rows]
    found: list[int] = []
    for name in wanted:
        rows = db.query(
            "SELECT id FROM mail WHERE CAST(id AS TEXT) = ? OR message_id IN (?, ?)", [name, name, f"<{name}>"]
        )
        found += [int(row["id"]) for row in rows]
    return found
