"""What a person asks for in words: a unit withdraws forms or names its unit, a coordinator asks or decides. Pure.

Only what was written now counts, without greetings and signature (where nothing is left: the subject), and only where it is nothing
but the request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.message.identity import FORWARD_PREFIX, plain_subject
from bot.message.model import Address, Message
from bot.statements.wording.signature import SignedText
from bot.statements.wording.words import COURTESY, is_courtesy

REF = r"[Kk][Pp]\d{4}-\d{4,}"
OF_VERSION = r"(?:\s*第\s*\d{1,4}\s*版)?"
REFS = rf"{REF}{OF_VERSION}(?:[\s,，、;；和及与/]*{REF}{OF_VERSION})*"
VERSIONED = re.compile(rf"({REF})\s*第\s*(\d{{1,4}})\s*版")
LONGEST = 400  # characters; what is longer is a letter, not a request
MOST_REFS = 50
BRACKETED = re.compile(r"【[^】]*】|\[[^\]]*\]")
POLITE_HEAD = re.compile(
    r"^(?:请|麻烦|烦请|劳烦|帮忙|帮我|给我|把|将|我要|我想|想|需要|您|你|再|先|现在|把最新的|最新的?|发送?一下|发我一?下?|发给我|发送?|看一?下|看看|查看|要一?份?|提供一?下?|[，,、\s])+"
)
POLITE_TAIL = re.compile(
    r"(?:[，,。.！!\s]|谢谢|多谢|感谢|一下|一份|发给我|发我|给我|发来|发过来|看看|看一下|吧|哈|呢|下|了|的|老师)+$"
)


class Wish(StrEnum):
    """What can be asked for. Only ``withdraw``, ``unit`` and ``confirm`` are open to units; the rest is for coordinators."""

    WITHDRAW = "withdraw"
    UNIT = "unit"
    CONFIRM = "confirm"
    DIGEST = "digest"
    MISSING = "missing"
    QUERY = "query"
    EXPORT = "export"
    HELP = "help"
    DESK = "desk"
    APPROVE = "approve"
    RETURN = "return"


class Request(Struct, frozen=True):
    """``refs`` in capitals, in the order written, none where none is named; ``argument`` a unit's name, a reason, a search word, or
    (of a withdrawal) the name of the activity in quotation marks; ``versions`` (reference, version) where one is named."""

    wish: Wish
    refs: tuple[str, ...] = ()
    argument: str = ""
    versions: tuple[tuple[str, int], ...] = ()

    @property
    def ref(self) -> str:
        """The first reference, empty where none is named."""
        return self.refs[0] if self.refs else ""


OURS = r"(?:(?:确?实?是|由)(?:我们?|我单位|本单位)(?:单位)?(?:自己|本人)?(?:改|修改|更正|更新|发|报|写)的?)?"
CONFIRMED = (
    rf"(?:(?:是的?|对的?|没错|好的|属实|情况属实)?[，,、。\s]*{OURS}[，,、。\s]*(?:我们?|我单位|本单位|单位)?(?:已|现|特此|予以|同意)?(?:确认|确定)"
    r"(?:无误|属实|生效|同意|修改|更正|撤回|更新|变更|一下|了|的|以上(?:内容|修改|信息)?|(?:上述|此次|本次|该|这个|这些)(?:内容|修改|更新|变更|更正|撤回|信息)?)*"
    rf"[，,、。\s]*{OURS}"
    r"|(?:(?:现|特此?|请|以上|此[件表份]|作为|按|以|本次|附件)[，,\s]*)*正式(?:报送|申报|上报|登记|提交|版本?|稿)(?:登记|处理|报送|了)?)"
)
CONFIRMATION = re.compile(rf"{CONFIRMED}[\s:：]*(?P<ref>{REFS})?|(?P<ref2>{REFS})[\s:：，,]*{CONFIRMED}")
SAYS_CONFIRMED = re.compile(rf"确认|确定|正式|{REF}|第\s*\d+\s*版")
PATTERNS: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    (
        Wish.APPROVE,
        re.compile(
            rf"(?:审核|同意)?(?:通过|同意|采用|采纳)\s*[:：]?\s*(?P<ref>{REFS})|(?P<ref2>{REFS})\s*[:：,，]?\s*(?:审核|可以|同意|予以|均|都)*(?:通过|同意|采用)"
        ),
    ),
    (
        Wish.RETURN,
        re.compile(
            rf"退回\s*[:：]?\s*(?P<ref>{REFS})[\s,，:：;；。]*(?:(?:退回)?(?:原因|理由)\s*(?:是|为)?\s*[:：]?)?\s*(?P<argument>.*)"
            rf"|(?P<ref2>{REFS})\s*[:：,，]?\s*(?:予以|均|都)?退回[\s,，:：;；。]*(?:(?:退回)?(?:原因|理由)\s*(?:是|为)?\s*[:：]?)?\s*(?P<argument2>.*)"
        ),
    ),
    (
        Wish.UNIT,
        re.compile(
            r"(?:我们?|本)?(?:的)?(?:填报|报送|申报)?单位(?:名称|全称)?(?:请|现)?\s*(?:应该?[为是]|更?改[为成]|更正为|变更为|为|是|叫|[:：])\s*[:：]?\s*(?P<argument>\S.*)"
            r"|(?:单位)?全称\s*(?:应?为|是|[:：])\s*(?P<argument2>\S.*)"
        ),
    ),
    (
        Wish.MISSING,
        re.compile(r"(?:查询|查一下|查)?(?:缺报|未报|没报|漏报|未报送|未上报)(?:的?单位|的?情况|的?名单|单位名单)?"),
    ),
    (
        Wish.MISSING,
        re.compile(
            r"(?:还|目前)?(?:有|剩)?(?:哪些|哪几个|哪个|多少|什么)单位(?:还|尚)?(?:没有?|未)(?:有)?(?:上?报送?|交|发)(?:的|材料|表)?[?？]?"
        ),
    ),
    (Wish.DIGEST, re.compile(r"(?:最新|当前|目前|今天)?的?(?:活动|报送|申报)?汇总(?:情况|表|邮件|数据)?")),
    (Wish.EXPORT, re.compile(r"(?:导出|打包)(?:一下)?(?:全部|所有)?(?:的)?(?:材料|资料|文件|表格|数据)?(?:全部)?")),
    (
        Wish.QUERY,
        re.compile(
            r"(?:查询|查找|查一下|查查|查(?![收看阅验])|搜索|搜)\s*[:：]?\s*(?P<argument>\S.*?)(?:的?(?:报送|申报|登记)?情况)?"
        ),
    ),
    (
        Wish.QUERY,
        re.compile(
            r"(?P<argument>\S{2,30}?)(?:的?(?:报送|申报|登记|上报)情况|(?:有没有|是否)?(?:已经)?报(?:送)?了?(?:没有|没|吗)[?？]?)"
        ),
    ),
    (
        Wish.DESK,
        re.compile(
            r"(?:打开|进入|登[录陆])?(?:收件|报送)?工作台(?:的)?(?:登[录陆])?(?:链接|网址|地址|入口)?|(?:登[录陆])(?:链接|网址|地址)"
        ),
    ),
    (Wish.HELP, re.compile(r"(?:指令|命令|使用)?(?:帮助|说明)|help|[?？]", re.IGNORECASE)),
)
FOR_UNITS = {Wish.WITHDRAW, Wish.UNIT, Wish.CONFIRM}

WITHDRAWS = re.compile(
    rf"撤回|撤销|撤下|撤掉|(?:取消|收回)(?:[我本该此这]?(?:单位|次|项|个)?的?)?(?:活动)?的?(?:申报|登记|报名|报送|上报|材料|{REF})"
)
NOT_WITHDRAWN = re.compile(
    r"[?？]|吗|不要撤|别撤|不撤|勿撤|无需撤|不用撤|不需要撤|不(?:再)?撤回|如何|怎么|怎样|能否|可否|是否|能不能|可不可以|撤回后|撤回之后|撤回了|已撤回|已经撤|如果|假如|若|除了|以外|之外|考虑|打算|可能|暂不|先不"
)
QUOTED = re.compile(r"[“\"「《【]([^”\"」》】]{2,60})[”\"」》】]")
# The name of a storm is nobody's activity: «受台风“海葵”影响».
STORM = re.compile(r"(?<=台风)\s?[“\"「《【][^”\"」》】]{1,6}[”\"」》】]")
# What may stand around the word itself without asking for anything else.
AROUND = re.compile(
    rf"{REF}|受理号|编号|(?:我|本|贵)?(?:们|单位|会|馆|校|局)的?|活动|项目|申报表?|登记表?|汇总表?|报名表?|总结|材料|表格?|报送|上报|申请|特此|特|现|请|予以|给予|帮忙|帮|协助|准予|同意|麻烦|把|将|对|的|了|该|此|这个?|那个?|上述|以上|以下|如下|之前|刚才|昨天|前面|发送?|交|报送?|重复|错|填|误|"
    r"份|项|个|条|两|三|全部|所有|都|均|一并|一下|需要?|要|想|是|为|由|因故?|由于|原因|情况|计划|安排|人员|场地|天气|疫情|台风|变动|变化|调整|冲突|取消|停办|不办|不再|不|举办|举行|开展|能|无法|暂|今年|所以|故|因此|特|和|及|与|以及|先|另行|重新|稍后|我们|再|提交|发送|谢谢|您好|老师|单位|撤回|撤销|撤下|撤掉|收回|申报|[\W\d_]"
)


def read_request(subject: str, letter: SignedText, *, from_coordinator: bool, confirms: bool = False) -> Request | None:
    """The request that a mail makes (*letter* is its new text), None where it makes none or one that is not this sender's to make.
    *confirms*: something waits for a «确认», which is no request where nothing does."""
    for text in candidates(subject, letter, by_first_line=from_coordinator):
        found = request_in(text, confirms=confirms)
        if found and (from_coordinator or found.wish in FOR_UNITS):
            fresh = is_fresh(subject) and found.wish is Wish.WITHDRAW
            return replace(found, refs=found.refs or (refs_in(subject) if fresh else ()))
    return None


def candidates(subject: str, letter: SignedText, *, by_first_line: bool) -> Iterator[str]:
    """What was written, without greetings and signature; where that is nothing, the subject without brackets.

    *by_first_line*: a command may be followed by a letter, so long as that names no further reference.
    """
    lines = [line.strip() for line in letter.body if line.strip()]
    told = [line for line in lines if SAYS_CONFIRMED.search(line) or not is_courtesy(line)]
    if told:
        yield "，".join(told)
        if by_first_line and not refs_in("".join(told[1:])):
            yield told[0]
    # A reply's subject is ours, not theirs: it asks for nothing.
    if not told and is_fresh(subject):
        yield BRACKETED.sub("", subject).strip()


def is_fresh(subject: str) -> bool:
    return plain_subject(subject) == subject.strip()


def request_in(text: str, *, confirms: bool = False) -> Request | None:
    """The request that *text* is as a whole."""
    text = text.strip(" \t\u3000。.！!，,")
    if not text or len(text) > LONGEST:
        return None
    if confirms and (found := confirmation_in(text)):
        return found
    withdrawal = withdrawal_in(text)
    if withdrawal:
        return withdrawal
    plain = POLITE_HEAD.sub("", strip_greeting(text))
    for attempt in dict.fromkeys((text, plain, POLITE_TAIL.sub("", plain))):
        for wish, pattern in PATTERNS:
            match = pattern.fullmatch(attempt)
            if match and (found := request_of(wish, match)):
                return found
    return None


def confirmation_in(text: str) -> Request | None:
    """«确认», «好的，确认无误，谢谢», «确认 KP2023-0007 第3版»: the whole text, but for courtesy, is the word. «确认收到» confirms nothing."""
    clauses = [one for one in re.split(r"[，,。.！!；;~～\s]+", text) if one]
    told = " ".join(one for one in clauses if SAYS_CONFIRMED.search(one) or not is_courtesy(one))
    match = CONFIRMATION.fullmatch(told)
    return request_of(Wish.CONFIRM, match) if match else None


def request_of(wish: Wish, match: re.Match[str]) -> Request | None:
    groups = match.groupdict()
    named = groups.get("ref") or groups.get("ref2") or ""
    versions = tuple((ref.upper(), int(number)) for ref, number in VERSIONED.findall(named))
    argument = (groups.get("argument") or groups.get("argument2") or "").strip()
    if wish is Wish.UNIT:
        argument = re.sub(
            r"[\s，,。.！!]*(?:请(?:更正|修改|核对|查收)|谢谢|多谢|特此更正)?[\s，,。.！!]*$", "", argument
        )
        # A further value or a question in the same words: no mere name of a unit.
        if re.search(r"[:：?？，,。]|吗|什么|哪|待定|\d{5,}", argument) or len(argument) < 2 or len(argument) > 60:
            return None
    if wish is Wish.QUERY and (len(argument) > 40 or re.search(r"[?？]|活动时间|怎么", argument)):
        return None
    return Request(wish, refs_in(named), argument, versions)


def strip_greeting(text: str) -> str:
    """«您好，请发一下汇总» without its greeting."""
    match = COURTESY.match(text)
    return text[match.end() :].lstrip(" ，,。！!：:") if match and match.end() < len(text) else text


def refs_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref.upper() for ref in re.findall(REF, text)))[:MOST_REFS]


def withdrawal_in(text: str) -> Request | None:
    """«请撤回», «活动取消，请撤回 KP2023-0007», «撤回“科普讲座”»: nothing else may be asked for in the same words."""
    if not WITHDRAWS.search(text) or NOT_WITHDRAWN.search(text):
        return None
    text = STORM.sub("", text)
    quoted = QUOTED.findall(text)
    if len(quoted) > 1:
        return None
    rest = QUOTED.sub("", text)
    rest = re.sub(r"(?:因为?|由于)[^，,。；;]{1,30}?[，,。；;]", "", rest)
    if AROUND.sub("", COURTESY.sub("", rest)):
        return None
    return Request(Wish.WITHDRAW, refs_in(text), quoted[0].strip() if quoted else "")


def doubt_about(message: Message, trusted: Collection[str], require_auth: bool) -> str:
    """Why a coordinator's command may be somebody else's (Chinese, with remedy); empty where it is his."""
    if message.forwarded_from != Address("") or FORWARD_PREFIX.match(message.subject):
        return "指令出现在转发的邮件里，不能确定是您本人的要求。如需办理，请另写一封新邮件，正文第一行写指令。"
    return not_vouched_for(message) if require_auth and not is_authentic(message, trusted) else ""


def not_vouched_for(message: Message) -> str:
    return (
        f"收信服务器没有证明这封信确实来自 {message.sender.email}。如确系您本人所发，请用网页邮箱重新发送；仍不行的，"
        "请管理员在 config.toml 的 [coordinators] 写 trust_authserv（收信服务器在 Authentication-Results 中的名称）"
        "或 require_auth = false。"
    )


def is_authentic(message: Message, trusted: Collection[str]) -> bool:
    """Whether the receiving server vouches for the sender's domain.

    *trusted* are domains of servers whose Authentication-Results count; a header of any other server may be the sender's own.
    """
    auth = message.auth
    server = auth.authserv_id.lower().rstrip(".")
    ours = auth.by_receiver or any(server == domain or server.endswith("." + domain) for domain in trusted)
    return ours and bool(auth.from_domain) and auth.dmarc != "fail"
