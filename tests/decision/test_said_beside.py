"""What a letter says beside its forms goes to a person; what only hands them over does not. Pure, no server."""

from __future__ import annotations

import pytest

from bot.decision.words.said_beside import note_beside, replaces_only, said_beside
from bot.forms.model import Form, Kind, Value
from tests.cases import cases


@pytest.mark.parametrize("case", cases(__file__, "beside.json"))
def test_a_cover_letter_needs_no_person_and_other_words_are_shown_and_told(case: dict[str, str | None]) -> None:
    """``shown``: words that a person sees and the answer repeats; null for what only hands over."""
    said = said_beside(case["text"] or "", [])
    shown = case["shown"]
    if shown is None:
        assert said.words == ()
    else:
        assert any(shown in one for one in said.words)
        assert shown in note_beside(said, ["KP2023-0001"])[0]


def test_what_stands_in_the_form_is_settled() -> None:
    form = Form(
        Kind.REGISTRATION, "a.docx", "docx", {"venue": Value("晋江市图书馆三楼"), "phone": Value("0595-22000001")}
    )
    assert said_beside("地点改为晋江市图书馆，电话改为0595-22000001，见附件。", [form]).words == ()
    assert said_beside("地点改为晋江市科技馆，见附件。", [form]).words


def test_in_a_typed_form_only_questions_are_words() -> None:
    text = "活动名称：海洋课\n联系电话：22000000，暂定\n请问需要盖章吗？"
    assert said_beside(text, [], in_body=True).words == ("请问需要盖章吗？",)


def test_a_draft_is_told_how_to_take_it_back() -> None:
    said = said_beside("附件是申报表初稿，请领导审阅", [])
    assert said.is_draft and "撤回 KP2023-0007" in note_beside(said, ["KP2023-0007"])[-1]


def test_a_form_that_replaced_another_settles_such_words() -> None:
    assert replaces_only("前一份作废，以这份为准") and not replaces_only("前一份作废吗？")
