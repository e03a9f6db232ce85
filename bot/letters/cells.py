"""Text in cells of a sheet that stays text."""

from __future__ import annotations

from typing import Any

from bot.base.clean import xml_text

LONGEST_TEXT = 32_000  # a cell holds 32,767 characters
LIVE = ("=", "+", "-", "@", "\t", "\r")


def put_text(cell: Any, text: str) -> None:
    """What a stranger wrote must never run as a formula, also not after somebody has edited the cell (``quotePrefix``)."""
    words = xml_text(text)[:LONGEST_TEXT]
    cell.value = words
    cell.data_type = "s"
    if words.startswith(LIVE):
        cell.quotePrefix = True
