"""A page independent of its format: paragraphs and grids; ticks are marks that each writer draws in its own technique."""

from __future__ import annotations

from msgspec import Struct

TICK, BOX = "⟦+⟧", "⟦-⟧"


class Area(Struct, frozen=True):
    """One cell; covers ``rows`` x ``cols`` places of the grid."""

    text: str = ""
    rows: int = 1
    cols: int = 1


class Grid(Struct, frozen=True):
    """Rows hold only the areas that begin in them, as in HTML. ``widths`` are the grid columns' widths in twips."""

    rows: tuple[tuple[Area, ...], ...]
    widths: tuple[int, ...]

    def placed(self) -> list[tuple[int, int, Area]]:
        """(row, column, area) of each area."""
        taken: set[tuple[int, int]] = set()
        found: list[tuple[int, int, Area]] = []
        for number, row in enumerate(self.rows):
            column = 0
            for area in row:
                while (number, column) in taken:
                    column += 1
                found.append((number, column, area))
                taken |= {(number + r, column + c) for r in range(area.rows) for c in range(area.cols)}
                column += area.cols
        return found


Page = tuple[str | Grid, ...]


def drawn(text: str, tick: str = "☑", box: str = "☐") -> str:
    return text.replace(TICK, tick).replace(BOX, box)


def shape_of(page: Page, tick: str = "☑", box: str = "☐") -> list[object]:
    """What a reader must make of *page*: paragraphs as text, grids as lists of (row, column, rows, columns, text)."""
    shape: list[object] = []
    for block in page:
        if isinstance(block, str):
            if block.strip():
                shape.append(drawn(block, tick, box).strip())
            continue
        placed = block.placed()
        starts = sorted({column for _, column, _ in placed})
        closed = {column: number for number, column in enumerate(starts)}

        def place(column: int, closed: dict[int, int] = closed, starts: list[int] = starts) -> int:
            return closed.get(column, sum(start < column for start in starts))

        shape.append(
            [
                (
                    row,
                    place(column),
                    area.rows,
                    place(column + area.cols) - place(column),
                    drawn(area.text, tick, box).strip(),
                )
                for row, column, area in placed
            ]
        )
    return shape
