"""Which forms a letter may be about: what it is read against, before anything is decided. Pure."""

from __future__ import annotations

import re

from bot.decision.facts import Case, Known, KnownSubmission, Read
from bot.decision.states import Status
from bot.decision.versions.content import stored_form
from bot.decision.words.requests import REF
from bot.forms.definitions import Definitions
from bot.forms.model import Form, Kind
from bot.message.identity import plain_subject
from bot.message.model import Message

# «受理号KP2023-0007的活动地点…»: which form is meant stands in front of what is said of it.
NAMED = re.compile(
    rf"(?:^|(?<=[，,。；;！!：:]))[ \t]*(?:受理号|编号)?[:：为 \t]*(?P<ref>{REF})(?:的|[，,：:])", re.MULTILINE
)


def text_of(message: Message) -> str:
    """What the sender wrote now; where that is nothing, his own subject."""
    if message.new_text.strip():
        return message.new_text
    return message.subject if plain_subject(message.subject) == message.subject.strip() else ""


def text_about(message: Message, known: Known) -> str:
    """The letter's text, each place as it was, without the reference of the one form that it is about anyway."""
    refs = {one.ref for one in targets(known)}
    text = text_of(message)
    if len(refs) != 1:
        return text
    return NAMED.sub(lambda match: " " * len(match[0]) if match["ref"].upper() in refs else match[0], text)


def targets(known: Known) -> list[KnownSubmission]:
    """The forms of the mail that is answered, in the order in which its answer listed them; of a letter of its own the sender's one activity."""
    # What a person sent back is put right in words, too.
    found = [one for ref in known.answered if (one := known.ref(ref)) and one.status is not Status.WITHDRAWN]
    only = [one for one in known.mine if one.kind is Kind.REGISTRATION]
    if not known.answered and len(only) == 1:
        found = only
    return sorted(found, key=lambda one: one.id)


def forms_about(read: Read, known: Known, definitions: Definitions) -> list[Form]:
    """The forms against which the letter is read: those that came with it, else those that it answers."""
    own = read.submissions()
    return own or [stored_form(one, definitions) for one in targets(known)]


def versions_about(read: Read, known: Known) -> tuple[int, ...]:
    """What must be the same when the letter is decided as when it was read."""
    return () if read.submissions() else tuple(one.id for one in targets(known))


def is_outdated(case: Case) -> bool:
    """Whether what the letter is about has changed since it was read."""
    return not case.read.at_desk and case.read.about != versions_about(case.read, case.known)
