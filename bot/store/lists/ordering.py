"""In what order names stand where people look for them: numbers by their size, Chinese as a dictionary has it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.base.text import squeeze
from bot.forms.values.numerals import NUMERAL, numeral_value

COUNTED = re.compile(rf"(?<=第){NUMERAL}+")
DIGITS = re.compile(r"\d+")
WIDE = 12  # digits to which a number is filled up


def natural(text: str | None) -> bytes:
    """The key by which *text* is sorted: «第2中学» before «第十中学». The common 3,755 characters of GB 2312, which GB 18030 keeps in their places,
    stand in the order of pinyin there; rarer ones come behind them by their radicals."""
    digits = COUNTED.sub(lambda found: str(numeral_value(found[0]) or found[0]), squeeze(text or ""))
    return DIGITS.sub(lambda found: found[0].zfill(WIDE), digits).encode("gb18030", "replace")


def in_order(names: Iterable[str], first: Sequence[str]) -> list[str]:
    """*names* as they stand in *first* (the roster), the others behind them."""
    place = {name: number for number, name in enumerate(first)}
    return sorted(names, key=lambda name: (place.get(name, len(place)), natural(name)))
