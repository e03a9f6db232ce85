"""Forms as units send them, filled in at run time: Word, Excel, a photo of a paper form, a work summary.

Labels come from the form definitions; persons, numbers and addresses are invented.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from docx import Document as open_document
from docx.oxml import OxmlElement
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.base.clock import day_text
from bot.decision.versions.content import plain
from bot.digest.package.filled_forms import PrintedForm
from bot.digest.workbook.fonts import SAMPLE, candidates, without_glyph
from bot.forms.definitions import FieldSpec, FormDefinition, GroupSpec
from bot.letters.blank_forms import BODY_FONT, WHITE_SPACE, choice_lines, paragraph, printed_rows

Values = Mapping[str, Any]


def filled_docx(definition: FormDefinition, values: Values) -> bytes:
    """The official form with *values* by field key: texts, numbers, dates; for a choice the ticked labels."""
    return PrintedForm(definition).printed({"fields": {key: plain(value) for key, value in values.items()}})


def written(value: Any) -> str:
    """A value as a clerk types it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day_text(value)
    return "、".join(value) if isinstance(value, tuple) else str(value)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def filled_xlsx(definition: FormDefinition, unit: str, rows: Sequence[Values]) -> bytes:
    """The summary table as a workbook: title over merged cells, unit, heading row, one activity a row."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = definition.label
    heads = [definition.number_labels[0], *(spec.label for spec in definition.column)]
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    sheet["A1"] = definition.title
    sheet["A1"].font = Font(name=BODY_FONT, size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A2"] = f"{definition.field[0].label}（章）：{unit}"
    sheet.append(heads)
    for number, row in enumerate(rows, 1):
        sheet.append([number, *(written(row.get(spec.key)) for spec in definition.column)])
    line = Side(style="thin")
    for cells in sheet.iter_rows(min_row=3):
        for cell in cells:
            cell.border = Border(line, line, line, line)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for column, width in zip("ABCDEFG", (6, 28, 20, 22, 24, 10, 16), strict=False):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(definition: FormDefinition, values: Values) -> str:
    """The form typed into a mail, one line a field."""
    return "\n".join(f"{spec.label}：{written(values.get(spec.key))}" for spec in definition.field)


def report_docx(title: str, paragraphs: Sequence[str], pictures: Sequence[bytes]) -> bytes:
    """A work summary: heading, text, pictures of the event."""
    document = open_document()
    paragraph(document, title, BODY_FONT, 18, centre=True)
    for text in paragraphs:
        paragraph(document, text, BODY_FONT, 14)
    for data in pictures:
        document.add_picture(io.BytesIO(data))
    document.element.body.append(OxmlElement("w:p"))
    return saved(document)


def event_picture(colour: str) -> bytes:
    """Stands for a photo of the event."""
    image = Image.new("RGB", (480, 320), colour)
    draw = ImageDraw.Draw(image)
    for step in range(8):
        draw.ellipse((30 + step * 50, 200 - step * 9, 80 + step * 50, 250 - step * 9), fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def photographed(definition: FormDefinition, values: Values) -> bytes | None:
    """A photo of the paper form, slightly askew and grey; None where this machine has no Chinese font."""
    path = next((path for path in candidates() if not without_glyph(SAMPLE, path)), None)
    if path is None:
        return None
    font, title = ImageFont.truetype(str(path), 30), ImageFont.truetype(str(path), 40)
    image = Image.new("RGB", (1240, 1754), "#f4f2ec")
    draw = ImageDraw.Draw(image)
    draw.text((620, 90), definition.title, font=title, fill="#222", anchor="mm")
    outside = [spec for spec in definition.field if spec.outside]
    for number, spec in enumerate(outside):
        draw.text((110 + number * 640, 160), f"{spec.label}：{written(values.get(spec.key))}", font=font, fill="#222")
    top = 220
    for row in printed_rows(definition):
        top = draw_row(draw, font, definition, row, values, top)
    turned = image.rotate(0.6, fillcolor="#d9d6cf", resample=Image.Resampling.BICUBIC)
    out = io.BytesIO()
    turned.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=82)
    return out.getvalue()


def draw_row(draw: Any, font: Any, definition: FormDefinition, row: Any, values: Values, top: int) -> int:
    """One row of the paper form; returns where the next one begins."""
    if isinstance(row, GroupSpec):
        specs = [spec for key in row.keys if (spec := definition.spec(key))]
        text = "，".join(f"{spec.label} {written(values.get(spec.key))} 人" for spec in specs)
        boxes = [(row.label, text + "。", 110, 1130)]
    elif len(row) == 2:
        boxes = [
            (spec.label, written(values.get(spec.key)), left, left + 510)
            for spec, left in zip(row, (110, 620), strict=True)
        ]
    else:
        boxes = [(row[0].label, on_paper(row[0], values.get(row[0].key)), 110, 1130)]
    lines = max(len(wrapped(text, right - left - 210)) for _, text, left, right in boxes)
    bottom = top + max(80, 46 * lines + 34)
    for label, text, left, right in boxes:
        draw.rectangle((left, top, left + 190, bottom), outline="#333", width=2)
        draw.rectangle((left + 190, top, right, bottom), outline="#333", width=2)
        draw.text((left + 95, (top + bottom) // 2), "\n".join(wrapped(label, 190)), font=font, fill="#222", anchor="mm", align="center")  # fmt: skip
        draw.multiline_text(
            (left + 206, top + 18), "\n".join(wrapped(text, right - left - 210)), font=font, fill="#222", spacing=14
        )
    return bottom


def on_paper(spec: FieldSpec, value: Any) -> str:
    if spec.kind != "choice":
        return written(value)
    chosen = {item.partition("：")[0] for item in value or ()}
    lines = "\n".join(choice_lines(spec, 24)).replace(WHITE_SPACE * 2, " ")
    for label in chosen:
        lines = lines.replace(f"□{label}", f"√{label}")
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* pixels at 30 pixels a character (half of it for ASCII)."""
    lines = [""]
    used = 0
    for character in text:
        size = 16 if character.isascii() else 30
        if character == "\n" or used + size > width:
            lines.append("")
            used = 0
        if character != "\n":
            lines[-1] += character
            used += size
    return lines
