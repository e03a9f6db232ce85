"""Colours and shadings of Word 97 files ([MS-DOC] 2.9.43 COLORREF, 2.9.119 Ico, 2.9.248 Shd, 2.9.249 Shd80)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from bot.documents.shared.colours import BLACK, UNKNOWN, Colour, Ground, of_hex

_PALETTE = tuple(
    of_hex(one)
    for one in "000000 0000FF 00FFFF 00FF00 FF00FF FF0000 FFFF00 FFFFFF 000080 008080 008000 800080 800000 808000 808080 C0C0C0".split()  # noqa: SIM905 (a palette)
)
_AUTOMATIC = 0xFF
CELL_SHADINGS = (0xD612, 0xD616, 0xD60C)  # sprmTDefTableShd, …2nd, …3rd
OLD_CELL_SHADINGS = 0xD609  # sprmTDefTableShd80


def of_index(index: int) -> Colour | None:
    """The colour of an old index; None for automatic."""
    return _PALETTE[index - 1] if 0 < index <= len(_PALETTE) else None


def of_colorref(data: bytes) -> Colour | None:
    return None if data[3] == _AUTOMATIC else (data[0], data[1], data[2])


def shading(operand: bytes) -> Ground | None:
    """What a shading lays behind text; None where what lies behind shows through."""
    if len(operand) == 2:
        bits = struct.unpack("<H", operand)[0]
        fore, back, pattern = of_index(bits & 31), of_index(bits >> 5 & 31), bits >> 10
    elif len(operand) >= 10:
        fore, back = of_colorref(operand[:4]), of_colorref(operand[4:8])
        pattern = struct.unpack_from("<H", operand, 8)[0]
    else:
        return None
    if pattern == 0:
        return Ground(back) if back is not None else None
    return Ground(fore or BLACK) if pattern == 1 else UNKNOWN


def cell_shadings(opcode: int, operand: bytes, before: Sequence[Ground | None]) -> list[Ground | None]:
    """The grounds of a row's cells, *before* those known already: three sprms tell 22 cells each, an older one all."""
    size = 2 if opcode == OLD_CELL_SHADINGS else 10
    first = CELL_SHADINGS.index(opcode) * 22 if opcode in CELL_SHADINGS else 0
    found = [shading(operand[at : at + size]) for at in range(0, len(operand) - size + 1, size)]
    if opcode == OLD_CELL_SHADINGS and before:
        return list(before)
    return [*(list(before) + [None] * first)[:first], *found]
