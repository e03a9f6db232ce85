"""Lists are shown a page at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlite_utils import Database

from bot.base.replacing import replace

PAGE = 50
EVERYTHING = 100_000
Row = Mapping[str, Any]
T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """``total`` is how many rows there are on all pages; ``number`` begins with 1."""

    rows: Sequence[T]
    total: int
    number: int = 1
    size: int = PAGE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def page_of(db: Database, sql: str, count: str, values: Sequence[object], number: int, size: int) -> Page[Row]:
    """*sql* and *count* take the same *values*; *number* beyond the last page gives the last one."""
    total = int(db.execute(count, list(values)).fetchone()[0])
    number = min(max(1, number), max(1, -(-total // size)))
    rows = list(db.query(f"{sql} LIMIT ? OFFSET ?", [*values, size, (number - 1) * size]))
    return Page(rows, total, number, size)


def with_rows(db: Database, ids: Page[Row], sql: str) -> Page[Row]:
    """A page of ``id``s with what *sql* gives for them (by their list as JSON), in their order."""
    wanted = [row["id"] for row in ids.rows]
    rows = {row["id"]: row for row in db.query(sql, [json.dumps(wanted)])}
    return replace(ids, rows=[rows[one] for one in wanted])


class Conditions(Struct, frozen=True):
    """What is to hold of each row, with the values of its «?»."""

    parts: tuple[str, ...] = ()
    values: tuple[object, ...] = ()

    def also(self, part: str, *values: object) -> Conditions:
        return Conditions((*self.parts, part), (*self.values, *values))

    def and_all(self, other: Conditions) -> Conditions:
        return Conditions((*self.parts, *other.parts), (*self.values, *other.values))

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "1"
