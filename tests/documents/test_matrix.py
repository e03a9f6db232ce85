"""The same filled form in every format gives the same cells and ticks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.documents.conftest import KEPT, SHEET_FORMATS, TEXT_FORMATS, document_of, shape, squeezed
from tests.factory import docx_file, html_file, rtf_file, sheet_file
from tests.factory.layouts import LAYOUTS
from tests.factory.page import Grid, Page, shape_of


def expected(page: Page) -> list[object]:
    return [
        squeezed(block) if isinstance(block, str) else [(*cell[:4], squeezed(cell[4])) for cell in block]  # type: ignore[attr-defined]  # blocks of shape_of
        for block in shape_of(page)
    ]


@pytest.mark.parametrize("technique", docx_file.TECHNIQUES)
def test_docx_ticks(technique: str) -> None:
    page = LAYOUTS["official"]()
    assert shape(document_of(docx_file.docx_bytes(page, technique), "表.docx")) == expected(page)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_docx_layouts(layout: str) -> None:
    page = LAYOUTS[layout]()
    assert shape(document_of(docx_file.docx_bytes(page), "表.docx")) == expected(page)


@pytest.mark.parametrize("technique", html_file.TECHNIQUES)
@pytest.mark.parametrize(("charset", "codec"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gbk", "utf-8")])
def test_html_ticks_and_charsets(technique: str, charset: str, codec: str) -> None:
    page = LAYOUTS["official"]()
    assert shape(document_of(html_file.html_bytes(page, technique, charset, codec), "表.doc")) == expected(page)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_html_and_web_archive_layouts(layout: str) -> None:
    page = LAYOUTS[layout]()
    assert shape(document_of(html_file.html_bytes(page), "表.html")) == expected(page)
    assert shape(document_of(html_file.mht_bytes(page), "表.mht")) == expected(page)


@pytest.mark.parametrize("technique", rtf_file.TECHNIQUES)
@pytest.mark.parametrize("gbk", [False, True])
def test_rtf_ticks(technique: str, gbk: bool) -> None:
    page = LAYOUTS["official"]()
    document = document_of(rtf_file.rtf_bytes(page, technique, gbk), "表.doc")
    assert shape(document) == expected(page)
    assert document.title == "表"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rtf_layouts(layout: str) -> None:
    page = LAYOUTS[layout]()
    assert shape(document_of(rtf_file.rtf_bytes(page), "表.rtf")) == expected(page)


@pytest.mark.slow
@pytest.mark.parametrize("form", TEXT_FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_converted_texts(converted: Callable[[str, str], bytes], form: str, layout: str) -> None:
    document = document_of(converted(form, layout), f"表.{form}")
    assert shape(document) == expected(LAYOUTS[layout]())
    assert document.format == {"fodt": "odt"}.get(form, form)


@pytest.mark.slow
@pytest.mark.parametrize("form", TEXT_FORMATS)
@pytest.mark.parametrize("technique", KEPT)
def test_converted_ticks(converted: Callable[[str, str], bytes], form: str, technique: str) -> None:
    if (form, technique) == ("rtf", "legacy"):
        pytest.skip("LibreOffice writes no state of form fields into RTF")
    document = document_of(converted(form, f"tick_{technique}"), f"表.{form}")
    assert shape(document) == expected(LAYOUTS["official"]())


def on_a_sheet(page: Page) -> list[object]:
    """Text of each row that holds any, with spans: what a sheet of this page must give."""
    rows: list[object] = []
    for block in page:
        if isinstance(block, Grid):
            for number in range(len(block.rows)):
                rows.append(
                    [
                        (area.rows, area.cols, squeezed(text))
                        for row, _, area in block.placed()
                        if row == number and (text := shape_text(area.text))
                    ]
                )
        elif block:
            rows.append([(1, max(len(other.widths) for other in page if isinstance(other, Grid)), squeezed(block))])
    return [row for row in rows if row]


def shape_text(text: str) -> str:
    from tests.factory.page import drawn

    return drawn(text)


def sheet_rows(data: bytes, name: str) -> list[object]:
    (table,) = document_of(data, name).tables()
    rows = [[(c.rowspan, c.colspan, squeezed(c.text)) for c in row if c.text] for row in table.rows()]
    return [row for row in rows if row]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_xlsx_layouts(layout: str) -> None:
    page = LAYOUTS[layout]()
    assert sheet_rows(sheet_file.xlsx_bytes(page), "表.xlsx") == on_a_sheet(page)


@pytest.mark.slow
@pytest.mark.parametrize("form", SHEET_FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_converted_sheets(converted: Callable[[str, str], bytes], form: str, layout: str) -> None:
    assert sheet_rows(converted(form, layout), f"表.{form}") == on_a_sheet(LAYOUTS[layout]())


@pytest.mark.parametrize("name", ["表.xml", "表.xls"])
def test_excel_xml_of_2003(name: str) -> None:
    page = LAYOUTS["official"]()
    assert sheet_rows(sheet_file.xml_2003_bytes(page), name) == on_a_sheet(page)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("name", ["表.csv", "表.xls"])
def test_separated_values(codec: str, separator: str, name: str) -> None:
    page = LAYOUTS["summary"]()
    rows = [[text for _, _, text in row] for row in on_a_sheet(page)]  # type: ignore[union-attr]  # rows of on_a_sheet
    assert [
        [text for _, _, text in row] for row in sheet_rows(sheet_file.csv_bytes(page, codec, separator), name)
    ] == rows  # type: ignore[union-attr]  # likewise


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_short_title_lines_above_separated_values(separator: str, rows: int) -> None:
    """Titles that a program wrote without separators outnumber the rows below them."""
    head = ["附件2", "2023年泉州市全国科普日重点活动汇总表", "填报单位：南安市科学技术协会", "联系人：黄育才"]
    body = [
        ["序号", "活动名称", "活动时间", "活动地点"],
        *([str(n), f"活动{n}", "9月18日", ""] for n in range(1, rows + 1)),
    ]
    text = "\n".join([*head, *(separator.join(row) for row in body)])
    (table,) = document_of(text.encode("gb18030"), "表.csv").tables()
    assert [[cell.text for cell in row] for row in table.rows()][len(head) :] == body


def test_sentences_are_no_table() -> None:
    text = "各位老师，大家好，材料已附上。\n请查收，谢谢。\n王老师\n2023年8月25日"
    assert not list(document_of(text.encode(), "说明.csv").tables())
