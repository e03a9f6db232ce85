"""A brake for work that must not grow with the square of what it reads: no measuring, only an end for what has none."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Seconds of the processor; a tenth of it is enough for each of these tests. Without bounds one run takes minutes to hours.
MOST = 30.0


@contextmanager
def bounded(most: float = MOST) -> Iterator[None]:
    """Breaks off and fails what uses more of the processor; what other programs use does not count."""
    broken: list[str] = []

    def broken_off(_number: int, _frame: FrameType | None) -> None:
        broken.append(f"more than {most} s of the processor")
        raise TimeoutError(broken[0])

    before = signal.signal(signal.SIGVTALRM, broken_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        assert not broken, broken[0]  # the work may have taken the error for a fault of what it read
