"""What the bot costs while nothing happens: commands at the mail server, wake-ups, memory, and how long short commands take.

    python -m bench.idle [--seconds 60]

Against a Dovecot of its own. Beside it, in the same run, what starting Python and importing the largest libraries takes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.mail import letter
from bench.running import running
from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Behaviour, FaultProxy, Link, command_of
from tests.servers.smtp import ScriptedSmtp

BEGIN = 25.0  # seconds that a first cycle may take
MAILS = 40
LIBRARIES = "import pydantic, sqlite_utils, jinja2, apscheduler.schedulers.background, imapclient, msgspec"


class Counted(Behaviour):
    def __init__(self) -> None:
        self.commands: list[str] = []

    def from_client(self, link: Link, line: bytes) -> bytes:
        if (command := command_of(line)) and line.strip() != b"DONE":
            self.commands.append(command)
        return line


def configure(office: Office, poll_every: str) -> None:
    office.configure()
    path = office.path / "config.toml"
    path.write_text(path.read_text("utf-8").replace('poll_every = "2s"', f'poll_every = "{poll_every}"'), "utf-8")


def seconds(command: Sequence[str], environment: dict[str, str], times: int = 5) -> str:
    """By the clock and of the processor, the quickest of several."""
    found = []
    for _ in range(times):
        begun, before = time.monotonic(), os.times()
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        found.append((time.monotonic() - begun, used))
    return f"{min(clock for clock, _ in found):.2f} s, {min(used for _, used in found):.2f} s of the processor"


def switches(pid: int) -> int:
    """How often its threads have gone to sleep."""
    told = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/status")]
    return sum(int(line.split()[1]) for text in told for line in text.splitlines() if line.startswith("voluntary"))


def resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def children(pid: int) -> list[int]:
    return [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]


def idle(office: Office, counted: Counted, minute: float, shown: Table) -> None:
    with running(office) as process:
        until = time.monotonic() + 3 * BEGIN
        while "IDLE" not in counted.commands and time.monotonic() < until:
            time.sleep(1)
        time.sleep(5)
        counted.commands.clear()
        before = switches(process.pid)
        time.sleep(minute)
        woken = (switches(process.pid) - before) * 60 / minute
        shown.add_row("idle: wake-ups a minute", f"{woken:.0f}")
        shown.add_row("idle: memory", f"{resident(process.pid):.0f} MB + {len(children(process.pid))} workers")
        shown.add_row("idle: commands in that time", " ".join(counted.commands) or "none")
        office.deliver(*(letter(number)[0] for number in range(MAILS)))
        until = time.monotonic() + 3 * BEGIN
        while (len(office.smtp.mails) < MAILS or len(children(process.pid))) and time.monotonic() < until:
            time.sleep(1)
        shown.add_row(f"idle: memory after {MAILS} mails", f"{resident(process.pid):.0f} MB")


def warm_poll(office: Office, counted: Counted, shown: Table) -> None:
    configure(office, "5s")
    with running(office):
        commands, until = counted.commands, time.monotonic() + 3 * BEGIN
        while commands.count("IDLE") < 3 and time.monotonic() < until:
            time.sleep(1)
        last = [place for place, one in enumerate(commands) if one == "IDLE"][-2:]
        shown.add_row("a warm poll", " ".join(commands[last[0] + 1 : last[1] + 1] if last else commands))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    shown, counted = Table("", ""), Counted()
    dovecot, smtp = Dovecot(), ScriptedSmtp()
    dovecot.start()
    smtp.start()
    try:
        with tempfile.TemporaryDirectory(prefix="idle-") as name, FaultProxy(dovecot.port, counted) as proxy:
            office = Office(Path(name), dovecot, dovecot.add_user("idle@example.com"), smtp, proxy.port)
            configure(office, "10m")
            environment = office.environment
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            shown.add_row("Python and its largest libraries", seconds([sys.executable, "-c", LIBRARIES], environment))
            office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
            subprocess.run(office.command("once", now=""), env=environment, check=False, stdout=subprocess.DEVNULL)
            for words in (("--help",), ("status",), ("once",)):
                counted.commands.clear()
                shown.add_row(" ".join(words), seconds(office.command(*words, now=""), environment))
            shown.add_row("commands of «once»", " ".join(counted.commands[: len(counted.commands) // 5]))
            counted.commands.clear()
            idle(office, counted, options.seconds, shown)
            counted.commands.clear()
            warm_poll(office, counted, shown)
    finally:
        smtp.stop()
        dovecot.stop()
    Console().print(shown)


if __name__ == "__main__":
    main()
