"""Rosters as offices keep them: headings in any order, titles above, groups once for many lines, errors by cell."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from bot.base.errors import ConfigError
from bot.forms.units.roster import Roster, load_roster
from tests.forms.units.conftest import settings_with


def write(path: Path, rows: Sequence[Sequence[Any]], title: str = "名单") -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def load(path: Path, **sections: Any) -> Roster:
    return load_roster(settings_with(roster={"file": path}, **sections))


def test_example_has_every_county_and_three_groups(quanzhou: Roster) -> None:
    assert quanzhou.groups() == ("县（市、区）", "成员单位", "其他")
    counties = {quanzhou.county(unit.name) for unit in quanzhou.units if unit.group == "县（市、区）"}
    assert len(counties) == 13 and {"鲤城区", "石狮市", "德化县", "泉州台商投资区"} <= counties
    assert quanzhou.home == "泉州"


def test_columns_in_any_order_below_a_title(tmp_path: Path) -> None:
    rows = [
        ["2023年全国科普日报送单位名单"],
        [],
        ["备注", "手机", "电子邮箱（可多个）", "单 位 名 称", "办公电话", "联系人", "类别", "简称", "应报项数", "域名"],
        [
            "x",
            13900000000,
            "A@Example.com；b@example.com",
            " 晋江市科学技术协会 ",
            "0595-22000000",
            "庄晓东",
            "县区",
            "晋江科协、JJ科协",
            3,
            "@jj.example.cn",
        ],
        [None, None, None, "华侨大学", 59522000000.0, None, None, None, "2项", None],
        [],
        ["合计", None, None, "合计", None, None, None, None, 2],
    ]
    first, second = load(write(tmp_path / "units.xlsx", rows)).units
    assert first.name == "晋江市科学技术协会" and first.emails == ("a@example.com", "b@example.com")
    assert first.phones == ("13900000000", "0595-22000000") and first.contact == "庄晓东" and first.group == "县区"
    assert first.aliases == ("晋江科协", "JJ科协") and first.expected == 3 and first.domains == ("jj.example.cn",)
    assert (second.name, second.phones, second.expected, second.group) == ("华侨大学", ("59522000000",), 2, "")


def test_groups_as_lines_between_and_as_merged_cells(tmp_path: Path) -> None:
    rows = [
        ["序号", "单位"],
        ["一、县（市、区）"],
        [1, "晋江市科协"],
        [2, "石狮市科协"],
        [None, "二、成员单位"],
        [3, "泉州市教育局"],
    ]
    assert [(u.name, u.group) for u in load(write(tmp_path / "a.xlsx", rows)).units] == [
        ("晋江市科协", "县（市、区）"),
        ("石狮市科协", "县（市、区）"),
        ("泉州市教育局", "成员单位"),
    ]
    book = Workbook()
    sheet = book.active
    for row in [["分组", "单位"], ["县区", "晋江市科协"], [None, "石狮市科协"], ["成员", "泉州市教育局"]]:
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "b.xlsx")
    assert [u.group for u in load(tmp_path / "b.xlsx").units] == ["县区", "县区", "成员"]


def test_tables_add_to_and_replace_lines_of_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "u.xlsx", [["单位名称", "联系人"], ["晋江市科学技术协会", "甲"], ["石狮市科学技术协会", "乙"]]
    )
    roster = load(path, unit=[{"name": "晋江市科学技术协会", "contact": "丙", "expected": 0}, {"name": "华侨大学"}])
    assert [(u.name, u.contact, u.expected) for u in roster.units] == [
        ("晋江市科学技术协会", "丙", 0),
        ("石狮市科学技术协会", "乙", 1),
        ("华侨大学", "", 1),
    ]


def test_every_finding_with_its_cell_at_once(tmp_path: Path) -> None:
    rows = [
        ["单位名称", "电子邮箱", "应报数", "简称", "域名"],
        ["晋江市科学技术协会", "jjkx#example.com", "很多", "科协", ""],
        ["", "x@example.com", 1, "", ""],
        ["石狮市科学技术协会", "", "", "科协", "qq.com"],
        ["石狮市科学技术协会", "", "", "", "not a domain"],
    ]
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path / "units.xlsx", rows))
    text = str(caught.value)
    for part in (
        "“名单” B2: “jjkx#example.com”",
        "C2: “很多”",
        "A3: 没有单位名称",
        "“科协”同时是",
        "qq.com",
        "E5: “not a domain”",
        "第5行: 单位“石狮市科学技术协会”",
    ):
        assert part in text, part
    assert all("; " in line for line in text.splitlines())


@pytest.mark.parametrize(
    "rows", [[], [["没有表头"], ["晋江市科协"]], [["单位名称", "联系人"]], [["名称是什么", "单位名称"]]]
)
def test_no_table_or_no_unit_is_said(tmp_path: Path, rows: list[list[str]]) -> None:
    with pytest.raises(ConfigError, match="单位"):
        load(write(tmp_path / "units.xlsx", rows))


def test_missing_broken_and_other_files(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"not a workbook")
    for path, said in ((tmp_path / "none.xlsx", "找不到"), (broken, "打不开"), (tmp_path / "units.csv", "xlsx")):
        with pytest.raises(ConfigError, match=said):
            load(path)


def test_no_roster_matches_nothing() -> None:
    roster = load_roster(settings_with())
    assert (
        roster.units == () and roster.match("晋江市科协", "a@example.com") is None and roster.county("晋江市科协") == ""
    )


def test_script_writes_the_committed_example(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from tools.units_example import build

    def values(book: Any) -> list[Any]:
        return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]

    build().save(tmp_path / "made.xlsx")
    committed = load_workbook(Path(__file__).parents[3] / "units.example.xlsx")
    assert values(load_workbook(tmp_path / "made.xlsx")) == values(committed)
