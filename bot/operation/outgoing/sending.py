"""Sending what is queued: paced, kept in order, each mail handed over once as far as anyone can know."""

from __future__ import annotations

import logging
import math
import threading
import time
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from msgspec import Struct

from bot.base.clock import Clock
from bot.base.errors import BotError, ServerUnavailable
from bot.base.failpoints import reach
from bot.base.replacing import replace
from bot.base.sections.servers import Smtp
from bot.decision.model import MailKind
from bot.letters.gathered import gathered_mail
from bot.mailbox.backoff import delay
from bot.mailbox.imap.model import SentMail
from bot.mailbox.smtp.refusals import Refusal, RefusalKind
from bot.mailbox.smtp.sender import InDoubt, SendRefused
from bot.operation.login_pause import pause_sending, resume_sending
from bot.operation.outgoing.pace import MOST_DOUBTS, NO_ANSWER_REMEDY, outlook, wait_for_pace
from bot.store import outbox, state
from bot.store.database import Store
from bot.store.outbox import Outgoing

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=60)  # servers that keep a copy of what they sent need a moment to show it
NEXT_DAY_AT = timedelta(minutes=10)  # a day's limit is lifted at midnight; not on the stroke of it
SENT_AGAIN = "上次发送后没有收到应答，以同一邮件编号重发"
DOUBTED_TOO_OFTEN = f"{MOST_DOUBTS} 次发送后都没有收到应答，可能已送达。处理办法：与对方核实；{NO_ANSWER_REMEDY}"


class Sender(Protocol):
    """``connect`` does nothing where there is a connection; what it raises has nothing to do with any mail. *secret* is the password it used."""

    secret: str

    def connect(self) -> None: ...

    def send(self, to_addr: str, raw: bytes) -> None: ...


class SentFolder(Protocol):
    """The part of the mailbox that keeps what was sent. ``appends`` is true where the bot puts its copies there itself."""

    @property
    def appends(self) -> bool: ...

    def sent_mails(self) -> tuple[SentMail, ...] | None: ...

    def append_sent(self, raw: bytes) -> bool: ...


class Flushed(Struct):
    """What one pass over the queue did. ``waiting`` are still queued or in doubt; ``outlook`` says why, and until when."""

    sent: int = 0
    gave_up: int = 0
    waiting: int = 0
    fault: str = ""
    outlook: str = ""


class Flusher:
    """Sends due mails. *clock* is the bot's time (may be simulated); the pace always goes by real time. *reserved*: mails of the account's
    day that are kept for digests."""

    def __init__(
        self, store: Store, settings: Smtp, sender: Sender, clock: Clock, sent_folder: SentFolder, reserved: int = 0
    ) -> None:
        self.reserved = reserved
        self.store, self.settings, self.sender = store, settings, sender
        self.clock, self.sent_folder = clock, sent_folder
        self.rng = Random()
        self.failures = 0  # of the server, in a row
        self.not_before = 0.0  # monotonic seconds; a failing server is not asked again earlier
        self.accepted: dict[int, str] = {}  # what the server has taken and the database does not know yet -> when
        self.sent_folder_fails = False  # one attempt a pass
        resume_sending(store.db, settings)

    def flush(self, stop: threading.Event, patience: float = 0.0) -> Flushed:
        """Send what is due. *patience* is how many real seconds may be spent waiting for the pace in all."""
        done = Flushed()
        self.sent_folder_fails = False
        self.note_accepted()
        self.resolve_doubts(done)
        deadline = time.monotonic() + patience
        while not stop.is_set() and not self.paused():
            due = outbox.due(self.store.db, self.clock(), 1)
            if not due:
                break
            mail = due[0]
            reserved = 0 if mail.kind == MailKind.DIGEST else self.reserved
            wait = wait_for_pace(self.store.db, self.settings, time.time(), reserved)
            if wait > 0:
                if time.monotonic() + wait > deadline:
                    break
                log.warning("waiting for the pace", extra={"seconds": math.ceil(wait)})
                stop.wait(wait)
                continue
            if not self.send_one(self.gathered(mail), done):
                break
        done.waiting = outbox.count_waiting(self.store.db)
        ahead = outlook(self.store.db, self.settings, self.clock(), time.time(), self.reserved)
        done.outlook = ahead.line() if ahead else ""
        return done

    def now(self) -> str:
        return self.clock().isoformat()

    def paused(self) -> bool:
        """By the server's word, or because it cannot be reached."""
        pause = state.pause(self.store.db, state.PAUSED_UNTIL, self.clock())
        return pause is not None or time.monotonic() < self.not_before

    def gathered(self, mail: Outgoing) -> Outgoing:
        """*mail* with whatever else is gathered for its correspondent."""
        others = outbox.waiting_with(self.store.db, mail) if mail.gather and not mail.attempts else []
        if not others:
            return mail
        raw = gathered_mail([mail.raw, *(other.raw for other in others)], self.clock())
        with self.store.transaction() as db:
            outbox.take_along(db, mail.id, raw, [other.id for other in others], self.now())
        return replace(mail, raw=raw)

    def send_one(self, mail: Outgoing, done: Flushed) -> bool:
        """Hand one mail over; False where nothing more can be sent for now."""
        if not self.connected(mail, done):
            return False
        db, at = self.store.db, time.time()
        with self.store.transaction():
            outbox.mark_sending(db, mail.id)
            outbox.hand_over(db, at)
        reach("sending_marked")
        try:
            self.sender.send(mail.to_addr, mail.raw)
        except SendRefused as refused:
            return self.refused(mail, refused.refusal, done, at)
        except InDoubt as doubt:
            done.fault = str(doubt)
            outbox.mark_in_doubt(db, mail.id, self.retry_at(mail.doubts + 1), str(doubt))
            log.warning("in doubt whether a mail was accepted", extra={"outbox": mail.id})
            return False
        except BotError as fault:
            # It was certainly not accepted. The server may fail at this very mail, so that another one comes next.
            with self.store.transaction():
                outbox.mark_queued(db, mail.id, self.retry_at(mail.attempts + 1), str(fault))
                outbox.take_back(db, at)
            self.unavailable(mail, fault, done)
            return False
        self.accepted[mail.id] = self.now()
        reach("accepted")
        self.keep_copy(mail)
        reach("copy_kept")
        self.note_accepted()
        self.available()
        reach("sent_marked")
        done.sent += 1
        log.info("mail sent", extra={"outbox": mail.id})
        return True

    def connected(self, mail: Outgoing, done: Flushed) -> bool:
        """Before a mail is marked: where there is no connection nothing was handed over, and it is no attempt of the mail."""
        try:
            self.sender.connect()
        except SendRefused as refused:
            if refused.refusal.kind in (RefusalKind.ACCOUNT_PAUSED, RefusalKind.LOGIN):
                self.pause(refused.refusal, done)
            else:
                self.unavailable(mail, refused, done)
            return False
        except BotError as fault:
            self.unavailable(mail, fault, done)
            return False
        return True

    def available(self) -> None:
        """The server has given its word on a mail: whatever was wrong with it is over."""
        self.failures = 0
        if state.get(self.store.db, state.SMTP_FAULT):
            state.put(self.store.db, state.SMTP_FAULT, "")
            state.put(self.store.db, state.SMTP_RETRY_AT, "")

    def unavailable(self, mail: Outgoing, fault: BotError, done: Flushed) -> None:
        """One back-off for the server, however many mails wait for it."""
        self.failures += 1
        pause = delay(self.failures, self.rng, getattr(fault, "needs_person", False))
        self.not_before = time.monotonic() + pause.total_seconds()
        done.fault = str(fault)
        with self.store.transaction() as db:
            state.put(db, state.SMTP_FAULT, f"{self.clock().isoformat(timespec='seconds')} {fault}")
            state.put(db, state.SMTP_RETRY_AT, (self.clock() + pause).isoformat())
        self.give_up_if_old(mail, str(fault), done)
        log.warning("SMTP server not available", extra={"reason": str(fault), "seconds": round(pause.total_seconds())})

    def note_accepted(self) -> None:
        """What the server has taken is sent, also where the database could not be written at that moment."""
        for identity, at in list(self.accepted.items()):
            outbox.mark_sent(self.store.db, identity, at)
            del self.accepted[identity]

    def keep_copy(self, mail: Outgoing) -> None:
        """Before the database says «sent»: after a crash in between, the copy is the proof."""
        if not self.sent_folder.appends or self.sent_folder_fails:
            return
        try:
            self.sent_folder_fails = not self.sent_folder.append_sent(mail.raw)  # there may be none
        except ServerUnavailable as fault:
            self.sent_folder_fails = True
            log.warning("no copy kept in the Sent folder", extra={"outbox": mail.id, "reason": str(fault)})

    def refused(self, mail: Outgoing, refusal: Refusal, done: Flushed, at: float) -> bool:
        """*at*: the moment under which the mail was counted for the pace."""
        db, text = self.store.db, refusal.text
        done.fault = text
        self.available()
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
        with self.store.transaction():
            outbox.mark_queued(db, mail.id, outbox.NOW, text, counts=False)
            outbox.take_back(db, at)
        self.pause(refusal, done)
        return False

    def pause(self, refusal: Refusal, done: Flushed) -> None:
        """Nothing more from this account until the moment that the refusal means."""
        done.fault = refusal.text
        until = self.pause_until(refusal)
        with self.store.transaction() as db:
            refused = self.sender.secret if refusal.kind is RefusalKind.LOGIN else None
            pause_sending(db, self.settings, until, f"{refusal.text}；{refusal.remedy}", refused)
        reason, remedy = refusal.text, refusal.remedy
        log.error("sending paused", extra={"until": until.isoformat(), "reason": reason, "remedy": remedy})

    def pause_until(self, refusal: Refusal) -> datetime:
        now = self.clock()
        if refusal.wait is not None:
            return now + refusal.wait
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + NEXT_DAY_AT

    def retry_at(self, attempts: int) -> str:
        doublings = min(attempts - 1, 20)
        pause = min(self.settings.retry_first * (1 << doublings), self.settings.retry_max, outbox.FURTHEST)
        return (self.clock() + pause).isoformat()

    def give_up_if_old(self, mail: Outgoing, error: str, done: Flushed, most_attempts: int = 0) -> None:
        tried_enough = 0 < most_attempts <= mail.attempts + 1
        if tried_enough or self.clock() - datetime.fromisoformat(mail.created_at) > self.settings.give_up_after:
            outbox.mark_gave_up(self.store.db, mail.id, error)
            done.gave_up += 1
            log.error("mail given up", extra={"outbox": mail.id, "reason": error})

    def resolve_doubts(self, done: Flushed) -> None:
        """Mails handed over before a crash or a broken connection: look into the Sent folder, else send again with the same Message-ID.

        Only where the server is known to keep copies of what it sends does their absence need a second look after a minute.
        A gateway may take every mail and never answer: after ``MOST_DOUBTS`` times no more copies go out.
        """
        doubtful = outbox.in_doubt(self.store.db, self.clock())
        if not doubtful:
            return
        copies = self.copies()
        keeps_copies = not self.sent_folder.appends and bool(copies & outbox.newest_sent_ids(self.store.db))
        now = time.time()
        last = outbox.handed_over(self.store.db, 1, now)
        for mail in doubtful:
            if mail.message_id in copies:
                outbox.mark_sent(self.store.db, mail.id, self.now())
            elif keeps_copies and now - last <= LOOK_AGAIN.total_seconds():
                continue
            elif mail.doubts + 1 < MOST_DOUBTS:
                outbox.mark_doubted(self.store.db, mail.id, "queued", SENT_AGAIN)
            else:
                outbox.mark_doubted(self.store.db, mail.id, "gave_up", DOUBTED_TOO_OFTEN)
                done.gave_up += 1
                log.error("mail given up", extra={"outbox": mail.id, "reason": DOUBTED_TOO_OFTEN})

    def copies(self) -> frozenset[str]:
        """Every id of the newest mails in the Sent folder; none where there is no such folder or it cannot be read now."""
        try:
            found = self.sent_folder.sent_mails()
        except ServerUnavailable:
            self.sent_folder_fails = True
            return frozenset()
        return frozenset().union(*(mail.message_ids for mail in found or ()))
