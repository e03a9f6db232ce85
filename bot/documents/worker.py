"""The inside of the guarded process: limits first, then one call after the other over two pipes; and of the process that forks it.

Started by ``nursery.py`` only. A frame is an 8-byte big-endian length and that many bytes. In: the call's mark (``MARK`` bytes), then a pickle
of ``(seconds, max_output, function, args)``; the parent is trusted. Out: the mark again, one byte that says what became of the call, and
plain data (``wire.py``): the value, or for an error ``(name, what, remedy)``.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import math
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from bot.base.errors import BotError
from bot.base.limits import RARELY
from bot.documents import fence, wire

HEADER = struct.Struct(">Q")
MARK = 16
OK, READER, MEMORY, LARGE, ERROR = b"o", b"r", b"m", b"l", b"e"
ErrorTexts = tuple[str, str, str]
MOST_TEXT = 2000
CLONE_NEWNET = 0x40000000
MAX_FILE = 512 * 2**20
MAX_OPEN_FILES = 512
IDLE_SECONDS = 60.0
STATUS = struct.Struct(">q")  # what the nursery answers: a process's number, or its exit status
SOON = 2.0  # seconds after which a nursery without workers leaves
LOOK_EVERY = 0.01


def nurse(control: int) -> None:
    """Fork workers as long as somebody may ask for one. Nothing foreign is ever read here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*RARELY)
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling)  # whoever waits hears at once that a worker has left
    signal.signal(signal.SIGCHLD, lambda *_: None)
    workers: set[int] = set()
    loaded: set[str] = set()
    with socket.socket(fileno=control) as calls:
        waited_for: list[Any] = [calls, told]
        while True:
            patience = SOON if workers and all(map(_has_left, workers)) else IDLE_SECONDS
            ready = select.select(waited_for, [], [], patience)[0]
            if told in ready:
                os.read(told, 4096)
            if calls in ready:
                data, pipes, _, _ = socket.recv_fds(calls, 65536, 2)
                if not data:
                    return
                calls.sendall(STATUS.pack(_done(calls, workers, loaded, pipes, *json.loads(data))))
            elif not ready and all(map(_has_left, workers)):
                return


def _done(
    calls: socket.socket, workers: set[int], loaded: set[str], pipes: Sequence[int], what: str, *given: Any
) -> int:
    if what == "end":
        worker, patience = given
        workers.discard(worker)
        return _ended(worker, patience)
    module, memory, scratch, packages = given
    if module not in loaded:
        loaded.add(module)
        with contextlib.suppress(Exception):  # the worker is told of it when it is to call something of it
            getattr(importlib.import_module(module), "warm", bool)()
    nursery = os.getpid()
    worker = os.fork()
    if worker == 0:
        _become(calls, pipes, memory, nursery, scratch, *packages)
    workers.add(worker)
    for pipe in pipes:
        os.close(pipe)
    return worker


def _become(
    calls: socket.socket, pipes: Sequence[int], memory: int, nursery: int, scratch: str, *packages: str
) -> None:
    """In the new process: the worker, its own group, with nothing of the nursery's but the program."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        calls.detach()
        kept = sorted(pipes)
        for before, behind in zip([2, *kept], [*kept, os.sysconf("SC_OPEN_MAX")], strict=True):
            os.closerange(before + 1, behind)
        os.chdir(scratch)
        os.environ |= {"TMPDIR": scratch, "HOME": scratch}
        tempfile.tempdir = None  # looked up again
        main(pipes[0], pipes[1], memory, nursery, scratch, *packages)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _has_left(worker: int) -> bool:
    return os.waitid(os.P_PID, worker, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _ended(worker: int, patience: float) -> int:
    """Its exit status, negative for the signal that ended it. Only here its number is given back to the system."""
    until = time.monotonic() + patience
    while time.monotonic() < until and not _has_left(worker):
        time.sleep(LOOK_EVERY)
    for kill in (os.kill, os.killpg):  # it may not be a group of its own yet
        with contextlib.suppress(OSError):
            kill(worker, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])


def main(read_fd: int, write_fd: int, memory: int, parent: int, scratch: str, *packages: str) -> None:
    """Serve calls until the pipe ends or nobody calls. Answers have their own pipe: libraries print to stdout. *packages* hold what may be called."""
    _settle(memory)
    folders = [Path(place) for name in packages for place in importlib.import_module(name).__path__]
    fence.close_in(Path(scratch), folders)
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    with os.fdopen(read_fd, "rb") as requests, os.fdopen(write_fd, "wb") as replies:
        while (frame := _next(requests)) is not None:
            answer = _answer(frame[MARK:])
            replies.write(HEADER.pack(MARK + len(answer)) + frame[:MARK])
            replies.write(answer)
            replies.flush()


def _settle(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*RARELY)
    with contextlib.suppress(OSError, ValueError):  # before the memory limit: recursion needs stack, not heap
        sys.setrecursionlimit(1500)
    # RLIMIT_DATA, not RLIMIT_AS: libraries and thread stacks reserve far more address space than they ever use.
    for limit, value in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, MAX_FILE),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
    ):
        _, hard = resource.getrlimit(limit)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, value))
    _cut_network()


def _cut_network() -> None:
    """No file may make us call anybody: an own empty network where the kernel lets us, and no sockets from Python anyway."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET)

    class NoSocket(socket.socket):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            raise PermissionError("no network while a file is read")

    socket.socket = NoSocket  # type: ignore[misc]  # replaced on purpose, in this process only


def _leave_with_parent(parent: int) -> None:
    """A killed parent cannot close the worker while it computes. (PR_SET_PDEATHSIG would fire when a mere thread ends.)"""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.killpg(0, signal.SIGKILL)


def _next(requests: BinaryIO) -> bytes | None:
    """None where nothing more comes, or nothing came for a while: nobody is to keep the memory of an idle worker."""
    if not select.select([requests], [], [], IDLE_SECONDS)[0]:
        return None
    head = requests.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    size = HEADER.unpack(head)[0]
    frame = requests.read(size)
    return frame if len(frame) == size else None


def _answer(frame: bytes) -> bytes:
    try:
        seconds, max_output, function, args = pickle.loads(frame)
        _allow_cpu(seconds)
        answer = OK + wire.dump(function(*args), wire.returned_by(function))
        if len(answer) > max_output:
            return _told(LARGE, "", f"{len(answer)} bytes of output")
        return answer
    except BotError as error:
        return _told(READER, type(error).__name__, error.what, error.remedy)
    except MemoryError as error:
        return _told(MEMORY, "", str(error))
    except Exception as error:
        return _told(ERROR, "", f"{type(error).__name__}: {error}")


def _told(how: bytes, name: str, what: str, remedy: str = "") -> bytes:
    return how + wire.dump((name, what[:MOST_TEXT], remedy[:MOST_TEXT]), ErrorTexts)


def _allow_cpu(seconds: float) -> None:
    """Twice what the parent allows, of all threads: the kernel ends the process even if nobody counts any more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + 2 * seconds) + 5
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
