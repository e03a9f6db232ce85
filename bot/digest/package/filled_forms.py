"""Stored values back on the official forms as .docx: what came as a photo can be passed on as a proper document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.base.clean import xml_text
from bot.base.clock import day_text
from bot.digest.package.skeleton import Skeleton, mark
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.letters.blank_forms import (
    COLUMN_WIDTHS,
    WHITE_SPACE,
    begun,
    choice_lines,
    draw_fields,
    head_row,
    height,
    new_table,
    with_fixed_time,
    write,
)

TICKED, EMPTY = "☑", "□"


class PrintedForm:
    """The form of a definition (layout ``fields``), drawn from it and filled again and again."""

    suffix = ".docx"

    def __init__(self, definition: FormDefinition) -> None:
        self._definition = definition
        self._marks = {spec.key: mark(number) for number, spec in enumerate(definition.field)}
        self._skeleton = Skeleton(drawn(definition, self._marks))

    def printed(self, content: Mapping[str, Any]) -> bytes:
        """The form as .docx, with the stored values (plain JSON)."""
        values = content.get("fields") or {}
        in_group = {key for group in self._definition.group if group.printed for key in group.keys}
        texts = {}
        for spec in self._definition.field:
            text = "\n".join(ticked_lines(spec, values)) if spec.kind == "choice" else said(spec, values)
            blank = WHITE_SPACE * (8 if spec.outside else 5 if spec.key in in_group else 0)
            texts[self._marks[spec.key]] = text or blank
        return self._skeleton.fill(texts)


def drawn(definition: FormDefinition, texts: Mapping[str, str]) -> bytes:
    """The form with *texts* by field key in it."""
    document = begun(definition, line_above(definition, texts), definition.annex)
    draw_fields(document, definition, texts)
    return with_fixed_time(document)


TOTAL = re.compile("[合总小共]计")  # what stands below a list


def filled_table(definition: FormDefinition, heads: Sequence[str], rows: Sequence[Sequence[str]], office: str) -> bytes:
    """The summary of *definition* (layout ``rows``) with these headings and cells, the headings repeated on each page."""
    unit = next((spec for spec in definition.field if spec.kind == "unit"), None)
    document = begun(definition, line_above(definition, {unit.key: office} if unit else {}), definition.annex)
    widths = (1.4, *(COLUMN_WIDTHS.get(spec.kind, 4.0) for spec in definition.column))
    first, second = new_table(document, 2, widths).rows
    kinds = ["", *(spec.kind for spec in definition.column)]
    marks = [mark(number) for number in range(len(heads))]
    head_row(first, heads)
    for cell, one, kind in zip(second.cells, marks, kinds, strict=True):
        # A telephone must not break at its hyphen where another font stands in for a narrower one.
        write(cell, one, centre=not kind, size=11 if kind == "phone" else 12)
    height(second, 1.0)
    skeleton = Skeleton(with_fixed_time(document))
    return skeleton.fill({}, [dict(zip(marks, row, strict=True)) for row in rows])


def line_above(definition: FormDefinition, values: Mapping[str, str]) -> str:
    """What stands above the table."""
    parts = []
    for spec in (spec for spec in definition.field if spec.outside and not TOTAL.match(spec.label)):
        stamp = "（章）" if definition.layout == "rows" and spec.kind == "unit" else ""
        parts.append(f"{spec.label}{stamp}：{one_xml_line(values.get(spec.key, '')) or WHITE_SPACE * 8}")
    return (WHITE_SPACE * 6).join(parts)


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
        return day_text(day)
    return str(value)


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


def one_xml_line(text: str) -> str:
    return " ".join(xml_text(text).split())
