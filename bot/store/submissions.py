"""Forms and reports in all their versions, their problems and rows, the saved files, and what a person must look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlite_utils import Database

from bot.base.problems import Code, Problem, Severity
from bot.base.text import name_key
from bot.decision.facts import BASE, KnownSubmission
from bot.decision.states import GONE, Status
from bot.decision.versions.content import ROWS
from bot.decision.versions.merging import merge
from bot.forms.definitions import Definitions
from bot.forms.model import Kind

CURRENT = """
SELECT id, ref, kind, unit, title, match_key, name_key, version, status, is_late, content_hash, from_addr, mail, content, source_path
FROM submission WHERE is_current AND {where} ORDER BY id"""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """One version to be stored. ``content`` is plain JSON; ``rows`` are (name key, plain values) of a summary table.

    Where ``is_current``, it takes the place of the version before it.
    """

    ref: str
    kind: Kind
    unit: str
    title: str
    match_key: str
    name_key: str
    version: int
    is_current: bool
    is_late: bool
    status: Status
    source_path: str
    content: Mapping[str, Any]
    content_hash: str
    rows: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    problems: tuple[Problem, ...] = ()


def current(db: Database, where: str, values: Sequence[object]) -> list[KnownSubmission]:
    return [known(db, row) for row in db.query(CURRENT.format(where=where), list(values))]


def current_of(db: Database, units: Iterable[str], refs: Iterable[str]) -> tuple[KnownSubmission, ...]:
    """Current versions of these units, and of these references whoever's they are."""
    unit_list, ref_list = sorted(set(units)), sorted(set(refs))
    marks = ", ".join("?" * len(unit_list)) or "NULL"
    ref_marks = ", ".join("?" * len(ref_list)) or "NULL"
    return tuple(current(db, f"(unit IN ({marks}) OR ref IN ({ref_marks}))", [*unit_list, *ref_list]))


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
    )


def problems_of(db: Database, submission: int) -> tuple[Problem, ...]:
    rows = db.query(
        "SELECT code, severity, message, field, value, place FROM problem WHERE submission = ? ORDER BY id",
        [submission],
    )
    return tuple(
        Problem(Code(row["code"]), Severity(row["severity"]), row["message"], row["field"], row["value"], row["place"])
        for row in rows
    )


def add_version(db: Database, new: NewVersion, mail: int, received_at: str, from_addr: str) -> int:
    """Store one version with its rows and problems; returns its id."""
    if new.is_current:
        db.execute("UPDATE submission SET is_current = 0 WHERE ref = ? AND is_current", [new.ref])
    row = {**columns_of(new), "mail": mail, "received_at": received_at, "from_addr": from_addr}
    columns = ", ".join(row)
    cursor = db.execute(f"INSERT INTO submission ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    identity = int(cursor.lastrowid or 0)
    add_rows(db, identity, new)
    add_problems(db, mail, new.problems, new.source_path, identity)
    return identity


def columns_of(new: NewVersion) -> dict[str, object]:
    return {
        "ref": new.ref,
        "kind": str(new.kind),
        "unit": new.unit,
        "title": new.title,
        "match_key": new.match_key,
        "name_key": new.name_key,
        "version": new.version,
        "is_current": int(new.is_current),
        "is_late": int(new.is_late),
        "status": new.status,
        "source_path": new.source_path,
        "content": json.dumps(new.content, ensure_ascii=False),
        "content_hash": new.content_hash,
    }


def add_rows(db: Database, submission: int, new: NewVersion) -> None:
    for position, (key, content) in enumerate(new.rows, 1):
        db.execute(
            "INSERT INTO activity_row (submission, position, name_key, content) VALUES (?, ?, ?, ?)",
            [submission, position, key, json.dumps(content, ensure_ascii=False)],
        )


def replace_version(db: Database, identity: int, new: NewVersion, mail: int) -> None:
    """Other content for a stored version (its mail was read again).

    Whether it is current or held, withdrawn or rejected stays as it is, and so does what a person decided.
    """
    stored = json.loads(db.execute("SELECT content FROM submission WHERE id = ?", [identity]).fetchone()[0])
    decided = stored.get("decided", {})
    content = {**new.content, **{key: stored[key] for key in ("decided", BASE) if key in stored}}
    row = columns_of(replace(new, content=content))
    kept = {
        "version",
        "is_current",
        *decided,
        *(["status"] if status_of(db, identity) in {Status.HELD, *GONE} else []),
    }
    changes = {key: value for key, value in row.items() if key not in kept}
    assignments = ", ".join(f"{key} = ?" for key in changes)
    db.execute(f"UPDATE submission SET {assignments} WHERE id = ?", [*changes.values(), identity])
    sql = "SELECT name_key, gone_with FROM activity_row WHERE submission = ? AND gone_with != ''"
    gone = [(row[1], identity, row[0]) for row in db.execute(sql, [identity]).fetchall()]
    db.execute("DELETE FROM activity_row WHERE submission = ?", [identity])
    db.execute("DELETE FROM problem WHERE submission = ?", [identity])
    add_rows(db, identity, new)
    db.conn.executemany("UPDATE activity_row SET gone_with = ? WHERE submission = ? AND name_key = ?", gone)
    add_problems(db, mail, new.problems, new.source_path, identity)


def source_path(db: Database, identity: int) -> str:
    return str(db.execute("SELECT source_path FROM submission WHERE id = ?", [identity]).fetchone()[0])


def status_of(db: Database, identity: int) -> Status:
    return Status(db.execute("SELECT status FROM submission WHERE id = ?", [identity]).fetchone()[0])


def drop_file_problems(db: Database, mail: int) -> None:
    db.execute("DELETE FROM problem WHERE mail = ? AND submission IS NULL", [mail])


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
    listed = list(refs)
    if not listed:
        return {}
    sql = f"SELECT ref, max(version) AS last FROM submission WHERE ref IN ({', '.join('?' * len(listed))}) GROUP BY ref"
    return {row["ref"]: int(row["last"]) for row in db.query(sql, listed)}


def add_problems(
    db: Database, mail: int, problems: Iterable[Problem], path: str, submission: int | None = None
) -> None:
    for problem in problems:
        db.execute(
            "INSERT INTO problem (mail, submission, path, code, severity, field, value, place, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                mail,
                submission,
                path,
                problem.code,
                problem.severity,
                problem.field,
                problem.value,
                problem.place,
                problem.message,
            ],
        )


def set_status(db: Database, submission: int, status: Status) -> None:
    db.execute("UPDATE submission SET status = ? WHERE id = ?", [status, submission])


def mark_decided(db: Database, submission: int, what: str, value: str | bool = True) -> None:
    """Note that a person decided the form's *what* (``status``, ``unit``, ``merged_into``): reading its mail again must not undo it."""
    patch = json.dumps({"decided": {what: value}})
    db.execute("UPDATE submission SET content = json_patch(content, ?) WHERE id = ?", [patch, submission])


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
    if not refs:
        return ()
    sql = f"""SELECT ref, content ->> '$.decided.merged_into' AS into_ref FROM submission
        WHERE ref IN ({", ".join("?" * len(refs))}) AND is_current AND content ->> '$.decided.merged_into' IS NOT NULL"""
    merged = {row["ref"]: row["into_ref"] for row in db.query(sql, list(refs))}
    return tuple(dict.fromkeys(merged.get(ref, ref) for ref in refs))


def current_id(db: Database, ref: str) -> int | None:
    """The row of the version that stands; None for a reference without a form."""
    row = db.execute("SELECT id FROM submission WHERE ref = ? AND is_current", [ref]).fetchone()
    return int(row[0]) if row else None


def held_of(db: Database, refs: Iterable[str]) -> tuple[KnownSubmission, ...]:
    """Versions of these references that wait for a person, oldest first."""
    listed = sorted(set(refs))
    if not listed:
        return ()
    sql = CURRENT.replace("is_current AND {where}", f"status = 'held' AND ref IN ({', '.join('?' * len(listed))})")
    return tuple(known(db, row) for row in db.query(sql, listed))


def base_of(db: Database, held: KnownSubmission) -> KnownSubmission | None:
    """The version that stood when *held* came; None where none did."""
    number = held.content.get(BASE)
    # Where that was not written down yet: the last that was in force before.
    sql = """SELECT id FROM submission WHERE ref = ? AND version < ? AND (version = ? OR (? IS NULL AND status NOT IN ('held', 'rejected')))
        ORDER BY version DESC LIMIT 1"""
    row = db.execute(sql, [held.ref, held.version, number, number]).fetchone()
    return version(db, row[0]) if row else None


def put_in_force(db: Database, submission: int, status: Status) -> None:
    """A version that waited takes the place of the one before it; what else waits goes on waiting."""
    ref = db.execute("SELECT ref FROM submission WHERE id = ?", [submission]).fetchone()[0]
    db.execute("UPDATE submission SET is_current = 0 WHERE ref = ?", [ref])
    db.execute("UPDATE submission SET is_current = 1, status = ? WHERE id = ?", [status, submission])


def accept(db: Database, submission: int, definitions: Definitions) -> None:
    """A person takes this version: a held one takes the place of the one before it, any other counts as it stands. What was changed since it
    came stays: the two make one more version."""
    held = version(db, submission)
    if held.status != Status.HELD:
        set_status(db, submission, Status.ACCEPTED)
        mark_decided(db, submission, "status")
        return
    merged = merge(held, base_of(db, held), next(iter(current_of(db, (), [held.ref])), None), definitions).version
    if merged is held:
        put_in_force(db, submission, Status.ACCEPTED)
        return
    set_status(db, submission, Status.REJECTED)
    came = db.execute("SELECT received_at FROM submission WHERE id = ?", [submission]).fetchone()[0]
    number = last_versions(db, [held.ref])[held.ref] + 1
    taken = new_version(replace(merged, version=number, status=Status.ACCEPTED))
    mark_decided(db, add_version(db, taken, held.mail, came, merged.from_addr), "status")


def new_version(known: KnownSubmission) -> NewVersion:
    """*known* as one more version, in force."""
    told = known.content.get(ROWS, []) if known.kind is Kind.SUMMARY else []
    rows = tuple((name_key(str(row.get("activity_name") or "")), row) for row in told)
    return NewVersion(
        ref=known.ref,
        kind=known.kind,
        unit=known.unit,
        title=known.title,
        match_key=known.match_key,
        name_key=known.name_key,
        version=known.version,
        is_current=True,
        is_late=known.is_late,
        status=known.status,
        source_path=known.source_path,
        content=known.content,
        content_hash=known.content_hash,
        rows=rows,
        problems=known.problems,
    )


def set_unit(db: Database, ref: str, unit: str) -> None:
    db.execute("UPDATE submission SET unit = ? WHERE ref = ?", [unit, ref])
    for row in list(db.query("SELECT id FROM submission WHERE ref = ?", [ref])):
        mark_decided(db, row["id"], "unit")


def last_number(db: Database, year: int) -> int:
    row = db.execute("SELECT last FROM sequence WHERE year = ?", [year]).fetchone()
    return int(row[0]) if row else 0


def set_last_number(db: Database, year: int, number: int) -> None:
    db.execute(
        "INSERT INTO sequence VALUES (?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)", [year, number]
    )


def held_hashes(db: Database, units: Iterable[str]) -> dict[str, str]:
    """Content of what already waits for a person, and its reference, so that it is not held twice."""
    marks = list(units)
    sql = f"SELECT content_hash, ref FROM submission WHERE status = 'held' AND unit IN ({', '.join('?' * len(marks)) or 'NULL'})"
    return {row["content_hash"]: row["ref"] for row in db.query(sql, marks)}


def worded_since(db: Database, refs: Iterable[str], since: str) -> dict[str, int]:
    """In how many letters since *since* (ISO text) words changed each of these forms, or were to; a «确认» is none of them."""
    listed = sorted(set(refs))
    if not listed:
        return {}
    sql = f"""SELECT s.ref, count(DISTINCT s.mail) AS times FROM submission s JOIN mail m ON m.id = s.mail
        WHERE s.ref IN ({", ".join("?" * len(listed))}) AND s.received_at > ? AND m.outcome != 'command'
        AND s.content ->> '$.answered_in_words' AND s.content ->> '$.set_by' IS NULL AND s.content ->> '$.decided' IS NULL GROUP BY s.ref"""
    return {row["ref"]: int(row["times"]) for row in db.query(sql, [*listed, since])}


def save_file(db: Database, mail: int, path: str, sha256: str, file: str, unit: str) -> None:
    db.execute("INSERT OR REPLACE INTO saved_file VALUES (?, ?, ?, ?, ?)", [mail, path, sha256, file, unit])


def set_roster(db: Database, units: Iterable[tuple[str, int, str]]) -> None:
    """(name, expected number, group) of each unit of the roster, as the views count them."""
    wanted = sorted(units)
    present = [tuple(row.values()) for row in db.query("SELECT name, expected, grp FROM roster_unit ORDER BY name")]
    if present != wanted:
        db.execute("DELETE FROM roster_unit")
        for unit in wanted:
            db.execute("INSERT INTO roster_unit VALUES (?, ?, ?)", list(unit))
