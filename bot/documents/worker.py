"""The inside of the guarded process: limits first, then one call after the other over two pipes.

Started by ``guard.py`` only. Frames are an 8-byte big-endian length and a pickle: in ``(seconds, max_output, function, args)``,
out ``("ok", value)``, ``("bot", error)``, ``("memory", text)``, ``("large", text)`` or ``("error", text)``.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import threading
import time
from typing import Any, BinaryIO

HEADER = struct.Struct(">Q")
CLONE_NEWNET = 0x40000000
MAX_FILE = 512 * 2**20
MAX_OPEN_FILES = 512


def main(read_fd: int, write_fd: int, memory: int, parent: int) -> None:
    """Serve calls until the pipe ends. Answers have their own pipe: libraries print to stdout."""
    _settle(memory)
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    with os.fdopen(read_fd, "rb") as requests, os.fdopen(write_fd, "wb") as replies:
        while (frame := _next(requests)) is not None:
            answer = _answer(frame)
            replies.write(HEADER.pack(len(answer)))
            replies.write(answer)
            replies.flush()


def _settle(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, ValueError):  # before the memory limit: recursion needs stack, not heap
        sys.setrecursionlimit(1500)
    # RLIMIT_DATA, not RLIMIT_AS: onnxruntime and thread stacks reserve far more address space than they ever use.
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
    head = requests.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    size = HEADER.unpack(head)[0]
    frame = requests.read(size)
    return frame if len(frame) == size else None


def _answer(frame: bytes) -> bytes:
    from bot.errors import BotError

    try:
        seconds, max_output, function, args = pickle.loads(frame)
        _allow_cpu(seconds)
        answer = pickle.dumps(("ok", function(*args)), pickle.HIGHEST_PROTOCOL)
        if len(answer) > max_output:
            return pickle.dumps(("large", f"{len(answer)} bytes of output"))
        return answer
    except BotError as error:
        return pickle.dumps(("bot", error))
    except MemoryError as error:
        return pickle.dumps(("memory", str(error)))
    except Exception as error:
        return pickle.dumps(("error", f"{type(error).__name__}: {error}"[:2000]))


def _allow_cpu(seconds: float) -> None:
    """Processor time of all threads for this call; the kernel ends the process even if nobody waits for it any more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + 2 * seconds * (os.cpu_count() or 1)) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
