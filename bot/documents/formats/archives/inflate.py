"""Compressed bytes -> bytes, never more than asked for, whatever their header claims."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from bot.documents.errors import Damaged, NothingOpens, TooLarge, Unsafe

STORED, DEFLATE, DEFLATE64, BZIP2, LZMA, XZ = 0, 8, 9, 12, 14, 95
_STEP = 16 * 1024  # of packed bytes, where a library cannot be told how much may come out
_XZ_MEMORY = 512 * 2**20


class _Decoder(Protocol):
    """What the decompressor objects of bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def inflate(method: int, packed: bytes, bound: int) -> bytes:
    """One zip member (methods of APPNOTE 4.4.5) with at most *bound* bytes.

    Raises ``TooLarge`` where more would come, ``Damaged`` for broken data, ``NothingOpens`` for a method without a reader.
    """
    try:
        if method == STORED:
            data = packed[: bound + 1]
        elif method == DEFLATE:
            data = _zlib_whole(packed, -15, bound)
        elif method == DEFLATE64:
            data = _deflate64(packed, bound)
        elif method == BZIP2:
            data = _whole(bz2.BZ2Decompressor(), packed, bound)
        elif method == LZMA:
            data = _zip_lzma(packed, bound)
        elif method == XZ:
            data = _whole(lzma.LZMADecompressor(memlimit=_XZ_MEMORY), packed, bound)
        else:
            raise NothingOpens(f"zip compression method {method}")
    except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError) as error:
        raise Damaged(f"compressed data: {error}") from error
    if len(data) > bound:
        raise TooLarge(f"unpacks to more than {bound} bytes")
    return data


def inflate_streams(kind: str, packed: bytes, bound: int, ratio: int, floor: int) -> tuple[bytes, bool]:
    """All streams of a ``gzip``, ``bzip2`` or ``xz`` file one after the other, and whether the last one is whole.

    Raises ``Unsafe`` where more than *floor* bytes come out at more than *ratio* times, ``TooLarge`` beyond *bound*.
    """
    make: dict[str, Callable[[], _Decoder]] = {
        "gzip": _Gzip,
        "bzip2": bz2.BZ2Decompressor,
        "xz": lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY),
    }
    out = bytearray()
    rest, whole = packed, True
    while rest:
        decoder = make[kind]()
        try:
            piece = decoder.decompress(rest, bound + 1 - len(out))
        except (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError) as error:
            if not out:
                raise Damaged(f"{kind}: {error}") from error
            break  # padding or rubbish behind the last stream
        out += piece
        if len(out) > max(floor, ratio * len(packed)):
            raise Unsafe(f"{kind} inflates more than {ratio} times")
        if len(out) > bound:
            raise TooLarge(f"unpacks to more than {bound} bytes")
        whole = decoder.eof
        rest = decoder.unused_data.lstrip(b"\0") if whole else b""
    return bytes(out), whole


class _Gzip:
    """zlib's object with the attributes of the others; keeps what came out before the data broke."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inner.decompress(data, max(max_length, 1))


def _zlib_whole(packed: bytes, window: int, bound: int) -> bytes:
    inflater = zlib.decompressobj(window)
    data = inflater.decompress(packed, bound + 1)
    if not inflater.eof and len(data) <= bound:
        raise Damaged("deflate stream is cut off")
    return data


def _whole(decoder: _Decoder, packed: bytes, bound: int) -> bytes:
    data = decoder.decompress(packed, bound + 1)
    if not decoder.eof and len(data) <= bound:
        raise Damaged("compressed stream is cut off")
    return data


def _zip_lzma(packed: bytes, bound: int) -> bytes:
    """APPNOTE 5.8.8: version, size of the properties, the five property bytes, then the raw stream."""
    size = int.from_bytes(packed[2:4], "little")
    if size != 5 or len(packed) < 9:
        raise Damaged("LZMA properties")
    first, dictionary = packed[4], int.from_bytes(packed[5:9], "little")
    if first >= 9 * 5 * 5 or dictionary > _XZ_MEMORY:
        raise Damaged("LZMA properties")
    chain = [
        {
            "id": lzma.FILTER_LZMA1,
            "lc": first % 9,
            "lp": first // 9 % 5,
            "pb": first // 45,
            "dict_size": max(dictionary, 4096),
        }
    ]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain).decompress(packed[9:], bound + 1)


def _deflate64(packed: bytes, bound: int) -> bytes:
    """What Windows Explorer writes for large files; the library has no bound of its own, so it is fed in small steps."""
    import inflate64

    inflater = inflate64.Inflater()
    out = bytearray()
    for start in range(0, len(packed), _STEP):
        out += inflater.inflate(packed[start : start + _STEP])
        if len(out) > bound:
            break
    return bytes(out)
