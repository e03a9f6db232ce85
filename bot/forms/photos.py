"""One form in several photos of one mail: pages and halves put together, of two pictures of the same the surer values taken. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.base.campaign import Campaign
from bot.base.text import similarity, squeeze
from bot.documents.model import Document, Paragraph
from bot.forms.definitions import Definitions
from bot.forms.model import Form, Kind, Value, plain_text
from bot.forms.read import read_forms

ALIKE = 0.85  # of two readings of one value
SURE = 0.93  # confidence: two such values that differ are two forms
LONG = 40  # characters
COMMON = 3  # values alike that make two whole pictures one form


def read_photos(documents: Sequence[Document], definitions: Definitions, campaign: Campaign) -> list[Form]:
    """The forms of all *documents*. What is no form by itself may be the other half of one on the photo before or after it."""
    found = [read_forms(document, definitions, campaign) for document in documents]
    for i, document in enumerate(documents):
        if not is_photo(document) or any(form.kind is not Kind.UNRECOGNISED or form.problems for form in found[i]):
            continue
        for j in (i - 1, i + 1):
            if 0 <= j < len(documents) and is_photo(documents[j]):
                half = half_of(document, found[j], definitions, campaign)
                found[i] = [half] if half else found[i]
    return [form for forms in found for form in forms]


def is_photo(document: Document) -> bool:
    return document.ocr and document.format == "image"


def half_of(document: Document, forms: Sequence[Form], definitions: Definitions, campaign: Campaign) -> Form | None:
    """The form in *document* if it goes on from one of *forms*: read as if that one's title stood above it."""
    for form in forms:
        definition = definitions.form(form.definition)
        if definition is None or form.kind is not Kind.REGISTRATION:
            continue
        title = Paragraph(definition.title or definition.label)
        (half, *more) = read_forms(replace(document, blocks=(title, *document.blocks)), definitions, campaign)
        if not more and are_one(form, half):
            return half
    return None


def put_together(forms: Sequence[Form]) -> list[Form]:
    """*forms* of one mail in their order; a registration that goes on in, or stands again on, another photo is one form, of the first one's file."""
    out: list[Form] = []
    for form in forms:
        at = next((i for i in reversed(range(len(out))) if are_one(out[i], form)), None)
        if at is None:
            out.append(form)
        else:
            out[at] = merged(out[at], form)
    return out


def are_one(one: Form, other: Form) -> bool:
    if one.kind is not Kind.REGISTRATION or one.definition != other.definition or one.path == other.path:
        return False
    if not (one.ocr and other.ocr and one.format == other.format == "image"):
        return False
    common = [key for key in one.fields if one.plain(key) is not None and other.plain(key) is not None]
    alike = [key for key in common if is_alike(one.fields[key], other.fields[key])]
    if any(key not in alike and is_sure(one.fields[key]) and is_sure(other.fields[key]) for key in common):
        return False
    if has_name(one) and has_name(other):
        return "activity_name" in alike and len(alike) >= COMMON
    return has_name(one) != has_name(other) and (bool(alike) or not common)


def has_name(form: Form) -> bool:
    """Its upper part is there, whether or not the name can be read."""
    return any(form.fields[key].text.strip() for key in ("activity_name", "reporting_unit") if key in form.fields)


def is_alike(one: Value, other: Value) -> bool:
    first, second = (squeeze(plain_text(value.value)) for value in (one, other))
    return first == second or first in second or second in first or similarity(first, second) >= ALIKE


def is_sure(value: Value) -> bool:
    return value.confidence is not None and value.confidence >= SURE


def merged(one: Form, other: Form) -> Form:
    """Each value from where it is whole and surer, with what is to be said of it."""
    theirs = {key for key, value in other.fields.items() if is_better(value, one.fields.get(key))}
    fields = {**one.fields, **{key: from_file(other.fields[key], other.path) for key in theirs}}
    problems = [p for p in one.problems if p.field not in theirs]
    problems += [p for p in other.problems if (p.field in theirs or not p.field) and p not in problems]
    title = other.title if "activity_name" in theirs else one.title
    return replace(one, fields=fields, problems=tuple(problems), title=title)


def from_file(value: Value, path: str) -> Value:
    return replace(value, places=tuple(replace(place, path=place.path or path) for place in value.places))


def is_better(value: Value, than: Value | None) -> bool:
    """A value before none, one that was written before a blank, the whole of a long text before its part, the surer before the other."""
    if than is None or (value.value is None) != (than.value is None):
        return than is None or value.value is not None
    if value.value is None:
        return bool(value.text.strip()) and not than.text.strip()
    first, second = squeeze(plain_text(value.value)), squeeze(plain_text(than.value))
    if first != second and (first in second or second in first):
        # Of a long text the part is missing on one photo; what a short value has more, is its neighbour's where a line is not seen.
        return (len(first) > len(second)) == (max(len(first), len(second)) > LONG)
    return (value.confidence or 0.0) > (than.confidence or 0.0)
