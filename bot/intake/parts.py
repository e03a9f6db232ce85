"""What the rooms of intake are given, and what they say of one mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from bot.base.campaign import Campaign
from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.decision.facts import Heard, Read
from bot.documents.model import Document
from bot.forms.definitions import Definitions
from bot.forms.model import Form
from bot.message.model import Message

if TYPE_CHECKING:  # the worker, which reads, loads none of these
    from bot.base.sections.servers import Mailbox
    from bot.base.settings import Settings
    from bot.decision.rules import Rules
    from bot.decision.states import Outcome
    from bot.documents.guard import Guard
    from bot.documents.lanes import Lane
    from bot.letters.render import Renderer
    from bot.store.database import Store
    from bot.store.mails import StoredMail


class Reading(Struct, frozen=True):
    """The part of the settings that reading needs. ``own`` are our own addresses."""

    definitions: Definitions
    campaign: Campaign
    limits: Limits = Limits()
    own: tuple[str, ...] = ()

    def patient(self) -> Reading:
        """With all the time that a mail may take."""
        return replace(self, limits=self.limits.patient())


def reading_of(settings: Settings, definitions: Definitions) -> Reading:
    return Reading(definitions, settings.campaign.campaign(), settings.limits.limits(), (settings.mailbox.address,))


class Head(Struct, frozen=True):
    """Who wrote and what about, each empty where it is not known."""

    sender: str = ""
    subject: str = ""
    message_id: str = ""


class Understood(Struct, frozen=True):
    """One mail, opened; ``heard`` are its words where they were listened to in the same call."""

    message: Message
    documents: tuple[Document, ...]
    forms: tuple[Form, ...]
    heard: Heard | None = None

    @property
    def is_whole(self) -> bool:
        return not any(one.unfinished for one in self.documents)


class Hands(Struct, frozen=True):
    """What deciding and writing down needs, where nothing is read. *clock* gives the aware time (may be simulated)."""

    store: Store
    rules: Rules
    letters: Renderer
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def now(self) -> datetime:
        return self.clock().astimezone(self.zone)


class InHand(Struct, frozen=True):
    """A mail that is read in the slow lane. ``letters`` of ours that it quotes; ``is_patient``: for the second time, with more time."""

    stored: StoredMail
    sender: str
    letters: Sequence[str]
    found: Future[Understood]
    is_patient: bool


class Ready(Struct, frozen=True):
    """A mail that was read and listened to. ``fresh``: the files that were kept for it and not there before."""

    stored: StoredMail
    read: Read
    fresh: tuple[Path, ...]


class Line(Struct):
    """The mails that are read at this moment, by their numbers."""

    quick: Lane  # reads ahead what can be read in one call
    slow: Lane  # what needs more: scans above all
    reading: dict[int, InHand] = field(default_factory=dict)  # in the slow lane
    held: dict[int, str] = field(
        default_factory=dict
    )  # wait because their sender (the address) has one in the slow lane
    # So many are read one after the other by the process that is there: a further one takes a second of the processor to begin, in which forty are read.
    few: int = 12
    ready: list[Ready] = field(default_factory=list)  # to be settled next
    on_read: Callable[[], None] = lambda: None  # told when a slow one is read, from another thread
    reach: Callable[[], None] = lambda: None  # asked before a pass: ``ReadersUnavailable`` where nobody could read now

    def busy(self) -> set[str]:
        """Senders of whom a mail is read in the slow lane: what they sent later waits."""
        return {one.sender for one in self.reading.values()} - {""}

    def close(self) -> None:
        self.on_read = lambda: None
        self.quick.close()
        self.slow.close()


class Parts(Hands, frozen=True):
    """Everything that the story of a mail needs, made once by ``operation.app``."""

    guard: Guard
    reading: Reading
    mailbox: Mailbox
    line: Line


class Worked(Struct, frozen=True):
    """What became of one mail, for the line that is printed and logged."""

    mail: int
    outcome: Outcome
    ref: str
    from_addr: str
    subject: str
    why: str = ""
