"""首页: the digest's first screen, live; whether mail comes and goes; and what needs a person, the oldest first."""

from __future__ import annotations

import json
from datetime import datetime

from msgspec import Struct
from starlette.responses import Response

from bot.base.clean import one_line
from bot.base.clock import age
from bot.decision.facts import OpenItem
from bot.desk.visit import Visit, get
from bot.digest.upcoming import upcoming_digests
from bot.operation.status import next_sending_words, reasons_of
from bot.store import mails, reviews, state

SHOWN = 12  # items; the others are on the page of their own


class Waiting(Struct, frozen=True):
    """One item on a line: whose, since when, and what its sender wrote, or why it waits."""

    item: OpenItem
    waited: str
    words: str


def show(visit: Visit) -> Response:
    desk = visit.desk
    deadline = desk.plan.nearest_deadline(visit.now)
    open_now = [row["id"] for row in visit.db.query("SELECT id FROM review WHERE done_at IS NULL ORDER BY id")]
    first = "r.id IN (SELECT value FROM json_each(?))"
    items = reviews.items(visit.db, first, [json.dumps(open_now[:SHOWN])])
    newest = visit.db.query(
        "SELECT id, from_addr, subject, received_at, outcome FROM v_messages ORDER BY received_at DESC, id DESC LIMIT 6"
    )
    return visit.page(
        "home.html",
        f=desk.counted.figures(visit.db, desk.plan, deadline, visit.now) if deadline else None,
        unhealthy=reasons_of(visit.db, desk.settings, visit.now),
        last_poll=state.get(visit.db, state.LAST_POLL),
        pending=len(mails.pending(visit.db)) + mails.count_unfetched(visit.db),
        next_sending=next_sending_words(visit.db, desk.settings, visit.now),
        upcoming=upcoming_digests(visit.db, desk.plan.deadlines, desk.settings.schedule.zone, visit.now),
        waiting=[line_of(item, visit.now) for item in items],
        count=len(open_now),
        newest=list(newest),
    )


def line_of(item: OpenItem, now: datetime) -> Waiting:
    return Waiting(item, age(now - datetime.fromisoformat(item.since)), one_line(item.words or item.detail, 110))


ROUTES = (get("/", show),)
