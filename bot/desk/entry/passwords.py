"""Passwords as the configuration keeps them: scrypt (RFC 7914) with a salt, slow enough to be guessed at only slowly."""

from __future__ import annotations

import hashlib
import hmac
import secrets

COST = 2**15  # with r=8: 32 MB and about 0.1 s
MEMORY = 64 * 2**20
# Checked where an address has none, so that the time taken does not tell which addresses have one.
NOBODY = "scrypt$32768$" + "0" * 32 + "$" + "0" * 64


def hash_of(password: str, cost: int = COST) -> str:
    """The line for ``[desk.passwords]``."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost}${salt.hex()}${stretched(password, salt, cost).hex()}"


def is_right(password: str, kept: str) -> bool:
    _, cost, salt, wanted = (kept or NOBODY).split("$")
    found = stretched(password, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(found.hex(), wanted) and bool(kept)


def stretched(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=8, p=1, dklen=32, maxmem=MEMORY)
