"""One sentence of an answer -> the fields it names and the words for each; None where any part of it is not clear. Pure.

«联系电话：…», «X改为Y», «将X由A改为B», «把X从A改成B», «X是Y», several of them in one sentence. A sentence counts as a whole or not
at all: what is between the labels must be filling words, thanks, a reason, or say that something stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.base.text import Squeezed, fold, is_blank, squeeze
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import LabelIndex, members
from bot.statements.wording.words import COURTESY, TITLE, is_announcement
from bot.statements.wording.words import PERSON as NAME

FORMATTED = {"phone", "mobile", "email", "date", "daterange", "count"}
LONGEST_OLD = 60
ASK = r"(?:请|麻烦|帮忙|帮我|需要?|应该?|要|现在?|拟|统一|重新|再|已经?|也|都|就|全部?|暂)*"
CHANGE = r"(?:更?改|修改|更正|变更|调整|修正|换|更换|更新|订正|纠正|延期|延后|推迟|推后|提前|顺延|改期|挪|移)(?:为|成|到|至|在|是)"
BE = r"(?:改叫|更名为|更名|改名为|改名叫|改名|取名|补充为|补充是|补充|填写为|填写|填为|填|写为|写|定为|定在|定于|定|应为|应是|改|是|为|叫)"
HEAD = r"\s*(?:的?(?:这一?[栏项]|一栏|[栏项]|信息|内容|部分|情况))?\s*(?:[（(][^（）()]{0,20}[）)]\s*)?"
SLIP = r"(?:填|写|打|输|印|报)?(?:错误?了?|错了|有误|不对|不正确|漏了?)|(?:少|多|漏|错)(?:了|打了?|写了?|填了?|输了?)*[一两]?(?:位|个(?:数字?|字))(?:数字?)?"
WRONG = (
    rf"{SLIP}|(?:已|有)?(?:变更|更换|变动|变化|变了|换了|更新)了?|更正|补正|补充|更改|修改|补填|补上|(?:更?改|换|变)(?:一下|下|了|过了?|动了?|个)"
    r"|(?:已经?)?(?:停机|不用|作废|注销|停用|打不通|换号|停掉)了?"
)
INSTEAD = (
    r"(?:请|麻烦|帮忙|帮我|现在?|应该?|正确的?|新的?|以(?:本|此|这|下面?)?(?:次|封)?(?:邮件|回信|来信|回复)?的?(?:为准)?|为准|更正|改|换)*(?:改|更正|换)?(?:为|是|成)?"
    r"(?:名?叫做?)?"
)
# «活动名称里的“大讲堂”三个字改成“嘉年华”»: a part of the value.
PART = re.compile(
    rf"^\s*(?:里面?|中|内|当中)的?\s*(?:[“\"「『‘](?P<marked>[^“”\"「」『』‘’]{{1,40}})[”\"」』’]|(?P<bare>[^，,。；;：:“”]{{1,20}}?))\s*(?:[这那]?[一二两三四五六七八九十\d]{{1,2}}个?字|字样)?\s*"
    rf"{ASK}{CHANGE}\s*[:：]?\s*(?P<new>.+)$",
    re.DOTALL,
)
FROM_TO = re.compile(
    rf"^{HEAD}[:：]?\s*(?:请|现)?(?:由|从|自)?\s*(?P<old>[^，,。；;：:]{{0,{LONGEST_OLD}}}?|原(?:来|先)?(?:是|为|定|填)?[^，,。；;]{{1,{LONGEST_OLD}}}[，,])\s*"
    rf"{ASK}{CHANGE}(?:了)?\s*[:：]?\s*(?P<new>.+)$",
    re.DOTALL,
)
WAS_IS = re.compile(
    rf"^{HEAD}[:：]?\s*原(?:来|先)?(?:是|为|填|写|定)\s*[:：]?[^，,。；;]{{1,{LONGEST_OLD}}}[，,]\s*(?:现|正确的?|更正|应|新)(?:在|该|的)?(?:为|是)?\s*[:：]?\s*(?P<new>.+)$",
    re.DOTALL,
)
WRONG_THEN = re.compile(rf"^{HEAD}(?:{WRONG})[，,：:\s]*{INSTEAD}\s*[:：]?\s*(?P<new>.+)$", re.DOTALL)
COLON = re.compile(rf"^{HEAD}[:：=]\s*(?:{ASK}(?:{CHANGE}|应为|应是|改为)\s*[:：]?)?\s*(?P<new>.*)$", re.DOTALL)
IS = re.compile(rf"^{HEAD}{ASK}{BE}\s*[:：]?\s*(?P<new>.+)$", re.DOTALL)
LIES = re.compile(rf"^{HEAD}{ASK}(?:在|于|安排在|安排于|设在|放在)\s*(?P<new>.+)$", re.DOTALL)
CHOSEN = re.compile(rf"^{HEAD}{ASK}(?:勾选|选择|选|勾|打勾)(?:为|了|的是)?\s*[:：]?\s*(?P<new>.+)$", re.DOTALL)
ADDED = re.compile(
    rf"^{HEAD}{ASK}(?:里|中)?(?:加上|加|增加|添加|新增|补充|增选|补选|还有|还包括)(?:上|了|一项|一个)?\s*[:：]?\s*(?P<new>.+)$",
    re.DOTALL,
)
REMOVED = re.compile(
    rf"^{HEAD}{ASK}(?:里|中)?(?:去掉|删去|删掉|删除|取消|不选|减去)(?:了)?\s*[:：]?\s*(?P<new>.+)$", re.DOTALL
)
SHAPES = {
    "phone": re.compile(r"^[\d\-—()（）+\s、/,，转]{7,60}(?:[（(].{0,10}[）)])?$"),
    "mobile": re.compile(r"^[\d\-+\s、/,，]{11,60}(?:[（(].{0,10}[）)])?$"),
    "email": re.compile(r"^[^\s\u4e00-\u9fff]+\s*[@＠]\s*[^\s\u4e00-\u9fff]+$"),
    "date": re.compile(r"^[\d年月日号./\-\s]{5,20}$"),
    "daterange": re.compile(
        r"^(?!.*\d{7})(?=.*(?:\d\s*月|\d\s*[./\-]\s*\d))[\d年月日号./\-—–~～\s上下午中晚早全天每时点半分至到和:：、，,()（）周星期一二三四五六日]{3,60}$"
    ),
    "count": re.compile(r"^(?:大约|约|共|有|近)*\s*\d{1,7}\s*(?:余|多|来)?\s*(?:人次|人|名)?(?:左右)?$"),
}
SELF_CHANGED = re.compile(
    r"^(?:[我本该]?(?:单位|次|项)?的?)?活动(?:因[^，,]{1,20})?(?:推迟|延期|延后|提前|顺延|改期|调整|改)(?:到|至|为|在)\s*(?P<new>.+?)\s*(?:举行|举办|开展|进行)?$"
)
TRAILING = re.compile(
    r"[\s，,。；;、！!]*(?:(?:请|麻烦|烦请|敬请|望|辛苦|劳烦)(?:您|你|老师|予以|帮忙|帮我们?|及时|给予)*(?:更正|修改|核对|查收|更新|知悉|审核|登记|改|调整|处理|补充|补上|补填|补|换|录入|填上|加上|添加)(?:一下|下)?"
    r"|给(?:您|你|老师|大家)?(?:们)?添(?:了)?麻烦了?|(?:给您?)?带来不便|(?:敬请|请)?(?:您)?(?:见谅|谅解|海涵)|打扰了?"
    rf"|(?:非常|十分|多|万分|再次)?(?:谢谢|感谢|多谢)(?:您|你|大家|[\u4e00-\u9fff]{{0,2}}{TITLE}们?|的?(?:支持|理解|帮助|配合))*|特此(?:更正|说明)"
    rf"|(?:您|你|[\u4e00-\u9fff]{{0,2}}{TITLE}们?)?(?:辛苦|麻烦)(?:您|你|[\u4e00-\u9fff]{{0,2}}{TITLE}们?)?了?"
    r"|抱歉|不好意思|为准|即可|就行|就好|哈|了|哦|啊)?[\s，,。；;、！!]*$"
)
STAYS = r"(?:都|均|仍然?|还是|依然|暂)?(?:不变|无误|没有?变化?|没错|没有?问题|正确|照旧|不用改|不改|无需修改|不需要?(?:修改|改))"
OTHERS_STAY = re.compile(rf"(?:其它|其他|其余|别的)(?:的|内容|信息|各?项|栏目|部分)*{STAYS}")
FILLING = re.compile(
    r"(?:申报表|登记表|汇总表|报名表|表格?)[中里上的]|申报表|登记表|汇总表|报名表|表格|表[里中上]|[我本贵]?(?:们|单位|会|馆|校|局|公司)的?|(?:本次|这次|该|此|这个|这项|上述|所报)?(?:活动|项目)的?|(?:现|新|另|同时|另外|还有|以及|并且?|且|也|再|又|其中|其|他|她|的|是|之)|"
    r"需要?|应该?|要|想|可以|请?(?:帮忙|帮我|协助|予以)?|请|麻烦|把|将|和|及|与|补充|更正|更改|修改|变更|调整|更新|补报|补填|补正|回复|答复|答|说明|关于|对于|申请|一下|一并|统一|其一|其二|首先|其次|然后|最后|具体|联系|老|告知|"
    r"(?:我们?|之前|当时)?(?:原来?|原先|之前|当时|申报时|上次)?(?:填写?|写|报|留|登记|提供)(?:过)?的|正确的?|准确的?|最新的?|原来?的?|旧的?|第?[一二三四五六七八九十]{1,4}[、，,]|[①-⑳]"
)
REASON = re.compile(
    r"(?:因为?|由于|经|根据|鉴于|按照?|应|考虑到|受|接)[^，,。:：?？]{1,40}[，,:：]|(?:刚才|之前|昨天|上次|前面|前期|申报时|填表时)[^，,。?？\d]{0,16}[，,:：]"
)
HEDGED = re.compile(
    r"[?？]|吗|怎么样|好不好|行不行|请问|是否|能否|可否|能不能|可不可以|是不是|要不要|如果|假如|要是|倘若|若是|还没|尚未|未定|待定|待确[认定]|暂定|可能|也许|或许|怎么填|如何填|填什么|填哪|不知道?|不清楚|不确定|再定|再报|再说|建议"
)
JOINER = re.compile(
    r"[，,、；;。\s]+(?:他|她|它|其|该|新|现|另外?|同时|并且?|且|以及|还有|和|及|与|而|的|把|将|请|也|均|都|本次|这次|项目|活动|其中|预计|补充|更正|第?[一二三四五六七八九十]+[、，,]|[（(]?\d{1,2}[）).、．]|\s)*$|(?<=.)(?:他的|她的|其)$"
)
MENTIONS_PERSON = re.compile(r"他|她|其(?!他|它|余)|上述|前者|后者")


@dataclass(frozen=True, slots=True)
class Said:
    """A field (or ``@`` + group) and what is said of it.

    ``how``: ``set``, ``add`` or ``remove`` (of a choice or a list of units), ``part`` (``old`` within the value becomes the text).
    ``old``: what the field held before, by the letter's words. ``prose``: said in a sentence, not behind a label and a colon.
    """

    target: str
    text: str
    how: str = "set"
    old: str = ""
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A label in a sentence: squeezed begin and end."""

    begin: int
    end: int
    target: str


def sentence_pieces(
    sentence: str, definition: FormDefinition, index: LabelIndex, is_filling: Callable[[str], bool] = lambda word: False
) -> list[Said] | None:
    """What *sentence* says, an empty list where it names no field, None where it is not clear as a whole.

    *is_filling* tells further words that say nothing by themselves (the activity's own name).
    """
    squeezed = Squeezed.of(sentence)
    found = mentions(squeezed, definition, index)
    if not found:
        return moved(sentence, definition)
    said: list[Said] = []
    open_end = ""
    for i, mention in enumerate(found):
        begin = squeezed.begin(found[i - 1].end) if i else 0
        before = open_end if i else sentence[begin : squeezed.begin(mention.begin)]
        stop = squeezed.begin(found[i + 1].begin) if i + 1 < len(found) else len(sentence)
        body = sentence[squeezed.end(mention.end) : stop]
        if is_long(mention.target, definition):
            piece = said_of(mention.target, body, definition)
            return [*said, piece] if piece and (i or filling(before, is_filling)) else None
        is_old = bool(re.search(r"(?:原来?|旧|以前|之前)的?$", squeeze(before)))
        if not i and not filling(before, is_filling):
            return None
        if re.fullmatch(rf"{HEAD}{STAYS}[，,。；;、\s]*", body):
            open_end = ""
            continue
        joined = JOINER.search(body) if i + 1 < len(found) else None
        open_end = joined.group() if joined else ""
        body = body[: joined.start()] if joined else body
        body = without_tail(OTHERS_STAY.sub("", without_tail(body)))
        if is_old and not CHANGED.search(body):
            if i + 1 < len(found) and found[i + 1].target == mention.target:
                continue  # «原电话…，现电话…»
            return None
        piece = said_of(mention.target, body, definition)
        if piece is None:
            return None
        said.append(piece)
    return said


CHANGED = re.compile(CHANGE)


def mentions(squeezed: Squeezed, definition: FormDefinition, index: LabelIndex) -> list[Mention]:
    """The labels that something is said of, in order; «联系人手机» is the telephone of that person, one label and not two."""
    found: list[Mention] = []
    text = squeezed.text
    for match in index.pattern.finditer(text):
        target = index.names[match[1]]
        begin = match.start()
        if found and match.start() < found[-1].end:
            continue
        if found and text[found[-1].end : begin] in {"", "的"}:
            if is_owner(found[-1], target, definition):
                begin = found.pop().begin
            elif is_kind(found[-1].target, "unit", definition):
                found.pop()  # «我单位联系电话…»
        spaced = squeezed.original[: squeezed.begin(begin)][-1:].isspace()
        if not spaced and not can_begin(text[:begin]):
            continue
        found.append(Mention(begin, match.end(1), target))
        if is_long(target, definition):
            break
    kept: list[Mention] = []
    for i, mention in enumerate(found):
        stop = found[i + 1].begin if i + 1 < len(found) else len(text)
        body = squeezed.original[squeezed.end(mention.end) : squeezed.begin(stop)]
        if kept and not follows_label(body, mention.target, definition):
            continue  # a word in the value of the label before
        kept.append(mention)
    while kept and len(kept) > 1 and not follows_label(body_of(squeezed, kept, 0), kept[0].target, definition):
        if re.search(r"[，,:：]", body_of(squeezed, kept, 0)) and is_reasoned(
            squeezed.original[: squeezed.begin(kept[1].begin)]
        ):
            kept.pop(0)  # «因原联系人出差，联系人改为…»
        else:
            break
    return kept


def body_of(squeezed: Squeezed, found: list[Mention], i: int) -> str:
    stop = found[i + 1].begin if i + 1 < len(found) else len(squeezed.text)
    return squeezed.original[squeezed.end(found[i].end) : squeezed.begin(stop)]


def is_reasoned(text: str) -> bool:
    return bool(REASON.match(text.strip()))


def is_owner(owner: Mention, target: str, definition: FormDefinition) -> bool:
    mine = definition.spec(target)
    return is_kind(owner.target, "person", definition) and bool(mine and mine.kind in {"phone", "mobile", "email"})


def is_kind(target: str, kind: str, definition: FormDefinition) -> bool:
    spec = definition.spec(target)
    return bool(spec and spec.kind == kind)


def can_begin(before: str) -> bool:
    """A label begins behind punctuation, a filling word, or a value that is only digits."""
    if not before or not re.match(r"[\u4e00-\u9fff]", before[-1]):
        return True
    return bool(
        re.search(
            r"(?:将|把|补充|更正|修改|变更|更改|调整|的|请|为|和|及|与|并|他|她|其|新|原|现|旧|本|该|此|单位|我们|活动|项目|表[里中上]|回复|答|人|名|因|由于|经|关于|另|且|日|号|午|点|谢谢|收到|您好|你好)$",
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


def is_long(target: str, definition: FormDefinition) -> bool:
    return is_kind(target, "longtext", definition)


def said_of(target: str, body: str, definition: FormDefinition) -> Said | None:
    """The value in what follows a label; None where nothing is clearly said of it."""
    group = members(target)
    spec = definition.spec(group[0] if group else target)
    if spec is None:
        return None
    kinds = {part.kind for key in (group or (target,)) if (part := definition.spec(key))}
    spaced = body[:1].isspace()
    body = body.strip()
    if is_blank(body):
        return Said(target, "") if re.search(r"[:：]$", body) or not body else None
    if kinds == {"longtext"}:
        match = COLON.match(body) or re.match(
            rf"^{HEAD}{ASK}(?:{CHANGE}|{BE})\s*[:：]?\s*(?P<new>.+)$", body, re.DOTALL
        )
        if match:
            return Said(target, match["new"])
        return Said(target, body) if body[0] != "的" and "\n" in body else None
    if kinds & {"choice", "unit"}:
        for how, pattern in (("add", ADDED), ("remove", REMOVED)):
            match = pattern.match(body)
            if match:
                return Said(target, match["new"], how)
    if "choice" in kinds and (match := CHOSEN.match(body)):
        return Said(target, match["new"])
    if match := PART.match(body):
        return Said(target, match["new"], "part", match["marked"] or match["bare"], prose=True)
    for pattern in (FROM_TO, WAS_IS, WRONG_THEN, COLON, IS):
        match = pattern.match(body)
        if match and not (pattern is FROM_TO and match["old"] and not is_old_value(match["old"], spec)):
            old = (match["old"] or "") if pattern is FROM_TO else ""
            return Said(
                target, match["new"], old=old, prose=not body[: match.start("new")].rstrip().endswith((":", "："))
            )
    if kinds & {"daterange", "date"} or (spec.kind == "text" and spec.key != definition.anchor):
        match = LIES.match(body)
        if match:
            return Said(target, match["new"], prose=True)
    return direct(target, body, spec, spaced=spaced)


def is_old_value(old: str, spec: FieldSpec) -> bool:
    """What stands between label and «改为»: an earlier value, not the start of another thought."""
    if re.match(r"^(?:和|及|与|、|等)", old) or NEVER_OLD.search(old):
        return False
    return spec.kind not in FORMATTED or bool(re.search(r"[\d@＠]", fold(old))) or len(old) <= 12


NEVER_OLD = re.compile(r"如遇|下雨|雨天|如果|若|不|先|也|建议|想|能否|可否|是否")


def direct(target: str, body: str, spec: FieldSpec, *, spaced: bool) -> Said | None:
    """The bare value behind the label: told by its form («手机13900000001», «人数约800», «联系人李四»), or behind a blank."""
    shape = SHAPES.get(spec.kind)
    if spec.kind == "person" and NAME.match(body):
        return Said(target, body)
    if spaced and spec.kind in {"person", "text", "unit"} and not re.search(r"[，,。：:]", body):
        return Said(target, body)
    if shape and shape.match(fold(body).strip() if spec.kind != "email" else body.strip()):
        return Said(target, body)
    return None


def moved(sentence: str, definition: FormDefinition) -> list[Said] | None:
    """«活动推迟到9月24日举行» is about the form's one time."""
    times = [spec for spec in definition.field if spec.kind == "daterange"]
    match = SELF_CHANGED.match(without_tail(sentence.strip()))
    if match and len(times) == 1 and SHAPES["daterange"].match(fold(match["new"])):
        return [Said(times[0].key, match["new"])]
    return []


def filling(text: str, is_filling: Callable[[str], bool]) -> bool:
    """Whether the words before a label say nothing by themselves."""
    if is_blank(text) or is_announcement(text):
        return True
    if HEDGED.search(text):
        return False
    rest = REASON.sub(" ", text)
    quoted = re.compile(r"[“\"「《【‘]([^”\"」》】’]{1,60})[”\"」》】’]")
    rest = quoted.sub(lambda match: " " if is_filling(match[1]) else match[0], rest)
    if is_filling(re.sub(r"(?:的|活动的|这项活动的?|活动)$", "", rest.strip(" ，,、:："))):
        return True
    rest = COURTESY.sub(" ", OTHERS_STAY.sub(" ", rest))
    rest = re.sub(r"^[（(]?\d{1,2}[）).、．]", " ", rest.strip())
    rest = FILLING.sub(" ", rest)
    return is_blank(rest)


def without_tail(text: str) -> str:
    """*text* without the requests, thanks and punctuation at its end."""
    while (shorter := TRAILING.sub("", text)) != text:
        text = shorter
    return text


def is_doubtful(text: str) -> bool:
    """A question, a condition, «not fixed yet»: no answer, whatever labels stand in it."""
    return bool(HEDGED.search(text))
