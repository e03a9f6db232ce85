"""The admin hears that the store is lost or cannot be used: by a mail of its own, as the queue lies in that very store; and that it is over.

What was told stands in a small file beside the configuration, so that a bot that is started again and again tells it once a day.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import socket
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

from bot.base.clock import Clock
from bot.base.errors import BotError, cause_and_file
from bot.base.settings import Settings
from bot.letters.mime import Head, mail_bytes
from bot.mailbox.smtp.sender import SmtpSender
from bot.store.database import (
    DatabaseDamaged,
    DatabaseMissing,
    DatabaseUnusable,
    RestoreUnfinished,
    StoreLost,
    remedy_of,
)
from bot.store.files.durable import write_durably
from bot.store.files.marker import OtherStore, StoreGone
from bot.store.migrate import NewerDatabase

log = logging.getLogger(__name__)

FAULTS = (
    *(DatabaseDamaged, DatabaseMissing, DatabaseUnusable, NewerDatabase, OtherStore, RestoreUnfinished),
    *(StoreGone, StoreLost, OSError, sqlite3.Error),
)
ONCE_IN = timedelta(days=1)
AGAIN = timedelta(minutes=10)  # between two tries to send it
LOST, BACK = "数据目录不能使用", "已恢复：数据目录可以使用了"


class StoreWatch:
    """Of one configuration. Where nothing is wrong, and where there is no admin, each call costs a look at a file."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings, self.clock = settings, clock
        self.not_before: datetime | None = None
        marker = settings.store.marker
        self.note: Path | None = marker.with_name(f"{marker.name}.lost") if marker else None
        self.told = self.noted()

    def noted(self) -> datetime | None:
        with contextlib.suppress(OSError, ValueError):
            if self.note is not None:
                return datetime.fromisoformat(self.note.read_text(encoding="utf-8").strip())
        return None

    def lost(self, words: str) -> None:
        """*words*: what is wrong, with its remedy."""
        now = self.clock()
        if self.told is not None and timedelta() <= now - self.told < ONCE_IN:
            return
        more = "收信、发信都停着，来信留在邮箱里；恢复后接着处理，不会重复答复。"
        if self.send(LOST, [words, more], now):
            self.told = now
            with contextlib.suppress(OSError):  # then it is told again by the next start
                if self.note is not None:
                    write_durably(self.note, f"{now.isoformat(timespec='seconds')}\n".encode())

    def back(self) -> None:
        if self.told is not None and self.send(BACK, [BACK], self.clock()):
            self.told = None
            with contextlib.suppress(OSError):
                if self.note is not None:
                    self.note.unlink(missing_ok=True)

    def send(self, title: str, words: list[str], now: datetime) -> bool:
        """Whether it went out: through the other account, else through the mailbox's own."""
        wanted, own = self.settings.admin, self.settings.mailbox.address
        if not wanted.email or (self.not_before is not None and timedelta() <= self.not_before - now <= AGAIN):
            return False
        address = wanted.smtp.address if wanted.smtp else own
        lines = [*words, f"邮箱：{own}", f"电脑：{socket.gethostname()}", f"数据目录：{self.settings.store.path}"]
        identity = f"<{secrets.token_hex(16)}@{address.rpartition('@')[2]}>"
        head = Head(
            address, "", (("", wanted.email),), f"【收件机器人】{title}", identity, now, auto_submitted="auto-generated"
        )
        sender = SmtpSender(wanted.smtp or self.settings.smtp, address)
        try:
            html = "".join(f"<p>{escape(line)}</p>" for line in lines)
            sender.send(wanted.email, mail_bytes(head, "\n\n".join(lines), html))
        except BotError as error:
            self.not_before = now + AGAIN
            log.error("admin could not be told", extra={"reason": str(error)})
            return False
        finally:
            sender.close()
        self.not_before = None
        return True


@contextlib.contextmanager
def told_of(watch: StoreWatch) -> Iterator[None]:
    """A fault of the store that ends the block is told; it goes on its way."""
    try:
        yield
    except FAULTS as error:
        watch.lost(words_of(error))
        raise


def words_of(error: Exception) -> str:
    return (
        str(error)
        if isinstance(error, BotError)
        else f"数据目录不能读写（{cause_and_file(error)}）。处理办法：{remedy_of(error)}"
    )
