"""How a label and its value are joined: «联系电话：…», «X改为Y», «将X由A改为B», «把X从A改成B», «X是Y»; and what leads up to them and trails behind. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.base.text import Squeezed, fold, is_blank
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import LabelIndex, members
from bot.statements.wording.words import COURTESY, TITLE, is_announcement
from bot.statements.wording.words import PERSON as NAME

FORMATTED = {"phone", "mobile", "email", "date", "daterange", "count"}
LONGEST_OLD = 60
ASK = r"(?:我们?|这边|估计|大概|大约|预计|请|麻烦|帮忙|帮我|需要?|应该?|要|现在?|拟|统一|重新|再|已经?|也|都|就|全部?|暂)*"
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
    r"^(?:[我本该这此]?(?:们|单位|次|项|个|校|馆|局)?的?)?(?:活动|讲座|展览|比赛|时间)?(?:因[^，,]{1,20})?(?:将|现|已|初步|最后|最终)*(?:推迟|延期|延后|提前|顺延|改期|调整|改|定|安排|放|排)(?:到|至|为|在|于)\s*(?P<new>.+?)\s*(?:举行|举办|开展|进行|召开)?[。！!]?$"
)
TRAILING = re.compile(
    r"[\s，,。；;、！!]*(?:(?:请|麻烦|烦请|劳烦|帮忙|帮我|敬请)[^，,。；;:：\d]{0,10}(?:填|改|补|更正|登记|录|核对|修改|更新|处理|加)(?:上|去|进|一下|下|来|好)*(?:(?:谢谢|感谢|辛苦)(?:您|你|啦|了|领导|老师)*)?[啊哦哈呀啦~～]*|(?:谢谢|感谢|辛苦)[^，,。\d]{0,6}[啊哦哈呀啦~～]+|[吧呢哈](?=$)|(?:请|麻烦|烦请|敬请|望|辛苦|劳烦)(?:您|你|老师|予以|帮忙|帮我们?|及时|给予)*(?:更正|修改|核对|查收|更新|知悉|审核|登记|改|调整|处理|补充|补上|补填|补|换|录入|填上|加上|添加)(?:一下|下)?"
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
    """A label in a clause: squeezed begin and end. ``is_led_up``: before it stands nothing that would make it another's («咨询电话»)."""

    begin: int
    end: int
    target: str
    is_led_up: bool = True


CHANGED = re.compile(CHANGE)
CHANGED_AT_ALL = re.compile(
    rf"{CHANGE}|{SLIP}|更正|改[为成到在由名]|应[为是]|应该[是为填写勾选]|正确的?|修改|变更|更换|换[成为了]|推迟|延期|提前|顺延|改期|作废|停用|停机|有误|不是|打不通|以.{{0,8}}为准|调整|改一?下"
)
FOLK = r"(?:领导|老师|科长|主任|同志|部长|您|你|大家|贵部|贵会|各位|尊敬的|科普部|市科协|泉州市科协|科协)"
LEAD = re.compile(
    rf"^[\s　]*(?:[\u4e00-\u9fff]{{0,3}}{FOLK}的?(?:老师|领导|同志)*们?您?你?好[，,。！!、:：]?|(?:您|你)们?好[啊呀]?[，,。！!、:：]?|(?:早上|上午|中午|下午|晚上)好[，,。！!]?|(?:哦|嗯|噢|哈|啊|诶|那个|这个|就是)+[，,]?|好的?[，,！!。]|收到[，,。！!]?"
    r"|(?:实在)?(?:不好意思|抱歉|对不起|打扰(?:了|一下)?|麻烦(?:您|你|老师|了)?|辛苦(?:您|了)?)[，,。！!\s]*"
    r"|我(?:们)?(?:这边|这里)?(?:是|叫)[^，,。；;:：\d]{2,24}?(?:的(?:小|老)?[\u4e00-\u9fff]{1,3}(?:老师|科长|主任)?|的(?=[^，,]))[，,。]?|(?:你们|您)(?:说|问|要|指出|提)的(?:那|这)?(?:几个|个|几项|些|两个|问题)?[，,:：]?"
    r"|(?:现|现在|特此?|兹)?(?:就|把|将)?(?:有关|相关|所缺|补正|更正|修改|补充|回复|答复)(?:情况|内容|信息|材料|事项)*(?:如下)?[:：]|(?:回[复復]|答[复復]?|补正|更正|补充|说明|备注|注)(?:如下)?[:：]"
    r"|(?:已经?)?(?:核实|核对|确认|问|查)(?:了|过|好|清楚)?[，,:：]|[-—*•·●]\s*"
    r"|(?:第\s*)?[(（]?[一二三四五六七八九十]{1,2}(?:[、．)）]|是)\s*)"
)
QUOTED_HEAD = re.compile(r"^[“\"「《【‘]([^”\"」》】’]{1,60})[”\"」》】’](?:这(?:个|项|场)?)?(?:活动|项目|申报表)?的?")
AGO = r"(?:原来?|原先|之前|以前|先前|上次|当时|早先|此前|旧|上回|刚才|那会儿?|开始)"
THINGS = r"(?:[\u4e00-\u9fff]{0,6}(?:电话|手机|号码?|邮箱|地址|时间|日期|地点|人数|名称|联系人|单位|内容|类型|对象|那[个栏里处]|这[个栏里处]|数字|区号|表头|表里|表格|信息|这些|那些|几处|两处))"
EXPLAINS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{AGO}|我们?|这边|可能)*{THINGS}?(?:和{THINGS})?(?:那里|那边|确实|是|都|当时|之前|我们?|给|不小心|手误|也|可能|的)*(?:{SLIP}|{WRONG})(?:了|勾了?|选了?|填了?)?(?:的|吧|哦|啊|呢)?",
        rf"(?:{AGO})(?:那个|那|的|填的?|写的?|是|为|报的?|想的?|定的?|计划|只|登记的?|发的?|打的?)*[^，,。；;]{{0,30}}",
        r"(?:而)?(?:不是|并非|不再是|不在|不用)[^，,。；;]{1,30}",
        rf"(?:其[它他余]|别的|另外的?|{THINGS}(?:[、和]{THINGS})*)(?:的|内容|信息|各?项|栏目|部分)*(?:都|均|仍|还是|就|依然|照|也)*(?:不变|没变|照旧|一样不变|没有?变化?|无变化|不用[动改]|不动|没错|没问题|无误|正确|照原来的?|按原来的?)",
        r"(?:因为?|由于|鉴于|考虑到|应|受|经(?!费|济)|按照?|根据|为了|接|遵照|依照)[^，,。；;:：?？]{1,40}",
        r"(?:已经?|均已|现已|都)?(?:与|跟|和)?[^，,。\d]{0,8}(?:核实|核对|确认|沟通|协调|商定|研究|请示|落实|敲定|定下来|说好|问过)(?:了|过|好|清楚|一致|后|完毕|完)*",
        r"(?:现|请|麻烦|帮忙|我|都|全|一并|这次|顺便|再|这里|给您?|予以|烦请|您|你|老师)*(?:补|改|更正|补充|说明|修改|填|登记|更新|加|补正|录入|写|报|完善|调整)(?:一下|上|充|下|进去|上去|好|齐|来|在这|如下|正)*(?:吧|哦|了|啊|哈)?",
        r"(?:请见|见|详见)?(?:如下|以下|下面)(?:文字|内容|所示|几点|信息|几项|情况)*|(?:都|全)(?:在这|在下面)了?|粗心了?|疏忽了?|大意了?|手误|笔误|看错了?|没注意(?:看|到)?|忘(?:了|记)?(?:填|写|勾)?了?|漏(?:了|填|写|勾|掉)+|(?:区号|邮编)\d{3,6}|(?:就|也就)?这(?:几|些|两|三)?(?:个|处|项|条)(?:了|吧)?",
        r"[^，,。]{0,8}(?:早就|早已|已经?|现在)(?:不用|停用|停机|作废|注销|换了|打不通|不要)了?",
    )
)


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
        if (
            not spaced
            and not can_begin(text[:begin])
            and not (found and is_plainly_said(text[match.end(1) :], target, definition))
        ):
            continue
        is_led_up = bool(found) or filling(squeezed.original[: squeezed.begin(begin)], lambda word: False)
        found.append(Mention(begin, match.end(1), target, is_led_up))
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


def is_plainly_said(rest: str, target: str, definition: FormDefinition) -> bool:
    """Whether a label that stands in running words is followed by a value of its own shape, or by the verb that joins them: speech has no commas."""
    group = members(target)
    spec = definition.spec(group[0] if group else target)
    if spec is None:
        return False
    if spec.kind in {"phone", "mobile"}:
        return bool(re.match(r"(?:号码?)?(?:就?是|为|[:：])?[\d零〇一二三四五六七八九幺]{7}", rest))
    if spec.kind == "email":
        return bool(re.match(r"(?:地址)?(?:就?是|为|[:：])?[\w.+-]+@", rest))
    if spec.kind == "count":
        return bool(re.match(r"(?:就?是|为|[:：])?(?:大概|大约|约|估计)?[\d一二三四五六七八九十百千]+", rest))
    return bool(re.match(r"(?:都|也)?(?:不变|照旧)|(?:就?是|就?在|定在|改[在到为成]|[:：])(?!不)", rest))


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
    if spec.kind in {"text", "unit"} and NAMED.match(body) and (CALLED.search(body) or body[0] in "“《「"):
        return Said(target, body, prose=True)
    if shape and shape.match(fold(body).strip() if spec.kind != "email" else body.strip()):
        return Said(target, body)
    return None


# A place or a unit right behind its label, without a word or mark between them.
NAMED = re.compile(r"^(?:[\u4e00-\u9fffA-Za-z0-9（）()“”《》·]{3,40})$")
CALLED = re.compile(
    r"(?:馆|厅|楼|室|广场|公园|[中小大]学|学校|学院|中心|校区|操场|基地|大厦|站|村|街道|路|号|院|局|会|园|所|礼堂|堂|店|部|区|层|协会|医院|公司|埕|坊|镇|乡|县|政府|团|社|宫|库|港|码头|寺|塔|里)$"
)


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


def without_lead(text: str, is_filling: Callable[[str], bool]) -> str:
    """*text* without greeting, self-introduction and the words that lead up to what is said."""
    while True:
        match = LEAD.match(text)
        shorter = text[match.end() :] if match and match.end() else text
        quoted = QUOTED_HEAD.match(shorter)
        if quoted and is_filling(quoted[1]):
            shorter = shorter[quoted.end() :]
        if shorter == text:
            return text
        text = shorter


def is_explained(text: str) -> bool:
    """Whether a clause only says why, what stood there before, that it was a slip, that all else stays, or that something follows."""
    plain = without_tail(text.strip(" ，,。；;、！!~～"))
    return not plain or (not re.search(r"[?？]|吗$", text) and any(one.fullmatch(plain) for one in EXPLAINS))
