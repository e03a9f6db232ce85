"""Automatic list numbers as printed: the rules of the levels and the running counters, for every text format."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from bot.base.list_numbers import list_number
from bot.documents.shared.symbols import EMPTY, MARKS, symbol_text


class Level(Struct):
    """One level's rule. ``text`` holds ``%1`` … ``%9`` where the number of that level goes; ``style`` is an ``ST_NumberFormat``.

    ``restart``: -1 after any upper level, 0 never, n after level n. ``plain``: all numbers in it are printed as 1, 2, 3.
    """

    start: int = 1
    style: str = "decimal"
    text: str = ""
    restart: int = -1
    font: str = ""
    plain: bool = False


class ListRule(Struct):
    """Levels by depth from 0. Lists with the same ``shared`` key go on counting each other."""

    levels: dict[int, Level]
    shared: str
    starts: dict[int, int] = field(default_factory=dict)


class ListCounters:
    """``label`` is called once for each paragraph, in reading order."""

    def __init__(self, lists: Mapping[str, ListRule]) -> None:
        self._lists = lists
        self._counters: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def label(self, identity: str, level: int) -> str:
        """The number or box in front of this paragraph as printed (``（一）``, ``1.``, ``☐``); empty for plain bullets."""
        found = self._lists.get(identity)
        if found is None or level not in found.levels:
            return ""
        rule = found.levels[level]
        if rule.style == "bullet":
            mark = symbol_text(rule.text, rule.font)
            return (EMPTY if mark == "□" else mark) if mark in MARKS else ""
        counters = self._counters.setdefault(found.shared, {})
        for deeper in [one for one in counters if one > level]:
            limit = found.levels[deeper].restart if deeper in found.levels else -1
            if limit != 0 and (limit < 0 or level < limit):
                del counters[deeper]
        self._count(counters, found, identity, level)
        for upper in range(level):
            counters.setdefault(upper, self._start(found, upper))
        text = rule.text
        for place in range(9, 0, -1):
            if f"%{place}" in text:
                shown = found.levels.get(place - 1, rule)
                style = "decimal" if rule.plain else shown.style
                text = text.replace(f"%{place}", list_number(counters.get(place - 1, shown.start), style))
        return text.strip()

    def _count(self, counters: dict[int, int], found: ListRule, identity: str, level: int) -> None:
        if level in found.starts and (identity, level) not in self._restarted:
            self._restarted.add((identity, level))
            counters[level] = found.starts[level]
        elif level in counters:
            counters[level] += 1
        else:
            counters[level] = self._start(found, level)

    @staticmethod
    def _start(found: ListRule, level: int) -> int:
        return found.levels[level].start if level in found.levels else 1


def with_label(label: str, text: str) -> str:
    """*label* in front of *text*; a space keeps ``1.`` and ``2023`` apart, full-width marks need none."""
    if not label or not text:
        return label or text
    return f"{label} {text}" if label[-1].isascii() or label[-1].isalnum() else f"{label}{text}"
