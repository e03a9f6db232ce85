"""What the commands share: the options before the command, the stop signal, JSON on stdout."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from bot.base import logs
from bot.base.clock import Clock, make_clock

if TYPE_CHECKING:
    from bot.base.settings import Settings


class Options(Struct):
    """What stands before the command."""

    config: Path
    now: datetime | None
    new_store: bool = False
    mailbox: str = ""
    is_quiet: bool = False  # somebody at a terminal reads what the command says; the log tells only what is wrong

    def settings(self, **instead: dict[str, Any]) -> Settings:
        """Of the only mailbox, or of the one that was named."""
        from bot.base.settings import load_settings  # not for --help

        return self.begun(load_settings(self.config, self.mailbox, **instead))

    def every(self) -> tuple[Settings, ...]:
        """Of each mailbox, or of the one that was named."""
        from bot.base.settings import load_every

        if self.mailbox or self.new_store:
            return (self.settings(),)
        every = load_every(self.config)
        self.begun(every[0])
        return every

    def begun(self, settings: Settings) -> Settings:
        level = "warning" if self.is_quiet and settings.log.level == "info" else settings.log.level
        logs.set_up(level, settings.log.format, settings.schedule.zone)
        if self.new_store:
            from bot.store.files.marker import start_anew

            start_anew(settings)
        return settings

    def clock(self, settings: Settings) -> Clock:
        return make_clock(settings.schedule.zone, self.now)


class Moment(click.ParamType[datetime]):
    name = "ISO8601"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} 不是日期时间；写成 2023-08-28T09:00+08:00", param, context)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the process at once."""
    stop = threading.Event()

    def handle(number: int, frame: object) -> None:
        if stop.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def emit(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
