"""Notices that are due -> the queue: what waits and was not told yet, to every coordinator; noted in the same transaction, so that it is told once."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.base.failpoints import reach
from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.model import MailKind
from bot.digest.notice import is_due, notice_words, post_words, subject_of, told
from bot.digest.plan import Plan
from bot.digest.slots import next_slots
from bot.letters.keys import told_key
from bot.letters.render import Renderer
from bot.store import outbox, posts, reviews, state, token, waiting
from bot.store.database import Store
from bot.store.forms import activities, submissions

log = logging.getLogger(__name__)

DAY = timedelta(days=1)


def queue_due_notice(store: Store, plan: Plan, renderer: Renderer, now: datetime) -> int:
    """Queue what is due; returns the number of mails. Where nobody is to receive it, nothing is told."""
    db, local = store.db, now.astimezone(plan.schedule.zone)
    last = state.moment(db, state.LAST_NOTICE)
    if not (plan.receivers or plan.channels) or not is_due(local, how_often(db, plan, now), last):
        return 0
    items = reviews.untold(db)
    if not items:
        return 0
    refs = [item.ref for item in items if item.ref]
    forms, others = forms_told(db, items)
    found = told(items, forms, files_of(db, items), local, others)
    context, subject = notice_words(found), subject_of(found)
    mails = []
    for to in plan.receivers:
        message_id = token.message_id(db, told_key(now, to), renderer.office.domain)
        mails.append(renderer.mail(MailKind.REMINDER, "notice", to, subject, context, (), message_id, now))
    reach("notice_rendered")
    numbers = [item.id for item in items]
    with store.transaction():
        for mail in mails:
            outbox.queue(
                db,
                mail,
                dedupe_key=told_key(now, mail.to_addr),
                created_at=now.isoformat(),
                template="notice",
                refs=list(dict.fromkeys(refs)),
                priority=outbox.AT_ONCE,
            )
        posts.queue(db, told_key(now, ""), plan.channels, post_words(found, plan.roster), now)
        state.put(db, state.LAST_NOTICE, now.isoformat())
        ids = [mail.message_id for mail in mails] or [told_key(now, "")]
        for message_id in ids:
            reviews.note_told(db, message_id, numbers)
        store.journal.told(dict.fromkeys(ids, numbers))
        reach("notice_queued")
    log.info("notice queued", extra={"items": len(items), "mails": len(mails)})
    return len(mails)


def how_often(db: Database, plan: Plan, now: datetime) -> timedelta | None:
    """How soon one notice may follow the other; None for none. Whoever wants none reads of what waits in the digests: once these are over,
    nobody would be told, and one a day goes out all the same."""
    if plan.notify is not None or next_slots(plan.deadlines, plan.schedule.zone, state.sent_slots(db, now), now):
        return plan.notify
    return DAY


def files_of(db: Database, items: Sequence[OpenItem]) -> dict[int, list[str]]:
    """The names of the files that came with the mails of these items."""
    found: dict[int, list[str]] = defaultdict(list)
    for mail in {item.mail for item in items}:
        for row in db.query("SELECT path FROM saved_file WHERE mail = ? ORDER BY path", [mail]):
            found[mail].append(str(row["path"]).rpartition("!/")[2])
    return found


def forms_told(
    db: Database, items: Sequence[OpenItem]
) -> tuple[dict[str, KnownSubmission], tuple[KnownSubmission, ...]]:
    """What stands under the references of *items*; and what else they may be about: forms and drafts of their units, and of whoever writes for no
    unit that is known the activities that he names."""
    refs = [item.ref for item in items if item.ref]
    units = {item.unit for item in items if item.unit}
    named = [ref for item in items if not item.unit for ref in activities.refs_called_in(db, item.words)]
    others = (*submissions.current_of(db, units, named), *waiting.drafts(db, units, refs, ""))
    return {one.ref: one for one in submissions.current_of(db, (), refs)}, others
