"""S/MIME envelopes (CMS, RFC 5652): the content of an opaque signed message; an encrypted one cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator

from bot.documents.errors import Damaged, Encrypted

_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_MAX_ELEMENTS = 20_000


def signed_content(data: bytes) -> bytes:
    """The signed bytes; ``Encrypted`` for an enveloped message, ``Damaged`` where there is no content in it.

    Signatures are not checked: who may do what is decided by the receiving server's findings, not by this.
    """
    elements = list(_elements(data))
    kinds = [value for tag, value in elements if tag == 0x06]
    if not kinds or kinds[0] != _SIGNED:
        raise Encrypted("S/MIME enveloped data" if kinds else "no content type")
    for number, (tag, value) in enumerate(elements):
        if tag == 0x06 and value == _DATA:
            return _octets(elements[number + 1 :])
    raise Damaged("signed message without content")


def _octets(elements: list[tuple[int, bytes]]) -> bytes:
    """The octet string that follows, in one piece or several."""
    pieces: list[bytes] = []
    for tag, value in elements:
        if tag == 0x04:
            pieces.append(value)
        elif pieces or tag not in (0xA0, 0x24):
            break
    if not pieces:
        raise Damaged("signed message without content")
    return b"".join(pieces)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tags of the BER encoding in order; constructed ones without value, their insides follow. End marks are left out."""
    place = 0
    for _ in range(_MAX_ELEMENTS):
        if place + 2 > len(data):
            return
        tag, length = data[place], data[place + 1]
        place += 2
        if length & 0x80 and length != 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[place : place + count], "big")
            place += count
        if tag == 0 and length == 0:
            continue
        if tag & 0x20:
            yield tag, b""
            continue
        if length == 0x80 or place + length > len(data) + 1:
            return
        yield tag, data[place : place + length]
        place += length
