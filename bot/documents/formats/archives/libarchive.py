"""The system's libarchive, where there is one: second reader for rar and 7z files that the pip packages give up on."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

from bot.documents.errors import Damaged, Encrypted, TooLarge
from bot.documents.formats.archives.basket import Basket


@cache
def _library() -> Any:
    # To find the library by name the package starts ldconfig or a compiler, which the worker may not.
    if sys.platform == "linux":
        os.environ.setdefault("LIBARCHIVE", "libarchive.so.13")
    try:
        import libarchive
    except Exception:  # no shared library: OSError or TypeError, by platform
        return None
    return libarchive


def is_there() -> bool:
    return _library() is not None


def unpack(data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    """All members of *data* into *basket*; ``Damaged`` where there is none, ``Encrypted`` where each asks for a password."""
    library = _library()
    if library is None:
        raise Damaged("libarchive is not installed")
    try:
        # libarchive tries every candidate that it was given by itself
        with library.memory_reader(data, passphrase=None) as archive:
            _take(archive, len(data), basket)
    except library.ArchiveError as error:
        text = str(error).lower()
        if "passphrase" in text or "encrypt" in text:
            if passwords:
                _retry(library, data, basket, passwords)
                return
            raise Encrypted(f"libarchive: {error}") from error
        if not basket.children:
            raise Damaged(f"libarchive: {error}") from error
        basket.fail("", Damaged(f"libarchive: {error}"))


def _retry(library: Any, data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    for password in passwords:
        fresh = Basket(basket.limits)
        try:
            with library.memory_reader(data, passphrase=password) as archive:
                _take(archive, len(data), fresh)
        except library.ArchiveError:
            continue
        for child in fresh.children:
            basket.add(child.path, child.data)
        return
    raise Encrypted(f"none of {len(passwords)} passwords fits")


def _take(archive: Any, packed: int, basket: Basket) -> None:
    for entry in archive:
        path = str(entry.pathname).replace("\\", "/")
        if not entry.isfile or not basket.wants(path):
            continue
        with basket.taking(path):
            bound = basket.room(path, packed, int(entry.size or 0))
            content = bytearray()
            for block in entry.get_blocks():
                content += block
                if len(content) > bound:
                    raise TooLarge(f"{path} unpacks to more than {bound} bytes")
            if entry.size is not None and len(content) != entry.size:
                raise Damaged(f"{path} is cut off")  # the library only warns of it
            basket.add(path, bytes(content))
