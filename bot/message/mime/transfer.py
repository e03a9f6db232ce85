"""Transfer encodings undone: base64, quoted-printable, uuencode, also broken or mislabelled ones."""

from __future__ import annotations

import binascii
import contextlib
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s\-_]")
_OF_BASE64 = bytes(byte for byte in range(256) if not _NOT_BASE64.match(bytes([byte])))
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)


def undo(body: bytes, encoding: str, is_text: bool = False) -> tuple[bytes, bool]:
    """The bytes that *body* encodes and whether that went without damage.

    *encoding* is the Content-Transfer-Encoding as written. Text that is labelled base64 but is none stays as it is; unlabelled
    base64 of a binary part is decoded. Never raises.
    """
    name = re.sub(r"[^a-z0-9-]", "", re.sub(r"\([^()]{0,400}\)", "", encoding).lower())
    if name in ("base64", "base-64", "b64", "b", "xbase64", "x-base64"):
        return _base64(body)
    if name in ("quoted-printable", "quotedprintable", "quoted-printeable", "qp", "q", "x-quoted-printable"):
        return binascii.a2b_qp(re.sub(rb"=[ \t]+(?=\r?\n|$)", b"=", body)), True
    if name in ("x-uuencode", "uuencode", "uue", "x-uue", "x-uu"):
        found = uu_files(body)
        return (found[0][1], True) if found else (body, False)
    if not is_text and name != "binary" and _is_bare_base64(body):
        return _base64(body)
    return body, name in ("", "7bit", "8bit", "binary", "7-bit", "8-bit")


def uu_files(body: bytes) -> list[tuple[str, bytes, int, int]]:
    """Files uuencoded in *body*: raw name as latin-1, data, start and end offset. At most 20."""
    found: list[tuple[str, bytes, int, int]] = []
    place = 0
    while len(found) < 20 and (begin := _UU_BEGIN.search(body, place)):
        end = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE).search(body, begin.end())
        if end is None:
            break
        data = _uu_lines(body[begin.end() : end.start()])
        if data:
            found.append((begin.group(1).decode("latin-1"), data, begin.start(), end.end()))
        place = end.end()
    return found


def _uu_lines(block: bytes) -> bytes:
    out = bytearray()
    for line in block.splitlines():
        if not line.strip():
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            try:
                length = (((line[0] - 32) & 63) * 4 + 5) // 3  # trailing garbage: what the count byte promises
                out += binascii.a2b_uu(line[:length])
            except binascii.Error:
                return b""
    return bytes(out)


def _base64(body: bytes) -> tuple[bytes, bool]:
    with contextlib.suppress(binascii.Error):  # nearly all of it is as the standard says
        return binascii.a2b_base64(body.translate(None, b" \t\r\n\v\f"), strict_mode=True), True
    is_clean = not body.translate(None, _OF_BASE64)  # many times as quick as a search
    if is_clean:
        packed = body.translate(None, b" \t\r\n")
    else:
        odd = len(_NOT_BASE64.findall(body[:20_000]))
        if odd * 5 > len(body[:20_000]):  # plain text under a wrong label
            return body, False
        packed = _without_footer(body)
    if b"-" in packed or b"_" in packed:
        packed = packed.replace(b"-", b"+").replace(b"_", b"/")
    first_pad = packed.find(b"=")
    if 0 <= first_pad < len(packed) - 3:
        # QUIRK(several programs): pieces encoded one by one, padding in the middle. RFC 2045 §6.8
        pieces = [piece for piece in re.split(rb"=+", packed) if piece]
        return b"".join(_packed(piece) for piece in pieces[:10_000]), is_clean
    return _packed(packed.rstrip(b"=")), is_clean


def _without_footer(body: bytes) -> bytes:
    """Lines that are base64; what a gateway added below (a list's footer, a virus note) is dropped."""
    lines = [line.strip() for line in body.splitlines()]
    good = [line for line in lines if line and not _NOT_BASE64.search(line)]
    if not good:
        return re.sub(rb"[^A-Za-z0-9+/=]", b"", body)
    width = max(len(line) for line in good[:50])
    kept: list[bytes] = []
    for line in lines:
        if line and not _NOT_BASE64.search(line):
            kept.append(line)
            if line.endswith(b"=") or len(line) < width:
                break
        elif kept and not line:
            continue
        elif kept:
            kept.append(re.sub(rb"[^A-Za-z0-9+/=]", b"", line))
    return b"".join(kept)


def _packed(text: bytes) -> bytes:
    if len(text) % 4 == 1:
        text = text[:-1]
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _is_bare_base64(body: bytes) -> bool:
    """A binary part without a label whose lines are all base64, of the usual width."""
    packed = body.strip()
    if len(packed) < 60 or _NOT_BASE64.search(packed[:200_000]):
        return False
    first = packed.splitlines()[0].strip()
    return len(first) in (60, 64, 72, 76) and len(packed.translate(None, b" \t\r\n")) % 4 == 0
