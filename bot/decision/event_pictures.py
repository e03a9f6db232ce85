"""Pictures of an activity that come by themselves after it. Pure."""

from __future__ import annotations

from bot.decision.facts import Case
from bot.decision.model import Decision, ReviewItem
from bot.decision.reply import next_steps
from bot.decision.states import Outcome, ReviewReason
from bot.decision.words.about import text_of
from bot.decision.words.granting import plain_reply
from bot.decision.words.passed_on import for_person, joined
from bot.forms.model import Kind

SHOWN = 10  # names of files


def are_event_pictures(case: Case) -> bool:
    """Nothing but pictures, when registrations are closed; before that, and while all activities of their sender are still to come, they may be
    photographed forms that nobody could read."""
    read = case.read
    days = [str(day) for one in case.known.mine if (day := one.content.get("fields", {}).get("start_date"))]
    if days and min(days) > read.received.date().isoformat():
        return False
    files = [document for document in read.documents if not document.is_body]
    due = case.rules.due(Kind.REGISTRATION)
    return (
        bool(files)
        and all(document.format == "image" and not document.problems for document in files)
        and due is not None
        and read.received > due
        and not read.letter.is_thanks  # «谢谢» with a logo below
    )


def thanked(case: Case, ref: str, number: int) -> Decision:
    read = case.read
    files = [document for document in read.documents if not document.is_body]
    names = "、".join(f"“{document.name}”" for document in files[:SHOWN]) + ("等" if len(files) > SHOWN else "")
    words = [f"来信已收到，活动图片{len(files)}张已留存并转工作人员：{names}。谢谢支持！"]
    reports = [
        step for step in next_steps(case.rules.deadlines, case.now) if not step.is_past and Kind.REPORT in step.collects
    ]
    if reports:
        due = reports[0].due
        words.append(f"活动总结材料请于{due.month}月{due.day}日前发来，图片可放在总结中，也可作为附件一并发来。")
    unit = case.known.sender_units[0] if len(case.known.sender_units) == 1 else ""
    said = for_person(joined(read.letter.statements, text_of(read.message)))
    detail = f"收到活动图片{len(files)}张（{unit or read.sender}），没有总结材料，请留存备用：{names}；来信：{said}"
    paths = {document.path: unit for document in files} if unit else {}
    reply = plain_reply(ref, "图片已收到", tuple(words))
    return Decision(
        Outcome.NO_FORM,
        "pictures",
        reply=reply,
        reviews=(ReviewItem(ReviewReason.PICTURES, detail),),
        ref=ref,
        last_number=number,
        units_of_paths=paths,
    )
