"""RAR 1.5 to 7 through the ``rars`` package (memory-safe, comes by pip); libarchive as second reader."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, ReaderError, TooLarge
from bot.documents.formats.archives import libarchive as archives_libarchive
from bot.documents.formats.archives.basket import Basket, is_bomb
from bot.documents.formats.archives.names import member_name
from bot.documents.formats.archives.read import read_archive
from bot.documents.model import Blob, Opened

_DICTIONARY = 512 * 2**20
_WORKSPACE = 1024 * 2**20
_MARK = b"Rar!\x1a\x07"
_UNIX = 3  # of RAR 1.5 to 4


class SplitArchive(Damaged):
    """One volume of several: the rest of its last file lies in another mail part."""

    finding = "分卷压缩包不完整，缺少后面的分卷，无法完整打开"
    advice = "请把全部分卷放在一封邮件里重新发送，或不分卷重新压缩"


def read(blob: Blob, context: ReadContext) -> Opened:
    """The files in the rar *blob*, as ``read_archive`` tells."""
    return read_archive(blob, context, "rar", unpack)


def unpack(data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    """All members of the rar *data* into *basket*. Raises a reader's error for the archive as a whole."""
    try:
        rars = import_module("rars")
    except ImportError:
        if not archives_libarchive.is_there():
            raise
        archives_libarchive.unpack(data, basket, passwords)
        return
    try:
        if data.count(_MARK, 0) > 1 and _volumes(data, basket, passwords):
            return
        _unpack(rars, data, basket, passwords)
    except (rars.Error, rars.BadRarFile, rars.UnsupportedRarFeature, OSError, ValueError, KeyError) as error:
        if basket.children or basket.failed or not archives_libarchive.is_there():
            raise Damaged(f"rar: {error}") from error
        basket.seen = 0
        archives_libarchive.unpack(data, basket, passwords)


def _volumes(data: bytes, basket: Basket, passwords: Sequence[str]) -> bool:
    """Volumes one behind the other, which only libarchive reads on; False where it does not, or where it is a rar within a rar."""
    if not archives_libarchive.is_there():
        return False
    fresh = Basket(basket.limits)
    try:
        archives_libarchive.unpack(data, fresh, passwords)
    except Encrypted:
        raise
    except ReaderError:
        return False
    if not fresh.children or fresh.failed:
        return False
    basket.children, basket.total, basket.seen = fresh.children, fresh.total, fresh.seen
    return True


def _unpack(rars: Any, data: bytes, basket: Basket, passwords: Sequence[str]) -> None:
    archive, password = _open(rars, data, passwords)
    infos = archive.infolist()
    basket.check_listed(len(infos))
    contents = _solid(rars, archive, infos, password, basket)
    split = False
    for info in infos:
        path = _path(info)
        if info.is_dir() or _is_link(info) or not basket.wants(path):
            continue
        if info.is_split_before or info.is_split_after:
            split = True
            continue
        with basket.taking(path):
            bound = basket.room(path, info.compress_size or info.file_size, info.file_size)
            content = contents.get(info.filename) or _read(rars, archive, info, password, bound, contents)
            if content is not None:
                contents[info.filename] = content
                basket.add(path, content)
    if split:
        if not basket.children:
            raise SplitArchive("volume of a multi-part rar")
        basket.fail("", SplitArchive("volume of a multi-part rar"))


def _solid(rars: Any, archive: Any, infos: Sequence[Any], password: str | None, basket: Basket) -> dict[str, bytes]:
    """A solid archive in one go: member by member, each would unpack all the ones before it again. Empty where that fails."""
    files = [i for i in infos if not i.is_dir() and not i.is_split_before and not i.is_split_after and i.compress_size]
    if not any(info.is_solid for info in files) or len(files) > basket.limits.max_files:
        return {}
    for info in files:
        if is_bomb(info.file_size, max(info.compress_size, sum(i.compress_size for i in files)), basket.limits):
            return {}
    options = rars.ReadOptions(
        rar50_dictionary_size_limit=_DICTIONARY,
        max_reader_workspace_bytes=_WORKSPACE,
        max_member_output_bytes=basket.limits.max_part,
        max_total_output_bytes=basket.limits.max_total,
    )
    try:
        return dict(
            zip((i.filename for i in files), archive.read_many(files, pwd=password, options=options), strict=True)
        )
    except (
        rars.Error,
        rars.BadRarFile,
        rars.BadPassword,
        rars.PasswordRequired,
        MemoryError,
        KeyError,
        TypeError,
        ValueError,
    ):
        return {}


def _open(rars: Any, data: bytes, passwords: Sequence[str]) -> tuple[Any, str | None]:
    """The archive and the password that fits; encrypted headers cannot even be listed without it."""
    options = _options(rars, 0)
    try:
        archive = rars.RarFile.from_bytes(data, options=options)
    except rars.PasswordRequired:
        archive = None
    if archive is not None and not archive.needs_password:
        return archive, None
    for password in passwords:
        try:
            opened = rars.RarFile.from_bytes(data, password=password, options=options)
            locked = [i for i in opened.infolist() if i.is_encrypted and not i.is_dir() and not i.is_split_after]
            if locked:
                opened.read(min(locked, key=lambda i: int(i.file_size)), options=_options(rars, 0))
            return opened, password
        except (rars.Error, rars.BadPassword, rars.BadRarFile, MemoryError, KeyError):
            continue  # a wrong key makes rubbish of encrypted headers: any error means «wrong»
    if archive is None:
        raise Encrypted(f"rar headers are encrypted, none of {len(passwords)} passwords fits")
    return archive, None


def _options(rars: Any, bound: int) -> Any:
    limits = {"max_member_output_bytes": bound} if bound else {}
    return rars.ReadOptions(
        rar50_dictionary_size_limit=_DICTIONARY,
        max_reader_workspace_bytes=_WORKSPACE,
        max_header_count=20_000,
        **limits,
    )


def _read(
    rars: Any, archive: Any, info: Any, password: str | None, bound: int, contents: dict[str, bytes]
) -> bytes | None:
    """The member's bytes; None for a symbolic link."""
    try:
        data: bytes = archive.read(info, pwd=password, options=_options(rars, bound))
        return data
    except (rars.PasswordRequired, rars.BadPassword) as error:
        raise Encrypted(f"{info.filename}: {error}") from error
    except MemoryError as error:  # how the package says that a limit of ours was reached
        raise TooLarge(f"{info.filename}: {error}") from error
    except KeyError:
        # «Save identical files as references» and hard links: the bytes are those of an earlier member.
        target = archive.readlink(info).decode("utf-8", "replace")
        if target in contents:
            return contents[target]
        if info.file_size in (0, len(target.encode())):
            return None  # a symbolic link
        raise Damaged(f"{info.filename}: refers to {target[:80]}") from None
    except (rars.Error, rars.BadRarFile, rars.UnsupportedRarFeature) as error:
        raise Damaged(f"{info.filename}: {error}") from error


def _is_link(info: Any) -> bool:
    """RAR 3 keeps a symbolic link as a file with its target as content; only the Unix mode tells."""
    return info.host_os == _UNIX and stat.S_ISLNK(int(info.file_attr or 0))


def _path(info: Any) -> str:
    """Old archives may hold names in the local charset only; newer ones give Unicode."""
    name = str(info.filename)
    if "\ufffd" in name:
        name = member_name(bytes(info.orig_filename_bytes), dos=False)
    return name.replace("\\", "/")
