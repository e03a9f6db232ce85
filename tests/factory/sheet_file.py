"""Pages as spreadsheets: one page on one sheet, paragraphs over the whole width, grids below each other."""

from __future__ import annotations

import csv
import io

import openpyxl
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from tests.factory.page import Grid, Page, drawn


def xlsx_bytes(page: Page, name: str = "Sheet1") -> bytes:
    """*page* as a workbook with merged cells, and a hidden sheet that must not be read."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    row = 1
    for block in page:
        if isinstance(block, Grid):
            for at, column, area in block.placed():
                cell = sheet.cell(row + at, column + 1, drawn(area.text))
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True)
                if area.rows > 1 or area.cols > 1:
                    sheet.merge_cells(
                        start_row=row + at,
                        start_column=column + 1,
                        end_row=row + at + area.rows - 1,
                        end_column=column + area.cols,
                    )
            row += len(block.rows)
        else:
            width = max(len(other.widths) for other in page if isinstance(other, Grid))
            sheet.cell(row, 1, drawn(block))
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
            row += 1
    hidden = book.create_sheet("选项")
    hidden["A1"] = "不可见"
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(page: Page, codec: str = "gb18030", separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    for block in page:
        if isinstance(block, Grid):
            for row in block.rows:
                writer.writerow([drawn(area.text) for area in row])
        else:
            writer.writerow([block])
    return out.getvalue().encode(codec)


def xml_2003_bytes(page: Page) -> bytes:
    """Excel's XML of 2003."""
    from xml.sax.saxutils import escape

    rows = ""
    for block in page:
        if isinstance(block, str):
            rows += f'<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">{escape(block)}</Data></Cell></Row>'
            continue
        for number in range(len(block.rows)):
            cells = ""
            for row, column, area in block.placed():
                if row == number:
                    merge = f' ss:MergeAcross="{area.cols - 1}" ss:MergeDown="{area.rows - 1}"'
                    text = escape(drawn(area.text)).replace("\n", "&#10;")
                    cells += f'<Cell ss:Index="{column + 1}"{merge}><Data ss:Type="String">{text}</Data></Cell>'
            rows += f"<Row>{cells}</Row>"
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="Sheet1"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()
