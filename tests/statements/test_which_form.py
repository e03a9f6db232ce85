"""Of which of several forms each clause of a letter speaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.statements.mentions import FormName
from bot.statements.model import Said
from bot.statements.read import read_letter
from bot.statements.which_form import spoken_of
from tests.statements.test_letters import lacking
from tests.statements.test_values import CAMPAIGN, DEFINITIONS, RIGHT

FORMS = ("科普大讲堂", "海洋科普图片展", "银龄科普")
UNITS = ("安溪县科学技术协会", "安溪县蓝溪中学", "安溪县茶叶学会")
CASES = json.loads(Path(__file__).with_name("which_form.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda one: str(one["says"])[:20])
def test_of_which_form_a_clause_speaks(case: dict[str, Any]) -> None:
    """``of``: for each of the forms a piece of what is said of it, empty for nothing; ``rest``: what nobody knows of which. ``listed``: how many of the
    forms the letter goes on with."""
    names = [
        FormName(f"KP2023-000{n}", title, n <= case["listed"], unit=unit)
        for n, (title, unit) in enumerate(zip(FORMS, UNITS, strict=True), 1)
    ]
    spoken = spoken_of(case["says"], names)
    assert all(len(one) == len(case["says"]) for one in spoken.of)
    for said, expected in zip(spoken.of, case["of"], strict=True):
        assert all(piece in said for piece in expected) and bool(said.strip(" \n，。；：")) == bool(expected)
    assert case.get("rest", "") in (spoken.rest or "") and (
        case.get("rest") or not (spoken.rest or "").strip(" \n，。；：")
    )
    assert "KP2023-000" not in "".join(spoken.of)


NEW_CONTACTS = [
    ("以后请找李老师，手机13900000002。", {"contact_person": "李老师", "mobile": "13900000002"}),
    ("我单位科普联络员变更为王小明，电话0595-22000010。", {"contact_person": "王小明", "phone": "0595-22000010"}),
    ("我局科普工作原由张三负责，现改由李四同志负责，联系电话：0595-22000011。", {"contact_person": "李四", "phone": "0595-22000011"}),
    ("我退休了，以后科普的事找陈志强主任，电话13900000004，邮箱czq@163.com", {"contact_person": "陈志强", "mobile": "13900000004", "email": "czq@163.com"}),
    ("原联系人张三13900000009已调离，今后由李四负责，电话13900000005。", {"contact_person": "李四", "mobile": "13900000005"}),
    ("以后科普工作由李丽负责。\n联系电话：0595-22000010", {"contact_person": "李丽", "phone": "0595-22000010"}),
    ("以后电话打0595-22000002。", {"phone": "0595-22000002"}),
    ("以后联系电话改为0595-22000002。", {"phone": "0595-22000002"}),
    ("以后我们医院科普的事请直接跟宣传科小谢联系，13900000005，不要再打总机了哈", {"contact_person": "小谢", "mobile": "13900000005"}),
    ("今后请联系新来的同事，电话0595-22000010。", {}),
    ("以后请加微信13900000008联系", {}),
    ("今后请联系王芳老师。", {}),
    ("以后找13900000008就行。", {}),
    ("今后科普工作请联系李四，电话13900000005，或者联系王五13900000006。", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "proposed"), NEW_CONTACTS)
def test_another_contact_is_proposed_with_name_and_number(text: str, proposed: dict[str, str]) -> None:
    names = [FormName("KP2023-0001", "科普大讲堂"), FormName("KP2023-0002", "银龄科普", is_listed=False)]
    letter = read_letter(text, [RIGHT, RIGHT], DEFINITIONS, CAMPAIGN, names=names)
    for answers in letter.answers:
        assert not answers.changes and {one.key: one.after.value for one in answers.proposals} == proposed
    assert letter.of(Said.CONTACT)


@pytest.mark.parametrize(
    "says, phones",
    [
        ("“图片展”电话0595-22008811，“报告会”电话同上，地点不变。", ["0595-22008811", "0595-22008811"]),
        ("第一份 图片展 座机补0595-22008811\n第二份 报告会 座机也是这个号", ["0595-22008811", "0595-22008811"]),
        ("“图片展”电话0595-22008811，“报告会”电话也填成同一个号。", ["0595-22008811", "0595-22008811"]),
        ("“图片展”电话改为0595-22008811，“报告会”电话也改成同一个。", ["0595-22008811", "0595-22008811"]),
        ("“报告会”电话同上，“图片展”电话0595-22008811。", ["0595-22008811", None]),
        ("“图片展”电话0595-22008811，“报告会”的电话也是这个号吗？", ["0595-22008811", None]),
    ],
)
def test_what_was_said_of_another_form_may_be_lent(says: str, phones: list[str | None]) -> None:
    forms = [lacking(["phone"]), lacking(["phone"])]
    names = [FormName("KP2023-0001", "科普图片展"), FormName("KP2023-0002", "科学家报告会")]
    answers = read_letter(says, forms, DEFINITIONS, CAMPAIGN, names=names).answers
    assert [one.form.plain("phone") for one in answers] == phones
