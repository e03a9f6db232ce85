"""Lines that go through a tick box and are no mark of a pen: the fold of a sheet, the streak of a fax, the edge of a shadow."""

from __future__ import annotations

import numpy as np

from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box

_REACH = 8  # sides of a box: how far from it the line is looked for
_APART, _INNER = 0.3, 0.12  # of a side: what is beside the box is not its frame; within it, either
_THIN = 0.2  # of a side: a line is no wider
_GOES_ON = 0.5  # part of what is white or thin in which the line is seen: a streak is broken, and gone behind letters
_LONG = 1.5  # sides of a box: seen at least as long, on both sides
_STRAIGHT = 0.12  # of a side: how far it leaves the straight line
_ON_LINE = 0.7  # part of it that does not


def goes_through(ink: Pixels, box: Box) -> bool:
    """Whether a thin straight line in *ink* goes through *box* and on, far above and below it or to its left and right."""
    upright = (box.x0, box.x1, box.top, box.bottom)
    return _crosses(ink, *upright) or _crosses(ink.T, *upright[2:], *upright[:2])


def _crosses(ink: Pixels, left: float, right: float, top: float, bottom: float) -> bool:
    side = bottom - top
    inner = slice(round(left + _INNER * side), round(right - _INNER * side))
    above = slice(max(round(top - _REACH * side), 0), max(round(top - _APART * side), 0))
    below = slice(round(bottom + _APART * side), round(bottom + _REACH * side))
    at = [_thin(ink[rows, inner], side) for rows in (above, below)]
    if any(rows.size == 0 for rows, _ in at):
        return False
    rows = np.concatenate([at[0][0] + above.start, at[1][0] + below.start])
    columns = np.concatenate([columns for _, columns in at])
    near = np.full(rows.size, True)
    for _ in range(2):  # what stands apart from the line draws it aside at first
        off = np.abs(columns - np.polyval(np.polyfit(rows[near], columns[near], 1), rows))
        near = off <= max(_STRAIGHT * side, float(np.median(off)))
    return bool((off <= _STRAIGHT * side).mean() >= _ON_LINE)


def _thin(zone: Pixels, side: float) -> tuple[np.ndarray, np.ndarray]:
    """Rows of *zone* in which there is a little ink, and where it is in them; none where these are too few for a line."""
    inked = zone > 0
    count = inked.sum(axis=1)
    rows = np.flatnonzero((count > 0) & (count <= max(_THIN * side, 3)))
    if rows.size < _LONG * side or rows.size < _GOES_ON * (rows.size + (count == 0).sum()):
        return rows[:0], rows[:0]
    return rows, (inked[rows] * np.arange(zone.shape[1])).sum(axis=1) / count[rows]
