"""The clauses of a sentence, and which of them belong together: one without a kind of its own goes with the one that it leads up to or explains. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.labels.index import LabelIndex
from bot.statements.kinds import announced
from bot.statements.model import Said
from bot.statements.values.clause.event import tells_event, tells_move
from bot.statements.wording.covers import counts_alone, leads_to_cover
from bot.statements.wording.joining import joined, lands, says_wrong
from bot.statements.wording.joints import HEDGED
from bot.statements.wording.phrases.asking import ASKS_BACK
from bot.statements.wording.phrases.contacts import ALSO_CONTACT, OF_FORM
from bot.statements.wording.phrases.papers import LISTED, PLANS
from bot.statements.wording.phrases.promises import PURPOSE
from bot.statements.wording.phrases.withdrawals import ANEW, LETS_GO, NOT_HELD, PERHAPS, SENT_BEFORE
from bot.statements.wording.words import NO_LETTERS, SAYS_CHANGE

MARKS = re.compile(r"[“\"「『《][^”\"」』》\n]{1,60}[”\"」』》]|[（(][^（）()\n]{1,60}[）)]")


class Plainly(StrEnum):
    """Stretches that say nothing: courtesy and who writes. ``BELOW``: lines below the thanks without any name, perhaps an answer."""

    COURTESY = "courtesy"
    SIGNATURE = "signature"
    BELOW = "below"


class Segment(Struct, frozen=True):
    """A stretch of a letter from ``begin`` on. ``kind`` None: it may be a value."""

    begin: int
    text: str
    kind: Said | Plainly | None = None

    @property
    def end(self) -> int:
        return self.begin + len(self.text)


MOVED = re.compile(
    r"(?:改|推迟|延期|延后|提前|顺延|调整|[换定挪])(?:期|成|到|至|在|于|为)+\s*(?=\d|[一二三四五六七八九十])|(?:推迟|延[期后]|后延|提[前早]|顺延|往[前后][推延挪移提]?)了?(?:\d|[一二两三四五六七八九十])+(?:天|日|周)"
)
OF_PERSON = re.compile(r"联系人|电话|手机|号码|邮箱|联络员|联系方式")
TELLS = re.compile(
    r"^\d|^(?:那里|那栏|里)?(?:都|也|全|均)?[错漏少多写填打印]|[:：=]\s*\S|(?:为|是|改|在|到|换|定|叫|勾|选|加|去掉|写(?!错)|填(?!错))(?=.*\S)|\d{5,}|[@＠]"
)


OUR_UNIT = re.compile(
    r"(?:[我本贵该各]|[一二两三四五六七八九十几\d][个家])单位(?!(?:的)?(?:名称?|全称)|[:：是为]|应[为该是]|改[为成名]|更名)"
)


def is_value_like(text: str, labels: LabelIndex) -> bool:
    """Whether a label of the form with something said of it stands in it."""
    return not HEDGED.search(text) and names_value(text, labels)


def names_value(text: str, labels: LabelIndex) -> bool:
    squeezed = squeeze(text)
    match = labels.pattern.search(OUR_UNIT.sub("我＿＿", squeezed))
    return bool(match and (TELLS.search(squeezed[match.end() :]) or joined(squeezed[match.end() :])))


def awaits_value(text: str, labels: LabelIndex) -> bool:
    """Whether of a label of the form in it is said that it is wrong or changes: its value follows."""
    squeezed = squeeze(text)
    match = labels.pattern.search(squeezed)
    return bool(match and says_wrong(squeezed[match.end() :]))


# Kinds to which the clauses before them belong that have no kind of their own, and the clauses behind them.
LED_UP_TO = {
    *(Said.QUESTION, Said.STATUS_QUESTION, Said.WITHDRAWAL, Said.NIL_REPORT, Said.CONFIRM, Said.CONTACT, Said.DRAFT),
    *(Said.FORGOTTEN_ATTACHMENT, Said.FOR_OTHERS, Said.REPLACES, Said.COVER),
}
EXPLAINED = LED_UP_TO - {Said.COVER, Said.QUESTION, Said.REPLACES}
# In these a day is no activity's time.
DATED = {Said.WITHDRAWAL, Said.NIL_REPORT, Said.STATUS_QUESTION, Said.CONTACT, Said.CONFIRM}
# What the first of a pair says already.
COVERS_TOO = {
    Said.FORGOTTEN_ATTACHMENT: {Said.COVER, Said.REPLACES, Said.FORGOTTEN_ATTACHMENT, Said.OTHER},
    Said.NIL_REPORT: {Said.NIL_REPORT},
    Said.DRAFT: {Said.OTHER},
    Said.CONFIRM: {Said.REPLACES},
}


# «我镇原定于9月20日举办的“赶大集”活动»
TOPIC = re.compile(r"(?:原定|原计划|原拟|原先定|申报|报送?)[^，,。；;]{0,24}[的之]“”[^，,。；;]{0,6}\W*$")
SAID_ALREADY = re.compile(
    r"别|还没|^(?:现在|马上|这就|立即|稍后|等下)?(?:就|再|重新?)*(?:补|发|传)(?:上|发|过来|过去|一[份次遍])*\W*$"
)
GIVEN_UP = re.compile(r"^(?:就|也|都)?不(?:再)?(?:报|办|搞|申报|参加)了$")


def absorbed(clauses: list[Segment], labels: LabelIndex) -> list[Segment]:
    """Each clause without a kind of its own with the one that it belongs to."""
    kinds = taken_off([one.kind for one in clauses], clauses)
    for i in range(1, len(kinds)):
        before = kinds[i - 1]
        if before is Said.CONTACT and (kinds[i] is None or kinds[i] is Said.CONTACT or is_plain(kinds[i])):
            is_more = ALSO_CONTACT.search(clauses[i].text) and not OF_FORM.search(clauses[i].text)
            kinds[i] = Said.CONTACT if is_more else kinds[i]
        elif (
            (before is Said.QUESTION and kinds[i] is None and belongs_to_request(clauses[i - 1].text, clauses[i].text))
            or (
                before is Said.COVER
                and kinds[i] is None
                and (LISTED.match(clauses[i].text.strip()) or counts_alone(clauses[i].text))
                and not names_value(clauses[i].text, labels)
                and (i + 1 == len(kinds) or kinds[i + 1] not in LED_UP_TO or kinds[i + 1] is Said.COVER)
            )
            or (
                before in (Said.WITHDRAWAL, Said.NIL_REPORT)
                and kinds[i] is Said.OTHER
                and PERHAPS.search(clauses[i].text)
                and not ANEW.search(clauses[i].text)
            )
        ):
            kinds[i] = before
        elif before is Said.DRAFT and kinds[i] is Said.CONFIRM:
            kinds[i - 1] = Said.CONFIRM  # «初稿领导已同意，请按正式报送登记»
        elif isinstance(before, Said) and kinds[i] in COVERS_TOO.get(before, ()):
            kinds[i] = before if says_again(kinds[i], clauses[i].text) else kinds[i]
        elif before is Said.NIL_REPORT and kinds[i] is Said.WITHDRAWAL:
            kinds[i] = before
    ahead: Said | Plainly | None = None
    for i in range(len(kinds) - 1, -1, -1):
        if kinds[i] is None and ahead in LED_UP_TO and may_belong(clauses[i], ahead, labels):
            kinds[i] = ahead
        elif not is_plain(kinds[i]):
            ahead = kinds[i]
    before = None
    for i, kind in enumerate(kinds):
        if kind is None and before in EXPLAINED and may_belong(clauses[i], before, labels):
            kinds[i] = before
        elif not is_plain(kind):
            before = kind
    for i in range(1, len(kinds) - 1):
        if is_plain(kinds[i]) and kinds[i - 1] is kinds[i + 1] and not is_plain(kinds[i - 1]):
            kinds[i] = kinds[i - 1]
    return [replace(one, kind=kind) for one, kind in zip(clauses, kinds, strict=True)]


def taken_off(kinds: list[Said | Plainly | None], clauses: Sequence[Segment]) -> list[Said | Plainly | None]:
    """«这次就不报了，把我们那条拿掉吧»: what was reported is no longer, and that is no nil report."""
    said = [(kind, one.text.strip(" 。")) for kind, one in zip(kinds, clauses, strict=True)]
    if not any(kind is Said.WITHDRAWAL and not NOT_HELD.search(text) for kind, text in said):
        return [
            Said.WITHDRAWAL
            if kind is Said.NIL_REPORT and Said.WITHDRAWAL in kinds[:i] and GIVEN_UP.match(text)
            else kind
            for i, (kind, text) in enumerate(said)
        ]
    return [Said.WITHDRAWAL if kind is Said.NIL_REPORT else kind for kind in kinds]


def says_again(kind: Said | Plainly | None, text: str) -> bool:
    """Whether *text* adds nothing to the clause before it: «漏了附件，现补发», but not «共2份», «以这封为准»."""
    if kind is Said.OTHER:
        return bool(SAID_ALREADY.search(text))
    return not (kind is Said.COVER and announced(text)) and not (kind is Said.REPLACES and "为准" in text)


def belongs_to_request(request: str, text: str) -> bool:
    """«麻烦发我一份，邮箱…», «能否给个截图，要写进迎检材料»."""
    return bool(PURPOSE.match(text.strip()) or (ASKS_BACK.search(request) and ALSO_CONTACT.search(text)))


def is_plain(kind: Said | Plainly | None) -> bool:
    return isinstance(kind, Plainly)


def may_belong(clause: Segment, kind: Said | Plainly | None, labels: LabelIndex) -> bool:
    """Whether *clause* can explain a statement of *kind*: no value stands in it."""
    text = clause.text
    if kind is Said.COVER:
        return not tells_event(text) and (leads_to_cover(text) or bool(PLANS.match(text.strip(" ，,。；;"))))
    if kind is Said.WITHDRAWAL and TOPIC.search(MARKS.sub("“”", text)):
        return True
    if kind is Said.CONTACT and OF_PERSON.search(text):
        return not OF_FORM.search(text)
    if kind is Said.STATUS_QUESTION and re.match(r"(?:我们?)?单位(?:是|为|[:：])", text.strip()):
        return True
    if kind is Said.CONFIRM and NAMES_PERSON.search(text.strip()):
        return False
    if kind in (Said.STATUS_QUESTION, Said.CONFIRM) and (lands(text.strip()) or awaits_value(text, labels)):
        return False
    if tells_move(text) or (kind in STAY_APART and SAYS_OWN.search(text)):
        return False
    if re.search(r"\d{7}|[@＠]", text) or SAYS_CHANGE.search(text) or MOVED.search(text):
        return False
    if kind is Said.NIL_REPORT and SENT_BEFORE.search(text):
        return False
    if kind in DATED:
        return not is_value_like(MARKS.sub("“”", text), labels)
    plain = MARKS.sub("", text)
    if kind is Said.QUESTION:
        return not labels.pattern.search(squeeze(plain)) and (
            not re.search(r"\d|[:：]", plain) or len(re.sub(r"[\W\d_]", "", plain)) >= 7
        )
    return not names_value(text, labels) and not re.search(r"\d|[:：]", plain)


# «这次已报的表不用动», beside a contact or a «确认»: what its reader must leave as it is.
STAY_APART = {Said.CONTACT, Said.CONFIRM}
SAYS_OWN = re.compile(
    r"不用[改动变换]|不作|不动|照[旧常样]|如期|不受影响|保留|别(?![的人处])|请勿|仍由|还是由|(?:这次|此次|本次|已)(?:申?报|登记|报送)的|(?:没|未)(?:变|改|动)"
)
# «同意变更，联系人陈月娥».
NAMES_PERSON = re.compile(r"(?:联系人|负责人)(?![^，,]*[确核没无改换变已也都不对是])[\u4e00-\u9fff]{2,4}\W*$")


# «怎么回信里只看到一个？帮忙把互动体验补上。»
TO_BE_DONE = re.compile(
    r"(?:请|麻烦|帮忙?|劳烦)[^，,。；;！!？?]{0,12}(?:[补加勾]上|改[成为正回]|更正|换[成为]|[去删划]掉|删除)"
)


def explains(one: Segment, kind: Said | Plainly | None, labels: LabelIndex) -> bool:
    """Whether a short sentence only adds to the one before: «要不要盖章？领导要看纸质的。»"""
    letters = NO_LETTERS.sub("", one.text)
    if (
        SAYS_OWN.search(one.text)
        or (kind is Said.QUESTION and (TO_BE_DONE.search(one.text) or LETS_GO.search(one.text.rstrip("。！! "))))
        or len(letters) > 16
        or one.kind not in (None, Said.OTHER)
        or not may_belong(one, kind, labels)
    ):
        return False
    return (
        one.kind is None
        or (kind is Said.QUESTION and "的话" in one.text and "为准" not in one.text)
        or (kind is not Said.WITHDRAWAL and bool(PERHAPS.search(one.text)))
    )
