"""Text of a Word 97 file -> paragraphs with their place in tables -> blocks."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.formats.doc.file import CHPX, PAPX, Piece, Runs, WordFile
from bot.documents.formats.doc.properties import CharLook, ParaLook, char_look, para_look
from bot.documents.formats.doc.styles import DocStyles
from bot.documents.formats.docx.fields import Fields
from bot.documents.model import Block
from bot.documents.shared.colours import PAPER, UNKNOWN, Ground, is_unseen
from bot.documents.shared.lists import ListCounters, with_label
from bot.documents.shared.marked_tables import MarkedTables
from bot.documents.shared.symbols import CONTROL, EMPTY, TICKED, symbol, symbol_text

_CELL, _PARAGRAPH = "\x07", "\r"
_ENDS = {_CELL, _PARAGRAPH, "\x0c"}
_INLINE = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xad": "", "\t": "\t"}
_FORM_CONTROL = re.compile(r"\s*CONTROL\s", re.IGNORECASE)
_LINK = re.compile(r'^\s*HYPERLINK\s+"([^"]{4,2000})"', re.IGNORECASE)


class Para(Struct):
    """A paragraph of a story: its text as it stands, what ended it, and its place."""

    text: str
    end: str
    look: ParaLook
    anchors: list[int] = field(default_factory=list)  # CPs of drawn objects


class Beside(Struct):
    """What lies beside the text: offsets of pictures in the data stream, links."""

    pictures: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class DocText:
    """Reads ranges of characters; one object serves all stories of a file."""

    def __init__(
        self, word: WordFile, styles: DocStyles, lists: ListCounters, limits: Limits, controls: Mapping[int, str]
    ) -> None:
        self.word, self.styles, self.lists, self.limits, self.controls = word, styles, lists, limits, controls
        self.beside = Beside()
        self._chars, self._paras = Runs(word, CHPX), Runs(word, PAPX)
        self._looks: dict[tuple[bytes, bytes, int], CharLook] = {}
        self._cells: dict[tuple[int, int], list[tuple[int, Ground | None]]] = {}

    def paragraphs(self, start: int, end: int, behind: Ground = PAPER) -> Iterator[Para]:
        """The paragraphs between two CPs, text of deleted paragraph marks joined to the next one; *behind* lies behind the text."""
        fields = Fields()
        pieces: list[str] = []
        anchors: list[int] = []
        kept = ""
        cp = start
        story = (start, end)
        para: ParaLook | None = None
        for character, offset, piece in self.word.characters(start, end):
            if para is None:
                para = self._para_look(offset, piece)
            look = self._look(offset, piece, para.style)
            if look.ink is not None:
                ground = (
                    look.paper or para.ground or (self._cell_ground(story, cp) if para.in_table else None) or behind
                )
                look = replace(look, hidden=True) if is_unseen(look.ink, ground.colour) else look
            if character in _ENDS:
                # A paragraph's properties are those at its end mark.
                para = self._para_look(offset, piece)
                fields.end_paragraph()
                text = kept + CONTROL.sub("", "".join(pieces))
                if character == _PARAGRAPH and look.deleted and not para.in_table:
                    kept = text
                else:
                    kept = ""
                    yield Para(text, character, para, anchors)
                    anchors = []
                pieces, para = [], None
            elif character == "\x08" and look.special:
                if not look.gone:
                    anchors.append(cp)
            else:
                pieces.append(self._shown(character, look, fields))
            cp += 1
        text = kept + CONTROL.sub("", "".join(pieces))
        if text.strip() or anchors:
            yield Para(text, _PARAGRAPH, ParaLook(), anchors)

    def _cell_ground(self, story: tuple[int, int], cp: int) -> Ground | None:
        """What a table cell lays behind the text at *cp*; a row tells it only at its end, so that a whole story is looked through once."""
        if story not in self._cells:
            self._cells[story] = list(self._cell_ends(*story))
        ends = self._cells[story]
        place = bisect_left(ends, cp, key=lambda cell: cell[0])
        return ends[place][1] if place < len(ends) else None

    def _cell_ends(self, start: int, end: int) -> Iterator[tuple[int, Ground | None]]:
        """The last CP of each cell of a table that is not nested, with its ground."""
        cells: list[int] = []
        for cp, (character, offset, piece) in enumerate(self.word.characters(start, end), start):
            if character != _CELL:
                continue
            look = self._para_look(offset, piece)
            if not look.row_end:
                cells.append(cp)
                continue
            grounds = look.cell_grounds
            yield from ((cell, grounds[n] if n < len(grounds) else None) for n, cell in enumerate(cells))
            cells = []

    def _shown(self, character: str, look: CharLook, fields: Fields) -> str:
        if character == "\x13":
            return fields.mark("begin", None, look.gone)
        if character == "\x14":
            self._link(fields)
            if _FORM_CONTROL.match(fields.current_instruction):
                fields.show_form(self.controls.get((look.object if look.object != -1 else look.picture) & 0xFFFFFFFF))
            return fields.mark("separate", None, look.gone)
        if character == "\x15":
            return fields.mark("end", None, look.gone)
        if look.special and character == "\x01":
            if look.is_data and look.picture >= 0:
                fields.show_form(form_field(self.word.data, look.picture))
            elif look.picture >= 0 and not look.gone and len(self.beside.pictures) < 1000:
                self.beside.pictures.append(look.picture)
            return ""
        if look.symbol is not None and (look.special or "\uf000" <= character <= "\uf0ff" or character == "("):
            text = symbol(look.symbol[1], self.styles.font_name(look.symbol[0]))
        elif look.special and character < " ":
            return ""
        else:
            text = symbol_text(_INLINE.get(character, character), self.styles.symbol_font(look.font))
        if fields.in_instruction:
            fields.instruction(text)
            return ""
        return text if fields.showing and not look.gone else ""

    def _link(self, fields: Fields) -> None:
        match = _LINK.match(fields.current_instruction)
        if match and len(self.beside.links) < 500:
            self.beside.links.append(match.group(1))

    def _look(self, offset: int, piece: Piece, style: int) -> CharLook:
        key = (self._chars.at(offset), piece.sprms, style)
        if key not in self._looks:
            base = self.styles.characters(style)
            look = char_look(key[0], base)
            if look.style >= 0:
                own = self.styles.characters(look.style)
                look = char_look(key[0], replace(own, font=own.font if own.font >= 0 else base.font))
            self._looks[key] = char_look(piece.sprms, look) if piece.sprms else look
        return self._looks[key]

    def _para_look(self, offset: int, piece: Piece) -> ParaLook:
        properties = self._paras.at(offset)
        style = struct.unpack_from("<H", properties)[0] if len(properties) >= 2 else 0
        look = para_look(properties[2:], self.styles.paragraph(style), self.word.data)
        return para_look(piece.sprms, look, self.word.data) if piece.sprms else look

    def label(self, look: ParaLook) -> str:
        if not look.list_id or look.list_id >= 0x7FF:
            return ""
        return self.lists.label(str(look.list_id), look.list_level)


def story_blocks(
    text: DocText, start: int, end: int, boxes: dict[int, tuple[int, int]] | None = None, behind: Ground = PAPER
) -> list[Block]:
    """Blocks of one story; the text boxes (CP of the anchor -> their own CPs) follow the paragraph that anchors them.

    Boxes that were placed are taken out of *boxes*.
    """
    tables = MarkedTables(text.limits)
    for para in text.paragraphs(start, end, behind):
        look = para.look
        depth = look.depth or int(para.end == _CELL)
        if depth and look.row_end:
            tables.row_end(depth, look.shape)
            continue
        line = with_label(text.label(look), para.text)
        found = [boxes.pop(anchor) for anchor in para.anchors if anchor in boxes] if boxes else []
        floating = [block for place in found for block in story_blocks(text, *place, behind=UNKNOWN)]
        tables.paragraph(depth, line, text.styles.is_heading(look), floating)
        if depth and (para.end == _CELL or (depth > 1 and look.cell_end)):
            tables.cell_end(depth)
    return tables.finish()


def form_field(data: bytes, place: int) -> str | None:
    """The state of a legacy form field (NilPICFAndBinData, FFData): box, chosen entry; None for a text field or nonsense."""
    if place < 0 or place + 0x44 + 12 > len(data):
        return None
    size, header = struct.unpack_from("<iH", data, place)
    body = data[place + header : place + max(size, 0)]
    if header < 6 or len(body) < 10 or body[:4] != b"\xff\xff\xff\xff":
        return None
    bits = struct.unpack_from("<H", body, 4)[0]
    kind, result = bits & 3, bits >> 2 & 0x1F
    if kind == 0:
        return None
    at, _ = _string(body, 10)
    default = struct.unpack_from("<H", body, at)[0] if at + 2 <= len(body) else 0
    chosen = default if result == 25 else result
    if kind == 1:
        return TICKED if chosen == 1 else EMPTY
    at += 2
    for _ in range(5):
        at, _ = _string(body, at)
    if at + 6 > len(body):
        return None
    count = struct.unpack_from("<H", body, at + 2)[0]
    at += 6
    entries: list[str] = []
    for _ in range(min(count, 100)):
        at, text = _string(body, at, terminated=False)
        entries.append(text)
    return entries[chosen].strip() if chosen < len(entries) else ""


def _string(body: bytes, at: int, terminated: bool = True) -> tuple[int, str]:
    """The place behind a counted UTF-16 string (with its zero), and the string."""
    if at + 2 > len(body):
        return len(body), ""
    length = struct.unpack_from("<H", body, at)[0]
    end = at + 2 + 2 * length
    return end + (2 if terminated else 0), body[at + 2 : end].decode("utf-16-le", "replace")
