"""Settings -> the working parts, put together once; and one cycle of work with them."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.base.clock import Clock
from bot.base.errors import BotError, ServerUnavailable, cause_and_file
from bot.base.expressions import Later
from bot.base.logs import kept
from bot.base.scratch import sweep
from bot.base.settings import Settings
from bot.digest.notify import queue_due_notice
from bot.digest.plan import plan_of
from bot.digest.remind import queue_due_reminders
from bot.digest.send import queue_due_digests
from bot.documents.errors import ReadersUnavailable
from bot.documents.guard import Guard
from bot.forms.campaigns import definitions_of
from bot.forms.units.roster import load_roster
from bot.intake.errands import Errands
from bot.intake.old_letters import read_old_letters
from bot.intake.parts import Parts, Worked, reading_of
from bot.intake.taking_in import Progress, no_progress, take_in
from bot.letters.templates import TemplateProblem
from bot.mailbox.errors import LoginRefused
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.smtp.sender import SmtpSender
from bot.operation.alarm import queue_alarm
from bot.operation.channels.poster import Poster
from bot.operation.filing import file_away
from bot.operation.health.admin import Admin
from bot.operation.health.told import write_health
from bot.operation.login_pause import pause_reading, take_up_reading_pause
from bot.operation.making import renderer_of, rules_of
from bot.operation.outgoing.sending import Flushed, Flusher
from bot.operation.outgoing.sent_copies import learn_ids
from bot.operation.readers.line import line_of
from bot.store import mails, outbox, state, tasks, token
from bot.store.database import DATABASE, Store, StoreLost, only_instance, quick_check, remedy_of
from bot.store.files import marker
from bot.store.files.durable import sweep_parts
from bot.store.files.marker import Marker
from bot.store.forms import versions
from bot.store.forms.activities import pair_all_for, pair_due

if TYPE_CHECKING:
    from bot.intake import story
else:
    story = Later("bot.intake.story")

log = logging.getLogger(__name__)

ANSWER_EVERY = 30.0  # seconds
OLD_LETTERS = 5.0  # seconds of a cycle


class Cycle(Struct):
    """What one cycle did. ``fault`` where the mail server could not be used, ``reading_fault`` where the cluster could not that reads."""

    taken: int = 0
    worked: list[Worked] = field(default_factory=list)
    digests: int = 0
    notices: int = 0
    flushed: Flushed = field(default_factory=Flushed)
    fault: str = ""
    needs_person: bool = False
    store_fault: str = ""
    reading_fault: str = ""
    left: int = 0

    @property
    def exit_status(self) -> int:
        if self.fault or self.reading_fault:
            return 4
        return 3 if self.store_fault or self.left or self.flushed.waiting else 0


class App:
    """The working parts of one instance; use as a context manager."""

    def __init__(self, settings: Settings, clock: Clock, database: str = DATABASE, seen: Marker | None = None) -> None:
        self.settings, self.clock = settings, clock
        self.roster = load_roster(settings)
        definitions = definitions_of(settings)
        self.rules = rules_of(settings, self.roster, definitions)
        self.reading = reading_of(settings, definitions)
        self.renderer = renderer_of(settings, definitions)
        is_in_use = database == DATABASE
        self.store = marker.open_store(settings, seen) if is_in_use else Store(settings.store.path, database)
        quick_check(self.store.connection)
        sweep()
        for folder in (self.store.raw.root, self.store.files):
            sweep_parts(folder)
        self.guard = Guard(self.reading.limits)
        self.line = line_of(settings.reading.workers, self.reading.limits)
        self.waits_for_scans = True
        self.mailbox = ImapMailbox(settings.mailbox, settings.schedule.zone, settings.smtp.save_sent)
        self.sender = SmtpSender(settings.smtp, settings.mailbox.address)
        self.parts = Parts(
            self.store,
            self.rules,
            self.renderer,
            settings.schedule.zone,
            clock,
            self.guard,
            self.reading,
            settings.mailbox,
            self.line,
        )
        self.plan = plan_of(settings, self.roster)
        self.poster = Poster(self.store, settings.notify, clock)
        self.errands = Errands(self.store, self.plan, self.renderer, clock, settings.desk, self.guard)
        self.flusher = Flusher(self.store, settings.smtp, self.sender, clock, self.mailbox, settings.reserved)
        self.admin = Admin(self.store, settings, self.plan, self.renderer, clock)
        take_up_reading_pause(self.store.db, self.mailbox.connection, clock())
        self.store.before_commit = partial(pair_due, roster=self.roster)
        self.marker = self.enter_store(is_in_use=is_in_use)
        if is_in_use and (fault := marker.write(settings, self.marker)):
            log.warning("store marker cannot be written", extra={"reason": fault})

    def enter_store(self, *, is_in_use: bool) -> Marker:
        """What this configuration says is put into the store, which is ours from now on; *is_in_use*: it is not one that is rebuilt."""
        settings, store, now = self.settings, self.store, self.clock()
        at = now.isoformat(timespec="seconds")
        with store.transaction() as db:
            token.ensure_secret(db, store.journal)
            if before := state.enter_campaign(db, settings.campaign.key, settings.campaign.name, at):
                log.info("another campaign from now on", extra={"reason": f"{before} -> {settings.campaign.key}"})
            if is_in_use:
                told = settings.model_dump(mode="json", include={"campaign", "deadline"})
                state.tell_campaign(db, store.journal, told, at)
            pair_all_for(db, self.roster)
            versions.set_roster(db, [(unit.name, unit.expected, unit.group) for unit in self.roster.units])
            started = state.moment(db, state.STARTED)
            if started is None or now < started:
                state.put(db, state.STARTED, at)
            tasks.forget_orders(db)
            return marker.claim(store, settings)

    def __enter__(self) -> App:
        return self

    def __exit__(self, *details: object) -> None:
        self.line.close()
        self.guard.close()
        with contextlib.suppress(sqlite3.Error):
            self.flusher.note_accepted()
        with contextlib.suppress(sqlite3.Error):
            self.poster.close()
        self.mailbox.close()
        self.sender.close()
        self.store.close()

    def cycle(
        self,
        stop: threading.Event,
        patience: float = 0.0,
        on_taken: Progress = no_progress,
        on_worked: Callable[[Worked], None] = lambda worked: None,
    ) -> Cycle:
        """Fetch, work off, file away, queue digests, send. A server that fails does not keep the rest from being done."""
        done = Cycle()
        done.store_fault = self.guarded(lambda: self.work(done, stop, patience, on_taken, on_worked))
        return done

    def settle(self, stop: threading.Event, on_worked: Callable[[Worked], None]) -> Cycle:
        """What was read meanwhile in the slow lane is worked off and answered; nothing is fetched."""
        done = Cycle()

        def work() -> None:
            self.store.assert_in_place()
            self.work_off(done, stop, on_worked)
            self.answer(done, stop)
            if done.worked or done.flushed.sent:
                self.advance()

        done.store_fault = self.guarded(work)
        return done

    def advance(self) -> None:
        """Something came in or went out: a copy of the store from before that must not be taken for it."""
        self.marker = marker.advance(self.store, self.marker)
        marker.write(self.settings, self.marker)

    def guarded(self, work: Callable[[], None]) -> str:
        """What went wrong in *work* (Chinese, with remedy); "" where all went well. What may pass must not end the daemon."""
        try:
            work()
        except (OSError, sqlite3.Error) as error:
            log.error("store cannot be used", extra={"reason": cause_and_file(error)})
            return f"数据目录不能读写（{cause_and_file(error)}）。处理办法：{remedy_of(error)}；恢复后会从中断处继续"
        except BotError:
            raise
        except Exception as error:
            # A fault of our own: what is stored stays, the next cycle goes on, the log says where it was.
            log.exception("work ended early")
            return f"程序内部错误（{type(error).__name__}）。处理办法：把日志发给维护人员；已收的邮件不受影响，下次继续"
        return ""

    def work(
        self,
        done: Cycle,
        stop: threading.Event,
        patience: float,
        on_taken: Progress,
        on_worked: Callable[[Worked], None],
    ) -> None:
        self.store.assert_in_place()
        self.poll(done, stop, on_taken)
        if done.taken:
            learn_ids(self.store, self.mailbox)
        self.work_off(done, stop, on_worked)
        if not done.fault:
            self.file_away(done)
        if not stop.is_set():
            self.errands.run()
            self.queue_digests(done)
        self.poster.run()
        self.answer(done, stop, patience)
        if done.taken or done.worked or done.digests or done.notices or done.flushed.sent:
            self.advance()
        db = self.store.db
        if not stop.is_set():
            read_old_letters(self.parts, stop, OLD_LETTERS)
        write_health(db, self.settings, self.clock())
        done.left = len(mails.pending(db)) + mails.count_unfetched(db) + len(tasks.of_mails(db))

    def poll(self, done: Cycle, stop: threading.Event, on_taken: Progress) -> None:
        try:
            self.mailbox.connect()
            done.taken = take_in(self.parts, self.mailbox, stop, on_taken)
        except ServerUnavailable as fault:
            done.fault = str(fault)
            done.needs_person = getattr(fault, "needs_person", False)
            state.put(self.store.db, state.LAST_FAULT, f"{self.clock().isoformat(timespec='seconds')} {fault}")
            if isinstance(fault, LoginRefused):
                pause_reading(self.store.db, self.mailbox.connection, fault, self.clock())
            log.error("mailbox cannot be used", extra={"reason": str(fault)})
        else:
            with self.store.lightly() as db:
                state.put(db, state.LAST_POLL, self.clock().isoformat(timespec="seconds"))
            state.put(self.store.db, state.LAST_FAULT, "")

    def work_off(self, done: Cycle, stop: threading.Event, on_worked: Callable[[Worked], None]) -> None:
        """Every pending mail; of a long backlog the first are answered while the others are still read."""
        answered = time.monotonic()
        try:
            if mails.pending(self.store.db):  # else nothing is loaded that reads and decides
                for worked in story.work_off(self.parts, stop, wait=self.waits_for_scans):
                    done.worked.append(worked)
                    on_worked(worked)
                    if time.monotonic() - answered > ANSWER_EVERY:
                        self.answer(done, stop)
                        answered = time.monotonic()
        except ReadersUnavailable as fault:
            done.reading_fault = str(fault)
            log.error("mails cannot be read", extra={"reason": str(fault)})
        before = state.get(self.store.db, state.READING_FAULT).partition(" ")[2]
        if before != done.reading_fault:
            since = f"{self.clock().isoformat(timespec='seconds')} {done.reading_fault}" if done.reading_fault else ""
            state.put(self.store.db, state.READING_FAULT, since)

    def answer(self, done: Cycle, stop: threading.Event, patience: float = 0.0) -> None:
        """One more pass over the queue; what the passes before it did stays counted."""
        before, done.flushed = done.flushed, self.flusher.flush(stop, patience)
        done.flushed.sent += before.sent
        done.flushed.gave_up += before.gave_up

    def queue_digests(self, done: Cycle) -> None:
        """What the office and the units are told of our own accord."""
        store, plan, letters, now = self.store, self.plan, self.renderer, self.clock()
        done.notices += self.made(lambda: queue_alarm(store, plan, letters, now))
        done.digests += self.made(lambda: queue_due_digests(store, plan, letters, now))
        done.notices += self.made(self.admin.tell)
        done.notices += self.made(lambda: queue_due_reminders(store, plan, letters, now))
        done.notices += self.made(lambda: queue_due_notice(store, plan, letters, now))

    def made(self, queue: Callable[[], int]) -> int:
        """Mails that were queued. One whose edited template cannot be used must keep neither the others nor the answers from going out; the next
        cycle tries again."""
        try:
            return queue()
        except TemplateProblem as problem:
            log.error("mail to the office could not be made", extra={"reason": str(problem)})
        except (OSError, sqlite3.Error, StoreLost):
            raise
        except Exception:
            log.exception("mail to the office could not be made")
        return 0

    def file_away(self, done: Cycle) -> None:
        """Flags and folders are for people's eyes only: where they cannot be set, the mail is still dealt with."""
        try:
            refused = "；".join(file_away(self.store, self.settings.mailbox, self.mailbox))
            if refused != state.get(self.store.db, state.FILING_FAULT):
                state.put(self.store.db, state.FILING_FAULT, refused)
                if refused:
                    log.warning("mails not filed", extra={"reason": refused})
        except ServerUnavailable as fault:
            log.warning("mails could not be filed", extra={"reason": str(fault)})

    def flush(self, stop: threading.Event) -> Flushed:
        """One pass over the queue. Where the store cannot be used, ``fault`` says so and what waits is not known."""
        done = Flushed()

        def work() -> None:
            nonlocal done
            self.store.assert_in_place()
            done = self.flusher.flush(stop)
            self.poster.run()
            if done.sent:
                self.advance()

        done.fault = self.guarded(work) or done.fault
        return done

    def waiting(self) -> int:
        return outbox.count_waiting(self.store.db)


@contextlib.contextmanager
def holding(settings: Settings, seen: Marker | None = None) -> Iterator[None]:
    """This process alone works on the store; *seen* is what it knows of it from before."""
    marker.assert_there(settings, seen)
    with only_instance(settings.store.path), kept(settings.store.path, settings.schedule.zone):
        yield


@contextlib.contextmanager
def running(settings: Settings, clock: Clock, seen: Marker | None = None) -> Iterator[App]:
    """An App that alone holds the store."""
    with holding(settings, seen), App(settings, clock, seen=seen) as app:
        yield app
