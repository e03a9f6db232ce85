"""What stands behind a label and is no value, or stands beside one: sentences to us, and remarks that say nothing of the value. Pure.

«活动地点：问一下办公室再告诉您» holds no place; «联系人：李明（新来的）» holds one name and a remark that is understood.
"""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.text import fold, squeeze
from bot.statements.wording.beside import is_beside
from bot.statements.wording.formulas import is_formula
from bot.statements.wording.joints import is_explained, without_tail
from bot.statements.wording.words import COURTESY, TITLE, is_courtesy

SHORT = 40  # characters of a long text that may still be a word to us instead of the text
DAY_WORD = r"(?:今天|明天|后天|大后天|[本下]周[一二三四五六日末]?|周[一二三四五六日]|下个?月|月底|过[几两一]天|晚上|晚点|[上下]午|回头|稍后|随后|之后|尽快|马上|近期)"
# Somebody speaks to us of what he will do, or of who still decides; so in any field.
POSTPONES = re.compile(
    rf"(?:告诉|告知|通知|回复|答复|发给?|报给?|交给?|传给?|补给?|寄给?)(?:您|你们?|老师|贵)|(?:跟|和|给|向)(?:您|你们)|问(?:一下|下(?![乡基])|一问|问看?|过|清楚)|核实|想(?:一下|好|想(?=再|看|$))|商(?:量|议|定|榷)"
    rf"|再(?:定|报|说|议|补|填|想|核|问|告|通知|确|商|研究|联系|回)|(?:还|尚)(?:没|未|在|不)|没(?:定|想|写|确|选|找)|正在(?:写|想|拟|商|研究|协调|沟通|安排|落实|确|审|报|准备|整理|联系|修改|编|定)"
    rf"|{DAY_WORD}[^，,。]{{0,6}}(?:[发报交补给](?![展放言动明现射布起刊告表])|告|定(?![时期点向制])|写|确[定认]|答复|通知|提供)"
    r"|等(?:待)?(?:领导|上级|通知|主任|局里|局长|校长|馆长|学校|单位|我们?|会后|确|批|研究)|(?:领导|上级|主任|局长|校长|馆长|局里|校方|会上)(?:们)?(?:还|正|再|在|来|去|会|要)?(?:定|决定|拍板|批|审批|商|研究|考虑)"
    r"|(?:您|你们|老师)(?:看|定|说|帮|决定|安排)|随便|都可以|都行|看情况|暂名|拟名|暂(?:定|用|叫|拟|时)|先(?:叫|用|写|空)着?"
)
# So no place, unit or person is called; the name of an activity may («我是小小科学家»).
SPEAKS = re.compile(
    r"您|你(?!好)|咱|或(?!许)|我们|我(?=[再还要想会已不没先就看觉是的问去])|我$|(?<!富)贵(?:馆|局|会|单位|处|中心)|核对|落实|确认|确定|安排|情况|通知|为准|协调|沟通|届时|另行|已经|刚[才刚]|正在|"
    r"没有?(?=[定写想确填收看报选])|尚未|未(?![来央名])|不(?![夜二锈老忘莱])|[吗呢啊哦呀]|了(?![望凡])|说(?=过|的|了|一声|明)|写(?=了|过|错|在)|(?:电话|微信|群|邮件|表|方案)[里中上](?!心)|找(?=场地|地方|好|到|人)|忘记?(?![忧归])"
)
# A long text may say anything; what is short and speaks of the writing or sending of it is no text.
INSTEAD_OF_TEXT = re.compile(
    r"^(?:我们?(?=[再还正想会马明先今写问尽])|正在|还在|还没|在写|写好|等|稍后|随后|晚点|回头|尽快|马上|让我|容我|参[考照]|[同和跟按与](?:去年|往年|上次|上回|之前|上述|前))"
    rf"|^{DAY_WORD}[^，,。]{{0,8}}(?:[发报交补给](?![展放言动明现射布起刊])|告|写|定)|(?:发|报|交|传|告诉|补给|寄)(?:给)?(?:您|你|老师)[了过。.！!]*$|(?:还没|正在|没)(?:写|拟|整理|准备|弄|定)|[再后](?:发|报|补|告|定)[^，,。]{{0,6}}[。.！!]*$"
)
# «写细一点：…»
CLOSER = re.compile(
    r"^(?:请|写|填|得)*(?:细致?|仔细|具体|详细|完整|清楚|准确|全)(?:一?[点些])?[:：]\s*|^(?:请|写|填|用|得)*(?:规范|标准|正式|正确|完整|准确|官方)*的?(?:全称|全名|名称|写法|叫法)(?:[是为])?[:：]\s*"
)
BRACKETED = re.compile(r"\s*[（(【\[]([^（）()【】\[\]]{1,40})[）)】\]]\s*$")
CLOSING = re.compile(r"^(?P<value>.+?)[，,。；;]\s*(?P<remark>[^，,。；;]{2,30})$", re.DOTALL)
# What a remark may say of the value without being part of it: by whom it was checked, that it is new, what stood there before.
CHECKED = r"(?:已经?)?(?:加?盖(?:好|过)?了?公?章|签(?:字|章)|核(?:实|对)|确认|更正|更新|修改|改正|补正|改好|补上)(?:无误|过|好|完毕)?了?的?|以(?:此|这个?|本次)(?:的|信)?为准|更正后的?|修改后的?|改后的?"
NEW = r"新(?:的|号码?|办的|换的|邮箱|电话|手机|任的?|来的?|接手的?|负责的?)?|最新的?|刚(?:换|改|办|来|调来|接手|上任)的?|(?:接替|代替|替换|接)[\u4e00-\u9fff]{2,4}(?:的?工作)?的?"
BEFORE = r"(?:原|旧|以前|之前|此前|先前|曾用|不再?是|不要|并非|而非|替代)[^（）()]{1,30}|[^（）()，,]{2,24}(?:已经?)?(?:作废|停用|停机|注销|不用|不再使用|取消|打不通|空号)了?"
NAMED_BEFORE = r"(?:之前|以前|此前|原|曾)(?:名|叫|用名|定名)[^（）()]{1,30}"
# «（原来漏了“专业”两字）»
SLIPPED = r"(?:原来?|之前|上次|以前|当时|申报时)?(?:不小心)?[漏少多错](?:写|打|填|印)?了?[“「][^“”「」]{1,12}[”」](?:[这那]?[一两二三四五\d]个?)?字?"
# «（初一、初二两个年级各7个班）»: who they are, and no number of people beside the number
THINGS = r"(?:个?(?:班(?!人)|年级|学校|村|社区|单位|小?组|家庭)|所|家|届|[场天](?!次?人))"
EXPLAINED = rf"(?!.*(?:[人名位]次?$|[每待估约或含不未原暂加减最无没]|可能|左右|至少|以[上内]|[百千万][余多来]?[人名位]|核实))(?:[^（）()\d+＋×*/\-—~～至到]|\d{{1,2}}(?={THINGS}))+"
UNDERSTOOD = {
    "person": rf"{CHECKED}|{NEW}|{BEFORE}|(?:就|也|即)?是?(?:我|本人)(?:本人|自己)?",
    "phone": rf"{CHECKED}|{NEW}|{BEFORE}",
    "mobile": rf"{CHECKED}|{NEW}|{BEFORE}",
    "email": rf"{CHECKED}|{NEW}|{BEFORE}",
    "date": rf"{CHECKED}|{BEFORE}",
    "daterange": rf"{CHECKED}|{BEFORE}",
    "count": rf"{CHECKED}|其中[^（）()]{{1,30}}|{EXPLAINED}",
    "unit": rf"{CHECKED}|{SLIPPED}",
    "text": rf"{CHECKED}|{NAMED_BEFORE}|{SLIPPED}",
}
# «（两家共同承办）», «（牵头）»: what part a unit takes; it stands behind any of several.
PART_TAKEN = re.compile(
    r"\s*[（(](?:由?(?:以上)?(?:[一二两三四五六七八九十几\d]+[家个方]|双方|各方)(?:单位)?)?(?:(?:共同|联合|一起|一同|合作|主要|协同|总|为主|[、/])*(?:主办|承办|协办|合办|牵头|举办|组织|负责|实施|配合|协助|参与|支持|指导)+(?:单位|方|部门)?|(?:已|加)?盖(?:了)?公?章|排名不分先后|新增(?:加)?的?|并列|主|联合)[）)]"
)
BESIDE = {"person", "phone", "mobile", "email"}  # kinds whose value ends at a comma
CLOSED = re.compile(r"(?<=[。！!；;\n])")


def is_sentence(text: str, kind: str, *, is_name: bool = False) -> bool:
    """Whether *text* behind a label speaks to us and is no value of the *kind*. *is_name*: it would be the name of an activity."""
    plain = squeeze(fold(text))
    if kind == "longtext":
        return len(plain) <= SHORT and bool(INSTEAD_OF_TEXT.search(plain))
    return bool(POSTPONES.search(plain)) or (not is_name and bool(SPEAKS.search(plain)))


def without_remarks(text: str, kind: str) -> str:
    """*text* without closing remarks that are understood, and without courtesy behind a long text; all else stays in it."""
    if kind == "longtext":
        return without_courtesy(text)
    if kind == "unit" and (left := PART_TAKEN.sub("", text)).strip():
        text = left
    pattern = UNDERSTOOD.get(kind)
    if pattern is None:
        return text
    while True:
        match = BRACKETED.search(text)
        if match is None and kind in BESIDE and (closing := CLOSING.match(text)):
            value, remark = closing["value"], closing["remark"]
        elif match is not None:
            value, remark = text[: match.start()], match[1]
        else:
            return text
        if not value.strip() or not (re.fullmatch(pattern, remark.strip()) or is_polite(remark)):
            return text
        text = value.strip()


def is_polite(remark: str) -> bool:
    """«麻烦帮忙改一下», «谢谢»; but «主任» is whose name stands before."""
    return not re.search(rf"{TITLE}\s*$", remark) and (
        is_courtesy(remark) or is_beside(remark) or not without_tail(remark).strip()
    )


NO_MORE = r"(?:其[他它余]|别的)的?(?:内容|活动|项目)?(?:都|就|也)*(?:没有?|无|不[用要]?[写填变动])(?:别的)?了?|没有?(?:其[他它]|别的|什么|啥)(?:的|内容|活动)?了?|没(?:有)?了|(?:就|只有?|一共|暂时)*这(?:些|样|么多|[一两三四]项)(?:内容)?(?:就)?(?:可以|行|好)?了?吧?|(?:就|即)(?:行|好|可|可以)了?|就(?:写|填|按)?这个"
MARKED_TEXT = re.compile(
    r"^[“「『\"](?P<inner>[^“”「」『』\"]{2,})[”」』\"]\s*(?P<rest>(?:[，,。；;！!\s]|就|即可|吧|这样)[^“「『\"]*)?$",
    re.DOTALL,
)
NO_MORE_BEHIND = re.compile(rf"[，,；;。\s]\s*(?:{NO_MORE})[。.！!~～\s]*$")
NOT_WRITTEN = re.compile(r"(?:不[用要必]|别|先不)(?:再)?(?:写|填|列)")


def ended_text(text: str) -> tuple[str, str, bool]:
    """A long text up to where it ends (with its quotation marks, or before «其他没有了»), the next sentence, and whether that is its end for certain."""
    if match := MARKED_TEXT.match(text.strip()):
        if re.match(r"[。；;！!\n]", match["rest"] or ""):
            return match["inner"].strip(), match["rest"].lstrip("。；;！!\n "), True
        behind = [one for one in re.split(r"[，,。；;！!\n]", match["rest"] or "") if one.strip()]
        is_all = all(re.fullmatch(NO_MORE, one.strip()) or is_polite(one) for one in behind)
        return match["inner"].strip(), "", is_all
    told, more = without_what_stays(NO_MORE_BEHIND.sub("", text))
    return told, more, not NOT_WRITTEN.search(told)


def without_what_stays(text: str) -> tuple[str, str]:
    """A long text, and the last sentences that only say that all else stays, or was agreed: «…分享会。时间地点不变。»"""
    parts = [part for part in CLOSED.split(text) if part]
    left = len(parts)
    while left > 1 and is_explained(parts[left - 1]) and not is_polite(parts[left - 1]):
        left -= 1
    return ("".join(parts[:left]).strip(), "".join(parts[left:])) if left < len(parts) else (text, "")


# Marks and the clause behind them; «…，根据年级分批参观» is of the text.
LAST = re.compile(
    r"(?P<mark>[，,。；;！!\n\s]+|(?=[（(]))(?P<said>(?!为|按|根据|受|接|遵|依|应|经|考虑|鉴)[^，,。；;！!、：:（）()\n]{1,24}|[（(][^（）()]{2,24}[）)])[。！!\s]*$"
)
FIRST = re.compile(r"^(?P<said>[^，,。；;！!、：:\d\n]{2,8})[，,]\s*")
TO_US = re.compile(r"您|劳|望|盼|烦|请|谢|拜托|谅|辛苦|麻烦|老师")


def without_courtesy(text: str) -> str:
    """A long text without the words to us before it and in its last clauses: «…，领导刚定的», «…，辛苦老师»."""
    text = PLEASE.sub("", text.rstrip(" \n，,；;、"), count=1)
    head, text = text[:-AT_END], ENDING.sub("", text[-AT_END:])
    while match := LAST.search(text):
        stop = re.match(r"[。！!]", match["mark"])
        if not (is_to_us(match["said"]) or (stop and is_explained(match["said"]))):
            break
        text = ENDING.sub("", text[: match.start()] + (stop.group() if stop else ""))
    text = head + text
    match = FIRST.match(text)
    return text[match.end() :] if match and is_to_us(match["said"]) else text


PLEASE = re.compile(r"^[\s，,]*(?:请|麻烦|烦请|劳烦)[^，,。；;：:\n]{0,8}[填补写录][入上进]?[：:]\s*")
AT_END = 200  # characters in which somebody says his last words
ENDING = re.compile(r"(?<!嘻)[哈哦噢]+(?=[\s。！!]*$)|\s+(?=[。！!]+$)|(?<=[。！!])[\s，,。！!]+$")


def is_to_us(said: str) -> bool:
    """Whether a clause in a long text is none of it."""
    said = said.strip("（）() ")
    is_polite = not without_tail(COURTESY.sub("", said)).strip()
    is_meant = is_beside(said) or bool(re.fullmatch(NO_MORE, said))
    return is_polite or is_meant or (bool(TO_US.search(said)) and is_formula(said, strictly=True))
