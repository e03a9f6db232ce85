"""A text without a form's frame (the work summary): recognised by its title and wording -> ``Form``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, tidy_paragraphs
from bot.documents.model import Document, Paragraph
from bot.forms.checks import said_of
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.labels.index import field_index
from bot.forms.labels.places import place_of, regions_of
from bot.forms.labels.titles import names_text, other_title
from bot.forms.model import Form, Kind, Place, Value
from bot.forms.values.unit_names import UNIT_LETTER, is_unit_name

SHORT = 40  # characters
LONGEST_UNIT = 36
FIRST = 3  # lines
LOOKED_AT = 12  # lines among which a title may stand
NAMED = re.compile(r"[“\"「『《]([^”\"」』》\n]{3,40})[”\"」』》]")
NAMED_ACTIVITY = re.compile(r"[“「《]([^”」》\n]{3,40})[”」》](?:系列|主题|专题|大型|公益|科普){0,2}活动")
URL = re.compile(r"https?://[^\s<>\"'，。；、）)】》]+", re.IGNORECASE)


def read_prose(
    document: Document, definition: FormDefinition, definitions: Definitions, campaign: Campaign
) -> Form | None:
    """The report in *document*; None where it is something else or too short."""
    told = list(lines_of(document))
    lines = [line for line, _ in told]
    text = "\n".join(lines)
    length = len(squeeze(text[:20_000]))
    if length < min(SHORT, definition.min_length):
        return None
    if any(other_title(line, definition) for line in lines[:LOOKED_AT]):
        return None
    title, at = find_title(lines, definition)
    if not title and not worded(text, definition):
        return None
    if length < definition.min_length and (document.is_body or not 0 <= at < FIRST):
        # So short a text is a report only as a file of its own with its title on top.
        return None
    body = lines[at + 1 :] if title else lines
    fields = {
        "activity_name": found_in(told, activity_in(title, body, definition, campaign)),
        "reporting_unit": found_in(told, unit_in(title, lines, definition)),
        "content": replace(
            found_in(told, body[0] if body else None), value=tidy_paragraphs("\n".join(body))[:200_000] or None
        ),
        "links": Value(tuple(links_of(document, text)) or None),
    }
    problems = list(still_missing(document, fields, definition, definitions, campaign))
    return Form(
        kind=Kind(definition.kind),
        path=document.path,
        format=document.format,
        fields=fields,
        problems=tuple(problems),
        definition=definition.name,
        labels=definition.labels(),
        title=title or definition.label,
        ocr=document.ocr,
    )


def still_missing(
    document: Document,
    fields: Mapping[str, Value],
    definition: FormDefinition,
    definitions: Definitions,
    campaign: Campaign,
) -> Iterator[Problem]:
    """What the office asked for besides the text (``wanted`` in the definition): pictures, links to the news."""
    there = {"pictures": bool(document.pictures) or document.ocr}
    for spec in definition.field:
        value = fields.get(spec.key)
        if spec.wanted and not there.get(spec.key, bool(value and value.value)):
            said = said_of(spec, definition.label, campaign)
            problem = definitions.problems.problem(
                Code.MISSING, said, key=spec.key, reason=spec.key, form=definition.name
            )
            if problem:
                yield problem


def found_in(told: Sequence[tuple[str, Place]], text: str | None) -> Value:
    """*text* as a value, with the first line that holds it."""
    place = next((place.part(text) for line, place in told if text and text in line), None)
    return Value(text, text or "", (place,) if place else ())


def lines_of(document: Document) -> Iterator[tuple[str, Place]]:
    """The text in reading order, tables too (a report often has one), a row a line."""
    for region in regions_of(document):
        block = region.block
        if isinstance(block, Paragraph):
            yield from ((line.strip(), region.place) for line in block.text.split("\n") if not is_blank(line))
        elif len(block.cells) <= 5000:
            for row in block.rows():
                line = "\t".join(cell.text.strip() for cell in row if not is_blank(cell.text))
                if line:
                    yield line, replace(place_of(row[0], region), col=-1)


def find_title(lines: Sequence[str], definition: FormDefinition) -> tuple[str, int]:
    """A short line near the top that names this kind of text, perhaps wrapped over two lines; and its index."""
    top = lines[:LOOKED_AT]
    for i, line in enumerate(top):
        for text, last in ((line, i), (line + (top[i + 1] if i + 1 < len(top) else ""), i + 1)):
            if names_text(text, definition):
                return text.strip(), last
    return "", -1


def worded(text: str, definition: FormDefinition) -> bool:
    """At least three of the phrases that reports use, in a text of some length and not under another title."""
    plain = squeeze(text[:20_000])
    return len(plain) >= 2 * definition.min_length and sum(squeeze(p) in plain for p in definition.phrases) >= 3


def activity_in(title: str, body: Sequence[str], definition: FormDefinition, campaign: Campaign) -> str | None:
    """The activity: by its label, else in quotation marks in the title or the first lines; None where none or several are named."""
    for line in body[:20]:
        for segment in field_index(definition).segments(line, weak=False)[1]:
            if segment.target == "activity_name" and not is_blank(segment.value):
                return segment.value.strip(' 《》“”"')
    head = "\n".join(body[:4])[:1500]
    for quoted in (NAMED.findall(title), NAMED_ACTIVITY.findall(head)):
        names = [name for name in dict.fromkeys(quoted) if squeeze(name) not in squeeze(campaign.name)]
        if len(names) == 1:
            return str(names[0])
    return None


def unit_in(title: str, lines: Sequence[str], definition: FormDefinition) -> str | None:
    """The unit: by its label, at the head of the title, on a line of its own below the title or at the end."""
    for line in (*lines[:LOOKED_AT], *lines[-8:]):
        for segment in field_index(definition).segments(line, weak=True)[1]:
            if segment.target == "reporting_unit" and not is_blank(segment.value):
                unit = re.split(r"\s{2,}|\t|[，,；;]", segment.value.strip())[0].strip(" （）()。")
                if unit and not re.search(r"[:：]", unit):
                    return unit
    own = [line for line in (*lines[1:5], *lines[-6:]) if is_unit(line, definition)]
    if own:
        return own[-1].strip(" （）()")
    head = re.match(
        rf"{UNIT_LETTER}{{2,30}}?(?:{suffixes(definition)})(?=\d{{4}}|二[〇○零]|开展|举办|关于|[“《]|全国)",
        title,
    )
    return head.group() if head else None


def is_unit(line: str, definition: FormDefinition) -> bool:
    return len(line) <= LONGEST_UNIT and is_unit_name(line.strip(" （）()　"), definition.unit_suffixes)


def suffixes(definition: FormDefinition) -> str:
    return "|".join(re.escape(word) for word in definition.unit_suffixes) or "(?!)"


def links_of(document: Document, text: str) -> Iterable[str]:
    """Web addresses in the text and behind its links, each once."""
    found = [link for link in (*URL.findall(text), *document.links) if re.match("https?:", link, re.IGNORECASE)]
    return list(dict.fromkeys(found))[:100]
