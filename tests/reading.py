"""One file through the reader that the registry names for it, without the guarded worker."""

from __future__ import annotations

from bot.documents.context import ReadContext
from bot.documents.model import Blob, Opened
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind


def read(blob: Blob, context: ReadContext) -> Opened:
    """What the reader gives, its errors as they are."""
    return reader_for(sniff_kind(blob.data, blob.name))(blob, context)
