"""The whole database anew from the raw mails: the same rules, the same references, nothing sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.app import App
from bot.backup import stored_hashes
from bot.clock import Clock
from bot.intake import Worked
from bot.store import mails
from bot.store.mails import Place


def rebuild(app: App, stop: threading.Event) -> Iterator[Worked]:
    """Work off every raw mail on disk at the time at which it came in. The database must be new.

    What only a person decided at the command line (review) is not in the mails and must be decided again. Answers get into the outbox as
    sent: whether each was, nobody knows any more, and none goes out twice.
    """
    store, zone = app.store, app.settings.schedule.zone
    dated = sorted((store.raw.received(sha256), sha256) for sha256 in stored_hashes(store.root))
    for number, (moment, sha256) in enumerate(dated, 1):
        if stop.is_set():
            return
        received = moment.astimezone(zone)
        place = Place(app.settings.mailbox.address, "(rebuilt)", 0, number)
        with store.transaction() as db:
            partial = store.raw.is_partial(sha256)
            identity = mails.take_in(db, place, sha256, received.isoformat(timespec="seconds"), is_partial=partial)
            db.execute("UPDATE mail SET folder = ? WHERE id = ?", [app.settings.mailbox.folder, identity])
        intake = replace(app.intake, clock=clock_at(received))
        yield intake.process(identity)
    store.db.execute("UPDATE outbox SET status = 'sent', sent_at = created_at WHERE status = 'queued'")


def clock_at(moment: datetime) -> Clock:
    return lambda: moment
