"""tar, and single files or tars packed with gzip, bzip2 or xz."""

from __future__ import annotations

import io
import re
import tarfile

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.archives.basket import RATIO_FLOOR, Basket
from bot.documents.formats.archives.inflate import inflate_streams
from bot.documents.formats.archives.names import member_name
from bot.documents.formats.archives.read import read_archive
from bot.documents.model import Blob, Opened

_PACKED_SUFFIX = re.compile(r"\.(gz|gzip|bz2|bzip2|xz|z)$", re.IGNORECASE)
_SHORT_SUFFIX = re.compile(r"\.(tgz|tbz2?|txz)$", re.IGNORECASE)
_FEXTRA, _FNAME = 4, 8


def read(blob: Blob, context: ReadContext) -> Opened:
    """The files in the tar *blob*, as ``read_archive`` tells."""
    return read_archive(blob, context, "unknown", lambda data, basket, _: unpack_tar(data, basket))


def read_gzip(blob: Blob, context: ReadContext) -> Opened:
    """The tar or the one file packed in *blob*; likewise the two below."""
    return _read_packed(blob, context, "gzip")


def read_bzip2(blob: Blob, context: ReadContext) -> Opened:
    return _read_packed(blob, context, "bzip2")


def read_xz(blob: Blob, context: ReadContext) -> Opened:
    return _read_packed(blob, context, "xz")


def _read_packed(blob: Blob, context: ReadContext, kind: str) -> Opened:
    return read_archive(blob, context, "unknown", lambda _, basket, __: unpack_packed(blob, kind, basket))


def unpack_tar(data: bytes, basket: Basket) -> None:
    """Plain files of the tar *data* into *basket*; links, devices and sparse holes are left out."""
    try:
        archive = tarfile.open(fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape")  # noqa: SIM115  (closed below)
    except (tarfile.TarError, OSError, ValueError) as error:
        raise Damaged(f"tar: {error}") from error
    with archive:
        try:
            for number, info in enumerate(archive):
                basket.check_listed(number)
                if info.isreg() and not info.issparse():
                    _take(archive, info, basket)
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            if not basket.children:
                raise Damaged(f"tar: {error}") from error
            basket.fail("", Damaged(f"tar: {error}"))


def _take(archive: tarfile.TarFile, info: tarfile.TarInfo, basket: Basket) -> None:
    path = member_name(info.name.encode("utf-8", "surrogateescape"), dos=False)
    if not basket.wants(path):
        return
    with basket.taking(path):
        basket.room(path, info.size, info.size)
        stream = archive.extractfile(info)
        content = stream.read() if stream is not None else b""
        if len(content) < info.size:
            raise Damaged(f"{path} is cut off")
        basket.add(path, content)


def unpack_packed(blob: Blob, kind: str, basket: Basket) -> None:
    """One compressed file: a tar is opened at once, anything else is the one child."""
    limits = basket.limits
    data, whole = inflate_streams(kind, blob.data, limits.max_total, limits.max_ratio, RATIO_FLOOR)
    if len(data) > 262 and data[257:262] == b"ustar":
        unpack_tar(data, basket)
    elif not whole:
        raise Damaged(f"{kind} file is cut off")
    else:
        name = _inner_name(blob, kind)
        basket.wants(name)
        basket.room(name, len(blob.data), len(data))
        basket.add(name, data)


def _inner_name(blob: Blob, kind: str) -> str:
    """The name that gzip stored (RFC 1952), else the file's own name without the suffix."""
    plain = _SHORT_SUFFIX.sub(".tar", _PACKED_SUFFIX.sub("", blob.name))
    stored = _gzip_name(blob.data) if kind == "gzip" else ""
    return stored or plain or "未命名"


def _gzip_name(data: bytes) -> str:
    if len(data) < 12 or not data[3] & _FNAME:
        return ""
    place = 10
    if data[3] & _FEXTRA:
        place += 2 + int.from_bytes(data[10:12], "little")
    end = data.find(b"\0", place, place + 1024)
    return member_name(data[place:end], dos=False).rpartition("/")[2] if end > place else ""
