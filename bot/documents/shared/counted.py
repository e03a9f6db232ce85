"""How much of one document was read: table rows and characters, up to the limits."""

from __future__ import annotations

from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.errors import TooLarge


class Counted(Struct):
    """Both raise ``TooLarge`` where it becomes more than the limits allow."""

    limits: Limits
    rows: int = 0
    characters: int = 0

    def row(self) -> None:
        self.rows += 1
        if self.rows > self.limits.max_rows:
            raise TooLarge(f"more than {self.limits.max_rows} table rows")

    def text(self, characters: int) -> None:
        self.characters += characters
        if self.characters > self.limits.max_text:
            raise TooLarge(f"more than {self.limits.max_text} characters")
