"""The digest's pictures as PNG: mail clients run no scripts, so they are drawn here. Same figures, same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, cast

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from bot.digest.figures.counts import CITY
from bot.digest.model import Chart, Figures
from bot.digest.workbook.fonts import chinese_fonts

WIDTH = 560  # CSS pixels in a mail of 600
SCALE = 2  # for sharp screens
INK, MUTED, GRID, BLUE, ORANGE, GREEN = "#1f2937", "#6b7280", "#e5e7eb", "#2563eb", "#d97706", "#059669"
CITY_NAME = "市直及其他"
MOST_WEEKS = 8
MOST_BARS = 16


def draw_charts(figures: Figures) -> tuple[Chart, ...]:
    """Those of the four pictures that have something to show. NoChineseFont where none can be drawn."""
    style: dict[str, Any] = {
        "font.family": list(chinese_fonts()),
        "font.size": 10.5,
        "text.color": INK,
        "axes.labelcolor": MUTED,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "axes.unicode_minus": False,
        "axes.edgecolor": GRID,
        "text.parse_math": False,  # a $ in a county's name is a $
    }
    made = []
    with rc_context(cast(Any, style)):  # the stubs want literal keys
        for cid, title, height, draw, alt in (
            ("progress", "报送进度", 250, draw_progress, alt_progress),
            ("calendar", "每日活动数", 60 + 34 * len(weeks_shown(figures)), draw_calendar, alt_calendar),
            ("counties", "各县（市、区）活动数", 50 + 27 * len(county_bars(figures)), draw_counties, alt_counties),
            (
                "kinds",
                "活动类型与活动对象",
                60 + 28 * max(len(figures.by_type), len(figures.by_audience), 1),
                draw_kinds,
                alt_kinds,
            ),
        ):
            text = alt(figures)
            if text:
                made.append(Chart(cid, title, f"{title}：{text}", WIDTH, height, picture(figures, height, draw)))
    return tuple(made)


def picture(figures: Figures, height: int, draw: Callable[[Figure, Figures], None]) -> bytes:
    figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100 * SCALE, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    draw(figure, figures)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def plain_axes(axes: Any) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)


def short_day(day: date) -> str:
    return f"{day.month}.{day.day}"


def draw_progress(figure: Figure, figures: Figures) -> None:
    """Units that have reported as steps against the roster, activities as pale columns behind them."""
    first = figures.progress[0].day
    days = [(point.day - first).days for point in figures.progress]
    units, items = [p.units for p in figures.progress], [p.items for p in figures.progress]
    what = items_words(figures)
    due = (figures.due.date() - first).days
    end = max(days[-1], due) if due <= days[-1] + 14 else days[-1]
    axes = figure.add_subplot()
    plain_axes(axes)
    behind = axes.twinx()
    plain_axes(behind)
    behind.bar(days, items, width=0.8, color="#dbeafe", label=f"{what}（右轴）")
    behind.set_ylim(0, max(items[-1], 1) * 1.25)
    behind.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    behind.tick_params(colors=MUTED)
    axes.set_zorder(behind.get_zorder() + 1)
    axes.patch.set_visible(False)
    axes.step(days, units, where="mid", color=BLUE, linewidth=2, label=f"已报单位 {units[-1]} 个")
    axes.plot(days[-1], units[-1], "o", color=BLUE, markersize=5)
    if figures.expected:
        axes.axhline(
            figures.expected, color=ORANGE, linestyle="--", linewidth=1.2, label=f"应报单位 {figures.expected} 个"
        )
    axes.set_ylim(0, max(figures.expected, units[-1], 1) * 1.15)
    if 0 <= due <= end:
        axes.axvline(due, color=MUTED, linestyle=":", linewidth=1)
        axes.text(due, axes.get_ylim()[1], "截止", color=MUTED, fontsize=9.5, ha="center", va="bottom")
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    ticks = list(range(0, end + 1, max(1, (end + 1) // 8)))
    axes.set_xticks(ticks, [short_day(first + timedelta(days=n)) for n in ticks])
    axes.set_xlim(-1, end + 1)
    named = [axes.get_legend_handles_labels(), behind.get_legend_handles_labels()]
    handles, labels = ([*named[0][part], *named[1][part]] for part in (0, 1))
    figure.legend(handles, labels, loc="outside upper left", ncols=3, frameon=False, fontsize=10.5)


def alt_progress(figures: Figures) -> str:
    if not figures.progress:
        return ""
    expected = f"应报 {figures.expected} 个单位，" if figures.expected else ""
    return f"{expected}已报 {figures.progress[-1].units} 个单位，{items_words(figures)}"


def items_words(figures: Figures) -> str:
    items = figures.progress[-1].items
    return f"活动总结 {items} 份" if figures.wants_reports else f"活动 {items} 项"


def weeks_shown(figures: Figures) -> list[date]:
    """Mondays of the weeks in the calendar: the whole campaign, or the weeks around its busiest one where it is long."""
    days = [day for day, _ in figures.by_day]
    if not days or not any(count for _, count in figures.by_day):
        return []
    first = days[0] - timedelta(days=days[0].weekday())
    weeks = [first + timedelta(weeks=n) for n in range((days[-1] - first).days // 7 + 1)]
    if len(weeks) <= MOST_WEEKS:
        return weeks
    busy = {
        week: sum(count for day, count in figures.by_day if week <= day < week + timedelta(weeks=1)) for week in weeks
    }
    middle = weeks.index(max(weeks, key=lambda week: busy[week]))
    start = min(max(0, middle - MOST_WEEKS // 2), len(weeks) - MOST_WEEKS)
    return weeks[start : start + MOST_WEEKS]


def draw_calendar(figure: Figure, figures: Figures) -> None:
    """One line a week, Monday to Sunday, the deeper the more activities go on that day."""
    weeks, counts = weeks_shown(figures), dict(figures.by_day)
    most = max(counts.values())
    axes = figure.add_subplot()
    axes.axis("off")
    axes.set_xlim(-0.9, 7)
    axes.set_ylim(len(weeks), -0.7)
    for column, name in enumerate("一二三四五六日"):
        axes.text(column + 0.5, -0.3, f"周{name}", ha="center", va="center", color=MUTED, fontsize=10)
    for row, week in enumerate(weeks):
        axes.text(-0.1, row + 0.5, f"{week.month}月", ha="right", va="center", color=MUTED, fontsize=10)
        for column in range(7):
            day = week + timedelta(days=column)
            if day not in counts:
                continue
            share = counts[day] / most
            shade = tuple(1 - share * (1 - part) for part in (0.15, 0.39, 0.92)) if counts[day] else "#f3f4f6"
            axes.add_patch(Rectangle((column + 0.04, row + 0.06), 0.92, 0.88, facecolor=shade, linewidth=0))
            ink = "white" if share > 0.5 else INK
            axes.text(
                column + 0.12,
                row + 0.5,
                str(day.day),
                ha="left",
                va="center",
                fontsize=9,
                color="white" if share > 0.5 else MUTED,
            )
            if counts[day]:
                axes.text(
                    column + 0.88,
                    row + 0.5,
                    str(counts[day]),
                    ha="right",
                    va="center",
                    fontsize=10.5,
                    color=ink,
                )


def alt_calendar(figures: Figures) -> str:
    if not weeks_shown(figures):
        return ""
    day, count = max(figures.by_day, key=lambda pair: pair[1])
    return f"最多的一天是{day.month}月{day.day}日，{count} 项"


def county_bars(figures: Figures) -> list[tuple[str, int, int]]:
    shown = [(name or CITY_NAME, count, people) for name, count, people in figures.counties]
    if len(shown) <= MOST_BARS:
        return shown
    rest = shown[MOST_BARS - 1 :]
    return [*shown[: MOST_BARS - 1], ("其余", sum(c for _, c, _ in rest), sum(p for _, _, p in rest))]


def draw_counties(figure: Figure, figures: Figures) -> None:
    bars = county_bars(figures)
    axes = figure.add_subplot()
    draw_bars(
        axes,
        [(name, count) for name, count, _ in bars],
        [MUTED if name == CITY_NAME else BLUE for name, _, _ in bars],
        [people_text(people) for _, _, people in bars],
    )


def people_text(people: int) -> str:
    return f"（{people:,} 人）" if people else ""


def draw_bars(
    axes: Any, bars: Sequence[tuple[str, int]], colour: str | Sequence[str], notes: Sequence[str] = ()
) -> None:
    plain_axes(axes)
    axes.spines["bottom"].set_visible(False)
    places = range(len(bars))
    axes.barh(list(places), [count for _, count in bars], color=colour, height=0.62)
    axes.set_yticks(list(places), [cut(name) for name, _ in bars])
    axes.invert_yaxis()
    axes.set_xticks([])
    most = max((count for _, count in bars), default=1)
    axes.set_xlim(0, most * (1.45 if any(notes) else 1.2))
    for place, (_, count) in enumerate(bars):
        note = notes[place] if notes else ""
        axes.text(count + most * 0.015, place, f"{count}{note}", va="center", fontsize=10.5, color=INK)


def cut(name: str, width: int = 12) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"


def alt_counties(figures: Figures) -> str:
    if not any(count for name, count, _ in figures.counties if name != CITY):
        return ""
    return "，".join(f"{name} {count} 项" for name, count, _ in county_bars(figures))


def draw_kinds(figure: Figure, figures: Figures) -> None:
    left, right = figure.subplots(1, 2)
    for axes, title, bars, colour in (
        (left, "主要活动类型", figures.by_type, BLUE),
        (right, "活动对象", figures.by_audience, GREEN),
    ):
        axes.set_title(title, fontsize=11, color=MUTED, loc="left")
        draw_bars(axes, bars[:MOST_BARS], colour)
        axes.set_ylim(max(len(figures.by_type), len(figures.by_audience)) - 0.4, -0.6)


def alt_kinds(figures: Figures) -> str:
    if not figures.by_type and not figures.by_audience:
        return ""
    return "，".join(f"{name} {count} 项" for name, count in (*figures.by_type, *figures.by_audience))
