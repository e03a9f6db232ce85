"""A clause in the light of those around it: the value of a label before it, what stood there, what is left open. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import LabelIndex, fields_of
from bot.forms.values.within import whole_place
from bot.statements.values.clause.said import valued
from bot.statements.values.clause.whole import asked_of_kind
from bot.statements.values.context import Addressed, Context, HeardClause, LabelsWaiting, Passage, unit_of
from bot.statements.values.listed import names
from bot.statements.values.shapes import PUBLIC, SHAPES, STAFF, choices_in, held_at, is_name_alone, shaped
from bot.statements.wording.joining import joined
from bot.statements.wording.joints import ANOTHERS, DOUBTS, FULL_NAME_OF_UNIT, TAKES, without_tail
from bot.statements.wording.words import HOUSE_MOVES


def with_values_to_come(heard: Sequence[HeardClause]) -> list[HeardClause]:
    """«时间临时有变，9月20日»: the label's clause says nothing more where the next has its value."""
    return [
        replace(one, is_explained=True)
        if not DOUBTS.search(one.text) and any(piece.target in one.awaits for piece in follower.pieces)
        else one
        for one, follower in zip(heard, [*heard[1:], HeardClause("")], strict=False)
    ]


REASON = re.compile(r"^(?:因为?|由于|受)[^，,]{1,16}?(?=改|换|调整|移|挪|变更)")
# «…，麻烦改成60», «…，全称“小小机器人工程师”»: of the field just spoken of.
ONCE_MORE = re.compile(
    r"^(?:请|麻烦|烦请|帮忙?|您|老师|核对一下|要|统一|还是|就|再|直接|给我?们?|以[^，,“]{0,4}(?:邮件|来信|这封信?|此)为准)*(?:更?改|换|更正|调整|修改|变更|登记)(?:成|为|到|在|回(?!来|去|复|信|执))|^(?:那就?|所以|还是|就)+回到|^(?:请|麻烦|烦请|帮)[^，,]{0,4}(?:改|换)(?![正过下一])|^(?:活动)?(?:名称)?的?(?:全称|全名|完整的?名称)"
)
FULL_NAME = re.compile(r"^(?:活动)?(?:名称)?的?(?:全称|全名|完整的?名称)(?:应该?)?(?:[是为叫]|[:：])?(?P<value>.{3,})$")


def once_more(plain: str, current: Sequence[HeardClause], context: Context) -> LabelsWaiting | None:
    """The field of which the sentence spoke last, where a clause without any label goes on with it."""
    last = next((one for one in reversed(current) if one.pieces or one.awaits), None)
    if last is None or not ONCE_MORE.match(plain):
        return None
    target = (last.pieces[-1].target, last.pieces[-1].row) if last.pieces else (last.awaits[-1], -1)
    return None if target[0] in context.long else LabelsWaiting([target], is_open=False)


# «——会务说座位只有300，那就300», «以280为准»: the number just told is another in the end.
IN_THE_END = re.compile(
    r"^(?:那就|就|那|最[后终]|还是|以|按|定)+(?P<value>\d{1,5}(?:(?P<day>[日号])|人|个)?)(?:为准|算|来?登记|吧|好了)*$"
)


def in_the_end(
    text: str, plain: str, before: Passage | None, current: Sequence[HeardClause], context: Context
) -> HeardClause | None:
    """The number, or the day, that a clause decides on, of the field that the letter told of last; *current*: the clauses of its sentence so far."""
    match = IN_THE_END.match(plain.strip(" ，,。；;！!"))
    pieces = before.pieces if before else ()
    spec = context.definition.spec(fields_of(pieces[0].target)[0]) if match and len(pieces) == 1 else None
    sentence = "".join(one.text for one in current)
    if match is None or spec is None or context.index.targets_named(sentence):
        return None
    if spec.kind != ("daterange" if match["day"] else "count"):
        return None
    return HeardClause(text, (Addressed(pieces[0].target, match["value"], pieces[0].row, text, old="?"),))


# What the letter speaks of besides, and which is to be changed by others or is another's.
ELSE = re.compile(
    r"海报|横幅|条幅|展板|背景板|签到|请柬|邀请函|传单|推文|门票|附件|公众号|网[站上]|通知|系统|群里|[上下]一?[届次]"
)
RIGHT = re.compile(r"没有?[错变改]|无误|没有?问题|不[变改动]|不用[改动变]|照旧|准确的|正确的")


def spoken_of(before: HeardClause | None, sentence: str, context: Context) -> HeardClause | None:
    """The words that told of one number, and of no other field, what stands in the form, for a sentence further down that only says what it becomes:
    «表上“预计公众参与”填了5000人。那是旧数。请改成800人。» None once something else is spoken of. *before*: those so far."""
    if ELSE.search(sentence) or RIGHT.search(sentence):
        return None
    named = context.index.targets_named(sentence)
    if not named:
        is_staff = before is not None and "staff" in before.pieces[0].target
        return None if (PUBLIC if is_staff else STAFF).search(sentence) else before
    spec = context.definition.spec(named.pop()) if len(named) == 1 else None
    stood = str(context.form.plain(spec.key) or "") if spec and spec.kind in NUMBERS else ""
    is_told = stood and re.search(rf"(?<![\d@.\w-]){re.escape(stood)}(?!\d)", sentence, re.ASCII)
    return HeardClause(sentence, (Addressed(spec.key, ""),)) if spec and is_told else None


NUMBERS = {"count", "phone", "mobile", "email"}


def taken_up(text: str, plain: str, waiting: LabelsWaiting | None, context: Context) -> HeardClause | None:
    """A clause as the value of the labels that wait for one (``is_bare``), or of the one unit that was asked for."""
    units = asked_of_kind("unit", context)
    if len(units) == 1 and (match := FULL_NAME_OF_UNIT.match(plain)):
        return HeardClause(text, (Addressed(units[0][0], valued(match["value"]), -1, text),))
    if waiting is None:
        return None
    target = waiting.targets[0][0]
    keys = fields_of(target)
    spec = context.definition.spec(keys[0])
    value, sure = "", True
    kinds = {one.kind for key in keys if (one := context.definition.spec(key))}
    if spec and (spec.kind in SHAPES or spec.kind == "choice") and len(kinds) == 1:
        found = shaped(plain, spec)
        value, sure = (found.text, found.is_clean) if found else ("", False)
        value = "" if "staff" in spec.key and PUBLIC.search(plain) else value  # «…，800是公众»
    elif (told := joined(without_tail(plain))) and told.old and told.is_change:
        value = valued(told.new)  # «由室外广场移至室内体育馆»
    elif match := FULL_NAME.match(without_tail(plain)) or TAKES.match(without_tail(plain)):
        value = valued(match["value"])
    elif told and (told.is_change or re.match("现|最[终后]", plain)):
        value = valued(told.new)  # «因装修改在市青少年宫三楼», «“…农科所”应是“…研究所”»
    elif waiting.is_open or (spec and (held_at(plain, spec) or is_name_alone(plain, spec, context))):
        value = valued(plain)
    if is_blank(value) or COMPLAINS.search(plain):
        return None
    if (
        spec
        and spec.kind == "text"
        and re.search(rf"(?:我们?|本)(?![\u4e00-\u9fff]{{2,3}}[市县区镇乡]){re.escape(value)}", plain)
    ):
        sure = False  # «在我们镇综合文化站»: the name is shorter than it is
    if spec and spec.kind == "text" and HOUSE_MOVES.search(plain):
        sure = False
    targets = waiting.targets[:1] if waiting.in_turn else waiting.targets
    prose = not waiting.is_open
    pieces = tuple(Addressed(one, value, row, text, prose=prose) for one, row in targets)
    return HeardClause(text, pieces, sure=sure and waiting.sure, is_bare=True)


# «啊打错了», «哦不», «不好意思看错日历了»: what the clause before says is taken back.
TAKES_BACK = re.compile(
    r"^[\W_]*(?:[啊哦哎呀噢喔呃额嗯唉欸诶唔咦]+|等等|等一?下|抱歉|不好意思|对不起|(?i:sorry)|我|又|等|[，,\s])*(?:(?:打|写|填|说|看|记|输|报|弄|搞|发|抄|按)[错反]了?(?:号码?|数字?|日子|日历|日期|人|行|一?位|一个字?)?|(?:打|写|填|说|看|记|输|报|抄)的?(?:是)?旧的|不对|不是这个|(?<=[啊哦噢呃额欸诶])不(?:是)?|更正(?:一?下)?|手误|口误|笔误)(?:了|的|啊|哈|哦|呀|[写打看说弄]错了?|不好意思|抱歉|[\W_])*$"
)


def corrected(heard: Sequence[HeardClause], context: Context) -> list[HeardClause]:
    """«手机13900015256，啊打错了，应该是13900015265»: what is taken back at once says nothing; what is said in its place is of its field."""
    found = list(heard)
    for i in range(1, len(found) - 1):
        back = next((j for j in range(i - 1, -1, -1) if not takes_back(found[j])), i)
        before, behind = found[back], found[i + 1]
        targets = {(piece.target, piece.row) for piece in before.pieces}
        if (
            len(targets) != 1
            or any(one.pieces for one in found[back + 1 : i + 1])
            or not any(TAKES_BACK.match(one.text) for one in found[back + 1 : i + 1])
            or takes_back(behind)
        ):
            continue
        if {(piece.target, piece.row) for piece in behind.pieces} != targets:
            anew = taken_up(behind.text, behind.text, LabelsWaiting(list(targets), is_open=True), context)
            if anew is None or names(behind.text, context):
                continue
            behind = anew
        pieces = tuple(instead(before.pieces[0], piece, context) for piece in behind.pieces)
        if any(is_part_of(one, before.pieces[0].text, context) for one in pieces):
            continue
        found[back : i + 1] = [replace(one, pieces=(), is_explained=True) for one in found[back : i + 1]]
        found[i + 1] = replace(behind, pieces=pieces, sure=behind.sure and before.sure, is_bare=False)
    return found


def is_part_of(piece: Addressed, before: str, context: Context) -> bool:
    """«市图书管一楼大厅。打错了，是图书馆»: perhaps only a part of what was said before is meant."""
    spec, said = context.definition.spec(piece.target), piece.text
    is_free = spec and spec.kind in {"text", "unit", "longtext"}
    return bool(is_free) and len(said) < len(before) and any(said[i : i + 2] in before for i in range(len(said) - 1))


def takes_back(one: HeardClause) -> bool:
    """Whether a clause takes back what was said, or tells what it was: «不对，那是我爱人的»."""
    return bool(TAKES_BACK.match(one.text)) or (not one.pieces and bool(IT_WAS.match(one.text)))


IT_WAS = re.compile(
    r"^(?:那个?|这个?|刚才那个|上面那个|前面那个)(?:号码?)?(?:是|写的是|填的是)[^，,。；;\d]{1,10}的(?:号码?|邮箱|电话|手机)?[了啊哈，,。！!\s]*$"
)


# «地点改到操场，不对，等教务处回话再说»
NOT_SO = re.compile(r"^[\W_啊哦哎呀噢喔呃额唉唔]*不对[\W_]*$")


def instead(before: Addressed, piece: Addressed, context: Context) -> Addressed:
    """*piece* in the place of what was said *before*; a room is one of the house that was named."""
    spec = context.definition.spec(piece.target)
    is_place = spec and spec.kind == "text" and spec.key != context.definition.anchor
    whole = (whole_place(piece.text, before.text, unit_of(context)) if is_place else None) or piece.text
    return replace(piece, text=whole, old="?")


COMPLAINS = re.compile(r"明明|[写填]着(?=[^，,。；;]{2})|怎么会")  # «可明明写着县林业局»
ONLY = re.compile(r"只(?:勾|选|填|写|打)(?:选|勾)?了(?P<old>[^，,。；;]{2,30})")


def with_what_stood(heard: Sequence[HeardClause], sentence: str, definition: FormDefinition) -> list[HeardClause]:
    """«加上老年人，原来只勾了青少年»: choices are added to those that stood there, as the sentence says."""
    match = ONLY.search(sentence)

    def told(piece: Addressed) -> Addressed:
        spec = definition.spec(piece.target)
        stood = next(choices_in(match["old"], spec), None) if match and spec and spec.kind == "choice" else None
        return replace(piece, old=stood[2]) if stood and piece.how == "add" else piece

    return [replace(one, pieces=tuple(map(told, one.pieces))) for one in heard]


def is_of_others(text: str, told: Collection[str], index: LabelIndex) -> bool:
    """Whether a clause speaks of other fields than those *told*: «报名人数爆了应该有两百多人吧» leaves no place open."""
    named = index.targets_named(text)
    return bool(named and told) and not named & set(told)


def left_open_in(
    heard: Sequence[HeardClause], told: Collection[str], context: Context
) -> list[tuple[HeardClause, bool]]:
    """The clauses that leave something open, each with whether that is another field than those *told*: «联系人待定，等馆长定了再报»."""
    found: list[tuple[HeardClause, bool]] = []
    is_other = False
    for one in heard:
        is_of_another = one.is_elsewhere or is_of_others(one.text, told, context.index)
        is_other = not one.pieces and (is_of_another or (is_other and not names(one.text, context)))
        if (DOUBTS.search(one.text) or ANOTHERS.search(one.text)) and not one.is_explained and not one.pieces:
            found.append((one, is_other))
    return found
