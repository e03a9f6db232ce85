"""Rectangles of an Excel 97-2003 sheet that let nothing through, with their place in cells. [MS-ODRAW] 2.2.14, 2.3.7; [MS-XLS] 2.5.193."""

from __future__ import annotations

import struct

from bot.documents.formats.sheets.covers import Cover

_SHAPE = b"\x0f\x00\x04\xf0"
_SP, _PROPERTIES, _ANCHOR = 0xF00A, 0xF00B, 0xF010
_UPRIGHT = (1, 202)  # rectangle, text box
_ROTATION, _FILL_TYPE, _OPACITY, _FILL_FLAGS, _GROUP_FLAGS = 0x0004, 0x0180, 0x0182, 0x01BF, 0x03BF
_FILLED, _HIDDEN = 0x10, 0x02
_FULL = 0xF800  # of 0x10000
# Kinds of the OBJ record that may be such: rectangle, text box, drawn shape; never a note, which is not seen.
COVERING = (2, 6, 0x1E)


def cover_of(drawing: bytes) -> Cover | None:
    """Of the last shape in a drawing record; None where something may shine through or it stands in a group."""
    place = drawing.rfind(_SHAPE)
    if place < 0:
        return None
    place += 8
    kind = -1
    values: dict[int, int] = {}
    anchor: tuple[int, ...] = ()
    while place + 8 <= len(drawing):
        head, record, size = struct.unpack_from("<HHI", drawing, place)
        body = drawing[place + 8 : place + 8 + size]
        if record == _SP:
            kind = head >> 4
        elif record == _PROPERTIES:
            values |= dict(struct.iter_unpack("<HI", body[: min(6 * (head >> 4), len(body) // 6 * 6)]))
        elif record == _ANCHOR and len(body) >= 18:
            anchor = struct.unpack_from("<8H", body, 2)
        place += 8 + size
    if kind not in _UPRIGHT or not anchor or not _is_opaque(values):
        return None
    left, left_part, top, top_part, right, right_part, bottom, bottom_part = anchor
    return Cover(top + top_part / 256, left + left_part / 1024, bottom + bottom_part / 256, right + right_part / 1024)


def _is_opaque(values: dict[int, int]) -> bool:
    return (
        not values.get(_ROTATION)
        and not values.get(_FILL_TYPE)
        and values.get(_OPACITY, 0x10000) >= _FULL
        and _flag(values.get(_FILL_FLAGS, 0), _FILLED, default=True)
        and not _flag(values.get(_GROUP_FLAGS, 0), _HIDDEN, default=False)
    )


def _flag(flags: int, bit: int, *, default: bool) -> bool:
    """A switch of a set of them; the upper half says which are given."""
    return bool(flags & bit) if flags >> 16 & bit else default
