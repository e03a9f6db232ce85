"""What the tests let the worker do; module level, so that it can be named over the pipe."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.documents.errors import Encrypted
from bot.forms.model import Form


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def eat_memory() -> int:
    return len(bytearray(8 * 2**30))


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(7)


def raise_known() -> None:
    raise Encrypted("kx")


def raise_other() -> None:
    raise KeyError("other")


def connect(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        return "connected"


def much(size: int) -> bytes:
    return b"x" * size


def noise() -> str:
    print("libraries print", flush=True)
    os.write(1, b"and write to descriptor 1")
    return "quiet"


def scratch_file() -> str:
    import tempfile

    with tempfile.NamedTemporaryFile(delete=False) as stream:
        stream.write(b"left behind")
        return stream.name


# What a worker does that a hostile file took over: it knows all that the process knows.


def of_worker(name: str) -> Any:
    """What the loop that serves the calls has under this name."""
    return sys._getframe(3).f_locals[name]


def say(answer: bytes, marked: bool, waits: bool) -> Form | None:
    """Put *answer* into the pipe in place of the true one, behind the mark of the call where *marked*."""
    frame = of_worker("frame") if marked else b""
    os.write(of_worker("write_fd"), answer.replace(b"MARK", frame[:16]))
    if waits:
        time.sleep(600)
    os._exit(0)


def say_it_later(answer: bytes) -> int:
    """Answer truly, and put *answer* behind it, where the next call's is looked for."""
    threading.Timer(0.3, os.write, (of_worker("write_fd"), answer)).start()
    return 1


def stream() -> None:
    pipe = of_worker("write_fd")
    while True:
        os.write(pipe, b"\0" * 65536)


def attempt(what: str, *values: Any) -> str:
    """What the kernel says to one forbidden act; «done» where it lets it happen."""
    acts: dict[str, Callable[..., object]] = {
        "read": lambda path: Path(path).read_bytes(),
        "write": lambda path: Path(path).write_bytes(b""),
        "delete": lambda path: Path(path).unlink(),
        "list": os.listdir,
        "make executable": lambda path: Path(path).chmod(0o777),
        "start": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": lambda: os.fork() or os._exit(0),
        "signal": lambda pid: os.kill(pid, 0),
        "look into": lambda pid: Path(f"/proc/{pid}/environ").read_bytes(),
        "limit": lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE, (64, 64)),
        "call": socket_of_libc,
        "leave the group": os.setsid,
    }
    try:
        acts[what](*values)
    except OSError as error:
        return type(error).__name__
    return "done"


def socket_of_libc() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.socket(2, 1, 0) < 0:
        raise PermissionError(ctypes.get_errno())


def environment() -> dict[str, str]:
    return dict(os.environ)


HOARD: list[bytes] = []


def hoard(size: int) -> int:
    """Keeps *size* bytes for ever."""
    HOARD.append(b"x" * size)
    return os.getpid()
