"""A table with a header row and one activity a row (summary): what was collected -> ``Form``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell, Document, Paragraph, Table
from bot.forms.checks import problems_of_fields
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.entry.draft import Draft
from bot.forms.entry.scans import options_mended, unsure, unsure_reading
from bot.forms.entry.value import Reading, read_field, says_nothing, split_group
from bot.forms.fields.collect import Collector
from bot.forms.fields.read import draft_of, lowest_of, share_people_and_phones
from bot.forms.labels.index import members
from bot.forms.labels.places import place_of
from bot.forms.labels.raw import Line, RawForm, RawRow, is_ditto
from bot.forms.model import Form, Kind, Place, Value
from bot.forms.rows.collect import RawTable

LIST_JOINT = "、"  # between the lines of one activity that takes several rows


def form_of_table(
    raw: RawTable, document: Document, definition: FormDefinition, definitions: Definitions, campaign: Campaign
) -> Form:
    """The summary with every row's values and problems; without rows it is a blank form."""
    unit_places = (raw.unit_place,) if raw.unit_place.words else ()
    unit = definition.outside("unit")
    outside = around_of(raw, definition, campaign, is_scan=document.ocr) if len(definition.field) > 1 else Draft()
    if unit is not None and (raw.unit or outside.plain(unit.key) is None):
        told, sure = Reading({unit.key: raw.unit or None}), sure_at(raw.unit_place, document)
        if sure is not None and unsure(unit, told, raw.unit, sure, definition.labels().values()):
            told = unsure_reading(unit, told)
            outside.doubts += [(unit.key, doubt) for doubt in told.doubts]
        outside.fields[unit.key] = Value(told.values[unit.key], raw.unit, unit_places, sure)
    for spec in definition.field:
        for key in spec.keys:
            outside.fields.setdefault(key, Value(None))
    drafts = list(read_rows(raw.rows, document, definition, campaign))
    problems: list[Problem] = []
    if drafts:
        problems += problems_of_fields(outside, definition, definition.field, definitions, campaign, definition.label)
    problems += problems_of_rows(drafts, definition, definition.label, definitions, campaign)
    return Form(
        kind=Kind(definition.kind),
        path=document.path,
        format=document.format,
        fields=outside.fields,
        rows=tuple(draft.fields for draft in drafts),
        problems=tuple(problems),
        definition=definition.name,
        labels=definition.labels(),
        title=raw.title or definition.label,
        ocr=document.ocr,
    )


def sure_at(place: Place, document: Document) -> float | None:
    """How sure OCR is of what stands there."""
    cells = (cell for table in document.tables() for cell in table.cells)
    blocks: tuple[Paragraph | Cell, ...] = (*document.paragraphs(), *cells)
    return lowest_of(block.confidence for block in blocks if not set(place.spots).isdisjoint(block.spots))


def problems_of_rows(
    drafts: Sequence[Draft], definition: FormDefinition, called: str, definitions: Definitions, campaign: Campaign
) -> list[Problem]:
    problems: list[Problem] = []
    for number, draft in enumerate(drafts, 1):
        name = str(draft.plain(definition.anchor) or "")
        form = f"{called}第{number}行" + (f"（{name if len(name) <= 20 else name[:19] + '…'}）" if name else "")
        problems += problems_of_fields(draft, definition, definition.column, definitions, campaign, form)
    return problems


def with_entries(form: Form, raw: RawForm, document: Document, definitions: Definitions, campaign: Campaign) -> Form:
    """*form* with the entries of its tables, in their order, and what is to be asked about them."""
    rows = list(form.rows)
    problems = list(form.problems)
    for entries in raw.entries:
        definition = entries.definition
        drafts = list(read_rows(entries.rows, document, definition, campaign))
        rows += [draft.fields for draft in drafts]
        problems += problems_of_rows(drafts, definition, definition.label, definitions, campaign)
    return replace(form, rows=tuple(rows), problems=tuple(problems))


def around_of(raw: RawTable, definition: FormDefinition, campaign: Campaign, *, is_scan: bool) -> Draft:
    """The fields that stand around the entries: in the lines above and below, and in the cells of the table itself."""
    collector = Collector(definition, ocr=is_scan)
    for one in raw.around:
        collector.paragraphs([Line(text, place, None, raw.at) for text, place in one.above])
        collector.table(Table(one.head), one.region)
        summed = collector.crossed([*one.header, *one.foot], one.region)  # totals, by the header's words above them
        collector.table(Table(tuple(cell for cell in one.foot if id(cell) not in summed)), one.region)
        collector.paragraphs([Line(text, place, None, raw.at) for text, place in one.below])
    first = collector.forms[0]
    for form in collector.forms[1:]:
        for found in form.found:
            first.put(found)
    return draft_of(first, definition, campaign, is_scan=is_scan)


def read_rows(
    rows: Sequence[RawRow], document: Document, definition: FormDefinition, campaign: Campaign
) -> Iterator[Draft]:
    previous: dict[str, str] = {}
    for row in rows:
        texts = texts_of(row, definition, previous)
        if all(is_blank(text) for text in texts.values()):
            continue
        draft = draft_of_row(row, texts, document, definition, campaign)
        if any(spec.given or spec.choices for spec in definition.column) and not is_told(draft, definition):
            continue
        previous = texts
        yield draft


def is_told(draft: Draft, definition: FormDefinition) -> bool:
    """Somebody wrote into the row, beside what the form prints in it."""
    own = {key for spec in definition.column if not spec.given for key in spec.keys}
    open_words = [(str(draft.plain(spec.key) or ""), squeezed(spec.begun)) for spec in definition.column if spec.begun]
    if any(word and squeeze(word) not in begun for word, begun in open_words):
        return True  # «其他费用 | 矿泉水», and nothing else yet
    return any(draft.plain(key) is not None for key in own) or any(
        key in own and doubt.code is not Code.NOTHING_TICKED for key, doubt in draft.doubts
    )


def texts_of(row: RawRow, definition: FormDefinition, previous: dict[str, str]) -> dict[str, str]:
    """The text of each target: split columns joined, 同上 replaced by what stands above."""
    texts: dict[str, str] = {}
    for target, cells in row.cells.items():
        spec = definition.spec(target)
        joint = spec.joint if spec else " "
        parts: list[str] = []
        for cell in cells:
            text = cell.text
            if is_ditto(text, definition):
                text = previous.get(target, "")
            if not says_nothing(text) and text not in parts:
                parts.append(text)
        down = len({cell.row for cell in cells}) > 1
        if down and target == definition.anchor:
            # A name wrapped over rows, not a list.
            joint = ""
        texts[target] = (LIST_JOINT if down and target != definition.anchor else joint).join(parts)
    return texts


def places_of(row: RawRow, cells: Sequence[Cell]) -> tuple[Place, ...]:
    """The cells that say something; the words name the row itself, though a cell be merged over several."""
    filled = [cell for cell in cells if not says_nothing(cell.text)] or cells[:1]
    told = [place_of(cell, row.region) for cell in filled]
    if not told or row.region.is_turned:
        return tuple(told) or (row.place,)
    return replace(told[0], words=f"{row.place.words}第{cells[0].place[1] + 1}列"), *told[1:]


def draft_of_row(
    row: RawRow, texts: dict[str, str], document: Document, definition: FormDefinition, campaign: Campaign
) -> Draft:
    draft = Draft(n_labels=len(texts))
    divided: dict[str, tuple[str, list[Cell]]] = {}
    for target, text in texts.items():
        parts = split_group(definition, members(target), text) if members(target) else {target: text}
        for key, part in parts.items():
            if key not in divided or says_nothing(divided[key][0]):
                divided[key] = (part, row.cells[target])
    spare: dict[str, dict[str, str]] = {}
    labels = definition.labels().values()
    for spec in definition.column:
        text, cells = divided.get(spec.key, ("", []))
        number = cells[0].number if len(cells) == 1 else None
        text = options_mended(spec, text) if document.ocr and spec.choices else text
        reading = read_field(spec, text, campaign, definition.blank_phrases, number)
        confidence = lowest_of(cell.confidence for cell in cells)
        if (document.ocr or confidence is not None) and unsure(spec, reading, text, confidence, labels):
            reading = unsure_reading(spec, reading)
        places = places_of(row, cells)
        for key, value in reading.values.items():
            draft.fields[key] = Value(value, text.strip(), places, confidence)
        draft.doubts += [(doubt.key or spec.key, doubt) for doubt in reading.doubts]
        spare[spec.key] = reading.spare
    share_people_and_phones(draft, definition, spare)
    return draft
