"""Excel workbooks in zip packages (.xlsx, .xlsm, .xltx, .et of today), read from their XML row by row."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from bot.documents.context import ReadContext
from bot.documents.docx_package import Element, Package, iterate_xml, open_flat, open_zip
from bot.documents.errors import Damaged
from bot.documents.model import Blob, Limits, Opened, Picture
from bot.documents.ole_objects import embedded_files
from bot.documents.pictures import MAX_PICTURES, picture
from bot.documents.sheets import workbook_document
from bot.documents.sheets_grid import Merge, Sheet
from bot.documents.sheets_numbers import show_number
from bot.documents.sheets_xlsx_drawings import Drawn, drawn_on
from bot.documents.sheets_xlsx_styles import CellLook, CellStyles, S, rich_text

_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_OFF = {"0", "false", ""}
_MAX_ROW, _MAX_COLUMN = 1_048_576, 16_384


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*. Raises ``Damaged``, ``TooLarge``, ``Unsafe`` or ``Encrypted``."""
    flat = not blob.data.startswith(b"PK")
    package = open_flat(blob.data) if flat else open_zip(blob.data, context.limits)
    main = package.related("", "officeDocument") or "xl/workbook.xml"
    if main not in package:
        raise Damaged("no workbook part")
    book = _Book(package, main, context.limits)
    sheets = list(book.sheets())
    return workbook_document(
        blob,
        "xlsx",
        sheets,
        beside=book.beside,
        pictures=tuple(_pictures(package)),
        embedded=tuple(_embedded(package, context.limits)),
        notes=tuple(book.notes),
        title=_title(package),
    )


class _Book:
    """The parts that all sheets share."""

    def __init__(self, package: Package, main: str, limits: Limits) -> None:
        self.package, self.main, self.limits = package, main, limits
        self.root = package.xml(main)
        properties = self.root.find(f"{S}workbookPr")
        self.date_1904 = properties is not None and properties.get("date1904", "0").lower() not in _OFF
        bags = next((name for name in package.names() if name.lower().endswith("featurepropertybag.xml")), "")
        self.styles = CellStyles(package.optional_xml(package.related(main, "styles")), bool(bags))
        self.strings = list(self._shared_strings(package.related(main, "sharedStrings")))
        self.beside: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def _shared_strings(self, part: str) -> Iterator[tuple[str, bool]]:
        """Each string, and whether its runs have looks of their own (else the cell's font decides)."""
        if part and part in self.package:
            for item in iterate_xml(self.package.data(part), f"{S}si"):
                yield rich_text(item), item.find(f"{S}r") is not None

    def sheets(self) -> Iterator[Sheet]:
        relations = self.package.relations(self.main)
        for item in self.root.iterfind(f"{S}sheets/{S}sheet"):
            name = item.get("name", "")
            relation = relations.get(item.get(_R_ID, ""))
            if relation is None or relation.external or relation.kind not in ("worksheet", "xlIntlMacrosheet"):
                continue
            if item.get("state", "visible") != "visible":
                self.notes.append(f"隐藏的工作表未读取：{name}")
                continue
            if relation.target in self.package:
                yield self._sheet(name, relation.target)

    def _sheet(self, name: str, part: str) -> Sheet:
        sheet = Sheet(name)
        row = -1
        hidden_by_default = False
        tags = [f"{S}{tag}" for tag in ("row", "col", "mergeCell", "sheetFormatPr")]
        for item in iterate_xml(self.package.data(part), *tags):
            if item.tag == f"{S}row":
                row = _number(item.get("r"), row + 2) - 1
                if 0 <= row < _MAX_ROW:
                    self._row(sheet, item, row, hidden_by_default)
            elif item.tag == f"{S}col" and _is_hidden(item, "width"):
                first, last = _number(item.get("min"), 0), _number(item.get("max"), 0)
                sheet.hidden_columns.update(range(max(first - 1, 0), min(last, _MAX_COLUMN)))
            elif item.tag == f"{S}mergeCell" and len(sheet.merges) < 50_000:
                merge = _range(item.get("ref", ""))
                if merge:
                    sheet.merges.append(merge)
            elif item.tag == f"{S}sheetFormatPr":
                hidden_by_default = item.get("zeroHeight", "0").lower() not in _OFF
        if sheet.hidden_rows and any(place[0] in sheet.hidden_rows for place in sheet.cells):
            self.notes.append(f"工作表「{name}」有隐藏的行，未读取")
        drawn = drawn_on(self.package, part)
        self._place(sheet, drawn)
        return sheet

    def _place(self, sheet: Sheet, drawn: Drawn) -> None:
        sheet.marks.extend(drawn.marks)
        self.beside.extend((sheet.name, text) for text in drawn.texts)

    def _row(self, sheet: Sheet, item: Element, row: int, hidden_by_default: bool) -> None:
        shown_anyway = item.get("hidden") is not None or item.get("ht") is not None
        if _is_hidden(item, "ht") or (hidden_by_default and not shown_anyway):
            sheet.hidden_rows.add(row)
        column = -1
        for cell in item:
            if cell.tag != f"{S}c":
                continue
            column += 1
            match = _REFERENCE.fullmatch(cell.get("r", ""))
            if match:
                column = _column(match.group(1))
            if len(cell):
                text, number = self._value(cell)
                if text:
                    sheet.put(row, column, text, number, self.limits)

    def _value(self, cell: Element) -> tuple[str, float | None]:
        kind = cell.get("t", "n")
        look = self.styles.look(_number(cell.get("s"), 0))
        stored = cell.findtext(f"{S}v")
        if kind == "inlineStr":
            inline = cell.find(f"{S}is")
            if inline is None:
                return "", None
            return (rich_text(inline) if inline.find(f"{S}r") is not None else look.shown(rich_text(inline))), None
        if stored is None:
            return "", None
        if kind == "s":
            place = _number(stored, -1)
            text, rich = self.strings[place] if 0 <= place < len(self.strings) else ("", True)
            return (text if rich else look.shown(text)), None
        if kind == "str":
            return look.shown(stored), None
        if kind == "b":
            return _truth(stored, look), None
        if kind == "d":
            return stored.replace("T00:00:00", "").replace("T", " ").partition(".")[0][:16], None
        if kind == "e" or look.struck:
            return "", None
        try:
            value = float(stored)
        except ValueError:
            return "", None
        shown = show_number(value, look.format, self.date_1904)
        return look.shown(shown.text), shown.number


def _truth(stored: str, look: CellLook) -> str:
    true = stored.strip().lower() not in _OFF
    if look.is_box:
        return "☑" if true else "☐"
    return "TRUE" if true else "FALSE"


def _is_hidden(item: Element, size: str) -> bool:
    if item.get("hidden", "0").lower() not in _OFF:
        return True
    custom = item.get("customHeight" if size == "ht" else "customWidth", "0").lower() not in _OFF
    return custom and item.get(size, "1").strip() in ("0", "0.0")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _column(letters: str) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


def _range(reference: str) -> Merge | None:
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
    if start is None or end is None:
        return None
    return int(start.group(2)) - 1, _column(start.group(1)), int(end.group(2)) - 1, _column(end.group(1))


def _title(package: Package) -> str:
    root = package.optional_xml(package.related("", "core-properties"))
    return (root.findtext(_TITLE) or "").strip()[:200] if root is not None else ""


def _pictures(package: Package) -> Iterator[Picture]:
    names = [name for name in package.names() if re.match(r"xl/media/", name, re.IGNORECASE)]
    for name in names[:MAX_PICTURES]:
        yield picture(posixpath.basename(name), package.data(name))


def _embedded(package: Package, limits: Limits) -> Iterator[Blob]:
    names = [name for name in package.names() if re.match(r"xl/embeddings/", name, re.IGNORECASE)]
    for name in names[: limits.max_files]:
        yield from embedded_files(posixpath.basename(name), package.data(name))
