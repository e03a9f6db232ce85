from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.base.settings import Settings
from bot.digest.figures.figures import figures
from bot.digest.model import Figures
from bot.digest.plan import Plan, plan_of
from bot.forms.units.roster import Roster, load_roster
from bot.store.database import Store
from bot.store.forms.activities import pair_due
from tests.digest.world import World, fill, world_settings


@dataclass(frozen=True)
class Office:
    """A filled store with its settings and roster."""

    settings: Settings
    roster: Roster
    store: Store
    world: World

    @property
    def plan(self) -> Plan:
        return plan_of(self.settings, self.roster)

    def figures(self, deadline: int = 0, now: str = "2023-08-29T09:00", last: Any = None) -> Figures:
        at = datetime.fromisoformat(now).replace(tzinfo=self.settings.schedule.zone)
        return figures(self.store.connection, self.plan, self.settings.deadline[deadline], at, last)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Read only; a test that changes something makes its own."""
    root = tmp_path_factory.mktemp("office")
    settings = world_settings(root)
    roster = load_roster(settings)
    with Store(settings.store.path) as store:
        store.before_commit = partial(pair_due, roster=roster)
        yield Office(settings, roster, store, fill(store, roster, settings))


@pytest.fixture
def empty_office(tmp_path: Path) -> Iterator[Office]:
    settings = world_settings(tmp_path)
    roster = load_roster(settings)
    with Store(settings.store.path) as store:
        store.before_commit = partial(pair_due, roster=roster)
        yield Office(settings, roster, store, World(store))
