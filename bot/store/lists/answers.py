"""The mails that the bot writes as the desk lists them."""

from __future__ import annotations

from msgspec import Struct
from sqlite_utils import Database

from bot.store.desk import links
from bot.store.lists import search
from bot.store.lists.paging import PAGE, Conditions, Page, Row, page_of, with_rows

COLUMNS = "o.id, o.kind, o.template, o.to_addr, o.subject, o.status, o.attempts, o.created_at, o.sent_at, o.due_at, o.last_error, o.bounced, o.mail, o.gathered, o.doubts, o.refs, o.stopped"
IDS = "SELECT o.id FROM outbox o INDEXED BY outbox_list WHERE {} ORDER BY o.id DESC"
NEWEST = "SELECT o.id FROM outbox o WHERE {} ORDER BY o.id DESC"
COUNT = "SELECT count(*) FROM outbox o INDEXED BY outbox_list WHERE {}"
ROWS = f"SELECT {COLUMNS} FROM outbox o WHERE o.id IN (SELECT value FROM json_each(?))"
BOUNCED = "bounced"  # beside the states


class Wanted(Struct, frozen=True):
    """What is asked for; what is empty is not. ``state`` is one of the outbox or ``BOUNCED``."""

    words: str = ""
    state: str = ""
    kind: str = ""


def conditions(wanted: Wanted) -> Conditions:
    """*words* are looked for in the mails that are answered; an address is also that of whom we wrote to."""
    found = Conditions()
    if wanted.state:
        found = found.also("o.bounced") if wanted.state == BOUNCED else found.also("o.status = ?", wanted.state)
    if wanted.kind:
        found = found.also("o.kind = ?", wanted.kind)
    if wanted.words:
        value, address = search.matching(wanted.words), wanted.words.strip().lower()
        found = found.also(f"(o.mail {search.found(search.MAIL)} OR o.to_addr = ?)", value, address)
    return found


def page(db: Database, wanted: Wanted, number: int = 1, size: int = PAGE) -> Page[Row]:
    """The newest first."""
    found = conditions(wanted)
    ids = (IDS if found.parts else NEWEST).format(found.sql)
    return with_rows(db, page_of(db, ids, COUNT.format(found.sql), found.values, number, size), ROWS)


def counts(db: Database) -> dict[str, int]:
    """How many there are in each state."""
    return {
        row["status"]: row["n"]
        for row in db.query("SELECT status, count(*) AS n FROM outbox INDEXED BY outbox_list GROUP BY status")
    }


def one(db: Database, letter: int) -> Row | None:
    """With its bytes (``raw``), as it was or will be handed over, but for one that lets somebody in; None where there is none of this number."""
    raw = "CASE WHEN o.template = ? THEN x'' ELSE o.raw END AS raw"
    sql = f"SELECT {COLUMNS}, o.message_id, {raw} FROM outbox o WHERE o.id = ?"
    return next(db.query(sql, [links.TEMPLATE, letter]), None)
