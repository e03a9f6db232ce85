"""The days that a sentence names, each with what it is: what stood there, the first or the last of the new ones, or all of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.values.numerals import counted_value
from bot.statements.values.clause.counting import SAID_THEN
from bot.statements.values.shapes import DAY, MORE_TIME, NUMERAL, OLD_BEFORE, OLD_BEHIND
from bot.statements.wording.days import ELSE, is_elsewhere

NUMBER = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}}|半)"
BARE = rf"(?<![\d月./第]){NUMBER}[日号](?!线|楼|馆|院|门|厅|教|会议|店|码)"
LIST = rf"(?<![\d月./第]){NUMBER}[日号]?(?:\s*[、和及与跟]\s*{NUMBER}[日号]?)+\s*(?:这|的)?(?:[两二三四五2-5](?:天|日|个(?:晚上|上午|下午|半天|晚|白天|整天))|(?<=[日号]))"
RANGE = rf"(?<![\d月./第]){NUMBER}[日号]?\s*[至到\-—–~～]\s*{NUMBER}[日号]"
# «应当是9月23»
NO_SIGN = r"(?<![\d月./第])\d{1,2}月\d{1,2}(?=[，,。；;！!\s]|$|上午|下午|晚)"
DAYS = re.compile(rf"(?:{DAY}|{NO_SIGN}|{LIST}|{RANGE}|{BARE})(?:{MORE_TIME})*")
MONTH_AND_DAY = re.compile(
    rf"(?:(?P<month>\d{{1,2}}|{NUMERAL}{{1,3}})\s*[月./]\s*)?(?P<day>\d{{1,2}}|{NUMERAL}{{1,3}})(?=\s*(?:[日号、和及与跟\-—–~～至到]|$))"
)
# What stood there before, whatever the form says.
WAS = re.compile(
    r"(?:原[定来先本报订]?(?:的|是|在|为|于)?|本来(?:是|在|定)?|误[植写填作报录打]?(?:为|成|作)?|[写填报打印登]成了?|[写填报](?:的|了)(?:是|为)?|原[来先]?(?:只|是)?[写填报][到至]了?|由|从|不是|不在|(?<!改)自)\s*[“「]?$"
)
SELF_CORRECTED = re.compile(
    r"^[，,。、…~\s]*(?:(?:啊|哦|噢|呃|哎呀?)*[，,]?不(?:对|是)|(?:哦|啊)不|说错|[写打]错|错了|口误)"
)
ARROW = re.compile(r"^\s*[”\"」）)]?\s*(?:→|➜|⇒|[-=—–]+[>＞〉》])")
BECOMES = re.compile(r"^(?:的)?(?:展期|活动)?(?:更?改|换|变|调|推|提|顺|延)")
# «麻烦登记成…»
REQUESTED = re.compile(r"(?:请|麻烦|帮忙|帮我|烦请|劳驾)[^，,。；;\d]{0,8}[记写填报][成为]\s*$")
# «从18号办到20号», «18号开，20号收»
SPANS = re.compile(
    r"^(?:开始|开幕|开展|开馆|开|起|启动)?[，,\s]*(?:一直|持续|延续|就|活动|展览|展出)*(?:办|开|展|搞|展出|举办|做)?(?:到|至)\s*$"
)
OPENS = r"(?:才|再|就|正式)?(?:开始|开幕|开展|开馆|开[，,\s]*(?=\d|[一二三])|起(?!来)|启动)(?!时间)"
CLOSES = r"(?:就|才|再|晚上|[上下]午)*(?:结束|闭幕|闭展|收官|收(?!到)|撤展|闭馆|为止|止|也(?:[开办搞展]|有活动))"
OPENS_BEHIND, CLOSES_BEHIND = re.compile(rf"^{OPENS}"), re.compile(rf"^{CLOSES}")
OPENS_BEFORE = re.compile(
    r"(?:开始|开幕(?!式|典礼)|起始|开展|启动(?!仪式)|首日)(?:的)?(?:时间|日期|日|那天)?(?!不)(?:[由从原][^，,。]{2,14}?)?[^，,。\d]{0,8}?(?:改|推[迟后]?|延[后期]?|提[前早]|调整?|挪|变[更动]?|更[改换正]|换|移|晚|早|[为是])[到至成为在]*\s*$"
)
CLOSES_BEFORE = re.compile(
    r"(?:结束|最后一[天日]|末尾那天|闭幕(?!式|典礼)|撤展|闭展|截止|收官|展期|会期)(?:的)?(?:时间|日期|日|那天)?(?!不)(?:[由从原][^，,。]{2,14}?)?[^，,。\d]{0,8}?(?:改|推[迟后]?|延[后期]?|提[前早]|调整?|挪|变[更动]?|更[改换正]|换|移|晚|早|[为是])[长展]?[到至成为在]*\s*$|(?:延长|延展|延续|持续|办|开|搞|展出|摆)(?:[到至])\s*$|(?:连续?[办开展搞]|持续|为期)[^，,。]{0,4}[，,]?\s*[到至]\s*$"
)
# «延到30日»: the end only where the rest says so.
ENDS_LATER = re.compile(r"(?:延|推|提前|缩短?)(?:到|至)\s*$")
OF_THE_END = re.compile(
    r"闭幕|结束|展期|延展|撤展|闭展|(?:开幕|开始|起始|首日)[^，,。]{0,6}不[变动]|从?\d+[日号](?:开始|开幕)不变"
)


class Days(Struct, frozen=True):
    """Days that a sentence names, at their place. ``role``: "was" what stood there, "first", "last" or "all" what is to be there."""

    begin: int
    end: int
    text: str
    role: str


LASTS = re.compile(
    r"(?:推迟|延期|延后|推后|顺延|后延|往后[推延挪]?|提[前早]|早|晚|多|加|少|为期|历时|连续|共)(?:了|再|都)*$"
)


def days_in(text: str, stands: tuple[date, date] | None) -> list[Days]:
    """The days of *text* that may be the activity's."""
    found: list[Days] = []
    for match in DAYS.finditer(text):
        said = re.sub(r"(?:[\s、，,至到和及\-—–~～]|结束|为?止|开始|开幕)+$", "", match.group())
        end = match.start() + len(said)
        if LASTS.search(text[: match.start()]) and re.match(rf"{NUMBER}日", said):
            continue  # «顺延一日»: for how long, and no day
        if is_of_else(clause_around(text, match.start(), end)):
            continue
        one = Days(match.start(), end, said, role_of(text, match.start(), end, said, stands))
        found = joined(found, one, text)
    return found


def joined(found: Sequence[Days], one: Days, text: str) -> list[Days]:
    """*one* behind *found*, with the day before it where the two are a span."""
    before = found[-1] if found else None
    between = text[before.end : one.begin] if before else ""
    is_span = SPANS.match(between) or (
        OPENS_BEHIND.match(between) and len(between) < 8 and CLOSES_BEHIND.match(text[one.end :])
    )
    if before is None or not is_span or re.search(r"[改换变]", between):
        return [*found, one]
    behind = text[one.end :]
    is_was = bool(re.search(r"原[定来先本报]?[^，,。]{0,4}$", text[: before.begin]) or OLD_BEHIND.match(behind))
    is_was = is_was or bool(BECOMES.match(behind))
    return [*found[:-1], Days(before.begin, one.end, f"{before.text}至{one.text}", "was" if is_was else "all")]


def role_of(text: str, begin: int, end: int, said: str, stands: tuple[date, date] | None) -> str:
    before, behind = text[:begin], text[end:]
    is_was = bool(WAS.search(before) or OLD_BEFORE.search(before) or OLD_BEHIND.match(behind))
    is_was = (is_was and not REQUESTED.search(before)) or bool(SAID_THEN.search(re.split("[，,。；;]", before)[-1]))
    is_span = bool(OPENS_BEHIND.match(behind)) or len(numbers_in(said)) > 1  # «自9月19日起至9月26日止»
    if is_was and not (is_span and re.search(r"[从自]\s*$", before) and not BECOMES.match(behind)):
        return "was"
    is_alone = bool(re.search(r"[只仅单就][^，,。；;\d]{0,3}$", before))
    if (
        ARROW.match(behind)
        or SELF_CORRECTED.match(behind)
        or (same_as(said, stands) and not (is_alone and len(set(stands or ())) > 1))
    ):
        return "was"
    if len(numbers_in(said)) > 1:
        return "all"  # «展期调整为9月18日至9月21日»
    if OPENS_BEHIND.match(behind) or OPENS_BEFORE.search(before):
        return "first"
    if CLOSES_BEHIND.match(behind) or CLOSES_BEFORE.search(before):
        return "last"
    return "last" if ENDS_LATER.search(before) and OF_THE_END.search(text) else "all"


def is_of_else(clause: str) -> bool:
    plain = re.sub(r"(?:开始|开展|起始|结束|[开闭]幕(?!式|典礼)|截止)(?:的)?(?:时间|日期)?", "", clause)
    plain = re.sub(r"(?<!布)(?<!布展)(?:撤展|闭展)的?(?:时间|日期|日)?(?=[由从])", "", plain)
    plain = re.sub(r"约(?:了|到|在|好)", "", plain)
    plain = re.sub(r"(?<=◇)(?:才|就)?(?:撤展|闭展)", "", plain)
    return bool(ELSE.search(plain)) or is_elsewhere(plain)


# Characters that say whose day it is; speech has no commas.
BEFORE, BEHIND = 16, 12


def clause_around(text: str, begin: int, end: int) -> str:
    before, behind = beside(text, begin, end)
    return f"{before[-BEFORE:]}◇{behind[:BEHIND]}"


def beside(text: str, begin: int, end: int) -> tuple[str, str]:
    """What the clause says before and behind the words from *begin* to *end*."""
    return re.split(r"[，,。；;！!\s]", text[:begin])[-1], re.split(r"[，,。；;！!\s]", text[end:])[0]


def numbers_in(said: str) -> list[tuple[int | None, int]]:
    """Month, if it is said, and day of each day in *said*."""
    plain = re.sub(r"20\d\d\s*[年./-]", "", said)
    found = []
    for match in MONTH_AND_DAY.finditer(plain):
        day = counted_value(match["day"])
        if day:
            found.append((counted_value(match["month"]) if match["month"] else None, day))
    return found


def same_as(said: str, stands: tuple[date, date] | None) -> bool:
    """Whether *said* is the day, or the days, that stand in the form."""
    if stands is None or re.search(r"[上下]午|晚|点|[:：]", said):
        return False
    days = numbers_in(said)
    there = stands[: len(days)] if len(days) <= len(set(stands)) else ()
    return (
        bool(days)
        and bool(there)
        and all(day == one.day and month in (None, one.month) for (month, day), one in zip(days, there, strict=False))
    )


def dated(said: str, stands: tuple[date, date] | None) -> tuple[str, bool]:
    """*said* with its month, where it names none: that in which it is nearest to what stands; and whether that is certain."""
    if re.search(r"月|\d\s*[./-]\s*\d", said):
        return said, True
    one = first_day(said, stands)
    return (f"{one.month}月{said}", True) if one else (said, False)


def first_day(said: str, stands: tuple[date, date] | None) -> date | None:
    """The first day of *said*; without a month that which is nearest to what stands, where that is certain."""
    days = numbers_in(said)
    if stands is None or not days:
        return None
    month, day = days[0]
    near = sorted((abs((one - stands[0]).days), one) for one in same_day(stands[0], day) if month in (None, one.month))
    if not near or (len(near) > 1 and near[1][0] - near[0][0] < 5):
        return None
    return near[0][1]


def same_day(around: date, day: int) -> Iterator[date]:
    for step in (-1, 0, 1):
        month = around.month - 1 + step
        try:
            yield date(around.year + month // 12, month % 12 + 1, day)
        except ValueError:
            continue
