"""Tick boxes on a page of pixels: where they are, and whether there is ink in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.ticks import manner
from bot.documents.formats.ocr.ticks.pen import (
    Pieces,
    blots,
    follows_print,
    frames_like,
    is_something_before,
    is_speck,
    strokes,
    strokes_within,
    struck,
    without_frames,
)
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
_CLEAN, _TICKED = 0.06, 0.12  # part of the inside that is inked: at most in an empty box, at least in a ticked one
_TOUCHED = 0.02  # the same where ink stands around the box as well
_SPECK, _HALF = 0.2, 0.5  # of a box's side: a stroke in it as long as that is a mark
_NEAR, _FAR = 0.4, 0.8  # of a box's side: so much is white before a box that stands level with others, and before any
_SPACED = 0.25  # of the boxes within a line
_LEVEL = 0.2  # the same: by how much boxes of one line are higher and lower
_ALIKE = 0.35  # difference of sides between boxes of one cell (☑ and □ may come from different fonts)


@dataclass(frozen=True, slots=True)
class TickBox:
    """One box in pixels; ``mark`` is empty where it cannot be told whether it is ticked."""

    box: Box
    inked: float
    free_left: bool
    drawn: float = 1.0  # part of its weakest side that is inked
    free_below: bool = True  # under the 口 of 员 stands the rest of that letter
    free_right: bool = False  # no letter within its own width behind it
    beside: str = ""  # ☑ where it is ringed, or a tick stands beside it, ? where that cannot be told, ☐ where its words are struck through
    odd: bool = False  # what is in it is no mark like the others, or no mark at all

    @property
    def mark(self) -> str:
        if self.beside == EMPTY:
            return EMPTY
        if self.odd:
            return ""
        if self.beside:
            return TICKED if self.inked > _CLEAN else self.beside.strip("?")
        if self.inked <= _CLEAN:
            return EMPTY
        dense = _MOST_OF_TICK < self.inked < _LEAST_OF_FILLED and not self.free_left  # may be a letter
        return TICKED if self.inked >= _TICKED and not dense else ""

    @property
    def side(self) -> float:
        return (self.box.x1 - self.box.x0 + self.box.bottom - self.box.top) / 2


def find_boxes(ink: Pixels, lines: Pixels, regions: Sequence[Box]) -> list[TickBox]:
    """Tick boxes in *ink* (255 where ink is). Each of *regions* (cells) has several or none.

    Letters like 口 and 国 are square, too: only squares in company of other ones, at least one of them empty, are boxes.
    """
    pen = strokes(ink, lines)
    squares = _as_tall_as_letters(_squares(pen), pen)
    groups: list[list[TickBox]] = []
    for region in regions:
        here = [s for s in squares if region.holds(_middle(s.box))]
        groups.append(_company(here))
    largest = max(groups, key=len, default=[])
    if not largest:
        return []
    usual = float(np.median([found.side for found in largest if found.inked <= _CLEAN]))
    kept = [s for group in groups if _is_alike(group, usual) for s in group]
    # A pen adds ink: of a marked box the sides are drawn as well as of an empty one; those of letters like 请 are not.
    drawn = float(np.median([s.drawn for s in kept if s.inked <= _CLEAN] or [1.0]))
    kept = [s for s in kept if (s.inked <= _CLEAN and s.free_left) or s.drawn >= _AS_WELL * drawn]
    whole = Pieces(pen, cv2.subtract(ink, pen))
    rings = _rings(pen, kept, regions)[1]
    kept += _run_over(np.where(rings, 0, pen).astype(np.uint8), whole, kept, regions)
    return _by_pen(pen, whole, kept, regions)


def _run_over(ink: Pixels, pieces: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box]) -> list[TickBox]:
    """Boxes that a pen has run over or ringed so that they are no squares of their own: as large as the others, and no letter before them."""
    added: list[TickBox] = []
    for region in regions:
        here = [b for b in boxes if region.holds(_middle(b.box))]
        if not here:
            continue
        side = round(float(np.median([b.side for b in here])))
        for box in blots(ink, side, region):
            if not any(b.box.holds(_middle(box), side / 2) or _is_before(b, box) for b in (*boxes, *added)):
                added.append(TickBox(box, 1.0, free_left=True))
        for box, is_whole in frames_like(ink, side, region):
            others = (*boxes, *added)
            if any(b.box.holds(_middle(box), side / 2) or _is_before(b, box) for b in others):
                continue
            is_level = _is_level(box, others)
            if is_level is not False and (
                (is_whole and not follows_print(ink, box, _NEAR if is_level else _FAR)) or pieces.around(box)
            ):
                added.append(TickBox(box, _inked(ink, box), free_left=True))
    return [found for found in added if not any(_is_before(other, found.box) for other in added)]


def _is_level(box: Box, boxes: Sequence[TickBox]) -> bool | None:
    """Whether *box* stands as high as the nearest other one of its line, None where it is alone on it."""
    middle = _middle(box)[1]
    line = [b for b in boxes if b.box.top < middle < b.box.bottom]
    if not line:
        return None
    nearest = min(line, key=lambda b: abs(b.box.x0 - box.x0))
    return abs(_middle(nearest.box)[1] - middle) < _LEVEL * nearest.side


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2


def _is_before(other: TickBox, box: Box) -> bool:
    """Directly to the left of *box*, where the box of an option stands before its first letter."""
    return other.box.top < _middle(box)[1] < other.box.bottom and -2 <= box.x0 - other.box.x1 < 0.8 * other.side


def _by_pen(pen: Pixels, whole: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box]) -> list[TickBox]:
    """*boxes*, of which those count as ticked that are ringed, whose option is ringed, or before which a tick stands. *pen*: the ink without ruling lines."""
    words, rings = _rings(pen, boxes, regions)
    bare = without_frames(np.where(rings, 0, pen).astype(np.uint8), [found.box for found in boxes])
    apart = Pieces(bare)
    ticked = [
        ring or (found.mark != TICKED and _is_pointed_at(found, whole, apart, _ends(found, boxes, regions)))
        for found, ring in zip(boxes, words, strict=True)
    ]
    inner = [
        found.free_left or is_ticked
        for found, is_ticked in zip(boxes, ticked, strict=True)
        if any(b.box.top < _middle(found.box)[1] < b.box.bottom and b.box.x1 < found.box.x0 for b in boxes)
    ]
    spaced = sum(inner) >= _SPACED * len(inner)  # no letter before a box, although a pen may be there
    usual = float(np.median([found.inked for found in boxes if found.inked <= _CLEAN] or [0.0]))
    with_lines = (
        pen if whole.ruled is None else cv2.bitwise_or(pen, whole.ruled)
    )  # a stroke through words may touch the table's lines
    before = manner.before(apart, [found.box for found in boxes]) if spaced else [False] * len(boxes)
    lengths = strokes_within(pen, [found.box for found in boxes], [found.mark == EMPTY for found in boxes])
    out = []
    for found, is_ticked, length, is_behind in zip(boxes, ticked, lengths, before, strict=True):
        if is_ticked or (is_behind and found.mark != TICKED):
            found = replace(found, beside=TICKED)
        elif _inked(rings, found.box) > 0:
            found = replace(found, inked=(_CLEAN + _TICKED) / 2)  # the ring of the option before it runs into it
        elif found.mark != TICKED:
            if apart.leave(found.box, aside=spaced):
                found = replace(found, beside=TICKED if apart.cross(found.box) else "?")
            elif spaced and is_something_before(bare, found.box):
                found = replace(found, beside="?")
            elif length > _SPECK:
                is_odd = length <= _HALF and found.inked > _CLEAN and is_speck(bare, found.box)
                found = replace(found, beside=TICKED if length > _HALF else "?", odd=is_odd)
            elif usual + _TOUCHED < found.inked <= _CLEAN:
                found = replace(found, inked=(_CLEAN + _TICKED) / 2)  # the others are cleaner
        ends = _ends(found, boxes, regions)
        line = struck(with_lines, found.box, ends)
        if line == "box" or (line == "words" and found.mark == EMPTY and length <= _SPECK):
            found = replace(found, beside=EMPTY)
        elif (
            line
            or (found.mark == EMPTY and apart.over_words(found.box, ends))
            or (found.mark == TICKED and not found.beside and is_speck(bare, found.box))
        ):
            found = replace(found, odd=True)
        out.append(found)
    return _crosses_among_ticks(pen, _by_words(pen, out, words, regions))


def _by_words(
    pen: Pixels, boxes: Sequence[TickBox], ringed: Sequence[bool], regions: Sequence[Box]
) -> Sequence[TickBox]:
    """*boxes*, of which those count as ticked whose words a pen marked, where it marked no box: some of the words are *ringed*, or none."""
    bare = without_frames(pen, [found.box for found in boxes])
    marks = manner.on_words(bare, [found.box for found in boxes], [_ends(found, boxes, regions) for found in boxes])
    # A tick that is too large for its box leaves it and rises out of the first letters.
    boxes = [
        replace(found, beside=TICKED) if mark and found.beside == "?" else found
        for found, mark in zip(boxes, marks, strict=True)
    ]
    told = list(zip(boxes, ringed, marks, strict=True))
    if any(found.mark == TICKED and not ring and mark is False for found, ring, mark in told):
        return boxes
    out = []
    for found, _, mark in told:
        if found.mark == TICKED or found.inked > _CLEAN or (found.beside == EMPTY and mark is False):
            out.append(found)
        elif found.beside == EMPTY:
            out.append(replace(found, odd=True, beside=""))
        else:
            out.append(replace(found, odd=mark is None, beside=TICKED if mark else ""))
    return out


def _crosses_among_ticks(pen: Pixels, boxes: Sequence[TickBox]) -> list[TickBox]:
    """*boxes*, of which those with a cross are uncertain where others have a tick: they may say no."""
    signs = [manner.sign(pen, found.box) if found.mark == TICKED and not found.beside else "" for found in boxes]
    if not {"×", "√"} <= set(signs):
        return list(boxes)
    return [replace(found, odd=True) if sign == "×" else found for found, sign in zip(boxes, signs, strict=True)]


def _is_pointed_at(found: TickBox, whole: Pieces, apart: Pieces, ends: float) -> bool:
    return whole.around(found.box) or apart.tick_before(found.box) or apart.tick_behind(found.box, ends)


def _rings(pen: Pixels, boxes: Sequence[TickBox], regions: Sequence[Box]) -> tuple[list[bool], Pixels]:
    """Of which of *boxes* the words are ringed; and where the rings are."""
    pieces = Pieces(without_frames(pen, [found.box for found in boxes]))
    labels = [pieces.around_words(found.box, _ends(found, boxes, regions)) for found in boxes]
    return [bool(own) for own in labels], np.isin(pieces.labels, [label for own in labels for label in own])


def _ends(found: TickBox, boxes: Sequence[TickBox], regions: Sequence[Box]) -> float:
    """Where the words behind a box end: at the next box, or with the cell."""
    middle = _middle(found.box)
    behind = (b.box.x0 for b in boxes if b.box.top < middle[1] < b.box.bottom and b.box.x0 > found.box.x0)
    return min((*behind, next((r.x1 for r in regions if r.holds(middle)), found.box.x1)))


def _is_alike(group: Sequence[TickBox], usual: float) -> bool:
    """The boxes of all cells are printed alike, the empty ones above all; other squares of one cell are parts of its letters."""
    return all(abs(s.side - usual) <= (2 * _SAME if s.inked <= _CLEAN else _ALIKE) * usual for s in group)


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


def _inked(ink: Pixels, box: Box) -> float:
    """The part of its inside, well within the lines, that is inked."""
    edge = max(3, round(0.27 * min(box.x1 - box.x0, box.bottom - box.top)))
    inner = ink[int(box.top) + edge : int(box.bottom) - edge, int(box.x0) + edge : int(box.x1) - edge] > 0
    return float(inner.mean()) if inner.size else 0.0


def _measured(ink: Pixels, x: int, y: int, wide: int, tall: int) -> TickBox | None:
    """What stands in this square, None where its sides are not drawn."""
    if x < 0 or y < 0 or y + tall > ink.shape[0] or x + wide > ink.shape[1]:
        return None
    patch = ink[y : y + tall, x : x + wide] > 0
    band = max(3, round(0.16 * min(wide, tall)))
    sides = (
        patch[:band].any(axis=0),
        patch[-band:].any(axis=0),
        patch[:, :band].any(axis=1),
        patch[:, -band:].any(axis=1),
    )
    weakest = min(float(side.mean()) for side in sides)
    if weakest < _SIDE_INKED:
        return None
    corners = (patch[:band, :band], patch[:band, -band:], patch[-band:, :band], patch[-band:, -band:])
    if min(float(corner.mean()) for corner in corners) < _CORNER_INKED:
        return None  # o, e, 0 and the like
    gap = max(int(0.55 * wide), 3)
    before = ink[y : y + tall, max(x - gap - 1, 0) : max(x - 1, 0)] > 0
    free = before.size == 0 or float(before.mean()) < 0.02
    under = ink[y + tall + 2 : y + tall + 2 + max(round(0.3 * tall), 3), x + 1 : x + wide - 1] > 0
    below = under.size == 0 or float(under.mean()) < 0.04
    behind = ink[y : y + tall, x + wide + 2 : x + wide + 2 + wide] > 0
    after = behind.size == 0 or float(behind.mean()) < 0.02
    box = Box(float(x), float(y), float(x + wide), float(y + tall))
    return TickBox(box, _inked(ink, box), free, weakest, below, after)


def _is_sharp(square: TickBox) -> bool:
    """Surely a box, not a dense letter, although a letter touches it on its left."""
    return square.drawn >= _SIDE_SHARP and not _MOST_OF_TICK < square.inked < _LEAST_OF_FILLED


def _company(squares: Sequence[TickBox]) -> list[TickBox]:
    empty = [s for s in squares if s.inked <= _CLEAN and (s.free_below or s.free_left)]
    if not empty or len(squares) < 2:
        return []
    usual = float(np.median([s.side for s in empty]))
    squares = [s if s.free_below else replace(s, free_below=_is_above_another(s, empty)) for s in squares]
    sure = [s for s in squares if s.free_left and s.free_below and abs(s.side - usual) <= _ALIKE * usual]
    sizes = [s.side for s in sure if s.inked > _CLEAN]
    kept = [
        s
        for s in squares
        if (s.free_left or s.inked <= _CLEAN or _is_sharp(s))
        and (
            s in sure
            or (abs(s.side - usual) <= _SAME * usual and (s.free_left or s.free_below))
            or (s.free_below and any(abs(s.side - size) <= _SAME * size for size in sizes))
        )
    ]
    kept = [s for s in kept if s.free_left or not any(_is_before(other, s.box) for other in kept)]
    if 2 * sum(s.free_left for s in kept) > len(kept):
        # Options stand behind their boxes: a part of 员 at the end of one is no box.
        kept = [s for s in kept if s.free_left or not s.free_right]
    plain = [s for s in kept if s.free_left or s.inked <= _CLEAN]
    return kept if len(kept) > 1 and 2 * len(plain) >= len(kept) else []  # else letters of a running text


def _is_above_another(square: TickBox, empty: Sequence[TickBox]) -> bool:
    """The box of the next line stands directly below it."""
    return any(
        abs(one.box.x0 - square.box.x0) < 0.3 * one.side and 0 < one.box.top - square.box.bottom < 0.6 * one.side
        for one in empty
    )


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
        if found.beside:
            around = int(0.6 * found.side)
            x0, y0, y1 = max(x0 - around, 0), max(y0 - around, 0), y1 + around
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
