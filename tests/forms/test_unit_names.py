"""Names of units, with Arabic digits too, and where a title holds them."""

from __future__ import annotations

import io
from typing import Any

import docx
import openpyxl
import pytest

from bot.base.campaign import Campaign
from bot.documents.model import Document, Paragraph
from bot.forms.definitions import load_definitions
from bot.forms.model import Form
from bot.forms.prose import read_prose
from bot.forms.read import read_forms
from bot.forms.units.roster import Roster, RosterUnit
from bot.forms.values.unit_names import is_unit_name
from bot.operation.offline import DEFAULT_CAMPAIGN
from tests.documents.conftest import document_of

DEFINITIONS = load_definitions()
SUFFIXES = ["中心", "小学", "热线", "医院", "局", "协会", "科技馆", "中学", "站"]
NAMES = [
    "泉州市120急救中心",
    "第3小学",
    "晋江市第3小学",
    "12345热线",
    "泉州市12345政务服务热线",
    "联勤保障部队第910医院",
    "晋江市IT产业协会",
    "泉州七中学（江南校区）",
]
NO_NAMES = [
    "2023年8月28日科技馆",
    "共有300人参加科技馆",
    "走进10所小学",
    "12345",
    "小学",
    "活动共20场中心",
    "地点：3号楼科技馆",
    "0595-22000000热线",
    "20.5中心",
]


@pytest.mark.parametrize("name", NAMES)
def test_names(name: str) -> None:
    assert is_unit_name(name, SUFFIXES)


@pytest.mark.parametrize("name", NO_NAMES)
def test_no_names(name: str) -> None:
    assert not is_unit_name(name, SUFFIXES, fewest=4)


TEXT = "9月17日，我单位在中心广场举办急救知识科普活动，取得了良好效果，现将活动开展情况总结如下。共发放资料六百份，受到了群众的欢迎，"
TEXT += "设置心肺复苏、海姆立克急救法、急救电话拨打三个体验区，共有五百余人参加，圆满完成了各项任务。下一步，我们将继续办好此类活动。"


@pytest.mark.parametrize("unit", ["泉州市120急救中心", "晋江市第3小学", "泉州市12345热线", "联勤保障部队第910医院"])
@pytest.mark.parametrize("place", ["top", "foot"])
def test_a_report_signed_by_a_name_with_digits(unit: str, place: str) -> None:
    lines = [
        "急救知识科普活动总结",
        *([unit] if place == "top" else []),
        TEXT,
        *([unit] if place == "foot" else []),
        "2023年9月20日",
    ]
    document = Document("a.docx", "a.docx", "docx", tuple(map(Paragraph, lines)))
    definition = DEFINITIONS.form("report")
    assert definition is not None
    form = read_prose(document, definition, DEFINITIONS, DEFAULT_CAMPAIGN)
    assert form is not None and form.plain("reporting_unit") == unit


def test_digits_of_a_name_in_either_script() -> None:
    roster = Roster(
        (
            RosterUnit("晋江市第三小学"),
            RosterUnit("泉州第二十四中学"),
            RosterUnit("第九一〇医院"),
            RosterUnit("晋江市第十三小学"),
        )
    )
    for written, name in (
        ("晋江市第3小学", "晋江市第三小学"),
        ("泉州第24中学", "泉州第二十四中学"),
        ("第910医院", "第九一〇医院"),
        ("晋江市第13小学", "晋江市第十三小学"),
    ):
        match = roster.match(written)
        assert match is not None and match.unit.name == name


TITLE = "2023年泉州市全国科普日重点活动汇总表"
TITLES = [
    TITLE + "（填报单位：晋江市教育局）",
    TITLE + "(填报单位:晋江市教育局)",
    TITLE + " 填报单位：晋江市教育局",
    "附件2 " + TITLE + "（单位：晋江市教育局）",
    TITLE + "\n（填报单位：晋江市教育局）",
    TITLE + "【填报单位：晋江市教育局】",
    TITLE + "（填报单位（章）：晋江市教育局）",
    TITLE + "（填报单位：晋江市教育局，填报日期：2023年8月25日）",
    TITLE + "（申报单位：晋江市教育局 联系人：林小明）",
    TITLE + "（晋江市教育局）",
    TITLE + "——晋江市教育局",
    "晋江市教育局" + TITLE,
    "附件2：晋江市教育局2023年全国科普日重点活动汇总表",
    "2023年晋江市教育局全国科普日重点活动汇总表",
]
NO_UNIT = [
    TITLE,
    TITLE + "（样表）",
    TITLE + "（单位：人次）",
    TITLE + "（请于8月30日前报送）",
    TITLE + "（2023年8月25日）",
    TITLE + "（第二批）",
]
HEAD = ["序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话"]
ROW = ["1", "科普进校园", "9月17日", "晋江市科技馆", "晋江市科技馆", "林小明", "13859512345"]


def table(title: str, form: str) -> Form:
    stream = io.BytesIO()
    if form == "xlsx":
        book = openpyxl.Workbook()
        sheet: Any = book.active
        for row in ([title], HEAD, ROW):
            sheet.append(row)
        sheet.merge_cells("A1:G1")
        book.save(stream)
    else:
        document = docx.Document()
        document.add_paragraph(title)
        grid = document.add_table(2, 7)
        for cell, text in zip(grid._cells, [*HEAD, *ROW], strict=True):
            cell.text = text
        document.save(stream)
    (found,) = read_forms(
        document_of(stream.getvalue(), f"a.{form}"),
        DEFINITIONS,
        Campaign("2023年泉州市全国科普日", DEFAULT_CAMPAIGN.starts, DEFAULT_CAMPAIGN.ends),
    )
    return found


@pytest.mark.parametrize("title", TITLES)
def test_the_unit_in_a_title(title: str) -> None:
    assert [table(title, form).plain("reporting_unit") for form in ("xlsx", "docx")] == ["晋江市教育局", "晋江市教育局"]


@pytest.mark.parametrize("title", NO_UNIT)
def test_no_unit_in_a_title(title: str) -> None:
    assert [table(title, form).plain("reporting_unit") for form in ("xlsx", "docx")] == [None, None]
