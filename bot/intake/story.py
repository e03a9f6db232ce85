"""The story: raw mail in, decision out; and the poll around it.

A mail is first on disk, then in the database together with the cursor, and only then looked at. Working it off is one transaction:
message, forms, problems and the queued answer, all or nothing. So the process may be killed between any two steps.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.base.errors import BotError, ServerUnavailable
from bot.base.failpoints import reach
from bot.base.problems import Code, Problem, Severity
from bot.base.settings import Settings
from bot.decision.decide import decide
from bot.decision.facts import Read
from bot.decision.model import ReviewItem
from bot.decision.rules import Rules
from bot.decision.words.requests import REF
from bot.documents.errors import ReaderError, WorkerError
from bot.documents.guard import Guard
from bot.forms.model import Form, Kind
from bot.intake.gather import gather
from bot.intake.record import record
from bot.intake.understand import Head, Understanding, read_head, read_mail
from bot.letters.render import Renderer
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.imap.model import Cursor, FetchedMail
from bot.message.model import Message
from bot.store import mails, outbox, reviews, state
from bot.store.database import Store, StoreLost
from bot.store.files.raw import RawMailLost
from bot.store.folders import FolderState, cursor_of
from bot.store.mails import Place, StoredMail

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # folder, mails taken in so far, mails in all

MAX_ATTEMPTS = 3  # a mail on which our own code or the worker fails three times is left to a person
LONG_BEFORE = timedelta(days=366)
MAX_DEATHS = 50  # a mail in hand whenever the process died; low numbers may be chance (power, restarts), this is not
UNFETCHABLE = "From: <>\r\nSubject: (无法从服务器取回的邮件：{folder}，UID {uid})\r\n\r\n{validity}\r\n"
LOOK_YOURSELF = "请在网页邮箱中打开这封邮件人工登记，或请来信单位重发"
TRY_AGAIN = LOOK_YOURSELF + "；也可稍后执行 reprocess --message {mail} --reply 再试"
FOLDER_REMEDY = "其他文件夹照常收信；不需要读这个文件夹时，在 [mailbox] 写 also_read = []"


class PutOff(BotError):
    """A mail waits until the others are worked off."""


def no_progress(folder: str, done: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of one mail, for the line that is printed and logged."""

    mail: int
    outcome: str
    ref: str
    from_addr: str
    subject: str
    why: str = ""


@dataclass(slots=True)
class Intake:
    """Everything that the story needs. *clock* gives the aware time (may be simulated)."""

    settings: Settings
    store: Store
    guard: Guard
    rules: Rules
    understanding: Understanding
    renderer: Renderer
    clock: Callable[[], datetime]

    def take_in(self, mailbox: ImapMailbox, stop: threading.Event, progress: Progress = no_progress) -> int:
        """Fetch what is new in every folder; returns how many mails are now safely stored that were not before.

        A further folder that alone cannot be read is noted for ``status``; the others are read.
        """
        taken, faults = 0, []
        for folder in mailbox.folders_to_read():
            try:
                for kept in self.read_folder(mailbox, folder, progress, taken):
                    taken += kept
                    if stop.is_set():
                        return taken
            except ServerUnavailable as fault:
                if folder == self.settings.mailbox.folder or not mailbox.connection.is_open:
                    raise
                log.warning("folder cannot be read", extra={"folder": folder, "reason": str(fault)})
                faults.append(f"文件夹 {folder} 读不了（{fault.args[0]}）。处理办法：{FOLDER_REMEDY}")
        state.put(self.store.db, state.FOLDER_FAULT, "；".join(faults))
        return taken

    def read_folder(self, mailbox: ImapMailbox, folder: str, progress: Progress, taken: int) -> Iterator[int]:
        """For each mail that came: 1 where it was stored, 0 where it is asked for again."""
        known = FolderState(self.store.db, self.address, folder, self.now())
        fetching = mailbox.new_mails(folder, cursor_of(self.store.db, self.address, folder), known)
        known.forget(fetching.uidvalidity, fetching.gone)
        for fetched in fetching:
            kept = self.keep(fetched, fetching.cursor)
            taken += kept
            progress(folder, taken, fetching.total)
            yield kept
        known.advance(fetching.cursor)

    @property
    def address(self) -> str:
        return self.settings.mailbox.address

    def now(self) -> datetime:
        return self.clock().astimezone(self.settings.schedule.zone)

    def keep(self, fetched: FetchedMail, cursor: Cursor | None) -> int:
        """Raw bytes to disk, then mail and cursor into the database. A mail that did not come whole is asked for again."""
        reach("fetched")
        self.store.assert_in_place()
        place = Place(self.address, fetched.folder, fetched.uidvalidity, fetched.uid)
        folder = FolderState(self.store.db, self.address, fetched.folder, self.now())
        raw = fetched.header if fetched.is_too_large else fetched.raw
        if raw is None:
            self.miss(fetched, folder, cursor)
            return 0
        received = self.received(fetched)
        sha256 = self.store.raw.put(raw, received, is_partial=fetched.is_too_large, place=place.as_text())
        reach("raw_stored")
        at = received.isoformat(timespec="seconds")
        with self.store.transaction() as db:
            mails.take_in(db, place, sha256, at, is_partial=fetched.is_too_large, internal_date=fetched.internal_date)
            stand_in = folder.found(place.uidvalidity, place.uid)
            if stand_in is not None:
                mails.supersede(db, stand_in, self.now().isoformat(timespec="seconds"))
            folder.advance(cursor)
        reach("registered")
        return 1

    def received(self, fetched: FetchedMail) -> datetime:
        """When the server took the mail in, no later than now; of a clock that stands long before the campaign «now» says nothing."""
        now = self.clock()
        told = fetched.internal_date or now
        is_wrong = now.date() < self.settings.campaign.starts - LONG_BEFORE
        return (told if is_wrong else min(told, now)).astimezone(self.settings.schedule.zone)

    def miss(self, fetched: FetchedMail, folder: FolderState, cursor: Cursor | None) -> None:
        """Note a mail that the server did not give. In the end something stands for it that a person sees; it is asked for now and then all the same."""
        with self.store.transaction():
            attempts, is_over = folder.miss(fetched.uidvalidity, fetched.uid, fetched.error)
            folder.advance(cursor)
        log.warning("mail not fetched", extra={"uid": fetched.uid, "reason": fetched.error, "attempts": attempts})
        if not is_over:
            return
        place = f"{fetched.uidvalidity} {fetched.uid}"
        raw = UNFETCHABLE.format(folder=fetched.folder, uid=fetched.uid, validity=place).encode()
        received = self.received(fetched)
        sha256 = self.store.raw.put(raw, received)
        with self.store.transaction() as db:
            mail = mails.add_mail(db, fetched.folder, sha256, received.isoformat(timespec="seconds"))
            folder.leave(fetched.uidvalidity, fetched.uid, mail)
            why = f"服务器 {attempts} 次未能给出这封邮件（{fetched.error}）。处理办法：{LOOK_YOURSELF}；程序每天再取一次，取到后自动处理"
            head = Head(subject=f"(无法从服务器取回的邮件：{fetched.folder}，UID {fetched.uid})")
            self.close_failed(mails.stored_mail(db, mail), head, why)

    def work_off(self, stop: threading.Event) -> Iterator[Worked]:
        """Every stored mail that was not worked off yet; stops between two mails.

        A mail on which our own code or the worker fails stays pending, and is left to a person after some tries: the others go on. One
        that takes more time than most comes last, when it is quiet, and has more. A disk or database that fails is no mail's fault
        and ends the pass.
        """
        waiting: set[str] = set()
        put_off: list[int] = []
        for identity in mails.pending(self.store.db):
            if stop.is_set():
                return
            try:
                yield from self.tried(identity, waiting)
            except PutOff:
                put_off.append(identity)
        for identity in put_off:
            if stop.is_set():
                return
            yield from self.tried(identity, None)

    def tried(self, identity: int, waiting: set[str] | None) -> Iterator[Worked]:
        """What became of one mail; nothing where it stays pending."""
        try:
            yield self.process(identity, waiting)
        except (OSError, sqlite3.Error, StoreLost, PutOff):
            raise
        except Exception as error:
            log.exception("mail not worked off", extra={"mail": identity})
            stored = mails.stored_mail(self.store.db, identity)
            if stored.attempts >= MAX_ATTEMPTS:
                yield self.give_up(stored, self.reason(stored, error))

    def reason(self, stored: StoredMail, error: Exception) -> str:
        """Why a mail is left to a person, with what can be done."""
        again = TRY_AGAIN.format(mail=stored.id)
        if isinstance(error, WorkerError):
            return f"{stored.attempts} 次均未能读出这封邮件：{error}；{again}"
        fault = f"程序出错（{type(error).__name__}），请把日志发给维护人员"
        return f"{stored.attempts} 次均未能处理这封邮件：{fault}。处理办法：{again}"

    def process(self, identity: int, waiting: set[str] | None = None) -> Worked:
        """One mail from its bytes on disk to its answer in the queue. ``WorkerError`` where the worker could not even read its structure.

        ``PutOff`` where the time of a first try is not enough: nobody is told anything before the second one. *waiting* are the senders
        of mails put off in this pass, what they sent later waits as well; None: there is no second try, this one has all the time.
        """
        stored = mails.stored_mail(self.store.db, identity)
        mails.count_attempt(self.store.db, identity)
        reach("attempt_counted")
        if stored.attempts >= MAX_DEATHS:
            return self.give_up(
                stored,
                f"处理这封邮件时程序 {stored.attempts} 次中断。处理办法：{TRY_AGAIN.format(mail=stored.id)}",
            )
        try:
            read = self.understand(stored, patient=waiting is None)
        except WorkerError:
            # Killed from outside, or short of memory or time just now: another time it may be read.
            raise
        except (ReaderError, RawMailLost) as error:
            return self.give_up(stored, str(error))
        if waiting is not None and (read.unfinished or read.sender in waiting):
            waiting.add(read.sender)
            raise PutOff("time of a first try")
        reach("understood")
        now = self.clock()
        with self.store.transaction():
            known, units = gather(self.store, stored, read, self.rules, now)
            decision = decide(read, units, known, self.rules, now)
            ids = record(self.store, stored, read, decision, known, self.rules, self.renderer, now)
            self.store.journal.worked(identity, stored.sha256, now.isoformat(), decision.new_references, ids)
            reach("recorded")
        reach("committed")
        worked = Worked(identity, decision.outcome, decision.ref, read.sender, read.message.subject, decision.why)
        log.info(
            "mail worked off",
            extra={"mail": identity, "outcome": decision.outcome, "ref": decision.ref, "why": decision.why},
        )
        return worked

    def understand(self, stored: StoredMail, *, patient: bool = True) -> Read:
        """What a stored mail says. ``ReaderError`` where not even its structure can be read, ``RawMailLost`` where its bytes are gone."""
        path = f"{stored.id}.eml"
        rules = self.understanding
        if patient:
            rules = replace(rules, limits=rules.limits.patient())
        raw = self.store.raw.get(stored.sha256)
        message, documents, forms = read_mail(raw, path, self.guard, rules, self.letters_to)
        if stored.is_partial:
            forms = [self.too_large(path)]
        received = datetime.fromisoformat(stored.received_at)
        in_spam = stored.folder != self.settings.mailbox.folder
        return Read(message, tuple(documents), tuple(forms), received, in_spam)

    def letters_to(self, message: Message) -> list[str]:
        """What we wrote to the one who writes, in this thread, or about the references that the mail names."""
        refs = {ref.upper() for ref in re.findall(REF, f"{message.subject}\n{message.text}")}
        return outbox.letter_texts(self.store.db, message.sender.email, message.thread_ids, refs)

    def too_large(self, path: str) -> Form:
        """What stands for the parts of a mail of which only the header was fetched."""
        most = self.settings.mailbox.max_mail // 2**20
        message = f"邮件超过 {most} MB，附件未能读取。请压缩图片、去掉视频或分几封发送。"
        return Form(
            Kind.UNRECOGNISED, path, "eml", problems=(Problem(Code.TOO_LARGE, Severity.ERROR, message, place=path),)
        )

    def give_up(self, stored: StoredMail, why: str) -> Worked:
        """A mail that cannot be worked off: kept, and shown to a person with what its header says, as far as that can be read."""
        try:
            head = read_head(self.store.raw.get(stored.sha256), self.guard, self.understanding)
        except (ReaderError, RawMailLost):
            head = Head()
        with self.store.transaction():
            return self.close_failed(stored, head, why)

    def close_failed(self, stored: StoredMail, head: Head, why: str) -> Worked:
        """Inside a transaction."""
        db = self.store.db
        mails.describe(
            db,
            stored.id,
            message_id=head.message_id,
            other_ids=(),
            from_addr=head.sender,
            subject=head.subject,
            content_key="",
        )
        mails.close_mail(db, stored.id, "failed", why)
        self.store.journal.worked(stored.id, stored.sha256, self.clock().isoformat(), {})
        reviews.add_review(db, stored.id, ReviewItem("failed", why), self.now().isoformat(timespec="seconds"))
        log.error("mail left to a person", extra={"mail": stored.id, "why": why})
        return Worked(stored.id, "failed", "", head.sender, head.subject, why)
