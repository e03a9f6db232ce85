"""The blocks of a made document as a real .docx or .xlsx file, and back through the readers."""

from __future__ import annotations

import io

import docx
import openpyxl

from bot.documents.context import ReadContext
from bot.documents.formats.docx.read import read as read_docx
from bot.documents.formats.sheets.xlsx import read as read_xlsx
from bot.documents.model import Blob, Document, Paragraph


def as_docx(document: Document) -> bytes:
    """Every paragraph and table as Word writes them, merged cells as merged cells."""
    made = docx.Document()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for line in block.text.split("\n"):
                made.add_paragraph(line)
            continue
        table = made.add_table(block.n_rows, block.n_cols, style="Table Grid")
        places = [row.cells for row in table.rows]  # asked for one by one, each would be looked for in the whole table
        for cell in block.cells:
            first = places[cell.row][cell.col]
            last = places[cell.row + cell.rowspan - 1][cell.col + cell.colspan - 1]
            target = first.merge(last) if last is not first else first
            lines = cell.text.split("\n")
            target.text = lines[0]
            for line in lines[1:]:
                target.add_paragraph(line)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def as_xlsx(document: Document) -> bytes:
    """One sheet below the other's rows: paragraphs as merged lines, tables in their grid."""
    book = openpyxl.Workbook()
    sheet = book.active
    row = 1
    width = max((table.n_cols for table in document.tables()), default=4)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            for line in block.text.split("\n"):
                sheet.cell(row, 1, line or None)
                if width > 1:
                    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
                row += 1
            continue
        for cell in block.cells:
            sheet.cell(row + cell.row, 1 + cell.col, cell.text or None)
            if cell.rowspan > 1 or cell.colspan > 1:
                sheet.merge_cells(
                    start_row=row + cell.row,
                    start_column=1 + cell.col,
                    end_row=row + cell.row + cell.rowspan - 1,
                    end_column=cell.col + cell.colspan,
                )
        row += block.n_rows
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def through_docx(document: Document) -> Document:
    opened = read_docx(Blob("a.docx", "a.docx", as_docx(document)), ReadContext())
    assert opened.document is not None
    return opened.document


def through_xlsx(document: Document) -> Document:
    opened = read_xlsx(Blob("a.xlsx", "a.xlsx", as_xlsx(document)), ReadContext())
    assert opened.document is not None
    return opened.document
