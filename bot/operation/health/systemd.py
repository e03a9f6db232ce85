"""A word to systemd: that the bot is ready, alive, leaving (sd_notify(3)). Nothing where it was not started by systemd."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
EVERY = 5.0  # seconds between two signs of life
Notify = Callable[[str], None]


def nobody(words: str) -> None:
    pass


def notifier(environment: Mapping[str, str] = os.environ) -> Notify:
    """Tells whoever stands in NOTIFY_SOCKET; a sign of life soon after another is not repeated."""
    place = environment.get("NOTIFY_SOCKET", "")
    if not place.startswith(("/", "@")):
        return nobody
    address = "\0" + place[1:] if place.startswith("@") else place
    last = -EVERY

    def notify(words: str) -> None:
        nonlocal last
        if words == ALIVE and time.monotonic() - last < EVERY:
            return
        last = time.monotonic()
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(words.encode(), address)

    return notify
