"""What the rooms of intake are given, and what they say of one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.base.settings import Mailbox
from bot.decision.rules import Rules
from bot.decision.states import Outcome
from bot.documents.guard import Guard
from bot.intake.understand import Reading
from bot.letters.render import Renderer
from bot.store.database import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the story needs, made once by ``operation.app``. *clock* gives the aware time (may be simulated)."""

    store: Store
    guard: Guard
    rules: Rules
    reading: Reading
    letters: Renderer
    mailbox: Mailbox
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        return self.clock().astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of one mail, for the line that is printed and logged."""

    mail: int
    outcome: Outcome
    ref: str
    from_addr: str
    subject: str
    why: str = ""
