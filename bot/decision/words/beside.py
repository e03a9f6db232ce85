"""What a letter says beside its forms: corrections are put in, a draft waits, all that nobody has settled goes to a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.base.expressions import LaterCall
from bot.base.replacing import replace
from bot.base.text import squeeze, stands_within
from bot.decision.compose import blanks
from bot.decision.facts import Case
from bot.decision.model import Decision, ItemState, ReviewItem, Settled, StatusChange
from bot.decision.questions import KnownQuestion
from bot.decision.reply import title_of
from bot.decision.rules import Rules
from bot.decision.states import ReviewReason, kind_label
from bot.decision.versions.content import stored_form
from bot.decision.words.about import heard_by_form, text_of
from bot.decision.words.asked_beside import withdrawn_with_forms
from bot.decision.words.changes import SHARED, corrected, only_moves
from bot.decision.words.passed_on import for_person, joined, told_of_rest
from bot.decision.words.which_form import is_heard
from bot.forms.model import Form, Kind
from bot.statements.model import Said, Statement
from bot.statements.wording.phrases.papers import TOLD_FOR
from bot.statements.wording.words import REACH

if TYPE_CHECKING:
    from bot.forms.entry.value import read_field
else:
    read_field = LaterCall("bot.forms.entry.value", "read_field")

BEFORE_THAT = (
    "在此之前，登记内容以所附表格为准。如要更正表中内容，也可以直接回信，一行写一处，例如“联系电话：0595-22000000”。"
)
# «前一份作废», of which there is none: not only «已按要求修改».
NAMES_ANOTHER = re.compile(r"作废|替换|覆盖|忽略|前[一次]|上[一次]|之前|原来|先前|刚才|昨天|[早上下]午|旧的?")
# «上次那个不办的说明作废», beside a form: the unit has something to report after all.
NIL_IS_VOID = re.compile(
    r"(?:零(?:报告|申报|上报)|(?:不[举办]|无活动|没有?活动)[^，,。；;]{0,6}(?:说明|情况|报告)?|(?:那[个份封]|的)(?:情况)?说明)[^，,。；;]{0,8}(?:作废|取消|撤|不算|收回)"
)
# «发错附件了，这个才是»
WRONG_FILE = re.compile(
    r"^(?!.*(?:\d|[?？]|吗|改[为成到]))(?:.*(?:发|传|贴|附|选|拿)错|.*(?:忘|漏)(?:了)?(?:添加|上传|发|附|贴|传)|.*这[个份]才)"
)
SAYS_CHANGED = re.compile(r"[换改变调]了|有变|更正|更新|修改|改过|改好|调整|补[齐充上好]|完善")
# «见压缩包», «各一份», «表格拍照发来», the block of a mail house's large attachment: words about the files themselves.
HANDS_OVER = re.compile(
    r"附件|压缩包|打包|各[一二两三四\d]\s{0,2}份|表格|申报表|汇总表|登记表|材料|照片|扫描|拍照|发来|见下|详见|到期|有效期|中转站|[（(]\d[\d.]*\s{0,2}[KMG]B?[,，）)]"
)
# The block of a mail house about its large file.
OF_A_LINK = re.compile(
    r"https?://|点击(?:链接)?下载|进入下载|下载(?:页面|地址|链接)|提取码|到期|过期时间|超大附件|云附件|网盘|文件大小"
)
BOTH = re.compile(
    r"申报表[^，,。；;]{0,6}(?:[和及与、]|以及)[^，,。；;]{0,6}汇总表|汇总表[^，,。；;]{0,6}(?:[和及与、]|以及)[^，,。；;]{0,6}申报表"
)
NOT_BOTH = re.compile(r"没|无|未|不|后|待|补|已|稍|另")
MEANS_MORE = re.compile(
    r"稍后|后续|随后|补|暂|迟|晚|错|误|漏|改|待|未|没|不|能|希望|如果|若|但|只|缺|[?？]|请(?!查收|审|核)"
)
# «有问题随时联系我139…»
CALL_ME = re.compile(
    r"^(?:如?有?(?:任何|什么|啥)?(?:问题|疑问|不妥|不清楚|不对|需要|情况|事情?)?的?(?:话|地方)?[，,\s]*)?(?:请|可以?|欢迎|麻烦)?(?:随时|及时|直接)?(?:与|跟|和|打|致电|拨打|电话|电联|联系|找|加|call)+(?:我|我们|本人)?(?:本人)?(?:联系)?(?:电话|手机|微信)?(?:号码?)?(?:是|为)?[:：，,\s]*"
)
# «第三份。齐了», «2/3», «这是进乡村的», «昨天没赶上»: what is left of it is the name of what came.
OF_FILES = re.compile(
    r"第[一二三四五六七八九十\d]+[份个项张]?|[一二两三四五六七八九十\d][份个项张]|\d{1,2}/\d{1,2}(?!\d)|(?:昨[天日]|前[天日]|上午)?没(?:来得及|赶上)|忘了?|哎呀|齐全?|科普日|登记表|申报表|材料|[^\w\s]|[这是的了先发报补交上来请收附件表个份张里吧哈啊]"
)
GIVEN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
SETTLED_BY_FORMS = {
    Said.COVER,
    Said.CONFIRM,
    Said.THANKS,
    Said.STATUS_QUESTION,
    Said.FOR_OTHERS,
    Said.FORGOTTEN_ATTACHMENT,
}


class Beside(Struct, frozen=True):
    """``words`` go to a person; ``notes`` are told to the sender; ``is_draft``: the letter calls its forms a draft;
    ``brings_blanks``: the answer to its question brings the blank forms; ``gone``: what it withdraws."""

    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_draft: bool = False
    brings_blanks: bool = False
    gone: tuple[StatusChange, ...] = ()


def with_corrections(case: Case) -> tuple[Case, list[str]]:
    """The mail with its forms as the letter corrects them, and what the sender is told of it. Not where the forms stand in the letter itself."""
    own = case.read.submissions()
    bodies = {document.path for document in case.read.documents if document.is_body}
    if not own or any(form.path in bodies for form in own):
        return case, []
    now, notes = corrected(own, case.read.letter.answers)
    put = dict(zip(map(id, own), now, strict=True))
    forms = tuple(put.get(id(form), form) for form in case.read.forms)
    return replace(case, read=replace(case.read, forms=forms)), notes


def beside(case: Case, settled: Sequence[Settled], notes: Sequence[str]) -> Beside:
    """What the letter says beside the forms *settled*. *notes*: corrections that were put in."""
    read, letter = case.read, case.read.letter
    bodies = {document.path for document in read.documents if document.is_body}
    in_body = any(path in bodies for one in settled for path in one.paths)
    replaced = bool(settled) and all(one.before for one in settled)
    drafted = bool(letter.of(Said.DRAFT)) and not in_body
    words: list[Statement] = []
    for one in letter.statements:
        if in_body and one.kind is not Said.QUESTION:
            continue  # the letter is the form
        if drafted and one.kind in (Said.DRAFT, Said.OTHER):
            continue  # the item of the draft shows the letter
        if read.message.cloud_links and OF_A_LINK.search(one.words):
            continue  # the link has an item of its own, and its sender is told what to do
        if (WRONG_FILE.search(one.words) and came_without(case)) or tells_which(one, settled):
            continue
        if one.kind is Said.DRAFT or told_by_forms(one, replaced=replaced) or stands_already(one, settled, notes, case):
            continue
        words.append(one)
    words, gone_told, gone = withdrawn_with_forms(words, settled, case)
    told = [*notes, *gone_told]
    answer = known_answer(words, case)
    covers = letter.of(Said.COVER)
    notes = (counted(covers, settled), not_come(covers, case, settled), answer.answer if answer else "")
    told += [note for note in notes if note]
    if words:
        told.append(told_of_rest(words, text_of(read.message), letter.statements))
        told += [BEFORE_THAT] if any(one.kind in (Said.VALUE, Said.CHANGE) for one in words) else []
    brings = bool(answer and answer.brings_blanks)
    return Beside(tuple(joined(words, text_of(read.message))), tuple(told), drafted, brings, gone)


def came_without(case: Case) -> bool:
    """Whether the mail goes on with one in which no form was found."""
    return any(one.reason == ReviewReason.NO_FORM and one.ref == case.known.thread for one in case.known.unread)


def told_by_forms(one: Statement, *, replaced: bool) -> bool:
    """Whether the forms themselves say it. *replaced*: each of them takes the place of an earlier one."""
    if one.kind in (Said.REPLACES, Said.WITHDRAWAL, Said.OTHER) and NIL_IS_VOID.search(one.words):
        return True
    if one.kind is Said.FOR_OTHERS and TOLD_FOR.search(one.words):
        return False
    if one.kind in SETTLED_BY_FORMS or (
        one.kind is Said.REPLACES and (replaced or not NAMES_ANOTHER.search(one.words))
    ):
        return True
    if replaced and one.value is None and SAYS_CHANGED.search(one.words) and not re.search(r"\d|[?？]", one.words):
        return True
    return one.kind is Said.OTHER and bool(HANDS_OVER.search(one.words)) and not MEANS_MORE.search(one.words)


def stands_already(one: Statement, settled: Sequence[Settled], notes: Sequence[str], case: Case) -> bool:
    """Whether it was put in, stands in one of the forms, or is whom to ask about the letter."""
    if one.kind in (Said.VALUE, Said.CHANGE):
        if any(is_heard(one, answers) for _, answers in heard_by_form(case)):
            return True
        if one.taken and notes:
            return True
        if names_open(one, settled, case):
            return False
        if stands_so(one, settled, case) or came_moved(one, settled, case.rules):
            return True
    if one.kind is Said.VALUE and is_contact(one, case):
        return True
    return one.kind is Said.OTHER and stands_in(one.words, settled)


def tells_which(one: Statement, settled: Sequence[Settled]) -> bool:
    """Whether it only says which of its writer's forms came, and calls it by letters of its name or its unit in their order."""
    if one.kind is not Said.OTHER or re.search(r"[?？吗]", one.words):
        return False
    left = OF_FILES.sub("", squeeze(one.words))
    names = [OF_FILES.sub("", squeeze(f"{form.unit}{title_of(form.form)}")) for form in settled]
    return not left or (len(left) > 1 and any(stands_within(left, name) for name in names))


def names_open(one: Statement, settled: Sequence[Settled], case: Case) -> bool:
    """Whether it speaks of another field, in which a form is wrong: «联系电话用我手机136…», where the mobile stands so."""
    for form in settled:
        definition = case.rules.definitions.form(form.form.definition)
        wrong = {problem.field for problem in form.form.problems if problem.is_error} - {one.field}
        specs = [definition.spec(key) for key in wrong if key] if definition else []
        if any(spec is not None and any(name in one.words for name in spec.names) for spec in specs):
            return True
    return False


def is_contact(one: Statement, case: Case) -> bool:
    """Whether the value is of a kind that stands below every letter."""
    specs = (form.spec(one.field) for form in case.rules.definitions.forms)
    return next((spec.kind in SHARED for spec in specs if spec is not None), False)


def came_moved(one: Statement, settled: Sequence[Settled], rules: Rules) -> bool:
    """«活动延期一周，新表见附件»: whether each of the forms brings other days than it had."""
    return only_moves(one.words) and all(
        form.before is not None
        and stored_form(form.before, rules.definitions).plain(one.field) != form.form.plain(one.field)
        for form in settled
    )


def stands_so(one: Statement, settled: Sequence[Settled], case: Case) -> bool:
    """Whether the value stands so in one of the forms: «我局拟于9月18日在县林业科技园举办…» only says what the form holds."""
    return one.value is not None and any(is_same(one, form.form, case.rules) for form in settled)


def is_same(one: Statement, form: Form, rules: Rules) -> bool:
    """Whether the form's field holds the value; the same days however they are written, of a place also a part of how it is called."""
    there = form.plain(one.field)
    definition = rules.definitions.form(form.definition)
    spec = definition.spec(one.field) if definition else None
    if spec is None or there is None or there == one.value:
        return there in (None, one.value)  # what is missing the form is asked for anyway
    if spec.kind == "daterange":
        days = read_field(spec, str(one.value), rules.campaign).values
        return all(days.get(key) == form.plain(key) for key in (spec.start, spec.end))
    first, second = squeeze(str(one.value)), squeeze(str(there))
    return spec.kind == "text" and (first in second or second in first)


def stands_in(words: str, settled: Sequence[Settled]) -> bool:
    """Whether *words* are but a number or an address that stands in one of the forms, the rest of «联系人：白丽云，0595-23232021», or who signs
    without the surname."""
    number = CALL_ME.sub("", words.strip(" \t\u3000，,。；;、（）()"))
    if GIVEN_NAME.fullmatch(number) and any(one.form.text("contact_person").endswith(number) for one in settled):
        return True
    if not REACH.fullmatch(number):
        return False
    return any(squeeze(number) in squeeze(form.form.text(key)) for form in settled for key in form.form.fields)


def counted(covers: Sequence[Statement], settled: Sequence[Settled]) -> str:
    """«来信说有3项，收到2项»; empty where the letter gives no number, or what came fits it however it counts."""
    said = [one.value for one in covers if isinstance(one.value, int)]
    forms = [one.form for one in settled]
    activities = sum(form.kind is Kind.REGISTRATION for form in forms)
    rows = max((len(form.rows) for form in forms if form.kind is Kind.SUMMARY), default=0)
    if len(said) != 1 or not forms or said[0] in {activities, rows, len(forms), number_of_files(forms)}:
        return ""
    came = "、".join(
        filter(None, (f"申报表{activities}份" if activities else "", f"汇总表列有{rows}项" if rows else ""))
    )
    return (
        f"来信说有{said[0]}项（份），我们收到的是{came or f'{len(forms)}份材料'}。如有遗漏，请补发；如无误，不必回复。"
    )


def not_come(covers: Sequence[Statement], case: Case, settled: Sequence[Settled]) -> str:
    """«附件为申报表和汇总表», of which one came: which is missing; empty where both came, or something that nobody could read."""
    kinds = {one.form.kind for one in settled}
    others = [
        one
        for one in case.read.documents
        if not one.is_body and one.path not in {path for item in settled for path in item.paths}
    ]
    if (
        len(kinds) != 1
        or others
        or not any(BOTH.search(one.words) and not NOT_BOTH.search(one.words) for one in covers)
    ):
        return ""
    lost = {Kind.REGISTRATION: Kind.SUMMARY, Kind.SUMMARY: Kind.REGISTRATION}.get(kinds.pop())
    return f"来信说附有{kind_label(lost)}，我们没有收到。如漏了附件，请补发；如无需报送，不必回复。" if lost else ""


def number_of_files(forms: Sequence[Form]) -> int:
    return len({form.path for form in forms})


def known_answer(words: Sequence[Statement], case: Case) -> KnownQuestion | None:
    """What the admin's list says to the questions."""
    asked = [one.words for one in words if one.kind is Said.QUESTION]
    return next((known for one in asked for known in case.rules.questions if known.answer_to(one)), None)


def drafts(settled: Sequence[Settled]) -> list[Settled]:
    """The forms of a letter that calls them a draft: stored, not counted, until their writer says «正式报送»."""
    return [
        replace(
            one, state=ItemState.WAITING, is_draft=True, held_because="来信说是初稿或送审稿，已请来信人回复“正式报送”"
        )
        if one.state in {ItemState.NEW, ItemState.UPDATED, ItemState.NEEDS_CORRECTION}
        else one
        for one in settled
    ]


def with_words(decision: Decision, said: Beside, rules: Rules) -> Decision:
    if said.brings_blanks and decision.reply is not None:
        attach = tuple(dict.fromkeys((*decision.reply.attach, *blanks((), rules))))
        decision = replace(decision, reply=replace(decision.reply, attach=attach))
    decision = replace(decision, changes=(*decision.changes, *said.gone))
    if not said.words:
        return decision
    detail = f"随表格写到：{for_person(said.words)}"
    review = ReviewItem(ReviewReason.WORDS, detail, ref=decision.ref)
    return replace(decision, reviews=(*decision.reviews, review))
