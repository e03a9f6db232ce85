"""RTF bytes -> tokens. Source: Rich Text Format Specification 1.9.1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})?[ ]?"  # control word; one space behind it belongs to it
    rb"|\\'([0-9A-Fa-f]{2})"
    rb"|\\([^A-Za-z])"
    rb"|([{}])"
    rb"|[\r\n]+"
    rb"|([^\\{}\r\n]+)",
    re.DOTALL,
)
OPEN, CLOSE, WORD, SIGN, TEXT = range(5)


class Token(NamedTuple):
    """``kind`` with the control word, sign or bytes, and the word's number (None where it has none)."""

    kind: int
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of *data*; binary data behind ``\\bin`` is a word token with its bytes."""
    place = 0
    scan = _TOKEN.match
    while match := scan(data, place):
        place = match.end()
        word, number, pair, sign, brace, text = match.groups()
        if text is not None:
            yield Token(TEXT, data=text)
        elif word is not None:
            value = int(number) if number else None
            if word == b"bin" and value:
                value = max(0, min(value, len(data) - place))
                yield Token(WORD, "bin", value, data[place : place + value])
                place += value
            else:
                yield Token(WORD, word.decode("ascii"), value)
        elif pair is not None:
            yield Token(TEXT, "'", data=bytes((int(pair, 16),)))
        elif brace is not None:
            yield Token(OPEN if brace == b"{" else CLOSE)
        elif sign is not None:
            if sign in b"\r\n":
                yield Token(WORD, "par")
            else:
                yield Token(SIGN, sign.decode("latin-1"))
