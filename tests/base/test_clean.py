"""What strangers wrote, made safe to print."""

from __future__ import annotations

from markupsafe import Markup

from bot.base.clean import clean
from tests.counted import calls_made


def test_line_ends_become_one_kind_and_invisible_characters_go() -> None:
    assert clean("甲\r\n乙\r丙\u2028丁\x0b戊\t己\u3000庚") == "甲\n乙\n丙\n丁\n戊\t己\u3000庚"
    assert clean("gpj\u202e.exe\x00\u200b活动\ud800") == "gpj.exe活动"


def test_markup_with_words_in_it_is_escaped_again() -> None:
    assert type(clean(Markup("<b>好</b>"))) is str
    assert type(clean(Markup("<b>好\n\u200b</b>"))) is str


def test_a_whole_letter_is_not_walked_character_by_character() -> None:
    letter = "您好，申报表已收到，请核对下列内容。\n" * 1000
    assert calls_made(lambda: clean(letter)) < 500
