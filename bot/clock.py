"""The bot's time: the system's, or one that was set for this invocation and goes on from there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def make_clock(zone: ZoneInfo, start: datetime | None = None) -> Clock:
    """Aware moments in *zone*. With *start* (naive: taken in *zone*) the clock shows it now and goes on with real seconds."""
    if start is None:
        return lambda: datetime.now(zone)
    begun = time.monotonic()
    first = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(zone)
    return lambda: first + timedelta(seconds=time.monotonic() - begun)
