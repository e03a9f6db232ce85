"""Edits of the hours of one day: «挪到当天下午两点半», «十点开场、十二点散», «开场比原定的早半小时». The day stays. Pure."""

from __future__ import annotations

from datetime import date

from bot.base import expressions as re
from bot.forms.values.numerals import counted_value
from bot.statements.edits.days import NUMBER, beside, clause_around, is_of_else

HALF = r"(?:[上下中]午|早上|晚上|傍晚|清晨|早(?!一点)|晚(?!一点))"
CLOCK = rf"(?:点(?:半|钟|{NUMBER}分?)?|[:：]\d\d)"
HOUR = rf"(?:{HALF}(?:{NUMBER}{CLOCK})?|(?<![大小好近远多少高低快慢长短早晚有])(?<!宽敞){NUMBER}{CLOCK})"
OTHER_HOUR = re.compile(
    rf"(?:(?:改|换|挪|移|调整?)[^，,。；;\d周星礼明后次隔]{{0,4}}?(?:到|至|成|为|在)?|(?:推迟|延|提前|顺延)[^，,。；;\d周星礼明后次隔]{{0,3}}?(?:到|至|成|为|在))(?:当天|同一天|那天)?的?(?P<hour>{HOUR})(?:(?:到|至|[-—–~～]){HOUR})?"
    rf"|(?:提前|提早|推迟|延后|早|晚)(?:了)?(?:半|一|两|二|三|[1-3])个?半?(?:小时|钟头)[^，,。；;\d]{{0,4}}[，,]?(?:即|也就是|到|改?[为成到])?(?P<shifted>{HOUR})(?=(?:就|才|准时)*(?:开始|开场|开讲|开课)|准时|[，,。；;！!\s]|$)"
)
OPENS = r"(?:开始|开场|开讲|开课|开幕|开演|开展(?![^，,。；;]{0,2}活动)|起始)"
CLOSES = r"(?:结束|散场|散会|收场|收尾|收摊|闭幕|散(?=[，,。；;！!\s了]|$)|完(?=[，,。；;！!\s]|$)|为止|止)"
# «十点开场、十二点散», «改成下午三点开始，五点结束»
BOTH = re.compile(
    rf"(?P<begin>{HALF}?{NUMBER}{CLOCK})(?:整|准时|正式|才|就|再)*{OPENS}[、，,\s]*(?:到|至)?(?P<end>{HALF}?{NUMBER}{CLOCK})(?:整|准时|左右|就|再)*{CLOSES}"
)
SHIFT = re.compile(
    rf"(?:(?:(?P<opens>{OPENS})|(?P<closes>{CLOSES}))的?(?:时间|钟点)?(?:都|也|同时|同样|要|改为|改成|请|就|相应)*(?:比原(?:定|来|计划|先)?的?(?:时间)?)?)?"
    r"(?:(?P<earlier>提前|提早|往前[提挪移]?|早(?!上))|(?P<later>推迟|延后|推后|往后[推挪移延]?|顺延|晚(?!上)))(?:了|再|约)*"
    r"(?:(?P<half>半)个?(?:小时|钟头)|(?P<number>[一两二三四五1-5])个?(?P<more>半)?(?:小时|钟头)|(?P<minutes>\d{1,2}|[一二三四五]?十[五]?)分钟?|(?P<quarter>一|三)刻钟)"
    rf"(?:再|才|就)?(?:(?P<opening>{OPENS})|(?P<closing>{CLOSES}))?(?![来到布签集入进])"
)
STANDING = re.compile(r"(?P<hour>\d{1,2})(?P<sign>[:：])(?P<minute>\d\d)|(?P<spoken>\d{1,2})点(?P<half>半)?")
# Before the shift of the whole; «电影放映推迟一小时» may be said of a part.
OF_ALL = re.compile(
    r"(?:所以|因此|故|我们?|咱们?|[这本]次?场?|活动|讲座|展览|义诊|比赛|课程?|体验营?|现在|时间|整体|统一|都|也|就|全部|当天|请|把|将|要|得|需要?|只好|现|拟|的|改为|\s)*"
)
NOON = 12 * 60


def to_hours(text: str, stood: str, stands: tuple[date, date]) -> tuple[int, int, str] | None:
    """Where *text* tells other hours than *stood* with the one day that *stands*, and those hours; empty ones where they are not certain."""
    if stands[0] != stands[1]:
        return None
    if match := BOTH.search(text):
        found, hours = [match], f"{match['begin']}至{match['end']}"
    elif match := OTHER_HOUR.search(text):
        found, hours = [match], match["hour"] or match["shifted"]
    else:
        found = list(SHIFT.finditer(text))
        hours = shifted(stood, found) if found and OF_ALL.fullmatch(beside(text, found[0].start(), 0)[0]) else ""
    is_ours = not any(is_of_else(clause_around(text, one.start(), one.end())) for one in found)
    return (found[0].start(), found[-1].end(), hours) if found and is_ours else None


def shifted(stood: str, shifts: list[re.Match[str]]) -> str:
    """The hours in *stood*, each end moved as is said of it, both where it is said of neither; empty where that cannot be told."""
    clocks = list(STANDING.finditer(stood))
    if not 1 <= len(clocks) <= 2 or len({one["sign"] for one in clocks}) > 1:
        return ""
    moves = [0] * len(clocks)
    for one in shifts:
        by = minutes_of(one) * (-1 if one["earlier"] else 1)
        is_opening, is_closing = one["opens"] or one["opening"], one["closes"] or one["closing"]
        for i in range(len(clocks)):
            if (is_opening and i) or (is_closing and (not i or len(clocks) < 2)):
                continue
            moves[i] += by
    if not any(moves):
        return ""
    said, last = "", 0
    for i, (clock, by) in enumerate(zip(clocks, moves, strict=True)):
        time = minute_of(clock)
        if by and (time + by - bool(i)) // NOON != (time - bool(i)) // NOON:
            return ""  # the words before it say which half of the day
        hour, minute = divmod(time + by, 60)
        lead = HALVES.search(stood[last : clock.start()]) if i == 0 else None
        between = stood[last : clock.start()] if i else lead.group() if lead else ""
        said += f"{between}{hour}{clock['sign'] or ':'}{minute:02}"
        last = clock.end()
    return said


HALVES = re.compile(rf"{HALF}\s*$")


def minute_of(clock: re.Match[str]) -> int:
    return int(clock["hour"] or clock["spoken"]) * 60 + (
        int(clock["minute"] or 0) if clock["hour"] else 30 * bool(clock["half"])
    )


def minutes_of(shift: re.Match[str]) -> int:
    if shift["half"]:
        return 30
    if shift["quarter"]:
        return 15 * (counted_value(shift["quarter"]) or 0)
    if shift["minutes"]:
        return counted_value(shift["minutes"]) or 0
    return 60 * (counted_value(shift["number"]) or 0) + 30 * bool(shift["more"])
