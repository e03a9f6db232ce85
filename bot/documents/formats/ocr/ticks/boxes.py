"""Tick boxes on a page of pixels: where they are, and whether there is ink in them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from bot.base.replacing import replace
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.ticks import manner
from bot.documents.formats.ocr.ticks.frames import Frame, as_squares, frames_on
from bot.documents.formats.ocr.ticks.pen import (
    FRAME_DRAWN,
    Pieces,
    blots,
    follows_print,
    frames_like,
    has_tick,
    is_something_before,
    is_speck,
    strokes,
    strokes_within,
    struck,
    without_frames,
)
from bot.documents.formats.ocr.ticks.squares import (
    CLEAN,
    LEAST_TICKED,
    TickBox,
    is_before,
    lists_in,
    part_inked,
)
from bot.documents.formats.ocr.ticks.standing import BEFORE, is_between, standing_ticks, touches
from bot.documents.formats.ocr.ticks.streaks import goes_through
from bot.documents.page.grid import Box
from bot.documents.shared.symbols import EMPTY, TICKED

_INKED = 0.15  # part of the inside that is inked by a mark beyond doubt: a line through a box is less
_TOUCHED = 0.02  # part of the inside that is inked where ink stands around the box as well
_SPECK, _HALF = 0.2, 0.5  # of a box's side: a stroke in it as long as that is a mark
_NEAR, _FAR = 0.4, 0.8  # of a box's side: so much is white before a box that stands level with others, and before any
_PAIRED = 1.3  # of a frame's height: a ring is no wider
_NEARLY = 0.945  # part of the weakest side of a box that is drawn, where a pen took the place of a corner
_SPACED = 0.25  # of the boxes within a line
_LEVEL = 0.2  # the same: by how much boxes of one line are higher and lower


def find_boxes(ink: Pixels, lines: Pixels, regions: Sequence[Box]) -> list[TickBox]:
    """Tick boxes in *ink* (255 where ink is). Each of *regions* (cells) has several or none.

    Letters like 口 and 国 are square, too: only squares in company of other ones, at least one of them empty, are boxes.
    """
    pen = strokes(ink, lines)
    frames, mask = frames_on(pen, regions)
    if frames:
        ink = as_squares(ink, frames, mask)
        pen = strokes(ink, lines)
    # Both of a pair of brackets are seen beside whatever a pen did; a square as small as what is between them is a letter's.
    pairs = [f.square for f in frames if f.box.x1 - f.box.x0 > _PAIRED * (f.box.bottom - f.box.top)]
    squared = [region for region in regions if not any(region.holds(pair.middle) for pair in pairs)]
    kept = [found for found in lists_in(pen, regions) if any(b.holds(found.box.middle) for b in (*squared, *pairs))]
    if not kept:
        return []
    whole = Pieces(pen, cv2.subtract(ink, pen))
    rings = _rings(pen, kept, regions)[1]
    kept += _run_over(np.where(rings, 0, pen).astype(np.uint8), whole, kept, squared)
    kept, rest, usual = standing_ticks(pen, kept, regions)
    if rest is not pen:
        whole = Pieces(rest, whole.ruled)
    out = [_in_its_frame(found, frames) for found in _by_pen(rest, whole, kept, regions, usual)]
    return [
        replace(found, odd=True)
        if found.mark == TICKED and found.inked < _INKED and goes_through(ink, found.box)
        else found
        for found in out
    ]


def _in_its_frame(found: TickBox, frames: Sequence[Frame]) -> TickBox:
    own = next((frame.box for frame in frames if frame.square.holds(found.box.middle)), found.box)
    return replace(found, box=own)


def _run_over(ink: Pixels, pieces: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box]) -> list[TickBox]:
    """Boxes that a pen has run over or ringed so that they are no squares of their own: as large as the others, and no letter before them."""
    added: list[TickBox] = []
    for region in regions:
        here = [b for b in boxes if region.holds(b.box.middle)]
        if not here:
            continue
        side = round(float(np.median([b.side for b in here])))
        for box in blots(ink, side, region):
            if not any(b.box.holds(box.middle, side / 2) or is_before(b, box) for b in (*boxes, *added)):
                added.append(TickBox(box, 1.0, free_left=True))
        for box, part in frames_like(ink, side, region):
            others = (*boxes, *added)
            if any(b.box.holds(box.middle, side / 2) or is_before(b, box) for b in others):
                continue
            is_level = _is_level(box, others)
            is_free = not follows_print(ink, box, _NEAR if is_level else _FAR)
            found = TickBox(box, part_inked(ink, box), free_left=True)
            if part < FRAME_DRAWN:
                is_free &= bool(is_level) and part >= _NEARLY and not found.is_dense
            if part < FRAME_DRAWN or found.is_dense:  # blurred letters hang together
                is_free &= not is_something_before(ink, box)
            if found.mark != EMPTY and has_tick(ink, Box(box.x0 - 1.2 * side, box.top, box.x0, box.bottom)):
                continue  # the first letter behind the √ in the place of a box
            if is_level is not False and (is_free or pieces.around(box)):
                added.append(found)
    return [found for found in added if not any(is_before(other, found.box) for other in added)]


def _is_level(box: Box, boxes: Sequence[TickBox]) -> bool | None:
    """Whether *box* stands as high as the nearest other one of its line, None where it is alone on it."""
    middle = box.middle[1]
    line = [b for b in boxes if b.box.top < middle < b.box.bottom]
    if not line:
        return None
    nearest = min(line, key=lambda b: abs(b.box.x0 - box.x0))
    return abs(nearest.box.middle[1] - middle) < _LEVEL * nearest.side


def _by_pen(pen: Pixels, whole: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box], usual: str) -> list[TickBox]:
    """*boxes*, of which those count as ticked that are ringed, whose option is ringed, or before which a tick stands. *pen*: the ink without ruling lines."""
    words, rings = _rings(pen, boxes, regions)
    bare = without_frames(np.where(rings, 0, pen).astype(np.uint8), [found.box for found in boxes])
    apart = Pieces(bare)
    ringed = any(whole.around(found.box) for found in boxes)
    ticked = [
        ring
        or (
            found.mark != TICKED
            and (whole.around(found.box, again=ringed) or apart.tick_behind(found.box, _ends(found, boxes, regions)))
        )
        for found, ring in zip(boxes, words, strict=True)
    ]
    inner = [
        found.free_left or is_ticked
        for found, is_ticked in zip(boxes, ticked, strict=True)
        if any(b.box.top < found.box.middle[1] < b.box.bottom and b.box.x1 < found.box.x0 for b in boxes)
    ]
    spaced = sum(inner) >= _SPACED * len(inner)  # no letter before a box, although a pen may be there
    inked = float(np.median([found.inked for found in boxes if found.inked <= CLEAN] or [0.0]))
    with_lines = (
        pen if whole.ruled is None else cv2.bitwise_or(pen, whole.ruled)
    )  # a stroke through words may touch the table's lines
    strokes_before = manner.before(apart, [found.box for found in boxes]) if spaced else [None] * len(boxes)
    before = [apart.tick_before(found.box) or at for found, at in zip(boxes, strokes_before, strict=True)]
    has_signs = any(found.sign for found in boxes) or any(at is not None for at in before)
    lengths = strokes_within(pen, [found.box for found in boxes], [found.mark == EMPTY for found in boxes])
    out = []
    for found, is_ticked, length, at in zip(boxes, ticked, lengths, before, strict=True):
        if is_ticked:
            found = replace(found, beside=TICKED)
        elif at is not None and found.mark != TICKED:
            is_told = usual == BEFORE or not is_between(pen, at, found, boxes)
            found = replace(found, beside=TICKED if is_told else "?", sign=at, odd=found.odd or not is_told)
        elif part_inked(rings, found.box) > 0:
            found = replace(found, inked=(CLEAN + LEAST_TICKED) / 2)  # the ring of the option before it runs into it
        elif found.mark != TICKED:
            hanging = manner.below(apart, found.box, [one.box for one in boxes if one.box is not found.box])
            if hanging or apart.leave(found.box, aside=spaced):
                found = replace(found, beside=TICKED if apart.cross(found.box) else hanging or "?")
            elif is_something_before(bare, found.box) if spaced else has_signs and touches(bare, found):
                found = replace(found, beside="?")
            elif length > _SPECK:
                is_odd = length <= _HALF and found.inked > CLEAN and is_speck(bare, found.box)
                found = replace(found, beside=TICKED if length > _HALF else "?", odd=is_odd)
            elif inked + _TOUCHED < found.inked <= CLEAN:
                found = replace(found, inked=(CLEAN + LEAST_TICKED) / 2)  # the others are cleaner
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
    return _beside_all(apart, _crosses_among_ticks(pen, _by_words(pen, out, words, regions)), regions)


def _beside_all(apart: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box]) -> list[TickBox]:
    """*boxes*, of which those are uncertain that are nearest to a stroke that belongs to none of them and to no word."""
    out = list(boxes)
    for region in regions:
        here = [i for i, found in enumerate(boxes) if region.holds(found.box.middle)]
        if here:
            told = [boxes[i].mark != EMPTY for i in here]
            for i in manner.loose(apart, [boxes[i].box for i in here], told, region):
                out[here[i]] = replace(out[here[i]], odd=True)
    return out


def _by_words(
    pen: Pixels, boxes: Sequence[TickBox], ringed: Sequence[bool], regions: Sequence[Box]
) -> Sequence[TickBox]:
    """*boxes*, of which those count as ticked whose words a pen marked, where it marked no box: some of the words are *ringed*, or none."""
    marked = [found.box for found in boxes if found.mark == TICKED and found.inked > CLEAN]
    bare = without_frames(pen, [found.box for found in boxes if found.box not in marked])
    # What marks a box marks no words, although it goes on through some.
    bare = without_frames(manner.without_strokes_in(bare, marked), marked)
    marks = manner.on_words(bare, [found.box for found in boxes], [_ends(found, boxes, regions) for found in boxes])
    # A tick that is too large for its box leaves it and rises out of the first letters.
    boxes = [
        replace(found, beside=TICKED) if mark and not found.odd and found.mark == "" else found
        for found, mark in zip(boxes, marks, strict=True)
    ]
    told = list(zip(boxes, ringed, marks, strict=True))
    if any(found.mark == TICKED and not ring and mark is False for found, ring, mark in told):
        return boxes
    out = []
    for found, _, mark in told:
        if found.mark == TICKED or found.sign or found.inked > CLEAN or (found.beside == EMPTY and mark is False):
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


def _rings(pen: Pixels, boxes: Sequence[TickBox], regions: Sequence[Box]) -> tuple[list[bool], Pixels]:
    """Of which of *boxes* the words are ringed; and where the rings are."""
    pieces = Pieces(without_frames(pen, [found.box for found in boxes]))
    labels = [pieces.around_words(found.box, _ends(found, boxes, regions)) for found in boxes]
    return [bool(own) for own in labels], np.isin(pieces.labels, [label for own in labels for label in own])


def _ends(found: TickBox, boxes: Sequence[TickBox], regions: Sequence[Box]) -> float:
    """Where the words behind a box end: at the next box, or with the cell."""
    middle = found.box.middle
    behind = (b.box.x0 for b in boxes if b.box.top < middle[1] < b.box.bottom and b.box.x0 > found.box.x0)
    return min((*behind, next((r.x1 for r in regions if r.holds(middle)), found.box.x1)))


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
        if found.sign is not None:
            _paint_tick(out, ink, found.sign, int(0.6 * found.side))
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
