"""What the tests let the worker do; module level, so that it can be named over the pipe."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from bot.documents.errors import Encrypted


def add(left: int, right: int) -> int:
    return left + right


def process_id() -> int:
    return os.getpid()


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


def be_killed(times: int, log: str) -> str:
    """Killed from outside (here: by itself) in the first *times* calls; *log* counts them."""
    with Path(log).open("a") as file:
        file.write("x")
    if len(Path(log).read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


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


class Evil:
    def __reduce__(self) -> Any:
        return os.getenv, ("HOME",)


def evil() -> Evil:
    return Evil()


def grandchild() -> int:
    return subprocess.Popen(["sleep", "300"]).pid


def spawn_and_hang(pid_file: str) -> None:
    Path(pid_file).write_text(str(subprocess.Popen(["sleep", "300"]).pid))
    time.sleep(300)


def scratch_file() -> str:
    import tempfile

    with tempfile.NamedTemporaryFile(delete=False) as stream:
        stream.write(b"left behind")
        return stream.name
