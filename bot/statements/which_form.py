"""Of which form each clause of a letter speaks: the one whose reference, name or place in our list it gives. Pure.

What is said of one form is no word of another's. Where a clause names none, it goes on with what its line, or the heading above it, named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.base import expressions as re
from bot.statements.mentions import FormName, Named, named_in
from bot.statements.plain import plain
from bot.statements.wording.words import NO_LETTERS

# What stands around a name and says nothing: «关于“图片展”变更的说明», «我单位申报的“图片展”活动».
ONLY_NAMES = re.compile(
    r"(?:(?:由|系)?[\u4e00-\u9fff]{1,10}(?:帮|替|代)我?[\u4e00-\u9fff]{0,4}(?:申?报|报送|上报)的|关于|有关|就|对|我(?:单位|们|[局校馆院会镇园])的?|本(?:单位|[局校馆院会镇园])的?|所?(?:申报|报送|上报|登记|填报|报)的|重点|科普|活动|讲座|项目|那[份项个场]|这[份项个场]|申报表?|登记表?|变更|更改|修改|调整|更正|补正|情况|内容|说明|函|事项|事宜|一事|请求|申请|贵[部会]|[老王李张陈林黄]老师|您?好|请|把|将|的|[\W_])*"
)
# Of what a form holds, or that it changes.
OF_VALUES = re.compile(
    r"时间|日期|地点|地址|场地|名称|电话|手机|号码|邮箱|联系|人数|内容|类型|对象|人员|[主承]办|单位|改|换|推迟|提前|延[后期]|更正|应[为该是]|勾|填|\d"
)
CLAUSE = re.compile(r"[^，,。；;！!？?\n]+[，,。；;！!？?]*|[，,。；;！!？?]+")


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
