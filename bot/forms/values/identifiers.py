"""Numbers that name somebody or something, sums of money, and yes or no."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from bot.base.text import fold, is_blank, join_wrapped

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"  # by the weighted sum modulo 11: GB 11643-1999
IN_CODES = re.compile(r"[A-Za-z\d〇零一二三四五六七八九十]")
EXPONENT = re.compile(r"\d\.\d+e\+?\d+", re.IGNORECASE)
YES = re.compile(r"(?:是|有|需要?|要|愿意|同意|可以?|能|会|对|已|y|yes|[√☑✓✔■●])[。.！!]?", re.IGNORECASE)
NO = re.compile(r"(?:否|无|没有|不(?:是|需要?|要|愿意?|同意|可以?|能|会|用)?|未|n|no|[×✗✘])[。.！!]?", re.IGNORECASE)
AS_PRINTED = re.compile(
    r"[\s_(]*(是|有|要|需要)[\s_/|、()]*(?:否|无|没有|不\1)[\s_)]*"
)  # «是/否», neither of them marked


class Reading(Struct, frozen=True):
    """What is to be kept, and the reason of a doubt about it."""

    text: str | None = None
    doubt: str = ""


def read_code(text: str) -> Reading:
    """«QQ：12345678», «3505 0001»: as written, without the blanks between its digits; what a spreadsheet shortened is no number any more."""
    written = join_wrapped(text).strip()
    if EXPONENT.fullmatch(fold(written)):
        return Reading(None, "exponent")
    plain = re.sub(r"(?<=[\w-])\s+(?=[\w-])", "", fold(written))
    if written and not IN_CODES.search(plain):
        return Reading(None, "no_code")  # «同手机», «不用»
    return Reading(plain if plain.isascii() and plain else written or None)


def read_id_card(text: str) -> Reading:
    """A citizen's number of 18 places with its check digit, or an old one of 15. One that is no such number is kept, with the doubt."""
    code = read_code(text)
    if code.text is None:
        return code
    number = re.sub(r"[^\dXx]", "", code.text).upper()
    if re.fullmatch(r"\d{15}", number):
        return Reading(number)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return Reading(code.text, "id_card")
    return Reading(number, "" if is_valid(number) else "id_card")


def is_valid(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return CHECK[sum(int(a) * b for a, b in zip(number, WEIGHTS, strict=False)) % 11] == number[17]


def read_money(text: str) -> Reading:
    """«5万元», «3,000»: as written; a doubt where no number is in it."""
    written = join_wrapped(text).strip()
    if is_blank(written):
        return Reading()
    return Reading(
        written,
        "" if re.search(r"\d|[一二三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾]", fold(written)) else "indefinite",
    )


def read_yes_no(text: str) -> Reading:
    """«是» or «否», by whatever word or mark; anything else is kept as it is written."""
    plain = fold(text).strip()
    if (printed := AS_PRINTED.match(plain)) is not None:
        behind = plain[printed.end() :]
        if not behind:
            return Reading()
        plain = behind if re.fullmatch(r"[\u4e00-\u9fff]+[。.]?", behind) else plain
    if YES.fullmatch(plain):
        return Reading("是")
    if NO.fullmatch(plain):
        return Reading("否")
    marked = re.findall(r"([是否有无])\s*[√☑✓✔]|[√☑✓✔■]\s*([是否有无])", plain)
    if len(marked) == 1:
        return Reading("是" if (marked[0][0] or marked[0][1]) in "是有" else "否")
    return Reading(join_wrapped(text).strip() or None)
