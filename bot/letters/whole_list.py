"""What is too long to be read in a letter: all rows and remarks as a workbook beside it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from bot.base.problems import Problem
from bot.decision.model import Item
from bot.letters.cells import as_text, put_text
from bot.letters.model import Attachment

SHOWN = 30  # rows of a table, and remarks of each kind, that the letter itself lists
NAME = "全部内容和提示.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REMARKS = ("受理号", "材料", "位置", "类别", "内容")
WIDTH = 28.0  # characters of a column


def whole_list(items: Sequence[Item]) -> Attachment | None:
    """A workbook with everything that the letter about *items* leaves out; None where it leaves out nothing."""
    if not any(is_cut(item) for item in items):
        return None
    # Few letters need it, and it takes a tenth of a second to load.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for number, item in enumerate((one for one in items if len(one.table) > SHOWN + 1), 1):
        fill(book.create_sheet(f"登记内容{number}"), item.table)
    remarks = [(one.ref, one.title or one.source, *cells_of(problem)) for one in items for problem in one.problems]
    if remarks:
        fill(book.create_sheet("提示"), [REMARKS, *remarks])
    saved = io.BytesIO()
    book.save(saved)
    return Attachment(NAME, XLSX, saved.getvalue())


def is_cut(item: Item) -> bool:
    wrong = sum(problem.is_error for problem in item.problems)
    return len(item.table) > SHOWN + 1 or max(wrong, len(item.problems) - wrong) > SHOWN


def cells_of(problem: Problem) -> tuple[str, str, str]:
    return problem.place, "请补正" if problem.is_error else "请留意", problem.message


def fill(sheet: Any, rows: Iterable[Sequence[str]]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number == 0:
            for at in range(len(row)):
                sheet.column_dimensions[get_column_letter(at + 1)].width = WIDTH
        sheet.append([as_text(text) or put_text(WriteOnlyCell(sheet), text) for text in row])
