"""Processor seconds and memory of what is passed on: the package, the digest's figures, pictures and workbook.

    python -m bench.passing_on [--activities 1000 5000] [--profile]

Each step runs in a process of its own. Beside them, in the same run, what openpyxl alone takes for a sheet of as many rows and columns.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import multiprocessing
import pstats
import random
import resource
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
from rich.console import Console
from rich.table import Table

from bot.digest.figures.figures import figures
from bot.digest.package.export import export, export_deadline
from bot.digest.plan import Plan, plan_of
from bot.digest.send import current_figures, draw
from bot.documents.guard import Here
from bot.forms.model import Kind
from bot.forms.units.roster import load_roster
from bot.letters.office import Office, office_of
from bot.store.database import Store
from bot.store.forms.activities import pair_due
from tests.digest.world import World, registration, world_settings
from tests.flow import samples

NOW = datetime(2023, 8, 29, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
COLUMNS = 24


def fill(root: Path, count: int) -> tuple[Plan, Office]:
    """A store of *count* registrations with their files, two of each unit."""
    settings = world_settings(root)
    roster = load_roster(settings)
    with Store(settings.store.path) as store:
        store.before_commit = partial(pair_due, roster=roster)
        world = World(store)
        document, chance = samples.registration(), random.Random(7)
        for number in range(count):
            unit, name = f"晋江市青阳街道第{number // 2}小学", f"第{number}场科普大讲堂"
            fields = registration(unit, name, date(2023, 9, 1 + number % 30), 0, chance)
            world.add(Kind.REGISTRATION, unit, name, NOW, fields=fields, file=document)
    return plan_of(settings, roster), office_of(settings)


def measured(step: Callable[[], object], *, profile: bool) -> tuple[float, float]:
    """Processor seconds and peak memory (MB) of *step* in a process of its own."""
    context = multiprocessing.get_context("fork")
    result = context.Queue()

    def run() -> None:
        watch = cProfile.Profile()
        if profile:
            watch.enable()
        step()
        watch.disable()
        used = resource.getrusage(resource.RUSAGE_SELF)
        result.put((used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
        if profile:
            told = io.StringIO()
            pstats.Stats(watch, stream=told).sort_stats("cumulative").print_stats(35)
            print(told.getvalue())

    process = context.Process(target=run)
    process.start()
    found: tuple[float, float] = result.get()
    process.join()
    return found


def plain_sheet(count: int) -> None:
    book = openpyxl.Workbook()
    for row in range(count):
        book.active.append([f"第{row}行第{column}列" for column in range(COLUMNS)])
    book.save(io.BytesIO())


def steps(folder: Path, plan: Plan, office: Office, count: int) -> dict[str, Callable[[], object]]:
    def in_store(call: Callable[[Store], object]) -> Callable[[], object]:
        def run() -> None:
            with Store(folder / "data") as store:
                call(store)

        return run

    deadline = export_deadline(plan)
    return {
        "openpyxl alone": partial(plain_sheet, count),
        "figures": in_store(lambda store: figures(store.connection, plan, deadline, NOW)),
        "digest": in_store(lambda store: draw(current_figures(store.connection, plan, deadline, NOW), office)),
        "export": in_store(lambda store: export(store, plan, office, folder / "out", NOW, Here())),
        "export --zip": in_store(lambda store: export(store, plan, office, folder / "out2", NOW, Here(), as_zip=True)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, nargs="*", default=[1_000, 5_000])
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    shown = Table("activities", "step", "CPU s", "MB")
    for count in options.activities:
        with tempfile.TemporaryDirectory() as folder:
            plan, office = fill(Path(folder), count)
            for name, step in steps(Path(folder), plan, office, count).items():
                seconds, megabytes = measured(step, profile=options.profile)
                shown.add_row(str(count), name, f"{seconds:.2f}", f"{megabytes:.0f}")
    Console().print(shown)


if __name__ == "__main__":
    main()
