"""Edits of when the activity is held: another day, one end of its days, so many days later, more or fewer of them, another hour. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.definitions import FieldSpec
from bot.forms.values.numerals import counted_value
from bot.statements.edits.days import (
    DAYS,
    NUMBER,
    Days,
    clause_around,
    dated,
    days_in,
    first_day,
    is_of_else,
    numbers_in,
)
from bot.statements.edits.hours import HOUR, to_hours
from bot.statements.edits.named import is_of_other_day
from bot.statements.edits.named import stands as stands_as
from bot.statements.values.context import Addressed, Context, Edit
from bot.statements.wording.days import GOES_BACK

INTO = re.compile(
    r"(?:改|换|挪|移|推迟?|延期?|延后|提前|调整?|变更?|顺延|定|放|安排|其?实际?|应|正确|更正|即|压缩|缩短|只|仅|就|约|再)[^，,。；;\d]{0,6}?(?:到|至|成|为|在|于|是)?(?:的?是|为)?\s*[“「]?$|(?:到|至|成|→|>|是|为|即|从|自|以|[，,\s])\s*$"
)
VERB = re.compile(
    r"改|换|挪|移|推|延|回到|恢复|提前|(?:由|从)[^，,。；;]{2,14}提[到至]|调|变|顺|实际|其实|应[为该是]|正确|更正|→|->|=>|压缩|缩[短减]|增加|安排在|定在|晚(?![上间会])|早(?![上晨就已])|登记[成为在]|[写填报打弄搞]错|[少漏][写填报]|不是|并[成为到]|合并|集中|错开|再[办开搞做举]|重新?[约定]|约[了到在]|以[^，,。；;]{1,14}为准|(?:还是|仍|就)按[^，,。；;]{0,8}(?:来|办|算)(?=[，,])"
)
SHIFT = re.compile(
    rf"(?:(?P<which>起始|开始|开头|开幕|收尾|结束|闭幕|收摊|撤展)的?(?:日期?|时间|那?一?天)?[^，,。；;\d]{{0,4}}?)?"
    rf"(?:(?P<later>推迟|延期|延后|推后|顺延|后延|往后|押后|晚)|(?P<earlier>提前|提早|往前|前移|早))(?:了|再|都|[推延挪移顺提放调拖])*(?P<number>{NUMBER})个?(?P<what>天|日(?!期)|周(?![一二三四五六日末])|星期(?![一二三四五六日天])|礼拜(?![一二三四五六日天]))(?P<end>(?:才|再)?(?:开始|开幕|结束|闭幕|收))?"
)
LONGER = re.compile(
    rf"(?:(?:往后|再|又|后面)?(?:多|加|增加|延长|延)(?:开|办|搞|展|做|放|出|了|到|长|一场)*)(?P<number>{NUMBER})天(?!内)"
)
OFF = r"[^，,。；;\d]{0,6}?(?:不(?!变|动|能少)|取消|去掉|砍|没法|删|停)"
ONLY = r"(?:只|仅|就|单)(?:保留|剩|留|办|搞|做|开|展|要|在|安排)*(?:了)?"
LAST = rf"(?:最后|末尾?|后面?)(?:那|的)?(?P<number>{NUMBER})天"
FIRST = rf"(?:(?:第|头)(?P<one>一)|(?P<head>首)|(?:前|头)(?:面|那|的)?(?P<number>{NUMBER}))[天日]"
WITHOUT_LAST, WITHOUT_FIRST = re.compile(LAST + OFF), re.compile(FIRST + OFF)
ONLY_LAST, ONLY_FIRST = re.compile(ONLY + LAST), re.compile(ONLY + FIRST)
# «由一天改为两天»: which days is not said.
SO_MANY = re.compile(
    rf"(?:改|变|压缩|缩短|缩减|延长|增加|扩展?)(?:成|为|到|至)(?:了)?(?P<number>{NUMBER})天(?![，,\s]*(?:即|分别|\d|{NUMBER}[日号月]))"
)
NEXT_DAY = re.compile(
    r"(?:改|换|挪|移|推迟?|延期?|顺延|调整?|提前)[^，,。；;\d]{0,3}?(?:到|至|成|为|在)?(?:(?P<later>第二天|次日|隔天|后一天|转天)|(?P<earlier>前一天|头一天))"
)
SAME_WEEK = re.compile(
    r"(?:改|换|挪|移|推迟?|延期?|顺延|调整?|提前)[^，,。；;\d]{0,3}?(?:到|至|成|为|在)?(?:同一?|那一?|当|该)(?:个)?(?:周|星期|礼拜)的?(?:周|星期|礼拜)?(?P<day>[一二三四五六日天])"
)


def edits_in(text: str, context: Context) -> list[Edit]:
    text = without_name(text, context)
    found = told_in(text, context)
    return [] if found and is_of_other_day(text, context) else found


def without_name(text: str, context: Context) -> str:
    """*text*, as long as it was, without the activity's own name, whose words are of no other day: «“海丝小工匠”培训顺延三天»."""
    name = stands_as(context.definition.anchor, context).strip("“”《》")
    if len(name) < 4 or name not in text:
        return text
    own = re.compile(rf"[“《]?{re.escape(name)}[”》]?(?:培训班?|讲座|活动)?")
    return own.sub(lambda match: "＿" * len(match.group()), text)


def told_in(text: str, context: Context) -> list[Edit]:
    """What is said of days and hours, whatever field it may be of."""
    specs = [spec for spec in context.definition.field if spec.kind == "daterange"]
    if len(specs) != 1:
        return []
    spec = specs[0]
    stands = stands_in(context, spec)
    if stands and (match := BY_NUMBER.search(text)) and first_day(as_day(match["old"]), stands) == stands[0]:
        new = first_day(as_day(match["new"]), stands)
        return [day_edit(match, written(new, new), spec, text)] if new and stands[0] == stands[1] else []
    if stands and (left := by_days(text, spec, stands, (day_left_out,))):
        return left
    named = days_in(text, stands)
    if back := GOES_BACK.search(text):  # «还是回到最早报的20号», whatever was told before
        named = [replace(one, role="was" if one.end <= back.start() else "all") for one in named]
    if any(one.role != "was" for one in named):
        return to_day(text, named, spec, stands)
    if stands is None:
        return []
    stood = str(context.form.plain(spec.key))
    moved = [at_its_hour(one, text, stood) for one in by_days(text, spec, stands)]
    return moved or by_hour(text, spec, stands, stood)


OF_ONE_DAY = re.compile(
    rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}[日号]\s*(?:[（(]?(?:周|星期|礼拜)[一二三四五六日天][）)]?)?\s*(?P<hours>{HOUR}(?:(?:到|至|[-—–~～]+){HOUR})?)"
)


def at_its_hour(edit: Edit, text: str, stood: str) -> Edit:
    """«推迟两天» leaves the hours of its one day as they *stood*, «推迟两天，下午三点开始» does not."""
    hours = THEN_AT.match(text, edit.end) or OF_ONE_DAY.fullmatch(stood.strip())
    is_kept = hours and (hours.re is THEN_AT or all(one in hours["hours"] for one in re.findall(HOUR, text)))
    if not (hours and is_kept and ONE_DAY.fullmatch(edit.piece.text)):
        return edit
    return replace(edit, piece=replace(edit.piece, text=f"{edit.piece.text}{hours['hours']}"))


THEN_AT = re.compile(
    rf"[，,]?\s*(?:改?[为到在]|时间)?(?P<hours>{HOUR}(?:(?:到|至|[-—–~～]+){HOUR})?)(?:举行|举办|开始|开场|进行)?\W*$"
)
ONE_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


# «时间那栏17改16», «日期0922改0921»
OF_MONTH = r"(?:0[1-9]|1[0-2])[0-3]\d"
BY_NUMBER = re.compile(
    rf"(?:时间|日期)[^，,。；;\d]{{0,8}}?(?:[由从把将])?(?:\d{{1,2}}月)?(?P<old>{OF_MONTH}|\d{{1,2}})[日号]?\s*(?:更?改|换|变|→|[-=]+>)[成为到]?\s*(?P<new>{OF_MONTH}|\d{{1,2}})(?=[，,。；;！!\s]|$)"
)


def as_day(digits: str) -> str:
    return f"{int(digits[:2])}月{int(digits[2:])}日" if len(digits) > 2 else digits


def day_edit(match: re.Match[str], said: str, spec: FieldSpec, text: str, *, sure: bool = True) -> Edit:
    return Edit(Addressed(spec.key, said, -1, text, old="?"), match.start(), match.end(), match.start(), sure=sure)


def stands_in(context: Context, spec: FieldSpec) -> tuple[date, date] | None:
    first, last = (context.form.plain(key) for key in spec.keys[-2:])
    return (first, last) if isinstance(first, date) and isinstance(last, date) else None


BEGINS = re.compile(r"(?<=[点半时分钟\d])(?<![日号]\d)(?:准时)?(?:开始|开讲|开场|开课)$")  # behind an hour
WITHOUT_MONTH = re.compile(rf"{NUMBER}[日号]")


def completed(piece: Addressed, spec: FieldSpec, context: Context) -> Addressed:
    """*piece* that another reader found, with the month in which its day is nearest to what stands."""
    piece = replace(piece, text=BEGINS.sub("", piece.text))
    said, is_dated = dated(piece.text, stands_in(context, spec)) if WITHOUT_MONTH.match(piece.text) else ("", False)
    return replace(piece, text=said) if is_dated and said != piece.text else piece


def contradicts(piece: Addressed, text: str, context: Context) -> bool:
    """Whether the days that another reader found in *text* are only one end of those that it means, or those that it gives up."""
    spec = context.definition.spec(piece.target)
    if spec is None or spec.kind != "daterange":
        return False
    found = edits_in(text, context)
    return (
        bool(found)
        and found[0].sure
        and [day for _, day in numbers_in(found[0].piece.text)] != [day for _, day in numbers_in(piece.text)]
    )


def to_day(text: str, named: Sequence[Days], spec: FieldSpec, stands: tuple[date, date] | None) -> list[Edit]:
    gone = [numbers_in(one.text) for one in named if one.role == "was"]
    new = without_end(one_each([one for one in named if one.role != "was" and numbers_in(one.text) not in gone]))
    if not new or not (VERB.search(text) or "last" in [one.role for one in new]):
        return []
    begin = min(other.begin for other in named)
    if sorted(one.role for one in new) == ["first", "last"]:
        said, sure = between(new, stands), True
    elif [one.role for one in new] == ["all", "last"]:
        said, sure = between([replace(new[0], role="first"), new[1]], stands), False
    elif len(new) == 1 and new[0].role != "all" and stands and stands[0] != stands[1]:
        said, sure = to_end(new[0], stands), is_stood(gone, stands)
    elif len(new) == 1 and new[0].role != "last":
        led = bool(INTO.search(WEEKDAY.sub("", text[: new[0].begin])) or GOES_BACK.search(text))
        if not (led or any(other.role == "was" for other in named)):
            return []
        if re.search(r"以\s*$", text[: new[0].begin]) and not COUNTS.match(text[new[0].end :]):
            return []  # «以9月10日后另行发函的为准»
        said, sure = in_a_row(new[0].text, stands) or dated(new[0].text, stands)
        sure = sure and new[0].role != "first"
    elif len(new) == 1 and stands:
        said, sure = to_end(new[0], stands), is_stood(gone, stands)
    else:
        return []
    if not said:
        return []
    said = re.sub(r"(月\d{1,2})(?=$|[上下晚早])", r"\1日", said)
    piece = Addressed(spec.key, said, -1, text, old="?", prose=True)
    return [Edit(piece, begin, max(one.end for one in new), new[0].begin, sure=sure)]


def is_stood(gone: Sequence[Sequence[tuple[int | None, int]]], stands: tuple[date, date]) -> bool:
    """Whether the days told as *gone* are those that the form begins or ends with: «撤展由20日顺延到22日» of one that ends then."""
    return all(days[-1][1] in {one.day for one in stands} for days in gone if days)


# «顺到下周六23号»
WEEKDAY = re.compile(r"[下这本]?个?(?:周|星期|礼拜)[一二三四五六日天]\s*$")
COUNTS = re.compile(r"(?:[（(][^）)]{0,8}[）)])?(?:这个?|的)?(?:时间|日期|那天)?为准")


def in_a_row(said: str, stands: tuple[date, date] | None) -> tuple[str, bool] | None:
    """«19日、20日、21日三个下午» as its first and last day, where none between is left out."""
    days = [day for _, day in numbers_in(said)]
    first = first_day(said, stands) if len(days) > 2 and days == list(range(days[0], days[0] + len(days))) else None
    return (written(first, first + timedelta(days=len(days) - 1)), True) if first else None


def one_each(new: Sequence[Days]) -> list[Days]:
    """A day that is told twice, once, in its fuller words: «是二十一号…哦二十一号上午九点»."""
    found: dict[tuple[int, ...], Days] = {}
    for one in new:
        key = tuple(day for _, day in numbers_in(one.text))
        if key not in found or len(found[key].text) < len(one.text):
            found[key] = one
    return list(found.values())


def without_end(new: Sequence[Days]) -> list[Days]:
    """*new* without the last day that several days end with all the same: «即17、18、19日，19日下午撤展»."""
    ends = [days[-1][1] for one in new if one.role == "all" and len(days := numbers_in(one.text)) > 1]
    return [one for one in new if one.role != "last" or [day for _, day in numbers_in(one.text)] != ends]


def between(new: Sequence[Days], stands: tuple[date, date] | None) -> str:
    first, last = (next(one for one in new if one.role == role) for role in ("first", "last"))
    begin, end = first_day(first.text, stands), first_day(last.text, stands)
    return written(begin, end) if begin and end and begin <= end else ""


def to_end(one: Days, stands: tuple[date, date]) -> str:
    """The days that stand there, with *one* as the first or the last."""
    day = first_day(one.text, stands)
    first, last = (day, stands[1]) if one.role == "first" else (stands[0], day)
    return written(first, last) if first and last and first <= last else ""


def by_days(
    text: str,
    spec: FieldSpec,
    stands: tuple[date, date],
    readers: Sequence[Callable[[str, tuple[date, date]], Moved]] = (),
) -> list[Edit]:
    """«顺延一周», «多开一天», «最后一天不搞了»."""
    for reader in readers or (shifted, lengthened, shortened, next_day):
        if (found := reader(text, stands)) is None:
            continue
        match, first, last, sure = found
        if (first, last) == stands or last < first or is_of_else(clause_around(text, match.start(), match.end())):
            return []
        return [day_edit(match, written(first, last), spec, text, sure=sure)]
    return []


Moved = tuple[re.Match[str], date, date, bool] | None


def shifted(text: str, stands: tuple[date, date]) -> Moved:
    first, last = stands
    match = SHIFT.search(text)
    if match is None:
        return None
    if re.search(r"[早晚]了", match.group()) and re.search(r"应|错|不对|[写填]", text):
        return None  # so the day was wrong
    number = counted_value(match["number"]) or 0
    by = timedelta(days=number * (1 if match["what"] in "天日" else 7)) * (1 if match["later"] else -1)
    which = match["which"] or match["end"] or ""
    if first != last and re.search(r"开始|开幕|起始|开头", which):
        return match, first + by, last, True
    if first != last and which:
        return match, first, last + by, True
    return match, first + by, last + by, True


def lengthened(text: str, stands: tuple[date, date]) -> Moved:
    match = LONGER.search(text)
    return match and (match, stands[0], stands[1] + timedelta(days=counted_value(match["number"]) or 0), True)


def shortened(text: str, stands: tuple[date, date]) -> Moved:
    first, last = stands
    day = timedelta(days=1)
    if match := WITHOUT_LAST.search(text):
        return match, first, last - day * number_of(match), True
    if match := WITHOUT_FIRST.search(text):
        return match, first + day * number_of(match), last, True
    if match := ONLY_LAST.search(text):
        return match, last - day * (number_of(match) - 1), last, True
    if match := ONLY_FIRST.search(text):
        return match, first, first + day * (number_of(match) - 1), True
    if match := SO_MANY.search(text):
        return match, first, first + day * (number_of(match) - 1), False
    return None


# «17号那天不展了»
OFF_DAY = re.compile(
    r"^(?:[那当这]天|[那这]一?[天场])?(?:就|也|都)?(?:不(?:再)?[展办开搞做来]了?|取消|去掉|停[办展]?)(?=[，,。；;！!\s]|$)"
)


def day_left_out(text: str, stands: tuple[date, date]) -> Moved:
    """The first or the last day, told by its number, that is no longer one."""
    first, last = stands
    match = next((one for one in DAYS.finditer(text) if OFF_DAY.match(text[one.end() :])), None)
    day = first_day(match.group(), stands) if match else None
    if match is None or first == last or day not in stands:
        return None
    step = timedelta(days=1)
    return (match, first + step, last, True) if day == first else (match, first, last - step, True)


def number_of(match: re.Match[str]) -> int:
    return counted_value(match["number"] or "") or 1


def next_day(text: str, stands: tuple[date, date]) -> Moved:
    if match := NEXT_DAY.search(text):
        by = timedelta(days=1 if match["later"] else -1)
        return match, stands[0] + by, stands[1] + by, True
    if (match := SAME_WEEK.search(text)) and stands[0] == stands[1]:
        weekday = "一二三四五六日".index(match["day"].replace("天", "日"))
        one = stands[0] + timedelta(days=weekday - stands[0].weekday())
        return match, one, one, True
    return None


def by_hour(text: str, spec: FieldSpec, stands: tuple[date, date], stood: str) -> list[Edit]:
    """«挪到当天下午两点半», «十点开场、十二点散»: the day stays."""
    if (told := to_hours(text, stood, stands)) is None:
        return []
    begin, end, hours = told
    piece = Addressed(spec.key, f"{written(*stands)}{hours}" if hours else text[begin:end], -1, text, old="?")
    return [Edit(piece, begin, end, begin, sure=bool(hours))]


def written(first: date, last: date) -> str:
    begin = f"{first.year}年{first.month}月{first.day}日"
    return begin if first == last else f"{begin}至{last.month}月{last.day}日"
