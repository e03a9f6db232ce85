"""Word 6 and 95 (.doc): 8-bit text; only what such old files need — paragraphs and the cells of tables."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, TooLarge
from bot.documents.model import Blob, Block, Document, Opened, Paragraph
from bot.documents.shared.grid import RowCell, build_table
from bot.documents.shared.ole_objects import root_streams
from bot.message.mime.charsets import decode_bytes

_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x15]*))?\x15")
_CONTROL = re.compile("[\x00-\x06\x08\x0b-\x1f\x7f]")
# Language of the document -> codec; the primary language is in the lower ten bits, Chinese needs all of them.
_CHINESE = {0x0804: "gb18030", 0x1004: "gb18030", 0x0404: "big5", 0x0C04: "big5", 0x1404: "big5"}
_CODECS = {
    0x01: "cp1256",
    0x02: "cp1251",
    0x04: "gb18030",
    0x05: "cp1250",
    0x08: "cp1253",
    0x0D: "cp1255",
    0x0E: "cp1250",
    0x11: "cp932",
    0x12: "cp949",
    0x15: "cp1250",
    0x18: "cp1250",
    0x19: "cp1251",
    0x1B: "cp1250",
    0x1C: "cp1250",
    0x1E: "cp874",
    0x1F: "cp1254",
    0x22: "cp1251",
    0x23: "cp1251",
    0x24: "cp1250",
    0x25: "cp1257",
    0x26: "cp1257",
    0x27: "cp1257",
    0x29: "cp1256",
    0x2A: "cp1258",
    0x2F: "cp1251",
    # Western languages but English, under which documents in any language were written: their bytes decide.
    **dict.fromkeys(
        (0x03, 0x06, 0x07, 0x0A, 0x0B, 0x0C, 0x0F, 0x10, 0x13, 0x14, 0x16, 0x1D, 0x21, 0x2D, 0x38), "cp1252"
    ),
}
_SPECIAL = {0x041A: "cp1250", 0x081A: "cp1250", 0x0C1A: "cp1251"}  # Croatian, Serbian in Latin and in Cyrillic letters
_MAC = 0x100
_MAC_CODECS = {
    "cp1252": "mac_roman",
    "cp1251": "mac_cyrillic",
    "cp1250": "mac_latin2",
    "cp1253": "mac_greek",
    "cp1254": "mac_turkish",
}


def read(blob: Blob, context: ReadContext) -> Opened:
    """The main text of *blob*. Raises ``Damaged``, ``Encrypted``, ``TooLarge``."""
    main = _main_stream(blob.data)
    if len(main) < 0x60:
        raise Damaged("no Word 6 header")
    language, flags = struct.unpack_from("<H", main, 6)[0], struct.unpack_from("<H", main, 10)[0]
    if flags & 0x100:
        raise Encrypted("the header says encrypted")
    start, end = struct.unpack_from("<II", main, 0x18)
    length = struct.unpack_from("<I", main, 0x34)[0]
    raw = b"".join(_pieces(main)) if flags & 4 else main[start : min(end, start + length)]
    if len(raw) > context.limits.max_text:
        raise TooLarge(f"{len(raw)} characters")
    if not raw:
        raise Damaged("no text")
    text = _decoded(raw, language, struct.unpack_from("<H", main, 0x14)[0])
    for _ in range(10):
        text, count = _FIELD.subn(lambda match: match.group(1) or "", text)
        if not count:
            break
    blocks = tuple(_blocks(text))
    return Opened(Document(path=blob.path, name=blob.name, format="doc", blocks=blocks))


def _decoded(raw: bytes, language: int, charset: int) -> str:
    """The text by the language of the document and the machine that wrote it (``chse`` of the header: Windows or Macintosh)."""
    codec = _CHINESE.get(language) or _SPECIAL.get(language) or _CODECS.get(language & 0x3FF, "")
    if charset == _MAC:
        codec = _MAC_CODECS.get(codec or "cp1252", codec)
    if codec.startswith(("cp125", "mac_", "cp874")):
        return raw.decode(codec, "replace")
    return decode_bytes(raw, codec).text


def _main_stream(data: bytes) -> bytes:
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        return data
    streams = root_streams(data, "worddocument")
    if not streams:
        raise Damaged("no WordDocument stream")
    return streams["worddocument"]


def _pieces(main: bytes) -> Iterator[bytes]:
    """The piece table of a fast-saved file; characters are single bytes."""
    if len(main) < 0x168:
        return
    offset, size = struct.unpack_from("<II", main, 0x160)
    clx = main[offset : offset + size]
    place = 0
    while place + 3 <= len(clx) and clx[place] == 1:
        place += 3 + struct.unpack_from("<H", clx, place + 1)[0]
    if place + 5 > len(clx) or clx[place] != 2:
        return
    plc = clx[place + 5 :]
    count = (struct.unpack_from("<I", clx, place + 1)[0] - 4) // 12
    if count <= 0 or len(plc) < 12 * count + 4:
        return
    cps = struct.unpack_from(f"<{count + 1}I", plc)
    for number in range(count):
        start = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        yield main[start : start + max(0, cps[number + 1] - cps[number])]


def _blocks(text: str) -> Iterator[Block]:
    """Tables are stretches of cell marks (0x07); a row's own end mark is one more, with nothing before it."""
    text = text.replace("\x0b", "\n").replace("\x0c", "\r")
    place = 0
    while place < len(text):
        mark = text.find("\x07", place)
        if mark < 0:
            yield from _paragraphs(text[place:])
            return
        start = text.rfind("\r", place, mark) + 1 or place
        yield from _paragraphs(text[place:start])
        last = mark
        # The table goes on while its next mark comes before a paragraph that stands alone behind a row's end.
        segments: list[str] = []
        cursor = start
        while True:
            end = text.find("\x07", cursor)
            if end < 0 or (segments and not segments[-1] and "\r" in text[cursor:end]):
                break
            segments.append(text[cursor:end])
            last = cursor = end + 1
        rows = _rows([_CONTROL.sub("", segment.replace("\r", "\n")).strip("\n") for segment in segments])
        yield build_table([[RowCell(n, n + 1, cell) for n, cell in enumerate(row)] for row in rows])
        place = last if last > place else mark + 1


def _rows(segments: list[str]) -> list[list[str]]:
    for width in range(1, 32):
        step = width + 1
        if len(segments) % step == 0 and not any(segments[width::step]):
            return [segments[at : at + width] for at in range(0, len(segments), step)]
    rows: list[list[str]] = [[]]
    for segment in segments:
        if segment or not rows[-1]:
            rows[-1].append(segment)
        else:
            rows.append([])
    return [row for row in rows if row]


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for line in text.split("\r"):
        clean = _CONTROL.sub("", line).rstrip()
        if clean.strip():
            yield Paragraph(clean)
