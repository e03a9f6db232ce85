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
NAME = rf"(?P<name>(?!还是|再|另|谁|全|有关|应)[{SURNAMES}][\u4e00-\u9fff]{{1,2}})"
BEHIND = rf"(?:{TITLE}|医生|护士|书记|[副总][^，,。；;\s]{{1,3}}|[（(][\u4e00-\u9fff]{{2,10}}[）)])?"
END = r"(?=\s*(?:来)?(?:对接|负责|担任|接任|接替|接手|联系|跟进|代为联系|代管|管|接|顶上?|就行|就好|即可|吧|了|啦|哈|为准)*(?:[，,。；;！!、（()）\s]|$)|手机|电话|号码|\d|不是|谢谢|麻烦)"
ME = r"(?:我(?:本人|自己|来|了|的|吧|啊)*[，,:：\s（(]*(?:我?叫|我是|名字[叫是]|本人)?)?"
WHO = rf"[“「]?{ME}(?:{OFFICE}\s*)?(?:{POST}\s*)?{NAME}{BEHIND}[”」]?{END}"
BECOMES = r"(?<![不别])(?:更?改|更?换|变更?|调整|变|应(?:该)?|[请就]?(?:写|填|登记?|用|由|是|为|找)|正确|实际|全名|全称|真名|本名|大名|姓名)(?:全名|全称|成|为|由|是|到|给|作|回|原来的|的是|[:：]|了)*"
TO = re.compile(rf"{BECOMES}{WHO}")
# «由黄志鹏来对接», «以后问陈志强», beside who is no longer asked.
TAKES = re.compile(rf"(?:由|找|问|归|叫|请|联系|交[由给]?|转[由给]){WHO}")
# «现在是我顶她，黄小芳»
ME_NOW = re.compile(r"(?:由|是|换|改|归|找|让)(?:成|了|为)?我(?:来|本人|自己)*(?:接|顶|替|负责|对接|联系|管|担任|跟)")
ALONE = re.compile(rf"(?:^|[，,。；;！!\s])(?:我?叫|我是|本人)?{NAME}(?=[，,。；;！!\s]|$)")
GONE = re.compile(
    r"^(?:老师|主任|同志|科长|同学|女士|先生|[\u4e00-\u9fff]{0,2})?(?:已经?|刚|最近|下个?月|下周|这[次回个]|要|马上|那几?天|当天|月底|临时|[被请])*(?:调|退休|离[职岗开]|请假|休|生孩子|待产|产假|出差|不[管干负在做方便]|生病|住院|辞|走|换岗|外出|培训|借调|支教|转岗|没空)"
)
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
    label = re.search(LABEL, text) or HANDED.search(text)
    gone = gone_at(text, stood)
    begin = label.start() if label else 0
    if (label is None and gone < 0) or (label and not is_ours(text, begin, context)):
        return []
    if label and (match := ADDED.search(text, label.start())) and stood and match["name"] != stood:
        return (
            [edit_of(match, f"{stood}、{match['name']}", spec, text, begin)]
            if not ADDS_LETTER.search(match.group())
            else []
        )
    patterns = (TO, *((TAKES,) if gone >= 0 else ()), *((ALONE,) if ME_NOW.search(text) else ()))
    for pattern in patterns:
        found = [one for one in pattern.finditer(text, begin) if is_new(one, stood, text)]
        if len({one["name"] for one in found}) == 1:
            return [
                edit_of(found[-1], found[-1]["name"], spec, text, begin),
                *reached(text, found[-1].end("name"), context),
            ]
        if found:
            break
    return []


# «由急诊科彭主任改为护理部简玉珠负责联系»
HANDED = re.compile(r"(?:由[^，,。；;]{2,14})?[改换](?:由|成|为)(?=[^，,。；;]{2,14}(?:联系|对接|负责))")


SHORT = re.compile(rf"[小老阿][{SURNAMES}]|[{SURNAMES}](?:{TITLE})")  # «小林», «林老师»


def gone_at(text: str, stood: str) -> int:
    """Where who stands in the form is named, by the whole name, or as people call them and no longer there; -1 where that is not so."""
    if not stood:
        return -1
    if (at := text.find(stood)) >= 0:
        return at
    if is_nickname(stood):
        return text.find(stood[-1])
    return next(
        (one.start() for one in SHORT.finditer(text) if stood[0] in one.group() and GONE.match(text[one.end() :])), -1
    )


# «换成我吧，我叫洪志鸿，13959822310», «…，打15260833917找得到他», «…，座机28910256»
NUMBERS = re.compile(r"(?<![\dA-Za-z@.\-])(?:1[3-9]\d[\d\- ]{8,10}|0\d{2,3}-?\d{7,8}|[2-9]\d{7}(?!年))(?![\d@])")
OF_OTHERS = re.compile(
    r"咨询|报名|热线|传真|微信|QQ|家长|学生|志愿者|原[来先]|旧|老号|不用|停|投诉|值班|领导|[您你]们?"
)


def reached(text: str, at: int, context: Context) -> list[Edit]:
    """The number, one of each kind, that is told behind the new name."""
    found: dict[str, Edit] = {}
    numbers = list(NUMBERS.finditer(text, at))
    if not 1 <= len(numbers) <= 2 or OF_OTHERS.search(text[at : numbers[-1].start()]):
        return []
    for match in numbers:
        digits = re.sub(r"\D", "", match.group())
        kind = "mobile" if is_mobile(digits) else "phone"
        keys = [one.key for one in context.definition.field if one.kind == kind]
        for key in keys[:1] if kind not in found else ():
            piece = Addressed(key, match.group().strip(), -1, text, old="?")
            found[kind] = Edit(piece, match.start(), match.end(), match.start())
    return list(found.values()) if len(found) == len(numbers) else []


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
