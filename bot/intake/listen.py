"""What a letter says: read in the worker, against the forms that it may be about."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.decision.facts import Case, Heard, Known, Read
from bot.decision.words.about import forms_about, versions_about
from bot.decision.words.hearing import hear, words_of
from bot.documents.errors import ReaderError
from bot.intake.gather import gather
from bot.intake.parts import Parts, Understood
from bot.statements.model import Letter, Said, Statement
from bot.store.mails import StoredMail

log = logging.getLogger(__name__)


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
