"""One story of an RTF file (body, header, text box): runs collected into paragraphs, cells and rows."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.documents.formats.docx.fields import Fields
from bot.documents.model import Block
from bot.documents.shared.counted import Counted
from bot.documents.shared.lists import with_label
from bot.documents.shared.marked_tables import (
    FIRST_ACROSS,
    FIRST_DOWN,
    MERGED_ACROSS,
    MERGED_DOWN,
    MarkedTables,
    RowShape,
)
from bot.documents.shared.symbols import CONTROL, MARKS

_MOST_CELLS = 500


class RowDefinition(Struct):
    """``\\trowd`` and what follows it: edges and merge flags so far, those of the next cell."""

    left: int = 0
    edges: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    pending: int = 0
    shades: list[int] = field(default_factory=list)  # colour index of each cell, 0 none, -1 a pattern
    shade: int = 0

    def word(self, name: str, number: int | None) -> None:
        if name == "cellx" and len(self.edges) < _MOST_CELLS:
            self.edges.append(number or 0)
            self.flags.append(self.pending)
            self.shades.append(self.shade)
            self.pending = self.shade = 0
        elif name == "trleft":
            self.left = number or 0
        elif name == "clcbpat" and self.shade >= 0:
            self.shade = number or 0
        elif name == "clshdng" and number:
            self.shade = -1
        elif name in _MERGES:
            self.pending |= _MERGES[name]

    def shape(self) -> RowShape:
        first = min([self.left, *(self.edges[:1])])
        return RowShape((first, *self.edges), tuple(self.flags))


_MERGES = {"clmgf": FIRST_ACROSS, "clmrg": MERGED_ACROSS, "clvmgf": FIRST_DOWN, "clvmrg": MERGED_DOWN}


class RtfStory:
    """Receives text and marks. ``rows`` is the definition in force by depth."""

    def __init__(self, limits: Limits) -> None:
        self.fields = Fields()
        self.rows: dict[int, RowDefinition] = {}
        self.boxes: list[Block] = []
        self._cells: dict[int, int] = {}  # depth -> cells of the row in hand that are complete
        self._tables = MarkedTables(limits)
        self._pieces: list[str] = []
        self._label: list[str] = []
        self._counted = Counted(limits)

    def text(self, text: str) -> None:
        if self.fields.in_instruction:
            self.fields.instruction(text)
        elif self.fields.showing:
            self._pieces.append(text)

    def field_mark(self, kind: str, gone: bool = False) -> None:
        """``begin``, ``separate`` or ``end`` of a field; what its code shows goes into the line."""
        shown = self.fields.mark(kind, None, gone)
        if shown:
            self._pieces.append(shown)

    def label(self, text: str) -> None:
        """Text of the automatic number as the writer printed it."""
        self._label.append(text)

    def paragraph(self, depth: int, heading: bool = False) -> None:
        line = self._line()
        self._tables.paragraph(depth, line, heading, boxes=self._boxes())

    def cell(self, depth: int) -> None:
        self._tables.paragraph(depth, self._line(), boxes=self._boxes())
        self._tables.cell_end(depth)
        self._cells[depth] = self._cells.get(depth, 0) + 1

    def row(self, depth: int) -> None:
        self._pieces.clear()
        self._cells[depth] = 0
        definition = self.rows.get(depth)
        self._tables.row_end(depth, definition.shape() if definition else RowShape())

    def shade(self, depth: int) -> int:
        """The colour index behind the cell in hand, 0 for none, -1 for a pattern."""
        for place in range(depth, 0, -1):
            shades = self.rows[place].shades if place in self.rows else []
            cell = self._cells.get(place, 0)
            if cell < len(shades) and shades[cell]:
                return shades[cell]
        return 0

    def finish(self) -> list[Block]:
        if self._pieces or self.boxes:
            self.paragraph(0)
        return self._tables.finish()

    def _boxes(self) -> list[Block]:
        boxes, self.boxes = self.boxes, []
        return boxes

    def _line(self) -> str:
        text = CONTROL.sub("", "".join(self._pieces))
        self._counted.text(len(text))
        label = CONTROL.sub("", "".join(self._label)).strip()
        self._pieces.clear()
        self._label.clear()
        self.fields.end_paragraph()
        if not (re.search(r"\w", label) or label in MARKS):
            label = ""
        return with_label("☐" if label == "□" else label, text)
