"""Files that a crash leaves whole or absent: synced at once, or many together just before the database names them."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import itertools
import os
from pathlib import Path

HALF_WRITTEN = ".part-"  # begins the name of what is still being written
_SERIAL = itertools.count()
_LIBC = ctypes.CDLL(None, use_errno=True)


def make_private(folder: Path) -> None:
    """*folder* with every missing folder above it, for the owner only. (``mkdir(parents=True)`` gives its mode to the last one alone.)"""
    if folder.is_dir():
        return
    make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def write_durably(path: Path, data: bytes) -> None:
    """Write *data* so that after a crash the file is either whole or absent (temporary file, fsync, rename, fsync of the folder)."""
    _write(path, data, is_synced=True)
    _sync(path.parent)


class Unsynced:
    """Files that were written and whose bytes may not have come to the disk yet.

    A crash may leave them torn under their names: nothing may name them before ``settle``, and who finds one looks whether it is whole.
    """

    def __init__(self) -> None:
        self._paths: list[Path] = []

    def write(self, path: Path, data: bytes) -> None:
        _write(path, data, is_synced=False)
        self.note(path)

    def note(self, path: Path) -> None:
        """Something was added to the file at *path*."""
        self._paths.append(path)

    def settle(self) -> None:
        """All of them are on the disk when this returns: many by one sync of their file system."""
        paths = list(dict.fromkeys(path for path in self._paths if path.exists()))
        if len(paths) > 1 and hasattr(_LIBC, "syncfs"):
            for folder in {path.stat().st_dev: path.parent for path in paths}.values():
                _sync(folder, whole=True)
        else:
            for path in paths:
                _sync(path)
                _sync(path.parent)
        self._paths.clear()


def _write(path: Path, data: bytes, *, is_synced: bool) -> None:
    make_private(path.parent)
    temporary = path.parent / f"{HALF_WRITTEN}{os.getpid()}-{next(_SERIAL)}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX)
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            if is_synced:
                os.fsync(handle)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync(place: Path, *, whole: bool = False) -> None:
    """A file, a folder, or the *whole* file system around it."""
    handle = os.open(place, os.O_RDONLY)
    try:
        if not whole:
            os.fsync(handle)
        elif _LIBC.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(place))
    finally:
        os.close(handle)


def sweep_parts(folder: Path) -> None:
    """Remove what a killed process left half written anywhere below *folder*; who still writes holds the file's lock."""
    for path in folder.rglob(f"{HALF_WRITTEN}*"):
        with contextlib.suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
