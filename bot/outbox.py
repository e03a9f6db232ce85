"""Sending what is queued: paced, kept in order, each mail handed over once as far as anyone can know."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import Clock
from bot.config import Smtp
from bot.errors import BotError, ServerUnavailable
from bot.failpoints import reach
from bot.mailbox.model import SentMails
from bot.mailbox.refusals import Refusal, RefusalKind
from bot.mailbox.smtp import InDoubt, SendRefused
from bot.store import outbox, state
from bot.store.database import Store
from bot.store.outbox import DAY, Outgoing

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=60)  # servers that keep a copy of what they sent need a moment to show it
NEXT_DAY_AT = timedelta(minutes=10)  # a day's limit is lifted at midnight; not on the stroke of it


class Sender(Protocol):
    def send(self, to_addr: str, raw: bytes) -> None: ...


class SentFolder(Protocol):
    """The part of the mailbox that keeps what was sent. ``appends`` is true where the bot puts its copies there itself."""

    @property
    def appends(self) -> bool: ...

    def sent_ids(self) -> SentMails | None: ...

    def append_sent(self, raw: bytes) -> bool: ...


@dataclass(slots=True)
class Flushed:
    """What one pass over the queue did. ``waiting`` are still queued or in doubt."""

    sent: int = 0
    gave_up: int = 0
    waiting: int = 0
    fault: str = ""


class Flusher:
    """Sends due mails. *clock* is the bot's time (may be simulated); the pace always goes by real time."""

    def __init__(self, store: Store, settings: Smtp, sender: Sender, clock: Clock, sent_folder: SentFolder) -> None:
        self.store, self.settings, self.sender = store, settings, sender
        self.clock, self.sent_folder = clock, sent_folder

    def flush(self, stop: threading.Event, patience: float = 0.0) -> Flushed:
        """Send what is due. *patience* is how many real seconds may be spent waiting for the pace in all."""
        done = Flushed()
        self.resolve_doubts()
        deadline = time.monotonic() + patience
        while not stop.is_set() and not self.paused():
            due = outbox.due(self.store.db, self.now(), 1)
            if not due:
                break
            wait = self.wait_for_pace(time.time())
            if wait > 0:
                if time.monotonic() + wait > deadline:
                    break
                stop.wait(wait)
                continue
            if not self.send_one(due[0], done):
                break
        done.waiting = outbox.count_waiting(self.store.db)
        return done

    def now(self) -> str:
        return self.clock().isoformat()

    def paused(self) -> bool:
        until = state.moment(self.store.db, state.PAUSED_UNTIL)
        return until is not None and self.clock() < until

    def wait_for_pace(self, at: float) -> float:
        """Real seconds until one more mail may go out; 0 where it may now."""
        limits = (
            (60.0, self.settings.max_per_minute),
            (900.0, self.settings.per_15_minutes),
            (DAY, self.settings.per_day),
        )
        waits = (outbox.handed_over(self.store.db, most, at) + span - at for span, most in limits)
        return max(0.0, *waits)

    def send_one(self, mail: Outgoing, done: Flushed) -> bool:
        """Hand one mail over; False where nothing more can be sent for now."""
        db = self.store.db
        with self.store.transaction():
            outbox.mark_sending(db, mail.id)
            outbox.hand_over(db, time.time())
        reach("sending_marked")
        try:
            self.sender.send(mail.to_addr, mail.raw)
        except SendRefused as refused:
            return self.refused(mail, refused.refusal, done)
        except InDoubt as doubt:
            done.fault = str(doubt)
            log.warning("in doubt whether a mail was accepted", extra={"outbox": mail.id})
            return False
        except BotError as fault:
            # The server was not reached: not the mail's fault, and it was certainly not accepted.
            done.fault = str(fault)
            outbox.mark_queued(db, mail.id, self.retry_at(mail.attempts + 1), str(fault))
            self.give_up_if_old(mail, str(fault), done)
            log.warning("SMTP server not available", extra={"reason": str(fault)})
            return False
        reach("accepted")
        self.keep_copy(mail)
        reach("copy_kept")
        outbox.mark_sent(db, mail.id, self.now())
        reach("sent_marked")
        done.sent += 1
        log.info("mail sent", extra={"outbox": mail.id})
        return True

    def keep_copy(self, mail: Outgoing) -> None:
        """Before the database says «sent»: after a crash in between, the copy is the proof."""
        if not self.sent_folder.appends:
            return
        try:
            self.sent_folder.append_sent(mail.raw)
        except ServerUnavailable as fault:
            log.warning("no copy kept in the Sent folder", extra={"outbox": mail.id, "reason": str(fault)})

    def refused(self, mail: Outgoing, refusal: Refusal, done: Flushed) -> bool:
        db, text = self.store.db, refusal.text
        done.fault = text
        if refusal.kind is RefusalKind.MAIL_BAD:
            outbox.mark_gave_up(db, mail.id, text)
            done.gave_up += 1
            log.warning("mail refused for good", extra={"outbox": mail.id, "reason": text})
            return True
        if refusal.kind is RefusalKind.RETRY:
            due_at = self.retry_at(mail.attempts + 1)
            if refusal.wait is not None:
                due_at = max(due_at, (self.clock() + refusal.wait).isoformat())
            outbox.mark_queued(db, mail.id, due_at, text)
            self.give_up_if_old(mail, text, done, most_attempts=refusal.most_attempts)
            log.warning("mail refused for now", extra={"outbox": mail.id, "reason": text})
            return True
        until = self.pause_until(refusal)
        with self.store.transaction():
            outbox.mark_queued(db, mail.id, outbox.NOW, text, counts=False)
            state.put(db, state.PAUSED_UNTIL, until.isoformat())
            state.put(db, state.PAUSE_REASON, f"{text}；{refusal.remedy}")
        log.error("sending paused", extra={"until": until.isoformat(), "reason": text, "remedy": refusal.remedy})
        return False

    def pause_until(self, refusal: Refusal) -> datetime:
        now = self.clock()
        if refusal.wait is not None:
            return now + refusal.wait
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + NEXT_DAY_AT

    def retry_at(self, attempts: int) -> str:
        doublings = min(attempts - 1, 20)
        delay = min(self.settings.retry_first * (1 << doublings), self.settings.retry_max)
        return (self.clock() + delay).isoformat()

    def give_up_if_old(self, mail: Outgoing, error: str, done: Flushed, most_attempts: int = 0) -> None:
        tried_enough = 0 < most_attempts <= mail.attempts + 1
        if tried_enough or self.clock() - datetime.fromisoformat(mail.created_at) > self.settings.give_up_after:
            outbox.mark_gave_up(self.store.db, mail.id, error)
            done.gave_up += 1
            log.error("mail given up", extra={"outbox": mail.id, "reason": error})

    def resolve_doubts(self) -> None:
        """Mails handed over before a crash or a broken connection: look into the Sent folder, else send again with the same Message-ID.

        Only where the server is known to keep copies of what it sends does their absence need a second look after a minute.
        """
        doubtful = outbox.in_doubt(self.store.db)
        if not doubtful:
            return
        copies = self.copies()
        keeps_copies = not self.sent_folder.appends and bool(copies & outbox.newest_sent_ids(self.store.db))
        now = time.time()
        last = outbox.handed_over(self.store.db, 1, now)
        for mail in doubtful:
            if mail.message_id in copies:
                outbox.mark_sent(self.store.db, mail.id, self.now())
            elif not keeps_copies or now - last > LOOK_AGAIN.total_seconds():
                outbox.mark_queued(self.store.db, mail.id, outbox.NOW, "上次发送结果不明，以同一邮件编号重发")

    def copies(self) -> frozenset[str]:
        """Every id of the newest mails in the Sent folder; none where there is no such folder or it cannot be read now."""
        try:
            found = self.sent_folder.sent_ids()
        except ServerUnavailable:
            return frozenset()
        return frozenset().union(*(mail.message_ids for mail in found.mails)) if found else frozenset()
