"""A command at a pseudo-terminal, talked with as a person does: wait for words, type a line."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

from tests.flow.command import FORKED, _become

PATIENCE = 60.0  # seconds


class Terminal:
    def __init__(self, *words: str, folder: Path) -> None:
        self.master, slave = pty.openpty()
        self.process = FORKED.Process(target=at_terminal, args=(list(words), os.ttyname(slave), str(folder)))
        self.process.start()
        self.slave = slave  # kept open until the command has opened it, too
        self.seen = b""
        self.read_until = 0

    def expect(self, words: str) -> None:
        """Wait until the command shows *words*, behind what was waited for before."""
        until = time.monotonic() + PATIENCE
        while (found := self.shown.find(words, self.read_until)) < 0:
            assert time.monotonic() < until and self.fill(until), f"«{words}» does not come:\n{self.shown[-2000:]}"
        self.read_until = found + len(words)

    def fill(self, until: float) -> bool:
        ready, _, _ = select.select([self.master, self.process.sentinel], [], [], max(0.0, until - time.monotonic()))
        if self.master not in ready:
            return False
        data = os.read(self.master, 65536)
        self.seen += data
        return bool(data)

    @property
    def shown(self) -> str:
        return self.seen.decode("utf-8", "replace")

    def answer(self, question: str, line: str) -> None:
        self.expect(question)
        os.write(self.master, line.encode() + b"\n")

    def end(self) -> int | None:
        while self.fill(time.monotonic() + PATIENCE):
            pass
        self.process.join(PATIENCE)
        for end in (self.slave, self.master):
            os.close(end)
        return self.process.exitcode


def at_terminal(words: list[str], terminal: str, folder: str) -> None:
    """In the forked process: a session of its own that has *terminal*, then the program."""
    os.login_tty(os.open(terminal, os.O_RDWR))
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # tests that run in the background are deaf to Ctrl-C, a person's shell is not
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.chdir(folder)
    _become(words, dict(os.environ), folder, terminal, terminal, False)
