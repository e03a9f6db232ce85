"""Nobody's words vanish whatever he writes, nor in the letters of ``test_letters.py``; and no text is a crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.statements.kinds import Setting
from bot.statements.plain import plain
from bot.statements.read import read_letter
from bot.statements.wording.breath import marked
from tests.statements.test_letters import CAMPAIGN, DEFINITIONS, lacking, unaccounted

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


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=14), st.booleans(), st.booleans())
def test_texts_of_clerks_words(pieces: list[str], is_about: bool, confirms: bool) -> None:
    text, forms = "".join(pieces), [lacking(["phone", "venue"])] if is_about else []
    letter = read_letter(text, forms, DEFINITIONS, CAMPAIGN, confirms=confirms)
    assert not unaccounted(text, letter, Setting(confirms, is_about))


SPOKEN = st.lists(
    st.sampled_from("第二场那个人数联系人是不是改成换另外然后谢谢桐的了13900001111@.com"), min_size=36, max_size=80
)


@settings(max_examples=100)
@given(SPOKEN.map("".join))
def test_what_is_told_in_one_breath_keeps_its_letters(text: str) -> None:
    told = marked(text, plain(text))
    assert "".join(letter for at, letter in enumerate(told.text) if at not in told.places) == text
    assert all(told.text[at] in "，。" for at in told.places)


@settings(max_examples=100)
@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    read_letter(text, [lacking(["phone"])], DEFINITIONS, CAMPAIGN)
