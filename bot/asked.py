"""What becomes of a request in words: withdraw, name the unit, approve, return. Pure; questions that need the store's figures are
handed on as ``Decision.request`` and answered by ``bot.commands`` in the same transaction."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import Request, Wish
from bot.decided import Decision, StatusChange
from bot.known import Known, KnownSubmission
from bot.replies.compose import COLLECTED, next_steps
from bot.replies.model import Item, ItemState, MailKind, Reply
from bot.rules import Read, Rules
from bot.settle import may_replace
from bot.store.submissions import ReviewItem

QUESTIONS = {Wish.DIGEST, Wish.MISSING, Wish.QUERY, Wish.EXPORT, Wish.HELP}


def decide_request(request: Request, read: Read, known: Known, rules: Rules, now: datetime) -> Decision | None:
    """The decision, None where the mail is no request after all (a unit's name without any form of theirs to correct)."""
    if request.wish in QUESTIONS:
        return Decision("command", request.wish, request=request)
    if request.wish is Wish.UNIT:
        return name_unit(request, read, known, rules)
    target = known.ref(request.ref)
    if target is None:
        return refused(request, f"没有找到受理号 {request.ref}，请核对后重新发送。")
    if request.wish is Wish.WITHDRAW:
        return withdraw(request, target, read, rules, now)
    approved = request.wish is Wish.APPROVE
    change = StatusChange(target.id, target.ref, "accepted" if approved else "needs_correction", request.argument)
    words = f"{target.ref}（{target.unit}　{target.title}）" + (
        "已通过。"
        if approved
        else "已退回" + (f"，原因：{request.argument}" if request.argument else "") + "，已通知报送单位。"
    )
    reply = plain_reply(request.ref, "已办理", (words,))
    return Decision("command", request.wish, reply=reply, ref=request.ref, changes=(change,), request=request)


def withdraw(request: Request, target: KnownSubmission, read: Read, rules: Rules, now: datetime) -> Decision:
    """Only whoever could replace the form may withdraw it; anyone else's wish goes to a person."""
    reason = may_replace(target, target.unit, read, rules)
    if reason:
        review = ReviewItem("withdrawal", f"来信要求撤回 {target.ref}：{reason}", ref=target.ref)
        reply = plain_reply(
            request.ref,
            "撤回申请已收到",
            ("来信地址与原报送地址不同，撤回申请已转工作人员核实，核实前原登记继续有效。",),
        )
        return Decision("command", "withdrawal held", reply=reply, ref=request.ref, reviews=(review,))
    item = Item(
        target.kind,
        ItemState.NOT_TAKEN,
        target.title or COLLECTED[target.kind],
        "",
        target.ref,
        target.version,
        target.unit,
    )
    reply = Reply(
        MailKind.ANSWER,
        "withdrawn",
        target.ref,
        items=(item,),
        unit=target.unit,
        next_steps=next_steps(rules.deadlines, now),
    )
    return Decision(
        "command", "withdraw", reply=reply, ref=target.ref, changes=(StatusChange(target.id, target.ref, "withdrawn"),)
    )


def name_unit(request: Request, read: Read, known: Known, rules: Rules) -> Decision | None:
    """The forms of the mail that this one answers go to the unit that the sender names."""
    targets = [one for ref in known.answered if (one := known.ref(ref))]
    if not targets:
        return None
    match = rules.roster.match(request.argument)
    unit = match.unit.name if match and match.certain else request.argument
    reason = next((why for one in targets if (why := may_replace(one, one.unit, read, rules))), "")
    if reason:
        review = ReviewItem("unit", f"来信称单位应为“{unit}”：{reason}", ref=targets[0].ref)
        reply = plain_reply(targets[0].ref, "更正申请已收到", ("来信地址与原报送地址不同，更正申请已转工作人员核实。",))
        return Decision("command", "unit held", reply=reply, ref=targets[0].ref, reviews=(review,))
    changes = tuple(StatusChange(one.id, one.ref, one.status, unit=unit) for one in targets)
    lines = tuple(
        f"{one.ref}（{one.title or COLLECTED[one.kind]}）已改为“{unit}”报送，原登记单位为“{one.unit}”。"
        for one in targets
    )
    reply = plain_reply(targets[0].ref, "单位已更正", lines)
    return Decision("command", "unit", reply=reply, ref=targets[0].ref, changes=changes)


def refused(request: Request, words: str) -> Decision:
    return Decision(
        "command",
        f"{request.wish}: unknown reference",
        reply=plain_reply(request.ref, "未能办理", (words,)),
        ref=request.ref,
    )


def plain_reply(ref: str, title: str, paragraphs: tuple[str, ...]) -> Reply:
    return Reply(MailKind.ANSWER, "command", ref, context={"title": title, "paragraphs": list(paragraphs), "table": []})
