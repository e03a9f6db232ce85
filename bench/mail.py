"""Processor ms of one mail (38 kB .docx, 5 kB .xlsx) on its way through the house, without servers: kept, read, decided, recorded.

    python -m bench.mail [--mails 100] [--units 180] [--profile]

Beside it, in the same run, what the libraries alone take for the same bytes, understanding nothing. ``--profile`` reads in this process and
prints where the time goes.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import os
import pstats
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import openpyxl
from mailparser import parse_from_bytes
from msgspec.structs import force_setattr
from rich.console import Console
from rich.table import Table

from bench.soak import filled
from bot.base.limits import RARELY, SOON
from bot.base.settings import load_settings
from bot.documents import nursery
from bot.documents.guard import Guard
from bot.documents.lanes import Lane
from bot.intake.parts import Reading
from bot.intake.story import work_off
from bot.intake.taking_in import BATCH
from bot.intake.understand import read_whole
from bot.operation.app import App
from bot.store import mails
from bot.store.mails import Place
from tests.flow import samples
from tests.flow.office import CONFIG

NOW = datetime(2023, 8, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
WARM = 20  # mails before the first one that counts


class Here(Guard):
    """Reads in this process, so that a profile sees it."""

    def run(self, function: Callable[..., Any], *args: Any, seconds: float | None = None) -> Any:
        return function(*args)


def letter(number: int) -> tuple[bytes, bytes, bytes]:
    """A mail, its form and its table."""
    unit, name, venue = f"第{number}科学技术协会", f"第{number}号科普活动", f"第{number}号会场"
    form = filled("new", name=name, venue=venue, unit=unit)
    table = filled("table", name=name, venue=venue, unit=unit)
    raw = samples.mail(
        sender=f"unit{number}@u{number}.example.com",
        subject=f"报送{number}",
        text=f"您好，第{number}封，材料见附件，请查收。",
        files={"申报表.docx": form, "汇总表.xlsx": table},
        message_id=f"<bench{number}@example.com>",
    )
    return raw, form, table


def app_in(folder: Path, units: int) -> App:
    os.environ["BOT_TEST_PASSWORD"] = "none"
    roster = "\n".join(
        f'[[unit]]\nname = "第{n}科学技术协会"\nemails = ["unit{n}@u{n}.example.com"]' for n in range(units)
    )
    text = CONFIG.format(imap_port=1, user="kepu", smtp_port=1, mailbox="", smtp="", more=roster, coordinators="")
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return App(load_settings(folder / "config.toml"), lambda: NOW)


def keep_all(app: App, raws: Sequence[bytes]) -> None:
    """As they come from the server: a batch in one transaction."""
    first = app.store.db["mail"].count + 1
    for begin in range(0, len(raws), BATCH):
        batch = [
            (Place("kepu", "INBOX", 1, first + begin + n), raw) for n, raw in enumerate(raws[begin : begin + BATCH])
        ]
        kept = [(place, app.store.raw.put(raw, NOW, place=place.as_text())) for place, raw in batch]
        with app.store.transaction() as db:
            for place, sha256 in kept:
                mails.take_in(db, place, sha256, NOW.isoformat(timespec="seconds"))


def work(app: App) -> None:
    for worked in work_off(app.parts, threading.Event()):
        if not worked.ref:
            raise RuntimeError(f"{worked.outcome}: {worked.why}")


def read_seconds(app: App) -> float:
    """Processor seconds of all processes that read."""
    return app.guard.used + app.line.quick.used + app.line.slow.used


def milliseconds(call: Callable[[], object], count: int) -> float:
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start) / count


def each(call: Callable[[bytes], object], all_: list[bytes]) -> None:
    for one in all_:
        call(one)


def started(count: int, raw: bytes, rules: Reading) -> float:
    """Processor seconds of so many reading processes until each has read its first mail, with those of what forks them."""
    before = os.times()
    guards = [Guard(rules.limits) for _ in range(count)]
    for guard in guards:
        guard.run(read_whole, raw, "1.eml", rules, ())
    for guard in guards:
        guard.close()
    nursery.close()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def floors(letters: list[tuple[bytes, bytes, bytes]], shown: Table) -> None:
    count, (raws, forms, tables) = len(letters), map(list, zip(*letters, strict=True))
    parsed = milliseconds(partial(each, parse_from_bytes, raws), count)
    word = milliseconds(partial(each, lambda data: docx.Document(io.BytesIO(data)).tables, forms), count)
    sheet = milliseconds(partial(each, lambda data: openpyxl.load_workbook(io.BytesIO(data)), tables), count)
    shown.add_row("mail-parser", f"{parsed:.1f}")
    shown.add_row("+ python-docx, opened only", f"{parsed + word:.1f}")
    shown.add_row("+ openpyxl, opened only", f"{parsed + word + sheet:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=100)
    parser.add_argument("--units", type=int, default=180)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    gc.set_threshold(*RARELY)  # as the command does
    sys.setswitchinterval(SOON)
    letters = [letter(number) for number in range(1, options.mails + WARM + 1)]
    shown = Table("", "CPU ms a mail")
    floors(letters[WARM:], shown)
    with tempfile.TemporaryDirectory(prefix="mail-") as name, app_in(Path(name), options.units) as app:
        if options.profile:
            force_setattr(app.parts, "guard", Here())
            app.line.quick = Lane([Here()], "here")
        raws, count = [one[0] for one in letters], options.mails
        one, three = (started(number, raws[0], app.parts.reading) for number in (1, 3))
        keep_all(app, raws[:WARM])
        work(app)
        kept = milliseconds(lambda: keep_all(app, raws[WARM:]), count)
        profiler, read = cProfile.Profile(), read_seconds(app)
        if options.profile:
            profiler.enable()
        worked = milliseconds(lambda: work(app), count)
        profiler.disable()
        read = 1000 * (read_seconds(app) - read) / count
    shown.add_row("kept on disk and registered", f"{kept:.1f}")
    shown.add_row("worked off: the bot's process", f"{worked:.1f}")
    shown.add_row("worked off: the reading process", f"{read:.1f}")
    shown.add_row("[bold]in all", f"[bold]{kept + worked + read:.1f}")
    Console().print(shown)
    Console().print(
        f"To begin with, once: the first reading process {one:.2f} s, each further one {(three - one) / 2:.2f} s"
    )
    if options.profile:
        stats = pstats.Stats(profiler)
        stats.sort_stats("tottime").print_stats(45)
        stats.sort_stats("cumulative").print_stats(90)


if __name__ == "__main__":
    main()
