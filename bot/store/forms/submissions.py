"""Forms and reports in all their versions, asked for: which stands, which waits, what a mail brought."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.base.problems import Code, Problem, Severity
from bot.decision.facts import BASE, KnownSubmission
from bot.decision.states import Status
from bot.forms.model import Kind
from bot.store.values import as_list

CURRENT = """
SELECT id, ref, kind, unit, title, match_key, name_key, version, status, is_late, content_hash, from_addr, mail, content, source_path
FROM submission WHERE is_current AND {where} ORDER BY id"""


def current(db: Database, where: str, values: Sequence[object]) -> list[KnownSubmission]:
    return [known(db, row) for row in db.query(CURRENT.format(where=where), list(values))]


def current_of(db: Database, units: Iterable[str], refs: Iterable[str]) -> tuple[KnownSubmission, ...]:
    """Current versions of these units, and of these references whoever's they are."""
    where = "(unit IN (SELECT value FROM json_each(?)) OR ref IN (SELECT value FROM json_each(?)))"
    return tuple(current(db, where, [as_list(units), as_list(refs)]))


def refs_from(db: Database, from_addr: str) -> list[str]:
    """The references whose current version came from this address, a person's «no» to it or not."""
    sql = "SELECT ref FROM submission WHERE from_addr = ? AND is_current ORDER BY id DESC LIMIT 20"
    return [row["ref"] for row in db.query(sql, [from_addr])]


def known(db: Database, row: Mapping[str, Any]) -> KnownSubmission:
    rows: tuple[tuple[str, str, str], ...] = ()
    if row["kind"] == Kind.SUMMARY:
        found = db.query(
            "SELECT name_key, content ->> '$.start_date' AS day, content ->> '$.venue' AS venue FROM activity_row WHERE submission = ? ORDER BY position",
            [row["id"]],
        )
        rows = tuple((r["name_key"], r["day"] or "", r["venue"] or "") for r in found)
    return KnownSubmission(
        id=row["id"],
        ref=row["ref"],
        kind=Kind(row["kind"]),
        unit=row["unit"],
        title=row["title"],
        match_key=row["match_key"],
        name_key=row["name_key"],
        version=row["version"],
        status=Status(row["status"]),
        is_late=bool(row["is_late"]),
        content_hash=row["content_hash"],
        from_addr=row["from_addr"],
        mail=row["mail"],
        content=json.loads(row["content"]),
        rows=rows,
        source_path=row["source_path"],
        problems=problems_of(db, row["id"]),
        first_addr=first_addr(db, row["ref"]) if row["version"] > 1 else row["from_addr"],
    )


def first_addr(db: Database, ref: str) -> str:
    """Whence the first version came."""
    row = db.execute("SELECT from_addr FROM submission WHERE ref = ? ORDER BY version LIMIT 1", [ref]).fetchone()
    return str(row[0]) if row else ""


def problems_of(db: Database, submission: int) -> tuple[Problem, ...]:
    rows = db.query(
        "SELECT code, severity, message, field, value, place FROM problem WHERE submission = ? ORDER BY id",
        [submission],
    )
    return tuple(
        Problem(Code(row["code"]), Severity(row["severity"]), row["message"], row["field"], row["value"], row["place"])
        for row in rows
    )


def source_path(db: Database, identity: int) -> str:
    return str(db.execute("SELECT source_path FROM submission WHERE id = ?", [identity]).fetchone()[0])


def status_of(db: Database, identity: int) -> Status:
    return Status(db.execute("SELECT status FROM submission WHERE id = ?", [identity]).fetchone()[0])


def versions_of_mail(db: Database, mail: int) -> list[KnownSubmission]:
    """Every version that was read from this mail, current or not."""
    sql = CURRENT.replace("is_current AND {where}", "mail = ?")
    return [known(db, row) for row in db.query(sql, [mail])]


def campaign_of_mail(db: Database, mail: int) -> str:
    """The campaign to which what was read from this mail belongs; empty where that is the active one, or nothing was read."""
    sql = "SELECT campaign FROM submission WHERE mail = ? ORDER BY campaign = '' DESC LIMIT 1"
    return str(next((row["campaign"] for row in db.query(sql, [mail])), ""))


def last_versions(db: Database, refs: Iterable[str]) -> dict[str, int]:
    """The highest stored version number of each of these references, held ones counted too."""
    sql = "SELECT ref, max(version) AS last FROM submission WHERE ref IN (SELECT value FROM json_each(?)) GROUP BY ref"
    return {row["ref"]: int(row["last"]) for row in db.query(sql, [as_list(refs)])}


def is_repeated(db: Database, ref: str, content_hash: str, before: tuple[str, int]) -> bool:
    """Whether the form *ref* had just this content already when the mail of *before* (received_at, id) came."""
    sql = """SELECT 1 FROM submission s JOIN mail m ON m.id = s.mail
        WHERE s.ref = ? AND s.content_hash = ? AND (m.received_at, m.id) < (?, ?)"""
    return db.execute(sql, [ref, content_hash, *before]).fetchone() is not None


def is_followed(db: Database, ref: str, mail: tuple[str, int]) -> bool:
    """Whether the version of *ref* that stands came with a mail after *mail* (received_at, id)."""
    sql = """SELECT 1 FROM submission s JOIN mail m ON m.id = s.mail
        WHERE s.ref = ? AND s.is_current AND (m.received_at, m.id) > (?, ?)"""
    return db.execute(sql, [ref, *mail]).fetchone() is not None


def version(db: Database, identity: int) -> KnownSubmission:
    """One stored version by its row."""
    return known(db, next(db.query(CURRENT.replace("is_current AND {where}", "id = ?"), [identity])))


def thread_of(db: Database, mail: int, ref: str) -> dict[str, str]:
    """Sender, subject and Message-ID of the mail with which a version of *ref* came: where that set a coordinator's value, of the one before it that
    the unit knows."""
    columns = "m.from_addr, m.subject, m.message_id"
    sql = f"SELECT {columns}, EXISTS (SELECT 1 FROM submission WHERE mail = m.id AND content ->> '$.set_by' IS NOT NULL) AS is_set FROM mail m WHERE id = ?"
    came = next(db.query(sql, [mail]))
    if came.pop("is_set"):
        theirs = f"""SELECT {columns} FROM submission s JOIN mail m ON m.id = s.mail
            WHERE s.ref = ? AND s.content ->> '$.set_by' IS NULL ORDER BY s.version DESC LIMIT 1"""
        came = next(db.query(theirs, [ref]), came)
    return came


def as_merged(db: Database, refs: Sequence[str]) -> tuple[str, ...]:
    """The same references, with those that stand for them where a person made one of two."""
    sql = """SELECT ref, content ->> '$.decided.merged_into' AS into_ref FROM submission
        WHERE ref IN (SELECT value FROM json_each(?)) AND is_current AND content ->> '$.decided.merged_into' IS NOT NULL"""
    merged = {row["ref"]: row["into_ref"] for row in db.query(sql, [as_list(refs)])}
    return tuple(dict.fromkeys(merged.get(ref, ref) for ref in refs))


def current_id(db: Database, ref: str) -> int | None:
    """The row of the version that stands; None for a reference without a form."""
    row = db.execute("SELECT id FROM submission WHERE ref = ? AND is_current", [ref]).fetchone()
    return int(row[0]) if row else None


def held_of(db: Database, refs: Iterable[str]) -> tuple[KnownSubmission, ...]:
    """Versions of these references that wait for a person, oldest first."""
    sql = CURRENT.replace("is_current AND {where}", "status = 'held' AND ref IN (SELECT value FROM json_each(?))")
    return tuple(known(db, row) for row in db.query(sql, [as_list(refs)]))


def base_of(db: Database, held: KnownSubmission) -> KnownSubmission | None:
    """The version that stood when *held* came; None where none did."""
    number = held.content.get(BASE)
    # Where that was not written down yet: the last that was in force before.
    sql = """SELECT id FROM submission WHERE ref = ? AND version < ? AND (version = ? OR (? IS NULL AND status NOT IN ('held', 'rejected')))
        ORDER BY version DESC LIMIT 1"""
    row = db.execute(sql, [held.ref, held.version, number, number]).fetchone()
    return version(db, row[0]) if row else None


def last_number(db: Database, year: int) -> int:
    row = db.execute("SELECT last FROM sequence WHERE year = ?", [year]).fetchone()
    return int(row[0]) if row else 0


def held_hashes(db: Database, units: Iterable[str]) -> dict[str, str]:
    """Content of what already waits for a person, and its reference, so that it is not held twice."""
    sql = "SELECT content_hash, ref FROM submission WHERE status = 'held' AND unit IN (SELECT value FROM json_each(?))"
    return {row["content_hash"]: row["ref"] for row in db.query(sql, [as_list(units)])}


def earlier_hashes(db: Database, units: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Reference and content of each version that was in force until a later one took its place."""
    marks = list(units)
    sql = f"""SELECT DISTINCT ref, content_hash FROM submission WHERE NOT is_current AND status IN ('accepted', 'needs_correction')
        AND unit IN ({", ".join("?" * len(marks)) or "NULL"})"""
    return frozenset((row["ref"], row["content_hash"]) for row in db.query(sql, marks))


def worded_since(db: Database, refs: Iterable[str], since: str) -> dict[str, int]:
    """In how many letters since *since* (ISO text) words changed each of these forms, or were to; a «确认» is none of them."""
    sql = """SELECT s.ref, count(DISTINCT s.mail) AS times FROM submission s JOIN mail m ON m.id = s.mail
        WHERE s.ref IN (SELECT value FROM json_each(?)) AND s.received_at > ? AND m.outcome != 'command'
        AND s.content ->> '$.answered_in_words' AND s.content ->> '$.set_by' IS NULL AND s.content ->> '$.decided' IS NULL GROUP BY s.ref"""
    return {row["ref"]: int(row["times"]) for row in db.query(sql, [as_list(refs), since])}
