"""One document -> the forms in it. The story of this room; each step is told in its own module."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.documents.model import Block, Document, Paragraph, Table
from bot.forms.campaigns import former_in
from bot.forms.checks import blank_problem, former_problem
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.entry.draft import Draft
from bot.forms.fields.read import TYPED_VALUES, collect_forms, draft_of, form_of, is_filled, of_others
from bot.forms.labels.particular import heading_of
from bot.forms.labels.places import Region, heads_of, regions_of
from bot.forms.labels.raw import RawForm, covering
from bot.forms.labels.titles import is_title, names_example, other_title
from bot.forms.model import Form, Kind
from bot.forms.prose import read_prose
from bot.forms.rows.collect import collect_tables
from bot.forms.rows.entries import entries_header, tables_of
from bot.forms.rows.read import form_of_table, with_entries

LETTER = 60  # characters; a longer paragraph is running text
LOOKED_AT = 5000  # characters of a block
WRITTEN = re.compile(r"(?<!\d)(?:0\d{2,3}-?)?\d{7,11}(?!\d)|\d月\d{1,2}日|[\w.-]+@\w+")
MANY_WRITTEN = 5
NOTICE = 1200  # characters of running text around blank forms make them the annex of a notice


class Candidate(Struct, frozen=True):
    """A form as read; ``filled``: somebody wrote into it; ``score``: how well its definition fits; ``at``: its block;
    ``example``: it shows how to fill the form."""

    form: Form
    filled: bool
    score: int
    at: int
    example: bool = False


def read_forms(document: Document, definitions: Definitions, campaign: Campaign) -> list[Form]:
    """Every form in *document* in its order, at least one (``unrecognised`` where nothing fits).

    Blank forms count only where no form of the document is filled, and not where they are the annex of a notice.
    The document's own problems go to the first form. Never raises for any content.
    """
    former = former_in(document, definitions)
    if former is not None:
        problem = former_problem(former, definitions, campaign)
        return [replace(unrecognised(document), resembles=former.title, problems=(*document.problems, *problem))]
    regions = before_our_own(regions_of(document), definitions)
    tables, left = best_tables(document, regions, definitions, campaign)
    fields, resembles = best_fields(document, left, definitions, campaign)
    found = [*tables, *fields]
    found.sort(key=lambda candidate: candidate.at)
    filled = [candidate for candidate in found if candidate.filled]
    # Where nothing but the «example» is filled, somebody wrote into that.
    forms = [candidate.form for candidate in filled if not candidate.example] or [c.form for c in filled]
    if all(form.kind is Kind.SUMMARY for form in forms):
        # A report may list the activities in a table like the summary's.
        forms = reports(document, definitions, campaign, framed=bool(forms)) or forms
    if not forms and not is_notice(document, definitions) and not is_written(document):
        forms = blank_forms(found, definitions, campaign)
    if not forms:
        forms = [replace(unrecognised(document), resembles=resembles)]
    if document.problems:
        forms = [replace(forms[0], problems=(*document.problems, *forms[0].problems)), *forms[1:]]
    return [form if form.index == i else replace(form, index=i) for i, form in enumerate(forms)]


def unrecognised(document: Document) -> Form:
    return Form(Kind.UNRECOGNISED, document.path, document.format, title=document.name, ocr=document.ocr)


def best_tables(
    document: Document, regions: list[Region], definitions: Definitions, campaign: Campaign
) -> tuple[list[Candidate], list[Region]]:
    """The summaries by the definition that recognises most, and the regions that are left."""
    best: tuple[int, list[Candidate], list[Region]] = (0, [], regions)
    empty = {
        i: replace(one, block=Paragraph("")) for i, one in enumerate(regions) if is_part(one, regions, definitions)
    }
    shown = [empty.get(i, region) for i, region in enumerate(regions)]
    hidden = {id(one): regions[i] for i, one in empty.items()}
    for definition in definitions.with_layout("rows"):
        raws, left = collect_tables(shown, definition)
        left = [hidden.get(id(region), region) for region in left]
        score = sum(raw.n_labels for raw in raws)
        if score > best[0]:
            forms = [(form_of_table(raw, document, definition, definitions, campaign), raw) for raw in raws]
            best = (score, [Candidate(form, tells(form, definition), score, raw.at) for form, raw in forms], left)
    return best[1], best[2]


def is_part(region: Region, regions: Sequence[Region], definitions: Definitions) -> bool:
    """A table for entries, with all its columns, of a form whose title stands in the document («表二 典型活动清单» of a «统计表»): no list of its own."""
    block = region.block
    if not isinstance(block, Table):
        return False
    titles = [squeeze(text) for one in regions for text in texts_of(one.block)]
    forms = [form for form in definitions.with_layout("fields") if form.table and form.title]
    cover = covering(list(block.cells)) if forms else {}
    return any(
        (header := entries_header(cover, block.n_cols, table)) is not None and len(header.targets) == len(table.column)
        for form in forms
        if squeeze(form.title) in titles
        for table in tables_of(form)
    )


def tells(form: Form, definition: FormDefinition) -> bool:
    """Whether somebody wrote into a list: an entry, or more around the entries of another office's than whose it is."""
    around = [
        spec for spec in definition.field if spec.outside and spec.kind not in {"unit", "date", "person", "phone"}
    ]
    return bool(form.rows) or sum(form.plain(spec.key) is not None for spec in around) >= TYPED_VALUES


def best_fields(
    document: Document, regions: Sequence[Region], definitions: Definitions, campaign: Campaign
) -> tuple[list[Candidate], str]:
    """The forms with a label beside each value, by the definition that recognises most; and the heading of one that only looks like one."""
    resembles = ""
    best: tuple[int, FormDefinition | None, list[tuple[Draft, RawForm]]] = (0, None, [])
    for definition in definitions.with_layout("fields"):
        raws = collect_forms(document, regions, definition, others=definitions.with_layout("rows"))
        others = of_others(document, regions, raws, definition)
        for raw in others:
            if sum(found.has_text for found in raw.found) >= definition.min_labels:
                resembles = heading_of([raw.title, *heads_of(regions, raw.at)]) or document.name
        drafts = [(draft_of(raw, definition, campaign, is_scan=document.ocr), raw) for raw in raws if raw not in others]
        score = sum(draft.n_labels for draft, _ in drafts)
        score += 3 * sum(squeeze(definition.title) in squeeze(raw.title) for raw in raws if definition.title)
        if score > best[0]:
            best = (score, definition, drafts)
    score, chosen, drafts = best
    if chosen is None:
        return [], resembles
    return [
        Candidate(
            with_entries(
                form_of(draft, raw.title, document, chosen, definitions, campaign), raw, document, definitions, campaign
            ),
            is_filled(draft, chosen, in_table=raw.in_table),
            draft.n_labels,
            raw.at,
            raw.example or names_example(str(draft.plain(chosen.anchor) or ""), chosen),
        )
        for draft, raw in drafts
    ], resembles


def reports(document: Document, definitions: Definitions, campaign: Campaign, *, framed: bool) -> list[Form]:
    """The document as a report; *framed*: only with a title that says so, and much text besides the tables."""
    running = sum(len(squeeze(p.text)) for p in document.paragraphs() if len(p.text) > LETTER)
    for definition in definitions.with_layout("prose"):
        if framed and running < 2 * definition.min_length:
            continue
        form = read_prose(document, definition, definitions, campaign)
        if form and (not framed or form.title != definition.label):
            return [form]
    return []


def blank_forms(found: Sequence[Candidate], definitions: Definitions, campaign: Campaign) -> list[Form]:
    """One blank form of each kind, with nothing said but that it is blank."""
    kinds: dict[str, Form] = {}
    for candidate in found:
        form = candidate.form
        definition = definitions.form(form.definition)
        problem = blank_problem(definition, definitions, campaign) if definition else None
        kinds.setdefault(form.definition, replace(form, problems=(problem,) if problem else ()))
    return list(kinds.values())


def is_written(document: Document) -> bool:
    """Somebody wrote into what looks blank: more telephone numbers, addresses and days than a form prints, which no field took."""
    lines = [text for block in document.blocks for text in every_text(block)]
    return len({told for line in lines for told in WRITTEN.findall(line[:LOOKED_AT])}) >= MANY_WRITTEN


def every_text(block: Block) -> Iterator[str]:
    yield from [block.text] if isinstance(block, Paragraph) else [cell.text for cell in block.cells]


def is_notice(document: Document, definitions: Definitions) -> bool:
    """Blank forms are only the annex: a title of another kind of text above them, or much running text."""
    lines = [line for p in document.paragraphs() for line in p.text.split("\n") if line.strip()]
    if sum(len(squeeze(line)) for line in lines if len(line) > LETTER) > NOTICE:
        return True
    forms = [form for form in definitions.forms if form.layout != "prose"]
    heads = [line for line in lines[:8] if not any(is_title(line, form) for form in forms)]
    return any(other_title(line, form) for form in forms for line in heads)


def before_our_own(regions: list[Region], definitions: Definitions) -> list[Region]:
    """The blocks above an answer of this bot that came back, with its table of what was understood."""
    marks = [re.compile(pattern) for form in definitions.forms for pattern in form.own_marks]
    for i, region in enumerate(regions):
        if any(mark.search(text) for text in texts_of(region.block) for mark in marks):
            return regions[:i]
    return regions


def texts_of(block: Block) -> Iterator[str]:
    """The text of a paragraph, or of a table's first cells (a page laid out as a table holds all in them)."""
    if isinstance(block, Paragraph):
        yield block.text[:LOOKED_AT]
    else:
        yield from (cell.text[:LOOKED_AT] for cell in block.cells[:6])
