"""Stored values in the cells of the office's own blank form (.docx or .xlsx): the result is the office's form, with its fonts, widths and seals."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx import Document as open_document
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from bot.base.clean import xml_text
from bot.base.text import squeeze
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.guard import Runner
from bot.documents.model import Blob, Document
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind
from bot.forms.definitions import FormDefinition
from bot.forms.learn.filling import Filling, fillings, said_text


class OwnBlank:
    """The blank of *definition*, filled again and again; it is a file of somebody's and opened by *guard* only."""

    SUFFIXES = (".docx", ".xlsx")

    def __init__(self, definition: FormDefinition, path: Path, guard: Runner) -> None:
        """ReaderError where it cannot be filled."""
        self.suffix = path.suffix.lower()
        self._definition = definition
        self._data = path.read_bytes()
        self._guard = guard
        self.printed({})

    def printed(self, content: Mapping[str, Any]) -> bytes:
        """The file with the stored values (plain JSON) in their places."""
        return self._guard.run(filled_blank, self._data, self.suffix, self._definition, dict(content))


def filled_blank(data: bytes, suffix: str, definition: FormDefinition, content: dict[str, Any]) -> bytes:
    """Called in the worker."""
    fields = content.get("fields") or {}
    texts = {spec.key: said_text(spec, fields.get(spec.key)) for spec in definition.field}
    ticked = {s.key: tuple(fields.get(s.key) or ()) for s in definition.field if s.kind == "choice"}
    entries = [
        {spec.key: said_text(spec, row.get(spec.key)) for spec in definition.column}
        for row in content.get("rows") or ()
    ]
    todo = fillings(blank_document(data, suffix), definition, texts, ticked, entries)
    return in_docx(data, todo) if suffix == ".docx" else in_xlsx(data, todo)


@lru_cache(maxsize=4)
def blank_document(data: bytes, suffix: str) -> Document:
    opened = reader_for(sniff_kind(data))(Blob(f"blank{suffix}", f"blank{suffix}", data), ReadContext(ocr=False))
    if opened.document is None:
        raise Damaged("no document")
    return opened.document


def in_docx(data: bytes, todo: Sequence[Filling]) -> bytes:
    document = open_document(io.BytesIO(data))
    tables = list(document.tables)
    lines = list(document.paragraphs)
    added: set[tuple[int, int]] = set()
    for one in todo:
        if one.table > len(tables):
            continue
        if one.table:
            table = tables[one.table - 1]
            if one.copied >= 0 and (one.table, one.row) not in added:
                add_row(table, one)
                added.add((one.table, one.row))
            if one.row < len(table.rows) and one.col < len(table.columns):
                write_cell(table.cell(one.row, one.col), one.new)
            continue
        line = next((line for line in lines if squeeze(line.text) == squeeze(one.old)), None)
        if line is not None:
            lines.remove(line)
            write_line(line, one.new)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def add_row(table: DocxTable, one: Filling) -> None:
    """A copy of the printed row, empty, for an entry that has none."""
    copy = deepcopy(table.rows[one.copied]._tr)
    table.rows[min(one.row, len(table.rows)) - 1]._tr.addnext(copy)
    for cell in table.rows[min(one.row, len(table.rows) - 1)].cells:
        write_cell(cell, "")


def write_cell(cell: Any, text: str) -> None:
    """The lines of *text* as paragraphs, in the look of the cell's first one."""
    first = cell.paragraphs[0]
    for further in cell.paragraphs[1:]:
        further._p.getparent().remove(further._p)
    lines = xml_text(text).split("\n")
    write_line(first, lines[0])
    behind = first
    for line in lines[1:]:
        made = DocxParagraph(deepcopy(first._p), first._parent)
        write_line(made, line)
        behind._p.addnext(made._p)
        behind = made


def write_line(line: DocxParagraph, text: str) -> None:
    """*text* in the look of the line's first run."""
    runs = line.runs
    for run in runs[1:]:
        run.text = ""
    if runs:
        runs[0].text = xml_text(text)
    else:
        line.add_run(xml_text(text))


def in_xlsx(data: bytes, todo: Sequence[Filling]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for one in shifted(todo, sheets):
        sheet = sheets[min(max(one.table, 1), len(sheets)) - 1]
        cell = sheet.cell(one.row + 1, one.col + 1)
        if isinstance(cell, MergedCell):
            continue
        cell.value = xml_text(one.new)
        if one.copied >= 0:
            dress(cell, sheet.cell(one.copied + 1, one.col + 1))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def dress(cell: Any, like: Any) -> None:
    cell._style = deepcopy(like._style)


def shifted(todo: Sequence[Filling], sheets: Sequence[Any]) -> Iterator[Filling]:
    """*todo*, with rows put in where entries would else be written over what is printed below them."""
    added: set[tuple[int, int]] = set()
    for one in todo:
        where = (one.table, one.row)
        if one.table and one.copied >= 0 and where not in added:
            sheet = sheets[min(one.table, len(sheets)) - 1]
            if one.row < sheet.max_row:
                sheet.insert_rows(one.row + 1)
                for merged in [each for each in sheet.merged_cells.ranges if each.min_row > one.row]:
                    merged.shift(row_shift=1)
            added.add(where)
        if one.table:
            yield one
