"""Parts of a scan or photo as small pictures, for people to compare with what was read. Runs in the guarded worker."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from bot.documents.errors import ReaderError
from bot.documents.model import Spot
from bot.documents.sniff import sniff_kind

MOST = 12  # of one file
_WIDEST, _HIGHEST = 560, 150  # pixels
_QUALITY = 50
_DPI = 130
_MARGIN = 0.004  # of the page's width, around the cell
_FARTHEST = 30  # pages


def cut_strips(data: bytes, name: str, spots: Sequence[Spot], passwords: tuple[str, ...]) -> tuple[bytes, ...]:
    """Each of *spots* as a JPEG of some kilobytes, lying as it is read; nothing for what is not to be had."""
    found = dict.fromkeys(spots[:MOST], b"")
    wanted = {spot.page for spot in found}
    try:
        for number, page in _pages(data, name, wanted, passwords):
            for spot in found:
                if spot.page == number:
                    found[spot] = _strip(page, spot)
    except (ReaderError, OSError, ValueError):
        pass  # what was read was read: the picture is only for comparing
    return tuple(found.get(spot, b"") for spot in spots)


def _pages(data: bytes, name: str, wanted: set[int], passwords: Sequence[str]) -> Iterator[tuple[int, Any]]:
    from PIL import Image

    from bot.documents.formats.ocr.images import pages_of

    if sniff_kind(data, name).format == "pdf":
        yield from _pdf_pages(data, wanted, passwords)
        return
    for number, pixels in enumerate(pages_of(data, min(max(wanted, default=1), _FARTHEST)), 1):
        if number in wanted:
            yield number, Image.fromarray(pixels)


def _pdf_pages(data: bytes, wanted: set[int], passwords: Sequence[str]) -> Iterator[tuple[int, Any]]:
    from bot.documents.formats.pdf.read import opened

    document = opened(data, tuple(passwords))
    try:
        document.init_forms()
        for number in sorted(wanted):
            if number <= min(len(document), _FARTHEST):
                yield number, document[number - 1].render(scale=_DPI / 72, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        document.close()


def _strip(page: Any, spot: Spot) -> bytes:
    margin = _MARGIN * page.width
    box = (
        max(int(spot.x0 * page.width - margin), 0),
        max(int(spot.top * page.height - margin), 0),
        min(int(spot.x1 * page.width + margin), page.width),
        min(int(spot.bottom * page.height + margin), page.height),
    )
    if box[2] - box[0] < 8 or box[3] - box[1] < 8:
        return b""
    part = page.crop(box)
    if spot.turn:
        part = part.rotate(-spot.turn, expand=True)
    part.thumbnail((_WIDEST, _HIGHEST))
    buffer = io.BytesIO()
    part.save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return buffer.getvalue()
