"""What a small file beside the configuration remembers: that there is a store, which one, of which mailbox and how far it had come.

Without it a data directory whose disk is not mounted looks like a first start, and every old mail would be answered again.
"""

from __future__ import annotations

import json
import os
import secrets

from msgspec import Struct
from sqlite_utils import Database

from bot.base.errors import BotError, cause
from bot.base.settings import Settings
from bot.store import state
from bot.store.database import DATABASE, PLACING, READY, Store
from bot.store.files.durable import write_durably
from bot.store.files.raw import RawStore

NOTE = "收件机器人的数据目录标记：数据目录不见了或被换成别的时，程序据此停下，不会把旧来信再答复一遍。请勿删除。"
ANEW = "确实要从头开始（since 之后的旧来信会重新登记、重新答复）时，加 --new-store 执行一次"


CHANGED = "停下 run，[store] path 写一个新的目录（原来的留着备查），加 --new-store 启动一次"


class StoreGone(BotError):
    """There was a store, and now there is none."""

    remedy = f"磁盘没有挂载的，挂载后重试；数据丢失的，执行 restore 从备份恢复；{ANEW}"


class OtherStore(BotError):
    """What lies in the data directory is another store, of another mailbox, or an older copy."""

    remedy = f"检查 [store] path 和磁盘挂载；{ANEW}"


class Marker(Struct, frozen=True):
    """``generation`` grows with everything the bot does: a store that has less is an older copy. No name: only that a store was there."""

    store: str = ""
    mailbox: str = ""
    generation: int = 0


def read(settings: Settings) -> Marker | None:
    """None where no marker was ever written. One that cannot be understood still tells that there was a store."""
    path = settings.store.marker
    if path is None:
        return None
    try:
        told = json.loads(path.read_bytes())
        return Marker(str(told["store"]), str(told["mailbox"]), int(told["generation"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Marker()


def write(settings: Settings, marker: Marker) -> str:
    """Write it down; returns why that is not possible (Chinese), "" where it stands."""
    path = settings.store.marker
    if path is None or read(settings) == marker:
        return ""
    told = {"说明": NOTE, "store": marker.store, "mailbox": marker.mailbox, "generation": marker.generation}
    try:
        write_durably(path, json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    except OSError as error:
        return f"{path} 写不了（{cause(error)}）"
    return ""


def can_be_kept(settings: Settings) -> bool:
    """Whether the marker can be written where it is to stand."""
    path = settings.store.marker
    return path is not None and os.access(path.parent, os.W_OK | os.X_OK) and not path.is_dir()


def marker_of(db: Database) -> Marker:
    """What the store says of itself; an older one that does not tell its mailbox is asked where its mails lay."""
    mailbox = state.get(db, state.STORE_MAILBOX)
    if not mailbox:
        known = [row["mailbox"] for row in db.query("SELECT DISTINCT mailbox FROM cursor")]
        mailbox = known[0] if len(known) == 1 else ""
    return Marker(state.get(db, state.STORE_ID), mailbox, int(state.get(db, state.GENERATION) or 0))


def assert_there(settings: Settings, seen: Marker | None = None) -> None:
    """``StoreGone`` where a store was there (the marker says so, or *seen*) and is not. Call before anything is made in its folder."""
    root = settings.store.path
    if (read(settings) or seen) is None or (root / READY).exists() or (root / PLACING).exists():
        return
    database = root / DATABASE
    if (database.exists() and database.stat().st_size) or not RawStore(root / "raw").is_empty():
        return  # where the mails are there and the database is not, ``Store`` says what to do
    raise StoreGone(f"数据目录 {root} 中没有数据，而此前已有（{settings.store.marker or '本次运行中'} 有记录）")


def assert_ours(db: Database, settings: Settings, seen: Marker | None) -> None:
    """``OtherStore`` where this is not the store that the configuration had."""
    found, wanted, root = marker_of(db), read(settings) or seen, settings.store.path
    if found.mailbox and found.mailbox.casefold() != settings.mailbox.address.casefold():
        raise OtherStore(
            f"数据目录 {root} 是邮箱 {found.mailbox} 的，配置的是 {settings.mailbox.address}",
            f"地址写错的，改回来；确实换了收件邮箱的，{CHANGED}",
        )
    if wanted is None or not wanted.store:
        return
    if found.store != wanted.store:
        raise OtherStore(f"数据目录 {root} 不是此前使用的那一份")
    if found.generation < wanted.generation:
        raise OtherStore(
            f"数据目录 {root} 是较早的副本，其后的来信已答复过",
            "放回原来的数据目录；没有时用 restore 命令从这份副本或备份恢复（不会重复答复）",
        )


def open_store(settings: Settings, seen: Marker | None = None) -> Store:
    """The store of the configuration; ``StoreGone`` or ``OtherStore`` where it is not the one that was there."""
    assert_there(settings, seen)
    store = Store(settings.store.path)
    try:
        assert_ours(store.db, settings, seen)
    except BaseException:
        store.close()
        raise
    return store


def claim(store: Store, settings: Settings) -> Marker:
    """Make this the configuration's store: one that is new, built anew or restored takes the place that the marker remembers.

    Call inside a transaction; ``write`` the returned marker once that is committed.
    """
    found, wanted = marker_of(store.db), read(settings) or Marker()
    marker = Marker(
        wanted.store or found.store or secrets.token_hex(16),
        settings.mailbox.address,
        max(found.generation, wanted.generation),
    )
    put(store.db, marker)
    return marker


def advance(store: Store, marker: Marker) -> Marker:
    """One step further; the store knows it before the marker does. ``write`` the returned one."""
    further = Marker(marker.store, marker.mailbox, marker.generation + 1)
    with store.transaction() as db:
        put(db, further)
    return further


def put(db: Database, marker: Marker) -> None:
    state.put(db, state.STORE_ID, marker.store)
    state.put(db, state.STORE_MAILBOX, marker.mailbox)
    state.put(db, state.GENERATION, str(marker.generation))


def start_anew(settings: Settings) -> None:
    """``--new-store``: what is in the data directory now, be it nothing, is the store from here on."""
    if settings.store.marker is not None:
        settings.store.marker.unlink(missing_ok=True)
    database = settings.store.path / DATABASE
    if database.exists() and database.stat().st_size:
        with Store(settings.store.path) as store, store.transaction():
            write(settings, claim(store, settings))
