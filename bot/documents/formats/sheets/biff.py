"""Excel 5-2003 workbooks (.xls, .et, .xlt), read from their records: values as shown, hidden parts, merges, check boxes."""

from __future__ import annotations

import io
import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import olefile

from bot.base.limits import Limits
from bot.documents import passwords
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, ReaderError
from bot.documents.formats.sheets import calamine
from bot.documents.formats.sheets.biff_records import Record, RichText, Strings, counted, records, shared_strings
from bot.documents.formats.sheets.colours import PALETTE, indexed
from bot.documents.formats.sheets.document import workbook_document
from bot.documents.formats.sheets.grid import Sheet, hidden_note
from bot.documents.formats.sheets.looks import CellLook, clean
from bot.documents.model import Blob, Opened
from bot.documents.shared.colours import BLACK, WHITE, Colour, is_unseen
from bot.documents.shared.numbers import built_in_format, show_number, show_text
from bot.documents.shared.ole_objects import document_title
from bot.documents.shared.pictures import drawn_pictures
from bot.documents.shared.symbols import is_symbol_font, symbol_text

_ROWS, _COLUMNS = 65_536, 256
_TINY = 2 * 20  # twentieths of a point


def read(blob: Blob, context: ReadContext) -> Opened:
    """The workbook in *blob*. Raises ``Damaged``, ``TooLarge``, ``Encrypted``."""
    stream = _workbook_stream(blob.data)
    if len(stream) < 8 or stream[:2] != b"\x09\x08":
        return calamine.read(blob, context, "xls")  # BIFF 2-4
    try:
        book = _Book(stream, context.limits)
        sheets = list(book.sheets())
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
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {entry[0].lower(): entry[0] for entry in ole.listdir() if len(entry) == 1}
            name = names.get("workbook") or names.get("book")
            if not name:
                raise Damaged("no workbook stream")
            stream: bytes = ole.openstream(name).read()
            return stream
    except ReaderError:
        raise
    except Exception as error:  # olefile raises whatever a broken directory leads it to
        raise Damaged(f"compound file: {type(error).__name__}: {error}") from error


@dataclass(slots=True)
class _Drawn:
    """The drawn object in work: where it is anchored, what kind it is."""

    place: tuple[int, int, int] = (0, 0, 0)  # row, column, offset in the column
    kind: int = -1
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class _Font:
    """``gone``: struck through or too small to be seen; ``name`` of a symbol font; ``ink`` an index of the palette."""

    gone: bool = False
    name: str = ""
    ink: int = 0x7FFF


@dataclass(frozen=True, slots=True)
class _CellFormat:
    """``pattern`` and ``ground`` are the fill (BIFF8 only): 0 none, 1 one plain colour of the palette."""

    font: int
    number: int
    pattern: int = 0
    ground: int = 65


class _Book:
    """The global part of the stream, then its sheets."""

    def __init__(self, stream: bytes, limits: Limits) -> None:
        self._stream, self._limits = stream, limits
        self._codec = ""
        self._strings: list[RichText] = []
        self._fonts: list[_Font] = []
        self._palette: tuple[Colour, ...] = PALETTE
        self._formats: dict[int, str] = {}
        self._cell_formats: list[_CellFormat] = []
        self._filters: dict[int, tuple[int, int]] = {}  # sheet number, from 1 -> first and last row of its filter
        self._places: list[tuple[int, str, int]] = []  # number, name, place in the stream
        self._count = 0
        self._date_1904 = False
        self.beside: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.drawings: list[bytes] = []
        version = struct.unpack_from("<H", stream, 4)[0]
        if version < 0x0600:
            self._codec = "gb18030"
        for record in records(stream, 0):
            self._global(record)

    def _global(self, record: Record) -> None:
        data = record.data
        match record.kind:
            case 0x2F:
                raise Encrypted("FILEPASS record")
            case 0x42 if self._codec and len(data) >= 2:
                page = struct.unpack_from("<H", data)[0]
                self._codec = {936: "gb18030", 950: "big5", 1200: "gb18030"}.get(page, f"cp{page}")
            case 0x22 if len(data) >= 2:
                self._date_1904 = data[0] == 1
            case 0x31 if len(data) >= 15:
                name, _ = counted(data, 14, 1, self._codec)
                height, flags, ink = struct.unpack_from("<HHH", data)
                self._fonts.append(_Font(bool(flags & 8) or height <= _TINY, name if is_symbol_font(name) else "", ink))
            case 0x92 if len(data) >= 6:
                found = [tuple(data[at : at + 3]) for at in range(2, len(data) - 3, 4)]
                self._palette = tuple((red, green, blue) for red, green, blue in found)
            case 0x18 if len(data) >= 16 and not self._codec:
                self._filter_name(data)
            case 0x041E if len(data) >= 4:
                code, _ = counted(data, 2, 1 if self._codec else 2, self._codec)
                self._formats[struct.unpack_from("<H", data)[0]] = code
            case 0xE0 if len(data) >= 4:
                pattern, ground = 0, 65
                if len(data) >= 20 and not self._codec:
                    pattern, colours = struct.unpack_from("<IH", data, 14)
                    pattern, ground = pattern >> 26, colours & 0x7F
                font, number = struct.unpack_from("<HH", data)
                self._cell_formats.append(_CellFormat(font, number, pattern, ground))
            case 0xEB:
                self.drawings.append(b"".join(record.parts))
            case 0xFC:
                self._strings = shared_strings(record, self._limits.max_text)
            case 0x85 if len(data) >= 8:
                place, state, kind = struct.unpack_from("<IBB", data)
                name, _ = counted(data, 6, 1, self._codec)
                self._count += 1
                if kind == 0 and state & 3:
                    self.notes += hidden_note(name)
                elif kind == 0:
                    self._places.append((self._count, name, place))

    def _filter_name(self, data: bytes) -> None:
        """Lbl (2.4.150) of the built-in name _FilterDatabase: the cells that a sheet's filter is about."""
        flags, length, size, sheet = struct.unpack_from("<HxBH2xH", data)
        area = data[14 + 1 + length :][:size]
        if flags & 0x20 and data[15:16] == b"\x0d" and len(area) >= 7 and area[0] == 0x3B:
            self._filters[sheet] = struct.unpack_from("<HH", area, 3)

    def _font(self, index: int) -> _Font:
        """There is no font 4 (2.5.129 FontIndex)."""
        index -= index > 4
        return self._fonts[index] if 0 <= index < len(self._fonts) else _Font()

    def _ink(self, font: _Font) -> Colour | None:
        return BLACK if font.ink == 0x7FFF else indexed(font.ink, self._palette)

    def look(self, index: int) -> CellLook:
        if not 0 <= index < len(self._cell_formats):
            return CellLook()
        style = self._cell_formats[index]
        font = self._font(style.font)
        paper = {0: WHITE, 1: indexed(style.ground, self._palette)}.get(style.pattern)
        code = self._formats.get(style.number) or built_in_format(style.number)
        return CellLook(code, font.gone, font.name, False, paper, is_unseen(self._ink(font), paper))

    def sheets(self) -> Iterator[Sheet]:
        for number, name, place in self._places:
            if place + 4 > len(self._stream):
                raise Damaged(f"sheet {name} lies behind the end")
            sheet = Sheet(name)
            reader = _SheetReader(self, sheet, self._limits)
            reader.run(records(self._stream, place))
            if reader.is_filtered:
                first, last = self._filters.get(number, (-1, _ROWS))
                sheet.hidden_rows -= {row for row in sheet.hidden_rows if first < row <= last}
            yield sheet

    def text_of(self, rich: RichText, look: CellLook) -> str:
        """A string as it can be seen: its own fonts where it has runs, else the cell's."""
        if not rich.runs:
            return "" if look.unseen else look.shown(show_text(rich.text, look.format))
        pieces: list[str] = []
        edges = [(0, -1), *rich.runs, (len(rich.text), -1)]
        for (start, index), (end, _) in itertools.pairwise(edges):
            font = self._font(index) if index >= 0 else _Font(look.struck or look.unseen, look.font)
            if not font.gone and (index < 0 or not is_unseen(self._ink(font), look.paper)):
                pieces.append(symbol_text(rich.text[start:end], font.name) if font.name else rich.text[start:end])
        return clean(show_text("".join(pieces), look.format))

    def shared(self, index: int) -> RichText:
        return self._strings[index] if 0 <= index < len(self._strings) else RichText("")

    def number(self, value: float, look: CellLook) -> tuple[str, float | None]:
        shown = show_number(value, look.format, self._date_1904)
        text = "" if look.unseen else look.shown(shown.text)
        return text, shown.number if text else None

    @property
    def codec(self) -> str:
        return self._codec


class _SheetReader:
    def __init__(self, book: _Book, sheet: Sheet, limits: Limits) -> None:
        self._book, self._sheet, self._limits = book, sheet, limits
        self._formula: tuple[int, int, CellLook] | None = None  # waits for its text
        self._drawn = _Drawn()
        self._marks: list[tuple[tuple[int, int, int], str]] = []
        self._depth = 0
        self.is_filtered = False

    def run(self, stream: Iterator[Record]) -> None:
        for record in stream:
            if record.kind == 0x0809:
                self._depth += 1  # a chart inside the sheet
            elif record.kind == 0x0A:
                self._depth -= 1
            elif self._depth == 1:
                self._record(record)
        self._sheet.marks.extend((place[0], place[1], text) for place, text in sorted(self._marks))

    def _record(self, record: Record) -> None:
        data = record.data
        match record.kind:
            case 0xFD if len(data) >= 10:
                row, column, style, index = struct.unpack_from("<HHHI", data)
                self._put(row, column, self._book.text_of(self._book.shared(index), self._book.look(style)), None)
            case 0x0203 if len(data) >= 14:
                row, column, style, value = struct.unpack_from("<HHHd", data)
                self._put(row, column, *self._book.number(value, self._book.look(style)))
            case 0x027E if len(data) >= 10:
                row, column, style, packed = struct.unpack_from("<HHHI", data)
                self._put(row, column, *self._book.number(_unpacked(packed), self._book.look(style)))
            case 0xBD if len(data) >= 12:
                row, first = struct.unpack_from("<HH", data)
                for number in range((len(data) - 6) // 6):
                    style, packed = struct.unpack_from("<HI", data, 4 + 6 * number)
                    self._put(row, first + number, *self._book.number(_unpacked(packed), self._book.look(style)))
            case 0x06 if len(data) >= 14:
                self._formula_result(data)
            case 0x0207 if self._formula is not None:
                row, column, look = self._formula
                self._formula = None
                self._put(row, column, self._book.text_of(RichText(self._long_text(record, 0)), look), None)
            case 0x0204 | 0xD6 if len(data) >= 8:
                row, column, style = struct.unpack_from("<HHH", data)
                text = RichText(self._long_text(record, 6))
                self._put(row, column, self._book.text_of(text, self._book.look(style)), None)
            case 0x0205 if len(data) >= 8:
                row, column, style, value, is_error = struct.unpack_from("<HHHBB", data)
                if not is_error:
                    self._put(row, column, self._book.look(style).shown("TRUE" if value else "FALSE"), None)
            case 0x9B:
                self.is_filtered = True  # FilterMode
            case 0x0208 if len(data) >= 16:
                row, flags = struct.unpack_from("<H10xH", data)
                if flags & 0x20:  # fDyZero
                    self._sheet.hidden_rows.add(row)
            case 0x7D if len(data) >= 10:
                first, last, width, flags = struct.unpack_from("<HHH2xH", data)
                if flags & 1 or width == 0:
                    self._sheet.hidden_columns.update(range(first, min(last, _COLUMNS - 1) + 1))
            case 0xE5 if len(data) >= 2:
                count = min(struct.unpack_from("<H", data)[0], (len(data) - 2) // 8)
                for number in range(count):
                    top, bottom, left, right = struct.unpack_from("<4H", data, 2 + 8 * number)
                    self._sheet.merges.append((top, left, bottom, right))
            case 0xEC:
                self._anchor(b"".join(record.parts))
            case 0x5D:
                self._object(data)
            case 0x01B6:
                self._object_text(record)

    def _put(self, row: int, column: int, text: str, number: float | None) -> None:
        self._sheet.put(row, column, text, number, self._limits)

    def _formula_result(self, data: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", data)
        look = self._book.look(style)
        self._formula = None
        if len(data) >= 16 and data[14] & 2 and not any(data[6:14]):
            # To be computed on opening: the nought is only what the program that wrote it put there.
            self._sheet.uncomputed.append((row, column))
        elif data[12:14] != b"\xff\xff":
            self._put(row, column, *self._book.number(struct.unpack_from("<d", data, 6)[0], look))
        elif data[6] == 0:
            self._formula = (row, column, look)
        elif data[6] == 1:
            self._put(row, column, look.shown("TRUE" if data[8] else "FALSE"), None)

    def _long_text(self, record: Record, place: int) -> str:
        if self._book.codec:
            return counted(record.data, place, 2, self._book.codec)[0]
        source = Strings((record.data[place:], *record.parts[1:]))
        length, flags = struct.unpack("<HB", source.take(3))
        return clean(source.characters(length, bool(flags & 1)))

    # check boxes and text boxes

    def _anchor(self, data: bytes) -> None:
        """OfficeArtClientAnchorSheet (F010) of the shape whose OBJ record follows."""
        place = data.rfind(b"\x10\xf0\x12\x00\x00\x00")
        if place >= 0 and place + 6 + 18 <= len(data):
            _, column, offset, row = struct.unpack_from("<4H", data, place + 6)
            self._drawn = _Drawn((row, column, offset))

    def _object(self, data: bytes) -> None:
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
        if self._drawn.kind in (0x0B, 0x0C):
            self._marks.append((self._drawn.place, "☑" if self._drawn.ticked else "☐"))

    def _object_text(self, record: Record) -> None:
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
