"""The one telephone, day or number that a sentence names for a field, whatever words stand around it. Pure.

Where a sentence speaks of one such field, names one value that was not given up in the same breath, and leaves nothing open, that is the value.
«电话请填校办的：0595-…», «上面的是旧号，去年搬家后换成了0595-…», «三场每场60人，合计180人».
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.base import expressions as re
from bot.base.problems import Problem
from bot.base.text import Squeezed
from bot.forms.definitions import FieldSpec
from bot.forms.labels.index import fields_of, members
from bot.statements.values.clause.counting import NUMBERS, clause_before, is_given_up, the_value, together
from bot.statements.values.clause.labels import mentions
from bot.statements.values.clause.whole import asked_of_kind
from bot.statements.values.context import Addressed, Context, HeardClause
from bot.statements.values.shapes import (
    SHAPES,
    STAFF,
    found_in,
    shaped,
)
from bot.statements.values.which_row import is_own_name, row_of_piece
from bot.statements.wording.days import AT_OTHER, is_elsewhere
from bot.statements.wording.joints import (
    ASKED_BY_US,
    CASTS_DOUBT,
    DOUBTS,
    HEDGED,
    LEAVES_OPEN,
    OTHERS,
    filling,
    is_harmless,
)
from bot.statements.wording.words import COURTESY

LONGEST = 120  # characters of a sentence
# Whoever is spoken of is not the writer; what we wrote ourselves may be what is wrong.
OTHERS_ARE = re.compile(
    r"(?:别的?|其[他它余]|另一?|某|隔壁|兄弟|邻近|附近)(?:[个家所几]*)?(?:单位|学校|社区|[局馆校部镇村县区]|街道|公司|幼儿园|医院)|他们|人家|通知[上里中]"
)
# Whatever leaves open whether a value is meant, whose it is, or of what.
OPEN = re.compile(
    rf"\d[，,]\s*(?:但是?|不过|可是)?(?:[这那](?:个|是|天|边|号码)|[她他它])|(?:{HEDGED.pattern})|(?:{DOUBTS.pattern})|(?:{OTHERS_ARE.pattern})|如[遇与不需有]|可改|看(?:天气|情况)|还在|除了|(?<![公大国])家的|(?:局|馆|会|校|中心|学|院|站|部)的是|别(?:登|写|填|放|印)|顺延(?![到至]\s?[\d一二三四五六七八九十])|备[用选]|或|要么|暂|大约是|好像|似乎|记得|据说|听|以为|误传|[您你]们?[^，,。；;]{{0,6}}(?:打|拨|说|问|通知)|打(?:过|了|的|来)|拨|来电|没人接|回电|致电|出差|外出|休假|请假|有事|联系我|找我|没有?[?？]?$|咨询|报名|预约|投诉|举报|热线|快递|讲师|专家|嘉宾|酒店|宾馆"
    r"|直播|截止|彩排|布展|撤展|筹备|签到(?!表)|集合|报到|[开闭]幕|启动仪式|分会?场|配套|其中|个别|[每各]个?(?:单位|学校|社区|班)|[上下]一?届|下一?次|如果|若|万一|除非|只要|希望|打算|考虑|拟|不(?:是.{0,12}(?:吗|么)|想|肯|愿|准|批|让|同意)|反对|拒绝|不一定|未必|失败|贵[部会单]|告[诉知]|转[告交]|(?:去|往|前)年(?:的|都|是)|谁|为[什何]|难道|假[设如使]|譬如|比如"
)


def settled(
    heard: Sequence[HeardClause],
    sentence: str,
    about: tuple[Problem, int] | None,
    row: int | None,
    context: Context,
    told: Collection[tuple[str, int]],
) -> list[HeardClause]:
    """The clauses of a sentence, those in one that together name the one value of a field where they were not understood each by itself."""
    is_settled = any(one.pieces for one in heard) and all(is_understood(one, context) for one in heard)
    may_hold = re.search(r"\d|[一二三四五六七八九十百][人名个位月]", sentence) or any(
        re.search("第[一二三四五六]", sentence) or any(choice.label in sentence for choice in spec.choices)
        for key, _ in asked_of_kind("choice", context)
        if (spec := context.definition.spec(key))
    )
    if is_settled or len(sentence) > LONGEST or not may_hold:
        return list(heard)
    found: list[HeardClause] = []
    for group in groups(heard, context):
        found += group if OPEN.search(ASKED_BY_US.sub("", sentence)) else value_of(group, about, row, context, told)
    return found


def is_understood(one: HeardClause, context: Context) -> bool:
    """Whether a clause says nothing, or what it says was read: what has a shape stands there alone."""
    if one.is_explained:
        return True
    specs = [(piece, context.definition.spec(fields_of(piece.target)[0])) for piece in one.pieces]
    return (
        bool(specs)
        and one.sure
        and not one.unsure
        and all(not spec or spec.kind not in SHAPES or is_clean(piece.text, spec) for piece, spec in specs)
    )


def is_clean(text: str, spec: FieldSpec) -> bool:
    found = shaped(text, spec)
    return found is not None and found.is_clean


def groups(heard: Sequence[HeardClause], context: Context) -> Iterator[list[HeardClause]]:
    """The clauses that speak of one field: each begins where another label stands, and what was understood by itself stands alone."""
    held: list[HeardClause] = []
    named: set[str] = set()
    for one in heard:
        labels = targets_in(one.text, context)
        if not one.pieces and labels and STAYS.search(one.text):
            yield held
            yield [one]
            held, named = [], set()
            continue
        if one.pieces and one.sure and not one.unsure and not labels:
            labels = {piece.target for piece in one.pieces}
        if held and labels and named and labels != named:
            yield held
            held, named = [], set()
        held.append(one)
        named = named or labels
    if held:
        yield held


STAYS = re.compile(r"不变|照[旧常]|不[用必](?:改|动|变|换)|没变|不动|不改|无误|没错|没有?问题")
# «开始时间9月17日，结束时间9月20日» are one time.
OF_SPAN = re.compile(r"(?:开始|起始|结束|终止)(?:时间|日期)")


def targets_in(text: str, context: Context) -> set[str]:
    return {one.target for one in mentions(Squeezed.of(text), context.definition, context.index)}


def value_of(
    group: Sequence[HeardClause],
    about: tuple[Problem, int] | None,
    row: int | None,
    context: Context,
    told: Collection[tuple[str, int]],
) -> list[HeardClause]:
    """The clauses of *group*, in one those that together name one value for one field. *told*: the fields that have their answer."""
    if any(one.pieces for one in group) and all(is_understood(one, context) for one in group):
        return list(group)
    if (found := as_one(group, about, row, context, told)) is not None:
        return found
    last = max((i for i, one in enumerate(group) if one.pieces and is_understood(one, context)), default=-1)
    rest = None if last < 0 else as_one(group[last + 1 :], None, row, context, told)
    return list(group) if rest is None else [*group[: last + 1], *rest]


def as_one(
    group: Sequence[HeardClause],
    about: tuple[Problem, int] | None,
    row: int | None,
    context: Context,
    told: Collection[tuple[str, int]],
) -> list[HeardClause] | None:
    """*group* with its value in one clause, None where it names none."""
    text = "".join(one.text for one in group)
    spec = field_of(text, about, context)
    if spec is None or is_others(text, spec, row, context):
        return None
    value = the_value(text, spec)
    which = row_of_piece(spec.key, row, context)
    if value is None or which is None or ((spec.key, which) in told and not targets_in(text, context)):
        return None
    holding = [one for one in group if next(found_in(one.text, spec), None)]
    if (
        len(holding) == 1
        and any(piece.text == value for piece in holding[0].pieces)
        and is_understood(holding[0], context)
    ):
        return None
    places = [bool(targets_in(one.text, context) or one in holding or spec.kind == "choice") for one in group]
    first, last = places.index(True), len(places) - 1 - places[::-1].index(True)
    words = "".join(one.text for one in group[first : last + 1])
    one = HeardClause(words, (Addressed(spec.key, value, which, words),))
    return [*group[:first], one, *group[last + 1 :]]


def field_of(text: str, about: tuple[Problem, int] | None, context: Context) -> FieldSpec | None:
    """The one field that *text* speaks of: by its label, by the number before it, or as the only one of its kind that was asked for."""
    labels = targets_in(text, context)
    if about and about[0].field:
        labels = {one for one in labels if about[0].field not in members(one)} | {about[0].field}
    if len(labels) > 1:
        return None
    if labels:
        label = labels.pop()
        keys = fields_of(label)
        if len(keys) > 1 and STAFF.search(text):
            return None
        spec = context.definition.spec(keys[0])
        return spec if spec and (spec.kind in SHAPES or is_asked(spec, context)) else None
    if moved := moved_to(text, context):
        return moved
    asked = {problem.field for problem, _ in context.messages.values() if problem.is_error and problem.field}
    specs = [spec for key in asked if (spec := context.definition.spec(key)) and spec.kind in {*SHAPES, "choice"}]
    fitting = [spec for spec in specs if (value := the_value(text, spec)) and is_of_people(value, text, spec)]
    if len(fitting) == 2 and {spec.kind for spec in fitting} == NUMBERS:
        fitting = [spec for spec in fitting if spec.kind == "mobile"]
    if len(fitting) == 2 and {spec.kind for spec in fitting} == {"count"}:
        is_staff = bool(STAFF.search(text) or OURSELVES.search(text))
        fitting = [spec for spec in fitting if ("staff" in spec.key) is is_staff]
    return fitting[0] if len(fitting) == 1 else None


def is_asked(spec: FieldSpec, context: Context) -> bool:
    """Whether choices may be set: those of a field that was asked for."""
    return spec.kind == "choice" and any(key == spec.key for key, _ in asked_of_kind("choice", context))


def moved_to(text: str, context: Context) -> FieldSpec | None:
    """The form's one time, where a day without any label is what something moves to: «现在又改回9月18日了»."""
    times = [spec for spec in context.definition.field if spec.kind == "daterange"]
    if len(times) != 1 or context.form.rows:
        return None
    found = [one for one in together(text, list(found_in(text, times[0]))) if not is_given_up(text, *one[:2])]
    is_moved = len(found) == 1 and MOVES_TO.search(text[: found[0][0]])
    is_others_day = is_moved and is_elsewhere(f"{clause_before(text, found[0][0])}◇{text[found[0][1] :]}")
    return times[0] if is_moved and not is_others_day else None


MOVES_TO = re.compile(
    r"(?:[写填报弄搞打看登记印]错|手误|笔误)了?[，,\s]*(?:正确的?|实际(?:上)?)?(?:应该?)?[是为]在?\s*$|(?:改回?|推迟|延[期后]?|提前|调[整回]?|换|挪|顺延|恢复)(?:了|到|至|成|为|在|回|是)*\s*$|(?:还是|仍然?|恢复|维持|照)(?:按照?|照|用|定在|在)?(?:原来|原先|原定|之前)(?:定|报)?的?\s*$"
)
OURSELVES = re.compile(r"我们(?:自己|这边|单位)?(?:出|派|安排|投入|有)")


def is_of_people(value: str, text: str, spec: FieldSpec) -> bool:
    """A number without any label counts people only where it says so."""
    return spec.kind != "count" or bool(re.search(r"[人名位个]", value) or "人" in text or JUST_NUMBER.match(text))


JUST_NUMBER = re.compile(
    r"^(?:就|按|那|请|先|统一)*(?:填|写|报|算)?\s*\d{2,5}\s*(?:来?[填写报算]|吧|就行|就好|好了|即可|[，,。！!]|谢谢)*$"
)


def is_others(text: str, spec: FieldSpec, row: int | None, context: Context) -> bool:
    """Whether what stands before the label, or around a value without any, may make it another's: «石洋小学的电话是…»."""
    squeezed = Squeezed.of(text)
    named = mentions(squeezed, context.definition, context.index)
    if not named:
        said = "".join(
            one for one in CLAUSES.findall(text) if next(found_in(one, spec), None) and not is_former(one, spec)
        )
        said = said if "date" in spec.kind else text
        if spec.kind == "count" and re.search("去年|往年|上[次届]", said):
            return True
        days = [one for one in found_in(text, spec) if "date" in spec.kind and not is_given_up(text, *one[:2])]
        if any(AT_OTHER.search(f"{clause_before(text, begin)}◇{text[end:]}") for begin, end, _ in days):
            return True
        rest = re.sub(r"[\d\W_]", "", COURTESY.sub("", said)).rstrip("的")
        if spec.kind == "choice":
            return bool(CASTS_DOUBT.search(rest))
        if spec.kind == "count":
            told = context.index.targets_named(text)
            return (
                len(rest) > 2 * LONGEST_BARE
                or any(spec.key not in (one, *members(one)) for one in told)
                or bool(told and LEAVES_OPEN.search(rest))
            )
        is_open = LEAVES_OPEN.search(rest) or CASTS_DOUBT.search(rest) or SAYS.search(rest)
        return len(rest) > LONGEST_BARE or bool(is_open or context.index.pattern.search(OF_SPAN.sub("", squeezed.text)))
    lead = OUR_WORDS.sub("", squeezed.original[: squeezed.begin(named[0].begin)])
    lead = AS_BEFORE.sub("", re.split(r"[，,。；;]", lead)[-1])
    if OTHERS.search(lead) or CASTS_DOUBT.search(lead):
        return True
    return not (is_harmless(lead) or filling(lead, lambda word: is_own_name(word, row, context)))


AS_BEFORE = re.compile(
    r"^(?:[上下前后][面边]|那个|表[里上中]面?)的?$|^(?:还是|仍然?|就|请)*(?:按照?|照|用|维持|保持|恢复)?(?:原来?|原先|原定|之前)(?:定|报)?的?$"
)
CLAUSES = re.compile(r"[^，,。；;！!]+[，,。；;！!]*")


def is_former(clause: str, spec: FieldSpec) -> bool:
    """Whether a clause only names what stood there before."""
    found = list(found_in(clause, spec))
    return bool(found) and all(is_given_up(clause, begin, end) for begin, end, _ in found)


LONGEST_BARE = 24  # letters around a value without a label
SAYS = re.compile(r"说|讲|问|告|通知|电话(?=打)|可以用|有空|方便")
# «你们登记的时间», «您发的登记表里电话»: what we wrote is what may be wrong.
OUR_WORDS = re.compile(
    r"(?:[您你]们?|贵部)(?:的)?(?:登记|发来?|写|回复|邮件|来信|信|通知|系统|确认)[^，,。；;\d]{0,8}(?:[里上中]|的|表)(?=$)"
)
