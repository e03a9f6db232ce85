"""A form's values as JSON has them, and what tells one activity from another. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.base.text import name_key
from bot.decision.facts import KnownSubmission
from bot.forms.definitions import Definitions, FieldSpec
from bot.forms.model import Fields, Form, Kind, Plain, Value


def plain(value: Plain) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, (str, int)) else value.isoformat()


def plain_fields(fields: Fields) -> dict[str, Any]:
    return {key: plain(value.value) for key, value in fields.items()}


def row_text(row: Fields, key: str) -> str:
    value = row.get(key)
    return str(value.value) if value and value.value is not None else ""


def key_of(form: Form) -> str:
    """What the form is about within its unit: the activity's name; a summary table is about the unit itself."""
    return "" if form.kind is Kind.SUMMARY else name_key(form.text("activity_name"))


def content_of(form: Form) -> dict[str, Any]:
    """What is stored of a form, as plain JSON."""
    content: dict[str, Any] = {
        "definition": form.definition,
        "fields": plain_fields(form.fields),
        "labels": dict(form.labels),
    }
    if form.kind is Kind.SUMMARY:
        content["rows"] = [plain_fields(row) for row in form.rows]
    if form.ocr:
        content["ocr"] = True
    return content


def hash_of(content: Mapping[str, Any]) -> str:
    """Equal for equal values; labels, places and the file's other bytes do not count."""
    told = {key: content.get(key) for key in ("fields", "rows", "links", "pictures")}
    if content.get("videos"):
        told["videos"] = content["videos"]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def stored_form(known: KnownSubmission, definitions: Definitions) -> Form:
    """A stored version as the form that it was read from."""
    content = known.content
    definition = definitions.form(str(content.get("definition", ""))) or definitions.of_kind(known.kind)
    fields = dict(content.get("fields", {}))
    return Form(
        kind=known.kind,
        path=known.source_path,
        format="",
        fields=values(fields, definition.field if definition else ()),
        rows=tuple(values(row, definition.column if definition else ()) for row in content.get("rows", [])),
        problems=known.problems,
        definition=definition.name if definition else "",
        labels=dict(content.get("labels", {})),
        title=known.title,
        ocr=False,
    )


def values(stored: dict[str, Any], specs: Sequence[FieldSpec]) -> Fields:
    return {key: Value(from_plain(key, value, specs)) for key, value in stored.items()}


def from_plain(key: str, value: Any, specs: Sequence[FieldSpec]) -> Plain:
    """The value that JSON made plain: days are days again, lists are tuples."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    spec = next((spec for spec in specs if key in spec.keys), None)
    is_day = spec is not None and (spec.kind == "date" or (spec.kind == "daterange" and key != spec.key))
    if is_day and isinstance(value, str):
        return date.fromisoformat(value)
    return value if value is None or isinstance(value, (str, int)) else str(value)


ROWS = "rows"


def changed_keys(now: Mapping[str, Any], before: Mapping[str, Any]) -> set[str]:
    """The keys of the fields (and ``ROWS``) in which one stored content differs from another."""
    fields, old = now.get("fields", {}), before.get("fields", {})
    rows = {ROWS} if now.get("rows") != before.get("rows") else set()
    return {key for key in {*fields, *old} if fields.get(key) != old.get(key)} | rows
