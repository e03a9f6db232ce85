"""Which of two things named in a sentence is the wrong one, by the words around them. Pure."""

from __future__ import annotations

from bot.base import expressions as re

DENIED = re.compile(r"(?:不(?:应该?|能|要|再)?是|并非|而非|不用|别用)\s*[“\"「]?$")
WROTE = re.compile(r"[写打填输印敲按抄登录报弄搞看误]错?(?:成|为|作)了?\s*[“\"「]?$|误[写打填印录]?\s*[“\"「]?$")
INTO = re.compile(r"改|换|变[成为]|应|更正|正确|错|→|[-=]+>|才对|(?<!不)是")

# «写成3才对»
RIGHT = re.compile(r"[”\"」]?(?:才|就|这样)(?:是|算)?(?:对|正确)(?:的|了)?(?!吗)")


def wrong_of(text: str, first: tuple[int, int], second: tuple[int, int]) -> int | None:
    """0 where the *first* is wrong («不是A，是B», «A应为B»), 1 where the *second* is («是A，不是B», «A写成了B»); None where nothing says so."""
    between = text[first[1] : second[0]]
    if RIGHT.match(text[second[1] :]) and not DENIED.search(between):
        return 0
    if DENIED.search(between) or WROTE.search(between):
        return 1
    if DENIED.search(text[: first[0]]) or WROTE.search(text[: first[0]]) or INTO.search(between):
        return 0
    return None
