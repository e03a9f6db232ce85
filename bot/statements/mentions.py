"""Where a letter names a form: by its reference, its name or a part of it, its unit, its place in our list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.base import expressions as re
from bot.base.text import name_key
from bot.forms.values.numerals import counted_value
from bot.statements.plain import plain

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
# «绘本会那场», «那个陶艺的»: what an activity is called by who speaks of it.
IN_PART = re.compile(
    r"(?P<before>[\u4e00-\u9fffA-Za-z0-9]{2,20}?)(?:活动|讲座)?的?[那这]一?[场个项张份次门节](?!月|时候|星期|时间)|[那这]一?[场个项次](?P<behind>[\u4e00-\u9fffA-Za-z0-9]{2,20})"
)
SHORTEST_PART = 2  # letters of a name by which somebody calls one of his activities
BELONGS_TO = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}[市州盟])?(?:[\u4e00-\u9fff]{2,4}[县区市])?")
OF_UNIT = r"(?P<person>[\u4e00-\u9fff]{1,3}(?:老师|主任|校长|园长|馆长|科长|同志))?(?:的|那[份项个]|这[份项个]|[:：])"


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
