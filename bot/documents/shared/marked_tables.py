"""Tables in a stream of paragraphs, known only by the marks that end cells and rows (Word's binary files, RTF)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.model import Block, Paragraph, Table
from bot.documents.shared.counted import Counted
from bot.documents.shared.grid import RowCell, build_table, table_text

_TOLERANCE = 40  # twips: edges of two rows that are meant to be one
_DEEPEST = 30
_MOST_CELLS = 1000  # in a row
FIRST_ACROSS, MERGED_ACROSS, MERGED_DOWN, FIRST_DOWN = 1, 2, 0x20, 0x60


class RowShape(Struct, frozen=True):
    """Edges of the cells in twips (one more than cells) and their merge flags, as [MS-DOC] TC80 has them."""

    edges: tuple[int, ...] = ()
    flags: tuple[int, ...] = ()


class MarkedTables:
    """Takes paragraphs, cell ends and row ends in order; ``finish`` gives the blocks."""

    def __init__(self, limits: Limits) -> None:
        self._open: list[_OpenTable] = []
        self._blocks: list[Block] = []
        self._counted = Counted(limits)

    def paragraph(self, depth: int, text: str, heading: bool = False, boxes: Iterable[Block] = ()) -> None:
        """A paragraph inside *depth* tables (0: none), with the text boxes anchored in it."""
        self._settle(depth)
        if self._open:
            table = self._open[-1]
            table.lines.append(text)
            for block in boxes:
                table.lines.append(table_text(block) if isinstance(block, Table) else block.text)
            return
        self._blocks.append(Paragraph(text.rstrip(), heading=heading))
        self._blocks.extend(boxes)

    def cell_end(self, depth: int) -> None:
        self._settle(max(depth, 1))
        self._open[-1].end_cell()

    def row_end(self, depth: int, shape: RowShape) -> None:
        self._settle(max(depth, 1))
        self._counted.row()
        self._open[-1].end_row(shape)

    def finish(self) -> list[Block]:
        self._settle(0)
        return self._blocks

    def _settle(self, depth: int) -> None:
        depth = min(depth, _DEEPEST)
        while len(self._open) > depth:
            table = self._open.pop().table()
            if not table.cells:
                continue
            if self._open:
                self._open[-1].nested.append(table)
                self._open[-1].lines.append(table_text(table))
            else:
                self._blocks.append(table)
        while len(self._open) < depth:
            self._open.append(_OpenTable())


class _OpenTable:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.nested: list[Table] = []
        self._cells: list[tuple[str, tuple[Table, ...]]] = []
        self._rows: list[list[RowCell]] = []

    def end_cell(self) -> None:
        if len(self._cells) < _MOST_CELLS:
            self._cells.append(("\n".join(self.lines).strip("\n"), tuple(self.nested)))
        self.lines, self.nested = [], []

    def end_row(self, shape: RowShape) -> None:
        if self._cells:
            self._rows.append(_row(self._cells, shape))
        self._cells, self.lines, self.nested = [], [], []

    def table(self) -> Table:
        if any(self.lines) or self.nested:
            self.end_cell()
        if self._cells:  # the row's end mark is lost
            self.end_row(RowShape())
        return build_table(self._rows, tolerance=_TOLERANCE)


def _row(cells: list[tuple[str, tuple[Table, ...]]], shape: RowShape) -> list[RowCell]:
    """Cells at their edges. A row without a usable definition gets equal columns of an inch."""
    defined = len(shape.edges) - 1
    if 0 < defined < len(cells) and not any(text or nested for text, nested in cells[defined:]):
        # QUIRK(LibreOffice): empty cells too many behind a nested table; nobody shows them. RTF 1.9.1, «Nested Tables»
        cells = cells[:defined]
    fits = len(shape.edges) == len(cells) + 1 and all(
        a <= b for a, b in zip(shape.edges, shape.edges[1:], strict=False)
    )
    edges = shape.edges if fits else tuple(1440 * number for number in range(len(cells) + 1))
    flags = shape.flags if fits else (0,) * len(cells)
    row: list[RowCell] = []
    opened = 0
    for number, (text, nested) in enumerate(cells):
        across, vertical = flags[number] & 3, flags[number] & 0x60
        if across and row and opened and across != opened:
            # Old and new descriptions disagree which value is the first cell of a merge: the others differ from it.
            row[-1] = replace(row[-1], right=edges[number + 1])
            continue
        opened = across
        joins, opens = vertical == MERGED_DOWN, vertical == FIRST_DOWN
        row.append(RowCell(edges[number], edges[number + 1], text, nested, joins, opens))
    return row
