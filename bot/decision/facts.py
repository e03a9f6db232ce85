"""What is already known when a mail is decided: plain data, gathered from the store in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.base.problems import Problem
from bot.decision.office.reading import Act
from bot.decision.states import GONE, Status
from bot.decision.versions.threads import Intent
from bot.decision.words.requests import Request
from bot.documents.model import Document
from bot.forms.model import Form, Kind
from bot.forms.pairing import Told
from bot.forms.units.assign import UnitGuess
from bot.message.model import Message
from bot.statements.model import Letter

if TYPE_CHECKING:  # it brings the settings along, of which the worker knows nothing
    from bot.decision.rules import Rules


@dataclass(frozen=True, slots=True)
class KnownSubmission:
    """The current version of one form. ``fields`` are its plain values, ``rows`` (name key, first day, venue) of a summary's rows."""

    id: int
    ref: str
    kind: Kind
    unit: str
    title: str
    match_key: str
    name_key: str
    version: int
    status: Status
    is_late: bool
    content_hash: str
    from_addr: str
    mail: int
    content: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[str, str, str], ...] = ()
    source_path: str = ""
    problems: tuple[Problem, ...] = ()


class AwaitedAct(StrEnum):
    """What can wait for a «确认»."""

    VERSION = "version"
    WITHDRAW = "withdraw"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that takes effect as soon as an address on record confirms it.

    ``version`` is the one that would take the place of ``base`` (acts of this kind only), ``unit`` the name that was asked for. ``mail`` is
    where it came; ``is_answered_here`` where the mail in hand answers the letter that asked for the «确认»; ``is_done`` once it was given.
    """

    id: int
    mail: int
    ref: str
    act: AwaitedAct
    version: KnownSubmission | None = None
    base: KnownSubmission | None = None
    unit: str = ""
    is_answered_here: bool = False
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What waits (or, ``is_closed``, waited) for a person: ``id`` is its number, ``words`` what the sender wrote, ``answer_to`` where he is
    answered, ``status`` that of the version that it is about (``submission``), where it is about one. ``closed_by`` an address or a command,
    ``decision`` the code of what was done."""

    id: int
    reason: str
    ref: str
    unit: str
    sender: str
    answer_to: str
    subject: str
    mail: int
    detail: str
    path: str
    words: str
    since: str
    submission: int | None = None
    status: str = ""
    is_closed: bool = False
    closed_at: str = ""
    closed_by: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class PastAct:
    """What a coordinator did, by mail or at the desk: ``key`` is the hash of the mail that says so, ``at`` when (ISO text), ``by`` whose address;
    ``told`` what it came to, line by line; ``deeds`` their codes.

    ``stands`` while nothing of what it changed has changed again, ``is_undone`` once it was taken back. ``was`` is how its forms stood before
    (reference, status, unit); ``letters`` are those that it caused to others: address, and whether it went out.
    """

    key: str
    at: str
    by: str
    told: tuple[str, ...] = ()
    mail: int = 0
    deeds: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    items: tuple[int, ...] = ()
    units: tuple[str, ...] = ()
    was: tuple[tuple[str, Status, str], ...] = ()
    letters: tuple[tuple[str, bool], ...] = ()
    stands: bool = True
    is_undone: bool = False


@dataclass(frozen=True, slots=True)
class LastMail:
    """What the sender's mail before this one came to: the forms that it stored, each with its version, and what of it still waits for a
    person, each with its reason."""

    versions: tuple[tuple[str, int], ...] = ()
    items: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RepliesToday:
    """Automatic answers to this sender, wherever they went, or to the address to be answered, in the last 24 hours: all, those to
    mails without any form, those that said «no change»; ``letters`` those to letters that were passed on;

    ``alike`` are the answered mails of the same sender, at any time, that say the same but for digits and days;
    ``steps`` are the answers since midnight that told the next steps;
    ``fruitless`` are the sender's mails in that time of which nothing could be stored although something was wrong with their files.
    """

    total: int = 0
    no_form: int = 0
    unchanged: int = 0
    not_understood: int = 0
    unheeded: int = 0
    letters: int = 0
    fruitless: int = 0
    alike: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """``submissions`` are the current ones of the units in question; ``own`` what this mail itself gave before (when it is read again); ``answered`` the references that this mail answers, nearest first; ``last_number`` the highest reference number given out;
    ``given`` the references that this mail's forms (by path; «» for a letter without forms) got before the database was rebuilt;
    ``worded`` how often the forms that the mail answers were changed by words in the last 24 hours;
    ``held_hashes`` the content of what already waits and its reference; ``held`` the versions that wait for a person or for a «确认», of the
    references that the mail names; ``bases`` the version that stood when each of them (by id) came; ``waiting`` what waits for a «确认» about them; ``drafted`` the sender's
    drafts of which the mail names nothing; ``tokens`` the references for which the mail shows that its
    writer got our letter; ``server_writes`` whether our mail server tells for every mail what it found out about the sender;
    ``items`` (for a coordinator) what waits for a person, and what of it is closed and spoken of; ``noticed`` the numbers of those that the answered
    notice tells;
    ``mine`` the forms for which the sender of a letter without forms is on record, those withdrawn left out; ``thread`` the reference of the
    letter of ours that this mail answers, empty where that shows none, None where it answers none;
    ``listed`` the forms of other units that this mail's tables may list; ``unread`` what waits for a person because this sender's files could
    not be opened, or were blank forms; ``is_reply_to_known`` whether the unit used this Reply-To before; ``versions`` the highest version number of each
    reference in ``submissions`` and ``drafts``, held ones included; ``told`` what anybody told of the activities that this mail's tables list, or (for a unit
    whose table stands) its forms register; ``drafts`` the forms of which nothing but a draft came yet;
    ``which`` the open items in which the letter that this mail answers asked which of several forms is to be withdrawn, ``asked_away`` all in which
    it told of a withdrawal that somebody asked for;
    ``colleagues`` the forms of the unit in whose house (by its domain) the sender of a letter without forms writes, where he is on record for none;
    ``last_acts`` (for an act at the desk) what coordinators did last of what it is about, newest first, what is ``to_undo``;
    ``others`` (of a mail with forms) the activities of its units for which its sender is on record;
    ``last`` (of a letter without forms) the sender's mail before it; ``answers_office``: it answers a letter in a person's own words;
    ``content_key`` and ``alike_key`` by which copies of the mail, and others like it, are found.
    """

    submissions: tuple[KnownSubmission, ...] = ()
    own: tuple[KnownSubmission, ...] = ()
    answered: tuple[str, ...] = ()
    replies: RepliesToday = RepliesToday()
    sender_units: tuple[str, ...] = ()
    last_number: int = 0
    duplicate_of: int | None = None
    held_hashes: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    held: tuple[KnownSubmission, ...] = ()
    bases: Mapping[int, KnownSubmission] = field(default_factory=dict)
    worded: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    drafted: tuple[Waiting, ...] = ()
    tokens: frozenset[str] = frozenset()
    server_writes: bool = False
    is_reply_to_known: bool = True
    mine: tuple[KnownSubmission, ...] = ()
    thread: str | None = None
    unread: tuple[OpenItem, ...] = ()
    items: tuple[OpenItem, ...] = ()
    noticed: tuple[int, ...] = ()
    listed: tuple[KnownSubmission, ...] = ()
    drafts: tuple[KnownSubmission, ...] = ()
    which: tuple[int, ...] = ()
    asked_away: tuple[int, ...] = ()
    colleagues: tuple[KnownSubmission, ...] = ()
    last_acts: tuple[PastAct, ...] = ()
    to_undo: PastAct | None = None
    last: LastMail | None = None
    others: tuple[KnownSubmission, ...] = ()
    answers_office: bool = False
    content_key: str = ""
    alike_key: str = ""

    def next_version(self, before: KnownSubmission) -> int:
        """The number of the version that follows *before*: one that waits for a person has used its own up."""
        return max(before.version, self.versions.get(before.ref, 0)) + 1

    def of(self, unit: str, kind: Kind) -> list[KnownSubmission]:
        return [one for one in self.submissions if one.unit == unit and one.kind is kind]

    @property
    def summarised(self) -> frozenset[str]:
        """The units among them whose summary stands."""
        return frozenset(one.unit for one in self.submissions if one.kind is Kind.SUMMARY and one.status not in GONE)

    def with_drafts(self, ref: str) -> KnownSubmission | None:
        """The form that stands under *ref*, or the draft of which nothing else came."""
        return self.ref(ref) or next((one for one in self.drafts if one.ref == ref), None)

    def ref(self, ref: str) -> KnownSubmission | None:
        return next((one for one in self.submissions if one.ref == ref), None)


# What the content of a version says of it beside its values.
IN_WORDS = "answered_in_words"  # it came from words: its mail holds no form to be read again
SET_BY = "set_by"  # the coordinator who set a value
BASE = "base"  # of what waits: the number of the version that stood when it came


def is_submission(form: Form) -> bool:
    """Whether this form counts as handed in; a blank one does not, it is only a part with a problem."""
    return form.kind is not Kind.UNRECOGNISED and not any(problem.code == "blank_form" for problem in form.problems)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the words of one mail say: the statements of its ``letter``, the ``request`` that it is as a whole, the ``acts`` of a coordinator,
    whether his mail is nothing but thanks, and what it says of the forms that came with it (``intent``)."""

    letter: Letter = Letter()
    request: Request | None = None
    acts: tuple[Act, ...] = ()
    is_thanks: bool = False
    intent: Intent = Intent.NONE


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that was understood of one mail. ``received`` is when it came in (aware). ``heard`` is what its words say, read against
    the stored versions ``about`` (ids) where no form came with it; ``asked`` is a hash of what it was read against. ``at_desk`` where a coordinator did what is ``heard.acts`` on the page instead of writing it."""

    message: Message
    documents: tuple[Document, ...]
    forms: tuple[Form, ...]
    received: datetime
    in_spam: bool = False
    heard: Heard = Heard()
    about: tuple[int, ...] = ()
    asked: int = 0
    at_desk: bool = False

    @property
    def sender(self) -> str:
        return self.message.sender.email

    @property
    def letter(self) -> Letter:
        return self.heard.letter

    @property
    def unfinished(self) -> list[Document]:
        """What could not be read to its end in the time that one mail has."""
        return [document for document in self.documents if document.unfinished]

    def submissions(self) -> list[Form]:
        return [form for form in self.forms if is_submission(form)]


@dataclass(frozen=True, slots=True)
class Case:
    """All that one mail's decision rests on: what it says, whose each of its forms is (``units``, in the order of ``read.submissions()``), what the
    store knows of that, the rules, and the aware moment."""

    read: Read
    units: tuple[UnitGuess, ...]
    known: Known
    rules: Rules
    now: datetime
