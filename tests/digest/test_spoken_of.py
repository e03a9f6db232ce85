"""Which form a coordinator is shown for a letter that waits, and under which reference he may put it right."""

from __future__ import annotations

import pytest

from bot.base.replacing import replace
from bot.decision.facts import KnownSubmission, OpenItem
from bot.decision.states import ReviewReason, Status
from bot.digest.spoken_of import spoken_of
from bot.forms.model import Kind

UNIT, OTHER = "南安市水利局", "市发展和改革委员会"


def form(number: int, title: str, unit: str = UNIT, status: Status = Status.ACCEPTED) -> KnownSubmission:
    ref = f"KP2023-{number:04d}"
    return KnownSubmission(number, ref, Kind.REGISTRATION, unit, title, "", "", 1, status, False, "", "", 1)


WATER, RESCUE, LOW = form(1, "节水科普进校园"), form(2, "防溺水知识讲座"), form(3, "绿色低碳生活周", OTHER)
DRAFT = form(4, "心肺复苏人人学", status=Status.HELD)
TABLE = replace(form(6, "重点活动汇总表"), kind=Kind.SUMMARY)
GONE = form(5, "节水科普进校园", status=Status.WITHDRAWN)


@pytest.mark.parametrize(
    ("words", "ref", "unit", "under", "others", "told", "correct"),
    [
        (
            "人数加一百",
            "KP2023-0001",
            UNIT,
            WATER,
            [WATER, RESCUE],
            "该单位另有 KP2023-0002“防溺水知识讲座”",
            "‹受理号›",
        ),
        ("防溺水知识讲座人数加一百", "KP2023-0001", UNIT, WATER, [WATER, RESCUE], "（KP2023-0002，", "KP2023-0002"),
        ("人数加一百", "KP2023-0001", UNIT, WATER, [WATER], "“节水科普进校园” 已登记", "KP2023-0001"),
        ("人数加一百", "KP2023-0009", UNIT, None, [WATER], "该单位登记有 KP2023-0001", "KP2023-0001"),
        ("人数加一百", "KP2023-0009", UNIT, None, [WATER, RESCUE], "KP2023-0002", "‹受理号›"),
        ("绿色低碳生活周请改到17日", "KP2023-0009", "", None, [LOW], f"（KP2023-0003，{OTHER}）", "KP2023-0003"),
        ("请改到17日", "KP2023-0009", "", None, [LOW], "没有登记的表格", ""),
        ("地点两个都写上", "KP2023-0009", UNIT, None, [DRAFT], "登记有 KP2023-0004“心肺复苏人人学”", ""),
        ("定了，9月21日", "KP2023-0006", UNIT, TABLE, [TABLE, WATER], "另有 KP2023-0001", "‹受理号›"),
        ("主办单位再加一个", "KP2023-0005", UNIT, GONE, [], "已撤回", ""),
    ],
)
def test_what_a_letter_may_speak_of(
    words: str,
    ref: str,
    unit: str,
    under: KnownSubmission | None,
    others: list[KnownSubmission],
    told: str,
    correct: str,
) -> None:
    item = OpenItem(
        7, ReviewReason.WORDS, ref, unit, "a@example.com", "a@example.com", "请问", 1, "", "", words, "2023-08-25"
    )
    found = spoken_of(item, under, others, is_draft=False)
    assert told in found.words and found.correct == correct
