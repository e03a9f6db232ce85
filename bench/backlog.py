"""A backlog of mails (a .docx and a .xlsx each) on this machine: mails a second by the clock, syncs of the disk, bytes written per byte of mail.

    python -m bench.backlog [--mails 400] [--units 180] [--syncs]

``--syncs`` runs itself once more under ``strace``, which has to be installed. Beside it, in the same run, what sqlite3 alone needs to write the same bytes in
one transaction a mail, and how much the processors had to spare: on a busy machine the rate says little.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.mail import WARM, app_in, keep_all, letter, work
from bot.base.limits import RARELY, SOON


def written() -> int:
    """Bytes that this process gave to the disk; 0 where the system does not tell."""
    try:
        return int(re.search(r"write_bytes: (\d+)", Path("/proc/self/io").read_text())[1])  # type: ignore[index]
    except (OSError, TypeError):
        return 0


def idle() -> float:
    """Seconds that the processors had nothing to do."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[4]) / os.sysconf("SC_CLK_TCK")


def plain(raws: list[bytes], folder: Path) -> tuple[float, float]:
    """Mails a second and bytes per byte of sqlite3 alone."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE mail (raw BLOB)")
    begun, before = time.monotonic(), written()
    for raw in raws:
        connection.execute("INSERT INTO mail VALUES (?)", [raw])
    connection.close()
    return len(raws) / (time.monotonic() - begun), (written() - before) / sum(map(len, raws))


def measure(count: int, units: int, folder: Path) -> Table:
    letters = [letter(number)[0] for number in range(1, count + WARM + 1)]
    size = sum(map(len, letters[WARM:]))
    shown = Table("", "mails a second", "bytes written per byte", "of the processors' time was free")
    rate, bytes_ = plain(letters[WARM:], folder)
    shown.add_row("sqlite3 alone, one transaction a mail", f"{rate:.0f}", f"{bytes_:.1f}", "")
    with app_in(folder, units) as app:
        keep_all(app, letters[:WARM])
        work(app)
        begun, free, before = time.monotonic(), idle(), written()
        keep_all(app, letters[WARM:])
        kept, between = time.monotonic(), written()
        work(app)
        ended = time.monotonic()
        app.store.connection.execute("PRAGMA wal_checkpoint")
        spare = (idle() - free) / (ended - begun) / (os.cpu_count() or 1)
        shown.add_row("kept", f"{count / (kept - begun):.0f}", f"{(between - before) / size:.1f}", "")
        shown.add_row(
            "worked off", f"{count / (ended - kept):.0f}", f"{(written() - between) / size:.1f}", f"{spare:.0%}"
        )
        shown.add_row("[bold]both", f"{count / (ended - begun):.0f}", f"{(written() - before) / size:.1f}", "")
    return shown


def syncs(options: argparse.Namespace) -> str:
    """Counted by strace: those of twice the mails less those of the mails."""
    found = []
    for count in (options.mails, 2 * options.mails):
        command = [sys.executable, "-m", "bench.backlog", "--mails", str(count), "--units", str(options.units)]
        with tempfile.NamedTemporaryFile("r") as told:
            trace = ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync,syncfs,msync,sync", "-o", told.name]
            subprocess.run([*trace, *command, "--bare"], check=True, stdout=subprocess.DEVNULL)
            found.append(sum(int(line.split()[3]) for line in told if re.search(r" f\w*sync$| sync\w*$", line)))
    return f"{(found[1] - found[0]) / options.mails:.2f} syncs a mail"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--units", type=int, default=180)
    parser.add_argument("--syncs", action="store_true")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    gc.set_threshold(*RARELY)  # as the command does
    sys.setswitchinterval(SOON)
    with tempfile.TemporaryDirectory(prefix="backlog-") as name:
        if options.bare:
            letters = [letter(number)[0] for number in range(1, options.mails + 1)]
            with app_in(Path(name), options.units) as app:
                keep_all(app, letters)
                work(app)
            return
        console = Console()
        console.print(measure(options.mails, options.units, Path(name)))
        if options.syncs:
            console.print(syncs(options))


if __name__ == "__main__":
    main()
