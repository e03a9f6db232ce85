"""Edits of when the activity is held: another day, so many days later or earlier, a day more or less, another hour of the same day. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.numerals import counted_value
from bot.statements.edits.edit import Edit
from bot.statements.values.context import Addressed, Context
from bot.statements.values.shapes import DAY, MORE_TIME, NUMERAL, OLD_BEFORE, OLD_BEHIND
from bot.statements.wording.days import ELSE, is_elsewhere

NUMBER = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}}|半)"
BARE = rf"(?<![\d月./第]){NUMBER}[日号](?!线|楼|馆|院|门|厅|教|会议|店|码)"
DAYS = re.compile(rf"(?:{DAY}|{BARE})(?:{MORE_TIME})*")
MONTH_AND_DAY = re.compile(
    rf"(?:(?P<month>\d{{1,2}}|{NUMERAL}{{1,3}})\s*[月./]\s*)?(?P<day>\d{{1,2}}|{NUMERAL}{{1,3}})"
)
# What stood there before, whatever the form says.
WAS = re.compile(
    r"(?:原[定来先本报订]?(?:的|是|在|为|于)?|本来(?:是|在|定)?|误[植写填作报录打]?(?:为|成|作)?|[写填报打印登]成了?|[写填报](?:的|了)(?:是|为)?|由|从|不是|不在|(?<!改)自)\s*[“「]?$"
)
SELF_CORRECTED = re.compile(
    r"^[，,。、…~\s]*(?:(?:啊|哦|噢|呃|哎呀?)*[，,]?不(?:对|是)|(?:哦|啊)不|说错|[写打]错|错了|口误)"
)
INTO = re.compile(
    r"(?:改|换|挪|移|推迟?|延期?|延后|提前|调整?|变更?|顺延|定|放|实际|应|正确|更正)[^，,。；;\d]{0,6}?(?:到|至|成|为|在|于|是)?(?:的?是|为)?\s*[“「]?$|(?:到|至|成|→|>|是|为|[，,\s])\s*$"
)
VERB = re.compile(r"改|换|挪|移|推|延|提前|调|变|顺|实际|应[为该是]|正确|更正|→|->|=>")
SHIFT = re.compile(
    rf"(?:(?P<later>推迟|延期|延后|推后|顺延|后延|往后|押后|晚)|(?P<earlier>提前|提早|往前|前移|早))(?:了|再|都|[推延挪移顺提放调])*(?P<number>{NUMBER})个?(?P<what>天|日(?!期)|周(?![一二三四五六日末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天]))"
)
LONGER = re.compile(
    rf"(?:(?:往后|再|又|后面)?(?:多|加|增加|延长|延)(?:开|办|搞|展|做|放|出|了|到|长|一场)*)(?P<number>{NUMBER})天(?!内)"
)
WITHOUT_LAST = re.compile(
    rf"(?:最后|末尾?|后面?)(?:那|的)?(?P<number>{NUMBER})天[^，,。；;\d]{{0,6}}?(?:不(?!变|动|能少)|取消|去掉|砍|没法|删|停)"
)
WITHOUT_FIRST = re.compile(r"(?:(?:第|头)一|首)[天日][^，,。；;\d]{0,6}?(?:不(?!变|动|能少)|取消|去掉|砍|没法|删|停)")
HOUR = rf"(?:(?:[上下中]午|早上|晚上|傍晚|清晨|早|晚)(?:{NUMBER}(?:点(?:半|钟|{NUMBER}分?)?|[:：]\d\d))?|{NUMBER}(?:点(?:半|钟|{NUMBER}分?)?|[:：]\d\d))"
OTHER_HOUR = re.compile(
    rf"(?:改|换|挪|移|推迟|延|提前|调整?|顺延)[^，,。；;\d]{{0,4}}?(?:到|至|成|为|在)?(?:当天|同一天|那天)?(?P<hour>{HOUR})(?:(?:到|至|[-—–~～]){HOUR})?"
)


@dataclass(frozen=True, slots=True)
class Days:
    """Days that a sentence names, at their place. ``was``: what stood before."""

    begin: int
    end: int
    text: str
    was: bool


def edits_in(text: str, context: Context) -> list[Edit]:
    specs = [spec for spec in context.definition.field if spec.kind == "daterange"]
    if len(specs) != 1:
        return []
    spec = specs[0]
    stands = stands_in(context, spec)
    named = list(days_in(text, stands))
    if any(not one.was for one in named):
        return to_day(text, named, spec, stands)
    if stands is None:
        return []
    return by_days(text, spec, stands) or to_hour(text, spec, stands)


def stands_in(context: Context, spec: FieldSpec) -> tuple[date, date] | None:
    first, last = (context.form.plain(key) for key in spec.keys[-2:])
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


def days_in(text: str, stands: tuple[date, date] | None) -> Iterator[Days]:
    """The days of *text* that may be the activity's."""
    for match in DAYS.finditer(text):
        said = re.sub(r"[\s、，,至到和及\-—–~～]+$", "", match.group())
        end = match.start() + len(said)
        clause = clause_around(text, match.start(), end)
        if is_of_else(clause):
            continue
        was = bool(WAS.search(text[: match.start()]) or OLD_BEFORE.search(text[: match.start()]))
        was = was or bool(OLD_BEHIND.match(text[end:]) or SELF_CORRECTED.match(text[end:]))
        yield Days(match.start(), end, said, was or same_as(said, stands))


def is_of_else(clause: str) -> bool:
    return bool(ELSE.search(clause)) or is_elsewhere(clause)


def clause_around(text: str, begin: int, end: int) -> str:
    before = re.split(r"[，,。；;！!\s]", text[:begin])[-1]
    behind = re.split(r"[，,。；;！!\s]", text[end:])[0]
    return f"{before}◇{behind}"


def same_as(said: str, stands: tuple[date, date] | None) -> bool:
    """Whether *said* is the day, or the days, that stand in the form."""
    if stands is None:
        return False
    match = MONTH_AND_DAY.search(said)
    day = counted_value(match["day"]) if match else None
    month = counted_value(match["month"]) if match and match["month"] else None
    return any(one.day == day and month in (None, one.month) for one in stands[:1]) and not re.search(
        r"[上下]午|晚|点|[:：]", said
    )


def to_day(text: str, named: list[Days], spec: FieldSpec, stands: tuple[date, date] | None) -> list[Edit]:
    new = [one for one in named if not one.was]
    if len(new) != 1:
        return []
    one = new[0]
    led = bool(INTO.search(text[: one.begin]))
    is_instead = any(other.was for other in named)
    if not (VERB.search(text) and (led or is_instead)):
        return []
    said, is_dated = dated(one.text, stands)
    begin = min(other.begin for other in named)
    piece = Addressed(spec.key, said, -1, text, old="?", prose=True)
    return [Edit(piece, begin, one.end, one.begin, sure=is_dated)]


def dated(said: str, stands: tuple[date, date] | None) -> tuple[str, bool]:
    """*said* with its month, where it names none: that in which it is nearest to what stands; and whether that is certain."""
    if re.search(r"月|\d\s*[./-]\s*\d", said):
        return said, True
    match = re.match(NUMBER, said)
    day = counted_value(match.group()) if match else None
    if stands is None or not day:
        return said, False
    near = sorted((abs((one - stands[0]).days), one) for one in same_day(stands[0], day))
    if not near or (len(near) > 1 and near[1][0] - near[0][0] < 5):
        return said, False
    return f"{near[0][1].month}月{said}", True


def same_day(around: date, day: int) -> Iterator[date]:
    for step in (-1, 0, 1):
        month = around.month - 1 + step
        try:
            yield date(around.year + month // 12, month % 12 + 1, day)
        except ValueError:
            continue


def by_days(text: str, spec: FieldSpec, stands: tuple[date, date]) -> list[Edit]:
    """«顺延一周», «多开一天», «最后一天不搞了»."""
    first, last = stands
    if match := SHIFT.search(text):
        number = counted_value(match["number"]) or 0
        by = timedelta(days=number * (1 if match["what"] in "天日" else 7)) * (1 if match["later"] else -1)
        first, last = first + by, last + by
    elif (match := LONGER.search(text)) is not None:
        last += timedelta(days=counted_value(match["number"]) or 0)
    elif (match := WITHOUT_LAST.search(text)) is not None:
        last -= timedelta(days=counted_value(match["number"]) or 0)
    elif (match := WITHOUT_FIRST.search(text)) is not None:
        first += timedelta(days=1)
    if match is None or (first, last) == stands or last < first:
        return []
    clause = clause_around(text, match.start(), match.end())
    if is_of_else(clause):
        return []
    piece = Addressed(spec.key, written(first, last), -1, text, old="?")
    return [Edit(piece, match.start(), match.end(), match.start())]


def to_hour(text: str, spec: FieldSpec, stands: tuple[date, date]) -> list[Edit]:
    """«挪到当天下午两点半»: the day stays."""
    match = OTHER_HOUR.search(text)
    if match is None or stands[0] != stands[1]:
        return []
    clause = clause_around(text, match.start(), match.end())
    if is_of_else(clause):
        return []
    piece = Addressed(spec.key, f"{written(*stands)}{match['hour']}", -1, text, old="?")
    return [Edit(piece, match.start(), match.end(), match.start())]


def written(first: date, last: date) -> str:
    begin = f"{first.year}年{first.month}月{first.day}日"
    return begin if first == last else f"{begin}至{last.month}月{last.day}日"
