"""What the worker is asked for: most mails in one call; what a letter says, against the forms that it may be about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.base.expressions import LaterCall
from bot.base.replacing import replace
from bot.decision.facts import Case, Heard, Known, Read
from bot.decision.words.about import forms_about, versions_about
from bot.decision.words.hearing import hear, words_of
from bot.documents.errors import ReaderError
from bot.documents.guard import Runner
from bot.intake.gather import gather
from bot.intake.parts import Parts, Reading, Understood
from bot.statements.model import Letter, Said, Statement
from bot.store.mails import StoredMail

if TYPE_CHECKING:
    from bot.intake.understand import read_whole, too_large
else:
    read_whole = LaterCall("bot.intake.understand", "read_whole", Understood)
    too_large = LaterCall("bot.intake.understand", "too_large")

log = logging.getLogger(__name__)

QUICK_SECONDS = 20.0  # of the processor, for a mail that is read in one call


def read_quickly(raw: bytes, name: str, guard: Runner, rules: Reading, letters: Sequence[str]) -> Understood | None:
    """A whole mail in one call, as most can be read; None where that is too much for one. What would have to be read from its pixels is left
    ``unfinished``."""
    rules = replace(rules, limits=replace(rules.limits, seconds=min(QUICK_SECONDS, rules.limits.seconds)))
    try:
        return guard.run(read_whole, raw, name, rules, letters, seconds=rules.limits.seconds)
    except ReaderError:
        return None


def read_of(stored: StoredMail, found: Understood, parts: Parts) -> Read:
    """What the decision is told of the mail; its words are not listened to yet."""
    message, forms = found.message, found.forms
    if stored.is_partial:  # only its header was fetched: what is behind it is not lost
        message, forms = replace(message, defects=()), (too_large(f"{stored.id}.eml", parts.mailbox.max_mail),)
    in_spam = stored.folder != parts.mailbox.folder
    return Read(message, found.documents, forms, datetime.fromisoformat(stored.received_at), in_spam)


def heard_with(read: Read, found: Understood, stored: StoredMail, parts: Parts) -> Read:
    """*read* with what its words say: as they were heard beside its own forms (``understand.heard_beside``), else listened to now."""
    if found.heard is None or stored.is_partial or read.sender in parts.rules.coordinators:
        return listen(read, stored, parts)
    return replace(read, heard=found.heard, asked=hash(words_of(read, Known(), from_coordinator=False)))


def listen(read: Read, stored: StoredMail, parts: Parts) -> Read:
    """*read* with what its words say. What the store knows of the thread is only looked at: when the mail is decided it must still stand so."""
    known = gather(parts.store, stored, read, parts.rules, parts.clock()).known
    heard = Heard()
    words = words_of(read, known, from_coordinator=read.sender in parts.rules.coordinators)
    if not words.is_empty:
        rules = parts.reading
        about = forms_about(read, known, rules.definitions)
        try:
            heard = parts.guard.run(hear, words, about, rules.definitions, rules.campaign, seconds=rules.limits.seconds)
        except ReaderError as error:
            log.warning("letter not read", extra={"mail": stored.id, "why": str(error)})
            said = (Statement(Said.OTHER, words.text.strip(), certain=False),) if words.text.strip() else ()
            heard = Heard(Letter(statements=said, is_letter=bool(said)))
    return replace(read, heard=heard, about=versions_about(read, known), asked=hash(words))


def still_says(case: Case) -> bool:
    """Whether the words would be listened to in the same way by now."""
    read = case.read
    if read.at_desk:
        return True
    words = words_of(read, case.known, from_coordinator=read.sender in case.rules.coordinators)
    return (read.about, read.asked) == (versions_about(read, case.known), hash(words))
