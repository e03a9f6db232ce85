from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 40.0


def until(what: Callable[[], bool]) -> bool:
    """Whether *what* comes true while somebody would wait for it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False
