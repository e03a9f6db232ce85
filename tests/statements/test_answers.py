"""A correction answered in words: the right field changes, nothing else does.

``answers/*.json`` are the cases, a file a kind, a case a line: ``text`` of the answer; ``asked``: what stands in the official form instead of
what ``build.FILLED`` says (what is wrong of it is asked for; left out: the form is right; ``"form": "summary"``: the summary below); ``changes``:
the values that a careful clerk would change (``row.key`` in a summary); ``person``: whether some of the text goes to a person (left out: either).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.problems import has_errors
from bot.base.replacing import replace
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Value
from bot.forms.read import read_forms
from bot.statements.values.answers import read_answers
from tests.bounded import bounded
from tests.cases import cases
from tests.forms.build import SUMMARY_HEAD, SUMMARY_TITLE, TYPES, document, grid, registration, registration_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
# What the fields are called in tests/forms/build.py.
BUILT = {
    "activity_name": "name",
    "host_unit": "host",
    "contact_person": "person",
    "activity_time": "time",
    "activity_types": "types",
}
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


def form_of(*blocks):
    return read_forms(document(*blocks), DEFINITIONS, CAMPAIGN)[0]


def form_for(case) -> Form:
    if case.get("form") == "summary":
        return form_of(*SUMMARY)
    asked = {BUILT.get(key, key): value for key, value in case.get("asked", {}).items()}
    return form_of(*registration(**asked | ({"types": TYPES} if asked.get("types") == "" else {})))


def as_json(value):
    return list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value


def values_of(form: Form) -> Iterator[tuple[str, object]]:
    yield from ((key, as_json(form.plain(key))) for key in form.fields)
    yield from ((f"{n}.{key}", as_json(value.value)) for n, row in enumerate(form.rows) for key, value in row.items())


@pytest.mark.parametrize("case", cases(__file__, "answers/*.json"))
def test_an_answer_changes_what_a_careful_clerk_would_change(case):
    form = form_for(case)
    answers = read_answers(case["text"], form, DEFINITIONS, CAMPAIGN)
    changed = {
        (f"{one.row}.{one.key}" if one.row >= 0 else one.key): as_json(one.after.value) for one in answers.changes
    }
    assert changed == case["changes"]
    assert dict(values_of(answers.form)) == dict(values_of(form)) | changed
    assert changed or answers.form is form
    wrong_still = {problem.field for problem in answers.form.problems if problem.is_error}
    assert form.rows or not wrong_still & set(changed)
    if "person" in case:
        assert bool(answers.unknown) == case["person"]


@pytest.fixture
def wrong_form():
    """Three errors: 1 the telephone, 2 the time, 3 the types."""
    return form_of(*registration(phone="2200", mobile="", time="待定", types=TYPES))


def errors_of(form):
    return [problem for problem in form.problems if problem.is_error]


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


def test_a_wrong_telephone_stays_wrong_when_the_mobile_comes(wrong_form):
    answers = read_answers("移动电话：13900008812", wrong_form, DEFINITIONS, CAMPAIGN)
    assert [(p.code, p.value) for p in answers.form.problems if p.field == "phone"] == [("invalid", "2200")]


def test_a_day_outside_of_the_campaign_stays_a_problem(wrong_form):
    answers = read_answers("2. 10月18日", wrong_form, DEFINITIONS, CAMPAIGN)
    assert [p.code for p in answers.form.problems if p.field == "activity_time"] == ["outside_campaign"]


def test_a_blank_form_answered_is_judged_as_a_whole():
    form = form_of("2023年泉州市全国科普日重点活动项目申报表", "填报单位：晋江市科协", registration_table())
    answers = read_answers("活动名称：科普进校园", form, DEFINITIONS, CAMPAIGN)
    codes = {(problem.code.value, problem.field) for problem in answers.form.problems}
    assert ("missing", "venue") in codes
    assert not any(code == "blank_form" for code, _ in codes)
    assert answers.form.title == "科普进校园"


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
def test_endless_lines_are_read_at_once(text):
    with bounded():
        assert not read_answers(text, form_of(*registration()), DEFINITIONS, CAMPAIGN).changes
