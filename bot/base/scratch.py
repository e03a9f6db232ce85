"""Folders for a while, in the system's temporary directory, and the sweeping of those that a killed process left there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "intake-tmp-"


class Scratch:
    """A folder of this process, removed by ``remove``. Its lock tells that its owner lives: the kernel frees it with the process, whatever
    becomes of the process's number."""

    def __init__(self) -> None:
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            try:
                self._handle = locked(self.path)
            except FileNotFoundError:  # swept before it was locked
                continue
            except OSError:  # a file system without locks: nothing is ever swept there
                self._handle = -1
            return

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *details: object) -> None:
        self.remove()


def locked(folder: Path) -> int:
    """A handle that holds the folder's lock. ``FileNotFoundError`` where it is gone or another process has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_nlink and folder.stat().st_ino == os.fstat(handle).st_ino:
            return handle
    except BlockingIOError:
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    raise FileNotFoundError(folder)


def sweep() -> None:
    """Remove the folders of this user whose process is dead."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == os.getuid():
                handle = locked(folder)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(handle)
