"""The far end: a machine of the cluster reads, in a guarded worker of its own, what the bot sends it.

Runs in a process of Dask. That one never unpacks what the guarded worker gave: it looks whether the bytes are of the promised type, and sends
them on as they are.
"""

from __future__ import annotations

import platform
import struct
from functools import cache
from hashlib import sha256
from pathlib import Path

import bot
from bot.base.limits import Limits
from bot.base.scratch import sweep
from bot.documents.errors import ReadersUnavailable
from bot.documents.guard import Guard

USED = struct.Struct(">d")  # processor seconds of the call, before what became of it (one byte) and the data
_free: dict[int, list[Guard]] = {}  # by the memory that they may use


def serve(frame: bytes, memory: int, wanted: str) -> bytes:
    """What became of a call (``guard.framed``). ``ReadersUnavailable`` where this machine's program is not the *wanted* one, as it might read otherwise."""
    if edition() != wanted:
        raise ReadersUnavailable(
            f"读取集群中 {platform.node()} 上的程序与本机的版本不同", "在那台机器上安装同一版本，再重新启动 dask worker"
        )
    guard = taken(memory)
    before = guard.used
    try:
        outcome, data = guard.relay(frame)
    finally:
        _free[memory].append(guard)
    return USED.pack(guard.used - before) + outcome + data


def taken(memory: int) -> Guard:
    """One that nobody uses, the one that worked last first; a call for each thread of Dask."""
    if memory not in _free:
        sweep()
        _free[memory] = []
    try:
        return _free[memory].pop()
    except IndexError:
        return Guard(Limits(memory=memory))


@cache
def edition() -> str:
    """By which two machines know that they read alike: a hash of all that the program consists of."""
    found = sha256()
    for root in bot.__path__:
        for path in sorted(Path(root).rglob("*")):
            if path.suffix in {".py", ".toml", ".txt", ".json"}:
                found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
