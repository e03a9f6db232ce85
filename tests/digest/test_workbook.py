"""The workbook read back with openpyxl, and printed by LibreOffice."""

import io
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.digest.workbook.workbook import build_workbook
from bot.forms.model import Kind
from bot.letters.office import office_of
from tests.digest.conftest import Office
from tests.digest.world import registration
from tests.factory.office import convert, find_soffice

ANNEX = ["序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话"]


def book_of(office: Office, deadline: int = 0, now: str = "2023-08-29T09:00") -> Any:
    return load_workbook(io.BytesIO(build_workbook(office.figures(deadline, now), office_of(office.settings))))


def test_first_sheet_is_the_annex(office: Office) -> None:
    sheet = book_of(office).worksheets[0]
    assert sheet["A1"].value == "2023年泉州市全国科普日重点活动汇总表" and str(sheet["A2"].value).startswith(
        "填报单位（章）："
    )
    assert [cell.value for cell in sheet[3]] == ANNEX and "A1:G1" in {str(r) for r in sheet.merged_cells.ranges}
    found = office.figures()
    rows = list(sheet.iter_rows(min_row=4))
    assert len(rows) == len(found.activities) and [row[0].value for row in rows] == list(range(1, len(rows) + 1))
    assert all(cell.border.left.style == cell.border.bottom.style == "thin" for row in rows for cell in row)
    setup = sheet.page_setup
    assert (setup.orientation, int(setup.paperSize), setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert (
        sheet.print_title_rows == "$3:$3"
        and sheet.freeze_panes == "A4"
        and sheet.sheet_properties.pageSetUpPr.fitToPage
    )
    [row] = [row for row in rows if row[1].value == "改过的活动"]
    assert row[6].data_type == "s" and row[6].number_format == "@"


def test_units_stand_in_the_order_of_the_roster(office: Office) -> None:
    sheet = book_of(office).worksheets[0]
    order = [unit.name for unit in office.roster.units]
    hosts = [row[4].value for row in sheet.iter_rows(min_row=4) if row[4].value in order]
    assert [order.index(h) for h in hosts] == sorted(order.index(h) for h in hosts)


def test_lists_have_filters_frozen_headings_and_all_rows(office: Office) -> None:
    book, found = book_of(office, 1, "2023-10-01T09:00"), office.figures(1, "2023-10-01T09:00")
    assert book.sheetnames == [
        "汇总表",
        "登记明细",
        "缺报单位",
        "单位情况",
        "问题",
        "材料情况",
        "评优参考（单位）",
        "评优参考（活动）",
        "统计",
    ]
    counts = {
        "登记明细": found.registrations,
        "缺报单位": len(found.missing),
        "单位情况": found.expected + len(found.others),
        "材料情况": len(found.materials),
    }
    for name, count in counts.items():
        sheet = book[name]
        assert sheet.max_row == count + 1, name
        assert sheet.auto_filter.ref and sheet.freeze_panes and sheet.print_title_rows == "$1:$1", name
    heads = [cell.value for cell in book["登记明细"][1]]
    assert {
        "受理号",
        "活动名称",
        "移动电话",
        "主要活动类型",
        "预计公众参与活动人数",
        "主要活动内容",
        "开始日期",
    } <= set(heads)
    row = dict(zip(heads, next(book["登记明细"].iter_rows(min_row=2)), strict=True))
    assert (
        isinstance(row["开始日期"].value, datetime)
        and row["移动电话"].number_format == "@"
        and isinstance(row["移动电话"].value, str)
    )
    states = [row[2].value for row in book["单位情况"].iter_rows(min_row=2)]
    assert states.count("缺报") == len(found.missing)
    said = [row[0].value for row in book["问题"].iter_rows(min_row=2)]
    assert said.count("需人工处理") == len(found.reviews)
    assert said.count("待单位补正") == sum(max(1, len(form.problems)) for form in found.open_forms)


def test_statistics_have_native_charts_on_their_own_cells(office: Office) -> None:
    sheet = book_of(office)["统计"]
    charts = sheet._charts
    assert len(charts) == 6
    for chart in charts:
        reference = chart.series[0].val.numRef.f
        assert reference.startswith("'统计'!$B$") and not chart.x_axis.delete


LIVE = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+86139",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "=cmd|' /C calc'!A0",
    "\x07=1",
    "{=1}",
]


@pytest.mark.parametrize("written", LIVE)
def test_nobodys_input_becomes_a_formula(empty_office: Office, written: str) -> None:
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    fields: dict[str, Any] = dict.fromkeys(registration("x", written, date(2023, 9, 17), 0, random.Random(1)), written)
    empty_office.world.add(
        Kind.REGISTRATION,
        written,
        written,
        at,
        fields=fields,
        status="needs_correction",
        sender=f"{written}@example.com",
    )
    data = build_workbook(empty_office.figures(), office_of(empty_office.settings))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in package.read(name) and b"<f " not in package.read(name)
    seen = 0
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f"
            if isinstance(cell.value, str) and cell.value.lstrip("\t").startswith(("=", "+", "-", "@")):
                assert cell.quotePrefix, "stays text when somebody edits the cell"
                seen += 1
    assert seen >= 5 or not written.lstrip("\t\x07").startswith(("=", "+", "-", "@"))


def test_odd_and_long_texts_are_written_whole_or_cut(empty_office: Office) -> None:
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    fields = registration(
        "x", "很" * 40_000, None, 0, random.Random(1), content="a\x00b\ud800c\ufffe\x0b" + "长" * 50_000
    )
    empty_office.world.add(Kind.REGISTRATION, "华侨大学", "很", at, fields=json_safe(fields))
    book = book_of(empty_office)
    assert len(book["登记明细"]["H2"].value) <= 32_767


def json_safe(fields: dict[str, Any]) -> dict[str, Any]:
    """SQLite takes no lone surrogate; intake scrubs them at the edge."""
    return {key: value.replace("\ud800", "") if isinstance(value, str) else value for key, value in fields.items()}


def test_an_empty_workbook_opens(empty_office: Office) -> None:
    book = book_of(empty_office)
    assert [cell.value for cell in book["汇总表"][3]] == ANNEX and book["登记明细"].max_row == 1
    assert book["缺报单位"].max_row == 53


@pytest.mark.slow
@pytest.mark.skipif(not find_soffice(), reason="LibreOffice is not installed")
def test_libreoffice_prints_the_annex(office: Office, tmp_path: Path) -> None:
    """Titles, headings on each page and every activity are in the printed PDF; the annex is in landscape."""
    import pypdfium2

    (tmp_path / "digest.xlsx").write_bytes(build_workbook(office.figures(), office_of(office.settings)))
    convert([tmp_path / "digest.xlsx"], "pdf", tmp_path)
    with pypdfium2.PdfDocument(tmp_path / "digest.pdf") as pdf:
        wide, high = pdf[0].get_size()
        assert wide > high and abs(wide - 842) < 2
        texts = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
        assert (
            "2023年泉州市全国科普日重点活动汇总表" in texts[0]
            and "填报单位（章）：" in texts[0]
            and "第1页" in texts[0]
        )
        assert "主（承）办单位" in texts[1], "headings on the second page, too"
        whole = "".join(texts)
        for ref in (form.ref for form in office.figures().forms if form.kind is Kind.REGISTRATION):
            assert ref in whole
