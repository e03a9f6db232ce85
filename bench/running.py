"""The bot as an office runs it, for the benches that look at it from outside."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.flow.office import Office


@contextmanager
def running(office: Office, patience: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """``run`` on the machine's own clock; asked to end afterwards, which may take *patience* seconds."""
    process = subprocess.Popen(
        office.command("run", now=""), env=office.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(patience)
