"""The Word 97-2003 binary file: its header (FIB), its pieces of text and the property runs over them. Source: [MS-DOC]."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.errors import Damaged, Encrypted, TooLarge
from bot.documents.shared.ole_objects import root_streams

# Index into FibRgFcLcb97 (2.5.6).
STSHF, HDD, CHPX, PAPX, FONTS, CLX = 1, 11, 12, 13, 15, 33
SHAPES_MAIN, SHAPES_HEADER = 40, 41
TEXTBOXES, HEADER_TEXTBOXES, LISTS, LIST_OVERRIDES = 56, 58, 73, 74
_FIRST_PAIR = 0x9A
_PAGE = 512
_MOST_PAGES = 20_000


class Piece(Struct, frozen=True):
    """Characters ``start`` … ``end`` (CPs) lie at byte ``offset``, ``width`` bytes each; ``sprms`` apply to all of them."""

    start: int
    end: int
    offset: int
    width: int
    sprms: bytes = b""


class WordFile:
    """One document's streams. Raises ``Damaged`` where they are no Word file, ``Encrypted`` where it asks for a password.

    An older one (``is_word_97`` false) has no pieces; ``doc_word6`` reads it.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        main, tables, self.data = _streams(data)
        self.main = main
        if len(main) < 0x1AA or main[:2] not in (b"\xec\xa5", b"\xdc\xa5"):
            raise Damaged("no Word 97 header")
        self.flags = struct.unpack_from("<H", main, 10)[0]
        if self.flags & 0x100:
            raise Encrypted("the header says encrypted")
        self.n_fib = struct.unpack_from("<H", main, 2)[0]
        self.is_word_97 = main[:2] == b"\xec\xa5" and self.n_fib >= 0xC0
        self.table = tables.get("1table" if self.flags & 0x200 else "0table") or next(iter(tables.values()), b"")
        # Lengths in characters of the main text, footnotes, headers, macros, comments, endnotes, text boxes, header text boxes.
        self.lengths = [max(0, length) for length in struct.unpack_from("<8i", main, 0x4C)]
        if self.is_word_97 and sum(self.lengths) > 2 * limits.max_text:
            raise TooLarge(f"{sum(self.lengths)} characters")
        self.prcs: list[bytes] = []
        self.pieces = list(self._pieces()) if self.is_word_97 else []
        self._starts = [piece.start for piece in self.pieces]
        if self.is_word_97 and not self.pieces:
            raise Damaged("no text pieces")

    def pair(self, index: int) -> bytes:
        """What the pair *index* of the header points to in the table stream; empty where nothing or nonsense."""
        place = _FIRST_PAIR + 8 * index
        if place + 8 > len(self.main):
            return b""
        count = struct.unpack_from("<H", self.main, _FIRST_PAIR - 2)[0]
        if index >= count:
            return b""
        offset, size = struct.unpack_from("<II", self.main, place)
        return self.table[offset : offset + size] if size and offset < len(self.table) else b""

    def tail(self, index: int) -> bytes:
        """The table stream from that place on, for structures that go on beyond their stated size."""
        offset, size = struct.unpack_from("<II", self.main, _FIRST_PAIR + 8 * index)
        return self.table[offset:] if size else b""

    def characters(self, start: int, end: int) -> Iterator[tuple[str, int, Piece]]:
        """Characters from CP *start* to *end* with their byte offset and piece. Compressed pieces are Windows-1252."""
        place = max(0, bisect_right(self._starts, start) - 1)
        for piece in self.pieces[place:]:
            first, last = max(piece.start, start), min(piece.end, end)
            if first >= end:
                return
            offset = piece.offset + (first - piece.start) * piece.width
            raw = self.main[offset : offset + (last - first) * piece.width]
            units = list(raw.decode("cp1252", "replace")) if piece.width == 1 else _units(raw)
            for number, unit in enumerate(units):
                yield unit, offset + number * piece.width, piece

    def subdocument(self, index: int) -> tuple[int, int]:
        """First and last CP of the part *index* in the order of ``lengths``."""
        start = sum(self.lengths[:index])
        return start, start + self.lengths[index]

    def _pieces(self) -> Iterator[Piece]:
        clx = self.pair(CLX)
        place = 0
        while place < len(clx) and clx[place] == 1:
            size = struct.unpack_from("<H", clx, place + 1)[0] if place + 3 <= len(clx) else 0
            self.prcs.append(clx[place + 3 : place + 3 + size])
            place += 3 + size
        if place + 5 > len(clx) or clx[place] != 2:
            yield from self._without_clx()
            return
        size = struct.unpack_from("<I", clx, place + 1)[0]
        plc = clx[place + 5 : place + 5 + size]
        count = (len(plc) - 4) // 12
        cps = struct.unpack_from(f"<{count + 1}i", plc) if count > 0 else ()
        for number in range(count):
            word, prm = struct.unpack_from("<IH", plc, 4 * (count + 1) + 8 * number + 2)
            start, end = cps[number], cps[number + 1]
            width = 1 if word & 0x4000_0000 else 2
            offset = (word & 0x3FFF_FFFF) // 2 if width == 1 else word & 0x3FFF_FFFF
            if offset + (end - start) * width > len(self.main):
                raise Damaged("the text is cut off")
            if 0 <= start < end:
                yield Piece(start, end, offset, width, self._prm(prm))

    def _without_clx(self) -> Iterator[Piece]:
        """A file whose piece table is lost: the text still lies in one run after the header."""
        first, last = struct.unpack_from("<II", self.main, 0x18)
        if self.flags & 4 or not 0 < first < last <= len(self.main):
            return
        total = sum(self.lengths)
        width = 2 if last - first >= 2 * total else 1
        yield Piece(0, (last - first) // width, first, width)

    def _prm(self, prm: int) -> bytes:
        if prm & 1:
            return self.prcs[prm >> 1] if prm >> 1 < len(self.prcs) else b""
        opcode = _SHORT_PRMS.get(prm >> 1 & 0x7F)
        return struct.pack("<HB", opcode, prm >> 8) if opcode else b""


# Prm0.isprm (2.9.215) -> sprm, for those that change what is read.
_SHORT_PRMS = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x57: 0x0837, 0x5C: 0x083C}


def _units(raw: bytes) -> list[str]:
    """UTF-16 code units as characters; a surrogate pair stays together in its first unit, the second is empty."""
    codes = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
    units: list[str] = []
    for number, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00 and number + 1 < len(codes) and 0xDC00 <= codes[number + 1] < 0xE000:
            units.append(chr(0x10000 + ((code - 0xD800) << 10) + codes[number + 1] - 0xDC00))
        elif 0xD800 <= code < 0xE000:
            units.append("")
        else:
            units.append(chr(code))
    return units


def _streams(data: bytes) -> tuple[bytes, dict[str, bytes], bytes]:
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return data, {}, b""
    streams = root_streams(data, "worddocument", "0table", "1table", "data")
    if "worddocument" not in streams:
        raise Damaged("no WordDocument stream")
    return streams.pop("worddocument"), streams, streams.pop("data", b"")


class Runs:
    """Property runs of one kind by byte offset: ``at(offset)`` gives the properties' bytes there."""

    def __init__(self, word: WordFile, index: int) -> None:
        runs = sorted(self._read(word, index))
        self._starts = [run[0] for run in runs]
        self._runs = runs

    def at(self, offset: int) -> bytes:
        place = bisect_right(self._starts, offset) - 1
        if place < 0:
            return b""
        _, end, properties = self._runs[place]
        return properties if offset < end else b""

    @staticmethod
    def _read(word: WordFile, index: int) -> Iterator[tuple[int, int, bytes]]:
        plc = word.pair(index)
        count = (len(plc) - 4) // 8
        if count <= 0:
            return
        width = 1 if index == CHPX else 13
        for page in dict.fromkeys(struct.unpack_from(f"<{count}I", plc, 4 * (count + 1))[:_MOST_PAGES]):
            start = (page & 0x3F_FFFF) * _PAGE
            fkp = word.main[start : start + _PAGE]
            if len(fkp) < _PAGE:
                raise Damaged("the formatting is cut off")  # ticks and hidden text could not be told any more
            runs = fkp[511]
            if 4 * (runs + 1) + width * runs > 511:
                continue
            edges = struct.unpack_from(f"<{runs + 1}I", fkp)
            for number in range(runs):
                at = fkp[4 * (runs + 1) + width * number] * 2
                properties = (_chpx(fkp, at) if index == CHPX else _papx(fkp, at)) if at else b""
                if edges[number] < edges[number + 1]:
                    yield edges[number], edges[number + 1], properties


def _chpx(page: bytes, at: int) -> bytes:
    return page[at + 1 : at + 1 + page[at]]


def _papx(page: bytes, at: int) -> bytes:
    """Style index (2 bytes) and properties (2.9.177 PapxInFkp)."""
    size = page[at]
    if size:
        return page[at + 1 : at + 2 * size]
    if at + 1 >= len(page):
        return b""
    return page[at + 2 : at + 2 + 2 * page[at + 1]]
