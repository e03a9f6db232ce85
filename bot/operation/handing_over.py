"""Commands that change the store: done here, or by the instance that is running, which then tells what came of it.

One process works on a store. A command that finds it taken leaves its task in the store, shows what is said to it, and leaves with the status.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from msgspec import Struct, field
from sqlite_utils import Database

from bot.base.clock import Clock
from bot.base.errors import BotError
from bot.base.expressions import Later
from bot.base.settings import Settings
from bot.intake.parts import Worked
from bot.intake.taking_in import Progress, no_progress
from bot.operation.app import App, Cycle, running
from bot.operation.outgoing.sending import Flushed
from bot.store import tasks
from bot.store.database import AlreadyRunning, StoreLost, only_instance
from bot.store.files.marker import open_store
from bot.store.tasks import Task

if TYPE_CHECKING:
    from bot.operation.upkeep import purge, reprocess
else:
    purge = Later("bot.operation.upkeep.purge")
    reprocess = Later("bot.operation.upkeep.reprocess")

log = logging.getLogger(__name__)

ONCE, FLUSH, REPROCESS, PURGE = "once", "flush", "reprocess", "purge"
WAKE = "wake"  # the key of the one order that nobody waits for
Say = Callable[[str], None]

LOOK = 0.3  # seconds between two looks at what the running instance has done
TAKEN_WITHIN = 180.0  # seconds; one mail may take a minute, a server that hangs as well


class Withdrawn(BotError):
    """A stop signal came before anybody had begun."""

    exit_status = 130


def nothing_to_show(worked: Worked) -> None:
    pass


class Order(Struct, frozen=True):
    """What a command wants (``argument`` is plain JSON), and how it shows what comes of it."""

    kind: str
    argument: dict[str, Any]
    say: Say
    on_worked: Callable[[Worked], None] = nothing_to_show
    on_taken: Progress = no_progress
    patience: float = 0.0  # as in ``App.cycle``


class Done(Struct, frozen=True):
    """``cycle`` where the order was for one."""

    status: int = 0
    cycle: Cycle | None = field(default=None)


def perform(app: App, order: Order, stop: threading.Event) -> Done:
    wanted = order.argument
    if order.kind == ONCE:
        cycle = app.cycle(stop, order.patience, order.on_taken, order.on_worked)
        return Done(cycle.exit_status, cycle)
    if order.kind == FLUSH:
        app.flush(stop)
    elif order.kind == REPROCESS:
        for line in reprocess.reprocess(app, wanted["messages"], wanted["all"], wanted["reply"], stop):
            order.say(line)
        return Done(3 if stop.is_set() else 0)
    elif order.kind == PURGE:
        before = date.fromisoformat(wanted["before"]) if wanted["before"] else None
        order.say(f"已删除：{purge.purge(app.store, before=before, unit=wanted['unit'], really=True).line()}")
    return Done()


def here_or_there(settings: Settings, clock: Clock, stop: threading.Event, order: Order) -> Done:
    """``perform`` in this process, or in the one that has the store. ``AlreadyRunning`` where that one takes no orders."""
    while not stop.is_set():
        try:
            with running(settings, clock) as app:
                return perform(app, order, stop)
        except AlreadyRunning as busy:
            done = hand_over(settings, clock, stop, order, busy)
            if done is not None:
                return done
    raise Withdrawn("已取消")


def hand_over(
    settings: Settings, clock: Clock, stop: threading.Event, order: Order, busy: AlreadyRunning
) -> Done | None:
    """What the running instance made of it; None where there is none any more."""
    with open_store(settings) as store:
        db, said, begun = store.db, 0, time.monotonic()
        task = Task(uuid4().hex, order.kind, order.argument)
        identity = tasks.add(db, task, clock().isoformat(timespec="seconds"))
        ring(store.root)
        log.info("left to the running instance", extra={"task": identity, "command": order.kind})
        while (found := tasks.find(db, identity)) is not None:
            if found.exit_status is not None and found.result.startswith("{"):
                cycle = cycle_of(msgspec.json.decode(found.result))
                for worked in cycle.worked:
                    order.on_worked(worked)
                tasks.remove(db, identity)
                return Done(found.exit_status, cycle)
            if found.result[said:]:
                order.say(found.result[said:].rstrip("\n"))
                said = len(found.result)
            if found.exit_status is not None:
                tasks.remove(db, identity)
                return Done(found.exit_status)
            if nobody_runs(settings):
                tasks.remove(db, identity)
                return None
            is_late = time.monotonic() - begun > TAKEN_WITHIN
            if (stop.wait(LOOK) or is_late) and tasks.withdraw(db, identity):
                raise Withdrawn("已取消") if stop.is_set() else busy
    return None


def nobody_runs(settings: Settings) -> bool:
    if not settings.store.path.is_dir():
        return False
    try:
        with only_instance(settings.store.path):
            return True
    except AlreadyRunning:
        return False


class Door:
    """Where a command rings that left a task, so that the running instance need not look every second. Where it cannot be heard (another system
    than Linux, another container) the task is found a little later."""

    def __init__(self, store: Path) -> None:
        self.store, self.is_closed = store, False
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self.socket.bind(name_of(store))
        except OSError:
            self.is_closed = True

    def rung(self) -> bool:
        """Wait until somebody rings; False once it is closed."""
        if not self.is_closed:
            self.socket.recv(1)
        if self.is_closed:
            self.socket.close()
        return not self.is_closed

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            ring(self.store)


def ring(store: Path) -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.setblocking(False)
        bell.sendto(b"!", name_of(store))


def name_of(store: Path) -> bytes:
    """A name that needs no file (unix(7), abstract)."""
    return b"\0science-day-intake-" + hashlib.sha256(os.fsencode(store.resolve())).hexdigest()[:32].encode()


def wake(db: Database, at: str) -> None:
    """Somebody beside the running instance put a letter into the queue: it need not wait for the next poll. Call inside the transaction."""
    tasks.add(db, Task(WAKE, FLUSH, {}), at)
    for path in filter(None, (row["file"] for row in db.query("PRAGMA database_list"))):
        ring(Path(path).parent)


def any_waits(database: Path) -> bool:
    """Whether a command waits for the running instance; for a thread of its own, on a connection of its own."""
    try:
        connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=1.0)
        try:
            return connection.execute(tasks.WAITING).fetchone() is not None
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def take_over(app: App, stop: threading.Event, *, between: bool = False) -> list[Cycle]:
    """Do what commands wait for; returns the cycles that this took. *between* two mails of a cycle no other cycle begins."""
    cycles = []
    for task in tasks.of_commands(app.store.db):
        if (between and task.kind == ONCE) or not tasks.begin(app.store.db, task.id):
            continue
        if task.key == WAKE:  # nobody reads what comes of it, and what is queued from now on wakes again
            tasks.remove(app.store.db, task.id)
        log.info("work for a command", extra={"task": task.id, "command": task.kind})
        say = teller(app, task.id)
        try:
            done = perform(app, Order(task.kind, dict(task.argument), say), stop)
            if done.cycle is not None:
                cycles.append(done.cycle)
                say(msgspec.json.encode(done.cycle).decode())
        except (sqlite3.Error, StoreLost):
            raise
        except BotError as error:
            done = Done(error.exit_status)
            say(str(error))
        except Exception as error:
            log.exception("work for a command failed", extra={"task": task.id})
            done = Done(1)
            say(f"程序内部错误（{type(error).__name__}）。处理办法：把日志发给维护人员")
        tasks.finish(app.store.db, task.id, done.status)
    return cycles


def teller(app: App, identity: int) -> Say:
    return lambda line: tasks.say(app.store.db, identity, line)


def cycle_of(told: dict[str, Any]) -> Cycle:
    return Cycle(**{**told, "worked": [Worked(**one) for one in told["worked"]], "flushed": Flushed(**told["flushed"])})
