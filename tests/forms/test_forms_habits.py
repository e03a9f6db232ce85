"""Habits of filling a registration that once gave a wrong value, lost one or invented one."""

from __future__ import annotations

from datetime import date

import pytest

from bot.forms.definitions import load_definitions
from bot.forms.entry.value import split_group
from bot.forms.model import Kind
from tests.forms.build import FILLED, HEAD, TITLE, grid, registration, registration_table
from tests.forms.test_forms_odd import codes, read

UNIT_LINE = "填报单位：晋江市科学技术协会        填报日期：2023年8月28日"


def filled(**values):
    (form,) = read(*registration(**values))
    return form


@pytest.mark.parametrize("written", ["同上", "同 上", "（同上）", "〃"])
def test_as_above_needs_something_of_its_sort_above(written):
    form = filled(venue=written, time=written)
    assert form.plain("venue") is None and form.plain("start_date") is None
    assert ("missing", "venue", "error") in codes(form)
    assert filled(undertaking=written).plain("undertaking_unit") == "晋江市科学技术协会"


@pytest.mark.parametrize(
    "written",
    [
        "XXX",
        "xx",
        "××",
        "***",
        "某某",
        "（请填写姓名）",
        "请填写联系人",
        "单击此处输入文字。",
        "点击或单击此处输入文字",
        "联系人",
        "[请输入]",
        "无",
        "/",
    ],
)
def test_a_prompt_is_no_value(written):
    form = filled(person=written)
    assert form.plain("contact_person") is None
    assert ("missing", "contact_person", "error") in codes(form)


@pytest.mark.parametrize("written", ["（请填写活动名称）", "请在此处填写活动名称", "XX", "活动名称", "××××"])
def test_a_prompt_is_no_name(written):
    form = filled(name=written)
    assert form.plain("activity_name") is None and ("missing", "activity_name", "error") in codes(form)
    assert form.plain("reporting_unit") == "晋江市科学技术协会"


def test_a_prompt_behind_the_value_is_left_out():
    assert filled(name="科普进校园（请填写全称）").plain("activity_name") == "科普进校园"
    assert filled(name="请到科技馆来主题日活动").plain("activity_name") == "请到科技馆来主题日活动"


@pytest.mark.parametrize("written", ["待定", "暂未定", "另行通知", "（待定）", "地点待定", "待确定后补报", "TBD"])
def test_what_is_not_decided_is_asked_for(written):
    form = filled(venue=written, undertaking="待定")
    assert form.plain("venue") is None and ("invalid", "venue", "error") in codes(form)
    assert form.plain("undertaking_unit") is None and not any(key == "undertaking_unit" for _, key, _ in codes(form))


def test_a_venue_that_mentions_something_undecided_stays():
    assert filled(venue="市科技馆（具体教室待定）").plain("venue") == "市科技馆（具体教室待定）"


@pytest.mark.parametrize("written", ["详见附件活动方案", "见附件", "详见方案", "（见附件）", "具体内容详见附件1"])
def test_a_content_that_stands_elsewhere_is_kept_with_a_warning(written):
    form = filled(content=written)
    assert form.plain("content") and ("invalid", "content", "warning") in codes(form)


@pytest.mark.parametrize("written", ["见下", "见下页", "（详见下文）", "另附页"])
def test_a_content_below_the_table(written):
    below = ["一、组织科技志愿者开展科普宣传，发放资料。", "二、现场答疑。"]
    (form,) = read("附件1", TITLE, UNIT_LINE, registration_table(**{**FILLED, "content": written}), *below)
    assert form.plain("content") == "\n".join(below)


@pytest.mark.parametrize("label", ["主要活动内容", "主要活动内容："])
def test_a_content_in_a_table_of_its_own_or_under_its_label(label):
    rows = [
        ["活动名称", ("科普进校园", 3)],
        ["主办单位", ("晋江市科协", 3)],
        ["联系人", "庄晓东", "联系电话", "22000000"],
        ["活动时间", "9月17日", "活动地点", "一中"],
    ]
    text = "组织科技志愿者开展科普宣传活动。"
    for tail in ([grid([[label], [text]])], [label, text]):
        (form,) = read(TITLE, UNIT_LINE, grid(rows), "", *tail)
        assert form.plain("content") == text


@pytest.mark.parametrize(
    "heading", ["附：填写示例（仅供参考，请勿填写）", "填写示例", "【填写样例】", "附件2：申报表（样表）"]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_sample_beside_the_form_is_no_second_form(heading, first):
    sample = [heading, *registration(name="某校科普周", head="填报单位：某某市科协  填报日期：2023年8月1日")[1:]]
    blocks = [*sample, *registration()] if first else [*registration(), *sample]
    (form,) = read(*blocks)
    assert form.plain("activity_name") == "科普进校园活动"


def test_a_named_sample_is_no_second_form_but_the_only_form_counts_whatever_its_heading():
    (form,) = read(*registration(), *registration(name="××活动（示例）", person="张××"))
    assert form.plain("activity_name") == "科普进校园活动"
    (form,) = read("填写示例", *registration()[1:])
    assert form.plain("activity_name") == "科普进校园活动"


def test_the_title_once_more_as_a_row_of_the_table():
    cells = [
        [(TITLE, 4)],
        ["活动名称", ("科普进校园", 3)],
        ["主办单位", ("晋江市科协", 3)],
        ["联系人", "庄晓东", "联系电话", "22000000"],
        ["活动时间", "9月17日", "活动地点", "一中"],
    ]
    for head in ([TITLE, UNIT_LINE], [UNIT_LINE]):
        (form,) = read(*head, grid(cells))
        assert form.plain("reporting_unit") == "晋江市科学技术协会" and form.plain("report_date") == date(2023, 8, 28)


def test_other_words_in_the_line_of_the_unit():
    line = "填报单位：晋江市科学技术协会  填报人：庄某  联系电话：85660000"
    assert filled(head=line).plain("reporting_unit") == "晋江市科学技术协会"
    assert filled(head="填报单位：晋江市科协（盖章）   负责人：庄某   填报日期：_2023_年_8_月_25_日").plain(
        "report_date"
    ) == date(2023, 8, 25)
    assert filled(head=HEAD).plain("reporting_unit") is None


@pytest.mark.parametrize("written", ["电子邮箱：\na@example.com", "电子邮箱\na@example.com", "电子邮箱：a@example.com"])
def test_label_and_value_in_one_cell_behind_another_value(written):
    rows = [
        ["活动名称", ("科普进校园", 3)],
        ["主办单位", ("晋江市科协", 3)],
        ["移动电话", "13900000000", (written, 2)],
        ["活动时间", "9月17日", "活动地点", "一中"],
    ]
    (form,) = read(TITLE, UNIT_LINE, grid(rows))
    assert form.plain("mobile") == "13900000000" and form.plain("email") == "a@example.com"


def test_each_cell_begins_with_its_label():
    rows = [
        [f"{PAIRS[n][0]}\n{PAIRS[n][1]}", f"{PAIRS[n + 1][0]}\n{PAIRS[n + 1][1]}"] for n in range(0, len(PAIRS) - 1, 2)
    ]
    wide = [
        ("主要活动类型\n□展览展示 ☑现场咨询 □科普宣传", 2),
        ("参与人数\n预计公众参与活动人数 300 人，组织工作人员 35 人。", 2),
        ("主要活动内容\n现场义诊。\n以上活动均免费。", 2),
    ]
    (form,) = read(TITLE, UNIT_LINE, grid([*rows, *([one] for one in wide)]))
    assert form.plain("activity_name") == FILLED["name"] and form.plain("activity_types") == ("现场咨询",)
    assert (form.plain("expected_public"), form.plain("staff_count")) == (300, 35)
    assert form.plain("content") == "现场义诊。\n以上活动均免费。"


def test_swapped_telephones_stay_where_they_were_written():
    form = filled(phone="13900000000", mobile="85660000")
    assert (form.plain("phone"), form.plain("mobile")) == ("13900000000", "85660000")
    assert ("invalid", "mobile", "warning") in codes(form)


@pytest.mark.parametrize(
    ("written", "public", "staff"),
    [
        ("预计公众参与活动人数     人，组织工作人员     人。\n500人，20人", 500, 20),
        ("预计公众参与活动人数     人，组织工作人员     人。 500/20", 500, 20),
        ("预计公众参与活动人数     人，组织工作人员     人。500", 500, None),
        ("预计公众参与活动人数 500 人，组织工作人员 20 人。另有志愿者30人。", 500, 20),
        ("预计公众参与活动人数 5 0 0 人，组织工作人员 2 0 人。", 500, 20),
        ("预计公众参与活动人数 人500，组织工作人员 人20", 500, 20),
        ("预计公众参与活动人数     人，组织工作人员     人。 500人 20人 30人", None, None),
    ],
)
def test_counts_outside_their_gaps(written, public, staff):
    form = filled(counts=written)
    assert (form.plain("expected_public"), form.plain("staff_count")) == (public, staff)


def test_groups_keep_their_order():
    definition = load_definitions().form("registration")
    parts = split_group(definition, ("expected_public", "staff_count"), "500人、工作人员20人")
    assert parts == {"expected_public": "500人", "staff_count": "20人"}


def test_a_short_report_with_its_title_on_top():
    text = "9月17日，我会在公园举办了科普宣传活动，发放资料500份，参与群众300人，效果良好。"
    for title in ("晋江市科协2023年全国科普日活动总结", "某某一中科普日工作小结"):
        (form,) = read(title, text, path="a.docx")
        assert form.kind is Kind.REPORT and form.plain("content") == text
    for blocks in (
        ["您好！", "附件：活动总结", "请查收，如有问题请联系我们，电话22000000，再次感谢您的支持和帮助。"],
        ["附件是我们的活动总结，请查收"],
    ):
        (form,) = read(*blocks, path="正文.txt", format="text", is_body=True)
        assert form.kind is Kind.UNRECOGNISED


PAIRS = [
    ("活动名称", FILLED["name"]),
    ("主办单位", FILLED["host"]),
    ("联系人", FILLED["person"]),
    ("联系电话", FILLED["phone"]),
    ("活动时间", FILLED["time"]),
    ("活动地点", FILLED["venue"]),
    ("主要活动内容", "组织师生观看影片。"),
]


@pytest.mark.parametrize("head", [["序号", "项目", "内容"], ["编号", "栏目", "填写内容"], ["", "名称", "内容"]])
def test_a_heading_over_the_values_is_no_label(head):
    (form,) = read(TITLE, UNIT_LINE, grid([head, *([str(i), *pair] for i, pair in enumerate(PAIRS, 1))]))
    assert form.plain("content") == "组织师生观看影片。" and form.plain("activity_name") == FILLED["name"]


@pytest.mark.parametrize("note", ["填写示例", "备注", "填写说明"])
def test_a_column_of_notes_or_samples_is_no_value(note):
    rows = [["项目", "填写内容", note], *([*pair, f"如：某某{pair[0]}"] for pair in PAIRS)]
    (form,) = read(TITLE, UNIT_LINE, grid(rows))
    assert [form.plain(k) for k in ("activity_name", "venue", "content")] == [
        FILLED["name"],
        FILLED["venue"],
        "组织师生观看影片。",
    ]


def test_hints_beside_the_values_are_no_values():
    rows = [
        [*pair, hint]
        for pair, hint in zip(PAIRS, ["必填", "", "如实填写", "请填写办公电话", "必填", "选填", ""], strict=True)
    ]
    (form,) = read(TITLE, UNIT_LINE, grid(rows))
    assert form.plain("activity_name") == FILLED["name"] and form.plain("contact_person") == FILLED["person"]
    assert form.plain("phone") == FILLED["phone"] and form.plain("venue") == FILLED["venue"]


@pytest.mark.parametrize(
    "line",
    [
        "填报单位：晋江市科协填报日期：2023年8月28日",
        "填报单位：晋江市科协  填报日期2023年8月28日",
        "填报单位:晋江市科协;填报日期:2023-8-28",
        "填报单位：晋江市科协 2023年8月28日",
        "填报单位：晋江市科协   2023.8.28",
        "填报单位（盖章）晋江市科协  填报日期 2023年8月28日",
        "单位：晋江市科协    日期：2023年8月28日",
        "填报单位：__晋江市科协__  填报日期：__2023__年__8__月__28__日",
    ],
)
def test_the_line_of_unit_and_date(line):
    form = filled(head=line)
    assert (form.plain("reporting_unit"), form.plain("report_date")) == ("晋江市科协", date(2023, 8, 28))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("东海大街\n1号行政中心C栋", "东海大街1号行政中心C栋"),
        ("晋江市科技馆\n一楼大厅", "晋江市科技馆一楼大厅"),
        ("八仙山公园、\n五店市", "八仙山公园、五店市"),
        ("科技馆2\n楼", "科技馆2楼"),
    ],
)
def test_a_place_wrapped_over_lines(written, value):
    assert filled(venue=written).plain("venue") == value
