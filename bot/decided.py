"""What was decided about one mail, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.conversation import Request
from bot.problems import Problem
from bot.replies.model import Reply
from bot.settle import Settled
from bot.store.submissions import ReviewItem


@dataclass(frozen=True, slots=True)
class StatusChange:
    """Another status (and, where given, another unit) for a stored version. ``reason`` is for the unit."""

    submission: int
    ref: str
    status: str
    reason: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """``outcome`` as in the interface; ``why`` names the reason where the outcome alone does not tell.

    ``request`` is what a person asked for; a question becomes a task, answered from the store after the commit.
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

    @property
    def new_references(self) -> dict[str, str]:
        """References first given out here, by the form's path; «» for a letter without forms."""
        if not self.settled:
            return {"": self.ref} if self.last_number else {}
        return {one.form.path: one.ref for one in self.settled if one.before is None and one.own is None}
