"""From file to fields: the same filled form in every format gives the same registration or summary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.documents.model import Document
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind, Plain
from bot.forms.read import read_forms
from tests.documents.conftest import SHEET_FORMATS, TEXT_FORMATS, document_of
from tests.factory import docx_file, html_file, rtf_file, sheet_file
from tests.factory.layouts import ANSWERS, LAYOUTS, TICKED_AUDIENCES, TICKED_TYPES

CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
DEFINITIONS = load_definitions()
FORMS = ("official", "wps_grid", "retyped", "one_cell")
FIELDS: dict[str, Plain] = {
    "reporting_unit": ANSWERS["填报单位"],
    "report_date": date(2023, 8, 25),
    "activity_name": ANSWERS["活动名称"],
    "host_unit": ANSWERS["主办单位"],
    "undertaking_unit": ANSWERS["承办单位"],
    "contact_person": ANSWERS["联系人"],
    "phone": ANSWERS["联系电话"],
    "mobile": ANSWERS["移动电话"],
    "email": ANSWERS["电子邮箱"],
    "activity_time": ANSWERS["活动时间"],
    "start_date": date(2023, 9, 17),
    "end_date": date(2023, 9, 17),
    "venue": ANSWERS["活动地点"],
    "activity_types": TICKED_TYPES,
    "audiences": TICKED_AUDIENCES,
    "expected_public": 500,
    "staff_count": 30,
    "content": ANSWERS["主要活动内容"],
}


def forms_of(document: Document) -> list[Form]:
    return read_forms(document, DEFINITIONS, CAMPAIGN)


def check(layout: str, data: bytes, name: str) -> None:
    forms = forms_of(document_of(data, name))
    if layout == "summary":
        (form,) = forms
        assert form.kind is Kind.SUMMARY
        assert [(row["activity_name"].value, row["phone"].value, row["start_date"].value) for row in form.rows] == [
            (ANSWERS["活动名称"], "13900000000", date(2023, 9, 17)),
            ("老年人数字生活课堂", "0595-22000001", date(2023, 9, 20)),
            ("应急科普讲座", "22000002", date(2023, 9, 23)),
        ]
        return
    assert [form.kind for form in forms] == [Kind.REGISTRATION] * (2 if layout == "several" else 1)
    # The date of filling in is not asked for in the layout that puts label and value into one cell.
    expected = {key: value for key, value in FIELDS.items() if not (layout == "one_cell" and key == "report_date")}
    assert {key: forms[0].plain(key) for key in expected} == expected


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("technique", ["symbol", "control", "legacy", "circled", "font"])
def test_docx(layout: str, technique: str) -> None:
    check(layout, docx_file.docx_bytes(LAYOUTS[layout](), technique), "申报表.docx")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_html_rtf_and_sheets(layout: str) -> None:
    page = LAYOUTS[layout]()
    check(layout, html_file.html_bytes(page, "input"), "申报表.html")
    check(layout, html_file.mht_bytes(page), "申报表.doc")
    check(layout, rtf_file.rtf_bytes(page, "private", gbk=True), "申报表.doc")
    check(layout, sheet_file.xlsx_bytes(page), "申报表.xlsx")
    check(layout, sheet_file.xml_2003_bytes(page), "申报表.xls")


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", (*TEXT_FORMATS, *SHEET_FORMATS))
def test_office_formats(converted: Callable[[str, str], bytes], layout: str, form: str) -> None:
    check(layout, converted(form, layout), f"申报表.{form}")
