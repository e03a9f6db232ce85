"""How often somebody may try to get in: counted in the log, so that neither a restart nor a second desk gives new tries."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from bot.store.desk.entry import text

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
