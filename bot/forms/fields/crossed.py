"""Several columns of values behind one label («科普专职人员 | 合计 | 城市 | 农村», a row of totals): each value is found by its row's label and the words
above its column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.neighbours import name_of
from bot.forms.labels.raw import has_marks

NUMBER = re.compile(r"\d{1,3}[.、．]?")
TOLD = re.compile(r"[\u4e00-\u9fff\d]{2}")  # more than a mark
FURTHEST = 80  # rows from a heading down to its last value
Rows = Mapping[int, Sequence[Cell]]


class Crossing(Struct, frozen=True):
    """A field, the label of its row, and its cells below the words above them (empty ones where the file keeps none): one, or one for each option."""

    spec: FieldSpec
    label: Cell
    columns: tuple[tuple[str, Cell], ...]

    @property
    def marked(self) -> tuple[str, Cell]:
        """What is chosen, and where the mark is; the first place where there is none."""
        ticked = [(name, cell) for name, cell in self.columns if not is_blank(cell.text) or has_marks(cell.text)]
        noted = {squeeze(choice.label) for choice in self.spec.choices if choice.noted}
        told = [
            f"{name}：{cell.text.strip()}" if name in noted and TOLD.search(cell.text) else name
            for name, cell in ticked
        ]
        return "、".join(told), (ticked or self.columns)[0][1]


def crossings(rows: Rows, definition: FormDefinition) -> tuple[list[Crossing], set[int]]:
    """Every such field among *rows*, and the cells (by ``id``) that are accounted for by them."""
    by_words: dict[str, list[FieldSpec]] = defaultdict(list)
    for spec in definition.field:
        if spec.under or spec.across:
            by_words[name_of(spec.words or spec.label)].append(spec)
    if not by_words:
        return [], set()
    heads = headings(rows, {name for specs in by_words.values() for spec in specs for name in names_above(spec)})
    sections = {name_of(spec.section) for specs in by_words.values() for spec in specs if spec.section}
    of_entries = {name_of(name) for spec in definition.column for name in spec.names}
    plain = {squeeze(cell.text) for row in rows.values() for cell in row}
    found: list[Crossing] = []
    used: set[int] = set()
    taken_heads: list[Head] = []
    for number in sorted(rows):
        own = [cell for cell in rows[number] if cell.row == number]
        # A label two rows high beside the words above its places («营业收入 | 2021年 | 2022年»)
        tall = [cell for cell in rows[number] if cell.row == number - 1 and cell.rowspan == 2]
        if sum(name_of(cell.text) in of_entries for cell in own) > 1:
            continue  # «指导教师 | 姓名 | 性别 | 职称»: the header of entries
        here: list[Crossing] = []
        for label in (*tall, *own):
            name = name_of(label.text)
            specs = by_words.get(name, ()) if not is_blank(label.text) else ()
            if specs and name in plain and squeeze(label.text).startswith(f"{name}("):
                # «合计（大写）» besides «合计» is another row, which the form does not ask for.
                used |= {id(cell) for cell in own if cell.col >= label.col}
                continue
            made = list(crossings_of(label, specs, heads, rows[number], number))
            there = [head for _, own_heads in made for head in own_heads]
            if label in tall:
                found += [one for one, _ in made]
                used |= {id(label)} if made else set()
                used |= {id(head.cell) for head in there} | {id(cell) for one, _ in made for _, cell in one.columns}
            else:
                here += [one for one, _ in made]
                taken_heads += there
        if len(here) > 1 or (here and (len(by_words) > 1 or len(here[0].columns) > 1)):
            found += here
            first = min(one.label.col for one in here)
            used |= {id(cell) for cell in own if cell.col >= first or NUMBER.fullmatch(cell.text.strip())}
            used |= {id(cell) for cell in rows[number] if cell.col < first and name_of(cell.text) in sections}
    if found:
        of_heads = {head.cell.row for head in taken_heads}
        for row in of_heads:
            if not any(name_of(cell.text) in of_entries for cell in rows[row]):
                used |= {id(cell) for cell in rows[row]}
        used |= {id(head.above) for head in taken_heads if head.above is not None and id(head.cell) in used}
    return found, used


def crossings_of(
    label: Cell, specs: Iterable[FieldSpec], heads: Mapping[str, Sequence[Head]], cells: Sequence[Cell], number: int
) -> Iterator[tuple[Crossing, list[Head]]]:
    """The fields of one row's *label*, with the words above them."""
    at_left = [name_of(cell.text) for cell in cells if cell.col < label.col]
    wanted = {name: heads.get(squeeze(name), ()) for spec in specs for name in names_above(spec)}
    over = heads_over(wanted, number, label)
    # «月份 | 1月 | 2月», and below its values «月份 | 7月 | 8月»: the nearest words above a column hold.
    lowest = {col: max(h.cell.row for h in over.values() if h.cell.col == col) for col in cols_of(over.values())}
    for spec in specs:
        if spec.section and name_of(spec.section) not in at_left:
            continue
        above = [(name, over.get(name)) for name in names_above(spec)]
        there = [(name, head) for name, head in above if head and head.cell.row == lowest[head.cell.col]]
        columns = [(name, cell_at(cells, number, head.cell.col)) for name, head in there]
        if columns:
            yield Crossing(spec, label, tuple(columns)), [head for _, head in there]


class Head(Struct, frozen=True):
    """A cell above a column of values, and the wide one above it where both together say what it is."""

    cell: Cell
    above: Cell | None = None


def cols_of(heads: Iterable[Head]) -> set[int]:
    return {head.cell.col for head in heads}


def names_above(spec: FieldSpec) -> list[str]:
    return [squeeze(choice.label) for choice in spec.choices] if spec.across else [head_of(spec.under)]


def head_of(text: str) -> str:
    """The words above a column, without their number but for «1月»."""
    name = name_of(text)
    return name if len(name) > 1 else squeeze(text)


def headings(rows: Rows, wanted: set[str]) -> dict[str, list[Head]]:
    """Where each of the *wanted* words stands, also where it is read from a wide cell down to the one below it («数量» + «合计»)."""
    found: dict[str, list[Head]] = defaultdict(list)
    for number in sorted(rows):
        for cell in rows[number]:
            if cell.row != number or is_blank(cell.text):
                continue
            above = next(
                (c for c in rows.get(number - 1, ()) if c.col <= cell.col < c.col + c.colspan and c is not cell), None
            )
            joined = head_of(above.text) + head_of(cell.text) if above is not None else ""
            for name in {head_of(cell.text), joined} & wanted:
                is_head = above is not None and heads_all(above, rows[number - 1])
                found[name].append(Head(cell, above if name == joined or is_head else None))
    return found


def heads_all(above: Cell, row: Sequence[Cell]) -> bool:
    """A wide cell beside others that reach down to the row of the headings: «指标名称 | 数量» over «合计 | 城市»."""
    at_left = [cell for cell in row if cell.row == above.row and cell.col < above.col]
    return above.colspan > 1 and bool(at_left) and all(cell.rowspan > 1 for cell in at_left)


def heads_over(wanted: Mapping[str, Sequence[Head]], number: int, label: Cell) -> dict[str, Head]:
    """The cells with the *wanted* words that stand above the row's places; none in the upper row of a label two rows high, where they stand beside it."""
    beside = {name: head for name, there in wanted.items() for head in there if is_beside(label, head.cell)}
    if label.rowspan == 2 and beside:
        return beside if label.row < number else {}
    return {name: head for name, there in wanted.items() if (head := nearest(there, number, label)) is not None}


def is_beside(label: Cell, head: Cell) -> bool:
    return head.row == label.row and head.col >= label.col + label.colspan


def nearest(heads: Iterable[Head], number: int, label: Cell) -> Head | None:
    """The last one above the row, right of its label."""
    end = label.col + label.colspan
    right = [one for one in heads if number - FURTHEST < one.cell.row < number and one.cell.col >= end]
    return max(right, key=lambda one: one.cell.row, default=None)


def cell_at(cells: Sequence[Cell], number: int, col: int) -> Cell:
    return next((c for c in cells if c.col <= col < c.col + c.colspan), None) or Cell(number, col, "")
