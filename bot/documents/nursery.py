"""Where the guarded workers come from: one process that has loaded the program, and forks them. Loading takes as long as reading fifty mails.

It gets nothing of our environment, never sees a foreign byte, and hears from this process alone; it ends with it, and when no worker is left. What
a worker must not do is settled in the worker, before it is given anything (``worker.py``).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from bot.documents.worker import STATUS

PATIENCE = 120.0  # seconds for an answer: on a busy machine loading takes long
_ROOT = str(Path(__file__).resolve().parents[2])
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from bot.documents.worker import nurse
nurse(int(sys.argv[2]))
"""
# All that a worker gets of our environment: the mail password and whatever else stands there is none of its business.
_ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "LIBARCHIVE")
# What the recogniser takes for a page is given back after each step: 70 MB less at the most for a tenth more time. (Other libraries ignore it.)
_GIVEN_BACK = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=2097152"
KILLED = -signal.SIGKILL


class Nursery:
    """The process, as long as it lives. ``OSError`` where it cannot be started."""

    def __init__(self, places: str, environment: dict[str, str]) -> None:
        self.made_of = (places, environment)
        self._lock = threading.Lock()
        self._calls, theirs = socket.socketpair()
        self._calls.settimeout(PATIENCE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, places, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C does not reach it
                cwd=Path("/"),
                env=environment,
            )

    def fork(self, module: str, pipes: Sequence[int], memory: int, scratch: Path, packages: Sequence[str]) -> int:
        """The number of a new worker, which has loaded *module* and takes calls from the first of *pipes*, answers into the second. ``OSError`` where
        the nursery is gone."""
        return self._asked(["fork", module, memory, str(scratch), list(packages)], pipes)

    def end(self, worker: int, patience: float = 0.0) -> int:
        """The exit status of a worker, which is killed with all that belongs to it unless it ends within *patience* seconds."""
        try:
            return self._asked(["end", worker, patience])
        except OSError:  # then it has no worker any more
            return KILLED

    def leave(self) -> None:
        """For a process that was forked from this one: the nursery is not its own."""
        self._calls.close()

    def close(self) -> None:
        """It ends, with all its workers."""
        self._calls.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)

    def _asked(self, request: list[object], handles: Sequence[int] = ()) -> int:
        with self._lock:
            try:
                socket.send_fds(self._calls, [json.dumps(request).encode()], handles)
                answer = self._calls.recv(STATUS.size)
            except OSError:  # an answer that comes late would be taken for the next one's
                self._calls.close()
                raise
        if len(answer) != STATUS.size:
            raise ConnectionError("the nursery is gone")
        found: int = STATUS.unpack(answer)[0]
        return found


class _Kept:
    """The one nursery of this process, begun with the first worker."""

    now: Nursery | None = None
    lock = threading.Lock()


def worker(
    module: str, pipes: Sequence[int], memory: int, scratch: Path, packages: Sequence[str]
) -> tuple[Nursery, int]:
    """A worker of the nursery, which begins anew where it has ended meanwhile, or was begun elsewhere. ``OSError`` where none can be started."""
    with _Kept.lock:
        made_of = (json.dumps([_ROOT, *(entry for entry in sys.path if entry)]), _environment())
        if _Kept.now is not None and _Kept.now.made_of == made_of:
            with contextlib.suppress(OSError):
                return _Kept.now, _Kept.now.fork(module, pipes, memory, scratch, packages)
            _Kept.now.close()
        _Kept.now = Nursery(*made_of)
        return _Kept.now, _Kept.now.fork(module, pipes, memory, scratch, packages)


def _environment() -> dict[str, str]:
    return {
        "OMP_NUM_THREADS": "2",
        **{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        "MALLOC_ARENA_MAX": "2",
        "GLIBC_TUNABLES": _GIVEN_BACK,
    }


def close() -> None:
    """The one that is kept ends."""
    if _Kept.now is not None:
        _Kept.now.close()
        _Kept.now = None


def _leave() -> None:
    if _Kept.now is not None:
        _Kept.now.leave()
    _Kept.now, _Kept.lock = None, threading.Lock()


atexit.register(close)
os.register_at_fork(after_in_child=_leave)
