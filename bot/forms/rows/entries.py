"""The tables for entries on a form with fields (the members of a team): found below their header, cut out of what is read as fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.documents.model import Cell, Table
from bot.documents.shared.grid import table_text
from bot.forms.definitions import FormDefinition
from bot.forms.labels.headers import Header, find_header, side_by_side
from bot.forms.labels.index import field_index
from bot.forms.labels.neighbours import is_other_label, name_of
from bot.forms.labels.places import Region
from bot.forms.labels.raw import Entries, covering
from bot.forms.rows.collect import add_row, kind_of_row

NEARLY_ALL = 0.7  # of a table's columns make a header
MOST_ENTRIES = 1000


def tables_of(definition: FormDefinition) -> tuple[FormDefinition, ...]:
    """Each table of the form as a definition of its own, with the layout of rows."""
    return tuple(
        definition.model_copy(
            update={
                "layout": "rows",
                "field": (),
                "table": (),
                "group": (),
                "column": table.column,
                "anchor": table.main,
                "min_labels": max(2, round(NEARLY_ALL * len(table.column))),
            }
        )
        for table in definition.table
    )


def entries_in(
    table: Table, cells: list[Cell], region: Region, definition: FormDefinition, tables: Sequence[FormDefinition]
) -> tuple[list[Entries], list[Cell]]:
    """The entries of each of *tables* among *cells*, and the cells that are left for the fields."""
    found, cells = entries_within(cells, region, definition, tables)
    for one in tables:
        cover = covering(cells)
        header = entries_header(cover, table.n_cols, one)
        if header is None:
            continue
        others = {other.first for other in headers_behind(cover, table.n_cols, header, tables, one)}
        entries = Entries(one)
        last = header.last
        for number in body_of(cover, header, definition, others):
            if kind_of_row(number, cover[number], header, one) == "data" and len(entries.rows) < MOST_ENTRIES:
                for part in side_by_side(header, one):
                    add_row(entries.rows, number, cover[number], part, region, one)
            last = number
        found.append(entries)
        cells = [cell for cell in cells if not header.first <= cell.row <= last]
    return found, cells


def entries_within(
    cells: list[Cell], region: Region, definition: FormDefinition, tables: Sequence[FormDefinition]
) -> tuple[list[Entries], list[Cell]]:
    """Those of a table that stands in one cell («论文著作 | ‹题目 | 刊物 | 排名›»); the cell's text stays where it holds anything else."""
    found: list[Entries] = []
    left = list(cells)
    for i, cell in enumerate(cells):
        for inner in cell.nested:
            own = [replace(one, own=cell.place, spots=cell.spots) for one in inner.cells]
            more, rest = entries_in(inner, own, region, definition, tables)
            found += more
            if more and all(is_blank(one.text) for one in rest):
                left[i] = replace(left[i], text=left[i].text.replace(table_text(inner), ""))
    return found, left


def entries_header(
    cover: dict[int, list[Cell]], n_cols: int, definition: FormDefinition, start: int = 0, *, titled: bool = False
) -> Header | None:
    header = find_header(cover, n_cols, definition, titled=titled, start=start)
    while header is not None and is_pairs(header, cover):
        header = find_header(cover, n_cols, definition, titled=titled, start=header.last + 1)
    return header


def is_pairs(header: Header, cover: dict[int, list[Cell]]) -> bool:
    """«姓名 | 林小满 | 性别 | 男 | 学校 | …»: each label has its value beside it."""
    own = [cell for cell in cover[header.first] if cell.row == header.first]
    places = [i for i, cell in enumerate(own) if cell.col in header.columns]
    return len(places) > 1 and all(b - a > 1 for a, b in pairwise(places))


def headers_behind(
    cover: dict[int, list[Cell]], n_cols: int, header: Header, tables: Sequence[FormDefinition], one: FormDefinition
) -> Iterator[Header]:
    """The headers of the form's other tables below this one's."""
    for each in tables:
        found = entries_header(cover, n_cols, each, start=header.last + 1) if each is not one else None
        if found is not None:
            yield found


def body_of(
    cover: dict[int, list[Cell]], header: Header, definition: FormDefinition, others: Collection[int] = ()
) -> Iterator[int]:
    """The rows below the header up to the next field, line of text or other header (*others*)."""
    for number in sorted(cover):
        if number <= header.last:
            continue
        if number in others:
            return
        filled = [cell for cell in cover[number] if cell.row == number and not is_blank(cell.text)]
        # «主要成果 | 成果形式 | …»: words that reach down along several rows stand before the label
        first = filled[len(filled) > 1 and filled[0].rowspan > 1 and filled[0].col < min(header.columns) :][:1]
        if any(is_field(cell.text, definition) or spans(cell, header) for cell in (*filled[:1], *first)):
            return
        if sum(bool(field_index(definition).whole(cell.text)) for cell in filled) > 1:
            return  # labels over their places, beside a cell that says whose they are
        yield number


def is_field(text: str, definition: FormDefinition) -> bool:
    if field_index(definition).whole(text) or is_other_label(text, definition, sure=True):
        return True
    if name_of(text) in {name_of(spec.section) for spec in definition.field if spec.section}:
        return True  # it heads labels of the form
    prefix, segments = field_index(definition).segments(text[:60])
    return bool(segments) and is_blank(prefix)


def spans(cell: Cell, header: Header) -> bool:
    """A line across several columns («三、作品简介»), and no entry."""
    targets = {header.columns[k] for k in range(cell.col, cell.col + min(cell.colspan, 64)) if k in header.columns}
    return len(targets) > 2
