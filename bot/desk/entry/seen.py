"""Who looked at what and did what: written a moment later by a thread of its own, so that no page waits for the store.

An act also stands in the journal of the store, in its own transaction; this log is for whoever asks who opened a page with people's numbers.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.base.errors import BotError, cause_and_file
from bot.base.logs import in_thread
from bot.desk.desk import Desk
from bot.store.desk import entry

log = logging.getLogger(__name__)

SEEN, DONE = "seen", "done"
ONCE_IN = timedelta(hours=1)  # a page that is looked at again and again is one line
EVERY_SECONDS = 2.0
KEPT = timedelta(days=400)
MOST_KNOWN = 10_000

Line = tuple[datetime, str, str, str, str]


class SeenLog:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.lines: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self.last: dict[tuple[str, str], datetime] = {}

    def add(self, at: datetime, who: str, ip: str, what: str, path: str) -> None:
        """Strangers' looks are not noted: what they try is, where they try it."""
        if not who:
            return
        if what == SEEN:
            before = self.last.get((who, path))
            if before is not None and timedelta() <= at - before < ONCE_IN:
                return
            if len(self.last) >= MOST_KNOWN:
                self.last.clear()
            self.last[who, path] = at
        self.lines.put((at, who, ip, what, path))

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        over = threading.Event()
        thread = in_thread(self.write_on, over, name="desk log")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(EVERY_SECONDS)

    def write_on(self, over: threading.Event) -> None:
        while not over.wait(EVERY_SECONDS):
            self.write()
        self.write()

    def write(self) -> None:
        found: list[Line] = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self.lines.get_nowait())
        if not found:
            return
        try:
            with self.desk.store() as store, store.transaction() as db:
                entry.forget_before(db, found[0][0] - KEPT)
                for line in found:
                    entry.note(db, *line)
        except (BotError, OSError, sqlite3.Error) as error:
            log.warning("access log not written", extra={"lines": len(found), "reason": cause_and_file(error)})
