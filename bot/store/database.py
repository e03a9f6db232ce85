"""The one SQLite file: opened with its safety settings, migrated, one writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from bot.base.errors import BotError, cause
from bot.store.files.durable import Unsynced, make_private
from bot.store.files.journal import JOURNAL, Journal
from bot.store.files.raw import RawStore
from bot.store.lists.search import index_due
from bot.store.migrate import migrate

BUSY_SECONDS = 30.0
CHECKPOINT_AT = 4000  # pages of 4 kB: what changes with every mail is carried over once for dozens of mails
DATABASE = "intake.db"
READY, PLACING = "restore.ready", "restore.placing"  # a restored store that is whole but not in its place yet


class DatabaseDamaged(BotError):
    """SQLite says that the file is not whole."""

    remedy = "停止程序，用 restore 命令从备份恢复，或执行 rebuild（由保存的原始邮件重建，坏库会改名保留）"


class DatabaseUnusable(BotError):
    """The file or its folder cannot be opened or written."""

    remedy = "检查 [store] path 的磁盘空间和权限（目录应属于运行本程序的用户）"


class DatabaseMissing(BotError):
    """Mails were taken in here, but their database is gone: a new one would answer everybody again."""

    remedy = "执行 rebuild（由保存的原始邮件重建）或 restore（从备份恢复）；确实要从头开始时，先移走整个数据目录"


class RestoreUnfinished(BotError):
    """``restore`` was interrupted while it put the folders in their place."""

    remedy = "再次执行 restore，即可完成上次的恢复"


class StoreLost(BotError):
    """The database was removed or replaced while it was in use: what is written now goes nowhere."""

    remedy = "挂载或放回原来的数据目录；丢失的用 restore 从备份恢复"


LOCKED_REMEDY = "另有程序（如 DB Browser、备份或同步软件）正在写 intake.db，请关闭它；之后会从中断处继续"


def remedy_of(error: Exception) -> str:
    """What to do where the store cannot be used (Chinese)."""
    if isinstance(error, sqlite3.OperationalError) and re.search(r"\b(locked|busy)\b", str(error)):
        return LOCKED_REMEDY
    # SQLite tells a damaged file by the bare class; what may pass (full, read-only) is an OperationalError.
    return DatabaseDamaged.remedy if type(error) is sqlite3.DatabaseError else DatabaseUnusable.remedy


class AlreadyRunning(BotError):
    """A second instance on the same store."""

    remedy = "同一数据目录只运行一个实例；若确认没有在运行，稍候再试"


class Rows(Database):
    """As sqlite-utils has it, but a question is one statement: there each stands in a savepoint, lest it be a change. Plugins have no business here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection, execute_plugins=False)

    def query(
        self, sql: str, params: Sequence[Any] | dict[str, Any] | None = None
    ) -> Generator[dict[str, Any], None, None]:
        cursor = self.conn.execute(sql, () if params is None else params)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, row, strict=True)) for row in cursor)


def open_database(path: Path) -> sqlite3.Connection:
    """A migrated connection to *path*, rows by name. Its folder is made 0700, the file 0600.

    WAL, so that others may read meanwhile; ``synchronous=FULL``, so that what was committed survives a power cut.
    """
    try:
        make_private(path.parent)
        if not path.exists():
            path.touch(mode=0o600)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        for pragma in (
            *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"),
            f"wal_autocheckpoint={CHECKPOINT_AT}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        migrate(connection, path)
    except OSError as error:
        raise DatabaseUnusable(f"数据库 {path} 打不开（{cause(error)}）") from error
    except sqlite3.DatabaseError as error:
        # Tables that are there already: the header, which says what is in the file, is not whole.
        if isinstance(error, sqlite3.OperationalError) and "already exists" not in str(error):
            raise DatabaseUnusable(f"数据库 {path} 打不开（{cause(error)}）", remedy_of(error)) from error
        raise DatabaseDamaged(f"数据库 {path} 已损坏（{cause(error)}）") from error
    return connection


def quick_check(connection: sqlite3.Connection) -> None:
    """DatabaseDamaged where SQLite finds the file not whole."""
    try:
        found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise DatabaseDamaged(f"数据库已损坏（{found[0]}）")


class Store:
    """The store's folder: database, raw mails, saved files. *database* is another name only while one is built anew.

    ``before_commit`` completes every transaction with what follows from it for the views.
    """

    def __init__(self, root: Path, database: str = DATABASE) -> None:
        self.root = root
        self.path = root / database
        self.files = root / "files"
        self.unsynced = Unsynced()
        self.raw = RawStore(root / "raw", self.unsynced)
        self.journal = Journal(root / JOURNAL, self.unsynced)
        if (root / READY).exists() or (root / PLACING).exists():
            raise RestoreUnfinished(f"{root} 的恢复没有做完")
        is_empty = not self.path.exists() or self.path.stat().st_size == 0
        if database == DATABASE and is_empty and not self.raw.is_empty():
            raise DatabaseMissing(f"{root} 中有保存的邮件，却没有数据库 {database}")
        self.connection = open_database(self.path)
        self.db = Rows(self.connection)
        self.file = file_at(self.path)
        self.before_commit: Callable[[Database], None] = lambda db: None

    @property
    def is_in_place(self) -> bool:
        return self.file is not None and file_at(self.path) == self.file

    def assert_in_place(self) -> None:
        """``StoreLost`` where the path leads to another file than the one that is open, or to none."""
        if not self.is_in_place:
            raise StoreLost(f"数据库 {self.path} 在运行中被移走或替换，已停止收信和发信")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Database]:
        """All or nothing, what can be searched kept up to date. Takes the write lock at once: a reader that turns writer later could fail half-way. ``StoreLost`` where it is gone."""
        self.assert_in_place()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
            self.before_commit(self.db)
            index_due(self.db)
            self.unsynced.settle()
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            raise

    @contextlib.contextmanager
    def part(self) -> Iterator[None]:
        """All or nothing of one part of the transaction in hand."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # a disk that is full ends the whole
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")

    @contextlib.contextmanager
    def lightly(self) -> Iterator[Database]:
        """Single statements that need outlive a killed process only: the disk is not waited for. What a power cut takes is as it was before."""
        self.connection.execute("PRAGMA synchronous=NORMAL")
        try:
            yield self.db
        finally:
            self.connection.execute("PRAGMA synchronous=FULL")

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def file_at(path: Path) -> tuple[int, int] | None:
    """Device and inode; None where nothing is there, or nobody can say."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def take_lock(handle: int, root: Path) -> None:
    """Asked twice: a command that only looks whether somebody runs has it for a moment."""
    for is_last in (False, True):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if is_last:
                raise AlreadyRunning(f"数据目录 {root} 正由另一个实例使用") from error
            time.sleep(0.1)
        else:
            return


@contextlib.contextmanager
def only_instance(root: Path) -> Iterator[None]:
    """Hold the store's lock; AlreadyRunning where another process has it. The kernel frees it with the process, however that ends."""
    try:
        make_private(root)
        handle = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseUnusable(f"锁文件 {root / 'lock'} 打不开（{cause(error)}）") from error
    try:
        take_lock(handle, root)
        yield
    finally:
        os.close(handle)
