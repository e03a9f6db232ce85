"""What only a program wrote is no value, in whatever file it stands."""

from __future__ import annotations

import pytest

from bot.documents.context import ReadContext
from bot.documents.model import Blob
from bot.documents.open import open_blob
from bot.documents.shared.sentinels import without_sentinels

NO_VALUE = [
    "#REF!",
    "＃REF！",
    "#N/A",
    "#n/a",
    "#VALUE!",
    "#NAME?",
    "#名称?",
    "#DIV/0!",
    "#NUM!",
    "########",
    "Err:502",
    '=DISPIMG("ID_0A1B2C",1)',
    '=_xlfn.DISPIMG("ID_0A1B2C",1)',
    "=VLOOKUP(A2,名单!A:C,3,0)",
    "=Sheet2!$B$3",
    "错误!未找到引用源。",
    "错误！未定义书签。",
    "錯誤! 找不到參照來源。",
    "Error! Reference source not found.",
    "Error! Bookmark not defined.",
    " #REF!\n",
]
VALUES = [
    "#1 楼报告厅",
    "C#编程入门",
    "=^_^=",
    "A=B(1)",
    "编号#12",
    "错误与纠正：科普讲座",
    "错误！这些谣言别信",
    "N/A",
    "##科普中国##进校园",
    "Error 404 主题展",
]


@pytest.mark.parametrize("text", NO_VALUE)
def test_no_value(text: str) -> None:
    assert without_sentinels(text) == ""
    assert without_sentinels(f"活动地点：{text}").strip() == "活动地点："


@pytest.mark.parametrize("text", VALUES)
def test_values(text: str) -> None:
    assert without_sentinels(text) == text


def test_what_stands_beside_it_stays() -> None:
    assert without_sentinels("晋江市科技馆#REF!一楼") == "晋江市科技馆一楼"
    assert without_sentinels("见错误!未找到引用源。的说明") == "见的说明"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("表.csv", "活动名称,地点\n讲座,#REF!\n"),
        ("表.html", "<table><tr><td>活动名称<td>地点<tr><td>讲座<td>错误!未找到引用源。</table>"),
        ("表.txt", "活动名称\t地点\n讲座\t#N/A\n"),
    ],
)
def test_in_any_format(name: str, data: str) -> None:
    document = open_blob(Blob(name, name, data.encode()), ReadContext()).document
    assert document is not None
    assert [cell.text for table in document.tables() for cell in table.cells] == ["活动名称", "地点", "讲座", ""]
