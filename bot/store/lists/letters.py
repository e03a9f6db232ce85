"""The mails that came in as the desk lists them, and everything that is known of one."""

from __future__ import annotations

from msgspec import Struct
from sqlite_utils import Database

from bot.store.lists import search
from bot.store.lists.paging import PAGE, Conditions, Page, Row, page_of, with_rows

PENDING = "pending"  # beside the outcomes: not worked off yet
IDS = "SELECT m.id FROM mail m INDEXED BY mail_list WHERE {} ORDER BY m.received_at DESC, m.id DESC"
COUNT = "SELECT count(*) FROM mail m INDEXED BY mail_list WHERE {}"
FOUND = "SELECT count(*) FROM mail_words WHERE mail_words MATCH ?"
ROWS = """
SELECT m.id, m.received_at, m.from_addr, m.subject, m.outcome, m.why, m.ref, m.unit, t.names,
  (SELECT count(*) FROM review r WHERE r.mail = m.id AND r.done_at IS NULL) AS open
FROM mail m LEFT JOIN mail_text t ON t.item = m.id WHERE m.id IN (SELECT value FROM json_each(?))"""
ONE = "SELECT m.*, EXISTS (SELECT 1 FROM submission s WHERE s.ref = m.ref) AS has_form, t.names, t.body FROM mail m LEFT JOIN mail_text t ON t.item = m.id WHERE m.id = ?"
FORMS = "SELECT id, ref, kind, unit, title, version, status, is_current, is_late, source_path FROM submission WHERE mail = ? ORDER BY id"
PROBLEMS = "SELECT path, severity, field, message FROM problem WHERE mail = ? ORDER BY id"
FILES = "SELECT path, file FROM saved_file WHERE mail = ? ORDER BY path"
REVIEWS = (
    "SELECT id, reason, detail, path, created_at, done_at, decision, closed_by FROM review WHERE mail = ? ORDER BY id"
)
ANSWERS = (
    "SELECT id, kind, to_addr, subject, status, created_at, sent_at, last_error FROM outbox WHERE mail = ? ORDER BY id"
)


class Wanted(Struct, frozen=True):
    """What is asked for; what is empty is not. ``outcome`` is an ``Outcome`` or ``PENDING``."""

    words: str = ""
    outcome: str = ""
    unit: str = ""
    sender: str = ""
    is_open: bool = False


def conditions(wanted: Wanted) -> Conditions:
    found = Conditions()
    if wanted.outcome:
        found = (
            found.also("m.outcome IS NULL")
            if wanted.outcome == PENDING
            else found.also("m.outcome = ?", wanted.outcome)
        )
    if wanted.unit:
        found = found.also("m.unit = ? AND m.unit != ''", wanted.unit)
    if wanted.sender:
        found = found.also("m.from_addr = ?", wanted.sender)
    if wanted.is_open:
        found = found.also("m.id IN (SELECT mail FROM review WHERE done_at IS NULL)")
    if wanted.words:
        found = found.also(f"m.id {search.found(search.MAIL)}", search.matching(wanted.words))
    return found


def page(db: Database, wanted: Wanted, number: int = 1, size: int = PAGE) -> Page[Row]:
    """The newest first."""
    found = conditions(wanted)
    # Counting what is found by its words alone needs no look at the mails.
    count = FOUND if wanted.words and len(found.parts) == len(found.values) == 1 else COUNT.format(found.sql)
    return with_rows(db, page_of(db, IDS.format(found.sql), count, found.values, number, size), ROWS)


def one(db: Database, mail: int) -> Row | None:
    """The mail with its ``forms``, ``problems``, ``files``, ``reviews`` and ``answers``; None where there is none of this number."""
    row = next(db.query(ONE, [mail]), None)
    if row is None:
        return None
    asked = {"forms": FORMS, "problems": PROBLEMS, "files": FILES, "reviews": REVIEWS, "answers": ANSWERS}
    return {**row, **{name: list(db.query(sql, [mail])) for name, sql in asked.items()}}
