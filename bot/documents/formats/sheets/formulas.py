"""Small formulas of conditional formats (``=$H4="取消"``, ``=LEN(D5)=0``), as far as they can be told from the file alone."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from functools import lru_cache

from bot.base.errors import BotError
from bot.documents.formats.sheets.grid import column_number
from bot.documents.shared.numbers import plain_number

Value = float | str | bool | None  # None: an empty cell
Look_up = Callable[[int, int], Value]  # row and column, from 0
Place = tuple[int, int]
_Node = tuple[str, tuple[object, ...]]
_LONGEST, _DEEPEST = 300, 20
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?(?![\w(]))|\[?\.?(?P<cell>\$?[A-Za-z]{1,3}\$?\d{1,7})(?![\w(.:])\]?'
    r"|(?P<name>[A-Za-z]+)|(?P<sign><>|<=|>=|[-+*/&=<>(),;]))"
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})")
_COMPARED = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}


class NotTold(BotError):
    """The formula needs what is not known here: another function, today's date, a value that the file does not hold."""


def is_true(formula: str, base: Place, place: Place, value: Look_up) -> bool:
    """Whether *formula*, written for the cell *base*, holds for the cell *place*. Raises ``NotTold``."""
    return _truth(evaluated(formula, base, place, value))


def evaluated(formula: str, base: Place, place: Place, value: Look_up) -> Value:
    """What *formula* gives for *place*. Raises ``NotTold``."""
    return _value(_parsed(formula.strip().removeprefix("=")), (place[0] - base[0], place[1] - base[1]), place, value)


def compared(one: Value, sign: str, other: Value) -> bool:
    """``=``, ``<>``, ``<`` … as Excel compares; a text with a number only where both sides are sure."""
    if one is None or other is None:
        blank: Value = "" if isinstance(one or other, str) else False if isinstance(one or other, bool) else 0.0
        one, other = blank if one is None else one, blank if other is None else other
    if isinstance(one, bool) != isinstance(other, bool) or isinstance(one, str) != isinstance(other, str):
        if sign in ("=", "<>"):
            return sign == "<>"
        raise NotTold("order of unlike values")
    if isinstance(one, str) and isinstance(other, str):
        if sign in ("=", "<>"):
            return (one.casefold() == other.casefold()) == (sign == "=")
        raise NotTold("order of texts")
    assert not isinstance(one, str) and not isinstance(other, str)
    if sign in ("=", "<>"):
        return (one == other) == (sign == "=")
    return bool(_COMPARED[sign](float(one or 0), float(other or 0)))


@lru_cache(maxsize=500)
def _parsed(formula: str) -> _Node:
    if len(formula) > _LONGEST:
        raise NotTold("long formula")
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(formula.rstrip()):
        token = _TOKEN.match(formula, place)
        if token is None or token.lastgroup is None:
            raise NotTold(formula[place:])
        tokens.append((token.lastgroup, token.group(token.lastgroup)))
        place = token.end()
    parser = _Parser(tokens)
    node = parser.comparison(0)
    if parser.tokens:
        raise NotTold("rest of a formula")
    return node


class _Parser:
    """Recursive descent: comparison, joining, sum, product, sign, operand."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens[::-1]

    def _sign(self, *signs: str) -> str:
        if self.tokens and self.tokens[-1][0] == "sign" and self.tokens[-1][1] in signs:
            return self.tokens.pop()[1]
        return ""

    def comparison(self, depth: int) -> _Node:
        return self._binary(depth, (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/")))

    def _binary(self, depth: int, levels: tuple[tuple[str, ...], ...]) -> _Node:
        if not levels:
            return self._operand(depth + 1)
        node = self._binary(depth, levels[1:])
        while sign := self._sign(*levels[0]):
            node = (sign, (node, self._binary(depth, levels[1:])))
        return node

    def _operand(self, depth: int) -> _Node:
        if depth > _DEEPEST or not self.tokens:
            raise NotTold("deep or broken formula")
        if sign := self._sign("-", "+"):
            return "-" if sign == "-" else "+", (("value", (0.0,)), self._operand(depth + 1))
        kind, text = self.tokens.pop()
        if kind == "number":
            return "value", (float(text),)
        if kind == "text":
            return "value", (text[1:-1].replace('""', '"'),)
        if kind == "cell":
            return _cell(text)
        if kind == "name":
            return self._call(text.upper(), depth)
        if text == "(":
            node = self.comparison(depth + 1)
            if self._sign(")"):
                return node
        raise NotTold("broken formula")

    def _call(self, name: str, depth: int) -> _Node:
        arguments: list[_Node] = []
        if self._sign("("):
            while not self._sign(")"):
                arguments.append(self.comparison(depth + 1))
                if not self._sign(",", ";") and not (self.tokens and self.tokens[-1] == ("sign", ")")):
                    raise NotTold("broken call")
        elif name not in ("TRUE", "FALSE"):
            raise NotTold(name)
        return name, tuple(arguments)


def _cell(text: str) -> _Node:
    match = _CELL.fullmatch(text)
    if match is None:
        raise NotTold(text)
    return "cell", (int(match[4]) - 1, bool(match[3]), column_number(match[2]), bool(match[1]))


def _value(node: _Node, shift: Place, own: Place, value: Look_up) -> Value:
    name, parts = node
    if name == "value":
        return parts[0]  # type: ignore[return-value]  # literals are values
    if name == "cell":
        row, row_fixed, column, column_fixed = parts
        return value(int(row) + (0 if row_fixed else shift[0]), int(column) + (0 if column_fixed else shift[1]))  # type: ignore[call-overload]  # both are numbers
    nodes: tuple[_Node, ...] = parts  # type: ignore[assignment]  # all other nodes hold nodes
    if name in ("AND", "OR"):
        return _joined(name == "OR", [lambda n=n: _truth(_value(n, shift, own, value)) for n in nodes])  # type: ignore[misc]  # a default binds the node
    if name == "IF" and len(nodes) == 3:
        return _value(nodes[1] if _truth(_value(nodes[0], shift, own, value)) else nodes[2], shift, own, value)
    return _applied(name, [_value(one, shift, own, value) for one in nodes], own)


def _joined(is_or: bool, parts: list[Callable[[], bool]]) -> bool:
    """One side that decides is enough, whatever the others are."""
    unsure: NotTold | None = None
    for part in parts:
        try:
            if part() == is_or:
                return is_or
        except NotTold as error:
            unsure = error
    if unsure is not None:
        raise unsure
    return not is_or


def _applied(name: str, values: list[Value], own: Place) -> Value:
    match name, values:
        case (("=" | "<>" | "<" | ">" | "<=" | ">="), [one, other]):
            return compared(one, name, other)
        case "&", [one, other]:
            return _text(one) + _text(other)
        case (("+" | "-" | "*" | "/" | "MOD"), [one, other]):
            return _computed(name, _number(one), _number(other))
        case "TRUE", []:
            return True
        case "FALSE", []:
            return False
        case _, [one] if name in _OF_ONE:
            return _OF_ONE[name](one)
        case "EXACT", [one, other]:
            return _text(one) == _text(other)
        case (("LEFT" | "RIGHT"), [one, *rest]):
            count = int(_number(rest[0])) if rest else 1
            text = _text(one)
            return text[:count] if name == "LEFT" else text[max(len(text) - count, 0) :]
        case "ROW", []:
            return float(own[0] + 1)
        case "COLUMN", []:
            return float(own[1] + 1)
    raise NotTold(name)


_OF_ONE: dict[str, Callable[[Value], Value]] = {
    "NOT": lambda one: not _truth(one),
    "LEN": lambda one: float(len(_text(one))),
    "TRIM": lambda one: " ".join(_text(one).split(" ")),
    "ISBLANK": lambda one: one is None,
    "ISTEXT": lambda one: isinstance(one, str),
    "ISNUMBER": lambda one: isinstance(one, float),
}


def _computed(name: str, one: float, other: float) -> float:
    if name in ("/", "MOD") and not other:
        raise NotTold("division by nought")
    found = {
        "+": lambda: one + other,
        "-": lambda: one - other,
        "*": lambda: one * other,
        "/": lambda: one / other,
        "MOD": lambda: one - other * math.floor(one / other),
    }[name]()
    if not math.isfinite(found):
        raise NotTold("overflow")
    return found


def _truth(value: Value) -> bool:
    if isinstance(value, str):
        raise NotTold("a text is neither true nor false")
    return bool(value)


def _number(value: Value) -> float:
    if isinstance(value, str):
        raise NotTold("computing with a text")
    return float(value or 0)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return plain_number(value) if isinstance(value, float) else value or ""
