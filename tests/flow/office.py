"""An office for a test: a store and a configuration on real servers, the bot run in it as a person or cron would."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.flow import command
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import ScriptedSmtp

ROOT = Path(__file__).parents[2]
CONFIG = """
[mailbox]
address = "kepu@example.com"
host = "127.0.0.1"
port = {imap_port}
security = "none"
username = "{user}"
password_env = "BOT_TEST_PASSWORD"
since = 2023-08-01
{mailbox}
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
max_per_minute = 10000
retry_first = "1s"
{smtp}
[store]
path = "data"
[schedule]
poll_every = "2s"
[campaign]
name = "2023年泉州市全国科普日"
starts = 2023-08-21
ends = 2023-09-30
[[deadline]]
name = "重点活动申报"
due = 2023-08-30T23:59:59
collects = ["registration", "summary"]
[[deadline]]
name = "工作总结"
due = 2023-09-30T23:59:59
collects = ["report"]
[coordinators]
emails = ["boss@example.gov.cn"]
{coordinators}
{more}
"""
QUIET = 'notify = "off"'
ANSWERS = ("confirmation", "correction", "answer")


class Office(Struct):
    """``deliver`` puts mails into the inbox; ``once`` runs the command; ``view`` reads a view; ``sent`` are the mails that went out."""

    path: Path
    dovecot: Dovecot
    user: str
    smtp: ScriptedSmtp
    imap_port: int = 0
    own_worker: bool = False  # a worker started anew, as the real one is, in ``once`` and ``run``, too

    def configure(self, mailbox: str = "", smtp: str = "", more: str = "", coordinators: str = QUIET) -> None:
        """*coordinators*: further keys of theirs; by default nobody is told of what waits, which is what most tests are not about."""
        text = CONFIG.format(
            imap_port=self.imap_port or self.dovecot.port,
            user=self.user,
            smtp_port=self.smtp.port,
            mailbox=mailbox,
            smtp=smtp,
            more=more,
            coordinators=coordinators,
        )
        (self.path / "config.toml").write_text(text, encoding="utf-8")

    def deliver(self, *raws: bytes, when: str = "2023-08-25T10:00+08:00", folder: str = "INBOX") -> None:
        with self.dovecot.client(self.user) as client:
            for raw in raws:
                client.append(folder, raw, msg_time=datetime.fromisoformat(when))

    def command(self, *words: str, now: str = "2023-08-25T12:00+08:00") -> list[str]:
        clock = ["--now", now] if now else []
        return [sys.executable, str(ROOT / "run_bot.py"), "--config", str(self.path / "config.toml"), *clock, *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "BOT_TEST_PASSWORD": PASSWORD}

    def run(
        self, *words: str, now: str = "2023-08-25T12:00+08:00", killed_at: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A command, to its end; *killed_at*: the point of ``bot/base/failpoints.py`` at which it is killed."""
        environment = self.environment | {"BOT_FAILPOINT": killed_at}
        return command.run(self.command(*words, now=now)[2:], environment, own_worker=self.own_worker)

    def once(self, now: str = "2023-08-25T12:00+08:00", expect: int | None = 0) -> dict[str, Any]:
        done = self.run("once", "--json", now=now)
        assert expect is None or done.returncode == expect, f"{done.returncode}: {done.stdout} {done.stderr}"
        found: dict[str, Any] = json.loads(done.stdout) if done.stdout.startswith("{") else {}
        return found

    def view(self, sql: str, *values: object) -> list[dict[str, Any]]:
        connection = sqlite3.connect(self.path / "data" / "intake.db")
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(sql, values)]
        finally:
            connection.close()

    @property
    def sent(self) -> list[EmailMessage]:
        return [message_from_bytes(one.raw, policy=policy.default) for one in self.smtp.mails]  # type: ignore[misc]

    def thread(self, address: str) -> dict[str, str]:
        """What the header of an answer to the newest letter to *address* says."""
        newest = next(one for one in reversed(self.sent) if one["To"].addresses[0].addr_spec == address)
        return {"In-Reply-To": str(newest["Message-ID"])}

    def answers(self) -> list[EmailMessage]:
        return [one for one in self.sent if one["Auto-Submitted"] == "auto-replied"]


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
