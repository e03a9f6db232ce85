"""Of which form each clause of a letter speaks: the one whose reference, name or place in our list it gives. Pure.

What is said of one form is no word of another's. Where a clause names none, it goes on with what its line, or the heading above it, named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.base import expressions as re
from bot.base.text import name_key
from bot.forms.values.numerals import counted_value
from bot.statements.plain import plain
from bot.statements.wording.words import NO_LETTERS

SHORTEST_NAME = 3  # letters of a name that tells one activity from another …
SHORTEST_BARE = 5  # … and without marks around it
REF = r"[Kk][Pp]\d{4}-\d{4,}"
SHOWN_REF = re.compile(
    rf"[【\[（(]?(?:受理号|编号|登记号)?[ \t\u3000:：为]{{0,3}}(?P<ref>{REF}|(?:(?<=号)|(?<=号[ :：为是]))20\d\d-\d{{4}}(?!\d))(?:\s?[·・•]\s?[0-9A-Za-z]{{4}})?\s?[】\])）]?(?:的|那[项个份]|这[项个份])?[，,：:、 \t\u3000]{{0,2}}"
)
MARKED = re.compile(r"[“\"「『《【](?P<name>[^“”\"「」『』《》【】\n]{2,60})[”\"」』》】]")
ORDINAL = re.compile(
    r"第\s?(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})\s?[项个份场张](?:重点|科普)?(?:活动|项目|申报表|登记表|表格?)(?!类型|对象|内容)(?:的|里的?|中的?)?[，,：:、]?"
)
# «两项活动的…都»: all of them, where there are as many.
ALL = re.compile(
    r"(?:(?<![第一二三四五六七八九十\d])(?P<number>[两二三四五六七八九]|[2-9])[项个场份]|所有的?|全部的?|各[项个])(?:重点|科普)?(?:活动|项目|申报表)(?!类型|对象|内容)(?:的|中的?|里的?)?[，,：:、]?"
)
# What stands around a name and says nothing: «关于“图片展”变更的说明», «我单位申报的“图片展”活动».
ONLY_NAMES = re.compile(
    r"(?:(?:由|系)?[\u4e00-\u9fff]{1,10}(?:帮|替|代)我?[\u4e00-\u9fff]{0,4}(?:申?报|报送|上报)的|关于|有关|就|对|我(?:单位|们|[局校馆院会镇园])的?|本(?:单位|[局校馆院会镇园])的?|所?(?:申报|报送|上报|登记|填报|报)的|重点|科普|活动|讲座|项目|那[份项个场]|这[份项个场]|申报表?|登记表?|变更|更改|修改|调整|更正|补正|情况|内容|说明|函|事项|事宜|一事|请求|申请|贵[部会]|[老王李张陈林黄]老师|您?好|请|把|将|的|[\W_])*"
)
# Of what a form holds, or that it changes.
OF_VALUES = re.compile(
    r"时间|日期|地点|地址|场地|名称|电话|手机|号码|邮箱|联系|人数|内容|类型|对象|人员|[主承]办|单位|改|换|推迟|提前|延[后期]|更正|应[为该是]|勾|填|\d"
)
# «绘本会那场», «那个陶艺的»: what an activity is called by who speaks of it.
IN_PART = re.compile(
    r"(?P<before>[\u4e00-\u9fffA-Za-z0-9]{2,20}?)(?:活动|讲座)?的?[那这]一?[场个项张份次门节](?!月|时候|星期|时间)|[那这]一?[场个项次](?P<behind>[\u4e00-\u9fffA-Za-z0-9]{2,20})"
)
SHORTEST_PART = 2  # letters of a name by which somebody calls one of his activities
BELONGS_TO = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}[市州盟])?(?:[\u4e00-\u9fff]{2,4}[县区市])?")
OF_UNIT = r"(?P<person>[\u4e00-\u9fff]{1,3}(?:老师|主任|校长|园长|馆长|科长|同志))?(?:的|那[份项个]|这[份项个]|[:：])"
CLAUSE = re.compile(r"[^，,。；;！!？?\n]+[，,。；;！!？?]*|[，,。；;！!？?]+")


@dataclass(frozen=True, slots=True)
class FormName:
    """What a form is called, and whose it is. ``is_listed``: the letter goes on with what we wrote of it; of any other it speaks only where it names it."""

    ref: str
    title: str = ""
    is_listed: bool = True
    is_table: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """The forms (by their places) that stand in a text from ``begin`` to ``end``, none where it is a form that the letter is not about.
    ``is_blanked``: what stands there is not looked at for values."""

    begin: int
    end: int
    forms: frozenset[int]
    is_blanked: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A letter by what its clauses are about, each place as it was: ``text`` without references, ``of`` what is said of each of the forms, ``rest`` what
    is said of nobody knows which (None where all has its form). ``names``: it names forms."""

    text: str
    of: tuple[str, ...] = ()
    rest: str | None = None
    names: bool = False


def spoken_of(text: str, names: Sequence[FormName]) -> Spoken:
    """Of which of the forms what is said. A table that is spoken of has rows of any activity."""
    found = sorted(named_in(plain(text), names), key=lambda one: one.begin)
    clauses = list(clauses_of(text, found))
    empty = [(begin, end) for begin, end, _ in clauses if only_names(text, (begin, end), found)]
    shown = blanked(text, [*((one.begin, one.end) for one in found if one.is_blanked), *empty])
    listed = frozenset(number for number, one in enumerate(names) if one.is_listed)
    tables = frozenset(number for number in listed if names[number].is_table)
    every = frozenset().union(*(one.forms for one in found))
    # Where one form is named, what names none may be said of any other.
    open_to = listed if not found or (len(listed) == 1 and every <= listed) or listed == tables else frozenset()
    heard = [
        (begin, end, open_to if forms is None else forms | tables if forms else forms) for begin, end, forms in clauses
    ]
    rest = blanked(shown, [(begin, end) for begin, end, forms in clauses if forms is not None])
    return Spoken(
        shown,
        tuple(
            blanked(shown, [(begin, end) for begin, end, of in heard if number not in of])
            for number in range(len(names))
        ),
        None if open_to else rest,
        bool(every),
    )


def blanked(text: str, places: Sequence[tuple[int, int]]) -> str:
    for begin, end in places:
        text = text[:begin] + re.sub(r"[^\n]", " ", text[begin:end]) + text[end:]
    return text


def named_in(text: str, names: Sequence[FormName]) -> Iterator[Named]:
    """Where the forms are named, and how."""
    refs = {one.ref: number for number, one in enumerate(names)}
    for match in SHOWN_REF.finditer(text):
        number = refs.get(f"KP{match['ref'].upper().removeprefix('KP')}")  # «登记号2023-0087» as well
        yield Named(match.start(), match.end(), frozenset() if number is None else frozenset({number}), is_blanked=True)
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
    yield from by_unit(text, names)
    if len(names) > 1:
        yield from by_part(text, [plain(one.title) for one in names])
    listed = [number for number, one in enumerate(names) if one.is_listed]
    if len(names) > 1 and not any(one.is_table for one in names):
        for match in ALL.finditer(text):
            said = counted_value(match["number"]) if match["number"] else None
            meant = next((one for one in (listed, range(len(names))) if len(one) > 1 and said in {None, len(one)}), ())
            yield Named(match.start(), match.end(), frozenset(meant), is_blanked=True)
    if listed and not any(one.is_table for one in names):
        for match in ORDINAL.finditer(text):
            place = counted_value(match["number"]) or 0
            forms = frozenset(listed[place - 1 : place]) if place else frozenset()
            yield Named(match.start(), match.end(), forms, is_blanked=True)


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


def clauses_of(text: str, named: Sequence[Named]) -> Iterator[tuple[int, int, frozenset[int] | None]]:
    """Every clause with the forms that it speaks of; None where nothing says of which."""
    heading: frozenset[int] | None = None
    at = 0
    for line in text.split("\n"):
        begin, at = at, at + len(line) + 1
        here = [one for one in named if begin <= one.begin < at]
        places = [(begin + match.start(), begin + match.end()) for match in CLAUSE.finditer(line)]
        naming = {
            place: inside for place in places if (inside := [one for one in here if place[0] <= one.begin < place[1]])
        }
        leading = {place for place, inside in naming.items() if leads_on(text, place, inside)}
        every = {one.forms for place in leading for one in naming[place]}
        current = next(iter(every)) if len(every) == 1 else None if here else heading
        for place in places:
            forms = frozenset().union(*(one.forms for one in naming[place])) if place in naming else current
            yield *place, forms
            if place in naming:
                current = forms if place in leading else None
        if here:
            heading = current if is_heading(line, begin, here) else None
        elif not line.strip():
            heading = None


def leads_on(text: str, place: tuple[int, int], named: Sequence[Named]) -> bool:
    """Whether the clause that names forms speaks of a value of theirs, or only names them; «“图片展”已另报» says nothing of what follows."""
    return bool(OF_VALUES.search(beside_names(text, place, named))) or only_names(text, place, named)


def only_names(text: str, place: tuple[int, int], named: Sequence[Named]) -> bool:
    """Whether the clause gives a form's name and says nothing."""
    inside = [one for one in named if place[0] <= one.begin < place[1]]
    return bool(inside) and bool(ONLY_NAMES.fullmatch(beside_names(text, place, inside)))


def beside_names(text: str, place: tuple[int, int], named: Sequence[Named]) -> str:
    return blanked(text[place[0] : place[1]], [(one.begin - place[0], one.end - place[0]) for one in named])


def is_heading(line: str, begin: int, here: Sequence[Named]) -> bool:
    """Whether a line only names its forms, and what is said of them stands below."""
    rest = blanked(line, [(one.begin - begin, one.end - begin) for one in here])
    return not NO_LETTERS.sub("", rest) or bool(re.fullmatch(r"[^，,。；;]{0,12}[:：]\s*", rest.strip()))
