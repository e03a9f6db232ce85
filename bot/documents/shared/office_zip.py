"""The zip file around .docx, .xlsx and .odt: inflated within limits, and as far as it goes where it is damaged."""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.base.limits import Limits
from bot.documents.errors import Damaged, Encrypted, TooLarge, Unsafe

_RATIO_FLOOR = 16 * 2**20  # small parts may be highly repetitive without harm
_MOST_KEPT = 2**20  # bytes of a member that may be kept for the next file
_LOCAL_HEADER = re.compile(rb"PK\x03\x04")
_BROKEN = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error, struct.error)


@lru_cache(maxsize=1)
def directory_of(data: bytes) -> zipfile.ZipFile:
    """The archive, its directory read: once to see what it is, once more to open it."""
    return zipfile.ZipFile(io.BytesIO(data))


def read_zip(data: bytes, limits: Limits) -> Mapping[str, bytes]:
    """All members that are whole, inflated within the limits (never trusting the sizes that the file claims).

    A member with a wrong checksum is left out: a broken picture must not cost the text. Where the directory at the end is
    missing, the members are found by their own headers. Raises ``Damaged``, ``Encrypted``, ``TooLarge`` or ``Unsafe`` (a bomb).
    """
    try:
        archive = directory_of(data)
    except _BROKEN as error:
        parts = _collect(_salvaged(data, limits), limits)
        if not parts:
            raise Damaged(f"zip: {error}") from error
        return parts
    if len(archive.filelist) > 20 * limits.max_files:
        raise TooLarge(f"{len(archive.filelist)} members")
    return Members(data, archive, limits)


class Members(Mapping[str, bytes]):
    """The members of a whole zip file by their names, each inflated when it is asked for: of a form's fifteen parts five are. One with a wrong
    size or checksum is not there, so a member cannot be larger than it claims to be; what claims too much is refused at once."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._data, self._archive = data, archive
        self._infos: dict[str, list[zipfile.ZipInfo]] = {}
        self._inflated: dict[str, bytes | None] = {}
        for info in _files(archive):
            _check(info, limits)
            self._infos.setdefault(_plain(info.filename), []).append(info)
        if sum(info.file_size for info in archive.infolist()) > limits.max_total:
            raise TooLarge(f"unpacks to more than {limits.max_total} bytes")

    def __getitem__(self, name: str) -> bytes:
        if name not in self._inflated:
            self._inflated[name] = self._first_whole(self._infos[name])
        content = self._inflated[name]
        if content is None:
            raise KeyError(name)
        return content

    def __iter__(self) -> Iterator[str]:
        """All names, those of damaged members too."""
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)

    def _first_whole(self, infos: Sequence[zipfile.ZipInfo]) -> bytes | None:
        for info in reversed(infos):
            with contextlib.suppress(*_BROKEN):
                if info.file_size <= _MOST_KEPT and info.compress_type == zipfile.ZIP_DEFLATED:
                    return _small(_packed(self._data, info), info.file_size, info.CRC)
                return self._archive.read(info)
        return None


def _check(info: zipfile.ZipInfo, limits: Limits) -> None:
    if info.file_size > max(_RATIO_FLOOR, limits.max_ratio * info.compress_size):
        raise Unsafe(f"{info.filename} inflates {info.file_size // max(info.compress_size, 1)} times")
    if info.file_size > limits.max_part * 3:
        raise TooLarge(f"{info.filename} is over {limits.max_part * 3} bytes")


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    """The member as it lies in the file (APPNOTE 4.3.7)."""
    if data[info.header_offset : info.header_offset + 4] != b"PK":
        raise zipfile.BadZipFile("no local header")
    name_length, extra = struct.unpack_from("<26xHH", data, info.header_offset)
    start = info.header_offset + 30 + name_length + extra
    return data[start : start + info.compress_size]


@lru_cache(maxsize=32)  # the blank form's styles come with every mail
def _small(packed: bytes, size: int, checksum: int) -> bytes:
    inflater = zlib.decompressobj(-15)
    content = inflater.decompress(packed, size + 1)
    if not inflater.eof or len(content) != size or zlib.crc32(content) != checksum:
        raise zipfile.BadZipFile("wrong size or checksum")
    return content


def _files(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for info in archive.infolist():
        if not info.filename or info.filename.endswith("/"):
            continue
        if info.flag_bits & 1:
            raise Encrypted("zip encryption inside an office file")
        yield info


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")


def _collect(members: Iterator[tuple[str, bytes]], limits: Limits) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    total = 0
    for name, content in members:
        total += len(content)
        if total > limits.max_total:
            raise TooLarge(f"unpacks to more than {limits.max_total} bytes")
        parts[_plain(name)] = content
    return parts


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
