"""What a spreadsheet shows for a stored number: dates of both systems, percentages, leading zeros, texts in the format."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

# ECMA-376 18.8.30; 27-36 and 50-58 are the East Asian built-in dates, here as the Chinese edition of Excel defines them.
_BUILT_IN = {
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((14, 15, 27, 28, 29, 30, 31, 36, 50, 51, 53, 54, 58), "yyyy-mm-dd"),
    16: "d-mmm",
    **dict.fromkeys((17, 52, 57), "yyyy-mm"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    22: "yyyy-mm-dd h:mm",
    49: "@",
}
# Serial dates name no time zone.
_EPOCH_1900, _EPOCH_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|(\[[^\]]*\])')
_CONDITION = re.compile(r"\[\s*(=|<>|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*\]")


@dataclass(frozen=True, slots=True)
class Shown:
    """``text`` as people see it; ``number`` is the value where it is a number and no date."""

    text: str
    number: float | None = None


def built_in_format(identity: int) -> str:
    return _BUILT_IN.get(identity, "")


def show_number(value: float, code: str, date_1904: bool = False) -> Shown:
    """*value* under the number format *code* (empty: General).

    Dates are ISO text (``2023-09-17``, ``2023-09-17 09:00``); a format that shows no day gives ``2023年9月``, one that shows only the
    time of day ``09:00``. Numbers have no exponent, no thousands mark and no ``.0``; their percent sign, their leading zeros and the
    words in the format are kept (``0"人"``: ``500人``).
    """
    if not math.isfinite(value):
        return Shown("")
    section = _section(code, value)
    if section in ("", "@") or section.lower() == "general":
        return Shown(plain_number(value), value)
    parts = _shown_parts(section)
    if parts.date:
        return Shown(_date_text(value, parts.date, date_1904))
    if not parts.digits:  # only words: a tick box drawn by its format
        return Shown((parts.before + parts.after).strip() or plain_number(value), value)
    return Shown(_number_text(value, parts), value)


def plain_number(value: float) -> str:
    """15 significant digits as a spreadsheet keeps them, written out: ``13959812345``, ``0.3``."""
    if not math.isfinite(value):
        return ""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = f"{value:.15g}"
    if "e" in text:
        text = f"{Decimal(text):f}"
    return text if len(text) <= 40 else f"{value:.15g}"


def iso_date(moment: datetime, with_time: bool | None = None) -> str:
    """ISO text; the time is left out where it is midnight, unless *with_time* says otherwise."""
    timed = (moment.hour, moment.minute, moment.second) != (0, 0, 0) if with_time is None else with_time
    return moment.strftime("%Y-%m-%d %H:%M") if timed else moment.strftime("%Y-%m-%d")


def moment_of(value: float, date_1904: bool = False) -> datetime | None:
    """The date of a serial number; None outside 1900 … 9999. Day 60 of the 1900 system does not exist (Lotus's leap year)."""
    if date_1904:
        base = _EPOCH_1904
    else:
        base = _EPOCH_1900 if value >= 60 else _EPOCH_1900 + timedelta(days=1)
    if not 0 <= value < 2_958_466:
        return None
    return base + timedelta(seconds=round(value * 86_400))


@dataclass(frozen=True, slots=True)
class _Parts:
    date: str  # the date letters in the section, lower case; empty for a number format
    digits: str
    before: str
    after: str
    percent: bool


@lru_cache(maxsize=1000)
def _shown_parts(section: str) -> _Parts:
    section = re.sub(r"general|g/通用格式", "#.#", section, flags=re.IGNORECASE)
    bare = _LITERAL.sub("", section)
    if not re.search(r"[0#?]", bare) and (
        re.search(r"[ymdhsb]|上午|aaa", bare.lower()) or re.search(r"\[[hms]+\]", section.lower())
    ):
        elapsed = "h" if re.search(r"\[[hms]+\]", section.lower()) else ""
        return _Parts(bare.lower() + elapsed, "", "", "", False)
    if re.search(r"[yd]", bare.lower()) and "general" not in bare.lower():
        return _Parts(bare.lower(), "", "", "", False)
    words = _LITERAL.sub(lambda m: _marked(m.group(1) or m.group(2) or ""), section)
    start = re.search(r"[0#?]", words)
    if start is None:
        return _Parts("", "", _unmarked(words.replace("@", "")), "", False)
    ends = [found.end() for found in re.finditer(r"[0#?]", words)]
    before, digits, after = words[: start.start()], words[start.start() : ends[-1]], words[ends[-1] :]
    percent = "%" in before + after
    return _Parts(
        "", digits, _unmarked(before).replace("%", ""), _unmarked(after).replace("%", "").rstrip(","), percent
    )


def _marked(text: str) -> str:
    """Words of the format moved out of the way of the digit signs."""
    return "".join(chr(0xF0000 + ord(character)) if ord(character) < 0x10000 else "" for character in text)


def _unmarked(text: str) -> str:
    return "".join(chr(ord(c) - 0xF0000) if 0xF0000 <= ord(c) < 0x100000 else c for c in text)


def _section(code: str, value: float) -> str:
    """The section of a format code that applies to *value*: by its conditions, else positive;negative;zero."""
    if len(code) > 500:
        return ""
    sections = re.split(r""";(?=(?:[^"]*"[^"]*")*[^"]*$)""", code) if ";" in code else [code]
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(value, condition.group(1), float(condition.group(2))):
                return section
        return ""
    if value < 0 and len(sections) > 1 and sections[1].strip():
        return sections[0]  # the sign is written anyway
    if value == 0 and len(sections) > 2 and sections[2].strip():
        return sections[2] if re.search(r"[0#?]", _LITERAL.sub("", sections[2])) else sections[0]
    return sections[0]


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "=": value == bound,
        "<>": value != bound,
        "<": value < bound,
        ">": value > bound,
        "<=": value <= bound,
        ">=": value >= bound,
    }[sign]


def _date_text(value: float, letters: str, date_1904: bool) -> str:
    moment = moment_of(value, date_1904)
    if moment is None:
        return plain_number(value)
    has_date = bool(re.search(r"[yd]|aaa", letters)) or ("m" in letters and not re.search("[hs]", letters))
    has_time = bool(re.search("[hs]|上午", letters))
    if not has_date:
        return moment.strftime("%H:%M")
    if not re.search(r"d|aaa", letters) and not has_time:
        return f"{moment.year}年{moment.month}月" if "y" in letters or "e" in letters else f"{moment.month}月"
    return iso_date(moment, with_time=has_time and (moment.hour, moment.minute) != (0, 0))


def _number_text(value: float, parts: _Parts) -> str:
    shown = (
        plain_number(value * 100 if not parts.percent else round(value * 100, 10))
        if parts.percent
        else plain_number(value)
    )
    whole = value == int(value) if abs(value) < 1e15 else False
    mask = re.sub(r"[^0#?]", "", parts.digits.partition(".")[0])
    if "/" in _unmarked(parts.after) or ("/" in parts.digits and " " in parts.digits):  # a fraction
        return shown
    if whole and not parts.percent and value >= 0:
        zeros = len(mask) - mask.index("0") if "0" in mask else 0  # padded up to the leftmost 0
        if re.fullmatch(r"[0#?]+(?:[-\s/()（）]+[0#?]+)+", _unmarked(parts.digits)):
            shown = _masked(shown.zfill(zeros), _unmarked(parts.digits))
        elif zeros > 1:
            shown = shown.zfill(zeros)
    if "E" in parts.digits.upper():  # scientific: the digits themselves are what matters
        return plain_number(value)
    before, after = (_words(text) for text in (parts.before, parts.after))
    before = before.lstrip("-")  # the number has its own sign
    return f"{before}{shown}{'%' if parts.percent else ''}{after}".strip()


def _masked(digits: str, mask: str) -> str:
    """Digits laid into a mask from the right: 22217957 under ``0000-0000`` is ``2221-7957``."""
    shown: list[str] = []
    left = list(digits)
    for sign in reversed(mask):
        if sign in "0#?":
            if left:
                shown.append(left.pop())
        else:
            shown.append(sign)
    return "".join(left) + "".join(reversed(shown)).lstrip("-/ ")


def _words(text: str) -> str:
    """Letters around the digits that mean something: currency signs, brackets and padding do not."""
    return "".join(c for c in text if c.isalnum() or c in "：:、（）()/-约共+＋·")
