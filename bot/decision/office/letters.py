"""The office's own words as letters to units, each in the thread of the letter that it answers. Pure."""

from __future__ import annotations

from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.model import MailKind, Notice, Reply
from bot.decision.rules import Rules
from bot.decision.versions.standing import unit_at
from bot.decision.words.granting import unit_reply

QUOTED = 400  # characters of the letter that is answered


def answer_to_item(item: OpenItem, text: str) -> Notice:
    """A person's answer to the sender of *item*."""
    return Notice(
        item.answer_to, office_answer(item.ref, item.unit, text, item.words), item.mail, subject="工作人员答复"
    )


def answer_about_form(form: KnownSubmission, to: str, text: str) -> Notice:
    mail = form.mail if to == form.from_addr else None
    return Notice(to, office_answer(form.ref, form.unit, text, ""), mail, subject="工作人员答复")


def office_answer(ref: str, unit: str, text: str, written: str) -> Reply:
    told = written if len(written) <= QUOTED else f"{written[: QUOTED - 1]}…"
    context: dict[str, object] = {"title": "工作人员答复", "answer": text, "written": told}
    return Reply(MailKind.ANSWER, "office_answer", ref, unit=unit, context=context, by_person=True)


def not_withdrawn(item: OpenItem, reason: str) -> Notice:
    """Whoever asked for the withdrawal may be a stranger, who is told nothing of what stands."""
    because = (f"原因：{reason}",) if reason else ()
    reply = unit_reply(
        item.ref, "", f"撤回{f' {item.ref} ' if item.submission else ''}的申请经核实未办理，原登记继续有效。", *because
    )
    return Notice(item.answer_to, reply, item.mail)


def nil_noted(item: OpenItem, unit: str, rules: Rules) -> Notice:
    whose = "贵单位" if unit_at(item.sender, unit, rules) == unit else unit
    words = f"{whose}此次没有活动，已按零报告登记，谢谢。此后如举办活动，仍可照常报送。"
    return Notice(item.answer_to, unit_reply("", unit, words), item.mail)
