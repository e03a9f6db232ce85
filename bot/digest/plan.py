"""Who is to send what until when, and who hears of it: the part of the settings that digests, reminders and packages need, made once."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from bot.base.settings import CampaignSettings, Deadline, Schedule, Settings
from bot.forms.units.roster import Roster


class Plan(Struct, frozen=True):
    """``deadlines`` are aware, the earliest first; ``receivers`` the coordinators' addresses; ``notify`` how soon one notice to them may follow the other, None for
    none at all; ``channels`` the names of the group robots that hear of it, too."""

    campaign: CampaignSettings
    schedule: Schedule
    deadlines: tuple[Deadline, ...]
    receivers: tuple[str, ...]
    roster: Roster
    notify: timedelta | None = None
    channels: tuple[str, ...] = ()

    def nearest_deadline(self, now: datetime, name: str = "") -> Deadline | None:
        """The deadline of this name; without a name the next one, or the last where all are over."""
        if name:
            return next((one for one in self.deadlines if one.name == name), None)
        return next((one for one in self.deadlines if one.due >= now), self.deadlines[-1] if self.deadlines else None)


def plan_of(settings: Settings, roster: Roster) -> Plan:
    told = settings.coordinators
    channels = tuple(dict.fromkeys(one.name for one in settings.notify))
    return Plan(settings.campaign, settings.schedule, settings.deadlines, told.emails, roster, told.notify, channels)
