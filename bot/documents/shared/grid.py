"""Rows with cells of any width -> one ``Table`` on a common grid, however uneven the rows are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.model import Cell, Table


class RowCell(Struct, frozen=True):
    """One cell as its row tells: *left* and *right* edge (grid columns or twips), and whether it goes on from above.

    ``joins_above`` marks a continuation of a vertical merge, ``opens_merge`` its first cell.
    """

    left: int
    right: int
    text: str
    nested: tuple[Table, ...] = ()
    joins_above: bool = False
    opens_merge: bool = False


def build_table(rows: Iterable[Sequence[RowCell]], tolerance: int = 0) -> Table:
    """A table of *rows*. Edges closer than *tolerance* are one; grid columns in which no cell begins vanish.

    A continuation without anything above it stays a cell of its own (Word shows it so). The text inside a continuation is
    not shown by Word and is dropped.
    """
    kept = [list(row) for row in rows]
    edges = _edges((edge for row in kept for cell in row for edge in (cell.left, cell.right)), tolerance)
    cells: list[Cell] = []
    open_merges: dict[int, int] = {}  # grid column -> index in cells
    for number, row in enumerate(kept):
        continued: dict[int, int] = {}
        taken = 0
        for cell in row:
            left = max(nearest(edges, cell.left), taken)
            right = max(nearest(edges, cell.right), left + 1)
            taken = right
            above = _above(cells, open_merges, left, right) if cell.joins_above else None
            if above is not None:
                top = cells[above]
                cells[above] = replace(top, rowspan=number - top.row + 1)
                continued[left] = above
                continue
            cells.append(Cell(number, left, cell.text, 1, right - left, cell.nested))
            if cell.opens_merge or cell.joins_above:
                continued[left] = len(cells) - 1
        open_merges = continued
    cells.sort(key=attrgetter("row", "col"))
    return Table(tuple(cells))


def _edges(values: Iterable[int], tolerance: int) -> list[int]:
    edges: list[int] = []
    for value in sorted(set(values)):
        if not edges or value - edges[-1] > tolerance:
            edges.append(value)
    return edges


def nearest(edges: Sequence[float], value: float) -> int:
    """The place of the one of *edges* (sorted) that is nearest to *value*."""
    place = bisect_left(edges, value)
    if place == len(edges) or (place and value - edges[place - 1] < edges[place] - value):
        return place - 1
    return place


def _above(cells: list[Cell], open_merges: dict[int, int], left: int, right: int) -> int | None:
    """The open merge that begins in the same column, or else one that overlaps (rows cut differently by later edits)."""
    if left in open_merges:
        return open_merges[left]
    for index in open_merges.values():
        if cells[index].col < right and cells[index].col + cells[index].colspan > left:
            return index
    return None


def settled(cells: Sequence[Cell], n_rows: int, name: str = "") -> Table:
    """A table of placed cells: spans cut to the *n_rows* that there are, columns in which no cell begins closed up."""
    starts = sorted({cell.col for cell in cells})
    place = {column: number for number, column in enumerate(starts)}
    found: list[Cell] = []
    for cell in cells:
        last = bisect_left(starts, cell.col + cell.colspan)
        height = max(1, min(cell.rowspan, n_rows - cell.row))
        left = place[cell.col]
        found.append(replace(cell, col=left, rowspan=height, colspan=max(1, last - left)))
    found.sort(key=lambda cell: (cell.row, cell.col))
    return Table(tuple(found), name)


def table_text(table: Table) -> str:
    """The text of a nested table: cells separated by tabs, rows by line breaks."""
    return "\n".join("\t".join(cell.text for cell in row) for row in table.rows())
