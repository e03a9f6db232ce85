"""Conditional formats of an Excel 97-2003 sheet: records and parsed formulas -> rules. [MS-XLS] 2.4.42, 2.4.43, 2.4.56, 2.5.198."""

from __future__ import annotations

import struct
from collections.abc import Callable

from bot.base.replacing import replace
from bot.documents.formats.sheets.biff.records import Record, counted
from bot.documents.formats.sheets.conditions import Conditions, Effect, Rule
from bot.documents.formats.sheets.grid import Merge, cell_name
from bot.documents.shared.colours import Colour

_MOST = 500
_SIGNS = (
    "",
    "between",
    "notBetween",
    "equal",
    "notEqual",
    "greaterThan",
    "lessThan",
    "greaterThanOrEqual",
    "lessThanOrEqual",
)
_BINARY = dict(zip(range(0x03, 0x0F), ("+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>"), strict=True))
# Ftab (2.5.198.17): number -> name and how many arguments, where their number is not written beside it.
_FUNCTIONS = {
    1: ("IF", 0),
    8: ("ROW", 0),
    9: ("COLUMN", 0),
    32: ("LEN", 1),
    34: ("TRUE", 0),
    35: ("FALSE", 0),
    36: ("AND", 0),
    37: ("OR", 0),
    38: ("NOT", 1),
    39: ("MOD", 2),
    115: ("LEFT", 0),
    116: ("RIGHT", 0),
    117: ("EXACT", 2),
    118: ("TRIM", 1),
    127: ("ISTEXT", 1),
    128: ("ISNUMBER", 1),
    129: ("ISBLANK", 1),
}
_FONT_SIZE = 118


class RuleReader:
    """Takes the records of one sheet; ``conditions`` grows. *colour* gives that of a palette's index, *format* the code of a number format."""

    def __init__(self, colour: Callable[[int], Colour | None], format: Callable[[int], str]) -> None:
        self._colour, self._format = colour, format
        self._areas: tuple[Merge, ...] = ()
        self._number, self._count = -1, 0
        self._where: dict[tuple[int, int], int] = {}  # number of the format, of the rule in it -> place in the list
        self.conditions = Conditions()

    def areas(self, record: Record) -> None:
        """CondFmt: the cells of the rules that follow."""
        self._areas, self._number = _areas(record.data, 0)
        self._count = 0

    def newer(self, record: Record) -> None:
        """CondFmt12: scales, bars and rules that Excel 2003 does not know; they may lay any ground behind their cells."""
        areas, _ = _areas(record.data, 12)
        if len(self.conditions.rules) < _MOST:
            self.conditions.rules.append(Rule(areas, (0, 0), "notContainsBlanks", (), Effect(has_paper=True), -1))

    def rule(self, record: Record) -> None:
        """CF; the first that holds ends the search, as in Excel 2003, unless a CFEx says otherwise."""
        data = b"".join(record.parts)
        rules = self.conditions.rules
        if not self._areas or len(rules) >= _MOST:
            return
        kind, sign, first, second = struct.unpack_from("<BBHH", data)
        try:
            effect = self._effect(data[6:])
        except (struct.error, IndexError):  # a broken rule must not cost the sheet
            effect, kind = Effect(has_paper=True), 0
        end = len(data) - second
        base = self._areas[0][:2]
        formulas = tuple(formula_text(piece, base) for piece in (data[end - first : end], data[end:]) if piece)
        name = "expression" if kind == 2 else _SIGNS[sign] if kind == 1 and sign < len(_SIGNS) else ""
        is_told = "" not in formulas and base == (min(a[0] for a in self._areas), min(a[1] for a in self._areas))
        self._where[self._number, self._count] = len(rules)
        self._count += 1
        rules.append(Rule(self._areas, base, name if is_told else "", formulas, effect, len(rules), True))

    def extension(self, record: Record) -> None:
        """CFEx: whether a rule of a CF ends the search, for Excel 2007 and later."""
        data = record.data
        is_newer, number = struct.unpack_from("<IH", data, 12)
        place = self._where.get((number, struct.unpack_from("<H", data, 18)[0]))
        if not is_newer and place is not None:
            rules = self.conditions.rules
            order = struct.unpack_from("<H", data, 22)[0]
            rules[place] = replace(rules[place], order=order, stops=bool(data[24] & 2))

    def _effect(self, data: bytes) -> Effect:
        """DXFN (2.5.66): which parts are there, then these in their order."""
        flags, more = struct.unpack_from("<IH", data)
        place = 6
        code: str | None = None
        if flags >> 25 & 1 and more & 1:
            code = counted(data, place + 2, 2, "")[0]
            place += struct.unpack_from("<H", data, place)[0]
        elif flags >> 25 & 1:
            code = self._format(data[place + 1])
            place += 2
        effect = Effect(format=code)
        if flags >> 26 & 1:
            style, ink, same = struct.unpack_from("<I8xi4xI", data, place + 68)
            effect = replace(effect, struck=None if same & 0x80 else bool(style & 0x80))
            if ink >= 0:
                effect = replace(effect, has_ink=True, ink=self._colour(ink))
            place += _FONT_SIZE
        place += 8 * (flags >> 27 & 1) + 8 * (flags >> 28 & 1)
        if flags >> 29 & 1:
            pattern, colours = struct.unpack_from("<HH", data, place)
            is_plain = flags >> 16 & 1 or pattern >> 10 == 1
            has_ground = not flags >> 18 & 1
            paper = self._colour(colours >> 7 & 0x7F) if is_plain and has_ground else None
            effect = replace(effect, has_paper=has_ground or not is_plain, paper=paper)
        return effect


def _areas(data: bytes, place: int) -> tuple[tuple[Merge, ...], int]:
    """The cells and the number of a conditional format."""
    flags, count = struct.unpack_from("<2xH8xH", data, place)
    places = [place + 14 + 8 * n for n in range(min(count, _MOST, (len(data) - place - 14) // 8))]
    ranges = [struct.unpack_from("<4H", data, one) for one in places]
    return tuple((top, left, bottom, right) for top, bottom, left, right in ranges), flags >> 1


def formula_text(tokens: bytes, base: tuple[int, int]) -> str:
    """A parsed formula as it is written for the cell *base*; empty where it holds what ``formulas`` does not know."""
    stack: list[str] = []
    place = 0
    try:
        while place < len(tokens):
            place = _token(tokens, place, base, stack)
    except (struct.error, LookupError):
        return ""
    return stack[0] if len(stack) == 1 else ""


def _token(tokens: bytes, place: int, base: tuple[int, int], stack: list[str]) -> int:
    """Take one token; gives the place of the next. Raises ``KeyError`` for one that is not known."""
    kind = tokens[place]
    kind = kind & 0x1F | 0x20 if kind >= 0x20 else kind  # the three classes of operands
    place += 1
    match kind:
        case _ if kind in _BINARY:
            second, first = stack.pop(), stack.pop()
            stack.append(f"({first}{_BINARY[kind]}{second})")
        case 0x12 | 0x13:
            stack.append(f"({'-' if kind == 0x13 else '+'}{stack.pop()})")
        case 0x15:  # brackets stand already
            pass
        case 0x17:
            end = place + 2 + (tokens[place] << (tokens[place + 1] & 1))
            text, place = counted(tokens, place, 1, "")
            if place != end:
                raise KeyError("a cut-off text")
            stack.append('"' + text.replace('"', '""') + '"')
        case 0x19 if tokens[place] in (0x01, 0x02, 0x08, 0x40, 0x41):  # volatile, jumps and blanks
            place += 3
        case 0x1D:
            stack.append("TRUE" if tokens[place] else "FALSE")
            place += 1
        case 0x1E:
            stack.append(str(struct.unpack_from("<H", tokens, place)[0]))
            place += 2
        case 0x1F:
            stack.append(f"{struct.unpack_from('<d', tokens, place)[0]:.15f}".rstrip("0").rstrip("."))
            place += 8
        case 0x21:
            name, count = _FUNCTIONS[struct.unpack_from("<H", tokens, place)[0]]
            _call(stack, name, count)
            place += 2
        case 0x22:
            count, number = struct.unpack_from("<BH", tokens, place)
            _call(stack, _FUNCTIONS[number][0], count & 0x7F)
            place += 3
        case 0x24 | 0x2C:
            row, column = struct.unpack_from("<HH", tokens, place)
            stack.append(_reference(row, column, base if kind == 0x2C else (0, 0)))
            place += 4
        case _:
            raise KeyError(kind)
    return place


def _call(stack: list[str], name: str, count: int) -> None:
    arguments = [stack.pop() for _ in range(count)]
    stack.append(f"{name}({','.join(reversed(arguments))})")


def _reference(row: int, column: int, base: tuple[int, int]) -> str:
    """A cell; relative ones of conditional formats count from *base*, and come round behind the last row and column."""
    row_moves, column_moves, column = column >> 15, column >> 14 & 1, column & 0xFF
    row = (row + base[0]) % 65_536 if row_moves else row
    column = (column + base[1]) % 256 if column_moves else column
    name = cell_name(row, column)
    letters = name.rstrip("0123456789")
    return ("" if column_moves else "$") + letters + ("" if row_moves else "$") + name[len(letters) :]
