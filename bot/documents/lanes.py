"""Readers side by side: calls are handed over, and what they gave is fetched when it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import LifoQueue
from typing import TypeVar

from bot.base.logs import of_mailbox
from bot.documents.guard import Reader

R = TypeVar("R")


class Lane:
    """Calls in the order in which they are handed over, as many at once as there are readers; a process begins where all others are busy."""

    def __init__(self, readers: Sequence[Reader], name: str, most: int = 0) -> None:
        """*most*: how many there may come to be."""
        self._readers: list[Reader] = []
        self._name, self._most = name, max(most, len(readers))
        self._free: LifoQueue[Reader] = LifoQueue()  # the one that worked last is warm
        self._threads: ThreadPoolExecutor | None = None
        self.widen(readers)

    def widen(self, readers: Sequence[Reader]) -> None:
        """From now on with these, too."""
        self._readers += readers
        for reader in readers:
            self._free.put(reader)

    @property
    def width(self) -> int:
        return len(self._readers)

    @property
    def used(self) -> float:
        """Processor seconds of all calls so far."""
        return sum(reader.used for reader in self._readers)

    def submit(self, job: Callable[[Reader], R]) -> Future[R]:
        """*job* is given a reader that nobody else uses meanwhile."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._most, self._name, of_mailbox.set, (of_mailbox.get(),))
        return self._threads.submit(self._done, job)

    def close(self) -> None:
        """What is being read is broken off, what waits never begins."""
        for reader in self._readers:
            reader.abandon()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def _done(self, job: Callable[[Reader], R]) -> R:
        reader = self._free.get()
        try:
            return job(reader)
        finally:
            self._free.put(reader)
