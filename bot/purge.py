"""Forgetting: mails of a time or of a unit with everything read from them. What stays is that they were here, so that none comes in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.store.database import Store


@dataclass(frozen=True, slots=True)
class Purged:
    """What was (or would be) removed."""

    mails: int
    submissions: int
    files: int
    answers: int
    refs: tuple[str, ...]

    def line(self) -> str:
        return f"邮件 {self.mails} 封、登记 {self.submissions} 项、文件 {self.files} 个、回信 {self.answers} 封；受理号：{'、'.join(self.refs) or '无'}"


def purge(store: Store, *, before: date | None = None, unit: str = "", really: bool) -> Purged:
    """Remove the mails received before *before* and those from which only forms of *unit* came. Without *really* only the report."""
    db = store.db
    conditions, values = [], []
    if before is not None:
        conditions.append("received_at < ?")
        values.append(before.isoformat())
    if unit:
        conditions.append(
            "id IN (SELECT mail FROM submission WHERE unit = ?) AND id NOT IN (SELECT mail FROM submission WHERE unit != ?)"
        )
        values += [unit, unit]
    if not conditions:
        raise ValueError("before or unit")
    found = [row["id"] for row in db.query(f"SELECT id FROM mail WHERE {' AND '.join(conditions)}", values)]
    report = count(store, found)
    if really:
        remove(store, found)
    return report


def marks(found: Sequence[int]) -> str:
    return ", ".join("?" * len(found)) or "NULL"


def count(store: Store, found: Sequence[int]) -> Purged:
    def number(table: str) -> int:
        return int(
            store.db.execute(f"SELECT count(*) FROM {table} WHERE mail IN ({marks(found)})", found).fetchone()[0]
        )

    refs = store.db.query(f"SELECT DISTINCT ref FROM submission WHERE mail IN ({marks(found)}) ORDER BY ref", found)
    return Purged(
        len(found), number("submission"), number("saved_file"), number("outbox"), tuple(row["ref"] for row in refs)
    )


def remove(store: Store, found: Sequence[int]) -> None:
    """Rows first, then files: what a crash leaves behind is a file that no row names, and the next purge of its mail removes it."""
    db, where = store.db, f"IN ({marks(found)})"
    raws = [row["sha256"] for row in db.query(f"SELECT sha256 FROM mail WHERE id {where}", found)]
    files = [row["file"] for row in db.query(f"SELECT file FROM saved_file WHERE mail {where}", found)]
    with store.transaction():
        inner = f"submission IN (SELECT id FROM submission WHERE mail {where})"
        db.execute(f"DELETE FROM activity_row WHERE {inner}", found)
        for table in ("problem", "review", "saved_file"):
            db.execute(f"DELETE FROM {table} WHERE mail {where}", found)
        db.execute(f"DELETE FROM outbox WHERE mail {where} AND status IN ('sent', 'gave_up')", found)
        db.execute(f"DELETE FROM submission WHERE mail {where}", found)
        db.execute(
            f"UPDATE mail SET from_addr = '', subject = '', message_id = '', other_ids = '[]', why = 'purged' WHERE id {where}",
            found,
        )
    for sha256 in raws:
        store.raw.path(sha256).unlink(missing_ok=True)
    for file in files:
        (store.root / file).unlink(missing_ok=True)
    store.db.execute("VACUUM")


def retention_limit(now: datetime, days: float) -> date:
    return datetime.fromtimestamp(now.timestamp() - days * 86_400, now.tzinfo).date()
