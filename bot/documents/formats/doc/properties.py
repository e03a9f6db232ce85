"""Properties of characters, paragraphs and table rows in Word 97 files: lists of «sprms» and what they change."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from bot.base.replacing import replace
from bot.documents.formats.doc.colours import cell_shadings, of_colorref, of_index, shading
from bot.documents.shared.colours import Colour, Ground
from bot.documents.shared.marked_tables import RowShape

_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_T_DEF_TABLE = 0xD608
_P_CHANGE_TABS = 0xC615
_MOST = 4_000


def sprms(properties: bytes) -> Iterator[tuple[int, bytes]]:
    """(opcode, operand) one after the other; ends at the first that does not fit. Operand of variable ones: without the size."""
    place = 0
    for _ in range(_MOST):
        if place + 3 > len(properties):
            return
        opcode = struct.unpack_from("<H", properties, place)[0]
        place += 2
        kind = opcode >> 13
        if kind != 6:
            size = _SIZES[kind]
        elif opcode == _T_DEF_TABLE:
            size = struct.unpack_from("<H", properties, place)[0] - 1 if place + 2 <= len(properties) else 0
            place += 2
        elif opcode == _P_CHANGE_TABS and properties[place] == 255:
            return  # longer than it says and of no interest here; nothing that follows can be found
        else:
            size = properties[place]
            place += 1
        if size < 0 or place + size > len(properties):
            return
        yield opcode, properties[place : place + size]
        place += size


class CharLook(Struct, frozen=True):
    """``symbol`` is (font index, code) of a symbol in place of the character; ``picture`` an offset into the data stream.

    ``object``: where a field's separator stands for an object of the pool, its number, where it does not stand in ``picture``.
    """

    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    special: bool = False
    is_data: bool = False
    picture: int = -1
    object: int = -1
    symbol: tuple[int, int] | None = None
    font: int = -1
    style: int = -1
    ink: Colour | None = None
    paper: Ground | None = None

    @property
    def gone(self) -> bool:
        return self.hidden or self.struck or self.deleted


def _flag(operand: bytes) -> bool:
    return bool(operand[0])


def _short(operand: bytes) -> int:
    return int(struct.unpack("<H", operand)[0])


def _long(operand: bytes) -> int:
    return int(struct.unpack("<i", operand)[0])


# Opcode -> what it sets in a ``CharLook``, whatever was set before, and how its operand is read.
_CHARACTER: dict[int, tuple[str, Callable[[bytes], object]]] = {
    0x0800: ("deleted", _flag),
    0x0855: ("special", _flag),
    0x0806: ("is_data", _flag),
    0x6A03: ("picture", _long),
    0x680E: ("object", _long),  # sprmCObjLocation
    0x6A09: ("symbol", lambda operand: struct.unpack("<HH", operand)),
    0x4A4F: ("font", _short),
    0x4A30: ("style", _short),
    0x2A42: ("ink", lambda operand: of_index(operand[0])),  # sprmCIco
    0x6870: ("ink", of_colorref),  # sprmCCv
    0x2A0C: ("paper", lambda operand: Ground(of_index(operand[0])) if operand[0] else None),  # sprmCHighlight
    0xCA71: ("paper", shading),  # sprmCShd
    0x4866: ("paper", shading),  # sprmCShd80
}


def char_look(properties: bytes, base: CharLook) -> CharLook:
    """*base* (of the styles) as changed by the sprms. Switches may be «as the style» (128) or its contrary (129)."""
    changes: dict[str, object] = {}
    for opcode, operand in sprms(properties):
        match opcode:
            case _ if opcode in _CHARACTER:
                name, value = _CHARACTER[opcode]
                changes[name] = value(operand)
            case 0x083C:
                changes["hidden"] = _switch(operand[0], base.hidden)
            case 0x0837 | 0x2A53:
                changes["struck"] = _switch(operand[0], base.struck) or (
                    opcode == 0x2A53 and bool(changes.get("struck"))
                )
            case 0x4A43:  # sprmCHps: at most one point is not read by anybody
                if 0 < _short(operand) <= 2:
                    changes["hidden"] = True
            case 0x2A33:  # sprmCPlain
                changes = {}
    return replace(base, **changes) if changes else base  # type: ignore[arg-type]  # names and types match the fields above


def _switch(value: int, style: bool) -> bool:
    if value == 0x80:
        return style
    if value == 0x81:
        return not style
    return bool(value)


class ParaLook(Struct):
    """``depth`` is 0 outside of tables; ``row_end`` ends a row, ``cell_end`` a cell of a nested table."""

    style: int = 0
    in_table: bool = False
    depth: int = 0
    row_end: bool = False
    cell_end: bool = False
    list_id: int = 0
    list_level: int = 0
    outline: int = 9
    shape: RowShape = field(default_factory=RowShape)
    ground: Ground | None = None
    cell_grounds: list[Ground | None] = field(default_factory=list)  # at the end of a row: those of its cells


# Opcode -> what it sets in a ``ParaLook``, and how its operand is read.
_PARAGRAPH: dict[int, tuple[str, Callable[[bytes], object]]] = {
    0x2416: ("in_table", _flag),
    0x244B: ("cell_end", _flag),
    0x6649: ("depth", lambda operand: max(0, min(_long(operand), 100))),
    0x460B: ("list_id", _short),
    0x260A: ("list_level", lambda operand: operand[0]),
    0x2640: ("outline", lambda operand: operand[0]),
    0xC64D: ("ground", shading),  # sprmPShd
    0x442D: ("ground", shading),  # sprmPShd80
    0xD608: ("shape", lambda operand: _row_shape(operand)),
}


def para_look(properties: bytes, look: ParaLook, data_stream: bytes) -> ParaLook:
    """*look* changed in place by the sprms and given back; long property lists lie in the data stream."""
    merges: list[tuple[int, int]] = []
    across: list[tuple[int, int]] = []
    for opcode, operand in _with_huge(properties, data_stream):
        match opcode:
            case _ if opcode in _PARAGRAPH:
                name, value = _PARAGRAPH[opcode]
                setattr(look, name, value(operand))
            case 0x2417 | 0x244C:
                look.row_end = look.row_end or bool(operand[0])
            case 0xD612 | 0xD616 | 0xD60C | 0xD609:
                look.cell_grounds = cell_shadings(opcode, operand, look.cell_grounds)
            case 0xD62B if len(operand) >= 2:  # sprmTVertMerge
                merges.append((operand[0], operand[1]))
            case 0x5624:  # sprmTMerge
                across.append((operand[0], operand[1]))
    if look.in_table and not look.depth:
        look.depth = 1
    if merges or across:
        look.shape = _merged(look.shape, merges, across)
    return look


def _with_huge(properties: bytes, data_stream: bytes) -> Iterator[tuple[int, bytes]]:
    for opcode, operand in sprms(properties):
        if opcode in (0x6645, 0x6646):
            place = struct.unpack("<I", operand)[0]
            if place + 2 <= len(data_stream):
                size = struct.unpack_from("<H", data_stream, place)[0]
                yield from sprms(data_stream[place + 2 : place + 2 + size])
        else:
            yield opcode, operand


def _row_shape(operand: bytes) -> RowShape:
    count = operand[0] if operand else 0
    if not 0 < count <= 63 or len(operand) < 1 + 2 * (count + 1):
        return RowShape()
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    start = 1 + 2 * (count + 1)
    flags = [
        struct.unpack_from("<H", operand, start + 20 * cell)[0] if start + 20 * cell + 2 <= len(operand) else 0
        for cell in range(count)
    ]
    return RowShape(edges, tuple(flags))


def _merged(shape: RowShape, merges: list[tuple[int, int]], across: list[tuple[int, int]]) -> RowShape:
    flags = list(shape.flags)
    for cell, kind in merges:
        if cell < len(flags):
            flags[cell] = flags[cell] & ~0x60 | {0: 0, 1: 0x20, 3: 0x60}.get(kind, 0)
    for first, end in across:
        for cell in range(first, min(end, len(flags))):
            flags[cell] = flags[cell] & ~3 | (1 if cell == first else 2)
    return RowShape(shape.edges, tuple(flags))
