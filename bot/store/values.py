"""Values on their way into a statement."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlite_utils import Database


def as_list(values: Iterable[object]) -> str:
    """For ``IN (SELECT value FROM json_each(?))``: each once, as one JSON text. There may be more of them, or fewer, than SQLite takes as values."""
    return json.dumps(sorted(set(values)), ensure_ascii=False)


def put_row(db: Database, table: str, row: Mapping[str, object], verb: str = "INSERT") -> int:
    """A new row by its columns; returns its id."""
    marks = ", ".join("?" * len(row))
    return int(
        db.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values())).lastrowid or 0
    )
