"""What is to be done after a commit: rows of the table ``task``, each done once by its key, again where the process died over it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from sqlite_utils import Database


class Task(Struct, frozen=True):
    """``kind`` says what, ``argument`` (plain JSON) with what and to whom; ``mail`` is the mail that asked, None where a command did.

    ``attempts`` is how often it was begun. ``exit_status`` is None until a command's task is done; ``result`` are its lines so far.
    """

    key: str
    kind: str
    argument: Mapping[str, Any]
    mail: int | None = None
    id: int = 0
    attempts: int = 0
    result: str = ""
    exit_status: int | None = None


WAITING = "SELECT 1 FROM task WHERE mail IS NULL AND exit_status IS NULL LIMIT 1"
COLUMNS = "key, kind, argument, mail, id, attempts, result, exit_status"


def add(db: Database, task: Task, at: str) -> int:
    """Returns its id; a key that is there already is not added again."""
    sql = "INSERT OR IGNORE INTO task (key, kind, argument, mail, asked_at) VALUES (?, ?, ?, ?, ?)"
    db.execute(sql, [task.key, task.kind, json.dumps(task.argument, ensure_ascii=False), task.mail, at])
    return int(db.execute("SELECT id FROM task WHERE key = ?", [task.key]).fetchone()[0])


def of_mails(db: Database) -> list[Task]:
    return [as_task(row) for row in db.query(f"SELECT {COLUMNS} FROM task WHERE mail IS NOT NULL ORDER BY id")]


def of_commands(db: Database) -> list[Task]:
    """Those that are not done."""
    sql = f"SELECT {COLUMNS} FROM task WHERE mail IS NULL AND exit_status IS NULL ORDER BY id"
    return [as_task(row) for row in db.query(sql)]


def find(db: Database, identity: int) -> Task | None:
    rows = list(db.query(f"SELECT {COLUMNS} FROM task WHERE id = ?", [identity]))
    return as_task(rows[0]) if rows else None


def as_task(row: dict[str, Any]) -> Task:
    return Task(**{**row, "argument": json.loads(row["argument"])})


def begin(db: Database, identity: int) -> bool:
    """Count the attempt; False where the task was withdrawn meanwhile."""
    return bool(db.execute("UPDATE task SET attempts = attempts + 1 WHERE id = ?", [identity]).rowcount)


def say(db: Database, identity: int, line: str) -> None:
    db.execute("UPDATE task SET result = result || ? WHERE id = ?", [f"{line}\n", identity])


def finish(db: Database, identity: int, exit_status: int) -> None:
    """A command's task is done; the command reads what came of it and removes it."""
    db.execute("UPDATE task SET exit_status = ? WHERE id = ?", [exit_status, identity])


def remove(db: Database, identity: int) -> None:
    db.execute("DELETE FROM task WHERE id = ?", [identity])


def withdraw(db: Database, identity: int) -> bool:
    """Remove it unless it was begun; whether it is gone."""
    return bool(db.execute("DELETE FROM task WHERE id = ? AND attempts = 0", [identity]).rowcount)


def forget_orders(db: Database) -> None:
    """Of commands, when an instance starts: who waits still will ask again, who was killed meanwhile does not want it any more."""
    db.execute("DELETE FROM task WHERE mail IS NULL")
