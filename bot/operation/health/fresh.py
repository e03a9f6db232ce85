"""The configuration of a running bot, looked at again: config.toml, roster, templates, definitions. What was changed is taken up if it is valid; else
the old stays, and what is wrong is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct

from bot.base.clock import Clock
from bot.base.errors import BotError, ConfigError
from bot.base.settings import Settings, load_settings
from bot.forms.units.roster import load_roster
from bot.mailbox.errors import MailboxError
from bot.operation.check import check_definitions, check_templates
from bot.operation.health.hints import hints
from bot.operation.health.trial import abilities, log_in_to_send
from bot.operation.upkeep.belongings import files
from bot.store.files.marker import CHANGED

log = logging.getLogger(__name__)

STEADY = 0.5  # seconds without a change: an editor writes a file in several steps
MOST_LOOKS = 20
Stamp = dict[Path, tuple[int, int]]


class News(Struct, frozen=True):
    """``settings`` where something new can be taken up; else ``fault`` says what is wrong (Chinese), "" where nothing is (any more)."""

    settings: Settings | None = None
    fault: str = ""


def stamp_of_file(path: Path) -> tuple[int, int] | None:
    """When it was changed, and its size."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


class Source:
    """The files of one configuration. ``look`` is cheap where nothing was changed: some dozens of ``stat``."""

    def __init__(self, config: Path, settings: Settings, load: Callable[[Path], Settings] | None = None) -> None:
        self.config, self.settings = config.resolve(), settings
        self.load = load or partial(load_settings, name=settings.mailbox.name)
        self.taken = self.stamp()
        self.refused: Stamp = {}
        self.fault = ""

    def stamp(self) -> Stamp:
        """Of each file when it was changed and its size; a folder or file that is not there is simply missing."""
        found: Stamp = {}
        settings = self.settings
        named = (settings.roster.file, settings.mailbox.password_file, settings.smtp.password_file)
        for path in [
            self.config,
            *(path for path in named if path is not None),
            *(path for path, _ in files(self.settings, self.config)),
        ]:
            if (told := stamp_of_file(path)) is not None:
                found[path] = told
        return found

    def look(self, clock: Clock) -> News:
        """What the files say now. A server that cannot be reached for now is asked again with the next look, one that refuses is not."""
        stamp = self.stamp()
        if stamp == self.taken:
            self.refused, self.fault = {}, ""
            return News()
        if stamp == self.refused:
            return News(fault=self.fault)
        stamp = self.steady(stamp)
        try:
            settings = self.load(self.config)
            self.assert_usable(settings, clock)
        except (BotError, OSError) as error:
            is_for_now = isinstance(error, MailboxError) and not error.needs_person
            self.refused, self.fault = {} if is_for_now else stamp, str(error)
            return News(fault=self.fault)
        known = set(hints(self.settings, clock()))
        for one in hints(settings, clock()):
            if one not in known:
                log.warning("valid and hardly meant so", extra={"reason": one})
        self.settings, self.fault = settings, ""
        self.taken, self.refused = self.stamp(), {}
        log.info("changed configuration taken up")
        return News(settings)

    def refuse(self, former: Settings, fault: str) -> None:
        """What was taken up cannot be worked with: *former* goes on, *fault* is told with the next look."""
        self.settings, self.fault = former, fault
        self.taken, self.refused = {}, self.stamp()

    def steady(self, stamp: Stamp) -> Stamp:
        """The stamp once it does not change any more."""
        for _ in range(MOST_LOOKS):
            time.sleep(STEADY)
            before, stamp = stamp, self.stamp()
            if stamp == before:
                break
        return stamp

    def assert_usable(self, settings: Settings, clock: Clock) -> None:
        """All that a start would look at, and the servers where they are others now."""
        if settings.store != self.settings.store and settings.store.path != self.settings.store.path:
            raise ConfigError(
                f"{self.config.name}: [store] path: 运行中不能换数据目录; 停下 run，移好数据后再启动，或改回 {self.settings.store.path}"
            )
        address = self.settings.mailbox.address
        if settings.mailbox.address.casefold() != address.casefold():
            raise ConfigError(
                f"{self.config.name}: [mailbox] address: 运行中不能换收件邮箱; 再收一个邮箱的写成几节 [[mailbox]]（docs/admins.md）；"
                f"换成另一个邮箱的，{CHANGED}；或改回 {address}"
            )
        for server in (settings.mailbox, settings.smtp):
            server.secret()
        load_roster(settings)
        check_definitions(settings)
        check_templates(settings)
        if settings.mailbox != self.settings.mailbox or self.is_new(settings.mailbox.password_file):
            abilities(settings.mailbox, settings.schedule.zone, clock())
        if settings.smtp != self.settings.smtp or self.is_new(settings.smtp.password_file):
            log_in_to_send(settings.smtp, settings.mailbox.address)

    def is_new(self, file: Path | None) -> bool:
        """Another password is tried before it counts."""
        return file is not None and stamp_of_file(file) != self.taken.get(file)
