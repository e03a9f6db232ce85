"""The font table of an RTF file with the document's own code page: what its words tell, and bytes -> text by it."""

from __future__ import annotations

from bot.documents.formats.rtf.state import Font, codec_of_page, decode_run, decode_unicode

WORDS = frozenset({"fcharset", "cpg", "deff", "ansicpg", "mac"})


class Fonts:
    """Filled while ``\\fonttbl`` is read; ``default`` is the font of ``\\plain``."""

    def __init__(self) -> None:
        self._known: dict[int, Font] = {}
        self._in_work = 0
        self._codec = "cp1252"
        self.default = -1

    def begin(self, number: int) -> None:
        """What follows in the table is about this font."""
        self._in_work = number
        self._known[number] = Font()

    def word(self, name: str, number: int | None, *, in_table: bool) -> None:
        """One of ``WORDS``."""
        match name:
            case "fcharset":
                self._font_in_work().charset = number or 0
            case "cpg" if in_table:
                self._font_in_work().page = number or 0
            case "deff":
                self.default = number or 0
            case "ansicpg":
                self._codec = codec_of_page(number or 1252)
            case "mac":
                self._codec = "mac_roman"

    def name(self, text: str) -> None:
        """A piece of the font's name; what stands behind the semicolon is none."""
        font = self._font_in_work()
        font.name = (font.name + text).partition(";")[0]

    def name_in(self, raw: bytes) -> str:
        """Bytes within the table: a name, be it that of a symbol font."""
        font = self._known.get(self._in_work, Font())
        return decode_run(raw, Font(charset=font.charset, page=font.page), self._codec)

    def text_in(self, raw: bytes, number: int) -> str:
        """Bytes in the font *number* as text."""
        return decode_run(raw, self._known.get(number, Font()), self._codec)

    def character(self, code: int, number: int) -> str:
        """The character of ``\\uN`` in the font *number*."""
        return decode_unicode(code, self._known.get(number, Font()))

    def _font_in_work(self) -> Font:
        return self._known.setdefault(self._in_work, Font())
