"""Workbooks which python-calamine opens (.xlsb, very old .xls, damaged ones): values, merges and hidden sheets."""

from __future__ import annotations

import contextlib
import datetime
import io
import math
from collections.abc import Iterator

import python_calamine

from bot.base.errors import BotError
from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.grid import Sheet, hidden_note
from bot.documents.model import Blob, Opened
from bot.documents.shared.numbers import iso_date, plain_number


def read(blob: Blob, context: ReadContext, form: str = "xlsx") -> Opened:
    """The workbook as a document of *form*. Raises ``Encrypted`` or ``Damaged``."""
    with _rust_errors():
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(blob.data))
        sheets = list(_sheets(workbook, context.limits))
    return workbook_document(blob, form, sheets, notes=_hidden_names(workbook))


@contextlib.contextmanager
def _rust_errors() -> Iterator[None]:
    """Whatever the library raises as a reader's error; a panic in Rust arrives as a ``BaseException``."""
    try:
        yield
    except (BotError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except python_calamine.PasswordError as error:
        raise Encrypted(str(error)) from error
    except BaseException as error:
        raise Damaged(f"{type(error).__name__}: {error}") from error


def _is_visible(metadata: object) -> bool:
    return (
        getattr(metadata, "visible", None) == python_calamine.SheetVisibleEnum.Visible
        and getattr(metadata, "typ", None) == python_calamine.SheetTypeEnum.WorkSheet
    )


def _hidden_names(workbook: python_calamine.CalamineWorkbook) -> tuple[str, ...]:
    hidden = [one.name for one in workbook.sheets_metadata if one.visible != python_calamine.SheetVisibleEnum.Visible]
    return tuple(note for name in hidden[:20] for note in hidden_note(name))


def _sheets(workbook: python_calamine.CalamineWorkbook, limits: Limits) -> Iterator[Sheet]:
    for metadata in workbook.sheets_metadata:
        if not _is_visible(metadata):
            continue
        found = workbook.get_sheet_by_name(metadata.name)
        sheet = Sheet(metadata.name)
        top, left = found.start or (0, 0)
        for row, values in enumerate(found.to_python(skip_empty_area=True)):
            for column, value in enumerate(values):
                text, number = _shown(value)
                if text:
                    sheet.put(top + row, left + column, text, number, limits)
        for (first_row, first_column), (last_row, last_column) in found.merged_cell_ranges or ():
            sheet.merges.append((first_row, first_column, last_row, last_column))
        yield sheet


def _shown(value: object) -> tuple[str, float | None]:
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), None
    if isinstance(value, int | float):
        return (plain_number(value), float(value)) if math.isfinite(value) else ("", None)
    if isinstance(value, datetime.datetime):
        return iso_date(value), None
    if isinstance(value, datetime.date):
        return value.isoformat(), None
    if isinstance(value, datetime.time):
        return value.strftime("%H:%M"), None
    if isinstance(value, datetime.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02d}:{minutes % 60:02d}", None
    text = str(value) if value is not None else ""
    return ("" if text.startswith("#") and text in _ERRORS else text), None


_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
