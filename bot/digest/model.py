"""The figures of one digest as plain data: the mail, the pictures and the workbook are made of nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from bot.base.clock import age
from bot.decision.states import AWAITS_ANSWER, Status, reason_label
from bot.forms.model import Kind
from bot.forms.units.roster import RosterUnit


class Activity(Struct, frozen=True):
    """A row of ``v_activities``, with the county of its unit («晋江市», empty for the city's own units)."""

    ref: str
    unit: str
    county: str
    name: str
    host_unit: str
    undertaking_unit: str
    time: str
    start: date | None
    end: date | None
    venue: str
    contact: str
    phone: str
    mobile: str
    email: str
    types: tuple[str, ...]
    public: int | None
    staff: int | None
    content: str
    has_registration: bool
    in_summary: bool
    status: Status
    is_late: bool


class StoredForm(Struct, frozen=True):
    """The current version of a form as it is stored: ``kept`` is ``submission.content``, read by whoever needs the values."""

    ref: str
    kind: Kind
    unit: str
    county: str
    title: str
    version: int
    status: Status
    is_late: bool
    received_at: datetime
    source_path: str
    from_addr: str
    kept: str

    @property
    def content(self) -> Mapping[str, Any]:
        found: dict[str, Any] = json.loads(self.kept)
        return found


class UnitState(Struct, frozen=True):
    """What a unit of the roster has sent for this deadline. ``have`` counts activities (or reports, where those are collected);
    ``below`` activities of other units in the same county; ``open`` its forms with errors; ``wrote`` what its last mail was, where it wrote at all; ``last_at`` its last mail; ``is_nil``: it said that it has nothing to
    report, which counts as reported."""

    unit: RosterUnit
    have: int
    registrations: int
    rows: int
    reports: int
    below: int
    open: int
    reported: bool
    last_at: datetime | None
    wrote: str = ""
    is_nil: bool = False

    @property
    def is_short(self) -> bool:
        """Has reported, but less than was expected of it."""
        return self.reported and not self.is_nil and self.have < self.unit.expected


class Group(Struct, frozen=True):
    """One group of the roster; units of which nothing is expected are left out."""

    name: str
    units: tuple[UnitState, ...]

    @property
    def expected(self) -> int:
        return len(self.units)

    @property
    def reported(self) -> int:
        return sum(unit.reported for unit in self.units)

    @property
    def missing(self) -> tuple[UnitState, ...]:
        return tuple(unit for unit in self.units if not unit.reported)


class OtherUnit(Struct, frozen=True):
    """A unit that is not in the roster but wrote."""

    name: str
    county: str
    activities: int
    reports: int


class OpenForm(Struct, frozen=True):
    """A form that its unit must still correct, open since the version that first had errors."""

    ref: str
    kind: Kind
    unit: str
    title: str
    since: datetime
    days: int
    problems: tuple[str, ...]
    from_addr: str


class LateForm(Struct, frozen=True):
    """A form that came after the deadline. ``days`` counts begun days; ``way`` says who had it in time, where somebody did."""

    ref: str
    kind: Kind
    unit: str
    title: str
    received_at: datetime
    days: int
    way: str = ""


class Duplicate(Struct, frozen=True):
    """Activities of several units with one name and days in common, or one of which hosts the other's. ``is_likely`` there, and where place, organiser or
    telephone agree as well; else they may be different events of a usual name."""

    title: str
    activities: tuple[Activity, ...]
    is_likely: bool


class Review(Struct, frozen=True):
    """Something that a person decides. ``path`` is the file in the mail, ``file`` the saved copy below the store."""

    id: int
    reason: str  # as it was stored, be it a code of an earlier version
    detail: str
    path: str
    file: str
    sender: str
    subject: str
    unit: str
    ref: str
    since: datetime
    mail: int = 0

    @property
    def label(self) -> str:
        """The reason as people call it."""
        return reason_label(self.reason)


class Material(Struct, frozen=True):
    """What has come of an activity's final material. ``report`` is the reference of its work summary, empty where there is none."""

    activity: Activity
    report: str = ""
    pictures: int = 0
    links: int = 0
    videos: int = 0

    @property
    def is_complete(self) -> bool:
        return bool(self.report and self.pictures and self.links)


class Unsent(Struct, frozen=True):
    """A mail of ours that could not be delivered."""

    to_addr: str
    subject: str
    error: str


class Progress(Struct, frozen=True):
    """At the end of a day: how many units of the roster had reported, and how many activities (where summaries are
    collected: how many of these) there were."""

    day: date
    units: int
    items: int


class Change(Struct, frozen=True):
    """A figure now and at the last digest."""

    key: str
    before: int
    now: int

    @property
    def delta(self) -> int:
        return self.now - self.before


class Figures(Struct, frozen=True):
    """Everything that a digest says. ``unread`` tells since when the mailbox was not read: the figures are of that moment. ``counties`` are (name, activities, participants), the city's own units last; ``choices`` the ticked options and ``sums`` the numbers under the form's own labels, ``people`` the label of the one that counts those who come (empty where none is asked for), ``several`` the choices of which some form ticked more than one; ``corrections`` how many versions of each form had to be corrected."""

    deadline: str
    collects: tuple[str, ...]
    due: datetime
    now: datetime
    days_left: int
    groups: tuple[Group, ...]
    others: tuple[OtherUnit, ...]
    activities: tuple[Activity, ...]
    forms: tuple[StoredForm, ...]
    reports: int
    open_forms: tuple[OpenForm, ...]
    late: tuple[LateForm, ...]
    reviews: tuple[Review, ...]
    not_in_summary: tuple[Activity, ...]
    not_registered: tuple[Activity, ...]
    duplicates: tuple[Duplicate, ...]
    materials: tuple[Material, ...]
    choices: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    sums: tuple[tuple[str, int], ...]
    by_week: tuple[tuple[date | None, int], ...]
    by_day: tuple[tuple[date, int], ...]
    counties: tuple[tuple[str, int, int], ...]
    progress: tuple[Progress, ...]
    queued: int
    unsent: tuple[Unsent, ...]
    paused_until: str
    pause_reason: str
    people: str = ""
    several: frozenset[str] = frozenset()
    unread: str = ""
    since: datetime | None = None
    changes: tuple[Change, ...] = ()
    new_units: tuple[str, ...] = ()
    last: Mapping[str, Any] = field(default_factory=dict)
    corrections: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """The time of the work summaries is over: what did well may be looked for."""
        return self.wants_reports and self.now > self.due

    @property
    def wants_reports(self) -> bool:
        return "report" in self.collects

    @property
    def expected(self) -> int:
        return sum(group.expected for group in self.groups)

    @property
    def reported(self) -> int:
        return sum(group.reported for group in self.groups)

    @property
    def units_words(self) -> str:
        """«27/52个单位»; without a roster nobody is expected, so that those who wrote are counted: «29个单位»."""
        return f"{self.reported}/{self.expected}个单位" if self.expected else f"{len(self.others)}个单位"

    @property
    def places(self) -> dict[str, int]:
        """The units in the order in which the roster lists them."""
        return {state.unit.name: n for n, state in enumerate(s for group in self.groups for s in group.units)}

    @property
    def missing(self) -> tuple[UnitState, ...]:
        return tuple(unit for group in self.groups for unit in group.missing)

    @property
    def short(self) -> tuple[UnitState, ...]:
        return tuple(unit for group in self.groups for unit in group.units if unit.is_short)

    @property
    def unanswered(self) -> tuple[Review, ...]:
        """Letters that wait for a person's answer, each once, the oldest first."""
        found = {
            one.mail: one
            for one in sorted(self.reviews, key=lambda one: one.since, reverse=True)
            if one.reason in AWAITS_ANSWER
        }
        return tuple(reversed(found.values()))

    @property
    def longest_unanswered(self) -> str:
        """«2天», «3小时»; empty where nothing waits."""
        return age(self.now - self.unanswered[0].since) if self.unanswered else ""

    @property
    def nil(self) -> tuple[UnitState, ...]:
        return tuple(unit for group in self.groups for unit in group.units if unit.is_nil)

    @property
    def participants(self) -> int:
        return sum(activity.public or 0 for activity in self.activities)

    @property
    def staff(self) -> int:
        return sum(activity.staff or 0 for activity in self.activities)

    def choice(self, label: str) -> str:
        """What a choice is called where its options are counted."""
        return f"{label}（可多选）" if label in self.several else label

    @property
    def registrations(self) -> int:
        return sum(activity.has_registration for activity in self.activities)

    @property
    def incomplete(self) -> tuple[Material, ...]:
        return tuple(material for material in self.materials if not material.is_complete)

    def snapshot(self) -> dict[str, Any]:
        """What the next digest compares itself with, as plain JSON."""
        return {
            "reported": self.reported,
            "expected": self.expected,
            "activities": len(self.activities),
            "participants": self.participants,
            "reports": self.reports,
            "open": len(self.open_forms),
            "reviews": len(self.reviews),
            "late": len(self.late),
            "units": sorted(
                {a.unit for a in self.activities} | {u.unit.name for g in self.groups for u in g.units if u.reported}
            ),
        }


class Chart(Struct, frozen=True):
    """A picture for the mail: ``cid`` its content id, ``alt`` the same facts in words, sizes in CSS pixels."""

    cid: str
    title: str
    alt: str
    width: int
    height: int
    png: bytes
