"""New mails of one folder, in UID order, in bounded batches, each fetched when it is asked for."""

from __future__ import annotations

import logging
import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import tzinfo

from bot.mailbox.errors import MailboxError, ServerBusy
from bot.mailbox.imap.compare import News, look
from bot.mailbox.imap.connection import Connection, LiteralRefused
from bot.mailbox.imap.listing import body_of, by_uid, list_ends
from bot.mailbox.imap.model import Cursor, FetchedMail, KnownMails, Listed
from bot.mailbox.imap.wire import FetchItems

log = logging.getLogger(__name__)

CHUNK = 8 * 2**20
HEADER_LIMIT = 256 * 2**10
# Connections that one poll may lose to single mails before it gives up until the next.
MOST_RECONNECTS = 3
# QUIRK(several servers): RFC822.SIZE is an estimate, seen three times off; a body below a quarter of it has been cut. RFC 3501 §2.3.4
SHORTEST_PART = 4
SIZE_WORTH_CHECKING = 4096
# Other mails that are asked for before one that does not come is called broken itself.
MOST_WITNESSES = 10
# The whole server says «not now».
# QUIRK(Dovecot): SERVERBUG is its word for one mail that is broken on its disk, hence not among these. RFC 5530 §3
NOT_NOW = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT)\]", re.I)


class FolderChanged(Exception):
    """UIDVALIDITY changed while reading: the UIDs listed before mean other mails now."""


class MailTooLarge(Exception):
    """More came than a mail may have."""


class OpenFailed(Exception):
    """The folder cannot be opened (again): the fault of the server or the network, not of the mail at hand."""

    def __init__(self, error: MailboxError) -> None:
        super().__init__(error)
        self.error = error


class NewMails(Iterator[FetchedMail]):
    """The mails that are wanted of *news*, fetched lazily.

    ``total``: how many will come at most (for a progress bar). ``skipped_old``: how many were left out as older than
    ``since``. ``gone``: UIDs of ``KnownMails.again`` that are not there any more. ``cursor``: what may be stored once the mail
    last returned is stored, or noted where it came with an error; None as long as nothing may be stored.

    Raises the errors of ``bot.mailbox.errors`` where the server fails as a whole, which is when it does not give other mails
    either; a mail that fails alone is returned with its error and the others go on.
    """

    def __init__(self, connection: Connection, folder: str, news: News, zone: tzinfo, chunk: int = CHUNK) -> None:
        self.connection = connection
        self.folder = folder
        self.uidvalidity = news.end.uidvalidity
        self.total = len(news.wanted)
        self.skipped_old = news.skipped_old
        self.gone = news.gone
        self.last_uid = news.end.last_uid
        self.cursor = news.start
        self._news = news
        self._zone = zone
        # A look at every mail with old ones among the new may not be stored half done: the next one could not tell that
        # the old mails behind the cursor are to be skipped.
        self._all_or_nothing = news.from_scratch and news.skipped_old > 0
        self._uids = sorted(item.uid for item in (*news.wanted, *news.others))
        self._start_uid = news.start.last_uid if news.start else 0
        self._whole_one: Listed | None = None
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
        self.cursor = self._news.end

    def _batches(self) -> Iterator[list[Listed]]:
        """Groups within ``batch_messages`` and ``batch_bytes``; what is large, or of unknown size, comes alone."""
        settings = self.connection.settings
        batch: list[Listed] = []
        size = 0
        for listed in self._news.wanted:
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
            self._settle(listed.uid)
            if mail is not None:
                yield mail

    def _settle(self, uid: int) -> None:
        # Not before the UID at which the cursor stood: where UIDs began anew, the mails up to there are not dealt with yet.
        if uid > self._start_uid and not self._all_or_nothing:
            above = len(self._uids) - bisect_right(self._uids, uid)
            self.cursor = Cursor(self.uidvalidity, uid, max(0, (self._news.end.count or 0) - above))

    def _alone(self, listed: Listed) -> FetchedMail | None:
        """One mail by itself; None where it is not there any more."""
        most = self.connection.settings.max_mail
        try:
            # RFC822.SIZE may be made up; what really lies behind the limit is asked for, one byte of it.
            if listed.size > most and self._reaches(listed.uid, most):
                return self._header_only(listed)
            raw = self._stream(listed)
            if len(raw) > most or (listed.size > most and not has_end(raw)):
                raise MailTooLarge
            if self._is_plausible(listed, raw):
                return self._whole(listed, raw)
            if not self._is_there(listed.uid):
                return None
        except (MailTooLarge, LiteralRefused):
            return self._header_only(listed)
        except MailboxError as error:
            return self._later(listed, error)
        what = "内容为空" if not raw else f"内容不完整（{len(raw)}/{listed.size} 字节）"
        return self._later(listed, ServerBusy(f"{self.connection.server} 给出的邮件{what}"))

    def _reaches(self, uid: int, place: int) -> bool:
        """Whether the mail goes on behind *place*. A server that ignores the range sends all of it: no more than the limit, it is not."""
        try:
            items = self._items(f"{uid}", f"(UID BODY.PEEK[]<{place}.1>)").get(uid, {})
        except LiteralRefused:
            raise
        except MailboxError:
            if not self.connection.is_open:
                raise
            return False  # some refuse a range that begins behind the end
        key, piece = body_of(items)
        return bool(piece) and (b"<" in key or len(piece) > place)

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
                raise MailTooLarge
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
            return self._later(listed, error)
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
        is_made_up = listed.size > self.connection.settings.max_mail
        return listed.size < SIZE_WORTH_CHECKING or is_made_up or len(raw) * SHORTEST_PART >= listed.size

    def _whole(self, listed: Listed, raw: bytes) -> FetchedMail:
        self._whole_one = listed
        return FetchedMail(self.folder, self.uidvalidity, listed.uid, listed.internal_date, len(raw), raw)

    def _later(self, listed: Listed, error: MailboxError) -> FetchedMail:
        """The mail as not to be had now. Raises *error* where it is the server that gives nothing."""
        log.warning("mail cannot be fetched", extra={"folder": self.folder, "uid": listed.uid, "reason": str(error)})
        self._count_loss(error)
        if not self._gives_others(listed, is_likely=not NOT_NOW.search(str(error))):
            raise error
        return FetchedMail(
            self.folder, self.uidvalidity, listed.uid, listed.internal_date, listed.size, None, str(error.args[0])
        )

    def _gives_others(self, broken: Listed, is_likely: bool) -> bool:
        """Whether the server gives another mail whole: the one that it gave last, else one of some others. *is_likely* where there is none."""
        others = [self._whole_one] if self._whole_one else self._others(broken)
        for other in others:
            try:
                raw = self._stream(other)
            except (MailTooLarge, LiteralRefused):
                return True
            except MailboxError as error:
                self._count_loss(error)
                continue
            if self._is_plausible(other, raw):
                return True
        return is_likely if not others else False

    def _others(self, broken: Listed) -> list[Listed]:
        """Some mails of the folder but *broken*: first those that were fetched before, the small ones of each kind first."""
        listed = [*self._news.others, *self._news.wanted]
        if len(listed) <= MOST_WITNESSES:
            self._open()
            listed += list_ends(self.connection, self._zone)
        wanted = {one.uid for one in self._news.wanted}
        others = {one.uid: one for one in listed if one.uid != broken.uid}
        return sorted(others.values(), key=lambda one: (one.uid in wanted, one.size or CHUNK))[:MOST_WITNESSES]


def has_end(raw: bytes) -> bool:
    """Whether a mail that has parts ends with the last of them, so that it was not cut on the way; one without parts always has."""
    head = re.split(rb"\r?\n\r?\n", raw[:HEADER_LIMIT], maxsplit=1)[0]
    found = re.search(
        rb"^content-type:\s*multipart/[^;]*;(?:[^\r\n]|\r?\n[ \t])*?boundary=(?:\"([^\"\r\n]{1,200})\"|([^\s;]{1,200}))",
        head,
        re.I | re.M,
    )
    return found is None or b"--" + (found[1] or found[2]) + b"--" in raw[-HEADER_LIMIT:]


def new_mails(
    connection: Connection, folder: str, cursor: Cursor | None, known: KnownMails, zone: tzinfo, chunk: int = CHUNK
) -> NewMails:
    """Open and list *folder* now, fetch while iterating. See ``ImapMailbox.new_mails``."""
    selected = connection.open(folder)
    return NewMails(connection, folder, look(connection, selected, cursor, known, zone), zone, chunk)
