"""Excel 5-2003 workbooks (.xls, .et, .xlt), read from their records: values as shown, hidden parts, merges, check boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bot.base.limits import Limits
from bot.documents import passwords
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.sheets import calamine
from bot.documents.formats.sheets.biff.book import Book
from bot.documents.formats.sheets.biff.records import records
from bot.documents.formats.sheets.biff.sheet import SheetReader
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.grid import Sheet
from bot.documents.model import Blob, Opened
from bot.documents.shared.ole_objects import document_title, root_streams
from bot.documents.shared.pictures import drawn_pictures

_ROWS = 65_536


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*. Raises ``Damaged``, ``TooLarge``, ``Encrypted``."""
    stream = _workbook_stream(blob.data)
    if len(stream) < 8 or stream[:2] != b"\x09\x08":
        return calamine.read(blob, context, "xls")  # BIFF 2-4
    try:
        book = Book(stream, context.limits)
        sheets = list(_sheets(book, stream, context.limits))
    except Encrypted:
        return passwords.read(blob, context)
    except (struct.error, IndexError) as error:
        raise Damaged(f"workbook records: {error}") from error
    pictures = tuple(drawn_pictures(book.drawings))
    return workbook_document(
        blob,
        "xls",
        sheets,
        beside=book.beside,
        pictures=pictures,
        notes=tuple(book.notes),
        title=document_title(blob.data),
    )


def _workbook_stream(data: bytes) -> bytes:
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return data
    streams = root_streams(data, "workbook") or root_streams(data, "book")
    if not streams:
        raise Damaged("no workbook stream")
    return next(iter(streams.values()))


def _sheets(book: Book, stream: bytes, limits: Limits) -> Iterator[Sheet]:
    for number, name, place in book.places:
        if place + 4 > len(stream):
            raise Damaged(f"sheet {name} lies behind the end")
        sheet = Sheet(name)
        reader = SheetReader(book, sheet, limits)
        reader.run(records(stream, place))
        if reader.is_filtered:
            first, last = book.filters.get(number, (-1, _ROWS))
            sheet.hidden_rows -= {row for row in sheet.hidden_rows if first < row <= last}
        yield sheet
