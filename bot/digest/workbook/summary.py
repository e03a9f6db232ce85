"""The merged summary: every activity as a row of the notice's summary table, whatever form it came in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.base.text import squeeze
from bot.digest.model import Activity, Figures
from bot.digest.workbook.sheets import GRID, Wardrobe, print_on_a4, put
from bot.forms.alike import ask_the_same, key_among
from bot.forms.definitions import FieldSpec, FormDefinition, packaged_forms
from bot.forms.learn.filling import said_text
from bot.letters.blank_forms import BODY_FONT, COLUMN_WIDTHS, MARK_FONT, TITLE_FONT

NUMBER_WIDTH = 7.0
PER_CENTIMETRE = 5.2  # characters of a column's width
LINE = 21.0  # points
# The stored keys of a row; what a definition calls otherwise stays empty.


def in_roster_order(figures: Figures) -> list[Activity]:
    """All activities, unit by unit as the roster lists them, units outside of it last."""
    order = figures.places
    return sorted(figures.activities, key=lambda activity: (order.get(activity.unit, len(order)), activity.unit))


def rows_of(figures: Figures, definition: FormDefinition) -> list[dict[str, str]]:
    """Every activity under the keys of the summary's columns; what the notice's table does not have is taken from the form that told it."""
    forms = {form.ref: form.content for form in figures.forms}
    used: set[tuple[str, int]] = set()
    of_notice = {spec.key for spec in definition.column if is_notices(spec)}
    found = []
    for activity in in_roster_order(figures):
        content = forms.get(activity.ref, {})
        told, labels = told_of(activity, content, used), dict(content.get("labels") or {})
        notices = row_of(activity)
        row = {}
        for spec in definition.column:
            own = notices.get(spec.key, "") if spec.key in of_notice or not labels else ""
            row[spec.key] = own or said_text(spec, told.get(key_among(spec, labels) if labels else spec.key))
        found.append(row)
    return found


def is_notices(spec: FieldSpec) -> bool:
    """Whether the column is one of the notice's table, by its words; a learnt key may be the same by chance."""
    own = next(
        (one for form in packaged_forms() if form.layout == "rows" for one in form.column if one.key == spec.key), None
    )
    return ask_the_same(own, spec)


def told_of(activity: Activity, content: Mapping[str, Any], used: set[tuple[str, int]]) -> Mapping[str, Any]:
    """The stored values of the activity: the form's fields, or its row of a table."""
    if activity.has_registration:
        return dict(content.get("fields") or {})
    for number, row in enumerate(content.get("rows") or ()):
        if row.get("activity_name") == (activity.name or None) and (activity.ref, number) not in used:
            used.add((activity.ref, number))
            return dict(row)
    return {}


def row_of(activity: Activity) -> dict[str, str]:
    """One activity under the keys of the notice's table."""
    return {
        "activity_name": activity.name,
        "activity_time": activity.time,
        "venue": activity.venue,
        "units": units_of(activity),
        "contact_person": activity.contact,
        "phone": "\n".join(dict.fromkeys(filter(None, (activity.phone, activity.mobile)))),
    }


def units_of(activity: Activity) -> str:
    """主（承）办单位: host and undertaking unit, each once; the reporting unit where the form names neither."""
    both = (activity.host_unit, activity.undertaking_unit)
    named = {squeeze(name): name.strip() for cell in both for name in re.split(r"[、；;\n]", cell) if name.strip()}
    return "、".join(named.values()) or activity.unit


def table_of(definition: FormDefinition, rows: Sequence[Mapping[str, str]]) -> tuple[list[str], list[list[str]]]:
    """Headings and cells in the definition's order, numbered from 1."""
    heads = [(definition.number_labels or ("序号",))[0], *(spec.label for spec in definition.column)]
    cells = [[str(n), *(row.get(spec.key, "") for spec in definition.column)] for n, row in enumerate(rows, 1)]
    return heads, cells


def fill_summary(
    sheet: Worksheet, figures: Figures, definition: FormDefinition, office: str, annex: str = "", top: int = 1
) -> None:
    """The layout of the notice's annex, ready to be printed and stamped, from row *top* on; *annex* («附件2») stands above the title."""
    heads, cells = table_of(definition, rows_of(figures, definition))
    widths = [NUMBER_WIDTH, *(COLUMN_WIDTHS.get(spec.kind, 4.0) * PER_CENTIMETRE for spec in definition.column)]
    last = len(heads)
    if annex:
        put(sheet, top, 1, annex).font = Font(name=MARK_FONT, size=16)
        top += 1
    sheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=last)
    title = put(sheet, top, 1, definition.title or definition.label)
    title.font = Font(name=TITLE_FONT, size=20)
    title.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[top].height = 42
    unit = next((spec.label for spec in definition.field if spec.kind == "unit"), "")
    sheet.merge_cells(start_row=top + 1, start_column=1, end_row=top + 1, end_column=last)
    above = put(sheet, top + 1, 1, f"{unit}（章）：{office}" if unit else office)
    above.font = Font(name=BODY_FONT, size=14)
    above.alignment = Alignment(vertical="center")
    sheet.row_dimensions[top + 1].height = 27
    heading = top + 2
    for number, (head, width) in enumerate(zip(heads, widths, strict=True), 1):
        cell = put(sheet, heading, number, head)
        cell.font, cell.border = Font(name=BODY_FONT, size=13, bold=True), GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[heading].height = 30
    wardrobe = Wardrobe(Font(name=BODY_FONT, size=12), GRID)
    left, middle = (Alignment(horizontal=where, vertical="center", wrap_text=True) for where in ("left", "center"))
    for offset, row in enumerate(cells, 1):
        for number, text in enumerate(row, 1):
            cell = put(sheet, heading + offset, number, int(text) if number == 1 else text, text=number > 1)
            wardrobe.dress(cell, middle if number in (1, last, last - 1) else left)
        sheet.row_dimensions[heading + offset].height = LINE * max(
            lines_of(text, width) for text, width in zip(row, widths, strict=True)
        )
    sheet.freeze_panes = f"A{heading + 1}"
    print_on_a4(sheet, heading)
    sheet.print_area = f"A1:{get_column_letter(last)}{heading + max(len(cells), 1)}"
    sheet.print_options.horizontalCentered = True


def lines_of(text: str, width: float) -> int:
    """How many lines *text* takes in a column of *width* characters (a Chinese one takes two, with some room at 12 points)."""
    room = max(1, int(width / 1.15))
    return min(
        10, sum(max(1, -(-sum(2 if ord(c) > 255 else 1 for c in line) // room)) for line in text.split("\n") or [""])
    )
