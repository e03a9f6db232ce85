"""What a reader is told besides the bytes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.documents.model import Limits


@dataclass(frozen=True, slots=True)
class ReadContext:
    """``passwords`` are candidates found in the mail's own text, likeliest first; ``ocr`` false skips reading pixels."""

    limits: Limits = Limits()
    passwords: tuple[str, ...] = ()
    ocr: bool = True
