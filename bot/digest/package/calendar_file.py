"""The activities as a calendar file (RFC 5545), for the office's own calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from bot.base.clean import clean
from bot.digest.model import Activity


def calendar_file(activities: Sequence[Activity], name: str, domain: str, now: datetime) -> bytes:
    """One all-day event for each activity with certain days. UIDs stay the same from export to export."""
    calendar = Calendar()
    calendar.add("prodid", "-//science-day-intake//activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    seen: Counter[str] = Counter()
    for activity in activities:
        if not (activity.start and activity.end):
            continue
        seen[activity.ref] += 1
        event = Event()
        event.add("uid", f"{activity.ref}-{seen[activity.ref]}@{domain}")
        event.add("dtstamp", now)
        event.add("dtstart", activity.start)
        event.add("dtend", activity.end + timedelta(days=1))  # the first day that is free again
        event.add("summary", clean(activity.name) or activity.ref)
        event.add("location", clean(activity.venue))
        told = (
            activity.unit,
            activity.time,
            f"{activity.contact} {activity.phone} {activity.mobile}".strip(),
            activity.ref,
        )
        event.add("description", clean("\n".join(text for text in told if text)))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
