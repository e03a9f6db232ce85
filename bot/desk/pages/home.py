"""首页: the digest's first screen, live; whether mail comes and goes; and what needs a person, the oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from bot.base.clean import one_line
from bot.base.clock import age
from bot.decision.facts import OpenItem
from bot.desk.visit import Visit, get
from bot.digest.send import current_figures
from bot.operation.status import read_status
from bot.store import reviews

SHOWN = 12  # items; the others are on the page of their own


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item on a line: whose, since when, and what its sender wrote, or why it waits."""

    item: OpenItem
    waited: str
    words: str


def show(visit: Visit) -> Response:
    desk = visit.desk
    deadline = desk.plan.nearest_deadline(visit.now)
    items = reviews.items(visit.db, "r.done_at IS NULL")
    newest = visit.db.query(
        "SELECT id, from_addr, subject, received_at, outcome FROM v_messages ORDER BY received_at DESC, id DESC LIMIT 6"
    )
    return visit.page(
        "home.html",
        f=current_figures(visit.db.conn, desk.plan, deadline, visit.now) if deadline else None,
        status=read_status(visit.db, desk.settings, visit.now),
        waiting=[line_of(item, visit.now) for item in items[:SHOWN]],
        count=len(items),
        newest=list(newest),
    )


def line_of(item: OpenItem, now: datetime) -> Waiting:
    return Waiting(item, age(now - datetime.fromisoformat(item.since)), one_line(item.words or item.detail, 110))


ROUTES = (get("/", show),)
