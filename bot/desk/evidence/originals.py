"""The original that a value was read from: its bytes, found again by its path."""

from __future__ import annotations

import re
from functools import partial

from msgspec import Struct
from sqlite_utils import Database

from bot.desk.desk import Desk
from bot.documents.context import ReadContext
from bot.documents.formats.mails.read import blobs_of
from bot.documents.model import Blob, Document
from bot.documents.open import open_all, open_blob
from bot.intake.parts import Reading, reading_of
from bot.intake.story import letters_to
from bot.intake.understand import parsed
from bot.message.model import Message
from bot.store import mails
from bot.store.files.raw import RawStore

SAVED = "SELECT file FROM saved_file WHERE mail = ? AND path = ?"


class Original(Struct, frozen=True):
    """``blob`` is the file itself, or the mail's own text; None for a mail whose text alone is meant."""

    message: Message
    blob: Blob | None


def mail_of(path: str) -> int | None:
    """The mail in which the file of this path came."""
    found = re.match(r"(\d{1,18})\.eml(?:!/|$)", path)
    return int(found[1]) if found else None


def find(desk: Desk, db: Database, path: str) -> Original | None:
    """None where its mail or the file is not there any more. ``ReaderError`` or ``RawMailLost`` where it cannot be read."""
    number = mail_of(path)
    known = number is not None and db.execute("SELECT 1 FROM mail WHERE id = ?", [number]).fetchone()
    if number is None or not known:
        return None
    rules = reading_of(desk.settings, desk.definitions)
    message = letter(desk, db, number, rules)
    if path == f"{number}.eml":
        return Original(message, None)
    blobs = blobs_of(message, f"{number}.eml")
    blob = next((one for one in blobs if one.path == path), None) or saved(desk, db, number, path)
    if blob is None:  # the text of a mail within this one
        context = ReadContext(rules.limits, passwords=message.passwords, ocr=False)
        inner = next((one for one in open_all(blobs, desk.guard, context) if one.path == path), None)
        blob = Blob(path, inner.name, inner.data, is_body=inner.is_body) if inner else None
    return Original(message, blob) if blob else None


def letter(desk: Desk, db: Database, number: int, rules: Reading) -> Message:
    raw = RawStore(desk.settings.store.path / "raw").get(mails.stored_mail(db, number).sha256)
    return parsed(raw, desk.guard, rules, partial(letters_to, db, number))


def saved(desk: Desk, db: Database, number: int, path: str) -> Blob | None:
    """What was kept of a mail's attachments and of what lay in them."""
    row = db.execute(SAVED, [number, path]).fetchone()
    file = desk.settings.store.path / row[0] if row else None
    return Blob(path, path.rpartition("!/")[2], file.read_bytes()) if file and file.is_file() else None


def document_of(desk: Desk, original: Original) -> Document | None:
    """The original's text as it was read, but for pixels."""
    if original.blob is None:
        return None
    limits = desk.guard.limits
    context = ReadContext(limits, passwords=original.message.passwords, ocr=False)
    return desk.guard.run(open_blob, original.blob, context, seconds=limits.seconds).document
