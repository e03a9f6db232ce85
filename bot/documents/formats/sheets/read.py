"""Workbooks of every kind -> one ``Table`` for each visible sheet."""

from __future__ import annotations

from collections.abc import Callable

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.model import Blob, Opened
from bot.documents.sniff import sniff_kind


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*, whatever its format; embedded files and pasted scans are children."""
    kind = sniff_kind(blob.data, blob.name)
    return _READERS.get((kind.format, kind.variant), _READERS.get((kind.format, ""), _unknown))(blob, context)


def _unknown(blob: Blob, context: ReadContext) -> Opened:
    raise Damaged("no workbook")


def _xlsx(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import xlsx as sheets_xlsx

    return sheets_xlsx.read(blob, context)


def _xls(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import biff as sheets_biff

    return sheets_biff.read(blob, context)


def _xlsb(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import calamine as sheets_calamine

    return sheets_calamine.read(blob, context, "xlsx")


def _ods(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import ods as sheets_ods

    return sheets_ods.read(blob, context)


def _xml_2003(blob: Blob, context: ReadContext) -> Opened:
    from bot.documents.formats.sheets import xml_2003 as sheets_2003

    return sheets_2003.read(blob, context)


_READERS: dict[tuple[str, str], Callable[[Blob, ReadContext], Opened]] = {
    ("xlsx", ""): _xlsx,
    ("xlsx", "flat"): _xlsx,
    ("xlsx", "xlsb"): _xlsb,
    ("xlsx", "2003"): _xml_2003,
    ("xls", ""): _xls,
    ("ods", ""): _ods,
}
