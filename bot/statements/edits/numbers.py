"""Edits that tell the whole of another telephone or address, whatever words stand around it: «老号码别用了，新号在公函抬头上：0595-…». Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.forms.values.phones import is_mobile, shows_mobile
from bot.statements.edits.named import keys_named, labels_in, stands
from bot.statements.edits.stance import is_ours
from bot.statements.values.clause.counting import OF_OTHER_LINE, is_given_up
from bot.statements.values.context import Addressed, Context, Edit
from bot.statements.values.shapes import found_in

KINDS = {"phone", "mobile", "email"}
NEW = re.compile(
    r"新|现|改|换|应|正确|启用|今后|以后|更正|更新|实际|→|[-=]+>|请(?:用|写|填|登)|以[^，,。；;]{0,24}为准|(?:别|不要|勿)再?[写填登报留用][^，,。；;]{1,16}[，,][^。；;]{2,16}[，,][写填登报留用][成为]?\s*(?=[\w+]{6})"
)
# «我换了卡，旧号停了，今后拨 133…»
ANOTHER_CARD = re.compile(r"换了?[张个]?(?:手机|电话)?[卡号]|[旧老]号码?[^，,。；;]{0,6}(?:停|不用|作废|注销)")
HIS_NEW = re.compile(r"[打拨](?:到|这个)?\s*(?=\d)")
OF_ELSE = re.compile(
    r"咨询|报名|热线|传真|微信|QQ|qq|讲师|专家|家长|志愿者|备用|紧急|另一个|快递|收件|投诉|值班|[如若]|打不通时|没人接|[打拨]\s*(?=\d)|回电|来电"
)


def edits_in(text: str, context: Context) -> list[Edit]:
    keys = keys_named(text, context, KINDS) or by_shape(text, context)
    text = HIS_NEW.sub(lambda match: "＿" * len(match.group()), text) if ANOTHER_CARD.search(text) else text
    spec = context.definition.spec(keys[0]) if len(keys) == 1 else None
    is_new = NEW.search(text) or WRITE_MINE.search(text) or NOT_MINE.search(context.letter)
    if spec is None or not stands(spec.key, context) or not is_new or OF_ELSE.search(text):
        return []
    named = [one.begin for one in labels_in(text, context) if spec.key in one.keys]
    if named and not is_ours(text, named[0], context):
        return []
    found = [one for one in found_in(text, spec) if not OF_OTHER_LINE.search(text[: one[0]])]
    counts = [
        one for one in found if not is_given_up(text, *one[:2]) and not is_same(one[2], stands(spec.key, context))
    ]
    if len({re.sub(r"\W", "", one[2]) for one in counts}) != 1:
        return []
    is_known = any(one[0] < counts[0][0] and is_same(one[2], stands(spec.key, context)) for one in found)
    if not (is_known or is_ours(text, counts[0][0], context)):  # unless the number that stands there leads up to it
        return []
    begin, end, value = counts[-1]
    first = min([begin, *named, *(one[0] for one in found)])
    digits = re.sub(r"\D", "", value)
    sure = spec.kind == "email" or is_mobile(digits) is (spec.kind == "mobile")
    return [Edit(Addressed(spec.key, value, -1, text, old="?"), first, end, begin, sure)]


def by_shape(text: str, context: Context) -> list[str]:
    """«新号：0595-…» is of the telephone whose kind of number it is."""
    match = (
        NEW_NUMBER.search(text)
        or WRITE_MINE.search(text)
        or (MINE.search(text) if NOT_MINE.search(context.letter) else None)
    )
    kind = "mobile" if match and shows_mobile(match["number"]) else "phone"
    return [one.key for one in context.definition.field if one.kind == kind] if match else []


# «这个号码不是我的！我的是139…»
NOT_MINE = re.compile(r"(?:号码?|手机|电话|座机|那个|这个)[^，,。；;！!?？]{0,6}不是(?:我|本人)的")
MINE = re.compile(
    r"(?:我|本人)的(?:手机|电话|座机|号码?)*(?:应该?|才)?[是为]\s*(?P<number>1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
)
# «他把他自己的手机写上去了。写我的，139…»
WRITE_MINE = re.compile(
    r"(?:^|[，,。；;！!\s]|请|[就还]是?|统一|直接)[写填留登]我(?:自己|本人)?的(?:手机|号码?)?[，,:：\s]*(?P<number>1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)"
)
NEW_NUMBER = re.compile(
    r"新(?:的)?(?:号码?|座机|电话|手机)[^，,。；;\d]{0,10}(?P<number>1[3-9]\d[\d\- ]{8,10}|0\d{2,3}-?\d{7,8}|[2-9]\d{7})(?!\d)"
)


def is_same(said: str, stood: str) -> bool:
    return re.sub(r"[\s()（）\-—]", "", said).lower() == re.sub(r"[\s()（）\-—]", "", stood).lower()
