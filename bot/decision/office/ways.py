"""What a coordinator can answer to a thing that waits for him: the exact words, and what comes of them. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from bot.decision.facts import OpenItem
from bot.decision.office.reading import Deed
from bot.decision.states import ReviewReason, Status
from bot.message.origin.robots import takes_answers

# Of these the form, or what is to become of it, waits for a word: an answer to the sender alone settles nothing.
DECIDED = frozenset({ReviewReason.HELD, ReviewReason.UNCONFIRMED, ReviewReason.WITHDRAWAL, ReviewReason.UNIT})
# A form stands already; somebody should look at it.
LOOKED_AT = frozenset({ReviewReason.SENDER, ReviewReason.PROGRAM, ReviewReason.FOUND_IN_SPAM})
# Nobody of a unit wrote these.
NOBODYS = frozenset({ReviewReason.BOUNCED, ReviewReason.UNHEEDED})
# «东平中学今年不举办活动», in the letter of one who has forms of others.
NIL_OF_ANOTHER = re.compile(
    r"零(?:报告|申报|上报)|(?:不|没有?|无)(?:再)?(?:举办|开展|组织|安排|计划)[^，。；]{0,4}活动"
)
PROPOSED = re.compile(r"单位应为“([^”]+)”")


class Way(Struct, frozen=True):
    """``words`` are to be written as they are, but for what stands in ‹›; ``deed`` is what they do, ``text`` what is proposed for it."""

    deed: Deed
    words: str
    comes: str
    text: str = ""


def ways(
    item: OpenItem,
    *,
    is_only: bool = False,
    has_form: bool = False,
    has_more: bool = False,
    correct: str = "",
    is_gone: bool = False,
) -> tuple[Way, ...]:
    """*is_gone*: its form was withdrawn. *correct*: the reference of the form that can be put right, where it is certain that no other is meant. *is_only*: nothing else is told beside it, so that no number is needed; *has_form*: a form stands under its reference; *has_more*: its unit has
    a draft, or forms under other references."""
    number = "" if is_only else f"{item.id} "
    found = []
    if can_be_answered(item):
        found.append(Way(Deed.ANSWER, f"{number}答复：‹要答复的话›", "发给来信单位"))
    if comes := judged_to(item, has_form=has_form):
        found.append(Way(Deed.APPROVE, f"{number}通过", comes[0]))
        found.append(Way(Deed.RETURN, f"{number}退回 ‹原因›", comes[1]))
    elif of_no_form(item):
        # Where nobody said which one there is nothing to agree to: it can be named, or refused.
        found.append(Way(Deed.WITHDRAW, "撤回 ‹受理号›", "按来信撤回这一份"))
        found.append(Way(Deed.RETURN, f"{number}退回 ‹原因›", "不撤回，原登记有效"))
    elif item.reason == ReviewReason.UNIT:
        proposed = PROPOSED.search(item.detail)
        unit = proposed[1] if proposed else ""
        found.append(Way(Deed.UNIT, f"{number}单位：{unit or '‹单位全称›'}", "改为该单位报送", unit))
    elif item.reason == ReviewReason.UNKNOWN_UNIT:
        found.append(Way(Deed.UNIT, f"{number}单位：‹单位全称›", "登记为该单位报送"))
    if is_gone and item.reason == ReviewReason.WORDS:
        found.append(Way(Deed.APPROVE, f"{number}通过", "恢复已撤回的登记"))
    if correct and item.reason not in DECIDED:
        found.append(Way(Deed.CORRECT, f"更正 {correct} ‹栏目›：‹内容›", "改登记内容，如“联系电话：0595-22000000”"))
    is_nil = not has_form and not has_more and item.reason in {ReviewReason.WORDS, ReviewReason.NO_FORM}
    if item.reason == ReviewReason.WORDS and has_form and NIL_OF_ANOTHER.search(item.words):
        found.append(Way(Deed.NIL, f"{number}零报告 ‹单位全称›", "该单位记为没有活动，不再催报"))
    elif is_nil:
        found.append(Way(Deed.NIL, f"{number}零报告 {item.unit or '‹单位全称›'}", "记为没有活动，不再催报", item.unit))
    return (*found, Way(Deed.CLOSE, f"{number}办结", "不回信，从待办中去掉"))


def of_no_form(item: OpenItem) -> bool:
    """A withdrawal that does not say of which form."""
    return item.reason == ReviewReason.WITHDRAWAL and item.submission is None


def judged_to(item: OpenItem, *, has_form: bool) -> tuple[str, str] | None:
    """What comes of «通过» and of «退回»; None where neither is asked for."""
    if item.reason == ReviewReason.WITHDRAWAL:
        return ("同意撤回", "不撤回，原登记有效") if item.submission is not None else None
    if item.reason in {ReviewReason.UNIT, ReviewReason.UNKNOWN_UNIT}:
        return None
    if item.status == Status.HELD:
        is_draft = item.reason == ReviewReason.DRAFT
        return ("作为正式报送登记", "不登记，告知来信单位") if is_draft else ("采用这次更新", "不采用，原登记有效")
    return ("采用", "不计入汇总，通知单位") if item.reason in LOOKED_AT and has_form else None


def can_be_answered(item: OpenItem) -> bool:
    """Whether somebody wrote who reads what is sent to him."""
    return item.reason not in NOBODYS and bool(item.answer_to) and takes_answers(item.answer_to)
