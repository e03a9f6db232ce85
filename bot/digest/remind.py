"""Reminders that are due -> the queue: each slot once, noted in the same transaction."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.digest.figures import queries
from bot.digest.figures.figures import figures
from bot.digest.plan import Plan
from bot.digest.reminders import reminder_mail, reminders
from bot.digest.slots import due_slots
from bot.letters.keys import reminder_key
from bot.letters.render import Renderer
from bot.store import outbox, state, token
from bot.store.database import Store

log = logging.getLogger(__name__)


def queue_due_reminders(store: Store, plan: Plan, renderer: Renderer, now: datetime) -> int:
    """Queue what is due; returns the number of mails."""
    db, domain, queued = store.db, renderer.office.domain, 0
    started, sent = state.moment(db, state.STARTED), state.sent_slots(db, now)
    for slot in due_slots(plan.deadlines, plan.schedule.zone, sent, started, now, purpose="reminder"):
        found = figures(store.connection, plan, slot.deadline, now)
        mails = [
            reminder_mail(one, found, renderer, slot, token.message_id(db, reminder_key(slot.key, one.to), domain), now)
            for one in reminders(found, last_written(store), now, bounced(store))
        ]
        with store.transaction():
            for mail in mails:
                key = reminder_key(slot.key, mail.to_addr)
                queued += outbox.queue(db, mail, dedupe_key=key, created_at=now.isoformat(), template="reminder")
            for key in slot.keys:
                state.put_slot(db, key, now.isoformat(), {})
        log.info("reminders queued", extra={"slot": slot.key, "mails": len(mails)})
    return queued


def last_written(store: Store) -> dict[str, datetime]:
    rows = queries.rows(store.connection, queries.LAST_WRITTEN)
    return {row["who"].lower(): datetime.fromisoformat(row["at"]) for row in rows}


def bounced(store: Store) -> set[str]:
    return {row["to_addr"].lower() for row in queries.rows(store.connection, queries.BOUNCED)}
