"""One hand marks in one manner: ink that is not print, told over all options of a page."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.ticks.pen import Pieces, is_tick
from bot.documents.page.grid import Box
from bot.documents.shared.symbols import TICKED

_MOST = 0.6  # of the boxes: what stands before more of them is printed there
_TALL, _WIDE = (0.5, 2.0), (0.25, 1.3)  # of a box's side: a tick
_STARTS, _ENDS = 1.4, (-0.45, 0.7)  # of a box's side: how far before it a tick begins, and between what it ends
_TOUCHES, _LEAST = -0.15, 0.2  # the same: what reaches the frame, and is larger than a speck, is no comma
_OUT_OF_LINE, _LETTERS = 0.15, 0.35  # the same: a stroke leaves the line of print; letters stand so close
_MOST_OF_SIGN = 0.7  # of the inside that a cross or a tick inks
_SEEN = 1.6  # of a box's side: what of the lines above and below is looked at
_SPACE, _BLANK = 0.6, 1.1  # the same: white between words, and before a bracket among those of one option
_ARM = 0.25, 0.45  # the same: how long and how high the long stroke of a tick is at least
_LEANS, _HANGS = 0.12, (0.38, 0.9)  # the same: both strokes of a tick meet; how far it hangs below its box
_MERGED = 1.45  # the same: what reaches so far hangs together with another line
_PEN_SIZE, _LENGTH = (0.6, 3.0), 3.0  # the same: a stroke that stands alone; how long it is beside its own size
_CLEAR, _ALONE, _CORE = (
    0.35,
    1.0,
    (0.15, 0.75),
)  # the same: white beside a tick, and beside other strokes; of its rows, those in which it is seen
_ITS_OWN, _AROUND_LIST = (
    1.6,
    (3.5, 12.0, 2.8),
)  # the same: how far from its box a mark is; left, right, above and below of what is a list
_FOREIGN, _NO_MORE = 0.22, 0.12  # the same: ink that rises so much higher than print is a pen's; and no more is print


def before(pieces: Pieces, boxes: Sequence[Box]) -> list[Box | None]:
    """Where before each of *boxes* a stroke as large as a tick stands, that may end in them. *pieces* are without frames."""
    found = [_stroke_before(pieces, box) for box in boxes]
    return found if sum(at is not None for at in found) <= _MOST * len(found) else [None] * len(found)


def _stroke_before(pieces: Pieces, box: Box) -> Box | None:
    side = box.x1 - box.x0
    left, top = max(round(box.x0 - 0.9 * side), 0), max(round(box.top - 0.4 * side), 0)
    part = pieces.labels[top : round(box.bottom + 0.2 * side), left : round(box.x0)]
    for label in np.unique(part[part > 0]).tolist():
        x, y, wide, high = (int(v) for v in pieces.stats[label][:4])
        behind = x + wide - box.x0
        is_near = x > box.x0 - _STARTS * side and _ENDS[0] * side < behind < (1 + _ENDS[1]) * side
        is_level = box.top - 0.3 * side < y + high / 2 < box.bottom + 0.1 * side
        is_tick = _TALL[0] * side < high < _TALL[1] * side and _WIDE[0] < wide / side < _WIDE[1] + max(behind / side, 0)
        touches = behind > _TOUCHES * side and min(wide, high) > _LEAST * side and x + wide < box.x0 + 0.2 * side
        if is_near and is_level and (is_tick or touches) and not _is_last_letter(pieces, label, box):
            return Box(float(x), float(y), float(x + wide), float(y + high))
    return None


def _is_last_letter(pieces: Pieces, label: int, box: Box) -> bool:
    """Whether this piece before *box* is no higher and no lower than print, and stands close behind more of it, as the 人 of 老年人."""
    side = box.x1 - box.x0
    x, y, _, high = (int(v) for v in pieces.stats[label][:4])
    if y < box.top - _OUT_OF_LINE * side or y + high > box.bottom + _OUT_OF_LINE * side:
        return False
    near = pieces.labels[round(box.top) : round(box.bottom), max(round(x - _LETTERS * side), 0) : x]
    return bool(((near > 0) & (near != label)).any())


def below(pieces: Pieces, box: Box, others: Sequence[Box]) -> str:
    """☑ where the lower end of a tick, both its strokes, hangs below *box*, of which it touches no more than the frame; ? where it does not
    touch it. What is in one of *others* is that one's."""
    side = box.x1 - box.x0
    left, top = max(round(box.x0 - 0.4 * side), 0), round(box.bottom)
    part = pieces.labels[top : round(box.bottom + 1.2 * side), left : round(box.x1 + 0.3 * side)]
    near = part[: round(_HANGS[0] * side)]
    for label in np.unique(near[near > 0]).tolist():
        at = np.flatnonzero((part == label).any(axis=1))
        rows = np.asarray(part == label)[at]
        first, last = rows.argmax(axis=1), rows.shape[1] - 1 - rows[:, ::-1].argmax(axis=1)
        both = int(first.argmin())  # from here both strokes are there
        meets = min(first[-1] - first[both], last[both] - last[-1]) > _LEANS * side
        straight = np.diff(first[both:]).min(initial=0) >= -1 and np.diff(last).max(initial=0) <= 1
        is_open = last[both] - first[both] > int(rows[both].sum()) + 1
        end = (left + float(first[-1] + last[-1]) / 2, top + float(at[-1]))
        is_own = len(rows) < _HANGS[1] * side and not any(other.holds(end, 0.4 * side) for other in others)
        if is_open and meets and straight and is_own and len(rows) > _HANGS[0] * side:
            return TICKED if at[0] < 4 else "?"
    return ""


def without_strokes_in(ink: Pixels, boxes: Sequence[Box]) -> Pixels:
    """*ink* without what runs through one of *boxes*."""
    labels = cv2.connectedComponentsWithStats(ink)[1]
    inner = [labels[round(b.top) + 3 : round(b.bottom) - 3, round(b.x0) + 3 : round(b.x1) - 3].ravel() for b in boxes]
    own = np.unique(np.concatenate(inner)) if inner else np.zeros(0, labels.dtype)
    return np.where(np.isin(labels, own[own > 0]), 0, ink).astype(np.uint8)


def on_words(ink: Pixels, boxes: Sequence[Box], ends: Sequence[float]) -> list[bool | None]:
    """On the words of which of *boxes* a pen was: its strokes leave the line of print above or below. None where that cannot be told.
    *ink* is without frames; *ends*: how far the words behind each box may go."""
    labels, stats = cv2.connectedComponentsWithStats(ink)[1:3]
    reached, wide = (
        [_reach(labels, box, end, blank) for box, end in zip(boxes, ends, strict=True)] for blank in (_SPACE, _BLANK)
    )
    usual = np.percentile(np.asarray(reached), 40, axis=0)
    found: list[bool | None] = []
    for both in zip(reached, wide, strict=True):
        told = [_is_marked(up, up - usual[0], down - usual[1]) for up, down in both]
        # Print in brackets is higher than other print.
        found.append(True if told[0] is False and told[1] else told[0])
    behind = [_is_behind(labels, stats, box, end) for box, end in zip(boxes, ends, strict=True)]
    found = [True if is_behind else own for own, is_behind in zip(found, behind, strict=True)]
    # What rises nearly as high as the surest marks do, and print does not, is one, too.
    marked, plain = (
        [up for (up, _), is_own in zip(reached, found, strict=True) if is_own is kind] for kind in (True, False)
    )
    for i, (up, _) in enumerate(reached):
        if found[i] is None and marked and plain and max(plain) + _NO_MORE < up > (min(marked) + max(plain)) / 2:
            found[i] = up <= _MERGED or None
    return found


def _is_behind(labels: Pixels, stats: Pixels, box: Box, end: float) -> bool:
    """Whether the words behind *box* end in the long stroke of a tick, alone there and far from the next box, at *end*: no letter ends so."""
    side, middle = box.x1 - box.x0, (box.top + box.bottom) / 2
    start, top = round(box.x1 + 2), max(round(middle - 1.2 * side), 0)
    part = labels[top : round(middle + 0.6 * side), start : max(round(end - side), start)]
    words = np.flatnonzero((part > 0).any(axis=0))
    gaps = np.flatnonzero(np.diff(words) > _SPACE * side)
    if not words.size:
        return False
    last = int(words[gaps[0] if gaps.size else -1])
    label = int(part[:, last].max())
    lowest = stats[label][cv2.CC_STAT_TOP] + stats[label][cv2.CC_STAT_HEIGHT]
    at: list[float] = []
    for column in part[:, last::-1].T:
        rows = np.flatnonzero(column)
        if not rows.size or rows[-1] - rows[0] >= min(rows.size + 1, 0.5 * side) or (at and rows.mean() < at[-1] - 1):
            break
        at.append(float(rows.mean()))
    is_slash = stats[label][cv2.CC_STAT_WIDTH] < len(at) + 0.1 * side  # printed between options
    is_arm = len(at) > _ARM[0] * side and at[-1] - at[0] > _ARM[1] * side
    return is_arm and not is_slash and lowest < box.bottom + 0.5 * side


def _is_marked(up: float, over: float, under: float) -> bool | None:
    is_ring = min(over, under) >= _NO_MORE and over + under >= 1.5 * _FOREIGN
    if up <= _MERGED and (is_ring or over >= _FOREIGN):
        return True
    return None if max(over, under) >= _NO_MORE else False


def _reach(labels: Pixels, box: Box, end: float, blank: float) -> tuple[float, float]:
    """How far what hangs together with the words behind *box* goes above and below the box's middle, of its side."""
    side, middle = box.x1 - box.x0, (box.top + box.bottom) / 2
    start, top = round(box.x1 + 2), max(round(middle - _SEEN * side), 0)
    part = labels[top : round(middle + _SEEN * side), start : max(round(end - 0.2 * side), start)]
    at = round(middle) - top
    near = slice(max(at - round(0.3 * side), 0), at + round(0.3 * side))
    words = np.flatnonzero((part[near] > 0).any(axis=0))
    if not words.size:
        return 0.0, 0.0
    gaps = np.flatnonzero(np.diff(words) > blank * side)
    own = np.unique(part[near, : int(words[gaps[0] if gaps.size else -1]) + 1])
    rows = np.flatnonzero(np.isin(part, own[own > 0]).any(axis=1))
    return (at - float(rows[0])) / side, (float(rows[-1]) - at) / side


def loose(pieces: Pieces, boxes: Sequence[Box], told: Sequence[bool], region: Box) -> set[int]:
    """Which of *boxes*, those of one list in *region*, are nearest to a stroke of a pen that stands clear of all print and all boxes that are
    *told* already."""
    side = float(np.median([box.x1 - box.x0 for box in boxes]))
    left, right, off = (part * side for part in _AROUND_LIST)
    x0, x1 = (float(edge([box.x0 for box in boxes])) for edge in (min, max))
    top, bottom = min(box.top for box in boxes) - off, max(box.bottom for box in boxes) + off
    area = Box(max(x0 - left, region.x0), max(top, region.top), min(x1 + right, region.x1), min(bottom, region.bottom))
    part = pieces.labels[round(area.top) : round(area.bottom), round(area.x0) : round(area.x1)]
    found: set[int] = set()
    slashes: list[int] = []
    for label in np.unique(part[part > 0]).tolist():
        x, y, wide, high = (int(v) for v in pieces.stats[label][:4])
        away = [max(box.x0 - x - wide, x - box.x1, 0) + max(box.top - y - high, y - box.bottom, 0) for box in boxes]
        is_own = any(at < (_ITS_OWN if is_told else -_TOUCHES) * side for at, is_told in zip(away, told, strict=True))
        in_line = any(box.top - 0.3 * side < y and y + high < box.bottom + 0.3 * side for box in boxes)
        if area.holds((x + wide / 2, y + high / 2)) and not is_own:
            kind = _alone(pieces, label, side, in_line=in_line)
            slashes += [int(np.argmin(away))] if kind == "/" else []
            found |= {int(np.argmin(away))} if kind == "√" else set()
    # What stands in more than half of the places between options is printed there.
    inner = sum(any(b.top < box.bottom and box.top < b.bottom and b.x1 < box.x0 for b in boxes) for box in boxes)
    return found if 2 * len(slashes) > inner else found | set(slashes)


def _alone(pieces: Pieces, label: int, side: float, *, in_line: bool) -> str:
    """√ where this piece is a tick or a cross *in_line* with boxes, beside which no print stands, or any stroke as large elsewhere, far from
    print; / where it is a slash in line with them."""
    x, y, wide, high = (int(v) for v in pieces.stats[label][:4])
    if not _PEN_SIZE[0] * side < max(wide, high) < _PEN_SIZE[1] * side or high < 0.5 * _PEN_SIZE[0] * side:
        return ""
    mask = pieces.labels[y : y + high, x : x + wide] == label
    shown = np.where(mask, 255, 0).astype(np.uint8)
    edges = cv2.findContours(np.pad(shown, 1), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]
    length = sum(cv2.arcLength(edge, True) for edge in edges) / 2
    if length > _LENGTH * max(wide, high):
        return ""
    is_mark = is_tick(mask) or sign(shown, Box(0.0, 0.0, float(wide), float(high))) == "×"
    is_slash = length < 1.25 * float(np.hypot(wide, high)) and wide > 0.3 * high
    clear = (_CLEAR if in_line else _ALONE) * side
    rows = pieces.labels[y + round(_CORE[0] * high) : y + round(_CORE[1] * high) + 1]
    rows = rows[:, max(round(x - clear), 0) : round(x + wide + clear)]
    if ((rows > 0) & (rows != label)).any():
        return ""
    return "√" if is_mark or not in_line else "/" if is_slash else ""


def sign(pen: Pixels, box: Box) -> str:
    """× where both diagonals within *box* are drawn, √ where the falling one is not in its upper half, else nothing."""
    patch = pen[max(round(box.top), 0) : round(box.bottom), max(round(box.x0), 0) : round(box.x1)]
    small = (cv2.resize(patch, (24, 24), interpolation=cv2.INTER_AREA) > 100).astype(np.uint8)
    if small[5:19, 5:19].mean() > _MOST_OF_SIGN:
        return ""
    near, at = cv2.dilate(small, np.ones((3, 3), np.uint8)) > 0, np.arange(5, 19)
    falling, rising = near[at, at], near[at, 23 - at]
    if min(falling.mean(), rising.mean()) > 0.85:
        return "×"
    return "√" if falling[:6].mean() < 0.35 and rising.mean() > 0.5 else ""
