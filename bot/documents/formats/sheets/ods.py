"""OpenDocument spreadsheets (.ods, .fods)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.formats.odt.package import DRAW, OFFICE, TABLE, OdfStyles, OpenDocument, control_marks, span
from bot.documents.formats.odt.text import OdfText
from bot.documents.formats.sheets.conditions import Conditions
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.formulas import NotTold
from bot.documents.formats.sheets.grid import Sheet, hidden_note
from bot.documents.formats.sheets.ods_conditions import MappedCells, rules_of
from bot.documents.model import Blob, Opened
from bot.documents.shared.colours import PAPER, UNKNOWN, Ground, is_unseen
from bot.documents.shared.numbers import plain_number
from bot.documents.shared.sentinels import without_sentinels
from bot.documents.shared.symbols import symbol_text
from bot.documents.shared.xml import Element

_ROWS, _COLUMNS = 1_048_576, 16_384
_WEEKDAY = r"(?:\s*[（(]?(?:星期|周)[一二三四五六日][)）]?)?"
_SHOWN_DATE = re.compile(
    rf"(?:(\d{{4}})\s*[-/.年]\s*)?(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})日?{_WEEKDAY}(?:\s*[上下]?午?\s*\d{{1,2}}[:时]\d{{2}}分?)?"
)
_CHINESE_DATE = re.compile(
    rf"(?:[〇○零一二三四五六七八九]{{4}}年)?[一二三四五六七八九十]+月[一二三四五六七八九十]+日{_WEEKDAY}"
)
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)")


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*; hidden sheets, rows and columns left out."""
    document = OpenDocument(blob.data, context.limits)
    book = _Book(document, context.limits)
    sheets = list(book.sheets(document.body("spreadsheet")))
    return workbook_document(blob, "ods", sheets, beside=book.beside, notes=tuple(book.notes), title=document.title)


class _Book:
    def __init__(self, document: OpenDocument, limits: Limits) -> None:
        self._limits = limits
        self._styles = OdfStyles(document)
        self._text = OdfText(document.content, self._styles, limits)
        self._controls = control_marks(document.content)
        self._column_styles: list[tuple[int, str]] = []  # (first column behind, default style of its cells)
        self._conditions = Conditions()  # of the sheet in hand
        self._mapped = MappedCells(document)
        self.beside: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def sheets(self, body: Element) -> Iterator[Sheet]:
        for table in body.iterfind(f"{TABLE}table"):
            name = table.get(f"{TABLE}name", "")
            if self._styles.look("table", table.get(f"{TABLE}style-name", "")).invisible:
                self.notes += hidden_note(name)
                continue
            sheet = Sheet(name)
            self._column_styles = []
            self._conditions = Conditions(list(rules_of(table, self._styles)))
            self._columns(table, sheet, 0)
            self._rows(table, sheet, 0)
            self._conditions.rules += self._mapped.rules_of(table, self._styles)
            self._conditions.apply(sheet)
            shapes = table.find(f"{TABLE}shapes")
            if shapes is not None:
                self._beside(name, shapes)
                for control in shapes.iter(f"{DRAW}control"):
                    mark = self._controls.get(control.get(f"{DRAW}control", ""), "")
                    if mark:
                        self.beside.append((name, mark))
            yield sheet

    def _beside(self, name: str, shapes: Iterable[Element]) -> None:
        texts = (getattr(block, "text", "") for block in self._text.blocks(shapes))
        self.beside += [(name, text) for text in texts if text]

    def _columns(self, parent: Element, sheet: Sheet, place: int) -> int:
        for item in parent:
            if item.tag == f"{TABLE}table-column":
                width = span(item, "number-columns-repeated", _COLUMNS)
                if item.get(f"{TABLE}visibility", "visible") != "visible":
                    sheet.hidden_columns.update(range(place, min(place + width, _COLUMNS)))
                place += width
                self._column_styles.append((place, item.get(f"{TABLE}default-cell-style-name", "")))
            elif item.tag in (f"{TABLE}table-columns", f"{TABLE}table-header-columns", f"{TABLE}table-column-group"):
                place = self._columns(item, sheet, place)
        return place

    def _rows(self, parent: Element, sheet: Sheet, row: int) -> int:
        for item in parent:
            if item.tag == f"{TABLE}table-row":
                row = self._row(item, sheet, row)
            elif item.tag in (f"{TABLE}table-rows", f"{TABLE}table-header-rows", f"{TABLE}table-row-group"):
                row = self._rows(item, sheet, row)
        return row

    def _row(self, item: Element, sheet: Sheet, row: int) -> int:
        """Read one row element; gives the number of the next row. Empty rows are repeated a million times."""
        repeats = span(item, "number-rows-repeated", _ROWS)
        # «filter» are rows that whoever sent it filtered for himself.
        is_slit = self._styles.look("table-row", item.get(f"{TABLE}style-name", "")).is_slit
        if item.get(f"{TABLE}visibility", "visible") == "collapse" or is_slit:
            sheet.hidden_rows.update(range(row, min(row + repeats, row + 20_000)))
        found = list(self._cells(item, sheet, row))
        for again in range(min(repeats, self._limits.max_rows + 1) if found else 0):
            for column, text, number in found:
                sheet.put(row + again, column, text, number, self._limits)
        return row + repeats

    def _cells(self, item: Element, sheet: Sheet, row: int) -> Iterator[tuple[int, str, float | None]]:
        column = 0
        below = row + span(item, "number-rows-repeated", _ROWS) - 1
        for cell in item:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            repeats = span(cell, "number-columns-repeated", _COLUMNS)
            if cell.tag == f"{TABLE}table-cell" and column < _COLUMNS:
                height, width = span(cell, "number-rows-spanned", _ROWS), span(cell, "number-columns-spanned", _COLUMNS)
                if height > 1 or width > 1:
                    sheet.merges.append((row, column, row + height - 1, column + width - 1))
                self._beside(sheet.name, [one for one in cell if _is_shape(one)])
                style = self._style(cell, item.get(f"{TABLE}default-cell-style-name", ""), column)
                pale = len(self._conditions.pale)
                text, number = self._seen(cell, style, row, column)
                if text or len(self._conditions.pale) > pale:
                    self._mapped.note(style, (row, column, below, column + repeats - 1))
                for again in range(min(repeats, 200) if text else 0):
                    yield column + again, text, number
            column += repeats

    def _style(self, cell: Element, row_style: str, column: int) -> str:
        name = cell.get(f"{TABLE}style-name") or row_style
        return name or next((style for behind, style in self._column_styles if column < behind), "")

    def _seen(self, cell: Element, name: str, row: int, column: int) -> tuple[str, float | None]:
        """The value as its cell's style lets it be seen: nothing where struck out, signs where in a symbol font."""
        if not len(cell) and not cell.get(f"{OFFICE}value-type"):
            return "", None
        look = self._styles.look("table-cell", name)
        ground = look.ground or PAPER
        if ground != PAPER:
            self._conditions.papers[row, column] = ground.colour
        ink = self._styles.number_ink(look.format) or look.ink
        if look.gone or is_unseen(ink, ground.colour):
            self._conditions.others[row, column] = NotTold
            text, number = ("", None) if look.gone else self._value(cell, bool(look.format), UNKNOWN)
            self._conditions.pale += [(row, column, symbol_text(text, look.font or ""), number)] if text else []
            return "", None
        text, number = self._value(cell, bool(look.format), ground)
        if number is None and cell.get(f"{OFFICE}value-type", "string") not in ("string", "boolean"):
            self._conditions.others[row, column] = NotTold
        if not text:
            return "", None
        return symbol_text(text, look.font or ""), number

    def _value(self, cell: Element, has_format: bool, ground: Ground) -> tuple[str, float | None]:
        own = [one for one in cell if not _is_shape(one)]
        shown = "\n".join(getattr(block, "text", "") for block in self._text.blocks(own, ground)).strip("\n")
        marks = [self._controls.get(one.get(f"{DRAW}control", ""), "") for one in cell.iterfind(f"{DRAW}control")]
        if has_format and not shown and not marks:
            return "", None  # a format that shows nothing; programs that write no text write no format either
        match cell.get(f"{OFFICE}value-type", ""):
            case "float" | "currency" | "percentage" as kind:
                try:
                    value = float(cell.get(f"{OFFICE}value", ""))
                except ValueError:
                    return shown, None
                return _number_text(value, shown, kind), value
            case "date":
                day, _, clock = cell.get(f"{OFFICE}date-value", "").partition("T")
                if shown and not re.search(r"\d", shown):
                    return shown, None
                if _is_date(shown, day) or re.fullmatch(r"\d{4}年\d{1,2}月", shown):
                    return shown, None
                if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}", shown) and len(day) == 10:
                    return f"{int(day[5:7])}月{int(day[8:])}日", None
                return (f"{day} {clock[:5]}" if clock and not clock.startswith("00:00") else day), None
            case "time":
                match = _TIME.match(cell.get(f"{OFFICE}time-value", ""))
                return (f"{int(match.group(1)):02d}:{int(match.group(2)):02d}" if match else shown), None
            case "boolean":
                return ("TRUE" if cell.get(f"{OFFICE}boolean-value") == "true" else "FALSE"), None
        return without_sentinels(" ".join(filter(None, [shown, *marks]))), None


def _is_shape(item: Element) -> bool:
    """A drawing that hangs on a cell and may lie anywhere; what is written on it is no part of the cell's value."""
    return isinstance(item.tag, str) and item.tag.startswith(DRAW)


def _is_date(shown: str, day: str) -> bool:
    """Whether *shown* names month and day of the ISO *day* in this order, with its four-digit year or without one."""
    match = _SHOWN_DATE.fullmatch(shown)
    if match is None:
        return bool(_CHINESE_DATE.fullmatch(shown))
    year, month, number = day.split("-") if day.count("-") == 2 else ("", "0", "0")
    return match[1] in (None, year) and (int(match[2]), int(match[3])) == (int(month), int(number))


def _number_text(value: float, shown: str, kind: str) -> str:
    """What is shown, unless that lost digits (exponent, ``###``) or gained marks of thousands."""
    plain = plain_number(value)
    if not shown or "#" in shown or re.search(r"\dE[+-]?\d", shown, re.IGNORECASE):
        return shown if kind == "percentage" and shown else plain
    without_marks = re.sub(r"(?<=\d),(?=\d{3})", "", shown)
    return re.sub(r"(?<=\d)\.0+(?!\d)", "", without_marks)
