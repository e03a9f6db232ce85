"""What waits for a «确认» of the unit, and the Reply-To addresses that its own mails named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlite_utils import Database

from bot.decision.facts import AwaitedAct, KnownSubmission, Waiting
from bot.decision.states import Status
from bot.decision.versions.content import changed_keys
from bot.store import reviews
from bot.store.forms import submissions, versions
from bot.store.values import as_list


def add(
    db: Database,
    mail: int,
    ref: str,
    act: AwaitedAct,
    created_at: str,
    *,
    submission: int | None = None,
    base: int | None = None,
    unit: str = "",
) -> None:
    sql = "INSERT INTO waiting (mail, ref, act, submission, base, unit, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    db.execute(sql, [mail, ref, str(act), submission, base, unit, created_at])


def about(db: Database, refs: Collection[str], answered: Collection[int], since: str) -> tuple[Waiting, ...]:
    """What waits since *since* (ISO text) about these references, and what was confirmed in that time; oldest first. *answered* are the mails whose
    answers the mail in hand answers."""
    sql = """SELECT w.*, s.status FROM waiting w LEFT JOIN submission s ON s.id = w.submission
        WHERE w.ref IN (SELECT value FROM json_each(?)) AND w.created_at > ? AND w.outcome IN ('', 'confirmed') ORDER BY w.id"""
    found = []
    for row in list(db.query(sql, [as_list(refs), since])):
        act = AwaitedAct(row["act"])
        if act is AwaitedAct.VERSION and not row["outcome"] and row["status"] != Status.HELD:
            continue  # a person has decided
        found.append(
            Waiting(
                row["id"],
                row["mail"],
                row["ref"],
                act,
                submissions.version(db, row["submission"]) if row["submission"] else None,
                submissions.version(db, row["base"]) if row["base"] else None,
                row["unit"],
                row["mail"] in answered,
                bool(row["outcome"]),
            )
        )
    return tuple(found)


def drafts(db: Database, units: Collection[str], refs: Collection[str], sender: str) -> tuple[KnownSubmission, ...]:
    """Drafts under these references, of these units or from this address, of which no other version stands."""
    sql = """SELECT s.id FROM waiting w JOIN submission s ON s.id = w.submission
        WHERE w.outcome = '' AND w.base IS NULL AND s.status = 'held' AND (s.from_addr = ?
        OR s.unit IN (SELECT value FROM json_each(?)) OR s.ref IN (SELECT value FROM json_each(?))) ORDER BY s.id"""
    rows = list(db.query(sql, [sender, as_list(units), as_list(refs)]))
    return tuple(submissions.version(db, row["id"]) for row in rows)


def confirm(db: Database, identities: Iterable[int], at: str) -> None:
    """These were confirmed: nobody else need decide on them."""
    end(db, identities, at, "confirmed")


def refuse(db: Database, identities: Iterable[int], at: str) -> None:
    """Their unit wants none of these: nobody need decide on them."""
    end(db, identities, at, "refused")


def end(db: Database, identities: Iterable[int], at: str, how: str) -> None:
    """Nothing waits any more, and what a person was to decide is decided so."""
    for identity in identities:
        db.execute("UPDATE waiting SET done_at = ?, outcome = ? WHERE id = ?", [at, how, identity])
        sql = """UPDATE review SET done_at = ?, decision = ? WHERE done_at IS NULL AND mail = (SELECT mail FROM waiting WHERE id = ?)
            AND reason IN ('unconfirmed', 'withdrawal', 'unit')"""
        db.execute(sql, [at, how, identity])


def supersede(db: Database, ref: str, at: str, told: Collection[str] | None = None) -> None:
    """A whole new version of *ref* stands, or the form is withdrawn: what waited before is out of date. Where only the fields *told* were
    changed, what would change nothing but these."""
    rows = list(db.query("SELECT id, submission, base FROM waiting WHERE ref = ? AND outcome = ''", [ref]))
    for row in rows:
        if told is not None and not (row["base"] and changed_fields(db, row["submission"], row["base"]) <= set(told)):
            continue
        db.execute("UPDATE waiting SET done_at = ?, outcome = 'superseded' WHERE id = ?", [at, row["id"]])
        if row["submission"] and submissions.status_of(db, row["submission"]) == Status.HELD:
            versions.set_status(db, row["submission"], Status.REJECTED)
            reviews.close_review(db, row["submission"], at, "superseded", "")


def changed_fields(db: Database, submission: int, base: int) -> set[str]:
    """The keys of the fields (and «rows») in which a version differs from the one that it was made of."""
    return changed_keys(submissions.version(db, submission).content, submissions.version(db, base).content)


def note_reply_address(db: Database, sender: str, address: str) -> None:
    db.execute("INSERT OR IGNORE INTO reply_address VALUES (?, ?)", [sender, address])


def reply_addresses(db: Database, senders: Sequence[str]) -> frozenset[str]:
    """Where these senders are answered, too."""
    rows = db.query(
        "SELECT address FROM reply_address WHERE sender IN (SELECT value FROM json_each(?))", [as_list(senders)]
    )
    return frozenset(row["address"] for row in rows)
