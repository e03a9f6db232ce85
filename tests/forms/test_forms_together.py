"""Forms of one unit against each other."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.text import name_key
from bot.forms.alike import key_among
from bot.forms.definitions import Definitions, load_definitions, parse_form
from bot.forms.learn.learn import learn
from bot.forms.pairing import Told
from bot.forms.read import read_forms
from bot.forms.together import KnownActivities, check_together
from bot.forms.units.roster import Roster
from tests.forms.build import SUMMARY_HEAD, SUMMARY_TITLE, document, grid, registration

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
ROW = ["1", "科普进校园活动", "9月17日-23日", "晋江市科技馆", "晋江市科协", "庄晓东", "22000000"]


def forms_of(*blocks):
    return read_forms(document(*blocks), DEFINITIONS, CAMPAIGN)


def summary(*rows):
    return [SUMMARY_TITLE, "填报单位：晋江市科学技术协会", grid([SUMMARY_HEAD, *rows])]


NOTHING = KnownActivities()
UNIT = "晋江市科学技术协会"


def found(forms, known=NOTHING):
    return [
        (form.kind.value, problem.code.value, problem.field)
        for form in check_together(forms, [UNIT] * len(forms), known, DEFINITIONS, Roster())
        for problem in form.problems
    ]


def test_both_with_the_same_facts_say_nothing():
    assert found(forms_of(*registration(), *summary(ROW))) == []


@pytest.mark.parametrize(
    "name",
    [
        "科普进校园",
        "“科普进校园”活动",
        "2023年科普进校园活动",
        "1、科普进校园活动",
        "科普 进校园 活动",
        "《科普进校园》活动",
    ],
)
def test_the_same_name_written_in_another_way(name):
    assert found(forms_of(*registration(), *summary([ROW[0], name, *ROW[2:]]))) == []


def test_registration_that_the_summary_lacks():
    other = ["1", "防震减灾讲座", *ROW[2:]]
    assert found(forms_of(*registration(), *summary(other))) == [
        ("registration", "not_in_summary", "activity_name"),
        ("summary", "not_registered", "activity_name"),
    ]


def test_without_any_summary_nothing_is_said():
    assert found(forms_of(*registration())) == []


def test_what_came_before_counts():
    known = KnownActivities(
        (
            Told("KP2023-0001", 0, is_row=False, unit=UNIT, name="防震减灾讲座"),
            Told("KP2023-0002", 1, is_row=True, unit=UNIT, name="科普进校园活动"),
        ),
        frozenset({UNIT}),
    )
    assert found(forms_of(*registration()), known) == []
    assert found(forms_of(*summary(["1", "防震减灾讲座", *ROW[2:]])), known) == []
    assert found(forms_of(*registration(name="另一项")), known) == [("registration", "not_in_summary", "activity_name")]


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        (2, "9月18日", "activity_time"),
        (3, "石狮市博物馆", "venue"),
        (5, "林志强", "contact_person"),
        (6, "22000009", "phone"),
    ],
)
def test_values_that_differ(column, value, field):
    row = [*ROW[:column], value, *ROW[column + 1 :]]
    assert found(forms_of(*registration(), *summary(row))) == [("registration", "invalid", field)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (2, "2023年9月17日至9月23日"),
        (3, "晋江市科技馆一楼大厅"),
        (5, "庄晓东（科普部）"),
        (6, "13900000000"),
        (6, "0595-22000000"),
        (2, ""),
    ],
)
def test_values_that_only_look_different(column, value):
    row = [*ROW[:column], value, *ROW[column + 1 :]]
    assert [item for item in found(forms_of(*registration(), *summary(row))) if item[0] == "registration"] == []


def test_a_similar_name_of_the_same_day_and_telephone_is_the_same_activity():
    row = [ROW[0], "科普走进校园活动", *ROW[2:]]
    assert found(forms_of(*registration(), *summary(row))) == [("registration", "invalid", "activity_name")]


@pytest.mark.parametrize(
    ("one", "other"), [("科普讲座一", "科普讲座二"), ("第1期培训", "第2期培训"), ("科普进校园", "科普进社区")]
)
def test_names_of_two_activities_stay_two(one, other):
    assert name_key(one) != name_key(other)


def test_learnt_forms_are_compared_by_what_they_ask_and_not_by_their_keys():
    """A campaign with a form, a table that lists it, and statistics of each school, which no table lists."""

    def entry(name, pupil, sex, grade, kind):
        cells = [["姓名", pupil, "性别", sex, "年级", grade], ["作品类别", (kind, 5)], ["作品简介", ("", 5)]]
        return document("作品申报书", f"作品名称：{name}", "所在学校：沙坪小学", grid(cells))

    def table(*rows):
        head = ["序号", "作品名称", "申报者", "作品类别", "指导教师"]
        return document(
            "作品汇总表", "报送学校：沙坪小学", grid([head, *(rows or [["1"] + [""] * 4, ["2"] + [""] * 4])])
        )

    def count(*values):
        rows = [["学校名称", (values or [""])[0]], ["教师人数", *values[1:]], ["社团成员数", ""]]
        return document("科技教育统计表", grid([row if len(row) > 1 else [*row, ""] for row in rows]))

    blanks = (entry("________", "", "", "", "□工程 □化学 □数学"), table(), count())
    forms = []
    for n, blank in enumerate(blanks):
        form = parse_form(tomllib.loads(learn(blank)), "x")
        forms.append(form.model_copy(update={"name": f"l{n}", "title": form.title}))
    definitions = Definitions(tuple(forms), DEFINITIONS.problems)
    one, two, three = (
        read_forms(filled, definitions, CAMPAIGN)[0]
        for filled in (
            entry("智能药盒", "王一诺", "女", "五年级", "□工程 ☑化学 □数学"),
            table(["1", "智能药盒", "赵可", "化学", "吴丹"]),
            count("沙坪小学", "5"),
        )
    )
    assert [one.kind.value, two.kind.value, three.kind.value] == ["registration", "summary", "registration"]
    told = check_together([one, two, three], ["沙坪小学"] * 3, NOTHING, definitions, Roster())
    assert [problem.message for form in told for problem in form.problems if "汇总表" in problem.message] == []
    unlisted = entry("落叶堆肥箱", "陈安", "男", "高一", "□工程 □化学 □数学")
    (form,) = read_forms(unlisted, definitions, CAMPAIGN)
    (_, said) = check_together([two, form], ["沙坪小学"] * 2, NOTHING, definitions, Roster())
    assert "填报了申报书，但汇总表中没有这一项" in " ".join(problem.message for problem in said.problems)
    of_table = definitions.form(two.definition).column
    taken = {spec.label: (key := key_among(spec, dict(one.labels))) and one.plain(key) for spec in of_table}
    assert taken == {"作品名称": "智能药盒", "申报者": "", "作品类别": ("化学",), "指导教师": ""}
