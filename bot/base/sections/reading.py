"""``[reading]``: who reads what came in."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from bot.base.sections.values import Section

AUTO = "auto"
MOST = 64


def read_workers(written: object) -> object:
    """``"auto"``, a number of processes, or the address of a Dask scheduler."""
    if isinstance(written, int) and not isinstance(written, bool) and 1 <= written <= MOST:
        return written
    if isinstance(written, str) and (written == AUTO or re.fullmatch(r"(?:tcp|tls)://[^\s:/]+:\d{1,5}", written)):
        return written
    raise ValueError("workers")


class ReadingSettings(Section):
    workers: Annotated[int | str, BeforeValidator(read_workers)] = AUTO
