"""What a reply says, as plain data; templates turn it into text and HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.base.problems import Problem
from bot.forms.model import Kind
from bot.message.model import CloudLink


class MailKind(StrEnum):
    """Kinds of outgoing mail (interface, section 4)."""

    CONFIRMATION = "confirmation"
    CORRECTION = "correction"
    DIGEST = "digest"
    REMINDER = "reminder"
    ANSWER = "answer"


class ItemState(StrEnum):
    """What became of one form."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NEEDS_CORRECTION = "needs_correction"
    HELD = "held"
    WAITING = "waiting"
    NOT_TAKEN = "not_taken"


@dataclass(frozen=True, slots=True)
class Line:
    """One understood value for the table: ``before`` is set where an update changed it; ``check`` asks to look at it (OCR)."""

    label: str
    value: str
    before: str | None = None
    check: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One form or part as the reply shows it. ``title`` is the activity's or table's name, ``source`` the file name.

    ``table`` are a summary's rows (first row: headings).
    """

    kind: Kind
    state: ItemState
    title: str
    source: str
    ref: str = ""
    version: int = 0
    unit: str = ""
    is_late: bool = False
    ocr: bool = False
    lines: tuple[Line, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class NextStep:
    """A deadline, ahead or past, and what it collects, in Chinese words."""

    name: str
    due: datetime
    days_left: int
    collects: tuple[str, ...]
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """One mail that answers one mail.

    ``template`` is the name of the template pair without suffix: ``confirmation``, ``correction``, ``unchanged``, ``no_form``,
    ``not_understood``, ``withdrawn``, ``held``, ``confirm``, ``command``. ``ref`` goes into the subject. ``attach`` names files to add:
    ``blank:registration``, ``blank:summary``. ``unit_guess`` says on what grounds the unit was taken, empty where the form names it.
    """

    kind: MailKind
    template: str
    ref: str
    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    links: tuple[CloudLink, ...] = ()
    unit: str = ""
    unit_guess: str = ""
    notes: tuple[str, ...] = ()
    not_understood: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    context: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where a reply goes and what it answers. ``their_subject`` is decoded; ``references`` oldest first, without the answered id."""

    to_email: str
    to_name: str = ""
    their_subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to attach; ``content_id`` set for inline pictures."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One finished mail, ready for the outbox: ``raw`` are its bytes with CRLF line ends, the Message-ID fixed in them."""

    kind: MailKind
    to_addr: str
    subject: str
    in_reply_to: str
    message_id: str
    raw: bytes = field(repr=False)
