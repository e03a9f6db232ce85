"""How often somebody may try to get in: counted in the log, so that neither a restart nor a second desk gives new tries; and how many pages
somebody may ask for who is not in."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.store.desk.entry import text

MOST_VISITS, VISITS_A_SECOND = 150.0, 2.0  # of strangers from one place
MOST_PLACES = 10_000
PASSWORD, LINK = "password_tried", "link_asked"
WITHIN = timedelta(minutes=15)
FROM_ONE_PLACE = 20  # tries of one kind from one IP address
# Of passwords an address has many tries from everywhere: a stranger must not be able to keep its owner out. Each link is a mail to somebody.
FOR_ONE_ADDRESS = {PASSWORD: 60, LINK: 4}


def may_try(db: Database, what: str, ip: str, address: str, now: datetime) -> bool:
    sql = (
        "SELECT count(*) FILTER (WHERE ip = ?), count(*) FILTER (WHERE who = ?) FROM desk_log WHERE what = ? AND at > ?"
    )
    from_here, for_it = db.execute(sql, [ip, address, what, text(now - WITHIN)]).fetchone()
    return bool(from_here < FROM_ONE_PLACE and for_it < FOR_ONE_ADDRESS[what])


class Strangers:
    """Pages for whoever is not logged in: many at once, few for long. Kept in memory: it only keeps the machine from being busy with them."""

    def __init__(self) -> None:
        self.left: dict[str, tuple[float, float]] = {}

    def may_look(self, ip: str) -> bool:
        now = time.monotonic()
        left, before = self.left.get(ip, (MOST_VISITS, now))
        left = min(MOST_VISITS, left + (now - before) * VISITS_A_SECOND)
        if len(self.left) >= MOST_PLACES:
            self.left.clear()
        self.left[ip] = (max(0.0, left - 1), now)
        return left >= 1
