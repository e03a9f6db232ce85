"""The codes of where mails and forms stand, as the interface names them, and what people call them (``states.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
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


def outcome_label(code: str) -> str:
    """Of what became of a mail; a code without a word is shown itself, as in all of these."""
    return WORDS["outcome"].get(code, code)


def status_label(code: str) -> str:
    """Of where a stored form stands."""
    return WORDS["status"].get(code, code)


def state_label(code: str) -> str:
    """Of what an answer says of one form."""
    return WORDS["state"].get(code, code)


def kind_label(code: str) -> str:
    """Of a kind of form, short, for lists."""
    return WORDS["kind"].get(code, code)


def reason_label(code: str) -> str:
    """Of why something waits for a person."""
    return WORDS["reason"].get(code, WORDS["reason"]["other"])


def said_label(code: str) -> str:
    """Of a kind of statement in a letter."""
    return WORDS["said"].get(code, code)


def sending_label(code: str) -> str:
    """Of where a mail of ours stands."""
    return WORDS["sending"].get(code, code)


def letter_label(code: str) -> str:
    """Of a kind of mail of ours."""
    return WORDS["letter"].get(code, code)


def unit_label(code: str) -> str:
    """Of where a unit stands."""
    return WORDS["unit"].get(code, code)


def listed_label(code: str) -> str:
    """Of what lists can be filtered by beside the states."""
    return WORDS["listed"].get(code, code)
