"""What running words say of when and where the activity is held: «我局拟于9月18日在县林业科技园举办…», «推到25号星期一», «9月20日改9月22日». Pure.

A clause is seen as what it is made of: days (◇ what counts, ◆ what stood there before), a verb that moves (改到 推迟 挪), one that sets (定于 放在 还是), one that
holds (举办 开展), the activity, and a place behind 在. What else stands in it need not be understood, unless it speaks of another day (papers, meetings, another's
activity) or leaves open what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.statements.values.clause.counting import is_given_up, together
from bot.statements.values.clause.said import FieldWords
from bot.statements.values.clause.whole import BETWEEN_MARKS, renamed
from bot.statements.values.context import Addressed, Context
from bot.statements.values.shapes import OTHER_DAY, of_kind
from bot.statements.wording.days import ELSE, LEFT_OPEN, OTHERS_DAY, is_elsewhere
from bot.statements.wording.joints import CALLED, CHANGE, without_tail
from bot.statements.wording.words import HOUSE_MOVES

LONGEST = 120  # characters of a clause
HOLD = r"(?:举办|举行|开展|进行|召开|开讲|开课|开放|展出|演出|上课|开办|办(?![公理法事手完好了证卡年])|搞|做(?=[^，,]{0,8}(?:活动|讲座|义诊|展)))"
EVENT = r"(?:活动|讲座|义诊|展览|画展|比赛|竞赛|开放日|课堂|沙龙|研学|宣讲|宣传|论坛|嘉年华|科技节|科普[周行展]|咨询|演出|表演|体验|[营赛展]|[那这]场|[那这]个|[\u4e00-\u9fff](?:日|节|市集|集市)(?=[为是定])|日期|开始|[我本该][校局馆院会镇园村]|我们|＂)"
LATER = r"(?:了|一?下|一?[些点]|[几两一二三四五六七八九十\d]{1,3}个?(?:天|周|星期|礼拜|日(?!期)))"
MOVE = rf"(?:往?[后前](?:推|挪|延|移|拖)|推[迟后]|[延顺][期后迟延]?|提前|改期?|更改|换|挪|移|推|调整?|变更){LATER}*[，,\s]*(?:(?:推|挪|延|移|改|换|调|提前|定)?(?:到|至|为|成|在|于|是)?)"
SET = r"(?:定(?:于|在|为|到|下)?了?|放(?:在|到)?|安排(?:在|于|到)|设在|选(?:在|定)?|[按报用]|还是|仍(?:然)?(?:是|为|在|定)?|就是|是|为|依旧|照旧|照|维持|[于在从自]|拟|计划|预计|准备)"
TO_MOVE = re.compile(rf"{MOVE}(?:原来的|我们的?|了)*(?:[^，,◇◆]{{0,4}})◇")
MOVED_FROM = re.compile(rf"(?:{MOVE}|→|[-=]+>)\s*$")
SETS = r"(?:定(?:于|在|为|到|下)了?|放(?:在|到)|安排(?:在|于|到)|就[^，,◇◆]{0,3}(?:[按报用定]|是)?在?|还是|仍(?:然)?(?:是|为|在|定)?|[按报]|以(?=◇$))"
TO_SET = re.compile(rf"(?:{EVENT}[^，,◇◆]{{0,12}}{SET}|^[^，,◇◆]{{0,6}}{SETS})(?:在|于|的)?[^，,◇◆]{{0,2}}◇")
CALLED_RIGHT = re.compile(
    r"^[^，,◇◆]{0,6}◇[^，,◇◆]{0,4}(?:没(?:有)?[填写弄报记]?错|无误|是对的|是正确的|没(?:有)?问题)[的呀啊哈]*$"
)
ACTIVITY = r"(?:活动|讲座|义诊|展览|比赛|竞赛|开放日|[那这]场|日期|＂)"
HELD_THEN = re.compile(
    rf"{ACTIVITY}(?:的?时间)?[^，,◇◆]{{0,5}}◇|◇[^，,◇◆]{{0,60}}{HOLD}|^\W*◇[^，,◇◆]{{0,8}}在[^，,]{{2,40}}$"
)
OUR_EVENT = re.compile(
    r"^(?:我们?|本|咱们?)[^，,]{0,16}(?:活动|讲座|义诊|展览|比赛|竞赛|开放日|课堂|沙龙|科技节|[”」》])的?$"
)
ONCE = re.compile(r"原[定计先来本]|本来|起初|最初|写的|填的|报的")
AT_PLACE = re.compile(
    rf"(?:(?<=◇)|(?<=[，,\s])|^)[，,]?(?:活动|地点|都|也|就|仍|还是?|改|换|挪|移|搬|定|放|安排|设|拟|我们?)*(?:在|于|假(?=[\u4e00-\u9fff]{{2}}))(?P<place>[^，,。；;◇◆“「《]{{2,40}}?)(?:那边|那里|这边)?(?:$|为[^，,]*{HOLD}|面向[^，,]*|(?P<holds>(?:组织)?{HOLD})|联合[^，,]*)"
)
ABOUT_THEN = re.compile(r"[日号\d](?:左右|前后)$")
FIRST_LESSON = re.compile("开学第一课|开学典礼")
OWN_PLACE = re.compile(r"我们|本|我")
LATER_BY = re.compile(
    r"(?:推迟|延期|延后|提前|顺延|往后[推延挪移])了?[几两一二三四五六七八九十\d]+个?(?:天|周|星期|礼拜|月)(?![一二三四五六日])"
)
# «因9月16日、17日县里举办马拉松» tells why.
REASON_THEN = re.compile(r"^\W*(?:因为?|由于|鉴于|考虑到|[恰正适]逢)[^，,◇◆]{0,6}◇")
# «延到下周六晚上»: the day is not said.
TO_SOME_DAY = re.compile(
    rf"{MOVE}(?P<when>(?:(?:[这本]|下{{1,2}})个?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:下个?)?月底|下个?月|(?:\d{{1,2}}月)?[上中下]旬|国庆后|节后)[^，,。；;]{{0,8}})$"
)
# «9月20号上午改成下午2点半»: the day stays.
HOUR = r"(?:[上下中]午|早上|晚上|傍晚)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:点(?:半|\d{1,2}分?)?|时|[:：]\d\d)|[上下中]午|早上|晚上|傍晚"
OF_HOURS = re.compile(
    rf"(?P<day>(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})月(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])(?:当天|那天)?的?[^，,\d]{{0,12}}?(?:时间)?(?:由|从|原定?)?(?:{HOUR})的?(?:活动|讲座|举行|举办|开始)?(?:{CHANGE}|改[成为到在]?)(?P<new>{HOUR})(?:开始|举行|举办|进行)?$"
)


class Event(Struct, frozen=True):
    """A clause with its days as ◇ (``days``, those that count) and ◆."""

    text: str
    days: tuple[str, ...]


def event_of(clause: str) -> Event:
    text = without_tail(BETWEEN_MARKS.sub(lambda match: "＂" * len(match.group()), clause.strip()))
    found = list(together(text, list(of_kind(text, "daterange"))))
    counts = [not is_given_up(text, *one[:2]) for one in found]
    for i in range(len(found) - 1):
        if MOVED_FROM.search(text[found[i][1] : found[i + 1][0]]):
            counts[i] = False
    shown, at = "", 0
    for one, is_current in zip(found, counts, strict=True):
        shown += text[at : one[0]] + ("◇" if is_current else "◆")
        at = one[1]
    days = (one[2] for one, is_current in zip(found, counts, strict=True) if is_current)
    return Event(shown + text[at:], tuple(days))


def is_moved(event: Event) -> bool:
    """Whether the one day that counts is what the activity moves to."""
    match = TO_MOVE.search(event.text)
    if not match:
        match = re.search(r"◆[^◇◆，,]{0,3}(?:改|换|调|挪|移|→|[-=]+>)[^◇◆，,]{0,2}◇", event.text)
    if not match:
        return False
    near = event.text[max(match.start() - 8, 0) :]
    return not (is_elsewhere(event.text) or LEFT_OPEN.search(near) or ELSE.search(near[near.find("◇") - 1 :]))


def is_held(event: Event) -> bool:
    """Whether the one day that counts is said of the activity."""
    if CALLED_RIGHT.search(event.text) and not OTHERS_DAY.search(event.text):
        return True
    if (
        REASON_THEN.match(event.text)
        or is_elsewhere(event.text)
        or TO_MOVE.search(event.text)
        or ELSE.search(event.text)
    ):
        return False
    if LEFT_OPEN.search(event.text) or ONCE.search(event.text):
        return False
    return bool(TO_SET.search(event.text) or HELD_THEN.search(event.text))


@lru_cache(maxsize=1024)
def tells_event(clause: str) -> bool:
    """Whether a clause says when the activity is held."""
    if len(clause) > LONGEST:
        return False
    event = event_of(clause)
    return len(event.days) == 1 and (is_moved(event) or is_held(event))


@lru_cache(maxsize=1024)
def tells_move(clause: str) -> bool:
    """Whether a clause says to which day the activity moves."""
    event = event_of(clause) if len(clause) <= LONGEST else Event("", ())
    return len(event.days) == 1 and is_moved(event)


def held(clause: str, definition: FormDefinition, *, goes_on: bool) -> list[FieldWords]:
    """When and where, as a clause without any label says it. *goes_on*: its sentence has told the time: «…，在村部二楼»."""
    times = times_of(definition)
    places = [spec for spec in definition.field if spec.kind == "text" and spec.key != definition.anchor]
    if len(times) != 1 or len(clause) > LONGEST:
        return []
    plain = without_tail(BETWEEN_MARKS.sub(lambda match: "的" * len(match.group()), clause.strip()))
    if match := OF_HOURS.search(plain):
        return [FieldWords(times[0].key, f"{match['day']}{match['new']}", old="?")]
    event = event_of(clause)
    where = place_in(event, places) if len(places) == 1 else []
    if not event.days and (match := LATER_BY.search(plain)) and not LEFT_OPEN.search(plain):
        return [FieldWords(times[0].key, match.group(), sure=False, old="?")]
    if not event.days and (match := TO_SOME_DAY.search(plain)) and not LEFT_OPEN.search(plain):
        return [FieldWords(times[0].key, match["when"], sure=False, old="?")]
    moved = len(event.days) == 1 and is_moved(event)
    if moved or (len(event.days) == 1 and is_held(event)):
        behind = event.text[event.text.find("◇") + 1 :]
        if ABOUT_THEN.search(event.days[0]):
            return [FieldWords(times[0].key, event.days[0], sure=False)]
        if OTHER_DAY.match(FIRST_LESSON.sub("", behind)):
            return []
        old = "?" if moved else ""
        return [FieldWords(times[0].key, event.days[0], old=old), *(told_with(one, old) for one in where)]
    return where if goes_on and not event.days and not LEFT_OPEN.search(event.text) else []


def told_with(one: FieldWords, old: str) -> FieldWords:
    return FieldWords(one.target, one.text, old=old, prose=True, sure=one.sure)


def place_in(event: Event, places: Sequence[FieldSpec]) -> list[FieldWords]:
    match = AT_PLACE.search(event.text)
    if not match or not (CALLED.search(match["place"]) or is_place(match)):
        return []
    return [FieldWords(places[0].key, match["place"], prose=True, sure=not OWN_PLACE.match(match["place"]))]


def is_place(match: re.Match[str]) -> bool:
    """Whether what stands between «在» and the verb that holds says where, and not when or with whose help."""
    return bool(match["holds"]) and not NO_PLACE.search(match["place"])


NO_PLACE = re.compile(
    r"[下中内间上期时后前里外]$|期间|活动|指导|带领|支持|协助|配合|基础|范围|同时|当[日天]|[\d一二三四五六七八九十]场"
)


def times_of(definition: FormDefinition) -> list[FieldSpec]:
    return [spec for spec in definition.field if spec.kind == "daterange"]


MOVES = r"(?:改|换|挪|移|搬|调整?|变更|更改|转)(?:了|过|一?下|动)*"
RELOCATED = re.compile(
    rf"^[^，,。；;\d]{{0,10}}?(?:(?:活动|讲座|展览|比赛|地方|场地|地点|场所|现在|现|就|也|已经?|临时|统一|都|需要?|要|因故)+(?:{MOVES}[，,\s]*)+|^(?:现在|现|就|也|已经?|临时|统一|都|请|麻烦)*{MOVES})(?:到|至|在|去|(?<=[^，,]{{5}})[为成])(?P<place>(?![^，,]{{0,3}}[:：])[^，,。；;\d][^，,。；;]{{2,40}}?)(?:去|里)?(?:{HOLD})?(?:了|来)*$"
)


# «由室外广场移至室内体育馆»
CARRIED = re.compile(
    r"^(?:现|已|拟|临时)*(?:由|从)(?:原来?的?)?[^，,。；;]{2,24}?(?:挪|移|搬|迁)(?:到|至|进|往|入)(?P<place>[^，,。；;\d][^，,。；;]{2,40}?)(?:举行|举办|进行)?了?$"
)


def relocated(clause: str, definition: FormDefinition) -> list[FieldWords]:
    """«换到德化县瓷艺研学基地», «活动改在市科技馆举行» is about the form's one place."""
    places = [spec for spec in definition.field if spec.kind == "text" and spec.key != definition.anchor]
    plain = without_tail(clause.strip())
    match = RELOCATED.match(plain) or CARRIED.match(plain)
    if (
        not match
        or len(places) != 1
        or not CALLED.search(match["place"])
        or LEFT_OPEN.search(plain)
        or OTHERS_DAY.search(plain)
    ):
        return []
    is_house = bool(HOUSE_MOVES.search(plain))
    return [FieldWords(places[0].key, match["place"], old="?", prose=True, sure=not is_house)]


def of_name(clause: str, context: Context) -> list[FieldWords]:
    """What a clause without any label says of the place, else of a name."""
    return relocated(clause, context.definition) or renamed(clause, context.definition)


def is_time(piece: Addressed, context: Context) -> bool:
    return any(spec.key == piece.target for spec in times_of(context.definition))
