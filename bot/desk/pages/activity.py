"""一项活动: what was read, value by value, each with its place in the original; versions with what changed; the letters of its thread."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from starlette.responses import Response

from bot.base.clock import day_text
from bot.base.problems import Problem
from bot.decision.facts import IN_WORDS, SET_BY
from bot.decision.reply import days_text
from bot.decision.versions.content import ROWS, changed_keys, stored_form
from bot.desk.visit import Visit, get
from bot.documents.model import Spot
from bot.forms.definitions import FormDefinition
from bot.forms.entry.scans import CLEAR
from bot.forms.model import Form, Kind, Plain, Value, is_derived, plain_text
from bot.operation.acting import stamp_of
from bot.store.desk import activity
from bot.store.desk.activity import Stored

DERIVED = {"start_date", "end_date"}  # they stand behind the time that they were read from


class Shown(Struct, frozen=True):
    """One value as the page shows it; ``original`` leads to where it was read, ``strip`` to that part of a scan where it is not clear."""

    key: str
    label: str
    text: str
    problems: tuple[Problem, ...]
    source: str
    original: str
    is_here: bool
    strip: str = ""


def show(visit: Visit) -> Response:
    versions, chosen = versions_of(visit)
    form = stored_form(chosen.form, visit.desk.definitions)
    row = number(visit.query.get("row", ""))
    wanted = (visit.query.get("field", ""), row)
    values = list(values_of(form, chosen, wanted))
    letters = activity.letters(visit.db, chosen.form.ref)
    answers = activity.answers(visit.db, [letter["id"] for letter in letters])
    named = {problem.field for value in values for problem in value.problems}
    return visit.page(
        "activity.html",
        one=chosen,
        form=form,
        title=form.text("activity_name") or chosen.form.title,
        values=values,
        rows=list(rows_of(visit, form, chosen, wanted)),
        others=[one for one in form.problems if one.field not in named and form.kind is not Kind.SUMMARY],
        row_problems=[one for one in form.problems if form.kind is Kind.SUMMARY],
        original=address_of(chosen, *wanted) + "#here",
        source=file_of(chosen.form.source_path),
        versions=[
            told_of(one, before, visit) for one, before in zip(versions[::-1], [*versions[-2::-1], None], strict=True)
        ],
        letters=letters,
        answers=answers,
        can_reprint=definition_of(visit, chosen) is not None,
        current=next((each.form.version for each in versions if each.is_current), None),
        labels=list(dict.fromkeys(form.labels.values())),
        seen=stamp_of(visit.db, (), [chosen.form.ref]),
        key=secrets.token_hex(8),
    )


def versions_of(visit: Visit) -> tuple[list[Stored], Stored]:
    """Every version, and the one that is asked for: else the one that stands, else the newest."""
    found = activity.versions(visit.db, visit.path["ref"])
    if not found:
        raise visit.missing()
    asked = number(visit.query.get("version", ""))
    chosen = next((one for one in found if one.form.version == asked), None)
    if asked >= 0 and chosen is None:
        raise visit.missing()
    return found, chosen or next((one for one in found if one.is_current), found[-1])


def number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else -1


def definition_of(visit: Visit, one: Stored) -> FormDefinition | None:
    found = visit.desk.definitions.of_kind(one.form.kind)
    return found if found is not None and found.layout == "fields" else None


# -- what was read -----------------------------------------------------------------------------------------


def values_of(form: Form, one: Stored, wanted: tuple[str, int]) -> Iterator[Shown]:
    for key, value in form.fields.items():
        if not is_derived(key, form.labels):
            yield shown(key, value, form, one, wanted, -1)


def rows_of(visit: Visit, form: Form, one: Stored, wanted: tuple[str, int]) -> Iterator[list[Shown]]:
    definition = visit.desk.definitions.form(form.definition)
    labels = {key: spec.label for spec in definition.column for key in spec.keys} if definition else {}
    for i, row in enumerate(form.rows):
        yield [
            shown(key, value, form, one, wanted, i, labels.get(key, key))
            for key, value in row.items()
            if not is_derived(key, labels)
        ]


def shown(key: str, value: Value, form: Form, one: Stored, wanted: tuple[str, int], row: int, label: str = "") -> Shown:
    fields = form.fields if row < 0 else form.rows[row]
    text = text_of(value.value)
    if key == "activity_time" and text:
        days = days_text(*(there.value if (there := fields.get(end)) else None for end in ("start_date", "end_date")))
        text = f"{text}（{days}）" if days and days != text else text
    keys = {key, *(DERIVED if key == "activity_time" else ())}
    return Shown(
        key,
        label or form.labels.get(key, key),
        text,
        tuple(
            problem for problem in form.problems if row < 0 and form.kind is not Kind.SUMMARY and problem.field in keys
        ),
        source_of(value, one),
        address_of(one, key, row),
        (key, row) == wanted,
        address_of(one, key, row, "strip") if is_doubtful(value) and spot_of(value) else "",
    )


def is_doubtful(value: Value) -> bool:
    """Read from pixels and not clear, or not taken over; of a blank cell everything is known."""
    return value.confidence is not None and value.confidence < (1.0 if value.value is None else CLEAR)


def spot_of(value: Value) -> Spot | None:
    return next((place.spots[0] for place in value.places if place.spots), None)


def text_of(value: Plain) -> str:
    return day_text(value) if isinstance(value, date) else plain_text(value)


def source_of(value: Value, one: Stored) -> str:
    """«申报表.docx　表1 第3行第2列»; empty where the value's place was not kept."""
    if not value.places:
        return ""
    place = value.places[0]
    if place.is_in_letter:
        return f"来信：“{place.quote}”" if place.quote else "来信"
    pages = f" 第{place.spots[0].page}页" if place.spots else ""
    return f"{file_of(place.path or one.form.source_path)}{pages} {place.words}"


def file_of(path: str) -> str:
    """The name of the file; that of its archive before it."""
    inner = path.split("!/")[1:]
    return " › ".join(inner) if inner else "来信正文"


def address_of(one: Stored, key: str = "", row: int = -1, page: str = "original") -> str:
    asked = {"version": one.form.version} | ({"field": key} if key else {}) | ({"row": row} if row >= 0 else {})
    return f"/activity/{one.form.ref}/{page}?{urlencode(asked)}"


# -- versions ----------------------------------------------------------------------------------------------


def told_of(one: Stored, before: Stored | None, visit: Visit) -> dict[str, Any]:
    """A version, by whom it came, and what differs from the one before."""
    content = one.form.content
    by = f"{content[SET_BY]} 更正" if content.get(SET_BY) else "按来信更正" if content.get(IN_WORDS) else "表格"
    return {"one": one, "by": by, "changes": list(changes_of(one, before, visit)) if before else []}


def changes_of(one: Stored, before: Stored, visit: Visit) -> Iterator[tuple[str, str, str]]:
    now, old = (stored_form(each.form, visit.desk.definitions) for each in (one, before))
    order = [*now.fields, *(key for key in old.fields if key not in now.fields), ROWS]
    for key in sorted(changed_keys(one.form.content, before.form.content), key=order.index):
        if key == ROWS:
            yield "活动列表", f"{len(old.rows)}项", f"{len(now.rows)}项"
        elif not is_derived(key, now.labels):
            yield now.labels.get(key, key), old.text(key), now.text(key)


ROUTES = (get("/activity/{ref}", show),)
