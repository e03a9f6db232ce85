"""Every value knows where it was read: the table, row and column that somebody wrote it into, the line, the box on the page."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import openpyxl
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.base.campaign import Campaign
from bot.documents.formats.ocr.upright import upright
from bot.documents.model import Document, Paragraph, Spot
from bot.documents.page.frame import Frame
from bot.forms.definitions import load_definitions
from bot.forms.labels.places import regions_of
from bot.forms.model import Form, Kind, Place, Value
from bot.forms.read import read_forms
from tests.documents import pdf_builder
from tests.documents.conftest import SHEET_FORMATS, TEXT_FORMATS, document_of, squeezed
from tests.documents.scan_maker import picture_file, rendered
from tests.factory import docx_file, html_file, rtf_file, sheet_file
from tests.factory.layouts import ANSWERS, LAYOUTS
from tests.factory.page import Page, shape_of

CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
DEFINITIONS = load_definitions()
PDFS = Path(__file__).parent / "pdf"
KEYS = {
    "reporting_unit": "填报单位",
    "activity_name": "活动名称",
    "host_unit": "主办单位",
    "undertaking_unit": "承办单位",
    "contact_person": "联系人",
    "phone": "联系电话",
    "mobile": "移动电话",
    "email": "电子邮箱",
    "activity_time": "活动时间",
    "venue": "活动地点",
    "content": "主要活动内容",
}
WRITTEN = {key: ANSWERS[label].split("\n")[0] for key, label in KEYS.items()} | {
    "report_date": "2023年8月25日",
    "start_date": ANSWERS["活动时间"],
    "activity_types": "展览展示",
    "audiences": "青少年",
    "expected_public": "500",
    "staff_count": "30",
}
LAID_OUT = ("official", "wps_grid", "retyped", "one_cell")


def form_in(document: Document) -> Form:
    return read_forms(document, DEFINITIONS, CAMPAIGN)[0]


def check_written(values: dict[str, str], form: Form, stands_at: Callable[[Place], str]) -> None:
    """Each value's first place holds, by what the writer of the file knows, what was written for it."""
    wrong = {}
    for key, text in values.items():
        if form.plain(key) is None and key == "report_date":
            continue  # not every layout has it
        place = form.fields[key].places[0]
        there = stands_at(place)
        if squeezed(text) not in there or (place.quote and squeezed(place.quote) not in there):
            wrong[key] = (text, place, there)
    assert not wrong


def on_page(page: Page, document: Document) -> Callable[[Place], str]:
    """What the page that was written has at a place; paragraphs are counted as the reader counts them."""
    shape = shape_of(page)
    tables = [block for block in shape if isinstance(block, list)]
    texts = [squeezed(block) for block in shape if isinstance(block, str)]
    paragraphs = [region.block.text for region in regions_of(document) if isinstance(region.block, Paragraph)]

    def stands_at(place: Place) -> str:
        if not place.table:
            read = squeezed(paragraphs[place.paragraph - 1])
            assert read in texts
            return read
        cells = [text for row, col, _, _, text in tables[place.table - 1] if (row, col) == (place.row, place.col)]
        return squeezed(cells[0])

    return stands_at


@pytest.mark.parametrize("layout", LAID_OUT)
def test_texts(layout: str) -> None:
    page = LAYOUTS[layout]()
    files = {
        "a.docx": docx_file.docx_bytes(page),
        "a.html": html_file.html_bytes(page),
        "b.doc": html_file.mht_bytes(page),
        "c.doc": rtf_file.rtf_bytes(page),
    }
    for name, data in files.items():
        document = document_of(data, name)
        check_written(WRITTEN, form_in(document), on_page(page, document))


@pytest.mark.parametrize("layout", LAID_OUT)
def test_sheets(layout: str) -> None:
    page = LAYOUTS[layout]()
    data = sheet_file.xlsx_bytes(page)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    for name, found in {"a.xlsx": data, "a.xls": sheet_file.xml_2003_bytes(page)}.items():
        check_written(
            WRITTEN,
            form_in(document_of(found, name)),
            lambda place: squeezed(str(sheet.cell(place.row + 1, place.col + 1).value)),
        )


@pytest.mark.slow
@pytest.mark.parametrize("form", (*TEXT_FORMATS, *SHEET_FORMATS))
def test_office_formats(converted: Callable[[str, str], bytes], form: str) -> None:
    for layout in LAID_OUT:
        page = LAYOUTS[layout]()
        document = document_of(converted(form, layout), f"a.{form}")
        if form in SHEET_FORMATS:
            sheet = openpyxl.load_workbook(io.BytesIO(sheet_file.xlsx_bytes(page))).worksheets[0]
            check_written(
                WRITTEN,
                form_in(document),
                lambda place, sheet=sheet: squeezed(str(sheet.cell(place.row + 1, place.col + 1).value)),  # type: ignore[misc]
            )
        else:
            check_written(WRITTEN, form_in(document), on_page(page, document))


def test_a_row_of_a_table_and_what_stands_around_it() -> None:
    page = LAYOUTS["summary"]()
    document = document_of(docx_file.docx_bytes(page), "a.docx")
    form = form_in(document)
    assert form.kind is Kind.SUMMARY
    stands_at = on_page(page, document)
    assert "清源区科学技术协会" in stands_at(form.fields["reporting_unit"].places[0])
    for number, name in enumerate((ANSWERS["活动名称"], "老年人数字生活课堂", "应急科普讲座"), 1):
        place = form.rows[number - 1]["activity_name"].places[0]
        assert (place.table, place.row, place.col) == (1, number, 1) and stands_at(place) == name
        assert place.words == f"表1 第{number + 1}行第2列"


def test_hidden_rows_count_as_whoever_wrote_the_sheet_counts_them() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_file.xlsx_bytes(LAYOUTS["summary"]())))
    sheet = book.worksheets[0]
    sheet.row_dimensions[5].hidden = True
    out = io.BytesIO()
    book.save(out)
    form = form_in(document_of(out.getvalue(), "a.xlsx"))
    places = [row["phone"].places[0] for row in form.rows]
    assert [sheet.cell(place.row + 1, place.col + 1).value for place in places] == ["0595-22000001", "22000002"]


def test_a_table_that_lies_on_its_side() -> None:
    lines = [
        ["活动名称", "机器人展演", "星空讲座"],
        ["活动时间", "9月17日", "9月18日"],
        ["活动地点", "少年宫", "图书馆"],
        ["主（承）办单位", "少年宫", "图书馆"],
        ["联系人", "庄晓东", "苏小梅"],
        ["联系电话", "0595-22000000", "0595-22000001"],
    ]
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["2023年泉州市全国科普日重点活动汇总表"])
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    form = form_in(document_of(out.getvalue(), "a.xlsx"))
    assert [row["activity_name"].value for row in form.rows] == ["机器人展演", "星空讲座"]
    for row in form.rows:
        for value in row.values():
            if value.places and value.text:
                place = value.places[0]
                assert sheet.cell(place.row + 1, place.col + 1).value == value.text
                assert f"第{place.row + 1}行第{place.col + 1}列" in place.words


def test_lines_with_wide_gaps_are_lines() -> None:
    lines = [
        "2023年全国科普日重点活动汇总表",
        "填报单位：清源区科学技术协会",
        "序号   活动名称   活动时间   活动地点   主办单位   联系人   联系电话",
        "1   机器人展演   9月17日   少年宫   少年宫   庄晓东   0595-22000000",
        "",
        "2   星空讲座   9月18日   图书馆   图书馆   苏小梅   0595-22000001",
    ]
    document = document_of("\n".join(lines).encode(), "a.txt")
    form = form_in(document)
    texts = [region.block.text for region in regions_of(document) if isinstance(region.block, Paragraph)]
    for row, line in zip(form.rows, (lines[3], lines[5]), strict=True):
        place = row["venue"].places[0]
        assert texts[place.paragraph - 1] == line and place.quote == row["venue"].value


def test_words_of_a_mail_are_quoted() -> None:
    text = "各位老师好，报名如下\n填报单位：清源区科学技术协会\n" + "\n".join(
        f"{label}：{ANSWERS[label]}" for label in KEYS.values() if label != "填报单位"
    )
    document = document_of(text.encode(), "a.txt")
    form = form_in(document)
    lines = [region.block.text for region in regions_of(document) if isinstance(region.block, Paragraph)]
    for key, label in KEYS.items():
        place = form.fields[key].places[0]
        assert place.quote == ANSWERS[label].split("\n")[0] and place.quote in lines[place.paragraph - 1]
    assert [lines[place.paragraph - 1] for place in form.fields["content"].places][1:] == ANSWERS["主要活动内容"].split(
        "\n"
    )[1:]


# -- pages -------------------------------------------------------------------------------------------------


def found_by_pdfium(data: bytes, text: str) -> Iterable[tuple[int, float, float, float, float]]:
    """Page and box (fractions of what a viewer shows) of each occurrence of *text*."""
    with pypdfium2.PdfDocument(data) as pdf:
        for number, page in enumerate(pdf, 1):
            left, bottom, right, top = page.get_cropbox()
            wide, high = right - left, top - bottom
            search = page.get_textpage().search(text)
            while hit := search.get_next():
                boxes = [page.get_textpage().get_charbox(at) for at in range(hit[0], hit[0] + hit[1])]
                x0, x1 = min(b[0] for b in boxes) - left, max(b[2] for b in boxes) - left
                y0, y1 = min(b[1] for b in boxes) - bottom, max(b[3] for b in boxes) - bottom
                a, b, c, d = x0 / wide, 1 - y1 / high, x1 / wide, 1 - y0 / high
                turn = page.get_rotation()
                yield {
                    0: (number, a, b, c, d),
                    90: (number, 1 - d, a, 1 - b, c),
                    180: (number, 1 - c, 1 - d, 1 - a, 1 - b),
                    270: (number, b, 1 - c, d, 1 - a),
                }[turn]


def holds(spot: Spot, box: tuple[int, float, float, float, float], slack: float = 0.004) -> bool:
    page, x0, top, x1, bottom = box
    inside = (
        spot.x0 - slack <= x0 and x1 <= spot.x1 + slack and spot.top - slack <= top and bottom <= spot.bottom + slack
    )
    return page == spot.page and inside


def check_boxes(data: bytes, values: dict[str, Value], words: dict[str, str]) -> None:
    for key, text in words.items():
        spots = [spot for place in values[key].places for spot in place.spots]
        boxes = list(found_by_pdfium(data, text))
        assert boxes and any(holds(spot, box) for spot in spots for box in boxes), (key, spots, boxes)
        assert all((spot.x1 - spot.x0) * (spot.bottom - spot.top) < 0.4 for spot in spots)


def test_pdf_with_text() -> None:
    data = (PDFS / "registration_ticked.pdf").read_bytes()
    form = form_in(document_of(data, "a.pdf"))
    words = {
        "reporting_unit": "晋江市科学技术协会",
        "activity_name": "全国科普日主场活动",
        "contact_person": "庄晓东",
        "mobile": "13900000000",
        "venue": "晋江市科技馆一楼",
        "expected_public": "1500",
        "audiences": "老年人",
    }
    check_boxes(data, dict(form.fields), words)


def test_pdf_rows_on_several_pages() -> None:
    data = (PDFS / "summary.pdf").read_bytes()
    form = form_in(document_of(data, "a.pdf"))
    assert {row["phone"].places[0].spots[0].page for row in form.rows} > {1}
    for row in form.rows[::5]:
        check_boxes(data, dict(row), {"activity_name": str(row["activity_name"].value)[:5]})


def registration(canvas: Canvas) -> None:
    pdf_builder.text(canvas, 200, 60, "重点活动项目申报表", 16)
    pdf_builder.text(canvas, 70, 110, "填报单位：清源区科学技术协会")
    rows = [
        [("活动名称", 1), ("科普进校园活动", 3)],
        [("主办单位", 1), ("清源区教育局", 3)],
        [("联系人", 1), ("庄晓东", 1), ("联系电话", 1), ("0595-22000000", 1)],
        [("活动时间", 1), ("2023年9月17日", 1), ("活动地点", 1), ("清源区图书馆", 1)],
    ]
    pdf_builder.table(canvas, rows)


MARKED = {
    "reporting_unit": "清源区科学技术协会",
    "activity_name": "科普进校园活动",
    "venue": "清源区图书馆",
    "phone": "0595-22000000",
}


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pdf_pages_that_are_turned_and_cropped(turn: int) -> None:
    pdf = pypdfium2.PdfDocument(pdf_builder.pdf(lambda canvas: None, registration))
    pdf[1].set_rotation(turn)
    if turn == 0:
        pdf[1].set_cropbox(40, 300, 560, 820)
    out = io.BytesIO()
    pdf.save(out)
    form = form_in(document_of(out.getvalue(), "a.pdf"))
    check_boxes(out.getvalue(), dict(form.fields), MARKED)
    spot = form.fields["venue"].places[0].spots[0]
    assert (spot.page, spot.turn) == (2, (360 - turn) % 360)


def test_lines_of_a_pdf_without_a_table() -> None:
    told = {"填报单位": "清源区科学技术协会", "活动名称": "科普进校园活动", "主办单位": "清源区教育局", "联系人": "庄晓东",
            "联系电话": "0595-22000000", "活动时间": "2023年9月17日", "活动地点": "清源区图书馆"}  # fmt: skip

    def draw(canvas: Canvas) -> None:
        pdf_builder.text(canvas, 200, 60, "2023年泉州市全国科普日重点活动项目申报表", 16)
        for number, (label, value) in enumerate(told.items()):
            pdf_builder.text(canvas, 90, 110 + 24 * number, f"{label}：{value}")

    data = pdf_builder.pdf(draw)
    form = form_in(document_of(data, "a.pdf"))
    check_boxes(data, dict(form.fields), MARKED)
    heights = [place.spots[0].bottom - place.spots[0].top for v in form.fields.values() for place in v.places]
    assert max(heights) < 0.03


def moved(page: np.ndarray, matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(96, 84, 78))


def test_boxes_lead_back_to_the_photo_as_it_was() -> None:
    """A sheet photographed askew, by a camera held on its side: what lies straight leads back to where it lay."""
    sheet = rendered(PDFS / "registration_ticked.pdf")
    high, wide = sheet.shape[:2]
    corners = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    lies = corners + np.asarray([[160, 130], [90, 190], [120, 110], [190, 150]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, lies)
    quarter = np.asarray([[0.0, -1.0, high + 300.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])  # clockwise
    photo = moved(sheet, quarter @ matrix, (high + 300, wide + 300))
    (laid,) = upright(np.asarray(photo, np.uint8))
    assert laid.turn == 270
    frame = Frame(1, laid.back(595.0, photo.shape), laid.turn)
    spot = frame.spot(0.0, 0.0, 595.0, 595.0 * laid.page.shape[0] / laid.page.shape[1])
    there = cv2.perspectiveTransform(corners[None], quarter @ matrix)[0] / (photo.shape[1], photo.shape[0])
    outer = (there[:, 0].min(), there[:, 1].min(), there[:, 0].max(), there[:, 1].max())
    assert np.allclose((spot.x0, spot.top, spot.x1, spot.bottom), outer, atol=0.02)


@pytest.mark.slow
def test_a_scan_that_lies_on_its_head() -> None:
    """Read from pixels: the boxes are where the PDF that was printed has the words."""
    source = (PDFS / "registration_ticked.pdf").read_bytes()
    scan = np.rot90(rendered(source), 2)
    form = form_in(document_of(picture_file(np.ascontiguousarray(scan)), "a.jpg"))
    for key, text in {"contact_person": "庄晓东", "mobile": "13900000000", "venue": "晋江市科技馆一楼"}.items():
        (_, x0, top, x1, bottom), *_ = found_by_pdfium(source, text)
        (spot,) = form.fields[key].places[0].spots
        assert holds(spot, (1, 1 - x1, 1 - bottom, 1 - x0, 1 - top), 0.01) and spot.turn == 180
        assert (spot.x1 - spot.x0) * (spot.bottom - spot.top) < 0.05
