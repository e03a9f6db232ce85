"""Telephone numbers as people write them: kept as written, told apart from names, checked for their
length."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.base.text import fold

EXTENSION = r"(?:\s*(?:-|转|#|x|ext\.?|分机号?:?|\(转)\s*(\d{1,6})\)?(?!\d))?"
MOBILE = (
    r"(?:(?:\(\+?(?:00)?86\)|\+(?:00)?86|0086|86)[-\s]*)?0?"
    r"(1[3-9]\d(?:[-\s]?\d{4}[-\s]?\d{4}|[-\s]?\d{3}[-\s]?\d{5}|\d[-\s]\d{3}[-\s]\d{4}))"
)
SERVICE = r"([48]00(?:-?\d{3}-?\d{4}|-?\d{4}-?\d{3})|12\d{3}|9[56]\d{3}|11[0-9])"
LANDLINE = (
    r"(?:(?:\(\+?86\)|\+86|0086|86(?=[-\s]))[-\s]*(?:\(0\))?(?:[1-9]\d{1,2}[-\s]+)?)?(?:[(\[]\s*(0?\d{2,3})\s*[)\]]|(0\d{2,3}))?[-\s/]*"
    r"([2-9]\d{7}|[2-9]\d{6}|[2-9]\d{3}[-\s]\d{4}|[2-9]\d{2}[-\s]\d{4,5})"
)
FOREIGN = r"\+(?!86)(?:00)?[1-9]\d{0,2}[-\s]?\(?\d{1,4}\)?(?:[-\s]?\d{3,4}){1,3}"
PHONE = re.compile(
    rf"(?<![\d.@a-z])(?:(?P<foreign>{FOREIGN})(?!\d)|(?P<mobile>{MOBILE})(?!\d)|(?P<service>{SERVICE})(?!\d)|(?P<landline>{LANDLINE})(?!\d){EXTENSION})",
    re.IGNORECASE,
)
FAX = re.compile(r"[,，;；、/]?\s*(?:传真|fax)(?:号码?)?\s*[:：]?\s*[\d\-()（）— ]{6,}\d", re.IGNORECASE)
NUMBERED = re.compile(r"(?<![\d.])[1-9][.、)]\s*(?=[(+]?\d{7,}|0\d{2,3}[-)]|\(0)")
EXPONENT = re.compile(r"\d\.\d+\s*[eE]\s*\+?\s*\d+")
PHONE_WORDS = re.compile(
    r"(?:办公|联系|固定|移动|办|单位|手机|值班)?(?:电话|座机|固话)(?:号码?)?|手机(?:号码?)?|联系方式|传真|微信同号|tel|mobile|phone",
    re.IGNORECASE,
)
SEPARATORS = " \t\r\n,，、;；/|:：.。-~()（）[]【】\\"


class PhoneReading(Struct, frozen=True):
    """The numbers found, as written in plain width; ``rest`` is the text around them (a name, mostly).

    ``doubt`` is empty, or ``wrong_length``, ``lost_zero`` (the 0 of the area code was put back),
    ``exponent`` (a
    spreadsheet shortened the number), ``none`` (text without any number).
    """

    numbers: tuple[str, ...] = ()
    text: str | None = None
    rest: str = ""
    doubt: str = ""
    written: str = ""


def read_phones(text: str, area_code: str = "", local_digits: int = 0) -> PhoneReading:
    """Every telephone number in *text*. ``text`` of the result is the whole entry as written where it
    holds numbers only.

    *local_digits* is the length of numbers in the own area (8 in Quanzhou); 0 accepts 7 and 8.
    Numbers of another length give the doubt ``wrong_length`` and no value at all: half an entry is not
    certain.
    """
    plain = FAX.sub("", fold(text[:1000])).strip()
    exponent = EXPONENT.search(plain)
    if exponent:
        return from_exponent(plain, exponent)
    written = plain
    plain = NUMBERED.sub(" ", plain).strip()
    plain, lost_zero = restore_zero(plain, area_code)
    numbers: list[str] = []
    wrong = False
    rest: list[str] = []
    position = 0
    for match in PHONE.finditer(plain):
        rest.append(plain[position : match.start()])
        position = match.end()
        numbers.append(normalise(match))
        wrong = wrong or not plausible_length(match, area_code, local_digits)
    rest.append(plain[position:])
    around = " ".join(rest)
    if re.search(r"\d{5,}|\d{3,4}[- ]\d{3,}", around) or (not numbers and re.search(r"\d{3,}", around)):
        wrong = True
    name = PHONE_WORDS.sub(" ", re.sub(r"[\d+]+", " ", around) if wrong else around)
    name = re.sub(r"[(\[【]\s*[)\]】]", " ", name).strip(SEPARATORS)
    if wrong:
        return PhoneReading((), None, name, "wrong_length", written)
    if not numbers:
        return PhoneReading((), None, name, "none" if name else "", written)
    n_written = len(numbers)
    only_numbers = not name and not PHONE_WORDS.search(around) and len(numbers) > 0
    # «2200/58» says 2258 as well.
    shortened = bool(re.fullmatch(r"\d{1,4}", name)) and len(around.strip()) > len(name)
    as_written = "、".join(numbers)
    if only_numbers or shortened:
        as_written = re.sub(r" {2,}", " ", re.sub(r"\s*\n\s*", "、", plain)).strip(" ,，、;；:")
    numbers = list(dict.fromkeys(numbers))
    if len(numbers) < n_written or (len(numbers) == 1 and not shortened):
        as_written = "、".join(numbers)
    return PhoneReading(tuple(numbers), as_written, name, "lost_zero" if lost_zero else "", written)


def normalise(match: re.Match[str]) -> str:
    """A mobile number without the separators inside; a landline as written."""
    if match["mobile"]:
        prefix = "+86" if match["mobile"].lstrip("(").startswith("+86") else ""
        return prefix + re.sub(r"\D", "", match["mobile"])[-11:]
    return re.sub(r"\s+", " ", match.group().strip().lstrip("-/ "))


def plausible_length(match: re.Match[str], area_code: str, local_digits: int) -> bool:
    if not match["landline"] or not local_digits:
        return True
    inner = re.fullmatch(rf"{LANDLINE}{EXTENSION}", match.group().strip(), re.IGNORECASE)
    if not inner:
        return True
    area, local = inner[1] or inner[2] or "", re.sub(r"\D", "", inner[3])
    own_area = not area or area.lstrip("0") == area_code.lstrip("0")
    return not own_area or len(local) == local_digits


def restore_zero(plain: str, area_code: str) -> tuple[str, bool]:
    """Put back the leading 0 of the own area code where a spreadsheet dropped it («59522217957»)."""
    bare = area_code.lstrip("0")
    if not bare or bare == area_code:
        return plain, False
    pattern = re.compile(rf"(?<![\d+(])(?<!86)(?<!86[- ]){bare}(?=[- ]?[2-9]\d{{7}}(?!\d))")
    restored = pattern.sub(area_code, plain)
    return restored, restored != plain


def from_exponent(plain: str, match: re.Match[str]) -> PhoneReading:
    """«1.3959812345E10» still holds all digits; «1.39598E+10» has lost them."""
    value = float(re.sub(r"\s", "", match.group()))
    digits = re.sub(r"\D", "", match.group().lower().split("e")[0])
    if len(digits) >= 11 and re.fullmatch(r"1[3-9]\d{9}", f"{value:.0f}"):
        return PhoneReading((f"{value:.0f}",), f"{value:.0f}", written=plain)
    return PhoneReading(doubt="exponent", written=plain)


def is_mobile(number: str) -> bool:
    return bool(re.fullmatch(r"(?:\+?86)?1[3-9]\d{9}", re.sub(r"[\s-]", "", number)))


def shows_mobile(text: str) -> bool:
    """Whether the digits of *text*, whatever stands around and between them, are a mobile's."""
    return is_mobile(re.sub(r"\D", "", text))
