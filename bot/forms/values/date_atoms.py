"""Dates in running text, one by one: where each stands and what it leaves open."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import fold
from bot.forms.values.date_clauses import about_the_activity
from bot.forms.values.numerals import date_numerals_to_digits


class Atom(Struct, frozen=True):
    """One named date. ``day`` is None for a month or a part of it, then ``part`` names the part (empty:
    all of it)."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: str = ""
    style: str = "cjk"
    swapped: bool = False


WEEKDAY = re.compile(
    r"[(\[【]\s*(?:周|星期|礼拜)\s*[一二三四五六日天1-7](?:\s*[-~至到、,，和]\s*(?:周|星期|礼拜)?[一二三四五六日天])*\s*"
    r"(?:[上下]午|全天|晚上?)?\s*[)\]】]"
    r"|(?:(?<=[日号])|(?<=\d))\s*(?:周|星期|礼拜)[一二三四五六日天](?![-~至到]?第)"
)
CLOCK = (
    r"(?:[上下中]午|早上|晚上?|凌晨|傍晚)?\s*\d{1,2}\s*"
    r"(?::\s*\d{2}(?::\d{2})?|[时点]\s*(?:半|整|\d{1,2}\s*分?|[一三]刻)?)"
)
TIME = re.compile(rf"{CLOCK}(?:\s*(?:-|~|至|到)+\s*{CLOCK})?")
HALF_DAY = re.compile(r"(?:[上下中]午|全天|早上|晚上|晚间|白天|整天)")
# Hours written with a point behind a half of the day or a full date: «9月17日上午9.00-11.30».
POINTED_TIME = re.compile(
    r"(?<=[午天晚上日号])\s*\d{1,2}\.[0-5]\d\s*(?:(?:-|~|至|到)+\s*(?:[上下]午)?\s*\d{1,2}\.[0-5]\d)(?!\.|\d|[日号])"
)
ORDINAL = re.compile(
    r"第\s*[\d一二三四五六七八九十]+\s*(?:场|次|届|期|站|阶段|批|组|章|屆)|[共为](?:期|计)?\s*\d+\s*天|\d+\s*(?:天|场|个|人|周|小时|课时|分钟)"
)

PARTS = r"[上中下]{1,3}旬|初|中(?!旬)|底|末"
ATOM = re.compile(
    rf"""
    (?:(?P<y1>(?<!\d)\d{{4}}|(?<![\d.])'?\d{{2}})\s*年\s*(?:度\s*)?
      |(?<!\d)(?P<y8>\d{{4}})\s*[./-]\s*(?=\d{{1,2}}\s*月))(?P<m1>\d{{1,2}})\s*月\s*(?:份\s*)?
      (?:(?P<d1>\d{{1,2}})\s*[日号]?(?!\s*[\d月年]|\s*-\s*\d{{1,2}}\s*月(?!\d*\s*\d))
      |(?P<p1>{PARTS})|(?P<n1>[日号])?)
  | (?P<y2>(?<!\d)\d{{4}})\s*(?P<s2>[-./])\s*(?P<m2>\d{{1,2}})\s*(?P=s2)\s*(?P<d2>\d{{1,2}})(?!\d)\s*[日号]?
  | (?P<y3>(?<![\d.])'?\d{{2}})\s*(?P<s3>[-./])\s*(?P<m3>\d{{1,2}})\s*(?P=s3)
      \s*(?P<d3>\d{{1,2}})(?![\d.])\s*[日号]?
  | (?<!\d)(?P<y4>20\d{{2}})(?P<m4>0[1-9]|1[0-2])(?P<d4>0[1-9]|[12]\d|3[01])(?!\d)
  | (?<!\d)(?P<m5>\d{{1,2}})\s*月\s*(?:份\s*)?
      (?:(?P<d5>\d{{1,2}})\s*[日号]?(?!\s*[\d月年])
      |(?P<p5>{PARTS})|(?P<n5>[日号])?)
  | (?<!\d)(?<!\d\.)(?P<m6>\d{{1,2}})\s*(?P<s6>[./])
      \s*(?P<d6>\d{{1,2}})(?!\d|\s*[./]\s*\d|\s*[月年时点:%人万])\s*[日号]?
  | (?<!\d)(?P<y7>\d{{4}})\s*年\s*(?!\s*\d)
    """,
    re.VERBOSE,
)
DAY_ONLY = re.compile(r"\s*(?P<day>\d{1,2})\s*(?P<unit>[日号]?)(?!\d|\s*[月年时点:./%人万天场个]|\s*[年])")
PART_ONLY = re.compile(r"\s*月?(?P<part>[上中下]{1,3}旬|底|末)")
MONTH_PAIR = re.compile(r"(?<!\d)(\d{1,2})\s*(-|~|至|到|、|,|和)+\s*(\d{1,2})\s*月(?!\s*\d)")


# Digits typed apart («1 7 日»), letters for digits («l7日», «2O23年»), points and commas of other kinds.
APART = re.compile(r"(?<![\d.:])(?:\d ){3}\d(?=\s*年)|(?<![\d.:/-])\d {1,2}\d(?=\s*[月日号])")
ONES = re.compile(r"(?<=[\d年月./-])[lI|](?=\s*[\d日号月])|(?<![a-zA-Z])[lI](?=\d\s*[月日号])")
ZEROS = re.compile(r"(?<=\d)[oO](?=\s*[\d年月日号])")
POINTS = re.compile(r"(?<=\d)\s*[·•・‧∙]\s*(?=\d)")
LISTED = re.compile(r"(?<!\d)(20\d{2})\s*[、,，;\s]\s*(\d{1,2})\s*[、,，;\s]\s*(\d{1,2})(?![\d:年月]|\s*[:月])")
AMERICAN = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(20\d{2})(?!\d)")
LEFT_OPEN = re.compile(r"(?<=月)\s*(?:[?x×*某]{1,3}|○{1,2}|\.{2,}|…+)\s*(?=[日号])", re.IGNORECASE)


def mended(plain: str) -> str:
    """*plain* with the slips of typing put right that leave no doubt about the digits."""
    plain = re.sub(r"[_ˍ‗]+", " ", plain)
    plain = re.sub(r"(?<=\d)\s*曰", "日", plain)
    plain = ZEROS.sub("0", ONES.sub("1", plain))
    plain = APART.sub(lambda match: match.group().replace(" ", ""), plain)
    plain = LISTED.sub(r"\1.\2.\3", POINTS.sub(".", plain))
    plain = AMERICAN.sub(lambda m: f"{m[3]}/{m[1]}/{m[2]}" if int(m[1]) <= 12 < int(m[2]) else m.group(), plain)
    return LEFT_OPEN.sub("", plain)


def normalise(text: str) -> str:
    """*text* in plain width, numerals of dates as digits, weekdays, hours and ordinals replaced by blanks.

    A date is never longer afterwards; what is dropped leaves one blank, so that numbers on both sides
    stay apart.
    """
    plain = date_numerals_to_digits(about_the_activity(mended(fold(text))))
    # 一 typed for a dash between two days: «17日一23日».
    plain = re.sub(r"(?<=[日号\d])\s*一\s*(?=\d)", "-", plain)
    plain = WEEKDAY.sub("", plain)
    plain = POINTED_TIME.sub(" ", plain)
    plain = TIME.sub(" ", plain)
    plain = ORDINAL.sub(" # ", plain)
    plain = HALF_DAY.sub(" ", plain)
    plain = re.sub(r"\(\s*\)", "", plain)
    return re.sub(r"-{2,}", "-", plain)


def atoms(plain: str) -> list[Atom]:
    """The dates of a normalised text in order, without the bare days that lean on the one before."""
    found = []
    for match in ATOM.finditer(plain):
        groups = match.groupdict()

        def number(name: str, groups: dict[str, str | None] = groups) -> int | None:
            written = groups.get(name)
            return int(written.lstrip("'")) if written else None

        start, end = match.span()
        if groups["y7"]:
            continue
        style = "cjk"
        swapped = False
        part = groups["p1"] or groups["p5"] or ""
        if groups["n1"] or groups["n5"]:
            part = "?"
        year = next((n for k in ("y1", "y2", "y3", "y4", "y8") if (n := number(k)) is not None), None)
        month = next((n for k in ("m1", "m2", "m3", "m4", "m5", "m6") if (n := number(k)) is not None), None)
        day = next((n for k in ("d1", "d2", "d3", "d4", "d5", "d6") if (n := number(k)) is not None), None)
        if groups["m2"] or groups["m3"] or groups["m4"]:
            style = "iso"
        elif groups["m6"]:
            style = "point" if groups["s6"] == "." else "slash"
            if month and day and style == "slash" and month > 12 >= day:
                month, day, swapped = day, month, True
        found.append(Atom(start, end, year, month, day, part, style, swapped))
    return found
