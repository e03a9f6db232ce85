"""Lists that a form has begun: what their columns mean, which rows are entries, and what stands along them."""

from __future__ import annotations

import pytest

from bot.documents.model import Document
from bot.forms.definitions import Definitions
from bot.forms.learn.guesses import guess
from bot.forms.read import read_forms
from tests.forms.build import document, grid
from tests.forms.test_forms_learn import CAMPAIGN, definitions_of

COSTS = ["场地租赁", "音响租赁", "背景制作", "专家讲课", "志愿者餐费", "展板制作", "实验耗材"]
COURSES = ["智能手机", "短视频制作", "家庭园艺", "营养与健康", "书法基础", "合唱", "太极拳"]


def rows_of(filled: Document, definitions: Definitions) -> list[dict[str, object]]:
    (form,) = read_forms(filled, definitions, CAMPAIGN)
    labels = {spec.key: spec.label for spec in definitions.form(form.definition).column}
    told = [{labels.get(key, key): value.value for key, value in row.items()} for row in form.rows]
    return [{label: value for label, value in row.items() if value is not None} for row in told]


def costs(unit: str, written: dict[int, list[str]]) -> Document:
    head = ["类别", "序号", "费用名称", "单价（元）", "数量", "单位", "金额（元）", "测算说明"]
    parts = {0: ("会场费用", 1, 3), 3: ("人员费用", 1, 2), 5: ("物料费用", 1, 2), 7: ("其他费用（请列明）", 1, 3)}
    rows = [
        [
            parts.get(i),
            str(i + 1) if i < 7 else "",
            *([COSTS[i]] if i < 7 else []),
            *written.get(i, [""] * (5 + (i > 6))),
        ]
        for i in range(10)
    ]
    return document("科普活动经费预算表", f"申报单位：{unit}    活动名称：{unit and '科普夜市'}", grid([head, *rows]))


def test_rows_that_a_form_leaves_open_are_entries_by_whatever_is_written_and_the_others_by_their_numbers(tmp_path):
    definitions = definitions_of(costs("", {}), tmp_path)
    written = {
        1: ["3500", "1", "场", "3500", ""],
        7: ["矿泉水", "1", "500", "瓶", "500", "超市提供"],
        8: ["保险", *[""] * 5],
    }
    assert rows_of(costs("青石镇科协", written), definitions) == [
        {"类别": "会场费用", "费用名称": "音响租赁", "单价": "3500", "数量": 1, "单位": "场", "金额": "3500"},
        {"类别": "其他费用（请列明）", "费用名称": "矿泉水", "单价": "1", "数量": 500, "单位": "瓶", "金额": "500", "测算说明": "超市提供"},
        {"类别": "其他费用（请列明）", "费用名称": "保险"},
    ]  # fmt: skip
    assert rows_of(costs("青石镇科协", {}), definitions) == []


def courses(name: str, ticked: dict[int, str]) -> Document:
    rows = [["姓名", (name, 3)], [("选课（限选两门，在“选课”栏打√）", 1, 8), "课程名称", "上课时间", "选课", "备注"]]
    rows += [[None, course, f"周{'一二三四五六日'[i]}上午", ticked.get(i, ""), ""] for i, course in enumerate(COURSES)]
    return document(
        "老年大学报名表", grid([[rows[0][0], (name, 4)], *rows[1:], ["联系电话", (name and "13900000000", 4)]])
    )


def test_words_along_a_list_are_no_value_of_the_column_that_they_name(tmp_path):
    definitions = definitions_of(courses("", {}), tmp_path)
    assert rows_of(courses("施阿珍", {1: "√", 4: "√"}), definitions) == [
        {"课程名称": COURSES[i], "上课时间": f"周{'一二三四五六日'[i]}上午", "选课": "√"} for i in (1, 4)
    ]


@pytest.mark.parametrize(
    ("head", "key", "kind"),
    [
        (["序号", "品名", "规格型号", "单位", "数量", "备注"], "measure", "text"),
        (["序号", "费用名称", "数量", "单位", "单价", "金额"], "measure", "text"),
        (["序号", "姓名", "单位", "数量", "联系电话"], "unit", "unit"),
        (["序号", "单位", "数量", "金额", "备注"], "activity_name", "unit"),
    ],
)
def test_a_unit_is_whose_it_is_or_in_what_is_counted(tmp_path, head, key, kind):
    blank = document(
        "登记表", "填报单位：        填报日期：", grid([head, *([str(n)] + [""] * (len(head) - 1) for n in (1, 2, 3))])
    )
    (form,) = [form for form in definitions_of(blank, tmp_path).forms if form.name.startswith("learned")]
    ((own, its_kind),) = [(spec.key, spec.kind) for spec in form.column if spec.label == "单位"]
    assert (own, its_kind) == (key, kind)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("参加人数", "expected_public"),
        ("现有会员人数", "quantity"),
        ("展板数量", "quantity"),
        ("举办单位", "host_unit"),
        ("工作单位", "unit"),
        ("计量单位", "measure"),
        ("是否使用微信", "is_so"),
        ("本人微信", "code"),
    ],
)
def test_keys_of_the_notices_own_fields_are_given_where_the_meaning_is_plain(label, key):
    assert guess(label)["key"] == key
