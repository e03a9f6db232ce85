"""What was decided about one mail, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.base.problems import Problem
from bot.decision.facts import Act
from bot.decision.versions.settle import Settled
from bot.decision.words.requests import Request
from bot.letters.model import Reply
from bot.store.submissions import ReviewItem


@dataclass(frozen=True, slots=True)
class StatusChange:
    """Another status (and, where given, another unit) for a stored version. ``reason`` is for the unit. ``is_confirmed`` where the unit
    itself said so: the version takes effect, what else waits goes on waiting; ``is_return`` where what stood is sent back to its unit."""

    submission: int
    ref: str
    status: str
    reason: str = ""
    unit: str = ""
    is_confirmed: bool = False
    is_return: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A withdrawal, or another unit's name, that takes effect when an address on record confirms it."""

    ref: str
    act: Act
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter to an address that did not write; in the thread of *mail* where that is given."""

    to_email: str
    reply: Reply
    mail: int | None = None
    subject: str = "登记有变动"


@dataclass(frozen=True, slots=True)
class Decision:
    """``outcome`` as in the interface; ``why`` names the reason where the outcome alone does not tell.

    ``request`` is what a person asked for; a question becomes a task, answered from the store after the commit. ``asks`` are
    withdrawals and names of units that wait for a «确认»; ``confirmed`` the ids of what it was given for. ``notices`` go to whoever else is to
    know; ``to_sender``: the answer shows a form and goes to From alone, the Reply-To gets a bare receipt.
    """

    outcome: str
    why: str = ""
    settled: tuple[Settled, ...] = ()
    reply: Reply | None = None
    reviews: tuple[ReviewItem, ...] = ()
    ref: str = ""
    last_number: int = 0
    file_problems: tuple[tuple[str, Problem], ...] = ()
    units_of_paths: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[StatusChange, ...] = ()
    request: Request | None = None
    asks: tuple[Asked, ...] = ()
    confirmed: tuple[int, ...] = ()
    notices: tuple[Notice, ...] = ()
    to_sender: bool = False

    @property
    def new_references(self) -> dict[str, str]:
        """References first given out here, by the form's path; «» for a letter without forms."""
        if not self.settled:
            return {"": self.ref} if self.last_number else {}
        return {
            one.form.path: one.ref for one in self.settled if one.before is None and one.own is None and one.is_stored
        }
