"""A coordinator's questions, answered after the commit: figures of the whole store, with charts and packages, take seconds.

The task stands in the store since the mail was worked off; its answer goes into the queue in the transaction that removes it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from bot.base.failpoints import reach
from bot.base.sections.desk import DeskSettings
from bot.decision.model import ReviewItem
from bot.decision.states import ReviewReason
from bot.decision.words.granting import COMMANDS
from bot.decision.words.requests import Request, Wish
from bot.digest.mail import digest_mail
from bot.digest.plan import Plan
from bot.digest.send import current_figures, draw
from bot.documents.guard import Runner
from bot.intake import questions as commands
from bot.intake.answers import Letter, reply_letter
from bot.intake.desk_link import link_letter
from bot.letters.model import Envelope
from bot.letters.render import Renderer
from bot.store import outbox, reviews, tasks
from bot.store.database import Store, StoreLost
from bot.store.desk.overlay import as_of_now
from bot.store.tasks import Task

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5  # then a person is to look


class Errands(Struct, frozen=True):
    """Makes the mails that coordinators asked for."""

    store: Store
    plan: Plan
    renderer: Renderer
    clock: Callable[[], datetime]
    desk: DeskSettings
    guard: Runner

    def run(self) -> int:
        """Returns the number of mails queued. What fails is tried again the next time, and is left to a person in the end."""
        queued = 0
        for task in tasks.of_mails(self.store.db):
            try:
                queued += self.carry_out(task)
            except (sqlite3.Error, StoreLost):
                raise
            except Exception:
                log.exception("answer to a coordinator could not be made", extra={"mail": task.mail})
        return queued

    def carry_out(self, task: Task) -> int:
        store, at = self.store, self.clock().isoformat(timespec="seconds")
        tasks.begin(store.db, task.id)
        if task.attempts >= MOST_ATTEMPTS and task.mail is not None:
            with store.transaction() as db:
                why = f"协调人来信要“{COMMANDS[Wish(task.kind)]}”，{task.attempts} 次未能生成答复。处理办法：把日志发给维护人员；可先用 digest、export 命令"
                reviews.add_review(db, task.mail, ReviewItem(ReviewReason.FAILED, why), at)
                tasks.remove(db, task.id)
            return 0
        made = self.answer(task)
        reach("asked_made")
        with store.transaction() as db:
            if made is not None:
                outbox.queue(
                    db,
                    made.mail,
                    dedupe_key=task.key,
                    created_at=at,
                    answers=task.mail,
                    template=made.template,
                    refs=made.refs,
                )
            tasks.remove(db, task.id)
        reach("asked_queued")
        return int(made is not None)

    def answer(self, task: Task) -> Letter | None:
        """None where there is nothing to tell."""
        store, plan, now = self.store, self.plan, self.clock()
        request = Request(Wish(task.kind), argument=str(task.argument["argument"]))
        told = task.argument["envelope"]
        envelope = Envelope(**{**told, "references": tuple(told["references"])})
        message_id = str(task.argument["message_id"])
        if request.wish is Wish.DIGEST:
            deadline = plan.nearest_deadline(now)
            if deadline is None:
                return None
            found = current_figures(store.connection, plan, deadline, now)
            drawn = draw(found, self.renderer.office)
            mail = digest_mail(found, drawn, self.renderer, None, now, envelope, message_id)
            return Letter("digest", mail)
        if request.wish is Wish.DESK:
            return link_letter(store, self.desk, self.renderer, envelope, message_id, now)
        if request.wish is Wish.EXPORT:
            mail = commands.package(store, plan, self.renderer, envelope, message_id, now, self.guard)
            return Letter("command", mail)
        reply = commands.answer(request, store, plan, now)
        roster = as_of_now(store.db, plan.roster)
        return reply_letter(store, reply, envelope, roster, self.renderer, now, iter([message_id]))
