"""Versions of forms and reports are stored, with their rows, problems and saved files, and what a person makes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, fields
from sqlite_utils import Database

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.base.text import name_key
from bot.decision.facts import BASE, KnownSubmission
from bot.decision.states import GONE, Status
from bot.decision.versions.content import ROWS
from bot.decision.versions.merging import merge
from bot.forms.definitions import Definitions
from bot.forms.model import Kind
from bot.store.forms.submissions import base_of, current_of, last_versions, status_of, version
from bot.store.values import put_row


class NewVersion(Struct, frozen=True):
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


def add_version(db: Database, new: NewVersion, mail: int, received_at: str, from_addr: str) -> int:
    """Store one version with its rows and problems; returns its id."""
    if new.is_current:
        db.execute("UPDATE submission SET is_current = 0 WHERE ref = ? AND is_current", [new.ref])
    row = {**columns_of(new), "mail": mail, "received_at": received_at, "from_addr": from_addr}
    identity = put_row(db, "submission", row)
    add_rows(db, identity, new)
    add_problems(db, mail, new.problems, new.source_path, identity)
    return identity


def columns_of(new: NewVersion) -> dict[str, object]:
    """What a version holds in its own row, by the names of the columns."""
    plain = {one.name: getattr(new, one.name) for one in fields(new) if one.name not in ("rows", "problems")}
    return {**plain, "content": json.dumps(new.content, ensure_ascii=False)}


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


def drop_file_problems(db: Database, mail: int) -> None:
    db.execute("DELETE FROM problem WHERE mail = ? AND submission IS NULL", [mail])


def add_problems(
    db: Database, mail: int, problems: Iterable[Problem], path: str, submission: int | None = None
) -> None:
    for problem in problems:
        put_row(db, "problem", {"mail": mail, "submission": submission, "path": path, **asdict(problem)})


def set_status(db: Database, submission: int, status: Status) -> None:
    db.execute("UPDATE submission SET status = ? WHERE id = ?", [status, submission])


def mark_decided(db: Database, submission: int, what: str, value: str | bool = True) -> None:
    """Note that a person decided the form's *what* (``status``, ``unit``, ``merged_into``): reading its mail again must not undo it."""
    patch = json.dumps({"decided": {what: value}})
    db.execute("UPDATE submission SET content = json_patch(content, ?) WHERE id = ?", [patch, submission])


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


def set_last_number(db: Database, year: int, number: int) -> None:
    db.execute(
        "INSERT INTO sequence VALUES (?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last)", [year, number]
    )


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
