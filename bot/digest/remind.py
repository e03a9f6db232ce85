"""Reminders that are due -> the queue: each slot once, noted in the same transaction."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.digest.figures import queries
from bot.digest.figures.figures import figures
from bot.digest.plan import Plan
from bot.digest.reminders import Reminder, known, reminder_mail, reminders
from bot.digest.slots import due_slots
from bot.letters.keys import reminder_key
from bot.letters.model import Rendered
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


def reminders_now(store: Store, plan: Plan, renderer: Renderer, unit: str, now: datetime) -> list[tuple[str, Rendered]]:
    """(key, mail) to each address of a unit that a coordinator wants to be reminded of the nearest deadline, whenever it wrote last; none where it has reported
    or the time is over. Once a day to each address: the key of a second one is the same."""
    deadline = plan.nearest_deadline(now)
    if deadline is None or deadline.due_in(plan.schedule.zone) < now:
        return []
    found, gone, domain = figures(store.connection, plan, deadline, now), bounced(store), renderer.office.domain
    wanted = [
        (
            reminder_key(f"{deadline.name}|now|{now.date()}|{unit}", address),
            Reminder(address, (one,), known(found, [one])),
        )
        for one in found.missing
        for address in dict.fromkeys(map(str.lower, one.unit.emails))
        if one.unit.name == unit and address not in gone
    ]
    return [
        (key, reminder_mail(letter, found, renderer, None, token.message_id(store.db, key, domain), now))
        for key, letter in wanted
    ]


def last_written(store: Store) -> dict[str, datetime]:
    rows = queries.rows(store.connection, queries.LAST_WRITTEN)
    return {row["who"].lower(): datetime.fromisoformat(row["at"]) for row in rows}


def bounced(store: Store) -> set[str]:
    return {row["to_addr"].lower() for row in queries.rows(store.connection, queries.BOUNCED)}
