"""A command of the bot in a process of its own that need not load its libraries again: forked from one that has."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

# What the commands load, that of a digest, too, which is due in many tests. Readers' libraries belong to the worker, a process of its own.
LOADED = (
    *("tests.flow.command", "bot.cli.main", "bot.cli.show", "bot.operation.handing_over", "bot.operation.app"),
    *("bot.digest.workbook.charts", "bot.digest.workbook.workbook", "bot.digest.package.export"),
)
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(list(LOADED))
PATIENCE = 120.0  # seconds


def start(
    words: list[str], environment: Mapping[str, str], out: str = os.devnull, err: str = os.devnull
) -> ForkServerProcess:
    """``run_bot.py`` with *words*, begun; its stdout and stderr go to these files."""
    process = FORKED.Process(target=_become, args=(words, dict(environment), str(Path.cwd()), out, err))
    process.start()
    return process


def run(words: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """``run_bot.py`` with *words*: its exit status (negative: the signal that ended it), stdout and stderr."""
    with tempfile.TemporaryDirectory() as folder:
        told = [str(Path(folder, name)) for name in ("out", "err")]
        process = start(words, environment, *told)
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, PATIENCE)
        out, err = (Path(name).read_text(encoding="utf-8") if Path(name).exists() else "" for name in told)
        return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _become(words: list[str], environment: dict[str, str], folder: str, out: str, err: str) -> None:
    """In the new process: what a shell does before it starts a program, then the program."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, name in ((1, out), (2, err)):
        target = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(target, number)
        os.close(target)
    # As at the start of any Python program: to a file, not to what the test's own process prints on.
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
    sys.argv = ["run_bot.py", *words]
    from bot.cli.main import main

    main()
