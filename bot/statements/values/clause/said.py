"""What is said of a label, in the words behind it: the value that is joined to it, or what stands there of its own shape. Pure."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.base.text import is_blank
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import members
from bot.statements.values.context import Addressed
from bot.statements.values.free import COUNT_ALONE
from bot.statements.values.shapes import SHAPES, shaped
from bot.statements.values.values import trimmed_value
from bot.statements.wording.joining import FILLED, joined, says_wrong
from bot.statements.wording.joints import (
    ADDED,
    ANNOUNCES,
    ASK,
    BE,
    BEFORE_TEXT,
    CALLED,
    CHANGE,
    COLON,
    FORMERLY,
    HEAD,
    HELD_ELSEWHERE,
    NAMED,
    OF_PART,
    PART,
    POINTER,
    REFERRED,
    REMOVED,
    SLIP,
    TICKS,
    VAGUE,
    without_tail,
)
from bot.statements.wording.signature import PERSON as NAME


class FieldWords(Struct, frozen=True):
    """A field (or ``@`` + group) and what is said of it.

    ``how``: ``set``, ``add`` or ``remove`` (of a choice or a list of units), ``part`` (``old`` within the value becomes the text).
    ``old``: what the field held before, by the letter's words. ``prose``: said in a sentence, not behind a label and a colon. ``sure``: nothing
    in the clause leaves it open.
    """

    target: str
    text: str
    how: str = "set"
    old: str = ""
    prose: bool = False
    sure: bool = True


def said_of(target: str, body: str, definition: FormDefinition) -> FieldWords | None:
    """The value in what follows a label; None where nothing is clearly said of it."""
    group = members(target)
    specs = [part for key in (group or (target,)) if (part := definition.spec(key))]
    if not specs:
        return None
    kinds = {part.kind for part in specs}
    spaced = body[:1].isspace()
    body = re.sub(r"^[」”』]\s*(?=[^:：\s]*[，,:：])", "", body.strip())  # «“主要活动内容”写得太粗，请换成：…»
    body = re.sub(r"^(?:[\]】」”』]\s*[:：]?|[|｜→]+|[—–－]+|-+>?)\s*(?!一?栏)", "：", body.strip())
    if is_blank(body) or LISTED.fullmatch(body):
        return FieldWords(target, "") if not body or body[-1] in ":：" or LISTED.fullmatch(body) else None
    told = joined(body)
    if re.match(HELD_ELSEWHERE, body) or (told and POINTER.fullmatch(told.new.strip())):
        return FieldWords(target, body, sure=False)
    before = AS_BEFORE.match(body)
    if before and kinds <= {"text", "unit", "person"}:
        return FieldWords(target, before["new"], old="?", prose=True)
    if kinds <= {"text", "unit", "longtext"} and OF_PART.match(body):
        return FieldWords(target, body, "part", sure=False)
    if REFERRED.match(body) and not (told and (told.old or told.is_change) and not REFERRED.match(told.new)):
        return FieldWords(target, body, sure=False)
    if kinds == {"longtext"}:
        return long_text(target, body)
    if kinds & {"choice", "unit"}:
        for how, pattern in (("add", ADDED), ("remove", REMOVED)):
            match = pattern.match(body)
            if match and re.fullmatch(COUNT_ALONE, valued(match["new"])):
                return None  # «请增加一家，改为：…»
            if match and not OF_LETTERS.search(match["new"]):
                chosen = shaped(match["new"], specs[0]) if "choice" in kinds else None
                is_report = "unit" in kinds and re.match(r"[加增]了|新?增加了|添加了", body)  # what a new form holds
                return FieldWords(target, chosen.text if chosen else match["new"], how, sure=not is_report)
    if len(kinds) == 1 and kinds & {*SHAPES, "choice"}:
        return of_shape(target, body, specs[0])
    return in_words(target, body, specs[0], definition, spaced=spaced)


# «还是原来的市青少年宫» names it; «还是原来的地方» does not.
AS_BEFORE = re.compile(
    rf"^{HEAD}(?:还是|仍然?|就|请|继续)*(?:按照?|照|用|改回|恢复|维持|保持|是|在)*(?:原来|原先|原定|之前|以前)(?:定|报|写|填)?的(?:是)?(?!地|那|这|一|样|安排|计划|方案|时间|号码?|电话|不|就|来|为|办|走|吧|人)(?P<new>[^，,。；;]{{2,40}}?)[，,。；;！!\s]*$"
)
OF_LETTERS = re.compile(r"个?字(?:样)?$")  # «少了“泉州市”三个字»
# The values stand below or behind: «三项依次是».
LISTED = re.compile(
    r"(?:[一二两三四五几]项|[一二两三四五几]个)?(?:都|均|依次|分别|也|就)*(?:是|为|如下|[:：])+(?:同一?个?(?:号码?)?)?"
)


# «活动内容里的“讲座一场”改成…», «内容第三条改成…» speaks of a part of the text.
WITHIN = re.compile(
    r"^\s*的?(?:请?[把将][^，,。；;:：]{1,24}?[改换][为成]|(?:里面?|当?中|内)的?\s*[“\"「『‘《]|(?:里(?!程)面?|中(?![国央小心学医华秋])|当中|其中)的?(?![:：\s])|(?:的|最)?(?:第[一二三四五六七八九十\d末]+|最?[后末前开头首]|其?中?[一某])(?:[项条点段句行个部]|一[项条点段句行]))"
)


def long_text(target: str, body: str) -> FieldWords | None:
    if WITHIN.match(body):
        part = PART.match(body)
        is_one = part is not None and not re.search(r"[，,。；;]", part["new"])
        return (
            FieldWords(target, part["new"], "part", part["marked"] or part["bare"], prose=True)
            if part and is_one
            else None
        )
    is_added = ADDS_TO_TEXT.match(body)
    match = COLON.match(body) or BEFORE_TEXT.match(body)
    match = match or re.match(rf"^{HEAD}{ASK}(?:{CHANGE}|{BE})(?:如下)?\s*[:：]?\s*(?P<new>.+)$", body, re.DOTALL)
    if match:
        return FieldWords(target, re.sub(rf"^{ASK}{FILLED}", "", ANNOUNCES.sub("", match["new"])), sure=not is_added)
    if LEADS_IN.fullmatch(body):
        return (
            FieldWords(target, "")
            if not re.search(r"(?<!现)[是为在](?![:：])", body)
            else FieldWords(target, body, sure=False)
        )
    is_text = "\n" in body or (len(body) > LONG_ENOUGH and not OF_THE_TEXT.match(body))
    return FieldWords(target, body) if body[0] != "的" and is_text else None


# «内容那栏复制的时候丢了。请填：» above the text; what says something of its own is no mere lead.
LEADS_IN = re.compile(
    r"[^:：\n]*(?:[填写改补换放登录加贴]|[如以]下|下面|[是为]|这[样段个])[^，,。；;:：\n]{0,8}[:：]\s*"
)
# «内容补充一句：…»: beside what stands there.
ADDS_TO_TEXT = re.compile(
    rf"^{HEAD}{ASK}(?:里面?|中|后面?|最后|末尾)?{ASK}(?:补充|增加|添加|新增|加上?)(?:了|上)?(?:[一两二三几]?(?:句|段|点|项|条|个)|的?(?:还有|是[:：]))"
)
# «内容加了两段» speaks of the text and is none.
OF_THE_TEXT = re.compile(
    rf"^(?:的?[那这]?一?[栏项块])?(?:抱歉|不好意思|对不起)?{ASK}(?:(?:当时|之前|刚才|上次|昨天|前天|那天|好像|不小心|我们?|你们?|您|老师|表[里上中]|都|可能|确实)*(?:忘|漏|少|错|空|没|不|太|缺[漏失少])|加|改|补|已|写|没|不|有|重新|丰富|调整|按|参照|参考|详见|见|比较|太|和|跟|同|与|须|需(?=[整全重替换改])|整[段篇个])"
)
LONG_ENOUGH = 12  # characters behind «内容» that are a text without any mark before it


def of_shape(target: str, body: str, spec: FieldSpec) -> FieldWords | None:
    """A telephone, day, number or choice is found by its shape; behind a colon all that stands there must be it."""
    body = FROM_TO.sub(r"\g<begin>至\g<end>", body) if "date" in spec.kind else body
    told = joined(body)
    if spec.kind == "choice" and TICKS.search(body) and told:
        return FieldWords(target, told.new)
    if FORMERLY.match(body):
        return None
    new = shaped(told.new, spec) if told else None
    if told and new and new.is_clean:
        if spec.kind == "choice" and told.old:
            before = shaped(told.old, spec)
            if before and before.is_clean:
                return FieldWords(target, new.text, "swap", before.text, prose=True)
        old = "?" if told.old or told.is_change or new.is_instead else ""
        return FieldWords(target, new.text, old=old, prose=True)
    if told and told.old and "date" in spec.kind and (day := day_of_month(told.old, told.new)):
        return FieldWords(target, day, old="?", prose=True)
    found = shaped(body, spec)
    if found and found.is_clean:
        return FieldWords(target, found.text, old="?" if found.is_instead else "", prose=True)
    if match := COLON.match(body):
        return FieldWords(target, match["new"])
    if found:
        return FieldWords(target, found.text, sure=False)
    return FieldWords(target, body, sure=False) if VAGUE.match(body) else None


# «自9月16日起，至9月18日止»: both are the new days, and none stood there.
DAY = r"(?:[\d一二三四五六七八九十]{1,3}\s?月\s?)?[\d一二三四五六七八九十]{1,3}[日号](?:[（(][^（）()]{1,6}[)）])?"
FROM_TO = re.compile(
    rf"[从自]\s?(?P<begin>{DAY})(?:起|开始)?[，,、\s]*(?:一直|持续|延续)?[到至]\s?(?P<end>{DAY})(?:为?止|结束)?"
)


def day_of_month(old: str, new: str) -> str:
    """«9月23日→22日»: the day in the month that stood there."""
    month = re.match(r"\s*(?:20\d\d年)?\d{1,2}月(?=\d{1,2}[日号])", old)
    return (
        f"{month.group().strip()}{new}"
        if month and re.fullmatch(r"\d{1,2}[日号](?:[（(][^（）()]{1,6}[）)])?", new.strip())
        else ""
    )


def in_words(target: str, body: str, spec: FieldSpec, definition: FormDefinition, *, spaced: bool) -> FieldWords | None:
    """A name, a place, a unit: what stands behind the words that join it to its label."""
    if match := PART.match(body):
        return FieldWords(target, match["new"], "part", match["marked"] or match["bare"], prose=True)
    if told := joined(body):
        if told.old and (inside := INSIDE.match(body)):
            return FieldWords(target, told.new, "part", inside["old"], prose=True)
        old = told.old or ("?" if told.is_change else "")
        return FieldWords(target, told.new, old=old, prose=not told.is_marked)
    if says_wrong(body):
        return None
    if match := re.fullmatch(r"[（(]([^（）()]{1,60})[）)]", body):
        return FieldWords(target, match[1])
    return direct(target, body, spec, spaced=spaced)


# «名称里“喧传”错了，应为“宣传”».
INSIDE = re.compile(r"^\s*(?:里面?|中|内|当中)的?\s*[“\"「『‘《](?P<old>[^“”\"「」『』‘’《》]{1,40})[”\"」』’》]")


# «承办就市气象台»
ONLY_SO = re.compile(r"^(?:就|还)(?=[\u4e00-\u9fff]{3})(?![是在按写填报用定改换那这])")


# «承办单位想再列一家市图书馆», «承办单位除市图书馆外…»
NO_NAME = re.compile(r"^(?:想|打算|考虑|希望(?!小学|学校|工程|之)|计划(?!生育)|除)|[再另]列")


def direct(target: str, body: str, spec: FieldSpec, *, spaced: bool) -> FieldWords | None:
    """The bare name right behind the label («联系人李四», «地点市图书馆»), or behind a blank."""
    if (
        spec.kind == "person"
        and not re.match(r"[换改变错空没无]", body)
        and (
            NAME.match(body)
            or re.fullmatch(
                r"[老小阿]?[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,4}\s*[（(][\u4e00-\u9fff]{2,12}[）)]|[\u4e00-\u9fff]{2,4}\s*[（(]?1?\d[\d\- ]{6,}[）)]?",
                body,
            )
        )
    ):
        return FieldWords(target, body)
    if spaced and spec.kind in {"person", "text", "unit"} and not re.search(r"[，,。：:]", body):
        return FieldWords(target, body)
    if (
        spec.kind in {"text", "unit"}
        and NAMED.match(body := ONLY_SO.sub("", body))
        and not re.match(SLIP, body)
        and not NO_NAME.search(body)
        and (CALLED.search(body) or body[0] in '“《「"')
    ):
        return FieldWords(target, body, prose=True)
    return None


def addressed(said: FieldWords, row: int, written: str) -> Addressed:
    return Addressed(said.target, valued(said.text), row, written, said.how, old=said.old, prose=said.prose)


def valued(text: str) -> str:
    return trimmed_value(without_tail(text))
