"""What comes out of an archive: members within the limits, what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.documents.bystanders import is_leftover, may_hold_form
from bot.documents.errors import ReaderError, TooLarge, Unsafe
from bot.documents.model import Blob

RATIO_FLOOR = 16 * 2**20  # small members may be highly repetitive without harm
MAX_LISTED = 20  # times max_files: a longer directory is hostile, not only large


class Failed(Struct):
    """A member that could not be taken out; ``needed`` is false for what never holds a form."""

    path: str
    error: ReaderError

    @property
    def needed(self) -> bool:
        return may_hold_form(self.path)


class Basket(Struct):
    """Takes members one by one. ``room`` before unpacking, ``add`` after it, ``fail`` for what cannot be had."""

    limits: Limits
    children: list[Blob] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    total: int = 0
    seen: int = 0

    def wants(self, path: str) -> bool:
        """Whether *path* is a file somebody sent; False once the archive holds more than may be opened."""
        if not path or path.endswith("/") or is_leftover(path):
            return False
        self.seen += 1
        if self.seen > self.limits.max_files:
            if self.seen == self.limits.max_files + 1:
                self.fail(path, TooLarge(f"more than {self.limits.max_files} files in one archive"))
            return False
        return True

    def room(self, path: str, packed: int, claimed: int) -> int:
        """Most bytes that this member may give. Raises ``TooLarge`` or ``Unsafe`` where its own header says more."""
        if claimed > max(RATIO_FLOOR, self.limits.max_ratio * max(packed, 1)):
            raise Unsafe(f"{path} claims to inflate {claimed // max(packed, 1)} times")
        if claimed > self.limits.max_part:
            raise TooLarge(f"{path} has {claimed} bytes, limit {self.limits.max_part}")
        if self.total + claimed > self.limits.max_total:
            raise TooLarge(f"unpacks to more than {self.limits.max_total} bytes")
        return min(self.limits.max_part, self.limits.max_total - self.total)

    def add(self, path: str, data: bytes) -> None:
        self.total += len(data)
        name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
        if is_leftover(name, data):
            return
        self.children.append(Blob(path, name, data))

    @contextmanager
    def taking(self, path: str) -> Iterator[None]:
        """A member that cannot be had is noted and the archive goes on; ``Unsafe`` ends it."""
        try:
            yield
        except Unsafe:
            raise
        except ReaderError as error:
            self.fail(path, error)

    def empty(self) -> None:
        """For another try with the same archive."""
        self.children.clear()
        self.failed.clear()
        self.seen = self.total = 0

    def fail(self, path: str, error: ReaderError) -> None:
        self.failed.append(Failed(path, error))

    def check_listed(self, number: int) -> None:
        if number > MAX_LISTED * self.limits.max_files:
            raise TooLarge(f"{number} members listed")


def is_bomb(size: int, packed: int, limits: Limits) -> bool:
    """Whether *size* bytes came out of *packed* ones in a way that no real document does."""
    return size > max(RATIO_FLOOR, limits.max_ratio * max(packed, 1))
