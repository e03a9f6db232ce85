"""What a pen does to a list of options besides a mark within the box: it runs over the box, rings it or its option, ticks beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np

from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box

FRAME_DRAWN = 0.98  # part of each side of a box of known size
_RINGED_FRAME = 0.8  # the same of one in a ring, which takes the place of its corners
_PRINT_BEFORE = 0.02  # the same of print
_TABLE = 0.25  # of the page's width: lines that hang together over less are no table
_CROSSES, _STRAIGHT = 9, 41  # pixels: across which a stroke goes on behind a ruling line; of a line that is straight
_AROUND = 0.8  # of a box's side: how far from it its ring may be
_RAYS = 72
_MET, _MET_ASIDE = 0.85, 0.7  # part of the rays that meet a ring: of all, of those to the left, upwards, downwards
_MET_AGAIN = 0.7, 0.4  # the same where other boxes of the page are ringed
_ARC = 0.3  # the same of each of both pieces of an open ring: more than lines of text above and below meet
_STROKE = 0.25  # of a box's side
_LEAVES = 3  # pixels of ink beside a box
_SMOOTH = 0.88  # part of a ring's columns in which it goes on where it was
_ELSE = 0.03  # part of the place of a tick where other ink stands
_FULL = 0.5  # part of the square around a tick that is inked
_ON_TICK = 0.92  # part of a tick's ink that lies on its two strokes
_SOLID = 0.8  # part of a blot that is inked
_PATCH, _SLANTS = 24, 4
_RISES = 0.9  # of a box's side, from the middle of its words: higher than any letter
_PRINTED, _OVER_OTHERS = 4, 0.2  # pieces of words of which more are print; of a box's side: as high as other print
_SHORTEST = 0.38  # of a box's side: what is no longer is a speck
_STRUCK = 0.97  # part of a line through words that is inked: of letters alone at most 0.92
_MOST_OF_WORDS = 0.8  # behind them may already stand what belongs to the next box
_STEEP, _LEVEL = (
    0.15,
    0.08,
)  # by how much a line through words rises: at most, and so little that it is no arm of a tick


def strokes(ink: Pixels, lines: Pixels) -> Pixels:
    """*ink* without the ruling *lines*, but with what crosses them, and with what is only as straight as they: the long side of a ring."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(lines)
    long_ = (stats[:, 2] > _TABLE * ink.shape[1]) | (stats[:, 3] > _TABLE * ink.shape[1])
    long_[0] = False
    ruled = cv2.dilate(np.where(long_[labels], 255, 0).astype(np.uint8), np.ones((3, 3), np.uint8))
    straight = (
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(size, np.uint8)) for size in ((_STRAIGHT, 1), (1, _STRAIGHT))
    )
    core = cv2.bitwise_and(cv2.bitwise_or(*straight), ruled)
    rest = cv2.subtract(ink, core)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(rest)
    edges = np.bincount(labels[ruled > 0], minlength=len(stats)) >= stats[:, 4]  # of the lines
    edges[0] = False
    rest[edges[labels]] = 0
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CROSSES, _CROSSES))
    return cv2.bitwise_or(rest, cv2.bitwise_and(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, near), core))


class Pieces:
    """The pieces of ink on a page, each of what hangs together. What is *ruled* may belong to any of them."""

    def __init__(self, ink: Pixels, ruled: Pixels | None = None) -> None:
        self.labels, self.stats = cv2.connectedComponentsWithStats(ink)[1:3]
        self.ruled = ruled

    def around(self, box: Box, *, again: bool = False) -> bool:
        """Whether a stroke goes around *box*; *again*: around another one of the page one does, this one may run over its corners."""
        side = max(box.x1 - box.x0, 4.0)
        angles = np.arange(_RAYS) * 2 * np.pi / _RAYS
        cos, sin = np.cos(angles), np.sin(angles)
        leaves = side / 2 / np.maximum(np.abs(cos), np.abs(sin)) + 2
        far = leaves[:, None] + np.arange(0.0, _AROUND * side, 0.7)[None]
        x = np.clip(np.rint((box.x0 + box.x1) / 2 + far * cos[:, None]), 0, self.labels.shape[1] - 1).astype(int)
        y = np.clip(np.rint((box.top + box.bottom) / 2 + far * sin[:, None]), 0, self.labels.shape[0] - 1).astype(int)
        met = self.labels[y, x]
        ruled = (self.ruled[y, x] > 0).any(axis=1) if self.ruled is not None else False
        hits = [(met == label).any(axis=1) for label in np.unique(met[met > 0])]
        arcs = sorted((hit for hit in hits if hit.mean() >= _ARC), key=lambda hit: -hit.sum())[
            :2
        ]  # an open ring may be two
        if not arcs:
            return False
        own = np.any(arcs, axis=0)
        hit = own | ruled
        aside = min(float(hit[one < -0.7].mean()) for one in (cos, sin, -sin))
        met_all, met_aside = _MET_AGAIN if again else (_MET, _MET_ASIDE)
        return bool(hit.mean() >= met_all and own.mean() >= _MET_ASIDE and aside >= met_aside)

    def around_words(self, box: Box, ends: float) -> list[int]:
        """The pieces (an open ring may be two) that go around the words behind *box*; *ends*: where the next box begins, or the cell ends."""
        side = box.x1 - box.x0
        left, right = round(box.x1 + 2), round(ends - 2)
        words = np.flatnonzero((self.labels[round(box.top) : round(box.bottom), left:right] > 0).any(axis=0))
        if words.size < 1.5 * side:
            return []
        top = max(round(box.top - side), 0)
        first, last = (left + int(v) for v in np.percentile(words, (15, 85)))
        part = self.labels[top : round(box.bottom + side), first:last]
        wide = []
        for label in np.unique(part[part > 0]).tolist():
            x, y, width, high = (int(v) for v in self.stats[label][:4])
            is_near = x > box.x0 - 1.5 * side and y > top and y + high < box.bottom + side
            if is_near and last - first < width < 2 * (last - first) + 3 * side:
                wide.append(label)
        return wide if wide and _is_ring(np.isin(part, wide), side) else []

    def tick_before(self, box: Box) -> Box | None:
        """Where a tick of its own stands directly before *box*."""
        side = box.x1 - box.x0
        left, top = max(round(box.x0 - 2 * side), 0), max(round(box.top - side), 0)
        part = self.labels[top : round(box.bottom + 0.6 * side), left : round(box.x0)]
        for label in np.unique(part[part > 0]):
            x, y, wide, high = (int(v) for v in self.stats[label][:4])
            is_near = -side < x + wide - box.x0 < 0.3 * side and box.top - side < y
            is_near &= box.top < y + high / 2 < box.bottom - 0.2 * side  # commas stand lower
            is_large = 0.65 * side < high < 2 * side and 0.3 * side < wide < 2 * side
            if is_near and is_large and is_tick(self.labels[y : y + high, x : x + wide] == label):
                around = self.labels[max(y - round(0.3 * side), 0) : y + high, max(x - 2, 0) : x + wide]
                is_own = ((around > 0) & (around != label)).mean() < _ELSE  # else it is a part of a letter
                return Box(float(x), float(y), float(x + wide), float(y + high)) if is_own else None
        return None

    def tick_behind(self, box: Box, ends: float) -> bool:
        """Whether a tick of its own, small as a typed one, stands between *box* and the words behind it."""
        side = box.x1 - box.x0
        top, left = max(round(box.top - 0.3 * side), 0), round(box.x1 + 2)
        part = self.labels[top : round(box.bottom + 0.3 * side), left : round(min(box.x1 + 0.8 * side, ends))]
        for label in np.unique(part[part > 0]):
            x, y, wide, high = (int(v) for v in self.stats[label][:4])
            is_small = 0.4 * side < wide < 1.4 * side and 0.5 * side < high < 1.5 * side and x >= left
            if is_small and is_tick(self.labels[y : y + high, x : x + wide] == label):
                around = self.labels[top : round(box.bottom + 0.3 * side), x - 1 : x + wide + 1]
                return not bool(((around > 0) & (around != label)).any())  # else it is a part of a letter
        return False

    def over_words(self, box: Box, ends: float) -> bool:
        """Whether a stroke that runs through the words behind *box* rises out of their line, as a tick on them does."""
        side, middle = box.x1 - box.x0, (box.top + box.bottom) / 2
        left, right = round(box.x1 + 2), round(ends - 0.6 * side)
        high = max(round(middle - 1.6 * side), 0)
        part = self.labels[high : round(middle + 0.5 * side), left:right]
        words = part[round(middle - 0.4 * side) - high :]
        if not words.size or not words.any():
            return False
        labels = np.unique(words[words > 0]).tolist()
        tops = sorted(int(self.stats[label][1]) for label in labels)
        rises = middle - _RISES * side
        if len(tops) > _PRINTED:  # letters may be much higher than what is printed for their box
            rises = min(rises, tops[1] - _OVER_OTHERS * side)
        for label in labels:
            x, y, _, tall = (int(v) for v in self.stats[label][:4])
            if y < rises and high < y and y + tall < middle + 1.2 * side and x > box.x0:
                return True
        return False

    def cross(self, box: Box) -> bool:
        """Whether a stroke, more than a speck, runs within *box*."""
        part = (self.labels[round(box.top) : round(box.bottom), round(box.x0) : round(box.x1)] > 0).astype(np.uint8)
        stats = cv2.connectedComponentsWithStats(part)[2][1:]
        edge, side = 3, box.x1 - box.x0
        return any(
            max(wide, high) > _STROKE * side
            and x + wide > edge
            and y + high > edge
            and x < side - edge
            and y < side - edge
            for x, y, wide, high, area in stats.tolist()
            if min(wide, high) > 2
        )

    def leave(self, box: Box, *, aside: bool) -> bool:
        """Whether a stroke leaves *box* upwards or downwards, or to its left (*aside*)."""
        side, off = box.x1 - box.x0, 4
        left, top = max(round(box.x0) - (off if aside else 0), 0), max(round(box.top) - off, 0)
        part = self.labels[top : round(box.bottom) + off, left : round(box.x1)].copy()
        part[off:-off, off if aside else 0 :] = 0
        seen = 0
        for label in np.unique(part[part > 0]):
            x, y, wide, high = (int(v) for v in self.stats[label][:4])
            is_near = x > box.x0 - 1.5 * side and y > box.top - 1.5 * side and y + high < box.bottom + side
            seen += int((part == label).sum()) if is_near and x + wide < box.x1 + side else 0
        return seen >= _LEAVES


def struck(ink: Pixels, box: Box, ends: float) -> str:
    """Whether the words behind *box* (up to *ends* at most) are struck through: by a line that begins with the box, ``box``, by one through the
    words alone, ``words``, by one that goes on to other words, as a fold does, ``on``."""
    side = box.x1 - box.x0
    start = round(box.x1 + 2)
    words = np.flatnonzero((ink[round(box.top) : round(box.bottom), start : round(ends - 2)] > 0).any(axis=0))
    if words.size < 1.5 * side:
        return ""
    # Where two strokes end and begin, the words of two options are as near to each other as their letters.
    for gap in (0.5, 0.3):
        gaps = np.flatnonzero((np.diff(words) > gap * side) & (words[:-1] > 1.5 * side))
        found = _line_through(ink, box, start, start + int(words[gaps[0] if gaps.size else -1]))
        if found and (gap == 0.5 or found == "box"):
            return found
    return ""


def _line_through(ink: Pixels, box: Box, start: int, last: int) -> str:
    side, middle = box.x1 - box.x0, (box.top + box.bottom) / 2
    left, right = max(round(box.x0 - 3 * side), 0), min(round(last + 3 * side), ink.shape[1])
    top = max(round(box.top - side), 0)
    part = cv2.dilate(ink[top : round(box.bottom + side), left:right], np.ones((5, 1), np.uint8)) > 0
    x = np.arange(left, right)
    through = slice(start - left, start - left + max(round(_MOST_OF_WORDS * (last - start)), round(1.5 * side)))
    found = ""
    levels = np.arange(middle - 0.4 * side, middle + 0.4 * side + 1)[:, None]
    for rise in np.linspace(-_STEEP, _STEEP, 25):
        at = levels + rise * (x - start)
        lines = part[np.clip(np.rint(at).astype(int) - top, 0, len(part) - 1), x - left]
        near = np.abs(at[:, last - left] - middle) <= 0.45 * side
        is_drawn = near & (lines[:, through].mean(axis=1) >= _STRUCK)
        for rows, line in zip(at[is_drawn], lines[is_drawn], strict=True):
            if line[: round(box.x0 - 1.5 * side) - left].all() or line[last - left :][: round(2 * side)].all():
                return "on"
            before = round(box.x0) - left
            if line[before - 4 : start - left].mean() >= _STRUCK and abs(float(rows[before]) - middle) < 0.35 * side:
                found = "box"
            elif not found and abs(rise) <= _LEVEL:
                found = "words"
    return found


def _is_ring(mask: Pixels, side: float) -> bool:
    """Whether in *mask*, columns of words, one stroke runs above and one below, higher than the box and without a jump as from letter to letter."""
    if float(mask.any(axis=0).mean()) < 0.97:
        return False
    upper, lower = mask.argmax(axis=0), mask.shape[0] - 1 - mask[::-1].argmax(axis=0)
    smooth = min(float((np.abs(np.diff(edge)) <= 1).mean()) for edge in (upper, lower))
    return smooth >= _SMOOTH and float(np.median(lower - upper)) > 1.15 * side


def is_tick(mask: Pixels) -> bool:
    """Whether the piece is a tick: a short stroke down, and from its end a longer one up to the right."""
    ys, xs = np.nonzero(mask)
    upper = mask[: max(len(mask) // 2, 1)]
    if (
        float(mask.mean()) > _FULL
        or float(upper.mean()) > _FULL
        or float(upper[:, : mask.shape[1] // 3].mean()) > _FULL / 2
    ):
        return False  # a letter
    points = np.stack((xs, ys), axis=1).astype(np.float64)
    high, wide = float(np.ptp(ys)) + 1, float(np.ptp(xs)) + 1
    lowest = points[points[:, 1] >= points[:, 1].max() - 0.1 * high].mean(axis=0)
    before, behind = points[points[:, 0] < lowest[0]], points[points[:, 0] > lowest[0]]
    if not len(before) or not len(behind):
        return False
    left = before[np.hypot(*(before - lowest).T).argmax()]
    right = behind[np.hypot(*(behind - lowest).T).argmax()]
    falls, rises = lowest[1] - left[1], lowest[1] - right[1]
    if (
        rises < 0.7 * high
        or falls < 0.12 * high
        or lowest[0] - left[0] < 0.08 * wide
        or right[0] - lowest[0] < 0.3 * wide
    ):
        return False
    thick = len(points) / (np.hypot(*(left - lowest)) + np.hypot(*(right - lowest)))
    off = np.minimum(_distance(points, left, lowest), _distance(points, lowest, right))
    return bool(thick < 0.33 * high and (off <= 0.7 * thick + 1).mean() >= _ON_TICK)


def has_tick(ink: Pixels, word: Box) -> bool:
    """Whether *word* begins with a piece that may be the √ or V that was read there and is no more, as where a stroke crosses it."""
    high = word.bottom - word.top
    left, top = max(round(word.x0 - 0.6 * high), 0), max(round(word.top - 0.3 * high), 0)
    part = ink[top : round(word.bottom + 0.3 * high), left : round(word.x0 + 1.6 * high)]
    labels, stats = cv2.connectedComponentsWithStats(part)[1:3]
    for label, (x, y, wide, tall, area) in enumerate(stats.tolist()):
        is_size = 0.3 * high < wide < 1.4 * high and 0.4 * high < tall < 1.4 * high and x + wide < part.shape[1]
        if label and is_size and area < _FULL * wide * tall:
            mask = labels[y : y + tall, x : x + wide] == label
            lowest = np.flatnonzero(mask[-max(tall // 8, 1) :].any(axis=0)).mean() / wide
            middle = mask[tall // 3 : tall // 2, wide // 3 :].any(axis=1).mean()
            if 0.15 < lowest < 0.65 and middle > 0.9 and mask[: tall // 3, : wide // 3].mean() < _FULL / 4:
                return True
    return False


def _distance(points: Any, start: Any, end: Any) -> Any:
    """Of each point from the stroke between *start* and *end*."""
    along = end - start
    at = np.clip((points - start) @ along / max(float(along @ along), 1e-6), 0, 1)
    return np.hypot(*(points - start - at[:, None] * along).T)


def without_frames(ink: Pixels, boxes: Sequence[Box]) -> Pixels:
    """*ink* without the sides of *boxes*."""
    out = ink.copy()
    for box in boxes:
        corners = (round(box.x0), round(box.top)), (round(box.x1) - 1, round(box.bottom) - 1)
        cv2.rectangle(out, *corners, 0, 3 if box.x1 - box.x0 < 25 else 5)
    return out


def frames_like(ink: Pixels, side: int, region: Box) -> Iterator[tuple[Box, float]]:
    """Squares as large as the printed boxes whose four sides are drawn, whatever runs through them; and which part of the weakest side is."""
    x0, top, x1, bottom = (int(v) for v in (region.x0, region.top, region.x1, region.bottom))
    part = ink[max(top, 0) : bottom, max(x0, 0) : x1]
    if min(part.shape) < side + 4:
        return
    drawn = cv2.dilate((part > 0).astype(np.float32), np.ones((3, 3), np.uint8))
    best: list[tuple[float, int, int, int]] = []
    for length in (side - 1, side, side + 1):
        across = cv2.blur(drawn, (length, 1), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        down = cv2.blur(drawn, (1, length), anchor=(0, 0), borderType=cv2.BORDER_CONSTANT)
        end = length - 1
        score = np.minimum(across[:-end, :-end], across[end:, :-end])
        score = np.minimum(score, np.minimum(down[:-end, :-end], down[:-end, end:]))
        for y, x in np.argwhere(score >= _RINGED_FRAME)[:4000].tolist():
            best.append((float(score[y, x]) - 0.01 * abs(length - side), x, y, length))
    taken: list[tuple[int, int]] = []
    # Where a thick stroke leaves several to choose from, what stands more to the right is made up of it and the first letter.
    for met, x, y, length in sorted(best, key=lambda one: (one[0] < FRAME_DRAWN - 0.01, one[1], -one[0])):
        if all(abs(x - a) > 0.6 * side or abs(y - b) > 0.6 * side for a, b in taken):
            taken.append((x, y))
            left, upper = float(x + max(x0, 0)), float(y + max(top, 0))
            yield Box(left, upper, left + length, upper + length), met + 0.01


def blots(ink: Pixels, side: int, region: Box) -> Iterator[Box]:
    """Where boxes of this *side* were filled so that nothing of their frame is left: solid ink as large as they, with white before it."""
    left, top = max(int(region.x0), 0), max(int(region.top), 0)
    part = ink[top : int(region.bottom), left : int(region.x1)]
    size = max(round(0.6 * side), 5) | 1
    solid = cv2.morphologyEx(
        cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)),
        cv2.MORPH_OPEN,
        np.ones((size, size), np.uint8),
    )
    for x, y, wide, tall, area in cv2.connectedComponentsWithStats(solid)[2][1:].tolist():
        if max(wide, tall) > 1.5 * side or area < 0.5 * side * side:
            continue
        x0, y0 = left + x + wide / 2 - side / 2, top + y + tall / 2 - side / 2
        box = Box(x0, y0, x0 + side, y0 + side)
        is_full = _within(ink, left + x, top + y, left + x + wide, top + y + tall).mean() > _SOLID
        if is_full and not _within(ink, x0 - 0.45 * side, y0 + 0.25 * side, x0 - 0.25 * side, y0 + 0.75 * side).any():
            yield box


def follows_print(ink: Pixels, box: Box, near: float) -> bool:
    """Whether ink that hangs together with none of the *box* stands *near* before it (of its side): then it is itself a letter, like 国 or 请."""
    side = box.x1 - box.x0
    left, top = max(round(box.x0 - near * side), 0), max(round(box.top), 0)
    patch = (ink[top : round(box.bottom), left : round(box.x1)] > 0).astype(np.uint8)
    start = round(box.x0) - left
    if start < 3 or not patch.size:
        return False
    _, labels = cv2.connectedComponents(patch)
    own = np.unique(labels[:, start:])
    before = labels[:, : start - 1]
    return float(((before > 0) & ~np.isin(before, own)).mean()) > _PRINT_BEFORE


def strokes_within(ink: Pixels, boxes: Sequence[Box], empty: Sequence[bool]) -> list[float]:
    """The length of the longest stroke within each of *boxes*, of its side, besides the frame that they have in common: what most *empty* ones show."""
    patches = []
    for box in boxes:
        patch = ink[max(round(box.top), 0) : round(box.bottom), max(round(box.x0), 0) : round(box.x1)]
        patches.append(cv2.resize(patch, (_PATCH, _PATCH), interpolation=cv2.INTER_AREA) > 100)
    clean = [patch for patch, is_empty in zip(patches, empty, strict=True) if is_empty] or patches
    frame = cv2.dilate((np.mean(clean, axis=0) > 0.35).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    found = []
    for patch in patches:
        stats = cv2.connectedComponentsWithStats((patch & ~frame).astype(np.uint8))[2][1:]
        slanting = [max(wide, high) / _PATCH for _, _, wide, high, _ in stats.tolist() if min(wide, high) >= _SLANTS]
        found.append(max(slanting, default=0.0))  # the others may be a side of the frame that is a pixel off
    return found


def is_speck(ink: Pixels, box: Box) -> bool:
    """Whether nothing within *box* is as long as the shortest stroke that somebody means; *ink* is without the frames of boxes."""
    side = box.x1 - box.x0
    part = _within(ink, box.x0 + 2, box.top + 2, box.x1 - 2, box.bottom - 2).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(part)[2][1:]
    return all(max(wide, high) < _SHORTEST * side for _, _, wide, high, _ in stats.tolist())


def is_something_before(ink: Pixels, box: Box) -> bool:
    """Whether ink stands directly before *box*, where others have white."""
    side = box.x1 - box.x0
    before = _within(ink, box.x0 - 0.6 * side, box.top - 0.5 * side, box.x0 - 2, box.bottom + 0.2 * side)
    return int(before.any(axis=1).sum()) >= max(0.3 * side, 1)


def _within(ink: Pixels, x0: float, top: float, x1: float, bottom: float) -> Pixels:
    return ink[max(round(top), 0) : max(round(bottom), 0), max(round(x0), 0) : max(round(x1), 0)] > 0
