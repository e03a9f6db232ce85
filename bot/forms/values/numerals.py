"""Chinese numerals as digits."""

from __future__ import annotations

import re

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "两": 2,
    "廿": 20,
    "卅": 30,
}
DIGITS |= {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL = r"[零〇○一二三四五六七八九十廿卅两百千万壹贰叁肆伍陆柒捌玖拾佰仟]"


def numeral_value(text: str) -> int | None:
    """«二十三» 23, «一千二百» 1200, «二〇二三» 2023, «三万» 30000, «一千二» 1200; None where it is not a
    numeral."""
    if not text:
        return None
    if "万" in text:
        high, _, low = text.partition("万")
        first, rest = numeral_value(high), numeral_value(low) if low else 0
        return None if first is None or rest is None else first * 10000 + rest
    if not any(c in UNITS or c in "廿卅" for c in text):
        return int("".join(str(DIGITS[c]) for c in text)) if all(c in DIGITS for c in text) else None
    total, current, last_unit = 0, 0, 0
    for c in text:
        if c in UNITS:
            total += (current or 1) * UNITS[c]
            current, last_unit = 0, UNITS[c]
        elif c in "廿卅":
            total += DIGITS[c]
            last_unit = 10
        elif c in DIGITS:
            if current:
                return None
            current = DIGITS[c]
            last_unit = 0 if current == 0 else last_unit
        else:
            return None
    # «一千二» means 1200: a last digit without its unit stands for the next lower one.
    return total + (current * last_unit // 10 if current and last_unit >= 100 else current)


def counted_value(text: str) -> int | None:
    """The number that a count or a place in a list gives: «12», «十二», «两»; None for «两三», which is none, and for anything else."""
    if text.isdecimal():
        return int(text)
    return numeral_value(text) if len(text) == 1 or "十" in text else None


DATE_NUMERAL = re.compile(
    r"[零〇○一二三四五六七八九十廿卅]{1,4}(?=\s*(?:年|月|日|号|[-~至到、]\s*[零〇○一二三四五六七八九十廿卅]{1,3}\s*(?:日|号|月)))"
)


def date_numerals_to_digits(text: str) -> str:
    """Numerals in front of 年, 月, 日, 号 as digits («二〇二三年九月十七日» -> «2023年9月17日»); all else
    untouched."""

    def digits(match: re.Match[str]) -> str:
        value = numeral_value(match.group())
        return match.group() if value is None else str(value)

    return DATE_NUMERAL.sub(digits, text)
