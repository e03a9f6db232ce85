"""When an activity takes place: first and last day as Chinese offices write them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct, field

from bot.base.replacing import replace
from bot.base.text import fold
from bot.forms.values.date_atoms import DAY_ONLY, LEFT_OPEN, MONTH_PAIR, PART_ONLY, Atom, atoms, normalise
from bot.forms.values.numerals import NUMERAL, numeral_value

RANGE = re.compile(r"\s*(?:[-~]|至|到|起至|开始至|起到|直至|—>|->|→)+\s*")
LIST = re.compile(r"\s*(?:[、,，;；和及与&/]|以及)\s*")
OPEN_START = re.compile(r"^\s*(?:起|开始|以后|之后|后|启动(?!仪式))(?![^\d]{0,4}\d)")
OPEN_FROM = re.compile(r"(?:即日|今日|今天|现在|当日|发文之日)\s*(?:开始)?\s*(?:起|开始)?\s*(?:[-~]|至|到|起至)+\s*$")
OPEN_BEHIND = re.compile(
    r"^\s*(?:[-~]|至|到|—>|->|→)+\s*(?:$|[)。,;]|长期|常年|结束|待定|今后?|以后|年底|另行|未定|活动结束|\.{2,}|…)"
)
ONLY_END = re.compile(r"(?:^|[\s(:,])(?:至|到|截至|截止到?|直到|直至)\s*$")
ONLY_END_BEHIND = re.compile(r"^\s*(?:止|结束|为止)")
LASTING = re.compile(
    rf"(?:为期|展期|会期|历时|持续|连续|共计?|一连)\s*(?:开展|举办)?\s*(\d{{1,2}}|{NUMERAL}{{1,3}})\s*(天|日(?!\s*[-~至到])|个?(?:星期|周))"
)
OPEN_END = re.compile(r"^\s*(?:前(?!后)|之前|以前|截止)")
UNSURE = re.compile(r"左右|前后|暂定|拟定|大约|待定|或(?=\s*\d)|另行通知|视天气")
EXCEL_DAYS = range(36526, 73051)  # serial numbers of 2000-01-01 … 2099-12-31 in the 1900 system
EXCEL_EPOCH = date(1899, 12, 30)


class DateReading(Struct, frozen=True):
    """First and last day named, and why a reading is not certain.

    ``doubt`` is empty where it is certain, else one of: ``impossible`` (9月31日), ``reversed`` (end
    before start), ``vague``
    (a period that is only approximately known), ``undated`` (no day can be told), ``swapped`` (17/9),
    ``open`` (only one end
    is named), ``unsure`` (暂定), ``ambiguous`` (the number 9.2), ``year`` (another year than the campaign's).
    """

    start: date | None = None
    end: date | None = None
    days: tuple[date, ...] = ()
    doubt: str = ""


@lru_cache(maxsize=1024)  # the days of a campaign come again and again
def read_dates(text: str, year: int, number: float | None = None) -> DateReading:
    """First and last day named in *text*; None where no day is certain, with the doubt.

    «9月17日-23日» with year=2023 gives 2023-09-17 … 2023-09-23. A list gives its first and last day and
    all in ``days``.
    «9月中旬» gives its period with the doubt ``vague``. *number* is the value of a numeric spreadsheet
    cell: 45186 is a date,
    9.2 may be 9月2日 or 9月20日. Text beyond 2,000 characters is not looked at. Cases:
    tests/forms/dates.json.
    """
    text = text[:2000]
    serial = excel_serial(text, year)
    if serial:
        return serial
    if number is not None and re.fullmatch(r"\s*\d{1,2}\.[1-3]\s*", text):
        return DateReading(doubt="ambiguous")
    if LEFT_OPEN.search(fold(text)):
        return DateReading(doubt="undated")
    plain = dashed(normalise(text))
    months = month_pair(plain, year)
    if months:
        return months
    groups = chain(plain, atoms(plain))
    if not groups:
        return DateReading(doubt="undated" if re.sub(r"[\W_]", "", text) and not empty_date(text) else "")
    if any(atom.part == "?" for atom, _ in groups):
        return DateReading(doubt="" if len(groups) == 1 and not has_day(groups) else "undated")
    reading = resolve(groups, year)
    if reading.start and reading.doubt in {"", "year"}:
        told = as_the_words_around_say(replace(reading, doubt=""), groups, plain, text)
        return told if told.doubt else replace(told, doubt=reading.doubt)
    if reading.doubt == "vague" and re.search(r"第\s*[一二三四五1-5]\s*个?(?:周|星期|礼拜)|前|后", fold(text)):
        return DateReading(doubt="undated")
    return reading


def as_the_words_around_say(reading: DateReading, groups: list[tuple[Atom, str]], plain: str, text: str) -> DateReading:
    """*reading*, certain by itself, with an end left open, a length or a doubt that stands beside its days."""
    last = groups[-1][0]
    told = ends_told(reading, last, len(groups) == 1, plain[: last.start], plain[last.end :], text)
    return replace(reading, doubt="unsure") if told is reading and UNSURE.search(plain) else told


def ends_told(reading: DateReading, last: Atom, alone: bool, before: str, behind: str, text: str) -> DateReading:
    """What the words *before* and *behind* the last date make of the ends; *alone*: no other date is named."""
    if alone and OPEN_FROM.search(before):
        return replace(reading, start=None, doubt="open")
    if last.day is None:
        return reading
    if alone:
        if ONLY_END.search(before):
            return replace(reading, start=None, doubt="open")
        lasting = days_told(text)
        if lasting and reading.start:
            return replace(reading, end=reading.start + timedelta(days=lasting - 1))
        if ONLY_END_BEHIND.match(behind):
            return replace(reading, start=None, doubt="open")
        if OPEN_START.match(behind):
            return replace(reading, end=None, doubt="open")
        if OPEN_END.match(behind):
            return DateReading(doubt="open")
    return replace(reading, end=None, doubt="open") if OPEN_BEHIND.match(behind) else reading


DASHED = re.compile(
    r"[\s(]*(?:(\d{4})年\s*)?(\d{1,2})\s*-\s*(\d{1,2})\s*[日号]?(?:\s*[-~至到、,]+\s*(\d{1,2})\s*-\s*(\d{1,2})\s*[日号]?)?[\s)。#]*"
)
YEAR_MONTH = re.compile(r"\s*(20\d{2})\s*[-./]\s*(0?[1-9]|1[0-2])\s*")


def dashed(plain: str) -> str:
    """«9-17», «9-17至9-23», «2023-09» as the whole entry: month and day where it can be nothing else («9-10» may be two months)."""
    month = YEAR_MONTH.fullmatch(plain)
    if month:
        return f"{month[1]}年{month[2]}月"
    match = DASHED.fullmatch(plain)
    if not match:
        return plain
    first, last = (int(match[2]), int(match[3])), (int(match[4] or match[2]), int(match[5] or match[3]))
    months = all(1 <= m <= 12 and 1 <= d <= 31 for m, d in (first, last))
    certain = match[3].startswith("0") or first[1] > 12 or first[1] <= first[0] or match[4] is not None
    if not months or not certain:
        return plain
    year = f"{match[1]}年" if match[1] else ""
    return f"{year}{first[0]}月{first[1]}日" + (f"-{last[0]}月{last[1]}日" if match[4] else "")


def days_told(text: str) -> int:
    """«为期5天», «持续一周»: how many days it lasts from the first; 0 where that is not said."""
    match = LASTING.search(fold(text))
    number = None if match is None else int(match[1]) if match[1].isdigit() else numeral_value(match[1])
    if match is None or not number:
        return 0
    days = number * (1 if match[2] in "天日" else 7)
    return days if days <= 31 else 0


def read_day(text: str, year: int) -> DateReading:
    """One day (a form's own date): certain only where exactly one complete day is named."""
    reading = read_dates(text, year)
    if reading.doubt in {"", "year"} and reading.start and reading.start == reading.end:
        return reading
    if reading.doubt in {"vague", "undated"} or not reading.start:
        return DateReading(doubt="" if empty_date(text) or reading.doubt == "vague" else reading.doubt)
    return DateReading(doubt=reading.doubt or "undated")


def empty_date(text: str) -> bool:
    """A date left open on the form: «年 月 日», «2023年8月 日»."""
    bare = re.sub(r"[\W_]", "", text)
    return bool(re.fullmatch(r"(?:\d{0,4}年)?(?:\d{0,2}月)日?|(?:\d{0,4}年)?月?日", bare))


def has_day(groups: list[tuple[Atom, str]]) -> bool:
    return any(atom.day is not None for atom, _ in groups)


def excel_serial(text: str, year: int) -> DateReading | None:
    """A cell that holds nothing but the serial number of a date, or two joined to a range."""
    match = re.fullmatch(r"\s*(\d{5})(?:\.\d+)?(?:\s*[-~至、]\s*(\d{5})(?:\.\d+)?)?\s*", text.replace("—", "-"))
    if not match:
        return None
    numbers = [int(group) for group in match.groups() if group]
    if any(n not in EXCEL_DAYS for n in numbers):
        return None
    days = [EXCEL_EPOCH + timedelta(days=n) for n in numbers]
    if any(abs(day.year - year) > 3 for day in days):
        # Also a book of the 1904 system whose numbers were copied as they are: four years and a day off.
        return DateReading(doubt="undated")
    return span(days)


def month_pair(plain: str, year: int) -> DateReading | None:
    """«9-10月», «9、10月» without any day."""
    match = MONTH_PAIR.search(plain)
    if not match or any(atom.day is not None for atom in atoms(plain)) or re.search(r"\d\s*[日号]", plain):
        return None
    first, last = int(match[1]), int(match[3])
    if not (1 <= first < last <= 12) or re.search(r"月\s*$", plain[: match.start()]):
        return None
    return DateReading(date(year, first, 1), month_end(year, last), doubt="vague")


def chain(plain: str, found: list[Atom]) -> list[tuple[Atom, str]]:
    """The dates with how each is joined to the one before (``-`` range, ``,`` list), bare days included.

    A date written with a point or slash behind one in 年月日 counts only where a connector joins them:
    else it is an hour.
    """
    groups: list[tuple[Atom, str]] = []
    for index, atom in enumerate(found):
        limit = found[index + 1].start if index + 1 < len(found) else len(plain)
        joint = ","
        if groups:
            before = groups[-1][0]
            between = plain[before.end : atom.start]
            if before.end > atom.start:
                continue
            if RANGE.fullmatch(between.strip(" ()#") or " ") or re.fullmatch(
                r"\s*(?:\([^()]{0,12}\))?\s*[-~至到]+\s*", between
            ):
                joint = "-"
            elif atom.style in {"point", "slash"} and groups[0][0].style == "cjk" and not LIST.fullmatch(between):
                continue
        groups.append((atom, joint))
        position = atom.end
        joined = RANGE.match(plain, position) if atom.part or atom.day is not None else None
        part = PART_ONLY.match(plain, joined.end()) if joined else None
        if part and part.end() <= limit:
            groups.append((Atom(part.start(), part.end(), part=part["part"]), "-"))
        while atom.day is not None and position < limit:
            joined = RANGE.match(plain, position)
            kind = "-" if joined else ","
            joined = joined or LIST.match(plain, position)
            day = DAY_ONLY.match(plain, joined.end()) if joined and joined.end() > position else None
            if not day or day.end() > limit or day.start() == day.end():
                break
            atom = Atom(day.start(), day.end(), None, None, int(day["day"]), style=atom.style)
            groups.append((atom, kind))
            position = day.end()
    return groups


def resolve(groups: list[tuple[Atom, str]], year: int) -> DateReading:
    """Give each date the year and month it inherits and take first and last."""
    named = Named(year)
    for atom, joint in groups:
        if not named.add(atom, joint):
            return DateReading(doubt="impossible")
    if named.is_reversed():
        return DateReading(doubt="reversed")
    (first, last), doubt = named.ends(), named.doubt
    framed = named.days_in_their_month(first, last) if doubt == "vague" else ()
    if framed:
        first, last, doubt = min(framed), max(framed), ""
    if not doubt and abs(first.year - year) >= 1 and last.year != year:
        doubt = "year"
    return DateReading(first, last, named.listed(), doubt)


class Named(Struct):
    """The dates of one entry, each with the year and month that it inherits from those before it, else from the campaign's ``year``."""

    year: int
    spans: list[tuple[date, date]] = field(default_factory=list)
    joints: list[str] = field(default_factory=list)
    doubt: str = ""
    last_year: int | None = None
    last_month: int | None = None

    def add(self, atom: Atom, joint: str) -> bool:
        """False where there is no such day."""
        if atom.year is not None:
            self.last_year = atom.year if atom.year >= 100 else 2000 + atom.year
        month = atom.month if atom.month is not None else self.last_month
        if month is None or not 1 <= month <= 12:
            return False
        if self.runs_into_next_year(atom, month, joint):
            self.last_year = self.spans[-1][0].year + 1
        year = self.last_year if self.last_year is not None else self.year
        self.last_month = month
        if not 1990 <= year <= 2099:
            return False
        if atom.day is None:
            self.spans.append(part_of_month(year, month, atom.part))
            self.doubt = self.doubt or "vague"
        elif not 1 <= atom.day <= monthrange(year, month)[1]:
            return False
        else:
            self.spans.append((date(year, month, atom.day),) * 2)
        self.joints.append(joint)
        self.doubt = "swapped" if atom.swapped else self.doubt
        return True

    def runs_into_next_year(self, atom: Atom, month: int, joint: str) -> bool:
        """«12月28日-1月3日»: only a winter range may."""
        if not self.spans or atom.year is not None or joint != "-":
            return False
        before = self.spans[-1][0].month
        return month < before and before >= 10 and month <= 4

    def is_reversed(self) -> bool:
        return any(
            joint == "-" and after[1] < before[0]
            for joint, (before, after) in zip(self.joints[1:], pairwise(self.spans), strict=True)
        )

    def ends(self) -> tuple[date, date]:
        first, last = min(start for start, _ in self.spans), max(end for _, end in self.spans)
        begins, goes_on = self.spans[0][0], self.spans[-1]
        if self.joints[-1] == "-" and goes_on[0] < begins <= goes_on[1]:
            # «9月17日至9月», «9月17日至月底»: the month behind a day is only where it ends.
            first = begins
        return first, last

    def days(self) -> tuple[date, ...]:
        return tuple(start for start, end in self.spans if start == end)

    def listed(self) -> tuple[date, ...]:
        """The single days of a list; none of one day or range."""
        return self.days() if len(self.spans) > 2 or "," in self.joints[1:] else ()

    def days_in_their_month(self, first: date, last: date) -> tuple[date, ...]:
        """«9月（17日）»: the month is the frame, the day decides; only where all days lie in it."""
        is_one_month = (first.year, first.month) == (last.year, last.month)
        return self.days() if is_one_month and "-" not in self.joints else ()


def span(days: list[date]) -> DateReading:
    if days[-1] < days[0]:
        return DateReading(doubt="reversed")
    return DateReading(days[0], days[-1])


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def part_of_month(year: int, month: int, part: str) -> tuple[date, date]:
    """旬 are 1-10, 11-20, 21-end; 初 and 底 count as the first and last 旬, 中 as the middle one."""
    starts = {"上": 1, "中": 11, "下": 21, "初": 1, "底": 21, "末": 21}
    last = monthrange(year, month)[1]
    ends = {"上": 10, "中": 20, "下": last, "初": 10, "底": last, "末": last}
    named = [c for c in part if c in starts]
    if not named:
        return date(year, month, 1), date(year, month, last)
    return date(year, month, min(starts[c] for c in named)), date(year, month, max(ends[c] for c in named))
