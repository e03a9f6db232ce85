"""Cells of a worksheet -> one ``Table``: hidden rows and columns closed up, merges resolved, bounds kept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.documents.errors import TooLarge
from bot.documents.model import Cell, Table

_DENSE = 20_000  # grid places: a sheet up to this size gets a cell for each of its empty places, too
_WIDEST = 200
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column


class Sheet(Struct):
    """A worksheet while it is read. ``cells`` maps (row, column), both from 0, to text and number; only what is not empty.

    ``marks`` are boxes drawn over a cell (form controls); they are written behind its text, in the order given.
    """

    name: str
    cells: dict[tuple[int, int], tuple[str, float | None]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    marks: list[tuple[int, int, str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)  # formulas of which the file holds no result
    covered: list[tuple[int, int]] = field(default_factory=list)  # cells that a shape lies over
    length: int = 0
    last_row: int = -1
    used_rows: int = 0

    def put(self, row: int, column: int, text: str, number: float | None, limits: Limits) -> None:
        """Keep a cell that holds something; rows must come in order. ``TooLarge`` beyond the limits."""
        if not text or row < 0 or not 0 <= column < 16_384:
            return
        if row != self.last_row:
            self.last_row, self.used_rows = row, self.used_rows + 1
            if self.used_rows > limits.max_rows:
                raise TooLarge(f"more than {limits.max_rows} rows in a sheet")
        self.length += len(text)
        if self.length > limits.max_text:
            raise TooLarge(f"more than {limits.max_text} characters in a sheet")
        self.cells[row, column] = (text, number)

    def drop_zeros(self) -> None:
        """For a sheet whose view shows no noughts: mostly formulas that point at empty cells."""
        for place in [place for place, (_, number) in self.cells.items() if number == 0]:
            del self.cells[place]


def sheet_table(sheet: Sheet) -> Table:
    """The table of what can be seen of *sheet*, named like it; rows and columns are counted without the hidden ones."""
    cells = dict(sheet.cells)
    merges = _tops(sheet.merges, cells)
    owner = {top: merge for merge in merges.values() for top in [merge[:2]]}
    for row, column, mark in sheet.marks:
        place = merges.get((row, column), (row, column))[:2]
        text, number = cells.get(place, ("", None))
        cells[place] = (f"{text} {mark}".strip(), number)
    last_row = max((row for row, _ in cells), default=-1)
    last_column = max((column for _, column in cells), default=-1)
    for top, left, bottom, right in owner.values():
        if bottom - top < 200 and right - left < 100 and top <= last_row + 1:
            last_row, last_column = max(last_row, bottom), max(last_column, right)
    if last_row < 0:
        return Table((), sheet.name)
    rows, columns = _Axis(sheet.hidden_rows), _Axis(sheet.hidden_columns)
    covered = {place for place, merge in merges.items() if place != merge[:2]}
    found: list[Cell] = []
    for row, column in _places(cells, last_row, last_column):
        if (row, column) in covered:
            continue
        top, left, bottom, right = owner.get((row, column), (row, column, row, column))
        height = rows.visible(top, min(bottom, last_row))
        width = columns.visible(left, min(right, last_column))
        if height and width:
            text, number = cells.get((row, column), ("", None))
            place = (rows.place(row), columns.place(column))
            own = (row, column) if place != (row, column) else None
            found.append(Cell(*place, text, height, width, number=number, own=own))
    found.sort(key=attrgetter("row", "col"))
    return Table(tuple(found), sheet.name)


def hidden_rows(sheet: Sheet) -> list[tuple[int, int]]:
    """First and last of each stretch of hidden rows in which something stands, from 0."""
    return _stretches({row for row, _ in sheet.cells if row in sheet.hidden_rows})


def hidden_columns(sheet: Sheet) -> list[tuple[int, int]]:
    """The same of columns."""
    return _stretches(
        {column for row, column in sheet.cells if column in sheet.hidden_columns and row not in sheet.hidden_rows}
    )


def _stretches(numbers: Collection[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def hidden_note(name: str) -> list[str]:
    """What is said of a hidden sheet; nothing of those that programs keep for themselves."""
    return [] if name.startswith(("WpsReserved", "_xl", "_")) else [f"隐藏的工作表“{name}”未读取"]


def cell_name(row: int, column: int) -> str:
    """``C5``, as the program shows it."""
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    letters, column = "", column + 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The same backwards: from 0, whatever the case of the letters."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def _places(cells: Collection[tuple[int, int]], last_row: int, last_column: int) -> Iterable[tuple[int, int]]:
    if (last_row + 1) * (last_column + 1) <= _DENSE:
        return [(row, column) for row in range(last_row + 1) for column in range(last_column + 1)]
    used: dict[int, set[int]] = {}
    for row, column in cells:
        used.setdefault(row, set()).add(column)
    dense = last_column < _WIDEST
    return [
        (row, column)
        for row in sorted(used)
        for column in (range(last_column + 1) if dense and len(used) * last_column < 400_000 else sorted(used[row]))
    ]


def _tops(merges: Sequence[Merge], cells: Collection[tuple[int, int]]) -> dict[tuple[int, int], Merge]:
    """Grid place -> the merge that covers it; of two that overlap the first counts. Huge ones cover only places in use."""
    found: dict[tuple[int, int], Merge] = {}
    budget = 400_000
    for top, left, bottom, right in merges[:20_000]:
        size = (bottom - top + 1) * (right - left + 1)
        if size <= 1 or top < 0 or left < 0 or bottom < top or right < left:
            continue
        if size <= min(budget, 20_000):
            budget -= size
            places: Iterable[tuple[int, int]] = (
                (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
            )
        elif budget >= len(cells):
            budget -= len(cells)
            places = [(r, c) for r, c in cells if top <= r <= bottom and left <= c <= right]
            places = [(top, left), *places]
        else:
            continue
        if (top, left) not in found:
            for place in places:
                found.setdefault(place, (top, left, bottom, right))
    return found


class _Axis:
    """Rows or columns of which some are hidden."""

    def __init__(self, hidden: Collection[int]) -> None:
        self._hidden = sorted(hidden)

    def place(self, index: int) -> int:
        return index - bisect_left(self._hidden, index)

    def visible(self, first: int, last: int) -> int:
        """How many of *first* … *last* can be seen."""
        return last - first + 1 - (bisect_left(self._hidden, last + 1) - bisect_left(self._hidden, first))
