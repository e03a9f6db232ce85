"""The codes of where mails and forms stand, as the interface names them; what people call them stands in ``letters/words.toml``."""

from __future__ import annotations

from enum import StrEnum


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
