"""Words in a letter that answers none of ours: applied, asked about, or before a person, with what stands for this address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.desk import Desk, desk_in, told
from tests.trust.test_standing import FAIL, NONE, PASS, STRANGER, UNIT, mail, venue


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_in(tmp_path, monkeypatch) as desk:
        desk.came(mail(1, form={}, results=PASS))
        yield desk


@pytest.mark.parametrize(
    "text",
    [
        "受理号KP2023-0001，活动地点改为市图书馆二楼",
        "您好，KP2023-0001的活动地点应为市图书馆二楼，谢谢！",
        "因场地检修，活动地点改为市图书馆二楼。",
    ],
)
@pytest.mark.parametrize(("results", "what"), [(PASS, "now"), (NONE, "ask"), ("", "ask"), (FAIL, "held")])
def test_a_change(desk: Desk, text: str, results: str, what: str) -> None:
    answers = told(desk.came(mail(2, text, subject="更正", results=results)))
    assert (venue(desk) == "市图书馆二楼") is (what == "now")
    assert ("请回复“确认”" in answers[UNIT]) is (what == "ask")
    assert "没有找到申报表" not in answers[UNIT]


def test_which_of_two_is_not_guessed(desk: Desk) -> None:
    desk.came(mail(3, form={"name": "另一场讲座", "venue": "甲馆"}, results=PASS))
    desk.came(mail(4, "活动地点改为市图书馆二楼", subject="更正", results=PASS))
    desk.came(mail(5, "KP2023-0002的活动地点改为市图书馆三楼", subject="更正", results=PASS))
    places = [row["venue"] for row in desk.view("SELECT venue FROM v_activities ORDER BY ref")]
    assert places == ["晋江市科技馆一楼大厅", "市图书馆三楼"]


def test_a_question_is_no_occasion_for_a_blank_form(desk: Desk) -> None:
    said = told(desk.came(mail(6, "请问我单位的申报表要盖章吗？", subject="咨询", results=PASS)))[UNIT]
    assert "已转工作人员" in said and "KP2023-0001" in said and "没有找到申报表" not in said
    assert desk.view("SELECT reason FROM review WHERE done_at IS NULL") == [{"reason": "words"}]
    said = told(desk.came(mail(8, "请问我单位的申报表收到了吗？", subject="查询", results=PASS)))[UNIT]
    assert "KP2023-0001　“科技馆里的海洋课”：已登记" in said and "已转工作人员" not in said, "the store knows that"
    (stranger,) = desk.came(
        mail(7, "请问晋江市科协的申报表KP2023-0001收到了吗？", subject="咨询", sender=STRANGER, results="")
    )
    assert "海洋" not in str(stranger) and "已转工作人员" in told([stranger])[STRANGER]
