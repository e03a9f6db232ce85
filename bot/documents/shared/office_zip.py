"""The zip file around .docx, .xlsx and .odt: inflated within limits, and as far as it goes where it is damaged."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from bot.base.limits import Limits
from bot.documents.errors import Damaged, Encrypted, TooLarge, Unsafe

_RATIO_FLOOR = 16 * 2**20  # small parts may be highly repetitive without harm
_LOCAL_HEADER = re.compile(rb"PK\x03\x04")
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error, struct.error)


def read_zip(data: bytes, limits: Limits) -> dict[str, bytes]:
    """All members that are whole, inflated within the limits (never trusting the sizes that the file claims).

    A member with a wrong checksum is left out: a broken picture must not cost the text. Where the directory at the end is
    missing, the members are found by their own headers. Raises ``Damaged``, ``Encrypted``, ``TooLarge`` or ``Unsafe`` (a bomb).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        parts = _collect(_salvaged(data, limits), limits)
        if not parts:
            raise Damaged(f"zip: {error}") from error
        return parts
    with archive:
        if len(archive.filelist) > 20 * limits.max_files:
            raise TooLarge(f"{len(archive.filelist)} members")
        return _collect(_listed(archive, limits), limits)


def _collect(members: Iterator[tuple[str, bytes]], limits: Limits) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    total = 0
    for name, content in members:
        total += len(content)
        if total > limits.max_total:
            raise TooLarge(f"unpacks to more than {limits.max_total} bytes")
        parts[name.replace("\\", "/").lstrip("/")] = content
    return parts


def _listed(archive: zipfile.ZipFile, limits: Limits) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        if not info.filename or info.filename.endswith("/"):
            continue
        if info.flag_bits & 1:
            raise Encrypted("zip encryption inside an office file")
        try:
            content = _member(archive, info, limits)
        except _BROKEN:
            continue
        yield info.filename, content


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    bound = limits.max_part * 3
    with archive.open(info) as stream:
        content = stream.read(_RATIO_FLOOR + 1)
        if len(content) > _RATIO_FLOOR:
            if info.file_size > limits.max_ratio * max(info.compress_size, 1):
                raise Unsafe(f"{info.filename} inflates {info.file_size // max(info.compress_size, 1)} times")
            content += stream.read(bound - len(content) + 1)
            if len(content) > bound:
                raise TooLarge(f"{info.filename} is over {bound} bytes")
    return content


def _salvaged(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Whole members of a file that was cut off before its directory: local headers (APPNOTE 4.3.7), deflated or stored."""
    for count, match in enumerate(_LOCAL_HEADER.finditer(data)):
        start = match.start()
        if count >= 20 * limits.max_files or start + 30 > len(data):
            return
        flags, method, checksum, packed, size, name_length, extra = struct.unpack_from("<6xHH4xIIIHH", data, start)
        place = start + 30 + name_length + extra
        name = data[start + 30 : start + 30 + name_length].decode("utf-8", "replace")
        if flags & 1 or name.endswith("/"):
            continue
        if method == 0 and not flags & 8 and place + packed <= len(data):
            content = data[place : place + packed]
        elif method == 8:
            inflater = zlib.decompressobj(-15)
            try:
                content = inflater.decompress(data[place:], limits.max_part)
            except zlib.error:
                continue
            if not inflater.eof:
                if inflater.unconsumed_tail:
                    raise TooLarge(f"{name} is over {limits.max_part} bytes")
                continue
            packed_here = len(data) - place - len(inflater.unused_data)
            if len(content) > max(_RATIO_FLOOR, limits.max_ratio * packed_here):
                raise Unsafe(f"{name} inflates {len(content) // max(packed_here, 1)} times")
        else:
            continue
        if not flags & 8 and (len(content) != size or zlib.crc32(content) != checksum):
            continue
        yield name, content
