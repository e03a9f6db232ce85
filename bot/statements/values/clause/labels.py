"""The labels in a clause: which are there, and what follows each of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import Squeezed
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import LabelIndex, members
from bot.statements.values.clause.said import said_of
from bot.statements.values.context import UNIT_ALONE
from bot.statements.values.shapes import SHAPES, shaped
from bot.statements.wording.joining import joined, says_wrong
from bot.statements.wording.joints import HEAD, JOINER, OTHERS, PLAINLY, REASON, REFERRED, STAYS, filling, without_tail


class Mention(Struct, frozen=True):
    """A label in a clause: squeezed begin and end. ``is_led_up``: before it stands nothing that would make it another's («咨询电话»)."""

    begin: int
    end: int
    target: str
    is_led_up: bool = True


def mentions(squeezed: Squeezed, definition: FormDefinition, index: LabelIndex) -> list[Mention]:
    """The labels that something is said of, in order; «联系人手机» is the telephone of that person, one label and not two."""
    found: list[Mention] = []
    text = squeezed.text
    for match in index.pattern.finditer(text.replace("场地点", "＿地点")):
        target = index.names[match[1]]
        begin = match.start()
        if (found and begin < found[-1].end) or is_of_writer(match[1], text[:begin], text[match.end(1) :]):
            continue
        if found and FILLED_WITH.fullmatch(text[found[-1].end : begin]):
            continue
        if found and text[found[-1].end : begin] in {"", "的", "那个", "的那个", "这个"}:
            if is_owner(found[-1], target, definition):
                begin = found.pop().begin
            elif is_kind(found[-1].target, "unit", definition) and not is_kind(target, "unit", definition):
                found.pop()  # «我单位联系电话…»
        if found and text[:begin].count("(") > text[:begin].count(")") and is_at_home(found[-1], target, definition):
            continue  # whom to call there
        spaced = squeezed.original[: squeezed.begin(begin)][-1:].isspace()
        before = squeezed.original[: squeezed.begin(begin)]
        begins = spaced or can_begin(text[:begin]) or (len(before) <= 40 and filling(before, lambda word: False))
        if OTHERS.search(text[:begin]) or not (begins or is_plainly_said(text[match.end(1) :], target, definition)):
            continue
        if is_kind(target, "longtext", definition) and OF_FORM.search(text[:begin]):
            continue
        is_led_up = bool(found) or filling(squeezed.original[: squeezed.begin(begin)], lambda word: False)
        found.append(Mention(begin, match.end(1), target, is_led_up))
        if is_kind(target, "longtext", definition):
            break
    kept: list[Mention] = []
    for i, mention in enumerate(found):
        body = body_of(squeezed, found, i)
        if (
            kept
            and not is_joint(body)
            and not is_joint(body_of(squeezed, found, i - 1))
            and not follows_label(body, mention.target, definition)
        ):
            continue  # a word in the value of the label before
        kept.append(mention)
    while len(kept) > 1 and not follows_label(body_of(squeezed, kept, 0), kept[0].target, definition):
        between = body_of(squeezed, kept, 0)
        is_reason = REASON.match(squeezed.original[: squeezed.begin(kept[1].begin)].strip())
        if re.match(r"回复?|答|发|打字", between) or (re.search(r"[，,:：]", between) and is_reason):
            kept.pop(0)  # «因原联系人出差，联系人改为…»
        else:
            break
    return kept


def is_of_writer(label: str, before: str, behind: str) -> bool:
    """«我单位“知识竞赛”活动地点…», «我单位申报的…» speak of the writer, «地址：…» says where he sits, «场地占用» why something changes."""
    is_why = (
        TROUBLE.match(behind) or NOT_AMONG.search(before) or (re.search(r"\d\($", before) and behind.startswith(")"))
    )  # «14（工作人员）»
    is_units = label in {"名称", "名字"} and re.search(
        r"(?:机构|单位|部门|[我本][校局馆院会所站园镇社]|公司)的?$", before
    )  # «主办…，机构名称应写…»
    if label == "地址" and not is_why:
        return bool(re.match(r"[:：]", behind) or OUR_SEAT.search(before))
    return bool(is_why or is_units or (label == UNIT_ALONE and OUR_UNIT.search(before) and not OF_UNIT.match(behind)))


# «联系电话也填我手机139…»: what is to stand there, and no label of its own.
FILLED_WITH = re.compile(r"(?:也|就|都|还是|统一|直接|请|先)*(?:填|写|用|留|报)(?:我们?|本人|自己|[他她])的?")
# «因场地占用», «人员冲突» give the reason and no value.
TROUBLE = re.compile(
    r"(?:[不未](?:计算?|算|包?含|包括)|另[计算]|除外|变[大小多少]|[大小多满]了|有限|受限|[装坐容]不下|改造|漏水|整修|占用|冲突|紧张|维修|原因|问题|受限|装修|施工|停电|被占|不够|太小|没空|撞)"
)
# «预计公众300人（不含工作人员）», as «（工作人员不算）»: of the number before it.
NOT_AMONG = re.compile(r"\((?:不(?:含|算|包括|计)|未含|除)$")
OUR_SEAT = re.compile(r"(?:学校|单位|公司|医院|社区|我们|我[校馆局院会])的?$")
OUR_UNIT = re.compile(r"[我本贵该各]$")
OF_UNIT = re.compile(r"(?:的)?(?:名称?|全称|名字)|[:：是为]|应[为该是]|改[为成名]|更名|变更|写错|$")
# «登记内容里…», «表中内容有误» speak of the form and of no field of it.
OF_FORM = re.compile(
    r"(?:登记|申报|填报|报送|受理|表[中里上格]?|补正|更正|修改|变更|更改|所填|[以如]上|上述)(?:的|主要)?$"
)


def is_joint(body: str) -> bool:
    """Nothing but a word that joins a label to the next: both hold the same."""
    return bool(re.fullmatch(r"\s*[、/]?\s*(?:和|及|与|跟|以及|还有)?\s*", body))


def is_plainly_said(rest: str, target: str, definition: FormDefinition) -> bool:
    """Whether a label that stands in running words is followed by a value of its own shape, or by the verb that joins them: speech has no commas."""
    group = members(target)
    spec = definition.spec(group[0] if group else target)
    if spec is None:
        return False
    if spec.kind in SHAPES:
        found = shaped(rest[:40], spec)
        if found and found.begin <= 14:
            return True
    told = joined(rest)
    return bool(PLAINLY.match(rest) or (told and (told.is_change or told.is_marked)) or says_wrong(rest))


def body_of(squeezed: Squeezed, found: list[Mention], i: int) -> str:
    stop = found[i + 1].begin if i + 1 < len(found) else len(squeezed.text)
    return squeezed.original[squeezed.end(found[i].end) : squeezed.begin(stop)]


def is_owner(owner: Mention, target: str, definition: FormDefinition) -> bool:
    mine = definition.spec(target)
    return is_kind(owner.target, "person", definition) and bool(mine and mine.kind in {"phone", "mobile", "email"})


def is_at_home(owner: Mention, target: str, definition: FormDefinition) -> bool:
    """Whether in brackets behind a place or a unit it is said whom to call there."""
    if not (is_kind(owner.target, "unit", definition) or is_kind(owner.target, "text", definition)):
        return False
    return any(is_kind(target, kind, definition) for kind in ("person", "phone", "mobile", "email"))


def is_kind(target: str, kind: str, definition: FormDefinition) -> bool:
    spec = definition.spec(target)
    return bool(spec and spec.kind == kind)


def can_begin(before: str) -> bool:
    """A label begins behind punctuation, a filling word, or a value that is only digits."""
    if not before or not re.match(r"[\u4e00-\u9fff]", before[-1]):
        return True
    return bool(
        re.search(
            r"(?:[一另个二三]是|将|把|表|补充|更正|修改|变更|更改|调整|的|请|为|和|及|与|并|他|她|其|新|原|现|旧|本|该|此|[本该我贵][校局馆院会镇村司]|单位|我们|活动|项目|表[里中上]|回复|答|人|(?<!\d)名|因|由于|经|关于|另|且|日|号|午|点|谢谢|收到|您好|你好)$",
            before,
        )
    )


def follows_label(body: str, target: str, definition: FormDefinition) -> bool:
    return (
        bool(re.fullmatch(rf"{HEAD}{STAYS}[，,。；;、\s]*", body))
        or said_of(target, strip_joiner(body), definition) is not None
    )


def strip_joiner(body: str) -> str:
    return without_tail(JOINER.sub("", body))


def bodies(squeezed: Squeezed, found: Sequence[Mention]) -> Iterator[tuple[list[str], str]]:
    """The fields that labels name together, and what follows them; a word that refers to another field ends the clause."""
    joined: list[str] = []
    for i, one in enumerate(found):
        joined.append(one.target)
        rest = squeezed.original[squeezed.end(one.end) :]
        if REFERRED.match(rest) and len(joined) == 1:
            yield joined, rest
            return
        body = rest[: squeezed.begin(found[i + 1].begin) - squeezed.end(one.end)] if i + 1 < len(found) else rest
        if i + 1 == len(found) or not is_joint(body):
            yield joined, body.rstrip(" ，,、；;和及与的")
            joined = []
