"""Excel's XML of 2003 («XML 表格 2003», also what many web systems export under the name .xls)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.grid import Sheet
from bot.documents.formats.sheets.looks import CellLook, clean
from bot.documents.model import Blob, Opened
from bot.documents.shared.colours import WHITE, Colour, is_unseen, of_hex
from bot.documents.shared.numbers import show_number, shown_moment
from bot.documents.shared.xml import Element, parse_xml

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_FORMATS = {
    "General Date": "yyyy-mm-dd h:mm",
    "Long Date": "yyyy-mm-dd",
    "Medium Date": "yyyy-mm-dd",
    "Short Date": "yyyy-mm-dd",
    "Long Time": "h:mm",
    "Medium Time": "h:mm",
    "Short Time": "h:mm",
    "Percent": "0%",
}


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*; hidden sheets, rows and columns left out."""
    root = parse_xml(blob.data)
    if not root.tag.endswith("Workbook"):
        raise Damaged("no workbook element")
    looks = {style.get(f"{_SS}ID", ""): _look(style) for style in root.iter(f"{_SS}Style")}
    return workbook_document(blob, "xlsx", list(_sheets(root, looks, context.limits)))


def _look(style: Element) -> CellLook:
    code = style.find(f"{_SS}NumberFormat")
    font, fill = style.find(f"{_SS}Font"), style.find(f"{_SS}Interior")
    written = code.get(f"{_SS}Format", "") if code is not None else ""
    struck = font is not None and font.get(f"{_SS}StrikeThrough", "0") in ("1", "true")
    name = font.get(f"{_SS}FontName", "") if font is not None else ""
    ink = of_hex(font.get(f"{_SS}Color")) if font is not None else None
    paper: Colour | None = WHITE
    if fill is not None and fill.get(f"{_SS}Pattern", "None") != "None":
        paper = of_hex(fill.get(f"{_SS}Color")) if fill.get(f"{_SS}Pattern") == "Solid" else None
    return CellLook(_FORMATS.get(written, written), struck or is_unseen(ink, paper), name, False, paper)


def _sheets(root: Element, looks: dict[str, CellLook], limits: Limits) -> Iterator[Sheet]:
    for worksheet in root.iterfind(f"{_SS}Worksheet"):
        visible = worksheet.findtext(f"{_X}WorksheetOptions/{_X}Visible", "SheetVisible")
        table = worksheet.find(f"{_SS}Table")
        if visible == "SheetVisible" and table is not None:
            sheet = _sheet(worksheet.get(f"{_SS}Name", ""), table, looks, limits)
            for chosen in worksheet.iterfind(f"{_X}AutoFilter"):
                rows = re.fullmatch(r"R(\d+)C\d+:R(\d+)C\d+", chosen.get(f"{_X}Range", ""))
                if rows and chosen.find(f"{_X}AutoFilterColumn") is not None:
                    sheet.hidden_rows -= {row for row in sheet.hidden_rows if int(rows[1]) <= row < int(rows[2])}
            yield sheet


def _sheet(name: str, table: Element, looks: dict[str, CellLook], limits: Limits) -> Sheet:
    sheet = Sheet(name)
    column = row = -1
    for item in table:
        if item.tag == f"{_SS}Column":
            column = _integer(item, "Index", column + 2) - 1
            span = _integer(item, "Span", 0)
            if _is_hidden(item, "Width"):
                sheet.hidden_columns.update(range(column, min(column + span + 1, 16_384)))
            column += span
        elif item.tag == f"{_SS}Row":
            row = _integer(item, "Index", row + 2) - 1
            span = _integer(item, "Span", 0)
            if _is_hidden(item, "Height"):
                sheet.hidden_rows.update(range(row, min(row + span + 1, row + 100_000)))
            _row(sheet, item, row, looks, limits)
            row += span
    return sheet


def _row(sheet: Sheet, item: Element, row: int, looks: dict[str, CellLook], limits: Limits) -> None:
    column = -1
    for cell in item.iterfind(f"{_SS}Cell"):
        column = _integer(cell, "Index", column + 2) - 1
        across, down = _integer(cell, "MergeAcross", 0), _integer(cell, "MergeDown", 0)
        if across or down:
            sheet.merges.append((row, column, row + down, column + across))
        data = cell.find("{*}Data")
        if data is not None:
            look = looks.get(cell.get(f"{_SS}StyleID", "") or item.get(f"{_SS}StyleID", "") or "Default", CellLook())
            sheet.put(row, column, *_value(data, look), limits)
        column += across


def _value(data: Element, look: CellLook) -> tuple[str, float | None]:
    text = "".join(_pieces(data))
    match data.get(f"{_SS}Type", "String"):
        case "Number":
            try:
                shown = show_number(float(text), look.format)
            except ValueError:
                return look.shown(text), None
            return ("", None) if look.struck else (look.shown(shown.text), shown.number)
        case "DateTime":
            day, _, clock = text.partition("T")
            shown_time = "" if clock.startswith("00:00") or not clock else f" {clock[:5]}"
            return look.shown(
                clock[:5] if day <= "1899-12-31" and shown_time else _day(text, look) or day + shown_time
            ), None
        case "Boolean":
            return look.shown("TRUE" if text.strip() == "1" else "FALSE"), None
        case "Error":
            return "", None
        case _:
            return look.written(clean(text)), None


def _day(text: str, look: CellLook) -> str:
    try:
        return shown_moment(datetime.fromisoformat(text), look.format)
    except ValueError:
        return ""


def _pieces(data: Element) -> Iterator[str]:
    """Text of a cell with HTML markup inside; what stands in ``<S>`` is struck out."""
    yield data.text or ""
    for item in data:
        if isinstance(item.tag, str) and item.tag.rpartition("}")[2].upper() not in ("S", "STRIKE", "DEL"):
            yield from _pieces(item)
        yield item.tail or ""


def _integer(item: Element, name: str, default: int) -> int:
    text = item.get(_SS + name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _is_hidden(item: Element, size: str) -> bool:
    return item.get(f"{_SS}Hidden", "0") in ("1", "true") or item.get(_SS + size, "") in ("0", "0.0")
