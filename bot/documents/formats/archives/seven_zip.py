"""7z through py7zr; libarchive as second reader for methods that it lacks (BCJ2)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, ReaderError, TooLarge, Unsafe
from bot.documents.formats.archives import libarchive as archives_libarchive
from bot.documents.formats.archives.basket import Basket, is_bomb
from bot.documents.formats.archives.read import read_archive
from bot.documents.model import Blob, Opened


def read(blob: Blob, context: ReadContext) -> Opened:
    """The files in the 7z *blob*, as ``read_archive`` tells."""
    return read_archive(blob, context, "7z", unpack)


def unpack(data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    """All members of the 7z *data* into *basket*. Raises a reader's error for the archive as a whole."""
    import py7zr

    found: Encrypted | None = None
    for password in (None, *passwords):
        try:
            _unpack(py7zr, data, basket, password)
            return
        except py7zr.PasswordRequired as error:
            found = Encrypted(f"7z: {error}")
        except (ReaderError, MemoryError):
            raise
        except Exception as error:  # a wrong password shows as a broken header, stream or checksum
            if password is None and found is None:
                _second(data, basket, passwords, error)
                return
        basket.empty()
    raise found or Encrypted(f"7z: none of {len(passwords)} passwords fits")


def _second(data: bytes, basket: Basket, passwords: Sequence[str], error: Exception) -> None:
    if not archives_libarchive.is_there():
        raise Damaged(f"7z: {type(error).__name__}: {error}") from error
    basket.empty()
    archives_libarchive.unpack(data, basket, passwords)


def _unpack(py7zr: Any, data: bytes, basket: Basket, password: str | None) -> None:
    with py7zr.SevenZipFile(io.BytesIO(data), password=password) as archive:
        infos = archive.list()
        basket.check_listed(len(infos))
        if password is None and archive.needs_password():
            raise py7zr.PasswordRequired("contents are encrypted")
        wanted: list[str] = []
        claimed = 0
        for info in infos:
            if info.is_directory or info.is_symlink or not basket.wants(info.filename):
                continue
            size = int(info.uncompressed or 0)
            with basket.taking(info.filename):
                basket.room(info.filename, len(data), size)
                if claimed + size > basket.limits.max_total:
                    raise TooLarge(f"unpacks to more than {basket.limits.max_total} bytes")
                claimed += size
                wanted.append(info.filename)
        if is_bomb(claimed, len(data), basket.limits):
            raise Unsafe(f"inflates {claimed // max(len(data), 1)} times")
        factory = _factory(py7zr, basket.limits.max_part)
        archive.extract(targets=wanted, factory=factory)
    for name in wanted:
        product = factory.products.get(name)
        if product is not None:
            basket.add(name.replace("\\", "/"), product.getvalue())


def _factory(py7zr: Any, bound: int) -> Any:
    """Members kept in memory, each at most *bound* bytes; made here so that py7zr is imported only for 7z files."""

    class Kept(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if self.tell() + len(data) > bound:
                raise Unsafe("member is longer than its header says")
            return super().write(data)

        def size(self) -> int:
            return len(self.getbuffer())

        def close(self) -> None:
            """Kept open: the content is read after py7zr is done with it."""

    class Factory(py7zr.WriterFactory):  # type: ignore[misc]  # the package has no type information
        def __init__(self) -> None:
            self.products: dict[str, Kept] = {}

        def create(self, filename: str) -> Any:
            self.products[filename] = Kept()
            return self.products[filename]

    return Factory()
