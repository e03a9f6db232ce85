"""Ruling lines -> cells -> one table with merged cells; the same for lines of a PDF and for lines found in pixels."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from math import inf

from msgspec import Struct

from bot.documents.model import Block, Cell, Table
from bot.documents.page.frame import Frame
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.grid import nearest


class Rule(Struct, frozen=True):
    """A straight ruling line: at ``at`` across its direction, from ``start`` to ``end`` along it."""

    at: float
    start: float
    end: float


class Box(Struct, frozen=True):
    """A cell's rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def mid_x(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def mid_y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def middle(self) -> tuple[float, float]:
        return self.mid_x, self.mid_y

    @property
    def area(self) -> float:
        return self.width * self.height

    def holds(self, point: tuple[float, float], margin: float = 0.0) -> bool:
        x, y = point
        return self.x0 - margin <= x <= self.x1 + margin and self.top - margin <= y <= self.bottom + margin


class Grid(Struct, frozen=True):
    """One ruled table: its cells with their place in the common grid (row, column, rows, columns)."""

    box: Box
    cells: tuple[tuple[Box, int, int, int, int], ...]
    columns: tuple[float, ...]

    def table(
        self,
        texts: Sequence[str],
        frame: Frame,
        confidences: Sequence[float | None] | None = None,
        roomy: Container[int] = (),
    ) -> Table:
        made = [
            Cell(
                row,
                col,
                texts[i],
                rows,
                cols,
                confidence=confidences[i] if confidences else None,
                spots=(frame.spot(box.x0, box.top, box.x1, box.bottom),),
                room=i in roomy,
            )
            for i, (box, row, col, rows, cols) in enumerate(self.cells)
        ]
        return Table(tuple(sorted(made, key=lambda cell: (cell.row, cell.col))))


class Placed(Struct, frozen=True):
    """A block with where it stands, to join what a page break tore apart. ``columns`` (places of the lines) only for tables."""

    block: Block
    top: float
    bottom: float
    columns: tuple[float, ...] = ()


class PageText(Struct, frozen=True):
    """Blocks of one page; ``is_scan`` where its text is missing, meaningless or only laid under a picture."""

    placed: tuple[Placed, ...]
    is_scan: bool
    width: float
    height: float


MAX_RULES = 1500
_MAX_LINES = 400  # grid rows or columns of one table


def merge_rules(rules: Sequence[Rule], snap: float, join: float) -> list[Rule]:
    """Rules closer than *snap* side by side or *join* in a row become one: double borders, dashes, cell-by-cell borders."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if groups and rule.at - groups[-1][-1].at <= snap and rule.at - groups[-1][0].at <= 2 * snap:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    merged: list[Rule] = []
    for group in groups:
        at = sum(rule.at for rule in group) / len(group)
        open_from = open_to = None
        for rule in sorted(group, key=lambda r: r.start):
            if open_to is not None and rule.start <= open_to + join:
                open_to = max(open_to, rule.end)
            else:
                if open_from is not None and open_to is not None:
                    merged.append(Rule(at, open_from, open_to))
                open_from, open_to = rule.start, rule.end
        if open_from is not None and open_to is not None:
            merged.append(Rule(at, open_from, open_to))
    return merged


def grids_of(
    horizontal: Sequence[Rule], vertical: Sequence[Rule], tolerance: float, *, worn: bool = False
) -> list[Grid]:
    """Every ruled table of a page, from top to bottom. Rules that meet within *tolerance* touch.

    Open sides (many official tables have no outer left and right line) are closed where the horizontal lines end together.
    *worn*: parts of the lines may be lost, as in the glare of a lamp.
    """
    if len(horizontal) < 2 or len(horizontal) + len(vertical) > MAX_RULES:
        return []
    grids = []
    for across, down in _connected(horizontal, vertical, tolerance):
        down = _closed(across, down, tolerance, worn)
        grid = _grid(across, down, tolerance, sides=3 if worn else 4)
        if grid is not None and len(grid.cells) > 1:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.box.top, grid.box.x0))


def _touch(across: Rule, down: Rule, tolerance: float) -> bool:
    return (
        across.start - tolerance <= down.at <= across.end + tolerance
        and down.start - tolerance <= across.at <= down.end + tolerance
    )


def _connected(
    horizontal: Sequence[Rule], vertical: Sequence[Rule], tolerance: float
) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together, directly or through others."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical, len(horizontal)):
            if _touch(across, down, tolerance):
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate((*horizontal, *vertical)):
        groups.setdefault(root(i), ([], []))[i >= len(horizontal)].append(rule)
    return [group for group in groups.values() if len(group[0]) > 1 and group[1]]


def _closed(across: list[Rule], down: list[Rule], tolerance: float, worn: bool) -> list[Rule]:
    top, bottom = min(r.at for r in across), max(r.at for r in across)
    closed = list(down)
    for end in (min(r.start for r in across), max(r.end for r in across)):
        reaching = [r.at for r in across if min(abs(r.start - end), abs(r.end - end)) <= 2 * tolerance]
        own = [r.at for r in down if abs(r.at - end) <= 3 * tolerance]
        if len(reaching) > 1 and own and not worn:  # of merged cells a program may leave out the outer line
            closed.append(Rule(min(own, key=lambda at: abs(at - end)), min(reaching), max(reaching)))
        elif len(reaching) > 1 and not own:
            closed.append(Rule(end, top, bottom))
    return closed


def _grid(across: list[Rule], down: list[Rule], tolerance: float, *, sides: int) -> Grid | None:
    ys, xs = _places([r.at for r in across], tolerance), _places([r.at for r in down], tolerance)
    if len(ys) < 2 or len(xs) < 2 or len(ys) > _MAX_LINES or len(xs) > _MAX_LINES:
        return None
    # wall_left[r][c]: a line stands at the left of place (r, c); wall_top likewise above it
    left = [[False] * len(xs) for _ in range(len(ys) - 1)]
    above = [[False] * (len(xs) - 1) for _ in range(len(ys))]
    for rule in down:
        col = nearest(xs, rule.at)
        for row in range(len(ys) - 1):
            middle = (ys[row] + ys[row + 1]) / 2
            left[row][col] = left[row][col] or rule.start - tolerance <= middle <= rule.end + tolerance
    for rule in across:
        row = nearest(ys, rule.at)
        for col in range(len(xs) - 1):
            middle = (xs[col] + xs[col + 1]) / 2
            above[row][col] = above[row][col] or rule.start - tolerance <= middle <= rule.end + tolerance
    cells = _cells(left, above, xs, ys, sides)
    if not cells:
        return None
    used = Box(
        min(c[0].x0 for c in cells),
        min(c[0].top for c in cells),
        max(c[0].x1 for c in cells),
        max(c[0].bottom for c in cells),
    )
    return Grid(used, tuple(cells), tuple(xs))


def _places(values: list[float], tolerance: float) -> list[float]:
    places: list[list[float]] = []
    for value in sorted(values):
        if places and value - places[-1][-1] <= tolerance:
            places[-1].append(value)
        else:
            places.append([value])
    return [sum(group) / len(group) for group in places]


def _cells(
    left: list[list[bool]], above: list[list[bool]], xs: Sequence[float], ys: Sequence[float], sides: int
) -> list[tuple[Box, int, int, int, int]]:
    """Rectangles of grid places without a wall between them; places open to the outside, with fewer *sides*, are no cells."""
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    taken = [[False] * n_cols for _ in range(n_rows)]
    cells = []
    for row in range(n_rows):
        for col in range(n_cols):
            if taken[row][col]:
                continue
            right = col
            while right + 1 < n_cols and not left[row][right + 1] and not taken[row][right + 1]:
                right += 1
            low = row
            while (
                low + 1 < n_rows and not any(above[low + 1][col : right + 1]) and left[low + 1][col] == left[row][col]
            ):
                if any(left[low + 1][c] for c in range(col + 1, right + 1)):
                    break
                low += 1
            for r in range(row, low + 1):
                for c in range(col, right + 1):
                    taken[r][c] = True
            walls = (
                left[row][col],
                left[row][right + 1],
                any(above[row][col : right + 1]),
                any(above[low + 1][col : right + 1]),
            )
            if sum(walls) >= sides:
                box = Box(xs[col], ys[row], xs[right + 1], ys[low + 1])
                cells.append((box, row, col, low - row + 1, right - col + 1))
    return cells


def cell_at(grid: Grid, point: tuple[float, float], most: float = inf) -> int | None:
    """The cell that holds *point*, the nearest one where it stands on a line, None outside of the table or farther than *most* from any cell."""
    if not grid.box.holds(point, PAGE.on_table):
        return None
    x, y = point
    for i, (box, *_) in enumerate(grid.cells):
        if box.x0 <= x <= box.x1 and box.top <= y <= box.bottom:
            return i
    best, least = None, 0.0
    for i, (box, *_) in enumerate(grid.cells):
        away = max(box.x0 - x, 0.0, x - box.x1) + max(box.top - y, 0.0, y - box.bottom)
        if best is None or away < least:
            best, least = i, away
    return best if least <= most else None


class Finder:
    """Finds cells of a table by the places where its lines are: for the thousands of letters of a page."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._xs = sorted({edge for box, *_ in grid.cells for edge in (box.x0, box.x1)})
        self._ys = sorted({edge for box, *_ in grid.cells for edge in (box.top, box.bottom)})
        self._at: dict[tuple[int, int], int] = {}
        for number, (box, *_) in enumerate(grid.cells):
            for column in range(bisect_left(self._xs, box.x0), bisect_left(self._xs, box.x1)):
                for row in range(bisect_left(self._ys, box.top), bisect_left(self._ys, box.bottom)):
                    self._at.setdefault((column, row), number)

    def cell(self, point: tuple[float, float], most: float = inf) -> int | None:
        """As ``cell_at``."""
        place = bisect_right(self._xs, point[0]) - 1, bisect_right(self._ys, point[1]) - 1
        found = self._at.get(place)
        return cell_at(self._grid, point, most) if found is None else found


def overlapping(values: Sequence[float], low: float, high: float) -> int:
    """How many of the sorted *values* lie within [low, high]."""
    return bisect_right(values, high) - bisect_left(values, low)
