"""What in a mail is only courtesy, only a signature, or only an announcement: none of it says anything about a form. Pure.

The words here are those of letters and signatures; a form's own labels come from its definition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.text import fold
from bot.forms.values.unit_names import UNIT_LETTER

SHORT_THANKS = 24  # letters and digits of a line that may still be mere courtesy
LONGEST_SIGNATURE = 14  # lines that are not blank
LONGEST_LINE = 60  # characters of a line of a signature

TITLE = r"(?:老师|领导|主任|科长|部长|主席|局长|馆长|处长|同志|先生|女士|小姐|经理|校长|院长|秘书长|干事)"
COURTESY = re.compile(
    rf"尊敬的|各位|您好|你好|[\u4e00-\u9fff]{{0,2}}{TITLE}们?(?:您?好)?|(?:早上|上午|中午|下午|晚上)好"
    r"|再次|(?:非常|十分|万分|多|很|衷心)?(?:感谢|谢谢|多谢|谢了|谢)+(?:您|你|贵单位|贵会|大家)?们?的?(?:提醒|指正|回复|答复|支持|帮助|指导|审核|配合|反馈|告知|关心|理解)?"
    r"|(?:您|你)?辛苦(?:您|你|大家)?(?:了|啦)?|收到|已(?:收到|阅|悉|知悉|知晓|了解)|知道了?|明白了?|了解了?|好滴|好的|好嘞|嗯+|OK|ok|没问题"
    r"|(?:您|你|贵单位|贵会)?的?(?:来信|来函|来件|邮件|信件|回信|回复)(?:已经?|均|都)?(?:收悉|收到|收讫|看到|阅|收)了?|收悉"
    r"|此致|敬礼|祝好|祝您?.{0,10}|顺祝.{0,8}|顺颂.{0,6}|商祺|工作(?:顺利|愉快)|.{0,2}(?:快乐|愉快)"
    r"|抱歉|不好意思|对不起|(?:给您)?添麻烦了?|麻烦(?:您|你)?(?:了|啦)?|打扰了?"
    r"|请(?:您|予以|及时)?(?:查收|知悉|核对|审核|审阅|审定|核实|更正|修改|更新|备案|见谅|谅解|指正)(?:一下)?|特此(?:更正|说明|告知|回复|函复)|为盼|以上"
)
LETTERS = re.compile(r"[\W_]+")
GRACE = re.compile(
    r"谢|收到|好的|好滴|知悉|知道了|明白|了解|辛苦|OK|ok|嗯|没问题|您好|你好|敬礼|此致|祝|顺颂|抱歉|不好意思|对不起"
)
THANKS = re.compile(
    r"谢|收到|好的|好滴|知悉|知道了|明白了|辛苦|敬礼|此致|祝|顺颂|商祺|OK|ok|没问题|会按时|请(?:查收|知悉|核对|审核|审阅|核实)"
)
# Whoever writes one of these wants more than to be polite.
WANTS = re.compile(
    r"[?？]|吗|请问|请教|怎么|如何|什么|哪|是否|能否|可否|几[时点号]|改|换|错|撤|勾|选|取消|推迟|延|提前|补|增|加上|去掉|删|附件|附上|重新|重发|重报|不办|不举办|漏|应为|应是|应该|有误|为准"
    r"|定[在于为]|安排在|调[到整]|挪|放[在到]|变[更动为成]|修|填|写|印|[少多][了打写填]|不对|不是|未|没|无法|不能|需要|作废|盼复|告知|回电|来电|请[^，,。]{0,8}(?:告诉|联系|回复|指示|提供|发|给|帮)"
)
# Digits, days and the labels of a form: whoever writes one of these says something.
TELLS = re.compile(
    r"\d|[〇零一二三四五六七八九十]{1,6}\s{0,9}(?:月|日|号|点|时(?!间)|人|场)|[:：]\s*\S|[周礼][一二三四五六日天](?![\u4e00-\u9fff]?[愉快])|星期|礼拜|[上中下]午|晚上|明天|后天|[上下本]周|月[底初]|[上中下]旬"
    r"|时间|地点|地址|名称|电话|手机|号码|邮箱|联系人|人数|内容|类型|对象|工作人员"
)
ATTACHED = re.compile(
    r"见附件|附件|附上|随信|随邮件|请(?:您|予以)?(?:查收|查看|审收)|重新(?:发送|发|报送|报|提交|上传|填写|填报)|重发|重报|已(?:经)?(?:按.{0,12})?(?:修改|更正|补充|补正|改好|完善|更新|改正|补齐|填好|盖章)|改好了|修改好|补好了|表格?已"
)
TOPIC = r"(?:补正|更正|修改|补充|答复|回复|更新|变更|调整)(?:后?的?(?:内容|信息|说明|情况|事项|部分|结果))?"
ANNOUNCES = re.compile(
    rf"^.{{0,40}}(?:如下|以下(?:内容|信息|几[处点项])?|{TOPIC}(?:如下|为)?\s*[:：])\s*[:：。，,]?$|^(?:现|以下是?|一下)?.{{0,10}}{TOPIC}$"
)
CLOSED = re.compile(r"[！!。~～；;]+\s*")

RULE = re.compile(r"^\s*(?:[-—–_=*~·…─━﹣－]\s*){2,}$")
SENT_FROM = re.compile(r"^\s*(?:发自|来自|Sent from|从我的).{0,30}$", re.IGNORECASE)
CONTACT = (
    r"(?:联系人|联络人|经办人|发件人|姓名|联系电话|联系方式|办公电话|固定电话|移动电话|手机号码|手机号|手机|座机|电话|传真|电子邮箱|电子邮件|邮箱地址|邮箱|信箱|"
    r"通讯地址|联系地址|单位地址|办公地址|地址|邮政编码|邮编|微信号?|公众号|网址|网站|单位名称|单位|部门|科室|职务|职位|QQ|E-?mail|Tel(?:ephone)?|Mob(?:ile)?|Phone|Fax|Add(?:ress)?|Web|Cell|[TMFEPA](?=\s*[:：]))"
)
CONTACT_LINE = re.compile(rf"^[\W_]*{CONTACT}[.．]?\s*(?:[:：]|(?=\+?\d)|\s)\s*\S", re.IGNORECASE)
CONTACT_INSIDE = re.compile(rf"\s+{CONTACT}[.．]?\s*[:：]\s*\S", re.IGNORECASE)
BARE_CONTACT = re.compile(r"^[\W_]*(?:\+?\d[\d\-()（）\s/、+]{5,40}|[\w.+\-]+[@＠][\w.\-]+|(?:https?://|www\.)\S+)$")
DAY = re.compile(r"^\s*(?:20\d\d|二[〇○零０0]..)\s*[年./\-].{1,12}$")
UNIT_ENDS = [
    "协会",
    "科协",
    "学会",
    "联合会",
    "促进会",
    "研究会",
    "基金会",
    "局",
    "委",
    "委员会",
    "馆",
    "学校",
    "中学",
    "小学",
    "大学",
    "学院",
    "幼儿园",
    "医院",
    "卫生院",
    "中心",
    "公司",
    "集团",
    "政府",
    "办事处",
    "办公室",
    "街道",
    "镇",
    "乡",
    "社区",
    "居委会",
    "村委会",
    "站",
    "研究所",
    "研究院",
    "团委",
    "工会",
    "部",
    "科",
    "处",
    "基地",
    "法院",
    "检察院",
    "支队",
    "大队",
    "银行",
]
UNIT = re.compile(rf"^{UNIT_LETTER}{{2,28}}(?:{'|'.join(UNIT_ENDS)})(?:[（(](?:盖章|公章|章)[）)])?(?=$|[\s,，、|｜/])")
NO_UNIT = re.compile(r"^(?:参观|走进|前往|组织|由|请|在|到|去|是|我|关于|举办|开展|地点|改)|改为|应为")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺"
    "顾毛郝龚邵万钱严覃武戴莫孔向汤庄颜施洪柯连卓骆涂翁温詹康尤俞柳殷童倪甘祁翟樊俎简欧阮兰章葛岑梅盛蓝纪季鲍华包左齐司单牛穆关娄裴伍游辛耿池巫易丘饶桂官危粘"
)
PERSON = re.compile(
    rf"^(?!谢谢|感谢|祝|方便|成功|平安|安好|万分|马上|高兴)(?:[{SURNAMES}]|欧阳|上官|司马|诸葛|司徒)[\u4e00-\u9fff]{{1,2}}(?:\s*{TITLE})?$"
)
WRITER = re.compile(rf"{PERSON.pattern}|^[小老阿][{SURNAMES}]$|^[{SURNAMES}]{TITLE}$")
POST = re.compile(rf"^[\u4e00-\u9fff]{{0,12}}(?:副?{TITLE}|干事|科员|教师|专干|负责人)$")  # «科普部副部长»
REACHED = re.compile(r"\d{7,}|\d{3,4}-\d{7}|[@＠]")
WAITS = re.compile(rf"[:：]\s*$|^\s*[>＞]|^\W*\d{{1,2}}\W.*[“？?]|^\W*{CONTACT}\W*$")
SAYS_CHANGE = re.compile(r"改为|改成|改到|换成|换为|更正为|更改为|变更为|应为|应是|调整为|修改为|改至")


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says (``body``) and its signature; ``is_named`` where the signature shows a name, a unit or a rule above it."""

    body: tuple[str, ...]
    signature: tuple[str, ...] = ()
    is_named: bool = False


def letter_of(text: str) -> Letter:
    """The lines of *text* with the signature apart.

    A signature stands at the end: below a rule, below thanks or a closing, or (without either) it shows who writes it in two ways:
    unit or name, and telephone or day. Everything else stays in the body, so that no answer is lost.
    """
    lines = [part for line in text.splitlines() for part in parted(line)]
    ruled = below_rule(lines)
    if ruled is not None:
        return Letter(tuple(lines[:ruled]), tuple(lines[ruled + 1 :]), is_named=True)
    top = len(lines)
    while top > 0 and (not lines[top - 1].strip() or kind_of(lines[top - 1])):
        top -= 1
    written = [line for line in lines[top:] if line.strip()]
    if not written or len(written) > LONGEST_SIGNATURE:
        return Letter(tuple(lines))
    kinds = [kind_of(line) for line in lines[top:]]
    named = bool({"unit", "person", "sent_from"} & set(kinds))
    if is_closing(lines[:top]):
        return Letter(tuple(lines[:top]), tuple(written), is_named=named)
    first = next((i for i, kind in enumerate(kinds) if kind in {"unit", "person", "sent_from"}), None)
    if first is None:
        return Letter(tuple(lines))
    is_two_ways = len(set(kinds[first:]) - {"", "mixed"}) >= 2 or is_card(lines[top + first], lines[: top + first])
    if kinds[first] != "sent_from" and not is_two_ways:
        return Letter(tuple(lines))
    return Letter(
        tuple(lines[: top + first]), tuple(line for line in lines[top + first :] if line.strip()), is_named=True
    )


def parted(line: str) -> list[str]:
    """«收到，谢谢！晋江市科协 庄晓东 电话：…» is thanks and a signature in one line."""
    closed = CLOSED.search(line)
    if (
        closed
        and closed.end() < len(line)
        and THANKS.search(line[: closed.start()])
        and is_courtesy(line[: closed.start()])
    ):
        rest = line[closed.end() :]
        if kind_of(rest):
            return [line[: closed.end()], rest]
    return [line]


def below_rule(lines: Sequence[str]) -> int | None:
    """Where a rule stands with nothing but a signature below it; «--» alone is the standard's mark (RFC 3676, 4.3)."""
    below: list[str] = []
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if RULE.match(line) and not below:
            continue  # the lower edge of a signature
        if RULE.match(line) and (line.strip() == "--" or all(kind_of(one) or is_courtesy(one) for one in below)):
            return place
        below += [line] if line.strip() else []
        if len(below) > LONGEST_SIGNATURE:
            return None
    return None


def is_card(line: str, above: Sequence[str]) -> bool:
    """«陈主任 手机：…» below what the letter says: name and number in one line. Below a label or a question it is the answer to that."""
    said = [one for one in above if one.strip()]
    return bool(REACHED.search(line)) and any(not is_courtesy(one) for one in said) and not WAITS.search(said[-1])


def is_closing(lines: Sequence[str]) -> bool:
    above = next((line for line in reversed(lines) if line.strip()), "")
    return bool(THANKS.search(above)) and is_courtesy(above)


def kind_of(line: str) -> str:
    """``unit``, ``person``, ``contact``, ``day``, ``sent_from`` for a line as signatures have them, else empty."""
    plain = re.sub(r"\s{0,9}[【】]+\s{0,9}", " ", line).strip(" \t\u3000\xa0|｜*·—-–")
    if not plain or len(plain) > LONGEST_LINE or SAYS_CHANGE.search(plain):
        return ""
    if SENT_FROM.match(plain):
        return "sent_from"
    if CONTACT_LINE.match(plain) or BARE_CONTACT.match(plain):
        return "contact"
    if DAY.match(plain):
        return "day"
    if RULE.match(plain):
        return "mixed"
    unit = UNIT.match(plain)
    if unit and not NO_UNIT.search(plain):
        rest = plain[unit.end() :].strip(" \t\u3000,，、|｜/")
        if not rest or PERSON.match(rest) or kind_of(rest):
            return "unit"
    head = re.split(r"[\s\u3000,，|｜/]+", plain, maxsplit=1)
    if PERSON.match(plain) or (WRITER.match(head[0]) and len(head) == 2 and kind_of(head[1])):
        return "person"
    if POST.match(plain):
        return "mixed"
    inside = CONTACT_INSIDE.search(plain)
    return kind_of(plain[: inside.start()]) if inside and inside.start() else ""


def is_courtesy(text: str) -> bool:
    """Thanks, greetings, «收到», and nothing that asks for more."""
    rest = COURTESY.sub("", text)
    if re.search(r"[?？]", rest) or TELLS.search(fold(rest)):
        return False
    if len(LETTERS.sub("", rest)) <= 1:
        return True
    return bool(GRACE.search(text)) and not WANTS.search(text) and len(LETTERS.sub("", text)) <= SHORT_THANKS


def is_announcement(line: str) -> bool:
    """«现补正如下：» — what follows says it, not this line."""
    return bool(ANNOUNCES.match(line.strip())) and not re.search(r"\d", line) and not SAYS_CHANGE.search(line)


def is_mere_thanks(text: str, *, is_asked: bool = False) -> bool:
    """The whole mail is courtesy and a signature: there is nothing to do. Where something *is_asked*, a number without a name below
    the thanks may be the answer."""
    letter = letter_of(text)
    if is_asked and not letter.is_named and letter.signature:
        return False
    lines = [line for line in letter.body if line.strip()]
    total = len(LETTERS.sub("", "".join(lines)))
    return bool(lines) and total <= 2 * SHORT_THANKS and all(is_courtesy(line) for line in lines)


def says_attached(text: str) -> bool:
    """The mail speaks of a file that it brings, or of one that was changed."""
    return bool(ATTACHED.search("\n".join(letter_of(text).body)))
