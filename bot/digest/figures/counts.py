"""Counting over activities: by type, week, day and county, duplicates, progress. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from bot.base.text import name_key, squeeze
from bot.digest.model import Activity, Duplicate, Group, Progress

CITY = ""  # the county of units that belong to the city as a whole, and of those nobody knows


def duplicates(activities: Sequence[Activity]) -> list[Duplicate]:
    """Groups of activities of different units with the same name (as ``name_key`` compares), each of which shares a day with
    another of its group or is held together with that one's unit; the likely ones first."""
    named: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        if key := name_key(activity.name):
            named[key].append(activity)
    found = []
    for same in named.values():
        involved: set[int] = set()
        likely = False
        for one, other in combinations(range(len(same)), 2):
            pair = same[one], same[other]
            together = hosts(*pair) or hosts(*reversed(pair))
            if same[one].unit != same[other].unit and (together or overlap(*pair)):
                involved |= {one, other}
                likely = likely or together or agree(*pair)
        if involved:
            group = tuple(same[index] for index in sorted(involved))
            found.append(Duplicate(group[0].name, group, likely))
    return sorted(found, key=lambda one: not one.is_likely)


def hosts(one: Activity, other: Activity) -> bool:
    """Whether the unit that reported *one* stands among the hosts of *other*; the two may still have told different days."""
    return squeeze(one.unit) in squeeze(other.host_unit)


def overlap(one: Activity, other: Activity) -> bool:
    if not (one.start and one.end and other.start and other.end):
        return False
    return one.start <= other.end and other.start <= one.end


def agree(one: Activity, other: Activity) -> bool:
    """The same organiser or telephone, or one place within the other (科技馆 in 晋江市科技馆一楼)."""
    numbers = [{number for number in (activity.phone, activity.mobile) if number} for activity in (one, other)]
    if numbers[0] & numbers[1] or (one.host_unit and squeeze(one.host_unit) == squeeze(other.host_unit)):
        return True
    mine, theirs = squeeze(one.venue), squeeze(other.venue)
    return bool(mine and theirs) and (mine in theirs or theirs in mine)


def count_choices(chosen: Iterable[Sequence[str]]) -> tuple[tuple[str, int], ...]:
    """How many activities ticked each choice, most first; what was noted beside 其他 does not matter. One activity may tick several."""
    counted: Counter[str] = Counter()
    for choices, times in Counter(map(tuple, chosen)).items():
        counted.update(dict.fromkeys({text.split("：")[0] for text in choices}, times))
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def by_week(activities: Sequence[Activity]) -> tuple[tuple[date | None, int], ...]:
    """Monday of the week in which an activity begins -> activities; None for those without a certain day, last."""
    counted = Counter(a.start - timedelta(days=a.start.weekday()) if a.start else None for a in activities)
    return tuple(sorted(counted.items(), key=lambda pair: (pair[0] is None, pair[0] or date.min)))


def by_day(activities: Sequence[Activity], starts: date, ends: date) -> tuple[tuple[date, int], ...]:
    """Activities going on on each day of the campaign."""
    running: Counter[date] = Counter()
    for activity in activities:
        if activity.start and activity.end:
            day = max(activity.start, starts)
            while day <= min(activity.end, ends):
                running[day] += 1
                day += timedelta(days=1)
    days = (ends - starts).days + 1
    return tuple((day, running[day]) for day in (starts + timedelta(days=n) for n in range(days)))


def by_county(activities: Sequence[Activity], counties: Iterable[str] = ()) -> tuple[tuple[str, int, int], ...]:
    """(county, activities, participants), most activities first, the city's own and unknown units last under ``CITY``.

    *counties* are those of the roster, shown even where nothing came.
    """
    counted, people = Counter[str](dict.fromkeys(counties, 0)), Counter[str]()
    for activity in activities:
        counted[activity.county] += 1
        people[activity.county] += activity.public or 0
    order = sorted(counted, key=lambda county: (county == CITY, -counted[county], county))
    return tuple((county, counted[county], people[county]) for county in order)


def progress(
    groups: Sequence[Group],
    activities: Sequence[Activity],
    collected: Sequence[Mapping[str, Any]],
    nil: Mapping[str, date],
    today: date,
) -> Iterable[Progress]:
    """Day by day from the first form to today; the last point equals the digest's totals. *nil*: when a unit said that it has nothing to report."""
    listed = {state.unit.name for group in groups for state in group.units if state.reported}
    first_of_unit = {unit: min(day, today) for unit, day in nil.items()}
    first_of_ref: dict[str, date] = {}
    for row in collected:
        day = min(datetime.fromisoformat(row["first_at"] or row["received_at"]).date(), today)
        first_of_ref[row["ref"]] = day
        first_of_unit[row["unit"]] = min(day, first_of_unit.get(row["unit"], day))
    if not first_of_ref:
        return
    refs = Counter(activity.ref for activity in activities)
    refs.update(row["ref"] for row in collected if row["kind"] == "report")
    new_units = Counter(at for unit, at in first_of_unit.items() if unit in listed or not groups)
    new_refs: Counter[date] = Counter()
    for ref, at in first_of_ref.items():
        new_refs[at] += refs[ref]
    day = min(first_of_ref.values())
    units, forms = sum(count for at, count in new_units.items() if at < day), 0
    while day <= today:
        units, forms = units + new_units[day], forms + new_refs[day]
        yield Progress(day, units, forms)
        day += timedelta(days=1)
