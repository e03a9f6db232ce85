"""The next digests, as people are told of them; apart from what makes them, which few commands need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from bot.base.settings import Deadline
from bot.digest.slots import next_slots
from bot.store import state


def upcoming_digests(
    db: Database, deadlines: Sequence[Deadline], zone: ZoneInfo, now: datetime
) -> tuple[dict[str, str], ...]:
    """The next slots as ``status`` shows them: when, for which deadline, how many days before it."""
    slots = next_slots(deadlines, zone, state.sent_slots(db, now), now)
    return tuple(
        {
            "at": slot.at.isoformat(),
            "deadline": slot.deadline.name,
            "days_before": "" if slot.is_final else str(slot.days_before),
        }
        for slot in slots[:6]
    )
