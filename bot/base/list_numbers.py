"""List numbers as Word, WPS and Writer print them."""

from __future__ import annotations

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def list_number(value: int, style: str) -> str:
    """*value* in *style* (an ``ST_NumberFormat`` name of ECMA-376 17.18.59); decimal where the style is unknown."""
    return _STYLES.get(style, str)(value) if 0 <= value <= 100_000 else str(value)


def chinese(value: int, digits: str = _DIGITS, units: str = "十百千万") -> str:
    """Counting numerals: 10 十, 12 十二, 105 一百零五; with *digits* and *units* of the legal style 壹拾贰."""
    if value == 0:
        return digits[0]
    if value >= 10_000:
        rest = value % 10_000
        gap = "零" if 0 < rest < 1000 else ""
        return chinese(value // 10_000, digits, units) + units[3] + gap + (chinese(rest, digits, units) if rest else "")
    text, pending_zero = "", False
    for power, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit = value // power % 10
        if digit:
            text += ("零" if pending_zero and text else "") + digits[digit] + unit
            pending_zero = False
        else:
            pending_zero = bool(text)
    if text.startswith("一十") and digits is _DIGITS:
        text = text[1:]
    return text


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    text = ""
    for amount, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        text += letters * (value // amount)
        value %= amount
    return text


def _letters(value: int) -> str:
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 780 else str(value)


def _digits_from(zero: str) -> Callable[[int], str]:
    """Digit by digit, each the sign of its place in *zero* or, where that is one sign, so many behind it."""
    signs = zero if len(zero) == 10 else "".join(chr(ord(zero) + digit) for digit in range(10))
    return lambda value: "".join(signs[int(digit)] for digit in str(value))


def _enclosed(one: int, most: int, beyond: str) -> Callable[[int], str]:
    """The signs from *one* on up to the number *most*; above it the number written as in *beyond*."""
    return lambda value: chr(one + value - 1) if 1 <= value <= most else beyond.format(value)


_STYLES: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("none", "bullet"), lambda value: ""),
    "decimalZero": "{:02d}".format,
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    **dict.fromkeys(
        (
            *("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand"),
            *("japaneseCounting", "koreanCounting"),
        ),
        chinese,
    ),
    **dict.fromkeys(
        ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand", "koreanDigital2"), _digits_from(_DIGITS)
    ),
    "chineseLegalSimplified": lambda value: chinese(value, _LEGAL_DIGITS, "拾佰仟万"),
    **dict.fromkeys(
        ("ideographLegalTraditional", "japaneseLegal"), lambda value: chinese(value, _LEGAL_DIGITS, "拾佰仟萬")
    ),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _enclosed(0x2460, 20, "{}")),
    "decimalEnclosedParen": _enclosed(0x2474, 20, "({})"),
    "decimalEnclosedFullstop": _enclosed(0x2488, 20, "{}."),
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), _digits_from("\uff10")),
    "ideographTraditional": lambda value: _STEMS[(value - 1) % 10] if value else str(value),
    "ideographZodiac": lambda value: _BRANCHES[(value - 1) % 12] if value else str(value),
    "ideographEnclosedCircle": _enclosed(0x3280, 10, "{}"),
}
