"""Text of a Word 97 file -> paragraphs with their place in tables -> blocks."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.documents.doc_file import CHPX, PAPX, Piece, Runs, WordFile
from bot.documents.doc_properties import CharLook, ParaLook, RowShape, char_look, para_look
from bot.documents.doc_styles import DocStyles
from bot.documents.docx_fields import Fields
from bot.documents.errors import TooLarge
from bot.documents.grid import RowCell, build_table, table_text
from bot.documents.lists import ListCounters, with_label
from bot.documents.model import Block, Limits, Paragraph, Table
from bot.documents.symbols import EMPTY, TICKED, symbol, symbol_text

_CELL, _PARAGRAPH = "\x07", "\r"
_ENDS = {_CELL, _PARAGRAPH, "\x0c"}
_INLINE = {"\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\xad": "", "\t": "\t"}
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TOLERANCE = 40  # twips: edges of two rows that are meant to be one
_DEEPEST = 30
_LINK = re.compile(r'^\s*HYPERLINK\s+"([^"]{4,2000})"', re.IGNORECASE)


@dataclass(slots=True)
class Para:
    """A paragraph of a story: its text as it stands, what ended it, and its place."""

    text: str
    end: str
    look: ParaLook
    anchors: list[int] = field(default_factory=list)  # CPs of drawn objects


@dataclass(slots=True)
class Beside:
    """What lies beside the text: offsets of pictures in the data stream, links."""

    pictures: list[int] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


class DocText:
    """Reads ranges of characters; one object serves all stories of a file."""

    def __init__(self, word: WordFile, styles: DocStyles, lists: ListCounters, limits: Limits) -> None:
        self.word, self.styles, self.lists, self.limits = word, styles, lists, limits
        self.beside = Beside()
        self._chars, self._paras = Runs(word, CHPX), Runs(word, PAPX)
        self._looks: dict[tuple[bytes, bytes, int], CharLook] = {}

    def paragraphs(self, start: int, end: int) -> Iterator[Para]:
        """The paragraphs between two CPs, text of deleted paragraph marks joined to the next one."""
        fields = Fields()
        pieces: list[str] = []
        anchors: list[int] = []
        kept = ""
        cp = start
        para: ParaLook | None = None
        for character, offset, piece in self.word.characters(start, end):
            if para is None:
                para = self._para_look(offset, piece)
            look = self._look(offset, piece, para.style)
            if character in _ENDS:
                # A paragraph's properties are those at its end mark.
                para = self._para_look(offset, piece)
                fields.end_paragraph()
                text = kept + _CONTROL.sub("", "".join(pieces))
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
        text = kept + _CONTROL.sub("", "".join(pieces))
        if text.strip() or anchors:
            yield Para(text, _PARAGRAPH, ParaLook(), anchors)

    def _shown(self, character: str, look: CharLook, fields: Fields) -> str:
        if character == "\x13":
            return fields.mark("begin", None, look.gone)
        if character == "\x14":
            self._link(fields)
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


class Assembly:
    """Paragraphs in a row -> blocks: cells and rows by their end marks, at any depth."""

    def __init__(self, text: DocText, boxes: dict[int, tuple[int, int]] | None = None) -> None:
        self._text, self._boxes = text, boxes or {}
        self._open: list[_OpenTable] = []
        self._blocks: list[Block] = []
        self._rows = 0

    def blocks(self, start: int, end: int) -> list[Block]:
        """Blocks of one story; the text boxes anchored in a paragraph follow it."""
        for para in self._text.paragraphs(start, end):
            self._take(para)
        self._close_to(0)
        return self._blocks

    def _take(self, para: Para) -> None:
        depth = min(para.look.depth, _DEEPEST)
        if para.end == _CELL and depth == 0:
            depth = 1
        self._close_to(depth)
        while len(self._open) < depth:
            self._open.append(_OpenTable())
        if depth and para.look.row_end:
            self._end_row(self._open[-1], para)
            return
        text = with_label(self._text.label(para.look), para.text)
        if depth:
            table = self._open[-1]
            table.lines.append(text)
            for anchor in para.anchors:
                table.lines.extend(_lines(self._box(anchor)))
            if para.end == _CELL or (depth > 1 and para.look.cell_end):
                table.end_cell()
            return
        for number, line in enumerate(text.split("\x0c")):
            if line or not number:
                self._blocks.append(Paragraph(line.rstrip(), heading=self._text.styles.is_heading(para.look)))
        for anchor in para.anchors:
            self._blocks.extend(self._box(anchor))

    def _end_row(self, table: _OpenTable, para: Para) -> None:
        self._rows += 1
        if self._rows > self._text.limits.max_rows:
            raise TooLarge(f"more than {self._text.limits.max_rows} table rows")
        table.end_row(para.look.shape)

    def _box(self, anchor: int) -> list[Block]:
        found = self._boxes.pop(anchor, None)
        return Assembly(self._text).blocks(*found) if found else []

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            closed = self._open.pop()
            table = closed.table()
            if not table.cells:
                continue
            if self._open:
                self._open[-1].nested.append(table)
                self._open[-1].lines.append(table_text(table))
            else:
                self._blocks.append(table)


def _lines(blocks: list[Block]) -> list[str]:
    return [table_text(block) if isinstance(block, Table) else block.text for block in blocks]


class _OpenTable:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.nested: list[Table] = []
        self._cells: list[tuple[str, tuple[Table, ...]]] = []
        self._rows: list[list[RowCell]] = []

    def end_cell(self) -> None:
        self._cells.append(("\n".join(self.lines).strip("\n"), tuple(self.nested)))
        self.lines, self.nested = [], []

    def end_row(self, shape: RowShape) -> None:
        if self._cells:
            self._rows.append(_row(self._cells, shape))
        self._cells, self.lines, self.nested = [], [], []

    def table(self) -> Table:
        if any(line for line in self.lines):
            self.end_cell()
        if self._cells:  # the row's end mark is lost
            self.end_row(RowShape())
        return build_table(self._rows, tolerance=_TOLERANCE)


def _row(cells: list[tuple[str, tuple[Table, ...]]], shape: RowShape) -> list[RowCell]:
    """Cells at their edges. A row without a usable definition gets equal columns of an inch."""
    fits = len(shape.edges) == len(cells) + 1 and all(
        a <= b for a, b in zip(shape.edges, shape.edges[1:], strict=False)
    )
    edges = shape.edges if fits else tuple(1440 * number for number in range(len(cells) + 1))
    flags = shape.flags if fits else (0,) * len(cells)
    row: list[RowCell] = []
    opened = 0
    for number, (text, nested) in enumerate(cells):
        across, vertical = flags[number] & 3, flags[number] & 0x60
        if across and row and opened and across != opened:
            # Old and new descriptions disagree which value is the first cell of a merge: the others differ from it.
            row[-1] = replace(row[-1], right=edges[number + 1])
            continue
        opened = across
        joins, opens = vertical == 0x20, vertical == 0x60
        row.append(RowCell(edges[number], edges[number + 1], text, nested, joins, opens))
    return row


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
