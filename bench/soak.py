"""A month in one process: mails per second, memory, open files and the size of the database, on a real Dovecot and SMTP server.

    python -m bench.soak [--mails 10000] [--days 30] [--profile]

Mails of every kind come in day by day; each day the bot runs one cycle at its simulated clock, digests and housekeeping included.
Only the bot's own work is timed, not the making and delivering of mails. Ends with status 1 where a mail is lost, answered twice, or memory
or open files grow.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import logging
import multiprocessing
import os
import pstats
import random
import resource
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from imapclient import IMAPClient
from rich.console import Console
from rich.table import Table

from bot.base.settings import load_settings
from bot.operation.app import App, running
from bot.operation.upkeep.housekeeping import keep_house
from tests.flow import samples
from tests.flow.office import CONFIG
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import ScriptedSmtp

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = datetime(2023, 8, 21, 18, tzinfo=ZONE)
UNITS = 120
USER = "kepu@example.com"
MOST_GROWTH = (
    80 * 2**20
)  # bytes of memory at the end more than after the first third; the first digest loads the charts library
# What a busy office gets; each in a hundred.
MIX = {"new": 40, "corrected": 12, "again": 6, "faulty": 10, "table": 8, "report": 4, "question": 8, "robot": 12}
NAME, TIME, VENUE, UNIT = "活动名称甲", "2023年9月17日至18日", "活动地点乙", "填报单位丙"


@cache
def blank(kind: str) -> bytes:
    if kind == "table":
        return samples.summary([(NAME, "9月17日-18日", VENUE)], UNIT)
    return samples.registration(
        name=NAME, venue=VENUE, unit=UNIT, host=UNIT, phone="12" if kind == "faulty" else "0595-22000000"
    )


def filled(kind: str, **values: str) -> bytes:
    """The ready-made file with other words in it: making each by a library would take longer than reading it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(blank(kind))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for info in source.infolist():
            data = source.read(info)
            if info.filename.endswith(".xml"):
                for old, new in ((NAME, values["name"]), (VENUE, values["venue"]), (UNIT, values["unit"])):
                    data = data.replace(old.encode(), new.encode())
            target.writestr(info.filename, data)
    return out.getvalue()


@dataclass
class Post:
    """The senders: what each unit has reported so far. The same seed gives the same mails."""

    rng: random.Random
    number: int = 0

    def __post_init__(self) -> None:
        self.reported: list[tuple[int, str, str]] = []

    def mail(self, when: datetime) -> bytes:
        self.number += 1
        kind = self.rng.choices(list(MIX), list(MIX.values()))[0]
        unit = self.rng.randrange(UNITS)
        name, venue = f"第{self.number}号科普活动", f"第{self.number}号会场"
        if kind in {"corrected", "again"}:
            if not self.reported:
                kind = "new"
            else:
                unit, name, old = self.rng.choice(self.reported)
                venue = venue if kind == "corrected" else old
        files: dict[str, bytes] = {}
        headers: dict[str, str] = {}
        text = f"您好，第{self.number}封，材料见附件，请查收。"
        if kind == "table":
            files["汇总表.xlsx"] = filled("table", name=name, venue=venue, unit=f"第{unit}科学技术协会")
        elif kind == "report":
            files["活动总结.txt"] = (
                f"第{unit}科学技术协会{name}活动总结\n"
                + "本次活动组织了科普展览、讲座和互动体验，参加群众很多。\n" * 30
            ).encode()
        elif kind == "question":
            text = f"请问第{self.number}项活动可以报吗？"
        elif kind == "robot":
            headers, text = {"Auto-Submitted": "auto-replied"}, "我正在休假。"
        else:
            shape = "faulty" if kind == "faulty" else "new"
            files["申报表.docx"] = filled(shape, name=name, venue=venue, unit=f"第{unit}科学技术协会")
            if kind == "new":
                self.reported.append((unit, name, venue))
        return samples.mail(
            sender=f"unit{unit}@u{unit}.example.com",
            subject=f"报送{self.number}",
            text=text,
            files=files,
            when=when.strftime("%Y-%m-%dT%H:%M"),
            message_id=f"<soak{self.number}@example.com>",
            headers=headers,
        )


def smtp_process(pipe: Connection) -> None:
    """A server that takes everything and keeps only the ids, in a process of its own: its memory is not the bot's."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server = ScriptedSmtp()
    seen: dict[bytes, int] = {}

    class Ids(list):  # type: ignore[type-arg]
        def append(self, mail: object) -> None:
            raw: bytes = mail.raw  # type: ignore[attr-defined]
            line = next(line for line in raw.split(b"\r\n") if line.startswith(b"Message-ID:"))
            seen[line] = seen.get(line, 0) + 1

    server.record.mails = Ids()
    server.start()
    pipe.send(server.port)
    pipe.recv()
    pipe.send((len(seen), sum(seen.values())))


def memory(pid: int) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  (counts itself the same way each time)


def processor(who: int) -> float:
    """Seconds of processor time: of this process, or of its workers that have ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


@dataclass
class Row:
    day: int
    mails: int
    seconds: float
    processor: float
    rss: int
    files: int
    database: int


def month(app: App, clock: list[datetime], days: int, mails: int, client: IMAPClient) -> Iterator[Row]:
    post, stop = Post(random.Random(1)), threading.Event()
    sent = 0
    for day in range(days):
        clock[0] = FIRST_DAY + timedelta(days=day)
        count = mails * (day + 1) // days - sent
        for number in range(count):
            when = clock[0] - timedelta(hours=9) + timedelta(seconds=30_000 * number / count)
            client.append("INBOX", post.mail(when), msg_time=when)
        sent += count
        begun, used = time.perf_counter(), processor(resource.RUSAGE_SELF)
        for _ in range(3):
            if app.cycle(stop).exit_status == 0:
                break
        keep_house(app)
        seconds, used = time.perf_counter() - begun, processor(resource.RUSAGE_SELF) - used
        gc.collect()
        size = sum(path.stat().st_size for path in app.store.root.glob("intake.db*"))
        yield Row(day + 1, count, seconds, used, memory(os.getpid()), open_files(), size)


def soak(folder: Path, mails: int, days: int, console: Console, profiler: cProfile.Profile | None) -> int:
    dovecot = Dovecot()
    dovecot.start()
    dovecot.add_user(USER)
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    smtp = multiprocessing.get_context("spawn").Process(target=smtp_process, args=(theirs,), daemon=True)
    smtp.start()
    os.environ["BOT_TEST_PASSWORD"] = PASSWORD
    config = folder / "config.toml"
    config.write_text(
        CONFIG.format(
            imap_port=dovecot.port, user=USER, smtp_port=ours.recv(), mailbox="", smtp="", more="", coordinators=""
        ).replace("max_per_minute = 10000", "max_per_minute = 1000000"),
        encoding="utf-8",
    )
    settings = load_settings(config)
    clock = [FIRST_DAY]
    rows: list[Row] = []
    try:
        with running(settings, lambda: clock[0]) as app, dovecot.client(USER) as client:
            cycles = month(app, clock, days, mails, client)
            while True:
                if profiler:
                    profiler.enable()
                row = next(cycles, None)
                if profiler:
                    profiler.disable()
                if row is None:
                    break
                rows.append(row)
                console.print(
                    f"day {row.day:2}  {row.mails:5} mails  {row.mails / row.seconds:6.1f}/s  {row.rss / 2**20:6.0f} MB  {row.files} files  "
                    f"{row.database / 2**20:6.1f} MB database"
                )
            count = app.store.db.execute("SELECT count(*) FROM v_messages WHERE outcome IS NOT NULL").fetchone()[0]
            waiting = app.waiting()
            queued = app.store.db.execute("SELECT count(*) FROM v_outbox").fetchone()[0]
        workers = processor(resource.RUSAGE_CHILDREN)
        ours.send("end")
        different, taken = ours.recv()
    finally:
        smtp.kill()
        dovecot.stop()
    shown = Table("", "start", "middle", "end")
    picked = [rows[len(rows) // 3], rows[len(rows) // 2], rows[-1]]
    shown.add_row("memory of the process, MB", *(f"{row.rss / 2**20:.0f}" for row in picked))
    shown.add_row("open files", *(str(row.files) for row in picked))
    shown.add_row("database, MB", *(f"{row.database / 2**20:.1f}" for row in picked))
    shown.add_row("mails per second", *(f"{row.mails / row.seconds:.1f}" for row in picked))
    console.print(shown)
    seconds = sum(row.seconds for row in rows)
    console.print(
        f"{count} of {mails} mails in {seconds:.0f} s: {count / seconds:.1f} a second; {taken} mails sent, {different} different, {queued} written"
    )
    used = sum(row.processor for row in rows)
    console.print(
        f"processor time for a mail: {1000 * used / count:.1f} ms in the bot, {1000 * workers / count:.1f} ms in the guarded worker: "
        f"{count / (used + workers):.1f} a second on one core"
    )
    faults = []
    if count != mails or waiting:
        faults.append(f"{mails - count} mails lost, {waiting} answers waiting")
    if taken != different or different != queued:
        faults.append(f"{queued} mails written, {taken} sent, {different} different")
    if picked[-1].rss - picked[0].rss > MOST_GROWTH:
        faults.append("memory grows")
    if picked[-1].files > picked[0].files + 3:
        faults.append("open files grow")
    for fault in faults:
        console.print(f"[red]{fault}")
    return 1 if faults else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--profile", action="store_true", help="print where the bot's process spends its time")
    options = parser.parse_args()
    profiler = cProfile.Profile() if options.profile else None
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        status = soak(Path(name), options.mails, options.days, Console(), profiler)
    if profiler:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)
    sys.exit(status)


if __name__ == "__main__":
    main()
