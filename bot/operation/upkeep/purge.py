"""Forgetting: mails of a time or of a unit with everything read from them. What stays is that they were here, so that none comes in again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from bot.base.failpoints import reach
from bot.base.replacing import replace
from bot.store import state
from bot.store.database import Store
from bot.store.files import copies
from bot.store.lists import search
from bot.store.values import as_list

PURGED = "purged"
UNFINISHED = "purge_unfinished"  # in the table of state: rows are gone, files may not be
GONE_OUT = "status IN ('sent', 'gave_up')"
HAS_FORM = "id IN (SELECT mail FROM submission WHERE unit = ?)"
CHOSEN = "(SELECT value FROM json_each(?))"  # the ids as one JSON text: there may be more than SQLite takes as values


class Purged(Struct, frozen=True):
    """What was (or would be) removed. ``copies`` are files and folders of the store that hold it still and are a person's to remove; ``hint`` what was
    not chosen although it was perhaps meant."""

    mails: int
    submissions: int
    files: int
    answers: int
    refs: tuple[str, ...]
    copies: tuple[str, ...] = ()
    hint: str = ""

    def line(self) -> str:
        told = f"邮件 {self.mails} 封、登记 {self.submissions} 项、文件 {self.files} 个、回信 {self.answers} 封；受理号：{'、'.join(self.refs) or '无'}{self.hint}"
        return f"{told}；以下旧副本仍含这些数据，请自行删除：{'、'.join(self.copies)}" if self.copies else told


def purge(store: Store, *, before: date | None = None, unit: str = "", really: bool) -> Purged:
    """Remove the mails received before *before* and those of *unit* (``of_unit``). Without *really* only the report.

    Mails that are still to be worked off stay. Of the answers those go that were sent or given up. Copies of the database below
    ``backups`` are replaced by a new one. What was interrupted is finished by the next call, whatever that is for.
    """
    found = chosen(store, before, unit)
    report = replace(count(store, found), hint=hint_for(store, unit))
    if really and found:
        remove_rows(store, found)
    if really:
        finish_interrupted(store)
    return report


def finish_interrupted(store: Store) -> None:
    """What a purge began and did not get done, be it this one or one that was killed."""
    if state.get(store.db, UNFINISHED):
        finish(store)


def chosen(store: Store, before: date | None, unit: str) -> list[int]:
    """Ids of the mails that fit both conditions, and of every further copy of one of them."""
    if before is None and not unit:
        raise ValueError("before or unit")
    conditions, values = ["outcome IS NOT NULL", "why != ?"], [PURGED]
    if before is not None:
        conditions.append("received_at < ?")
        if not unit:  # what was added to the roster goes on counting, however long ago that was
            conditions.append("id NOT IN (SELECT mail FROM roster_overlay)")
        values.append(before.isoformat())
    if unit:
        conditions.append(f"id IN {CHOSEN}")
        values.append(json.dumps(of_unit(store, unit)))
    found = ids(store, " AND ".join(conditions), values)
    forgotten = f"SELECT content_key FROM mail WHERE id IN {CHOSEN} OR why = ?"
    copies = f"content_key != '' AND content_key IN ({forgotten}) AND outcome IS NOT NULL AND why != ?"
    return sorted({*found, *ids(store, copies, [json.dumps(found), PURGED, PURGED])})


def of_unit(store: Store, unit: str) -> list[int]:
    """Mails from which only forms of *unit* came; mails without a form that are about these (unchanged, requests, a coordinator's decision)
    or came from the same senders, unless they report for other units, too; what coordinators did of these alone; non-delivery reports about these
    senders."""
    forms = ids(store, f"{HAS_FORM} AND id NOT IN (SELECT mail FROM submission WHERE unit != ?)", [unit, unit])
    values = [json.dumps(forms)]
    refs = f"SELECT ref FROM submission WHERE mail IN {CHOSEN}"
    senders = f"""SELECT from_addr FROM mail WHERE id IN {CHOSEN} AND from_addr != ''
        EXCEPT SELECT m.from_addr FROM mail m JOIN submission s ON s.mail = m.id WHERE s.unit != ?"""
    about = ids(
        store,
        f"id NOT IN (SELECT mail FROM submission) AND ((ref != '' AND ref IN ({refs})) OR from_addr IN ({senders}))",
        [*values, *values, unit],
    )
    bounced = (
        f"""SELECT r.mail FROM review r, ({senders}) s WHERE r.reason = 'bounced' AND instr(r.detail, s.from_addr)"""
    )
    theirs = [*forms, *about]
    acts = f"""SELECT a.mail FROM office_act a WHERE (a.refs != '[]' OR a.items != '[]')
        AND NOT EXISTS (SELECT 1 FROM json_each(a.refs) r WHERE r.value NOT IN ({refs}))
        AND NOT EXISTS (SELECT 1 FROM json_each(a.items) i JOIN review v ON v.id = i.value WHERE v.mail NOT IN {CHOSEN})"""
    acted = ids(store, f"id IN ({acts})", [*values, json.dumps(theirs)])
    alone = "SELECT mail FROM office_act WHERE refs = '[]' AND items = '[]' AND units = ?"
    acted += ids(store, f"id IN ({alone})", [as_list([unit])])
    return [*theirs, *acted, *ids(store, f"id IN ({bounced})", [*values, unit])]


def hint_for(store: Store, unit: str) -> str:
    """What to tell of a unit without forms, or with forms in mails that hold other units' as well."""
    theirs = ids(store, HAS_FORM, [unit])
    mixed = ids(store, f"{HAS_FORM} AND id IN (SELECT mail FROM submission WHERE unit != ?)", [unit, unit])
    if mixed:
        return f"；邮件 {'、'.join(map(str, mixed))} 另有其他单位的表格，不会删除"
    return f"；没有“{unit}”的登记，请写登记时的单位全称（见汇总或 v_units）" if unit and not theirs else ""


def ids(store: Store, where: str, values: Sequence[str]) -> list[int]:
    return [row["id"] for row in store.db.query(f"SELECT id FROM mail WHERE {where}", list(values))]


def count(store: Store, found: Sequence[int]) -> Purged:
    chosen_ids = json.dumps(found)

    def number(table: str, more: str = "") -> int:
        sql = f"SELECT count(*) FROM {table} WHERE mail IN {CHOSEN} {more}"
        return int(store.db.execute(sql, [chosen_ids]).fetchone()[0])

    refs = store.db.query(f"SELECT DISTINCT ref FROM submission WHERE mail IN {CHOSEN} ORDER BY ref", [chosen_ids])
    return Purged(
        len(found),
        number("submission"),
        number("saved_file") + len(own_pictures(store, chosen_ids)),
        number("outbox", f"AND {GONE_OUT}"),
        tuple(row["ref"] for row in refs),
        tuple(sorted(str(path.relative_to(store.root)) for path in old_copies(store))),
    )


def own_pictures(store: Store, chosen_ids: str) -> set[str]:
    """Files of the pictures of these mails' reports that no other report shows."""
    sql = f"SELECT content FROM submission WHERE kind = 'report' AND mail {{}} IN {CHOSEN}"
    theirs = pictures_in(row["content"] for row in store.db.query(sql.format(""), [chosen_ids]))
    return (
        theirs - pictures_in(row["content"] for row in store.db.query(sql.format("NOT"), [chosen_ids]))
        if theirs
        else theirs
    )


def pictures_in(contents: Iterable[str]) -> set[str]:
    return {
        str(picture["file"])
        for content in contents
        for picture in json.loads(content).get("pictures") or ()
        if picture.get("file")
    }


def old_copies(store: Store) -> list[Path]:
    """What ``rebuild``, ``restore`` and new versions set aside, and whole backups kept in the store's own folder."""
    patterns = ("intake.*.db", "before-restore-*", "*/intake-*/intake.db")
    return [path for pattern in patterns for path in store.root.glob(pattern)]


def remove_rows(store: Store, found: Sequence[int]) -> None:
    """Tombstones first: from then on not even a rebuild brings these mails back. Then every row, and the note that ``finish`` is to follow.

    Digests and what a coordinator asked for hold everybody's names: of those that went out only the line in the queue stays.
    """
    db, chosen_ids = store.db, json.dumps(found)
    for mail in list(db.query(f"SELECT sha256, received_at, outcome FROM mail WHERE id IN {CHOSEN}", [chosen_ids])):
        store.raw.condemn(mail["sha256"], f"{mail['received_at']} {mail['outcome']}")
    reach("condemned")
    with store.transaction():
        inner = f"submission IN (SELECT id FROM submission WHERE mail IN {CHOSEN})"
        senders = f"""SELECT from_addr FROM mail WHERE id IN {CHOSEN} AND from_addr != ''
            EXCEPT SELECT from_addr FROM mail WHERE id NOT IN {CHOSEN}"""
        db.execute(
            f"""DELETE FROM office_act AS a WHERE mail IN {CHOSEN} OR undone_by IN {CHOSEN}
                OR EXISTS (SELECT 1 FROM json_each(a.refs) r JOIN submission s ON s.ref = r.value WHERE s.mail IN {CHOSEN})
                OR EXISTS (SELECT 1 FROM json_each(a.items) i JOIN review v ON v.id = i.value WHERE v.mail IN {CHOSEN})""",
            [chosen_ids] * 4,
        )
        db.execute(f"DELETE FROM activity_row WHERE {inner}", [chosen_ids])
        for table in ("problem", "review"):
            db.execute(f"DELETE FROM {table} WHERE mail IN {CHOSEN} OR {inner}", [chosen_ids, chosen_ids])
        for table in ("task", "nil_report", "roster_overlay"):
            db.execute(f"DELETE FROM {table} WHERE mail IN {CHOSEN}", [chosen_ids])
        theirs = f"(SELECT id FROM submission WHERE mail IN {CHOSEN})"
        db.execute(
            f"DELETE FROM waiting WHERE mail IN {CHOSEN} OR submission IN {theirs} OR base IN {theirs}",
            [chosen_ids] * 3,
        )
        db.execute("DELETE FROM post WHERE status != 'queued'")
        db.execute(f"DELETE FROM reply_address WHERE sender IN ({senders})", [chosen_ids, chosen_ids])
        db.execute(f"DELETE FROM saved_file WHERE mail IN {CHOSEN}", [chosen_ids])
        db.execute(f"DELETE FROM outbox WHERE mail IN {CHOSEN} AND {GONE_OUT}", [chosen_ids])
        db.execute(
            f"UPDATE outbox SET raw = x'' WHERE {GONE_OUT} AND (mail IS NULL OR mail IN (SELECT id FROM mail WHERE outcome = 'command'))"
        )
        db.execute(
            f"UPDATE outbox SET to_addr = '', subject = '' WHERE {GONE_OUT} AND to_addr IN ({senders})",
            [chosen_ids, chosen_ids],
        )
        db.execute(f"DELETE FROM submission WHERE mail IN {CHOSEN}", [chosen_ids])
        db.execute(
            f"UPDATE mail SET from_addr = '', unit = '', subject = '', message_id = '', other_ids = '[]', why = ? WHERE id IN {CHOSEN}",
            [PURGED, chosen_ids],
        )
        state.put(db, UNFINISHED, "1")
    reach("rows_removed")


def finish(store: Store) -> None:
    """Remove what no row stands for any more: raw mails, saved files, the journal's decisions, the pages of the database, older copies of it.

    May be repeated from any point. Inside a transaction as far as files are concerned: one that is being saved has its row when that is over.
    """
    with store.transaction() as db:
        gone = {row["sha256"] for row in db.query("SELECT sha256 FROM mail WHERE why = ?", [PURGED])}
        for sha256 in gone:
            store.raw.forget(sha256)
            reach("raw_forgotten")
        store.journal.forget_decisions(gone)
        remove_unnamed(store)
        search.forget_traces(db)
    reach("files_removed")
    store.db.execute("VACUUM")
    store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copies.renew(store.connection, store.root)
    state.put(store.db, UNFINISHED, "")


def remove_unnamed(store: Store) -> None:
    """Saved files and pictures that no row names, and the folders (of units, perhaps named after a person) that are empty then."""
    named = {row["file"] for row in store.db.query("SELECT file FROM saved_file")}
    named |= pictures_in(
        row["content"] for row in store.db.query("SELECT content FROM submission WHERE kind = 'report'")
    )
    for path in sorted(store.files.rglob("*"), reverse=True):  # what is in a folder comes before it
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):
                path.rmdir()
        elif str(path.relative_to(store.root)) not in named:
            path.unlink()


def retention_limit(now: datetime, kept: timedelta) -> date:
    """The first day whose mails are still kept."""
    return (now - kept).date()
