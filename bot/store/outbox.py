"""The queue of outgoing mails: rows of the table ``outbox`` and the real times at which mails were handed over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import NamedTuple

from msgspec import Struct
from sqlite_utils import Database

from bot.decision.model import MailKind
from bot.letters.model import Rendered
from bot.store.values import as_list, put_row

# Few digests at their hour come before many answers; reminders can wait.
PRIORITY = {
    MailKind.CONFIRMATION: 0,
    MailKind.CORRECTION: 0,
    MailKind.ANSWER: 0,
    MailKind.DIGEST: -1,
    MailKind.REMINDER: 2,
}
AT_ONCE = -1  # what the office waits for, a few mails a day
DAY = 86_400.0
PERHAPS_SENT = "恢复或重建之前的来信，可能已答复过，未再发送"
MOST_LETTERS = 20  # that one mail may quote
NOW = ""  # due at once: earlier than every moment, whatever the clock says next time
# No back-off is longer: what is due later was laid down by a clock that was wrong, and is due now.
FURTHEST = timedelta(days=1)
GATHERED_EVERY = timedelta(hours=1)
MOST_GATHERED = 50  # answers in one mail
MOST_LOOKS = 3  # for the copy of a sent mail


class Outgoing(Struct, frozen=True):
    """One queued mail. Moments are ISO text; ``doubts`` is how often it may have been delivered already; ``gather`` where the other
    answers that wait for the same correspondent go with it."""

    id: int
    to_addr: str
    message_id: str
    raw: bytes
    attempts: int
    created_at: str
    due_at: str
    doubts: int
    kind: str
    gather: int


class Shown(NamedTuple):
    """What one of our mails showed: the mail that it answers (None where it answers none), to whom it went, the references in it."""

    mail: int | None
    to: str
    refs: tuple[str, ...]


class Letter(Struct, frozen=True):
    """A sent mail whose copy is looked for."""

    id: int
    message_id: str
    subject: str
    to_addr: str


COLUMNS = "id, to_addr, message_id, raw, attempts, created_at, due_at, doubts, kind, gather"
IS_DUE = "(due_at <= ? OR due_at > ?)"


def queue(
    db: Database,
    mail: Rendered,
    *,
    dedupe_key: str,
    created_at: str,
    answers: int | None = None,
    template: str = "",
    told: bool = False,
    refs: Sequence[str] = (),
    gather_at: str = "",
    priority: int | None = None,
) -> bool:
    """Put *mail* into the queue, in the transaction of what it answers; False where the key is there already.

    *refs*: the references that it shows, that of its subject first. *told*: it may have been sent before the database was rebuilt or restored; noted as sent, so that nobody gets it twice.
    *priority*: where it is not that of its kind. *gather_at*: the moment at which it goes out together with the others to this address; empty for a mail of its own.
    """
    before = db.execute("SELECT count(*) FROM outbox WHERE dedupe_key = ?", [dedupe_key]).fetchone()[0]
    if before:
        return False
    row = {
        "dedupe_key": dedupe_key,
        "mail": answers,
        "kind": str(mail.kind),
        "to_addr": mail.to_addr,
        "subject": mail.subject,
        "in_reply_to": mail.in_reply_to,
        "message_id": mail.message_id,
        "template": template,
        "refs": json.dumps(list(refs)),
        "raw": mail.raw,
        "priority": PRIORITY[mail.kind] if priority is None else priority,
        "created_at": created_at,
        "due_at": gather_at or NOW,
        "gather": int(bool(gather_at)),
    }
    if told:
        row |= {"status": "sent", "sent_at": created_at, "last_error": PERHAPS_SENT}
    put_row(db, "outbox", row)
    return True


def letters(db: Database, message_ids: Sequence[str], to_addr: str = "") -> list[Shown]:
    """Our mails with one of these ids (and those that went out with them), or to that address."""
    sql = """SELECT mail, to_addr, refs FROM outbox
        WHERE message_id = ? OR gathered IN (SELECT id FROM outbox WHERE message_id = ?) ORDER BY gathered IS NOT NULL, id"""
    found = [row for one in message_ids[:50] for row in db.query(sql, [one, one])]
    if to_addr:
        found += db.query("SELECT mail, to_addr, refs FROM outbox WHERE to_addr = ? AND refs != '[]'", [to_addr])
    return [Shown(row["mail"], row["to_addr"], tuple(json.loads(row["refs"]))) for row in found]


def are_by_office(db: Database, message_ids: Sequence[str]) -> bool:
    """Whether one of our mails with these ids holds a person's own words."""
    sql = "SELECT 1 FROM outbox WHERE template = 'office_answer' AND message_id IN (SELECT value FROM json_each(?))"
    return db.execute(sql, [json.dumps(list(message_ids[:50]))]).fetchone() is not None


def newest_to(db: Database, to_addr: str) -> list[tuple[str, tuple[str, ...]]]:
    """Subject and shown references of our newest mails to this address, newest first."""
    rows = db.query(
        "SELECT subject, refs FROM outbox WHERE to_addr = ? ORDER BY id DESC LIMIT ?", [to_addr, MOST_LETTERS]
    )
    return [(row["subject"], tuple(json.loads(row["refs"]))) for row in rows]


def ours(db: Database, message_ids: Sequence[str]) -> tuple[str, ...]:
    """The same ids, with our own for those that a mail house put on our mails."""
    if not message_ids:
        return ()
    sql = "SELECT o.message_id AS ours, i.message_id AS theirs FROM outbox_id i JOIN outbox o ON o.id = i.outbox WHERE i.message_id IN (SELECT value FROM json_each(?))"
    known = {row["theirs"]: row["ours"] for row in db.query(sql, [json.dumps(list(message_ids)[:100])])}
    return tuple(dict.fromkeys(known.get(one, one) for one in message_ids))


def to_look_up(db: Database) -> list[Letter]:
    """Sent mails whose copy was not found yet, the newest; after ``MOST_LOOKS`` times none is looked for any more."""
    sql = """SELECT id, message_id, subject, to_addr FROM (SELECT * FROM outbox WHERE status = 'sent' AND gathered IS NULL
        ORDER BY sent_at DESC, id DESC LIMIT 60) WHERE looks < ?"""
    return [Letter(**row) for row in db.query(sql, [MOST_LOOKS])]


def note_looked_up(db: Database, letter: int, others: Iterable[str] | None) -> None:
    """The further ids of a mail's copy; None where no copy was found."""
    looks = "looks + 1" if others is None else str(MOST_LOOKS)
    db.execute(f"UPDATE outbox SET looks = {looks} WHERE id = ?", [letter])
    for one in others or ():
        db.execute("INSERT OR IGNORE INTO outbox_id VALUES (?, ?)", [one, letter])


def known_ids(db: Database) -> frozenset[str]:
    """Every id under which a mail of ours is known."""
    return frozenset(
        row["id"] for row in db.query("SELECT message_id AS id FROM outbox UNION SELECT message_id FROM outbox_id")
    )


def letter_texts(db: Database, to_addr: str, message_ids: Sequence[str], refs: Iterable[str], before: int) -> list[str]:
    """Text and HTML of the newest mails to this address, of those with these ids, and of those about these references; of what was there before the
    mail *before* (its row), and went out: what we answered to it repeats its words."""
    named, ids = sorted(refs)[:MOST_LETTERS], list(message_ids)[:50]
    sql = f"""SELECT raw FROM outbox WHERE id IN (SELECT id FROM outbox WHERE (mail IS NULL OR mail < ?)
        AND NOT (status = 'queued' AND attempts = 0 AND doubts = 0) AND id IN (SELECT id FROM outbox WHERE to_addr = ? AND to_addr != ''
            UNION SELECT id FROM outbox WHERE message_id IN (SELECT value FROM json_each(?))
            UNION SELECT o.id FROM submission s JOIN outbox o ON o.mail = s.mail WHERE s.ref IN (SELECT value FROM json_each(?)))
        ORDER BY id DESC LIMIT {MOST_LETTERS})"""
    found: list[str] = []
    for row in db.query(sql, [before, to_addr, json.dumps(ids), json.dumps(named)]):
        message = message_from_bytes(row["raw"], policy=default)
        bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
        found += [str(body.get_content()) for body in bodies if body is not None]
    return found


def due(db: Database, now: datetime, limit: int = 200) -> list[Outgoing]:
    """Queued mails whose time has come, by priority; who got the fewest mails in the last day comes first, so that nobody waits behind
    one correspondent's hundred. What may have been delivered comes last. For each mail sent the whole queue is asked: by indexes alone, without the mails' bytes."""
    chosen = f"""WITH waiting AS (SELECT id, to_addr, doubts > 0 AS is_doubted, priority, row_number() OVER (PARTITION BY to_addr ORDER BY id) AS turn
            FROM outbox INDEXED BY outbox_queue WHERE status = 'queued' AND {IS_DUE}),
        had AS (SELECT to_addr, count(*) AS mails FROM outbox INDEXED BY outbox_had WHERE to_addr IN (SELECT to_addr FROM waiting) AND created_at > ?
            AND status = 'sent' AND gathered IS NULL GROUP BY to_addr)
        SELECT w.id FROM waiting w LEFT JOIN had h USING (to_addr) ORDER BY w.is_doubted, w.priority, w.turn + coalesce(h.mails, 0), w.id LIMIT ?"""
    found = db.query(chosen, [*moments(now), (now - FURTHEST).isoformat(), limit])
    return [
        Outgoing(**row)
        for one in list(found)
        for row in db.query(f"SELECT {COLUMNS} FROM outbox WHERE id = ?", [one["id"]])
    ]


def gather_at(db: Database, to_addr: str, now: datetime, most: int) -> str:
    """When the next answer to *to_addr* goes out (ISO text), gathered with others: an hour after the last one; empty while fewer than
    *most* went there in the last day."""
    sql = """SELECT count(*) AS mails, max(coalesce(sent_at, created_at)) AS last, max(CASE WHEN status = 'queued' THEN due_at END) AS planned
        FROM outbox WHERE to_addr = ? AND mail IS NOT NULL AND gathered IS NULL AND created_at > ? AND {}"""
    values = [to_addr, (now - FURTHEST).isoformat()]
    row = next(db.query(sql.format("NOT (gather AND status = 'queued')"), values))
    if row["mails"] < most:
        return ""
    planned = next(db.query(sql.format("gather AND status = 'queued' AND attempts = 0"), values))["planned"]
    return planned or max(now, datetime.fromisoformat(row["last"]) + GATHERED_EVERY).isoformat()


def next_letter_at(db: Database, to_addr: str, now: datetime, template: str) -> str:
    """When the next letter of this kind may go to *to_addr* (ISO text): an hour after the last one, together with what else waits; empty where
    none went there in the last hour."""
    sql = """SELECT max(coalesce(sent_at, created_at)) AS last, max(CASE WHEN gather AND status = 'queued' THEN due_at END) AS planned
        FROM outbox WHERE to_addr = ? AND template = ? AND gathered IS NULL AND (status = 'queued' OR coalesce(sent_at, created_at) > ?)"""
    row = next(db.query(sql, [to_addr, template, (now - GATHERED_EVERY).isoformat()]))
    if row["last"] is None:
        return ""
    return row["planned"] or (datetime.fromisoformat(row["last"]) + GATHERED_EVERY).isoformat()


def waiting_with(db: Database, mail: Outgoing) -> list[Outgoing]:
    """The other answers that are gathered for the same correspondent and were never tried, oldest first."""
    sql = f"""SELECT {COLUMNS} FROM outbox WHERE to_addr = ? AND gather AND status = 'queued' AND attempts = 0 AND doubts = 0 AND id > ?
        ORDER BY id LIMIT ?"""
    return [Outgoing(**row) for row in db.query(sql, [mail.to_addr, mail.id, MOST_GATHERED])]


def take_along(db: Database, mail: int, raw: bytes, others: Sequence[int], at: str) -> None:
    """*mail* goes out as *raw*, which holds what the *others* say. Inside a transaction."""
    told = [
        row["refs"]
        for row in db.query(
            "SELECT refs FROM outbox WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id = ? DESC, id",
            [as_list([mail, *others]), mail],
        )
    ]
    refs = list(dict.fromkeys(ref for one in told for ref in json.loads(one)))
    db.execute("UPDATE outbox SET raw = ?, refs = ?, gather = 0 WHERE id = ?", [raw, json.dumps(refs), mail])
    for other in others:
        db.execute("UPDATE outbox SET status = 'sent', sent_at = ?, gathered = ? WHERE id = ?", [at, mail, other])


def in_doubt(db: Database, now: datetime) -> list[Outgoing]:
    """Mails that a crash or a broken connection left between «handed over» and «accepted», whose back-off is over."""
    sql = f"SELECT {COLUMNS} FROM outbox WHERE status = 'sending' AND {IS_DUE} ORDER BY id"
    return [Outgoing(**row) for row in db.query(sql, moments(now))]


def moments(now: datetime) -> list[str]:
    """The values of ``IS_DUE``."""
    return [now.isoformat(), (now + FURTHEST).isoformat()]


def next_due(db: Database, now: datetime) -> tuple[datetime, str] | None:
    """When the first of the waiting mails is due (*now* at the earliest), and what was said to it last; None where nothing waits."""
    sql = "SELECT due_at, last_error FROM outbox WHERE status IN ('queued', 'sending') ORDER BY due_at LIMIT 1"
    row = db.execute(sql).fetchone()
    if row is None:
        return None
    at = datetime.fromisoformat(row[0]) if row[0] != NOW else now
    return (at if now < at <= now + FURTHEST else now), str(row[1])


def newest_sent_ids(db: Database) -> set[str]:
    """The Message-IDs of as many letters as the mailbox shows of its Sent folder."""
    sql = "SELECT message_id FROM outbox WHERE status = 'sent' ORDER BY sent_at DESC, id DESC LIMIT 60"
    return {row["message_id"] for row in db.query(sql)}


def mark_sending(db: Database, identity: int) -> None:
    db.execute("UPDATE outbox SET status = 'sending', attempts = attempts + 1 WHERE id = ?", [identity])


def mark_sent(db: Database, identity: int, now: str) -> None:
    db.execute("UPDATE outbox SET status = 'sent', sent_at = ?, last_error = '' WHERE id = ?", [now, identity])


def mark_queued(db: Database, identity: int, due_at: str, error: str, *, counts: bool = True) -> None:
    """Back into the queue; an attempt that was no fault of the mail does not count."""
    db.execute(
        "UPDATE outbox SET status = 'queued', due_at = ?, last_error = ?, attempts = max(0, attempts - ?) WHERE id = ?",
        [due_at, error, 0 if counts else 1, identity],
    )


def mark_in_doubt(db: Database, identity: int, look_at: str, error: str) -> None:
    """Handed over, no answer: it stays «sending» until *look_at*."""
    db.execute("UPDATE outbox SET due_at = ?, last_error = ? WHERE id = ?", [look_at, error, identity])


def mark_doubted(db: Database, identity: int, status: str, error: str) -> None:
    """Not found in the Sent folder: ``queued`` once more, or ``gave_up``."""
    sql = "UPDATE outbox SET status = ?, due_at = ?, last_error = ?, doubts = doubts + 1 WHERE id = ?"
    db.execute(sql, [status, NOW, error, identity])


def mark_gave_up(db: Database, identity: int, error: str) -> None:
    db.execute("UPDATE outbox SET status = 'gave_up', last_error = ? WHERE id = ?", [error, identity])


def call_off(db: Database, mail: int) -> None:
    """What this mail caused and what did not go out yet goes out no more."""
    db.execute("DELETE FROM outbox WHERE mail = ? AND status = 'queued' AND doubts = 0", [mail])


def send_again(db: Database, identity: int) -> bool:
    """A person wants a letter that did not arrive to be tried anew, now; False where it is on its way or was forgotten."""
    sql = """UPDATE outbox SET status = 'queued', attempts = 0, doubts = 0, gather = 0, bounced = 0, stopped = 0, due_at = ?, sent_at = NULL, last_error = ''
        WHERE id = ? AND raw != x'' AND gathered IS NULL AND (status IN ('queued', 'gave_up') OR (status = 'sent' AND bounced))"""
    return bool(db.execute(sql, [NOW, identity]).rowcount)


def stop_sending(db: Database, identity: int, error: str) -> bool:
    """A person wants a letter not to go out, or no more; False where it is handed over already, or was stopped before."""
    sql = "UPDATE outbox SET status = 'gave_up', last_error = ?, stopped = 1 WHERE id = ? AND status IN ('queued', 'gave_up') AND NOT stopped"
    return bool(db.execute(sql, [error, identity]).rowcount)


def mark_bounced(db: Database, addresses: Sequence[str], message_ids: Sequence[str]) -> list[int]:
    """Note a non-delivery report: by the ids it quotes, else by the newest mail to that address. Gives the outbox ids."""
    found: list[int] = []
    for message_id in message_ids:
        found += [row["id"] for row in db.query("SELECT id FROM outbox WHERE message_id = ?", [message_id])]
    if not found:
        for address in addresses:
            sql = "SELECT id FROM outbox WHERE to_addr = ? AND status IN ('sent', 'sending') ORDER BY id DESC LIMIT 1"
            found += [row["id"] for row in db.query(sql, [address])]
    for identity in found:
        db.execute("UPDATE outbox SET bounced = 1, last_error = '对方邮件系统退信' WHERE id = ?", [identity])
    return found


def hand_over(db: Database, at: float) -> None:
    db.execute("INSERT INTO handed_over VALUES (?)", [at])
    db.execute("DELETE FROM handed_over WHERE at < ?", [at - 2 * DAY])


def take_back(db: Database, at: float) -> None:
    """What was noted at that moment did not reach the server after all."""
    db.execute("DELETE FROM handed_over WHERE at = ?", [at])


def handed_over(db: Database, nth_latest: int, until: float) -> float:
    """Real time at which the *nth_latest* mail (1 is the newest) was handed over; 0 where there were not so many.

    What lies after *until*, the present, was noted by a clock that was wrong: it holds up nothing.
    """
    sql = "SELECT at FROM handed_over WHERE at <= ? ORDER BY at DESC LIMIT 1 OFFSET ?"
    found = db.execute(sql, [until, nth_latest - 1]).fetchone()
    return float(found[0]) if found else 0.0


def count_doubtful(db: Database, least: int) -> int:
    """Waiting mails that were handed over at least *least* times without an answer."""
    sql = "SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending') AND doubts >= ?"
    return int(db.execute(sql, [least]).fetchone()[0])


def notices_called(db: Database, to_addr: str, subject: str) -> list[str]:
    """The Message-ID of the newest notice to this coordinator under that subject."""
    sql = "SELECT message_id FROM outbox WHERE to_addr = ? AND template = 'notice' AND mail IS NULL AND subject = ? ORDER BY id DESC LIMIT 1"
    return [row["message_id"] for row in db.query(sql, [to_addr, subject])]


def oldest_queued(db: Database) -> str:
    """When the first of the mails was queued that have not gone out (ISO text); empty where there is none."""
    sql = "SELECT min(created_at) FROM outbox WHERE status IN ('queued', 'sending')"
    return db.execute(sql).fetchone()[0] or ""


def oldest_overdue(db: Database) -> datetime | None:
    """When the first of the mails was queued that should have gone out: what is gathered waits on purpose."""
    sql = "SELECT min(created_at) FROM outbox WHERE status IN ('queued', 'sending') AND NOT gather AND template NOT IN ('alarm', 'notice')"
    row = db.execute(sql).fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def last_sent(db: Database) -> datetime | None:
    row = db.execute("SELECT max(sent_at) FROM outbox WHERE status = 'sent'").fetchone()
    return datetime.fromisoformat(row[0]) if row[0] else None


def count_waiting(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM outbox WHERE status IN ('queued', 'sending')").fetchone()[0])
