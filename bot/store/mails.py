"""Mails as they come in: where they lie, what they are, what is still to be worked off."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from msgspec import Struct
from sqlite_utils import Database

from bot.decision.states import Outcome

DESK = "(desk)"  # the folder of what was done at the desk, which no server has


class Place(Struct, frozen=True):
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


class StoredMail(Struct, frozen=True):
    """A mail that is safely on disk. ``received_at`` is ISO text; ``is_partial`` where only its header was fetched (too large)."""

    id: int
    sha256: str
    received_at: str
    folder: str
    is_partial: bool
    attempts: int


def add_mail(db: Database, folder: str, sha256: str, received_at: str, *, is_partial: bool = False) -> int:
    """Register a mail whose bytes are on disk; returns its id. The same bytes are one mail, wherever they lie."""
    db.execute(
        "INSERT INTO mail (sha256, received_at, folder, is_partial) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        [sha256, received_at, folder, int(is_partial)],
    )
    return int(db.execute("SELECT id FROM mail WHERE sha256 = ?", [sha256]).fetchone()[0])


def take_in(
    db: Database,
    place: Place,
    sha256: str,
    received_at: str,
    *,
    is_partial: bool = False,
    internal_date: datetime | None = None,
) -> int:
    """Register a mail that lies at *place* now, whatever lay there before; returns its id. *internal_date* as the server gave it."""
    mail = add_mail(db, place.folder, sha256, received_at, is_partial=is_partial)
    came = internal_date.isoformat(timespec="seconds") if internal_date else ""
    db.execute(
        """INSERT INTO arrival (mailbox, folder, uidvalidity, uid, mail, internal_date) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET mail = excluded.mail, internal_date = excluded.internal_date, filed = filed AND mail = excluded.mail""",
        [place.mailbox, place.folder, place.uidvalidity, place.uid, mail, came],
    )
    return mail


def pending(db: Database) -> list[int]:
    """Ids of the mails that are stored but not worked off yet, oldest first."""
    return [int(row["id"]) for row in db.query("SELECT id FROM mail WHERE outcome IS NULL ORDER BY received_at, id")]


def stored_mail(db: Database, mail: int) -> StoredMail:
    row = next(db.query("SELECT id, sha256, received_at, folder, is_partial, attempts FROM mail WHERE id = ?", [mail]))
    return StoredMail(
        row["id"], row["sha256"], row["received_at"], row["folder"], bool(row["is_partial"]), row["attempts"]
    )


def outcome_of(db: Database, mail: int) -> Outcome | None:
    """None where it is still to be worked off."""
    told = db.execute("SELECT outcome FROM mail WHERE id = ?", [mail]).fetchone()[0]
    return Outcome(told) if told else None


def with_id(db: Database, message_id: str) -> int | None:
    """The row of the act at the desk with this id."""
    sql = f"SELECT id FROM mail WHERE folder = '{DESK}' AND message_id != '' AND message_id = ?"
    row = db.execute(sql, [message_id]).fetchone()
    return int(row[0]) if row else None


def count_attempt(db: Database, mail: int, by: int = 1) -> None:
    db.execute("UPDATE mail SET attempts = attempts + ? WHERE id = ?", [by, mail])


def describe(
    db: Database,
    mail: int,
    *,
    message_id: str,
    other_ids: Sequence[str],
    from_addr: str,
    subject: str,
    content_key: str,
    unit: str = "",
    alike: str = "",
    sent_at: datetime | None = None,
    taken_at: datetime | None = None,
) -> None:
    """What the mail's header says, for queries and for finding it by thread; whose mail it is (empty where nobody knows), by what others are like it,
    when the sender says that it was sent and when the receiving server says that it had it."""
    at = [one.astimezone(UTC).isoformat() if one else "" for one in (sent_at, taken_at)]
    db.execute(
        "UPDATE mail SET message_id = ?, other_ids = ?, from_addr = ?, subject = ?, content_key = ?, unit = ?, alike = ?, sent_at = ?, taken_at = ? WHERE id = ?",
        [message_id, json.dumps(list(other_ids)), from_addr, subject, content_key, unit, alike, *at, mail],
    )


def count_alike(db: Database, mail: int, alike: str) -> int:
    """Answered mails of the same sender that say the same but for digits and days."""
    if not alike:
        return 0
    # The index holds those that have one, which SQLite must be told.
    sql = "SELECT count(*) FROM mail m WHERE alike = ? AND alike != '' AND id != ? AND EXISTS (SELECT 1 FROM outbox o WHERE o.mail = m.id)"
    return int(db.execute(sql, [alike, mail]).fetchone()[0])


def close_mail(db: Database, mail: int, outcome: Outcome, why: str = "", ref: str = "") -> None:
    db.execute("UPDATE mail SET outcome = ?, why = ?, ref = ? WHERE id = ?", [outcome, why, ref, mail])


def is_stand_in(db: Database, mail: int) -> bool:
    """Whether *mail* only stands for one that the server does not give."""
    return db.execute("SELECT 1 FROM unfetched WHERE mail = ?", [mail]).fetchone() is not None


def supersede(db: Database, mail: int, at: str) -> None:
    """*mail* only stood for one that was not to be had then and has come since: nobody need look at it any more."""
    close_mail(db, mail, Outcome.IGNORED, "duplicate: fetched later")
    db.execute("UPDATE review SET done_at = ?, decision = 'done' WHERE mail = ? AND done_at IS NULL", [at, mail])


def same_content(db: Database, mail: int, content_key: str) -> int | None:
    """A mail with the same content (sent on by another server, other Received lines) that was worked off before, None where there is none.

    Its id may be the higher one: of two copies in two folders the one taken in later may have come earlier.
    """
    if not content_key:
        return None
    sql = "SELECT min(id) FROM mail WHERE content_key = ? AND id != ? AND outcome IS NOT NULL"
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
    """Mails that the server did not give yet and that are not left to a person."""
    return int(db.execute("SELECT count(*) FROM unfetched WHERE mail IS NULL").fetchone()[0])


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
