"""Which of the values of one shape in a text still counts: not what stood there before, nor what is left open. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.base import expressions as re
from bot.base.text import fold
from bot.forms.definitions import FieldSpec
from bot.forms.labels.index import fields_of
from bot.forms.values.phones import shows_mobile
from bot.statements.values.clause.whole import the_choice
from bot.statements.values.context import Addressed, Context, HeardClause
from bot.statements.values.shapes import AT_MOST, OLD_BEFORE, OLD_BEHIND, OTHER_DAY, found_in
from bot.statements.wording.days import OF_US, WE_WROTE, WE_WROTE_BEFORE
from bot.statements.wording.doubt import STOPPED_BEHIND, is_not_counted

# A day of the papers and not of the activity.
OF_PAPER = re.compile(r"[表报交寄发收][^，,。；;]{0,4}$|截止|通知|总结|盖章|开会|培训|放假|开学|以?前$|之前$")
OF_OTHER_LINE = re.compile(r"(?:传真|微信|QQ|qq|邮编)[^，,。；;\d]{0,6}$")
ARROW = re.compile(r"^\s*[”\"」）)]?\s*(?:→|➜|➔|⇒|[-=—–]+[>＞〉》]|[-=—–]{2,}|(?:应|更?改|换|变|调)[为是成到])")
FORMERLY = re.compile(
    r"(?:原[来先本定]?|本来|之前|以前|先前|此前|上[次回]|旧|老(?![师年人])|[写填印打报登标]记?的|登记(?:成|为)|显示|误|去年|前面)[^，,。；;]{0,8}$"
)
NOW = re.compile(r"改|换|应|正确|现|实际|更正|调|回|变|新|缺|漏|[没未]填")
AS_EVER = re.compile(r"还是|一直|始终|明明|本来就|从来都|仍|照|恢复|维持")
# «上午那封邮件里说改到9月21日»: whatever was said then.
SAID_THEN = re.compile(
    r"(?:上一?[次回封]|前一?[次封]|之前|以前|先前|此前|原[来先本]|昨[天日晚]|前[天日]|[上下]午|早上|刚才|那封)[^，,。；;]{0,10}(?:说|写|报|讲|通知|申请|想|提|发|填)[^，,。；;]{0,10}$"
)
RANGE = re.compile(r"[\d一二三四五六七八九十百千万两]\s*[-—–~～至到]\s*$")
TOTAL = re.compile(r"(?:一共|总共|共计|合计|总计|[合加]起来|总数|共)(?:就|大概|约|大约|是|为|有|[:：])*\s*$")
GOES_ON = re.compile(
    r"^(?:开始|起)?[，,、\s]*(?:活动|展览|展期|会期|展出)?(?:时间)?(?:一直|持续|延续|仍然?|还是|也)*(?:到|至|(?:在)?结束(?:时间|日期)?(?:仍然?|还|也)*(?:是|为|[:：])?|[-—–~～]+)\s*$"
)
ENDS = re.compile(r"(?:开始|结束|起|止)+$")
NUMBERS = {"phone", "mobile"}


def the_value(text: str, spec: FieldSpec) -> str | None:
    """The one value of the field's shape in *text* that still counts."""
    if spec.kind == "choice":
        return the_choice(text, spec)
    found = list(together(text, list(found_in(text, spec)))) if "date" in spec.kind else list(found_in(text, spec))
    if spec.kind == "count":
        found = [one for one in found if re.search(r"[人名位个]|\d", one[2])]
    counts = [one for one in found if not is_given_up(text, *one[:2])]
    if spec.kind == "phone":
        counts = [one for one in counts if not OF_OTHER_LINE.search(text[: one[0]])]
    if spec.kind == "count" and len({comparable(one) for _, _, one in counts}) > 1:
        counts = [one for one in counts if TOTAL.search(text[: one[0]])]
    if any(IS_OPEN[spec.kind].match(text[end:]) for _, end, _ in counts if spec.kind in IS_OPEN):
        return None
    if spec.kind == "count" and any(AT_MOST.search(text[:begin]) for begin, _, _ in counts):
        return None
    if "date" in spec.kind and any(OF_PAPER.search(clause_before(text, begin)) for begin, _, _ in counts):
        return None
    if spec.kind == "count" and any(RANGE.search(text[: one[0]]) for one in counts):
        return None
    if len({comparable(one) for _, _, one in counts}) != 1:
        return None
    value = counts[-1][2]
    if spec.kind == "mobile" and not shows_mobile(fold(value)):
        return None
    if spec.kind in NUMBERS and re.fullmatch(r"\d(?:\s\d)+", value):
        return re.sub(r"\s", "", value)  # spoken digit by digit
    return ENDS.sub("", value) if "date" in spec.kind else value


# Between which numbers, or of another thing, behind a value and before it.
IS_OPEN = {
    "date": OTHER_DAY,
    "daterange": OTHER_DAY,
    "count": re.compile(r"^(?:以内|以下|太|还?不够|多了|少了|的(?:场地|会议室|教室))"),
}


# «300人：其中上午场150人，下午场200人»
PARTS = re.compile(r"(?:其中|包括|包含)(?P<parts>.+)", re.DOTALL)
PART = re.compile(r"(?<![\d第])(\d{1,5})\s*[人名位]")


def exceeded(heard: HeardClause, sentence: str, context: Context) -> bool:
    """Whether the parts that the sentence tells of a number are more than that number."""
    numbers = [PART.match(one.text) for one in heard.pieces if "count" in kinds_of(one, context)]
    whole = next((int(one[1]) for one in numbers if one), 0)
    match = PARTS.search(sentence, sentence.find(heard.text)) if whole else None
    return bool(match and sum(int(one) for one in PART.findall(match["parts"])) > whole)


def kinds_of(piece: Addressed, context: Context) -> set[str]:
    keys = fields_of(piece.target)
    return {spec.kind for key in keys if (spec := context.definition.spec(key))}


def comparable(value: str) -> str:
    return re.sub(r"[\W_]|[人名位个余次左右]", "", fold(value))


def clause_before(text: str, at: int) -> str:
    return re.split(r"[，,。；;！!]", text[:at])[-1]


def is_given_up(text: str, begin: int, end: int) -> bool:
    """Whether the value between *begin* and *end* is what stood there before."""
    before = clause_before(text, begin)
    is_span = bool(re.search(r"[从自]\s*$", before) and re.search(r"[至到\-—–~～]", text[begin:end]))
    is_old = OLD_BEFORE.search(text[:begin]) and not is_span and not BACK_TO.search(before)
    if is_old or OLD_BEHIND.match(text[end:]) or ARROW.match(text[end:]):
        return True
    if SLIP_BEHIND.match(text[end:]) or STOPPED_BEHIND.match(text[end:]) or is_not_counted(text[begin:end], text):
        return True
    if SAID_THEN.search(before) and not re.search(r"现|还是|实际", before):
        return True
    if WE_WROTE.search(before):
        return True
    if OF_US.search(before) and WE_WROTE_BEFORE.search(text[:begin]):
        return False  # «回执上是9月16日，我们报的是9月17日»
    former = list(FORMERLY.finditer(before))
    return bool(former and not (AS_EVER.search(before) or NOW.search(before[former[-1].start() :])))


BACK_TO = re.compile(r"(?:还是|仍|照|恢复|维持|改回)(?:按照?|照|用|定在|在|到|为|成)*原(?:来|先|定|本)?(?:定|报)?的?$")
# «9月17号是星期天，写错了，应该是9月18号».
SLIP_BEHIND = re.compile(
    r"^[^。；;\d]{0,30}(?:[写填报弄搞打看登记印]错|手误|笔误|不对)了?[^。；;\d]{0,8}(?:应该?|正确的?|实际(?:上)?)[是为]在?\s*(?=\d|[一二三四五六七八九十])"
)


def together(text: str, found: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The days in *text*, the first and the last of a span as one: «从9月17日开始，到9月23日结束»."""
    held: tuple[int, int, str] | None = None
    for one in found:
        if held and GOES_ON.match(text[held[1] : one[0]]):
            held = (held[0], one[1], f"{ENDS.sub('', held[2])}至{ENDS.sub('', re.split('[，,]', one[2])[0])}")
            continue
        if held:
            yield held
        held = one
    if held:
        yield held
