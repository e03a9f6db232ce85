"""Edits of what is ticked: one more, one less, one for another, only these, all but those. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.statements.edits.named import keys_named, stands
from bot.statements.values.context import Addressed, Context, Edit
from bot.statements.values.shapes import GOES_ON, names_of

PARTS_OF_NAMES = re.compile(r"类型|对象|形式|类别|人群|受众")
TICKED = re.compile(r"[勾选]|[打画]个?[钩√]|那[一]?[栏项格]|那一?个?框|一栏|(?<=[”」])[这那]一?[类种项]")
ADD = re.compile(
    r"漏[勾选填报写]?|少[勾选填]|忘[记了]*[勾选填]|没[勾选]|补[上充勾选]?|多打|[添加]上?|增[加添选补]?|再(?=[勾选加＃])|勾[上选]|选上|打上?勾|[打点]上(?=[，,。；;！!吧了\s]|$)|[打画]个?[勾钩√]|也(?:要|得|应|请)?[勾选算]|还(?:有|要|应|请)"
)
TAKE = re.compile(
    r"[多误错](?:打了?)?[勾选填]|去[掉除]|删[掉除去了]?|取消|不(?:要|用|再|必|该|应)*(?:[勾选做办搞设打]|含|包括|了|算|参加|来)|不要|拿[掉下走]|划[掉去]|撤[掉下]?|除掉|剔除|没有?了|不做|没(?:做|办|请|安排|搞)|勾掉|抹掉"
)
INSTEAD = re.compile(r"换(?:成|作|为|上|做)?|改(?:成|作|为|勾|选|做)?|应该?[为是]|替换|变成|调整为|更正为|而?是")
WROTE = re.compile(r"[勾选写填打]成了?$|误[勾选写填]?[为成]?$")
NOT = re.compile(r"不是$|并非$")
ONLY = re.compile(r"(?:(?:只|仅|单|就)(?:是)?(?:保?留|要|[勾选填剩]|面向|针对))(?:下|了|[勾选])*(?:了)?$")
ENOUGH = re.compile(r"^[”\"」]?[一二两三四五1-5]?[项个种]?(?:就(?:行|好|可以|够)|即可|便可)")
KEEP = re.compile(r"保?留(?:下|着|住)?$")
EXCEPT = re.compile(r"除了?$|除[开去]$")
REST_GONE = re.compile(
    r"(?:其[他它余]|别的|[另余]外?下?的?[一二两三四几]?[种类项个]?)[^，,]{0,4}(?:都|全|一律|均)?(?:不要|不[勾选]|去掉|取消|删|划掉|拿掉)"
)
NEXT = re.compile(
    rf"[，,。；;！!\s]+(?:这[一两]?[项个]?|那[一两]?[项个]?|请|麻烦|烦请|帮忙?|帮我们?|您|老师|要|应|需|得|把它?|就|我们|都|也|给|全)*(?:{TAKE.pattern}|{ADD.pattern})"
)
# «…勾了“科普表演”，演员感冒了，这一项去掉»
THIS_ONE = re.compile(rf"[，,][这那]一?[项个类](?:请|就|也|都|要|得|给)*(?:{TAKE.pattern})(?=[，,。；;！!了吧]|$)")
JOIN = re.compile(r"^[”\"」\s]*(?:和|与|及|跟|、|[+＋/&]|以及|还有)[“\"「\s]*$")
SET_TO = re.compile(
    r"(?:[勾选]|类型|对象|一栏|[这那]栏|[这那]项)[^，,。；;]{0,8}(?:更?改|换|调整|变更)(?:成|为|到)[:：]?$"
)
CLAUSE = re.compile(r"[，,。；;！!\s]")
BESIDES = re.compile(r"之外|以外|除了")  # «现场咨询之外，还有展览展示»


class Tick(Struct, frozen=True):
    begin: int
    end: int
    label: str


def edits_in(text: str, context: Context) -> list[Edit]:
    found: list[Edit] = []
    for spec in context.definition.field:
        there = context.form.plain(spec.key)
        if spec.choices and isinstance(there, tuple) and there:
            found += of_field(text, spec, there, context)
    return found


def of_field(text: str, spec: FieldSpec, there: tuple[str, ...], context: Context) -> list[Edit]:
    if noted := noted_in(text, spec, there, context):
        return [noted]
    ticks = ticks_in(text, spec, context)
    if not ticks:
        return every(text, spec, context)
    if GOES_ON.match(text[ticks[-1].end :]):
        return []  # what else is named nobody knows
    named = spec.key in keys_named(text, context, {"choice"}) or bool(PARTS_OF_NAMES.search(text))
    is_said = named or bool(TICKED.search(text))
    begin, end = ticks[0].begin, ticks[-1].end
    if (kept := kept_alone(text, ticks)) is not None:
        piece = Addressed(spec.key, "、".join(kept), -1, text, old="?", prose=True)
        return [Edit(piece, begin, end, begin, is_said)]
    gone, more, is_swap = roles(text, ticks, there)
    if not set(gone) <= set(there) or not (gone or more) or set(gone) & set(more):
        return []
    more = [one for one in more if one not in there]
    if gone and not more and len(gone) == len(there):
        return []
    is_said = is_said or bool(more and not gone and BESIDES.search(text) and any(one.label in there for one in ticks))
    if not is_said and not is_swap:
        return []
    how = "swap" if gone and more else "remove" if gone else "add"
    if not (gone or more):
        return []
    value = "、".join(more or gone)
    own = [one for one in ticks if one.label in {*gone, *more}]
    last = {one.label: one for one in own}.values()  # where it is named once more, there is said what becomes of it
    begin, end = min(one.begin for one in last), max(one.end for one in last)
    piece = Addressed(spec.key, value, -1, text, how, old="、".join(gone) if how == "swap" else "", prose=True)
    return [Edit(piece, begin, end, begin, is_said or is_swap)]


# «对象里再添残疾人，算“其他”», «类型加一项航模放飞，归到其他»
AS_OTHER = re.compile(
    r"(?:[增添加补]+)(?:上|了|一?[项个类])*[“「]?(?P<said>[\u4e00-\u9fff]{2,10}?)[”」]?(?:这?一?[项个类]|进[去来])?[，,]?(?:就|可以?|都|请|也|放?)*(?:算|归|列|放|填|写|勾|选)(?:到|在|入|进|作|为|成|上|是)*[“「]?其[他它]"
)


def noted_in(text: str, spec: FieldSpec, there: tuple[str, ...], context: Context) -> Edit | None:
    """What is ticked more beside *there* and has no place of its own in the form."""
    match = AS_OTHER.search(text)
    label = next((one.label for one in spec.choices if one.noted), "")
    is_its = spec.key in keys_named(text, context, {"choice"}) or any(name[-2:] in text for name in spec.names)
    if match is None or not label or not is_its or any(one.startswith(label) for one in there):
        return None
    piece = Addressed(spec.key, f"{label}（{match['said']}）", -1, text, "add", prose=True)
    return Edit(piece, match.start(), match.end(), match.start("said"))


ALL = re.compile(r"全(?:部)?(?:都)?[勾选]|都[勾选]上?|全勾|[五5]项都")


def every(text: str, spec: FieldSpec, context: Context) -> list[Edit]:
    """«对象全选»: which all are, the sender is asked."""
    match = ALL.search(text)
    if match is None or spec.key not in keys_named(text, context, {"choice"}):
        return []
    value = "、".join(one.label for one in spec.choices if not one.noted)
    return [Edit(Addressed(spec.key, value, -1, text, old="?"), match.start(), match.end(), match.start(), sure=False)]


def ticks_in(text: str, spec: FieldSpec, context: Context) -> list[Tick]:
    """The choices that *text* names; what is a piece of the activity's name is none."""
    names = names_of(one for one in spec.choices if not one.noted)
    if not any(name in text for name in names):
        return []
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    title = stands(context.definition.anchor, context)
    found = []
    for match in re.finditer(pattern, text):
        begin, end = match.start(), match.end()
        is_of_name = any(
            len(around) > len(match.group()) and re.search(r"[\u4e00-\u9fff]{3}", around) and around in title
            for around in (text[max(begin - 1, 0) : end], text[begin : end + 1])
        )
        if not is_of_name:
            found.append(Tick(begin, end, names[match.group()]))
    return found


def kept_alone(text: str, ticks: Sequence[Tick]) -> list[str] | None:
    """«只留A», «除了A其他都不要»."""
    first = ticks[0]
    before = text[: first.begin].rstrip('“"「 ')
    group = [first.label]
    for one, other in pairwise(ticks):
        if not JOIN.match(text[one.end : other.begin]):
            break
        group.append(other.label)
    rest = text[ticks[len(group) - 1].end :]
    is_all = len(group) == len(ticks) or bool(TAKE.search(rest))
    if len(group) == len(ticks) > 1 and SET_TO.search(before):
        return list(dict.fromkeys(group))
    if is_all and (ONLY.search(before) or (KEEP.search(before) and ENOUGH.match(rest))):
        return list(dict.fromkeys(group))
    if EXCEPT.search(before) and REST_GONE.search(rest) and len(group) == len(ticks):
        return list(dict.fromkeys(group))
    return None


def roles(text: str, ticks: Sequence[Tick], there: tuple[str, ...]) -> tuple[list[str], list[str], bool]:
    """What is to go, what is to come, and whether one takes the other's place."""
    gone: list[str] = []
    more: list[str] = []
    right: list[str] = []  # «应该是A，不是B»
    is_swap = False
    role = ""
    for i, one in enumerate(ticks):
        before = text[ticks[i - 1].end if i else 0 : one.begin]
        behind = text[one.end : ticks[i + 1].begin if i + 1 < len(ticks) else len(text)]
        if i and JOIN.match(before):
            (gone if role == "gone" else more if role == "more" else []).append(one.label)
            continue
        joined = group_end(text, ticks, i)
        behind = text[joined : next((t.begin for t in ticks if t.begin > joined), len(text))]
        role = role_of(before, behind, one, role if i else "", there)
        if role == "swap":
            is_swap, role = True, "more"
        if role in {"gone", "more"}:
            (gone if role == "gone" else more).append(one.label)
        elif one.label not in there and INSTEAD.search(CLAUSE.split(before)[-1]):
            right.append(one.label)
    if gone and not more and right:
        more, is_swap = right, True
    return list(dict.fromkeys(gone)), list(dict.fromkeys(more)), is_swap


def group_end(text: str, ticks: Sequence[Tick], i: int) -> int:
    """The end of the choices that are joined from the *i*-th on."""
    end = ticks[i].end
    for other in ticks[i + 1 :]:
        if not JOIN.match(text[end : other.begin]):
            break
        end = other.end
    return end


def role_of(before: str, behind: str, one: Tick, last: str, there: tuple[str, ...]) -> str:
    """*last*: the role of the choice before, of which *before* goes on."""
    near = CLAUSE.split(before)[-1].rstrip('“"「 ')
    own = CLAUSE.split(behind.lstrip('”"」 '))[0]
    stands_there = one.label in there
    if WROTE.search(near) and last == "":
        return "gone" if stands_there else ""
    if not stands_there and last in {"gone", "stood"} and INSTEAD.search(before):
        return "swap"
    if stands_there and INSTEAD.search(near) and not NOT.search(near):
        return "stood"  # so it is to be
    if NOT.search(near) and stands_there:
        return "gone"
    if stands_there and (re.search(r"[把将]$", near) or not TAKE.search(near)) and INSTEAD.search(own):
        return "gone"
    then = NEXT.match(behind.lstrip('”"」 ')[len(own) :]) or THIS_ONE.search(behind)
    for words in (near, own, then.group() if then else ""):
        is_take, is_add = bool(TAKE.search(words)), bool(ADD.search(words))
        if is_take and stands_there:
            return "gone"
        if is_add and not is_take and not stands_there:
            return "more"
    return "stood" if stands_there else ""
