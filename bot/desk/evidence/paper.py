"""An original drawn as a page of HTML with a place marked: everything that stands in it is text. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from html import escape

from msgspec import Struct, field

from bot.desk.evidence.sheets import Sheet
from bot.documents.formats.sheets.grid import column_name
from bot.documents.model import Cell, Document, Paragraph, Spot, Table
from bot.forms.labels.places import Region, regions_of
from bot.forms.model import LONGEST_QUOTE, Place

MOST_COLUMNS = 80
NOWHERE = -2  # the column of a cell that is not there
MOST_ROWS = 400  # of all tables; the rows around a marked one are drawn whatever came before
AROUND = 60
MOST_PARAGRAPHS = 1500
LONGEST_TEXT = 20_000  # characters of one cell or paragraph
LEFT_OUT = "……（以下从略，全文请下载原件）"
WIDE = 1000  # units of a drawn page's width

STYLE = """
:root { color-scheme: light; }
body { margin: 0; padding: 14px 16px 40px; background: #fff; color: #16191d; font: 16px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; }
p { margin: 0 0 .35em; white-space: pre-wrap; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .4em 0 1em; }
td, th { border: 1px solid #8a929b; padding: 3px 7px; text-align: left; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; min-width: 1.6em; max-width: 30em; }
th { background: #eef0f3; color: #555d66; font-weight: 400; font-size: 13px; text-align: center; }
h2 { font-size: 15px; color: #555d66; margin: .6em 0 .3em; font-weight: 600; overflow-wrap: anywhere; }
.here { background: #fff2a8; outline: 3px solid #d9480f; outline-offset: -1px; scroll-margin: 80px; }
mark.here { color: inherit; outline-width: 2px; }
.note { background: #fdf1d8; padding: .4em .7em; border-radius: 4px; }
svg { display: block; width: 100%; height: auto; margin: 0 0 10px; border: 1px solid #cfd6de; }
rect.here { fill: #ffd43b; fill-opacity: .28; stroke: #d9480f; stroke-width: 3.5; }
.head { color: #555d66; border-bottom: 1px solid #cfd6de; margin-bottom: .8em; padding-bottom: .5em; }
"""


class Marks(Struct):
    """The places that are to be seen; the first thing that is marked is where the page is scrolled to."""

    places: Sequence[Place]
    done: int = 0

    def attributes(self) -> str:
        self.done += 1
        return ' class="here" id="here"' if self.done == 1 else ' class="here"'

    def of_cell(self, table: int, cell: Cell) -> Place | None:
        row, col = cell.place
        return next(
            (one for one in self.places if one.table == table and one.row in (row, -1) and one.col in (col, -1)), None
        )

    def quoted(self, text: str, quote: str) -> str:
        """*text* as HTML with the quoted words marked; empty where it does not hold them."""
        at = text.find(quote) if quote else -1
        if at < 0:
            return ""
        end = at + len(quote)
        if len(quote) == LONGEST_QUOTE:  # only its beginning was kept
            end = text.find("\n", at) if "\n" in text[at:] else len(text)
        return f"{escape(text[:at])}<mark{self.attributes()}>{escape(text[at:end])}</mark>{escape(text[end:])}"


def page(body: Iterable[str]) -> str:
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>原件</title>'
        f"<style>{STYLE}</style></head><body>{''.join(body)}</body></html>"
    )


def note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


# -- pages -------------------------------------------------------------------------------------------------


def sheets(shown: Iterable[Sheet], spots: Sequence[Spot]) -> Iterator[str]:
    """Pictures of pages with the boxes on them."""
    is_first = True
    for sheet in shown:
        high = round(WIDE * sheet.height / max(sheet.width, 1), 1)
        boxes = ""
        for spot in (spot for spot in spots if spot.page == sheet.number):
            x0, top, x1, bottom = turned(spot)
            name = ' id="here"' if is_first else ""
            is_first = False
            boxes += (
                f'<rect class="here"{name} x="{x0 * WIDE - 3:.1f}" y="{top * high - 3:.1f}" '
                f'width="{(x1 - x0) * WIDE + 6:.1f}" height="{(bottom - top) * high + 6:.1f}" rx="3"/>'
            )
        data = b64encode(sheet.jpeg).decode()
        yield (
            f'<svg viewBox="0 0 {WIDE} {high}" role="img" aria-label="第{sheet.number}页">'
            f'<image href="data:image/jpeg;base64,{data}" width="{WIDE}" height="{high}"/>{boxes}</svg>'
        )


def turned(spot: Spot) -> tuple[float, float, float, float]:
    """The box on the page as it is shown: turned clockwise by ``spot.turn``."""
    x0, top, x1, bottom = spot.x0, spot.top, spot.x1, spot.bottom
    return {
        0: (x0, top, x1, bottom),
        90: (1 - bottom, x0, 1 - top, x1),
        180: (1 - x1, 1 - bottom, 1 - x0, 1 - top),
        270: (top, 1 - x1, bottom, 1 - x0),
    }[spot.turn]


# -- text --------------------------------------------------------------------------------------------------


def drawn(document: Document, marks: Marks) -> Iterator[str]:
    """Everything that was read of the document, as paragraphs and tables."""
    rows = paragraphs = tables = 0
    for region in regions_of(document):
        block = region.block
        if isinstance(block, Paragraph):
            paragraphs += 1
            if paragraphs <= MOST_PARAGRAPHS or any(one.paragraph == paragraphs for one in marks.places):
                yield paragraph(block.text, region, marks)
        else:
            tables += 1
            yield from table(block, tables, marks, MOST_ROWS - rows)
            rows += block.n_rows
    if paragraphs > MOST_PARAGRAPHS:
        yield note(LEFT_OUT)


def paragraph(text: str, region: Region, marks: Marks) -> str:
    text = text[:LONGEST_TEXT]
    for place in marks.places:
        if place.paragraph == region.place.paragraph:
            return (
                f"<p>{inner}</p>"
                if (inner := marks.quoted(text, place.quote))
                else f"<p{marks.attributes()}>{escape(text)}</p>"
            )
        if place.is_in_letter and not marks.done and (inner := marks.quoted(text, place.quote)):
            return f"<p>{inner}</p>"
    return f"<p>{escape(text)}</p>"


def table(block: Table, number: int, marks: Marks, room: int) -> Iterator[str]:
    """One table, row by row; a sheet's with its letters and numbers."""
    n_rows, n_cols = block.n_rows, block.n_cols
    wanted = [cell for cell in block.cells if marks.of_cell(number, cell)]
    kept = set(range(min(n_rows, max(room, 0))))
    for cell in wanted[:AROUND]:
        kept.update(range(max(cell.row - AROUND, 0), min(cell.row + AROUND, n_rows)))
    wide = min(n_cols, max(MOST_COLUMNS, *(cell.col + 1 for cell in wanted)) if wanted else MOST_COLUMNS)
    is_sheet = bool(block.name)
    if is_sheet:
        yield f"<h2>{escape(block.name)}</h2>"
    yield "<table>"
    if is_sheet:
        yield "<tr><th></th>" + "".join(f"<th>{column_name(col)}</th>" for col in own_columns(block, wide)) + "</tr>"
    for cells in filled(block, kept, wide):
        head = f"<th>{cells[0].place[0] + 1}</th>" if is_sheet else ""
        yield f"<tr>{head}{''.join(drawn_cell(cell, number, marks) for cell in cells)}</tr>"
    yield "</table>"
    if len(kept) < n_rows or wide < n_cols:
        yield note(LEFT_OUT)


def drawn_cell(cell: Cell, number: int, marks: Marks) -> str:
    spans = f' rowspan="{min(cell.rowspan, MOST_ROWS)}"' if cell.rowspan > 1 else ""
    spans += f' colspan="{min(cell.colspan, MOST_COLUMNS)}"' if cell.colspan > 1 else ""
    text = cell.text[:LONGEST_TEXT]
    place = marks.of_cell(number, cell)
    if place is None:
        said = next((one for one in marks.places if one.is_in_letter), None)
        inner = marks.quoted(text, said.quote) if said and not marks.done else ""
        return f"<td{spans}>{inner or escape(text)}</td>"
    inner = marks.quoted(text, place.quote)
    return f"<td{spans}>{inner}</td>" if inner else f"<td{spans}{marks.attributes()}>{escape(text)}</td>"


def filled(block: Table, kept: Set[int], wide: int) -> Iterator[list[Cell]]:
    """The rows that are *kept*, with an empty cell wherever nothing is, so that every cell stands in its column."""
    covered: dict[int, set[int]] = {row: set() for row in kept}
    by_row: dict[int, list[Cell]] = {row: [] for row in kept}
    for cell in block.cells:
        if cell.col >= wide:
            continue
        if cell.row in kept:
            by_row[cell.row].append(cell)
        for row in range(cell.row, cell.row + min(cell.rowspan, MOST_ROWS)):
            if row in kept:
                covered[row].update(range(cell.col, min(cell.col + cell.colspan, wide)))
    for row in sorted(kept):
        own = by_row[row]
        sheet_row = own[0].place[0] if own else row
        empty = [Cell(row, col, "", own=(sheet_row, NOWHERE)) for col in range(wide) if col not in covered[row]]
        yield sorted((*own, *empty), key=lambda cell: cell.col) or [Cell(row, 0, "", own=(sheet_row, NOWHERE))]


def own_columns(block: Table, wide: int) -> list[int]:
    """Which column of the sheet each column is, where hidden ones are left out."""
    known = {cell.col: cell.place[1] for cell in block.cells}
    found: list[int] = []
    for col in range(wide):
        found.append(known.get(col, found[-1] + 1 if found else 0))
    return found


class Said(Struct, frozen=True):
    """A letter, of ours or to us. ``heads`` are shown above it, label by label."""

    text: str
    heads: Mapping[str, str] = field(default_factory=dict)


def letter(said: Said, marks: Marks) -> Iterator[str]:
    """The letter as its writer wrote it, the words marked that a value was taken from."""
    heads = "<br>".join(f"{escape(label)}：{escape(value)}" for label, value in said.heads.items() if value)
    yield f'<div class="head">{heads}</div>' if heads else ""
    quotes = [one.quote for one in marks.places if one.is_in_letter and one.quote]
    text = said.text[: 10 * LONGEST_TEXT]
    inner = next((found for quote in quotes if not marks.done and (found := marks.quoted(text, quote))), "")
    yield f"<p>{inner or escape(text)}</p>"
