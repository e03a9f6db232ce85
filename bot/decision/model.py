"""What was decided about one mail, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from bot.base.problems import Problem
from bot.decision.facts import AwaitedAct, KnownSubmission, PastAct
from bot.decision.office.reading import Act
from bot.decision.states import Outcome, ReviewReason, Status
from bot.decision.words.requests import Request
from bot.forms.model import Form, Kind
from bot.forms.units.roster import Added
from bot.message.model import CloudLink


class StatusChange(Struct, frozen=True):
    """Another status (and, where given, another unit) for a stored version. ``reason`` is for the unit. ``is_confirmed`` where the unit
    itself said so: the version takes effect (a rejected one within the next, for what stands had moved on), what else waits goes on waiting; ``is_return`` where what stood is sent back to its unit; ``is_judged``
    where a person decided of it, which whoever sent it is told; ``merged_into`` the reference that stands for the same activity."""

    submission: int
    ref: str
    status: Status
    reason: str = ""
    unit: str = ""
    is_confirmed: bool = False
    is_return: bool = False
    is_judged: bool = False
    merged_into: str = ""


class Asked(Struct, frozen=True):
    """A withdrawal, or another unit's name, that takes effect when an address on record confirms it."""

    ref: str
    act: AwaitedAct
    unit: str = ""


class Notice(Struct, frozen=True):
    """A letter to an address that did not write; in the thread of *mail* where that is given."""

    to_email: str
    reply: Reply
    mail: int | None = None
    subject: str = "登记有变动"


def keeps_files(outcome: Outcome) -> bool:
    return outcome not in {Outcome.IGNORED, Outcome.COMMAND}


OFFICE = "office"  # why: a coordinator did what he wrote


class Closed(Struct, frozen=True):
    """An item that needs nobody any more; ``act`` says what was done."""

    item: int
    act: str


class Decision(Struct, frozen=True):
    """All that becomes of one mail; nothing is left to be asked while it is recorded."""

    outcome: Outcome  # as in the interface
    why: str = ""  # the reason where the outcome alone does not tell
    settled: tuple[Settled, ...] = ()  # its forms, each with its place in the store
    changes: tuple[StatusChange, ...] = ()  # of versions that are stored
    ref: str = ""
    last_number: int = 0  # the highest reference number given out here; 0: none was
    file_problems: tuple[tuple[str, Problem], ...] = ()  # with the path of the file
    units_of_paths: Mapping[str, str] = field(default_factory=dict)
    nil_units: tuple[str, ...] = ()  # have nothing to report

    # Who is answered and told.
    reply: Reply | None = None
    to_sender: bool = False  # the answer shows a form and goes to From alone, the Reply-To gets a bare receipt
    notices: tuple[Notice, ...] = ()  # to whoever else is to know
    request: Request | None = (
        None  # what a person asked for; a question becomes a task, answered from the store after the commit
    )

    # What waits from now on, and what no longer does.
    reviews: tuple[ReviewItem, ...] = ()  # for a person
    closed: tuple[Closed, ...] = ()  # by a coordinator's word, or made needless by what came
    asks: tuple[Asked, ...] = ()  # withdrawals and names of units, for a «确认»
    confirmed: tuple[int, ...] = ()  # ids of what it was given for
    refused: tuple[int, ...] = ()  # ids of what it was denied

    # A coordinator's acts.
    told: tuple[str, ...] = ()  # what they came to, line by line
    faults: tuple[str, ...] = ()  # what could not be done, and why
    undone: PastAct | None = None  # the act that is taken back
    added: tuple[Added, ...] = ()  # further names and addresses of units of the roster
    dropped: tuple[Added, ...] = ()
    orders: tuple[Act, ...] = ()  # what the program was told to do beside the forms

    @property
    def acts(self) -> tuple[str, ...]:
        """What a coordinator did, as the journal keeps it."""
        done = [f"{one.act} {one.item}" for one in self.closed]
        done += [f"{change.status} {change.ref}" for change in self.changes if change.is_judged]
        done += [f"{change.status} {change.ref}" for change in self.changes if self.told and not change.is_judged]
        done += [f"undone {self.undone.key[:16]}"] if self.undone else []
        done += [
            *["listed"] * len(self.added),
            *["unlisted"] * len(self.dropped),
            *(str(act.deed) for act in self.orders),
        ]
        done += [f"corrected {one.ref}" for one in self.settled if self.why == OFFICE]
        return (*done, *(["nil"] if self.nil_units and self.why == OFFICE else []))

    @property
    def keeps_files(self) -> bool:
        """Whether the attachments stay beside the forms."""
        return keeps_files(self.outcome)

    @property
    def new_references(self) -> dict[str, str]:
        """References first given out here, by the form's path; «» for a letter without forms."""
        if not self.settled:
            return {"": self.ref} if self.last_number else {}
        return {
            one.form.path: one.ref for one in self.settled if one.before is None and one.own is None and one.is_stored
        }


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


class Line(Struct, frozen=True):
    """One understood value for the table: ``before`` is set where an update changed it; ``check`` asks to look at it (OCR), at ``strip`` of the scan."""

    label: str
    value: str
    before: str | None = None
    check: bool = False
    strip: bytes = b""


class Item(Struct, frozen=True):
    """One form or part as the reply shows it. ``title`` is the activity's or table's name, ``source`` the file name.

    ``strips``: of a scan, where fields that are asked for stand on it, by their keys, or by their places in a table's rows; ``checks``: the values to be looked
    at in these rows, by the row's number. ``table`` are a summary's rows (first row: headings). ``changed_only``: lines, rows and remarks are those that an update changed; ``is_brief``: of several forms in one mail
    the lines are those by which each is told from the others.
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
    changed_only: bool = False
    is_brief: bool = False
    strips: Mapping[str, bytes] = field(default_factory=dict)
    checks: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    definition: str = ""


class NextStep(Struct, frozen=True):
    """A deadline, ahead or past, and the kinds of forms that it collects; in a template, as they are called."""

    name: str
    due: datetime
    days_left: int
    collects: tuple[str, ...]
    is_past: bool = False


class Reply(Struct, frozen=True):
    """One mail that answers one mail; ``by_person``: in a person's own words.

    ``template`` is the name of the template pair without suffix: ``confirmation``, ``correction``, ``updated``, ``unchanged``, ``no_form``,
    ``not_understood``, ``withdrawn``, ``held``, ``confirm``, ``draft``, ``command``, ``office_answer``. ``ref`` goes into the subject. ``attach`` names files to add:
    ``blank:registration``, ``blank:summary``. ``unit_guess`` says on what grounds the unit was taken, empty where the form names it.
    ``with_steps``: it tells what is to be done next, which is said once a day (``updated``: that all is there now).
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
    with_steps: bool = True
    context: dict[str, object] = field(default_factory=dict)
    by_person: bool = False


PENDING = {ItemState.HELD, ItemState.WAITING}


class Settled(Struct, frozen=True):
    """One form with its place in the store. ``before`` is the version that it follows; ``paths`` all files that carry the same form;
    ``asks`` (Chinese) how it was taken and what to do otherwise, where that is not certain."""

    form: Form
    unit: str
    unit_said: str
    ref: str
    version: int
    state: ItemState
    is_late: bool
    match_key: str
    name_key: str
    content: Mapping[str, Any]
    content_hash: str
    before: KnownSubmission | None = None
    own: KnownSubmission | None = None
    held_because: str = ""
    paths: tuple[str, ...] = ()
    asks: str = ""
    is_told: bool = True  # whether the sender may hear its reference
    is_draft: bool = False  # its letter calls it one: it waits for «正式报送»

    @property
    def status(self) -> Status:
        if self.is_pending:
            return Status.HELD
        return Status.ACCEPTED if self.form.is_correct else Status.NEEDS_CORRECTION

    @property
    def is_pending(self) -> bool:
        """Stored, but not in force: a person decides, or the address on record confirms."""
        return self.state in PENDING

    @property
    def is_stored(self) -> bool:
        return self.state is not ItemState.UNCHANGED


class ReviewItem(Struct, frozen=True):
    """Something that a person decides: ``detail`` is Chinese for people."""

    reason: ReviewReason
    detail: str = ""
    path: str = ""
    ref: str = field(default="")
