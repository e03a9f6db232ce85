"""A command of the bot in a process of its own that need not load its libraries again: forked from one that has.

So is the worker that reads its mails, forked from the command; a worker that is started anew, as an office's is, costs more than all the rest
of a command. ``own_worker`` leaves it so, for tests that are about it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

# What the commands load, that of a digest, too, which is due in many tests, and what the worker loads for nearly every mail.
LOADED = (
    *("tests.flow.command", "bot.cli.main", "bot.cli.show", "bot.operation.handing_over", "bot.operation.app"),
    *("bot.digest.workbook.charts", "bot.digest.workbook.workbook", "bot.digest.package.export"),
    *("bot.intake.story", "bot.intake.understand", "bot.message.parse"),  # loaded with the first mail
    *("bot.operation.upkeep.purge", "bot.operation.upkeep.reprocess", "bot.operation.acting", "bot.operation.review"),
    *("bot.cli.several", "bot.operation.health.lost"),
    *("bot.documents.worker", "bot.documents.formats.docx.read", "bot.documents.formats.sheets.xlsx"),
    *("encodings.idna", "tests.flow.warm"),
)
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(list(LOADED))
PATIENCE = 120.0  # seconds


def start(
    words: list[str],
    environment: Mapping[str, str],
    out: str = os.devnull,
    err: str = os.devnull,
    *,
    own_worker: bool = False,
) -> ForkServerProcess:
    """``run_bot.py`` with *words*, begun; its stdout and stderr go to these files."""
    process = FORKED.Process(target=_become, args=(words, dict(environment), str(Path.cwd()), out, err, own_worker))
    process.start()
    return process


def run(
    words: list[str], environment: Mapping[str, str], *, own_worker: bool = False
) -> subprocess.CompletedProcess[str]:
    """``run_bot.py`` with *words*: its exit status (negative: the signal that ended it), stdout and stderr."""
    with tempfile.TemporaryDirectory() as folder:
        told = [str(Path(folder, name)) for name in ("out", "err")]
        process = start(words, environment, *told, own_worker=own_worker)
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, PATIENCE)
        out, err = (Path(name).read_text(encoding="utf-8") if Path(name).exists() else "" for name in told)
        return subprocess.CompletedProcess(words, process.exitcode, out, err)


class ForkedWorker:
    """What the nursery's owner asks of ``Popen``: forked from this process, with nothing of it that a new program would not have,
    then all that the command says."""

    def __init__(
        self, words: list[str], *, pass_fds: tuple[int, ...], cwd: Path, env: dict[str, str], **_: object
    ) -> None:
        self.status: int | None = None
        self.pid = os.fork()
        if self.pid:
            return
        with contextlib.suppress(BaseException):
            os.setsid()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(nowhere, number)
            kept = sorted(pass_fds)
            for before, behind in zip([2, *kept], [*kept, os.sysconf("SC_OPEN_MAX")], strict=True):
                os.closerange(before + 1, behind)
            os.chdir(cwd)
            os.environ.clear()
            os.environ.update(env)
            tempfile.tempdir = None  # looked up again
            sys.argv = ["-c", *words[4:]]
            exec(words[3], {})
        os._exit(0)

    def poll(self) -> int | None:
        if self.status is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if ended else None
        return self.status

    def wait(self, timeout: float) -> int:
        until = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired("worker", timeout)
            time.sleep(0.002)
        assert self.status is not None
        return self.status


class Forking:
    """What the nursery uses of ``subprocess``."""

    Popen = ForkedWorker
    DEVNULL = subprocess.DEVNULL
    TimeoutExpired = subprocess.TimeoutExpired


def _become(words: list[str], environment: dict[str, str], folder: str, out: str, err: str, own_worker: bool) -> None:
    """In the new process: what a shell does before it starts a program, then the program."""
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # looked up again
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
    from bot.documents import nursery

    if not own_worker:
        nursery.subprocess = Forking  # type: ignore[misc, assignment]

    main()
