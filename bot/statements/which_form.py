"""Of which form each clause of a letter speaks: the one whose reference, name or place in our list it gives. Pure.

What is said of one form is no word of another's. Where a clause names none, it goes on with what its line, or the heading above it, named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from bot.base import expressions as re
from bot.statements.mentions import CLAUSE, FormName, Named, named_in, places_in
from bot.statements.plain import plain
from bot.statements.wording.words import NO_LETTERS, columns_of

# What stands around a name and says nothing: «关于“图片展”变更的说明», «我单位申报的“图片展”活动».
ONLY_NAMES = re.compile(
    r"(?:(?:由|系)?[\u4e00-\u9fff]{1,10}(?:帮|替|代)我?[\u4e00-\u9fff]{0,4}(?:申?报|报送|上报)的|关于|有关|就|对|我(?:单位|们|[局校馆院会镇园])的?|本(?:单位|[局校馆院会镇园])的?|所?(?:申报|报送|上报|登记|填报|报)的|重点|科普|活动|讲座|项目|那[份项个场]|这[份项个场]|申报表?|登记表?|变更|更改|修改|调整|更正|补正|情况|内容|说明|函|事项|事宜|一事|请求|申请|贵[部会]|[老王李张陈林黄]老师|您?好|请|把|将|的|[\W_])*"
)
# Of what a form holds, or that it changes.
OF_VALUES = re.compile(
    r"时间|日期|地点|地址|场地|名称|电话|手机|号码|邮箱|联系|人数|内容|类型|对象|人员|[主承]办|单位|改|换|推迟|提前|延[后期]|更正|应[为该是]|勾|填|\d"
)
# What only says that all are meant by what stands before: «两份都改».
ALL_MEANT = re.compile(
    r"[\W_]*(?:都|均|统一|一律|一并|全部?|同样|也|是|要|请|帮|需要?|得|跟着|一起|改|换|更[改新换正]|调整?|一样|如此|这样|照此|写|填|用|按|这个|此|了|吧|一下|过来|的|[\W_])*"
)
LISTED = re.compile(r"^\W*(?:第?[\d一二三四五六七八九十]{1,2}[)）、.．]?|[①-⑳])")
DEALT = re.compile(r"(?:报|[发交寄传])(?!的)|[问看收办]|说(?!一[下声])")
BARE = re.compile(r"[两二三四五六七八九\d][项个场](?!活动|项目|申报表|重点|科普)")
# What comes besides.
ADDS = re.compile(r"\W*(?:另外?|还有|此外|再者?|顺便|以及|同时|对了)\W*")
# A form that is spoken of, and no value of it: «“图片展”已另报».
ELSEWHERE = re.compile(r"[已另再][^，,。]{0,4}[报发送交寄](?!的)|下午发|随后")


class Spoken(Struct, frozen=True):
    """A letter by what its clauses are about, each place as it was: ``text`` without references, ``of`` what is said of each of the forms, ``rest`` what
    is said of nobody knows which (None where all has its form). ``names``: it names forms."""

    text: str
    of: tuple[str, ...] = ()
    rest: str | None = None
    names: bool = False


def spoken_of(text: str, names: Sequence[FormName]) -> Spoken:
    """Of which of the forms what is said. A table that is spoken of has rows of any activity."""
    found = named_in(plain(text), names, places_in(text))
    clauses = list(clauses_of(text, found))
    empty = [(begin, end) for begin, end, _ in clauses if only_names(text, (begin, end), found)]
    shown = blanked(text, [*((one.begin, one.end) for one in found if one.is_blanked), *empty])
    listed = frozenset(number for number, one in enumerate(names) if one.is_listed)
    tables = frozenset(number for number in listed if names[number].is_table)
    every = frozenset().union(*(one.forms for one in found))
    # Where one form is named, what names none may be said of any other …
    open_to = listed if not found or (len(listed) == 1 and every <= listed) or listed == tables else frozenset()
    # … but not before another comes up, in an answer to what we wrote of one.
    until = len(text) if open_to else others_from(text, found, listed) if len(listed) == 1 else 0
    heard = [
        (begin, end, forms | tables if forms else forms if forms is not None else listed if begin < until else None)
        for begin, end, forms in clauses
    ]
    rest = blanked(shown, [(begin, end) for begin, end, forms in heard if forms is not None])
    lent = list(labels_lent(blanked(shown, [(one.begin, one.end) for one in found]), heard))
    told = [(one.begin, one.end) for one in found if any(at <= one.begin < stop for _, (at, stop), _ in lent)]
    return Spoken(
        blanked(shown, told),
        tuple(
            with_labels(
                blanked(shown, [*told, *((begin, end) for begin, end, of in heard if number not in (of or ()))]),
                shown,
                [place for place, _, of in lent if number in of],
            )
            for number in range(len(names))
        ),
        None if open_to else rest,
        bool(every),
    )


VERB = r"^[\W_]*(?:那|就|则|也|要|是|为|[更换]?改|换|调整|变|定|写|填|报|有|应|该|才|的|呢|[，,])*(?:成|为|到|在|作|是)?\s*"
# What a label may lend itself to, where the next clause is of another form and only gives a value: «图片展的人数是200，报告会是400».
LENDS = tuple(
    (re.compile(label), re.compile(rf"{VERB}{value}\W*$"))
    for label, value in (
        (
            r"(?:预计|公众|参与|参加|观众|组织|工作人员|人员)*的?人数|工作人员",
            r"(?:大[概约]|约|估计|差不多)?(?:\d{1,6}|[一二两三四五六七八九十百千]{1,6})\s*[个名位]?人?",
        ),
        (r"(?:联系|办公|移动|固定)?(?:电话|手机号?码?|座机)", r"[\d\- ]{7,16}"),
        (
            r"(?:活动|举办|开展)?(?:时间|日期)",
            r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[月.][\d一二三四五六七八九十]{1,3}[日号]?(?:[上下]午|晚上)?",
        ),
        (r"联系人", r"(?<=[是为成叫])[\u4e00-\u9fff]{2,3}"),
        (r"(?:活动|举办)?(?:地点|场地)", r"(?<=[是为成在到])[\u4e00-\u9fff\d]{3,24}"),
    )
)


def labels_lent(
    text: str, clauses: Sequence[tuple[int, int, frozenset[int] | None]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int], frozenset[int]]]:
    """The labels of clauses, each with the clauses of its sentence behind it to which it belongs as well, and their forms. *text* without names."""
    held: dict[re.Pattern[str], tuple[int, int]] = {}  # where the label stands of which such a value may be told
    for (begin, end, forms), (at, stop, others) in pairwise(clauses):
        found = {value: list(label.finditer(text, begin, end)) for label, value in LENDS}
        held |= {value: one[0].span() for value, one in found.items() if len(one) == 1}
        held = {} if ENDS.search(text, begin, at) else held
        if others and forms != others:
            yield from ((place, (at, stop), others) for value, place in held.items() if value.search(text[at:stop]))


ENDS = re.compile(r"[。；;！!？?\n]")


def with_labels(said: str, text: str, labels: Sequence[tuple[int, int]]) -> str:
    for begin, end in labels:
        said = said[:begin] + text[begin:end] + said[end:]
    return said


def others_from(text: str, named: Sequence[Named], listed: frozenset[int]) -> int:
    """Where the first form that is not *listed* comes up, in a sentence or a thought of its own; 0 where it does so beside something else."""
    first = next(one for one in named if not one.forms or not one.forms <= listed)
    begin = max(text.rfind(mark, 0, first.begin) + 1 for mark in "，,。；;！!？?\n")
    before = max(text.rfind(mark, 0, max(begin - 1, 0)) + 1 for mark in "，,。；;！!？?\n")
    begin = before if ADDS.fullmatch(text[before:begin].rstrip("，,")) else begin  # «另，“图片展”那份…»
    is_apart = not text[:begin].strip() or text[begin - 1] in "。；;！!？?\n" or ADDS.match(text, begin)
    return begin if is_apart else 0


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
        if named and not here and columns_of(line):
            yield begin, at - 1, frozenset().union(*(one.forms for one in named))  # the head of a table of all of them
            continue
        places = [(begin + match.start(), begin + match.end()) for match in CLAUSE.finditer(line)]
        yield from in_line(text, places, here, heading)
        if here:
            leading = {one.forms for one in here}
            heading = next(iter(leading)) if is_heading(line, begin, here) and len(leading) == 1 else None
        elif not line.strip():
            heading = None


def in_line(
    text: str, places: Sequence[tuple[int, int]], here: Sequence[Named], heading: frozenset[int] | None
) -> list[tuple[int, int, frozenset[int] | None]]:
    naming = {
        place: inside for place in places if (inside := [one for one in here if place[0] <= one.begin < place[1]])
    }
    leading = {place for place, inside in naming.items() if leads_on(text, place, inside)}
    every = {forms_of(naming[place]) for place in leading}
    is_apart = bool(naming) and bool(ADDS.match(text, min(naming)[0]))
    current = next(iter(every)) if len(every) == 1 and not is_apart else None if here else heading
    found: list[tuple[int, int, frozenset[int] | None]] = []
    for place in places:
        if (
            place not in naming
            and ADDS.match(text, place[0])
            and place[0] == sentence_begin(text, place[0])
            and not is_apart
        ):
            current = current if len(every) == 1 and not heading and len(here) == 1 else None
        forms = forms_of(naming[place]) if place in naming else current
        if naming and place < min(naming) and OF_VALUES.search(text, *place):
            forms = None  # «联系电话改为…，“图片展”的地点…»
        if place in naming and all(one.is_all for one in naming[place]):
            if current and BARE.match(text, naming[place][0].begin):
                forms = frozenset()  # «两场都改到三楼» of one activity with two parts
            elif ALL_MEANT.fullmatch(beside_names(text, place, naming[place])):
                back = sentence_begin(text, place[0])
                found = [(begin, end, forms if begin >= back else of) for begin, end, of in found]
        found.append((*place, forms))
        if place in naming:
            current = forms if place in leading or not forms else None
    return found


def sentence_begin(text: str, end: int) -> int:
    return max(text.rfind(mark, 0, end) + 1 for mark in "。；;！!？?\n")


def forms_of(named: Sequence[Named]) -> frozenset[int]:
    """The forms of a clause with *named* in it: of its head, else all."""
    return frozenset().union(*(one.forms for one in [one for one in named if one.is_head] or named))


def leads_on(text: str, place: tuple[int, int], named: Sequence[Named]) -> bool:
    """Whether the clause that names forms speaks of a value of theirs, or only names them; «“图片展”已另报» says nothing of what follows."""
    rest = beside_names(text, place, named)
    last = max(one.end for one in named) - place[0]
    is_topic = any(one.is_head for one in named) or not NO_LETTERS.sub(
        "", LISTED.sub("", rest[: named[0].begin - place[0]])
    )
    is_topic = is_topic or not (NO_LETTERS.sub("", rest[last:]) or DEALT.search(rest))
    return (is_topic and not ELSEWHERE.search(rest)) or bool(OF_VALUES.search(rest)) or only_names(text, place, named)


def only_names(text: str, place: tuple[int, int], named: Sequence[Named]) -> bool:
    """Whether the clause gives a form's name and says nothing."""
    inside = [one for one in named if place[0] <= one.begin < place[1]]
    return bool(inside) and bool(ONLY_NAMES.fullmatch(beside_names(text, place, inside)))


def beside_names(text: str, place: tuple[int, int], named: Sequence[Named]) -> str:
    return blanked(text[place[0] : place[1]], [(one.begin - place[0], one.end - place[0]) for one in named])


# «我司原定于9月18日举办的“…”活动，因…，现就有关事项调整如下：»
LISTS = re.compile(
    r"(?:如下|以下|下列|变更|调整|更正|修改|补正|说明|事项)(?:[一二两三四五几\d]?[项点处条个])?[:：]\s*$"
)


def is_heading(line: str, begin: int, here: Sequence[Named]) -> bool:
    """Whether a line only names its forms, and what is said of them stands below."""
    rest = blanked(line, [(one.begin - begin, one.end - begin) for one in here])
    is_topic = bool(re.fullmatch(r"[^，,。；;]{0,12}[:：]\s*", rest.strip())) or bool(ONLY_NAMES.fullmatch(rest))
    is_topic = is_topic or bool(LISTS.search(rest))
    return not NO_LETTERS.sub("", rest) or is_topic
