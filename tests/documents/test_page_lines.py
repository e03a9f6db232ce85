"""Lines of one cell put together as they were typed."""

from __future__ import annotations

import pytest

from bot.documents.page.lines import Token, lines_of, paragraphs_of


def cell(*written: str, wide: float = 160.0) -> list[str]:
    """What is read of a cell whose lines are *written*, in letters of 12 points."""
    tokens: list[Token] = []
    for row, line in enumerate(written):
        x = 105.0
        for letter in line:
            step = 12.0 if ord(letter) > 0x2E7F else 6.0
            tokens.append(Token(letter, x, 100.0 + 15 * row, x + step, 112.0 + 15 * row))
            x += step
    return paragraphs_of(lines_of(tokens), 100.0, 100.0 + wide)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["0595-2200000", "0"], ["0595-22000000"]),
        (["0595-", "2200000", "0，22887766"], ["0595-22000000，22887766"]),
        (["0596-", "2200123"], ["0596-2200123"]),
        (["010-6200", "1234"], ["010-62001234"]),
        (["0595", "22001234"], ["059522001234"]),
        (["1390000", "1234"], ["13900001234"]),
        (["庄晓东", "139000012", "34"], ["庄晓东", "13900001234"]),
        (["13900001234", "13900005678"], ["13900001234", "13900005678"]),
        (["0595-22001234", "8021"], ["0595-22001234", "8021"]),
        (["0595-22001234", "0595-22005678"], ["0595-22001234", "0595-22005678"]),
        (["0596-2200123", "2人"], ["0596-2200123", "2人"]),
        (["0596-2200123", "2、科技馆"], ["0596-2200123", "2、科技馆"]),
        (["22001234", "22005678"], ["22001234", "22005678"]),
        (["2023", "9"], ["2023", "9"]),
    ],
)
def test_a_telephone_number_broken_in_a_cell_is_one(written: list[str], read: list[str]) -> None:
    assert cell(*written) == read
