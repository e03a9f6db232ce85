"""Zip: the directory where it is whole, else the members' own headers; each member decrypted, inflated and checked."""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, NothingOpens, TooLarge, Unsafe
from bot.documents.formats.archives.basket import Basket, is_bomb
from bot.documents.formats.archives.inflate import DEFLATE, STORED, inflate
from bot.documents.formats.archives.names import member_name
from bot.documents.formats.archives.read import read_archive
from bot.documents.formats.archives.zip_crypt import AES_METHOD, MAX_OLD_CIPHER, aes, old_cipher, spellings
from bot.documents.model import Blob, Opened

_LOCAL = b"PK\x03\x04"
_NEXT = re.compile(rb"PK(?:\x03\x04|\x01\x02|\x07\x08|\x05\x06)")
_ENCRYPTED, _DESCRIPTOR, _STRONG, _UTF8, _MASKED = 1, 8, 1 << 6, 1 << 11, 1 << 13
_UNIX = 3
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, struct.error, OverflowError)


class Entry(Struct, frozen=True):
    """One member: where its packed bytes are (``start``, ``packed``) and what the headers say of it.

    ``packed`` and ``size`` are -1 where they stand behind the data only; ``crc`` is None where nothing can be compared.
    """

    path: str
    method: int
    flags: int
    crc: int | None
    packed: int
    size: int
    start: int
    time: int = 0
    strength: int = 0


def read(blob: Blob, context: ReadContext) -> Opened:
    """The files in the zip *blob*, as ``read_archive`` tells."""
    return read_archive(blob, context, "zip", unpack)


def unpack(data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    """All members of the zip *data* into *basket*. Raises ``Damaged`` or ``Unsafe`` for the archive as a whole."""
    try:
        entries = list(_listed(data, basket))
    except _BROKEN:
        entries = list(_salvaged(data, basket))
    _check_overlap(entries)
    tried = list(dict.fromkeys(spellings(passwords)))
    for entry in entries:
        if not basket.wants(entry.path):
            continue
        with basket.taking(entry.path):
            basket.add(entry.path, _content(data, entry, basket, tried))


def _listed(data: bytes, basket: Basket) -> Iterator[Entry]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        basket.check_listed(len(infos))
        for info in infos:
            unix_mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
            if info.is_dir() or stat.S_ISLNK(unix_mode):
                continue
            start = _data_start(data, info.header_offset)
            says_utf8 = bool(info.flag_bits & _UTF8)
            raw = info.orig_filename.encode("utf-8" if says_utf8 else "cp437", "surrogateescape")
            name = member_name(raw, says_utf8=says_utf8, extra=info.extra, dos=info.create_system != _UNIX)
            moment = info.date_time
            time = moment[3] << 11 | moment[4] << 5 | moment[5] // 2
            entry = Entry(
                name, info.compress_type, info.flag_bits, info.CRC, info.compress_size, info.file_size, start, time
            )
            yield _with_aes(entry, info.extra)


def _data_start(data: bytes, header: int) -> int:
    if data[header : header + 4] != _LOCAL:
        raise zipfile.BadZipFile("directory points nowhere")
    name_size, extra_size = struct.unpack_from("<HH", data, header + 26)
    return int(header + 30 + name_size + extra_size)


def _salvaged(data: bytes, basket: Basket) -> Iterator[Entry]:
    """Members by their local headers (APPNOTE 4.3.7): the directory is missing, cut off or wrong."""
    place, count = data.find(_LOCAL), 0
    if place < 0:
        raise Damaged("no zip header")
    while place >= 0 and place + 30 <= len(data):
        count += 1
        basket.check_listed(count)
        flags, method, time, _, crc, packed, size, name_size, extra_size = struct.unpack_from(
            "<HHHHIIIHH", data, place + 6
        )
        start = place + 30 + name_size + extra_size
        raw, extra = data[place + 30 : place + 30 + name_size], data[place + 30 + name_size : start]
        packed, size = _zip64(extra, packed, size)
        known = not flags & _DESCRIPTOR or packed > 0
        entry = Entry(
            member_name(raw, says_utf8=bool(flags & _UTF8), extra=extra),
            method,
            flags,
            crc if known else None,
            packed if known else -1,
            size if known else -1,
            start,
            time,
        )
        entry = _with_aes(entry if known else _measured(data, entry, basket), extra)
        if not entry.path.endswith("/"):
            yield entry
        place = data.find(_LOCAL, start + max(entry.packed, 0))


def _measured(data: bytes, entry: Entry, basket: Basket) -> Entry:
    """A streamed member: its end is the end of the deflate stream, or the next header; sums stand behind it."""
    if entry.method == DEFLATE and not entry.flags & _ENCRYPTED:
        end = _deflate_end(data, entry.start, basket.limits.max_part)
    else:
        found = _NEXT.search(data, entry.start)
        end = found.start() if found else len(data)
    after = data[end : end + 16]
    crc = int.from_bytes(after[4:8], "little") if after.startswith(b"PK\x07\x08") else None
    return replace(entry, packed=end - entry.start, crc=crc)


def _deflate_end(data: bytes, start: int, bound: int) -> int:
    """Where the stream that begins at *start* ends; once more than *bound* bytes came out, wherever it is then."""
    inflater = zlib.decompressobj(-15)
    place, out = start, 0
    try:
        while not inflater.eof and place < len(data) and out <= bound:
            step = inflater.unconsumed_tail or data[place : place + 65_536]
            if not inflater.unconsumed_tail:
                place += len(step)
            out += len(inflater.decompress(step, 2**20))
    except zlib.error:
        return place
    return place - len(inflater.unused_data)


def _zip64(extra: bytes, packed: int, size: int) -> tuple[int, int]:
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        if kind == 1:
            values = [v for (v,) in struct.iter_unpack("<Q", extra[place + 4 : place + 4 + length // 8 * 8])]
            if size == 0xFFFFFFFF and values:
                size = values.pop(0)
            if packed == 0xFFFFFFFF and values:
                packed = values.pop(0)
        place += 4 + length
    return packed, size


def _with_aes(entry: Entry, extra: bytes) -> Entry:
    """WinZip AES: the real method stands in extra field 0x9901; AE-2 has no checksum of its own."""
    if entry.method != AES_METHOD:
        return entry
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, place)
        if kind == 0x9901 and length >= 7 and place + 11 <= len(extra):
            version, _, strength, method = struct.unpack_from("<HHBH", extra, place + 4)
            return replace(entry, method=method, strength=strength, crc=None if version == 2 else entry.crc)
        place += 4 + length
    return replace(entry, strength=3, crc=None)


def _check_overlap(entries: Sequence[Entry]) -> None:
    """Members that share their bytes make a small file unpack to a huge one; no program writes such."""
    end = -1
    for entry in sorted(entries, key=lambda item: item.start):
        if entry.start < end:
            raise Unsafe(f"{entry.path} overlaps another member")
        end = max(end, entry.start + max(entry.packed, 0))


def _content(data: bytes, entry: Entry, basket: Basket, passwords: Sequence[bytes]) -> bytes:
    if entry.packed > len(data):
        raise Damaged(f"{entry.path} is said to be longer than the archive")
    bound = basket.room(entry.path, entry.packed, max(entry.size, 0))
    packed = data[entry.start : entry.start + entry.packed]
    if entry.flags & _ENCRYPTED:
        return _decrypted(entry, packed, bound, passwords)
    if len(packed) < entry.packed and entry.method == STORED:
        raise Damaged(f"{entry.path} is cut off")
    try:
        content = inflate(entry.method, packed, bound)
    except TooLarge as error:
        if is_bomb(bound, entry.packed, basket.limits):
            raise Unsafe(str(error)) from error
        raise
    if is_bomb(len(content), entry.packed, basket.limits):
        raise Unsafe(f"{entry.path} inflates {len(content) // max(entry.packed, 1)} times")
    if not _is_whole(entry, content):
        raise Damaged(f"{entry.path}: checksum differs")
    return content


def _is_whole(entry: Entry, content: bytes) -> bool:
    return entry.crc is None or zlib.crc32(content) == entry.crc


def _decrypted(entry: Entry, packed: bytes, bound: int, passwords: Sequence[bytes]) -> bytes:
    if entry.flags & (_STRONG | _MASKED):
        raise Encrypted(f"{entry.path}: PKWARE strong encryption")
    if not entry.strength and len(packed) > MAX_OLD_CIPHER:
        raise TooLarge(f"{entry.path}: {len(packed)} encrypted bytes")
    for password in passwords:
        plain = _plain(entry, packed, password)
        if plain is None:
            continue
        try:
            content = inflate(entry.method, plain, bound)
        except NothingOpens:
            raise
        except Damaged:
            continue  # the check byte fitted by chance
        if _is_whole(entry, content):
            return content
    raise Encrypted(f"{entry.path}: none of {len(passwords)} passwords fits")


def _plain(entry: Entry, packed: bytes, password: bytes) -> bytes | None:
    if entry.strength:
        return aes(packed, password, entry.strength)
    by_time = old_cipher(packed, password, entry.time >> 8) if entry.flags & _DESCRIPTOR else None
    if by_time is not None or entry.crc is None:
        return by_time
    return old_cipher(packed, password, entry.crc >> 24)
