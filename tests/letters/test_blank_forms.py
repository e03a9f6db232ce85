"""The blank forms: what they print, how they are laid out, and that the committed files are the generated ones."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from bot.forms.definitions import load_definitions
from bot.letters.blank_forms import blank_form, choice_lines

FOLDER = Path(__file__).parents[2] / "templates" / "blank"
FORMS = {form.name: form for form in load_definitions().forms}


@pytest.mark.parametrize(("name", "annex"), [("registration", "附件1"), ("summary", "附件2")])
def test_committed_file_is_what_the_definition_gives(name: str, annex: str) -> None:
    assert (FOLDER / f"{name}.docx").read_bytes() == blank_form(FORMS[name], annex)


def cells(name: str) -> list[list[str]]:
    table = Document(io.BytesIO(blank_form(FORMS[name]))).tables[0]
    return [list(dict.fromkeys(cell.text.replace("\n", "") for cell in row.cells if cell.text)) for row in table.rows]


def test_registration_prints_the_labels_in_the_order_of_the_notice() -> None:
    labels = [row[0] for row in cells("registration")]
    assert labels == ["活动名称", "主办单位", "承办单位", "联系人", "移动电话", "活动时间", "主要活动类型", "活动对象", "参与人数", "主要活动内容"]  # fmt: skip
    beside = [row[1] for row in cells("registration")[3:6]]
    assert beside == ["联系电话", "电子邮箱", "活动地点"]


def test_every_option_has_an_empty_box_and_is_never_cut() -> None:
    for key in ("activity_types", "audiences"):
        spec = FORMS["registration"].spec(key)
        assert spec is not None
        lines = choice_lines(spec)
        printed = "".join(lines)
        assert printed.count("□") == len(spec.choices)
        assert all(f"□{choice.label}" in printed for choice in spec.choices)
        assert len(lines) == 2


def test_summary_lies_landscape_with_a_repeated_heading() -> None:
    document = Document(io.BytesIO(blank_form(FORMS["summary"], "附件2")))
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert document.sections[0].page_width > document.sections[0].page_height
    rows = document.tables[0].rows
    assert rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in rows[0].cells][:2] == ["序号", "活动名称"]
    assert [row.cells[0].text for row in rows][1:] == ["1", "2", "3", "4", "5", "6", "7", "8", "…"]
    assert "填报单位（章）：" in "".join(p.text for p in document.paragraphs)


def test_prose_has_no_printed_form() -> None:
    with pytest.raises(ValueError, match="no printed form"):
        blank_form(FORMS["report"])
