"""What holds inside one RTF group, fonts and their code pages, and bytes -> text."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.base.replacing import replace
from bot.documents.shared.symbols import EMPTY, TICKED, is_symbol_font, symbol, symbol_text

# \fcharset -> codec (RTF 1.9.1, «Font Table»)
_CHARSETS = {
    77: "mac_roman",
    78: "cp932",  # 78 to 81 are the Macintosh's Japanese, Korean, simplified and traditional Chinese: the same bytes for text
    79: "cp949",
    80: "gb18030",
    81: "big5hkscs",
    85: "mac_greek",
    86: "mac_turkish",
    88: "mac_latin2",
    89: "mac_cyrillic",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5hkscs",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_PAGES = {
    936: "gb18030",
    54936: "gb18030",
    950: "big5hkscs",
    932: "cp932",
    949: "cp949",
    65001: "utf-8",
    10000: "mac_roman",
    10001: "cp932",
    10002: "big5hkscs",
    10003: "cp949",
    10006: "mac_greek",
    10007: "mac_cyrillic",
    10008: "gb18030",
    10029: "mac_latin2",
    10081: "mac_turkish",
}
_DOUBLE = {"gb18030", "big5hkscs", "cp932", "cp949", "johab", "utf-8"}


def codec_of_page(page: int) -> str:
    """The Python codec of a Windows code page; cp1252 where it is unknown."""
    if page in _PAGES:
        return _PAGES[page]
    return (
        f"cp{page}"
        if page in (437, 850, 852, 866, 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)
        else "cp1252"
    )


class Font(Struct):
    name: str = ""
    charset: int = -1
    page: int = 0

    def codec(self, document: str) -> str:
        """The codec of bytes in this font; the document's own where the font says nothing."""
        if self.page:
            return codec_of_page(self.page)
        return _CHARSETS.get(self.charset, document)

    @property
    def is_symbol(self) -> bool:
        return is_symbol_font(self.name)


# Control words that set a number of the state.
_NUMBERS = {
    "f": "font",
    "s": "style",
    "outlinelevel": "outline",
    "cf": "ink",
    "cb": "paper",
    "chcbpat": "paper",
    "highlight": "paper",
    "cbpat": "paragraph_paper",
}


class State(Struct):
    """Properties that a group inherits and gives back at its end. ``place`` names the destination, ``skip`` unread ones."""

    place: str = "body"
    font: int = -1
    hidden: bool = False
    struck: bool = False
    deleted: bool = False
    fallback: int = 1  # bytes that follow a \u for old readers
    in_table: bool = False
    depth: int = 0
    style: int = 0
    outline: int = 9
    ink: int = 0  # indices of the colour table; 0 automatic or none
    paper: int = 0
    paragraph_paper: int = 0
    tiny: bool = False
    east_asian: bool = False

    def copy(self) -> State:
        return replace(self)

    @property
    def gone(self) -> bool:
        return self.hidden or self.struck or self.deleted or self.tiny

    def plain(self, default_font: int) -> None:
        self.font, self.hidden, self.struck, self.deleted = default_font, False, False, False
        self.ink, self.paper, self.tiny = 0, 0, False

    def word(self, name: str, number: int | None) -> None:
        """What a control word changes here; others are of no interest."""
        on = number != 0
        match name:
            case _ if name in _NUMBERS:
                setattr(self, _NUMBERS[name], number or 0)
            case "uc":
                self.fallback = max(0, min(number or 0, 50)) if number is not None else 1
            case "v":
                self.hidden = on
            case "strike" | "striked" | "strikedl":
                self.struck = on
            case "deleted":
                self.deleted = on
            case "dbch" | "loch" | "hich" | "ltrch" | "rtlch":
                self.east_asian = name == "dbch"
            # QUIRK(LibreOffice): the size of hanzi stands behind \\dbch as \\afs. RTF 1.9.1, «Associated Character Properties»
            case "fs" | "afs" if name == "fs" or self.east_asian:
                self.tiny = 0 < (number or 24) <= 2  # half points
            case "pard":
                self.in_table, self.depth, self.style, self.outline, self.paragraph_paper = False, 0, 0, 9, 0
            case "intbl":
                self.in_table = True
            case "itap":
                self.depth = max(0, min(number or 0, 100))
                self.in_table = self.depth > 0


def decode_run(raw: bytes, font: Font, document: str) -> str:
    """Bytes of one run as text. Some programs write GBK bytes under a Western font of a Chinese document: whole pairs tell."""
    if font.is_symbol:
        return "".join(symbol(byte, font.name) for byte in raw)
    codec = font.codec(document)
    if raw.isascii():
        return raw.decode("ascii")
    if font.charset in (0, 1, -1) and not font.page and document in _DOUBLE:
        try:
            return raw.decode(document)
        except UnicodeDecodeError:
            codec = document if font.charset != 0 else "cp1252"
    return raw.decode(codec, "replace")


def decode_unicode(code: int, font: Font) -> str:
    """The character of ``\\uN`` in this font."""
    return symbol_text(chr(code), font.name if font.is_symbol else "")


class Form(Struct):
    """A legacy form field: kind 0 text, 1 box, 2 drop-down; ``result`` 25 means the default."""

    kind: int = 0
    result: int = 25
    default: int = 0
    entries: list[str] = field(default_factory=list)

    def shown(self) -> str | None:
        """What it shows by its state; None for a text field."""
        chosen = self.default if self.result == 25 else self.result
        if self.kind == 1:
            return TICKED if chosen == 1 else EMPTY
        if self.kind == 2:
            return self.entries[chosen].strip() if 0 <= chosen < len(self.entries) else ""
        return None


def from_hex(pieces: list[bytes]) -> bytes:
    """The bytes behind hexadecimal digits, whatever stands between them."""
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", b"".join(pieces))
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
