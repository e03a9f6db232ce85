"""Where the picture ends within a page: rows of a table that it cuts through, letters of which a part is outside."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.formats.ocr.engine import Word
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.words import DOUBTED
from bot.documents.model import Table
from bot.documents.page.grid import Grid, Rule
from bot.documents.page.lines import Token

_BAND = 0.005  # of the page's width: what is drawn along the edge is the paper's or the picture's, no ruling line
_CUT = 3  # pixels: letters that come so near go on outside
_REACH = 0.012  # of the page's width, beside the band: a ruling line that ends there runs out of the picture
_LEAST_ROW = 9.0  # points: less of a row shows no text
_CENTRED = 0.1  # of a cell's height: beside its middle
_LEVEL = 14.0  # points by which the edge may lean


class Seen(Struct, frozen=True):
    """What of a page is in the picture: ``inner`` without the band along the edges, ``rim`` the last pixels."""

    inner: Pixels
    rim: Pixels

    @classmethod
    def of(cls, page: Pixels, moved: npt.NDArray[np.float64], shape: Sequence[int]) -> Seen:
        """*moved* leads from the picture as it was (*shape*) to *page*."""
        corners = np.asarray([[0, 0], [shape[1], 0], [shape[1], shape[0]], [0, shape[0]]], np.float32)
        there = cv2.perspectiveTransform(corners.reshape(-1, 1, 2), moved).reshape(-1, 2)
        seen = np.zeros(page.shape[:2], np.uint8)
        high, wide = page.shape[:2]
        own = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
        is_level = all(float(np.abs(there - corner).max(axis=1).min()) <= _CUT for corner in own)
        cv2.fillConvexPoly(seen, np.asarray(np.round(there), np.int32), 1)
        seen[0], seen[-1], seen[:, 0], seen[:, -1] = 0, 0, 0, 0
        # A picture that was not moved has no edge of its own: a line there is the table's.
        inner = seen * 0 + 1 if is_level else cv2.erode(seen, _square(2 * int(_BAND * wide) + 1))
        return cls(np.asarray(inner, np.uint8), np.asarray(seen - cv2.erode(seen, _square(2 * _CUT + 1)), np.uint8))

    def within(self, lines: Pixels) -> Pixels:
        return np.asarray(lines * self.inner, np.uint8)

    def doubt_cut(self, words: Sequence[Word], ink: Pixels) -> list[Word]:
        """*words* of which letters run out of the picture are doubted; *ink* is without ruling lines."""
        outside = ink * self.rim
        return [replace(word, score=min(word.score, DOUBTED)) if _is_inked(outside, word) else word for word in words]

    def with_cut_rows(
        self, across: Sequence[Rule], down: Sequence[Rule], scale: float
    ) -> tuple[list[Rule], list[Rule], list[float]]:
        """Rules (*scale* points a pixel) with a line where the picture cuts through a row, above and below; and where that is."""
        across, down, cuts = list(across), list(down), []
        longest = max((rule.end - rule.start for rule in across), default=0.0)
        for is_below in (False, True):
            reaching = [rule for rule in down if self._runs_out(rule, scale, below=is_below)]
            long = [rule for rule in across if rule.end - rule.start > 0.5 * longest]
            touched = [rule for rule in long if any(_meet(rule, one) for one in reaching)]
            if not touched:
                continue
            ends = [one.end if is_below else one.start for one in reaching]
            at = max(ends) if is_below else min(ends)
            outer = (max if is_below else min)(touched, key=lambda rule: rule.at)
            whole = Rule(at, min(rule.start for rule in touched), max(rule.end for rule in touched))
            if abs(at - outer.at) < _LEAST_ROW:
                across.append(replace(whole, at=outer.at))  # of a line so near to the edge only a part may be there
                continue
            cuts.append(at)
            across.append(whole)
            kept = [one for one in down if one not in reaching]
            down = kept + [replace(one, **{"end" if is_below else "start": at}) for one in reaching]
        return across, down, cuts

    def _runs_out(self, rule: Rule, scale: float, *, below: bool) -> bool:
        wide = self.inner.shape[1]
        column = np.flatnonzero(self.inner[:, min(max(round(rule.at / scale), 0), wide - 1)])
        if not column.size:
            return False
        edge = float(column[-1] if below else column[0]) * scale
        return bool(abs((rule.end if below else rule.start) - edge) <= _REACH * wide * scale)


def _square(side: int) -> Pixels:
    return np.ones((side, side), np.uint8)


def _is_inked(outside: Pixels, word: Word) -> bool:
    part = outside[max(int(word.top), 0) : int(word.bottom) + 1, max(int(word.x0), 0) : int(word.x1) + 1]
    return bool(np.count_nonzero(part) > _CUT)


def _meet(across: Rule, down: Rule) -> bool:
    return across.start - _LEVEL <= down.at <= across.end + _LEVEL and down.start - 1 <= across.at <= down.end + 1


def marked(table: Table, grid: Grid, cuts: Sequence[float], inside: Sequence[Sequence[Token]]) -> Table:
    """*table*, read of *grid*, with the cells through which the picture cuts; *inside* is what stands in each cell of the grid."""
    cut = {row for row in (0, table.n_rows - 1) if _is_cut(row, grid, cuts, inside)}
    cells = (replace(cell, cut=not cut.isdisjoint((cell.row, cell.row + cell.rowspan - 1))) for cell in table.cells)
    return Table(tuple(cells), table.name) if cut else table


def _is_cut(row: int, grid: Grid, cuts: Sequence[float], inside: Sequence[Sequence[Token]]) -> bool:
    """The picture ends with this row, and what it shows of it is not all: a label stands in the middle of its cell."""
    own = [(box, tokens) for (box, at, *_), tokens in zip(grid.cells, inside, strict=True) if at == row]
    ends = grid.box.bottom if row else grid.box.top
    if not own or not any(abs(at - ends) < 1 for at in cuts):
        return False
    box, tokens = min(own, key=lambda pair: pair[0].x0)
    if not tokens:
        return True
    middle = (min(t.top for t in tokens) + max(t.bottom for t in tokens)) / 2
    return abs(middle - (box.top + box.bottom) / 2) > _CENTRED * (box.bottom - box.top)
