"""One sheet of an Excel 5-2003 workbook from its records: cells, hidden rows and columns, merges, check boxes and text boxes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from msgspec import Struct

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.formats.sheets.biff.book import Book
from bot.documents.formats.sheets.biff.conditions import RuleReader
from bot.documents.formats.sheets.biff.covers import COVERING, cover_of
from bot.documents.formats.sheets.biff.records import Record, RichText, Strings, counted
from bot.documents.formats.sheets.covers import Cover, take_out_covered
from bot.documents.formats.sheets.formulas import NotTold
from bot.documents.formats.sheets.grid import Sheet
from bot.documents.formats.sheets.looks import CellLook, clean
from bot.documents.shared.colours import WHITE

_COLUMNS = 256
_SLIT = 2 * 20  # twips: nothing can be read in a lower row


class _Drawn(Struct):
    """The drawn object in work: where it is anchored, what kind it is."""

    place: tuple[int, int, int] = (0, 0, 0)  # row, column, offset in the column
    kind: int = -1
    ticked: bool = False
    cover: Cover | None = None


class SheetReader:
    """Fills *sheet*; the methods without underscore take one kind of record each."""

    def __init__(self, book: Book, sheet: Sheet, limits: Limits) -> None:
        self._book, self._sheet, self._limits = book, sheet, limits
        self._formula: tuple[int, int, CellLook] | None = None  # waits for its text
        self._drawn = _Drawn()
        self._marks: list[tuple[tuple[int, int, int], str]] = []
        self._covers: list[Cover] = []
        self._depth = 0
        self.rules = RuleReader(book.colour, book.number_format)
        self.is_filtered = False
        self._shows_zeros = True

    def run(self, stream: Iterator[Record]) -> None:
        for record in stream:
            if record.kind == 0x0809:
                self._depth += 1  # a chart inside the sheet
            elif record.kind == 0x0A:
                self._depth -= 1
            elif self._depth == 1:
                self._record(record)
        self.rules.conditions.apply(self._sheet)
        take_out_covered(self._sheet, self._covers)
        if not self._shows_zeros:
            self._sheet.drop_zeros()
        self._sheet.marks.extend((place[0], place[1], text) for place, text in sorted(self._marks))

    def _record(self, record: Record) -> None:
        least, handler = _HANDLERS.get(record.kind, (0, None))
        if handler is not None and len(record.data) >= least:
            handler(self, record)

    # cells

    def label_sst(self, record: Record) -> None:
        row, column, style, index = struct.unpack_from("<HHHI", record.data)
        self._put_text(row, column, self._book.shared(index), self._book.look(style))

    def number(self, record: Record) -> None:
        row, column, style, value = struct.unpack_from("<HHHd", record.data)
        self._put_number(row, column, value, self._book.look(style))

    def rk(self, record: Record) -> None:
        row, column, style, packed = struct.unpack_from("<HHHI", record.data)
        self._put_number(row, column, _unpacked(packed), self._book.look(style))

    def mul_rk(self, record: Record) -> None:
        row, first = struct.unpack_from("<HH", record.data)
        for number in range((len(record.data) - 6) // 6):
            style, packed = struct.unpack_from("<HI", record.data, 4 + 6 * number)
            self._put_number(row, first + number, _unpacked(packed), self._book.look(style))

    def formula(self, record: Record) -> None:
        data = record.data
        row, column, style = struct.unpack_from("<HHH", data)
        look = self._book.look(style)
        self._formula = None
        if len(data) >= 16 and data[14] & 2 and not any(data[6:14]):
            # To be computed on opening: the nought is only what the program that wrote it put there.
            self._sheet.uncomputed.append((row, column))
        elif data[12:14] != b"\xff\xff":
            self._put_number(row, column, struct.unpack_from("<d", data, 6)[0], look)
        elif data[6] == 0:
            self._formula = (row, column, look)
        elif data[6] == 1:
            self._put(row, column, look.shown("TRUE" if data[8] else "FALSE"), None, look)

    def string(self, record: Record) -> None:
        """The text of the formula before it."""
        if self._formula is not None:
            row, column, look = self._formula
            self._formula = None
            self._put_text(row, column, RichText(self._long_text(record, 0)), look)

    def label(self, record: Record) -> None:
        row, column, style = struct.unpack_from("<HHH", record.data)
        self._put_text(row, column, RichText(self._long_text(record, 6)), self._book.look(style))

    def bool_err(self, record: Record) -> None:
        row, column, style, value, is_error = struct.unpack_from("<HHHBB", record.data)
        if not is_error:
            look = self._book.look(style)
            self._put(row, column, look.shown("TRUE" if value else "FALSE"), None, look)

    # rows, columns, merges

    def filter_mode(self, record: Record) -> None:
        self.is_filtered = True

    def window(self, record: Record) -> None:
        self._shows_zeros = bool(record.data[0] & 0x10)  # fDspZeros of Window2

    def row(self, record: Record) -> None:
        row, height, flags = struct.unpack_from("<H4xH4xH", record.data)
        if flags & 0x20 or (flags & 0x40 and height & 0x7FFF < _SLIT):  # fDyZero; fUnsynced: a height of its own
            self._sheet.hidden_rows.add(row)

    def col_info(self, record: Record) -> None:
        first, last, width, flags = struct.unpack_from("<HHH2xH", record.data)
        if flags & 1 or width == 0:
            self._sheet.hidden_columns.update(range(first, min(last, _COLUMNS - 1) + 1))

    def merge_cells(self, record: Record) -> None:
        count = min(struct.unpack_from("<H", record.data)[0], (len(record.data) - 2) // 8)
        for number in range(count):
            top, bottom, left, right = struct.unpack_from("<4H", record.data, 2 + 8 * number)
            self._sheet.merges.append((top, left, bottom, right))

    def _put_text(self, row: int, column: int, text: RichText, look: CellLook) -> None:
        seen = self._book.text_of(text, look)
        if not seen and look.unseen:
            shown = self._book.text_of(text, replace(look, unseen=False))
            self.rules.conditions.pale += [(row, column, shown, None)] if shown else []
        self._put(row, column, seen, None, look, is_certain=seen == text.text)

    def _put_number(self, row: int, column: int, value: float, look: CellLook) -> None:
        text, number = self._book.number(value, look)
        if not text and look.unseen:
            shown, own = self._book.number(value, replace(look, unseen=False))
            self.rules.conditions.pale += [(row, column, shown, own)] if shown else []
        self._put(row, column, text, number, look, is_certain=number is not None)

    def _put(
        self, row: int, column: int, text: str, number: float | None, look: CellLook, *, is_certain: bool = True
    ) -> None:
        """*is_certain*: formulas take the cell for what is read of it; dates and texts seen in part they do not."""
        if look.paper != WHITE:
            self.rules.conditions.papers[row, column] = look.paper
        if not is_certain:
            self.rules.conditions.others[row, column] = NotTold
        self._sheet.put(row, column, text, number, self._limits)

    def _long_text(self, record: Record, place: int) -> str:
        if self._book.codec:
            return counted(record.data, place, 2, self._book.codec)[0]
        source = Strings((record.data[place:], *record.parts[1:]))
        length, flags = struct.unpack("<HB", source.take(3))
        return clean(source.characters(length, bool(flags & 1)))

    # check boxes and text boxes

    def drawing(self, record: Record) -> None:
        """OfficeArtClientAnchorSheet (F010) of the shape whose OBJ record follows."""
        data = b"".join(record.parts)
        place = data.rfind(b"\x10\xf0\x12\x00\x00\x00")
        if place >= 0 and place + 6 + 18 <= len(data):
            _, column, offset, row = struct.unpack_from("<4H", data, place + 6)
            self._drawn = _Drawn((row, column, offset), cover=cover_of(data))

    def shape(self, record: Record) -> None:
        data = record.data
        place = 0
        while place + 4 <= len(data):
            kind, size = struct.unpack_from("<HH", data, place)
            body = data[place + 4 : place + 4 + size]
            if kind == 0x15 and len(body) >= 2:
                self._drawn.kind = struct.unpack_from("<H", body)[0]
            elif kind in (0x0A, 0x12) and len(body) >= 2:
                self._drawn.ticked = struct.unpack_from("<H", body)[0] == 1
            elif kind == 0 or place > 2000:
                break
            place += 4 + size
        if self._drawn.kind in COVERING and self._drawn.cover is not None:
            self._covers.append(self._drawn.cover)
        if self._drawn.kind in (0x0B, 0x0C):
            self._marks.append((self._drawn.place, "☑" if self._drawn.ticked else "☐"))

    def shape_text(self, record: Record) -> None:
        length = struct.unpack_from("<H", record.data, 10)[0] if len(record.data) >= 12 else 0
        if not length or len(record.parts) < 2:
            return
        source = Strings(record.parts[1:])
        text = clean(source.characters(length, bool(source.take(1)[0] & 1))).strip()
        if self._drawn.kind in (0x0B, 0x0C) and self._marks:
            place, mark = self._marks[-1]
            self._marks[-1] = (place, mark + " ".join(text.split()))
        elif self._drawn.kind == 6 and text and len(self._book.beside) < 500:
            self._book.beside.append((self._sheet.name, text))


def _unpacked(packed: int) -> float:
    """RkNumber (2.5.217): 30 bits of a double or an integer, maybe a hundredfold."""
    if packed & 2:
        value = float(packed >> 2 if packed < 0x8000_0000 else (packed >> 2) - 0x4000_0000)
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, packed & 0xFFFF_FFFC))[0]
    return value / 100 if packed & 1 else value


# Kind of record ([MS-XLS] 2.3) -> the least bytes that it has to have, and who takes it.
_HANDLERS: dict[int, tuple[int, Callable[[SheetReader, Record], None]]] = {
    0x06: (14, SheetReader.formula),
    0x5D: (0, SheetReader.shape),
    0x7D: (10, SheetReader.col_info),
    0x9B: (0, SheetReader.filter_mode),
    0xBD: (12, SheetReader.mul_rk),
    0xD6: (8, SheetReader.label),  # RString of BIFF5
    0xE5: (2, SheetReader.merge_cells),
    0xEC: (0, SheetReader.drawing),
    0xFD: (10, SheetReader.label_sst),
    0x01B0: (14, lambda reader, record: reader.rules.areas(record)),
    0x01B1: (12, lambda reader, record: reader.rules.rule(record)),
    0x01B6: (0, SheetReader.shape_text),
    0x0203: (14, SheetReader.number),
    0x0204: (8, SheetReader.label),
    0x0205: (8, SheetReader.bool_err),
    0x0207: (0, SheetReader.string),
    0x0208: (16, SheetReader.row),
    0x023E: (2, SheetReader.window),
    0x027E: (10, SheetReader.rk),
    0x0879: (26, lambda reader, record: reader.rules.newer(record)),
    0x087B: (25, lambda reader, record: reader.rules.extension(record)),
}
