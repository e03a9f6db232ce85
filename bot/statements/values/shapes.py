"""What a value looks like without any label: telephone, address, day, number of people, choice. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.base.text import fold, squeeze
from bot.forms.definitions import FieldSpec
from bot.forms.values.phones import is_mobile
from bot.statements.values.context import Context
from bot.statements.values.free import free_value
from bot.statements.values.joints import CALLED, SHAPES, without_tail
from bot.statements.values.values import trimmed_value, unquoted
from bot.statements.wording.words import PERSON, is_courtesy

LONGEST_CHOICE = 60
AROUND = re.compile(
    r"^(?:(?:正确的?|准确的?|完整的?|新的?|最新的?|现在的?|应该?|其实|就|现在?|都|是的?|为|换成|换到|改[为成到]|改用|更正为|补充为|填|写|用|打|记|一共|总共|合计|预计|估计|大概|大约|约|有|共|定在?|定于|在|举办|安排在?|勾选?|选择?|这个|号码|那就|：|:)\s*)+|(?:这(?:个|两项|几项|三项)?|吧|哦|啊|呀|呢|左右|的|了|哈|即可|就行|就好|就可以|都有|都要|两项|几项|三项)+$"
)
PEOPLE = re.compile(r"(?:^|[^工])(?:工作)?(?:人员|志愿者)")
STAFF = re.compile(r"工作人员|志愿者|工作者|组织者|老师")


def bare(text: str) -> str:
    """*text* without what people say around a bare value."""
    plain = trimmed_value(without_tail(text))
    while (shorter := AROUND.sub("", plain).strip(" ，,。!！、：:")) != plain:
        plain = shorter
    return unquoted(plain)


def held_at(text: str, spec: FieldSpec) -> bool:
    """Whether *text* as a whole has the shape of a value of the field."""
    plain = fold(bare(text)).strip()
    if spec.kind == "choice":
        return len(plain) <= LONGEST_CHOICE and any(squeeze(choice.label) in squeeze(plain) for choice in spec.choices)
    if spec.kind == "count":
        return bool(COUNT.fullmatch(plain))
    if spec.kind == "mobile":
        return is_mobile(re.sub(r"\D", "", plain)) and bool(SHAPES["mobile"].match(plain))
    if spec.kind == "person":
        return bool(PERSON.match(plain))
    shape = SHAPES.get(spec.kind)
    return bool(shape and shape.match(plain))


COUNT = re.compile(
    r"[^\d，,]{0,8}?(?:\d{1,7}|[一二三四五六七八九十百千万两]{1,7})\s*(?:余|多|来)?\s*(?:人次|人|名|个人|个|位)?(?:左右|上下)?"
)


def bare_target(text: str, context: Context, told: Collection[tuple[str, int]]) -> tuple[str, str, int] | None:
    """(field, value, row) of the open problem that a bare value answers, where it can answer only one. *told*: those that have their answer."""
    plain = bare(text)
    if not plain:
        return None
    fitting = list(dict.fromkeys(fits(plain, context, told)))
    return fitting[0] if len(fitting) == 1 else None


def fits(plain: str, context: Context, told: Collection[tuple[str, int]]) -> Iterator[tuple[str, str, int]]:
    open_ones = [
        (problem.field, row)
        for problem, row in context.messages.values()
        if problem.is_error and problem.field and (problem.field, row) not in told
    ]
    counts = [key for key, _ in open_ones if (spec := context.definition.spec(key)) and spec.kind == "count"]
    for key, row in open_ones:
        spec = context.definition.spec(key)
        if spec is None:
            continue
        if spec.kind == "count" and len(counts) > 1 and STAFF.search(plain) is None is not ("staff" in key):
            continue
        if spec.kind == "phone" and any(k == "mobile" for k, _ in open_ones) and is_mobile(re.sub(r"\D", "", plain)):
            continue
        if held_at(plain, spec) or (
            len(open_ones) == 1 and is_free(plain, spec, is_name=key == context.definition.anchor)
        ):
            yield key, plain, row


def is_free(plain: str, spec: FieldSpec, *, is_name: bool) -> bool:
    """A bare place or unit that answers the one question there is."""
    if spec.kind not in {"text", "unit"} or is_name or len(plain) > 40 or is_courtesy(plain):
        return False
    return (
        bool(CALLED.search(plain))
        and free_value(plain, prose=True, is_unit=spec.kind == "unit", is_name=False) == plain
    )
