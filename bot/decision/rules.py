"""What decisions need of the settings. Pure data."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.settings import Deadline
from bot.decision.questions import KnownQuestion
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.model import Kind
from bot.forms.units.roster import Roster
from bot.message.model import Address, Message


class Rules(Struct, frozen=True):
    """The part of the settings that decisions need. The deadlines are aware."""

    definitions: Definitions
    roster: Roster
    campaign: Campaign
    deadlines: tuple[Deadline, ...] = ()
    max_replies: int = 40
    gather_after: int = 8
    max_no_form: int = 1
    max_unchanged: int = 20
    never_answer: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    coordinators: tuple[str, ...] = ()
    require_auth: bool = True
    trusted_servers: tuple[str, ...] = ()
    questions: tuple[KnownQuestion, ...] = ()
    server_writes: bool = False  # our mail server is known to tell what it found out about every sender

    def due(self, kind: Kind) -> datetime | None:
        """Until when this kind may come in; the last deadline that collects it."""
        return max((one.due for one in self.deadlines if kind in one.collects), default=None)

    def current_form(self, kind: Kind) -> FormDefinition | None:
        return self.definitions.of_kind(kind)

    def answer_to(self, message: Message) -> Address:
        """Where the answer to *message* goes. A coordinator's only to the address of the settings: it may hold everybody's data."""
        return message.sender if message.sender.email in self.coordinators else message.answer_to

    def reference(self, number: int) -> str:
        """The n-th reference of the campaign's year."""
        return f"KP{self.campaign.year}-{number:04d}"
