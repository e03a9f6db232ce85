"""The whole database anew from the raw mails: the same rules, the same references, nothing sent."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.app import App
from bot.backup import purged_hashes, stored_hashes
from bot.clock import Clock
from bot.intake import Worked
from bot.purge import PURGED
from bot.review import repeat_decisions
from bot.store import mails
from bot.store.mails import Place

log = logging.getLogger(__name__)

UNKNOWN_FOLDER = "(rebuilt)"


@dataclass(frozen=True, slots=True, order=True)
class OnDisk:
    """One mail as its file tells it, in the order in which mails are worked off: by time, then as they lay in their folder, the inbox first.

    ``outcome`` where its bytes were forgotten on purpose.
    """

    received: datetime
    elsewhere: bool
    folder: str
    uid: int
    sha256: str
    place: str = ""
    outcome: str = ""


def rebuild(app: App, stop: threading.Event) -> Iterator[Worked]:
    """Work off every raw mail on disk at the time at which it came in. The database must be new.

    What a person decided at the command line (review) is not in the mails; it is kept beside them and carried out again. Answers get into the outbox as
    sent: whether each was, nobody knows any more, and none goes out twice.
    """
    for number, found in enumerate(sorted(on_disk(app)), 1):
        if stop.is_set():
            return
        identity = register(app, found, number)
        if not found.outcome:
            intake = replace(app.intake, clock=clock_at(found.received))
            yield intake.process(identity)
    repeat_decisions(app.store)
    app.store.db.execute("UPDATE outbox SET status = 'sent', sent_at = created_at WHERE status = 'queued'")


def on_disk(app: App) -> Iterator[OnDisk]:
    store, zone = app.store, app.settings.schedule.zone
    for sha256 in stored_hashes(store.root):
        try:
            received, place = store.raw.received(sha256).astimezone(zone), store.raw.place(sha256)
        except (IndexError, ValueError, OSError):
            log.error("raw mail cannot be read", extra={"sha256": sha256})
            continue
        noted = Place.from_text(app.settings.mailbox.address, place)
        elsewhere = noted is not None and noted.folder != app.settings.mailbox.folder
        yield OnDisk(received, elsewhere, *order_of(place), sha256, place)
    for sha256, note in purged_hashes(store.root):
        moment, _, outcome = note.partition(" ")
        yield OnDisk(datetime.fromisoformat(moment), False, "", 0, sha256, "", outcome or "ignored")


def order_of(place: str) -> tuple[str, int]:
    """Folder (with its UIDVALIDITY) and UID: mails of one second are worked off as they lay there."""
    head, _, uid = place.rpartition(" ")
    return (head, int(uid)) if head and uid.isdecimal() else ("", 0)


def register(app: App, found: OnDisk, number: int) -> int:
    """The mail's row, and where it lies in the mailbox if that was noted."""
    store, mailbox = app.store, app.settings.mailbox
    noted = Place.from_text(mailbox.address, found.place)
    place = noted or Place(mailbox.address, UNKNOWN_FOLDER, 0, number)
    partial = not found.outcome and store.raw.is_partial(found.sha256)
    with store.transaction() as db:
        moment = found.received.isoformat(timespec="seconds")
        identity = mails.take_in(db, place, found.sha256, moment, is_partial=partial)
        if noted is None:
            db.execute("UPDATE mail SET folder = ? WHERE id = ?", [mailbox.folder, identity])
        if found.outcome:
            mails.close_mail(db, identity, found.outcome, PURGED)
    return identity


def clock_at(moment: datetime) -> Clock:
    return lambda: moment
