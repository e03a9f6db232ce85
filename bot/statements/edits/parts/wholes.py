"""Edits of all that stands in a field by what stands in another, or by its own name: two fields the wrong way round, an activity renamed. Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.statements.edits.named import labels_in, stands
from bot.statements.plain import characters
from bot.statements.values.clause.whole import OF_UNIT
from bot.statements.values.context import EXACT, Addressed, Context, Edit

SWAPPED = re.compile(
    r"(?:填|写|弄|搞|打|印|放|贴)?(?:反|颠倒|串)[了啦咯]|调过来|倒过来|[互对调]换|对调|互调|换过来|掉个个|位置换|写倒了|填倒了"
)
UNITS = {
    "电话": {"phone", "mobile"},
    "号码": {"phone", "mobile"},
    "单位": {"unit"},
    "人数": {"count"},
    "数字": {"count"},
    "数": {"count"},
}


NAME_INTO = re.compile(
    r"[”》」]?(?:这个|活动|的?(?:名称|名字|题目)|一名)*(?:现|拟|请|统一|要|应)*(?:应(?:该)?[为是]|(?:更|改)名[为成]|(?:更?改|变更|调整|更正)[为成]|→)[:：]?[“《「](?P<new>[^“”《》「」]{2,40})[”》」]"
)


def renamed(text: str, context: Context) -> list[Edit]:
    """«“茶乡气象科普行”应为“茶乡气象科普万里行”»."""
    key = context.definition.anchor
    stood = characters(stands(key, context)).strip("“”《》「」")
    at = text.find(stood, 1) if len(stood) > 3 else -1
    while at > 0:
        match = NAME_INTO.match(text, at + len(stood)) if text[at - 1] in "“《「" else None
        if match and match["new"] == stood:
            return []
        if match:
            addressed = Addressed(key, f"“{match['new']}”", -1, text, old="?")
            return [Edit(addressed, at - 1, match.end(), match.start("new"))]
        at = text.find(stood, at + 1)
    match = RENAMED_TO.search(text) if len(stood) > 3 and stood in context.letter else None
    if match and match["new"] != stood and not OF_UNIT.search(match["new"]):
        addressed = Addressed(key, f"“{match['new']}”", -1, text, old="?")
        return [Edit(addressed, match.start(), match.end(), match.start("new"))]
    return []


# «原名“铸剑”。…，故更名为“古代冶铁技术科普展”»
RENAMED_TO = re.compile(
    r"(?:^|(?<=[，,。；;]))(?:故|现|特|遂|因此|兹|已|拟请|请|将?活动|将?名称)*(?:更名|改名|改称)(?:为|成)?[“《「](?P<new>[^“”《》「」]{2,40})[”》」]"
)


JOINED = re.compile(r"[”」]?(?:那?一?[栏格项])?(?:和|跟|与|及|同|以及|、)[“「]?")


def exchanged(text: str, context: Context) -> list[Edit]:
    """«联系电话跟移动电话我填反了»: each field takes what stands in the other."""
    match = SWAPPED.search(text)
    if match is None or re.search(r"位数|(?<![两二])个数|[两二三四2-4]位|第[一二三四五六七八九\d]+位|\d{2}", text):
        return []
    before = text[: match.start()]
    named = [one for one in labels_in(before, context) if len(one.keys) == 1]
    if len(named) > 2 and JOINED.fullmatch(before[named[-2].end : named[-1].begin]):
        named = named[-2:]  # «我们单位那份里，联系电话和移动电话…»
    keys = list(dict.fromkeys(one.keys[0] for one in named))
    begin = named[0].begin if named else match.start()
    if len(keys) < 2 and (pair := re.search(r"[两二]个?(?P<what>电话|号码|单位|人数|数字|数)", before)):
        kinds = UNITS[pair["what"]]
        keys = [spec.key for spec in context.definition.field if spec.kind in kinds and not spec.outside]
        begin = pair.start()
    if len(keys) != 2:
        return []
    values = [context.form.plain(key) or stands(key, context) for key in keys]
    specs = [context.definition.spec(key) for key in keys]
    kinds = {"number" if spec.kind in {"phone", "mobile"} else spec.kind for spec in specs if spec}
    if not all(values) or len(kinds) != 1 or not all(isinstance(one, str | int) for one in values):
        return []
    return [
        Edit(Addressed(key, str(value), -1, text, EXACT), begin, match.end(), begin)
        for key, value in zip(keys, reversed(values), strict=True)
    ]
