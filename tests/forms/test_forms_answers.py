"""A correction answered in words: the right field changes, nothing else does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.base.campaign import Campaign
from bot.base.problems import has_errors
from bot.forms.definitions import load_definitions
from bot.forms.model import Value
from bot.forms.read import read_forms
from bot.statements.values.answers import read_answers
from tests.bounded import bounded
from tests.forms.build import SUMMARY_HEAD, SUMMARY_TITLE, TYPES, document, grid, registration, registration_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def form_of(*blocks):
    return read_forms(document(*blocks), DEFINITIONS, CAMPAIGN)[0]


@pytest.fixture
def wrong_form():
    """Three errors: 1 the telephone, 2 the time, 3 the types."""
    return form_of(*registration(phone="2200", mobile="", time="待定", types=TYPES))


def errors_of(form):
    return [problem for problem in form.problems if problem.is_error]


DAY = {"start_date": date(2023, 9, 18), "end_date": date(2023, 9, 18)}
CASES = [
    ("联系电话：22217957", {"phone": "22217957"}),
    ("您好！\n联系电话：22217957\n谢谢！", {"phone": "22217957"}),
    ("1、时间改为9月18日", {"activity_time": "9月18日", **DAY}),
    ("1. 22217957", {"phone": "22217957"}),
    ("1.22217957", {"phone": "22217957"}),
    ("（1）22217957", {"phone": "22217957"}),
    ("1 22217957", {"phone": "22217957"}),
    (
        "1. 22217957\n2. 9月18日\n3. 展览展示、现场咨询",
        {"phone": "22217957", "activity_time": "9月18日", **DAY, "activity_types": ("展览展示", "现场咨询")},
    ),
    ("第1处：22217957；第2处：9月18日", {"phone": "22217957", "activity_time": "9月18日", **DAY}),
    ("电话是22217957，活动时间改为9月18日。", {"phone": "22217957", "activity_time": "9月18日", **DAY}),
    ("活动时间由待定改为9月18日，请更正。谢谢", {"activity_time": "9月18日", **DAY}),
    ("请将活动地点改为一中操场", {"venue": "一中操场"}),
    ("手机13900000001", {"mobile": "13900000001"}),
    ("联系人及电话：李四 22217957", {"contact_person": "李四", "phone": "22217957"}),
    (
        "主要活动内容：\n1、科普展览\n2、讲座\n联系人改为李四",
        {"content": "1、科普展览\n2、讲座", "contact_person": "李四"},
    ),
    ("预计公众参与活动人数：600人，组织工作人员30人", {"expected_public": 600, "staff_count": 30}),
    ("3：√展览展示", {"activity_types": ("展览展示",)}),
    ("22217957", {"phone": "22217957"}),
    ("9月18日", {"activity_time": "9月18日", **DAY}),
    ("展览展示", {"activity_types": ("展览展示",)}),
]


@pytest.mark.parametrize(("text", "changed"), CASES, ids=[case[0][:30] for case in CASES])
def test_answers_change_what_they_name(wrong_form, text, changed):
    answers = read_answers(text, wrong_form, DEFINITIONS, CAMPAIGN)
    assert {change.key: change.after.value for change in answers.changes} == changed
    assert not answers.unknown
    for key, value in changed.items():
        assert answers.form.plain(key) == value
        assert not any(problem.field == key and problem.is_error for problem in answers.form.problems)
    untouched = set(wrong_form.fields) - set(changed)
    assert all(answers.form.plain(key) == wrong_form.plain(key) for key in untouched)


@pytest.mark.parametrize(
    "text",
    ["电话：12", "2、讲座", "9. 22217957", "时间是对的", "联系人：？", "活动地点是在哪里填写？", "1、", "我们下周再报"],
)
def test_what_is_not_certain_changes_nothing(wrong_form, text):
    answers = read_answers(text, wrong_form, DEFINITIONS, CAMPAIGN)
    assert answers.form is wrong_form
    assert not answers.changes


def test_lines_that_fit_nothing_are_handed_back(wrong_form):
    answers = read_answers("联系电话：22217957\n活动经费由县里承担", wrong_form, DEFINITIONS, CAMPAIGN)
    assert answers.unknown == ("活动经费由县里承担",)


@pytest.mark.parametrize(
    "answer", ["{line} 22217957", "> {line}\n答：22217957", "{line}（表1 第4行第4列）22217957", "{line}\n22217957"]
)
def test_the_quoted_list_filled_in(wrong_form, answer):
    line = "1．" + errors_of(wrong_form)[0].message
    answers = read_answers(answer.format(line=line), wrong_form, DEFINITIONS, CAMPAIGN)
    assert [(change.key, change.after.value) for change in answers.changes] == [("phone", "22217957")]


def test_numbers_go_on_where_a_mail_lists_several_forms(wrong_form):
    answers = read_answers("5. 22217957", wrong_form, DEFINITIONS, CAMPAIGN, first=5)
    assert answers.form.plain("phone") == "22217957"


def test_all_answered_leaves_no_error(wrong_form):
    answers = read_answers("1. 22217957\n2. 9月18日\n3. 展览展示", wrong_form, DEFINITIONS, CAMPAIGN)
    assert not has_errors(answers.form.problems)


def test_a_day_outside_of_the_campaign_stays_a_problem(wrong_form):
    answers = read_answers("2. 10月18日", wrong_form, DEFINITIONS, CAMPAIGN)
    assert [p.code for p in answers.form.problems if p.field == "activity_time"] == ["outside_campaign"]


SUMMARY = [
    SUMMARY_TITLE,
    "填报单位：晋江市科协",
    grid(
        [
            SUMMARY_HEAD,
            ["1", "科普进校园", "9月17日", "一中", "晋江市科协", "庄晓东", "22000000"],
            ["2", "科普讲座", "9月31日", "二中", "晋江市科协", "", ""],
            ["3", "科普巡展", "9月20日", "三中", "晋江市科协", "张三", "220"],
        ]
    ),
]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("第2行联系人：李四", {(1, "contact_person"): "李四"}),
        ("第3行电话改为22000003", {(2, "phone"): "22000003"}),
        (
            "2、李四\n3、22000002\n4、22000003",
            {(1, "contact_person"): "李四", (1, "phone"): "22000002", (2, "phone"): "22000003"},
        ),
        ("科普讲座的联系人：李四，电话：22000002", {(1, "contact_person"): "李四", (1, "phone"): "22000002"}),
        ("联系人：李四", {(1, "contact_person"): "李四"}),
        ("电话：22000002", {}),
    ],
)
def test_rows_of_a_summary(text, changed):
    form = form_of(*SUMMARY)
    answers = read_answers(text, form, DEFINITIONS, CAMPAIGN)
    assert {(change.row, change.key): change.after.value for change in answers.changes} == changed
    for (row, key), value in changed.items():
        assert answers.form.rows[row][key].value == value


def test_a_blank_form_answered_is_judged_as_a_whole():
    form = form_of("2023年泉州市全国科普日重点活动项目申报表", "填报单位：晋江市科协", registration_table())
    answers = read_answers("活动名称：科普进校园", form, DEFINITIONS, CAMPAIGN)
    codes = {(problem.code.value, problem.field) for problem in answers.form.problems}
    assert ("missing", "venue") in codes
    assert not any(code == "blank_form" for code, _ in codes)
    assert answers.form.title == "科普进校园"


TOLD = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))
BLOCKS = {
    "wrong": registration(phone="2200", mobile="", time="待定", types=TYPES),
    "good": registration(),
    "summary": SUMMARY,
}


@pytest.fixture(scope="module")
def forms():
    return {name: form_of(*blocks) for name, blocks in BLOCKS.items()}


def as_json(value):
    return list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("case", TOLD, ids=[f"{case['form']} {case['text'][:24]}" for case in TOLD])
def test_an_answer_changes_what_a_careful_clerk_would_change(forms, case):
    """``answers.json``: text of the answer, the changes as ``key`` or ``row.key``, and whether a line was not understood."""
    answers = read_answers(case["text"], forms[case["form"]], DEFINITIONS, CAMPAIGN)
    changed = {
        (f"{one.row}.{one.key}" if one.row >= 0 else one.key): as_json(one.after.value) for one in answers.changes
    }
    assert changed == case["changes"]
    if not case["changes"]:
        assert answers.form is forms[case["form"]]
    if case.get("unknown"):
        assert answers.unknown
    elif "？" not in case["text"]:
        assert not answers.unknown


def test_a_stored_table_is_answered_by_number_as_well():
    """The store keeps no places: which row a problem is about stands in its words."""
    form = form_of(*SUMMARY)
    stored = replace(form, rows=tuple({key: Value(one.value) for key, one in row.items()} for row in form.rows))
    answers = read_answers("2、李四\n4、22000003", stored, DEFINITIONS, CAMPAIGN)
    assert [(one.row, one.key, one.after.value) for one in answers.changes] == [
        (1, "contact_person", "李四"),
        (2, "phone", "22000003"),
    ]


@pytest.mark.parametrize(
    "text", ["，" * 20000, "请" * 20000, "联系电话" * 5000, "的" * 399 + "改为", "联系人改为" + "和" * 350]
)
def test_endless_lines_are_read_at_once(forms, text):
    with bounded():
        assert not read_answers(text, forms["good"], DEFINITIONS, CAMPAIGN).changes
