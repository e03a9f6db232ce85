"""Signs that are stored as something else than characters."""

from __future__ import annotations

import pytest

from bot.base.list_numbers import list_number
from bot.documents.shared.symbols import field_text, plain_private_use, symbol, symbol_text

FIELDS = [
    (r"eq \o\ac(□,√)", "☑"),
    (r" EQ \o\ac(□, ✓) ", "☑"),
    (r"eq \o\ac(√,□)", "☑"),
    (r"eq \o\ac(□,×)", "☒"),
    (r"eq \o\ac(□,)", "☐"),
    (r"eq \o(□,√)", "☑"),
    (r"eq \o\ac(○,3)", "③"),
    (r"eq \o\ac(○,√)", "◉"),
    (r"eq \o\ac(□,科)", "科"),
    (r'eq \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(pīn),拼)', "拼"),
    (r"eq \s\up 5(2)", "2"),
    (r'SYMBOL 254 \f "Wingdings" \s 12', "☑"),
    (r"SYMBOL 0xA8 \f Wingdings", "☐"),
    ("MACROBUTTON NoMacro 单击填写", "单击填写"),
    ("PAGE", None),
    ("equation", None),
]


@pytest.mark.parametrize(("instruction", "text"), FIELDS)
def test_fields(instruction: str, text: str | None) -> None:
    assert field_text(instruction) == text


@pytest.mark.parametrize(
    ("code", "font", "text"),
    [
        (0xF0FE, "Wingdings", "☑"),
        (0xFE, "wingdings", "☑"),
        (0xF052, "Wingdings 2", "☑"),
        (0x52, "Wingdings2", "☑"),
        (0xF0A8, "Wingdings", "☐"),
        (0xF0FD, "Wingdings", "☒"),
        (0xF0FC, "Wingdings", "✓"),
        (0xD6, "Symbol", "√"),
        (0x2714, "MS Gothic", "✔"),
        (0xE123, "宋体", ""),
        (0x110000, "Wingdings", ""),
    ],
)
def test_symbols(code: int, font: str, text: str) -> None:
    assert symbol(code, font) == text


def test_chinese_in_a_symbol_font_stays() -> None:
    assert symbol_text("R展览", "Wingdings 2") == "☑展览"
    assert plain_private_use("\uf0fe展\ue123") == "☑展"


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (12, "chineseCountingThousand", "十二"),
        (20, "chineseCounting", "二十"),
        (105, "chineseCounting", "一百零五"),
        (110, "chineseCounting", "一百一十"),
        (21, "chineseLegalSimplified", "贰拾壹"),
        (3, "decimalEnclosedCircle", "③"),
        (28, "upperLetter", "BB"),
        (4, "lowerRoman", "iv"),
        (7, "decimalZero", "07"),
        (0, "decimal", "0"),
        (5, "unheard of", "5"),
    ],
)
def test_list_numbers(value: int, style: str, text: str) -> None:
    assert list_number(value, style) == text
