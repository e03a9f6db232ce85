"""The bot's time: the system's, or one that was set for this invocation and goes on from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
WEEKDAYS = "一二三四五六日"


def make_clock(zone: ZoneInfo, start: datetime | None = None) -> Clock:
    """Aware moments in *zone*. With *start* (naive: taken in *zone*) the clock shows it now and goes on with real seconds."""
    if start is None:
        return lambda: datetime.now(zone)
    begun = time.monotonic()
    first = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(zone)
    return lambda: first + timedelta(seconds=time.monotonic() - begun)


def in_zone(clock: Clock, zone: ZoneInfo) -> Clock:
    """The same moments as they are called in *zone*."""
    return lambda: clock().astimezone(zone)


def duration_words(span: timedelta) -> str:
    """«2分钟», «1小时30分钟», «3天» (Chinese)."""
    seconds = int(span.total_seconds())
    words = ""
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒")):
        if number := seconds // size:
            words += f"{number}{unit}"
            seconds -= number * size
    return words or "0秒"


def last_day_of(due: datetime) -> date:
    """The last day on which work is in time: of «31 August 0:00» it is the 30th."""
    return (due.replace(tzinfo=None) - timedelta(microseconds=1)).date()


def days_left(due: datetime, now: datetime) -> int:
    """Whole days from today to the deadline's last day in the deadline's zone; 0 on the day itself, negative once it has passed."""
    left = (last_day_of(due) - now.astimezone(due.tzinfo).date()).days
    return min(left, -1) if now.astimezone(UTC) > due.astimezone(UTC) else left


def day_text(day: date) -> str:
    """As offices write it (Chinese)."""
    return f"{day.year}年{day.month}月{day.day}日"


def age(span: timedelta) -> str:
    """How long something waits already, in its largest unit (Chinese)."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 24 * 60:
        return f"{minutes // (24 * 60)}天"
    return f"{minutes // 60}小时" if minutes >= 60 else f"{minutes}分钟"


def day_words(day: date) -> str:
    """2023年8月30日（星期三）."""
    return f"{day.year}年{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """A deadline or a time of the office: the day alone where it means the whole day (23:59), else with the time."""
    local = moment.astimezone(zone) if moment.tzinfo else moment
    end_of_day = (local.hour, local.minute) == (23, 59)
    return day_words(local.date()) + ("" if end_of_day else f"{local.hour}:{local.minute:02d}")
