"""What the pages with long lists have in common: filters in the address, pages, sheets to download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from bot.desk.visit import Visit
from bot.store.lists.paging import Page

MOST_WORDS = 100  # characters of what is looked for


def number_in(text: str, default: int = 1) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default


def asked(visit: Visit, name: str, limit: int = 200) -> str:
    """One filter out of the address; empty where it is not there."""
    return visit.query.get(name, "").strip()[:limit]


class Listing(Struct, frozen=True):
    """A list as it was asked for: ``path`` and its filters, which every link of the page keeps."""

    path: str
    filters: Mapping[str, Any]

    def link(self, path: str = "", **changes: Any) -> str:
        """The same list with other filters; those that are empty are left out."""
        pairs = [
            (key, one)
            for key, value in {**self.filters, **changes}.items()
            for one in (value if isinstance(value, (list, tuple)) else [value])
            if one not in ("", None, False)
        ]
        return f"{path or self.path}{'?' if pairs else ''}{urlencode(pairs)}"

    def sorted_by(self, key: str) -> str:
        """A first press on a heading sorts by it, a second turns the order."""
        is_turned = self.filters.get("sort") == key and not self.filters.get("down")
        return self.link(sort=key, down="1" if is_turned else "", page="")

    def steps(self, page: Page[Any]) -> list[tuple[str, str]]:
        """(words, address) of the pages before and behind."""
        found = []
        if page.number > 1:
            found += [("首页", self.link(page="")), ("上一页", self.link(page=page.number - 1))]
        if page.number < page.last:
            found += [("下一页", self.link(page=page.number + 1)), ("末页", self.link(page=page.last))]
        return found


def words_of(value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)
