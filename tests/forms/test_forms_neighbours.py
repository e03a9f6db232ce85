"""Labels that the form does not have, beside, below and behind its own: they end the value, whatever the layout."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from tests.forms.build import HEAD, TITLE, document, grid

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
ROWS = {
    "activity_name": ["活动名称", ("海洋大讲堂", 3)],
    "host_unit": ["主办单位", ("石狮市科协", 3)],
    "contact_person": ["联系人", "黄雅婷", "联系电话", "0595-88700001"],
    "activity_time": ["活动时间", "9月18日上午", "活动地点", "石狮市图书馆"],
    "audiences": ["活动对象", ("☑青少年 □农民", 3)],
}


def read(**rows: list[object]):
    table = grid([*(ROWS | rows).values(), ["主要活动内容", ("讲座。", 3)]])
    (form,) = read_forms(document(TITLE, HEAD, table), DEFINITIONS, CAMPAIGN)
    return form


@pytest.mark.parametrize(
    ("key", "row", "value"),
    [
        ("host_unit", ["主办单位", "石狮市科协", "协办单位", "石狮市教育局"], "石狮市科协"),
        ("host_unit", ["主办单位", "石狮市科协", "主管部门", "石狮市教育局"], "石狮市科协"),
        ("host_unit", ["主办单位", "石狮市科协", "协办单位：", ""], "石狮市科协"),
        ("host_unit", ["主办单位", "石狮市科协", ("协办单位：石狮市教育局", 2)], "石狮市科协"),
        ("host_unit", ["主办单位", ("石狮市科协  协办单位：石狮市教育局", 3)], "石狮市科协"),
        ("host_unit", ["主办单位", ("石狮市科协\n技术支持单位：石狮市教育局", 3)], "石狮市科协"),
        ("host_unit", ["主办单位", "石狮市科协", "宣传合作单位", "石狮日报"], "石狮市科协"),
        ("contact_person", ["联系人", "黄雅婷", "职务", "科长"], "黄雅婷"),
        ("contact_person", ["联系人", "", "职务", "科长"], None),
        ("contact_person", ["联系人", "黄雅婷", "职务/职称：", "科长"], "黄雅婷"),
        ("contact_person", ["联系人", "黄雅婷", "微信号", "hyt2023"], "黄雅婷"),
        ("activity_time", ["活动时间", "9月18日上午", "邮政编码", "362700"], "9月18日上午"),
        ("activity_time", ["活动时间", "9月18日上午", "报到时间", "8:30"], "9月18日上午"),
    ],
)
def test_a_strange_label_ends_the_value(key: str, row: list[object], value: str | None) -> None:
    assert read(**{key: row}).plain(key) == value


@pytest.mark.parametrize(
    ("key", "row", "value"),
    [
        ("host_unit", ["主办单位", "石狮市科协", "石狮市教育局", ""], "石狮市科协、石狮市教育局"),
        ("host_unit", ["主办单位", "各有关单位", "", ""], "各有关单位"),
        ("host_unit", ["主办单位", "石狮市科协", ("市直有关单位", 2)], "石狮市科协、市直有关单位"),
        ("activity_time", ["活动时间", "开始时间：9月18日", ("结束时间：9月20日", 2)], None),
    ],
)
def test_a_value_in_two_cells_stays_whole(key: str, row: list[object], value: str | None) -> None:
    form = read(**{key: row})
    if value:
        assert form.plain(key) == value
    else:
        assert (form.plain("start_date"), form.plain("end_date")) == (date(2023, 9, 18), date(2023, 9, 20))


def test_a_strange_label_under_an_empty_value_is_not_the_value() -> None:
    """Sheets keep no empty cells: «主办单位» alone, and the next row's label right below it."""
    form = read(host_unit=["主办单位"], audiences=["协办单位", ("石狮市教育局", 3)])
    assert form.plain("host_unit") is None and form.plain("undertaking_unit") is None


def test_a_header_of_labels_with_the_values_below() -> None:
    head = grid(
        [
            ["活动名称", ("海洋大讲堂", 4)],
            ["主办单位", "协办单位", "联系人", "职务", "联系电话"],
            ["石狮市科协", "石狮市教育局", "黄雅婷", "科长", "0595-88700001"],
            ["活动时间", "邮政编码", "活动地点", "承办单位", "备注"],
            ["9月18日", "362700", "石狮市图书馆", "石狮市少儿馆", "无"],
        ]
    )
    (form,) = read_forms(document(TITLE, HEAD, head), DEFINITIONS, CAMPAIGN)
    told = [form.plain(key) for key in ("host_unit", "contact_person", "activity_time", "venue", "undertaking_unit")]
    assert told == ["石狮市科协", "黄雅婷", "9月18日", "石狮市图书馆", "石狮市少儿馆"]


LINES = (
    "填报单位：石狮市科协",
    "活动名称：海洋大讲堂",
    "主办单位：石狮市科协  协办单位：石狮市教育局",
    "联系人：黄雅婷，职务：科长；联系电话：0595-88700001 传真：0595-88700002",
    "活动时间：9月18日上午\t报到时间：8:30",
    "活动地点：石狮市图书馆（地址：八七路1号）",
    "活动对象：青少年",
    "主要活动内容：讲座。",
)


@pytest.mark.parametrize("is_body", [True, False])
def test_lines_of_running_text(is_body: bool) -> None:
    (form,) = read_forms(document(TITLE, *LINES, is_body=is_body), DEFINITIONS, CAMPAIGN)
    told = [form.plain(key) for key in ("host_unit", "contact_person", "phone", "activity_time", "venue")]
    assert told == ["石狮市科协", "黄雅婷", "0595-88700001", "9月18日上午", "石狮市图书馆（地址：八七路1号）"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["公众参与人数", "420", "志愿者人数", "35"], ["工作人员数", "16", "经费（万元）", "3"]], (420, 16)),
        ([["预计参与人数", "420", "安保人员", "6"], ["工作人员", "16", "场次", "2"]], (420, 16)),
        ([["参与人数", "预计公众参与活动人数420人，组织工作人员16人。", "志愿者人数", "35"]], (420, 16)),
        ([["参与人数", "公众参与人数", "420", "工作人员", "16"]], (420, 16)),
    ],
)
def test_numbers_beside_the_counts_are_no_part_of_them(rows: list[list[str]], told: tuple[int, int]) -> None:
    kept = [["活动名称", "海洋大讲堂"], ["主办单位", "石狮市科协"], ["活动时间", "9月18日"], ["活动地点", "图书馆"]]
    (form,) = read_forms(document(TITLE, HEAD, grid([*kept, *rows])), DEFINITIONS, CAMPAIGN)
    assert (form.plain("expected_public"), form.plain("staff_count")) == told


@pytest.mark.parametrize("between", ["：", " "])
def test_the_forms_own_sentence_of_counts_typed_as_a_line(between: str) -> None:
    sentence = f"预计公众参与活动人数{between}420人，组织工作人员{between}16人。"
    (form,) = read_forms(document(TITLE, *LINES[:-1], sentence, LINES[-1], is_body=True), DEFINITIONS, CAMPAIGN)
    assert (form.plain("expected_public"), form.plain("staff_count"), form.plain("content")) == (420, 16, "讲座。")
