"""Values and doubts of one form or one row, before the doubts become problems in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from bot.forms.model import Plain, Value, plain_of

if TYPE_CHECKING:  # who only looks at what was read loads nothing that reads
    from bot.forms.entry.value import Doubt


class Draft(Struct):
    """Values by field key, and doubts with the key of the field they are about. ``n_labels``: labels found."""

    fields: dict[str, Value] = field(default_factory=dict)
    doubts: list[tuple[str, Doubt]] = field(default_factory=list)
    n_labels: int = 0

    def plain(self, key: str) -> Plain:
        return plain_of(self.fields, key)

    def doubted(self, key: str) -> bool:
        return any(k == key for k, _ in self.doubts)
