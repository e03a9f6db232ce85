"""What was understood -> the lines of a reply: (value, problem, value before) -> what the sender reads."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.base.settings import Deadline
from bot.decision.reply import item_of_part, lines_of, next_steps, table_of, written_in
from bot.forms.model import Form, Kind, Value
from tests.decision.test_versions import registration, stored

ZONE = ZoneInfo("Asia/Shanghai")
WRONG = Problem(Code.INVALID, Severity.ERROR, "号码位数不对。", "mobile", " 139000 ")
UNTICKED = Problem(Code.NOTHING_TICKED, Severity.ERROR, "没有勾选。", "audiences", "□青少年 □农民")


@pytest.mark.parametrize(
    ("key", "value", "problems", "before", "shown", "old"),
    [
        ("venue", "科技馆", (), None, "科技馆", None),
        ("venue", "科技馆", (), {"venue": "科技馆"}, "科技馆", None),
        ("venue", "科技馆", (), {"venue": "图书馆"}, "科技馆", "图书馆"),
        ("venue", "科技馆", (), {"venue": None}, "科技馆", ""),
        ("venue", None, (), {"venue": "图书馆"}, "", "图书馆"),
        ("report_date", date(2023, 8, 22), (), None, "2023年8月22日", None),
        ("report_date", date(2023, 8, 22), (), {"report_date": "2023-08-01"}, "2023年8月22日", "2023年8月1日"),
        ("report_date", date(2023, 8, 22), (), {"report_date": "八月"}, "2023年8月22日", "八月"),
        ("mobile", None, (WRONG,), None, "139000（待补正）", None),
        ("audiences", None, (UNTICKED,), None, "", None),
        ("audiences", ("青少年", "农民"), (), {"audiences": ["青少年"]}, "青少年、农民", "青少年"),
        ("expected_public", 500, (), {"expected_public": 300}, "500", "300"),
        ("content", "长" * 400, (), None, "长" * 299 + "…", None),
    ],
)  # fmt: skip
def test_line(
    key: str, value: Any, problems: tuple[Problem, ...], before: dict[str, Any] | None, shown: str, old: str | None
) -> None:
    form = Form(Kind.REGISTRATION, "a.docx", "docx", {key: Value(value)}, problems=problems, labels={key: "栏目"})
    (line,) = lines_of(form, before)
    assert (line.label, line.value, line.before) == ("栏目", shown, old)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("9月20日上午", "9月20日上午"),
        ("2023年9月20日", "2023年9月20日"),
        ("2022年9月20日", "2022年9月20日（2023年9月20日）"),
        ("20日", "20日（2023年9月20日）"),
        ("9月中旬", "9月中旬（2023年9月20日）"),
    ],
)
def test_a_day_is_not_said_twice(written: str, shown: str) -> None:
    day = Value(date(2023, 9, 20))
    form = Form(Kind.REGISTRATION, "a", "docx", {"activity_time": Value(written), "start_date": day, "end_date": day})
    assert [line.value for line in lines_of(form, None)] == [shown]


def test_what_could_not_be_taken_is_what_stood_before() -> None:
    before = replace(
        stored(registration(phone=None, mobile=None)), problems=(replace(WRONG, field="phone", value="2246115"),)
    )
    now = Form(Kind.REGISTRATION, "a", "docx", {"phone": Value("0595-22461156"), "mobile": Value(None)})
    assert written_in(before, now)["phone"] == "2246115" and written_in(before, now)["mobile"] is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [("9.17-19", "9.17-19（2023年9月17日至9月19日）"), ("9月17-19日", "9月17-19日")],
)
def test_dates_that_were_read_stand_behind_a_time_that_is_not_as_plain(written: str, shown: str) -> None:
    fields = {
        "activity_time": Value(written),
        "start_date": Value(date(2023, 9, 17)),
        "end_date": Value(date(2023, 9, 19)),
    }
    (line,) = lines_of(Form(Kind.REGISTRATION, "a.docx", "docx", fields), None)
    assert line.value == shown


def test_values_of_a_scan_ask_for_a_look() -> None:
    fields = {"venue": Value("科技馆", confidence=0.99), "phone": Value(None)}
    lines = lines_of(Form(Kind.REGISTRATION, "a.jpg", "image", fields, ocr=True), None)
    assert [line.check for line in lines] == [True, False]


def test_summary_rows_have_headings_and_numbers() -> None:
    rows = ({"activity_name": Value("甲"), "venue": Value("馆")}, {"activity_name": Value("乙")})
    form = Form(Kind.SUMMARY, "a.xlsx", "xlsx", rows=rows, labels={"activity_name": "活动名称", "venue": "活动地点"})
    assert table_of(form) == (("序号", "活动名称", "活动地点"), ("1", "甲", "馆"), ("2", "乙", ""))


def test_place_of_a_whole_file_is_not_shown() -> None:
    problem = Problem(Code.ENCRYPTED, Severity.ERROR, "有密码。", place="7.eml!/报送.zip!/表.docx")
    item = item_of_part(Form(Kind.UNRECOGNISED, "7.eml!/报送.zip!/表.docx", "docx", problems=(problem,)))
    assert item.source == "表.docx"
    assert item.problems[0].place == ""


def test_every_deadline_says_whether_it_is_past() -> None:
    now = datetime(2023, 8, 30, 12, tzinfo=ZONE)
    past, today, later = (
        Deadline(name=str(n), due=now + timedelta(hours=n * 11), collects=("report",)) for n in (-1, 1, 48)
    )
    told = [(step.name, step.days_left, step.is_past) for step in next_steps((later, past, today), now)]
    assert told == [("-1", -1, True), ("1", 0, False), ("48", 22, False)]


def test_days_left_are_those_of_the_digest() -> None:
    """Of a deadline at midnight the day before is the last one."""
    due = datetime(2023, 8, 31, 0, 0, tzinfo=ZONE)
    (told,) = next_steps(
        (Deadline(name="申报", due=due, collects=("registration",)),), datetime(2023, 8, 30, 9, 0, tzinfo=ZONE)
    )
    assert told.days_left == 0
