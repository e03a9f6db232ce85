"""A sheet too wide for its paper: a spreadsheet program prints its right-hand columns on pages of their own, with the rows at the same heights."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.replacing import replace
from bot.documents.model import Table
from bot.documents.page.grid import PageText, Placed
from bot.documents.page.tolerances import PAGE

_MOST_WIDE = 4  # pages
_ROWS = 3  # of a table at least


def side_by_side(pages: Sequence[PageText]) -> Sequence[PageText]:
    """*pages*, those that were one sheet put together: printed down first and then to the right, or the other way round."""
    for wide in range(2, _MOST_WIDE + 1):
        if len(pages) % wide:
            continue
        for strips in ([pages[k :: len(pages) // wide] for k in range(len(pages) // wide)], _chunks(pages, wide)):
            if all(_is_one_sheet(strip) for strip in strips) and _is_headed(strips[0]):
                return [_put_together(strip) for strip in strips]
    return pages


def _chunks(pages: Sequence[PageText], size: int) -> list[Sequence[PageText]]:
    return [pages[at : at + size] for at in range(0, len(pages), size)]


def _tables(page: PageText) -> list[Placed]:
    return [placed for placed in page.placed if isinstance(placed.block, Table)]


def _is_one_sheet(strip: Sequence[PageText]) -> bool:
    """Whether each page has one table, all with the same rows and each with its own columns."""
    tables = [_tables(page) for page in strip]
    if any(len(found) != 1 for found in tables):
        return False
    rows = [_rows(found[0], page) for found, page in zip(tables, strip, strict=True)]
    same = all(
        len(own) == len(rows[0]) and all(abs(a - b) <= PAGE.line_slack for a, b in zip(own, rows[0], strict=True))
        for own in rows
    )
    columns = {tuple(round(x / PAGE.same_column) for x in found[0].columns) for found in tables}
    return same and len(rows[0]) >= _ROWS and len(columns) == len(strip)


def _rows(placed: Placed, page: PageText) -> list[float]:
    """The heights at which the table's rows begin, in points."""
    assert isinstance(placed.block, Table)
    tops = {cell.row: cell.spots[0].top * page.height for cell in placed.block.cells if cell.spots}
    return [tops[row] for row in sorted(tops)]


def _is_headed(strip: Sequence[PageText]) -> bool:
    """Whether the first rows differ, as a header's parts do; a table that goes on below or comes again has its columns again."""
    seen: set[str] = set()
    for page in strip:
        table = _tables(page)[0].block
        assert isinstance(table, Table)
        heads = {cell.text.strip() for cell in table.cells if cell.row == 0} - {""}
        if not heads or heads & seen:
            return False
        seen |= heads
    return True


def _put_together(strip: Sequence[PageText]) -> PageText:
    whole, *others = (_tables(page)[0] for page in strip)
    assert isinstance(whole.block, Table)
    cells, columns = list(whole.block.cells), whole.columns
    for other in others:
        assert isinstance(other.block, Table)
        shift, right = len(columns) - 1, columns[-1] - other.columns[0]
        cells += [replace(cell, col=cell.col + shift) for cell in other.block.cells]
        columns = (*columns, *(x + right for x in other.columns[1:]))
    table = Table(tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))))
    around = [placed for page in strip for placed in page.placed if not isinstance(placed.block, Table)]
    joined = Placed(table, whole.top, whole.bottom, columns)
    return replace(strip[0], placed=tuple(sorted([*around, joined], key=lambda placed: placed.top)))
