"""A list of activities as it was filtered, alone in a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.decision.states import status_label
from bot.digest.workbook.sheets import Value, fill_table
from bot.digest.workbook.workbook import FIXED, cell_of, registration_columns, saved
from bot.forms.definitions import FormDefinition


class Listed(Struct, frozen=True):
    """One activity; ``fields`` are the plain values of its form or of its row in a table."""

    ref: str
    unit: str
    county: str
    status: str
    is_late: bool
    fields: Mapping[str, Any]
    received_at: str


def listed_workbook(rows: Sequence[Listed], definition: FormDefinition | None, title: str) -> bytes:
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = "活动"
    columns = registration_columns(definition) if definition else []
    cells: list[list[Value]] = [
        [
            *(row.ref, row.unit, row.county, status_label(row.status), row.is_late),
            *(cell_of(row.fields.get(key), column) for key, column in columns),
            datetime.fromisoformat(row.received_at),
        ]
        for row in rows
    ]
    fill_table(sheet, [*FIXED, *(column for _, column in columns), ("收到时间", 17, "")], cells, pages_wide=3)
    return saved(book, title)
