"""What a coordinator writes, read as acts: ``office_acts.json`` has the line, the deed, numbers, references, text; ``deed`` null: this is no act."""

from __future__ import annotations

from typing import Any

import pytest

from bot.decision.office.reading import Act, Deed, act_in, read_acts
from bot.decision.words.check_code import without_codes
from bot.message.parse import parse_message
from bot.statements.wording.signature import signed_text
from tests.cases import cases
from tests.flow import samples

KP = "KP2023-0007"


@pytest.mark.parametrize("case", cases(__file__, "office_acts.json"))
def test_a_line(case: dict[str, Any]) -> None:
    act = act_in(case["text"])
    if case["deed"] is None:
        assert act is None
    else:
        assert act
        found = (act.deed, act.numbers, act.refs, act.text)
        assert found == (case["deed"], tuple(case["numbers"]), tuple(case["refs"]), case["said"])


def acts_of(text: str, *known: int) -> tuple[Act, ...]:
    return read_acts(signed_text(without_codes(parse_message(samples.mail(text=text)).new_text)), known)


def test_own_words_of_several_lines_are_no_answer() -> None:
    """Which of them are for the unit nobody can tell."""
    assert acts_of("请告诉詹老师：名单不要给任何人。")[0].deed is Deed.ANSWER
    assert acts_of("请告诉詹老师：名单不要给任何人。\n昨天冒我名的两封都作废，别理。") == ()


def test_an_answer_goes_on_until_the_next_act() -> None:
    text = (
        "庄老师好！\n\n17 答复：可以改到10月。\n1. 请重报申报表；\n2. 退回的表不用再管。\n通过邮件发送即可。\n\n"
        f"18 办结\n{KP} 通过\n\n科普部 庄晓东\n电话：0595-22000000"
    )
    first, second, third = acts_of(text, 17, 18)
    assert (first.deed, first.numbers) == (Deed.ANSWER, (17,))
    assert first.text.splitlines() == [
        "可以改到10月。",
        "1. 请重报申报表；",
        "2. 退回的表不用再管。",
        "通过邮件发送即可。",
    ]
    assert (second.deed, second.numbers) == (Deed.CLOSE, (18,)) and (third.deed, third.refs) == (Deed.APPROVE, (KP,))


def test_the_office_signs_its_answer() -> None:
    (act,) = acts_of("答复：可以。\n\n泉州市科协科普部\n庄晓东\n电话：0595-22000000")
    assert act.text.splitlines() == ["可以。", "泉州市科协科普部", "庄晓东", "电话：0595-22000000"]


def test_a_line_that_is_no_act_is_not_lost() -> None:
    first, second = acts_of("17 通过\n另外请把石狮的表一起登记\n谢谢\n18 办结", 17, 18)
    assert first.lost == "另外请把石狮的表一起登记" and (second.deed, second.lost) == (Deed.CLOSE, "")


def test_a_letter_is_no_act() -> None:
    assert acts_of("各单位：\n请抓紧报送。\n通过") == ()
