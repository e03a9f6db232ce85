"""The story: raw mail in, decision out; and the poll around it.

A mail is first on disk, then in the database together with the cursor, and only then looked at. Working it off is one transaction:
message, forms, problems and the queued answer, all or nothing. So the process may be killed between any two steps.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.config import Settings
from bot.decision import decide
from bot.documents.errors import ReaderError
from bot.documents.guard import Guard
from bot.failpoints import reach
from bot.forms.model import Form, Kind
from bot.mailbox.imap import ImapMailbox
from bot.mailbox.model import Cursor, FetchedMail
from bot.problems import Code, Problem, Severity
from bot.record import gather, record
from bot.replies.render import Renderer
from bot.rules import Read, Rules
from bot.store import mails, submissions
from bot.store.database import Store
from bot.store.mails import Place, StoredMail
from bot.store.raw import RawMailLost
from bot.store.submissions import ReviewItem
from bot.understand import Understanding, read_mail

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # folder, mails taken in so far, mails in all

MAX_ATTEMPTS = 3  # a mail on which our own code fails three times is left to a person
MAX_DEATHS = 50  # a mail in hand whenever the process died; low numbers may be chance (power, restarts), this is not
MAX_FETCHES = 5  # a mail that the server does not give whole five times is left to a person
UNFETCHABLE = "From: <>\r\nSubject: (无法从服务器取回的邮件 UID {uid})\r\n\r\n"


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
        """Fetch what is new in every folder; returns how many mails are now safely stored that were not before."""
        taken = 0
        for folder in mailbox.folders_to_read():
            last = mails.last_uid(self.store.db, self.address, folder)
            cursor = Cursor(*last) if last else None
            fetching = mailbox.new_mails(folder, cursor, partial(self.is_known, folder), partial(self.came_at, folder))
            for fetched in fetching:
                taken += self.keep(fetched, fetching.cursor)
                progress(folder, taken, fetching.total)
                if stop.is_set():
                    return taken
            self.set_cursor(folder, fetching.cursor)
        return taken

    def is_known(self, folder: str, uidvalidity: int, uid: int) -> bool:
        return mails.is_known(self.store.db, Place(self.address, folder, uidvalidity, uid))

    def came_at(self, folder: str, uidvalidity: int, uid: int) -> datetime | None:
        return mails.came_at(self.store.db, Place(self.address, folder, uidvalidity, uid))

    def set_cursor(self, folder: str, cursor: Cursor | None) -> None:
        if cursor is not None:
            mails.advance(self.store.db, self.address, folder, cursor.uidvalidity, cursor.last_uid)

    @property
    def address(self) -> str:
        return self.settings.mailbox.address

    def keep(self, fetched: FetchedMail, cursor: Cursor | None) -> int:
        """Raw bytes to disk, then mail and cursor into the database. A mail that did not come whole is asked for again."""
        reach("fetched")
        place = Place(self.address, fetched.folder, fetched.uidvalidity, fetched.uid)
        raw = fetched.header if fetched.is_too_large else fetched.raw
        is_lost = False
        if raw is None:
            attempts = mails.note_unfetched(self.store.db, place, fetched.error)
            log.warning("mail not fetched", extra={"uid": fetched.uid, "reason": fetched.error, "attempts": attempts})
            if attempts < MAX_FETCHES:
                return 0
            raw, is_lost = UNFETCHABLE.format(uid=fetched.uid).encode(), True
        received = min(fetched.internal_date or self.clock(), self.clock()).astimezone(self.settings.schedule.zone)
        sha256 = self.store.raw.put(raw, received, is_partial=fetched.is_too_large, place=place.as_text())
        reach("raw_stored")
        with self.store.transaction() as db:
            mail = mails.take_in(
                db, place, sha256, received.isoformat(timespec="seconds"), is_partial=fetched.is_too_large
            )
            self.set_cursor(fetched.folder, cursor)
        reach("registered")
        if is_lost:
            self.give_up(
                mails.stored_mail(self.store.db, mail), f"服务器 {MAX_FETCHES} 次未能给出这封邮件：{fetched.error}"
            )
        return 1

    def work_off(self, stop: threading.Event) -> Iterator[Worked]:
        """Every stored mail that was not worked off yet; stops between two mails.

        A mail on which our own code fails stays pending, and is left to a person after some tries: the others go on. A disk or database
        that fails is no mail's fault and ends the pass.
        """
        for identity in mails.pending(self.store.db):
            if stop.is_set():
                return
            try:
                yield self.process(identity)
            except (OSError, sqlite3.Error):
                raise
            except Exception:
                log.exception("mail not worked off", extra={"mail": identity})
                stored = mails.stored_mail(self.store.db, identity)
                if stored.attempts >= MAX_ATTEMPTS:
                    yield self.give_up(stored, "程序处理这封邮件时出错，请人工查看，并把日志发给维护人员")

    def process(self, identity: int) -> Worked:
        """One mail from its bytes on disk to its answer in the queue."""
        stored = mails.stored_mail(self.store.db, identity)
        mails.count_attempt(self.store.db, identity)
        reach("attempt_counted")
        if stored.attempts >= MAX_DEATHS:
            return self.give_up(stored, f"处理 {stored.attempts} 次均未完成")
        try:
            read = self.understand(stored)
        except (ReaderError, RawMailLost) as error:
            return self.give_up(stored, str(error))
        reach("understood")
        now = self.clock()
        with self.store.transaction():
            known, units = gather(self.store, stored, read, self.rules, now)
            decision = decide(read, units, known, self.rules, now)
            record(self.store, stored, read, decision, self.rules, self.renderer, now)
            self.store.journal.worked(identity, stored.sha256, now.isoformat(), decision.new_references)
            reach("recorded")
        reach("committed")
        worked = Worked(identity, decision.outcome, decision.ref, read.sender, read.message.subject, decision.why)
        log.info(
            "mail worked off",
            extra={"mail": identity, "outcome": decision.outcome, "ref": decision.ref, "why": decision.why},
        )
        return worked

    def understand(self, stored: StoredMail) -> Read:
        """What a stored mail says. ``ReaderError`` where not even its structure can be read, ``RawMailLost`` where its bytes are gone."""
        path = f"{stored.id}.eml"
        message, documents, forms = read_mail(self.store.raw.get(stored.sha256), path, self.guard, self.understanding)
        if stored.is_partial:
            forms = [self.too_large(path)]
        received = datetime.fromisoformat(stored.received_at)
        in_spam = stored.folder != self.settings.mailbox.folder
        return Read(message, tuple(documents), tuple(forms), received, in_spam)

    def too_large(self, path: str) -> Form:
        """What stands for the parts of a mail of which only the header was fetched."""
        most = self.settings.mailbox.max_mail // 2**20
        message = f"邮件超过 {most} MB，附件未能读取。请压缩图片、去掉视频或分几封发送。"
        return Form(
            Kind.UNRECOGNISED, path, "eml", problems=(Problem(Code.TOO_LARGE, Severity.ERROR, message, place=path),)
        )

    def give_up(self, stored: StoredMail, why: str) -> Worked:
        """A mail that cannot be worked off: kept, and shown to a person."""
        with self.store.transaction() as db:
            mails.close_mail(db, stored.id, "failed", why)
            self.store.journal.worked(stored.id, stored.sha256, self.clock().isoformat(), {})
            submissions.add_review(db, stored.id, ReviewItem("failed", why), self.clock().isoformat(timespec="seconds"))
        log.error("mail left to a person", extra={"mail": stored.id, "why": why})
        return Worked(stored.id, "failed", "", "", "", why)
