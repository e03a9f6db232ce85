"""From the server onto the disk: raw bytes first, then the database together with the cursor. So the process may be killed between any two steps."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot.base.errors import ServerUnavailable
from bot.base.failpoints import reach
from bot.intake.failed import LOOK_YOURSELF, close_failed
from bot.intake.parts import Parts
from bot.intake.understand import Head
from bot.mailbox.imap.mailbox import ImapMailbox
from bot.mailbox.imap.model import Cursor, FetchedMail
from bot.store import mails, state
from bot.store.folders import FolderState, cursor_of
from bot.store.mails import Place

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]  # folder, mails taken in so far, mails in all

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
            for kept in read_folder(parts, mailbox, folder, progress, taken):
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


def read_folder(parts: Parts, mailbox: ImapMailbox, folder: str, progress: Progress, taken: int) -> Iterator[int]:
    """For each mail that came: 1 where it was stored, 0 where it is asked for again."""
    address = parts.mailbox.address
    known = FolderState(parts.store.db, address, folder, parts.now())
    fetching = mailbox.new_mails(folder, cursor_of(parts.store.db, address, folder), known)
    known.forget(fetching.uidvalidity, fetching.gone)
    for fetched in fetching:
        kept = keep(parts, fetched, fetching.cursor)
        taken += kept
        progress(folder, taken, fetching.total)
        yield kept
    known.advance(fetching.cursor)


def keep(parts: Parts, fetched: FetchedMail, cursor: Cursor | None) -> int:
    """Raw bytes to disk, then mail and cursor into the database. A mail that did not come whole is asked for again."""
    reach("fetched")
    store, address = parts.store, parts.mailbox.address
    store.assert_in_place()
    place = Place(address, fetched.folder, fetched.uidvalidity, fetched.uid)
    folder = FolderState(store.db, address, fetched.folder, parts.now())
    raw = fetched.header if fetched.is_too_large else fetched.raw
    if raw is None:
        miss(parts, fetched, folder, cursor)
        return 0
    came = received(parts, fetched)
    sha256 = store.raw.put(raw, came, is_partial=fetched.is_too_large, place=place.as_text())
    reach("raw_stored")
    at = came.isoformat(timespec="seconds")
    with store.transaction() as db:
        mails.take_in(db, place, sha256, at, is_partial=fetched.is_too_large, internal_date=fetched.internal_date)
        stand_in = folder.found(place.uidvalidity, place.uid)
        if stand_in is not None:
            mails.supersede(db, stand_in, parts.now().isoformat(timespec="seconds"))
        folder.advance(cursor)
    reach("registered")
    return 1


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
