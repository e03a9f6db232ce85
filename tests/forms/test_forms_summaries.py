"""Summary tables in many shapes: every row found, every value right or asked for."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from bot.base.campaign import Campaign
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from bot.forms.read import read_forms
from tests.forms import tabled
from tests.forms.build import SUMMARY_HEAD, SUMMARY_TITLE, document, grid, registration
from tests.forms.files import through_docx, through_xlsx
from tests.forms.test_forms_generated import agrees

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def read(*blocks, **more):
    return read_forms(document(*blocks, **more), DEFINITIONS, CAMPAIGN)


def check(form, unit, rows):
    assert form.plain("reporting_unit") == unit
    assert len(form.rows) == len(rows)
    for got, wanted in zip(form.rows, rows, strict=True):
        for key, want in wanted.items():
            value = got[key].value
            asked = {"start_date": "activity_time", "end_date": "activity_time"}.get(key, key)
            split = key == "activity_time" and want is None
            assert split or agrees(key, value, want) or (value is None and any(p.field == asked for p in form.problems))


@pytest.mark.parametrize("through", [lambda d: d, through_docx, through_xlsx], ids=["blocks", "docx", "xlsx"])
def test_made_summaries(through):
    for seed in range(60):
        made, unit, rows = tabled.case(Random(500 + seed))
        (form,) = read_forms(through(made), DEFINITIONS, CAMPAIGN)
        assert form.kind is Kind.SUMMARY
        check(form, unit, rows)


ROW = ["1", "科普进校园", "9月17日", "一中", "晋江市科协", "庄晓东", "22000000"]
OTHER = ["2", "科普讲座", "9月20日", "二中", "晋江市科协", "林志强", "22000001"]


def names(form):
    return [row["activity_name"].value for row in form.rows]


def test_sheets_that_go_on_are_one_summary():
    (form,) = read(
        grid([[(SUMMARY_TITLE, 7)], [("填报单位：晋江市科协", 7)], SUMMARY_HEAD, ROW], "第1页"),
        grid([SUMMARY_HEAD, OTHER], "第2页"),
        format="xlsx",
    )
    assert names(form) == ["科普进校园", "科普讲座"]
    assert form.rows[1]["phone"].place == "工作表“第2页” 第2行第7列"


def test_tables_of_two_units_are_two_summaries():
    forms = read(
        SUMMARY_TITLE,
        "填报单位：晋江市科协",
        grid([SUMMARY_HEAD, ROW]),
        SUMMARY_TITLE,
        "填报单位：石狮市科协",
        grid([SUMMARY_HEAD, OTHER]),
    )
    assert [(form.plain("reporting_unit"), names(form)) for form in forms] == [
        ("晋江市科协", ["科普进校园"]),
        ("石狮市科协", ["科普讲座"]),
    ]


def test_an_activity_over_several_rows_is_one():
    rows = [
        SUMMARY_HEAD,
        [
            ("1", 1, 2),
            ("科普巡展", 1, 2),
            "9月20日",
            "一小",
            ("晋江市科协", 1, 2),
            ("庄晓东", 1, 2),
            ("22000000", 1, 2),
        ],
        [None, None, "9月21日", "二小"],
    ]
    (form,) = read(SUMMARY_TITLE, "填报单位：晋江市科协", grid(rows))
    (row,) = form.rows
    assert (row["activity_time"].value, row["venue"].value) == ("9月20日、9月21日", "一小、二小")
    assert (row["start_date"].value, row["end_date"].value) == (date(2023, 9, 20), date(2023, 9, 21))


def test_three_hundred_rows_stay_quick():
    rows = [[str(n), f"科普活动{n}", "9月17日", "一中", "晋江市科协", "庄晓东", "22000000"] for n in range(1, 301)]
    (form,) = read(SUMMARY_TITLE, "填报单位：晋江市科协", grid([SUMMARY_HEAD, *rows]))
    assert len(form.rows) == 300
    assert not form.problems


def test_problems_name_the_row_and_its_place():
    (form,) = read(SUMMARY_TITLE, "填报单位：晋江市科协", grid([SUMMARY_HEAD, ROW, [*OTHER[:6], "123"]]))
    (problem,) = form.problems
    assert (problem.code, problem.field, problem.place) == ("invalid", "phone", "表1 第3行第7列")
    assert "汇总表第2行（科普讲座）" in problem.message


def test_registration_and_summary_in_the_order_of_the_file():
    forms = read(
        *registration(),
        "附件2",
        SUMMARY_TITLE,
        "填报单位：晋江市科学技术协会",
        grid([SUMMARY_HEAD, ROW]),
        *registration(name="科普讲座"),
    )
    assert [form.kind.value for form in forms] == ["registration", "summary", "registration"]
    assert [form.index for form in forms] == [0, 1, 2]


@pytest.mark.parametrize(
    "head", [["序号", "姓名", "电话"], ["序号", "活动名称", "负责人", "经费"], ["时间", "地点", "议程", "主持人"]]
)
def test_other_tables_are_no_summary(head):
    (form,) = read("志愿者名单", grid([head, ["1", "庄晓东", "22000000", ""][: len(head)]]))
    assert form.kind is Kind.UNRECOGNISED


def test_a_blank_table_is_blank():
    (form,) = read(
        SUMMARY_TITLE,
        "填报单位（章）：",
        grid([SUMMARY_HEAD, *([str(n)] + [""] * 6 for n in range(1, 9)), ["…"] + [""] * 6]),
    )
    assert [problem.code.value for problem in form.problems] == ["blank_form"]


UNIT = "填报单位（章）：晋江市科协"


@pytest.mark.parametrize("label", ["负责人", "活动负责人"])
def test_a_person_in_charge_is_the_contact_where_no_other_is_named(label):
    head = [*SUMMARY_HEAD[:5], label, "联系电话"]
    (form,) = read(SUMMARY_TITLE, UNIT, grid([head, ROW]))
    assert form.rows[0]["contact_person"].value == "庄晓东"
    (form,) = read(SUMMARY_TITLE, UNIT, grid([[*SUMMARY_HEAD, label], [*ROW, "林主任"]]))
    assert form.rows[0]["contact_person"].value == "庄晓东"


@pytest.mark.parametrize("between", [[], [[("", 7)]], [[("注：以上活动均已在网站登记", 7)]]])
def test_two_units_on_one_sheet(between):
    second = [[(SUMMARY_TITLE, 7)], [("填报单位（章）：石狮市科协", 7)], SUMMARY_HEAD, ["1", *OTHER[1:]]]
    sheet = [[(SUMMARY_TITLE, 7)], [(UNIT, 7)], SUMMARY_HEAD, ROW, *between, *second]
    one, two = read(grid(sheet, "Sheet1"), format="xlsx")
    assert (one.plain("reporting_unit"), names(one)) == ("晋江市科协", ["科普进校园"])
    assert (two.plain("reporting_unit"), names(two)) == ("石狮市科协", ["科普讲座"])


def test_the_same_unit_above_each_page_is_one_summary():
    page = [[(SUMMARY_TITLE, 7)], [(UNIT, 7)], SUMMARY_HEAD]
    (form,) = read(grid([*page, ROW, *page, OTHER], "Sheet1"), format="xlsx")
    assert names(form) == ["科普进校园", "科普讲座"]


@pytest.mark.parametrize("more", ["（含流动科技馆巡展）", "——走进校园", "巡展活动"])
def test_a_name_that_goes_on_in_a_row_of_its_own(more):
    (form,) = read(SUMMARY_TITLE, UNIT, grid([SUMMARY_HEAD, ROW, ["", more, "", "", "", "", ""], OTHER]))
    assert names(form) == ["科普进校园" + more, "科普讲座"]


def test_a_summary_turned_on_its_side():
    columns = list(zip(SUMMARY_HEAD, ROW, OTHER, strict=True))
    for table in (grid(columns), grid(columns[1:])):
        (form,) = read("附件2", SUMMARY_TITLE, UNIT, table)
        assert form.kind is Kind.SUMMARY and form.plain("reporting_unit") == "晋江市科协"
        assert names(form) == ["科普进校园", "科普讲座"]
        assert form.rows[1]["phone"].value == "22000001"


@pytest.mark.parametrize("gap", ["\t", "\t\t", "    "])
@pytest.mark.parametrize("joint", [False, True])
def test_a_summary_typed_with_tabs(gap, joint):
    lines = [gap.join(row) for row in (SUMMARY_HEAD, ROW, OTHER)]
    (form,) = read(SUMMARY_TITLE, UNIT, *(["\n".join(lines)] if joint else lines), "填表人：陈某")
    assert form.kind is Kind.SUMMARY and form.plain("reporting_unit") == "晋江市科协"
    assert names(form) == ["科普进校园", "科普讲座"]
    assert form.rows[0]["start_date"].value == date(2023, 9, 17)
