"""Where boxes that were measured while reading stand on the page as a viewer shows it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.documents.model import Spot

Matrix = tuple[float, float, float, float, float, float, float, float, float]  # of a projection, row by row

# A page turned clockwise by so many degrees -> the page as it was; all in fractions.
_BACK: dict[int, Matrix] = {
    0: (1, 0, 0, 0, 1, 0, 0, 0, 1),
    90: (0, 1, 0, -1, 0, 1, 0, 0, 1),
    180: (-1, 0, 1, 0, -1, 1, 0, 0, 1),
    270: (0, -1, 1, 1, 0, 0, 0, 0, 1),
}


class Frame(Struct, frozen=True):
    """Page ``number`` (from 1); ``matrix`` leads from the coordinates of reading to fractions of the page; ``turn`` as in ``Spot``."""

    number: int
    matrix: Matrix
    turn: int = 0

    @classmethod
    def of_sheet(cls, number: int, sheet: Sequence[float], turn: int = 0) -> Frame:
        """What is seen of the page is *sheet* (x0, top, x1, bottom), which was turned by *turn* to be read."""
        x0, top, x1, bottom = sheet
        wide, high = max(x1 - x0, 1.0), max(bottom - top, 1.0)
        to_fractions: Matrix = (1 / wide, 0, -x0 / wide, 0, 1 / high, -top / high, 0, 0, 1)
        return cls(number, _product(_BACK[turn], to_fractions), turn)

    def spot(self, x0: float, top: float, x1: float, bottom: float) -> Spot:
        """The smallest upright box around what the four corners become."""
        corners = [self._at(x, y) for x in (x0, x1) for y in (top, bottom)]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        return Spot(self.number, min(across), min(down), max(across), max(down), self.turn)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f, g, h, i = self.matrix
        depth = g * x + h * y + i or 1.0
        return _bounded((a * x + b * y + c) / depth), _bounded((d * x + e * y + f) / depth)


def _bounded(fraction: float) -> float:
    return round(min(max(fraction, 0.0), 1.0), 4)


def _product(left: Matrix, right: Matrix) -> Matrix:
    a, b, c, d, e, f, g, h, i = (
        sum(left[3 * row + k] * right[3 * k + col] for k in range(3)) for row in range(3) for col in range(3)
    )
    return a, b, c, d, e, f, g, h, i
