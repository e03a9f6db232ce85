"""Names of archive members: what the bytes mean when the archive does not say, or says it wrong."""

from __future__ import annotations

import re
import struct
import zlib

from bot.message.mime.charsets import decode_bytes

_UNICODE_PATH = 0x7075
_WESTERN = {"cp1252", "latin-1", "iso8859-1"}
_CHINESE = re.compile("[\u3400-\u9fff]")


def member_name(raw: bytes, *, says_utf8: bool = False, extra: bytes = b"", dos: bool = True) -> str:
    """The member's path with ``/`` between folders.

    Order: Info-ZIP's Unicode path (APPNOTE 4.6.9, only while its checksum fits *raw*), UTF-8 where the flag says so and it
    is, then the likeliest charset of the bytes (UTF-8 and GB18030 first); *dos* archives fall back to code page 437.
    """
    stated = _unicode_path(raw, extra)
    if stated:
        return _slashes(stated)
    if says_utf8:
        try:
            return _slashes(raw.decode("utf-8"))
        except UnicodeDecodeError:
            pass  # some Chinese programs set the flag and write GBK all the same
    if raw.isascii():
        return _slashes(raw.decode("ascii"))
    found = decode_bytes(raw)
    western = found.charset in _WESTERN and dos
    return _slashes(_not_by_chance(raw, raw.decode("cp437") if western else found.text))


def _not_by_chance(raw: bytes, text: str) -> str:
    """A short GBK name can be valid in other charsets by chance; then it has no Chinese in it, while GBK gives nothing else."""
    if _CHINESE.search(text) or text.isascii():
        return text
    try:
        other = raw.decode("gb18030")
    except UnicodeDecodeError:
        return text
    foreign = [c for c in other if not c.isascii()]
    return (
        other
        if foreign and all(_CHINESE.match(c) or "\u3000" <= c <= "\u303f" or c >= "\uff00" for c in foreign)
        else text
    )


def _unicode_path(raw: bytes, extra: bytes) -> str:
    place = 0
    while place + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, place)
        body = extra[place + 4 : place + 4 + size]
        if kind == _UNICODE_PATH and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
            return body[5:].decode("utf-8", "ignore")
        place += 4 + size
    return ""


def _slashes(name: str) -> str:
    return name.replace("\0", "").replace("\\", "/")
