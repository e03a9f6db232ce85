"""One file as blocks in reading order, whatever its format was.

Every reader keeps these promises, so that form recognition needs to know no format:

* Only what stands now and can be seen: tracked deletions, hidden text, struck-through text, hidden sheets, rows and columns are left
  out, as is text that is covered, transparent, smaller than two points, or of the colour of what lies behind it. Where that colour is
  not known, the text counts as seen.
* A ticked box of any technique (symbol font, content control, legacy field, circled-character field, picture mark)
  is the character ``☑`` in the text, an empty one ``☐``, a crossed one ``☒``, at its place before or after its label.
  Marks that people *typed* (``√``, ``■``, ``×``) stay as typed.
* Text keeps its own characters (no NFKC); paragraphs inside a cell are joined by ``\\n``; no surrogates, no NUL,
  no control character but ``\\n`` and ``\\t``.
* Automatic list numbers are written out as text in front of their paragraph.
* Merged cells are one ``Cell`` with its span, at the place of its upper left corner.
* Numbers in spreadsheets read as they are shown (``9.20``), whole ones without ``.0``, exponent and thousands marks. Dates read as
  shown, too (``2023年9月17日``, ``9.18``); where that is not the same on every machine as ISO text (``2023-09-17``, ``2023-09-17 09:00``).
* What only a program wrote (``#REF!``, ``=DISPIMG(…)``, «错误!未找到引用源。») is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bot.base.problems import Problem

FORMATS = (
    *("docx", "doc", "xlsx", "xls", "pptx", "pdf", "ofd", "image", "odt", "ods", "rtf", "html", "text"),
    *("zip", "rar", "7z", "eml", "msg", "tnef", "unknown"),
)


class Spot(Struct, frozen=True):
    """Where something stands on a page as a viewer shows it: ``page`` from 1, the edges as fractions of its width and height.

    ``turn``: degrees clockwise by which the page must be turned for its text to be read.
    """

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    turn: int = 0


class Paragraph(Struct, frozen=True):
    """One paragraph outside of tables. ``confidence`` is 0…1 where OCR read it, else None; ``spots`` of what has pages."""

    text: str
    confidence: float | None = None
    heading: bool = False
    spots: tuple[Spot, ...] = ()


class Cell(Struct, frozen=True):
    """One cell at grid position (``row``, ``col``), both from 0, covering ``rowspan`` x ``colspan`` grid places.

    ``nested`` are tables inside the cell; their text is also part of ``text`` (cells separated by ``\\t``, rows by ``\\n``).
    ``number`` is the value of a numeric spreadsheet cell (never set for dates).
    ``confidence`` is the lowest 0…1 of the OCR words in it, else None.
    ``own`` is its row and column in the sheet itself, from 0, where hidden ones before it make them differ.
    ``spots``, of what has pages: its box, a second one where a page break tore it apart.
    ``cut``: the picture ends within it, more of it may stand outside. ``room``: so much is free below its text that it goes on nowhere else.
    """

    row: int
    col: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    nested: tuple[Table, ...] = ()
    number: float | None = None
    confidence: float | None = None
    own: tuple[int, int] | None = None
    spots: tuple[Spot, ...] = ()
    cut: bool = False
    room: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Row and column as whoever wrote the sheet sees them counted, both from 0."""
        return self.own or (self.row, self.col)


class Table(Struct, frozen=True):
    """A grid of cells in reading order (row, then column). ``name`` is the sheet's name in a workbook, else empty."""

    cells: tuple[Cell, ...]
    name: str = ""

    @property
    def n_rows(self) -> int:
        return max((cell.row + cell.rowspan for cell in self.cells), default=0)

    @property
    def n_cols(self) -> int:
        return max((cell.col + cell.colspan for cell in self.cells), default=0)

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Cells grouped by the row in which they begin; empty rows are left out."""
        by_row: dict[int, list[Cell]] = {}
        for cell in self.cells:
            by_row.setdefault(cell.row, []).append(cell)
        for row in sorted(by_row):
            yield tuple(sorted(by_row[row], key=lambda cell: cell.col))


Block = Paragraph | Table


def not_blank(blocks: Iterable[Block]) -> list[Block]:
    """*blocks* without paragraphs that say nothing."""
    return [block for block in blocks if not isinstance(block, Paragraph) or block.text.strip()]


class Picture(Struct, frozen=True):
    """A picture inside a document (or the document itself where it is a photo of an event)."""

    name: str
    content_type: str
    data: bytes
    width: int = 0
    height: int = 0


class Document(Struct, frozen=True):
    """One readable part.

    ``path`` joins containers with ``!/`` (``a.eml!/报送.zip!/申报表.doc``); ``name`` is the bare file name.
    ``format`` is one of ``FORMATS``: what the bytes are. ``ocr`` is true where the text was read from pixels.
    ``problems`` are about the file as a whole (encrypted, unreadable, too_large, unsafe, cloud_link).
    ``sha256`` is of the bytes; ``data`` the bytes themselves where they are to be kept (attachments), else empty.
    ``unfinished``: time ran out before all of it was read; another time, with more, it may be. ``unread`` are its pages (from 1) of which that is
    known.
    ``notes`` are sentences without their full stop: of a file whose form was read they stand in the answer, of others they say the
    technical cause.
    ``title`` is the document property or the mail's subject, for people; ``inner_sender`` the From of a nested mail.
    """

    path: str
    name: str
    format: str
    blocks: tuple[Block, ...] = ()
    pictures: tuple[Picture, ...] = ()
    links: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    ocr: bool = False
    sha256: str = ""
    data: bytes = b""
    title: str = ""
    inner_sender: str = ""
    is_body: bool = False
    notes: tuple[str, ...] = ()
    unfinished: bool = False
    unread: tuple[int, ...] = ()

    def paragraphs(self) -> Iterator[Paragraph]:
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))


class Blob(Struct, frozen=True):
    """A named lump of bytes waiting to be read: a mail's part, an archive's member, a file from the command line.

    ``is_body`` marks what a sender wrote into the mail itself, ``problems`` are known before it is opened; both go on to its document.
    """

    path: str
    name: str
    data: bytes
    content_type: str = ""
    depth: int = 0
    inline: bool = False
    inner_sender: str = ""
    is_body: bool = False
    problems: tuple[Problem, ...] = ()


class Opened(Struct, frozen=True):
    """What one blob gave: a document, or (a container) further blobs; a container may leave a document with its problem."""

    document: Document | None = None
    children: tuple[Blob, ...] = ()
