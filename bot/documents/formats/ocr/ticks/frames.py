"""Boxes that are no squares: ○, (  ) and [ ] before options. They are drawn anew as squares, so that one way of looking tells what a pen did to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from msgspec import Struct

from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box

_SMALLEST, _LARGEST = 0.008, 0.045  # of the page's width: how high they are
_ROUND, _BRACKET = (0.85, 1.18), (0.1, 0.52)  # how wide beside that: a ring, one of two brackets
_PAIR = (0.4, 2.6)  # the same of both and what is between them
_HOLLOW, _ON_RING = 0.7, 0.97  # of a ring's radius: within it nothing is; part of its ink that is not
_ALIKE = 0.16  # by how much those of one page differ
_DRAWN = 0.95  # part of a frame that is seen where a pen ran over it
_SIDE = 0.85  # of a bracket's height: the square between both
_WHITE = (0.35, 0.8)  # of the height: before a frame that stands below or above another one, and before any
_LETTER = 1.15  # the same: what a letter takes between a frame and the next one
_SEVERAL = 0.15  # part of what stands there in which strokes lie above each other
_LEVEL = 0.15  # of the height: by how much those of a line are higher and lower
_BESIDE, _MOST_BESIDE = (
    (5, 11),
    0.22,
)  # pixels across a frame's line: the paper on both sides of it; part of that which is inked
_CLOSES = 5  # pixels of a pen's stroke that a frame takes away


class Frame(Struct, frozen=True):
    """``box``: all of it, ``square``: what stands in its place."""

    box: Box
    square: Box


def frames_on(pen: Pixels, regions: Sequence[Box]) -> tuple[list[Frame], Pixels]:
    """The frames in *regions*, of one kind and size on a page, at least two of them empty in one region; and where their ink is."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pen)
    low, high = _SMALLEST * pen.shape[1], _LARGEST * pen.shape[1]
    parts = [(i, x, y, w, h) for i, (x, y, w, h, _) in enumerate(stats.tolist()) if i and low <= h <= high]
    rings = [Box(x, y, x + w, y + h) for i, x, y, w, h in parts if _is_ring(labels[y : y + h, x : x + w] == i)]
    found = max((_company(kind, regions) for kind in (rings, list(_pairs(labels, parts)))), key=len)
    out: list[Frame] = []
    mask = np.zeros_like(pen)
    if not found:
        return out, mask
    shape = _shape(pen, found)
    tall, wide = shape.shape
    for x, y in sorted(_places(pen, shape, [r for r in regions if any(r.holds((b.x0, b.top)) for b in found)])):
        box = Box(float(x), float(y), float(x + wide), float(y + tall))
        if _is_one(pen, box, shape, found) and not any(_is_behind(box, one) for one in (*found, *(f.box for f in out))):
            out.append(Frame(box, _square(box, shape)))
            np.maximum(mask[y : y + tall, x : x + wide], shape, out=mask[y : y + tall, x : x + wide])
    return out, mask


def as_squares(ink: Pixels, frames: Sequence[Frame], mask: Pixels) -> Pixels:
    """*ink* with squares in the place of *frames*, whose own ink is *mask*. A stroke that crosses one goes on."""
    frame = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    rest = np.where(frame > 0, 0, ink).astype(np.uint8)
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_CLOSES, _CLOSES))
    crossing = cv2.bitwise_and(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, near), cv2.bitwise_and(frame, ink))
    out = np.asarray(cv2.bitwise_or(rest, crossing), np.uint8)
    for one in frames:
        box = one.square
        cv2.rectangle(out, (int(box.x0), int(box.top)), (int(box.x1) - 1, int(box.bottom) - 1), 255, 2)
    return out


def _is_ring(mask: Pixels) -> bool:
    high, wide = mask.shape
    if not _ROUND[0] <= wide / high <= _ROUND[1]:
        return False
    ys, xs = np.nonzero(mask)
    y, x = (ys + 0.5) / high * 2 - 1, (xs + 0.5) / wide * 2 - 1
    away = np.hypot(x, y)
    around = np.unique(((np.arctan2(y, x) + np.pi) / (2 * np.pi) * 36).astype(int))
    return bool(len(around) >= 35 and ((away > _HOLLOW - 4 / high) & (away < 1.16)).mean() >= _ON_RING)


def _pairs(labels: Pixels, parts: Sequence[tuple[int, int, int, int, int]]) -> Iterator[Box]:
    """Brackets with nothing between them."""
    left: list[tuple[int, int, int, int]] = []
    right: list[tuple[int, int, int, int]] = []
    for i, x, y, w, h in parts:
        if _BRACKET[0] * h <= w <= _BRACKET[1] * h:
            opens = _opens(labels[y : y + h, x : x + w] == i)
            if opens:
                (left if opens > 0 else right).append((x, y, w, h))
    for x, y, w, h in left:
        behind = [
            (a, b, c, d) for a, b, c, d in right if a > x + w and abs(b - y) < _ALIKE * h and abs(d - h) < _ALIKE * h
        ]
        a, b, c, d = min(behind, default=(0, 0, 0, 0))
        if _PAIR[0] * h <= a + c - x <= _PAIR[1] * h and not labels[y : y + h, x + w : a].any():
            yield Box(x, min(y, b), a + c, max(y + h, b + d))


def _opens(mask: Pixels) -> int:
    """1 for ( and [, -1 for ) and ], 0 for anything else."""
    high = len(mask)
    thin = max(high // 7, 2)
    x = np.arange(mask.shape[1])
    ends = [float((rows * x).sum() / max(rows.sum(), 1)) for rows in (mask[:thin], mask[-thin:])]
    middle = mask[high // 3 : high - high // 3]
    at = float((middle * x).sum() / max(middle.sum(), 1))
    if not mask.any(axis=1).all() or middle.mean(axis=1).max() > 0.85:
        return 0
    bend = 0.08 * mask.shape[1]
    return 1 if min(ends) - at > bend else -1 if at - max(ends) > bend else 0


def _company(frames: Sequence[Box], regions: Sequence[Box]) -> list[Box]:
    """Those that are as large as most, where one region has two."""
    if len(frames) < 2:
        return []
    tall, wide = (float(np.median(v)) for v in ([b.bottom - b.top for b in frames], [b.x1 - b.x0 for b in frames]))
    alike = [
        b for b in frames if abs(b.bottom - b.top - tall) <= _ALIKE * tall and abs(b.x1 - b.x0 - wide) <= _ALIKE * wide
    ]
    groups = [[b for b in alike if region.holds((b.x0, b.top))] for region in regions]
    return [b for b in alike if any(b in group for group in groups)] if max(map(len, groups), default=0) > 1 else []


def _shape(pen: Pixels, frames: Sequence[Box]) -> Pixels:
    """What their ink has in common."""
    tall, wide = (int(np.median([round(v) for v in sides])) for sides in zip(*_sides(frames), strict=True))
    patches = [pen[round(b.top) : round(b.bottom), round(b.x0) : round(b.x1)] for b in frames]
    alike = [cv2.resize(patch, (wide, tall), interpolation=cv2.INTER_AREA) > 100 for patch in patches]
    return np.where(np.mean(alike, axis=0) >= 0.5, 255, 0).astype(np.uint8)


def _sides(frames: Sequence[Box]) -> Iterator[tuple[float, float]]:
    return ((b.bottom - b.top, b.x1 - b.x0) for b in frames)


def _places(pen: Pixels, shape: Pixels, regions: Sequence[Box]) -> list[tuple[int, int]]:
    """Where in *regions* that *shape* is drawn, whatever else is."""
    tall, wide = shape.shape
    drawn = cv2.dilate((pen > 0).astype(np.float32), np.ones((3, 3), np.uint8))
    best: list[tuple[float, int, int]] = []
    for region in regions:
        x0, top = max(int(region.x0), 0), max(int(region.top), 0)
        part = drawn[top : int(region.bottom), x0 : int(region.x1)]
        if part.shape[0] <= tall or part.shape[1] <= wide:
            continue
        scores = []
        for half in (shape[:, : wide // 2], shape[:, wide // 2 :]):
            kernel = (half > 0).astype(np.float32)
            scores.append(cv2.matchTemplate(part, kernel, cv2.TM_CCORR) / max(float(kernel.sum()), 1.0))
        across = part.shape[1] - wide + 1
        score = np.minimum(scores[0][:, :across], scores[1][:, wide // 2 : wide // 2 + across])
        best += [(float(score[y, x]), x + x0, y + top) for y, x in np.argwhere(score >= _DRAWN)[:4000].tolist()]
    taken: list[tuple[int, int]] = []
    for _, x, y in sorted(best, key=lambda one: -one[0]):
        if all(abs(x - a) > 0.7 * wide or abs(y - b) > 0.7 * tall for a, b in taken):
            taken.append((x, y))
    return taken


def _is_one(pen: Pixels, box: Box, shape: Pixels, empty: Sequence[Box]) -> bool:
    """Whether *box* is one of the *empty* frames, or looks like them below a pen's strokes: with white before it, more where it stands below none."""
    tall = box.bottom - box.top
    line = [one for one in empty if abs(one.top - box.top) < 0.5 * tall]
    nearest = min(line, key=lambda one: abs(one.x0 - box.x0), default=box)
    if abs(nearest.x0 - box.x0) < 0.3 * tall and nearest is not box:
        return True
    is_level = abs(nearest.top - box.top) <= max(_LEVEL * tall, 2)
    is_below = any(abs(one.x0 - box.x0) < 0.3 * tall for one in empty)
    is_free = is_level and _is_free(pen, box, _WHITE[not is_below])
    return is_free and max(_beside(pen, box, shape)) <= _MOST_BESIDE


def _is_behind(box: Box, other: Box) -> bool:
    """Whether no letter has room between *box* and the *other* one to its left: then it is the first letter behind that one."""
    tall = box.bottom - box.top
    return (
        abs(other.top - box.top) < 0.5 * tall and 0.3 * tall < box.x0 - other.x0 < other.x1 - other.x0 + _LETTER * tall
    )


def _is_free(pen: Pixels, box: Box, white: float) -> bool:
    """Whether nothing stands directly before it, but what a pen drew through it: one stroke, where letters have several above each other."""
    tall = round(box.bottom) - round(box.top)
    before = pen[round(box.top) : round(box.bottom), max(round(box.x0 - white * tall), 0) : round(box.x0) - 1] > 0
    runs = np.diff(before.astype(np.int8), axis=0, prepend=0).clip(min=0).sum(axis=0)
    return not before.size or (float((runs > 1).mean()) <= _SEVERAL and int(before.sum(axis=0).max()) <= tall / 2)


def _beside(pen: Pixels, box: Box, shape: Pixels) -> list[float]:
    """How much of the paper on both sides of its line is inked: of all of a ring, of each of two brackets. Among letters it is more."""
    margin = _BESIDE[1] // 2
    wider = np.pad(shape, margin)
    outer, inner = (cv2.dilate(wider, np.ones((size, size), np.uint8)) > 0 for size in reversed(_BESIDE))
    top, left = round(box.top) - margin, round(box.x0) - margin
    patch = pen[max(top, 0) : top + wider.shape[0], max(left, 0) : left + wider.shape[1]] > 0
    around = (outer & ~inner)[-patch.shape[0] :, -patch.shape[1] :]
    middle = around.shape[1] // 2
    halves = [slice(None)] if _is_whole(shape) else [slice(0, middle), slice(middle, None)]
    return [float(patch[:, half][around[:, half]].mean()) for half in halves]


def _is_whole(shape: Pixels) -> bool:
    """A ring."""
    wide = shape.shape[1]
    return bool(shape[:2, wide // 3 : wide - wide // 3].any())


def _square(box: Box, shape: Pixels) -> Box:
    tall, wide = shape.shape
    is_ring = _is_whole(shape)
    side = wide if is_ring else min(round(_SIDE * tall), wide)
    x, y = round((box.x0 + box.x1 - side) / 2), round((box.top + box.bottom - (tall if is_ring else side)) / 2)
    return Box(float(x), float(y), float(x + side), float(y + side))
