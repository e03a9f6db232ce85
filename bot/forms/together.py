"""Forms against each other: every activity registered and in the summary, with the same facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from bot.base.clock import day_text
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.base.text import fold, similarity, squeeze
from bot.forms.alike import ask_the_same, is_listed
from bot.forms.checks import problem_about
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.model import Fields, Form, Kind, plain_of, plain_text
from bot.forms.pairing import OTHER_DAYS, Told, days_apart, kin_of, likeness, numbers_in, pair
from bot.forms.units.roster import Roster

ALIKE = 0.8  # of two values that mean the same


class KnownActivities(Struct, frozen=True):
    """What was sent before this mail: ``told`` of the same activities by anybody, and the units whose summary stands."""

    told: tuple[Told, ...] = ()
    summarised: frozenset[str] = frozenset()


class Activity(Struct, frozen=True):
    """One activity as one place tells it: a registration (``row`` -1) or a row of a summary."""

    form: int
    row: int
    key: str
    fields: Fields
    told: Told


def check_together(
    forms: Sequence[Form], units: Sequence[str], known: KnownActivities, definitions: Definitions, roster: Roster
) -> list[Form]:
    """*forms*, each of the unit beside it, with ``not_in_summary``, ``not_registered`` and differing values added to their problems.

    A table may list what other units registered (a county's does), in this mail or before; of theirs nothing is told but that it is there.
    A registration without any summary of its unit (in this mail or before) says nothing: the summary may come later.
    """
    if definitions.of_kind(Kind.REGISTRATION) is None or definitions.of_kind(Kind.SUMMARY) is None:
        return list(forms)  # only one of the two is asked for
    registered = [
        one
        for one in activities(forms, units, Kind.REGISTRATION)
        if is_listed(definitions.form(forms[one.form].definition), definitions)
    ]
    listed = list(activities(forms, units, Kind.SUMMARY))
    of_mail = {one.told.identity: one for one in (*registered, *listed)}
    told = [one.told for one in of_mail.values()]
    before = {one.identity: one for one in not_overtaken(known.told, told)}
    pairs = pair([*told, *before.values()], roster)
    in_a_table = {form.identity for form in pairs.listed.values()}
    tables = [unit for form, unit in zip(forms, units, strict=True) if form.kind is Kind.SUMMARY]
    found: dict[int, dict[Problem, None]] = {}

    def say(activity: Activity, problem: Problem | None) -> None:
        if problem:
            found.setdefault(activity.form, {})[problem] = None

    for activity in registered:
        unit = activity.told.unit
        has_summary = unit in known.summarised or any(may_list(table, unit, roster) for table in tables)
        if has_summary and activity.told.identity not in in_a_table:
            say(activity, about_name(Code.NOT_IN_SUMMARY, activity, forms, definitions))
    for activity in listed:
        if activity.told.identity not in pairs.listed:
            say(activity, about_name(Code.NOT_REGISTERED, activity, forms, definitions))
    for row in listed:
        form = pairs.listed.get(row.told.identity)
        if form and form.identity in of_mail:
            for problem in differences(of_mail[form.identity], row, forms, definitions):
                say(of_mail[form.identity], problem)
        elif form and days_apart(row.told, form) == OTHER_DAYS:
            say(row, other_days(row, form, Kind.REGISTRATION, forms, definitions))
    for identity, form in pairs.listed.items():
        row_told = before.get(identity)
        if row_told and form.identity in of_mail and days_apart(row_told, form) == OTHER_DAYS:
            say(of_mail[form.identity], other_days(of_mail[form.identity], row_told, Kind.SUMMARY, forms, definitions))
    return [replace(form, problems=(*form.problems, *found.get(i, ()))) for i, form in enumerate(forms)]


def not_overtaken(known: Sequence[Told], told: Sequence[Told]) -> list[Told]:
    """What was told before, without what the mail tells anew: the same unit's activity of that name, on its day or on another one, or of
    a name near to it on that day at that place."""
    new: dict[tuple[str, str, bool], list[Told]] = {}
    on_day: dict[tuple[str, str, bool], list[Told]] = {}
    for one in told:
        new.setdefault((one.unit, one.key, one.is_row), []).append(one)
        on_day.setdefault((one.unit, one.start, one.is_row), []).append(one)
    times = Counter((one.unit, one.key, one.is_row) for one in known)

    def is_overtaken(one: Told) -> bool:
        place = (one.unit, one.key, one.is_row)
        again = new.get(place, [])
        renamed = [other for other in on_day.get((one.unit, one.start, one.is_row), []) if likeness(one, other)]
        if len(renamed) == 1 and not again:
            return True
        return any(other.start == one.start for other in again) or (len(again) == 1 and times[place] == 1)

    return [one for one in known if not is_overtaken(one)]


def may_list(table: str, unit: str, roster: Roster) -> bool:
    kin = kin_of(roster)
    return kin.are_one(table, unit) or kin.is_above(table, unit)


def activities(forms: Sequence[Form], units: Sequence[str], kind: Kind) -> Iterator[Activity]:
    for i, (form, unit) in enumerate(zip(forms, units, strict=True)):
        if form.kind is not kind:
            continue
        for number, fields in enumerate(form.rows if kind is Kind.SUMMARY else (form.fields,)):
            name = fields.get("activity_name")
            if name and isinstance(name.value, str) and name.value:
                told = told_by(fields, name.value, i, number, unit, is_row=kind is Kind.SUMMARY)
                yield Activity(i, number if told.is_row else -1, told.key, fields, told)


def told_by(fields: Fields, name: str, form: int, row: int, unit: str, *, is_row: bool) -> Told:
    def text(*keys: str) -> str:
        return "\n".join(plain_text(value.value) for key in keys if (value := fields.get(key)))

    hosts = text("units") if is_row else text("host_unit", "undertaking_unit")
    source = f"this mail's {form}"
    numbers = numbers_in(fold(text("phone", "mobile")))
    return Told(source, row, is_row, unit, name, hosts, text("start_date"), text("end_date"), text("venue"), numbers)


def differences(form: Activity, row: Activity, forms: Sequence[Form], definitions: Definitions) -> Iterator[Problem]:
    """Fields of the same key that say different things in both places."""
    own = definitions.form(forms[form.form].definition)
    other = definitions.form(forms[row.form].definition)
    if own is None or other is None:
        return
    for column in other.column:
        spec = own.spec(column.key)
        if spec is None or not ask_the_same(spec, column) or not differs(form, row, spec):
            continue
        both = f"{own.label}：{shown(form, spec)}；{other.label}：{shown(row, spec)}"
        problem = problem_about(
            Code.INVALID,
            spec,
            own,
            definitions,
            reason="differs",
            written=plain_text(plain_of(form.fields, own.anchor)),
            other=both,
            value=form.fields.get(spec.key),
        )
        if problem:
            yield problem


def other_days(
    activity: Activity, other: Told, kind: Kind, forms: Sequence[Form], definitions: Definitions
) -> Problem | None:
    """That what came before (of *kind*) tells another day of the same activity; of a form of another unit no more than that is told."""
    own, theirs = definitions.form(forms[activity.form].definition), definitions.of_kind(kind)
    spec = own.spec("start_date") if own else None
    if own is None or theirs is None or spec is None:
        return None
    days = "至".join(dict.fromkeys(day_text(date.fromisoformat(day)) for day in (other.start, other.end) if day))
    both = f"{own.label}：{shown(activity, spec)}；此前收到的{theirs.label}：{days}"
    return problem_about(
        Code.INVALID,
        spec,
        own,
        definitions,
        reason="differs",
        written=plain_text(plain_of(activity.fields, "activity_name")),
        other=both,
        value=activity.fields.get(spec.key),
    )


def differs(form: Activity, row: Activity, spec: FieldSpec) -> bool:
    if spec.kind == "daterange":
        pairs = [(plain_of(form.fields, key), plain_of(row.fields, key)) for key in (spec.start, spec.end)]
        return any(isinstance(a, date) and isinstance(b, date) and a != b for a, b in pairs)
    one, two = plain_of(form.fields, spec.key), plain_of(row.fields, spec.key)
    if one is None or two is None:
        return False
    if spec.kind in {"phone", "mobile"}:
        return not form.told.phones & row.told.phones
    if spec.key == "activity_name":
        return form.key != row.key
    a, b = squeeze(plain_text(one)), squeeze(plain_text(two))
    if spec.kind == "person":
        a, b = (re.sub(r"[（(].*?[)）]", "", x) for x in (a, b))
    return a not in b and b not in a and similarity(a, b) < ALIKE


def shown(activity: Activity, spec: FieldSpec) -> str:
    return plain_text(plain_of(activity.fields, spec.key))


def about_name(code: Code, activity: Activity, forms: Sequence[Form], definitions: Definitions) -> Problem | None:
    form = forms[activity.form]
    definition: FormDefinition | None = definitions.form(form.definition)
    spec = definition.spec("activity_name") if definition else None
    if definition is None or spec is None:
        return None
    name = plain_text(plain_of(activity.fields, "activity_name"))
    missing = definitions.of_kind(Kind.SUMMARY if code is Code.NOT_IN_SUMMARY else Kind.REGISTRATION)
    other = missing.label if missing else ""
    value = activity.fields.get("activity_name")
    return problem_about(code, spec, definition, definitions, written=name, other=other, value=value)
