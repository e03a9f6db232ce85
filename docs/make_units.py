"""docs/units.md as docs/units.docx, a page that an office can send out: ``python docs/make_units.py``. What is bold, listed or a table there is so here."""

from __future__ import annotations

import re
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FOLDER = Path(__file__).parent


def build(text: str) -> Document:
    book = Document()
    section = book.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    style = book.styles["Normal"]
    style.font.name, style.font.size = "宋体", Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    style.paragraph_format.space_after = Pt(4)
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            if not re.fullmatch(r"[| -]+", line):
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            table = book.add_table(0, len(rows[0]), "Table Grid")
            for number, row in enumerate(rows):
                for cell, words in zip(table.add_row().cells, row, strict=True):
                    (paragraph,) = cell.paragraphs
                    paragraph.add_run(words).bold = number == 0
                    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
            book.add_paragraph().paragraph_format.space_after = Pt(0)
            rows = []
        if line.startswith("# "):
            title = book.add_heading("", 1)
            title.alignment = WD_ALIGN_PARAGRAPH.CENTER
            title.paragraph_format.space_after = Pt(10)
            run = title.add_run(line[2:])
            run.font.size, run.font.color.rgb = Pt(18), RGBColor(0, 0, 0)
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "黑体")
        elif line:
            write(book.add_paragraph(), line)
    return book


def write(paragraph: object, line: str) -> None:
    for number, words in enumerate(re.split(r"\*\*", line)):
        if words:
            paragraph.add_run(words).bold = bool(number % 2)  # type: ignore[attr-defined]


def words_of(book: Document) -> str:
    """All words, to compare."""
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join(sorted([*(one.text for one in book.paragraphs if one.text), *cells]))


if __name__ == "__main__":
    build((FOLDER / "units.md").read_text(encoding="utf-8")).save(str(FOLDER / "units.docx"))
