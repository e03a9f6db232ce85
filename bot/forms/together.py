"""Forms of one unit against each other: every activity registered and in the summary, with the same facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.forms.checks import problem_about
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.model import Fields, Form, Kind, Plain, plain_text
from bot.forms.text import fold, name_key, similarity, squeeze
from bot.problems import Code, Problem

NUMERALS = re.compile(r"[\d一二三四五六七八九十]")
ALIKE = 0.8  # of names, and only where day and telephone agree as well


@dataclass(frozen=True, slots=True)
class KnownActivities:
    """Name keys (``name_key``) of what the unit sent before this mail."""

    registered: frozenset[str] = frozenset()
    in_summary: frozenset[str] = frozenset()
    has_summary: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity as one place tells it: a registration (``row`` -1) or a row of a summary."""

    form: int
    row: int
    key: str
    fields: Fields


def check_together(forms: Sequence[Form], known: KnownActivities, definitions: Definitions) -> list[Form]:
    """*forms* with ``not_in_summary``, ``not_registered`` and differing values added to their problems.

    A registration without any summary (in this mail or before) says nothing: the summary may come later.
    """
    registered = list(activities(forms, Kind.REGISTRATION))
    listed = list(activities(forms, Kind.SUMMARY))
    has_summary = known.has_summary or any(form.kind is Kind.SUMMARY for form in forms)
    pairs = matched(registered, listed)
    paired_rows = {id(row) for _, row in pairs}
    paired_forms = {id(form) for form, _ in pairs}
    found: dict[int, list[Problem]] = {}

    def say(activity: Activity, problem: Problem | None) -> None:
        if problem and problem not in found.setdefault(activity.form, []):
            found[activity.form].append(problem)

    for activity in registered:
        if has_summary and id(activity) not in paired_forms and activity.key not in known.in_summary:
            say(activity, about_name(Code.NOT_IN_SUMMARY, activity, forms, definitions))
    for activity in listed:
        if id(activity) not in paired_rows and activity.key not in known.registered:
            say(activity, about_name(Code.NOT_REGISTERED, activity, forms, definitions))
    for form, row in pairs:
        for problem in differences(form, row, forms, definitions):
            say(form, problem)
    return [replace(form, problems=(*form.problems, *found.get(i, ()))) for i, form in enumerate(forms)]


def activities(forms: Sequence[Form], kind: Kind) -> Iterator[Activity]:
    for i, form in enumerate(forms):
        if form.kind is not kind:
            continue
        for number, fields in enumerate(form.rows if kind is Kind.SUMMARY else (form.fields,)):
            name = fields.get("activity_name")
            if name and isinstance(name.value, str) and name.value:
                yield Activity(i, number if kind is Kind.SUMMARY else -1, name_key(name.value), fields)


def matched(registered: Sequence[Activity], listed: Sequence[Activity]) -> list[tuple[Activity, Activity]]:
    """Registrations with their rows: by name, then by a similar name of the same day and telephone."""
    rows: dict[str, list[Activity]] = {}
    for row in listed:
        rows.setdefault(row.key, []).append(row)
    pairs: list[tuple[Activity, Activity]] = []
    for form in registered:
        same = rows.get(form.key, [])
        # Two activities of one name are told apart by their first day.
        fitting = [row for row in same if plain(row, "start_date") == plain(form, "start_date")]
        pairs += [(form, row) for row in (fitting or same)]
    taken = {id(item) for pair in pairs for item in pair}
    free = [row for row in listed if id(row) not in taken][:500]
    for form in [form for form in registered if id(form) not in taken][:100]:
        alike = [row for row in free if is_alike(form, row)]
        if len(alike) == 1:
            pairs.append((form, alike[0]))
            free.remove(alike[0])
    return pairs


def is_alike(form: Activity, row: Activity) -> bool:
    same_day = plain(form, "start_date") is not None and plain(form, "start_date") == plain(row, "start_date")
    numbered = NUMERALS.sub("", form.key) == NUMERALS.sub("", row.key)  # 讲座一 and 讲座二 are two
    return same_day and bool(phones(form) & phones(row)) and similarity(form.key, row.key) >= ALIKE and not numbered


def plain(activity: Activity, key: str) -> Plain:
    value = activity.fields.get(key)
    return value.value if value else None


def phones(activity: Activity) -> set[str]:
    """The last eight digits of each number, so that an area code makes no difference."""
    text = "\n".join(plain_text(plain(activity, key)) for key in ("phone", "mobile"))  # a blank would join both
    numbers = re.findall(r"\d[\d\- ]{5,}\d", fold(text))
    return {re.sub(r"\D", "", number)[-8:] for number in numbers}


def differences(form: Activity, row: Activity, forms: Sequence[Form], definitions: Definitions) -> Iterator[Problem]:
    """Fields of the same key that say different things in both places."""
    own = definitions.form(forms[form.form].definition)
    other = definitions.form(forms[row.form].definition)
    if own is None or other is None:
        return
    for column in other.column:
        spec = own.spec(column.key)
        if spec is None or not differs(form, row, spec):
            continue
        both = f"{own.label}：{shown(form, spec)}；{other.label}：{shown(row, spec)}"
        problem = problem_about(
            Code.INVALID,
            spec,
            own,
            definitions,
            reason="differs",
            written=plain_text(plain(form, own.anchor)),
            other=both,
            value=form.fields.get(spec.key),
        )
        if problem:
            yield problem


def differs(form: Activity, row: Activity, spec: FieldSpec) -> bool:
    if spec.kind == "daterange":
        pairs = [(plain(form, key), plain(row, key)) for key in (spec.start, spec.end)]
        return any(isinstance(a, date) and isinstance(b, date) and a != b for a, b in pairs)
    one, two = plain(form, spec.key), plain(row, spec.key)
    if one is None or two is None:
        return False
    if spec.kind in {"phone", "mobile"}:
        return not phones(form) & phones(row)
    if spec.key == "activity_name":
        return form.key != row.key
    a, b = squeeze(plain_text(one)), squeeze(plain_text(two))
    if spec.kind == "person":
        a, b = (re.sub(r"[（(].*?[)）]", "", x) for x in (a, b))
    return a not in b and b not in a and similarity(a, b) < ALIKE


def shown(activity: Activity, spec: FieldSpec) -> str:
    return plain_text(plain(activity, spec.key))


def about_name(code: Code, activity: Activity, forms: Sequence[Form], definitions: Definitions) -> Problem | None:
    form = forms[activity.form]
    definition: FormDefinition | None = definitions.form(form.definition)
    spec = definition.spec("activity_name") if definition else None
    if definition is None or spec is None:
        return None
    name = plain_text(plain(activity, "activity_name"))
    return problem_about(code, spec, definition, definitions, written=name, value=activity.fields.get("activity_name"))
