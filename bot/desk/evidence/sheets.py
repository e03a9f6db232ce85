"""Pages of a PDF, a scan or a photo as pictures, turned so that they can be read. Runs in the guarded worker."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from bot.documents.errors import Damaged
from bot.documents.formats.ocr.there import is_there
from bot.documents.sniff import sniff_kind

LONG_SIDE = 1600  # pixels of what is shown
QUALITY = 80
AROUND = 1  # pages before and behind the one that is meant


class Sheet(Struct, frozen=True):
    """One page as a JPEG. ``number`` counts from 1."""

    number: int
    jpeg: bytes
    width: int
    height: int


class Sheets(Struct, frozen=True):
    """Some pages of the file, which has ``pages``."""

    shown: tuple[Sheet, ...] = ()
    pages: int = 0


def is_sheets(data: bytes, name: str) -> bool:
    """Whether the file has pages to be shown as they are. Looks at its first bytes only."""
    return sniff_kind(data, name).format in ("pdf", "image")


def draw(data: bytes, name: str, number: int, turn: int, passwords: tuple[str, ...]) -> Sheets:
    """Page *number* and its neighbours, each turned clockwise by *turn* degrees. ``Damaged``, ``Encrypted``, ``TooLarge`` where there is none."""
    if sniff_kind(data, name).format == "pdf":
        return _of_pdf(data, number, turn, passwords)
    return _of_picture(data, number, turn)


def _near(number: int, pages: int) -> range:
    number = min(max(number, 1), max(pages, 1))
    return range(max(number - AROUND, 1), min(number + AROUND, pages) + 1)


def _of_pdf(data: bytes, number: int, turn: int, passwords: tuple[str, ...]) -> Sheets:
    import pypdfium2

    from bot.documents.formats.pdf.read import opened

    document = opened(data, passwords)
    try:
        document.init_forms()
        pages = len(document)
        shown = []
        for at in _near(number, pages):
            page = document[at - 1]
            scale = min(LONG_SIDE / max(*page.get_size(), 1.0), 4.0)
            picture = page.render(scale=scale, rotation=turn, may_draw_forms=True).to_pil()
            shown.append(_sheet(at, picture))
        return Sheets(tuple(shown), pages)
    except pypdfium2.PdfiumError as error:
        raise Damaged(f"pdfium: {error}") from error
    finally:
        document.close()


def _of_picture(data: bytes, number: int, turn: int) -> Sheets:
    if not is_there():
        raise Damaged("nothing to show pictures with is installed")
    from PIL import Image

    from bot.documents.formats.ocr.images import page_count, pages_of

    pages = page_count(data)
    wanted = _near(number, pages)

    def pictures() -> Iterator[Sheet]:
        for at, pixels in enumerate(pages_of(data, wanted[-1]), 1):
            if at in wanted:
                yield _sheet(at, Image.fromarray(pixels).rotate(-turn, expand=True))

    return Sheets(tuple(pictures()), pages)


def _sheet(number: int, picture: Any) -> Sheet:
    picture = picture.convert("RGB")
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return Sheet(number, out.getvalue(), picture.width, picture.height)
