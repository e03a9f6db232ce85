"""Guarded workers side by side: calls are handed over, and what they gave is fetched when it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import LifoQueue
from typing import TypeVar

from bot.base.logs import of_mailbox
from bot.documents.guard import Guard

R = TypeVar("R")


class Lane:
    """Calls in the order in which they are handed over, as many at once as there are guards; a process begins where all others are busy."""

    def __init__(self, guards: Sequence[Guard], name: str) -> None:
        self._guards, self._name = guards, name
        self._free: LifoQueue[Guard] = LifoQueue()  # the one that worked last is warm
        for guard in guards:
            self._free.put(guard)
        self._threads: ThreadPoolExecutor | None = None

    @property
    def width(self) -> int:
        return len(self._guards)

    @property
    def used(self) -> float:
        """Processor seconds of all calls so far."""
        return sum(guard.used for guard in self._guards)

    def submit(self, job: Callable[[Guard], R]) -> Future[R]:
        """*job* is given a guard that nobody else uses meanwhile."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.width, self._name, of_mailbox.set, (of_mailbox.get(),))
        return self._threads.submit(self._done, job)

    def close(self) -> None:
        """What is being read is broken off, what waits never begins."""
        for guard in self._guards:
            guard.abandon()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for guard in self._guards:
            guard.close()

    def _done(self, job: Callable[[Guard], R]) -> R:
        guard = self._free.get()
        try:
            return job(guard)
        finally:
            self._free.put(guard)
