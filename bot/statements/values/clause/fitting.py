"""Whether a value that was read as its field's is of its field beyond doubt: by its kind, what stood there and what its sentence says beside. Pure.

The frames tell that a value is one; this asks once more of what they found, however it was found: a place where somebody is at a meeting, a name with a number
of people in it, a number of each group, options of which one more was named. Whatever is not of its kind is proposed, and not put in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.model import Form, Plain, Value
from bot.forms.values.within import HEAD, HOUSE, STOREY, WING, parts_of
from bot.statements.values.context import Passage
from bot.statements.values.put import Put
from bot.statements.values.shapes import NOTED

SENTENCE_END = re.compile(r"[。；;！!？?\n]")
# What happens, when, and to whom: no place is called so.
NO_PLACE = re.compile(
    r"(?<!会)开会(?!议)|出差|休假|请假|外出|不在(?!线)|在忙|拍板|商[量议]|研究(?=[后再一]|决定)|决定|再[定说议报]|告诉|通知|回[复来]|等(?!级|离|候)|[这那][两几][天日]|各(?:[一两二三四\d]|自)|[一两二三四五\d]场(?![馆地所])|今天|明天|昨天|下?周[一二三四五六日](?![至到])|因为?|由于|所以|但是?|如果"
    r"|(?:主任|书记|校长|馆长|站长|所长|院长|科长|局长|镇长|村长|老师|领导|经理|负责人)(?![办的室楼之]|办公|活动|工作|之家|发展)"
)
# Points to what stands somewhere else.
POINTS = re.compile(
    r"同名|同一|同样|一样|相同|原[来先](?:的|那)|上述|以上|另[一外]|某|^(?:隔壁|旁边|附近|对面(?!村))|[这那][个家处间里边]"
)
# «新落成的», «刚装修好的»: said of a place, and no part of its name.
SAID_OF = re.compile(
    r"(?:刚|才|已经?|最近|新|正在|即将|去年|今年|[好成完了过])[\u4e00-\u9fff]{0,4}的(?=[\u4e00-\u9fff])"
)
PART = re.compile(rf"{STOREY}|{WING}|{HOUSE}(?:{STOREY}|{WING})?的")  # «办公楼一楼的科普馆»: of which house
NO_NAME = re.compile(
    r"\d\s*(?:人次?|名|位)(?!制)|\d{1,2}[:：]\d\d|1[3-9]\d{9}|[改换](?:为|成|到)|去掉|删[掉去除]|应该?[为是]|字样|[一两二三四]个?字|^[少多漏缺错][了写打]|(?:[定的]|那个)(?:主题|名[称字]|题目|标题)$|(?P<twice>[\u4e00-\u9fff]{3,})(?P=twice)"
)
NO_UNIT = re.compile(
    r"^由|(?:承办|主办|负责|牵头|组织)的|[更改]名|改[为成称]|旧名|以前|之前|现在|请|麻烦|[，,。；;：:]$|^[^：:]{0,8}[写填报][：:]"
)
# «主任在改，大概是讲座加展览»: how it will be, nobody knows yet.
NO_TEXT = re.compile(
    r"^[^。；;\n]{0,16}(?:在[改写拟]|大概|估计|可能[会是有]|也许|还[在没]|待定|晚[点些]|过两天|下周|回头|再[定说报])[^。；;\n]{0,24}[。]?$"
    r"|^(?:都|也|是|基本)*(?:一样|相同|一致)[的了]?(?=[。，,；;]|$)"
    r"|[。；;]\s*(?:另外?|还有|此外)[^。；;]{0,4}(?:联系人|电话|手机|邮箱|地点|时间|名称)[^。；;]{0,3}[改换]"
)
# «13900001234（这是我爱人的）»
OF_ANOTHER = re.compile(
    r"[（(][^（）()\d]{0,8}(?:爱人|老婆|老公|妻子|丈夫|儿子|女儿|孩子|家里|朋友|别人|临时|借)[^（）()\d]{0,6}[)）]"
)
NO_PERSON = re.compile(r"请假|休假|出差|代班?$")
# «主办加上市教育局（正在沟通）»
PENDING = re.compile(r"[（(](?:正?在|还在?|待|暂|拟|未)(?:沟通|谈|联系|定|确认|商|申请|协商)[^（）()]{0,8}[)）]")
# «末尾是6不是9» is a digit of a number, and counts nobody.
DIGIT = re.compile(r"(?:[末尾][尾位号数]?|最[后前]|开头|中间|倒数|[一二三四五两]位)[^，,。；;\d]{0,4}[是为]\d(?!\d)")
# «主任说填1000好看，我觉得最多四百，你看填哪个合适？»
WHICH = re.compile(r"[填写报登][^，,。；;]{0,2}(?:哪[个一]|多少)|哪个(?:合适|更?好|对|为准|算数)")
# «地点印的“老人会”，正式名称请写“…”»: of what was spoken of, and not of the activity.
CALLED = re.compile(r"(?:正式|规范|完整|标准)的?(?:名称|名字|叫法)|全称|全名")
# «9月17日那天我们要不要派人到主会场去？»: when something else is, if the sentence goes on.
THAT_DAY = re.compile(r"[日号](?:[那当]天|当日)$")
NOT_SO = {"unit": NO_UNIT, "longtext": NO_TEXT, "person": NO_PERSON, "phone": OF_ANOTHER, "mobile": OF_ANOTHER}
KEPT = {"unit", "longtext", "person"}  # kinds of which the value is looked at, and not what stands beside it


def is_doubtful(
    passage: Passage, puts: Iterable[Put], stood: Mapping[str, Value], letter: str, of: FormDefinition
) -> bool:
    """Whether any value of *passage* is perhaps none of its field. *stood*: what the form holds; *letter*: its plain characters."""
    return any(
        is_strange(one.spec, value, standing(one.spec.key, stood), passage, letter, of)
        for one in puts
        if (value := one.reading.values.get(one.spec.key)) is not None
    )


def is_strange(spec: FieldSpec, value: Plain, stood: str, passage: Passage, letter: str, of: FormDefinition) -> bool:
    if isinstance(value, tuple):
        noted = tuple(one.label for one in spec.choices if one.noted)
        is_held = any(one.startswith(noted) for one in value) if noted else True
        is_torn = any(re.search(r"[)）][^（(]*[（(]", one) for one in value)
        return is_torn or (not is_held and tells_others(passage, spec, letter, of))
    before, words, behind = sentence_of(passage.written, letter)
    written = f"{before}{words}{behind}"
    if isinstance(value, int):
        return bool(DIGIT.search(words) or WHICH.search(behind))
    if spec.key == of.anchor and CALLED.search(words) and names_field(before, spec, of):
        return True
    if not isinstance(value, str) or is_marked(value, written):
        return False
    if spec.kind == "daterange" and THAT_DAY.search(words) and behind[:1].isalnum():
        return True
    if PENDING.search(written):
        return True
    if spec.key == of.anchor:
        return says_new(NO_NAME, value, stood)
    if spec.kind in NOT_SO:
        return says_new(NOT_SO[spec.kind], value if spec.kind in KEPT else written, stood)
    if spec.kind != "text":
        return False
    inner = PART.match(value) if stood else None
    is_part = inner is not None and not stood.startswith(inner.group()) and bool(HEAD.search(parts_of(stood).head))
    return is_part or any(says_new(one, value, stood) for one in (NO_PLACE, POINTS, SAID_OF))


def is_marked(value: str, around: str) -> bool:
    """Whether the writer himself put *value* between marks."""
    return any(f"{first}{value}{last}" in around for first, last in ("“”", "「」", "《》", '""'))


def says_new(pattern: re.Pattern[str], value: str, stood: str) -> bool:
    """Whether *value* has what no value has, and what stood there had not."""
    return any(match.group() not in stood for match in pattern.finditer(value))


def standing(key: str, fields: Mapping[str, Value]) -> str:
    held = fields.get(key)
    return str(held.value or "") if held else ""


def sentence_of(words: str, letter: str) -> tuple[str, str, str]:
    """The sentence of *words* in the *letter*: what stands before them, the words, what stands behind."""
    at = letter.find(words)
    if at < 0:
        return "", words, ""
    return SENTENCE_END.split(letter[:at])[-1], words, SENTENCE_END.split(letter[at + len(words) :])[0]


def with_note(passage: Passage, letter: str, form: Form, definition: FormDefinition) -> Passage:
    """*passage* with which others are meant, as its value or its sentence behind it notes: «勾互动体验，其他那里写“观星”»."""
    piece = passage.pieces[0]
    spec = definition.spec(piece.target)
    label = next((one.label for one in spec.choices if one.noted), "") if spec else ""
    if not label or len(passage.pieces) > 1 or piece.how not in {"set", "add"}:
        return passage
    if own := NOTED.search(piece.text):
        text = f"{piece.text[: own.start()]}{label}（{note_of(own)}）{piece.text[own.end() :]}"
        is_alone = own.span() == (0, len(piece.text)) and not form.plain(piece.target)
        stay = STAY.search(letter) if is_alone else None
        kept = [one.label for one in spec.choices if stay and one.label in stay.group()] if spec else []
        sure = passage.sure and (not stay or bool(kept))
        return replace(passage, pieces=(replace(piece, text="、".join((*kept, text))),), sure=sure)
    match = note_behind(passage, spec, letter, definition) if spec else None
    if match is None:
        return passage
    text = re.sub(rf"[、，,和及与\s]*[“「]?{label}[”」]?$", "", piece.text)
    return replace(passage, pieces=(replace(piece, text=f"{text}、{label}（{note_of(match)}）"),))


def note_behind(passage: Passage, spec: FieldSpec, letter: str, definition: FormDefinition) -> re.Match[str] | None:
    """What the sentence behind *passage* notes of its field, and of no other."""
    behind = sentence_of(passage.written, letter)[2]
    match = NOTED.search(behind)
    between = behind[: match.start()] if match else ""
    return None if OF_CHOICES.search(between) or names_field(between, spec, definition) else match


def tells_others(passage: Passage, spec: FieldSpec, letter: str, definition: FormDefinition) -> bool:
    """Whether it is also told which others are meant, though it may not be clear whom: «老年人，还有一类是外来务工人员，放“其他”里写明吧»."""
    _, words, behind = sentence_of(passage.written, letter)
    return bool(IN_OTHERS.search(words + behind)) or note_behind(passage, spec, letter, definition) is not None


def names_field(text: str, but: FieldSpec, definition: FormDefinition) -> bool:
    """Whether *text* names a field other than *but*, or one of its options."""
    others = [one for one in definition.field if one is not but]
    labels = (name for one in others for name in (*one.names, *(each.label for each in one.choices if not each.noted)))
    return any(name in text for name in labels)


# «「其他」后面要注明的是：科普研学。前面勾的互动体验保留»
STAY = re.compile(
    r"(?:前面|原来|原先|之前|先前|已经?|上面)[^，,。；;]{0,6}[勾选项][^，,。；;]{0,16}(?:保留|不[变动]|照旧|留着|还要)"
)
IN_OTHERS = re.compile(
    r"(?:[放写填归列记加算][在到进入为]?|属于?)[“「\"]?其[他它](?![人的地])|其[他它][”」\"]?(?:那?一?[项栏格框]|[里中])[^，,。；;]{0,4}[写填注]"
)
OF_CHOICES = re.compile(r"类型|对象|形式|类别|人群|受众")


def note_of(match: re.Match[str]) -> str:
    return str(match["said"] or match["note"])
