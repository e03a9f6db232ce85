"""Slots with clocks set to every odd place: each slot once, missed ones once together, never one twice."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.clock import days_left
from bot.base.settings import Deadline
from bot.digest.slots import Slot, due_slots, next_slots
from bot.digest.working_days import is_working_day, working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = Deadline(
    name="重点活动申报", due=datetime.fromisoformat("2023-08-30T23:59:59"), collects=("registration", "summary")
)
SECOND = Deadline(name="工作总结", due=datetime.fromisoformat("2023-09-30T23:59:59"), collects=("report",))
BOTH = (FIRST, SECOND)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def keys(slots: Iterable[Slot]) -> list[str]:
    return [slot.key for slot in slots]


def test_each_slot_once_with_a_poll_every_two_minutes() -> None:
    sent: dict[str, Any] = {}
    seen = []
    now = started = at("2023-08-01T08:00")
    while now < at("2023-10-05T00:00"):
        for slot in due_slots(BOTH, SHANGHAI, sent, started, now):
            assert not slot.missed and not slot.skipped
            sent[slot.key] = now
            seen.append((slot.key, now.isoformat(timespec="minutes")))
        now += timedelta(minutes=20)
    assert [(key.split("|")[2], when[:16]) for key, when in seen] == [
        ("7", "2023-08-23T09:00"),
        ("3", "2023-08-27T09:00"),
        ("1", "2023-08-29T09:00"),
        ("0", "2023-08-30T09:00"),
        ("final", "2023-08-31T09:00"),
        ("7", "2023-09-23T09:00"),
        ("3", "2023-09-27T09:00"),
        ("1", "2023-09-29T09:00"),
        ("0", "2023-09-30T09:00"),
        ("final", "2023-10-01T09:00"),
    ]


def test_several_missed_slots_are_one_digest_with_a_note() -> None:
    [slot] = due_slots([FIRST], SHANGHAI, {}, at("2023-08-20T08:00"), at("2023-08-29T14:00"))
    assert slot.key == "重点活动申报|2023-08-30|1" and slot.missed
    assert slot.skipped == ("重点活动申报|2023-08-30|7", "重点活动申报|2023-08-30|3")
    assert due_slots([FIRST], SHANGHAI, dict.fromkeys(slot.keys), at("2023-08-20T08:00"), at("2023-08-29T15:00")) == []


def test_only_the_final_one_after_a_long_pause() -> None:
    [slot] = due_slots([FIRST], SHANGHAI, {"重点活动申报|2023-08-30|7"}, at("2023-08-20T08:00"), at("2023-12-01T08:00"))
    assert slot.is_final and slot.missed and len(slot.skipped) == 3


def test_first_started_in_between() -> None:
    assert due_slots([FIRST], SHANGHAI, {}, at("2023-08-28T10:00"), at("2023-08-28T10:00")) == []
    [slot] = due_slots([FIRST], SHANGHAI, {}, at("2023-08-29T09:30"), at("2023-08-29T09:30"))
    assert slot.days_before == 1 and not slot.missed and not slot.skipped, "today's digest is still of use"
    assert due_slots(BOTH, SHANGHAI, {}, None, at("2024-01-01T10:00")) == []


def test_a_clock_set_back_repeats_nothing() -> None:
    sent = {"重点活动申报|2023-08-30|1"}
    for now in ("2023-08-29T08:59", "2023-08-29T09:00", "2023-08-28T09:00"):
        assert not [s for s in due_slots([FIRST], SHANGHAI, sent, at("2023-08-29T00:00"), at(now)) if s.key in sent]
    # Earlier ones are not sent behind a later one, either.
    assert due_slots([FIRST], SHANGHAI, sent, at("2023-08-20T00:00"), at("2023-08-29T10:00")) == []


def test_the_first_start_in_the_future_does_no_harm() -> None:
    [slot] = due_slots([FIRST], SHANGHAI, {}, at("2026-01-01T00:00"), at("2023-08-29T09:00"))
    assert slot.days_before == 1


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2023-08-30T23:59:59", ["08-29 09:00", "08-30 09:00", "08-31 09:00"]),
        ("2023-08-31T00:00:00", ["08-29 09:00", "08-30 09:00", "08-31 09:00"]),
        ("2023-08-30T12:00:00", ["08-29 09:00", "08-30 09:00", "08-31 09:00"]),
        ("2023-08-30T08:00:00", ["08-29 09:00", "08-31 09:00"]),
        ("2023-08-30T15:59:59+00:00", ["08-29 09:00", "08-30 09:00", "08-31 09:00"]),
    ],
)
def test_the_day_of_the_deadline(due: str, expected: list[str]) -> None:
    deadline = Deadline(name="x", due=datetime.fromisoformat(due), digest_days_before=(0, 1, 1))
    assert [
        f"{slot.at:%m-%d %H:%M}" for slot in next_slots([deadline], SHANGHAI, {}, at("2023-08-01T00:00"))
    ] == expected


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2023-08-23T23:59", 7),
        ("2023-08-29T00:00", 1),
        ("2023-08-30T00:00", 0),
        ("2023-08-30T23:59", 0),
        ("2023-08-31T00:00", -1),
        ("2023-09-02T12:00", -3),
    ],
)
def test_days_left(now: str, left: int) -> None:
    due = FIRST.due_in(SHANGHAI)
    assert days_left(due, at(now)) == days_left(due, at(now).astimezone(UTC)) == left


def test_holidays_shift_to_the_working_day_before_and_the_final_one_behind() -> None:
    deadline = SECOND.model_copy(update={"avoid_holidays": True})
    found = [(s.days_before, f"{s.at:%m-%d}") for s in next_slots([deadline], SHANGHAI, {}, at("2023-09-01T00:00"))]
    # 29 September to 6 October 2023 were holidays, 7 October a working Saturday.
    assert found == [(7, "09-22"), (3, "09-27"), (1, "09-28"), (0, "09-28"), (None, "10-07")]


def test_two_slots_shifted_onto_one_moment_are_one_mail() -> None:
    deadline = SECOND.model_copy(update={"avoid_holidays": True})
    [slot] = due_slots([deadline], SHANGHAI, {}, at("2023-09-28T08:00"), at("2023-09-28T09:00"))
    assert slot.days_before == 0 and slot.skipped == ("工作总结|2023-09-30|1",) and not slot.missed


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 29), False),
        (date(2023, 10, 7), True),
        (date(2023, 10, 9), True),
        (date(2045, 10, 2), True),
        (date(2045, 10, 1), False),
        (date(1999, 10, 1), True),
    ],
)
def test_working_days_fall_back_to_weekends_in_unknown_years(day: date, works: bool) -> None:
    assert is_working_day(day) is works
    assert is_working_day(working_day(day, -1)) and working_day(day, -1) <= day <= working_day(day, 1)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", "2023-03-12"),
        ("America/New_York", "2023-11-05"),
        ("Europe/Berlin", "2023-03-26"),
        ("Asia/Shanghai", "2023-03-26"),
    ],
)
def test_clock_changes_of_a_zone(zone: str, day: str) -> None:
    """02:30 does not exist, or exists twice: the slot comes once all the same."""
    there = ZoneInfo(zone)
    deadline = Deadline(
        name="x",
        due=datetime.fromisoformat(f"{day}T23:59:59"),
        digest_days_before=(0,),
        digest_at=time(2, 30),
        final_digest=False,
    )
    sent: dict[str, Any] = {}
    now = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=there).astimezone(UTC)
    times = []
    for _ in range(26 * 12):
        for slot in due_slots([deadline], there, sent, now - timedelta(days=9), now):
            sent[slot.key] = now
            times.append((now, slot.missed))
        now += timedelta(minutes=5)
    assert len(times) == 1 and not times[0][1]


def test_reminders_have_slots_of_their_own_and_end_with_the_deadline() -> None:
    deadline = FIRST.model_copy(update={"remind_days_before": (2, 5)})
    started = at("2023-08-01T00:00")
    [slot] = due_slots([deadline], SHANGHAI, {}, started, at("2023-08-28T09:00"), purpose="reminder")
    assert slot.key == "重点活动申报|2023-08-30|remind-2" and slot.skipped == ("重点活动申报|2023-08-30|remind-5",)
    assert due_slots([deadline], SHANGHAI, {}, started, at("2023-08-31T00:00"), purpose="reminder") == []
    assert due_slots([FIRST], SHANGHAI, {}, started, at("2023-08-28T09:00"), purpose="reminder") == []


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 80 * 24), min_size=1, max_size=40),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Auckland"]),
)
def test_whatever_the_clock_no_slot_twice_and_never_two_of_a_deadline_at_once(hours: list[int], zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    began = datetime(2023, 8, 1, tzinfo=zone)
    sent: dict[str, Any] = {}
    for hour in hours:  # in any order: the clock may be set back
        now = began.astimezone(UTC) + timedelta(hours=hour)
        slots = due_slots(BOTH, zone, sent, began, now)
        assert len({slot.deadline.name for slot in slots}) == len(slots)
        for slot in slots:
            assert not set(slot.keys) & set(sent)
            sent.update(dict.fromkeys(slot.keys, now))
