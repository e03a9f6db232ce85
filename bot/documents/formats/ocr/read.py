"""Scans and photos: picture files, and pages of a PDF without text."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bot.base.replacing import replace
from bot.documents.context import ReadContext
from bot.documents.formats.ocr.images import LONG_SIDE, Pixels, page_count, pages_of
from bot.documents.model import Blob, Document, Opened
from bot.documents.page.grid import PageText
from bot.documents.page.join import join_pages, of_pages_left
from bot.documents.page.lines import Token
from bot.documents.shared.pictures import picture

_TIME_SHARE = 0.6  # of the file's time limit
_RENDER_DPI = 190


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document shown on the picture *blob*; a picture of something else gives a document without blocks, with that picture.

    Raises ``Damaged``, ``TooLarge`` or ``NothingOpens``.
    """
    shown = picture(blob.name, blob.data)
    if context.quick:
        return Opened(Document(blob.path, blob.name, "image", pictures=(shown,), unfinished=True))
    from bot.documents.formats.ocr.page import read_page

    deadline = time.process_time() + _TIME_SHARE * context.limits.seconds
    texts: list[PageText] = []
    unread: list[int] = []
    number = 0
    for number, page in enumerate(pages_of(blob.data, context.limits.max_pages), 1):
        if not context.wants(number):
            continue
        if texts and time.process_time() > deadline:
            unread.append(number)
        elif min(page.shape[:2]) >= 40:
            texts += read_page(page, number)
    pages = page_count(blob.data)
    problems = of_pages_left(blob, number, pages)
    blocks = join_pages(texts)
    pictures = () if blocks else (shown,)
    document = Document(blob.path, blob.name, "image", blocks, pictures, problems=problems, ocr=bool(blocks))
    return Opened(replace(document, unfinished=bool(unread), unread=tuple(unread)))


def read_rendered(
    draw: Callable[[float, bool], Any],
    size: tuple[float, float],
    number: int,
    turn: int,
    layer: Sequence[Token] = (),
    over: Sequence[Token] = (),
) -> list[PageText]:
    """One page of a PDF (*number* from 1) of that *size* in points, read from its pixels, by the *layer* of letters behind them and by those
    that somebody typed *over* them, which stand straight when it is turned by *turn*. *draw* makes its picture in that scale, with the latter or without."""
    from bot.documents.formats.ocr.layer import typed
    from bot.documents.formats.ocr.page import read_page

    scale = min(_RENDER_DPI / 72, LONG_SIDE / max(*size, 1.0))
    whole = _rgb(draw(scale, True))
    if over:
        below = _rgb(draw(scale, False))
        alone = 255 - np.abs(whole.astype(np.int16) - below).max(axis=2)
        if typed(over, np.asarray(alone, np.uint8), turn):
            return read_page(below, number, layer, over)
    return read_page(whole, number, (*layer, *over))


def _rgb(bitmap: Any) -> Pixels:
    return np.asarray(bitmap.to_pil().convert("RGB"), dtype=np.uint8)
