"""A mail that cannot be worked off: why, and how it comes before a person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.base.expressions import Later
from bot.decision.model import ReviewItem
from bot.decision.states import Outcome, ReviewReason
from bot.documents.errors import ReaderError, WorkerError
from bot.intake.parts import Head, Parts, Worked
from bot.store import mails, reviews, senders
from bot.store.desk.overlay import as_of_now
from bot.store.files.raw import RawMailLost
from bot.store.lists import search
from bot.store.mails import StoredMail

if TYPE_CHECKING:
    from bot.intake import understand
else:
    understand = Later("bot.intake.understand")

log = logging.getLogger(__name__)

LOOK_YOURSELF = "请在网页邮箱中打开这封邮件人工登记，或请来信单位重发"
TRY_AGAIN = LOOK_YOURSELF + "；也可稍后执行 reprocess --message {mail} --reply 再试"


def too_many_deaths(stored: StoredMail) -> str:
    again = TRY_AGAIN.format(mail=stored.id)
    return f"处理这封邮件时程序 {stored.attempts} 次中断。处理办法：{again}"


def reason(stored: StoredMail, error: Exception) -> str:
    """Why a mail is left to a person on which our own code or the worker failed, with what can be done."""
    again = TRY_AGAIN.format(mail=stored.id)
    if isinstance(error, WorkerError):
        return f"{stored.attempts} 次均未能读出这封邮件：{error}；{again}"
    fault = f"程序出错（{type(error).__name__}），请把日志发给维护人员"
    return f"{stored.attempts} 次均未能处理这封邮件：{fault}。处理办法：{again}"


def give_up(parts: Parts, stored: StoredMail, why: str) -> Worked:
    """The mail is kept, and shown to a person with what its header says, as far as that can be read."""
    try:
        head = understand.read_head(parts.store.raw.get(stored.sha256), parts.guard, parts.reading)
    except (ReaderError, RawMailLost):
        head = Head()
    with parts.store.transaction():
        return close_failed(parts, stored, head, why)


def close_failed(parts: Parts, stored: StoredMail, head: Head, why: str) -> Worked:
    """Inside a transaction."""
    db = parts.store.db
    names: Sequence[str] = ()
    if head.sender not in parts.rules.coordinators:
        listed = as_of_now(db, parts.rules.roster).by_sender(head.sender)
        names = [match.unit.name for match in listed] if len(listed) == 1 else senders.sender_units(db, head.sender)
    mails.describe(
        db,
        stored.id,
        message_id=head.message_id,
        other_ids=(),
        from_addr=head.sender,
        subject=head.subject,
        content_key="",
        unit=next(iter(names), ""),
    )
    mails.close_mail(db, stored.id, Outcome.FAILED, why)
    search.say(db, stored.id, "", (), "")
    reviews.add_review(db, stored.id, ReviewItem(ReviewReason.FAILED, why), parts.now().isoformat(timespec="seconds"))
    numbers = reviews.numbers_of(db, stored.id, stored.sha256)
    parts.store.journal.worked(stored.id, stored.sha256, parts.clock().isoformat(), {}, items=numbers)
    log.error("mail left to a person", extra={"mail": stored.id, "why": why})
    return Worked(stored.id, Outcome.FAILED, "", head.sender, head.subject, why)
