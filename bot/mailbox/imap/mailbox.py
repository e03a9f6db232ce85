"""The mailbox as the rest of the bot sees it: one connection, read-only unless told otherwise."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from threading import Event
from typing import Literal

from bot.base.sections.servers import Mailbox
from bot.mailbox.errors import FolderMissing, MailboxError, ServerBusy
from bot.mailbox.imap import filing, sent
from bot.mailbox.imap.connection import Connection
from bot.mailbox.imap.fetch import CHUNK, NewMails, new_mails
from bot.mailbox.imap.folders import Folder, find, list_folders
from bot.mailbox.imap.listing import aware
from bot.mailbox.imap.model import Cursor, KnownMails, SentMail
from bot.mailbox.imap.waiting import Waiting

log = logging.getLogger(__name__)

# QUIRK(NetEase, QQ): may be set to show mail programs only the mails of the last 30 days. RFC 3501 §2.3 knows no such view
SHOWN_DAYS = timedelta(days=31)
LISTED_FOR = 3600.0  # seconds


class ImapMailbox:
    """One office mailbox. Not for use by several threads at once.

    Every method connects by itself where no connection is open, and raises the errors of ``bot.mailbox.errors`` (all are
    ``ServerUnavailable``), after which the next call starts with a new connection. Pausing between attempts is the caller's
    work, see ``bot.mailbox.backoff``.
    """

    def __init__(
        self,
        settings: Mailbox,
        timezone: tzinfo,
        save_sent: Literal["auto", "always", "never"] = "auto",
        chunk: int = CHUNK,
    ) -> None:
        """*timezone* decides on which day a mail came; *chunk*: bytes of a mail that are asked for at a time."""
        self.settings = settings
        self.timezone = timezone
        self.save_sent = save_sent
        self.chunk = chunk
        self.connection = Connection(settings)
        self.waiting = Waiting(self.connection, settings.folder)
        self._seen_uid = 0
        self._listed: tuple[int, float, tuple[str, ...]] = (0, 0.0, ())  # by which connection, until when it counts
        self._warned: frozenset[str] = frozenset()

    def connect(self) -> None:
        """Connect, log in and identify, unless connected (other methods do it when needed)."""
        if not self.connection.is_open:
            self.connection.connect()

    def close(self) -> None:
        """Log out; never raises."""
        self.connection.close()

    def check(self, now: datetime | None = None) -> str:
        """Log in and open the folder; one line for people (number of mails, and what to look at). Raises as every method does.

        With *now* it also says where the provider seems to show only the mails of the last 30 days.
        """
        self.connect()
        selected = self.connection.open(self.settings.folder)
        found = f"{self.connection.server} 文件夹 {self.settings.folder}：{selected.exists} 封邮件"
        hint = shown_days_hint(self.oldest(), self.settings.since, now) if now and selected.exists else ""
        return f"{found}；{hint}" if hint else found

    def oldest(self) -> datetime | None:
        """When the first mail of the configured folder came (INTERNALDATE); None where there is none."""
        if not self.connection.open(self.settings.folder).exists:
            return None
        with self.connection.translated("查看最早的邮件"):
            answers = self.connection.client.fetch_range("1", "(UID INTERNALDATE)", by_uid=False)
        return next((aware(items.get(b"INTERNALDATE"), self.timezone) for items in answers), None)

    def folders(self) -> tuple[Folder, ...]:
        """Every folder that can be opened."""
        return list_folders(self.connection)

    def folders_to_read(self) -> tuple[str, ...]:
        """The configured folder, then those of ``also_read`` that exist (by name or as the junk folder of the server).

        Asked anew with each connection, and every hour. FolderMissing where the configured folder does not exist; a missing further one is only logged, once.
        """
        connection, until, names = self._listed
        if connection == self.connection.number and time.monotonic() < until:
            return names
        try:
            folders = list_folders(self.connection)
        except ServerBusy as error:
            log.warning("folders cannot be listed", extra={"reason": str(error)})
            return (self.settings.folder,)
        names = self.found_in(folders)
        self._listed = self.connection.number, time.monotonic() + LISTED_FOR, names
        return names

    def found_in(self, folders: Sequence[Folder]) -> tuple[str, ...]:
        main = find(folders, self.settings.folder)
        if main is None and folders:
            names = "、".join(folder.name for folder in folders[:30])
            raise FolderMissing(
                f"{self.connection.server} 上没有文件夹 {self.settings.folder}",
                f"{FolderMissing.remedy}；现有文件夹：{names}",
            )
        found = [main.name if main else self.settings.folder]
        missing = set()
        for wanted in self.settings.also_read:
            folder = find(folders, wanted)
            if folder is None:
                missing.add(wanted)
            elif folder.name not in found:
                found.append(folder.name)
        # The default names a folder that many servers do not have; only a name that somebody wrote is worth a warning.
        level = logging.WARNING if "also_read" in self.settings.model_fields_set else logging.DEBUG
        for name in sorted(missing - self._warned):
            log.log(level, "folder of also_read does not exist", extra={"folder": name})
        self._warned = frozenset(missing)
        return tuple(found)

    def new_mails(self, folder: str, cursor: Cursor | None, known: KnownMails) -> NewMails:
        """The mails of *folder* behind *cursor* and those of ``known.again``, in UID order, fetched one batch at a time while iterating.

        What *known* holds is not fetched, unless it came at another moment: then the UID means another mail now. Without a cursor,
        or with one of another UIDVALIDITY, all mails since ``settings.since`` (by INTERNALDATE, in the configured time zone) are
        new; likewise where the UIDs began anew under the same UIDVALIDITY: the highest is lower than the cursor, the newest known
        ones came at other moments, or there are more mails below the cursor than before.
        Nothing is marked as read. Store each mail (or note that it was not to be had), then ``.cursor`` of the returned object,
        which is safe at every moment.
        """
        try:
            mails = new_mails(self.connection, folder, cursor, known, self.timezone, self.chunk)
        except MailboxError:
            self._listed = (0, 0.0, ())
            raise
        if folder == self.waiting.folder:
            self._seen_uid = mails.last_uid
        return mails

    def mark_seen(self, folder: str, uids: Sequence[int], uidvalidity: int | None = None) -> None:
        """Flag as read. With *uidvalidity* nothing is done if it has changed. ``FilingRefused`` where the server will not."""
        filing.mark_seen(self.connection, folder, uids, uidvalidity)

    def move(self, folder: str, uids: Sequence[int], target: str, uidvalidity: int | None = None) -> None:
        """Move to the folder *target* (``/`` between levels), made where missing. ``FilingRefused`` where the server will not."""
        filing.move(self.connection, folder, uids, target, uidvalidity)

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when mail arrives in the configured folder (IDLE), after *seconds* at the latest, at once on *stop*."""
        self.waiting.wait(seconds, stop, self._seen_uid)

    def sent_mails(self, limit: int = 60) -> tuple[SentMail, ...] | None:
        """The newest *limit* mails of the Sent folder by their headers; None where there is no such folder."""
        return sent.newest_sent(self.connection, limit)

    def holds_subject(self, subject: str) -> bool:
        """Whether one of the newest mails of the configured folder is called so."""
        newest = sent.newest_of(self.connection, self.settings.folder, 10)
        return any(one.subject == subject for one in newest)

    @property
    def appends(self) -> bool:
        """Whether the bot itself puts copies into the Sent folder (else the provider does it, or nobody)."""
        return sent.should_append(self.settings.host, self.save_sent)

    def append_sent(self, raw: bytes) -> bool:
        """Keep a copy of a sent mail where ``save_sent`` wants one and the provider does not do it; whether it was kept."""
        if not self.appends:
            return False
        return sent.append_sent(self.connection, raw)


def shown_days_hint(oldest: datetime | None, since: date | None, now: datetime) -> str:
    """What to look at where the oldest mail is younger than a month although older ones are wanted; "" else."""
    if oldest is None or since is None or oldest.date() <= since or now - oldest >= SHOWN_DAYS:
        return ""
    return (
        f"最早一封是 {oldest.date()}，晚于 since = {since}：若之前还有邮件，"
        "请在网页邮箱「设置 → POP3/SMTP/IMAP」把收取范围改为「收取全部邮件」"
    )
