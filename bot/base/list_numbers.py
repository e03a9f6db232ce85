"""List numbers as Word, WPS and Writer print them."""

from __future__ import annotations

_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def list_number(value: int, style: str) -> str:
    """*value* in *style* (an ``ST_NumberFormat`` name of ECMA-376 17.18.59); decimal where the style is unknown."""
    if value < 0 or value > 100_000:
        return str(value)
    match style:
        case "none" | "bullet":
            return ""
        case "decimalZero":
            return f"{value:02d}"
        case "upperLetter" | "lowerLetter":
            letters = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 780 else str(value)
            return letters if style.startswith("upper") else letters.lower()
        case "upperRoman" | "lowerRoman":
            return _roman(value) if style.startswith("upper") else _roman(value).lower()
        case (
            "chineseCounting"
            | "chineseCountingThousand"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
            | "japaneseCounting"
            | "koreanCounting"
        ):
            return chinese(value)
        case "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" | "koreanDigital2":
            return "".join(_DIGITS[int(digit)] for digit in str(value))
        case "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal":
            return chinese(value, _LEGAL_DIGITS, "拾佰仟萬" if style != "chineseLegalSimplified" else "拾佰仟万")
        case "decimalEnclosedCircle" | "decimalEnclosedCircleChinese":
            return chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)
        case "decimalEnclosedParen":
            return chr(0x2474 + value - 1) if 1 <= value <= 20 else f"({value})"
        case "decimalEnclosedFullstop":
            return chr(0x2488 + value - 1) if 1 <= value <= 20 else f"{value}."
        case "decimalFullWidth" | "decimalFullWidth2":
            return "".join(chr(0xFF10 + int(digit)) for digit in str(value))
        case "ideographTraditional":
            return _STEMS[(value - 1) % 10] if value else str(value)
        case "ideographZodiac":
            return _BRANCHES[(value - 1) % 12] if value else str(value)
        case "ideographEnclosedCircle":
            return chr(0x3280 + value - 1) if 1 <= value <= 10 else str(value)
        case _:
            return str(value)


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
