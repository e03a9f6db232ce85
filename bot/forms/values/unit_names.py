"""What a unit's name may consist of, wherever a line is to be told from one: Arabic digits and letters belong to some."""

from __future__ import annotations

from collections.abc import Iterable

from bot.base import expressions as re

# «120急救中心», «第3小学», «12345热线», «910医院», «IT产业协会»; a number with a counter behind it belongs to a sentence or a date.
_DIGITS = r"[0-9０-９]{1,5}(?![0-9０-９年月日号时点人名余多场次个件份元万届期批项岁所家楼层.,:：/-])"
_LETTERS = r"(?<![A-Za-z0-9])[A-Za-z]{1,10}(?![A-Za-z0-9.@])"
UNIT_LETTER = rf"(?:[\u4e00-\u9fff·（）()“”]|{_DIGITS}|{_LETTERS})"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAME = re.compile(rf"{UNIT_LETTER}{{2,40}}")


def is_unit_name(text: str, suffixes: Iterable[str], fewest: int = 2) -> bool:
    """Whether the whole of *text* is a name that ends as units' names do, of at least *fewest* characters before any bracket at its end."""
    name = text.strip(" 　")
    bare = re.sub(r"[（(][^（）()]{0,20}[)）]$", "", name) or name
    return (
        len(name) >= fewest
        and _NAME.fullmatch(name) is not None
        and len(_CHINESE.findall(name)) >= 2
        and any(one.rstrip("）)").endswith(tuple(suffixes)) for one in (bare, name))
    )
