"""The daemon: APScheduler says when, one thread does the work, so that mailbox, database and SMTP connection have one user.

Jobs of the scheduler only put a name on the agenda and wake the worker; the worker waits in the mailbox (IDLE where the server has it).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from apscheduler.schedulers.background import BackgroundScheduler

from bot.app import App, Cycle
from bot.housekeeping import keep_house
from bot.mailbox.backoff import delay
from bot.outbox import Flushed

log = logging.getLogger(__name__)

FLUSH_AFTER = timedelta(seconds=5)
POLL, FLUSH, HOUSE = "poll", "flush", "housekeeping"


class Agenda:
    """Names of what is to be done, each once; ``wake`` is set while there is any."""

    def __init__(self) -> None:
        self.wake = threading.Event()
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

    def __init__(self, app: App, stop: threading.Event, on_cycle: Callable[[Cycle], None] = lambda cycle: None) -> None:
        self.app, self.stop, self.on_cycle = app, stop, on_cycle
        self.agenda = Agenda()
        self.scheduler = BackgroundScheduler(
            timezone=app.settings.schedule.zone, job_defaults={"coalesce": True, "misfire_grace_time": None}
        )
        self.poll_every = app.settings.schedule.poll_every.total_seconds()
        self.failures = 0
        self.not_before = 0.0  # monotonic seconds; a failing server is not asked again earlier
        self.rng = Random()

    def run(self) -> None:
        self.scheduler.add_job(self.agenda.add, "interval", args=[POLL], seconds=self.poll_every)
        self.scheduler.add_job(self.agenda.add, "cron", args=[HOUSE], hour=3, minute=30)
        self.scheduler.start()
        threading.Thread(target=wake_on_stop, args=(self.stop, self.agenda), daemon=True).start()
        self.agenda.add(POLL)
        try:
            while not self.stop.is_set():
                for name in self.agenda.take():
                    self.work(name)
                self.wait()
        finally:
            self.scheduler.shutdown(wait=False)

    def work(self, name: str) -> None:
        if self.stop.is_set():
            return
        if name == HOUSE:
            keep_house(self.app)
        elif name == FLUSH:
            self.flush_again(self.app.flush(self.stop))
        elif time.monotonic() >= self.not_before:
            cycle = self.app.cycle(self.stop)
            failed = bool(cycle.fault or cycle.store_fault)
            self.failures = self.failures + 1 if failed else 0
            if failed:
                pause = delay(self.failures, self.rng, cycle.needs_person).total_seconds()
                self.not_before = time.monotonic() + pause
                self.later(POLL, pause)
                log.warning("next poll later", extra={"seconds": round(pause), "failures": self.failures})
            self.flush_again(cycle.flushed)
            self.on_cycle(cycle)

    def flush_again(self, flushed: Flushed) -> None:
        if flushed.waiting:
            self.later(FLUSH, FLUSH_AFTER.total_seconds())

    def later(self, name: str, seconds: float) -> None:
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.scheduler.add_job(self.agenda.add, "date", args=[name], run_date=at, id=name, replace_existing=True)

    def wait(self) -> None:
        """In the mailbox, until the scheduler or the server has news; asleep while the server cannot be used."""
        if self.stop.is_set() or self.agenda.wake.is_set():
            return
        if self.failures:
            self.agenda.wake.wait()
            return
        self.app.mailbox.wait(2 * self.poll_every, self.agenda.wake)
        if not self.agenda.wake.is_set():
            self.agenda.add(POLL)


def wake_on_stop(stop: threading.Event, agenda: Agenda) -> None:
    """A signal handler only sets *stop*; the waiting worker must hear of it."""
    stop.wait()
    agenda.wake.set()
