"""Tables with a header row: which rows are activities, over tables, pages and sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell, Paragraph, Table
from bot.forms.definitions import FormDefinition
from bot.forms.entry.reporting_unit import unit_in_line, unit_of
from bot.forms.labels.headers import Header, find_header, header_at, numbers_columns, side_by_side
from bot.forms.labels.index import Kept, field_index, fields_of
from bot.forms.labels.particular import is_own
from bot.forms.labels.places import Region, heads_of, lines_after, lines_before, place_of
from bot.forms.labels.raw import RawRow, covering, is_ditto
from bot.forms.labels.reshaped import upright, with_tabbed_tables
from bot.forms.labels.titles import is_title
from bot.forms.model import Place

MAX_ROWS = 5000
HEADING = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]|[:：]$")


class Around(Struct, frozen=True):
    """What stands around the entries of one table: the lines above and below, its cells above the header and below the last entry, and the header's own."""

    region: Region
    above: tuple[tuple[str, Place], ...]
    head: tuple[Cell, ...]
    header: tuple[Cell, ...]
    foot: tuple[Cell, ...]
    below: tuple[tuple[str, Place], ...]


class RawTable(Struct):
    """All rows that belong to one summary, over tables, pages and sheets."""

    unit: str = ""
    unit_place: Place = field(default_factory=Place)
    title: str = ""
    rows: list[RawRow] = field(default_factory=list)
    n_labels: int = 0
    at: int = 0
    around: list[Around] = field(default_factory=list)


def collect_tables(regions: Sequence[Region], definition: FormDefinition) -> tuple[list[RawTable], list[Region]]:
    """The summaries among *regions*, and the regions with what was taken marked as such."""
    found: list[RawTable] = []
    regions = with_tabbed_tables(regions, definition)
    left: list[Region] = list(regions)
    last: tuple[int, Header] | None = None
    for i, region in enumerate(regions):
        if not isinstance(region.block, Table):
            continue
        cover = covering(region.block.cells)
        above = lines_before(regions, i)
        title = title_of(region, above, cover, definition)
        n_cols = region.block.n_cols
        header = find_header(cover, n_cols, definition, titled=bool(title))
        turned = upright(region.block, definition) if header is None and title else None
        if turned is not None:
            cover, n_cols = covering(turned.cells), turned.n_cols
            region = replace(region, is_turned=True)
            header = find_header(cover, n_cols, definition, titled=True)
        continues = header is None and last is not None and continues_table(regions, last, i, cover, definition)
        if header is None and not continues:
            continue
        if header is not None and not is_own(labels_of(header, cover), definition, title, heads_of(regions, i)):
            continue
        if header is None:
            assert last is not None
            header = replace(last[1], first=-1, last=-1)
        before = {row: cells for row, cells in cover.items() if row < header.first}
        bodies = read_body(cover, header, region, definition)
        for body in bodies:
            raw = RawTable(title=title, n_labels=len(header.targets), at=i, rows=body.rows)
            below = lines_after(regions, i) if body is bodies[-1] else []
            if body is bodies[0]:
                raw.unit, raw.unit_place = unit_of(definition, region, above, before, body.footer, below, title)
                raw.around.append(around(region, above, cover, header, bodies, below, definition))
            else:
                # The next unit's table on the same sheet, with its own head and header.
                raw.unit, raw.unit_place = body.unit, body.unit_place
            join(found, raw)
        last = (i, header)
        left[i] = replace(region, rows=0 if turned is not None else max(header.first, 0), taken=True)
    return found, left


def around(
    region: Region,
    above: Sequence[tuple[str, Place]],
    cover: dict[int, list[Cell]],
    header: Header,
    bodies: Sequence[Body],
    below: Sequence[tuple[str, Place]],
    definition: FormDefinition,
) -> Around:
    last = max(
        (c.row for body in bodies for row in body.rows for cells in row.cells.values() for c in cells),
        default=header.last,
    )
    own = [
        cell
        for number in sorted(cover)
        if number < header.first
        or (number > last and kind_of_row(number, cover[number], header, definition) == "footer")
        for cell in cover[number]
        if cell.row == number
    ]
    return Around(
        region,
        tuple(reversed(above)),
        tuple(cell for cell in own if cell.row < header.first),
        tuple(c for n in range(header.first, header.last + 1) for c in cover.get(n, ()) if c.row == n),
        tuple(cell for cell in own if cell.row > last),
        tuple(below),
    )


def labels_of(header: Header, cover: dict[int, list[Cell]]) -> dict[str, str]:
    """The words above each target's column."""
    found: dict[str, str] = {}
    for row in range(header.first, header.last + 1):
        for cell in cover.get(row, ()):
            target = header.columns.get(cell.col)
            if target and (target not in found or len(squeeze(cell.text)) > len(squeeze(found[target]))):
                found[target] = cell.text
    return found


def join(found: list[RawTable], raw: RawTable) -> None:
    """Append a table to the summary before it, or begin the next one where another unit is named."""
    if found and (not raw.unit or not found[-1].unit or squeeze(raw.unit) == squeeze(found[-1].unit)):
        before = found[-1]
        before.rows += raw.rows
        before.around += raw.around
        if not before.unit:
            before.unit, before.unit_place = raw.unit, raw.unit_place
        before.title = before.title or raw.title
        before.n_labels = max(before.n_labels, raw.n_labels)
        return
    found.append(raw)


def title_of(
    region: Region, above: Iterable[tuple[str, Place]], cover: dict[int, list[Cell]], definition: FormDefinition
) -> str:
    inside = [cell.text for row in sorted(cover)[:6] for cell in cover[row] if cell.row == row]
    for text in (*(line for line, _ in above), *inside):
        if is_title(text, definition):
            return text.strip()
    name = region.block.name if isinstance(region.block, Table) else ""
    return name if any(title in name for title in definition.titles) else ""


def continues_table(
    regions: Sequence[Region],
    last: tuple[int, Header],
    i: int,
    cover: dict[int, list[Cell]],
    definition: FormDefinition,
) -> bool:
    """A table of the same width right behind the last one (page break, next sheet), without a header of its own."""
    index, header = last
    between = [r.block for r in regions[index + 1 : i]]
    words = [b.text for b in between if isinstance(b, Paragraph) and not is_blank(b.text)]
    table = regions[i].block
    if not isinstance(table, Table) or any(isinstance(b, Table) for b in between):
        return False
    if any(len(squeeze(text)) > 60 for text in words) or len(words) > 3:
        return False
    if table.n_cols != header.n_cols or not cover:
        return False
    first = [cell for cell in cover[min(cover)] if not is_blank(cell.text)]
    labels = sum(1 for cell in first if field_like(cell.text, definition))
    return labels < 2


def field_like(text: str, definition: FormDefinition) -> bool:
    return text.strip().endswith(("：", ":")) or bool(field_index(definition).whole(text))


# -- the body ----------------------------------------------------------------------------------------------


class Body(Struct):
    """The activities below one header and the lines of their footer rows; ``unit`` where it stood above a repeated header."""

    unit: str = ""
    unit_place: Place = field(default_factory=Place)
    rows: list[RawRow] = field(default_factory=list)
    footer: list[tuple[str, Place]] = field(default_factory=list)


def read_body(cover: dict[int, list[Cell]], header: Header, region: Region, definition: FormDefinition) -> list[Body]:
    """Every activity below the header; a further body where the header comes again under another unit's name."""
    body = Body()
    bodies = [body]
    rows, footer = body.rows, body.footer
    current, free = header, header.last + 1
    for number in sorted(cover):
        if number < free:
            continue
        cells = cover[number]
        again = repeated_header(number, cover, current, definition)
        if again:
            current, free = again, again.last + 1
            unit, own = named_above(footer, definition)
            if unit:
                body = Body(unit, footer[own][1])
                del footer[own:]
                bodies.append(body)
                rows, footer = body.rows, body.footer
            continue
        kind = kind_of_row(number, cells, current, definition)
        if kind == "data":
            for part in side_by_side(current, definition):
                add_row(rows, number, cells, part, region, definition)
        elif kind == "footer":
            told = [cell for cell in cells if cell.row == number and not is_blank(cell.text)]
            footer += [(cell.text, place_of(cell, region)) for cell in told]
        if sum(len(b.rows) for b in bodies) >= MAX_ROWS:
            break
    return bodies


def named_above(footer: Sequence[tuple[str, Place]], definition: FormDefinition) -> tuple[str, int]:
    """The unit in the last lines above a repeated header, and from which line on they are its head."""
    spec = definition.outside("unit")
    for i in range(len(footer) - 1, max(len(footer) - 4, -1), -1):
        unit = unit_in_line(footer[i][0], spec, definition) if spec else ""
        if unit:
            return unit, i
    return "", len(footer)


def repeated_header(
    number: int, cover: dict[int, list[Cell]], header: Header, definition: FormDefinition
) -> Header | None:
    """The header once more (at the top of each page): skipped, and its columns hold from there on."""
    if not header.anchor_text or not any(squeeze(c.text) == header.anchor_text for c in cover[number]):
        return None
    again = header_at(number, cover, header.n_cols, definition, max(2, definition.min_labels - 1))
    return again


def kind_of_row(number: int, cells: Sequence[Cell], header: Header, definition: FormDefinition) -> str:
    """``data``, ``footer`` (a note, a total, the unit) or ``blank``."""
    own = [cell for cell in cells if cell.row == number]
    filled = [cell for cell in own if not is_blank(cell.text)]
    marked = [cell for cell in own if cell.text.strip() and is_ditto(cell.text, definition)]
    if not filled and not marked:
        return "blank"
    mapped = [c for c in (*filled, *marked) if any(k in header.columns for k in span_of(c))]
    first = squeeze((filled or marked)[0].text)
    if number == header.last + 1 and numbers_columns(filled):
        return "blank"
    if filled and (first in squeezed(definition.printed) or field_index(definition).whole(filled[0].text)):
        return "footer"
    if first.startswith(skipped(definition)):
        return "footer"
    if filled and shows_how(filled[:3], definition):
        return "blank"
    if len(filled) == 1 and not marked:
        targets = {header.columns[k] for k in span_of(filled[0]) if k in header.columns}
        if len(targets) > 1 or not targets:
            return "footer" if targets or len(first) > 4 else "blank"
        if header.number >= 0 and HEADING.search(filled[0].text.strip()):
            return "footer"
        if is_title(filled[0].text, definition) or field_line(filled[0].text, definition):
            return "footer"
    if not mapped:
        return "footer" if any(len(cell.text.strip()) > 4 for cell in filled) else "blank"
    return "data"


def shows_how(filled: Sequence[Cell], definition: FormDefinition) -> bool:
    """The row of an example; where the form's own is known («示例 | 张三»), not another written over it («示例 | 陈明华»)."""
    examples = squeezed(definition.example_rows)
    texts = [squeeze(cell.text) for cell in filled]
    own = tuple(
        squeeze(row) for row in definition.example_rows if texts[0] == squeeze(row.partition(" ")[0]) != squeeze(row)
    )
    if own:
        return "".join(texts).startswith(own)
    begun = any(text.startswith(tuple(examples)) for text in texts)
    return begun or texts[0] in {word.strip("(:") for word in examples}


@Kept
def skipped(definition: FormDefinition) -> tuple[str, ...]:
    return tuple(squeeze(word) for word in definition.skip_rows if re.search(r"\w", word))


def field_line(text: str, definition: FormDefinition) -> bool:
    _, segments = field_index(definition).segments(text, weak=True)
    return bool(segments)


def span_of(cell: Cell) -> range:
    return range(cell.col, cell.col + min(cell.colspan, 64))


def add_row(
    rows: list[RawRow], number: int, cells: Sequence[Cell], header: Header, region: Region, definition: FormDefinition
) -> None:
    """One grid row: an activity of its own, a further line of the one before, or (a cell merged over rows) both."""
    row = RawRow(place_of_row(number, cells, region), number_of(cells, header), region)
    for cell in cells:
        target = next((header.columns[k] for k in span_of(cell) if k in header.columns), "")
        if target:
            row.cells.setdefault(target, []).append(cell)
    before = rows[-1] if rows else None
    if before is not None and continues_row(row, before, number, header, definition):
        for target, more in row.cells.items():
            known = before.cells.setdefault(target, [])
            known += [cell for cell in more if cell not in known and not is_blank(cell.text)]
        return
    rows.append(row)


def place_of_row(number: int, cells: Sequence[Cell], region: Region) -> Place:
    there = region.place
    row, column = next((cell.place for cell in cells if cell.row == number), (number, number))
    if region.is_turned:
        return replace(there, words=f"{there.words} 第{column + 1}列", col=column)
    if region.lines:
        return replace(region.lines[number], words=f"{there.words} 第{row + 1}行")
    return replace(there, words=f"{there.words} 第{row + 1}行", row=row)


def number_of(cells: Sequence[Cell], header: Header) -> str:
    return next((c.text.strip() for c in cells if header.number >= 0 and header.number in span_of(c)), "")


def continues_row(row: RawRow, before: RawRow, number: int, header: Header, definition: FormDefinition) -> bool:
    """The anchor's cell reaches down from the row before, or nothing stands there and the row has no number."""
    name_cells = anchor_cells(row, definition)
    if goes_on_below(row, before, number, definition):
        return True
    if row.number and row.number != before.number and not is_blank(row.number):
        return False
    if name_cells and any(cell.row < number for cell in name_cells):
        return name_cells == anchor_cells(before, definition)[: len(name_cells)]
    begun = [
        cell for spec in definition.column if spec.given for cell in row.cells.get(spec.key, ()) if cell.row == number
    ]
    if any(cell.text.strip() for cell in (*name_cells, *begun)):
        return False  # a name, or what the form prints there («其他费用（请列明）»)
    if header.number >= 0 and not row.number:
        return True
    filled = [t for t, cs in row.cells.items() if any(c.row == number and not is_blank(c.text) for c in cs)]
    return header.number < 0 and len(filled) <= 2


def goes_on_below(row: RawRow, before: RawRow, number: int, definition: FormDefinition) -> bool:
    """Among numbered rows one without a number that holds only more of the name («（含流动科技馆巡展）»)."""
    filled = [t for t, cells in row.cells.items() if any(c.row == number and not is_blank(c.text) for c in cells)]
    names = [cell.text.strip() for cell in anchor_cells(row, definition) if cell.row == number]
    if filled != [definition.anchor] or not is_blank(row.number) or len(names) != 1:
        return False
    return is_blank(before.number) is False and (names[0].startswith(("（", "(", "——", "—")) or len(names[0]) <= 6)


def anchor_cells(row: RawRow, definition: FormDefinition) -> list[Cell]:
    for target, cells in row.cells.items():
        keys = fields_of(target)
        if definition.anchor in keys:
            return cells
    return []
