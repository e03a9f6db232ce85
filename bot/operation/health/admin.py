"""What the admin hears: that the mailbox cannot be read, that the queue is stuck, that it is over; and each Monday that the bot is alive.

Through another account where one is given: then at once, as the bot's own may be what fails. Else through the queue.
"""

from __future__ import annotations

import logging
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bot.base.clock import Clock, day_text, moment_words
from bot.base.config.packaged import version
from bot.base.errors import BotError
from bot.base.sections.admin import AdminSettings
from bot.base.settings import Settings
from bot.decision.model import MailKind
from bot.decision.words.granting import plain_reply
from bot.digest.plan import Plan
from bot.digest.upcoming import upcoming_digests
from bot.letters.keys import admin_key
from bot.letters.model import Rendered
from bot.letters.render import Renderer
from bot.mailbox.smtp.sender import SmtpSender
from bot.operation.alarm import OVER, TITLES, alarms, kind_of
from bot.operation.status import reasons_of
from bot.store import outbox, reviews, state, token
from bot.store.database import Store
from bot.store.files.copies import dated_copies

log = logging.getLogger(__name__)

SIGN_HOUR = 9  # on Mondays, in the office's zone
AGAIN = timedelta(minutes=10)  # between two tries with the other account


class Admin:
    """One admin of one running bot. ``tell`` is asked in every cycle; what could not be sent is tried again."""

    def __init__(self, store: Store, settings: Settings, plan: Plan, letters: Renderer, clock: Clock) -> None:
        self.store, self.settings, self.plan, self.letters, self.clock = store, settings, plan, letters, clock
        self.not_before: datetime | None = None

    @property
    def wanted(self) -> AdminSettings:
        return self.settings.admin

    def tell(self) -> int:
        """Mails that went out or were queued."""
        now = self.clock()
        if not self.wanted.email or (self.not_before is not None and now < self.not_before):
            return 0
        return self.tell_what_is_wrong(now) + self.tell_that_it_lives(now)

    def tell_what_is_wrong(self, now: datetime) -> int:
        db = self.store.db
        found = alarms(db, self.plan, now, self.wanted.unreadable_after)
        told = state.get(db, state.ADMIN_TOLD).split()
        new, over = [about for about in found if about not in told], [about for about in told if about not in found]
        if not new and not over:
            return 0
        over = [about for about in over if kind_of(about) not in map(kind_of, found)]
        titles = [TITLES[kind_of(about)] for about in new] or [f"已恢复：{OVER[kind_of(about)]}" for about in over]
        words = [*(found[about] for about in new), *(f"已恢复：{OVER[kind_of(about)]}" for about in over)]
        if titles and not self.send(titles[0], words, now):
            return 0
        with self.store.transaction():
            state.put(db, state.ADMIN_TOLD, " ".join(sorted(found)))
        return bool(titles)

    def tell_that_it_lives(self, now: datetime) -> int:
        db, local = self.store.db, now.astimezone(self.plan.schedule.zone)
        monday = (local - timedelta(days=local.weekday())).replace(hour=SIGN_HOUR, minute=0, second=0, microsecond=0)
        week = (monday if local >= monday else monday - timedelta(days=7)).date().isoformat()
        if not self.wanted.sign_of_life or state.get(db, state.SIGN_OF_LIFE) == week:
            return 0
        if not self.send("一周运行情况", self.week_words(now), now):
            return 0
        with self.store.transaction():
            state.put(db, state.SIGN_OF_LIFE, week)
        return 1

    def week_words(self, now: datetime) -> list[str]:
        db, settings = self.store.db, self.settings
        since = (now - timedelta(days=7)).isoformat()
        came = db.execute("SELECT count(*) FROM mail WHERE received_at >= ?", [since]).fetchone()[0]
        went = db.execute("SELECT count(*) FROM outbox WHERE sent_at >= ?", [since]).fetchone()[0]
        wrong = reasons_of(db, settings, now)
        digests = upcoming_digests(db, settings.deadlines, settings.schedule.zone, now)
        free = shutil.disk_usage(settings.store.path).free // 2**30
        return [
            f"{settings.mailbox.address} 的收件机器人在运行（版本 {version()}）。每周一一封；没有收到，请到运行它的电脑上看一看。",
            f"需要处理：{'；'.join(wrong)}" if wrong else "收信、发信正常。",
            f"七天来收信 {came} 封，发信 {went} 封；需人工处理 {len(reviews.open_reviews(db))} 件，待发 {outbox.count_waiting(db)} 封。",
            f"磁盘剩余 {free} GB；最近一次备份：{last_backup(settings.store.path, self.plan)}。",
            *(
                f"下次汇总：{moment_words(datetime.fromisoformat(one['at']), self.plan.schedule.zone)}　{one['deadline']}"
                for one in digests[:1]
            ),
        ]

    def send(self, title: str, words: list[str], now: datetime) -> bool:
        """Whether it is on its way."""
        mail = self.mail(title, words, now)
        other = self.wanted.smtp
        if other is None:
            key = admin_key(now, mail.to_addr)
            with self.store.transaction() as db:
                outbox.queue(
                    db, mail, dedupe_key=key, created_at=now.isoformat(), template="command", priority=outbox.AT_ONCE
                )
            return True
        sender = SmtpSender(other, other.address)
        try:
            sender.send(mail.to_addr, mail.raw)
        except BotError as error:
            self.not_before = now + AGAIN
            log.error("admin could not be told through the other account", extra={"reason": str(error)})
            return False
        finally:
            sender.close()
        return True

    def mail(self, title: str, words: list[str], now: datetime) -> Rendered:
        context = self.letters.reply_words(plain_reply("", title, tuple(words)))
        message_id = token.message_id(self.store.db, admin_key(now, title), self.letters.office.domain)
        sender = self.wanted.smtp.address if self.wanted.smtp else ""
        return self.letters.mail(
            *(MailKind.REMINDER, "command", self.wanted.email, f"【收件机器人】{title}", context, (), message_id, now),
            from_email=sender,
        )


def last_backup(root: Path, plan: Plan) -> str:
    newest = max((one.stat().st_mtime for one in dated_copies(root)), default=None)
    return "还没有" if newest is None else day_text(datetime.fromtimestamp(newest, plan.schedule.zone).date())
