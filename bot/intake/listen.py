"""What a letter says: read in the worker, against the forms that it may be about."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.decision.facts import Read
from bot.decision.words.about import forms_about, text_about, versions_about
from bot.documents.errors import ReaderError
from bot.intake.gather import gather
from bot.intake.parts import Parts
from bot.statements.model import Letter, Said, Statement
from bot.statements.read import read_letter
from bot.store.mails import StoredMail

log = logging.getLogger(__name__)


def listen(read: Read, stored: StoredMail, parts: Parts) -> Read:
    """*read* with what its words say. What the store knows of the thread is only looked at: when the mail is decided it must still stand so."""
    known = gather(parts.store, stored, read, parts.rules, parts.clock()).known
    text = text_about(read.message, known)
    if not text.strip():
        return replace(read, about=versions_about(read, known))
    rules = parts.reading
    about = forms_about(read, known, rules.definitions)
    beside = bool(read.submissions())
    confirms = any(not one.is_done for one in known.waiting)
    try:
        letter = parts.guard.run(
            read_letter, text, about, rules.definitions, rules.campaign, confirms, beside, seconds=rules.limits.seconds
        )
    except ReaderError as error:
        log.warning("letter not read", extra={"mail": stored.id, "why": str(error)})
        letter = Letter(statements=(Statement(Said.OTHER, text.strip(), certain=False),), is_letter=True)
    return replace(read, letter=letter, about=versions_about(read, known))
