"""Subjects of answers: (theirs, reference) -> ours."""

from __future__ import annotations

import pytest

from bot.letters.subject import reply_subject


@pytest.mark.parametrize(
    ("theirs", "ref", "ours"),
    [
        ("晋江市申报表", "KP2023-0007", "Re: 晋江市申报表 【受理号 KP2023-0007】"),
        ("申报表", "", "Re: 申报表"),
        ("Re: RE： 回复：答复: 转发:Fw: Fwd：申报表", "A-1", "Re: 申报表 【受理号 A-1】"),
        ("Re[2]: 回复(3)：申报表", "A-1", "Re: 申报表 【受理号 A-1】"),
        ("Re: 申报表 【受理号 KP2023-0001】", "KP2023-0002", "Re: 申报表 【受理号 KP2023-0002】"),
        ("回复科普日通知", "A-1", "Re: 回复科普日通知 【受理号 A-1】"),
        ("Report: 2023", "A-1", "Re: Report: 2023 【受理号 A-1】"),
        ("", "A-1", "Re: （无主题） 【受理号 A-1】"),
        ("回复：", "A-1", "Re: （无主题） 【受理号 A-1】"),
        ("报送\r\nBcc: everyone@example.com", "A-1", "Re: 报送 Bcc: everyone@example.com 【受理号 A-1】"),
        ("报\u202e送\u200b\x00材料", "A-1", "Re: 报送材料 【受理号 A-1】"),
        ("报送", "A-1\r\nX: y】", "Re: 报送 【受理号 A-1 X: y】】"),
    ],
)
def test_subject(theirs: str, ref: str, ours: str) -> None:
    assert reply_subject(theirs, ref) == ours


def test_a_letter_that_answers_none_has_a_subject_of_its_own() -> None:
    assert reply_subject("登记有变动", "A-1", is_answer=False) == "登记有变动 【受理号 A-1】"


@pytest.mark.parametrize("theirs", ["科普" * 500, "a" * 5000, "Re: " * 3000 + "报送"])
def test_long_subject_keeps_the_reference(theirs: str) -> None:
    ours = reply_subject(theirs, "KP2023-0007")
    assert len(ours) < 100
    assert ours.endswith("【受理号 KP2023-0007】")
