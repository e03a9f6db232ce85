"""One reference with all its versions, and the letters in and out that are about it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlite_utils import Database

from bot.decision.facts import KnownSubmission
from bot.store.forms import submissions

Row = dict[str, Any]
VERSIONS = "SELECT id, received_at, is_current FROM submission WHERE ref = ? ORDER BY version"
# A mail belongs here by what it brought, or by what it is about.
LETTERS = """
SELECT id, received_at, from_addr, subject, outcome, why FROM mail
WHERE id IN (SELECT mail FROM submission WHERE ref = :ref) OR ref = :ref ORDER BY received_at DESC, id DESC LIMIT :most"""
ANSWERS = """
SELECT id, mail, kind, to_addr, subject, status, created_at, sent_at, last_error FROM outbox
WHERE mail IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC, id DESC LIMIT ?"""
MOST_LETTERS = 60


class Stored(Struct, frozen=True):
    """One version; ``received_at`` as ISO text."""

    form: KnownSubmission
    received_at: str
    is_current: bool


def versions(db: Database, ref: str) -> list[Stored]:
    """Oldest first; none for a reference that was never given out."""
    found = list(db.query(VERSIONS, [ref]))
    return [Stored(submissions.version(db, row["id"]), row["received_at"], bool(row["is_current"])) for row in found]


def letters(db: Database, ref: str) -> list[Row]:
    """The newest first."""
    return list(db.query(LETTERS, {"ref": ref, "most": MOST_LETTERS}))


def answers(db: Database, mails: Sequence[int]) -> list[Row]:
    """What we wrote in answer to these mails, or because of them."""
    return list(db.query(ANSWERS, [json.dumps(list(mails)), MOST_LETTERS]))
