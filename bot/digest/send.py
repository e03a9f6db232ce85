"""Digests that are due -> the queue: each slot once, to every coordinator, noted in the same transaction."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

from bot.base.failpoints import reach
from bot.base.settings import Deadline
from bot.digest.figures.figures import figures
from bot.digest.mail import Drawn, digest_mail
from bot.digest.model import Chart, Figures
from bot.digest.plan import Plan
from bot.digest.slots import due_slots
from bot.letters.keys import digest_key
from bot.letters.model import Envelope
from bot.letters.office import Office
from bot.letters.render import Renderer
from bot.store import outbox, state, token
from bot.store.database import Rows, Store

log = logging.getLogger(__name__)


def queue_due_digests(store: Store, plan: Plan, renderer: Renderer, now: datetime) -> int:
    """Queue what is due; returns the number of mails. Where nobody is to receive it, the slot is noted all the same."""
    db, domain = store.db, renderer.office.domain
    started = state.moment(db, state.STARTED)
    queued = 0
    for slot in due_slots(plan.deadlines, plan.schedule.zone, state.sent_slots(db, now), started, now):
        found = current_figures(store.connection, plan, slot.deadline, now)
        drawn = draw(found, renderer.office)
        # Sent once already by a clock that was wrong (else it would not be due): the right one is another mail.
        occasion = f"{slot.key}|{now.date()}" if state.is_noted(db, slot.key) else slot.key
        mails = [
            digest_mail(
                found, drawn, renderer, slot, now, Envelope(to), token.message_id(db, digest_key(occasion, to), domain)
            )
            for to in plan.receivers
        ]
        reach("digest_rendered")
        with store.transaction():
            for mail in mails:
                key = digest_key(occasion, mail.to_addr)
                queued += outbox.queue(db, mail, dedupe_key=key, created_at=now.isoformat(), template="digest")
            for number, key in enumerate(slot.keys):
                state.put_slot(db, key, now.isoformat(), found.snapshot() if number == 0 else {})
        reach("digest_queued")
        log.info("digest queued", extra={"slot": slot.key, "mails": len(mails), "missed": slot.missed})
    return queued


def current_figures(connection: sqlite3.Connection, plan: Plan, deadline: Deadline, now: datetime) -> Figures:
    last = state.last_figures(Rows(connection), deadline.name, now)
    return figures(connection, plan, deadline, now, last)


def charts_of(found: Figures) -> tuple[Chart, ...]:
    """The pictures; none where the machine has no Chinese font, which ``check`` tells."""
    # Imported when a digest is drawn: the plotting library takes longer to start than all the rest.
    from bot.digest.workbook.charts import draw_charts
    from bot.digest.workbook.fonts import NoChineseFont

    try:
        return draw_charts(found)
    except NoChineseFont as error:
        log.warning("digest without pictures", extra={"reason": str(error)})
        return ()


def draw(found: Figures, office: Office) -> Drawn:
    from bot.digest.workbook.workbook import build_workbook

    return Drawn(charts_of(found), build_workbook(found, office))
