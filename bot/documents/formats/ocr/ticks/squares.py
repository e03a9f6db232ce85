"""Squares among the ink of a page: which of them are the boxes of a list, and what is in them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box
from bot.documents.shared.symbols import EMPTY, TICKED

_SMALLEST, _LARGEST = 0.009, 0.042  # of the page's width: side of a box beside letters of 9 to 26 points
_SIDE_INKED = 0.72  # part of each side that must be drawn
_LEAST_OF_LETTER = 0.62  # height of a box beside that of the letters
_SIDE_SHARP = 0.84
_MOST_OF_TICK, _LEAST_OF_FILLED = 0.46, 0.8  # between the two, the inside of a letter like 国
_SAME = 0.08  # the same between boxes of one font
_CORNER_INKED = 0.12
_AS_WELL = 0.88
CLEAN, LEAST_TICKED = 0.06, 0.12  # part of the inside that is inked: at most in an empty box, at least in a ticked one
_APART = 0.5  # of a box's side: white before or behind an option's box
_COMMA = 1.5  # the same: so near before a letter stands its comma, which leaves as much white
_MOST_ALIKE = 0.75  # of the squares in a cell: then the others are none
_ALIKE = 0.35  # difference of sides between boxes of one cell (☑ and □ may come from different fonts)


class TickBox(Struct, frozen=True):
    """One box in pixels; ``mark`` is empty where it cannot be told whether it is ticked."""

    box: Box
    inked: float
    free_left: bool
    drawn: float = 1.0  # part of its weakest side that is inked
    free_below: bool = True  # under the 口 of 员 stands the rest of that letter
    free_right: bool = False  # no letter within its own width behind it
    beside: str = ""  # ☑ where it is ringed, or a tick stands beside it, ? where that cannot be told, ☐ where its words are struck through
    sign: Box | None = None  # the tick that stands beside it
    odd: bool = False  # what is in it is no mark like the others, or no mark at all

    @property
    def mark(self) -> str:
        if self.beside == EMPTY:
            return EMPTY
        if self.odd:
            return ""
        if self.beside:
            return TICKED if self.inked > CLEAN else self.beside.strip("?")
        if self.inked <= CLEAN:
            return EMPTY
        return TICKED if self.inked >= LEAST_TICKED and (self.free_left or not self.is_dense) else ""

    @property
    def is_dense(self) -> bool:
        """Whether as much is in it as in a letter."""
        return _MOST_OF_TICK < self.inked < _LEAST_OF_FILLED

    @property
    def side(self) -> float:
        return (self.box.x1 - self.box.x0 + self.box.bottom - self.box.top) / 2


def lists_in(pen: Pixels, regions: Sequence[Box]) -> list[TickBox]:
    """The squares that are boxes, of all *regions*: several of them, or none."""
    squares = _as_tall_as_letters(_squares(pen), pen)
    groups = [_company([s for s in squares if region.holds(s.box.middle)]) for region in regions]
    groups = [group if _is_list(pen, group, region) else [] for group, region in zip(groups, regions, strict=True)]
    largest = max(groups, key=len, default=[])
    if not largest:
        return []
    usual = float(np.median([found.side for found in largest if found.inked <= CLEAN]))
    # Where those of the largest list stand behind white, digits that are square, close behind each other, are no list.
    apart = 2 if all(found.free_left for found in largest) else 0
    small = [s.side for group in groups for s in group if s.inked <= CLEAN and s.free_left and s.free_below]
    groups = [_alike(group, usual, small) for group in groups]
    kept = [s for group in groups if sum(s.free_left for s in group) >= apart for s in group]
    # A pen adds ink: of a marked box the sides are drawn as well as of an empty one; those of letters like 请 are not.
    drawn = float(np.median([s.drawn for s in kept if s.inked <= CLEAN] or [1.0]))
    return [s for s in kept if (s.inked <= CLEAN and s.free_left) or s.drawn >= _AS_WELL * drawn]


def is_before(other: TickBox, box: Box) -> bool:
    """Directly to the left of *box*, where the box of an option stands before its first letter."""
    return other.box.top < box.middle[1] < other.box.bottom and -2 <= box.x0 - other.box.x1 < 0.8 * other.side


def part_inked(ink: Pixels, box: Box) -> float:
    """The part of its inside, well within the lines, that is inked."""
    edge = max(3, round(0.27 * min(box.x1 - box.x0, box.bottom - box.top)))
    inner = ink[int(box.top) + edge : int(box.bottom) - edge, int(box.x0) + edge : int(box.x1) - edge] > 0
    return float(inner.mean()) if inner.size else 0.0


def _squares(ink: Pixels) -> list[TickBox]:
    width = ink.shape[1]
    low, high = _SMALLEST * width, _LARGEST * width
    stroke = max(int(low * 0.75), 5) | 1  # OpenCV shifts what it opens with an even kernel by a pixel
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((stroke, 1), np.uint8))
    frame = cv2.dilate(cv2.bitwise_or(across, down), np.ones((2, 2), np.uint8))
    squares: list[TickBox] = []
    for x, y, wide, tall in _components(frame):
        if low <= wide <= high and low <= tall <= high and 0.88 <= wide / tall <= 1.13:
            square = _measured(ink, x, y, wide, tall)
            if square is not None:
                squares.append(square)
    # A box whose right side touches the letter beside it is no component of its own: try from each left side.
    for x, y, wide, tall in _components(down):
        if (
            low <= tall <= high
            and wide < 0.4 * tall
            and not any(s.box.holds((x + 1.0, y + tall / 2), 3.0) for s in squares)
        ):
            tries = [_measured(ink, x, y, side, tall) for side in range(int(0.8 * tall), int(1.25 * tall) + 1)]
            fitting = [square for square in tries if square is not None and square.free_below]
            if fitting:
                squares.append(min(fitting, key=lambda s: abs((s.box.x1 - s.box.x0) / tall - 1)))
    return squares


def _as_tall_as_letters(squares: Sequence[TickBox], ink: Pixels) -> list[TickBox]:
    """Without the 口 that is only a part of 活 or 信: a box is nearly as tall as the letters around it."""
    parts = np.asarray(_components(ink), dtype=np.float64).reshape(-1, 4)
    kept = []
    for square in squares:
        box, side = square.box, square.side
        common = np.minimum(parts[:, 1] + parts[:, 3], box.bottom) - np.maximum(parts[:, 1], box.top)
        near = (common > 0.5 * np.minimum(parts[:, 3], side)) & (np.abs(parts[:, 0] - box.x0) < 8 * side)
        heights = parts[near & (parts[:, 3] < 3 * side), 3]
        if not heights.size or side >= _LEAST_OF_LETTER * float(np.percentile(heights, 80)):
            kept.append(square)
    return kept


def _components(mask: Pixels) -> list[tuple[int, int, int, int]]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    return [(int(s[0]), int(s[1]), int(s[2]), int(s[3])) for s in stats[1 : min(count, 20_000)]]


def _measured(ink: Pixels, x: int, y: int, wide: int, tall: int) -> TickBox | None:
    """What stands in this square, None where its sides are not drawn."""
    if x < 0 or y < 0 or y + tall > ink.shape[0] or x + wide > ink.shape[1]:
        return None
    patch = ink[y : y + tall, x : x + wide] > 0
    band = max(3, round(0.16 * min(wide, tall)))
    weakest = 1.0
    for edge, axis in ((patch[:, -band:], 1), (patch[:, :band], 1), (patch[:band], 0), (patch[-band:], 0)):
        weakest = min(weakest, np.count_nonzero(edge.any(axis=axis)) / edge.shape[1 - axis])
        if weakest < _SIDE_INKED:
            return None
    corners = (patch[:band, :band], patch[:band, -band:], patch[-band:, :band], patch[-band:, -band:])
    if min(np.count_nonzero(corner) for corner in corners) < _CORNER_INKED * band * band:
        return None  # o, e, 0 and the like
    gap = max(int(0.55 * wide), 3)
    before = ink[y : y + tall, max(x - gap - 1, 0) : max(x - 1, 0)] > 0
    free = before.size == 0 or float(before.mean()) < 0.02
    under = ink[y + tall + 2 : y + tall + 2 + max(round(0.3 * tall), 3), x + 1 : x + wide - 1] > 0
    below = under.size == 0 or float(under.mean()) < 0.04
    behind = ink[y : y + tall, x + wide + 2 : x + wide + 2 + wide] > 0
    after = behind.size == 0 or float(behind.mean()) < 0.02
    box = Box(float(x), float(y), float(x + wide), float(y + tall))
    return TickBox(box, part_inked(ink, box), free, weakest, below, after)


def _is_sharp(square: TickBox) -> bool:
    """Surely a box, not a dense letter, although a letter touches it on its left."""
    return square.drawn >= _SIDE_SHARP and not square.is_dense


def _company(squares: Sequence[TickBox]) -> list[TickBox]:
    empty = [s for s in squares if s.inked <= CLEAN and (s.free_below or s.free_left)]
    if not empty or len(squares) < 2:
        return []
    usual = float(np.median([s.side for s in empty]))
    squares = [s if s.free_below else replace(s, free_below=_is_above_another(s, empty)) for s in squares]
    sure = [s for s in squares if s.free_left and s.free_below and abs(s.side - usual) <= _ALIKE * usual]
    sizes = [s.side for s in sure if s.inked > CLEAN]
    kept = [
        s
        for s in squares
        if (s.free_left or s.inked <= CLEAN or _is_sharp(s))
        and (
            s in sure
            or (abs(s.side - usual) <= _SAME * usual and (s.free_left or s.free_below))
            or (s.free_below and any(abs(s.side - size) <= _SAME * size for size in sizes))
        )
    ]
    kept = [s for s in kept if s.free_left or not any(is_before(other, s.box) for other in kept)]
    if 2 * sum(s.free_left for s in kept) > len(kept):
        # Options stand behind their boxes: a part of 员 at the end of one is no box.
        kept = [s for s in kept if s.free_left or not s.free_right]
    plain = [s for s in kept if s.free_left or s.inked <= CLEAN]
    return kept if len(kept) > 1 and 2 * len(plain) >= len(kept) else []  # else letters of a running text


def _is_list(ink: Pixels, boxes: Sequence[TickBox], region: Box) -> bool:
    """Whether two of *boxes* stand apart from other print, before or behind options, or one begins its line, or three are empty: within a text
    they are 口 and 营."""
    apart = 0
    if sum(found.inked <= CLEAN for found in boxes) > 2:
        return True
    for found in [one for one in boxes if not one.is_dense]:
        box, side, start = found.box, found.box.x1 - found.box.x0, round(found.box.x0) - 2
        edges = max(round(region.x0 + 0.2 * side), 0), round(region.x1 - 0.2 * side)
        high, level, low = (
            ink[round(box.top + a * side) : round(box.top + b * side)] for a, b in ((-0.2, 0.5), (0.2, 0.8), (0.5, 1.3))
        )
        before, behind = (np.asarray(part.any(axis=0)) for part in (level[:, :start], level[:, round(box.x1) + 3 :]))
        white = round(_APART * side)
        if not before[edges[0] :].any() and not CLEAN < found.inked < _LEAST_OF_FILLED:
            return True
        reach = slice(max(round(start - _COMMA * side), 0), start)
        is_apart = not before[-white:].any() and not _is_comma(high[:, reach], low[:, reach], side)
        apart += is_apart or not behind[: min(white, edges[1] - round(box.x1) - 3)].any()
    return apart >= 2


def _is_comma(high: Pixels, low: Pixels, side: float) -> bool:
    """Whether what ends this part of a line, seen in two halves, is small and stands low."""
    inked = np.asarray((low > 0).any(axis=0)) | np.asarray((high > 0).any(axis=0))
    ends = np.flatnonzero(np.diff(inked.astype(np.int8), prepend=0, append=0))
    if ends.size < 2 or ends[-2] == 0:
        return False
    return bool(ends[-1] - ends[-2] < 0.5 * side and not high[:, ends[-2] : ends[-1]].any())


def _is_above_another(square: TickBox, empty: Sequence[TickBox]) -> bool:
    """The box of the next line stands directly below it."""
    return any(
        abs(one.box.x0 - square.box.x0) < 0.3 * one.side and 0 < one.box.top - square.box.bottom < 0.6 * one.side
        for one in empty
    )


def _alike(group: Sequence[TickBox], usual: float, sides: Sequence[float]) -> list[TickBox]:
    """The boxes of all cells are printed alike, the empty ones above all, or those that stand behind white come from two fonts; other squares of one
    cell are parts of its letters, and it has no boxes, or one is a ring among several. *sides*: of all empty ones behind white."""
    kept = [
        s
        for s in group
        if abs(s.side - usual) <= (2 * _SAME if s.inked <= CLEAN else _ALIKE) * usual
        or (s.free_left and s.free_below and sum(abs(s.side - side) <= _SAME * s.side for side in sides) > 2)
    ]
    return kept if len(kept) >= _MOST_ALIKE * len(group) else []
