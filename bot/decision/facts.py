"""What one mail's decision rests on, as plain data: how it was read (``Read``), what the store knows (``Known``), and both with the rules (``Case``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

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


class KnownSubmission(Struct, frozen=True):
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
    first_addr: str = ""  # whence its first version came


class AwaitedAct(StrEnum):
    """What can wait for a «确认»."""

    VERSION = "version"
    WITHDRAW = "withdraw"
    UNIT = "unit"


class Waiting(Struct, frozen=True):
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


class OpenItem(Struct, frozen=True):
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


class PastAct(Struct, frozen=True):
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


class LastMail(Struct, frozen=True):
    """What the sender's mail before this one came to: the forms that it stored, each with its version, and what of it still waits for a
    person, each with its reason; ``is_act``: it asked for something in words that was done, a withdrawal say."""

    versions: tuple[tuple[str, int], ...] = ()
    items: tuple[tuple[int, str], ...] = ()
    is_act: bool = False


class RepliesToday(Struct, frozen=True):
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


class Known(Struct, frozen=True):
    """What the store knows that matters for one mail. «The sender» is who wrote it, «its units» are those of its forms, or for which he wrote before."""

    # Forms that stand, each as its current version.
    submissions: tuple[KnownSubmission, ...] = ()  # of the units in question, and under the references in question
    answered: tuple[str, ...] = ()  # references that this mail answers, nearest first
    mine: tuple[
        KnownSubmission, ...
    ] = ()  # of a letter without forms: for which the sender is on record, but those withdrawn
    colleagues: tuple[
        KnownSubmission, ...
    ] = ()  # where these are none: of the unit in whose house (by its domain) he writes
    others: tuple[
        KnownSubmission, ...
    ] = ()  # of a mail with forms: activities of its units for which the sender is on record
    own: tuple[KnownSubmission, ...] = ()  # what this mail itself gave before, where it is read again
    told: tuple[
        Told, ...
    ] = ()  # what anybody told of the activities that its tables list, or (for a unit whose table stands) its forms register
    listed: tuple[KnownSubmission, ...] = ()  # forms of other units that its tables may list
    tokens: frozenset[str] = frozenset()  # references for which the mail shows that its writer got our letter
    worded: Mapping[str, int] = field(
        default_factory=dict
    )  # how often words changed the forms that it answers, in the last 24 hours

    # Versions and numbers.
    versions: Mapping[str, int] = field(default_factory=dict)  # the highest of each reference, held ones included
    last_number: int = 0  # the highest reference number given out
    given: Mapping[str, str] = field(
        default_factory=dict
    )  # references that its forms (by path; «» for none) got before the database was rebuilt

    # What waits for a person or for a «确认».
    held: tuple[KnownSubmission, ...] = ()  # versions of the references that the mail names
    bases: Mapping[int, KnownSubmission] = field(default_factory=dict)  # what stood when each of them (by id) came
    held_hashes: Mapping[str, str] = field(default_factory=dict)  # content of what already waits -> its reference
    earlier_hashes: frozenset[tuple[str, str]] = frozenset()  # reference and content of what a later version replaced
    waiting: tuple[Waiting, ...] = ()  # for a «确认», of the references in question
    drafts: tuple[KnownSubmission, ...] = ()  # forms of which nothing but a draft came yet
    drafted: tuple[Waiting, ...] = ()  # the sender's drafts of which the mail names nothing
    unread: tuple[OpenItem, ...] = ()  # because this sender's files could not be opened, or were blank forms
    which: tuple[
        int, ...
    ] = ()  # items in which the letter that it answers asked which of several forms is to be withdrawn
    asked_away: tuple[int, ...] = ()  # items in which that letter told of a withdrawal that somebody asked for

    # The sender and his mails.
    sender_units: tuple[str, ...] = ()  # for which he wrote before
    replies: RepliesToday = RepliesToday()
    last: LastMail | None = None  # of a letter without forms: his mail before it
    is_reply_to_known: bool = True  # whether the answer may go where Reply-To says, forms and all
    server_writes: bool = False  # whether our mail server tells for every mail what it found out about the sender
    thread: str | None = (
        None  # the reference of the letter of ours that it answers: "" where that shows none, None where it answers none
    )
    answers_office: bool = False  # it answers a letter in a person's own words
    duplicate_of: int | None = None  # the mail of which it is a copy
    content_key: str = ""  # equal for copies of one mail
    alike_key: str = ""  # equal for his mails that differ in digits and days only

    # Of a coordinator's mail, or an act at the desk.
    items: tuple[OpenItem, ...] = ()  # what waits for a person, and what of it is closed and spoken of
    noticed: tuple[int, ...] = ()  # the numbers of those that the answered notice tells
    last_acts: tuple[PastAct, ...] = ()  # at the desk: what coordinators did last of what it is about, newest first
    to_undo: PastAct | None = None

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


class Heard(Struct, frozen=True):
    """What the words of one mail say: the statements of its ``letter``, the ``request`` that it is as a whole, the ``acts`` of a coordinator,
    whether his mail is nothing but thanks, and what it says of the forms that came with it (``intent``)."""

    letter: Letter = Letter()
    request: Request | None = None
    acts: tuple[Act, ...] = ()
    is_thanks: bool = False
    intent: Intent = Intent.NONE


class Read(Struct, frozen=True):
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


class Case(Struct, frozen=True):
    """All that one mail's decision rests on: what it says, whose each of its forms is (``units``, in the order of ``read.submissions()``), what the
    store knows of that, the rules, and the aware moment."""

    read: Read
    units: tuple[UnitGuess, ...]
    known: Known
    rules: Rules
    now: datetime
