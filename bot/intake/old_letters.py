"""Letters of a store that is older than the search: read once more for their words alone, a few with each cycle."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from bot.base.expressions import Later
from bot.documents.errors import ReaderError
from bot.intake.parts import Parts
from bot.store import mails
from bot.store.files.raw import RawMailLost
from bot.store.lists import search

if TYPE_CHECKING:
    from bot.message import parse
else:
    parse = Later("bot.message.parse")

AT_ONCE = 20  # in one transaction


def read_old_letters(parts: Parts, stop: threading.Event, seconds: float) -> None:
    """Until all are read, *stop* is set or the time is over."""
    until = time.monotonic() + seconds
    while (batch := search.unread(parts.store.db, AT_ONCE)) and time.monotonic() < until and not stop.is_set():
        said = [(mail, *said_in(parts, mail)) for mail in batch]
        with parts.store.transaction() as db:
            for mail, sender, files, words in said:
                search.say(db, mail, sender, [*files, *search.names(db, mail)], words)


def said_in(parts: Parts, mail: int) -> tuple[str, list[str], str]:
    """Writer's name, files and new words; nothing where the mail cannot be read any more."""
    rules = parts.reading
    try:
        raw = parts.store.raw.get(mails.stored_mail(parts.store.db, mail).sha256)
        message = parts.guard.run(parse.parse_message, raw, rules.own, seconds=rules.limits.seconds)
    except (ReaderError, RawMailLost):
        return "", [], ""
    return message.sender.name, [part.name for part in message.parts if part.name], message.new_text
