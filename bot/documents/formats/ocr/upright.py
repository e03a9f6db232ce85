"""A photographed or scanned page -> upright, flat and straight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from msgspec import Struct, field

from bot.documents.formats.ocr.clean import grey_of, ink_of
from bot.documents.formats.ocr.engine import Boxes, cut_out, find_lines, read_lines
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.rules import Corners, line_masks, paper_corners, table_corners
from bot.documents.page.frame import Matrix

_SMALL_SIDE = 1000  # pixels: enough to find lines of text, not to read them
_LEAST_TURN = 0.25  # degrees
_WITHIN = 0.93  # part of the lines of text that stand on the sheet
_EDGE = 0.005  # of the page's width
_CROSSED = 0.03  # of the page's width: a ruling line beyond the paper's edge
_ALONG = 4.5  # degrees between the paper's edge and its text
_END = 0.03  # of a line's length: what is found of it ends a little beyond its letters
_BESIDE_TABLE = 0.05  # of its width: so much of the paper is its own
_TWO_SHEETS = 1.15  # a picture of two is wider than high by so much
_LINES_OF_SHEET = 6
_SURE = 0.85  # score of lines that stand upright
_TOLD = 12  # of a line's height: so much of it tells which way it stands


Projection = npt.NDArray[np.float64]  # 3 x 3


class Laid(Struct):
    """A page on its way to lie straight: ``moved`` leads from the places of its pixels at first to those now, ``turn`` is by how many degrees
    it was turned clockwise, ``lines`` how many lines of text were seen on it, ``letters`` how high they are."""

    page: Pixels
    moved: Projection = field(default_factory=lambda: np.eye(3))
    turn: int = 0
    lines: int = 0
    letters: float = 0.0

    def move(self, page: Pixels, matrix: npt.NDArray[Any]) -> None:
        self.page = page
        self.moved = (matrix if len(matrix) == 3 else np.vstack((matrix, (0.0, 0.0, 1.0)))) @ self.moved

    def turn_back(self, quarters: int) -> None:
        """Quarter turns against the clock."""
        for _ in range(quarters):
            wide = self.page.shape[1]
            self.move(np.rot90(self.page, 1).copy(), np.asarray([[0.0, 1.0, 0.0], [-1.0, 0.0, wide], [0.0, 0.0, 1.0]]))
        self.turn = (self.turn - 90 * quarters) % 360

    def back(self, width: float, shape: Sequence[int]) -> Matrix:
        """From places on the page as it lies now, *width* wide, to fractions of the picture as it was (*shape*: its rows and columns)."""
        scale = self.page.shape[1] / width
        back = np.diag((1 / shape[1], 1 / shape[0], 1.0)) @ np.linalg.inv(self.moved) @ np.diag((scale, scale, 1.0))
        a, b, c, d, e, f, g, h, i = (float(value) for value in back.ravel())
        return a, b, c, d, e, f, g, h, i


def upright(page: Pixels) -> list[Laid]:
    """The sheets on *page* (RGB), mostly one, each cut out of its surroundings, turned and straightened."""
    laid = Laid(page)
    small, scale = _smaller(page)
    boxes = find_lines(grey_of(small)) / np.float32(scale)
    laid.lines = len(boxes)
    if len(boxes) < 2:
        return [laid]
    if _lie(boxes)[0]:
        boxes = _turned_boxes(page.shape[1], boxes)
        laid.turn_back(1)  # text ran downwards or upwards; the half turn is decided below
    laid.letters = float(np.median([np.hypot(*(box[3] - box[0])) for box in boxes]))
    return [_straight(sheet, own) for sheet, own in _sheets(laid, boxes)]


def _straight(laid: Laid, boxes: Boxes) -> Laid:
    """The same, of one sheet whose lines do not stand."""
    sheet = next(
        (one for one in paper_corners(laid.page) if _holds_text(one, boxes) and _holds_lines(one, laid.page)), None
    )
    if sheet is None:
        sheet = _among_others(laid.page, boxes)
    if sheet is not None:
        flat, matrix = _flattened(laid.page, sheet)
        laid.move(flat, matrix)
        there = cv2.perspectiveTransform(boxes.reshape(-1, 1, 2), matrix).reshape(-1, 4, 2)
        inside = ((there.mean(axis=1) > 0) & (there.mean(axis=1) < (flat.shape[1], flat.shape[0]))).all(axis=1)
        boxes = np.asarray(there[inside], np.float32)
    small, scale = _smaller(laid.page)
    boxes = boxes * np.float32(scale)
    angle = _lie(boxes)[1]
    if _is_upside_down(grey_of(small), boxes):
        laid.turn_back(2)
    if abs(angle) >= _LEAST_TURN:
        laid.move(*_rotated(laid.page, angle))
    laid.move(*_straightened(laid.page))
    return laid


def _sheets(laid: Laid, boxes: Boxes) -> list[tuple[Laid, Boxes]]:
    """Two sheets that lie side by side in one picture, each with its lines of text: nothing, no text and no ruling line, goes from one to the other."""
    at = _gutter(laid.page, boxes)
    if at is None:
        return [(laid, boxes)]
    found = []
    for start, end in ((0, at), (at, laid.page.shape[1])):
        middles = boxes[:, :, 0].mean(axis=1)
        own = boxes[(middles >= start) & (middles < end)] - np.asarray([start, 0], np.float32)
        half = Laid(laid.page, laid.moved, laid.turn, len(own), laid.letters)
        half.move(laid.page[:, start:end].copy(), np.asarray([[1.0, 0.0, -start], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))
        found.append((half, own))
    return found


def _gutter(page: Pixels, boxes: Boxes) -> int | None:
    high, wide = page.shape[:2]
    middles = boxes[:, :, 0].mean(axis=1)
    if wide < _TWO_SHEETS * high or len(boxes) < 2 * _LINES_OF_SHEET:
        return None
    small, scale = _smaller(page)
    across, _ = line_masks(ink_of(grey_of(small)))
    first, last = int(boxes[:, :, 1].min() * scale), int(boxes[:, :, 1].max() * scale)
    crossed = np.asarray((across[first:last] > 0).any(axis=0))  # beyond the text are the edges of the paper
    for box in boxes * np.float32(scale):
        crossed[max(int(box[:, 0].min()), 0) : int(box[:, 0].max()) + 1] = True
    low, top = int(0.3 * crossed.size), int(0.7 * crossed.size)
    edges = np.flatnonzero(np.diff((~crossed[low:top]).astype(np.int8), prepend=0, append=0))
    runs = [(int(end - start), int(start + end) // 2 + low) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    length, middle = max(runs, default=(0, 0))
    at = round(middle / scale)
    left = int((middles < at).sum())
    enough = min(left, len(boxes) - left) >= _LINES_OF_SHEET
    return at if enough and length > 0.015 * crossed.size else None


def _holds_text(sheet: Corners, boxes: Boxes) -> bool:
    """Whether (nearly) all lines of text lie within the corners *sheet*, from end to end: a shadow across the paper looks like its edge."""
    ends = [_ends_within(sheet, box) for box in boxes]
    return (
        1 not in ends
        and ends.count(2) >= _WITHIN * len(boxes)
        and _is_along(sheet[:2], boxes[: len(boxes) // 2 + 1])
        and _is_along(sheet[[3, 2]], boxes[len(boxes) // 2 :])
    )


def _holds_lines(sheet: Corners, page: Pixels) -> bool:
    """Whether no ruling line runs over the edge of *sheet*."""
    small, scale = _smaller(page)
    across = line_masks(ink_of(grey_of(small)))[0]
    slack = max(round(_EDGE * 3 * small.shape[1]), 2)
    area = np.zeros(across.shape, np.uint8)
    cv2.fillConvexPoly(area, np.asarray(np.round(sheet * scale), np.int32), 1)
    around = np.ones((2 * slack + 1, 2 * slack + 1), np.uint8)
    outside, inside = cv2.dilate(area, around) == 0, cv2.erode(area, around) > 0
    count, labels = cv2.connectedComponents(across)
    parts = [np.bincount(labels[where], minlength=count)[1:] for where in (outside, inside)]
    high = across.shape[1] // 200 + 1  # pixels of a line's thickness
    return not bool((np.minimum(*parts) > high * _CROSSED * small.shape[1]).any())


def _among_others(page: Pixels, boxes: Boxes) -> Corners | None:
    """Of a form that lies on other papers, written all over: the corners of what is around its table. The lines of the others are not level with it."""
    small, scale = _smaller(page)
    corners = table_corners(line_masks(_without_edges(ink_of(grey_of(small))))[0])
    if corners is None:
        return None
    table = corners / np.float32(scale)
    flat, matrix = _flattened(page[:1, :1], table)
    high, wide = flat.shape[:2]
    there = cv2.perspectiveTransform(boxes.reshape(-1, 1, 2), matrix).reshape(-1, 4, 2)
    along = there[:, [1, 2]].mean(axis=1) - there[:, [0, 3]].mean(axis=1)
    leans = np.abs(np.degrees(np.arctan2(along[:, 1], along[:, 0])))
    aside = _BESIDE_TABLE * wide
    own = (there[:, :, 0].min(axis=1) > -aside) & (there[:, :, 0].max(axis=1) < wide + aside) & (leans <= _ALONG)
    if (~own).sum() <= (1 - _WITHIN) * len(boxes) or (leans[~own] > _ALONG).mean() < _WITHIN - 0.2:
        return None
    rows = there[own][:, :, 1]
    top, bottom = min(0.0, float(rows.min(initial=0))) - aside, max(float(high), float(rows.max(initial=0))) + aside
    around = np.asarray([[-aside, top], [wide + aside, top], [wide + aside, bottom], [-aside, bottom]], np.float32)
    back = cv2.perspectiveTransform(around.reshape(-1, 1, 2), np.linalg.inv(matrix))
    return np.asarray(back.reshape(4, 2), np.float32)


def _is_along(edge: npt.NDArray[Any], boxes: Boxes) -> bool:
    """Whether an edge runs as the lines of text near it do."""
    across, down = (float(value) for value in edge[1] - edge[0])
    return abs(float(np.degrees(np.arctan2(down, across))) - _lie(boxes)[1]) <= _ALONG


def _ends_within(sheet: Corners, box: npt.NDArray[Any]) -> int:
    """How many ends of a line; at the edge it may be cut off."""
    start, end = box[[0, 3]].mean(axis=0), box[[1, 2]].mean(axis=0)
    inset, slack = _END * (end - start), float(np.hypot(*(box[3] - box[0]))) / 2
    points = (start + inset, end - inset)
    return sum(cv2.pointPolygonTest(sheet, [float(v) for v in point], True) >= -slack for point in points)


def _smaller(page: Pixels) -> tuple[Pixels, float]:
    scale = min(_SMALL_SIDE / max(page.shape[:2]), 1.0)
    if scale == 1.0:
        return page, scale
    size = (max(int(page.shape[1] * scale), 1), max(int(page.shape[0] * scale), 1))
    return cv2.resize(page, size, interpolation=cv2.INTER_AREA), scale


def _lie(boxes: Boxes) -> tuple[bool, float]:
    """Whether the lines run across the picture's height, and by how many degrees they fall to the right otherwise."""
    lengths, angles, standing = [], [], 0.0
    for box in boxes:
        top, side = box[1] - box[0], box[3] - box[0]
        wide, high = float(np.hypot(*top)), float(np.hypot(*side))
        if high > 1.5 * wide:
            standing += high
            continue
        if wide > 2.5 * high:
            middle = (box[1] + box[2] - box[0] - box[3]) / 2
            lengths.append(wide)
            angles.append(float(np.degrees(np.arctan2(middle[1], middle[0]))))
    if standing > sum(lengths):
        return True, 0.0
    if not lengths:
        return False, 0.0
    order = np.argsort(angles)
    weights = np.cumsum(np.asarray(lengths)[order])
    return False, float(np.asarray(angles)[order][int(np.searchsorted(weights, weights[-1] / 2))])


def _turned_boxes(width: int, boxes: Boxes) -> Boxes:
    """*boxes* on a page of this width after a quarter turn against the clock."""
    turned = np.stack((boxes[:, :, 1], width - boxes[:, :, 0]), axis=2)
    return np.ascontiguousarray(turned[:, [1, 2, 3, 0], :], dtype=np.float32)


def _is_upside_down(grey: Pixels, boxes: Boxes) -> bool:
    """Some long lines read both ways: the right way round makes more sense."""
    widths = [float(np.hypot(*(box[1] - box[0]))) for box in boxes]
    longest = sorted(range(len(boxes)), key=lambda i: -widths[i])[:4]
    crops = [crop[:, : _TOLD * len(crop)] for i in longest if (crop := cut_out(grey, boxes[i])).size]
    if not crops:
        return False
    ahead = read_lines(crops)
    if sum(line.score for line in ahead) / len(ahead) > _SURE:
        return False
    back = read_lines([np.rot90(crop, 2).copy() for crop in crops])
    return sum(r.score * len(r.text) for r in back) > 1.1 * sum(r.score * len(r.text) for r in ahead)


def _flattened(page: Pixels, corners: Corners) -> tuple[Pixels, npt.NDArray[Any]]:
    """The quadrilateral within *corners* as an upright rectangle; and the matrix that made it, here and below."""
    wide = int(max(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[2] - corners[3]))))
    high = int(max(np.hypot(*(corners[3] - corners[0])), np.hypot(*(corners[2] - corners[1]))))
    target = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(page, matrix, (wide, high), flags=cv2.INTER_CUBIC), np.uint8), matrix


def _rotated(page: Pixels, angle: float) -> tuple[Pixels, npt.NDArray[Any]]:
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(width * cos + height * sin), int(height * cos + width * sin)
    matrix[0, 2] += (wide - width) / 2
    matrix[1, 2] += (high - height) / 2
    turned = cv2.warpAffine(page, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderValue=_paper_colour(page))
    return np.asarray(turned, np.uint8), matrix


def _paper_colour(page: Pixels) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in np.percentile(page.reshape(-1, 3)[::97], 80, axis=0))
    return red, green, blue


def _straightened(page: Pixels) -> tuple[Pixels, npt.NDArray[Any]]:
    """The largest table made rectangular: what is left of perspective and tilt goes with it."""
    corners = table_corners(line_masks(_without_edges(ink_of(grey_of(page))))[0])
    if corners is None:
        return page, np.eye(3)
    left, right = (corners[0][0] + corners[3][0]) / 2, (corners[1][0] + corners[2][0]) / 2
    top, bottom = (corners[0][1] + corners[1][1]) / 2, (corners[2][1] + corners[3][1]) / 2
    target = np.asarray([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    if float(np.abs(corners - target).max()) < 0.002 * page.shape[1]:
        return page, np.eye(3)
    matrix = cv2.getPerspectiveTransform(corners, target)
    size = (page.shape[1], page.shape[0])
    straight = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=_paper_colour(page))
    return np.asarray(straight, np.uint8), matrix


def _without_edges(ink: Pixels) -> Pixels:
    """The edges of the paper and of the picture are no lines of a table."""
    band = max(round(_EDGE * ink.shape[1]), 1)
    ink[:band], ink[-band:], ink[:, :band], ink[:, -band:] = 0, 0, 0, 0
    return ink
