"""One form in several photos of one mail: pages and halves put together, of two pictures of the same the surer values taken. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.base.text import similarity, squeeze
from bot.documents.model import Document, Paragraph, Table
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.model import Form, Kind, Value, plain_text
from bot.forms.read import read_forms
from bot.forms.seams import seamed

ALIKE = 0.85  # of two readings of one value
SURE = 0.93  # confidence: two such values that differ are two forms
LONG = 40  # characters
ALONE = 3  # labels at the end of a form whose beginning is not there
PART = 3  # labels: so many are not lost by a misreading
LOST = 2  # labels of a row
NEAR = 8  # photos between the parts of one form, at most
COMMON = 3  # values alike that make two whole pictures one form


def read_photos(documents: Sequence[Document], definitions: Definitions, campaign: Campaign) -> list[Form]:
    """The forms of all *documents*. What is no form by itself may be another part of one on a photo near it."""
    whole = seamed(documents, definitions)
    found = [read_forms(document, definitions, campaign) for document in whole]
    near = [i for i, document in enumerate(whole) if is_photo(document)]
    left = [i for i in near if all(form.kind is Kind.UNRECOGNISED and not form.problems for form in found[i])]
    for i in [*left, *reversed(left)]:  # of three parts the last one follows the second
        if any(form.kind is Kind.REGISTRATION for form in found[i]):
            continue
        beside = sorted((j for j in near if 0 < abs(j - i) <= NEAR), key=lambda j: abs(j - i))
        halves = (rest_of(form, whole[i], definitions, campaign) for j in beside for form in found[j])
        found[i] = next(([half] for half in halves if half), found[i])
    for i in left:
        if all(form.kind is Kind.UNRECOGNISED for form in found[i]):
            found[i] = lone_part(whole[i], definitions, campaign) or found[i]
    for i in left:  # its rows stand on another photo now
        if any(documents[i].tables()) and not any(whole[i].tables()):
            found[i] = []
    return [form for forms in found for form in forms]


def is_photo(document: Document) -> bool:
    return document.ocr and document.format == "image"


def rest_of(form: Form, document: Document, definitions: Definitions, campaign: Campaign) -> Form | None:
    """What *document* shows if *form* goes on there: read as if that one's title stood above it, however few labels it has."""
    definition = definitions.form(form.definition)
    if definition is None or form.kind is not Kind.REGISTRATION:
        return None
    half = part_of(definition, document, definitions, campaign)
    return half if half and (are_one(form, half) or goes_on(form, half)) else None


def part_of(
    definition: FormDefinition, document: Document, definitions: Definitions, campaign: Campaign
) -> Form | None:
    title = Paragraph(definition.title or definition.label)
    alone = replace(definitions, forms=(definition.model_copy(update={"min_labels": 1}),))
    (half, *more) = read_forms(replace(document, blocks=(title, *document.blocks)), alone, campaign)
    enough = len(labels_seen(half)) > 1 or ends_in(half)
    return half if enough and not more and half.kind is Kind.REGISTRATION else None


def lone_part(document: Document, definitions: Definitions, campaign: Campaign) -> list[Form]:
    """The lower part of a form whose upper one did not come: with its end, and some more of its labels in a table that the sheet's heading is not above."""
    definition = definitions.of_kind(Kind.REGISTRATION)
    if definition is None or not isinstance(next(iter(document.blocks), None), Table):
        return []
    part = part_of(definition, document, definitions, campaign)
    return [part] if part and ends_in(part) and len(labels_seen(part)) >= ALONE else []


def put_together(forms: Sequence[Form]) -> list[Form]:
    """*forms* of one mail in their order; a registration that goes on in, or stands again on, another photo is one form, of the first one's file."""
    out = list(forms)
    while join_nearest(out, are_one):
        pass
    while not is_mixed(out) and join_nearest(out, goes_on):
        pass
    return [told_as_part(form) if is_on_photo(form) else form for form in out]


def told_as_part(form: Form) -> Form:
    """That only a part of the sheet is on the photo stands before what is asked for one by one."""
    at, most = labels_seen(form), len(form.fields)
    part = "下半部分" if at and at[0] > PART else "上半部分" if at and at[-1] < most - PART else ""
    if not part:
        return form
    message = f"照片上只看到表格的{part}，请把整张表拍全（可分几张照片，在同一封信里发来），或发送电子版。"
    problem = Problem(Code.MISSING, Severity.ERROR, message, place=form.path)
    return replace(form, problems=(problem, *form.problems))


def join_nearest(forms: list[Form], fit: Callable[[Form, Form], bool]) -> bool:
    """Two of *forms* that *fit* and stand nearest to each other become one; false where none do."""
    at = [i for i, form in enumerate(forms) if is_on_photo(form)]
    for apart in range(1, min(len(at), NEAR + 1)):
        for i, j in zip(at, at[apart:], strict=False):
            if (
                forms[i].path != forms[j].path
                and forms[i].definition == forms[j].definition
                and fit(forms[i], forms[j])
            ):
                forms[i] = merged(forms[i], forms[j])
                del forms[j]
                return True
    return False


def is_on_photo(form: Form) -> bool:
    return form.kind is Kind.REGISTRATION and form.ocr and form.format == "image"


def are_one(one: Form, other: Form) -> bool:
    """Both show values of one form."""
    common, alike = shared(one, other)
    if has_name(one) and has_name(other):
        return len(alike) >= (
            COMMON if "activity_name" in alike else 2 * COMMON if "activity_name" not in common else 99
        )
    return bool(alike) and (has_name(one) != has_name(other) or alike == common)


def goes_on(one: Form, other: Form) -> bool:
    """One of two parts without common values shows the labels that follow those of the other; a row may be lost where the picture was cut."""
    if shared(one, other)[0] or (has_name(one) and has_name(other)):
        return False
    own, others = sorted(labels_seen(form) or [len(form.fields)] for form in (one, other))
    return own[-1] < others[-1] and others[0] <= own[-1] + 1 + LOST


def is_mixed(forms: Sequence[Form]) -> bool:
    """Of several forms first parts and second ones do not take turns: which belongs to which nobody can tell."""
    parts = [has_name(form) for form in forms if is_on_photo(form) and not is_whole(form)]
    return sum(parts) > 1 and any(one == other for one, other in itertools.pairwise(parts))


def is_whole(form: Form) -> bool:
    return has_name(form) and ends_in(form)


def shared(one: Form, other: Form) -> tuple[list[str], list[str]]:
    """The values that both have, and those of them that are alike; nothing alike where two are surely different."""
    common = [key for key in one.fields if one.plain(key) is not None and other.plain(key) is not None]
    alike = [key for key in common if is_alike(one.fields[key], other.fields[key])]
    if any(key not in alike and is_sure(one.fields[key]) and is_sure(other.fields[key]) for key in common):
        return common, []
    return common, alike


def labels_seen(form: Form) -> list[int]:
    """Which of its fields, in their order, have a label on the sheet; columns of its tables do not count."""
    keys = [key for key in form.labels if key in form.fields]
    return [i for i, key in enumerate(keys) if stands_in(form, key)]


def stands_in(form: Form, key: str) -> bool:
    """Its label was seen."""
    return key in form.fields and bool(form.fields[key].places or form.fields[key].text)


def has_name(form: Form) -> bool:
    """Its upper part is there."""
    return any(form.plain(key) is not None for key in ("activity_name", "reporting_unit"))


def ends_in(form: Form) -> bool:
    """The last of its labels was seen."""
    return labels_seen(form)[-1:] == [len(form.fields) - 1]


def is_alike(one: Value, other: Value) -> bool:
    if isinstance(one.value, int) or isinstance(other.value, int):
        return one.value == other.value
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
