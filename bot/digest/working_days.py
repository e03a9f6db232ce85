"""Working days of Chinese offices: the State Council's holidays and make-up days, from the library ``chinesecalendar``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from chinese_calendar import is_workday

LONGEST_HOLIDAY = 15
BEGIN, END = time(8), time(18)  # of a day's work


def is_working_day(day: date) -> bool:
    """Monday to Friday where the year's holidays are not known to the library (they are announced each November)."""
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working_day(day: date, step: int) -> date:
    """*day* itself if people work on it, else the next one in direction *step* (-1 before, 1 after)."""
    for distance in range(LONGEST_HOLIDAY):
        if is_working_day(found := day + timedelta(days=step * distance)):
            return found
    return day


def is_working_time(now: datetime) -> bool:
    """Whether people are at work at *now*, a moment in the office's zone."""
    return is_working_day(now.date()) and BEGIN <= now.time() < END
