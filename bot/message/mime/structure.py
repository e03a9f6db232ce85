"""The MIME tree of one mail as leaves in order, as slices of the raw bytes: no recursion, bounded, tolerant.

Not done with the standard library's or mail-parser's tree, because both turn bytes into text on the way (raw 8-bit headers and
nested mails do not come back byte for byte), need three times the mail's size in memory and seconds for a header bomb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from bot.message.mime.fields import Fields, split_head
from bot.message.mime.parameters import Value, parse_value
from bot.message.mime.transfer import undo
from bot.message.model import CUT_OFF, NO_PARTS, TOLD_TWICE, TOO_DEEP, TOO_MANY

MAX_LEAVES = 1000
MAX_DEPTH = 40
_NOT_CLOSED = "multipart not closed"
_SAID_ONCE = ("content-type", "content-transfer-encoding", "content-disposition", "subject")


class Leaf(Struct, frozen=True):
    """One part that is no multipart. ``parents`` are the subtypes of the multiparts around it, outermost first, each with a number
    that is the same for all parts of one multipart; ``body`` is still transfer-encoded."""

    fields: Fields
    content_type: Value
    disposition: Value
    body: bytes
    parents: tuple[tuple[str, int], ...] = ()

    def within(self, subtype: str) -> bool:
        return any(kind == subtype for kind, _ in self.parents)


class Tree(Struct, frozen=True):
    """``root`` is the mail's own header; ``defects`` are short English words for what is broken."""

    root: Fields
    root_type: Value
    leaves: tuple[Leaf, ...]
    defects: tuple[str, ...]


def read_tree(raw: bytes) -> Tree:
    """All leaves of *raw* in the order of their places. Never raises."""
    raw = _bytes_of_mail(raw)
    head, place = split_head(raw)
    defects: list[str] = []
    leaves = list(_leaves(raw, head, place, defects))
    return Tree(head, parse_value(head.first("content-type")), tuple(leaves), tuple(dict.fromkeys(defects)))


def _bytes_of_mail(raw: bytes) -> bytes:
    """Without what editors put before the first header; UTF-16 and old Macintosh line ends undone."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    if b"\n" not in raw[:100_000] and b"\r" in raw[:100_000] and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n\t \0") if raw[:1] in b"\r\n\t \0" else raw


def _leaves(raw: bytes, head: Fields, place: int, defects: list[str]) -> Iterator[Leaf]:
    pending: list[tuple[Fields, bytes, tuple[tuple[str, int], ...]]] = [(head, raw[place:], ())]
    made = number = 0
    while pending:
        fields, body, parents = pending.pop()
        content_type = parse_value(fields.first("content-type"))
        if _contradicts_itself(fields):
            defects.append(TOLD_TWICE)
        if content_type.value.startswith("multipart/") or (not parents and "boundary" in content_type.parameters):
            number += 1
            subtype = content_type.value.partition("/")[2] or "mixed"
            children = _split(body, fields, content_type, defects) if len(parents) < MAX_DEPTH else []
            if len(parents) >= MAX_DEPTH:
                defects.append(TOO_DEEP)
            if (
                not parents and _NOT_CLOSED in defects
            ):  # an inner one that is not closed ends with the part that it stands in
                defects.append(CUT_OFF)
            if children:
                for child in reversed(children[: MAX_LEAVES + 1]):
                    inner, start = split_head(child)
                    pending.append((inner, child[start:], (*parents, (subtype, number))))
                continue
            content_type = Value("text/plain", content_type.parameters)
        made += 1
        if made > MAX_LEAVES:
            defects.append(TOO_MANY)
            return
        yield Leaf(fields, content_type, parse_value(fields.first("content-disposition")), body, parents)


def _contradicts_itself(fields: Fields) -> bool:
    """Whether a field that decides how the rest is read stands twice and differs: programs take the first or the last."""
    return any(len({"".join(value.split()).lower() for value in fields.all(name)}) > 1 for name in _SAID_ONCE)


def _split(body: bytes, fields: Fields, content_type: Value, defects: list[str]) -> list[bytes]:
    """The parts of a multipart; empty where no boundary can be found."""
    encoding = fields.first("content-transfer-encoding").strip().lower()
    if encoding.startswith(("base64", "quoted")) and b"\n--" not in b"\n" + body[:20_000]:
        # QUIRK(gateways): a whole multipart is encoded. RFC 2045 §6.4
        body, _ = undo(body, encoding, is_text=True)
    boundary = content_type.parameters.get("boundary", "").strip()
    if not boundary:
        defects.append("multipart without boundary")
    parts = _cut(body, boundary, defects) if boundary else []
    if not parts:
        guess = _guess_boundary(body)
        if guess and guess != boundary:
            if boundary:
                defects.append("boundary not found")
            parts = _cut(body, guess, defects)
    if not parts:
        defects.append(NO_PARTS)
    return parts


def _cut(body: bytes, boundary: str, defects: list[str]) -> list[bytes]:
    parts: list[bytes] = []
    start = -1
    for begin, end, closing in _delimiters(body, b"--" + boundary.encode("utf-8", "replace")):
        # QUIRK(gateways): a closing delimiter in the middle: parts behind it count. RFC 2046 §5.1.1
        if start >= 0:
            parts.append(body[start:begin])
        start = -1 if closing else end
        if len(parts) > MAX_LEAVES:
            defects.append(TOO_MANY)
            return parts
    if start >= 0:
        defects.append(_NOT_CLOSED)
        if body[start:].strip():
            parts.append(body[start:])
    return parts


def _delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where a part ends, where the next one begins, and whether the line closes the multipart."""
    place = -1
    while (place := body.find(mark, place + 1)) >= 0:
        if place and body[place - 1] not in b"\r\n":
            continue
        end = place + len(mark)
        closing = body.startswith(b"--", end)
        end += 2 if closing else 0
        while body[end : end + 1] in (b" ", b"\t"):
            end += 1
        if end < len(body) and body[end] not in b"\r\n":
            continue  # a longer boundary that begins alike
        begin = place
        if begin and body[begin - 1] == 0x0A:
            begin -= 1
        if begin and body[begin - 1] == 0x0D:
            begin -= 1
        yield begin, _after_line(body, end), closing


def _after_line(body: bytes, place: int) -> int:
    if body.startswith(b"\r\n", place):
        return place + 2
    return place + 1 if body[place : place + 1] in (b"\n", b"\r") else place


def _guess_boundary(body: bytes) -> str:
    """The first line that begins with two dashes and is followed by a Content- field."""
    found = re.search(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-[a-z-]+:)", body[:200_000], re.IGNORECASE)
    return found.group(1).decode("latin-1") if found and found.group(1).isascii() else ""
