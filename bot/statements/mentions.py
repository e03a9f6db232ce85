"""Where a letter names a form: by its reference, its name or a part of it, its unit, its place in our list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.base.text import name_key
from bot.forms.model import Form
from bot.forms.values.numerals import counted_value
from bot.statements.heads import heads_in, is_called, loose_in
from bot.statements.plain import plain

SHORTEST_NAME = 3  # letters of a name that tells one activity from another …
SHORTEST_BARE = 5  # … and without marks around it
REF = r"[Kk][Pp]\d{4}-\d{4,}"
# «0595 22217957» is a telephone.
END_OF_REF = r"(?![^\S\n]*(?:(?!0\d{2,3}[\-—– ]?\d{7}|1[3-9]\d{9})[\d\-—– ]{7,}|\d{4}(?!\d)|[多余]?[人名个位]))"
SHOWN_REF = re.compile(
    rf"[【\[（(]?(?:受理号|编号|登记号)?[ \t\u3000:：为]{{0,3}}(?P<ref>{REF}|(?:(?<=号)|(?<=号[ :：为是]))20\d\d-\d{{4}}(?!\d))(?:\s?[·・•]\s?[0-9A-Za-z]{{4}})?\s?[】\])）]?(?:的|那[项个份]|这[项个份])?[，,：:、 \t\u3000]{{0,2}}"
)
MARKED = re.compile(r"[“\"「『《【](?P<name>[^“”\"「」『』《》【】\n]{2,60})[”\"」』》】]")
ORDINAL = re.compile(
    r"第\s?(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})\s?[项个份场张](?:重点|科普)?(?:活动|项目|申报表|登记表|表格?)(?!类型|对象|内容)(?:的|里的?|中的?)?[，,：:、]?"
)
# «两项活动的…都»: all of them, where there are as many.
ALL = re.compile(
    r"(?:(?<![第一二三四五六七八九十\d外余他剩下])(?P<number>[两二三四五六七八九]|[2-9])(?:[项个份场张](?:重点|科普)?(?:活动|项目|申报表|登记表|表)|[份张](?=[^，,。；;\n]{0,14}(?:都|均|统一|一律|一并|全部?|同样))|[项个场](?=(?:都|均|统一|一律|全部?)|的[^，,。；;\n]{0,8}(?:都|均|统一|一律|一并)))"
    r"|(?:所有的?|全部的?|各[项个份张])(?:重点|科普)?(?:活动|项目|申报表|登记表))(?!类型|对象|内容)(?:表格?)?(?:的|中的?|里的?)?[，,：:、]?"
)
# «第二项的活动对象»: of our list, where no correction bears a number.
NUMBERED = re.compile(
    r"第\s?(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})\s?[项个](?:(?:的|里的?|中的?)(?=[\u4e00-\u9fff])|(?=(?:请|也|就|则|先|仍)*(?:保留|照[旧常]|取消|撤|删|推|延|顺延|改|换|提前|挪|不[变动办搞])))"
)
# «第二项落实了，叫“…”», where there is but one.
NEXT_ONE = re.compile(
    r"第\s?(?P<number>[二三四五六七八九十]|[2-9])\s?[项个场](?:活动|项目)?(?:也|已经?|现在?|刚刚?|终于)*(?:落实|定下|敲定|有着落|确定(?:下来|了)|叫|名为|名称[是为])"
)
# «电话都填…», «人数统一写…»: one field of every form.
THE_SAME = re.compile(
    r"(?<![和跟与及、\u4e00-\u9fff])(?:联系|办公|活动|公众|移动)?(?:电话|手机|联系人|人数|时间|地点|邮箱|主办单位|承办单位|单位名称)(?:都|均|统一|一律)(?=填|写|是|为|改|换|用|按|定|报)"
)
# «第二份», «第三场», «前一个»: in the order of our list, or as the letter itself named them.
IN_ORDER = re.compile(
    r"(?:第\s?(?P<number>[一二三四五六七八九十]|\d)\s?[份张场](?!活动|申报表|登记表|表格|重点|科普)|(?P<first>前(?:一|面那?|边那?)[个场项](?!月|人)|头一[个场项])|(?P<some>[前后][两二三])[个场项]|(?:后(?:一|面那?|边那?)|最后(?:一|那)?)[个场项](?!月|人))(?:表|活动)?(?:的|里的?|上的?)?[，,：:、]?"
)
# «您邮件里问的那张»: of which our letter spoke.
OF_OURS = re.compile(
    r"(?:[您你]们?|贵部|科普部)(?:的|这次|上次|昨天|刚才)*(?:邮件|来信|回信|信|回复|通知)?(?:里|中|上)?(?:面)?(?:问|提|说|列|指|讲|要|退|发)(?:到|及|出|的是|回来?|补)*(?:的|有问题的)*(?:那|这)?[一]?[份张项个场](?:表|活动)?的?[，,：:、]?"
)
# «另外那场», «另一份的», «其余两项».
OTHERS = re.compile(
    r"(?:另外?|其余|其他|剩下|余下)的?(?:那|这)?(?P<number>[一两二三四五])?(?:[份场张项](?!目|工)|个(?=活动|的|那|[，,：:]|时间|地点|人数|改|推|提|延))(?:活动|表格?|申报表)?(?:的|里的?|上的?)?[，,：:、]?"
)
OF_DAY = re.compile(
    r"(?<![\d~至到\-—、月])(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号](?:晚上?|上午|下午)?(?:的?[那这]一?[场份个]|的(?:活动|讲座))(?:活动)?的?[，,：:、]?"
)
# «绘本会那场», «那个陶艺的»: what an activity is called by who speaks of it.
IN_PART = re.compile(
    r"(?P<before>[\u4e00-\u9fffA-Za-z0-9]{2,20}?)(?:活动|讲座)?的?[那这]一?[场个项张份次门节](?!月|时候|星期|时间)|[那这]一?[场个项次](?P<behind>[\u4e00-\u9fffA-Za-z0-9]{2,20})"
)
SHORTEST_PART = 2  # letters of a name by which somebody calls one of his activities
BELONGS_TO = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}[市州盟])?(?:[\u4e00-\u9fff]{2,4}[县区市])?")
OF_UNIT = r"(?P<person>[\u4e00-\u9fff]{1,3}(?:老师|主任|校长|园长|馆长|科长|同志))?(?:的|那[份项个]|这[份项个]|[:：])"
# A clause ends at a mark, and at a blank between Chinese words.
CLAUSE = re.compile(
    r"[^，,。；;！!？?\n]+?(?:[，,。；;！!？?]+|(?<=[\u4e00-\u9fff\d])[ \u3000]+(?=[\u4e00-\u9fff“「《])|$)|[，,。；;！!？?]+"
)


class FormName(Struct, frozen=True):
    """What a form is called, and whose it is. ``is_listed``: the letter goes on with what we wrote of it; of any other it speaks only where it names it."""

    ref: str
    title: str = ""
    is_listed: bool = True
    is_table: bool = False
    unit: str = ""
    is_open: bool = False  # we asked for corrections, each with its number
    venue: str = ""
    day: date | None = None  # of an activity of one day


def described(names: Sequence[FormName], forms: Sequence[Form]) -> list[FormName]:
    """*names* with where and on which day the activity of each is, as its writer may call it."""
    return [replace(name, **place_of(form)) for form, name in zip(forms, names, strict=True)]


def place_of(form: Form) -> dict[str, Any]:
    venue, first, last = (form.fields[key].value if key in form.fields else None for key in PLACE)
    is_one_day = isinstance(first, date) and first == last
    return {"venue": venue if isinstance(venue, str) else "", "day": first if is_one_day else None}


PLACE = ("venue", "start_date", "end_date")


class Named(Struct, frozen=True):
    """The forms (by their places) that stand in a text from ``begin`` to ``end``, none where it is a form that the letter is not about.
    ``order``: of several as they stand there; ``is_blanked``: what stands there is not looked at for values; ``is_head``: all that its clause says is said of them; ``is_all``: of all that there are."""

    begin: int
    end: int
    forms: frozenset[int]
    order: tuple[int, ...] = ()
    is_blanked: bool = False
    is_head: bool = False
    is_all: bool = False


def places_in(text: str) -> list[tuple[int, int]]:
    """The place of every clause."""
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        found += [(at + match.start(), at + match.end()) for match in CLAUSE.finditer(line)]
        at += len(line) + 1
    return found


def named_in(text: str, names: Sequence[FormName], clauses: Sequence[tuple[int, int]]) -> list[Named]:
    """Where the forms are named in *text* with its *clauses*, in the order written."""
    found = [*by_reference(text, names), *by_name(text, names), *by_unit(text, names)]
    if len(names) > 1:
        titles, venues = [plain(one.title) for one in names], [plain(one.venue) for one in names]
        found += by_part(text, titles)
        heads = list(heads_in(text, clauses, titles, venues))
        found += [
            Named(one.begin, one.end, frozenset(one.forms), one.forms, is_blanked=True, is_head=True) for one in heads
        ]
        found += by_day(text, names)
        free = [place for place in clauses if not any(place[0] <= one.begin < place[1] for one in found)]
        found += [Named(begin, end, frozenset()) for begin, end in loose_in(text, free, titles)]
    if not any(one.is_table for one in names):
        found += by_place(text, names, sorted(found, key=lambda one: one.begin))
    keys = [name_key(plain(one.title)) for one in names]
    found = [with_name(one, text, keys) for one in found]
    return sorted(found, key=lambda one: one.begin)


# «第二份（茶园生态讲座）的», «受理号…（图片展）»: the name that its place in our list, or its reference, is given with.
IN_BRACKETS = re.compile(r"\s?[（(](?P<name>[^（）()\n]{2,30})[)）](?:的|里的?|上的?)?[，,：:、]?")


def with_name(one: Named, text: str, titles: Sequence[str]) -> Named:
    """*one* with the name in brackets behind it; of no form where that is another's."""
    match = IN_BRACKETS.match(text, one.end) if one.is_blanked and one.forms else None
    fitting = frozenset(
        n for n, title in enumerate(titles) if match and is_called(name_key(match["name"]), title, is_pointed=True)
    )
    if match is None or not fitting:
        return one
    return replace(one, end=match.end(), forms=one.forms & fitting, is_head=True)


def forms_named(text: str, names: Sequence[FormName]) -> frozenset[int]:
    """The forms that *text* names."""
    return frozenset().union(*(one.forms for one in named_in(plain(text), names, places_in(text))))


def by_reference(text: str, names: Sequence[FormName]) -> Iterator[Named]:
    refs = {one.ref: number for number, one in enumerate(names) if one.ref}  # what came with the letter has none
    for match in SHOWN_REF.finditer(text):
        number = refs.get(f"KP{match['ref'].upper().removeprefix('KP')}")  # «登记号2023-0087» as well
        yield Named(match.start(), match.end(), frozenset() if number is None else frozenset({number}), is_blanked=True)
    for ref, number in refs.items():
        for match in re.finditer(
            rf"(?<![\d\-A-Za-z]){ref[-4:]}(?:号(?![楼线院馆码])|(?=[那这][份项个张]|的))(?:[那这][份项个张])?的?[，,：:、 ]?"
            rf"|^[^\S\n]*(?:[#＃]|(?i:no)[.．]?|尾号)?{ref[-4:]}(?=(?:[^\S\n]|[:：、，,]){END_OF_REF})(?:[^\S\n]|[:：、，,])+|(?<=[\u4e00-\u9fff”」》])[（(](?:尾号)?{ref[-4:]}号?[)）]的?",
            text,
            re.MULTILINE,
        ):
            yield Named(match.start(), match.end(), frozenset({number}), is_blanked=True, is_head=True)


def by_name(text: str, names: Sequence[FormName]) -> Iterator[Named]:
    """The name in marks or a part of it, the whole name without."""
    keys = [name_key(plain(one.title)) for one in names]
    for match in MARKED.finditer(text):
        if forms := called(name_key(match["name"]), keys):
            yield Named(match.start(), match.end(), forms)
    titles = sorted(
        {plain(one.title) for one in names if len(name_key(one.title)) >= SHORTEST_BARE}, key=len, reverse=True
    )
    for match in re.finditer("|".join(map(re.escape, titles)), text) if titles else ():
        if forms := called(name_key(match.group()), keys):
            yield Named(match.start(), match.end(), forms)


def by_day(text: str, names: Sequence[FormName]) -> Iterator[Named]:
    """«17号那场», «9月20日的活动»: the one activity of that day."""
    for match in OF_DAY.finditer(text):
        month, day = match["month"], int(match["day"])
        those = [n for n, one in enumerate(names) if one.day and one.day.day == day]
        those = [n for n in those if not month or names[n].day.month == int(month)]  # type: ignore[union-attr]
        if len(those) == 1 and all(one.day for one in names):
            yield Named(match.start(), match.end(), frozenset(those), is_blanked=True, is_head=True)


def by_place(text: str, names: Sequence[FormName], named: Sequence[Named]) -> Iterator[Named]:
    """«两项活动的…都», «第二份», «前一个», «另外那场». *named*: the forms that are named otherwise, in the order written."""
    listed = [number for number, one in enumerate(names) if one.is_listed]
    for match in ALL.finditer(text) if len(names) > 1 else ():
        said = counted_value(match["number"]) if match["number"] else None
        meant = next((one for one in (listed, range(len(names))) if len(one) > 1 and said in {None, len(one)}), ())
        yield Named(match.start(), match.end(), frozenset(meant), is_blanked=True, is_all=True)
    for match in THE_SAME.finditer(text) if len(listed) > 1 else ():
        clause = max(text.rfind(mark, 0, match.start()) for mark in "，,。；;！!？?\n")
        if not any(clause < one.begin < match.end() for one in named):
            yield Named(match.start(), match.end(), frozenset(listed))
    for match in OF_OURS.finditer(text) if len(listed) == 1 and len(names) > 1 else ():
        yield Named(match.start(), match.end(), frozenset(listed), is_blanked=True, is_head=True)
    for match in ORDINAL.finditer(text) if listed else ():
        place = counted_value(match["number"]) or 0
        yield Named(match.start(), match.end(), frozenset(listed[place - 1 : place] if place else ()), is_blanked=True)
    for match in NUMBERED.finditer(text) if len(listed) > 1 and not any(one.is_open for one in names) else ():
        place = counted_value(match["number"]) or 0
        yield Named(match.start(), match.end(), frozenset(listed[place - 1 : place] if place else ()), is_blanked=True)
    for match in NEXT_ONE.finditer(text) if listed else ():
        if (counted_value(match["number"]) or 0) > len(names):
            yield Named(match.start(), match.end(), frozenset(), is_head=True)
    for match in IN_ORDER.finditer(text) if len(names) > 1 else ():
        order = turn if len(turn := in_turn(named, match.start())) > 1 else listed if len(listed) > 1 else []
        yield Named(match.start(), match.end(), frozenset(placed(match, order)), is_blanked=True, is_head=True)
    for match in OTHERS.finditer(text) if len(names) > 1 else ():
        before = in_turn(named, match.start()) or (listed if len(listed) == 1 else [])
        left = [number for number in range(len(names)) if number not in before]
        said = counted_value(match["number"]) if match["number"] else 1
        meant = left if before and said == len(left) else range(len(names)) if said == len(names) else ()
        yield Named(match.start(), match.end(), frozenset(meant), is_blanked=True, is_head=True)


def placed(match: re.Match[str], order: Sequence[int]) -> Sequence[int]:
    """Those of *order* that «第二份», «前一个», «后两个», «最后一个» mean; of more than two «前一个» may be any."""
    if match["number"]:
        place = counted_value(match["number"]) or 0
        return order[place - 1 : place] if place else ()
    if match["some"]:
        many = counted_value(match["some"][1]) or 0
        return (order[:many] if match["some"][0] == "前" else order[-many:]) if 0 < many < len(order) else ()
    if len(order) == 2 or match.group().startswith(("头", "最后")):
        return order[:1] if match["first"] else order[-1:]
    return ()


def in_turn(named: Sequence[Named], end: int) -> list[int]:
    """The forms that are named before *end*, each once."""
    before = [one for one in named if one.begin < end and (one.order or len(one.forms) == 1)]
    return list(dict.fromkeys(number for one in before for number in one.order or one.forms))


def by_part(text: str, titles: Sequence[str]) -> Iterator[Named]:
    """«绘本会那场», «那场绘本会»: the one of the *titles* that has the words beside «那场» in it."""
    for match in IN_PART.finditer(text):
        name, is_before = (match["before"], True) if match["before"] else (match["behind"], False)
        for size in range(len(name), SHORTEST_PART - 1, -1):
            part = name[-size:] if is_before else name[:size]
            if found := [number for number, one in enumerate(titles) if part in one]:
                begin = match.end("before") - size if is_before else match.start()
                end = match.end() if is_before else match.start("behind") + size
                if len(found) == 1:
                    yield Named(begin, end, frozenset(found), is_blanked=True)
                break


def by_unit(text: str, names: Sequence[FormName]) -> Iterator[Named]:
    """«蓝溪中学谢老师的手机…», «蓝溪中学那份…»: of forms of several units the one form of that unit."""
    units = [plain(one.unit) for one in names]
    for number, unit in enumerate(units):
        if len(set(units)) < 2 or units.count(unit) > 1 or len(unit) < SHORTEST_NAME:
            continue
        short = without_place(unit)
        short = unit if any(short in one for one in units if one != unit) else short
        place = re.escape(unit.removesuffix(short))
        for match in re.finditer(rf"(?P<who>[是系])?(?:{place})?{re.escape(short)}{OF_UNIT}", text):
            if not match["who"]:  # «我是科协的小白»
                yield Named(match.start(), match.end(), frozenset({number}), is_blanked=not match["person"])


def without_place(unit: str) -> str:
    """«安溪县蓝溪中学» as its neighbours call it; the whole name where too little is left."""
    short = BELONGS_TO.sub("", unit)
    return short if len(short) >= SHORTEST_NAME else unit


def called(key: str, keys: Sequence[str]) -> frozenset[int]:
    """The one form of that name, else the one whose name holds it; none where that is not certain."""
    same = [number for number, one in enumerate(keys) if one and one == key]
    found = same or [number for number, one in enumerate(keys) if len(key) >= SHORTEST_NAME and key in one]
    return frozenset(found if len(found) == 1 else ())
