"""The statistics sheet: small tables, each with its native chart beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from bot.digest.model import Figures
from bot.digest.workbook.sheets import BODY, HEAD, PALE_GRID, Value, first_row, print_on_a4, put

CHART_COLUMN = "F"
MOST_SUMS, MOST_CHOICES = 12, 8  # of one form; more are in the list of registrations
LEAST_ROWS = 17  # a chart is that many rows high


def fill_statistics(sheet: Worksheet, figures: Figures) -> None:
    """Totals, then progress, counties, types, audiences, weeks and days. Charts take their numbers from the cells."""
    for letter, width in zip("ABCDE", (26, 17, 14, 4, 4), strict=True):
        sheet.column_dimensions[letter].width = width
    totals: list[tuple[str, Value]] = [
        ("应报单位", figures.expected),
        (
            "已报单位" if not figures.wants_reports else "已交总结单位",
            figures.reported if figures.expected else len(figures.others),
        ),
        ("其中零报告", len(figures.nil)),
        ("缺报单位", len(figures.missing)),
        ("活动", len(figures.activities)),
        ("其中有申报表", figures.registrations),
        ("活动总结", figures.reports),
        *figures.sums[:MOST_SUMS],
        ("待补正", len(figures.open_forms)),
        ("需人工处理", len(figures.reviews)),
        ("统计时间", figures.now),
    ]
    row = table(sheet, first_row(sheet, figures.unread), ("总计", "数值"), totals) + 2
    progress = [(p.day, p.units, p.items) for p in figures.progress]
    row = section(
        sheet,
        row,
        "报送进度",
        ("日期", "已报单位", "活动总结" if figures.wants_reports else "活动"),
        progress,
        LineChart(),
    )
    heads = ("地区", "活动", *([figures.people] if figures.people else []))
    counties: list[list[Value]] = [[name or "市直及其他", count] for name, count, _ in figures.counties]
    if figures.people:
        counties = [[*told, people] for told, (_, _, people) in zip(counties, figures.counties, strict=True)]
    row = section(sheet, row, "各县（市、区）活动数", heads, counties, BarChart(), series=1)
    sheet.row_breaks.append(Break(id=row - 1))  # so that no chart is cut in two
    for label, counted in figures.choices[:MOST_CHOICES]:
        row = section(sheet, row, figures.choice(label), (label[-2:], "活动"), counted, BarChart())
    dated = any(monday for monday, _ in figures.by_week)
    weeks = [(f"{monday:%m-%d}起一周" if monday else "时间未定", count) for monday, count in figures.by_week if dated]
    row = section(sheet, row, "开始时间", ("周", "活动"), weeks, BarChart())
    sheet.row_breaks.append(Break(id=row - 1))
    days = figures.by_day if any(count for _, count in figures.by_day) else ()
    section(sheet, row, "每日活动数", ("日期", "活动"), days, BarChart())
    print_on_a4(sheet, landscape=False)


def table(sheet: Worksheet, top: int, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> int:
    """Writes a small table at row *top*; returns its last row."""
    for number, head in enumerate(heads, 1):
        cell = put(sheet, top, number, head)
        cell.font, cell.fill, cell.border = Font(name=BODY, bold=True), HEAD, PALE_GRID
        cell.alignment = Alignment(horizontal="center")
    for offset, values in enumerate(rows, 1):
        for number, value in enumerate(values, 1):
            cell = put(sheet, top + offset, number, value)
            cell.font, cell.border = Font(name=BODY), PALE_GRID
    return top + len(rows)


def section(
    sheet: Worksheet,
    top: int,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Value]],
    chart: Any,
    *,
    series: int = 0,
) -> int:
    """A titled table with its chart; nothing where there are no rows. Returns the row below both.

    *series* is how many columns the chart shows (0: all).
    """
    if not rows:
        return top
    put(sheet, top, 1, title).font = Font(name=BODY, bold=True, size=12)
    last = table(sheet, top + 1, heads, rows)
    shown = series or len(heads) - 1
    chart.add_data(Reference(sheet, min_col=2, max_col=1 + shown, min_row=top + 1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=top + 2, max_row=last))
    chart.title, chart.height, chart.width = title, 7.5, 18
    # Left to its default, newer programs hide the axes that openpyxl writes.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.number_format = "m-d"
    chart.y_axis.majorGridlines = None
    if shown == 1:
        chart.legend = None
        chart.gapWidth = 60
    sheet.add_chart(chart, f"{CHART_COLUMN}{top}")
    return max(last, top + LEAST_ROWS) + 2
