"""What every page is made from, put together once; and who may do what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from msgspec import Struct
from sqlite_utils import Database

from bot.base.clock import Clock
from bot.base.domains import comparable_address
from bot.base.settings import Settings
from bot.decision.rules import Rules
from bot.desk.counted import Counted
from bot.digest.plan import Plan, plan_of
from bot.documents.guard import Guard
from bot.forms.campaigns import definitions_of
from bot.forms.definitions import Definitions
from bot.forms.units.roster import Roster, load_roster
from bot.intake.parts import Hands
from bot.letters.render import Renderer
from bot.operation.making import guard_of, renderer_of, rules_of
from bot.store.database import DATABASE, Rows, Store
from bot.store.desk import entry
from bot.store.files import marker
from bot.store.forms.activities import pair_due

SESSION = timedelta(hours=12)
BUSY_SECONDS = 5.0  # a page is not waited for longer


class Person(Struct, frozen=True):
    """Who is logged in. ``may_decide`` is false for those who only look."""

    address: str
    may_decide: bool


class Desk(Struct, frozen=True):
    """The configuration's parts, as the daemon has them, and the way to its store. ``path`` of the config file is not kept: nothing is written there."""

    settings: Settings
    clock: Clock
    roster: Roster
    definitions: Definitions
    rules: Rules
    letters: Renderer
    plan: Plan
    secret: str
    guard: Guard  # its process begins with the first original that is shown
    counted: Counted

    def __repr__(self) -> str:  # the secret is not for a log
        return f"Desk({self.settings.store.path})"

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """A short connection that cannot write: one for each page, closed with it."""
        marker.assert_there(self.settings)
        connection = sqlite3.connect(self.settings.store.path / DATABASE, timeout=BUSY_SECONDS, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA query_only=ON")
            yield Rows(connection)
        finally:
            connection.close()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store to write to, for one act; ``with desk.store() as store, store.transaction() as db`` as everywhere else."""
        with marker.open_store(self.settings) as store:
            store.before_commit = partial(pair_due, roster=self.roster)
            yield store

    def hands(self, store: Store) -> Hands:
        """What acts are done with."""
        return Hands(store, self.rules, self.letters, self.settings.schedule.zone, self.clock)

    def close(self) -> None:
        """End what was begun for the pages."""
        self.guard.close()
        self.counted.close()

    def person(self, address: str) -> Person | None:
        """Who has this address, by today's configuration; None for strangers."""
        address = comparable_address(address.strip())
        if address in self.settings.desk.read_only:
            return Person(address, may_decide=False)
        return Person(address, may_decide=True) if address in self.settings.coordinators.emails else None


def desk_of(settings: Settings, clock: Clock) -> Desk:
    """``StoreGone`` and the like where there is no store to look at."""
    roster, definitions = load_roster(settings), definitions_of(settings)
    with marker.open_store(settings) as store, store.transaction() as db:
        secret = entry.ensure_secret(db)
    return Desk(
        settings=settings,
        clock=clock,
        roster=roster,
        definitions=definitions,
        rules=rules_of(settings, roster, definitions),
        letters=renderer_of(settings, definitions),
        plan=plan_of(settings, roster),
        secret=secret,
        guard=guard_of(settings),
        counted=Counted(settings.store.path / DATABASE),
    )
