"""Text in cells of a sheet that stays text."""

from __future__ import annotations

import re
from typing import Any

from bot.base.clean import xml_text

LONGEST_TEXT = 32_000  # a cell holds 32,767 characters
LIVE = ("=", "+", "-", "@", "\t", "\r")


PLAIN = re.compile(r"[^=+\-@\t\r#]")


def as_text(text: str) -> str:
    """*text* where a sheet that is only written takes it for text as it stands; empty where it needs a cell of its own."""
    words = xml_text(text)[:LONGEST_TEXT]
    return words if PLAIN.match(words) else ""


def put_text(cell: Any, text: str) -> Any:
    """The cell with *text*. What a stranger wrote must never run as a formula, also not after somebody has edited the cell (``quotePrefix``)."""
    words = xml_text(text)[:LONGEST_TEXT]
    cell.value = words
    cell.data_type = "s"
    if words.startswith(LIVE):
        cell.quotePrefix = True
    return cell
