"""Numbered migrations, forward only, backed up before; ``user_version`` is the number of the last one applied."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.base.errors import BotError

FOLDER = Path(__file__).parent / "migrations"


class NewerDatabase(BotError):
    """The database was written by a later version of the bot."""

    remedy = "换用较新版本的程序；要留在旧版的，用 restore 恢复升级前的备份（数据目录中的 intake.v*.backup.db 是升级前的数据库）"


def migrate(connection: sqlite3.Connection, path: Path) -> int:
    """Bring the database to the newest version; returns it. A copy of a non-empty database is made before a change."""
    scripts = sorted(FOLDER.glob("[0-9]*.sql"))
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(scripts):
        raise NewerDatabase(
            f"数据库 {path} 由较新版本的程序写过（结构第 {version} 版，本程序只认到第 {len(scripts)} 版），没有改动"
        )
    if version < len(scripts):
        with alone(path.parent):
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if 0 < version < len(scripts):
                backup(connection, path.with_name(f"{path.stem}.v{version}.backup.db"))
            for number, script in enumerate(scripts[version:], version + 1):
                text = script.read_text(encoding="utf-8")
                connection.executescript(f"BEGIN IMMEDIATE;\n{text}\nPRAGMA user_version = {number};\nCOMMIT;")
    return len(scripts)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One program at a time: the daemon and the desk may both be the first to open an older database."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def backup(connection: sqlite3.Connection, target: Path) -> None:
    """A consistent copy, even while others write; readable by the owner only."""
    target.touch(mode=0o600)
    copy = sqlite3.connect(target)
    try:
        connection.backup(copy)
    finally:
        copy.close()
