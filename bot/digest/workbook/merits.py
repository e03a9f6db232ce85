"""The sheets 评优参考: units and activities with the facts that speak for them, to be sorted by whoever decides."""

from __future__ import annotations

from openpyxl import Workbook

from bot.digest.figures.merits import LABELS, Merits, of_activities, of_units
from bot.digest.model import Figures
from bot.digest.workbook.sheets import Column, Value, fill_table, first_row

COUNTS: list[Column] = [(label, 10.0, "") for label in LABELS.values()]


def fill_merits(book: Workbook, figures: Figures) -> None:
    units = book.create_sheet("评优参考（单位）")
    columns: list[Column] = [("单位", 34, "text"), ("地区", 12, "text"), *COUNTS]
    rows = [[one.unit, one.county, *counts_of(one)] for one in of_units(figures)]
    fill_table(units, columns, rows, top=first_row(units, figures.unread))
    activities = book.create_sheet("评优参考（活动）")
    columns = [
        ("受理号", 14, "text"),
        ("单位", 28, "text"),
        ("活动名称", 36, "text"),
        ("地区", 12, "text"),
        *COUNTS[1:],
    ]
    rows = [[one.ref, one.unit, one.name, one.county, *counts_of(one)[1:]] for one in of_activities(figures)]
    fill_table(activities, columns, rows, top=first_row(activities, figures.unread), pages_wide=2)


def counts_of(one: Merits) -> list[Value]:
    return [getattr(one, key) for key in LABELS]
