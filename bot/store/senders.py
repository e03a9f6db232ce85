"""What is known of who writes: units, threads, answers of the last day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from sqlite_utils import Database

from bot.decision.facts import LastMail, RepliesToday
from bot.decision.states import Outcome


def sender_units(db: Database, from_addr: str) -> tuple[str, ...]:
    """Units for which this address reported, newest first; what a person still has to decide proves nothing."""
    sql = "SELECT unit FROM submission WHERE from_addr = ? AND unit != '' AND status NOT IN ('held', 'rejected') GROUP BY unit ORDER BY max(id) DESC LIMIT 20"
    return tuple(row["unit"] for row in db.query(sql, [from_addr]))


def last_mail(db: Database, from_addr: str, before: int) -> LastMail | None:
    """The newest mail of this address that came before that one and was not passed over."""
    sql = "SELECT id, outcome FROM mail WHERE from_addr = ? AND id < ? AND outcome IS NOT NULL AND outcome != 'ignored' ORDER BY id DESC LIMIT 1"
    row = db.execute(sql, [from_addr, before]).fetchone()
    if row is None:
        return None
    versions = db.execute("SELECT ref, version FROM submission WHERE mail = ? ORDER BY id", [row[0]])
    items = db.execute("SELECT id, reason FROM review WHERE mail = ? AND done_at IS NULL ORDER BY id", [row[0]])
    return LastMail(tuple(map(tuple, versions)), tuple(map(tuple, items)), row[1] == Outcome.COMMAND)


class Seen(NamedTuple):
    """The units of one connection, and by what it is known that none of them went since (``gone``, and what the last one is called)."""

    connection: object
    gone: int
    last: tuple[int, str]
    units: frozenset[str]


class _Kept:
    """What was asked last: with each mail it is asked again, of thousands."""

    seen: ClassVar[Seen | None] = None


def units_seen(db: Database) -> frozenset[str]:
    """Every unit that has a form, by the name under which it stands."""
    (gone,) = db.execute("SELECT mark FROM unit_gone").fetchone()
    known = _Kept.seen
    if known is None or known.connection is not db.conn or known.gone != gone:
        known = Seen(db.conn, gone, (0, ""), frozenset())
    last, *fresh = units_from(db, known.last[0]) or [(0, "")]
    if last != known.last:
        known, fresh = Seen(db.conn, gone, (0, ""), frozenset()), units_from(db, 0)
    if fresh:
        known = known._replace(last=fresh[-1], units=known.units.union(name for _, name in fresh))
    _Kept.seen = known
    return known.units


def units_from(db: Database, number: int) -> list[tuple[int, str]]:
    return [
        (row[0], row[1]) for row in db.execute("SELECT id, unit FROM unit_seen WHERE id >= ? ORDER BY id", [number])
    ]


def refs_of_thread(db: Database, message_ids: Sequence[str], *, as_shown: bool) -> tuple[str, ...]:
    """References of the forms in the mails that were answered by one of our mails with these ids, nearest first; *as_shown*: and of those
    that our mail itself shows (what a coordinator sent back stands in the answer to nobody's form)."""
    refs: dict[str, None] = {}
    for message_id in message_ids[:50]:
        for row in db.query(
            """SELECT s.ref FROM outbox o JOIN submission s ON s.mail = o.mail
            WHERE o.message_id = ? OR o.gathered IN (SELECT id FROM outbox WHERE message_id = ?) ORDER BY s.id""",
            [message_id, message_id],
        ):
            refs[row["ref"]] = None
        if as_shown:
            sql = """SELECT s.ref FROM outbox o, json_each(o.refs) r JOIN submission s ON s.ref = r.value AND s.is_current
                WHERE o.message_id = ? ORDER BY s.id"""
            refs |= {row["ref"]: None for row in db.query(sql, [message_id])}
    return tuple(refs)


def replies_since(db: Database, to_addr: str, from_addr: str, since: str) -> RepliesToday:
    """Automatic answers queued since *since* (ISO text) for this address, or to mails from *from_addr* wherever they went; those that are
    gathered count as the one mail that they will be."""
    sql = """SELECT coalesce(sum(NOT gather), 0) + coalesce(max(gather), 0) AS total, coalesce(sum(template = 'no_form'), 0) AS no_form,
        coalesce(sum(template = 'unchanged'), 0) AS unchanged, coalesce(sum(template IN ('not_understood', 'command_unknown')), 0) AS not_understood,
        coalesce(sum(template = 'command_unheeded'), 0) AS unheeded, coalesce(sum(template = 'letter'), 0) AS letters
        FROM outbox WHERE created_at > ? AND gathered IS NULL AND id IN (
            SELECT id FROM outbox WHERE to_addr = ? AND mail IS NOT NULL
            UNION SELECT o.id FROM mail m JOIN outbox o ON o.mail = m.id WHERE m.from_addr = ? AND o.template != 'returned')"""
    row = next(db.query(sql, [since, to_addr, from_addr]))
    return RepliesToday(**row)


def steps_since(db: Database, to_addr: str, since: str) -> int:
    """Answers to this address since *since* (ISO text) that told what is to be done next."""
    sql = "SELECT count(*) FROM outbox WHERE to_addr = ? AND created_at >= ? AND mail IS NOT NULL AND template IN ('confirmation', 'correction')"
    return int(db.execute(sql, [to_addr, since]).fetchone()[0])


def fruitless_since(db: Database, from_addr: str, since: str) -> int:
    """Mails of this sender since *since* that were to be corrected and gave nothing to store."""
    sql = """SELECT count(*) FROM mail m WHERE from_addr = ? AND received_at > ? AND outcome = 'needs_correction'
        AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.mail = m.id)"""
    return int(db.execute(sql, [from_addr, since]).fetchone()[0])
