"""The daemon: APScheduler says when, one thread does the work, so that mailbox, database and SMTP connection have one user.

Jobs of the scheduler only put a name on the agenda and wake the worker; the worker waits in the mailbox (IDLE where the server has it).
The scheduler goes by the clock on the wall, which may be set back; what is to be tried again soon goes by the monotonic one.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import math
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from random import Random

from apscheduler.schedulers.background import BackgroundScheduler

from bot.base.clock import Clock, duration_words, in_zone
from bot.base.errors import BotError
from bot.base.logs import in_thread
from bot.base.settings import Settings
from bot.mailbox.backoff import delay
from bot.mailbox.imap.waiting import Bell
from bot.operation.app import App, Cycle, holding
from bot.operation.handing_over import Door, any_waits, take_over
from bot.operation.health.fresh import Source
from bot.operation.health.lost import StoreWatch, told_of, words_of
from bot.operation.health.systemd import ALIVE, READY, STOPPING, Notify, nobody
from bot.operation.outgoing.sending import Flushed
from bot.operation.upkeep.housekeeping import keep_house
from bot.store import state
from bot.store.database import StoreLost
from bot.store.files.marker import Marker

log = logging.getLogger(__name__)

FLUSH_AFTER, FLUSH_AFTER_FAULT = 5.0, 30.0  # seconds
LOOK_FOR_STORE = 1.0  # seconds between two looks for a store that was lost
WATCH = 6.0  # seconds between two looks at whether it is still there, and at what waits where nobody could ring
AFTER_BELL = 0.5  # seconds
BETWEEN_LOOKS = 0.5  # seconds, while mails are worked off
STORE_FAILURES = 3  # cycles in a row that could not use the store, before the admin hears of it
CLOCK_SET_BACK = 60.0  # seconds; less is what time servers correct all day
POLL, FLUSH, HOUSE, ORDERS, SETTLE = "poll", "flush", "housekeeping", "orders", "settle"


class Agenda:
    """Names of what is to be done, each once; ``wake`` is set while there is any."""

    def __init__(self) -> None:
        self.wake = Bell()
        self._lock = threading.Lock()
        self._names: dict[str, None] = {}

    def add(self, name: str) -> None:
        with self._lock:
            self._names[name] = None
            self.wake.set()

    def take(self) -> list[str]:
        with self._lock:
            names = list(self._names)
            self._names.clear()
            self.wake.clear()
            return names


class Daemon:
    """One App worked on by the agenda until *stop* is set; the mail in hand is finished."""

    def __init__(
        self,
        app: App,
        stop: threading.Event,
        source: Source | None = None,
        notify: Notify = nobody,
        store_watch: StoreWatch | None = None,
    ) -> None:
        self.app, self.stop, self.source, self.notify = app, stop, source, notify
        self.is_waiting = False
        self.fresh: Settings | None = None  # what a new App is to be made from
        self.agenda = Agenda()
        app.waits_for_scans = False
        app.line.on_read = lambda: self.agenda.add(SETTLE)
        self.scheduler = BackgroundScheduler(
            timezone=app.settings.schedule.zone, job_defaults={"coalesce": True, "misfire_grace_time": None}
        )
        self.poll_every = app.settings.schedule.poll_every.total_seconds()
        self.store_watch = store_watch or StoreWatch(app.settings, app.clock)
        self.failures = 0
        self.not_before = 0.0  # monotonic seconds; a failing server is not asked again earlier
        self.flush_at = math.inf  # monotonic seconds; the next pass over the queue
        self.wall = wall_clock()
        self.looked_at = -math.inf  # monotonic seconds; whether a command waits
        self.rng = Random()

    def run(self) -> None:
        self.plan()
        self.scheduler.start()
        over = threading.Event()
        door = Door(self.app.store.root)
        in_thread(self.watch, over).start()
        in_thread(self.listen, door).start()
        self.agenda.add(POLL)
        try:
            while not self.is_over():
                for name in self.agenda.take():
                    self.work(name)
                self.wait()
        finally:
            over.set()
            door.close()
            self.scheduler.shutdown(wait=False)

    def is_over(self) -> bool:
        return self.stop.is_set() or self.fresh is not None

    def watch(self, over: threading.Event) -> None:
        """Wake the worker where it is told to stop (a signal handler only sets *stop*), its store is gone or a command waits; ends with *over*."""
        while not self.stop.wait(WATCH) and not over.is_set():
            if self.is_waiting and not self.agenda.wake.is_set():
                self.notify(ALIVE)  # who works says so itself: a worker that hangs says nothing
            if not self.app.store.is_in_place:
                self.agenda.wake.set()
            elif any_waits(self.app.store.path):
                self.agenda.add(ORDERS)
        self.agenda.wake.set()

    def plan(self) -> None:
        """(Again) from the present on."""
        jobs = self.scheduler
        jobs.add_job(self.agenda.add, "interval", args=[POLL], seconds=self.poll_every, id=POLL, replace_existing=True)
        jobs.add_job(self.agenda.add, "cron", args=[HOUSE], hour=3, minute=30, id=HOUSE, replace_existing=True)

    def work(self, name: str) -> None:
        if self.is_over():
            return
        self.notify(ALIVE)
        self.app.store.assert_in_place()
        if name == POLL and self.source is not None:
            self.app.guarded(partial(self.look_at_the_configuration, self.source))
        if self.fresh is not None:
            return
        if name == HOUSE:
            self.app.guarded(lambda: keep_house(self.app))
        elif name == FLUSH:
            self.flush_again(self.app.flush(self.stop))
        elif name == SETTLE:
            self.flush_again(self.app.settle(self.stop, lambda worked: self.between_mails()).flushed)
        elif name == ORDERS:
            self.app.guarded(self.take_over)
        elif time.monotonic() >= self.not_before:
            self.note(self.app.cycle(self.stop, 0.0, self.taken, lambda worked: self.between_mails()))

    def look_at_the_configuration(self, source: Source) -> None:
        """What was changed is taken up with this poll. Where it cannot be, that is told with it."""
        news, db = source.look(self.app.clock), self.app.store.db
        if news.settings is None and news.fault != state.get(db, state.CONFIG_FAULT):
            state.put(db, state.CONFIG_FAULT, news.fault)
            if news.fault:
                log.error("changed configuration not taken up", extra={"reason": news.fault})
        self.fresh = news.settings

    def take_over(self) -> None:
        """What commands wait for."""
        for cycle in take_over(self.app, self.stop):
            self.note(cycle)
        self.flush_at = min(self.flush_at, time.monotonic() + FLUSH_AFTER)

    def taken(self, folder: str, done: int, total: int) -> None:
        self.notify(ALIVE)

    def listen(self, door: Door) -> None:
        """Commands ring that leave something to be done."""
        while door.rung():
            for _ in range(2):  # who rings may not have committed yet
                self.agenda.add(ORDERS)
                time.sleep(AFTER_BELL)

    def between_mails(self) -> None:
        """A command does not wait for the end of a long backlog."""
        self.notify(ALIVE)
        if time.monotonic() < self.looked_at + BETWEEN_LOOKS:
            return
        self.looked_at = time.monotonic()
        if any_waits(self.app.store.path):
            take_over(self.app, self.stop, between=True)

    def note(self, cycle: Cycle) -> None:
        """When to try again what failed, and what still waits."""
        failed = bool(cycle.fault or cycle.store_fault)
        self.failures = self.failures + 1 if failed else 0
        if failed:
            pause = delay(self.failures, self.rng, cycle.needs_person).total_seconds()
            self.not_before = time.monotonic() + pause
            log.warning("next poll later", extra={"seconds": round(pause), "failures": self.failures})
        if not cycle.store_fault:
            self.store_watch.back()
        elif self.failures >= STORE_FAILURES:
            self.store_watch.lost(cycle.store_fault)
        self.flush_again(cycle.flushed)

    def flush_again(self, flushed: Flushed) -> None:
        """Soon where something waits, or later where nobody knows, because the store could not be used."""
        pause = FLUSH_AFTER if flushed.waiting else FLUSH_AFTER_FAULT if flushed.fault else math.inf
        self.flush_at = time.monotonic() + pause

    def wait(self) -> None:
        """In the mailbox, until the scheduler or the server has news; asleep while the server cannot be used. ``StoreLost`` where it is."""
        self.app.store.assert_in_place()
        if self.is_over() or self.agenda.wake.is_set():
            return
        self.app.store.connection.execute("PRAGMA shrink_memory")
        give_memory_back()
        now = time.monotonic()
        poll_at = self.not_before if self.failures else now + 2 * self.poll_every
        seconds = max(0.0, min(poll_at, self.flush_at) - now)
        self.is_waiting = True
        if self.failures:
            self.agenda.wake.wait(seconds)
        else:
            self.app.mailbox.wait(seconds, self.agenda.wake)
        self.is_waiting = False
        self.look_at_the_clock()
        if time.monotonic() >= self.flush_at:
            self.flush_at = math.inf
            self.agenda.add(FLUSH)
        elif not self.agenda.wake.is_set():
            self.agenda.add(POLL)

    def look_at_the_clock(self) -> None:
        """The scheduler's next moments lie too far ahead where the clock was set back."""
        before, self.wall = self.wall, wall_clock()
        if self.wall < before - CLOCK_SET_BACK:
            log.warning("the clock was set back", extra={"seconds": round(before - self.wall)})
            self.plan()


def give_memory_back() -> None:
    """What a backlog or the start needed is the system's again."""
    with contextlib.suppress(AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def wall_clock() -> float:
    """What the clock on the wall says at monotonic zero (seconds since 1970): changes only where it is set."""
    return time.time() - time.monotonic()


class Duty:
    """The daemon until *stop*. Where its store is removed or replaced nothing is read or sent until the same one is there again.

    What is wrong with the store at the start ends the command instead: whoever starts it reads the error. A changed configuration that *source*
    finds is worked with from the next poll on; the process keeps the store meanwhile. *on_begin* is told each configuration that is worked with.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        stop: threading.Event,
        say: Callable[[str], None],
        source: Source | None,
        on_begin: Callable[[Settings], None],
        notify: Notify,
    ) -> None:
        self.settings, self.clock, self.stop, self.say = settings, clock, stop, say
        self.source, self.on_begin, self.notify = source, on_begin, notify
        self.watch = StoreWatch(settings, clock)
        self.has_begun = False
        self.seen: Marker | None = None  # what is known of the store
        self.lost = ""  # why it cannot be worked with; empty while it can

    def stay(self) -> None:
        while not self.stop.is_set():
            try:
                with holding(self.settings, self.seen):
                    fresh: Settings | None = self.settings
                    while fresh is not None:
                        fresh = self.work_with(fresh)
            except (BotError, OSError, sqlite3.Error) as error:
                self.wait_for_store(error)
        self.notify(STOPPING)

    def work_with(self, fresh: Settings) -> Settings | None:
        """Until it is over; returns the next configuration, None where there is none."""
        app = self.app_for(fresh)
        is_changed = app.settings is not self.settings
        if is_changed:
            self.say("配置有改动，已换上新的")
            self.settings, self.watch = app.settings, StoreWatch(app.settings, self.clock)
        if is_changed or not self.has_begun:
            self.on_begin(app.settings)
            self.has_begun = True
        with app:
            self.seen = app.marker
            self.say("数据目录已恢复，继续值守" if self.lost else greeting(app.settings))
            self.lost = ""
            self.notify(READY)
            daemon = Daemon(app, self.stop, self.source, self.notify, self.watch)
            try:
                daemon.run()
            finally:
                self.seen = app.marker
        return daemon.fresh

    def app_for(self, fresh: Settings) -> App:
        """What works with *fresh*; where that cannot be, whatever was not seen beforehand, with the configuration of before."""
        try:
            return App(fresh, in_zone(self.clock, fresh.schedule.zone), seen=self.seen)
        except (BotError, OSError, sqlite3.Error) as error:
            if fresh is self.settings or self.source is None:
                raise
            self.source.refuse(self.settings, words_of(error))
            return App(self.settings, in_zone(self.clock, self.settings.schedule.zone), seen=self.seen)

    def wait_for_store(self, error: Exception) -> None:
        """A moment, where the store was lost while it was worked with; everything else is raised, and told to the admin."""
        if self.seen is None or not (self.lost or isinstance(error, StoreLost)):
            with told_of(self.watch):
                raise error
        self.watch.lost(words_of(error))
        if self.lost != str(error):
            self.lost = str(error)
            self.say(self.lost)
            log.error("store lost; nothing is read or sent until it is back", extra={"reason": self.lost})
        self.notify(ALIVE)
        self.stop.wait(LOOK_FOR_STORE)


def greeting(settings: Settings) -> str:
    every = duration_words(settings.schedule.poll_every)
    return f"开始值守 {settings.mailbox.address}，每{every}收信一次；按 Ctrl+C 停止"
