"""One form that came twice in one mail. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from bot.base.text import name_key, similarity, squeeze
from bot.decision.versions.content import key_of, plain_fields, row_text
from bot.decision.versions.threads import SAME_PLACE
from bot.forms.model import Form, Kind
from bot.forms.units.assign import UnitGuess

SAME_NAME_IN_A_SCAN = 0.75


def without_copies(pairs: Sequence[tuple[Form, UnitGuess]]) -> list[tuple[Form, UnitGuess, tuple[str, ...]]]:
    """The same form sent twice in one mail (as Word and as stamped scan, say) counts once: the best reading of it, with all paths.

    Two registrations of one name that differ in time or place are two activities.
    """
    kept: list[tuple[Form, UnitGuess, tuple[str, ...]]] = []
    forms = {id(form): form for form, _ in pairs}
    values = cache(lambda number: values_of(forms[number]))
    for form, guess in sorted(pairs, key=lambda pair: (pair[0].ocr, sum(p.is_error for p in pair[0].problems))):
        for index, (other, other_guess, paths) in enumerate(kept):
            if guess.name == other_guess.name and is_copy(form, other, values):
                kept[index] = (other, other_guess, (*paths, form.path))
                break
        else:
            kept.append((form, guess, (form.path,)))
    order = {id(form): index for index, (form, _) in enumerate(pairs)}
    return sorted(kept, key=lambda one: order[id(one[0])])


def is_copy(form: Form, other: Form, values: Callable[[int], object]) -> bool:
    """*values*: what a form says, by its ``id``; asked for only where that may tell."""
    if form.kind is not other.kind:
        return False
    if values(id(form)) == values(id(other)):
        return True
    if form.path == other.path:
        return False
    if form.kind is Kind.SUMMARY:
        mine, theirs = ({name_key(row_text(row, "activity_name")) for row in one.rows} for one in (form, other))
        return mine == theirs or (form.ocr != other.ocr and bool(mine & theirs))
    mine_key, other_key = key_of(form), key_of(other)
    if not mine_key or not other_key:
        return False
    if form.ocr != other.ocr:
        # The scan of a form that came as a file, too: a character of its name may be misread.
        return similarity(mine_key, other_key) >= SAME_NAME_IN_A_SCAN
    return mine_key == other_key and same_occasion_as(form, other)


def values_of(form: Form) -> tuple[dict[str, Any], ...]:
    return (plain_fields(form.fields), *map(plain_fields, form.rows))


def same_occasion_as(form: Form, other: Form) -> bool:
    """The same days at the same place, as far as both say: a PDF of the same form may lose a blank, not move the activity."""
    for key in ("start_date", "end_date"):
        days = {form.plain(key), other.plain(key)} - {None}
        if len(days) > 1:
            return False
    place, other_place = squeeze(form.text("venue")), squeeze(other.text("venue"))
    return not place or not other_place or similarity(place, other_place) >= SAME_PLACE
