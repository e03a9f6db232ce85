"""The inside of the guarded process: limits first, then one call after the other over two pipes.

Started by ``guard.py`` only. A frame is an 8-byte big-endian length and that many bytes. In: the call's mark (``MARK`` bytes), then a pickle
of ``(seconds, max_output, function, args)``; the parent is trusted. Out: the mark again, one byte that says what became of the call, and
plain data (``wire.py``): the value, or for an error ``(name, what, remedy)``.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import math
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time
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
