"""Which unit a summary is from: named above the table, in its first rows, behind it, or in its title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from bot.base import expressions as re
from bot.base.campaign import Campaign
from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.entry.value import read_field
from bot.forms.labels.index import field_index
from bot.forms.labels.places import Region, place_of
from bot.forms.labels.titles import LONGEST_TITLE, is_title
from bot.forms.model import Place
from bot.forms.values.unit_names import UNIT_LETTER, is_unit_name

NO_CAMPAIGN = Campaign("", date.min, date.min)  # a unit's name is read without any date


def unit_of(
    definition: FormDefinition,
    region: Region,
    above: Sequence[tuple[str, Place]],
    before: dict[int, list[Cell]],
    footer: Sequence[tuple[str, Place]],
    below: Sequence[tuple[str, Place]],
    title: str,
) -> tuple[str, Place]:
    """The reporting unit and its place: above the table, in its first rows, behind it, or in its title."""
    spec = definition.outside("unit")
    if spec is None:
        return "", Place()
    inside = list(labelled_cells(before, spec, definition, region))
    lines = [*inside, *above, *footer, *below]
    for text, place in lines:
        unit = unit_in_line(text, spec, definition)
        if unit:
            return unit, place.part(unit)
    for line, place in [(title, region.place), *inside, *above]:
        unit = unit_in_title(line, definition)
        if unit:
            return unit, place.part(unit)
    return "", region.place


def labelled_cells(
    rows: dict[int, list[Cell]], spec: FieldSpec, definition: FormDefinition, region: Region
) -> Iterator[tuple[str, Place]]:
    """Each row above the header as one line, a label and the cell beside it joined."""
    index = field_index(definition)
    for row in sorted(rows):
        own = [cell for cell in rows[row] if cell.row == row and not is_blank(cell.text)]
        for cell, beside in pairwise((*own, Cell(row, 0, ""))):
            if index.whole(cell.text) == spec.key:
                yield (
                    f"{cell.text.strip().rstrip('：:')}：{beside.text}",
                    place_of(beside if beside.text else cell, region),
                )
            else:
                yield cell.text, place_of(cell, region)


YEAR = r"(?:\d{4}|[二〇○零一三四五六七八九]{4})年"
# What follows the unit in the same line: another label, a date.
NEXT_LABEL = re.compile(
    r"(?:\s+|[,，;；])[\u4e00-\u9fff]{2,8}\s?(?:[（(][^（）()]{0,8}[)）])?[:：]|\s+\d{4}\s*[年./-]|\t"
)


BRACKETED = re.compile(r"[（(【\[]((?:[^（()）【】\[\]\n]|[（(][^（()）\n]{0,20}[)）]){4,120})[)）】\]]")
# «（单位：人）» says what is counted.
BARE_LABEL = re.compile(r"^\s*单位\s*(?=[:：]\s*[\u4e00-\u9fff0-9]{4})")


def unit_in_line(text: str, spec: FieldSpec, definition: FormDefinition) -> str:
    """The unit named by its label, in the line or in brackets in it («…汇总表（填报单位：晋江市教育局）»)."""
    inner = [BARE_LABEL.sub(spec.label, part) for part in BRACKETED.findall(text[:2000]) if re.search("[:：]", part)]
    for line in (*inner, *text.split("\n")):
        _, segments = field_index(definition).segments(line, weak=True)
        for segment in segments:
            value = segment.value
            if segment.target == spec.key and not is_blank(value):
                cut = NEXT_LABEL.search(value)
                value = value[: cut.start()] if cut else value
                reading = read_field(spec, value, NO_CAMPAIGN, definition.blank_phrases)
                unit = reading.values.get(spec.key)
                if isinstance(unit, str) and unit:
                    return unit
    return ""


def unit_in_title(title: str, definition: FormDefinition) -> str:
    """«晋江市科协2023年…汇总表», «…汇总表（晋江市科协）», «…汇总表——晋江市科协»: what the title has beyond the form's own words."""
    name = re.sub(r"\s+", "", title)
    if not 0 < len(name) <= LONGEST_TITLE + LONGEST_UNIT:
        return ""
    for pattern in BESIDE_TITLE:
        match = pattern.search(title.strip())
        if match and is_title(match[1], definition) and is_unit_name(match[2], definition.unit_suffixes, fewest=4):
            return match[2].strip()
    if not is_title(title, definition):
        return ""
    inside = re.match(rf"{YEAR}度?({UNIT_LETTER}{{4,30}}?)(?=全国科普日|科普日|重点活动|科普)", name)
    if inside and is_unit_name(inside[1], definition.unit_suffixes, fewest=4):
        return inside[1]
    own = squeeze(definition.title)
    before = re.match(rf"(.*?)(?={YEAR})", name)
    head = re.sub(r"^附件?\d*[：:、.]?", "", before[1]) if before else ""
    return head if len(head) >= 4 and squeeze(head) not in own else ""


LONGEST_UNIT = 40
BESIDE_TITLE = (
    re.compile(r"^(.*?)\s*[（(【\[]\s*([^\n]{4,40})\s*[)）】\]]$", re.DOTALL),
    re.compile(r"^(.*?)\s*[—–―-]{1,4}\s*([^\s—–―-]{4,40})$", re.DOTALL),
    re.compile(r"^(.*\S)\s+(\S{4,40})$", re.DOTALL),
)
