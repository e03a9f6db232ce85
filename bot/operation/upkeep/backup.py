"""Copies of the store that are whole: taken while the bot runs, checked and put back."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from bot.base.errors import BotError, cause
from bot.base.failpoints import reach
from bot.base.settings import Settings
from bot.digest.slots import Purpose, due_slots
from bot.operation.upkeep.purge import PURGED
from bot.store import outbox, reviews, state, token
from bot.store.database import DATABASE, PLACING, READY, DatabaseDamaged, Store, quick_check
from bot.store.files.durable import HALF_WRITTEN, make_private
from bot.store.files.journal import JOURNAL, Journal, note_given, references
from bot.store.files.marker import claim, marker_of
from bot.store.files.raw import RawMailLost, RawStore
from bot.store.migrate import backup as copy_database

FOLDERS = ("raw", "files")
ONE_DATABASE = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
WHOLE_STORE = (*ONE_DATABASE, *FOLDERS, JOURNAL)
PART = ".part"  # ends the name of what is still being copied
NEW, OLD = "new", "old"


class RestoreRefused(BotError):
    """The target holds a store already, or the source is no whole backup."""

    remedy = "换一份备份"


def backup(store: Store, out: Path, now: datetime, keep_beside: Callable[[Path], None] = lambda folder: None) -> Path:
    """A consistent copy of database, raw mails, journal and files in a new folder below *out*; returns the folder. *keep_beside* adds to it.

    The database is copied first: everything that it names lies in the folders by then (files are written before rows). The folder gets its name
    when it is whole.
    """
    target = next(
        path
        for n in range(1, 1000)
        if not (path := out / f"intake-{now:%Y%m%d-%H%M%S}{f'-{n}' if n > 1 else ''}").exists()
        and not path.with_name(path.name + PART).exists()
    )
    part = target.with_name(target.name + PART)
    with removed_on_failure(part):
        make_private(part)
        copy_database(store.connection, part / DATABASE)
        reach("backup_database_copied")
        for name in (*FOLDERS, JOURNAL):
            copy_private(store.root / name, part / name)
        keep_beside(part)
        os.sync()
        part.rename(target)
    return target


@contextlib.contextmanager
def removed_on_failure(part: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def copy_private(source: Path, target: Path) -> None:
    """A file or a folder with all that is in it, for the owner only. What is half written or removed (``purge``) meanwhile is left out."""
    if source.is_dir():
        make_private(target)
        for path in sorted(source.iterdir()):
            if not path.name.startswith(HALF_WRITTEN):
                copy_private(path, target / path.name)
        return
    with contextlib.suppress(FileNotFoundError):
        data = source.read_bytes()
        target.touch(mode=0o600, exist_ok=False)
        target.write_bytes(data)


def restore(
    source: Path, settings: Settings, now: datetime, *, force: bool, incomplete: bool = False, reply: bool = False
) -> str:
    """Put a backup (or one of the nightly copies of the database) in the place of the store; returns what was done, in words.

    Everything is copied and checked beside the old store first; that is then kept in ``before-restore-N``. Call while holding the store's lock.
    Mails that came before *now* may have been answered since the backup: without *reply* nothing more is sent to them.
    """
    root = settings.store.path.resolve()
    if (root / READY).exists() or (root / PLACING).exists():
        return f"已完成上次中断的恢复{kept_in(put_in_place(root))}"
    source = newest_in(source)
    pieces = pieces_of(source, root)
    if not force and any((root / name).exists() for name in pieces) and not is_unused(root):
        raise RestoreRefused(
            f"{root} 中已有数据", "确认无误后加 --force 覆盖（原有数据会移到数据目录中的 before-restore-N 保留）"
        )
    part = root / f"restore{PART}"
    shutil.rmtree(part, ignore_errors=True)
    with removed_on_failure(part):
        make_private(part / NEW / FOLDERS[0] if source.is_dir() else part / NEW)
        for name in pieces:
            origin = source.with_name(source.name + name.removeprefix(DATABASE)) if source.is_file() else source / name
            if origin.exists():
                copy_private(origin, part / NEW / name)
        told = prepare(part / NEW, settings, now, incomplete=incomplete, reply=reply)
        os.sync()
        part.rename(root / READY)
    reach("restore_ready")
    return f"已从 {source} 恢复到 {root}{kept_in(put_in_place(root))}{told}"


def newest_in(source: Path) -> Path:
    """*source* itself; of a folder that ``backup --out`` was told, the newest backup in it."""
    if not source.is_dir() or (source / DATABASE).exists():
        return source
    found = [path for path in source.glob("intake-*") if path.suffix != PART and (path / DATABASE).is_file()]
    return max(found, key=by_age, default=source)


def by_age(backup: Path) -> tuple[str, int]:
    """By the moment in its name, then by the number of those of one second."""
    _, day, time, *number = f"{backup.name}--".split("-")
    return f"{day}-{time}", int(number[0] or 1) if number[0:1] and number[0].isdecimal() else 1


def is_unused(root: Path) -> bool:
    """Whether nothing ever came into the store: ``check`` or a first start in vain makes one."""
    try:
        with Store(root) as store:
            return store.raw.is_empty() and not store.db.execute("SELECT count(*) FROM mail").fetchone()[0]
    except (BotError, sqlite3.Error, OSError):
        return False


def pieces_of(source: Path, root: Path) -> tuple[str, ...]:
    """What *source* replaces: a folder the whole store, a single file the database alone. ``RestoreRefused`` where it is no backup."""
    database = source if source.is_file() else source / DATABASE
    if source.resolve() == root or database.resolve() == root / DATABASE:
        raise RestoreRefused(f"{source} 就是数据目录本身")
    if source.name.endswith(PART):
        raise RestoreRefused(f"{source} 是没有做完的备份")
    if not database.is_file():
        raise RestoreRefused(f"{source} 不是备份目录（没有 {DATABASE}）")
    if not is_ours(database):
        raise RestoreRefused(f"{database} 不是本程序的数据库")
    return ONE_DATABASE if source.is_file() else WHOLE_STORE


def is_ours(database: Path) -> bool:
    """Whether the file holds our tables; ``DatabaseDamaged`` where SQLite cannot read it."""
    if database.stat().st_size == 0:
        return False
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        raise DatabaseDamaged(f"{database} 已损坏（{cause(error)}）", "换一份备份") from error
    finally:
        connection.close()
    return {"mail", "submission", "outbox", "v_messages"} <= names


def prepare(new: Path, settings: Settings, now: datetime, *, incomplete: bool, reply: bool) -> str:
    """Check the copied store and note in its database what may have happened since; returns what the user must know, in words."""
    root = settings.store.path
    try:
        store = Store(new)
        quick_check(store.connection)
    except DatabaseDamaged as error:
        raise RestoreRefused(f"备份中的{error.args[0]}") from error
    with store:
        is_whole_store = (new / FOLDERS[0]).exists()
        journal = store.journal if is_whole_store else Journal(root / JOURNAL)
        of = marker_of(store.db).mailbox
        if of and of.casefold() != settings.mailbox.address.casefold():
            raise RestoreRefused(
                f"这份备份是邮箱 {of} 的，配置的是 {settings.mailbox.address}", "换一份备份，或改正 [mailbox] address"
            )
        lost = lost_mails(store, store.raw if is_whole_store else RawStore(root / FOLDERS[0]))
        if lost and not incomplete:
            raise RestoreRefused(
                f"备份不完整：{lost} 封邮件的原始文件缺失或已损坏",
                "换一份完整的备份；没有时加 --incomplete 恢复其余部分",
            )
        told = f"；{lost} 封邮件没有原始文件，不能再 reprocess 或 rebuild" if lost else ""
        known = {row["sha256"] for row in store.db.query("SELECT sha256 FROM mail WHERE outcome IS NOT NULL")}
        told_here = Journal(root / JOURNAL).lines()
        given = references(told_here)
        given = {sha256: refs for sha256, refs in given.items() if sha256 not in known}
        waiting = outbox.count_waiting(store.db)
        if is_whole_store:
            journal.given_elsewhere(given)
            journal.append({"mail": "", "ids": token.ids_in(told_here), **reviews.told_by(told_here)})
        with store.transaction() as db:
            claim(store, settings)
            note_given(db, given)
            token.note_ids(db, token.ids_in(told_here))
            reviews.note_journal(db, told_here)
            token.adopt_secrets(db, journal, token.secrets_in(told_here))
            if reply:
                return told
            db.execute(
                "UPDATE outbox SET status = 'sent', sent_at = ?, last_error = ? WHERE status IN ('queued', 'sending')",
                [now.isoformat(), outbox.PERHAPS_SENT],
            )
            moment = now.isoformat(timespec="seconds")
            state.put(db, state.ANSWERED_UNTIL, moment)
            journal.restored(moment)
            note_passed_slots(db, settings, now)
    return (
        f"{told}。此刻以前到达的来信可能已经答复过：备份之后的来信会重新登记，但不再答复；备份中待发的 {waiting} 封和已到时间的汇总也不再发出"
        "（确认都没有发过时，可改用 restore --reply）"
    )


def note_passed_slots(db: Database, settings: Settings, now: datetime) -> None:
    """Digests and reminders whose time has come may have gone out: they count as dealt with."""
    purposes: tuple[Purpose, ...] = ("digest", "reminder")
    for purpose in purposes:
        passed = due_slots(
            settings.deadline, settings.schedule.zone, (), datetime.fromtimestamp(0, UTC), now, purpose=purpose
        )
        for key in [key for slot in passed for key in slot.keys]:
            db.execute("INSERT OR IGNORE INTO digest_slot VALUES (?, ?, '{}')", [key, now.isoformat()])


def lost_mails(store: Store, raw: RawStore) -> int:
    """Mails of the database without their bytes. Those that were given up for it before are not counted."""
    sql = "SELECT sha256 FROM mail WHERE why != ? AND coalesce(outcome, '') != 'failed'"
    return sum(not is_there(raw, row["sha256"]) for row in list(store.db.query(sql, [PURGED])))


def is_there(raw: RawStore, sha256: str) -> bool:
    try:
        return bool(raw.get(sha256))
    except (RawMailLost, OSError):
        return False


def put_in_place(root: Path) -> Path | None:
    """Exchange the old pieces of the store for the new ones in ``restore.ready``; returns where the old ones are kept.

    Killed at any point, it can be repeated; until it is done ``Store`` refuses to open. The database leaves first and comes last.
    """
    ready, placing = root / READY, root / PLACING
    if ready.exists():
        make_private(ready / OLD)
        for name in WHOLE_STORE if (ready / NEW / FOLDERS[0]).exists() else ONE_DATABASE:
            if (root / name).exists():
                (root / name).rename(ready / OLD / name)
                reach("old_piece_aside")
        ready.rename(placing)
    for name in reversed(WHOLE_STORE):
        if (placing / NEW / name).exists():
            (placing / NEW / name).rename(root / name)
            reach("new_piece_placed")
    aside = next(path for n in range(1, 1000) if not (path := root / f"before-restore-{n}").exists())
    old = placing / OLD
    kept = old.is_dir() and any(old.iterdir())
    if kept:
        old.rename(aside)
    shutil.rmtree(placing)
    return aside if kept else None


def kept_in(aside: Path | None) -> str:
    return f"；原数据保留在 {aside}" if aside else ""
