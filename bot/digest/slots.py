"""When a digest or a reminder is due. Pure: the clock and what was already sent come in as arguments.

All comparisons are made in UTC, so that a zone's clock change neither repeats nor drops a slot.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.base.clock import last_day_of
from bot.base.replacing import replace
from bot.base.settings import Deadline
from bot.digest.working_days import working_day

# The daemon looks every few minutes, cron perhaps every hour: later than this is a slot that was missed.
PUNCTUAL = timedelta(hours=1)
Purpose = Literal["digest", "reminder"]


class Slot(Struct, frozen=True):
    """One occasion to write. ``key`` is stable: the deadline's name, its day, and which of its slots it is.

    ``days_before`` is None for the final digest after the deadline. ``at`` and ``due`` are aware moments. ``missed`` is
    True where it is sent later than planned; ``skipped`` are the keys of earlier slots that it stands for as well: they
    must be noted as dealt with together with ``key``.
    """

    key: str
    deadline: Deadline
    due: datetime
    days_before: int | None
    at: datetime
    missed: bool = False
    skipped: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        return self.days_before is None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key to be noted once this slot was dealt with."""
        return (self.key, *self.skipped)


def due_slots(
    deadlines: Sequence[Deadline],
    zone: ZoneInfo,
    sent: Collection[str],
    started_at: datetime | None,
    now: datetime,
    purpose: Purpose = "digest",
) -> list[Slot]:
    """What is to be sent now: for each deadline the newest slot whose time has come and that was not dealt with.

    *sent* are the keys (a mapping will do) that were dealt with. Slots before the day on which the bot was first started
    (*started_at*, None: now) are not missed but none of its business. A reminder whose deadline is over is dropped.
    """
    first_day = min(started_at or now, now).astimezone(zone).date()
    found = []
    for deadline in deadlines:
        passed = [
            slot
            for slot in slots_of(deadline, zone, purpose)
            if slot.at <= now.astimezone(UTC) and slot.at.astimezone(zone).date() >= first_day
        ]
        if not passed or passed[-1].key in sent or (purpose == "reminder" and now.astimezone(UTC) > passed[-1].due):
            continue
        *earlier, newest = passed
        found.append(
            replace(
                newest,
                at=newest.at.astimezone(zone),
                due=newest.due.astimezone(zone),
                missed=now.astimezone(UTC) - newest.at > PUNCTUAL,
                skipped=tuple(slot.key for slot in earlier if slot.key not in sent),
            )
        )
    return sorted(found, key=lambda slot: slot.at.astimezone(UTC))


def next_slots(
    deadlines: Sequence[Deadline],
    zone: ZoneInfo,
    sent: Collection[str],
    now: datetime,
) -> list[Slot]:
    """All slots of digests still ahead, in the order of their moments."""
    ahead = [
        replace(slot, at=slot.at.astimezone(zone), due=slot.due.astimezone(zone))
        for deadline in deadlines
        for slot in slots_of(deadline, zone, "digest")
        if slot.at > now.astimezone(UTC) and slot.key not in sent
    ]
    return sorted(ahead, key=lambda slot: slot.at.astimezone(UTC))


def slots_of(deadline: Deadline, zone: ZoneInfo, purpose: Purpose) -> list[Slot]:
    """Every slot of one deadline with its moments in UTC, earliest first (those on the same moment: the nearest to it last)."""
    due = deadline.due_in(zone)
    last_day = last_day_of(due)
    days = deadline.remind_days_before if purpose == "reminder" else deadline.digest_days_before
    slots = list(before(deadline, due, last_day, zone, days, purpose))
    if purpose == "digest" and deadline.final_digest:
        day = last_day + timedelta(days=1)
        at = moment(working_day(day, 1) if deadline.avoid_holidays else day, deadline.digest_at, zone)
        slots.append(Slot(f"{deadline.name}|{last_day}|final", deadline, due.astimezone(UTC), None, at))
    return slots


def before(
    deadline: Deadline, due: datetime, last_day: date, zone: ZoneInfo, days: Collection[int], purpose: Purpose
) -> Iterator[Slot]:
    name = "" if purpose == "digest" else "remind-"
    for number in sorted(set(days), reverse=True):
        day = last_day - timedelta(days=number)
        at = moment(working_day(day, -1) if deadline.avoid_holidays else day, deadline.digest_at, zone)
        if at <= due.astimezone(UTC):
            yield Slot(f"{deadline.name}|{last_day}|{name}{number}", deadline, due.astimezone(UTC), number, at)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which a clock on the wall in *zone* shows *at*; where it skips that time, the moment of the skip's end."""
    return datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone).astimezone(UTC)
