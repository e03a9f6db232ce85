"""Ticks that stand by themselves in a line of options: before a box or behind it, in its place, behind the words of its option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.ticks import manner
from bot.documents.formats.ocr.ticks.pen import Pieces, is_tick, without_frames
from bot.documents.formats.ocr.ticks.squares import TickBox
from bot.documents.page.grid import Box
from bot.documents.shared.symbols import TICKED

_HIGH, _WIDE = (0.45, 1.5), (0.35, 1.6)  # of a box's side: a tick that is no more than one line high
_LINE = 0.45  # the same: so far from a line's middle its ticks are
_OWN, _ELSE = 0.6, 0.03  # the same: so far above and below its middle no more than this part is other ink
_SEEN, _LEVEL = 0.8, 0.3  # the same: what is looked at above and below; how level it is with words
_SHORT_ARM = 0.75  # of the height: where the first stroke is as high, it is a V
_NEAR, _CLOSE = (
    0.8,
    0.5,
)  # the same: white between a tick and what it belongs to, at most; between it and words before it
_APART = 0.3  # the same: white on its other side, at least
_TOUCHES = 0.1  # the same: where it touches what stands beside it
_NEARER = 1.6  # how often the white on the other side is as wide
_CLEARLY = 0.5  # the same, between the words of one option and the box of the next one
_SAME, _COMMON = 0.15, 0.9  # by how much marks of one font differ in size; part of their ink that both have
_ALONE, _FAR = 1.2, 30.0  # the same: what is farther is no neighbour; there is nothing
BEFORE, BEHIND = "before", "behind"


class Standing(Struct, frozen=True):
    """One tick: where it is, how much white is beside it, which boxes are its neighbours (None: words, or nothing), after which box words end
    before it."""

    box: Box
    label: int
    left: float
    right: float
    before: int | None
    behind: int | None
    owner: int | None
    level: bool  # with the words behind it, and no box above or below touches it

    @property
    def between(self) -> bool:
        """Behind the words of one option and before the box of the next one."""
        has_both = self.before is None and self.behind is not None and self.owner is not None
        return has_both and self.left < _ALONE and self.right < 2 * _ALONE

    @property
    def ends_words(self) -> bool:
        """Behind the words of an option, although others, as a note, follow."""
        return self.behind is None and self.owner is not None and self.left <= _NEAR

    @property
    def kind(self) -> str:
        """On which side of what it belongs to it stands: ``before`` a box, ``after`` it, ``behind`` words, in the ``place`` of a box."""
        if self.before is not None and self.left <= _NEAR:
            return "after"
        apart = _CLEARLY if self.between else _APART
        if self.right <= _NEAR and self.left >= max(apart, _NEARER * self.right):
            return BEFORE if self.behind is not None else "place" if self.level else ""
        if self.left <= _CLOSE and self.right >= max(apart, _NEARER * self.left) and self.owner is not None:
            return BEHIND
        return ""


def standing_ticks(pen: Pixels, boxes: Sequence[TickBox], regions: Sequence[Box]) -> tuple[list[TickBox], Pixels, str]:
    """*boxes* with those that such a tick belongs to as ticked, and with ticks that stand in the place of one; *pen* without the ticks that are told so;
    and on which side of their options the ticks of the page stand, as far as that is certain.

    Between the words of one option and the box of the next one a tick may belong to either: to that on whose side the others of the page stand, where
    there are none to the nearer one, if it is much nearer and it is so for all that stand so.
    """
    pieces = Pieces(without_frames(pen, [found.box for found in boxes]))
    found = _ticks_on(pen, pieces, boxes, regions)
    sides = {tick.kind for tick in found if not tick.between and tick.kind in (BEFORE, BEHIND)}
    for one, at in zip(boxes, manner.before(pieces, [one.box for one in boxes]), strict=True):
        if at is not None and white_before(pen, at, one.side) > _ALONE:
            sides.add(BEFORE)
    between = [tick for tick in found if tick.between]
    sides = sides or {tick.kind for tick in between} - {""}
    if not sides and len(between) > 1 and all(tick.right <= _TOUCHES and tick.left >= _APART for tick in between):
        sides = {BEFORE}
    usual = next(iter(sides)) if len(sides) == 1 else ""
    out, taken = list(boxes), []
    for tick in found:
        kind = usual if tick.between or (usual == BEHIND and tick.ends_words) else tick.kind
        if tick.between and not kind:
            for index in (tick.behind, tick.owner):
                out = [replace(one, odd=True, sign=tick.box) if i == index else one for i, one in enumerate(out)]
        index = {BEFORE: tick.behind, "after": tick.before, BEHIND: tick.owner}.get(kind)
        if index is not None:
            out[index] = replace(out[index], beside=TICKED, sign=tick.box)
        elif kind == "place":
            out.append(TickBox(tick.box, 1.0, free_left=True, beside=TICKED))
        elif not tick.between:
            continue
        taken.append(tick.label)
    return out, np.where(np.isin(pieces.labels, taken), 0, pen).astype(np.uint8) if taken else pen, usual


def is_between(pen: Pixels, at: Box, found: TickBox, boxes: Sequence[TickBox]) -> bool:
    """Whether the tick *at* some place before this box may as well belong to the words behind which it stands."""
    white = white_before(pen, at, found.side)
    reaches = at.x1 > found.box.x0 - 0.1 * found.side and white >= _APART
    return white < _NEAR and not reaches and any(_is_left(one.box, found.box) for one in boxes)


def touches(pen: Pixels, found: TickBox) -> bool:
    """Whether what stands before this box touches it, as a tick does that goes through the last letter before it."""
    return white_before(pen, found.box, found.side) <= 1.7 * _TOUCHES  # its frame was taken away


def _is_left(other: Box, box: Box) -> bool:
    return other.top < box.middle[1] < other.bottom and other.x1 < box.x0


def _ticks_on(pen: Pixels, pieces: Pieces, boxes: Sequence[TickBox], regions: Sequence[Box]) -> list[Standing]:
    """All pieces that are ticks, and those that look like one of them."""
    lists = [(region, {i: b.box for i, b in enumerate(boxes) if region.holds(b.box.middle)}) for region in regions]
    lists = [(region, own) for region, own in lists if own]
    found = [one for region, own in lists for one in _pieces_in(pieces, region, own)]
    sure = [mask for *_, mask in found if is_tick(mask) and not _is_letter(mask)]
    return [
        _beside(pen, box, label, own, region)
        for region, own, label, box, mask in found
        if any(mask is one or _is_like(mask, one) for one in sure)
    ]


def _pieces_in(
    pieces: Pieces, region: Box, boxes: dict[int, Box]
) -> Iterator[tuple[Box, dict[int, Box], int, Box, Pixels]]:
    side = _side(boxes)
    part = pieces.labels[round(region.top) : round(region.bottom), round(region.x0) : round(region.x1)]
    for label in np.unique(part[part > 0]).tolist():
        x, y, wide, high = (int(v) for v in pieces.stats[label][:4])
        if _HIGH[0] * side < high < _HIGH[1] * side and _WIDE[0] * side < wide < _WIDE[1] * side:
            box = Box(float(x), float(y), float(x + wide), float(y + high))
            top, bottom = round(box.middle[1] - _OWN * side), round(box.middle[1] + _OWN * side)
            around = pieces.labels[min(top, y) : max(bottom, y + high), x : x + wide]
            is_part = ((around > 0) & (around != label)).mean() > _ELSE  # of a letter
            if not is_part and not any(one.holds(box.middle) for one in boxes.values()):
                yield region, boxes, label, box, pieces.labels[y : y + high, x : x + wide] == label


def _side(boxes: dict[int, Box]) -> float:
    return float(np.median([box.width for box in boxes.values()]))


def _is_like(mask: Pixels, other: Pixels) -> bool:
    """Whether both are one mark of one font."""
    if any(abs(own - its) > max(_SAME * its, 1) for own, its in zip(mask.shape, other.shape, strict=True)):
        return False
    both = [np.where(one, 255, 0).astype(np.uint8) for one in (mask, other)]
    both[0] = np.asarray(cv2.resize(both[0], other.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
    shown = [one > 100 for one in both]
    wide = [cv2.dilate(one.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for one in shown]
    return min(float(wide[1][shown[0]].mean()), float(wide[0][shown[1]].mean())) >= _COMMON


def _is_letter(mask: Pixels) -> bool:
    """V, both of whose strokes are as high."""
    left = np.flatnonzero(mask[:, : max(mask.shape[1] // 4, 1)].any(axis=1))
    return bool(left.size and len(mask) - left[0] > _SHORT_ARM * len(mask))


def _beside(pen: Pixels, box: Box, label: int, boxes: dict[int, Box], region: Box) -> Standing:
    middle, side = box.middle[1], _side(boxes)
    left, right = white_before(pen, box, side, region.x0 + 2), _white_behind(pen, box, side, region.x1 - 2)
    line = {i: one for i, one in boxes.items() if abs(one.middle[1] - middle) < _LINE * side}
    before = next((i for i, one in line.items() if abs(box.x0 - left * side - one.x1) < 0.2 * side), None)
    behind = next((i for i, one in line.items() if abs(box.x1 + right * side - one.x0) < 0.2 * side), None)
    owner = max((i for i, one in line.items() if one.x1 < box.x0), key=lambda i: line[i].x0, default=None)
    rows = pen[round(middle - _SEEN * side) : round(middle + _SEEN * side)]
    words = np.flatnonzero(rows[:, round(box.x1 + right * side) :][:, : round(side)].any(axis=1))
    level = bool(words.size) and abs(float(words[[0, -1]].mean()) - _SEEN * side) < _LEVEL * side
    near = _APART * side
    level &= not any(
        one.x0 < box.x1 and box.x0 < one.x1 and one.top - near < box.bottom and box.top < one.bottom + near
        for one in boxes.values()
    )
    return Standing(box, label, left, right, before, behind, owner, level)


def white_before(pen: Pixels, box: Box, side: float, edge: float = 0.0) -> float:
    """How far what stands before *box* in its line is away from it, of a box's *side*; *edge*: where the cell begins."""
    rows = pen[round(box.middle[1] - _LINE * side) : round(box.middle[1] + _LINE * side), round(edge) : round(box.x0)]
    inked = np.flatnonzero(rows.any(axis=0))
    return float(rows.shape[1] - 1 - inked[-1]) / side if inked.size else _FAR


def _white_behind(pen: Pixels, box: Box, side: float, edge: float) -> float:
    rows = pen[round(box.middle[1] - _LINE * side) : round(box.middle[1] + _LINE * side), round(box.x1) : round(edge)]
    inked = np.flatnonzero(rows.any(axis=0))
    return float(inked[0]) / side if inked.size else _FAR
