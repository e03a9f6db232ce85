"""Nobody's words vanish: every letter and digit of a letter stands in a statement, in courtesy or in the signature; and no text is a crash."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.forms.model import Form
from bot.message.body.quoting import new_text
from bot.statements.clauses import Plainly
from bot.statements.kinds import Setting
from bot.statements.model import Said
from bot.statements.plain import plain
from bot.statements.read import NUMBER, explains_values, read_letter
from bot.statements.segments import segments_of
from bot.statements.values.context import labels_of
from bot.statements.wording.formulas import is_formula
from bot.statements.wording.signature import signed_text
from bot.statements.wording.writer import is_writer
from tests.statements.test_letters import CAMPAIGN, DEFINITION, DEFINITIONS, LETTERS, lacking

LABELS = labels_of(DEFINITION, columns=False)
PIECES = st.sampled_from(
    [
        "您好",
        "谢谢",
        "王老师：",
        "联系电话",
        "活动地点",
        "改为",
        "0595-22110000",
        "13900001111",
        "9月18日",
        "，、",
        "。",
        "？",
        "\n",
        "\n\n",
        "附件",
        "请查收",
        "撤回",
        "今年不举办活动",
        "零报告",
        "初稿",
        "晋江市科协",
        "李明",
        "“科普大讲堂”",
        "如果",
        "的话",
        "一、",
        "1.",
        "①",
        "可以吗",
        "稍后补报",
        "代县教育局报送",
        "以后找小林",
        "收到",
        "此致",
        "敬礼",
        "——",
        "（盖章）",
        "煩請",
        "電話",
        "😂",
        "abc",
        "@",
        "：",
        "共3项",
        "还没定",
        "作废",
        "以此为准",
        "确认",
        "不是我们改的",
    ]
)


def unaccounted(text: str, forms: list[Form], confirms: bool) -> list[str]:
    """The runs of *text* that no statement, courtesy or signature explains."""
    letter = read_letter(text, forms, DEFINITIONS, CAMPAIGN, confirms=confirms)
    open_places = [not character.isspace() for character in text]
    for one in letter.statements:
        assert text[one.begin : one.begin + len(one.words)] == one.words, one
        open_places[one.begin : one.begin + len(one.words)] = [False] * len(one.words)
    for segment in segments_of(plain(text), signed_text(plain(text)), LABELS, Setting(confirms, bool(forms))):
        if isinstance(segment.kind, Plainly):
            open_places[segment.begin : segment.end] = [False] * len(segment.text)
    for line in re.finditer(r"[^\n]+", plain(text)):
        if is_writer(line.group()):
            open_places[line.start() : line.end()] = [False] * len(line.group())
    kept = "".join(character if left else "\n" for character, left in zip(plain(text), open_places, strict=True))
    runs = [re.sub(r"^[\W_]+|[\W_]+$", "", run) for run in kept.split("\n")]
    has_values = bool(letter.of(Said.VALUE, Said.CHANGE))
    return [
        run
        for run in runs
        if run
        and not NUMBER.match(run)
        and not is_formula(plain(run))
        and not (has_values and (explains_values(plain(run)) or is_writer(plain(run))))
    ]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda one: str(one["id"]))
def test_letters(letter: dict[str, Any]) -> None:
    is_about = letter["about"] is not None or letter["has_form"]
    text = new_text(letter["text"]).text
    assert not unaccounted(text, [lacking(letter["asked"])] if is_about else [], letter["about"] == "waiting")


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14), st.booleans(), st.booleans())
def test_texts_of_clerks_words(pieces: list[str], is_about: bool, confirms: bool) -> None:
    assert not unaccounted("".join(pieces), [lacking(["phone", "venue"])] if is_about else [], confirms)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    read_letter(text, [lacking(["phone"])], DEFINITIONS, CAMPAIGN)
