"""Which stored form a new one follows: by its name, its occasion, or the mail that it answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.base.text import name_key, similarity, squeeze
from bot.decision.facts import Known, KnownSubmission
from bot.decision.states import Status
from bot.decision.versions.content import key_of, plain, row_text
from bot.decision.versions.threads import ALIKE, SAME_PLACE, SAME_TEXT, Intent, Relation, relation
from bot.forms.model import Form, Kind


def taken_as_new(name: str, ref: str, other: KnownSubmission) -> str:
    return f"“{name}”按新的一项活动登记（受理号 {ref}）。如是对“{other.title}”（{other.ref}）的修改，请回复“撤回 {other.ref}”，即以新的一份为准。"


def taken_as_same(name: str, other: KnownSubmission) -> str:
    return f"“{name}”按对“{other.title}”（{other.ref}）的修改登记。如是另一项活动，请把两项活动的申报表放在一封信里重新发来，将分别登记。"


def predecessor(
    form: Form, unit: str, known: Known, taken: set[str], digest: str, intent: Intent, *, alone: bool
) -> tuple[KnownSubmission | None, KnownSubmission | None]:
    """The stored form that this one follows: of the same unit and name; else the one that the mail answers. And, where that was not
    certain, the one that the sender is to be asked about."""
    free = [one for one in known.of(unit, form.kind) if one.ref not in taken]
    same = next((one for one in free if one.content_hash == digest), None)
    if same:
        return same, None
    answered = [
        one for ref in known.answered if (one := known.ref(ref)) and one.kind is form.kind and one.ref not in taken
    ]
    if form.kind is Kind.SUMMARY:
        overlapping = [one for one in free if shares_a_row(form, one)]
        corrected = [one for one in answered if alone and is_revised_table(form, unit, one)]
        return next(iter([*overlapping, *corrected]), None), None
    named = [one for one in free if one.name_key == key_of(form)]
    exact = [one for one in named if same_occasion(form, one)]
    if intent is Intent.NEW and not exact:
        return None, None
    by_thread = [one for one in answered if one in named]
    again = [one for one in named if intent is Intent.CORRECTS or not is_of_another_day(form, one)]
    sure = next(iter([*exact, *by_thread, *again]), None)
    if sure is None and named:
        # «科普进校园» at one school and, in the next mail, at another one.
        return None, named[0]
    if sure:
        return sure, sure if intent is Intent.NONE and is_other_occasion(form, sure) else None
    return likeliest(form, unit, answered, intent) if alone else (None, None)


def is_other_occasion(form: Form, one: KnownSubmission) -> bool:
    """Another day than the one before, and another place or content as well: perhaps a second activity of the same name."""
    day, old_day = days_of(form, one)
    venue, old_venue = texts_of(form, one, "venue")
    text, old_text = texts_of(form, one, "content")
    is_elsewhere = bool(venue and old_venue) and similarity(venue, old_venue) < SAME_PLACE
    is_else = bool(text and old_text) and similarity(text, old_text) < SAME_TEXT
    return bool(day and old_day and day != old_day) and (is_elsewhere or is_else)


def days_of(form: Form, one: KnownSubmission) -> tuple[Any, Any]:
    """The day on which the activity begins, as JSON has it, in the new form and in the stored one."""
    return plain(form.plain("start_date")), one.content.get("fields", {}).get("start_date")


def texts_of(form: Form, one: KnownSubmission, key: str) -> tuple[str, str]:
    """A value without blanks in the new form and in the stored one; empty where it is missing."""
    return squeeze(form.text(key)), squeeze(str(one.content.get("fields", {}).get(key) or ""))


def likeliest(
    form: Form, unit: str, answered: Sequence[KnownSubmission], intent: Intent
) -> tuple[KnownSubmission | None, KnownSubmission | None]:
    """Of the forms that the mail answers the one that this form puts right; one that is open comes before one that is not."""
    ranked = sorted(answered, key=lambda one: not is_open(one))
    found = [(one, relation_to(form, unit, one, intent)) for one in ranked]
    for wanted in (Relation.SAME, Relation.ASK_SAME, Relation.ASK_NEW):
        fitting = [one for one, told in found if told is wanted]
        if not fitting:
            continue
        if wanted is Relation.ASK_NEW:
            return None, fitting[0]
        occasions = [one for one in fitting if same_occasion(form, one)]
        open_ones = [one for one in fitting if is_open(one)]
        best = next((group[0] for group in (occasions, open_ones, fitting) if len(group) == 1), None)
        # «已修改» and several forms that could be meant: a new one, and the sender is asked.
        return (best, best if wanted is Relation.ASK_SAME else None) if best else (None, fitting[0])
    return None, None


def is_open(one: KnownSubmission) -> bool:
    """Something was to be put right, or a person sent it back."""
    return one.status in {Status.NEEDS_CORRECTION, Status.REJECTED}


def relation_to(form: Form, unit: str, one: KnownSubmission, intent: Intent) -> Relation:
    if is_of_another_unit(form, unit, one):
        # Another unit's form, unless it is the same activity on the same day: then the unit's name was put right.
        return Relation.SAME if key_of(form) == one.name_key and same_occasion(form, one) else Relation.NEW
    day, old_day = days_of(form, one)
    venue, old_venue = texts_of(form, one, "venue")
    text, old_text = texts_of(form, one, "content")
    return relation(
        key_of(form),
        one.name_key,
        same_day=day == old_day if day and old_day else None,
        same_place=similarity(venue, old_venue) >= SAME_PLACE if venue and old_venue else None,
        same_text=bool(text) and similarity(text, old_text) >= SAME_TEXT,
        intent=intent,
        is_open=is_open(one),
    )


def is_of_another_unit(form: Form, unit: str, one: KnownSubmission) -> bool:
    named_before = one.content.get("fields", {}).get("reporting_unit")
    return one.unit != unit and bool(named_before and form.plain("reporting_unit"))


def is_revised_table(form: Form, unit: str, one: KnownSubmission) -> bool:
    """Whether a table sent in answer to *one*'s mail has an activity of it, its name perhaps corrected."""
    if is_of_another_unit(form, unit, one):
        return key_of(form) == one.name_key and same_occasion(form, one)
    names = [name_key(row_text(row, "activity_name")) for row in form.rows]
    return any(similarity(name, key) >= ALIKE for name in names for key, _, _ in one.rows if name and key)


def same_occasion(form: Form, one: KnownSubmission) -> bool:
    fields = one.content.get("fields", {})
    return all(plain(form.plain(key)) == fields.get(key) for key in ("start_date", "venue"))


def is_of_another_day(form: Form, one: KnownSubmission) -> bool:
    """Whether a form of *one*'s name tells another day and so another activity. Where *one* is open, the day may be what was put right,
    as long as the place is the same."""
    day, old_day = days_of(form, one)
    if not day or not old_day or day == old_day:
        return False
    venue, old_venue = texts_of(form, one, "venue")
    is_same_place = not venue or not old_venue or similarity(venue, old_venue) >= SAME_PLACE
    return not (is_open(one) and is_same_place)


def shares_a_row(form: Form, one: KnownSubmission) -> bool:
    """A revised table has an activity in common with the one before: by name, or by day and place where the name was corrected."""
    names = {name_key(row_text(row, "activity_name")) for row in form.rows} - {""}
    occasions = {(row_text(row, "start_date"), row_text(row, "venue")) for row in form.rows}
    return any(key in names or (day and venue and (day, venue) in occasions) for key, day, venue in one.rows)
