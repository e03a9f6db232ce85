"""The sheets of a workbook as one Document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.base.problems import Code, Problem, Severity
from bot.documents.formats.sheets.grid import Sheet, cell_name, column_name, hidden_columns, hidden_rows, sheet_table
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
    """What is not read although it is there: what was hidden by hand or lies under a shape, formulas that a program wrote without computing them."""
    rows, columns = hidden_rows(sheet), hidden_columns(sheet)
    if rows or columns:
        named = [f"第{_named(rows, lambda row: str(row + 1))}行"] if rows else []
        named += [f"{_named(columns, column_name)}列"] if columns else []
        message = f"工作表“{sheet.name}”{'、'.join(named)}被隐藏，未读取。如需报送，请取消隐藏后重新发送。"
        yield Problem(Code.UNREADABLE, Severity.WARNING, message, place=f"工作表“{sheet.name}”")
    for places, why in (
        (sheet.uncomputed, "是公式，文件中没有计算结果，未读取。请用 Excel 或 WPS 打开并保存后重新发送。"),
        (sheet.covered, "被图形遮住，未读取。如需报送，请移开图形后重新发送。"),
    ):
        seen = [
            (row, column)
            for row, column in places
            if row not in sheet.hidden_rows and column not in sheet.hidden_columns
        ]
        if seen:
            cells = "、".join(cell_name(*place) for place in seen[:5]) + ("等" if len(seen) > 5 else "")
            message = f"工作表“{sheet.name}”的{cells}{why}"
            yield Problem(Code.UNREADABLE, Severity.WARNING, message, place=f"工作表“{sheet.name}”")


def _named(stretches: list[tuple[int, int]], name: Callable[[int], str]) -> str:
    shown = "、".join(f"{name(first)}—{name(last)}" if last > first else name(first) for first, last in stretches[:10])
    return shown + ("等" if len(stretches) > 10 else "")
