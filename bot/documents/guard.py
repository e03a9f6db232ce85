"""One worker process for everything that comes from outside: limited time, memory and output, no network.

The process starts with the first call and stays; it is replaced when a call breaks a limit, and every few hundred calls.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from bot.documents.errors import TooLarge, WorkerCrashed, WorkerError, WorkerKilled, WorkerOutOfMemory, WorkerTimeout
from bot.documents.model import Limits
from bot.documents.worker import HEADER
from bot.errors import BotError

R = TypeVar("R")

RECYCLE_AFTER = 400
MAX_OUTPUT = 512 * 2**20
START_SECONDS = 30.0
_ROOT = str(Path(__file__).resolve().parents[2])
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from bot.documents.worker import main; main(*map(int, sys.argv[2:6]))"
)
_SAFE_MODULES = {"datetime", "zoneinfo", "pathlib", "decimal", "uuid", "ipaddress"}
_SAFE_BUILTINS = {"set", "frozenset", "bytearray", "complex", "slice", "range"}


class Guard:
    """Runs functions of this package in a worker process; safe to share between threads (calls take turns)."""

    def __init__(self, limits: Limits = Limits(), max_output: int = MAX_OUTPUT) -> None:  # noqa: B008  (frozen)
        self.limits = limits
        self.max_output = max_output
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def run(self, function: Callable[..., R], *args: Any, seconds: float | None = None) -> R:
        """``function(*args)`` in the worker. *function* is a module-level callable of ``bot``; *args* can be pickled.

        *seconds* is the time limit (default: ``limits.seconds``). Raises the ``BotError`` that the function raised;
        ``WorkerTimeout``, ``WorkerOutOfMemory``, ``WorkerCrashed`` or ``TooLarge`` where a limit ended the call;
        ``WorkerKilled`` where something else ended it twice; ``WorkerError`` for any other exception in it.
        """
        limit = self.limits.seconds if seconds is None else seconds
        frame = pickle.dumps((limit, self.max_output, function, args), pickle.HIGHEST_PROTOCOL)
        with self._lock:
            was_fresh = self._worker is None or self._worker.calls == 0
            try:
                outcome, value = self._call(frame, limit)
            except (WorkerOutOfMemory, WorkerCrashed) as error:
                # Earlier calls may have left memory in pieces; who was killed from outside had no chance.
                if was_fresh and not isinstance(error, WorkerKilled):
                    raise
                outcome, value = self._call(frame, limit)
        if outcome == "ok":
            result: R = value
            return result
        if outcome == "bot" and isinstance(value, BotError):
            raise value
        if outcome == "large":
            raise TooLarge(str(value))
        raise WorkerError(str(value))

    def close(self) -> None:
        """End the worker; the next ``run`` starts a new one."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Guard:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def __del__(self) -> None:
        worker = getattr(self, "_worker", None)
        if worker is not None:
            worker.stop()

    def _call(self, frame: bytes, seconds: float) -> tuple[str, Any]:
        if self._worker is None or not self._worker.alive or self._worker.calls >= RECYCLE_AFTER:
            self._stop()
            self._worker = _Worker(self.limits.memory)
        try:
            outcome, value = self._worker.call(frame, seconds, self.max_output)
        except BaseException:
            self._stop()
            raise
        if outcome == "memory":
            self._stop()
            raise WorkerOutOfMemory(str(value) or "读取时内存超过上限")
        return outcome, value

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


class _Worker:
    """The process, its two pipes and its scratch folder."""

    def __init__(self, memory: int) -> None:
        self.calls = 0
        self._scratch = tempfile.mkdtemp(prefix="intake-worker-")
        child_in, self._to_child = os.pipe()
        self._from_child, child_out = os.pipe()
        limits = (str(child_in), str(child_out), str(memory), str(os.getpid()))
        environment = {
            **os.environ,
            "TMPDIR": self._scratch,
            "MALLOC_ARENA_MAX": "2",
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2"),
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, _ROOT, *limits],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(child_in, child_out),
                start_new_session=True,  # its own group: Ctrl-C does not reach it, and killing it takes its children along
                cwd=self._scratch,
                env=environment,
            )
        except OSError as error:
            self._close_pipes()
            shutil.rmtree(self._scratch, ignore_errors=True)
            raise WorkerCrashed(f"读取进程无法启动（{error}）") from error
        finally:
            os.close(child_in)
            os.close(child_out)
        os.set_blocking(self._to_child, False)
        os.set_blocking(self._from_child, False)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def call(self, frame: bytes, seconds: float, max_output: int) -> tuple[str, Any]:
        deadline = time.monotonic() + seconds + (START_SECONDS if self.calls == 0 else 0.0)
        self.calls += 1
        self._send(HEADER.pack(len(frame)) + frame, deadline)
        size = HEADER.unpack(self._receive(HEADER.size, deadline))[0]
        if size > max_output + 4096:
            raise TooLarge(f"{size} bytes of output")
        return _load(self._receive(size, deadline))

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        self._close_pipes()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _close_pipes(self) -> None:
        for pipe in ("_to_child", "_from_child"):
            if (number := getattr(self, pipe, -1)) >= 0:
                os.close(number)
                setattr(self, pipe, -1)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._to_child, selectors.EVENT_WRITE, deadline)
            try:
                view = view[os.write(self._to_child, view[: 2**20]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._ended() from None

    def _receive(self, size: int, deadline: float) -> bytes:
        buffer = bytearray()
        while len(buffer) < size:
            self._wait(self._from_child, selectors.EVENT_READ, deadline)
            try:
                piece = os.read(self._from_child, min(size - len(buffer), 2**20))
            except BlockingIOError:
                continue
            if not piece:
                raise self._ended()
            buffer += piece
        return bytes(buffer)

    @staticmethod
    def _wait(pipe: int, event: int, deadline: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(0.0, deadline - time.monotonic())) and time.monotonic() >= deadline:
                raise WorkerTimeout("读取用时超过上限")

    def _ended(self) -> WorkerError:
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return WorkerCrashed("读取进程中断了应答")
        if status == -signal.SIGXCPU:
            return WorkerTimeout("读取所用的处理器时间超过上限")
        if status == -signal.SIGKILL:
            return WorkerKilled("读取进程被系统结束（多为内存不足）")
        return WorkerCrashed(f"读取进程异常退出（{status}）")


class _PlainUnpickler(pickle.Unpickler):
    """Takes data back, not code: a worker that a hostile file took over must not run anything here."""

    def find_class(self, module: str, name: str) -> Any:
        found = None
        if (
            module in _SAFE_MODULES
            or module == "bot"
            or module.startswith("bot.")
            or (module == "builtins" and name in _SAFE_BUILTINS)
            or (module, name) == ("collections", "OrderedDict")
        ):
            found = super().find_class(module, name)
        if not isinstance(found, type) and (module, name) != ("zoneinfo", "ZoneInfo._unpickle"):
            raise pickle.UnpicklingError(f"{module}.{name} is not plain data")
        return found


def _load(data: bytes) -> tuple[str, Any]:
    try:
        outcome, value = _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:
        raise WorkerCrashed(f"读取进程的应答无法识别（{type(error).__name__}: {error}）") from error
    return str(outcome), value
