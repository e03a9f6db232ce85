"""Excel workbooks in zip packages (.xlsx, .xlsm, .xltx, .et of today), read from their XML row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.sheets.conditions import Conditions, Effect, Rule
from bot.documents.formats.sheets.covers import take_out_covered
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.formulas import NotTold
from bot.documents.formats.sheets.grid import Merge, Sheet, column_number, hidden_note
from bot.documents.formats.sheets.looks import CellLook, Run, S, cell_styles
from bot.documents.formats.sheets.xlsx_covers import Sizes, covers_on
from bot.documents.formats.sheets.xlsx_drawings import Drawn, drawn_on
from bot.documents.model import Blob, Opened
from bot.documents.shared.colours import WHITE
from bot.documents.shared.numbers import show_number
from bot.documents.shared.ole_objects import embedded_files
from bot.documents.shared.ooxml import R_ID, Package, open_flat, open_zip
from bot.documents.shared.pictures import MAX_PICTURES, picture
from bot.documents.shared.xml import Element, iterate_xml

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_OFF = {"0", "false", ""}
_SLIT = {"ht": 2.0, "width": 0.5}  # points, characters: nothing can be read in less
_MOST_RULES = 200
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
    objects = package.files(package.names(r"xl/embeddings/"), context.limits.max_files)
    return workbook_document(
        blob,
        "xlsx",
        sheets,
        beside=book.beside,
        pictures=tuple(picture(*file) for file in package.files(package.names(r"xl/media/"), MAX_PICTURES)),
        embedded=tuple(inner for file in objects for inner in embedded_files(*file)),
        notes=tuple(book.notes),
        title=package.title(),
    )


class _Book:
    """The parts that all sheets share."""

    def __init__(self, package: Package, main: str, limits: Limits) -> None:
        self.package, self.main, self.limits = package, main, limits
        self.root = package.xml(main)
        properties = self.root.find(f"{S}workbookPr")
        self.date_1904 = properties is not None and properties.get("date1904", "0").lower() not in _OFF
        bags = next(package.names(r".*featurepropertybag\.xml\Z"), "")
        parts = [package.optional_data(package.related(main, kind)) for kind in ("styles", "theme")]
        self.styles = cell_styles(*parts, bags.encode())
        self.strings = list(self._shared_strings(package.related(main, "sharedStrings")))
        self.beside: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def _shared_strings(self, part: str) -> Iterator[str | tuple[Run, ...]]:
        if part and part in self.package:
            for item in iterate_xml(self.package.data(part), f"{S}si"):
                yield self.styles.text(item)

    def sheets(self) -> Iterator[Sheet]:
        relations = self.package.relations(self.main)
        for item in self.root.iterfind(f"{S}sheets/{S}sheet"):
            name = item.get("name", "")
            relation = relations.get(item.get(R_ID, ""))
            if relation is None or relation.external or relation.kind not in ("worksheet", "xlIntlMacrosheet"):
                continue
            if item.get("state", "visible") != "visible":
                self.notes += hidden_note(name)
                continue
            if relation.target in self.package:
                yield self._sheet(name, relation.target)

    def _sheet(self, name: str, part: str) -> Sheet:
        sheet = Sheet(name)
        row = -1
        hidden_by_default = has_filter = False
        shows_zeros = True
        pale: list[_Pale] = []
        conditions, sizes = Conditions(), Sizes()
        grounds = [*self._tables(part)]
        conditions.covered = [one.place for one in grounds]
        filters: list[Merge] = [one.place for one in grounds if one.is_filtered]
        tags = (
            "row",
            "col",
            "sheetView",
            "mergeCell",
            "sheetFormatPr",
            "sheetPr",
            "autoFilter",
            "conditionalFormatting",
            "picture",
        )
        for item in iterate_xml(self.package.data(part), *(f"{S}{tag}" for tag in tags)):
            sizes.note(item)
            if item.tag == f"{S}row":
                row = _number(item.get("r"), row + 2) - 1
                if 0 <= row < _MAX_ROW:
                    self._row(sheet, item, row, hidden_by_default, pale, conditions)
            elif item.tag == f"{S}col" and _is_hidden(item, "width"):
                first, last = _number(item.get("min"), 0), _number(item.get("max"), 0)
                sheet.hidden_columns.update(range(max(first - 1, 0), min(last, _MAX_COLUMN)))
            elif item.tag == f"{S}mergeCell" and len(sheet.merges) < 50_000:
                merge = _range(item.get("ref", ""))
                if merge:
                    sheet.merges.append(merge)
            elif item.tag == f"{S}sheetView":
                shows_zeros = item.get("showZeros", "1").lower() not in _OFF
            elif item.tag == f"{S}sheetFormatPr":
                hidden_by_default = item.get("zeroHeight", "0").lower() not in _OFF
            elif item.tag == f"{S}sheetPr":
                has_filter = item.get("filterMode", "0").lower() not in _OFF
            elif item.tag == f"{S}autoFilter":
                filters += filter(None, [_range(item.get("ref", ""))] if has_filter or _is_filtering(item) else [])
            elif item.tag == f"{S}conditionalFormatting":
                areas = tuple(filter(None, map(_range, item.get("sqref", "").split()[:500])))
                grounds += map(_Ground, areas) if self._fills(item) else ()
                conditions.rules += self._rules(item, areas)
            elif item.tag == f"{S}picture":  # a picture behind all cells
                grounds.append(_Ground((0, 0, _MAX_ROW, _MAX_COLUMN)))
                conditions.covered.append(grounds[-1].place)
        if has_filter and not filters:  # an advanced filter leaves no other trace
            filters.append((0, 0, _MAX_ROW, _MAX_COLUMN))
        _bring_back(sheet, filters, pale, [one.place for one in grounds])
        conditions.apply(sheet)
        take_out_covered(sheet, list(covers_on(self.package, part, sizes)))
        if not shows_zeros:
            sheet.drop_zeros()
        drawn = drawn_on(self.package, part)
        self._place(sheet, drawn)
        return sheet

    def _tables(self, part: str) -> Iterator[_Ground]:
        """What was «formatted as a table»: its style may lay a ground below the cells, and it has a filter of its own."""
        for relation in self.package.relations(part).values():
            root = self.package.optional_xml(relation.target) if relation.kind == "table" else None
            place = _range(root.get("ref", "")) if root is not None else None
            if root is not None and place:
                own = root.find(f"{S}autoFilter")
                yield _Ground(place, own is not None and _is_filtering(own))

    def _fills(self, item: Element) -> bool:
        """Whether a conditional format may give its cells another ground."""
        return any(
            rule.find(f"{S}colorScale") is not None or self._effect(rule).has_paper
            for rule in item.iterfind(f"{S}cfRule")
        )

    def _effect(self, rule: Element) -> Effect:
        place = _number(rule.get("dxfId"), -1)
        return self.styles.effects[place] if 0 <= place < len(self.styles.effects) else Effect()

    def _rules(self, item: Element, areas: tuple[Merge, ...]) -> Iterator[Rule]:
        """The rules of one conditional format; their formulas are written for its upper left cell."""
        if not areas:
            return
        base = min(area[0] for area in areas), min(area[1] for area in areas)
        for rule in islice(item.iterfind(f"{S}cfRule"), _MOST_RULES):
            kind = rule.get("operator", "") if rule.get("type") == "cellIs" else rule.get("type", "")
            effect = self._effect(rule)
            if rule.find(f"{S}colorScale") is not None:  # always met, and the ground may be anything
                kind, effect = "notContainsBlanks", Effect(has_paper=True)
            yield Rule(
                areas,
                base,
                kind,
                tuple(one.text or "" for one in rule.iterfind(f"{S}formula")),
                effect,
                _number(rule.get("priority"), 0),
                rule.get("stopIfTrue", "0").lower() not in _OFF,
                rule.get("text", ""),
            )

    def _place(self, sheet: Sheet, drawn: Drawn) -> None:
        sheet.marks.extend(drawn.marks)
        self.beside.extend((sheet.name, text) for text in drawn.texts)

    def _row(
        self, sheet: Sheet, item: Element, row: int, hidden_by_default: bool, pale: list[_Pale], conditions: Conditions
    ) -> None:
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
                column = column_number(match.group(1))
            if len(cell):
                look = self.styles.look(_number(cell.get("s"), 0))
                text, number, is_rich = self._value(cell, look)
                if look.paper != WHITE:
                    conditions.papers[row, column] = look.paper
                is_pale = look.is_pale(_stored(cell, text))
                if is_pale or not self._is_certain(cell, text, number):
                    conditions.others[row, column] = NotTold
                if not text and _is_uncomputed(cell) and len(sheet.uncomputed) < 1000:
                    sheet.uncomputed.append((row, column))
                if is_pale and not is_rich:
                    pale += [(row, column, text, number)] if text else []
                else:
                    sheet.put(row, column, text, number, self.limits)

    def _is_certain(self, cell: Element, text: str, number: float | None) -> bool:
        """Whether formulas take the cell for what is read of it; dates, errors and texts seen in part they do not."""
        kind, stored = cell.get("t", "n"), cell.findtext(f"{S}v")
        if kind == "s":
            place = _number(stored, -1)
            return 0 <= place < len(self.strings) and self.strings[place] == text
        if kind == "inlineStr":
            return text == "".join(one.text or "" for one in cell.iter(f"{S}t"))
        return stored is None or number is not None or (kind == "str" and stored == text) or kind == "b"

    def _value(self, cell: Element, look: CellLook) -> tuple[str, float | None, bool]:
        """The cell's text, its number, and whether pieces of the text have looks of their own."""
        kind = cell.get("t", "n")
        stored = cell.findtext(f"{S}v")
        if kind == "inlineStr":
            inline = cell.find(f"{S}is")
            written = self.styles.text(inline) if inline is not None else ""
            return look.written(written), None, not isinstance(written, str)
        if stored is None:
            return "", None, False
        if kind == "s":
            place = _number(stored, -1)
            written = self.strings[place] if 0 <= place < len(self.strings) else ""
            return look.written(written), None, not isinstance(written, str)
        if kind == "str":
            return look.written(stored), None, False
        if kind == "b":
            return _truth(stored, look), None, False
        if kind == "d":
            return stored.replace("T00:00:00", "").replace("T", " ").partition(".")[0][:16], None, False
        if kind == "e" or look.struck:
            return "", None, False
        try:
            value = float(stored)
        except ValueError:
            return "", None, False
        shown = show_number(value, look.format, self.date_1904)
        return look.shown(shown.text), shown.number, False


class _Ground(Struct, frozen=True):
    """Cells whose ground their own format does not tell."""

    place: Merge
    is_filtered: bool = False


_Pale = tuple[int, int, str, float | None]  # a cell whose text has the colour of its own ground


def _bring_back(sheet: Sheet, filters: list[Merge], pale: list[_Pale], grounds: list[Merge]) -> None:
    """Rows that only a filter hides, and pale text on a ground that may show it, are the sheet's all the same."""
    for top, _, bottom, _ in filters:
        sheet.hidden_rows -= {row for row in sheet.hidden_rows if top < row <= bottom}
    for row, column, text, number in pale[:20_000]:
        if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in grounds[:200]):
            sheet.cells[row, column] = (text, number)


def _is_filtering(item: Element) -> bool:
    """An AutoFilter by which something was chosen; without a choice it hides nothing."""
    return item.find(f"{S}filterColumn") is not None


def _is_uncomputed(cell: Element) -> bool:
    """A formula without its result; one whose result is an empty text says so by its type."""
    return cell.find(f"{S}f") is not None and not cell.findtext(f"{S}v") and cell.get("t") != "str"


def _stored(cell: Element, text: str) -> float | str:
    """What the number format is applied to."""
    try:
        return float(cell.findtext(f"{S}v") or "") if cell.get("t", "n") == "n" else text
    except ValueError:
        return text


def _truth(stored: str, look: CellLook) -> str:
    true = stored.strip().lower() not in _OFF
    if look.is_box:
        return "☑" if true else "☐"
    return "TRUE" if true else "FALSE"


def _is_hidden(item: Element, size: str) -> bool:
    if item.get("hidden", "0").lower() not in _OFF:
        return True
    custom = item.get("customHeight" if size == "ht" else "customWidth", "0").lower() not in _OFF
    try:
        return custom and float(item.get(size, "9")) < _SLIT[size]
    except ValueError:
        return False


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else default


def _range(reference: str) -> Merge | None:
    first, _, last = reference.partition(":")
    start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
    if start is None or end is None:
        return None
    return int(start.group(2)) - 1, column_number(start.group(1)), int(end.group(2)) - 1, column_number(end.group(1))
