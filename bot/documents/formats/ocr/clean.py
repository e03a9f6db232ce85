"""A page's colours -> even grey without stamps and shadows."""

from __future__ import annotations

import cv2
import numpy as np

from bot.documents.formats.ocr.images import Pixels

_OVER_OTHERS = 28
# The channel in which the ink is bright, and those over which it stands out: red; blue and violet.
_STAMPS = ((0, (1, 2)), (2, (1,)))
_DARK = 120  # of that channel: printing under the stamp is darker than its ink
_SMALLEST_STAMP = 0.07  # of the page's width
_LARGEST_STAMP = 0.5
_THIN = 60  # of 255: part of a pixel of a small picture that a thin frame covers
_FLATTEST = 0.3  # how high a framed one is beside its width
_STROKES_A_WIDTH = 85  # no stroke of a pen is wider
_LINES_A_WIDTH = 150  # no ruling line is wider, if it is not as dark as print
_SOFT = 0.35  # of how much darker than its paper most of a table's lines are
_LEAST_DEPTH, _DEPTH = 20, 0.22  # how much darker than its paper a stroke is: in grey levels, beside that of most print
_PAPER = 250  # grey level of paper in even light
_AT_EDGE = 12  # of 600 columns: there only a part of the stamp may be in the picture


def grey_of(page: Pixels) -> Pixels:
    """*page* (RGB) in grey levels: stamps taken away, print under them kept, light evened out, paper white."""
    return without_stamps(page)[0]


def without_stamps(page: Pixels) -> tuple[Pixels, Pixels | None, Pixels | None]:
    """The same; and true where stamp ink was taken away, and where print was seen under it (None without a stamp)."""
    white = _in_white_light(page)
    grey = cv2.cvtColor(white, cv2.COLOR_RGB2GRAY)
    taken = dark = None
    for channel, over in _STAMPS:
        colour = _over(white, channel, over)
        stamps = _stamp_mask(colour)
        if stamps is None:
            continue
        bright = white[:, :, channel]
        here, under = stamps & (bright >= _DARK), stamps & (bright < _DARK)
        grey = np.where(here, _PAPER, np.where(stamps, bright, grey)).astype(np.uint8)
        taken, dark = (here, under) if taken is None or dark is None else (taken | here, dark | under)
    return _even(grey), taken, dark


def _in_white_light(page: Pixels) -> Pixels:
    """*page* as it would be if its paper were white everywhere: in the yellow light of a lamp or in shadow blue ink is grey."""
    return np.asarray(cv2.merge([_even(channel) for channel in cv2.split(page)]), np.uint8)


def _over(page: Pixels, channel: int, over: tuple[int, ...]) -> Pixels:
    """By how much one channel is brighter than others."""
    others = page[:, :, over[0]] if len(over) == 1 else np.maximum(page[:, :, over[0]], page[:, :, over[1]])
    return page[:, :, channel].astype(np.int16) - others


def _stamp_mask(colour: Pixels) -> Pixels | None:
    """True where ink of a stamp is: large round or oval patches of *colour*. Coloured letters elsewhere are left alone."""
    strong = colour > _OVER_OTHERS
    if np.count_nonzero(strong) < 0.0005 * strong.size:
        return None
    height, width = strong.shape
    small = cv2.resize(strong.astype(np.uint8), (600, max(600 * height // width, 1)), interpolation=cv2.INTER_AREA)
    faint = cv2.resize(strong.astype(np.uint8) * 255, small.shape[::-1], interpolation=cv2.INTER_AREA) > _THIN
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    mask = np.zeros_like(joined)
    for x, y, wide, high, area in stats[1:count].tolist():
        patch = small[y : y + high, x : x + wide] > 0
        at_edge = min(x, y, 600 - x - wide, small.shape[0] - y - high) <= _AT_EDGE
        flat = min(wide / high, high / wide)
        is_size = _SMALLEST_STAMP * 600 <= wide <= _LARGEST_STAMP * 600 and area > 0.04 * patch.size
        is_shape = flat >= 0.25 if at_edge else flat >= 0.55 and (_is_round(patch) or _is_framed(patch, 0.8))
        if is_size and (is_shape or (flat >= _FLATTEST and _is_framed(faint[y : y + high, x : x + wide], 0.9))):
            mask[y : y + high, x : x + wide] = 1
    if not mask.any():
        return None
    grown = cv2.dilate(mask, np.ones((5, 5), np.uint8))
    near = cv2.resize(grown, (width, height), interpolation=cv2.INTER_NEAREST).astype(bool)
    return near & (colour > _OVER_OTHERS // 3)


def _is_round(patch: Pixels) -> bool:
    """Nothing in the corners, something in the middle of each side."""
    high, wide = patch.shape
    y, x = max(high // 8, 1), max(wide // 8, 1)
    corners = (patch[:y, :x], patch[:y, -x:], patch[-y:, :x], patch[-y:, -x:])
    middle_y, middle_x = slice(high // 3, high - high // 3), slice(wide // 3, wide - wide // 3)
    sides = (patch[:y, middle_x], patch[-y:, middle_x], patch[middle_y, :x], patch[middle_y, -x:])
    return max(float(c.mean()) for c in corners) < 0.1 and sum(bool(side.any()) for side in sides) >= 3


def _is_framed(patch: Pixels, drawn: float) -> bool:
    """A square seal or the frame of «收文»: ink along all four sides, of each that part at least, as crooked as it was put there."""
    ys, xs = np.nonzero(patch)
    middle, (wide, high), angle = cv2.minAreaRect(np.stack((xs, ys), axis=1).astype(np.float32))
    if min(wide, high) < _SMALLEST_STAMP * 600 / 2:
        return False
    if abs(angle) > 45:  # of a flat one the long side is the lower one
        angle, wide, high = angle - (90 if angle > 0 else -90), high, wide
    turned = cv2.warpAffine(
        patch.astype(np.uint8), cv2.getRotationMatrix2D(middle, angle, 1.0), patch.shape[::-1], flags=cv2.INTER_NEAREST
    )
    left, top = max(int(middle[0] - wide / 2), 0), max(int(middle[1] - high / 2), 0)
    patch = turned[top : top + int(high) + 1, left : left + int(wide) + 1]
    sides = (patch[:4].any(axis=0), patch[-4:].any(axis=0), patch[:, :4].any(axis=1), patch[:, -4:].any(axis=1))
    return min(float(side.mean()) for side in sides) > drawn


def _even(grey: Pixels) -> Pixels:
    """Brightness divided by that of the paper around, so that shadows and yellowed paper become white."""
    height, width = grey.shape
    scale = 8
    small = cv2.resize(grey, (max(width // scale, 1), max(height // scale, 1)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 7)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    if np.median(paper) < 90:
        return grey  # light letters on dark ground, or a night photo
    return cv2.divide(grey, np.maximum(paper, 40), scale=_PAPER)


def ink_of(grey: Pixels) -> Pixels:
    """255 where ink is, 0 on paper; local threshold, tiny specks removed."""
    size = max(21, (min(grey.shape) // 50) | 1)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 18)
    return np.where(grey < 215, ink, 0).astype(np.uint8)


def strokes_only(grey: Pixels, ink: Pixels) -> Pixels:
    """*ink* that a pen or a press has left: it is much darker than what is around it at the width of a stroke, or as dark as print. The edge of
    a shadow, a smudge and what shines through from the other side are not."""
    size = max(grey.shape[1] // _STROKES_A_WIDTH, 9) | 1
    deep = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((size, size), np.uint8))
    inked = deep[ink > 0]
    if not inked.size:
        return ink
    least = max(_LEAST_DEPTH, _DEPTH * float(np.percentile(inked, 75)))
    return np.where((deep >= least) | (grey < _DARK), ink, 0).astype(np.uint8)


def sharp_only(lines: Pixels, grey: Pixels) -> Pixels:
    """Ruling *lines* without what is much softer than most of them, as a fold of the paper is."""
    size = max(grey.shape[1] // _LINES_A_WIDTH, 7) | 1
    deep = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((size, size), np.uint8))
    deep = np.where(grey < _DARK, np.maximum(deep, 255 - grey), deep).astype(np.uint8)  # of whatever width
    near = cv2.dilate(deep, np.ones((3, 3), np.uint8))
    usual = near[lines > 0]
    return np.where(near >= _SOFT * float(np.median(usual)), lines, 0).astype(np.uint8) if usual.size else lines
