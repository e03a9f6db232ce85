"""How many people: one whole number, or none where it is not certain."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.base.text import fold
from bot.forms.values.numerals import NUMERAL, numeral_value

NUMBER = re.compile(
    rf"(?P<digits>\d{{1,3}}(?:[,']\d{{3}})+(?!\d)|\d+(?:\.\d+)?)\s*(?P<unit>[万千百kw](?![a-z])|万)?|(?P<numeral>{NUMERAL}{{1,10}})",
    re.IGNORECASE,
)
RANGE = re.compile(r"\d\s*[万千百]?\s*(?:人次|人|名|位|余|多)?\s*(?:-|~|至|到)+\s*\d")
TOTAL = re.compile(
    rf"(?:共计|总计|合计|累计|总共|共)\s*(?:约|近)?\s*(?=(?:\d|{NUMERAL})+(?!\s*[场期次批天个届轮]|\d|{NUMERAL}))"
)
VAGUE = re.compile(
    r"不限|若干|待定|不定|未定|不详|数[十百千万]|几[十百千万]|上[百千万]|成[百千万]|一些|(?:^|许|很)多人|全体|全校|全市"
)
APART = re.compile(r"(?<![\d.,])(?:\d(?: \d){1,5}|\d{1,3}(?: \d{3})+|\d{1,4} 0{2,3})(?![\d.,])")
FIRST = re.compile(r"(?:约|近)?\s*\d+\s*(?:余|多)?(?:人次|人|名)(?:左右|以上)?\s*(?=[。;])")
# «每场50人», «300人/场»: how many there are in all is not said.
EACH = re.compile(
    r"每\s*(?:场|次|天|日|期|班|批|校|村|站|个)[^\d]{0,6}\d|\d\s*(?:人次|人|名)?\s*[/每]\s*(?:场|次|天|日|期|班|批|校|村)"
)
OF_PEOPLE = re.compile(r"个(?:人|工作|\W|$)")  # «九个人»
MULTIPLIERS = {"万": 10_000, "千": 1_000, "百": 100, "w": 10_000, "k": 1_000}


class CountReading(Struct, frozen=True):
    """A whole number. ``doubt`` is empty or ``range``, ``vague`` (不限), ``several`` (more than one
    number), ``none``."""

    value: int | None = None
    doubt: str = ""


def read_count(text: str) -> CountReading:
    """«约500人» 500, «1.2万» 12000, «五百» 500; «100-200», «若干», «每场50人、共3场» give no number but
    the doubt."""
    plain = fold(text[:500]).strip(" _,，。.;；:")
    plain = re.sub(
        r"(?<=\d)[oO]+(?![a-zA-Z])", lambda match: "0" * len(match.group()), re.sub(r"\b[lI](?=\d)", "1", plain)
    )
    plain = re.sub(r"(?<=\d)\s*[kc]?m[23](?![\da-z])", "", plain)  # «54㎡»
    # «1 0», «12 00», «1 200»: digits typed apart.
    plain = APART.sub(lambda match: match.group().replace(" ", ""), plain)
    first = FIRST.match(plain)
    if first:
        # «20人。志愿者30人»: what follows is said besides.
        plain = first.group()
    if not re.sub(r"[\W_人名位次]", "", plain):
        return CountReading()
    if RANGE.search(plain):
        return CountReading(doubt="range")
    total = TOTAL.search(plain)
    if total:
        plain = plain[total.end() :]
    plain = (
        re.sub(r"\([^()]*\)", " ", plain) if re.search(r"\d|" + NUMERAL, re.sub(r"\([^()]*\)", "", plain)) else plain
    )
    if not total and EACH.search(plain):
        return CountReading(doubt="several")
    if VAGUE.search(plain):
        return CountReading(doubt="vague")
    found = [number for match in NUMBER.finditer(plain) if (number := value_of(match)) is not None]
    if not found:
        return CountReading(doubt="none")
    if len(found) > 1 and not (total and len(set(found)) == 1):
        return CountReading(doubt="several")
    number = found[0]
    if number != int(number) or re.search(r"-\s*\d", plain[:4]):
        return CountReading(doubt="none")
    if number > 10**9:
        return CountReading(doubt="none")
    return CountReading(int(number))


def value_of(match: re.Match[str]) -> float | None:
    if match["numeral"]:
        # 一 in «一般» or «一起» is no number: a single numeral counts only with a counter behind it.
        word = match["numeral"]
        follows = match.string[match.end() : match.end() + 1]
        if len(word) == 1 and follows not in set("人名位余多") and not OF_PEOPLE.match(match.string, match.end()):
            return float(value) if not follows and (value := numeral_value(word)) is not None else None
        if word[0] in "百千万":
            word = "一" + word
        value = numeral_value(word)
        return None if value is None else float(value)
    digits = match["digits"].replace(",", "").replace("'", "")
    if len(digits) > 12:
        return 1e12
    return round(float(digits) * MULTIPLIERS.get((match["unit"] or "").lower(), 1), 6)
