"""New mails of one folder, in UID order, in bounded batches, each fetched when it is asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from bot.mailbox.connection import Connection, LiteralRefused
from bot.mailbox.errors import MailboxError, ServerBusy
from bot.mailbox.listing import body_of, by_uid, is_older, list_from
from bot.mailbox.model import Cursor, FetchedMail, Listed
from bot.mailbox.wire import FetchItems

log = logging.getLogger(__name__)

CHUNK = 8 * 2**20
HEADER_LIMIT = 256 * 2**10
# Connections that one poll may lose to single mails before it gives up until the next.
MOST_RECONNECTS = 3
# RFC822.SIZE is an estimate (servers were seen three times off); a body below a quarter of it has been cut.
SHORTEST_PART = 4
SIZE_WORTH_CHECKING = 4096
# Two moments of one mail, one of them kept in whole seconds.
SAME_MOMENT = timedelta(seconds=1)


class FolderChanged(Exception):
    """UIDVALIDITY changed while reading: the UIDs listed before mean other mails now."""


class TooLarge(Exception):
    """More came than a mail may have."""


class OpenFailed(Exception):
    """The folder cannot be opened (again): the fault of the server or the network, not of the mail at hand."""

    def __init__(self, error: MailboxError) -> None:
        super().__init__(error)
        self.error = error


class NewMails(Iterator[FetchedMail]):
    """The mails of *listed*, fetched lazily.

    ``total``: how many will come at most (for a progress bar). ``skipped_old``: how many were left out as older than
    ``since``. ``cursor``: what may be stored once the mail last returned is stored; it never passes a mail that came
    with an error, and is None as long as nothing may be stored.

    Raises the errors of ``bot.mailbox.errors`` where the server fails as a whole; a mail that fails alone is returned with
    its error and the others go on.
    """

    def __init__(
        self,
        connection: Connection,
        folder: str,
        uidvalidity: int,
        listed: Sequence[Listed],
        *,
        skipped_old: int = 0,
        start: Cursor | None = None,
        last_uid: int = 0,
        chunk: int = CHUNK,
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.uidvalidity = uidvalidity
        self.total = len(listed)
        self.skipped_old = skipped_old
        self.cursor = start
        self._listed = listed
        self.last_uid = last_uid
        # A first poll with old mails among the new ones may not be stored half done: the next one could not tell that
        # the old mails behind the cursor are to be skipped.
        self._all_or_nothing = start is None and skipped_old > 0
        self._start_uid = start.last_uid if start else 0
        self._failed = False
        self._reconnects = 0
        self._chunk = chunk
        self._mails = self._run()

    def __iter__(self) -> NewMails:
        return self

    def __next__(self) -> FetchedMail:
        return next(self._mails)

    def _run(self) -> Iterator[FetchedMail]:
        try:
            for batch in self._batches():
                yield from self._fetch(batch)
        except FolderChanged:
            log.warning("UIDVALIDITY changed while reading, the next poll starts again", extra={"folder": self.folder})
            return
        except OpenFailed as failed:
            raise failed.error from None
        if not self._failed:
            self.cursor = Cursor(self.uidvalidity, self.last_uid)

    def _batches(self) -> Iterator[list[Listed]]:
        """Groups within ``batch_messages`` and ``batch_bytes``; what is large, or of unknown size, comes alone."""
        settings = self.connection.settings
        batch: list[Listed] = []
        size = 0
        for listed in self._listed:
            alone = listed.size == 0 or listed.size > min(self._chunk, settings.max_mail)
            if batch and (alone or len(batch) >= settings.batch_messages or size + listed.size > settings.batch_bytes):
                yield batch
                batch, size = [], 0
            if alone:
                yield [listed]
            else:
                batch.append(listed)
                size += listed.size
        if batch:
            yield batch

    def _fetch(self, batch: list[Listed]) -> Iterator[FetchedMail]:
        """The mails of *batch*; what the common command did not bring is asked for alone."""
        bodies: dict[int, bytes] = {}
        if len(batch) > 1:
            try:
                bodies = self._bodies([listed.uid for listed in batch])
            except MailboxError as error:
                self._count_loss(error)
                log.info("batch failed, fetching one by one", extra={"reason": str(error)})
        for listed in batch:
            raw = bodies.pop(listed.uid, b"")
            mail = self._whole(listed, raw) if self._is_plausible(listed, raw) else self._alone(listed)
            if mail is None:
                log.info("mail is gone", extra={"folder": self.folder, "uid": listed.uid})
            self._settle(listed.uid, mail)
            if mail is not None:
                yield mail

    def _settle(self, uid: int, mail: FetchedMail | None) -> None:
        if mail is not None and mail.is_later:
            self._failed = True
        if not self._failed and not self._all_or_nothing:
            # Never back: where UIDs have become lower only ``known`` tells what is new.
            self.cursor = Cursor(self.uidvalidity, max(uid, self._start_uid))

    def _alone(self, listed: Listed) -> FetchedMail | None:
        """One mail by itself; None where it is not there any more."""
        if listed.size > self.connection.settings.max_mail:
            return self._header_only(listed)
        try:
            raw = self._stream(listed)
            if len(raw) > self.connection.settings.max_mail:
                raise TooLarge
            if self._is_plausible(listed, raw):
                return self._whole(listed, raw)
            if not self._is_there(listed.uid):
                return None
        except (TooLarge, LiteralRefused):
            return self._header_only(listed)
        except MailboxError as error:
            self._count_loss(error)
            log.warning(
                "mail cannot be fetched", extra={"folder": self.folder, "uid": listed.uid, "reason": str(error)}
            )
            return self._later(listed, str(error.args[0]))
        what = "内容为空" if not raw else f"内容不完整（{len(raw)}/{listed.size} 字节）"
        return self._later(listed, f"服务器给出的邮件{what}，稍后再取")

    def _stream(self, listed: Listed) -> bytes:
        """BODY[] of one mail, in parts of ``chunk`` bytes so that no literal is larger than one part."""
        if 0 < listed.size <= self._chunk:
            return self._bodies([listed.uid]).get(listed.uid, b"")
        data = bytearray()
        most = self.connection.settings.max_mail
        for _ in range(most // self._chunk + 100):
            start = len(data)
            items = self._items(f"{listed.uid}", f"(UID BODY.PEEK[]<{start}.{self._chunk}>)").get(listed.uid, {})
            key, piece = body_of(items)
            if len(data) + len(piece) > most:
                raise TooLarge
            if piece and (b"<" not in key or len(piece) > self._chunk):
                # The server ignores the range and sends the whole mail.
                return piece if len(piece) >= start else b""
            data += piece
            if not piece or (len(piece) < self._chunk and 0 < listed.size <= len(data)):
                break
        return bytes(data)

    def _header_only(self, listed: Listed) -> FetchedMail:
        log.warning(
            "mail too large, header only", extra={"folder": self.folder, "uid": listed.uid, "size": listed.size}
        )
        try:
            items = self._items(f"{listed.uid}", f"(UID BODY.PEEK[HEADER]<0.{HEADER_LIMIT}>)").get(listed.uid, {})
        except MailboxError as error:
            self._count_loss(error)
            return self._later(listed, str(error.args[0]))
        _, header = body_of(items)
        return FetchedMail(
            self.folder,
            self.uidvalidity,
            listed.uid,
            listed.internal_date,
            listed.size,
            None,
            "邮件超过大小上限",
            header[:HEADER_LIMIT],
            True,
        )

    def _bodies(self, uids: list[int]) -> dict[int, bytes]:
        items = self._items(",".join(map(str, uids)), "(UID BODY.PEEK[])")
        return {uid: body_of(items[uid])[1] for uid in uids if uid in items}

    def _items(self, uids: str, what: str) -> dict[int, FetchItems]:
        """UID FETCH on the folder that is listed, opened again where something else was done in between."""
        self._open()
        with self.connection.translated("取信"):
            answers = self.connection.client.fetch_range(uids, what)
        return by_uid(answers)

    def _open(self) -> None:
        selected = self.connection.selected
        if selected is None or selected.folder != self.folder:
            try:
                selected = self.connection.open(self.folder)
            except MailboxError as error:
                raise OpenFailed(error) from None
        if selected.uidvalidity != self.uidvalidity:
            raise FolderChanged

    def _is_there(self, uid: int) -> bool:
        """Whether the mail still exists, after the server had the occasion to say what was expunged."""
        self._open()
        with self.connection.translated("核对邮件"):
            self.connection.client.noop()
        return uid in self._items(str(uid), "(UID)")

    def _count_loss(self, error: MailboxError) -> None:
        """A lost connection is replaced by the next command, but not without end."""
        if isinstance(error, ServerBusy) and self.connection.is_open:
            return
        self._reconnects += 1
        if self._reconnects > MOST_RECONNECTS or error.needs_person:
            raise error

    def _is_plausible(self, listed: Listed, raw: bytes) -> bool:
        if not raw.strip() or len(raw) > self.connection.settings.max_mail:
            return False
        return listed.size < SIZE_WORTH_CHECKING or len(raw) * SHORTEST_PART >= listed.size

    def _whole(self, listed: Listed, raw: bytes) -> FetchedMail:
        return FetchedMail(self.folder, self.uidvalidity, listed.uid, listed.internal_date, len(raw), raw)

    def _later(self, listed: Listed, error: str) -> FetchedMail:
        return FetchedMail(self.folder, self.uidvalidity, listed.uid, listed.internal_date, listed.size, None, error)


def new_mails(
    connection: Connection,
    folder: str,
    cursor: Cursor | None,
    known: Callable[[int, int], bool],
    zone: tzinfo,
    came: Callable[[int, int], datetime | None] | None = None,
    chunk: int = CHUNK,
) -> NewMails:
    """Open and list *folder* now, fetch while iterating. See ``ImapMailbox.new_mails``."""
    selected = connection.open(folder)
    start = cursor if cursor is not None and cursor.uidvalidity == selected.uidvalidity else None
    if cursor is not None and start is None:
        log.warning("UIDVALIDITY changed, comparing all mails", extra={"folder": folder})
    last = start.last_uid if start else 0
    listed = list_from(connection, last + 1, zone) if selected.exists else []
    # NetEase's UIDVALIDITY stays 1 for ever. UIDs that have all become lower mean that the last mails were removed, or
    # that the mailbox was built anew; only a look at every mail can tell.
    is_rebuilt = bool(listed) and listed[-1].uid < last
    if is_rebuilt:
        listed = list_from(connection, 1, zone)
    else:
        listed = [item for item in listed if item.uid > last]
    last_uid = max(last, listed[-1].uid) if listed else last
    since = connection.settings.since
    is_from_scratch = start is None or is_rebuilt
    fresh = [item for item in listed if not (since and is_from_scratch and is_older(item, since, zone))]
    skipped_old = len(listed) - len(fresh)
    if skipped_old and start is None:
        log.info("old mails skipped", extra={"folder": folder, "since": since, "count": skipped_old})

    def is_known(item: Listed) -> bool:
        if not known(selected.uidvalidity, item.uid):
            return False
        earlier = came(selected.uidvalidity, item.uid) if came and is_rebuilt else None
        return earlier is None or item.internal_date is None or abs(earlier - item.internal_date) <= SAME_MOMENT

    wanted = [item for item in fresh if not is_known(item)]
    if is_rebuilt and wanted:
        log.warning(
            "UIDs have become lower, mails found that were not known", extra={"folder": folder, "count": len(wanted)}
        )
    return NewMails(
        connection,
        folder,
        selected.uidvalidity,
        wanted,
        skipped_old=skipped_old,
        start=start,
        last_uid=last_uid,
        chunk=chunk,
    )
