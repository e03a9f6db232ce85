"""Pages put together: tables that a page break tore apart become one again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.documents.model import Blob, Block, Cell, Paragraph, Table
from bot.documents.page.beside import side_by_side
from bot.documents.page.grid import PageText, Placed
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_PARAGRAPH_ENDS = re.compile("[。！？；!?;]$")
_OF_A_FORM = re.compile("[表：:]|附件")  # what stands above each of several forms
_PAGE_NUMBER = re.compile(r"^[\s\-—–·~～]*(?:第\s*)?\d{1,3}(?:\s*页)?(?:[\s/，,]*共?\s*\d{1,3}\s*页?)?[\s\-—–·~～]*$")
# What a browser prints around a page of its own: the page's address with its number below, the moment and its title above.
_BROWSERS_OWN = re.compile(
    r"^\s*(?:(?:file|https?)://\S+(?:\s+\d{1,3}\s*/\s*\d{1,3})?"
    r"|\d{1,4}/\d{1,2}/\d{1,4},?\s*(?:上午|下午)?\s*\d{1,2}:\d{2}(?::\d{2})?\s*(?:[AP]M)?(?:\t.*)?)\s*$"
)


def join_pages(pages: Sequence[PageText]) -> tuple[Block, ...]:
    """All blocks; page numbers and headers that were there before are left out, and a table goes on where the next page begins with the same columns."""
    out: list[Placed] = []
    edges: set[str] = set()
    pages = side_by_side(pages)
    feet = _running_feet(pages)
    for page in pages:
        here = [placed for placed in _body(page, feet) if _edge(placed, page) not in edges]
        edges |= {text for placed in here if (text := _edge(placed, page)) and not _OF_A_FORM.search(text)}
        if out and here and _goes_on(out[-1], here[0]):
            out[-1] = _joined(out[-1], here[0])
            here = here[1:]
        out.extend(here)
    return tuple(placed.block for placed in out)


def _running_feet(pages: Sequence[PageText]) -> set[str]:
    """What stands at the foot of several pages over which a table goes on, whatever it says: below forms of a page each it may be theirs."""
    feet = [{text for placed in page.placed if (text := _foot(placed, page))} for page in pages]
    heads: set[str] = set()
    found: set[str] = set()
    for (above, below), (its, next_) in zip(pairwise(pages), pairwise(feet), strict=True):
        heads |= {text for placed in above.placed if (text := _edge(placed, above)) and not _OF_A_FORM.search(text)}
        upper = _body(above, its)
        lower = [placed for placed in _body(below, next_) if _edge(placed, below) not in heads]
        if upper and lower and _goes_on(upper[-1], lower[0]):
            found |= its & next_
    return found


def _body(page: PageText, feet: set[str]) -> list[Placed]:
    """What is not the page's own."""
    return [one for one in page.placed if not _is_furniture(one, page) and _foot(one, page) not in feet]


def _foot(placed: Placed, page: PageText) -> str:
    return _edge(placed, page) if placed.top > PAGE.foot * page.height else ""


def _is_furniture(placed: Placed, page: PageText) -> bool:
    edge = _edge(placed, page)
    return bool(_PAGE_NUMBER.match(edge) or _BROWSERS_OWN.match(edge))


def _edge(placed: Placed, page: PageText) -> str:
    """The text of a header or footer; nothing for what stands elsewhere."""
    at_edge = placed.top > PAGE.foot * page.height or placed.top < PAGE.head * page.height
    return placed.block.text if at_edge and isinstance(placed.block, Paragraph) else ""


def _goes_on(before: Placed, after: Placed) -> bool:
    if not isinstance(before.block, Table) or not isinstance(after.block, Table):
        return False
    if not before.columns or not after.columns:
        return False
    fewer, more = sorted((before.columns, after.columns), key=len)
    inside = all(any(abs(a - b) <= PAGE.same_column for b in more) for a in fewer)
    outer = (
        abs(before.columns[0] - after.columns[0]) <= PAGE.same_column
        and abs(before.columns[-1] - after.columns[-1]) <= PAGE.same_column
    )
    return inside and outer


def _joined(before: Placed, after: Placed) -> Placed:
    """Rows of *after* below those of *before*, on the finer grid of the two."""
    columns = before.columns if len(before.columns) >= len(after.columns) else after.columns
    upper, lower = _on(before, columns), _on(after, columns)
    lower = _without_repeated_header(upper, lower)
    lower = _with_torn_row(upper, lower)
    shift = max((cell.row + cell.rowspan for cell in upper), default=0)
    moved = [replace(cell, row=cell.row + shift) for cell in lower]
    return Placed(
        Table(tuple(sorted((*upper, *moved), key=lambda c: (c.row, c.col)))), before.top, after.bottom, columns
    )


def _on(placed: Placed, columns: Sequence[float]) -> list[Cell]:
    """The table's cells with their columns counted on *columns*."""
    assert isinstance(placed.block, Table)
    place = [min(range(len(columns)), key=lambda i: abs(columns[i] - x)) for x in placed.columns]
    moved = []
    for cell in placed.block.cells:
        left, right = place[cell.col], place[min(cell.col + cell.colspan, len(place) - 1)]
        moved.append(replace(cell, col=left, colspan=max(right - left, 1)))
    return moved


def _row(cells: Sequence[Cell], row: int) -> list[Cell]:
    return sorted((cell for cell in cells if cell.row == row), key=lambda cell: cell.col)


def _without_repeated_header(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    first, again = _row(upper, 0), _row(lower, 0)
    if len(first) < 3 or [c.text for c in first] != [c.text for c in again] or any(c.rowspan > 1 for c in again):
        return lower
    return [replace(cell, row=cell.row - 1) for cell in lower if cell.row]


def _with_torn_row(upper: list[Cell], lower: list[Cell]) -> list[Cell]:
    """A row that goes on at the top of the next page begins with an empty cell; its texts belong to the row above."""
    last = max((cell.row for cell in upper), default=0)
    end, start = _row(upper, last), _row(lower, 0)
    if len(end) < 2 or [c.col for c in end] != [c.col for c in start] or any(c.rowspan > 1 for c in start):
        return lower
    if start[0].text.strip() or not end[0].text.strip() or not any(cell.text.strip() for cell in start):
        return lower
    for above, below in zip(end, start, strict=True):
        if below.text.strip():
            seam = "\n" if _PARAGRAPH_ENDS.search(above.text) or below.text[:1] in MARKS else ""
            text = f"{above.text}{seam}{below.text}" if above.text.strip() else below.text
            upper[upper.index(above)] = replace(above, text=text, spots=above.spots + below.spots)
    return [replace(cell, row=cell.row - 1) for cell in lower if cell.row]


def of_pages_left(blob: Blob, read: int, pages: int) -> tuple[Problem, ...]:
    """What is said of a file of which only the first *read* of its *pages* are read."""
    message = f"{blob.name}：共 {pages} 页，只读取了前 {read} 页。请只发送表格所在的页。"
    problem = Problem(Code.TOO_LARGE, Severity.WARNING, message, value=blob.name, place=blob.path)
    return (problem,) if read < pages else ()
