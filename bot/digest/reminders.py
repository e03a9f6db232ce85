"""Which units are reminded before a deadline, and what they are told. Pure; off unless ``remind_days_before`` is set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from bot.decision.model import MailKind
from bot.digest.model import Activity, Figures, UnitState
from bot.digest.slots import Slot
from bot.letters.model import Attachment, Rendered
from bot.letters.render import Renderer

# Who wrote in these days is at it; a reminder would only annoy.
QUIET = timedelta(days=3)


class Reminder(Struct, frozen=True):
    """One mail to one address, for all the units that it writes for. ``activities`` are what is known of them already, for
    which a summary is still missing."""

    to: str
    units: tuple[UnitState, ...]
    activities: tuple[Activity, ...]


def reminders(
    figures: Figures, wrote: Mapping[str, datetime], now: datetime, bounced: Collection[str] = ()
) -> list[Reminder]:
    """A reminder for each address of a unit that has sent nothing of what the deadline collects.

    *wrote* is when each address (lower case) or unit last wrote anything; *bounced* are addresses that do not take our mail.
    Units of which nothing is expected are none of *figures*; those without an address are left to the digest.
    """
    wanted: dict[str, list[UnitState]] = {}
    for state in figures.missing:
        names = {state.unit.name, *(address.lower() for address in state.unit.emails)}
        last = [wrote[name] for name in names if name in wrote]
        if state.last_at is not None:
            last.append(state.last_at)
        if any(now - at < QUIET for at in last):
            continue
        for address in dict.fromkeys(address.lower() for address in state.unit.emails):
            if address not in bounced:
                wanted.setdefault(address, []).append(state)
    return [Reminder(address, tuple(states), known(figures, states)) for address, states in wanted.items()]


def known(figures: Figures, states: Collection[UnitState]) -> tuple[Activity, ...]:
    names = {state.unit.name for state in states}
    return tuple(activity for activity in figures.activities if activity.unit in names)


def reminder_mail(
    reminder: Reminder,
    figures: Figures,
    renderer: Renderer,
    slot: Slot | None,
    message_id: str,
    now: datetime,
) -> Rendered:
    """The finished mail with the blank forms of what is collected. BotError where the template cannot be used."""
    forms = [form for form in renderer.definitions.forms if form.kind in figures.collects]
    blanks: list[Attachment] = [renderer.blank(f"blank:{form.name}") for form in forms if form.layout != "prose"]
    context = reminder_words(reminder, figures, slot, [form.label for form in forms], [blank.name for blank in blanks])
    when = "今天截止" if figures.days_left == 0 else f"还有{figures.days_left}天截止"
    subject = f"提醒：{renderer.office.campaign.name}{figures.deadline}{when}"
    return renderer.mail(MailKind.REMINDER, "reminder", reminder.to, subject, context, blanks, message_id, now)


def reminder_words(
    reminder: Reminder, figures: Figures, slot: Slot | None, collects: Sequence[str], files: Sequence[str]
) -> dict[str, Any]:
    """What the template ``reminder`` may say."""
    return {
        "f": figures,
        "slot": slot,
        "units": [state.unit.name for state in reminder.units],
        "below": sum(state.below for state in reminder.units),
        "activities": reminder.activities,
        "collects": list(collects),
        "files": list(files),
    }
