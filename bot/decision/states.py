"""The codes of where mails and forms stand, as the interface names them, and what people call them (``states.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path

WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Outcome(StrEnum):
    """What became of one mail (interface, section 4)."""

    ACCEPTED = "accepted"
    NEEDS_CORRECTION = "needs_correction"
    NO_FORM = "no_form"
    LETTER = "letter"  # no form; what it says is settled or before a person
    UNCHANGED = "unchanged"
    IGNORED = "ignored"
    COMMAND = "command"
    FAILED = "failed"


class Status(StrEnum):
    """Where a stored version stands."""

    ACCEPTED = "accepted"
    NEEDS_CORRECTION = "needs_correction"
    HELD = "held"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


GONE = frozenset({Status.WITHDRAWN, Status.REJECTED})


class ReviewReason(StrEnum):
    """Why something waits for a person."""

    HELD = "held"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWAL = "withdrawal"
    UNIT = "unit"
    UNKNOWN_UNIT = "unknown_unit"
    SENDER = "sender"
    NO_FORM = "no_form"
    OTHER_FORM = "other_form"
    WORDS = "words"
    CLOUD_LINK = "cloud_link"
    BOUNCED = "bounced"
    FAILED = "failed"
    PICTURES = "pictures"
    UNFINISHED = "unfinished"
    NOT_ANSWERED = "not_answered"
    UNREADABLE = "unreadable"
    BLANK = "blank"
    PROGRAM = "program"
    UNHEEDED = "unheeded"
    FOUND_IN_SPAM = "found_in_spam"
    DAMAGED = "damaged"
    DRAFT = "draft"


# Whose words wait for a person's answer.
AWAITS_ANSWER = frozenset({ReviewReason.WORDS, ReviewReason.NO_FORM})


def word(table: str, code: str) -> str:
    """What people call *code*; one without a word is shown itself."""
    return WORDS[table].get(code, code)


outcome_label = partial(word, "outcome")  # of what became of a mail
status_label = partial(word, "status")  # of where a stored form stands
state_label = partial(word, "state")  # of what an answer says of one form
kind_label = partial(word, "kind")  # of a kind of form, short, for lists
said_label = partial(word, "said")  # of a kind of statement in a letter
sending_label = partial(word, "sending")  # of where a mail of ours stands
letter_label = partial(word, "letter")  # of a kind of mail of ours
unit_label = partial(word, "unit")  # of where a unit stands
listed_label = partial(word, "listed")  # of what lists can be filtered by beside the states


def reason_label(code: str) -> str:
    """Of why something waits for a person."""
    return WORDS["reason"].get(code, WORDS["reason"]["other"])
