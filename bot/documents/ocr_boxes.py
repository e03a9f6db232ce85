"""Tick boxes on a page of pixels: where they are, and whether there is ink in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bot.documents.ocr_images import Pixels
from bot.documents.pdf_grid import Box
from bot.documents.symbols import EMPTY, TICKED

_SMALLEST, _LARGEST = 0.009, 0.042  # of the page's width: side of a box beside letters of 9 to 26 points
_SIDE_INKED = 0.72  # part of each side that must be drawn
_LEAST_OF_LETTER = 0.62  # height of a box beside that of the letters
_CORNER_INKED = 0.3
_CLEAN, _TICKED = 0.06, 0.12  # part of the inside that is inked: at most in an empty box, at least in a ticked one
_ALIKE = 0.35  # difference of sides between boxes of one cell (☑ and □ may come from different fonts)


@dataclass(frozen=True, slots=True)
class TickBox:
    """One box in pixels; ``mark`` is empty where it cannot be told whether it is ticked."""

    box: Box
    inked: float
    free_left: bool

    @property
    def mark(self) -> str:
        if self.inked <= _CLEAN:
            return EMPTY
        return TICKED if self.inked >= _TICKED else ""

    @property
    def side(self) -> float:
        return (self.box.x1 - self.box.x0 + self.box.bottom - self.box.top) / 2


def find_boxes(ink: Pixels, lines: Pixels, regions: Sequence[Box]) -> list[TickBox]:
    """Tick boxes in *ink* (255 where ink is). Each of *regions* (cells) has several or none.

    Letters like 口 and 国 are square, too: only squares in company of other ones, at least one of them empty, are boxes.
    """
    clean = cv2.subtract(ink, cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    squares = _as_tall_as_letters(_squares(clean), clean)
    groups: list[list[TickBox]] = []
    for region in regions:
        here = [s for s in squares if region.holds(((s.box.x0 + s.box.x1) / 2, (s.box.top + s.box.bottom) / 2))]
        groups.append(_company(here))
    largest = max(groups, key=len, default=[])
    if not largest:
        return []
    usual = float(np.median([found.side for found in largest]))
    return [s for group in groups for s in group if abs(s.side - usual) <= _ALIKE * usual]


def _squares(ink: Pixels) -> list[TickBox]:
    width = ink.shape[1]
    low, high = _SMALLEST * width, _LARGEST * width
    stroke = max(int(low * 0.75), 5)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, stroke), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((stroke, 1), np.uint8))
    frame = cv2.dilate(cv2.bitwise_or(across, down), np.ones((2, 2), np.uint8))
    squares: list[TickBox] = []
    for x, y, wide, tall in _components(frame):
        if low <= wide <= high and low <= tall <= high and 0.78 <= wide / tall <= 1.28:
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
            fitting = [square for square in tries if square is not None and square.free_left]
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
    patch = ink[y : y + tall, x : x + wide] > 0
    band = max(2, round(0.14 * min(wide, tall)))
    sides = (
        patch[:band].any(axis=0),
        patch[-band:].any(axis=0),
        patch[:, :band].any(axis=1),
        patch[:, -band:].any(axis=1),
    )
    if min(float(side.mean()) for side in sides) < _SIDE_INKED:
        return None
    corners = (patch[:band, :band], patch[:band, -band:], patch[-band:, :band], patch[-band:, -band:])
    if min(float(corner.mean()) for corner in corners) < _CORNER_INKED:
        return None  # o, e, 0 and the like
    edge = max(3, round(0.27 * min(wide, tall)))
    inner = patch[edge:-edge, edge:-edge]
    if inner.size < 9:
        return None
    gap = max(int(0.3 * wide), 3)
    before = ink[y : y + tall, max(x - gap - 1, 0) : max(x - 1, 0)] > 0
    free = before.size == 0 or float(before.mean()) < 0.02
    return TickBox(Box(float(x), float(y), float(x + wide), float(y + tall)), float(inner.mean()), free)


def _company(squares: Sequence[TickBox]) -> list[TickBox]:
    empty = [s for s in squares if s.inked <= _CLEAN]
    if not empty or len(squares) < 2:
        return []
    usual = float(np.median([s.side for s in empty]))
    alike = [s for s in squares if abs(s.side - usual) <= _ALIKE * usual]
    close = [s for s in empty if abs(s.side - usual) <= 0.15 * usual]
    kept = [s for s in alike if s.free_left or (len(close) > 1 and s in close)]
    return kept if len(kept) > 1 else []


def without_boxes(grey: Pixels, ink: Pixels, boxes: Sequence[TickBox]) -> Pixels:
    """*grey* with the boxes and the ticks in them painted white, for the recogniser to see the letters only."""
    out = grey.copy()
    for found in boxes:
        box = found.box
        margin = max(2, round(0.1 * found.side))
        x0, y0 = max(int(box.x0) - margin, 0), max(int(box.top) - margin, 0)
        x1, y1 = int(box.x1) + margin, int(box.bottom) + margin
        if found.mark != EMPTY:
            _paint_tick(out, ink, box, int(0.6 * found.side))
        out[y0:y1, x0:x1] = 255
    return out


def _paint_tick(out: Pixels, ink: Pixels, box: Box, reach: int) -> None:
    """Strokes that begin in *box* and run out of it by at most *reach* pixels, as ticks by hand do; no letter beside it."""
    ax, ay = max(int(box.x0) - reach // 2, 0), max(int(box.top) - reach, 0)
    bx, by = int(box.x1) + reach, int(box.bottom) + reach // 2
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink[ay:by, ax:bx])
    core = labels[int(box.top) - ay : int(box.bottom) - ay, int(box.x0) - ax : int(box.x1) - ax]
    within = np.bincount(core.ravel(), minlength=count)
    for label in range(1, count):
        x, y, wide, tall, area = (int(value) for value in stats[label])
        at_edge = x == 0 or y == 0 or x + wide >= bx - ax or y + tall >= by - ay
        if within[label] > 0.4 * area and not at_edge:
            out[ay:by, ax:bx][cv2.dilate((labels == label).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 255
