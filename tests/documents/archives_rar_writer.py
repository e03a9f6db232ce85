"""Small writers of stored RAR 4 and RAR 5 archives, from the published header layouts; independent of the reader's package."""

from __future__ import annotations

import struct
import zlib


def rar4(members: list[tuple[bytes, bytes]], *, volume: bool = False) -> bytes:
    """*members* are (name bytes in any charset, content); method 0x30 is «stored»."""
    out = b"Rar!\x1a\x07\x00" + _block4(0x73, 0x0001 if volume else 0, b"\0" * 6)
    for name, content in members:
        fixed = struct.pack(
            "<IIBIIBBHI", len(content), len(content), 2, zlib.crc32(content), 0x56B8_4A00, 20, 0x30, len(name), 0x20
        )
        out += _block4(0x74, 0x8000, fixed + name) + content
    return out + _block4(0x7B, 0x4000, b"")


def _block4(kind: int, flags: int, body: bytes) -> bytes:
    rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def rar5(members: list[tuple[str, bytes]]) -> bytes:
    out = b"Rar!\x1a\x07\x01\x00" + _block5(_number(1) + _number(0) + _number(0))
    for name, content in members:
        encoded = name.encode()
        head = _number(2) + _number(2) + _number(len(content)) + _number(4) + _number(len(content)) + _number(0o644)
        head += struct.pack("<I", zlib.crc32(content)) + _number(0) + _number(1) + _number(len(encoded)) + encoded
        out += _block5(head) + content
    return out + _block5(_number(5) + _number(0) + _number(0))


def _block5(head: bytes) -> bytes:
    rest = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(rest)) + rest


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first, the high bit says that more follow."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
