"""What of a mail with forms a person must see. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.problems import Code, Problem
from bot.base.text import files_named, pages_named, squeeze
from bot.decision.facts import Case, OpenItem, Read
from bot.decision.model import Closed, ItemState, ReviewItem, Settled
from bot.decision.states import ReviewReason
from bot.decision.versions.standing import failed_check, is_listed, speaks_for_office
from bot.documents.model import Document
from bot.forms.model import Form
from bot.forms.together import may_list
from bot.message.model import (
    CUT_OFF,
    DAMAGED_TEXT,
    GARBLED_SUBJECT,
    GARBLED_TEXT,
    NO_PARTS,
    OTHER_SENDER,
    SEVERAL_FROM,
    TOLD_TWICE,
    TOO_DEEP,
    TOO_MANY,
    Message,
)
from bot.statements.mentions import without_place
from bot.statements.model import Said

MANY_UNFINISHED = 3  # files: more are one item


def reason_of(one: Settled) -> ReviewReason:
    if one.is_draft:
        return ReviewReason.DRAFT
    return ReviewReason.HELD if one.state is ItemState.HELD else ReviewReason.UNCONFIRMED


def reviews_of(settled: Sequence[Settled]) -> list[ReviewItem]:
    return [
        ReviewItem(
            reason_of(one),
            one.held_because,
            one.form.path,
            one.ref,
        )
        for one in settled
        if one.is_pending
    ] + [
        ReviewItem(ReviewReason.UNKNOWN_UNIT, "未能确定填报单位", one.form.path, one.ref)
        for one in settled
        if not one.unit
    ]


def reviews_of_sender(settled: Sequence[Settled], case: Case) -> list[ReviewItem]:
    """New activities are taken from anybody; a coordinator sees where the address is not the unit's usual one, is another unit's, or not proven.

    Once for each address: afterwards it is one of the unit's.
    """
    read = case.read
    if speaks_for_office(case):
        return []
    new = first_versions(settled)
    if new and failed_check(read):
        return [
            ReviewItem(
                ReviewReason.SENDER, f"发件地址 {read.sender} 未通过发信验证，请核实是否确为该单位所报", ref=new[0].ref
            )
        ]
    for one in new:
        usual = sorted({other.from_addr for other in case.known.submissions if other.unit == one.unit} - {""})
        if usual and read.sender not in usual and not is_listed(read.sender, one.unit, case.rules):
            detail = f"{one.unit} 此前由 {usual[0]} 报送，此次新报的材料来自 {read.sender}，请留意"
            return [ReviewItem(ReviewReason.SENDER, detail, one.form.path, one.ref)]
    if found := of_another_unit(settled, case):
        one, own = found
        detail = f"来信邮箱在名册中属于“{own}”，所附表格却是“{one.unit}”的，请核实是代报还是附错了文件"
        return [ReviewItem(ReviewReason.SENDER, detail, one.form.path, one.ref)]
    return []


def first_versions(settled: Sequence[Settled]) -> list[Settled]:
    return [one for one in settled if one.before is None and one.own is None and one.is_stored and not one.is_pending]


def of_another_unit(settled: Sequence[Settled], case: Case) -> tuple[Settled, str] | None:
    """The first new form that may be a wrong file, and the unit of its sender: the roster gives his address to another unit, neither the form speaks
    of that one nor his letter of the form's, and he never wrote for more than his own."""
    read, roster = case.read, case.rules.roster
    own = [match.unit for match in roster.by_sender(read.sender) if match.certain]
    if len(own) != 1 or {*case.known.sender_units} - {own[0].name} or read.letter.of(Said.FOR_OTHERS):
        return None
    letter, mine = squeeze(f"{read.message.subject}\n{read.message.new_text}"), (own[0].name, *own[0].aliases)
    for one in first_versions(settled):
        if "@" in one.unit or may_list(own[0].name, one.unit, roster) or squeeze(without_place(one.unit)) in letter:
            continue
        form = squeeze("\n".join(map(one.form.text, one.form.fields)))
        if not any(squeeze(without_place(name)) in form for name in mine) and read.sender not in form.lower():
            return one, own[0].name
    return None


def asks_whose(settled: Sequence[Settled], case: Case) -> str:
    """For the sender, where it may be a wrong file; empty elsewhere."""
    found = of_another_unit(settled, case)
    if found is None or speaks_for_office(case) or failed_check(case.read):
        return ""
    return f"请留意：所附表格是“{found[0].unit}”的。如附错了文件，请直接回复本邮件附上“{found[1]}”的表格；如系代报，不必回复。"


REVIEWED = {
    Code.CLOUD_LINK: ReviewReason.CLOUD_LINK,
    Code.UNREADABLE: ReviewReason.UNREADABLE,
    Code.ENCRYPTED: ReviewReason.UNREADABLE,
    Code.TOO_LARGE: ReviewReason.UNREADABLE,
    Code.UNSAFE: ReviewReason.UNREADABLE,
    Code.BLANK_FORM: ReviewReason.BLANK,
}


def reviews_of_parts(problems: Sequence[tuple[str, Problem]]) -> list[ReviewItem]:
    """What the office would else not hear of: links to follow, files that cannot be opened, blank forms."""
    return [
        ReviewItem(reason, problem.message, path)
        for path, problem in problems
        if (reason := REVIEWED.get(problem.code)) and (problem.is_error or reason == ReviewReason.CLOUD_LINK)
    ]


COPIED = re.compile(
    r"(?:[\s_\-—]*[（(]?(?:\d{1,2}(?=[）)])|副本|复件|拷贝|重[发新]\S{0,2}|(?:已?修改|更正|补正|订正)(?:后|稿|版)*|[新终]稿|[新终]版|最终版?|第[二三四2-4]版)[)）]?)+$"
)  # «申报表(1)», «申报表 - 副本», «申报表（更正版）»


def settled_items(settled: Sequence[Settled], case: Case) -> tuple[Closed, ...]:
    """What needs nobody any more: this sender's files that could not be opened, and blank forms, of which he now sent what can be read."""
    read = [one for one in settled if not one.is_pending]
    return tuple(
        Closed(item.id, "done") for item in case.known.unread if any(is_sent_anew(item, one, case) for one in read)
    )


def is_sent_anew(item: OpenItem, one: Settled, case: Case) -> bool:
    """Whether *one* is what *item* should have been: a filled form of the blank one's kind, a file of the same name, or the answer to the letter
    that told of that file alone."""
    if item.reason == ReviewReason.BLANK:
        definition = case.rules.definitions.form(one.form.definition)
        return definition is not None and f"《{definition.title or definition.label}》" in item.detail
    if item.reason == ReviewReason.NO_FORM:
        return bool(item.ref) and case.known.thread == item.ref
    if stem_of(item.path) in {stem_of(path) for path in one.paths}:
        return True
    told = [other for other in case.known.unread if other.mail == item.mail]
    return bool(item.ref) and case.known.thread == item.ref and len(told) == 1


def stem_of(path: str) -> str:
    """A file's name without its ending and the marks of a copy."""
    name = path.rpartition("!/")[2].rpartition("/")[2]
    return squeeze(COPIED.sub("", name.rpartition(".")[0] or name))


def reviews_of_others(parts: Sequence[Form]) -> list[ReviewItem]:
    """Another office's form, also beside a good one of ours: a person sees at a glance which it is."""
    return [
        ReviewItem(ReviewReason.OTHER_FORM, f"{said_of_other(part)}，没有登记，请核对是否本次活动的表", part.path)
        for part in parts
        if part.resembles
    ]


def said_of_other(part: Form) -> str:
    return f"“{part.path.rpartition('!/')[2]}”看来是另一张表（“{part.resembles}”）"


DAMAGE = {
    GARBLED_TEXT: "正文里有些字已无法还原",
    GARBLED_SUBJECT: "主题里有些字已无法还原",
    DAMAGED_TEXT: "正文在传送中损坏，可能缺了字句",
    CUT_OFF: "邮件没有结尾，后面的正文或附件可能没有传到",
    NO_PARTS: "邮件结构损坏，正文和附件没有分开，可能没有读到附件",
    TOO_DEEP: "邮件套了太多层，最里面的没有读",
    TOO_MANY: "邮件的部件太多，后面的没有读",
    SEVERAL_FROM: "邮件写了几个“发件人”，各家邮件程序显示的可能不同",
    OTHER_SENDER: "“发件人”一栏写法不合规，各家邮件程序显示的发件人可能不同",
    TOLD_TWICE: "邮件头有自相矛盾的重复项，各家邮件程序显示的内容可能不同",
}


def reviews_of_damage(message: Message) -> list[ReviewItem]:
    """A mail of which something may be lost, or that other programs show otherwise than it was read here: one item for all of it."""
    if message.robot:
        return []
    said = "；".join(words for defect, words in DAMAGE.items() if defect in message.defects)
    return [ReviewItem(ReviewReason.DAMAGED, f"{said}，请打开原件核对，必要时请对方重发")] if said else []


def reviews_of_unfinished(read: Read) -> list[ReviewItem]:
    """What the program could not read to its end is a person's work, not the sender's; of many files one item."""
    late = read.unfinished
    if len(late) > MANY_UNFINISHED:
        words = f"附件{files_named([document.name for document in late])}程序没有读完，请打开原件查看并登记"
        return [ReviewItem(ReviewReason.UNFINISHED, words, late[0].path)]
    return [ReviewItem(ReviewReason.UNFINISHED, words_of_unfinished(document), document.path) for document in late]


def words_of_unfinished(document: Document) -> str:
    pages = pages_named(document.unread) if document.unread else "较大或较复杂，"
    return f"附件“{document.name}”{pages}程序没有读完，请打开原件查看并登记"
