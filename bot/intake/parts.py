"""What the rooms of intake are given, and what they say of one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.base.sections.servers import Mailbox
from bot.decision.rules import Rules
from bot.decision.states import Outcome
from bot.documents.guard import Guard
from bot.intake.understand import Reading
from bot.letters.render import Renderer
from bot.store.database import Store


@dataclass(frozen=True, slots=True)
class Hands:
    """What deciding and writing down needs, where nothing is read. *clock* gives the aware time (may be simulated)."""

    store: Store
    rules: Rules
    letters: Renderer
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        return self.clock().astimezone(self.zone)


@dataclass(frozen=True, slots=True)
class Parts(Hands):
    """Everything that the story of a mail needs, made once by ``operation.app``."""

    guard: Guard
    reading: Reading
    mailbox: Mailbox


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of one mail, for the line that is printed and logged."""

    mail: int
    outcome: Outcome
    ref: str
    from_addr: str
    subject: str
    why: str = ""
