"""运行: «status» as a page, «check» when asked for, the last lines of the log, the configuration as understood, backups."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from bot.base.logs import recent
from bot.base.settings import Settings
from bot.desk.visit import Visit, get, post
from bot.operation.check import Finding, check_all
from bot.operation.status import read_status
from bot.store.desk.acts import newest
from bot.store.desk.entry import last_lines
from bot.store.files.copies import dated_copies

LOG_LINES, ACTS = 80, 40
UNITS = (("d", 86400), ("h", 3600), ("m", 60))
MEGABYTE = 2**20
# Nothing of these is shown, be it a hash: the page is for looking, not for carrying about.
HIDDEN = ("password", "secret", "passwords")
SET = "（已设置，不显示）"
# One at a time: each logs in to both servers.
CHECKING = threading.Lock()


def show(visit: Visit, findings: list[Finding] | None = None, busy: bool = False) -> Response:
    desk = visit.desk
    root = desk.settings.store.path
    return visit.page(
        "system.html",
        status=read_status(visit.db, desk.settings, visit.now),
        findings=findings,
        busy=busy,
        log=[in_zone(line, desk.settings.schedule.zone) for line in recent(root, LOG_LINES)],
        configured=list(understood(desk.settings)),
        backups=backups(root, desk.settings),
        acts=newest(visit.db, ACTS),
        visits=last_lines(visit.db, ACTS) if visit.person and visit.person.may_decide else [],
    )


def in_zone(line: str, zone: ZoneInfo) -> str:
    """A line of the log with its moment as the office's clock shows it: the machine's may be another."""
    at, _, rest = line.partition(" ")
    try:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S} {rest}"
    except ValueError:
        return line


def check(visit: Visit) -> Response:
    if not CHECKING.acquire(blocking=False):
        return show(visit, busy=True)
    try:
        return show(visit, check_all(visit.desk.settings, visit.desk.clock))
    finally:
        CHECKING.release()


def understood(settings: Settings) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Section by section: key and value as they count, defaults included. The units of the roster have a page of their own."""
    for section, value in settings.model_dump(exclude={"unit"}).items():
        for number, table in enumerate(value if isinstance(value, tuple) else [value], 1):
            name = f"[[{section}]] {number}" if isinstance(value, tuple) else f"[{section}]"
            yield name, [(key, shown(key, one)) for key, one in table.items() if not is_unset(one)]


def is_unset(value: Any) -> bool:
    return value is None or value in ("", (), {}) or (isinstance(value, dict) and all(map(is_unset, value.values())))


def shown(key: str, value: Any) -> str:
    """As it would be written in the file."""
    if key in HIDDEN:
        return f"{'、'.join(value)}{SET}" if isinstance(value, dict) else SET
    if isinstance(value, dict):
        return "；".join(f"{name} = {one}" for name, one in value.items() if not is_unset(one))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        unit, size = next((pair for pair in UNITS if seconds and seconds % pair[1] == 0), ("s", 1))
        return f"{seconds // size}{unit}"
    if isinstance(value, int) and value >= MEGABYTE:
        return f"{value // MEGABYTE}MB"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


def backups(root: Path, settings: Settings) -> list[tuple[str, int, datetime]]:
    """Name, size in bytes and age of each dated copy of the database, the newest first."""
    return [
        (one.name, one.stat().st_size, datetime.fromtimestamp(one.stat().st_mtime, settings.schedule.zone))
        for one in reversed(dated_copies(root))
    ]


ROUTES = (get("/system", show), post("/system/check", check))
