"""What a spreadsheet shows for a stored number: dates of both systems, percentages, leading zeros, texts in the format."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from msgspec import Struct

from bot.base.list_numbers import list_number
from bot.documents.shared.date_formats import as_shown

# ECMA-376 18.8.30; 27-36 and 50-58 are the East Asian built-in dates, here as the Chinese edition of Excel defines them.
_BUILT_IN = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??"},
    **{37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "##0.0E+0"},
    **dict.fromkeys((14, 15, 27, 30, 36, 50), "yyyy-mm-dd"),
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    **dict.fromkeys((17, 52, 57), "yyyy-mm"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    22: "yyyy-mm-dd h:mm",
    49: "@",
}
# Serial dates name no time zone.
_EPOCH_1900, _EPOCH_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|(\[[^\]]*\])')
_CONDITION = re.compile(r"\[\s*(=|<>|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*\]")
_INK = re.compile(
    r"\[(black|white|red|green|blue|yellow|cyan|magenta|[黑白红绿蓝黄青]色?|蓝绿色|洋红|color\s?\d{1,2}|颜色\s?\d{1,2})\]",
    re.IGNORECASE,
)


class Shown(Struct, frozen=True):
    """``text`` as people see it; ``number`` is the value where it is a number and no date."""

    text: str
    number: float | None = None


def built_in_format(identity: int) -> str:
    return _BUILT_IN.get(identity, "")


def show_number(value: float, code: str, date_1904: bool = False) -> Shown:
    """*value* under the number format *code* (empty: General).

    Dates read as they are shown (``date_formats.as_shown``); where that is not the same on every machine they are ISO text (``2023-09-17``,
    ``2023-09-17 09:00``), without a year ``9月17日``, without a day ``2023年9月``, with the time of day alone ``09:00``. Numbers are rounded as they are shown (9.2 under ``0.00`` is ``9.20``)
    and have no exponent, no thousands mark and no ``.0``; their percent sign, their leading zeros and the words in the format are kept
    (``0"人"``: ``500人``). A section that shows nothing (``;;;``) gives no text and no number.
    """
    if not math.isfinite(value):
        return Shown("")
    section = _section(code, value)
    if section is None:
        return Shown("")
    if section in ("", "@") or section.lower() == "general":
        return Shown(plain_number(value), value)
    parts = _shown_parts(section)
    if parts.date:
        moment = moment_of(value, date_1904)
        return Shown(plain_number(value) if moment is None else shown_moment(moment, section))
    if not parts.digits:  # only words: a tick box drawn by its format
        return Shown((parts.before + parts.after).strip() or plain_number(value), value)
    return Shown(_number_text(value, parts), value)


def show_text(text: str, code: str) -> str:
    """*text* under the number format *code*: its section for texts may hide it (``;;;``) or add words (``"泉州市"@``)."""
    if not text or ("@" not in code and code.count(";") < 3):
        return text
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else next((one for one in sections[-1:] if "@" in one), "@")
    if section.lower() == "general":
        return text
    words = _LITERAL.sub(lambda m: _marked(m.group(1) or m.group(2) or ""), section)
    return _unmarked(words).replace("@", text) if "@" in words else _unmarked(words)


def named_colour(value: float | str, code: str) -> str:
    """The colour that *code* gives to this number or text (``[White]``, ``[白色]``, ``[Color 2]``), in small; empty where it names none."""
    if "[" not in code or len(code) > 500:
        return ""
    sections = _sections(code)
    if isinstance(value, str):
        chosen = sections[3] if len(sections) > 3 else sections[-1] if "@" in sections[-1] else ""
    else:
        place = _place(sections, value)
        chosen = "" if place is None else sections[place]
    found = _INK.search(chosen)
    return "".join(found.group(1).lower().split()) if found else ""


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


class _Parts(Struct, frozen=True):
    date: str  # the date letters in the section, lower case; empty for a number format
    digits: str
    before: str
    after: str
    percent: bool
    scale: int = 0  # commas behind the digits: thousands are shown
    numerals: str = ""  # Chinese ones, by their name in ``list_number``


@lru_cache(maxsize=1000)
def _shown_parts(section: str) -> _Parts:
    numerals = _numerals(section)
    section = re.sub(r"general|g/通用格式", "#.###############", section, flags=re.IGNORECASE)
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
    scale = len(after) - len(after.lstrip(","))
    before, after = (_unmarked(text).replace("%", "") for text in (before, after.lstrip(",")))
    return _Parts("", digits, before, after, percent, scale, numerals)


def _numerals(section: str) -> str:
    """[DBNum1] 五百, [DBNum2] 伍佰; with ``0`` digit by digit."""
    found = re.search(r"\[dbnum([12])\]", section, re.IGNORECASE)
    if not found:
        return ""
    if found.group(1) == "2":
        return "chineseLegalSimplified"
    return "chineseCounting" if re.search(r"general|g/通用格式", section, re.IGNORECASE) else "ideographDigital"


def _marked(text: str) -> str:
    """Words of the format moved out of the way of the digit signs."""
    return "".join(chr(0xF0000 + ord(character)) if ord(character) < 0x10000 else "" for character in text)


def _unmarked(text: str) -> str:
    return "".join(chr(ord(c) - 0xF0000) if 0xF0000 <= ord(c) < 0x100000 else c for c in text)


def _sections(code: str) -> list[str]:
    return re.split(r""";(?=(?:[^"]*"[^"]*")*[^"]*$)""", code) if ";" in code else [code]


def _section(code: str, value: float) -> str | None:
    """The section of a format code that applies to *value*: by its conditions, else positive;negative;zero. None where it shows nothing."""
    if len(code) > 500:
        return ""
    sections = _sections(code)
    place = _place(sections, value)
    section = "" if place is None else sections[place]
    if _CONDITION.search(code):
        return section
    if len(sections) > 1 and not section.strip():
        return None
    if place == 1:
        return sections[0] if sections[0].strip() else section  # the sign is written anyway
    if place == 2 and not re.search(r"[0#?]", _LITERAL.sub("", section)) and sections[0].strip():
        return sections[0]
    return section


def _place(sections: Sequence[str], value: float) -> int | None:
    """Which of the *sections* applies to *value*; None where its conditions leave it out."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        met = (
            place
            for place, condition in enumerate(conditions)
            if condition is None or _holds(value, condition.group(1), float(condition.group(2)))
        )
        return next(met, None)
    place = 1 if value < 0 else 2 if value == 0 else 0
    return place if place < len(sections) else 0


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "=": value == bound,
        "<>": value != bound,
        "<": value < bound,
        ">": value > bound,
        "<=": value <= bound,
        ">=": value >= bound,
    }[sign]


def shown_moment(moment: datetime, code: str) -> str:
    """*moment* under the number format *code*; empty where that is none of a date."""
    section = _sections(code)[0] if 0 < len(code) <= 500 else ""
    letters = _shown_parts(section).date
    return (as_shown(moment, section) or _moment_text(moment, letters)) if letters else ""


def _moment_text(moment: datetime, letters: str) -> str:
    """*moment* as far as a format with these date letters shows it."""
    has_date = bool(re.search(r"[yd]|aaa", letters)) or ("m" in letters and not re.search("[hs]", letters))
    has_time = bool(re.search("[hs]|上午", letters))
    if not has_date:
        return moment.strftime("%H:%M")
    if not re.search(r"d|aaa", letters) and not has_time:
        return f"{moment.year}年{moment.month}月" if "y" in letters or "e" in letters else f"{moment.month}月"
    timed = has_time and (moment.hour, moment.minute) != (0, 0)
    if "d" in letters and "m" in letters and not re.search("[yeb]", letters):
        return f"{moment.month}月{moment.day}日" + (moment.strftime(" %H:%M") if timed else "")
    return iso_date(moment, with_time=timed)


def _number_text(value: float, parts: _Parts) -> str:
    digits = parts.digits
    if "/" in parts.after or ("/" in digits and " " in digits):  # a fraction
        return plain_number(value)
    if "E" in digits.upper() or abs(value) >= 1e15:  # scientific: the digits themselves are what matters
        return plain_number(value)
    whole_mask, _, rest_mask = digits.partition(".")
    least, most = rest_mask.count("0"), len(re.findall("[0#?]", rest_mask))
    amount = Decimal(plain_number(abs(value))) * (100 if parts.percent else 1) / 1000**parts.scale
    whole, _, rest = f"{amount.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):f}".partition(".")
    rest = rest.rstrip("0").ljust(least, "0") if rest.strip("0") else ""
    mask = re.sub(r"[^0#?]", "", whole_mask)
    if value >= 0 and not parts.percent:
        whole = whole.zfill(len(mask) - mask.index("0") if "0" in mask else 0)  # padded up to the leftmost 0
        if re.fullmatch(r"[0#?]+(?:[^0#?,]+[0#?]+)+", whole_mask):
            whole = _masked(whole, whole_mask)
    if parts.numerals and not rest and int(amount) <= 100_000 and whole.isdigit():
        whole = list_number(int(whole), parts.numerals)
    shown = ("-" if value < 0 and (whole + rest).strip("0") else "") + whole + ("." + rest if rest else "")
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
    return _unmarked("".join(left) + "".join(reversed(shown)).lstrip("-/ "))


def _words(text: str) -> str:
    """Letters around the digits that mean something: currency signs, brackets and padding do not."""
    return "".join(c for c in text if c.isalnum() or c in "：:、（）()/-约共+＋·")
