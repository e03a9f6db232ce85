"""Forgetting: mails of a time or of a unit with everything read from them. What stays is that they were here, so that none comes in again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.store.database import Store
from bot.store.migrate import backup

PURGED = "purged"
CHOSEN = "(SELECT value FROM json_each(?))"  # the ids as one JSON text: there may be more than SQLite takes as values


@dataclass(frozen=True, slots=True)
class Purged:
    """What was (or would be) removed. ``copies`` are folders and files beside the store that hold it still and are a person's to remove."""

    mails: int
    submissions: int
    files: int
    answers: int
    refs: tuple[str, ...]
    copies: tuple[str, ...] = ()

    def line(self) -> str:
        told = f"邮件 {self.mails} 封、登记 {self.submissions} 项、文件 {self.files} 个、回信 {self.answers} 封；受理号：{'、'.join(self.refs) or '无'}"
        return f"{told}；以下旧副本仍含这些数据，请自行删除：{'、'.join(self.copies)}" if self.copies else told


def purge(store: Store, *, before: date | None = None, unit: str = "", really: bool) -> Purged:
    """Remove the mails received before *before* and those from which only forms of *unit* came. Without *really* only the report.

    Mails that are still to be worked off stay. Of the answers those go that were sent or given up. Copies of the database below
    ``backups`` are replaced by a new one.
    """
    found = chosen(store, before, unit)
    report = count(store, found)
    if really and found:
        remove(store, found)
        renew_backups(store)
    return report


def chosen(store: Store, before: date | None, unit: str) -> list[int]:
    """Ids of the mails that fit both conditions."""
    if before is None and not unit:
        raise ValueError("before or unit")
    conditions, values = ["outcome IS NOT NULL", "why != ?"], [PURGED]
    if before is not None:
        conditions.append("received_at < ?")
        values.append(before.isoformat())
    if unit:
        conditions.append(
            "id IN (SELECT mail FROM submission WHERE unit = ?) AND id NOT IN (SELECT mail FROM submission WHERE unit != ?)"
        )
        values += [unit, unit]
    return [row["id"] for row in store.db.query(f"SELECT id FROM mail WHERE {' AND '.join(conditions)}", values)]


def count(store: Store, found: Sequence[int]) -> Purged:
    ids = json.dumps(found)

    def number(table: str, more: str = "") -> int:
        sql = f"SELECT count(*) FROM {table} WHERE mail IN {CHOSEN} {more}"
        return int(store.db.execute(sql, [ids]).fetchone()[0])

    refs = store.db.query(f"SELECT DISTINCT ref FROM submission WHERE mail IN {CHOSEN} ORDER BY ref", [ids])
    return Purged(
        len(found),
        number("submission"),
        number("saved_file") + len(own_pictures(store, ids)),
        number("outbox", "AND status IN ('sent', 'gave_up')"),
        tuple(row["ref"] for row in refs),
        tuple(sorted(path.name for path in old_copies(store))),
    )


def own_pictures(store: Store, ids: str) -> set[str]:
    """Files of the pictures of these mails' reports that no other report shows."""
    sql = f"SELECT content FROM submission WHERE kind = 'report' AND mail {{}} IN {CHOSEN}"
    theirs = pictures_in(row["content"] for row in store.db.query(sql.format(""), [ids]))
    return (
        theirs - pictures_in(row["content"] for row in store.db.query(sql.format("NOT"), [ids])) if theirs else theirs
    )


def pictures_in(contents: Iterable[str]) -> set[str]:
    return {
        str(picture["file"])
        for content in contents
        for picture in json.loads(content).get("pictures") or ()
        if picture.get("file")
    }


def old_copies(store: Store) -> list[Path]:
    """What ``rebuild``, ``restore`` and new versions set aside."""
    patterns = ((store.root, "intake.*.db"), (store.root.parent, f"{store.root.name}.before-restore-*"))
    return [path for folder, pattern in patterns for path in folder.glob(pattern)]


def remove(store: Store, found: Sequence[int]) -> None:
    """Rows first, then files: what a crash leaves behind is a file that no row names.

    Digests hold everybody's names: of those that went out only the line in the queue stays.
    """
    db, ids = store.db, json.dumps(found)
    mails = list(db.query(f"SELECT sha256, received_at, outcome FROM mail WHERE id IN {CHOSEN}", [ids]))
    files = [row["file"] for row in db.query(f"SELECT file FROM saved_file WHERE mail IN {CHOSEN}", [ids])]
    files += own_pictures(store, ids)
    with store.transaction():
        inner = f"submission IN (SELECT id FROM submission WHERE mail IN {CHOSEN})"
        db.execute(f"DELETE FROM activity_row WHERE {inner}", [ids])
        for table in ("problem", "review"):
            db.execute(f"DELETE FROM {table} WHERE mail IN {CHOSEN} OR {inner}", [ids, ids])
        db.execute(f"DELETE FROM saved_file WHERE mail IN {CHOSEN}", [ids])
        db.execute(f"DELETE FROM outbox WHERE mail IN {CHOSEN} AND status IN ('sent', 'gave_up')", [ids])
        db.execute("UPDATE outbox SET raw = x'' WHERE mail IS NULL AND status IN ('sent', 'gave_up')")
        db.execute(f"DELETE FROM submission WHERE mail IN {CHOSEN}", [ids])
        db.execute(
            f"UPDATE mail SET from_addr = '', subject = '', message_id = '', other_ids = '[]', why = ? WHERE id IN {CHOSEN}",
            [PURGED, ids],
        )
    for mail in mails:
        store.raw.condemn(mail["sha256"], f"{mail['received_at']} {mail['outcome']}")
        store.raw.forget(mail["sha256"])
    for file in files:
        path = store.root / file
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def renew_backups(store: Store) -> None:
    """The copies made every night hold what was just forgotten: one of today takes the place of them all."""
    copies = sorted((store.root / "backups").glob("intake-*.db"))
    if not copies:
        return
    fresh = copies[-1].with_suffix(".new")
    fresh.unlink(missing_ok=True)
    backup(store.connection, fresh)
    for old in copies:
        old.unlink()
    fresh.rename(copies[-1])


def retention_limit(now: datetime, kept: timedelta) -> date:
    """The first day whose mails are still kept."""
    return (now - kept).date()
