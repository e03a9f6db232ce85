"""A settings object as an office would write it, and mails parsed back by the standard library."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from bot.base.settings import Settings, load_settings
from bot.decision.model import Reply
from bot.letters.model import Envelope, Rendered
from bot.letters.office import office_of
from bot.letters.render import Renderer

CONFIG = """
[mailbox]
address = "kepu@example.com"
display_name = "某市科协普及部"
host = "localhost"
password_env = "X"
[smtp]
host = "localhost"
[campaign]
name = "2031年某市科普周"
starts = 2031-08-21
ends = 2031-09-30
office = "某市科普工作办公室"
[coordinators]
names = ["林老师"]
phone = "0000-12345678"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return load_settings(path)


@pytest.fixture
def now(settings: Settings) -> datetime:
    return datetime(2031, 8, 28, 9, 0, tzinfo=settings.schedule.zone)


@pytest.fixture
def renderer(settings: Settings, tmp_path: Path) -> Renderer:
    return Renderer(tmp_path / "templates", office_of(settings))


@dataclass(frozen=True)
class Read:
    """One finished mail as a mail program sees it."""

    rendered: Rendered
    message: EmailMessage

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return cast(str, part.get_content())

    @property
    def text(self) -> str:
        return self.body("plain")

    @property
    def html(self) -> str:
        return self.body("html")


def read(rendered: Rendered) -> Read:
    return Read(rendered, cast(EmailMessage, email.message_from_bytes(rendered.raw, policy=email.policy.default)))


Answer = Callable[..., Read]


@pytest.fixture
def answer(renderer: Renderer, now: datetime) -> Answer:
    def make(reply: Reply, envelope: Envelope | None = None) -> Read:
        sender = envelope or Envelope("clerk@example.org", "庄晓东", "申报表", "<their@mail>", ("<first@mail>",))
        return read(renderer.reply(reply, sender, "<ours@example.com>", now))

    return make
