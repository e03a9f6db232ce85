"""The bot without any server: mails go straight into the store, answers are read from the queue. For tables of many mails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from bot.base.replacing import replace
from bot.base.settings import load_settings
from bot.intake.story import work_off_one
from bot.operation.app import App, running
from bot.store import mails
from tests.flow.office import CONFIG, QUIET, text_of
from tests.worker import WORKER

START = datetime.fromisoformat("2023-08-25T12:00+08:00")


@dataclass
class Desk:
    app: App
    clock: list[datetime]

    def came(self, raw: bytes) -> list[EmailMessage]:
        """One more mail; what was queued because of it."""
        before = self.count()
        self.clock[0] += timedelta(minutes=1)
        sha256 = self.app.store.raw.put(raw, self.clock[0])
        with self.app.store.transaction() as db:
            identity = mails.add_mail(db, "INBOX", sha256, self.clock[0].isoformat(timespec="seconds"))
        work_off_one(identity, self.app.parts)
        rows = self.app.store.db.query("SELECT raw FROM outbox WHERE id > ? ORDER BY id", [before])
        return [message_from_bytes(row["raw"], policy=policy.default) for row in rows]  # type: ignore[misc]

    def count(self) -> int:
        return int(self.app.store.db.execute("SELECT coalesce(max(id), 0) FROM outbox").fetchone()[0])

    def view(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return list(self.app.store.db.query(sql, list(values)))


def to(mail: EmailMessage) -> str:
    return str(mail["To"].addresses[0].addr_spec)


def told(mails_: list[EmailMessage]) -> dict[str, str]:
    """Address -> everything that it was sent, subjects included."""
    found: dict[str, str] = {}
    for mail in mails_:
        found[to(mail)] = found.get(to(mail), "") + str(mail["Subject"]) + "\n" + text_of(mail)
    return found


@contextmanager
def desk_in(path: Path, monkeypatch: Any, more: str = "", address: str = "kepu@example.com") -> Iterator[Desk]:
    monkeypatch.setenv("BOT_TEST_PASSWORD", "x")
    text = CONFIG.format(imap_port=1, user="x", smtp_port=1, mailbox="", smtp="", coordinators=QUIET, more=more)
    path.mkdir(exist_ok=True)
    (path / "config.toml").write_text(text.replace("kepu@example.com", address), encoding="utf-8")
    clock = [START]
    with running(load_settings(path / "config.toml"), lambda: clock[0]) as app:
        app.parts = replace(app.parts, guard=WORKER)
        yield Desk(app, clock)
