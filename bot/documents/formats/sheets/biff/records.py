"""Records of a BIFF5/BIFF8 workbook stream and the strings in them. Source: [MS-XLS]."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from bot.documents.errors import Damaged, TooLarge
from bot.message.mime.charsets import decode_bytes

CONTINUE = 0x3C
_MOST_STRINGS = 1_000_000


class Record(Struct, frozen=True):
    """``parts`` are the record's data and those of the CONTINUE records behind it."""

    kind: int
    parts: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        return self.parts[0]


class RichText(Struct, frozen=True):
    """A string and where its fonts change: (first character, font index)."""

    text: str
    runs: tuple[tuple[int, int], ...] = ()


def records(stream: bytes, place: int) -> Iterator[Record]:
    """Records from *place* on up to and with the EOF (0x0A) of this substream. ``Damaged`` where that is missing."""
    depth = 0
    end = len(stream)
    while place + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, place)
        place += 4
        if place + size > end:
            break
        parts = [stream[place : place + size]]
        place += size
        while place + 4 <= end and stream[place] == CONTINUE and stream[place + 1] == 0:
            more = struct.unpack_from("<H", stream, place + 2)[0]
            parts.append(stream[place + 4 : place + 4 + more])
            place += 4 + more
        if kind == 0x0809:
            depth += 1
        yield Record(kind, tuple(parts))
        if kind == 0x0A:
            depth -= 1
            if depth <= 0:
                return
    raise Damaged("the workbook stream is cut off")


class Strings:
    """Reads counted strings out of a record that may go on in CONTINUE records."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self._parts = parts
        self._part = self._place = 0

    @property
    def ended(self) -> bool:
        while self._part < len(self._parts) and self._place >= len(self._parts[self._part]):
            self._part, self._place = self._part + 1, 0
        return self._part >= len(self._parts)

    def take(self, size: int) -> bytes:
        """The next *size* bytes, over borders of records."""
        found = b""
        while len(found) < size and not self.ended:
            piece = self._parts[self._part][self._place : self._place + size - len(found)]
            self._place += len(piece)
            found += piece
        if len(found) < size:
            raise Damaged("a string is cut off")
        return found

    def rich_text(self) -> RichText:
        """XLUnicodeRichExtendedString (2.5.293)."""
        length, flags = struct.unpack("<HB", self.take(3))
        runs = struct.unpack("<H", self.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", self.take(4))[0] if flags & 4 else 0
        text = self.characters(length, bool(flags & 1))
        places = struct.unpack(f"<{2 * runs}H", self.take(4 * runs))
        self.skip(extra)
        return RichText(text, tuple(zip(places[::2], places[1::2], strict=True)))

    def characters(self, length: int, wide: bool) -> str:
        """*length* characters; where a CONTINUE record begins inside them, a new width flag stands first."""
        pieces: list[str] = []
        while length > 0:
            if self._place >= len(self._parts[self._part]):
                if self.ended:
                    raise Damaged("a string is cut off")
                wide = bool(self.take(1)[0] & 1)
            left = self._parts[self._part][self._place :]
            count = min(length, len(left) // 2 if wide else len(left))
            if count == 0:
                raise Damaged("a string is cut off")
            raw = left[: count * 2 if wide else count]
            self._place += len(raw)
            pieces.append(raw.decode("utf-16-le", "surrogatepass") if wide else raw.decode("latin-1"))
            length -= count
        text = "".join(pieces)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def skip(self, size: int) -> None:
        while size > 0 and not self.ended:
            step = min(size, len(self._parts[self._part]) - self._place)
            self._place += step
            size -= step


def shared_strings(record: Record, most: int) -> list[RichText]:
    """The shared string table (SST)."""
    source = Strings(record.parts)
    count = struct.unpack("<4xI", source.take(8))[0]
    if count > _MOST_STRINGS:
        raise TooLarge(f"{count} strings")
    found: list[RichText] = []
    length = 0
    for _ in range(count):
        if source.ended:
            break
        found.append(source.rich_text())
        length += len(found[-1].text)
        if length > 4 * most:
            raise TooLarge(f"more than {4 * most} characters")
    return found


def counted(data: bytes, place: int, size: int, codec: str) -> tuple[str, int]:
    """A string with a length of *size* bytes at *place*, and where it ends. *codec* empty: BIFF8 with its width flag."""
    length = int.from_bytes(data[place : place + size], "little")
    place += size
    if codec:
        return decode_bytes(data[place : place + length], codec).text, place + length
    wide = bool(data[place] & 1) if place < len(data) else False
    place += 1
    raw = data[place : place + (2 * length if wide else length)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace"), place + len(raw)
