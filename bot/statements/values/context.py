"""What the lines of an answer refer to, and what one of them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from msgspec import Struct, field

from bot.base import expressions as re
from bot.base.problems import Problem
from bot.base.text import squeeze
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import LabelIndex, column_index, field_index, fields_of, pairs
from bot.forms.model import Form, Value
from bot.forms.values.within import is_kind_of
from bot.statements.wording.days import ELSE
from bot.statements.wording.doubt import ASSERTED, EXTENDED, denies

UNIT_ALONE = "单位"  # «单位：…» names the reporting unit, whatever its label on the form


CALLED = "called"  # how: «李老师», as somebody is called; whether the form is to say so, the sender is asked
EXACT = "exact"  # how: the very words, in the place of ``old`` in what stands there, or of all of it


class Addressed(Struct, frozen=True):
    """A piece of the answer and the field it is about: ``target`` a key or ``@`` + group, ``row`` a summary's row or -1.

    ``how``, ``old`` and ``prose`` are those of ``FieldWords``. ``only_asked``: it counts only where the field has an open problem.
    """

    target: str
    text: str
    row: int = -1
    written: str = ""
    how: str = "set"
    only_asked: bool = False
    old: str = ""
    prose: bool = False


class Passage(Struct, frozen=True):
    """What some clauses say: it counts as a whole or not at all.

    ``sure``: nothing beside it leaves it open. ``is_change``: it says of itself that something changes. ``more``: the further lines of a long text. ``is_ours``: it stands behind
    a line of our own list.
    ``is_told``: running words tell it of the activity, as a cover letter does.
    """

    written: str
    pieces: tuple[Addressed, ...]
    sure: bool = True
    is_change: bool = False
    more: tuple[str, ...] = ()
    is_ours: bool = False
    is_told: bool = False


class HeardClause(Struct, frozen=True):
    """A clause. ``is_explained``: it says nothing by itself; ``is_elsewhere``: it is about another field, of which nothing was
    understood. ``awaits``: its labels whose value is still to come. ``unsure``: what it says besides and leaves open. ``is_bare``: its value stands without a label;
    ``is_told``: running words tell when and where the activity is; ``is_edit``: it was read together with what stands in the form and around it,
    ``is_answer``: as an answer to what was asked for."""

    text: str
    pieces: tuple[Addressed, ...] = ()
    sure: bool = True
    is_explained: bool = False
    is_elsewhere: bool = False
    awaits: tuple[str, ...] = ()
    unsure: tuple[Addressed, ...] = ()
    is_bare: bool = False
    is_told: bool = False
    is_edit: bool = False
    is_answer: bool = False


class Edit(Struct, frozen=True):
    """``piece``: the value that the field is to hold. ``begin`` and ``end``: the words that say so, ``at``: where its value, or the verb, stands in them
    (characters of the sentence). ``sure``: nothing else can be meant; otherwise it is proposed. ``is_answer``: it answers what was asked for; whether its
    words leave it open was looked at."""

    piece: Addressed
    begin: int
    end: int
    at: int
    sure: bool = True
    is_answer: bool = False


class LabelsWaiting(Struct):
    """Labels whose value is still to come. ``in_turn``: one value each; ``is_open``: the value stands alone behind or below them.
    ``sure``: what led up to them left nothing open; ``is_change``: it said that the field is to change."""

    targets: list[tuple[str, int]]
    in_turn: bool = False
    is_open: bool = False
    sure: bool = True
    is_change: bool = False

    @property
    def old(self) -> str:
        return "?" if self.is_change else ""


class Context(Struct, frozen=True):
    """What the lines refer to. ``numbered``: the errors by number; ``messages``: every problem by its squeezed words; ``about``: the field of the problem
    whose number begins the sentence at hand; ``told``: what the letter said so far for certain, by field;
    ``letter``: all of it; ``lent``: what it said before of another form."""

    form: Form
    definition: FormDefinition
    index: LabelIndex
    numbered: Mapping[int, tuple[Problem, int]]
    messages: Mapping[str, tuple[Problem, int]]
    long: frozenset[str]
    about: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    lent: Mapping[str, str] = field(default_factory=dict)


def unit_of(context: Context) -> str:
    """The name of the unit that writes."""
    own = next((one.key for one in context.definition.field if one.kind == "unit" and one.outside), "")
    return str(context.form.plain(own) or "") if own else ""


# «我校», «我们自己», «本单位（养正小学）»
OURSELVES = re.compile(
    r"^(?:就|还)?(?:我们?|咱们?|本|敝|(?=自己))(?P<kind>学校|医院|学院|公司|中心|社区|街道|协会|学会|单位|[校院局馆会村镇园所站厂宫乡])?(?:自己|本身|自身)?(?:一家)?\s*(?:[（(](?P<name>[^（）()]{2,30})[）)])?$"
)


def own_unit(said: str, context: Context) -> str:
    """The name of the unit that writes, where *said* means it and nothing else, an empty one else."""
    match, own = OURSELVES.match(said.strip("“”")), unit_of(context)
    if match is None or not own or not is_kind_of(own, match["kind"] or "单位"):
        return ""
    return own if not match["name"] or match["name"] in own else ""


def context_of(form: Form, definition: FormDefinition, first: int) -> Context:
    by_rows = definition.layout == "rows"
    return Context(
        form,
        definition,
        labels_of(definition, columns=by_rows, asked={problem.field for problem in form.problems}),
        numbered_problems(form, first),
        {squeeze(problem.message): (problem, row_of(problem, form)) for problem in form.problems},
        frozenset(spec.key for spec in definition.field if spec.kind == "longtext"),
    )


# What people call fields in letters, and no form does.
SPOKEN = {
    "phone": ("tel", "telephone", "固话", "联络电话", "办公室座机"),
    "email": ("信箱", "电邮", "电子邮件", "e-mail", "email"),
    "count": ("预计公众参与", "公众参与", "预计参与", "预计参加", "参与公众", "参加公众", "到场人数", "参与群众"),
    "person": ("姓名", "全名", "对接人", "负责联系的人", "负责联系的"),
    "text": ("场地", "场所", "会场", "地址", "举办地"),
    "name": ("标题", "题目", "活动标题", "活动名字", "活动全称", "活动全名", "活动名"),
}


# What is easily typed instead.
SLIPS = (("与", "于"), ("象", "像"), ("系", "糸"), ("承办", "呈办"), ("型", "形"), ("址", "止"), ("箱", "相"))


def first_of(kind: str, definition: FormDefinition, *, columns: bool) -> str:
    if kind == "name":
        return definition.anchor
    specs = definition.column if columns else definition.field
    return next((spec.key for spec in specs if spec.kind == kind and spec.key != definition.anchor), "")


def labels_of(definition: FormDefinition, *, columns: bool, asked: Set[str] = frozenset()) -> LabelIndex:
    """The labels of the form's fields (of a table also those outside of its rows), and «单位» alone for the reporting unit; «日期», «名字» for what was *asked* for."""
    days = [spec.key for spec in definition.field if "date" in spec.kind and spec.key in asked]
    is_named = definition.anchor in asked and not any(
        spec.key in asked for spec in definition.field if spec.kind in {"person", "unit"}
    )
    key = (id(definition), columns, days[0] if len(days) == 1 else "", definition.anchor if is_named else "")
    if len(KEPT) > MOST_KEPT:
        KEPT.clear()
    if key not in KEPT:
        KEPT[key] = (definition, labels_with(definition, columns=columns, day=key[2], named=key[3]))
    return KEPT[key][1]


# By definition and what was asked for; with it, so that no other one gets its id.
KEPT: dict[tuple[int, bool, str, str], tuple[FormDefinition, LabelIndex]] = {}
MOST_KEPT = 64


def ticks_of(definition: FormDefinition | None) -> frozenset[str]:
    """What may be ticked in the form."""
    return frozenset(one.label for spec in (definition.field if definition else ()) for one in spec.choices)


def labels_with(definition: FormDefinition, *, columns: bool, day: str, named: str) -> LabelIndex:
    index = column_index(definition) if columns else field_index(definition)
    own = next((spec for spec in definition.field if spec.kind == "unit" and spec.outside), None)
    extra = [(name, spec.key) for spec in definition.field for name in spec.names] if columns else []
    extra += [
        (name, key)
        for kind, names in SPOKEN.items()
        for name in names
        if (key := first_of(kind, definition, columns=columns))
    ]
    if day:
        extra.append(("日期", day))
    if named:
        extra.append(("名字", named))
    if own is not None:
        extra += [(UNIT_ALONE, own.key), ("单位全称", own.key)]
    every = [*pairs(definition, columns=columns), *extra]
    slips = [(name.replace(right, wrong), key) for name, key in every for right, wrong in SLIPS if right in name]
    return LabelIndex.of([*every, *slips]) if every else index


SAID_ROW = re.compile(r"^[^“”]{1,20}?第(\d{1,4})行")


def row_of(problem: Problem, form: Form) -> int:
    """The index of the summary row that a problem is about: by its place in the table, or (a letter has none) by the row that its text names;
    -1 for the form itself."""
    placed = next((i for i, row in enumerate(form.rows) if stands_in(problem, row)), -1)
    if placed >= 0 or not form.rows:
        return placed
    said = SAID_ROW.search(problem.message)
    row = int(said[1]) - 1 if said else -1
    return row if row < len(form.rows) else -1


def stands_in(problem: Problem, row: Mapping[str, Value]) -> bool:
    value = row.get(problem.field)
    return bool(value and value.place and value.place == problem.place and not value.places[0].is_in_letter)


def numbered_problems(form: Form, first: int) -> Mapping[int, tuple[Problem, int]]:
    """The errors by their number in the mail, each with the row it is about."""
    errors: Sequence[Problem] = [problem for problem in form.problems if problem.is_error]
    return {first + i: (problem, row_of(problem, form)) for i, problem in enumerate(errors)}


def words_around(heard: Sequence[HeardClause], i: int) -> str:
    """The words of the *i*-th clause with what explains it before and behind."""
    first = i
    while first > 0 and heard[first - 1].is_explained:
        first -= 1
    last = i
    while last + 1 < len(heard) and heard[last + 1].is_explained:
        last += 1
    return "".join(one.text for one in heard[first : last + 1])


def is_part_told(heard: Sequence[HeardClause], i: int, definition: FormDefinition) -> bool:
    """Whether the value of the *i*-th clause may go on behind it, or is only a part of what the field holds."""
    follower = heard[i + 1] if i + 1 < len(heard) else None
    is_more = follower and not follower.pieces and not follower.is_explained
    behind = "".join(one.text for one in heard[i + 1 : i + 3])
    if follower and is_more and denies(follower.text) and not ASSERTED.search(words_around(heard, i)):
        return True
    if follower and is_more and re.match(r"\W*(?:还|另|也|再|以及)", follower.text):
        specs = [definition.spec(piece.target) for piece in heard[i].pieces]
        if any(one.label in follower.text for spec in specs if spec for one in spec.choices):
            return True
    if follower and (
        EXTENDED.match(behind) or (NOW.match(behind) and "原" in [one.text[:1] for one in heard[i].pieces])
    ):
        return True
    return may_go_on(heard, i, definition) or is_half_told(heard, i, definition)


def may_go_on(heard: Sequence[HeardClause], i: int, definition: FormDefinition) -> bool:
    """«活动名称改为科技点亮生活，创新引领未来»: a name in running words may go on behind a comma."""
    names = [one for one in heard[i].pieces if one.target == definition.anchor and one.prose]
    follower = heard[i + 1] if i + 1 < len(heard) else None
    is_said = bool(names) and not re.match(r"^[“「《].*[”」》]$", names[0].text)
    return is_said and bool(
        follower and not follower.pieces and not follower.is_explained and not follower.is_elsewhere
    )


def is_half_told(heard: Sequence[HeardClause], i: int, definition: FormDefinition) -> bool:
    """«时间改为9月18日，展览到月底», «开始时间改为9月18日»: of the time more is said, or only a part."""
    times = [(piece.text, definition.spec(fields_of(piece.target)[0])) for piece in heard[i].pieces]
    days = next((text for text, spec in times if spec and spec.kind == "daterange"), None)
    if days is None:
        return False
    more = [one for one in heard[i + 1 :] if not one.pieces]
    unknown = "，".join(one.text for one in more if not one.is_explained)
    if any(ANOTHER_DAY.search(one) and not ELSE.search(one) for one in unknown.split("，")):
        return True
    ends = [heard[i].text, *(one.text for one in more)]
    return not SEVERAL_DAYS.search(days) and bool(LASTS.search(unknown) or any(ONE_END.search(one) for one in ends))


NOW = re.compile(r"现(?![代场实象役])")  # «地点：原市图书馆一楼，现因装修改到…»
ANOTHER_DAY = re.compile(r"\d\s*[日号月]|(?<!农历)[一二三四五六七八九十]{1,3}[日号月]|月底|第[二三四2-9]场|[加多]一?场")
LASTS = re.compile(
    r"(?<!最后)(?<!第)[\d一二三四五六七八九十两几]\s*(?:天|个?(?:周|星期|礼拜))|结束|截止|[闭撤]幕|[闭撤]展|[展会]期|为期|持续|延续"
)
SEVERAL_DAYS = re.compile(r"\d\s*[日号]?\s*[-—–~～至到和、及]|天|周(?![一二三四五六日])")
ONE_END = re.compile(
    r"^(?:开始|起始|开幕|结束|截止|闭幕)[^，,。\d]{0,4}\d|(?:开始|起始|开幕|结束|截止|闭幕|终止)(?:的)?(?:时间|日期|日|那天)"
)
