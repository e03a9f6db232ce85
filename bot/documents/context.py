"""What a reader is told besides the bytes."""

from __future__ import annotations

from msgspec import Struct

from bot.base.limits import Limits
from bot.base.replacing import replace


class ReadContext(Struct, frozen=True):
    """``passwords`` are candidates found in the mail's own text, likeliest first; ``ocr`` false skips reading pixels; ``quick`` leaves what
    has to be read from them ``unfinished``; ``pages`` (from 1) are the only ones to be read, where there are any.

    ``inside`` names what the reader was called from (a merged-in chunk, a decrypted package), against endless nesting.
    """

    limits: Limits = Limits()
    passwords: tuple[str, ...] = ()
    ocr: bool = True
    quick: bool = False
    pages: frozenset[int] = frozenset()
    inside: frozenset[str] = frozenset()

    def wants(self, page: int) -> bool:
        return not self.pages or page in self.pages

    def within(self, place: str) -> ReadContext:
        return replace(self, inside=self.inside | {place})
