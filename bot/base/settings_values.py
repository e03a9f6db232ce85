"""Kinds of values in the settings: how each is written in TOML, and what it becomes. ``config_messages`` says what is wrong."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.base.domains import comparable_address

DURATION_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SIZE_UNITS = {"": 1, "B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}


def read_duration(written: object) -> object:
    """``"90s" "2m" "1h30m" "3d"`` -> timedelta; a bare number is seconds."""
    if isinstance(written, timedelta):
        return written
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return timedelta(seconds=written)
    if isinstance(written, str):
        parts = re.findall(r"(\d+(?:\.\d+)?)\s*([smhd])", written)
        if parts and re.fullmatch(r"(\s*\d+(?:\.\d+)?\s*[smhd])+\s*", written):
            return timedelta(seconds=sum(float(number) * DURATION_UNITS[unit] for number, unit in parts))
    raise ValueError("duration")


def read_size(written: object) -> object:
    """``"20MB" "512KB"`` -> bytes; a bare number is bytes."""
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]?B?)\s*", written.upper())
        if match:
            unit = match[2] if match[2] in SIZE_UNITS else match[2] + "B"
            return int(float(match[1]) * SIZE_UNITS[unit])
    raise ValueError("size")


def read_clock_time(written: object) -> object:
    """``"09:00"`` -> time."""
    if isinstance(written, time):
        return written
    if isinstance(written, str) and (match := re.fullmatch(r"(\d{1,2}):(\d{2})", written.strip())):
        return time(int(match[1]), int(match[2]))
    raise ValueError("clock_time")


def read_address(written: object) -> object:
    """One bare mail address, lower-cased; no display name, no white space."""
    if isinstance(written, str) and re.fullmatch(r"[^\s@<>,;\x00-\x1f]+@[^\s@<>,;\x00-\x1f]+", written.strip()):
        return comparable_address(written.strip())
    raise ValueError("address")


def read_day(written: object) -> object:
    """A TOML date (a date-time counts as its day)."""
    if isinstance(written, datetime):
        return written.date()
    if isinstance(written, date):
        return written
    raise ValueError("day")


def read_moment(written: object) -> object:
    """A TOML date-time; a bare date means the end of that day."""
    if isinstance(written, datetime):
        return written
    if isinstance(written, date):
        return datetime.combine(written, time(23, 59, 59))
    raise ValueError("moment")


Duration = Annotated[timedelta, BeforeValidator(read_duration)]
Size = Annotated[int, BeforeValidator(read_size), Field(gt=0)]
ClockTime = Annotated[time, BeforeValidator(read_clock_time)]
MailAddress = Annotated[str, BeforeValidator(read_address)]
Day = Annotated[date, BeforeValidator(read_day)]
Moment = Annotated[datetime, BeforeValidator(read_moment)]
Security = Literal["tls", "starttls", "none"]
Port = Annotated[int, Field(ge=1, le=65535)]
