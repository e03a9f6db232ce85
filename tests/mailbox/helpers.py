"""What the mailbox tests share: settings for a loopback server, small mails, a full poll."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.base.sections.servers import Mailbox
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.imap.model import Cursor, FetchedMail
from tests.servers.dovecot import PASSWORD

ZONE = ZoneInfo("Asia/Shanghai")


def mailbox(port: int, user: str, chunk: int = 8 * 2**20, save_sent: Any = "auto", **changes: Any) -> ImapMailbox:
    """A mailbox of *user* on a plain loopback port; *changes* are keys of ``[mailbox]``."""
    given = {
        "address": user,
        "username": user,
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "password": PASSWORD,
        "timeout": "5s",
    }
    return ImapMailbox(Mailbox.model_validate({**given, **changes}), ZONE, save_sent, chunk)


def mail(number: int, size: int = 0) -> bytes:
    """A small mail that can be told from others; *size*: at least so many bytes."""
    head = f"From: unit@example.com\r\nMessage-ID: <{number}@example.com>\r\nSubject: mail {number}\r\n\r\n"
    line = f"{number:08d} 0123456789 0123456789 0123456789 0123456789 0123456789\r\n"
    return (head + line * max(1, size // len(line) + (size > 0))).encode()


class Known:
    """Just these UIDs are taken in."""

    def __init__(self, *uids: int) -> None:
        self.uids = uids

    def holds(self, uidvalidity: int, uid: int) -> bool:
        return uid in self.uids

    def came(self, uidvalidity: int, uid: int) -> datetime | None:
        return None

    def newest(self, uidvalidity: int) -> list[int]:
        return sorted(self.uids)[-2:]

    def again(self, uidvalidity: int) -> list[int]:
        return []


nothing_known = Known()


class Taker:
    """Takes mails in as the bot does: cursor and known mails survive, whatever happens to the connection."""

    def __init__(self, box: ImapMailbox, folder: str = "INBOX") -> None:
        self.box = box
        self.folder = folder
        self.cursor: Cursor | None = None
        self.taken: dict[tuple[int, int], FetchedMail] = {}
        self.later: list[FetchedMail] = []
        self.missing: set[tuple[int, int]] = set()
        self.twice: list[int] = []

    def holds(self, uidvalidity: int, uid: int) -> bool:
        return (uidvalidity, uid) in self.taken or (uidvalidity, uid) in self.missing

    def came(self, uidvalidity: int, uid: int) -> datetime | None:
        mail = self.taken.get((uidvalidity, uid))
        return mail.internal_date if mail else None

    def newest(self, uidvalidity: int) -> list[int]:
        return sorted(uid for validity, uid in self.taken if validity == uidvalidity)[-3:]

    def again(self, uidvalidity: int) -> list[int]:
        return [uid for validity, uid in self.missing if validity == uidvalidity]

    def poll(self) -> list[FetchedMail]:
        """One poll; the mails that came whole or as too large, in the order in which they came."""
        mails = self.box.new_mails(self.folder, self.cursor, self)
        self.missing -= {(mails.uidvalidity, uid) for uid in mails.gone}
        came = []
        for mail in mails:
            if mail.raw is None and not mail.is_too_large:
                self.later.append(mail)
                self.missing.add((mail.uidvalidity, mail.uid))
            else:
                before = self.taken.get((mail.uidvalidity, mail.uid))
                if before and before.raw == mail.raw:
                    self.twice.append(mail.uid)
                self.taken[mail.uidvalidity, mail.uid] = mail
                self.missing.discard((mail.uidvalidity, mail.uid))
                came.append(mail)
            self.store(mails.cursor)
        self.store(mails.cursor)
        return came

    def store(self, cursor: Cursor | None) -> None:
        if cursor is not None:
            assert self.cursor is None or cursor >= self.cursor or cursor.uidvalidity != self.cursor.uidvalidity
            self.cursor = cursor

    @property
    def bodies(self) -> list[bytes | None]:
        return [mail.raw for _, mail in sorted(self.taken.items())]
