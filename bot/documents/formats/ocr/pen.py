"""What a pen does to a list of options besides a mark within the box: it runs over the box, rings it or its option, ticks beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np

from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Box
from bot.documents.shared.symbols import TICKED

_FRAME_DRAWN = 0.98  # part of each side of a box of known size
_PRINT_BEFORE = 0.02  # the same of print
_LETTER_BEFORE = 0.17  # ink in the square before a box: letters have more, strokes of a pen less


def frames_like(ink: Pixels, side: int, region: Box) -> Iterator[tuple[int, int, int]]:
    """(x, y, side) of squares as large as the printed boxes whose four sides are drawn, whatever runs through them."""
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
        for y, x in np.argwhere(score >= _FRAME_DRAWN)[:4000].tolist():
            best.append((float(score[y, x]) - 0.01 * abs(length - side), x, y, length))
    taken: list[tuple[int, int]] = []
    for _, x, y, length in sorted(best, reverse=True):
        if all(abs(x - a) > 0.6 * side or abs(y - b) > 0.6 * side for a, b in taken):
            taken.append((x, y))
            yield x + max(x0, 0), y + max(top, 0), length


def follows_print(ink: Pixels, box: Box) -> bool:
    """Whether ink that hangs together with none of the *box* stands directly before it: then it is itself a letter, like 国 or 请."""
    side = box.x1 - box.x0
    left, top = max(round(box.x0 - 0.8 * side), 0), max(round(box.top), 0)
    patch = (ink[top : round(box.bottom), left : round(box.x1)] > 0).astype(np.uint8)
    start = round(box.x0) - left
    if start < 3 or not patch.size:
        return False
    _, labels = cv2.connectedComponents(patch)
    own = np.unique(labels[:, start:])
    before = labels[:, : start - 1]
    return float(((before > 0) & ~np.isin(before, own)).mean()) > _PRINT_BEFORE


def is_ringed(ink: Pixels, box: Box) -> bool:
    """Whether a stroke goes around *box*: above it, below it and before it, where print leaves white."""
    side = box.x1 - box.x0
    reach, off = 0.55 * side, max(2.0, 0.08 * side)
    above = _within(ink, box.x0, box.top - reach, box.x1, box.top - off).any(axis=0)
    below = _within(ink, box.x0, box.bottom + off, box.x1, box.bottom + reach).any(axis=0)
    before = _within(ink, box.x0 - reach, box.top, box.x0 - off, box.bottom).any(axis=1)
    return _share(above) > 0.75 and _share(below) > 0.75 and _share(before) > 0.25


def is_option_ringed(ink: Pixels, box: Box, ends: float) -> bool:
    """Whether a stroke goes above and below the words behind *box*; *ends*: where the next box begins, or the cell ends."""
    side = box.x1 - box.x0
    words = np.flatnonzero(_within(ink, box.x1 + 2, box.top, ends - 2, box.bottom).any(axis=0))
    if words.size < 1.5 * side:
        return False
    first, last = np.percentile(words, (20, 80))  # at its ends a ring comes down to the line
    left, right = box.x1 + 2 + float(first), box.x1 + 2 + float(last)
    above = _within(ink, left, box.top - 0.5 * side, right, box.top - 0.12 * side).any(axis=0)
    below = _within(ink, left, box.bottom + 0.12 * side, right, box.bottom + 0.5 * side).any(axis=0)
    return _share(above) > 0.7 and _share(below) > 0.7


def stroke_before(ink: Pixels, box: Box) -> str:
    """Of what stands directly before *box*, where others have white: ``☑`` for a stroke that rises to the right, ``?`` for what else is
    there, nothing for white."""
    side = box.x1 - box.x0
    before = _within(ink, box.x0 - 0.6 * side, box.top - 0.5 * side, box.x0 - 2, box.bottom + 0.2 * side)
    rows = np.flatnonzero(before.any(axis=1))
    if rows.size < 0.3 * side:
        return ""
    strokes = (np.diff(before.astype(np.int8), axis=1) > 0).sum(axis=1) + before[:, 0]
    at = np.asarray([np.flatnonzero(line).mean() for line in before[rows]])
    rises = float(np.corrcoef(rows, at)[0, 1]) if at.std() > 0 else 0.0
    single = float((strokes[rows] > 1).mean()) < 0.35 and float(before.mean()) < _LETTER_BEFORE
    return TICKED if single and rises < -0.7 and float(at.max() - at.min()) > 0.2 * side else "?"


def stroke_above(ink: Pixels, box: Box) -> str:
    """``?`` where a stroke leaves *box* at its top, nothing else."""
    side = box.x1 - box.x0
    above = _within(ink, box.x0, box.top - 0.3 * side, box.x1 + 0.2 * side, box.top - 3)
    return "?" if above.size and float(above.any(axis=1).mean()) > 0.6 else ""


def _share(line: Any) -> float:
    return float(line.mean()) if line.size else 0.0


def _within(ink: Pixels, x0: float, top: float, x1: float, bottom: float) -> Pixels:
    return ink[max(round(top), 0) : max(round(bottom), 0), max(round(x0), 0) : max(round(x1), 0)] > 0
