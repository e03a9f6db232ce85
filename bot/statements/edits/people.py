"""Edits of whom to ask: somebody else, one more, the whole name instead of «小林» or «庄股长». Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.phones import is_mobile
from bot.statements.edits.stance import is_ours
from bot.statements.values.context import Addressed, Context, Edit
from bot.statements.values.values import is_post
from bot.statements.wording.words import SURNAMES, TITLE

LABEL = r"(?:联系人|联络人|对接人|联络员|负责人|经办人)"
OFFICE = r"(?:[\u4e00-\u9fff]{0,10}?(?:[科室处股办部组站所院馆校局会]|中心|社区|街道|村|公司)(?:里)?的?|(?:同(?:科室|事|单位|办公室)|另一?[位个名]|我们?(?:这边|这里|单位)?)的?(?:同事)?)"
POST = r"(?:[\u4e00-\u9fff]{0,4}(?:社工|干事|文书|会计|医生|护士|老师|教练|同事|馆员|专干|志愿者|经办人?|具体经办人?|新来的)|(?:现任|新任)?[\u4e00-\u9fff]{0,4}(?:[长员师任]|书记|代表))的?"
NAME = rf"(?P<name>[{SURNAMES}][\u4e00-\u9fff]{{1,2}})"
BEHIND = rf"(?:{TITLE}|医生|护士|书记|[副总][^，,。；;\s]{{1,3}}|[（(][\u4e00-\u9fff]{{2,10}}[）)])?"
END = r"(?=\s*(?:来)?(?:对接|负责|担任|接任|接替|接手|联系|跟进|就行|就好|即可|吧|了|啦|哈|为准)?(?:[，,。；;！!、（()）\s]|$)|手机|电话|号码|\d|不是|谢谢|麻烦)"
ME = r"(?:我(?:本人|自己|来|了|的|吧|啊)*[，,\s（(]*(?:我?叫|我是|名字[叫是]|本人)?)?"
WHO = rf"[“「]?{ME}(?:{OFFICE})?(?:{POST}\s*)?{NAME}{BEHIND}[”」]?{END}"
BECOMES = r"(?:更?改|更?换|变更?|调整|变|应(?:该)?|[请就]?(?:写|填|登记?|用|由|是|为|找)|正确|实际|全名|全称|真名|本名|大名|姓名)(?:全名|全称|成|为|由|是|到|给|作|回|原来的|的是|[:：]|了)*"
TO = re.compile(rf"{BECOMES}{WHO}")
ADDED = re.compile(
    rf"(?:加|添|增加|增补|补充?|多写|再写)(?:上|了|一[位个名]|进去?)*(?:[，,:：]?(?:原[^，,。；;]{{1,8}}(?:之外|外|以外)[，,]?)?(?:再|另)?(?:加|添|补|写)?上?)?{WHO}"
)
CALLED = re.compile(
    rf"^[“「]?(?:[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff]{{1,2}}(?:{TITLE}|股长|站长|所长|书记|医生|姐|哥|叔|姨|总|工))$"
)
OF_ELSE = re.compile(r"[你您]们?的?联系人|紧急联系人|讲师|专家|嘉宾|主讲|报名|家长|志愿者|咨询|主持")


def edits_in(text: str, context: Context) -> list[Edit]:
    specs = [one for one in context.definition.field if one.kind == "person"]
    if len(specs) != 1 or OF_ELSE.search(text):
        return []
    spec = specs[0]
    stood = str(context.form.plain(spec.key) or "")
    label = re.search(LABEL, text) or re.search(r"[改换](?:由|成|为)(?=[^，,。；;]{2,14}(?:联系|对接|负责))", text)
    is_known = bool(stood) and (stood in text or (is_nickname(stood) and stood[-1] in text))
    begin = label.start() if label else 0
    if (label is None and not is_known) or not is_ours(text, begin, context):
        return []
    if label and (match := ADDED.search(text, label.start())) and stood and match["name"] != stood:
        return (
            [edit_of(match, f"{stood}、{match['name']}", spec, text, begin)]
            if not ADDS_LETTER.search(match.group())
            else []
        )
    found = [one for one in TO.finditer(text, begin) if is_new(one, stood, text)]
    if len({one["name"] for one in found}) != 1:
        return []
    return [edit_of(found[-1], found[-1]["name"], spec, text, begin), *reached(text, found[-1].end(), context)]


# «换成我吧，我叫洪志鸿，13959822310»
HIS_NUMBER = re.compile(
    r"[，,、\s（(：:]*(?:[他她我]的?)?(?:本人)?(?P<number>1[3-9]\d[\d\- ]{8,10}|0\d{2,3}-?\d{7,8})(?![\d@])"
)


def reached(text: str, at: int, context: Context) -> list[Edit]:
    """The number that follows the new name without any label."""
    match = HIS_NUMBER.match(text, at)
    digits = re.sub(r"\D", "", match["number"]) if match else ""
    kind = "mobile" if is_mobile(digits) else "phone"
    keys = [one.key for one in context.definition.field if one.kind == kind]
    if match is None or not keys:
        return []
    return [
        Edit(Addressed(keys[0], digits, -1, text, old="?"), match.start("number"), match.end(), match.start("number"))
    ]


ADDS_LETTER = re.compile(r"个?字|电话|手机|号")


def is_new(match: re.Match[str], stood: str, text: str) -> bool:
    name = match["name"]
    before = text[: match.start()]
    return (
        name != stood
        and not is_post(name)
        and not re.search(r"(?:原[来先本]?|之前|不要?再?|别|勿|本来|错)$", before)
        and not re.search(r"[的了是在和与及为]|老师|主任|名字|全名|电话|手机|单位|科室|部门|本人|后[的面]", name)
    )


def is_nickname(stood: str) -> bool:
    return bool(CALLED.match(stood))


def edit_of(match: re.Match[str], value: str, spec: FieldSpec, text: str, begin: int) -> Edit:
    piece = Addressed(spec.key, value, -1, text, old="?", prose=True)
    return Edit(piece, min(begin, match.start()), match.end(), match.start("name"))
