"""The sheets of a workbook as one Document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.base.problems import Code, Problem, Severity
from bot.documents.formats.sheets.grid import Sheet, cell_name, hidden_rows, sheet_table
from bot.documents.model import Blob, Block, Document, Opened, Paragraph, Picture
from bot.documents.shared.pictures import scans_of


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
