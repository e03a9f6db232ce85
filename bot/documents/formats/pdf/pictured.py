"""Tick boxes that are small pictures: the empty one and the ticked one of a page's own drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pypdfium2

from bot.documents.formats.pdf.drawn import Kind, Shape
from bot.documents.formats.pdf.marks import Stroke, is_drawn_box
from bot.documents.page.grid import Box

_MOST = 200
_FEWEST, _MOST_PIXELS = 8, 512  # of a side
_INK = 0.35  # darker than its lightest pixel by this part
_SIDE, _EDGE = 0.6, 0.3  # of a side's length drawn; of the width in which it lies
_MARK = 0.04  # of what is within the sides


def boxes_in_pictures(page: Any, shapes: Sequence[Shape]) -> tuple[list[Box], list[Stroke]]:
    """Boxes, and the ticks within them or alone; *page* is pypdfium2's."""
    boxes: list[Box] = []
    ticks: list[Stroke] = []
    small = [one for one in shapes if one.kind is Kind.IMAGE and is_drawn_box(one.box)]
    for shape in small[:_MOST]:
        ink = _ink(page, shape.item)
        if ink is None or not ink.any():
            continue
        framed = _is_framed(ink)
        if framed:
            boxes.append(shape.box)
        if not framed or _within(ink).mean() > _MARK:
            ticks.append(Stroke(shape.box, rises=True))
    return boxes, ticks


def _ink(page: Any, item: Any) -> Any:
    """Where the picture is dark on its own ground; None where it is too small or too large for a box."""
    image = pypdfium2.PdfImage(item, page=page, pdf=page.pdf)
    try:
        if not all(_FEWEST <= side <= _MOST_PIXELS for side in image.get_px_size()):
            return None
        pixels = image.get_bitmap(render=True, scale_to_original=True).to_numpy().astype("float32")
    except (pypdfium2.PdfiumError, NotImplementedError):
        return None
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    seen = pixels[:, :, 3:4] / 255 if pixels.shape[2] == 4 else 1.0
    grey = (pixels[:, :, :3] * seen + 255 * (1 - seen)).mean(axis=2)
    return grey < grey.max() - _INK * 255


def _is_framed(ink: Any) -> bool:
    """Whether each of its four sides is drawn."""
    high, wide = (max(int(side * _EDGE), 1) for side in ink.shape)
    across, down = ink.mean(axis=1), ink.mean(axis=0)
    return bool(min(across[:high].max(), across[-high:].max(), down[:wide].max(), down[-wide:].max()) >= _SIDE)


def _within(ink: Any) -> Any:
    high, wide = (max(int(side * _EDGE), 1) for side in ink.shape)
    return ink[high:-high, wide:-wide]
