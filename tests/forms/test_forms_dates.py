"""Dates as offices write them."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.values.dates import read_dates, read_day

TABLE = json.loads((Path(__file__).parent / "dates.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("written", "start", "end", "doubt"), TABLE["cases"], ids=[c[0] for c in TABLE["cases"]])
def test_dates_as_offices_write_them(written, start, end, doubt):
    reading = read_dates(written, TABLE["year"])
    got = [day and day.isoformat() for day in (reading.start, reading.end)]
    assert [*got, reading.doubt] == [start, end, doubt]


def test_a_list_keeps_its_days():
    assert read_dates("9月17、19、21日", 2023).days == (
        date(2023, 9, 17),
        date(2023, 9, 19),
        date(2023, 9, 21),
    )


@pytest.mark.parametrize(("number", "doubt"), [(9.2, "ambiguous"), (9.17, "")])
def test_a_number_with_one_decimal_may_have_lost_its_zero(number, doubt):
    assert read_dates(str(number), 2023, number=number).doubt == doubt


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023年8月28日", "2023-08-28"),
        ("2023年8月 日", None),
        ("年 月 日", None),
        ("2023.8.28", "2023-08-28"),
        ("8月28-29日", None),
        ("2023年8月", None),
    ],
)
def test_a_forms_own_date_is_one_complete_day(written, day):
    reading = read_day(written, 2023)
    assert (reading.start and reading.start.isoformat()) == day


@given(st.text(alphabet="0123456789年月日号.-—~至、，（）周六上中下旬:：时 一二三四十底初起前\n", max_size=60))
def test_never_raises_and_is_in_order(text):
    reading = read_dates(text, 2023)
    if reading.start and reading.end:
        assert reading.start <= reading.end


@given(
    st.dates(date(2023, 8, 21), date(2023, 9, 30)),
    st.integers(0, 9),
    st.sampled_from(["-", "—", "至", "～", "－", "--"]),
)
def test_every_range_of_one_month_in_every_style(start, length, dash):
    end = start.replace(day=min(start.day + length, 30))
    for written in (
        f"{start.month}月{start.day}日{dash}{end.day}日",
        f"{start.month}月{start.day}{dash}{end.day}日",
        f"2023.{start.month}.{start.day}{dash}{end.month}.{end.day}",
        f"{start:%Y-%m-%d} {dash} {end:%Y-%m-%d}",
        f"2023年{start.month}月{start.day}日{dash}2023年{end.month}月{end.day}日 9:00-17:00",
    ):
        if start > end:
            continue
        reading = read_dates(written, 2023)
        assert (reading.start, reading.end, reading.doubt) == (start, end, ""), written
