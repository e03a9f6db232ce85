"""The global part of an Excel 5-2003 workbook: its strings, fonts, formats, colours, and where its sheets begin."""

from __future__ import annotations

import itertools
import struct

from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.errors import Encrypted
from bot.documents.formats.sheets.biff.records import Record, RichText, counted, records, shared_strings
from bot.documents.formats.sheets.colours import PALETTE, indexed
from bot.documents.formats.sheets.grid import hidden_note
from bot.documents.formats.sheets.looks import CellLook, clean
from bot.documents.shared.colours import BLACK, WHITE, Colour, is_unseen
from bot.documents.shared.numbers import built_in_format, show_number, show_text
from bot.documents.shared.symbols import is_symbol_font, symbol_text

_TINY = 2 * 20  # twentieths of a point


class _Font(Struct, frozen=True):
    """``gone``: struck through or too small to be seen; ``name`` of a symbol font; ``ink`` an index of the palette."""

    gone: bool = False
    name: str = ""
    ink: int = 0x7FFF


class _CellFormat(Struct, frozen=True):
    """``pattern`` and ``ground`` are the fill: 0 none, 1 one plain colour of the palette."""

    font: int
    number: int
    pattern: int = 0
    ground: int = 65


class Book:
    """Reads the global records of *stream* at once. Raises ``Encrypted``.

    ``places`` are the visible sheets: number from 1, name, place in the stream; ``filters`` the first and last row of a sheet's filter.
    """

    def __init__(self, stream: bytes, limits: Limits) -> None:
        self._limits = limits
        self.codec = ""
        self._strings: list[RichText] = []
        self._fonts: list[_Font] = []
        self._palette: tuple[Colour, ...] = PALETTE
        self._formats: dict[int, str] = {}
        self._cell_formats: list[_CellFormat] = []
        self.filters: dict[int, tuple[int, int]] = {}  # sheet number, from 1 -> first and last row of its filter
        self.places: list[tuple[int, str, int]] = []  # number, name, place in the stream
        self._count = 0
        self._date_1904 = False
        self.beside: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.drawings: list[bytes] = []
        version = struct.unpack_from("<H", stream, 4)[0]
        if version < 0x0600:
            self.codec = "gb18030"
        for record in records(stream, 0):
            self._global(record)

    def _global(self, record: Record) -> None:
        data = record.data
        match record.kind:
            case 0x2F:
                raise Encrypted("FILEPASS record")
            case 0x42 if self.codec and len(data) >= 2:
                page = struct.unpack_from("<H", data)[0]
                self.codec = {936: "gb18030", 950: "big5", 1200: "gb18030"}.get(page, f"cp{page}")
            case 0x22 if len(data) >= 2:
                self._date_1904 = data[0] == 1
            case 0x31 if len(data) >= 15:
                name, _ = counted(data, 14, 1, self.codec)
                height, flags, ink = struct.unpack_from("<HHH", data)
                self._fonts.append(_Font(bool(flags & 8) or height <= _TINY, name if is_symbol_font(name) else "", ink))
            case 0x92 if len(data) >= 6:
                found = [tuple(data[at : at + 3]) for at in range(2, len(data) - 3, 4)]
                self._palette = tuple((red, green, blue) for red, green, blue in found)
            case 0x18 if len(data) >= 16 and not self.codec:
                self._filter_name(data)
            case 0x041E if len(data) >= 4:
                code, _ = counted(data, 2, 1 if self.codec else 2, self.codec)
                self._formats[struct.unpack_from("<H", data)[0]] = code
            case 0xE0 if len(data) >= 4:
                self._cell_formats.append(_cell_format(data, is_old=bool(self.codec)))
            case 0xEB:
                self.drawings.append(b"".join(record.parts))
            case 0xFC:
                self._strings = shared_strings(record, self._limits.max_text)
            case 0x85 if len(data) >= 8:
                place, state, kind = struct.unpack_from("<IBB", data)
                name, _ = counted(data, 6, 1, self.codec)
                self._count += 1
                if kind == 0 and state & 3:
                    self.notes += hidden_note(name)
                elif kind == 0:
                    self.places.append((self._count, name, place))

    def _filter_name(self, data: bytes) -> None:
        """Lbl (2.4.150) of the built-in name _FilterDatabase: the cells that a sheet's filter is about."""
        flags, length, size, sheet = struct.unpack_from("<HxBH2xH", data)
        area = data[14 + 1 + length :][:size]
        if flags & 0x20 and data[15:16] == b"\x0d" and len(area) >= 7 and area[0] == 0x3B:
            self.filters[sheet] = struct.unpack_from("<HH", area, 3)

    def _font(self, index: int) -> _Font:
        """There is no font 4 (2.5.129 FontIndex)."""
        index -= index > 4
        return self._fonts[index] if 0 <= index < len(self._fonts) else _Font()

    def colour(self, index: int) -> Colour | None:
        return BLACK if index == 0x7FFF else indexed(index, self._palette)

    def number_format(self, index: int) -> str:
        return self._formats.get(index) or built_in_format(index)

    def look(self, index: int) -> CellLook:
        if not 0 <= index < len(self._cell_formats):
            return CellLook()
        style = self._cell_formats[index]
        font = self._font(style.font)
        paper = {0: WHITE, 1: self.colour(style.ground)}.get(style.pattern)
        return CellLook(
            self.number_format(style.number),
            font.gone,
            font.name,
            False,
            paper,
            is_unseen(self.colour(font.ink), paper),
        )

    def text_of(self, rich: RichText, look: CellLook) -> str:
        """A string as it can be seen: its own fonts where it has runs, else the cell's."""
        if not rich.runs:
            return "" if look.is_pale(rich.text) else look.shown(show_text(rich.text, look.format))
        pieces: list[str] = []
        edges = [(0, -1), *rich.runs, (len(rich.text), -1)]
        for (start, index), (end, _) in itertools.pairwise(edges):
            font = self._font(index) if index >= 0 else _Font(look.struck or look.unseen, look.font)
            if not font.gone and (index < 0 or not is_unseen(self.colour(font.ink), look.paper)):
                pieces.append(symbol_text(rich.text[start:end], font.name) if font.name else rich.text[start:end])
        return clean(show_text("".join(pieces), look.format))

    def shared(self, index: int) -> RichText:
        return self._strings[index] if 0 <= index < len(self._strings) else RichText("")

    def number(self, value: float, look: CellLook) -> tuple[str, float | None]:
        shown = show_number(value, look.format, self._date_1904)
        text = "" if look.is_pale(value) else look.shown(shown.text)
        return text, shown.number if text else None


def _cell_format(data: bytes, *, is_old: bool) -> _CellFormat:
    """An XF; BIFF5 (*is_old*) keeps the fill in other bits."""
    font, number = struct.unpack_from("<HH", data)
    if is_old and len(data) >= 12:
        colours, pattern = struct.unpack_from("<HB", data, 8)
        return _CellFormat(font, number, pattern & 0x3F, colours & 0x7F)
    if not is_old and len(data) >= 20:
        borders, colours = struct.unpack_from("<IH", data, 14)
        return _CellFormat(font, number, borders >> 26, colours & 0x7F)
    return _CellFormat(font, number)
