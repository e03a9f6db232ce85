"""Ruling lines found in pixels, and the sheet of paper in a photo."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from bot.documents.formats.ocr.images import Pixels
from bot.documents.page.grid import Rule

_ASTRAY = 0.007  # of the page's width: beside the line on which a table's lines end
_TALL_TABLE, _WIDE_TABLE = 0.1, 0.35  # of the page, at least
_LEANS = 0.35  # a table's side, of its height
_TIP = 3  # pixels of a line's end
_MOST_LINES = 40
Corners = npt.NDArray[np.float32]  # four points x, y: top left, top right, bottom right, bottom left


def line_masks(ink: Pixels, gap: int = 1) -> tuple[Pixels, Pixels]:
    """Pixels of horizontal and of vertical lines longer than any stroke of a letter, with gaps of less than *gap* pixels in them."""
    height, width = ink.shape
    long_across, long_down = max(width // 24, 30) | 1, max(min(width, height) // 30, 30)
    # On part of a page letters are larger, beside its height, than on a whole one.
    long_down = max(long_down, min(int(1.1 * letters_high(ink)), 2 * long_down)) | 1
    thick = cv2.morphologyEx(cv2.dilate(ink, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    across = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, long_across), np.uint8))
    wide = cv2.morphologyEx(cv2.dilate(ink, np.ones((1, 3), np.uint8)), cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8))
    down = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((long_down, 1), np.uint8))
    return _thin_only(across, 0, width), _thin_only(down, 1, width)


def letters_high(ink: Pixels) -> float:
    """Pixels that all but the largest letters are high, and their longest strokes with them; 0 where there is no text."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    letters = high[(high >= 8) & (high <= 120) & (wide <= 2 * high) & (wide >= high // 8)]
    return float(np.percentile(letters, 90)) if len(letters) >= 20 else 0.0


def _thin_only(mask: Pixels, axis: int, width: int) -> Pixels:
    """Without areas of colour: a line is thin."""
    thickest = max(width // 90, 9)
    kernel = np.ones((thickest, 1) if axis == 0 else (1, thickest), np.uint8)
    solid = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)
    return cv2.subtract(mask, cv2.dilate(solid, np.ones((5, 5), np.uint8)))


def rules_of(across: Pixels, down: Pixels) -> tuple[list[Rule], list[Rule]]:
    """The masks' lines as rules, in pixels."""
    return _rules(across, horizontal=True), _rules(down, horizontal=False)


def _rules(mask: Pixels, *, horizontal: bool) -> list[Rule]:
    count, _, stats, centres = cv2.connectedComponentsWithStats(mask)
    rules = []
    for i in range(1, min(count, 4000)):
        x, y, wide, high, _ = (int(value) for value in stats[i])
        if horizontal and wide > 3 * high:
            rules.append(Rule(float(centres[i][1]), float(x), float(x + wide)))
        elif not horizontal and high > 3 * wide:
            rules.append(Rule(float(centres[i][0]), float(y), float(y + high)))
    return rules


def that_meet(across: Sequence[Rule], down: Sequence[Rule], tolerance: float, longest: float) -> list[Rule]:
    """Those of *across* that are lines of a table: no short strokes that end nowhere, as the flat side of a ring or of a tick box does."""
    return [
        rule
        for rule in across
        if rule.end - rule.start > longest
        or all(_is_met(rule, end, down, tolerance) for end in (rule.start, rule.end))
        or any(one.end - one.start > longest and abs(one.at - rule.at) <= tolerance / 2 for one in across)
    ]


def _is_met(rule: Rule, end: float, down: Sequence[Rule], tolerance: float) -> bool:
    return any(
        abs(one.at - end) <= tolerance and one.start - tolerance <= rule.at <= one.end + tolerance for one in down
    )


def table_corners(across: Pixels) -> Corners | None:
    """Corners of the ruled table: most of its lines *across* begin on one straight line and end on another. None where they do not."""
    ends = _ends(across)
    if len(ends) < 2:
        return None
    tolerance, least = _ASTRAY * across.shape[1], _TALL_TABLE * across.shape[0]
    best: tuple[int, float] = (0, 0.0)
    corners = None
    for i, j in itertools.combinations(range(len(ends)), 2):
        first, last = sorted((ends[i], ends[j]), key=lambda both: float(both[0][1]))
        high = float(min(last[0][1] - first[0][1], last[1][1] - first[1][1]))
        leans = max(abs(float(last[k][0] - first[k][0])) for k in (0, 1))
        if high < least or leans > _LEANS * high:
            continue
        inliers = sum(all(_aside(both[k], first[k], last[k]) <= tolerance for k in (0, 1)) for both in ends)
        if (inliers, high) > best:
            best, corners = (inliers, high), np.asarray([first[0], first[1], last[1], last[0]], np.float32)
    return corners


def _ends(across: Pixels) -> list[Corners]:
    """Both ends of each long line, from the left."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across)
    wide = stats[:, cv2.CC_STAT_WIDTH]
    longest = sorted(range(1, count), key=lambda i: -int(wide[i]))[:_MOST_LINES]
    found = []
    for i in longest:
        if wide[i] < _WIDE_TABLE * across.shape[1]:
            break
        x, y, w, h = (int(value) for value in stats[i][:4])
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == i)
        left, right = ys[xs <= _TIP].mean(), ys[xs >= w - 1 - _TIP].mean()
        found.append(np.asarray([[x, y + left], [x + w - 1, y + right]], np.float32))
    return found


def _aside(point: Corners, start: Corners, end: Corners) -> float:
    """How far *point* is from the line through both others, across."""
    share = float((point[1] - start[1]) / (end[1] - start[1]))
    return abs(float(point[0] - start[0] - share * (end[0] - start[0])))


def paper_corners(page: Pixels) -> Iterator[Corners]:
    """Corners of a bright sheet on a darker table, the likeliest first: without and with a part of it that lies in shadow. Nothing where the page
    fills the picture."""
    height, width = page.shape[:2]
    scale = 600 / max(height, width)
    small = cv2.resize(page, (max(int(width * scale), 1), max(int(height * scale), 1)), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (7, 7), 0)
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    darker = grey[grey <= level]
    below = cv2.threshold(darker, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[0] if darker.size else 0.0
    for at in (level, below):
        found = _sheet_above(grey, at)
        if found is not None:
            yield np.asarray(found / scale, dtype=np.float32)


def _sheet_above(grey: Pixels, level: float) -> Corners | None:
    """Corners of what is brighter than *level*, if it stands out and has four."""
    over = grey > level
    if level <= 0 or not over.any() or np.median(grey[over]) - np.median(grey[~over]) < 50:
        return None
    bright = cv2.morphologyEx(over.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    bright = cv2.morphologyEx(bright, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8))
    outlines, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    outline = max(outlines, key=cv2.contourArea)
    if not 0.25 * bright.size < cv2.contourArea(outline) < 0.97 * bright.size:
        return None
    hull = cv2.convexHull(outline)
    for tolerance in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(corners) == 4:
            found = _extremes(corners.reshape(4, 2).astype(np.float32))
            if cv2.contourArea(found) > 0.93 * cv2.contourArea(hull):
                return found
    return None


def _extremes(points: npt.NDArray[np.float32]) -> Corners:
    total, difference = points.sum(axis=1), points[:, 0] - points[:, 1]
    picked = [points[total.argmin()], points[difference.argmax()], points[total.argmax()], points[difference.argmin()]]
    return np.asarray(picked, dtype=np.float32)
