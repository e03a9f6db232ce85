"""Style sheet, font names and lists of a Word 97 file."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.formats.doc.file import FONTS, LIST_OVERRIDES, LISTS, STSHF, WordFile
from bot.documents.formats.doc.properties import CharLook, ParaLook, char_look, para_look
from bot.documents.shared.lists import Level, ListCounters, ListRule
from bot.documents.shared.symbols import is_symbol_font

# MSONFC ([MS-OSHARED] 2.2.1.3) -> ST_NumberFormat.
_FORMATS = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    0x0A: "ideographDigital",
    0x0B: "japaneseCounting",
    0x0E: "decimalFullWidth",
    0x10: "japaneseLegal",
    0x11: "japaneseDigitalTenThousand",
    0x12: "decimalEnclosedCircle",
    0x13: "decimalFullWidth2",
    0x16: "decimalZero",
    0x17: "bullet",
    0x1A: "decimalEnclosedFullstop",
    0x1B: "decimalEnclosedParen",
    0x1C: "decimalEnclosedCircleChinese",
    0x1D: "ideographEnclosedCircle",
    0x1E: "ideographTraditional",
    0x1F: "ideographZodiac",
    0x21: "taiwaneseCounting",
    0x22: "ideographLegalTraditional",
    0x23: "taiwaneseCountingThousand",
    0x24: "taiwaneseDigital",
    0x25: "chineseCounting",
    0x26: "chineseLegalSimplified",
    0x27: "chineseCountingThousand",
    0xFF: "none",
}
_TITLE = 62  # built-in style number
_MOST_STYLES = 5_000
_MOST_LISTS = 4_000


class _Style(Struct, frozen=True):
    number: int
    parent: int
    paragraph: bytes
    characters: bytes


class DocStyles:
    """What characters and paragraphs inherit."""

    def __init__(self, word: WordFile) -> None:
        self.fonts = list(_font_names(word.pair(FONTS)))
        self._styles = dict(_styles(word.pair(STSHF)))
        self._looks: dict[int, CharLook] = {}

    def characters(self, style: int, depth: int = 0) -> CharLook:
        """The look of characters in this style, those of its parents included."""
        if style not in self._looks:
            found = self._styles.get(style)
            if found is None or depth > 20:
                return CharLook()
            base = self.characters(found.parent, depth + 1) if found.parent != style else CharLook()
            self._looks[style] = replace(char_look(found.characters, base), style=-1)
        return self._looks[style]

    def paragraph(self, style: int) -> ParaLook:
        """A fresh paragraph look as the style and its parents set it (list, outline level)."""
        chain: list[_Style] = []
        place = style
        while place in self._styles and len(chain) < 20:
            chain.append(self._styles[place])
            place = chain[-1].parent
        look = ParaLook(style=style)
        for found in reversed(chain):
            para_look(found.paragraph, look, b"")
        look.in_table, look.depth = False, 0
        return look

    def is_heading(self, look: ParaLook) -> bool:
        found = self._styles.get(look.style)
        number = found.number if found else 0
        return look.outline < 9 or 1 <= number <= 9 or number == _TITLE

    def symbol_font(self, index: int) -> str:
        """The name of font *index* where it is a symbol font, else empty."""
        name = self.fonts[index] if 0 <= index < len(self.fonts) else ""
        return name if is_symbol_font(name) else ""

    def font_name(self, index: int) -> str:
        return self.fonts[index] if 0 <= index < len(self.fonts) else ""


def _font_names(table: bytes) -> Iterator[str]:
    """SttbfFfn: FFN records with a size byte; the name begins at byte 40, zero-terminated UTF-16."""
    place = 4
    count = struct.unpack_from("<H", table)[0] if len(table) >= 4 else 0
    for _ in range(min(count, 5_000)):
        if place >= len(table):
            return
        size = table[place]
        raw = table[place + 1 : place + 1 + size][39:]
        yield raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0]
        place += 1 + size


def _styles(sheet: bytes) -> Iterator[tuple[int, _Style]]:
    """STSH (2.9.271): a header, then style definitions, each with its own size."""
    if len(sheet) < 8:
        return
    header = struct.unpack_from("<H", sheet)[0]
    count, base_size = struct.unpack_from("<HH", sheet, 2)
    place = 2 + header
    for index in range(min(count, _MOST_STYLES)):
        if place + 2 > len(sheet):
            return
        size = struct.unpack_from("<H", sheet, place)[0]
        definition = sheet[place + 2 : place + 2 + size]
        place += 2 + size + size % 2
        if len(definition) > max(base_size, 10):
            found = _style(definition, base_size)
            if found is not None:
                yield index, found


def _style(definition: bytes, base_size: int) -> _Style | None:
    number, kind_and_parent, counts = struct.unpack_from("<HHH", definition)
    kind, parent = kind_and_parent & 0xF, kind_and_parent >> 4
    place = base_size
    if place + 2 > len(definition):
        return None
    place += 2 + 2 * struct.unpack_from("<H", definition, place)[0] + 2
    parts: list[bytes] = []
    for _ in range(counts & 0xF):
        place += place % 2
        if place + 2 > len(definition):
            break
        size = struct.unpack_from("<H", definition, place)[0]
        parts.append(definition[place + 2 : place + 2 + size])
        place += 2 + size
    paragraph = parts[0][2:] if kind == 1 and parts else b""
    characters = parts[1] if kind == 1 and len(parts) > 1 else parts[0] if kind == 2 and parts else b""
    return _Style(number & 0xFFF, parent, paragraph, characters)


def read_lists(word: WordFile, styles: DocStyles) -> ListCounters:
    """List numbering by the index of the list override (LFO), as text; lists of one definition go on counting."""
    definitions = dict(_definitions(word, styles))
    lists: dict[str, ListRule] = {}
    overrides = word.pair(LIST_OVERRIDES)
    count = min(struct.unpack_from("<I", overrides)[0], _MOST_LISTS) if len(overrides) >= 4 else 0
    place = 4 + 16 * count
    for number in range(count):
        if 4 + 16 * number + 16 > len(overrides):
            break
        identity, levels = struct.unpack_from("<I8xB", overrides, 4 + 16 * number)
        rule = ListRule(dict(definitions.get(identity, {})), str(identity))
        place += 4
        for _ in range(levels):
            if place + 8 > len(overrides):
                break
            start, flags = struct.unpack_from("<iI", overrides, place)
            place += 8
            if flags & 0x20:
                level, place = _level(overrides, place, styles)
                if level is None:
                    break
                rule.levels[flags & 0xF] = level
            if flags & 0x10:
                rule.starts[flags & 0xF] = start if not flags & 0x20 else rule.levels[flags & 0xF].start
        lists[str(number + 1)] = rule
    return ListCounters(lists)


def _definitions(word: WordFile, styles: DocStyles) -> Iterator[tuple[int, dict[int, Level]]]:
    """PlfLst: list headers (28 bytes), and behind the stated size their levels, nine each or one."""
    stated = len(word.pair(LISTS))
    table = word.tail(LISTS) if stated >= 2 else b""
    count = min(struct.unpack_from("<H", table)[0], _MOST_LISTS) if table else 0
    place = 2 + 28 * count
    for number in range(count):
        if 2 + 28 * number + 28 > len(table):
            return
        identity = struct.unpack_from("<I", table, 2 + 28 * number)[0]
        simple = table[2 + 28 * number + 26] & 1
        levels: dict[int, Level] = {}
        for depth in range(1 if simple else 9):
            level, place = _level(table, place, styles)
            if level is None:
                return
            levels[depth] = level
        yield identity, levels


def _level(table: bytes, place: int, styles: DocStyles) -> tuple[Level | None, int]:
    """LVL (2.9.147): 28 bytes, paragraph and character properties, then the text with level numbers as characters 0 … 8."""
    if place + 28 > len(table):
        return None, place
    start, kind, flags = struct.unpack_from("<iBB", table, place)
    char_size, para_size, limit = table[place + 24], table[place + 25], table[place + 26]
    place += 28 + para_size
    characters = table[place : place + char_size]
    place += char_size
    if place + 2 > len(table):
        return None, place
    length = struct.unpack_from("<H", table, place)[0]
    raw = table[place + 2 : place + 2 + 2 * length]
    place += 2 + 2 * length
    text = "".join(f"%{ord(c) + 1}" if c < "\t" else c for c in raw.decode("utf-16-le", "replace"))
    font = styles.symbol_font(char_look(characters, CharLook()).font)
    restart = 0 if flags & 8 and limit == 0 else limit if flags & 8 else -1
    return Level(start, _FORMATS.get(kind, "decimal"), text, restart, font, bool(flags & 4)), place
