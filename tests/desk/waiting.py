from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess

from tests.flow import command
from tests.flow.office import Office

PATIENCE = 40.0


def until(what: Callable[[], bool]) -> bool:
    """Whether *what* comes true while somebody would wait for it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def started(office: Office, *words: str) -> Iterator[ForkServerProcess]:
    """A command that goes on until it is told to end; what it says stands in the office's file ``said``."""
    said = str(office.path / "said")
    process = command.start(office.command(*words)[2:], office.environment, said)
    try:
        yield process
    finally:
        process.kill()
        process.join()


def ended(process: ForkServerProcess) -> int | None:
    """Its exit status after it was told to end; None where it goes on."""
    assert process.pid
    os.kill(process.pid, signal.SIGTERM)
    process.join(PATIENCE)
    return process.exitcode
