"""A form's values as JSON has them, and what tells one activity from another. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec.structs import asdict

from bot.base.text import name_key
from bot.decision.facts import KnownSubmission
from bot.documents.model import Spot
from bot.forms.definitions import Definitions, FieldSpec
from bot.forms.model import Fields, Form, Kind, Place, Plain, Value


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


NOWHERE = Place()
PLACES, ROW_PLACES = "places", "row_places"
CONFIDENCE, ROW_CONFIDENCE = "confidence", "row_confidence"


def content_of(form: Form) -> dict[str, Any]:
    """What is stored of a form, as plain JSON."""
    content: dict[str, Any] = {
        "definition": form.definition,
        "fields": plain_fields(form.fields),
        "labels": dict(form.labels),
        PLACES: plain_places(form.fields),
        CONFIDENCE: plain_confidence(form.fields),
    }
    if form.kind is Kind.SUMMARY or form.rows:
        content["rows"] = [plain_fields(row) for row in form.rows]
        content[ROW_PLACES] = [plain_places(row) for row in form.rows]
    if form.ocr:
        content["ocr"] = True
        if form.rows:
            content[ROW_CONFIDENCE] = [plain_confidence(row) for row in form.rows]
    return content


def plain_confidence(fields: Fields) -> dict[str, float]:
    return {key: value.confidence for key, value in fields.items() if value.confidence is not None}


def plain_places(fields: Fields) -> dict[str, list[dict[str, Any]]]:
    """Where each value was read; what says nothing is left out."""
    return {key: [plain_place(place) for place in value.places] for key, value in fields.items() if value.places}


def plain_place(place: Place) -> dict[str, Any]:
    """What a place says, nothing of what it does not say (each mail has dozens)."""
    told: dict[str, Any] = {"words": place.words}
    for key in ("path", "table", "row", "col", "paragraph", "quote"):
        if (value := getattr(place, key)) != getattr(NOWHERE, key):
            told[key] = value
    if place.spots:
        told["spots"] = [asdict(spot) for spot in place.spots]
    return told


def said_in(content: Mapping[str, Any], letter: str) -> dict[str, Any]:
    """*content* with the path of the mail by whose words values were put in, wherever that was not known yet."""

    def named(places: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: [one if is_placed(one) or "path" in one else {**one, "path": letter} for one in told]
            for key, told in places.items()
        }

    found = {**content, PLACES: named(content.get(PLACES, {}))}
    if ROW_PLACES in content:
        found[ROW_PLACES] = [named(row) for row in content[ROW_PLACES]]
    return found


def is_placed(stored: Mapping[str, Any]) -> bool:
    return "table" in stored or "paragraph" in stored


def places_in(stored: Mapping[str, Any], key: str) -> tuple[Place, ...]:
    """Where the value of *key* was read, as ``plain_places`` keeps it."""
    found = []
    for told in stored.get(key, ()):
        spots = tuple(Spot(**spot) for spot in told.get("spots", ()))
        found.append(Place(**{**told, "spots": spots}) if spots else Place(**told))
    return tuple(found)


def sources_of(version: KnownSubmission, current: KnownSubmission, taken: Set[str]) -> dict[str, Any]:
    """Where the values come from, and how surely, that *current* has with those of *taken* from *version*."""
    found = {}
    for name in (PLACES, CONFIDENCE):
        ours, theirs = current.content.get(name, {}), version.content.get(name, {})
        theirs = in_file(theirs, version.source_path) if name == PLACES else theirs
        found[name] = {
            key: one[key] for one, mine in ((ours, False), (theirs, True)) for key in one if (key in taken) is mine
        }
    return found


def row_sources_of(
    version: KnownSubmission, current: KnownSubmission, cells: Set[tuple[int, str]], number: int
) -> dict[str, Any]:
    """The same for the *number* rows of a table; *cells* (row, key) are taken from *version*."""
    found: dict[str, Any] = {}
    for name in (ROW_PLACES, ROW_CONFIDENCE):
        ours, theirs = current.content.get(name, []), version.content.get(name, [])
        if name == ROW_PLACES:
            theirs = [in_file(row, version.source_path) for row in theirs]
        found[name] = [
            {
                key: row[key]
                for row, mine in ((there(ours, i), False), (there(theirs, i), True))
                for key in row
                if ((i, key) in cells) is mine
            }
            for i in range(number)
        ]
    return found


def there(rows: Sequence[Mapping[str, Any]], index: int) -> Mapping[str, Any]:
    return rows[index] if index < len(rows) else {}


def in_file(stored: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Places that go on in a version of another file: theirs was *path*."""
    return {key: [{"path": path, **told} for told in places] for key, places in stored.items()}


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
    rows = content.get("rows", [])
    row_places, row_sure = content.get(ROW_PLACES, []), content.get(ROW_CONFIDENCE, [])
    return Form(
        kind=known.kind,
        path=known.source_path,
        format="",
        fields=values(
            content.get("fields", {}),
            definition.field if definition else (),
            content.get(PLACES, {}),
            content.get(CONFIDENCE, {}),
        ),
        rows=tuple(
            values(row, definition.column if definition else (), there(row_places, i), there(row_sure, i))
            for i, row in enumerate(rows)
        ),
        problems=known.problems,
        definition=definition.name if definition else "",
        labels=dict(content.get("labels", {})),
        title=known.title,
        ocr=False,
    )


def values(
    stored: Mapping[str, Any],
    specs: Sequence[FieldSpec],
    places: Mapping[str, Any],
    sure: Mapping[str, float] = MappingProxyType({}),
) -> Fields:
    return {
        key: Value(from_plain(key, value, specs), places=places_in(places, key), confidence=sure.get(key))
        for key, value in stored.items()
    }


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
    return differing(fields, old) | rows


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    return {key for key in {*one, *other} if one.get(key) != other.get(key)}
