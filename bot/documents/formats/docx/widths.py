"""Tables whose rows do not agree on the grid: generators that leave out ``gridSpan`` and only tell each cell's width."""

from __future__ import annotations

from bot.base.replacing import replace
from bot.documents.formats.docx.styles import child, integer
from bot.documents.shared.grid import RowCell
from bot.documents.shared.ooxml import W
from bot.documents.shared.xml import Element

_EVEN = 0.03  # totals of the rows may differ by this part
TOLERANCE = 100  # in ten-thousandths of the table's width: edges that are meant to be one


def width_of(properties: Element | None) -> int:
    """A cell's width in twips (percentages in fiftieths, as they come); 0 where it is automatic or missing."""
    found = child(properties, "tcW")
    if found is None or found.get(f"{W}type", "dxa") not in ("dxa", "pct"):
        return 0
    return max(0, integer(found.get(f"{W}w", "").rstrip("%")))


def edges_by_width(rows: list[list[RowCell]], widths: list[list[int]]) -> list[list[RowCell]] | None:
    """*rows* with edges in ten-thousandths of the width; None where the grid is consistent or the widths say nothing."""
    filled = [(row, sizes) for row, sizes in zip(rows, widths, strict=True) if row]
    if len({row[-1].right for row, _ in filled}) < 2 or any(row[0].left for row, _ in filled):
        return None
    totals = [sum(sizes) for _, sizes in filled]
    if not all(size > 0 for _, sizes in filled for size in sizes) or max(totals) > min(totals) * (1 + _EVEN):
        return None
    moved: list[list[RowCell]] = []
    for row, sizes in zip(rows, widths, strict=True):
        place, total = 0, max(sum(sizes), 1)
        cells: list[RowCell] = []
        for cell, size in zip(row, sizes, strict=True):
            left, place = place, place + size
            cells.append(replace(cell, left=left * 10_000 // total, right=place * 10_000 // total))
        moved.append(cells)
    return moved
