"""Waiting for mail: IDLE where the server has it, sleep elsewhere; both end at once when the bot is told to stop."""

from __future__ import annotations

import imaplib
import logging
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event

from bot.base.errors import BotError
from bot.mailbox.errors import ConnectionLost
from bot.mailbox.imap.connection import Connection
from bot.mailbox.imap.listing import by_uid

log = logging.getLogger(__name__)

# RFC 2177 allows 29 min; NAT tables of offices forget a silent connection much sooner.
RENEW_AFTER = 8 * 60.0
LOOK_EVERY = 0.25
# After this many lost connections in a row IDLE is given up until one has lasted.
MOST_LOSSES = 2
LASTED = 60.0
PAUSE_AFTER_LOSS = 5.0

NEW_MAIL = re.compile(rb"\* \d+ EXISTS", re.I)
GOODBYE = re.compile(rb"\* BYE", re.I)


class Bell(Event):
    """An event for which one can wait together with a socket."""

    def __init__(self) -> None:
        super().__init__()
        self._heard, self._rung = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(self._rung, False)

    def fileno(self) -> int:
        return self._heard

    def set(self) -> None:
        super().set()
        with suppress(BlockingIOError):  # it was rung very often
            os.write(self._rung, b"!")

    def clear(self) -> None:
        with suppress(BlockingIOError):
            os.read(self._heard, 65536)
        super().clear()

    def __del__(self) -> None:
        os.close(self._heard)
        os.close(self._rung)


class Waiting:
    """Waits on one folder of one connection."""

    def __init__(self, connection: Connection, folder: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.connection = connection
        self.folder = folder
        self.clock = clock
        self.losses = 0
        self.is_refused = False
        self.woken_for = 0

    def wait(self, seconds: float, stop: Event, seen_uid: int) -> None:
        """Return when mail arrives, after *seconds*, or when *stop* is set (at once where it is a ``Bell``).

        *seen_uid*: the highest UID that the last listing named; a higher one now ends the wait at once. Never raises for
        the server's sake: the next poll finds and reports what is wrong.
        """
        until = self.clock() + seconds
        started = self.clock()
        try:
            if self.can_idle() and not self.came_meanwhile(seen_uid):
                self.idle_until(until, stop)
                self.losses = 0
                return
            if self.can_idle():
                # Something came between the last listing and now; a second is enough not to run hot.
                stop.wait(min(1.0, seconds))
                return
        except BotError as error:
            if self.clock() - started > LASTED:
                self.losses = 0
            self.losses += 1
            log.info("waiting was broken off", extra={"reason": str(error)})
            if self.losses <= MOST_LOSSES:
                until = min(until, self.clock() + PAUSE_AFTER_LOSS)
        stop.wait(max(0.0, until - self.clock()))

    def can_idle(self) -> bool:
        connection = self.connection
        if not connection.settings.idle or self.is_refused or self.losses > MOST_LOSSES or not connection.is_open:
            return False
        with connection.translated("等待新邮件"):
            return bool(connection.client.has_capability("IDLE"))

    def came_meanwhile(self, seen_uid: int) -> bool:
        """Whether the folder's last mail is newer than *seen_uid*; each such mail ends a wait only once."""
        connection = self.connection
        selected = connection.selected
        if selected is not None and selected.folder == self.folder and connection.is_open:
            # Still open since the last listing: what came since then was announced, or will be while idling.
            return connection.client.has_changed(selected.exists)
        if not connection.open(self.folder).exists:
            return False
        with connection.translated("查看最新邮件"):
            newest = max(by_uid(connection.client.fetch_range("*", "(UID)", by_uid=False)), default=0)
        if newest <= max(seen_uid, self.woken_for):
            return False
        self.woken_for = newest
        return True

    def idle_until(self, until: float, stop: Event) -> None:
        connection = self.connection
        while not stop.is_set() and (left := until - self.clock()) > 0:
            with connection.translated("等待新邮件"):
                client = connection.client
                try:
                    early = client.start_idle()
                except imaplib.IMAP4.abort:
                    raise
                except imaplib.IMAP4.error as error:
                    reason = connection.scrubbed(error)
                    log.info("IDLE refused, polling instead", extra={"server": connection.server, "reason": reason})
                    self.is_refused = True
                    stop.wait(left)
                    return
                news = any(NEW_MAIL.match(line) for line in early)
                news = news or self.listen(min(left, RENEW_AFTER), stop)
                news = any(NEW_MAIL.match(line) for line in client.end_idle()) or news
            if news:
                return

    def listen(self, seconds: float, stop: Event) -> bool:
        """Read the server's notes for *seconds*; True where one announces mail."""
        until = self.clock() + seconds
        while not stop.is_set() and (left := until - self.clock()) > 0:
            seconds, bell = (left, stop) if isinstance(stop, Bell) else (min(LOOK_EVERY, left), None)
            line = self.connection.client.transport.line_within(seconds, bell)
            if line is None:
                continue
            if not line or GOODBYE.match(line):
                raise ConnectionLost(f"{self.connection.server} 在等待新邮件时断开连接")
            if NEW_MAIL.match(line):
                return True
        return False
