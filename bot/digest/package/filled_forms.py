"""Stored values back on the official forms as .docx: what came as a photo can be passed on as a proper document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from docx import Document as new_document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml import OxmlElement
from docx.shared import Pt

from bot.base.clean import xml_text
from bot.digest.package.skeleton import Skeleton, mark
from bot.forms.definitions import FieldSpec, FormDefinition, GroupSpec
from bot.letters.blank_forms import (
    BODY_FONT,
    COLUMN_WIDTHS,
    MARK_FONT,
    TITLE_FONT,
    WHITE_SPACE,
    choice_lines,
    height,
    label_cell,
    new_table,
    page,
    paragraph,
    printed_rows,
    with_fixed_time,
)

TICKED, EMPTY = "☑", "□"
FORM_WIDTHS = (2.6, 5.4, 2.6, 5.4)


class PrintedForm:
    """The form of a definition (layout ``fields``), to be filled with stored values (plain JSON by field key)."""

    def __init__(self, definition: FormDefinition) -> None:
        self._definition = definition
        self._marks = {spec.key: mark(number) for number, spec in enumerate(definition.field)}
        self._skeleton = Skeleton(drawn(definition, self._marks))

    def filled(self, values: Mapping[str, Any]) -> bytes:
        """The form as .docx."""
        in_group = {key for group in self._definition.group if group.printed for key in group.keys}
        texts = {}
        for spec in self._definition.field:
            text = "\n".join(ticked_lines(spec, values)) if spec.kind == "choice" else said(spec, values)
            blank = WHITE_SPACE * (8 if spec.outside else 5 if spec.key in in_group else 0)
            texts[self._marks[spec.key]] = text or blank
        return self._skeleton.fill(texts)


def drawn(definition: FormDefinition, texts: Mapping[str, str]) -> bytes:
    """The form with *texts* by field key in it."""
    document = head(definition, texts)
    rows = list(printed_rows(definition))
    table = new_table(document, len(rows), FORM_WIDTHS)
    for row, printed in zip(table.rows, rows, strict=True):
        cells = row.cells
        if not isinstance(printed, GroupSpec) and len(printed) == 2:
            for at, spec in enumerate(printed):
                label_cell(cells[2 * at], spec.label)
                write(cells[2 * at + 1], texts[spec.key])
            height(row, 1.3)
            continue
        wide = cells[1].merge(cells[3])
        if isinstance(printed, GroupSpec):
            label_cell(cells[0], printed.label)
            write(wide, group_line(definition, printed, texts))
            height(row, 1.3)
            continue
        spec = printed[0]
        label_cell(cells[0], spec.label, narrow=spec.kind == "longtext")
        write(wide, texts[spec.key])
        if spec.kind == "longtext":
            wide.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
        height(row, {"longtext": 8.5, "choice": 2.1}.get(spec.kind, 1.3))
    return with_fixed_time(document)


TOTAL = re.compile("[合总小共]计")  # what stands below a list


def filled_table(definition: FormDefinition, heads: Sequence[str], rows: Sequence[Sequence[str]], office: str) -> bytes:
    """The summary of *definition* (layout ``rows``) with these headings and cells, the headings repeated on each page."""
    unit = next((spec for spec in definition.field if spec.kind == "unit"), None)
    document = head(definition, {unit.key: office} if unit else {})
    widths = (1.4, *(COLUMN_WIDTHS.get(spec.kind, 4.0) for spec in definition.column))
    first, second = new_table(document, 2, widths).rows
    kinds = ["", *(spec.kind for spec in definition.column)]
    marks = [mark(number) for number in range(len(heads))]
    for cell, text in zip(first.cells, heads, strict=True):
        label_cell(cell, text)
    for cell, one, kind in zip(second.cells, marks, kinds, strict=True):
        # A telephone must not break at its hyphen where another font stands in for a narrower one.
        write(cell, one, centre=not kind, size=11 if kind == "phone" else 12)
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    height(first, 1.2)
    height(second, 1.0)
    skeleton = Skeleton(with_fixed_time(document))
    return skeleton.fill({}, [dict(zip(marks, row, strict=True)) for row in rows])


def head(definition: FormDefinition, values: Mapping[str, str]) -> Any:
    """A new document with title and the line above the table."""
    wide = definition.layout == "rows"
    document = new_document()
    page(document, landscape=wide)
    if definition.annex:
        paragraph(document, definition.annex, MARK_FONT, 16)
    title = definition.title or definition.label
    size = max(16, min(22, (25 if wide else 16) * 28.35 // max(len(title), 1)))
    paragraph(document, title, TITLE_FONT, size, centre=True, space=Pt(12))
    parts = []
    for spec in (spec for spec in definition.field if spec.outside and not TOTAL.match(spec.label)):
        stamp = "（章）" if wide and spec.kind == "unit" else ""
        parts.append(f"{spec.label}{stamp}：{one_xml_line(values.get(spec.key, '')) or WHITE_SPACE * 8}")
    paragraph(document, (WHITE_SPACE * 6).join(parts), BODY_FONT, 14, space=Pt(4))
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = title
    return document


def said(spec: FieldSpec, values: Mapping[str, Any]) -> str:
    """A stored value as it is written into the form; empty where it is missing."""
    value = values.get(spec.key)
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(str(item) for item in value)
    if spec.kind == "date":
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return str(value)
        return f"{day.year}年{day.month}月{day.day}日"
    return str(value)


def group_line(definition: FormDefinition, group: GroupSpec, texts: Mapping[str, str]) -> str:
    parts = []
    for spec in (spec for key in group.keys if (spec := definition.spec(key)) is not None):
        unit = "人" if spec.kind == "count" else ""
        parts.append(f"{spec.label} {texts[spec.key]} {unit}")
    return "，".join(parts) + "。"


def ticked_lines(spec: FieldSpec, values: Mapping[str, Any]) -> list[str]:
    """Every option behind its box as the blank form prints them, the chosen ones ticked, notes behind their option."""
    chosen = [str(item) for item in values.get(spec.key) or ()]
    lines = choice_lines(spec)
    for choice in spec.choices:
        of_choice = [text for text in chosen if text == choice.label or text.startswith(f"{choice.label}：")]
        if not of_choice:
            continue
        notes = "、".join(text.removeprefix(choice.label).lstrip("：") for text in of_choice).strip("、")
        printed = f"{EMPTY}{choice.label}{'（请注明）' if choice.noted else ''}"
        ticked = f"{TICKED}{choice.label}{f'：{notes}' if notes else '（请注明）' if choice.noted else ''}"
        lines = [line.replace(printed, ticked) for line in lines]
    return lines


def write(cell: Any, text: str, *, centre: bool = False, size: float = 12) -> None:
    for line in xml_text(text).split("\n"):
        paragraph(cell, line, size=size, centre=centre)


def one_xml_line(text: str) -> str:
    return " ".join(xml_text(text).split())
