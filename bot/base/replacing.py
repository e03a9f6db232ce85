"""One more value like another, but for some fields. msgspec does it; mypy checks the fields as those of a data class, of which msgspec's own knows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: TID251
else:
    from msgspec.structs import replace as replace
