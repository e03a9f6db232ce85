"""Passwords of zip members: the old ZipCrypto (APPNOTE 6.1) and WinZip's AES (AE-1 and AE-2)."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from collections.abc import Iterable, Iterator

AES_METHOD = 99
MAX_OLD_CIPHER = 16 * 2**20  # bytes; byte by byte in Python, so about a second for each megabyte
_KEY_SIZES = {1: 16, 2: 24, 3: 32}
_TABLE = tuple(zlib.crc32(bytes([n]), 0xFFFFFFFF) ^ 0xFFFFFFFF for n in range(256))  # without the inversions


def spellings(passwords: Iterable[str]) -> Iterator[bytes]:
    """Each password as the bytes that zip programs make of it: UTF-8, and what Windows in China writes."""
    for password in passwords:
        yield password.encode("utf-8", "ignore")
        if not password.isascii():
            yield password.encode("gb18030", "ignore")


def old_cipher(packed: bytes, password: bytes, check: int) -> bytes | None:
    """ZipCrypto undone; None where the check byte says that *password* is wrong (right by chance once in 256)."""
    keys = _Keys(password)
    head = keys.decrypt(packed[:12])
    if len(head) < 12 or head[11] != check:
        return None
    return keys.decrypt(packed[12:])


def aes(packed: bytes, password: bytes, strength: int) -> bytes | None:
    """WinZip AES undone and authenticated; None where *password* is wrong or the data was changed."""
    from Cryptodome.Cipher import AES
    from Cryptodome.Util import Counter

    size = _KEY_SIZES.get(strength, 32)
    salt_size = size // 2
    salt, verifier = packed[:salt_size], packed[salt_size : salt_size + 2]
    body, stamp = packed[salt_size + 2 : -10], packed[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 2 * size + 2)
    if keys[2 * size :] != verifier:
        return None
    if not hmac.compare_digest(hmac.new(keys[size : 2 * size], body, "sha1").digest()[:10], stamp):
        return None
    counter = Counter.new(128, initial_value=1, little_endian=True)
    plain: bytes = AES.new(keys[:size], AES.MODE_CTR, counter=counter).decrypt(body)
    return plain


class _Keys:
    """The three rolling keys of ZipCrypto."""

    def __init__(self, password: bytes) -> None:
        self._state = (0x12345678, 0x23456789, 0x34567890)
        for byte in password:
            self._roll(byte)

    def _roll(self, byte: int) -> None:
        first, second, third = self._state
        first = first >> 8 ^ _TABLE[(first ^ byte) & 0xFF]
        second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        third = third >> 8 ^ _TABLE[(third ^ second >> 24) & 0xFF]
        self._state = (first, second, third)

    def decrypt(self, data: bytes) -> bytes:
        first, second, third = self._state
        table = _TABLE
        out = bytearray(len(data))
        for place, byte in enumerate(data):
            mix = third | 2
            plain = byte ^ ((mix * (mix ^ 1)) >> 8 & 0xFF)
            out[place] = plain
            first = first >> 8 ^ table[(first ^ plain) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = third >> 8 ^ table[(third ^ second >> 24) & 0xFF]
        self._state = (first, second, third)
        return bytes(out)
