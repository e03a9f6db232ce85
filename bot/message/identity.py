"""Message ids, dates and subjects: what links a mail to others and places it in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from bot.base import expressions as re

MAX_IDS = 100
CHINA = timezone(timedelta(hours=8))
_ID = re.compile(r"<([^<>]{1,1000})>")  # blanks are taken out later

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
# CST means China Standard Time in mail that reaches a Chinese office (Java's Date.toString writes it), not the American one.
_ZONES = {
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "z": 0,
    "cst": 8,
    "hkt": 8,
    "sgt": 8,
    "jst": 9,
    "kst": 9,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "met": 1,
    "eet": 2,
    "eest": 3,
    "msk": 3,
}
_CLOCK = r"(\d{1,2})\s*[:：.时]\s*(\d{1,2})(?:\s*[:：.分]\s*(\d{1,2}))?"
_MAIL_DATE = re.compile(r"(\d{1,2})[\s-]+([A-Za-z]{3})[A-Za-z]*\.?[\s,-]+(\d{4}|\d{2})(?!\d)")
_JAVA_DATE = re.compile(r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(?:(\d{4})\b|(?=\d{1,2}:\d{2}.*?\b(\d{4})\b))")
_ISO_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s*([+-])\s*(\d{1,2}):?(\d{2})?(?!\d)", re.IGNORECASE)

OWN_REFERENCE = re.compile(r"\s*【受理号[^】]{0,60}】")
_PREFIX = re.compile(
    r"^\s*(?:[\[【(（]?\s{0,4}(?:re|reply|r|fw|fwd|wg|aw|sv|tr|rv|回复|答复|回覆|答覆|转发|轉寄|轉發|转寄|回信|回)\s{0,4}[\]】)）]?"
    r"(?:\s{0,4}[\[(（]\s{0,4}\d{1,3}\s{0,4}[\])）]|\^\d{1,3}|\*\d{1,3})?\s{0,4}[:：]\s*)",
    re.IGNORECASE,
)
FORWARD_PREFIX = re.compile(
    r"^\s*[\[【(（]?\s{0,4}(?:fw|fwd|wg|tr|rv|转发|轉寄|轉發|转寄)\s{0,4}[\]】)）]?\s{0,4}(?:[\[(（]\s{0,4}\d{1,9}\s{0,4}[\])）])?\s{0,4}[:：]",
    re.IGNORECASE,
)


def ids_in(values: Iterable[str]) -> tuple[str, ...]:
    """Message ids with their brackets, in order, each once; those without brackets get them. ``<>`` and ``<@>`` are none."""
    found: list[str] = []
    for value in values:
        inner = _ID.findall(value)
        if not inner and "<" not in value.strip("<>"):
            bare = value.strip().strip("<>").split()
            inner = [word for word in bare if "@" in word] or (bare if len(bare) == 1 and len(bare[0]) > 3 else [])
        found.extend(re.sub(r"[\s\x00-\x1f\x7f-\x9f<>]+", "", one) for one in inner)
    good = [f"<{one}>" for one in dict.fromkeys(found) if re.search(r"[^\s@.<>\[\]]", one) and len(one) < 900]
    return tuple(good if len(good) <= MAX_IDS else [good[0], *good[1 - MAX_IDS :]])


def parse_date(text: str) -> datetime | None:
    """A Date value as an aware time; None where no certain day and time is in it.

    Without a zone, or with an unknown one, Chinese time is taken. Source of the odd forms: tests/message/dates.json.
    """
    plain = " ".join(text[:300].split())
    day = _day(plain)
    if day is None:
        return None
    without_day = plain[day[3] :] if day[3] >= 0 else plain
    clock = re.search(_CLOCK, without_day) or re.search(_CLOCK, plain)
    if clock is None:
        return None
    hour, minute, second = int(clock.group(1)), int(clock.group(2)), int(clock.group(3) or 0)
    source = without_day if clock.string == without_day else plain
    rest = source[clock.end() :]
    before = source[: clock.start()]
    if re.search(r"下午|晚上|\bPM\b", before[-4:] + rest[:5], re.IGNORECASE) and hour < 12:
        hour += 12
    elif re.search(r"上午|凌晨|\bAM\b", before[-4:] + rest[:5], re.IGNORECASE) and hour == 12:
        hour = 0
    try:
        return datetime(day[0], day[1], day[2], hour, minute, min(second, 59), tzinfo=_zone(rest))
    except (ValueError, OverflowError):
        return None


def bare_subject(subject: str) -> str:
    """The same without a reference of ours that came back: «Re: 回复：撤回 【受理号 KP2023-0001·W5S4】» is «撤回»."""
    return plain_subject(OWN_REFERENCE.sub("", subject))


def plain_subject(subject: str) -> str:
    """*subject* without reply and forward prefixes (``Re: 回复：答复: 转发： Fw: Re[2]:``), however many."""
    for _ in range(30):
        shorter = _PREFIX.sub("", subject, count=1)
        if shorter == subject:
            break
        subject = shorter
    return subject.strip()


def _day(text: str) -> tuple[int, int, int, int] | None:
    """Year, month, day, and the offset behind them (-1 where the time may stand anywhere)."""
    found = _ISO_DATE.search(text)
    if found:
        return _checked(int(found.group(1)), int(found.group(2)), int(found.group(3)), found.end())
    found = _MAIL_DATE.search(text)
    if found and found.group(2).lower() in _MONTHS:
        return _checked(_year(found.group(3)), _MONTHS[found.group(2).lower()], int(found.group(1)), found.end())
    for found in _JAVA_DATE.finditer(text):
        year = found.group(3) or found.group(4)
        if found.group(1).lower() in _MONTHS and year:
            return _checked(int(year), _MONTHS[found.group(1).lower()], int(found.group(2)), found.end())
    return None


def _checked(year: int, month: int, day: int, end: int) -> tuple[int, int, int, int] | None:
    return (year, month, day, end) if 1980 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= 31 else None


def _year(text: str) -> int:
    year = int(text)
    return year if year > 99 else year + (2000 if year < 70 else 1900)


def _zone(rest: str) -> timezone:
    offset = _OFFSET.search(rest)
    if offset:
        hours, minutes = int(offset.group(2)), int(offset.group(3) or 0)
        if hours <= 14 and minutes < 60:
            delta = timedelta(hours=hours, minutes=minutes)
            return timezone(delta if offset.group(1) == "+" else -delta)
    for word in re.findall(r"[A-Za-z]+", rest):
        if word.lower() in _ZONES:
            return timezone(timedelta(hours=_ZONES[word.lower()]))
    return CHINA
