"""One mail or part split into header fields and body, as bytes: tolerant where programs break the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from bot.message.mime.charsets import decode_bytes

MAX_FIELDS = 2000
MAX_FIELD = 64 * 2**10  # bytes of one value that are looked at; a real To list is shorter
MAX_BLOCK = 2 * 2**20

# RFC 5322 allows any printable character in a name; «name :» with a blank is its obsolete form.
_NAME = re.compile(rb"([!-9;-~]{1,100}?)[ \t]*:")
_LIKELY_NAME = re.compile(rb"^[A-Za-z][A-Za-z0-9_.-]{0,70}[ \t]*:")
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FOLD = re.compile(rb"[\r\n]+[ \t]?")


class Field(Struct, frozen=True):
    """One header field: ``name`` in lower case, ``raw`` its value unfolded, as bytes; ``folded`` the value with its line ends."""

    name: str
    raw: bytes
    folded: bytes = b""

    @property
    def value(self) -> str:
        """The value as text with 8-bit bytes decoded; encoded words are left as they are."""
        return as_text(self.raw)


class Fields(Struct, frozen=True):
    """The header of one mail or part, in order."""

    items: tuple[Field, ...] = ()

    def first(self, name: str) -> str:
        """The topmost value of *name* as text, or empty."""
        return next((field.value for field in self.items if field.name == name), "")

    def all(self, name: str) -> list[str]:
        return [field.value for field in self.items if field.name == name]

    def has(self, name: str) -> bool:
        return name in [field.name for field in self.items]

    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.items)


def split_head(data: bytes) -> tuple[Fields, int]:
    """The header fields that *data* begins with, and the offset where the body begins.

    A line that is no field and no continuation belongs to the field before it where more fields follow (programs that fold
    without indenting); else the body begins there (a forgotten blank line). mbox's «From » line is skipped.
    """
    fields: list[Field] = []
    collected: list[bytes] = []
    name = ""
    place = 0
    stop = min(len(data), MAX_BLOCK)

    def close() -> None:
        if name and len(fields) < MAX_FIELDS:
            folded = b"".join(collected)[:MAX_FIELD]
            fields.append(Field(name, unfold(folded), folded))
        collected.clear()

    while place < stop:
        found = _LINE.match(data, place)
        assert found is not None  # the pattern matches anywhere
        line, after = found.group(), found.end()
        stripped = line.strip()
        if not stripped and (line[:1] not in b" \t" or not _field_at(data, after)):
            close()
            return Fields(tuple(fields)), after
        if line[:1] in (b" ", b"\t"):
            if not name and stripped:
                return Fields(tuple(fields)), place
            if sum(map(len, collected[-1:])) < MAX_FIELD and len(collected) < 4000:
                collected.append(line)
        elif (match := _NAME.match(line)) and not line.startswith(b"From "):
            close()
            name = match.group(1).decode("ascii").lower()
            collected.append(line[match.end() :])
        elif line.startswith((b"From ", b">From ")) and not fields and not name:
            pass
        elif line.startswith(b"=?") or _fields_follow(data, after):
            collected.append(b" " + line)
        else:
            close()
            return Fields(tuple(fields)), place
        place = after
    close()
    return Fields(tuple(fields)), place


def unfold(raw: bytes) -> bytes:
    """One line without NUL; the blank of a fold stays."""
    return _FOLD.sub(b" ", raw).replace(b"\0", b"").strip()


def as_text(raw: bytes) -> str:
    """Header bytes as text. Where one charset does not fit, each piece between ``;`` and ``,`` (never second bytes) has its own."""
    if raw.isascii():
        return raw.decode("ascii")
    whole = decode_bytes(raw)
    if whole.sure:
        return whole.text
    joined = decode_bytes(re.sub(rb"(?<=[\x80-\xff]) (?=[\x40-\xff])", b"", raw))  # folded inside a character
    if joined.sure:
        return joined.text
    return "".join(decode_bytes(piece).text for piece in re.split(rb"([;,])", raw))


def _field_at(data: bytes, place: int) -> bool:
    return bool(_LIKELY_NAME.match(data[place : place + 100]))


def _fields_follow(data: bytes, place: int) -> bool:
    """Whether a field comes before the next blank line, within a few lines."""
    block = re.split(rb"\r?\n\r?\n|\r\r", data[place : place + 2000], maxsplit=1)[0]
    return any(_LIKELY_NAME.match(line) for line in _lines(block[:2000]))


def _lines(block: bytes) -> Iterator[bytes]:
    yield from block.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
