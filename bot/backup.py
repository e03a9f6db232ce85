"""Copies of the store that are whole: taken while the bot runs, put back, or built anew from the raw mails alone."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.errors import BotError
from bot.store.database import Store, open_database, quick_check
from bot.store.migrate import backup as copy_database
from bot.store.raw import make_private

FOLDERS = ("raw", "files")
DECISIONS = "decisions.jsonl"  # what persons decided at the command line


class RestoreRefused(BotError):
    """The target holds a store already, or the source is none."""

    remedy = "确认无误后加 --force 覆盖（原数据目录会改名保留），或换一个备份目录"


def backup(store: Store, out: Path, now: datetime) -> Path:
    """A consistent copy of database, raw mails and files in a new folder below *out*; returns the folder.

    The database is copied first: everything that it names lies in the folders by then (files are written before rows).
    """
    target = next(
        path
        for n in range(1, 1000)
        if not (path := out / f"intake-{now:%Y%m%d-%H%M%S}{f'-{n}' if n > 1 else ''}").exists()
    )
    make_private(target)
    copy_database(store.connection, target / "intake.db")
    for name in FOLDERS:
        source = store.root / name
        if source.is_dir():
            shutil.copytree(
                source, target / name, ignore=shutil.ignore_patterns(".part-*"), copy_function=copy_if_there
            )
    if (decisions := store.root / DECISIONS).exists():
        shutil.copy2(decisions, target / DECISIONS)
    return target


def copy_if_there(source: str, target: str) -> None:
    """A file that is forgotten (``purge``) while the copy is made need not be in it."""
    with contextlib.suppress(FileNotFoundError):
        shutil.copy2(source, target)


def restore(source: Path, root: Path, *, force: bool) -> str:
    """Put a backup in the place of the store at *root*; the old one is kept beside it. Call without a running bot."""
    database = source / "intake.db"
    if not database.is_file():
        raise RestoreRefused(f"{source} 不是备份目录（没有 intake.db）")
    check = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        quick_check(check)
    finally:
        check.close()
    kept = ""
    if (root / "intake.db").exists():
        if not force:
            raise RestoreRefused(f"{root} 中已有数据")
        aside = next(
            path for n in range(1, 1000) if not (path := root.with_name(f"{root.name}.before-restore-{n}")).exists()
        )
        root.rename(aside)
        kept = f"；原数据保留在 {aside}"
    make_private(root)
    for name in FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, root / name, dirs_exist_ok=True)
    if (source / DECISIONS).is_file():
        shutil.copy2(source / DECISIONS, root / DECISIONS)
    shutil.copy2(database, root / "intake.db")
    (root / "intake.db").chmod(0o600)
    open_database(root / "intake.db").close()
    return f"已从 {source} 恢复到 {root}{kept}"


def set_aside(root: Path, now: datetime) -> Path | None:
    """Move the database (damaged or not) out of the way before it is built anew; returns where it lies."""
    database = root / "intake.db"
    if not database.exists():
        return None
    aside = root / f"intake.{now:%Y%m%d-%H%M%S}.old.db"
    database.rename(aside)
    for suffix in ("-wal", "-shm"):
        journal = root / f"intake.db{suffix}"
        if journal.exists():
            journal.rename(aside.with_name(f"{aside.name}{suffix}"))
    return aside


def stored_hashes(root: Path) -> Iterator[str]:
    """SHA-256 of every raw mail on disk."""
    for path in sorted((root / "raw").glob("??/*.eml.gz")):
        yield path.name.removesuffix(".eml.gz")


def purged_hashes(root: Path) -> Iterator[tuple[str, str]]:
    """SHA-256 and note of every mail that was forgotten on purpose."""
    for path in sorted((root / "raw").glob("??/*.purged")):
        yield path.stem, path.read_text(encoding="utf-8")
