"""Spreadsheets: numbers as shown, hidden parts, both date systems, boxes, bounds."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.worksheet.table import Table, TableStyleInfo

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Encrypted, TooLarge
from bot.documents.model import Document
from bot.documents.shared.numbers import show_number, show_text
from tests.bounded import bounded
from tests.counted import calls_made
from tests.documents.conftest import SHEET_FORMATS, Converted, document_of, opened, to_convert

SHOWN = [
    (13959812345, "", "13959812345"),
    (13959812345.0, "0.00E+00", "13959812345"),
    (45186, "yyyy/m/d", "2023/9/17"),
    (45186, "General", "45186"),
    (45186.375, 'yyyy"年"m"月"d"日" h:mm', "2023年9月17日 9:00"),
    (45186.375, 'm"月"d"日"', "9月17日"),
    (45186.375, 'm"月"d"日" h:mm', "9月17日 9:00"),
    (45186, "[$-804]m/d;@", "9/17"),
    (45186, 'yyyy"年"m"月"', "2023年9月"),
    (45186, '[$-804]yyyy"年"m"月"d"日";@', "2023年9月17日"),
    (45186, "m.d", "9.17"),
    (45186, "yyyy.mm.dd", "2023.09.17"),
    (45186, '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "二〇二三年九月十七日"),
    (45186, '[$-804]m"月"d"日"aaaa', "9月17日星期日"),
    (45186, 'yyyy"年"m"月"d"日"\\(aaa\\)', "2023年9月17日(日)"),
    (45186.625, 'm"月"d"日" 上午/下午h"时"', "9月17日 下午3时"),
    (45186.375, "yyyy/m/d h:mm:ss", "2023-09-17 09:00"),
    (45186, "yyyy/m/d h:mm", "2023-09-17"),
    (45186, "d/m/yyyy", "2023-09-17"),
    (45186, "d-mmm-yy", "2023-09-17"),
    (45186, "[$-F800]dddd, mmmm dd, yyyy", "2023-09-17"),
    (45186, "aaaa", "2023-09-17"),
    (0.375, "h:mm", "09:00"),
    (0.5, "0%", "50%"),
    (500, '0"人"', "500人"),
    (500, "#,##0人", "500人"),
    (500, 'General"人"', "500人"),
    (22217957, "0000-0000", "2221-7957"),
    (59522217957, "000000000000", "059522217957"),
    (59522217957, "0000-00000000", "0595-22217957"),
    (1, '[=1]"☑";[=0]"☐";0;@', "☑"),
    (0, '[=1]"☑";[=0]"☐";0;@', "☐"),
    (0.1 + 0.2, "", "0.3"),
    (9.17, "", "9.17"),
    (9.2, "0.00", "9.20"),
    (9.2, "0.00_ ", "9.20"),
    (9.1, "#,##0.00", "9.10"),
    (9.2, "#.##", "9.2"),
    (9.0, "0.00", "9"),
    (9.17, "0", "9"),
    (2023.1, "0.00", "2023.10"),
    (13959812345.0, "0.00_ ", "13959812345"),
    (12.3456, "0.00%", "1234.56%"),
    (1200, "#,##0", "1200"),
    (20230920, "0000-00-00", "2023-09-20"),
    (20230920, '0000"年"00"月"00"日"', "2023年09月20日"),
    (920, '0"月"00"日"', "9月20日"),
    (12345, '0!.0,"万"', "1.2万"),
    (500, '[DBNum2][$-804]General"人"', "伍佰人"),
    (25, "[DBNum1][$-804]G/通用格式", "二十五"),
    (12, '"第"0"场"', "第12场"),
    (5, '"约"0"人"', "约5人"),
    (500, ";;;", ""),
    (500, ";;", ""),
    (0, "0;-0;;@", ""),
    (-3, "0;;", ""),
    (5, "0;;", "5"),
    (0.0, "0", "0"),
    (-5, "0;[Red]-0", "-5"),
    (1234.5, "_ * #,##0.00_ ;_ * -#,##0.00_ ", "1234.50"),
    (12, "# ?/?", "12"),
    (float("nan"), "", ""),
    (3e300, "yyyy-mm-dd", "3e+300"),
]


@pytest.mark.parametrize(("value", "code", "text"), SHOWN)
def test_numbers_as_shown(value: float, code: str, text: str) -> None:
    assert show_number(value, code).text == text


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("晋江", '"泉州市"@', "泉州市晋江"),
        ("晋江", "@", "晋江"),
        ("晋江", ";;;", ""),
        ("晋江", ";;", "晋江"),
        ("晋江", '0;-0;0;@"区"', "晋江区"),
        ("晋江", "0.00", "晋江"),
        ("晋江", "yyyy-mm-dd;@", "晋江"),
    ],
)
def test_texts_as_shown(text: str, code: str, shown: str) -> None:
    assert show_text(text, code) == shown


def test_date_system_of_1904() -> None:
    assert show_number(43724, "yyyy-mm-dd", date_1904=True).text == "2023-09-17"
    assert show_number(59, "yyyy-mm-dd").text == "1900-02-28"
    assert show_number(61, "yyyy-mm-dd").text == "1900-03-01"


def odd_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "汇总"
    sheet.append(["序号", "活动名称", "时间", "备用", "电话", "人数"])
    sheet.append([1, "科普大篷车", datetime.date(2023, 9, 17), "隐", 13959812345, 500])
    sheet.append([2, "讲座", datetime.datetime.fromisoformat("2023-09-18T14:30"), "隐", 59522217957, 1.5])
    sheet.append([3, "隐藏的行", "x", "隐", 1, 1])
    sheet.append([4, "=1/0", True, "隐", "0595-22000000", 0.25])
    sheet.append([5, "划掉", None, "隐", "R", None])
    sheet["E3"].number_format = "000000000000"
    sheet["F5"].number_format = "0%"
    sheet["B6"].font = Font(strike=True)
    sheet["E6"].font = Font(name="Wingdings 2")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["D"].hidden = True
    sheet["A8"] = CellRichText(
        "时间：", TextBlock(InlineFont(strike=True), "9月1日"), TextBlock(InlineFont(b=True), "9月2日")
    )
    sheet.merge_cells("A8:F9")
    for state in ("hidden", "veryHidden"):
        other = book.create_sheet(state)
        other["A1"] = "不可见"
        other.sheet_state = state
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ODD = [
    ["序号", "活动名称", "时间", "电话", "人数"],
    ["1", "科普大篷车", "2023-09-17", "13959812345", "500"],
    ["2", "讲座", "2023-09-18 14:30", "059522217957", "1.5"],
    ["4", "", "TRUE", "0595-22000000", "25%"],
    ["5", "", "", "☑", ""],
    ["", "", "", "", ""],
    ["时间：9月2日"],
]


def texts(data: bytes, name: str) -> list[list[str]]:
    (table,) = document_of(data, name).tables()
    assert table.name == "汇总"
    return [[cell.text for cell in row] for row in table.rows()]


def test_odd_xlsx() -> None:
    data = odd_workbook()
    assert texts(data, "汇总.xlsx") == ODD
    document = document_of(data, "汇总.et")
    (table,) = document.tables()
    merged = next(cell for cell in table.cells if cell.text.startswith("时间："))
    assert (merged.row, merged.col, merged.rowspan, merged.colspan) == (6, 0, 2, 5)
    assert [cell.number for cell in table.cells if cell.text == "13959812345"] == [13959812345]
    assert all("不可见" not in note for note in document.notes)
    assert sum("隐藏" in note for note in document.notes) == 2
    assert [problem.message for problem in document.problems] == [
        "工作表“汇总”第4行、D列被隐藏，未读取。如需报送，请取消隐藏后重新发送。",
        "工作表“汇总”的B5是公式，文件中没有计算结果，未读取。请用 Excel 或 WPS 打开并保存后重新发送。",
    ]
    assert [cell.place for cell in table.cells if cell.text == "0595-22000000"] == [
        (4, 4)
    ]  # E5, hidden row and column counted


def computing_workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    sheet.append(["人数", "=100+200", "=0*7"])
    book.save(out)
    return out.getvalue()


to_convert("computing.xlsx", computing_workbook, "xls")


@pytest.mark.slow
def test_a_formula_that_nobody_computed_is_no_nought(converted: Converted) -> None:
    """Programs that write .xls put 0 for what Excel is to compute on opening; the record says so."""
    data = converted("xls", "computing")
    record = re.search(rb"\x06\x00..\x00\x00\x01\x00..(.{8})(..)", data, re.DOTALL)
    assert record is not None
    assert [cell.text for table in document_of(data, "a.xls").tables() for cell in table.cells] == ["人数", "300", "0"]
    written = data[: record.start(1)] + bytes(8) + b"\x02\x00" + data[record.end(2) :]
    document = document_of(written, "a.xls")
    assert [cell.text for table in document.tables() for cell in table.cells] == ["人数", "", "0"]
    assert "B1是公式" in document.problems[0].message


def unseen_workbook() -> bytes:
    """Ten ways of not showing what is stored, and their neighbours that can be seen."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "汇总"
    white, plain = Font(color="FFFFFFFF"), PatternFill()
    looks: list[tuple[object, dict[str, Any]]] = [
        ("白字", {"font": white}),
        ("白字白底", {"font": white, "fill": PatternFill("solid", fgColor="FFFFFF")}),
        ("主题白", {"font": Font(color=Color(theme=0))}),
        ("索引白", {"font": Font(color=Color(indexed=9))}),
        ("红字红底", {"font": Font(color="C00000"), "fill": PatternFill("solid", fgColor="C00000")}),
        ("近白", {"font": Font(color="FFFAFAFA")}),
        ("分号", {"number_format": ";;;"}),
        (12345, {"number_format": ";;;"}),
        ("一点", {"font": Font(sz=1)}),
        ("划掉", {"font": Font(strike=True)}),
        ("白字蓝底", {"font": white, "fill": PatternFill("solid", fgColor="1F4E79")}),
        ("灰字", {"font": Font(color="808080"), "fill": plain}),
        ("主题黑", {"font": Font(color=Color(theme=1))}),
        (0.5, {"number_format": "0.00%"}),
        (9.2, {"number_format": "0.00"}),
        (datetime.date(2022, 9, 20), {"number_format": 'm"月"d"日"'}),
        (59588001234, {"number_format": "0000-00000000"}),
    ]
    for row, (value, look) in enumerate(looks, 1):
        cell = sheet.cell(row, 1, value)
        for key, one in look.items():
            setattr(cell, key, one)
    sheet["A18"] = CellRichText(
        "地点：", TextBlock(InlineFont(color="FFFFFFFF"), "旧址"), TextBlock(InlineFont(b=True), "新址")
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SEEN = ["白字蓝底", "灰字", "主题黑", "50%", "9.20", "9月20日", "0595-88001234", "地点：新址"]


def test_what_cannot_be_seen_is_not_there() -> None:
    (table,) = document_of(unseen_workbook(), "汇总.xlsx").tables()
    assert [cell.text for cell in table.cells if cell.text] == SEEN
    assert [cell.number for cell in table.cells if cell.number] == [0.5, 9.2, 59588001234]


def test_white_on_the_ground_of_a_table_style_is_seen() -> None:
    """The blue behind such a header stands in the style of the table, not in its cells; a conditional format does the same."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["活动名称", "地点"], ["讲座", "礼堂"], ["标红", "白字"]):
        sheet.append(row)
    for place in ("A1", "B1", "A3", "B3"):
        sheet[place].font = Font(color="FFFFFFFF")
    table = Table(
        displayName="t", ref="A1:B2", tableStyleInfo=TableStyleInfo(name="TableStyleMedium2", showRowStripes=True)
    )
    sheet.add_table(table)
    sheet.conditional_formatting.add("A3", FormulaRule(formula=["TRUE"], fill=PatternFill(bgColor="C00000")))
    out = io.BytesIO()
    book.save(out)
    (found,) = document_of(out.getvalue(), "表.xlsx").tables()
    assert [cell.text for cell in found.cells if cell.text] == ["活动名称", "地点", "讲座", "礼堂", "标红"]


def filtered_workbook(mode: str) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "汇总"
    for number in range(1, 7):
        sheet.append([number, f"活动{number}"])
    for row in (3, 4, 6):
        sheet.row_dimensions[row].hidden = True
    if mode != "by hand":
        sheet.auto_filter.ref = "A1:B4"
    if mode == "filter":
        sheet.auto_filter.add_filter_column(1, ["活动2"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "seen", "named"),
    [("filter", "12345", "第6行"), ("no choice", "125", "第3—4、6行"), ("by hand", "125", "第3—4、6行")],
)
def test_filtered_rows_are_read_and_hidden_ones_named(mode: str, seen: str, named: str) -> None:
    document = document_of(filtered_workbook(mode), "汇总.xlsx")
    (table,) = document.tables()
    assert "".join(cell.text for cell in table.cells if cell.col == 0) == seen
    (problem,) = document.problems
    assert f"工作表“汇总”{named}被隐藏，未读取" in problem.message and not problem.is_error
    assert [cell.place[0] for cell in table.cells if cell.text == "活动5"] == [4]


to_convert("unseen.xlsx", unseen_workbook, *SHEET_FORMATS)
to_convert("filtered.xlsx", lambda: filtered_workbook("filter"), *SHEET_FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("form", SHEET_FORMATS)
def test_the_same_in_other_formats(converted: Converted, form: str) -> None:
    (table,) = document_of(converted(form, "unseen"), f"汇总.{form}").tables()
    seen = [cell.text for cell in table.cells if cell.text]
    assert seen[:-1] == SEEN[:-1] and (seen == SEEN or form != "xls")
    document = document_of(converted(form, "filtered"), f"汇总.{form}")
    (table,) = document.tables()
    assert "".join(cell.text for cell in table.cells if cell.col == 0) == "12345"
    assert ["第6行被隐藏" in problem.message for problem in document.problems] == [True]


to_convert("odd.xlsx", odd_workbook, *SHEET_FORMATS)


@pytest.mark.slow
@pytest.mark.parametrize("form", SHEET_FORMATS)
def test_odd_workbook_in_other_formats(converted: Converted, form: str) -> None:
    assert texts(converted(form, "odd"), f"汇总.{form}") == ODD


def edited(data: bytes, **changes: tuple[str, str]) -> bytes:
    """The workbook with one replacement in each named part (the part's file name without folder and suffix)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            key = re.sub(r".*/|\.xml$", "", info.filename)
            if key in changes:
                old, new = changes[key]
                assert old.encode() in content, (key, content[:300])
                content = content.replace(old.encode(), new.encode())
            target.writestr(info.filename, content)
    return out.getvalue()


def plain_workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "活动类型"
    book.active["B1"] = 45186
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_strict_namespaces() -> None:
    data = plain_workbook()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            for family in (b"spreadsheetml", b"officeDocument"):
                content = content.replace(
                    b"http://schemas.openxmlformats.org/" + family + b"/2006/",
                    b"http://purl.oclc.org/ooxml/" + family + b"/",
                )
            target.writestr(info.filename, content)
    (table,) = document_of(out.getvalue(), "表.xlsx").tables()
    assert [cell.text for cell in table.cells] == ["活动类型", "45186"]


def test_cells_and_rows_without_references() -> None:
    data = plain_workbook()
    data = edited(data, sheet1=('<c r="A1"', "<c"))
    data = edited(data, sheet1=('<c r="B1"', "<c"))
    (table,) = document_of(data, "表.xlsx").tables()
    assert [(cell.row, cell.col, cell.text) for cell in table.cells] == [(0, 0, "活动类型"), (0, 1, "45186")]


def test_check_boxes_over_cells() -> None:
    shape = (
        '<v:shape type="#_x0000_t201" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        "<v:textbox><div>{0}</div></v:textbox>"
        '<x:ClientData ObjectType="Checkbox"><x:Anchor>1, {1}, 0, 2, 2, 40, 1, 0</x:Anchor>{2}</x:ClientData></v:shape>'
    )
    drawing = (
        "<xml>" + shape.format("互动体验", 60, "") + shape.format("展览展示", 5, "<x:Checked>1</x:Checked>") + "</xml>"
    )
    data = plain_workbook()
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/></Relationships>'
    )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/_rels/sheet1.xml.rels", relations)
        archive.writestr("xl/drawings/vmlDrawing1.vml", drawing)
    data = edited(out.getvalue(), sheet1=("<v>45186</v>", ""))
    (table,) = document_of(data, "表.xlsx").tables()
    assert [cell.text for cell in table.cells] == ["活动类型", "☑展览展示 ☐互动体验"]


def test_empty_rows_cost_little_and_leave_nothing() -> None:
    count = 50_000
    rows = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(2, count))
    far = '<row r="1000001"><c r="C1000001"><v>7</v></c></row></sheetData>'
    data = edited(plain_workbook(), sheet1=("</sheetData>", rows + far))
    found: list[Document] = []
    assert calls_made(lambda: found.append(document_of(data, "表.xlsx"))) < 8 * count
    (table,) = found[0].tables()
    assert [cell.text for cell in table.cells if cell.text] == ["活动类型", "45186", "7"]
    assert len(table.cells) < 20


def test_far_cells_and_huge_merges() -> None:
    merges = (
        '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B1:C2"/><mergeCell ref="nonsense"/></mergeCells>'
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>' + merges
    with bounded():
        (table,) = document_of(edited(plain_workbook(), sheet1=("</sheetData>", far)), "表.xlsx").tables()
    assert table.cells[0].text == "活动类型"


def test_too_many_rows() -> None:
    rows = "".join(f"<row><c><v>{number}</v></c></row>" for number in range(40))
    data = edited(plain_workbook(), sheet1=("</sheetData>", rows + "</sheetData>"))
    with pytest.raises(TooLarge):
        opened(data, "表.xlsx", ReadContext(limits=Limits(max_rows=30)))


def test_protected_without_a_password() -> None:
    """Excel encrypts with a password of its own that every Excel knows, so that nobody is asked: the file is such a one."""
    data = (Path(__file__).parent / "sheets" / "protected_without_a_password.xlsx").read_bytes()
    assert "水韵科普行" in [cell.text for table in document_of(data, "表.xlsx").tables() for cell in table.cells]


def test_encrypted_workbooks() -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(plain_workbook())).encrypt("kepu2023", out)
    data = out.getvalue()
    with pytest.raises(Encrypted):
        opened(data, "表.xlsx", ReadContext(passwords=("123456",)))
    document = opened(data, "表.xlsx", ReadContext(passwords=("123456", "kepu2023"))).document
    assert document is not None
    assert document.format == "xlsx"
    assert [cell.text for table in document.tables() for cell in table.cells] == ["活动类型", "45186"]


def test_web_export_named_xls() -> None:
    page = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><col><col style="display:none"><tr><td>电话<td>隐<td x:num="13959812345">1.39598E+10</table>'
    (table,) = document_of(page.encode("gb18030"), "表.xls").tables()
    assert [cell.text for cell in table.cells] == ["电话", "13959812345"]


def judged(rules: list[tuple[str, Any]], **cells: object) -> dict[str, str]:
    """What is read of *cells* under conditional formats."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for place, value in cells.items():
        sheet[place] = value
    sheet["F6"].fill = PatternFill("solid", fgColor="1F4E79")
    for area, rule in rules:
        sheet.conditional_formatting.add(area, rule)
    out = io.BytesIO()
    book.save(out)
    (table,) = document_of(out.getvalue(), "表.xlsx").tables()
    return {f"{chr(65 + cell.col)}{cell.row + 1}": cell.text for cell in table.cells if cell.text}


PALE, CROSSED = Font(color="FFFFFFFF"), Font(strike=True)
CALLED_OFF = {"A1": "讲座", "B1": "取消", "A2": "展览", "B2": "照常"}


@pytest.mark.parametrize(
    ("area", "rule", "gone"),
    [
        ("A1:B2", FormulaRule(formula=['$B1="取消"'], font=CROSSED), "A1 B1"),
        ("A1:B2", FormulaRule(formula=['AND($B1<>"",LEFT($B1,1)="取")'], font=PALE), "A1 B1"),
        ("B1:B2", CellIsRule(operator="notEqual", formula=['"照常"'], font=CROSSED), "B1"),
        ("A1:B2", FormulaRule(formula=["ROW()=2"], font=CROSSED), "A2 B2"),
        ("A2", FormulaRule(formula=["LEN(A2)>1"], font=PALE), "A2"),
        # Not met, not to be told, or to be seen all the same.
        ("A1:B2", FormulaRule(formula=['$B1="延期"'], font=CROSSED), ""),
        ("A1:B2", FormulaRule(formula=["COUNTIF($A:$A,$A1)>0"], font=CROSSED), ""),
        ("A1:B2", FormulaRule(formula=["TODAY()>1"], font=PALE), ""),
        ("A1:B2", FormulaRule(formula=["TRUE"], font=PALE, fill=PatternFill(bgColor="C00000")), ""),
        ("A1:B2", FormulaRule(formula=["TRUE"], font=Font(color="FF0000")), ""),
    ],
)
def test_conditional_formats_hide_what_they_hide_for_certain(area: str, rule: Any, gone: str) -> None:
    expected = {place: text for place, text in CALLED_OFF.items() if place not in gone.split()}
    assert judged([(area, rule)], **CALLED_OFF) == expected


def test_the_first_rule_that_holds_decides() -> None:
    """White under a rule that may colour the ground, and on a dark cell, is read; numbers are compared as numbers."""
    dark = FormulaRule(formula=["NOW()>1"], fill=PatternFill(bgColor="1F4E79"))
    assert judged([("A1", FormulaRule(formula=["1=1"], font=PALE)), ("A1", dark)], A1="讲座") == {"A1": "讲座"}
    assert judged([("F6:F7", FormulaRule(formula=["TRUE"], font=PALE))], F6="白字", F7="看不见") == {"F6": "白字"}
    zero = CellIsRule(operator="lessThan", formula=["1"], font=PALE)
    assert judged([("A1:A3", zero)], A1=0, A2=5, A3="礼堂") == {"A2": "5", "A3": "礼堂"}
    stop = FormulaRule(formula=["TRUE"], stopIfTrue=True)
    assert judged([("A1", stop), ("A1", FormulaRule(formula=["TRUE"], font=CROSSED))], A1="讲座") == {"A1": "讲座"}


def conditional_workbook() -> bytes:
    """A row for each rule over its cells A and B: what it hides for certain, and what it does not."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    rules: list[tuple[str, Any]] = [
        ("A1:B1", FormulaRule(formula=['$B1="取消"'], font=CROSSED)),
        ("A2:B2", FormulaRule(formula=['AND($B2<>"",LEFT($B2,1)="照")'], font=PALE)),
        ("B3", CellIsRule(operator="notEqual", formula=['"照常"'], font=CROSSED)),
        ("A4:B4", FormulaRule(formula=["ROW()=4"], font=PALE)),
        ("A5:B5", CellIsRule(operator="between", formula=["1", "C5*2.5"], font=PALE)),
        ("A6:B6", FormulaRule(formula=["COUNTIF($A:$A,$A6)>0"], font=CROSSED)),
        ("A7:B7", FormulaRule(formula=["TODAY()>1"], font=PALE)),
        ("A8:B8", FormulaRule(formula=["TRUE"], font=PALE, fill=PatternFill(bgColor="C00000"))),
        ("A9:B9", FormulaRule(formula=["TRUE"], font=Font(color="FF0000"))),
        ("A10:B10", FormulaRule(formula=["NOT(A10=B10)"], font=PALE)),
    ]
    for row, (area, rule) in enumerate(rules, 1):
        sheet.append([f"讲座{row}", "取消"])
        sheet.conditional_formatting.add(area, rule)
    sheet["B2"], sheet["A5"], sheet["B5"], sheet["C5"] = "照常", 5, 6, 2
    sheet["A10"].fill = PatternFill("solid", fgColor="1F4E79")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


UNDER_CONDITIONS = ["讲座3", "6", "2", "讲座6", "取消", "讲座7", "取消", "讲座8", "取消", "讲座9", "取消", "讲座10"]


to_convert("conditions.xlsx", conditional_workbook, "xls", "fods")


@pytest.mark.slow
def test_conditional_formats_of_xls(converted: Converted) -> None:
    assert seen_in(conditional_workbook(), "表.xlsx") == UNDER_CONDITIONS
    assert seen_in(converted("xls", "conditions"), "表.xls") == UNDER_CONDITIONS


@pytest.mark.slow
def test_conditional_formats_of_ods(converted: Converted) -> None:
    """In LibreOffice's own writing, and in the standard's alone, which is what others write."""
    page = converted("fods", "conditions")
    standard = re.sub(rb"<calcext:conditional-formats>.*?</calcext:conditional-formats>", b"", page, flags=re.DOTALL)
    assert b"<style:map style:condition=" in standard != page
    for data in (page, standard):
        assert seen_in(data, "表.fods") == UNDER_CONDITIONS


def grounded_workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in (["标红", 7], ["白字", 8], ["黑字", 9]):
        sheet.append(row)
    for place in ("A1", "B1", "A2", "B2"):
        sheet[place].font = PALE
    sheet.conditional_formatting.add("A1:B1", FormulaRule(formula=["TODAY()>1"], fill=PatternFill(bgColor="C00000")))
    book.save(out)
    return out.getvalue()


to_convert("ground.xlsx", grounded_workbook, "xls", "fods")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["xlsx", "xls", "fods"])
def test_white_on_the_ground_of_a_conditional_format(converted: Converted, form: str) -> None:
    data = grounded_workbook() if form == "xlsx" else converted(form, "ground")
    assert seen_in(data, f"表.{form}") == ["标红", "7", "黑字", "9"]


def test_hidden_columns_are_named_like_rows() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "汇总"
    sheet.append(["活动名称", "活动地点", "联系人", None, "备注"])
    sheet.append(["讲座", "礼堂", "王老师", None, "无"])
    sheet.append(["旧讲座", "旧址", "无", None, "无"])
    for column in "BCD":
        sheet.column_dimensions[column].hidden = True
    sheet.row_dimensions[3].height = 0.75  # one pixel
    out = io.BytesIO()
    book.save(out)
    document = document_of(out.getvalue(), "汇总.xlsx")
    (table,) = document.tables()
    assert [cell.text for cell in table.cells if cell.text] == ["活动名称", "备注", "讲座", "无"]
    assert ["第3行、B—C列被隐藏，未读取" in problem.message for problem in document.problems] == [True]


def coloured_workbook() -> bytes:
    """Number formats that name a colour, a row of one pixel, noughts that the view does not show."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    white = "[White]General;[White]-General;[White]0;[White]@"
    for row, (value, code) in enumerate(
        [
            ("白字", white),
            (5, white),
            (-5, white),
            (7, "[White]0;[Red]-0"),
            (-7, "[White]0;[Red]-0"),
            ("礼堂", "[Red]@"),
        ],
        1,
    ):
        sheet.cell(row, 1, value).number_format = code
    sheet["A7"], sheet["A8"], sheet["A9"] = 0, "末行", "深底"
    sheet["A9"].number_format, sheet["A9"].fill = white, PatternFill("solid", fgColor="1F4E79")
    sheet["A10"] = "一像素"
    sheet.row_dimensions[10].height = 0.75
    sheet.sheet_view.showZeros = False
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seen_in(data: bytes, name: str) -> list[str]:
    (table,) = document_of(data, name).tables()
    return [cell.text for cell in table.cells if cell.text]


def test_colours_of_number_formats_and_noughts_that_are_not_shown() -> None:
    assert seen_in(coloured_workbook(), "表.xlsx") == ["-7", "礼堂", "末行", "深底"]


to_convert("coloured.xlsx", coloured_workbook, "xls")


@pytest.mark.slow
def test_the_same_colours_in_xls(converted: Converted) -> None:
    assert seen_in(converted("xls", "coloured"), "表.xls") == ["-7", "礼堂", "末行", "深底"]


FODS = (
    '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:styles>'
    '<style:style style:name="Gone_5f_1" style:display-name="Gone_1" style:family="table-cell"><style:text-properties fo:color="#ffffff"/></style:style>'
    '</office:styles><office:automatic-styles><number:text-style style:name="N1"><style:text-properties fo:color="#ffffff"/><number:text-content/></number:text-style>'
    '<style:style style:name="P" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="R" style:family="table-row"><style:table-row-properties style:row-height="0.5pt" style:use-optimal-row-height="false"/></style:style>'
    '</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="表">{}<calcext:conditional-formats>'
    '<calcext:conditional-format calcext:target-range-address="表.A1:表.B9"><calcext:condition calcext:apply-style-name="Gone_1" calcext:value="{}" calcext:base-cell-address="表.A1"/>'
    "</calcext:conditional-format></calcext:conditional-formats></table:table></office:spreadsheet></office:body></office:document>"
)


@pytest.mark.parametrize(
    ("condition", "seen"),
    [
        ("formula-is([.$B1]=&quot;取消&quot;)", ["展览", "照常"]),
        ("=&quot;照常&quot;", ["讲座", "取消", "展览"]),
        ("contains-text(&quot;取&quot;)", ["讲座", "展览", "照常"]),
        ("formula-is(TODAY()&gt;0)", ["讲座", "取消", "展览", "照常"]),
        ("not-between(1,5)", ["讲座", "取消", "展览", "照常"]),
    ],
)
def test_conditional_formats_of_opendocument(condition: str, seen: list[str]) -> None:
    cell = '<table:table-cell{} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = [("讲座", "取消", ""), ("展览", "照常", ""), ("白字", "", ' table:style-name="P"')]
    written = "".join(
        f"<table:table-row>{cell.format(own, one)}{cell.format('', other)}</table:table-row>"
        for one, other, own in rows
    )
    slit = f'<table:table-row table:style-name="R">{cell.format("", "一线")}</table:table-row>'
    assert seen_in(FODS.format(written + slit, condition).encode(), "表.fods") == seen


@pytest.mark.parametrize(
    ("condition", "name", "seen"),
    [
        ('cell-content()="照常"', "Gone_5f_1", ["讲座", "取消", "展览", "5"]),
        ("of:cell-content()!=5", "Gone_5f_1", ["5"]),
        ('is-true-formula([.$B1]="取消")', "Gone_5f_1", ["展览", "照常", "5"]),
        ("cell-content-is-between(1,5)", "Gone_5f_1", ["讲座", "取消", "展览", "照常"]),
        ("cell-content-is-between(6,IF(1,9,9))", "Gone_5f_1", ["讲座", "取消", "展览", "照常", "5"]),
        ("is-true-formula(TODAY()>0)", "Gone_5f_1", ["讲座", "取消", "展览", "照常", "5"]),
        ("cell-content()=5", "Nothing", ["讲座", "取消", "展览", "照常"]),
        ("cell-content()=5", "P", ["讲座", "取消", "展览", "照常", "5"]),
    ],
)
def test_maps_of_styles(condition: str, name: str, seen: list[str]) -> None:
    """As OpenOffice and others write them, without LibreOffice's own elements."""
    condition = condition.replace('"', "&quot;").replace(">", "&gt;")
    styles = (
        '<number:number-style style:name="N2"><number:text/></number:number-style>'
        '<number:text-style style:name="N3"><number:text/><style:map style:condition="value()&gt;0" style:apply-style-name="N2"/></number:text-style>'
        '<style:style style:name="Nothing" style:family="table-cell" style:data-style-name="N3"/><style:style style:name="M" style:family="table-cell">'
        f'<style:map style:condition="{condition}" style:apply-style-name="{name}" style:base-cell-address="表.A1"/></style:style>'
    )
    text = '<table:table-cell table:style-name="M" office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{text.format(one)}{text.format(other)}</table:table-row>"
        for one, other in (("讲座", "取消"), ("展览", "照常"))
    )
    rows += '<table:table-row><table:table-cell table:style-name="M" office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell></table:table-row>'
    page = re.sub("<calcext:.*</calcext:conditional-formats>", "", FODS)
    page = page.replace("</office:automatic-styles>", styles + "</office:automatic-styles>").format(rows)
    assert seen_in(page.encode(), "表.fods") == seen
