"""What the head of a clause is about: «观星夜：时间…», «“急救”的联系人应为…», «果树那个修剪的…», as those who have several activities call each of them. Pure.

An activity is called by letters of its name that stand in no other's. What would fit two of them, or a place of another, names none for certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import name_key, stands_within
from bot.statements.wording.words import NO_LETTERS

LONGEST = 24  # letters of a name
SHORTEST = 2
# Words in many names: none of them tells one from another …
COMMON = re.compile(
    r"科普|科学|活动|宣传|社区|校园|进社区|进校园|知识|体验|互动|专题|主题|系列|全国|重点|泉州市?|我们?|单位|学校|时间|日期|地点|场地|电话|手机|人数|内容|联系人?|填报|申报|项目|\d"
)
# … unless it is the only one of its sort: «讲座那场».
SORTS = re.compile(
    r"讲座|展览|展|竞赛|培训班?|课堂|课|比赛|大?赛|开放日|报告会|论坛|沙龙|工作坊|工坊|直播|演练|市集|义诊|咨询|夏令营|研学|嘉年华|游园会?|秀"
)
# These may be meant by whoever speaks of any activity.
GENERIC = re.compile(r"讲座|展览?|竞赛|培训班?|课堂?|比赛|大?赛|咨询")
# What may stand before a name at the head of a clause.
BEFORE = re.compile(
    r"[\s\W_]*(?:(?:第[一二三四五六七八九十\d]{1,2}[场个份张项]?|其[一二三四五六]|[（(]?[\d一二三四五六七八九十]{1,2}[)）、.．]|序号\s?\d{1,2}|[①-⑳])[\s，,、:：.．]*)?"
    r"(?:(?:\d{1,2}月)?\d{1,2}[日号](?:晚上?|上午|下午)?的|除了?|(?:[两三四五六七八2-8][个项场份]|这些)?(?:里面?|里头|当中|其中|中)?(?:只有|唯独|单单|就是?)|另外|此外|另|还有|其中|至于|关于|再者|再有|再就是|然后|对了|就是|哦|请把|把|请将|将|那个?|[我咱]们?(?:单位|[局校馆院会镇园])?的?|您?看|麻烦|那么|包括|像|以及|和|PS|[,，:：\s])*\W*",
    re.IGNORECASE,
)
SINGLED_OUT = re.compile(r"[\W_]*[两三四五六七八2-8这些个项场份活动里面头当其中]*(?:只有|唯独|单单|就是?)")
# What stands behind one: «…那场», «…的», «…：», «…一项», or what is said of it.
BEHIND = re.compile(
    r"(?P<taken>[”」』》】\"\s]*(?:活动|讲座|课程?|展览?|比赛|培训班?|项目|科普|一[栏项场份]){0,2}(?:[两二三四五六2-6][场项个份](?:活动|表)?的?|的?[那这]一?[场个份张项边次门节期](?:表|活动)?的?|的?[那这]边的?|的?申报表的?|的?表(?=[里上格中的])[里上格中]?的?|的|(?:[那这]?一)[栏项场份]|(?=\s|[，,]))?[\s，,]{0,2}[:：]?(?:[—\-]{1,2})?)"
    r"(?=(?P<next>活动(?:时间|日期|地点|内容|名称|对象|类型|人数)|主要活动|时间|日期|地点|地址|场地|名称|电话|手机|固话|座机|号码|邮箱|联系|人数|内容|类型|对象|人员|来的|[主承]办|名额|参加|集合|预计|公众|工作|开讲|展期|负责|移动|填报|变更|更[改正]|修改|补正|情况|改|换|挪|调|推|提前|延|往[前后]|顺延|压缩|由|从|定在|取消|不(?:[动变办搞改]|用|需|必)|撤|停|没有?意见|照[旧常]|请|要|加|增|减|只|仍|还|也|就|人|我们?|咱|因|由于|临时|原[来定先]|本来|已经?|想|得|大[概约]|约|估计|差不多|报|\d|[一二三四五六七八九十百千两]+[个名位余多]|都|没|勾|选|填|写|漏|错|多|少)|[:：—\-，,\s“\"「]|$|。)"
)
JOINT = re.compile(r"[”」』》】\"]?(?:那[场个份项])?(?:和|、|与|及|以及|跟|还有)\s?[“「『《【\"]?")
RENAMED = re.compile(
    r"[\s”」』》】\"]*(?:这个名[字称]?)?(?:请|就|统一|要)?(?:应?改|更|换|应|要)(?:名)?(?:为|成|叫|该|是)"
)
# «盐碱花园的人数», «“星空”那场»: of an activity that is none of those.
OF_ANOTHER = re.compile(
    r"(?:(?P<bare>[\u4e00-\u9fff]{2,10}?)(?:的?那[场份张边]|的(?=时间|日期|地点|人数|联系人|电话|名称|内容|[主承]办))"
    r"|[“「『《\"](?P<marked>[^”」』》\"\n]{2,30})[”」』》\"](?:活动|讲座|展览?|课|项目)?(?:的?[那这][场份张个项]|的(?=时间|日期|地点|人数|联系|电话|手机|内容|[主承]办)|[一这][项场]|[:：—]|(?=只是|还没|没有报|是新)))"
)
# «慢病讲座改到…»: it is spoken of another one than before, whichever it is.
OF_SORT = re.compile(rf"(?P<bare>[\u4e00-\u9fff]{{1,8}}?(?:{SORTS.pattern}))(?P<marked>)")
# … unless it is somebody, something of the form or of the letter: «李老师的电话», «工作人员的人数».
OF_THE_FORM = re.compile(
    r"[我你您他她它们这那此该其原新旧老前后上下第]|单位|学校|工作|人员|组织|^(?:[项场个份张次]|活动$)|[一二两三四五六七八九十][项场个份张]|[填申上]报|报[的名]|[登记填写]|表|负责|老师|主任|同志|科长|校长|联系|方面|现场|公众|预计|移动|电子|领导|[主承协]办|[说是改把将请在到由从为]|全部|所有|各|正确|具体|准确"
)
LABELS = re.compile(
    r"活动|名称|主要|时间|日期|地点|类型|对象|内容|预计|公众|参与|人数|组织|工作|人员|联系|电话|手机|移动|电子|邮箱|填报|单位|[主承]办|其他|确认|人|的|栏"
)
MARKS = re.compile(r"[\W_]")


class Head(Struct, frozen=True):
    """Names of forms from ``begin`` to ``end`` of the text; ``forms`` (their places, in the order named) is empty where it is not certain whose they are."""

    begin: int
    end: int
    forms: tuple[int, ...] = ()


def heads_in(
    text: str, places: Sequence[tuple[int, int]], titles: Sequence[str], venues: Sequence[str]
) -> Iterator[Head]:
    """The names of forms at the heads of the clauses at *places*."""
    names = [name_key(one) for one in titles]
    spots = [name_key(one) for one in venues]
    for begin, end in places:
        starts = starts_of(text, begin, end)
        heads = (head_at(text, start, end, names, spots) for start in starts)
        found = next((one for one in heads if one), None) or (
            another(text, starts[-1], end, names, spots) if starts else None
        )
        if found and (lead := SINGLED_OUT.match(text, begin)) and lead.end() == found.begin:
            found = replace(found, begin=begin)  # «三个里面只有图片展的…»
        if found:
            yield found


def starts_of(text: str, begin: int, end: int) -> list[int]:
    """Where a name may begin: at the clause's first letter, and behind what leads on to it."""
    first = begin + len(re.match(r"[\W_]*", text[begin:end]).group())  # type: ignore[union-attr]
    match = BEFORE.match(text, begin, end)
    listed = re.match(r"[^:：“「《]{2,16}[:：]\s*", text[begin:end])  # «我们报了三个：气象员、演练、无人机»
    places = (first, match.end() if match else first, begin + listed.end() if listed else first)
    return list(dict.fromkeys(one for one in places if one < end))


def another(text: str, start: int, end: int, names: Sequence[str], spots: Sequence[str]) -> Head | None:
    """The name at *start*, of which nothing tells that it is one of *names*."""
    match = OF_ANOTHER.match(text, start - (text[start - 1 : start] in set('“「『《"')), end)
    if match is None and (sort := OF_SORT.match(text, start, end)):
        behind = BEHIND.match(text, sort.end(), end)
        match = sort if behind and behind["next"] else None
    if match is None or not NO_LETTERS.sub("", LABELS.sub("", match["bare"] or match["marked"])):
        return None
    if match["bare"] and OF_THE_FORM.search(match["bare"]):
        return None
    said = name_key(match["bare"] or match["marked"])
    fitting = [number for number, name in enumerate(names) if is_called(said, name, is_pointed=True)]
    fitting = fitting or [number for number, spot in enumerate(spots) if said in spot]  # «茶厂那场»
    return Head(match.start(), match.end(), tuple(fitting if len(fitting) == 1 else ()))


def head_at(
    text: str, start: int, end: int, names: Sequence[str], spots: Sequence[str], *, is_joined: bool = False
) -> Head | None:
    """The longest name from *start* on with something said of it behind, or behind another that it is joined to."""
    letters = [at for at in range(start, min(end, start + 2 * LONGEST)) if not MARKS.match(text[at])][:LONGEST]
    for size in range(len(letters), SHORTEST - 1, -1):
        stop = letters[size - 1] + 1
        said = name_key("".join(text[at] for at in letters[:size]))
        if joint := JOINT.match(text, stop, end):
            first = [number for number, name in enumerate(names) if is_called(said, name, is_pointed=True)]
            more = head_at(text, joint.end(), end, names, spots, is_joined=True) if len(first) == 1 else None
            if more:
                return Head(start, more.end, (*first, *more.forms) if more.forms else ())
        behind = BEHIND.match(text, stop, end)
        if behind is None and not is_joined:
            continue
        taken, after = (behind["taken"], behind.end("taken")) if behind else ("", stop)
        is_pointed = (
            is_joined
            or text[start - 1 : start] in set("的了除")
            or any(one in taken for one in "那这的表:：—”」》栏项")
        )
        is_told = is_pointed or tells_apart(said, names)
        fitting = [number for number, name in enumerate(names) if is_called(said, name, is_pointed=is_told)]
        same = [number for number in fitting if names[number] == said]
        if not fitting:
            continue
        found = same if len(same) == 1 else fitting
        elsewhere = any(said in spot for number, spot in enumerate(spots) if number not in found)
        is_certain = len(found) == 1 and not elsewhere
        is_renamed = bool(RENAMED.match(text, stop, end))
        return Head(start, stop if is_renamed else after, tuple(found if is_certain else ()))
    return None


def tells_apart(said: str, names: Sequence[str]) -> bool:
    """«讲座人数改为…» of a lecture and an exhibition: each of the names has a sort, and only one of them this one; «义诊改到…» of any."""
    sorts = [sorts_in(name) for name in names]
    own = sorts_in(said) if SORTS.fullmatch(said) and len(said) >= SHORTEST else set()
    is_plain = all(sorts) or not GENERIC.fullmatch(said)
    return bool(own) and is_plain and sum(own <= one for one in sorts) == 1


def loose_in(text: str, places: Sequence[tuple[int, int]], titles: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where clauses, before they say anything of a value, hold a part of a name that only one activity has: «顺带说一下无人机营»."""
    names = [MARKS.sub("", one) for one in titles]
    parts = {name[at : at + LOOSE] for name in names for at in range(len(name) - LOOSE + 1)}
    parts = {
        one
        for one in parts
        if not COMMON.search(one) and not SORTS.search(one) and sum(one in name for name in names) == 1
    }
    found = re.compile("|".join(map(re.escape, sorted(parts)))) if parts else None
    for begin, end in places if found else ():
        match = found.search(text, begin, end) if found else None
        if match and not SAYS_VALUE.search(text, begin, match.start()):
            yield match.start(), match.end()


LOOSE = 3
SAYS_VALUE = re.compile(r"注明|[是为在到改换叫写填于由用]|地[点址]|[:：]")


def is_called(said: str, name: str, *, is_pointed: bool) -> bool:
    """Whether who says *said* may mean what is called *name*."""
    if len(said) < SHORTEST or not name:
        return False
    told = COMMON.sub(" ", said)
    if told.endswith(" ") and not name.endswith(said[-2:]):
        return False  # «太阳系填报»: it belongs to what follows
    if len(told) >= SHORTEST and told in name and not SORTS.fullmatch(told):
        return True  # «巡展»
    core = SORTS.sub(" ", told).split()
    if sum(map(len, core)) >= SHORTEST:
        return in_order(core, name) or is_short_for(core, sorts_in(told), name)
    sorts = sorts_in(told)
    return is_pointed and not core and len(sorts) == 1 and sorts <= sorts_in(name)


def is_short_for(pieces: Sequence[str], sorts: set[str], name: str) -> bool:
    """«反诈讲座» of «反电信诈骗讲座»: the sort is the same, and all its letters stand in the name in their order."""
    return bool(sorts) and sorts <= sorts_in(name) and stands_within("".join(pieces), name)


def sorts_in(words: str) -> set[str]:
    """The sorts of activities that *words* name, by one name each: «展览» is a «展»."""
    return {SAME_SORT.get(one, one) for one in SORTS.findall(words)}


SAME_SORT = {"展览": "展", "竞赛": "赛", "比赛": "赛", "大赛": "赛", "课堂": "课", "培训班": "培训", "游园会": "游园"}


def in_order(pieces: Sequence[str], name: str) -> bool:
    """Whether the letters of *pieces* stand in *name* one behind the other: at least two of them side by side, and more than two where some stand alone."""
    letters = "".join(pieces)
    places: list[int] = []
    for number, letter in enumerate(letters):
        behind = places[-1] + 1 if places else 0
        pair = letters[number : number + 2]
        at = behind if places and name[behind : behind + 1] == letter else name.find(pair, behind)
        at = at if at >= 0 else name.find(letter, behind)
        if at < 0:
            return False
        places.append(at)
    joined = [b - a == 1 for a, b in pairwise(places)]
    return any(joined) and (len(letters) > SHORTEST or all(joined))
