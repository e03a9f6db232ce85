"""From the server onto the disk: raw bytes first, then the database together with the cursor. So the process may be killed between any two steps."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct, field

from bot.base.errors import ServerUnavailable
from bot.base.failpoints import reach
from bot.base.replacing import replace
from bot.intake.failed import LOOK_YOURSELF, close_failed
from bot.intake.parts import Head, Parts
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.imap.model import Cursor, FetchedMail
from bot.store import mails, state
from bot.store.folders import FolderState, cursor_of
from bot.store.mails import Place

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # folder, mails taken in so far, mails in all

BATCH = 50  # mails that are registered together,
BATCH_SECONDS = 2.0  # and for how long the first of them waits for the others
LONG_BEFORE = timedelta(days=366)
UNFETCHABLE = "From: <>\r\nSubject: (无法从服务器取回的邮件：{folder}，UID {uid})\r\n\r\n{validity}\r\n"
FOLDER_REMEDY = "其他文件夹照常收信；不需要读这个文件夹时，在 [mailbox] 写 also_read = []"


def no_progress(folder: str, done: int, total: int) -> None:
    pass


def take_in(parts: Parts, mailbox: ImapMailbox, stop: threading.Event, progress: Progress = no_progress) -> int:
    """Fetch what is new in every folder; returns how many mails are now safely stored that were not before.

    A further folder that alone cannot be read is noted for ``status``; the others are read.
    """
    taken, faults = 0, []
    for folder in mailbox.folders_to_read():
        try:
            for kept in read_folder(parts, mailbox, folder, progress, taken, stop):
                taken += kept
                if stop.is_set():
                    return taken
        except ServerUnavailable as fault:
            if folder == parts.mailbox.folder or not mailbox.connection.is_open:
                raise
            log.warning("folder cannot be read", extra={"folder": folder, "reason": str(fault)})
            faults.append(f"文件夹 {folder} 读不了（{fault.args[0]}）。处理办法：{FOLDER_REMEDY}")
    state.put(parts.store.db, state.FOLDER_FAULT, "；".join(faults))
    return taken


def read_folder(
    parts: Parts, mailbox: ImapMailbox, folder: str, progress: Progress, taken: int, stop: threading.Event
) -> Iterator[int]:
    """How many mails were stored, batch by batch; 0 for one that is asked for again. With *stop* the batch in hand ends."""
    address = parts.mailbox.address
    known = FolderState(parts.store.db, address, folder, parts.now())
    fetching = mailbox.new_mails(folder, cursor_of(parts.store.db, address, folder), known)
    known.forget(fetching.uidvalidity, fetching.gone)
    batch = Batch(parts, known)
    try:
        for fetched in fetching:
            reach("fetched")
            if batch.take(fetched, fetching.cursor):
                if not (batch.is_full or stop.is_set()):
                    continue
                kept = batch.register()
            else:
                kept = batch.register()
                miss(parts, fetched, known, fetching.cursor)
            taken += kept
            progress(folder, taken, fetching.total)
            yield kept
    except ServerUnavailable:
        yield batch.register()
        raise
    batch.cursor = fetching.cursor
    kept = batch.register()
    progress(folder, taken + kept, fetching.total)
    yield kept


class Batch(Struct):
    """Mails of one folder whose bytes are written; they come into the database together, with the cursor behind the last of them."""

    parts: Parts
    folder: FolderState
    cursor: Cursor | None = None
    waiting: list[tuple[FetchedMail, str, datetime]] = field(default_factory=list)
    until: float = 0.0  # monotonic seconds

    @property
    def is_full(self) -> bool:
        return len(self.waiting) >= BATCH or time.monotonic() > self.until

    def take(self, fetched: FetchedMail, cursor: Cursor | None) -> bool:
        """Write its bytes; False where it did not come."""
        store = self.parts.store
        store.assert_in_place()
        raw = fetched.header if fetched.is_too_large else fetched.raw
        if raw is None:
            return False
        came = received(self.parts, fetched)
        place = place_of(self.parts, fetched).as_text()
        sha256 = store.raw.put(raw, came, is_partial=fetched.is_too_large, place=place)
        reach("raw_stored")
        self.until = self.until if self.waiting else time.monotonic() + BATCH_SECONDS
        self.waiting.append((replace(fetched, raw=None), sha256, came))
        self.cursor = cursor
        return True

    def register(self) -> int:
        """Mails and cursor; how many mails."""
        store, done = self.parts.store, len(self.waiting)
        if not done:
            self.folder.advance(self.cursor)
            return 0
        with store.transaction() as db:
            for fetched, sha256, came in self.waiting:
                place, at = place_of(self.parts, fetched), came.isoformat(timespec="seconds")
                is_partial, internal_date = fetched.is_too_large, fetched.internal_date
                mails.take_in(db, place, sha256, at, is_partial=is_partial, internal_date=internal_date)
                stand_in = self.folder.found(place.uidvalidity, place.uid)
                if stand_in is not None:
                    mails.supersede(db, stand_in, self.parts.now().isoformat(timespec="seconds"))
            self.folder.advance(self.cursor)
        reach("registered")
        self.waiting.clear()
        return done


def place_of(parts: Parts, fetched: FetchedMail) -> Place:
    return Place(parts.mailbox.address, fetched.folder, fetched.uidvalidity, fetched.uid)


def received(parts: Parts, fetched: FetchedMail) -> datetime:
    """When the server took the mail in, no later than now; of a clock that stands long before the campaign «now» says nothing."""
    now = parts.clock()
    told = fetched.internal_date or now
    is_wrong = now.date() < parts.rules.campaign.starts - LONG_BEFORE
    return (told if is_wrong else min(told, now)).astimezone(parts.zone)


def miss(parts: Parts, fetched: FetchedMail, folder: FolderState, cursor: Cursor | None) -> None:
    """Note a mail that the server did not give. In the end something stands for it that a person sees; it is asked for now and then all the same."""
    store = parts.store
    with store.transaction():
        attempts, is_over = folder.miss(fetched.uidvalidity, fetched.uid, fetched.error)
        folder.advance(cursor)
    log.warning("mail not fetched", extra={"uid": fetched.uid, "reason": fetched.error, "attempts": attempts})
    if not is_over:
        return
    place = f"{fetched.uidvalidity} {fetched.uid}"
    raw = UNFETCHABLE.format(folder=fetched.folder, uid=fetched.uid, validity=place).encode()
    came = received(parts, fetched)
    sha256 = store.raw.put(raw, came)
    with store.transaction() as db:
        mail = mails.add_mail(db, fetched.folder, sha256, came.isoformat(timespec="seconds"))
        folder.leave(fetched.uidvalidity, fetched.uid, mail)
        why = f"服务器 {attempts} 次未能给出这封邮件（{fetched.error}）。处理办法：{LOOK_YOURSELF}；程序每天再取一次，取到后自动处理"
        head = Head(subject=f"(无法从服务器取回的邮件：{fetched.folder}，UID {fetched.uid})")
        close_failed(parts, mails.stored_mail(db, mail), head, why)
