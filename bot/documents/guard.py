"""One worker process for everything that comes from outside: limited time, memory and output, no secrets, no network.

The process starts with the first call and stays; it is replaced when a call breaks a limit, when it has come to hold much memory, and every
few thousand calls: starting costs as much as reading many mails. Time is the processor time that it used, so that a busy machine blames no file; by the clock only what hangs is ended. What the worker answers is
believed to be plain data of the promised type (``wire.py``) that repeats the mark of its call, and nothing else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pickle
import secrets
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.base.errors import BotError
from bot.base.limits import Limits
from bot.base.scratch import Scratch
from bot.documents import nursery, wire
from bot.documents.errors import (
    ReaderError,
    TooLarge,
    WorkerCrashed,
    WorkerError,
    WorkerKilled,
    WorkerOutOfMemory,
    WorkerTimeout,
)
from bot.documents.worker import ERROR, HEADER, LARGE, MARK, MEMORY, OK, READER, ErrorTexts

R = TypeVar("R")

BROKEN = b"b"  # beside the worker's own outcomes: the guard ended the call
RECYCLE_AFTER = 4000  # calls
RECYCLE_ABOVE = 1 / 3  # of the memory that it may use; the models that read scans take half of that
MAX_OUTPUT = 512 * 2**20
START_SECONDS = 5.0  # of the processor, beside the first call
HANGS_AFTER = 10  # times the processor time that a call may use: by the clock, on a machine that has other work
STANDS_STILL = 120.0  # seconds by the clock without ``LEAST_PROGRESS`` seconds of the processor: it hangs
LEAST_PROGRESS = 0.1
LOOK_EVERY = 0.5
ENDS_WITHIN = 5.0  # seconds by the clock behind its last word
ROOM = 2**20  # bytes of a pipe: most mails and what they say go through as a whole, and nobody wakes for each piece
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Runner(Protocol):
    """What calls functions that read foreign bytes; ``used`` are the processor seconds of all calls so far."""

    @property
    def used(self) -> float: ...

    def run(self, function: Callable[..., R], *args: Any, seconds: float | None = None) -> R: ...


class Reader(Runner, Protocol):
    """One that can be ended, in the middle of a call, too: a guarded process on this machine or, by the cluster, on another."""

    def abandon(self) -> None: ...

    def close(self) -> None: ...


class Here:
    """Calls at once: for what runs in the worker already, where the whole has its limits."""

    @property
    def used(self) -> float:
        return time.process_time()

    def run(self, function: Callable[..., R], *args: Any, seconds: float | None = None) -> R:
        return function(*args)


class Guard:
    """Runs functions of this package in a worker process; safe to share between threads (calls take turns)."""

    def __init__(
        self,
        limits: Limits = Limits(),  # noqa: B008  (frozen)
        max_output: int = MAX_OUTPUT,
        packages: Sequence[str] = ("bot",),
    ) -> None:
        """*packages*: the top-level packages whose functions are called."""
        self.limits = limits
        self.max_output = max_output
        self.used = 0.0  # processor seconds of all calls so far
        self._packages = packages
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._is_abandoned = False

    def run(self, function: Callable[..., R], *args: Any, seconds: float | None = None) -> R:
        """``function(*args)`` in the worker. *function* is a module-level callable whose annotation says what it returns: plain data
        (``wire.py``); *args* can be pickled.

        *seconds* is the processor time that it may use (default: ``limits.seconds``). Raises the ``ReaderError`` that the function
        raised (any other ``BotError`` as one); ``WorkerTimeout``, ``WorkerOutOfMemory``, ``WorkerCrashed`` or ``TooLarge`` where a
        limit ended the call; ``WorkerKilled`` where something else ended it twice; ``WorkerError`` for any other exception in it.
        """
        limit = self.limits.seconds if seconds is None else seconds
        outcome, _, found = self._answered(framed(limit, self.max_output, function, args), function, limit)
        result: R = result_of(outcome, found)
        return result

    def relay(self, frame: bytes) -> tuple[bytes, bytes]:
        """A call that another machine has framed: what became of it, and the bytes that the worker gave, which are of the promised type."""
        limit, _, function, _ = pickle.loads(frame)
        try:
            outcome, data, _ = self._answered(frame, function, limit)
        except (WorkerError, TooLarge) as error:
            return BROKEN, wire.dump((type(error).__name__, error.what, error.remedy), ErrorTexts)
        return outcome, data

    def _answered(self, frame: bytes, function: Callable[..., Any], limit: float) -> tuple[bytes, bytes, Any]:
        """What became of the call, the data of the answer and what they say."""
        hint, module = wire.returned_by(function), function.__module__
        with self._lock:
            was_fresh = self._worker is None or self._worker.calls == 0
            try:
                outcome, data = self._call(frame, module, limit)
            except (WorkerOutOfMemory, WorkerCrashed) as error:
                # Earlier calls may have left memory in pieces; who was killed from outside had no chance.
                if self._is_abandoned or (was_fresh and not isinstance(error, WorkerKilled)):
                    raise
                outcome, data = self._call(frame, module, limit)
            try:
                return outcome, data, value_of(outcome, data, hint)
            except WorkerCrashed:
                self._stop()
                raise

    def close(self) -> None:
        """End the worker; the next ``run`` starts a new one."""
        with self._lock:
            self._stop()

    def abandon(self) -> None:
        """For good, in the middle of what it does: whoever waits for that gets ``WorkerCrashed``."""
        self._is_abandoned = True
        worker = self._worker
        if worker is not None:
            worker.kill()

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def __del__(self) -> None:
        worker = getattr(self, "_worker", None)
        if worker is not None:
            worker.drop()

    def _call(self, frame: bytes, module: str, seconds: float) -> tuple[bytes, bytes]:
        if self._is_abandoned:
            raise WorkerCrashed("读取已中止")
        if self._worker is None or not self._worker.alive or self._is_worn(self._worker):
            self._stop()
            self._worker = _Worker(module, self.limits.memory, self._packages)
        worker = self._worker
        before = worker.used()
        try:
            outcome, data = worker.call(frame, seconds, self.max_output)
        except BaseException as error:
            # What hung cost its whole allowance, so that many such parts of one mail end soon.
            self.used += max(worker.used() - before, seconds if isinstance(error, WorkerTimeout) else 0.0)
            self._stop()
            raise
        self.used += max(0.0, worker.used() - before)
        if outcome == MEMORY:
            self._stop()
            raise WorkerOutOfMemory("读取时内存超过上限")
        return outcome, data

    def _is_worn(self, worker: _Worker) -> bool:
        return worker.calls >= RECYCLE_AFTER or worker.resident() > RECYCLE_ABOVE * self.limits.memory

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


def killed() -> WorkerKilled:
    return WorkerKilled("读取进程被系统结束（多为内存不足）")


def framed(seconds: float, max_output: int, function: Callable[..., Any], args: Sequence[Any]) -> bytes:
    """A call as the worker takes it."""
    return pickle.dumps((seconds, max_output, function, tuple(args)), pickle.HIGHEST_PROTOCOL)


def value_of(outcome: bytes, data: bytes, hint: Any) -> Any:
    """What the data of an answer say: a value of the type *hint*, or the texts of an error."""
    try:
        return wire.load(data, hint if outcome == OK else ErrorTexts)
    except wire.WireError as error:
        raise WorkerCrashed(f"读取进程的应答无法识别（{error}）") from error


def result_of(outcome: bytes, found: Any) -> Any:
    """The value; raises the error where it is one."""
    if outcome == OK:
        return found
    raise _error_of(outcome, *found)


def _error_of(outcome: bytes, name: str, what: str, remedy: str) -> BotError:
    """The error that is told of. Of those that the worker tells, only such count as a file can be the reason of; the others are the guard's."""
    if outcome in (READER, BROKEN):
        kinds = {
            kind.__name__: kind
            for kind in _kinds_of(ReaderError)
            if outcome == BROKEN or not issubclass(kind, WorkerError)
        }
        return kinds.get(name, BotError)(what, remedy)
    return TooLarge(what) if outcome == LARGE else WorkerError(what)


def _kinds_of(kind: type[ReaderError]) -> Iterator[type[ReaderError]]:
    yield kind
    for further in kind.__subclasses__():
        yield from _kinds_of(further)


class _Bounds(NamedTuple):
    """Until when one call may run: the worker's processor seconds (``used``), the monotonic clock's, and how many of those it may stand
    still."""

    processor: float
    clock: float
    idle: float


class _Worker:
    """The process, its two pipes and its scratch folder."""

    def __init__(self, module: str, memory: int, packages: Sequence[str]) -> None:
        self.calls = 0
        self._seen = 0.0
        self._status: int | None = None
        self._ending = threading.Lock()
        self._scratch = Scratch()
        child_in, self._to_child = os.pipe()
        self._from_child, child_out = os.pipe()
        try:
            pipes = (child_in, child_out)
            self._nursery, self._number = nursery.worker(module, pipes, memory, self._scratch.path, packages)
        except OSError as error:
            self.drop()
            if isinstance(error, ConnectionError):  # what was to fork it was ended
                raise killed() from error
            raise WorkerCrashed(f"读取进程无法启动（{error}）") from error
        finally:
            os.close(child_in)
            os.close(child_out)
        for pipe in (self._to_child, self._from_child):
            os.set_blocking(pipe, False)
            with contextlib.suppress(OSError, AttributeError):  # a system that bounds them more, or has no such call
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)
        self._may_write, self._may_read = select.poll(), select.poll()
        self._may_write.register(self._to_child, select.POLLOUT)
        self._may_read.register(self._from_child, select.POLLIN)

    @property
    def alive(self) -> bool:
        """Between two calls it has nothing to say, and only its end closes the pipe."""
        return not self._may_read.poll(0)

    def used(self) -> float:
        """Processor seconds of all its threads; the clock's where the system does not tell (no Linux)."""
        try:
            self._seen = time.clock_gettime(~self._number << 3 | 2)  # as clock_getcpuclockid(3) makes it of a process
        except OSError:  # it has ended
            return self._seen or time.monotonic()
        return self._seen

    def resident(self) -> int:
        """Bytes of memory that it holds; 0 where the system does not tell."""
        try:
            return int(Path(f"/proc/{self._number}/statm").read_bytes().split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def call(self, frame: bytes, seconds: float, max_output: int) -> tuple[bytes, bytes]:
        """What became of the call, and the data of the answer."""
        allowed = seconds + (START_SECONDS if self.calls == 0 else 0.0)
        wall = HANGS_AFTER * allowed
        bounds = _Bounds(self.used() + allowed, time.monotonic() + wall, min(STANDS_STILL, wall))
        self.calls += 1
        mark = secrets.token_bytes(MARK)
        self._send(HEADER.pack(MARK + len(frame)) + mark + frame, bounds)
        size = HEADER.unpack(self._receive(HEADER.size, bounds))[0]
        if size > max_output + 4096:
            raise TooLarge(f"{size} bytes of output")
        answer = self._receive(size, bounds)
        if answer[:MARK] != mark or answer[MARK : MARK + 1] not in (OK, READER, MEMORY, LARGE, ERROR):
            raise WorkerCrashed("读取进程的应答无法识别（不是对这次调用的应答）")
        return answer[MARK : MARK + 1], answer[MARK + 1 :]

    def kill(self, patience: float = 0.0) -> int:
        """Its exit status, within *patience* seconds that of its own end. Another thread may wait for its answer meanwhile."""
        with self._ending:
            if self._status is None:
                self._status = self._nursery.end(self._number, patience)
            return self._status

    def stop(self) -> None:
        self.kill()
        self.drop()

    def drop(self) -> None:
        """It ends by itself, as nobody can call it any more."""
        self._close_pipes()
        self._scratch.remove()

    def _close_pipes(self) -> None:
        for pipe in ("_to_child", "_from_child"):
            if (number := getattr(self, pipe, -1)) >= 0:
                os.close(number)
                setattr(self, pipe, -1)

    def _send(self, data: bytes, bounds: _Bounds) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._to_child, view[: 2**20]) :]
            except BlockingIOError:
                self._wait(self._may_write, bounds)
            except BrokenPipeError:
                raise self._ended() from None

    def _receive(self, size: int, bounds: _Bounds) -> bytes:
        buffer = bytearray()
        while len(buffer) < size:
            try:
                piece = os.read(self._from_child, min(size - len(buffer), 2**20))
            except BlockingIOError:
                self._wait(self._may_read, bounds)
                continue
            if not piece:
                raise self._ended()
            buffer += piece
        return bytes(buffer)

    def _wait(self, ready: select.poll, bounds: _Bounds) -> None:
        moved_at, moved = time.monotonic(), self.used()
        while not ready.poll(1000 * max(0.0, min(LOOK_EVERY, bounds.clock - time.monotonic()))):
            now, used = time.monotonic(), self.used()
            if used > bounds.processor:
                raise WorkerTimeout("读取所用的处理器时间超过上限")
            if used > moved + LEAST_PROGRESS:
                moved_at, moved = now, used
            if now >= bounds.clock or now >= moved_at + bounds.idle:
                raise WorkerTimeout("读取没有进展，等待时间超过上限")

    def _ended(self) -> WorkerError:
        status = self.kill(ENDS_WITHIN)
        if status == -signal.SIGXCPU:
            return WorkerTimeout("读取所用的处理器时间超过上限")
        if status == -signal.SIGKILL:
            return killed()
        return WorkerCrashed(f"读取进程异常退出（{status}）")
