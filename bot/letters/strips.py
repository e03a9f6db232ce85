"""Parts of a scan beside the values that its sender is to look at, as inline pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from bot.decision.model import Item
from bot.letters.model import Attachment


def strip_id(strip: bytes) -> str:
    """Its Content-ID: the same picture is named, and attached, once."""
    return f"{hashlib.sha256(strip).hexdigest()[:16]}@scan.invalid"


def strips_in(items: Iterable[Item], html: str) -> list[Attachment]:
    """The strips that *html* shows."""
    found = {
        strip_id(strip): strip
        for item in items
        for strip in (*item.strips.values(), *(n.strip for lines in (item.lines, *item.checks.values()) for n in lines))
        if strip
    }
    shown = [name for name in found if f"cid:{name}" in html]
    return [Attachment(f"scan{n}.jpg", "image/jpeg", found[name], name) for n, name in enumerate(shown, 1)]
