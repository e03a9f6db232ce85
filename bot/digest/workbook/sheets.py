"""Sheets of a workbook: headings, cells that never become formulas, widths, printing."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.letters.cells import put_text

THIN = Side(style="thin", color="000000")
PALE = Side(style="thin", color="BFBFBF")
GRID = Border(THIN, THIN, THIN, THIN)
PALE_GRID = Border(PALE, PALE, PALE, PALE)
HEAD = PatternFill("solid", fgColor="DDEBF7")
RED = "C00000"
A4 = 9
BODY = "宋体"

Value = str | int | float | date | datetime | bool | None
# A column: heading, width in characters, and "text" where numbers such as telephones must stay as written.
Column = tuple[str, float, str]


def put(sheet: Worksheet, row: int, column: int, value: Value, *, text: bool = False) -> Any:
    """Write *value* and give the cell back. Text is always stored as text."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, bool):
        value = "是" if value else "否"
    if isinstance(value, datetime):
        cell.value, cell.number_format = value.replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, (int, float)) and not text:
        cell.value = value
    elif value is not None and value != "":
        put_text(cell, str(value))
    if text:
        cell.number_format = "@"
    return cell


class Wardrobe:
    """Font and border of many cells. Finding out each cell's style anew takes most of the time of a long list, so that each is made once."""

    def __init__(self, font: Font, border: Border) -> None:
        self._font, self._border = font, border
        self._made: dict[tuple[Any, ...], Any] = {}

    def dress(self, cell: Any, alignment: Alignment) -> None:
        """*cell* keeps what it has else: number format, mark of text."""
        look = (*(cell._style or ()), id(alignment))  # no style yet: the standard one
        if look not in self._made:
            cell.font, cell.border, cell.alignment = self._font, self._border, alignment
            self._made[look] = cell._style
        cell._style = copy(self._made[look])


def first_row(sheet: Worksheet, unread: str) -> int:
    """The row where the sheet begins: the second where the mailbox was not read lately (*unread*), which stands in the first."""
    if not unread:
        return 1
    put(sheet, 1, 1, f"{unread}。表中数字截至当时，之后的来信还没有计入").font = Font(name=BODY, bold=True, color=RED)
    return 2


def fill_table(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    top: int = 1,
    pages_wide: int = 1,
) -> None:
    """A list with headings at row *top*: filter, frozen headings, widths, printed on A4 with the headings on each page."""
    for number, (heading, width, _) in enumerate(columns, 1):
        cell = put(sheet, top, number, heading)
        cell.font, cell.fill, cell.border = Font(name=BODY, bold=True), HEAD, PALE_GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    wardrobe, aligned = Wardrobe(Font(name=BODY), PALE_GRID), Alignment(vertical="top", wrap_text=True)
    for offset, row in enumerate(rows, 1):
        for number, (value, (_, _, kind)) in enumerate(zip(row, columns, strict=True), 1):
            wardrobe.dress(put(sheet, top + offset, number, value, text=kind == "text"), aligned)
    last = get_column_letter(len(columns))
    sheet.auto_filter.ref = f"A{top}:{last}{top + max(len(rows), 1)}"
    sheet.freeze_panes = f"C{top + 1}" if len(columns) > 4 else f"A{top + 1}"
    print_on_a4(sheet, top, pages_wide=pages_wide)
    if pages_wide > 1:
        sheet.print_title_cols = "A:B"


def print_on_a4(sheet: Worksheet, heading_row: int = 0, *, landscape: bool = True, pages_wide: int = 1) -> None:
    """*pages_wide* pages beside each other, numbered; *heading_row* is repeated on each page (0: none)."""
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_wide, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"
    sheet.page_margins.left = sheet.page_margins.right = 0.6
    sheet.page_margins.top = sheet.page_margins.bottom = 0.7
    footer: Any = sheet.oddFooter
    footer.center.text = "第 &P 页，共 &N 页"


def as_written(value: Any) -> Value:
    """A stored JSON value for a cell: lists joined with 、, ISO dates as dates."""
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else value
        except ValueError:
            return value
    return value if isinstance(value, (int, float)) or value is None else str(value)
