"""The digest's pictures as PNG: mail clients run no scripts, so they are drawn here. Same figures, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.digest.figures.counts import CITY
from bot.digest.model import Chart, Figures
from bot.digest.workbook.canvas import Canvas, Colour

WIDTH = 560  # CSS pixels in a mail of 600
INK, MUTED, GRID, BLUE, ORANGE, GREEN = "#1f2937", "#6b7280", "#e5e7eb", "#2563eb", "#d97706", "#059669"
PALE, EMPTY = "#dbeafe", "#f3f4f6"
SIZE, SMALL = 14.5, 13.0  # pixels of the words
CITY_NAME = "市直及其他"
MOST_WEEKS = 8
MOST_BARS = 16


def draw_charts(figures: Figures) -> tuple[Chart, ...]:
    """Those of the four pictures that have something to show. NoChineseFont where none can be drawn."""
    made = []
    for cid, title, height, draw, alt in (
        ("progress", "报送进度", 250, draw_progress, alt_progress),
        ("calendar", "每日活动数", 60 + 34 * len(weeks_shown(figures)), draw_calendar, alt_calendar),
        ("counties", "各县（市、区）活动数", 50 + 27 * len(county_bars(figures)), draw_counties, alt_counties),
        (
            "kinds",
            "与".join(label for label, _ in figures.choices[:2]),
            60 + 28 * max((len(counted) for _, counted in figures.choices[:2]), default=1),
            draw_kinds,
            alt_kinds,
        ),
    ):
        text = alt(figures)
        if text:
            made.append(Chart(cid, title, f"{title}：{text}", WIDTH, height, picture(figures, height, draw)))
    return tuple(made)


def picture(figures: Figures, height: int, draw: Callable[[Canvas, Figures], None]) -> bytes:
    canvas = Canvas(WIDTH, height)
    draw(canvas, figures)
    return canvas.png()


def short_day(day: date) -> str:
    return f"{day.month}.{day.day}"


def steps(most: int, number: int) -> list[int]:
    """Round marks from 0 to *most*, about so many."""
    size = 1
    while most > size * number:
        size = size * 2 if str(size)[0] != "2" else size // 2 * 5
    return list(range(0, most + 1, size))


def draw_progress(canvas: Canvas, figures: Figures) -> None:
    """Units that have reported as steps against the roster, activities as pale columns behind them."""
    first = figures.progress[0].day
    days = [(point.day - first).days for point in figures.progress]
    units, items = [p.units for p in figures.progress], [p.items for p in figures.progress]
    due = (figures.due.date() - first).days
    end = max(days[-1], due) if due <= days[-1] + 14 else days[-1]
    left, right, top, bottom = 34.0, WIDTH - 40.0, 48.0, canvas.height - 26.0
    most_units, most_items = max(figures.expected, units[-1], 1) * 1.15, max(items[-1], 1) * 1.25

    def x(day: float) -> float:
        return left + (day + 1) / (end + 2) * (right - left)

    def y(value: float, most: float) -> float:
        return bottom - value / most * (bottom - top)

    for mark in steps(int(most_units), 5):
        canvas.line([(left, y(mark, most_units)), (right, y(mark, most_units))], GRID, 0.8)
        canvas.text(left - 6, y(mark, most_units), str(mark), SIZE, INK, "right")
    for mark in steps(int(most_items), 5):
        canvas.text(right + 6, y(mark, most_items), str(mark), SIZE, MUTED)
    for day, count in zip(days, items, strict=True):
        canvas.box(x(day - 0.4), y(count, most_items), x(day + 0.4), bottom, PALE)
    way = [(x(days[0]), y(units[0], most_units))]
    for (before, was), (day, value) in zip(
        zip(days, units, strict=True), zip(days[1:], units[1:], strict=True), strict=False
    ):
        middle = x((before + day) / 2)
        way += [(middle, y(was, most_units)), (middle, y(value, most_units))]
    way.append((x(days[-1]), y(units[-1], most_units)))
    canvas.line(way, BLUE, 2)
    canvas.dot(*way[-1], 3.5, BLUE)
    if figures.expected:
        level = y(figures.expected, most_units)
        canvas.line([(left, level), (right, level)], ORANGE, 1.4, (5, 3))
    if 0 <= due <= end:
        canvas.line([(x(due), top), (x(due), bottom)], MUTED, 1, (1.5, 2.5))
        canvas.text(x(due), top - 9, "截止", SMALL, MUTED, "middle")
    for day in range(0, end + 1, max(1, (end + 1) // 8)):
        canvas.text(x(day), bottom + 13, short_day(first + timedelta(days=day)), SIZE, MUTED, "middle")
    draw_legend(canvas, figures, units[-1])


def draw_legend(canvas: Canvas, figures: Figures, have: int) -> None:
    place, level = 10.0, 14.0
    named = [(f"已报单位 {have} 个", BLUE), (f"应报单位 {figures.expected} 个" if figures.expected else "", ORANGE)]
    for words, colour in [*named, (f"{items_words(figures)}（右轴）", PALE)]:
        if not words:
            continue
        if colour == PALE:
            canvas.box(place, level - 5, place + 30, level + 5, colour)
        else:
            canvas.line([(place, level), (place + 30, level)], colour, 2, (5, 3) if colour == ORANGE else (0, 0))
        canvas.text(place + 38, level, words, SIZE, INK)
        place += 38 + canvas.length(words, SIZE) + 24


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


def draw_calendar(canvas: Canvas, figures: Figures) -> None:
    """One line a week, Monday to Sunday, the deeper the more activities go on that day."""
    weeks, counts = weeks_shown(figures), dict(figures.by_day)
    most = max(counts.values())
    left, top = 64.0, 34.0
    wide, high = (WIDTH - 6 - left) / 7, (canvas.height - 8 - top) / len(weeks)
    for column, name in enumerate("一二三四五六日"):
        canvas.text(left + (column + 0.5) * wide, 18, f"周{name}", SMALL, MUTED, "middle")
    for row, week in enumerate(weeks):
        middle = top + (row + 0.5) * high
        canvas.text(left - 8, middle, f"{week.month}月", SMALL, MUTED, "right")
        for column in range(7):
            day, x = week + timedelta(days=column), left + column * wide
            if day not in counts:
                continue
            share = counts[day] / most
            canvas.box(x + 2.5, middle - high / 2 + 2, x + wide - 2.5, middle + high / 2 - 2, shade(share))
            canvas.text(x + 9, middle, str(day.day), SMALL - 1, "white" if share > 0.5 else MUTED)
            if counts[day]:
                ink = "white" if share > 0.5 else INK
                canvas.text(x + wide - 9, middle, str(counts[day]), SIZE, ink, "right")


def shade(share: float) -> Colour:
    """From nearly white to blue."""
    if not share:
        return EMPTY
    red, green, blue = (round(255 * (1 - share * (1 - part))) for part in (0.15, 0.39, 0.92))
    return red, green, blue


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


def draw_counties(canvas: Canvas, figures: Figures) -> None:
    bars = county_bars(figures)
    draw_bars(
        canvas,
        (0, WIDTH),
        (12, canvas.height - 12),
        [(name, f"{count}{people_text(people)}", count) for name, count, people in bars],
        [MUTED if name == CITY_NAME else BLUE for name, _, _ in bars],
    )


def people_text(people: int) -> str:
    return f"（{people:,} 人）" if people else ""


def draw_bars(
    canvas: Canvas,
    across: tuple[float, float],
    down: tuple[float, float],
    bars: Sequence[tuple[str, str, int]],
    colours: Sequence[str],
    lines: int = 0,
) -> None:
    """Bars of (name, words behind it, length) one below the other; *lines*: room for so many, though there be fewer."""
    if not bars:
        return
    named = max(canvas.length(cut(name), SIZE) for name, _, _ in bars)
    start = across[0] + named + 14
    behind = max(canvas.length(words, SIZE) for _, words, _ in bars) + 16
    longest = max(1, *(count for _, _, count in bars))
    high = (down[1] - down[0]) / max(lines, len(bars))
    for row, ((name, words, count), colour) in enumerate(zip(bars, colours, strict=True)):
        middle = down[0] + (row + 0.5) * high
        end = start + count / longest * max(20.0, across[1] - start - behind)
        canvas.text(start - 6, middle, cut(name), SIZE, INK, "right")
        canvas.box(start, middle - high * 0.31, end, middle + high * 0.31, colour)
        canvas.text(end + 5, middle, words, SIZE, INK)


def cut(name: str, width: int = 12) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"


def alt_counties(figures: Figures) -> str:
    if not any(count for name, count, _ in figures.counties if name != CITY):
        return ""
    return "，".join(f"{name} {count} 项" for name, count, _ in county_bars(figures))


def draw_kinds(canvas: Canvas, figures: Figures) -> None:
    lines = max((len(counted) for _, counted in figures.choices[:2]), default=1)
    half = WIDTH * 0.54  # names of kinds are longer
    places = ((BLUE, (0.0, half - 8)), (GREEN, (half + 8, float(WIDTH))))
    for (title, bars), (colour, across) in zip(figures.choices, places, strict=False):
        shown = [(name, str(count), count) for name, count in bars[:MOST_BARS]]
        canvas.text(across[0] + 6, 18, title, SIZE, MUTED)
        draw_bars(canvas, across, (38, canvas.height - 10), shown, [colour] * len(shown), min(lines, MOST_BARS))


def alt_kinds(figures: Figures) -> str:
    shown = [pair for _, counted in figures.choices[:2] for pair in counted]
    return "，".join(f"{name} {count} 项" for name, count in shown)
