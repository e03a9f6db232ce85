"""Documents read from pixels: what is not certain is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.documents.model import Paragraph, Spot, Table
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from tests.forms.build import (
    AUDIENCES,
    FILLED,
    HEAD,
    SUMMARY_HEAD,
    SUMMARY_TITLE,
    TITLE,
    TYPES,
    document,
    grid,
    registration_table,
)

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def scan(confidence=0.97, changed=None, **values):
    made = registration_table(**{**FILLED, **values})
    cells = tuple(replace(c, confidence=(changed or {}).get(c.text, confidence)) for c in made.cells)
    (form,) = read_forms(document(TITLE, HEAD, Table(cells), ocr=True, format="image"), DEFINITIONS, CAMPAIGN)
    return form


@pytest.mark.parametrize(("below", "day"), [("填报日期：2023年8月24日", 24), ("填报日期：", 28)])
def test_the_day_of_a_stamp_beside_the_unit_is_not_the_day_that_is_named(below, day):
    lines = [Paragraph("填报单位：晋江市科协  2023年8月28日"), Paragraph(below)]
    (form,) = read_forms(document(TITLE, *lines, registration_table(**FILLED), ocr=True), DEFINITIONS, CAMPAIGN)
    assert (form.plain("reporting_unit"), form.plain("report_date")) == ("晋江市科协", date(2023, 8, day))


def asked(form, key):
    return form.plain(key) is None and any(p.field == key and "扫描件" in p.message for p in form.problems)


def test_a_clear_scan_is_read():
    form = scan()
    assert form.ocr
    assert form.plain("activity_name") == "科普进校园活动"
    assert form.fields["phone"].confidence == 0.97
    assert form.plain("activity_types") == ("展览展示", "科普宣传")


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("venue", {"venue": "新时代文明☑践所"}),
        ("contact_person", {"person": "王建秀 联系电☑:2205"}),
        ("activity_types", {"types": TYPES.replace("□展览展示", "☑☑览☑示").replace("□科普宣传", "☑科普宣传")}),
        ("audiences", {"audiences": "“青少年  农民产业工人“领导干部和公务员老年人“其他（注明）☑"}),
        ("audiences", {"audiences": AUDIENCES.replace("□农民", "[√]农☑").replace("□青", "[]青")}),
    ],
)
def test_what_is_damaged_is_asked_for(key, changed):
    assert asked(scan(**changed), key)


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ("☑清少年☐农民 ☑产业工 ☐领导干部和公务员 ☐老年人\n☐其他（请注明）", ("青少年", "产业工人")),
        ("☑青少年☐衣民 ☐产业工人 ☐领导干部和公务员 ☐老年人\n☐其他（请注明）", None),
        ("☑科技工作者☐农民 ☐产业工人 ☐领导干部和公务员 ☐老年人\n☐其他（请注明）", None),
    ],
)
def test_a_printed_option_that_the_mark_spoiled_is_known_by_its_place(written, chosen):
    assert scan(audiences=written).plain("audiences") == chosen


def test_little_confidence_is_asked_for():
    form = scan(changed={"庄晓东": 0.6})
    assert asked(form, "contact_person")
    assert form.plain("venue") == "晋江市科技馆一楼大厅"


@pytest.mark.parametrize(
    ("printed", "read"),
    [("活动名称", "活动名"), ("活动名称", "活"), ("承办单位", "承办单往"), ("联系电话", "联系电活")],
)
def test_labels_that_lost_a_character(printed, read):
    made = registration_table(**FILLED)
    cells = tuple(replace(c, confidence=0.95, text=read if c.text == printed else c.text) for c in made.cells)
    (form,) = read_forms(document(TITLE, HEAD, Table(cells), ocr=True, format="image"), DEFINITIONS, CAMPAIGN)
    keys = {"活动名称": "activity_name", "承办单位": "undertaking_unit", "联系电话": "phone"}
    assert form.plain(keys[printed]) is not None


def test_a_heading_of_which_a_part_is_hidden_names_no_other_column():
    """«活动» of «活动时间» is read under a stamp: its values are no second half of the activities' names."""
    head = ["活动" if text == "活动时间" else text for text in SUMMARY_HEAD]
    row = ["1", "海洋生物标本展", "2023年9月18日", "科技馆", "晋江市科学技术协会", "庄晓东", "13900000000"]
    cells = (replace(c, confidence=0.3 if c.text == "活动" else 0.99) for c in grid([head, row]).cells)
    shown = document(SUMMARY_TITLE, Table(tuple(cells)), ocr=True, format="image")
    (form,) = read_forms(shown, DEFINITIONS, CAMPAIGN)
    assert form.rows[0]["activity_name"].value == "海洋生物标本展"


@pytest.mark.parametrize(("confidence", "read"), [(0.6, None), (0.97, "晋江市科协")])
def test_whose_a_list_is_is_as_sure_as_its_line(confidence, read):
    row = ["1", "海洋生物标本展", "2023年9月18日", "科技馆", "晋江市科学技术协会", "庄晓东", "13900000000"]
    head = Paragraph("填报单位（章）：晋江市科协", confidence, spots=(Spot(1, 0.1, 0.1, 0.4, 0.12),))
    shown = document(SUMMARY_TITLE, head, grid([SUMMARY_HEAD, row]), ocr=True, format="image")
    (form,) = read_forms(shown, DEFINITIONS, CAMPAIGN)
    assert form.plain("reporting_unit") == read
    assert any(p.field == "reporting_unit" for p in form.problems) == (read is None)


@pytest.mark.parametrize(
    ("room", "page", "top", "goes_on"),
    [(True, 1, 0.9, False), (False, 1, 0.9, True), (False, 1, 0.97, False), (False, 2, 0.97, True)],
)
def test_a_text_does_not_go_on_below_its_table_with_room_below_it_nor_in_the_margin(room, page, top, goes_on):
    """As on a page of the notice that lies beside the form in one photo, and as a browser's own line at the foot."""
    made = registration_table(**FILLED)
    cells = tuple(replace(c, confidence=0.97, room=room, spots=(Spot(1, 0.1, 0.1, 0.9, 0.89),)) for c in made.cells)
    told = "各县（市、区）结合实际、突出优势、各展其能，打造亮点纷呈的主场活动。"
    below = Paragraph(told, spots=(Spot(page, 0.1, top, 0.9, top + 0.01),))
    (form,) = read_forms(document(TITLE, HEAD, Table(cells), below, ocr=True, format="image"), DEFINITIONS, CAMPAIGN)
    assert ("亮点纷呈" in form.plain("content")) == goes_on
