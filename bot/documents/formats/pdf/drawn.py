"""What stands on a page of a PDF, in the coordinates in which it is read: points, ``top`` from above, its text from left to right."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import Struct, field

from bot.documents.page.grid import Box

Colour = tuple[float, float, float]  # red, green, blue from 0 to 1
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
WHITE: Colour = (1.0, 1.0, 1.0)
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Kind(Enum):
    """How a piece of a path runs, or that it is no path."""

    RECT = "rect"
    LINE = "line"
    CURVE = "curve"
    IMAGE = "image"
    GROUND = "ground"  # a gradient


class Drawn(Struct):
    """One thing on the page. ``colour`` None is unknown; ``alpha``: how much of it is seen; ``aside``: marked as the page's, not the
    text's (headers, watermarks); ``doubtful``: whether it is seen depends on what only drawing the page can tell; ``item`` is pdfium's
    object, ``order`` its number in the order of drawing."""

    box: Box
    item: Any
    order: int
    colour: Colour | None = None
    alpha: float = 1.0
    aside: bool = False
    doubtful: bool = False
    unseen: bool = False


class Letter(Drawn):
    """``along``: the direction in which its line runs, of length 1; ``size`` across it; ``clipped``: outside of what is shown of the page
    there; ``cut``: the next one of its words is."""

    text: str = ""
    font: str = ""
    size: float = 0.0
    baseline: float = 0.0
    along: Point = (1.0, 0.0)
    only_clips: bool = False
    clipped: bool = False
    cut: bool = False
    by_place: bool | None = (
        None  # whether, by its place and colour alone, it is not to be seen; None where that says nothing
    )


class Shape(Drawn):
    """``fills``: a background of some kind; ``points`` of its corners and the ends of its curves, none of a path of very many."""

    kind: Kind = Kind.CURVE
    points: list[Point] = field(default_factory=list)
    strokes: bool = False
    fills: bool = False


class View(Struct, frozen=True):
    """From the file's coordinates (y upwards) to those of reading. ``turn``: degrees clockwise by which the page as a viewer shows it is
    turned for that."""

    matrix: Matrix
    width: float
    height: float
    turn: int = 0

    @classmethod
    def of_sheet(cls, x0: float, y0: float, x1: float, y1: float, rotation: int, turn: int) -> View:
        """*rotation* is the page's own, *turn* comes on top; the sheet is what is left between its edges."""
        wide, high = x1 - x0, y1 - y0
        matrices: dict[int, Matrix] = {
            0: (1.0, 0.0, 0.0, -1.0, -x0, y1),
            90: (0.0, 1.0, 1.0, 0.0, -y0, -x0),
            180: (-1.0, 0.0, 0.0, 1.0, x1, -y0),
            270: (0.0, -1.0, -1.0, 0.0, y1, x1),
        }
        whole = (rotation + turn) % 360
        return cls(matrices[whole], *((high, wide) if whole in (90, 270) else (wide, high)), turn)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        (ax, ay), (bx, by) = at(self.matrix, x0, y0), at(self.matrix, x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def at(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def product(first: Matrix, then: Matrix) -> Matrix:
    """*first* applied, *then* the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def common(one: Box, other: Box) -> Box:
    """Where both are; its edges cross where they do not meet."""
    return Box(max(one.x0, other.x0), max(one.top, other.top), min(one.x1, other.x1), min(one.bottom, other.bottom))


def bounds(points: list[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))
