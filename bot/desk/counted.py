"""The figures of this moment, counted once for each state of the store: looking at a page again and again costs nothing."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from bot.base.settings import Deadline
from bot.digest.model import Figures
from bot.digest.plan import Plan
from bot.digest.send import current_figures


class Counted:
    """SQLite tells a connection whether any other has written since it last asked (``PRAGMA data_version``), so that one is kept for asking."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.lock = threading.Lock()
        self.asking: sqlite3.Connection | None = None
        self.file: tuple[int, int] = (0, 0)
        self.key: object = None
        self.found: Figures | None = None

    def figures(self, db: Database, plan: Plan, deadline: Deadline, now: datetime) -> Figures:
        """As ``current_figures``; some of them change with the minute."""
        with self.lock:
            # Asked before anything is counted: what is written meanwhile makes it another state.
            key = (self.state(), deadline.name, now.replace(second=0, microsecond=0))
            if self.found is None or key != self.key:
                self.found, self.key = current_figures(db.conn, plan, deadline, now), key
            return self.found

    def state(self) -> tuple[tuple[int, int], int]:
        """Another one after every change, and where another file has taken the place of the database (restored, rebuilt)."""
        there = self.database.stat()
        if self.asking is None or self.file != (there.st_dev, there.st_ino):
            self.close()
            self.asking = sqlite3.connect(self.database, check_same_thread=False)
            self.file = (there.st_dev, there.st_ino)
        return self.file, int(self.asking.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        if self.asking is not None:
            self.asking.close()
            self.asking = None
