"""Workbooks of every kind -> one ``Table`` for each visible sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.base.problems import Code, Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.sheets.grid import Sheet, cell_name, hidden_rows, sheet_table
from bot.documents.model import Blob, Block, Document, Opened, Paragraph, Picture
from bot.documents.shared.pictures import scans_of
from bot.documents.sniff import sniff_kind


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*, whatever its format; embedded files and pasted scans are children."""
    kind = sniff_kind(blob.data, blob.name)
    return _READERS.get((kind.format, kind.variant), _READERS.get((kind.format, ""), _unknown))(blob, context)


def workbook_document(
    blob: Blob,
    form: str,
    sheets: Iterable[Sheet],
    beside: Iterable[tuple[str, str]] = (),
    pictures: tuple[Picture, ...] = (),
    embedded: tuple[Blob, ...] = (),
    notes: tuple[str, ...] = (),
    title: str = "",
) -> Opened:
    """One document of *sheets*; *beside* are (sheet name, text) of text boxes, which follow their sheet's table."""
    sheets = list(sheets)
    problems = tuple(problem for sheet in sheets for problem in _left_out(sheet))
    floating: dict[str, list[str]] = {}
    for name, text in beside:
        floating.setdefault(name, []).append(text)
    blocks: list[Block] = []
    for sheet in sheets:
        table = sheet_table(sheet)
        if table.cells:
            blocks.append(table)
        blocks.extend(Paragraph(text) for text in floating.get(sheet.name, ()))
    document = Document(
        blob.path, blob.name, form, tuple(blocks), pictures, problems=problems, notes=notes, title=title
    )
    return Opened(document, (*embedded, *scans_of(blocks, pictures)))


def _left_out(sheet: Sheet) -> Iterator[Problem]:
    """What is not read although it is there: rows that somebody hid by hand, formulas that a program wrote without computing them."""
    found = hidden_rows(sheet)
    if found:
        rows = "、".join(f"{first + 1}—{last + 1}" if last > first else f"{first + 1}" for first, last in found[:10])
        more = "等" if len(found) > 10 else ""
        message = f"工作表“{sheet.name}”第{rows}行{more}被隐藏，未读取。如需报送，请取消隐藏后重新发送。"
        yield Problem(Code.UNREADABLE, Severity.WARNING, message, place=f"工作表“{sheet.name}”")
    seen = [
        (row, column)
        for row, column in sheet.uncomputed
        if row not in sheet.hidden_rows and column not in sheet.hidden_columns
    ]
    if seen:
        cells = "、".join(cell_name(*place) for place in seen[:5]) + ("等" if len(seen) > 5 else "")
        message = (
            f"工作表“{sheet.name}”的{cells}是公式，文件中没有计算结果，未读取。请用 Excel 或 WPS 打开并保存后重新发送。"
        )
        yield Problem(Code.UNREADABLE, Severity.WARNING, message, place=f"工作表“{sheet.name}”")


def _unknown(blob: Blob, context: ReadContext) -> Opened:
    raise Damaged("no workbook")


def _xlsx(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import xlsx as sheets_xlsx

    return sheets_xlsx.read(blob, context)


def _xls(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import biff as sheets_biff

    return sheets_biff.read(blob, context)


def _xlsb(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import calamine as sheets_calamine

    return sheets_calamine.read(blob, context, "xlsx")


def _ods(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import ods as sheets_ods

    return sheets_ods.read(blob, context)


def _xml_2003(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import xml_2003 as sheets_2003

    return sheets_2003.read(blob, context)


_READERS: dict[tuple[str, str], Callable[[Blob, ReadContext], Opened]] = {
    ("xlsx", ""): _xlsx,
    ("xlsx", "flat"): _xlsx,
    ("xlsx", "xlsb"): _xlsb,
    ("xlsx", "2003"): _xml_2003,
    ("xls", ""): _xls,
    ("ods", ""): _ods,
}
