"""One pass over the objects of a page in the order of drawing: shapes, and what the letters of each text object have in common."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pypdfium2.raw as raw
from msgspec import Struct, field

from bot.base.replacing import replace
from bot.documents.formats.pdf.drawn import (
    IDENTITY,
    Colour,
    Kind,
    Matrix,
    Point,
    Shape,
    View,
    at,
    bounds,
    common,
    product,
)
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

MOST_OBJECTS = 20_000
_DEEPEST = 12  # forms within forms
_MOST_POINTS = 100  # of a path; what has more is a picture
_OPAQUE = 0.9
_NAME = 64  # characters of a mark's name


class Around(Struct, frozen=True):
    """What a form's content takes over from where it is drawn."""

    matrix: Matrix = IDENTITY
    clip: Box | None = None
    doubtful: bool = False
    aside: bool = False
    named: bool = False


class Words(Struct):
    """A text object. ``named``: marked as a header, footer or watermark."""

    item: Any
    order: int
    clip: Box | None
    font: str
    mode: int
    fill: Colour
    stroke: Colour
    fill_alpha: float
    stroke_alpha: float
    doubtful: bool
    aside: bool
    named: bool


class Content(Struct):
    """``items``: all objects, in the order of drawing, those within forms in the place of the form; ``words`` by the address of theirs.
    ``cut``: there is more on the page than was looked at."""

    items: list[Any] = field(default_factory=list)
    words: dict[int, Words] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    cut: bool = False


class _Numbers:
    """Places where pdfium writes what it is asked for."""

    def __init__(self) -> None:
        self.edges = tuple(ctypes.c_float() for _ in range(4))
        self.parts = tuple(ctypes.c_uint() for _ in range(4))
        self.x, self.y = ctypes.c_float(), ctypes.c_float()
        self.matrix = raw.FS_MATRIX()
        self.mode, self.strokes = ctypes.c_int(), ctypes.c_int()
        self.name = ctypes.create_string_buffer(2 * _NAME)
        self.size = ctypes.c_ulong()


def content_of(page: Any, view: View, layered: bool) -> Content:
    """*page* is pdfium's; *layered*: its file has layers, so that a form or picture may be switched off."""
    walk = _Walk(view, layered)
    walk.objects(raw.FPDFPage_CountObjects(page), lambda number: raw.FPDFPage_GetObject(page, number), Around(), 0)
    return walk.content


class _Walk:
    def __init__(self, view: View, layered: bool) -> None:
        self.content = Content()
        self._view, self._layered = view, layered
        self._numbers = _Numbers()
        self._fonts: dict[int, str] = {}
        self._page = Box(0.0, 0.0, view.width, view.height)

    def objects(self, count: int, item_at: Callable[[int], Any], around: Around, depth: int) -> None:
        for number in range(count):
            if len(self.content.items) >= MOST_OBJECTS:
                self.content.cut = True
                return
            item = item_at(number)
            kind = raw.FPDFPageObj_GetType(item)
            here = self._at(item, around)
            if kind != raw.FPDF_PAGEOBJ_FORM:
                self.content.items.append(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._words(item, here)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._path(item, here)
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < _DEEPEST:
                    inner = replace(here, matrix=product(self._matrix(item), around.matrix))
                    inner = replace(inner, doubtful=here.doubtful or self._layered)
                    self.objects(
                        raw.FPDFFormObj_CountObjects(item),
                        lambda at_, form=item: raw.FPDFFormObj_GetObject(form, at_),  # type: ignore[misc]
                        inner,
                        depth + 1,
                    )
            elif kind in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING):
                self._area(item, here, Kind.IMAGE if kind == raw.FPDF_PAGEOBJ_IMAGE else Kind.GROUND)

    def _at(self, item: Any, around: Around) -> Around:
        """*around* narrowed by the object's own clip and marks."""
        doubtful, aside, named, clip = around.doubtful, around.aside, around.named, around.clip
        doubtful = doubtful or bool(raw.FPDFPageObj_HasTransparency(item))
        for number in range(raw.FPDFPageObj_CountMarks(item)):
            mark = raw.FPDFPageObj_GetMark(item, number)
            name = self._mark_name(mark)
            if name == "OC":
                doubtful = True
            elif name == "Artifact":
                kind = raw.FPDFPageObjMark_GetParamValueType(mark, b"Subtype")
                aside, named = True, named or kind == raw.FPDF_OBJECT_NAME
        own = self._clip(item, around.matrix)
        if own is not None:
            clip = own if clip is None else common(clip, own)
        return Around(around.matrix, clip, doubtful, aside, named)

    def _mark_name(self, mark: Any) -> str:
        n = self._numbers
        where = ctypes.cast(n.name, ctypes.POINTER(raw.FPDF_WCHAR))
        if not raw.FPDFPageObjMark_GetName(mark, where, 2 * _NAME, n.size):
            return ""
        return n.name.raw[: max(n.size.value - 2, 0)].decode("utf-16-le", "replace")

    def _clip(self, item: Any, matrix: Matrix) -> Box | None:
        """The bounds of what the clip leaves; None where nothing but letters clips."""
        path = raw.FPDFPageObj_GetClipPath(item)
        count = raw.FPDFClipPath_CountPaths(path) if path else 0
        found: Box | None = None
        n = self._numbers
        for number in range(count):
            points: list[Point] = []
            for at_ in range(min(raw.FPDFClipPath_CountPathSegments(path, number), _MOST_POINTS)):
                raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, number, at_), n.x, n.y)
                points.append((n.x.value, n.y.value))
            box = self._box(bounds(points), matrix) if points else Box(0.0, 0.0, 0.0, 0.0)
            found = box if found is None else common(found, box)
        return found

    def _box(self, box: Box, matrix: Matrix) -> Box:
        """*box* in the coordinates of *matrix* as it lies on the page."""
        if matrix is not IDENTITY:
            corners = [at(matrix, x, y) for x in (box.x0, box.x1) for y in (box.top, box.bottom)]
            box = bounds(corners)
        return self._view.box(box.x0, box.top, box.x1, box.bottom)

    def _bounds(self, item: Any, matrix: Matrix) -> Box:
        left, low, right, high = self._numbers.edges
        raw.FPDFPageObj_GetBounds(item, left, low, right, high)
        return self._box(Box(left.value, low.value, right.value, high.value), matrix)

    def _matrix(self, item: Any) -> Matrix:
        m = self._numbers.matrix
        raw.FPDFPageObj_GetMatrix(item, m)
        return m.a, m.b, m.c, m.d, m.e, m.f

    def _colour(self, item: Any, ask: Callable[..., int]) -> tuple[Colour, float]:
        red, green, blue, alpha = self._numbers.parts
        if not ask(item, red, green, blue, alpha):
            return (0.0, 0.0, 0.0), 1.0
        return (red.value / 255, green.value / 255, blue.value / 255), alpha.value / 255

    def _words(self, item: Any, here: Around) -> None:
        fill, fill_alpha = self._colour(item, raw.FPDFPageObj_GetFillColor)
        mode = raw.FPDFTextObj_GetTextRenderMode(item)
        stroke, stroke_alpha = self._colour(item, raw.FPDFPageObj_GetStrokeColor) if mode else (fill, fill_alpha)
        self.content.words[address(item)] = Words(
            item,
            len(self.content.items) - 1,
            here.clip,
            self._font(item),
            mode,
            fill,
            stroke,
            fill_alpha,
            stroke_alpha,
            here.doubtful,
            here.aside,
            here.named,
        )

    def _font(self, item: Any) -> str:
        font = raw.FPDFTextObj_GetFont(item)
        key = address(font) if font else 0
        if key not in self._fonts:
            length = raw.FPDFFont_GetBaseFontName(font, None, 0) if font else 0
            name = ctypes.create_string_buffer(max(length, 1))
            if length:
                raw.FPDFFont_GetBaseFontName(font, name, length)
            self._fonts[key] = name.value.decode("utf-8", "replace")
        return self._fonts[key]

    def _area(self, item: Any, here: Around, kind: Kind) -> None:
        box = self._bounds(item, here.matrix)
        self._add(box, item, here, kind=kind, fills=True, doubtful=here.doubtful or self._layered)

    def _add(self, box: Box, item: Any, here: Around, **more: Any) -> None:
        """A shape, as far as its clip shows it."""
        clip = self._page if here.clip is None else common(self._page, here.clip)
        inside = common(box, clip)
        if inside.x1 < inside.x0 - 1 or inside.bottom < inside.top - 1:
            return
        shape = Shape(inside if more.get("fills") else box, item, len(self.content.items) - 1, aside=here.aside, **more)
        self.content.shapes.append(shape)

    def _path(self, item: Any, here: Around) -> None:
        n = self._numbers
        if not raw.FPDFPath_GetDrawMode(item, n.mode, n.strokes) or not (n.mode.value or n.strokes.value):
            return
        filled, stroked = bool(n.mode.value), bool(n.strokes.value)
        own = self._matrix(item)
        matrix = own if here.matrix is IDENTITY else product(own, here.matrix)
        count = raw.FPDFPath_CountSegments(item)
        pieces = self._pieces(item, count, product(matrix, self._view.matrix)) if count <= _MOST_POINTS else []
        fill, alpha = self._colour(item, raw.FPDFPageObj_GetFillColor) if filled else (None, 1.0)
        opaque = filled and alpha >= _OPAQUE and not here.doubtful
        common_: dict[str, Any] = {"doubtful": here.doubtful, "alpha": alpha}
        if not pieces:
            box = self._bounds(item, here.matrix)
            self._add(box, item, here, fills=filled and not stroked, strokes=stroked, **common_)
            return
        wide = 0.0
        if stroked:
            raw.FPDFPageObj_GetStrokeWidth(item, n.x)
            wide = n.x.value * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
        for points, curved, closed in pieces:
            kind = _kind(points, curved, closed or filled)
            box = bounds(points)
            colour = fill if opaque and kind is Kind.RECT and len(pieces) == 1 else None
            fills = filled
            if not filled and wide > PAGE.stroke_thick and kind is Kind.LINE:
                stroke, strength = self._colour(item, raw.FPDFPageObj_GetStrokeColor)
                box, fills = _thick(box, wide), True
                colour = stroke if strength >= _OPAQUE and not here.doubtful else None
            self._add(box, item, here, kind=kind, points=points, colour=colour, strokes=stroked, fills=fills, **common_)

    def _pieces(self, item: Any, count: int, matrix: Matrix) -> list[tuple[list[Point], bool, bool]]:
        """The parts of a path between its moves: points, whether it has curves, whether it is closed."""
        n = self._numbers
        pieces: list[tuple[list[Point], bool, bool]] = []
        points: list[Point] = []
        curved = closed = False
        bends = 0
        for number in range(count):
            segment = raw.FPDFPath_GetPathSegment(item, number)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                if len(points) > 1:
                    pieces.append((points, curved, closed))
                points, curved, closed, bends = [], False, False, 0
            elif kind == raw.FPDF_SEGMENT_BEZIERTO:
                curved, bends = True, bends + 1
                if bends % 3:
                    continue  # the curve's control points
            raw.FPDFPathSegment_GetPoint(segment, n.x, n.y)
            points.append(at(matrix, n.x.value, n.y.value))
            closed = closed or bool(raw.FPDFPathSegment_GetClose(segment))
        if len(points) > 1:
            pieces.append((points, curved, closed))
        return pieces


def address(item: Any) -> int:
    return ctypes.addressof(item.contents)


def _kind(points: list[Point], curved: bool, closed: bool) -> Kind:
    corners = list(points)
    if len(corners) > 2 and _near(corners[0], corners[-1]):
        corners.pop()
        closed = True
    if curved:
        return Kind.CURVE
    if len(corners) == 2:
        return Kind.LINE
    if len(corners) == 4 and closed:
        box = bounds(corners)
        if all(at_corner(point, box, PAGE.edge) for point in corners):
            return Kind.RECT
    return Kind.CURVE


def _near(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) < 0.01


def at_corner(point: Point, box: Box, near: float) -> bool:
    x, y = point
    return min(abs(x - box.x0), abs(x - box.x1)) < near and min(abs(y - box.top), abs(y - box.bottom)) < near


def _thick(box: Box, wide: float) -> Box:
    """A line as the bar that its pen leaves."""
    if box.width >= box.height:
        return Box(box.x0, box.top - wide / 2, box.x1, box.bottom + wide / 2)
    return Box(box.x0 - wide / 2, box.top, box.x1 + wide / 2, box.bottom)
