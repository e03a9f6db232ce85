"""What the forms themselves let count: the options of each choice, the sum of each number. Labels are those of the form that was filled in. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.base.text import squeeze
from bot.digest.figures.counts import count_choices
from bot.digest.model import StoredForm
from bot.forms.model import Kind

YES_NO = {"是", "否"}
Counted = tuple[tuple[str, int], ...]


def values_of(forms: Iterable[StoredForm]) -> Iterator[tuple[str, Any]]:
    """(label, value) of every registration and table, entries too."""
    for form in forms:
        if form.kind is Kind.REPORT:
            continue
        labels = form.content.get("labels") or {}
        for values in (form.content.get("fields") or {}, *(form.content.get("rows") or ())):
            yield from ((str(labels.get(key, key)), value) for key, value in values.items())


def choices_of(forms: Iterable[StoredForm]) -> tuple[tuple[str, Counted], ...]:
    """For each choice of the form, how many ticked each option, most first."""
    chosen: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for label, value in values_of(forms):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            chosen[label].append(tuple(value))
        elif isinstance(value, str) and value in YES_NO:
            chosen[label].append((value,))
    return tuple((label, count_choices(found)) for label, found in chosen.items())


def sums_of(forms: Iterable[StoredForm]) -> Counted:
    """The sum of each number that the form asks for; not of a column's own total once more («合计（人次）» below 人次)."""
    found: dict[str, int] = defaultdict(int)
    for label, value in values_of(forms):
        if isinstance(value, int) and not isinstance(value, bool):
            found[label] += value
    return tuple((label, total) for label, total in found.items() if summed_up(label) not in found)


def summed_up(label: str) -> str:
    """The column that a row of totals sums up; empty where the label is none of that."""
    match = re.fullmatch(r"(?:合|总|小|共)计（(.+)）", label)
    return match[1] if match else ""


def several_of(forms: Iterable[StoredForm]) -> frozenset[str]:
    """The choices of which some form ticked more than one."""
    return frozenset(label for label, value in values_of(forms) if isinstance(value, list) and len(value) > 1)


def label_of(forms: Iterable[StoredForm], key: str) -> str:
    """How most of the forms call the field; empty where none asks for it."""
    told = Counter(str(labels[key]) for form in forms if key in (labels := form.content.get("labels") or {}))
    return told.most_common(1)[0][0] if told else ""


def about_something_else(forms: Sequence[StoredForm]) -> frozenset[str]:
    """The references of forms that no table lists (a school's statistics): their definition calls its subject otherwise than the tables do, and another
    one does not."""
    contents = [(form, form.content) for form in forms]
    about = {form.ref: squeeze(str((kept.get("labels") or {}).get("activity_name", ""))) for form, kept in contents}
    tables = {about[form.ref] for form in forms if form.kind is Kind.SUMMARY}
    single = {form.ref: str(kept.get("definition", "")) for form, kept in contents if form.kind is Kind.REGISTRATION}
    listed = {definition for ref, definition in single.items() if about[ref] in tables}
    return frozenset(ref for ref, definition in single.items() if listed and definition not in listed)
