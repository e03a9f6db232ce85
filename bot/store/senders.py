"""What is known of who writes: units, threads, answers of the last day."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from bot.decision.facts import RepliesToday


def sender_units(db: Database, from_addr: str) -> tuple[str, ...]:
    """Units for which this address reported, newest first; what a person still has to decide proves nothing."""
    sql = "SELECT unit FROM submission WHERE from_addr = ? AND unit != '' AND status NOT IN ('held', 'rejected') GROUP BY unit ORDER BY max(id) DESC LIMIT 20"
    return tuple(row["unit"] for row in db.query(sql, [from_addr]))


def units_seen(db: Database) -> frozenset[str]:
    """Every unit that has a form, by the name under which it stands."""
    rows = db.execute("SELECT DISTINCT unit FROM submission WHERE unit != '' AND instr(unit, '@') = 0")
    return frozenset(name for (name,) in rows)


def refs_of_thread(db: Database, message_ids: Sequence[str]) -> tuple[str, ...]:
    """References of the mails that were answered by one of our mails with these ids, nearest first."""
    refs: dict[str, None] = {}
    for message_id in message_ids[:50]:
        for row in db.query(
            """SELECT s.ref FROM outbox o JOIN submission s ON s.mail = o.mail
            WHERE o.message_id = ? OR o.gathered IN (SELECT id FROM outbox WHERE message_id = ?) ORDER BY s.id""",
            [message_id, message_id],
        ):
            refs[row["ref"]] = None
    return tuple(refs)


def replies_since(db: Database, to_addr: str, from_addr: str, since: str) -> RepliesToday:
    """Automatic answers queued since *since* (ISO text) for this address, or to mails from *from_addr* wherever they went; those that are
    gathered count as the one mail that they will be."""
    sql = """SELECT coalesce(sum(NOT gather), 0) + coalesce(max(gather), 0) AS total, coalesce(sum(template = 'no_form'), 0) AS no_form,
        coalesce(sum(template = 'unchanged'), 0) AS unchanged, coalesce(sum(template = 'not_understood'), 0) AS not_understood,
        coalesce(sum(template = 'command_unheeded'), 0) AS unheeded
        FROM outbox WHERE created_at > ? AND gathered IS NULL AND id IN (
            SELECT id FROM outbox WHERE to_addr = ? AND mail IS NOT NULL
            UNION SELECT o.id FROM mail m JOIN outbox o ON o.mail = m.id WHERE m.from_addr = ? AND o.template != 'returned')"""
    row = next(db.query(sql, [since, to_addr, from_addr]))
    return RepliesToday(**row)


def fruitless_since(db: Database, from_addr: str, since: str) -> int:
    """Mails of this sender since *since* that were to be corrected and gave nothing to store."""
    sql = """SELECT count(*) FROM mail m WHERE from_addr = ? AND received_at > ? AND outcome = 'needs_correction'
        AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.mail = m.id)"""
    return int(db.execute(sql, [from_addr, since]).fetchone()[0])
