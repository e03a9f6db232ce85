"""What the collector hands on: labels found, the pieces of their values, and where these stand."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct, field

from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell
from bot.forms.definitions import FormDefinition
from bot.forms.labels.places import Region, place_of
from bot.forms.model import Place

MAX_SPAN = 80  # rows that one label can reach over; bounds the work on broken tables


class Piece(Struct, frozen=True):
    """A piece of a value and where it stands; ``room``: there is free place for more below it."""

    text: str
    place: Place
    confidence: float | None = None
    number: float | None = None
    room: bool = False

    @classmethod
    def of(cls, text: str, place: Place, confidence: float | None, number: float | None = None) -> Piece:
        """*text*, which is only a part of what stands at *place*."""
        return cls(text, place.part(text), confidence, number)


class Line(Struct, frozen=True):
    """A line outside of tables; ``at`` is the index of its block."""

    text: str
    place: Place
    confidence: float | None = None
    at: int = 0


class Found(Struct):
    """A label that was found and the pieces of its value. ``line`` counts the lines outside of tables; ``colon``: its cell
    ends in one; ``label`` is it as written, ``at`` its cell; ``columns``: the cells of its options, where each has its own."""

    target: str
    in_table: bool
    pieces: list[Piece] = field(default_factory=list)
    line: int = -1
    colon: bool = False
    label: str = ""
    at: Place | None = None
    columns: tuple[tuple[str, Place], ...] = ()

    @property
    def has_text(self) -> bool:
        return any(not is_blank(piece.text) or has_marks(piece.text) for piece in self.pieces)


class RawRow(Struct):
    """One activity before its values are read: the cells of each target in order. ``place`` is the whole row's."""

    place: Place
    number: str
    region: Region
    cells: dict[str, list[Cell]] = field(default_factory=dict)


class Entries(Struct):
    """The entries of one table of a form, by the definition of that table alone."""

    definition: FormDefinition
    rows: list[RawRow] = field(default_factory=list)


class RawForm(Struct):
    """One form before its values are read: what stands for each target, in order of the document.

    ``at`` is the index of the block in which it begins. ``tail`` are lines behind the table that belong to no field.
    ``example``: its heading calls it a sample of how to fill the form. ``n_strange``: labels that the definition does not have.
    """

    title: str = ""
    found: list[Found] = field(default_factory=list)
    at: int = 0
    refused: bool = False
    tail: list[Piece] = field(default_factory=list)
    example: bool = False
    known: set[tuple[str, bool]] = field(default_factory=set)
    n_strange: int = 0
    entries: list[Entries] = field(default_factory=list)

    def put(self, found: Found) -> None:
        """One more label. What is there is known by ``known``: asked for each label of a text that may have thousands."""
        self.found.append(found)
        self.known.add((found.target, found.in_table))

    def keep(self, found: list[Found]) -> None:
        """Only these are left."""
        self.found = found
        self.known = {(one.target, one.in_table) for one in found}

    def of(self, target: str) -> list[Found]:
        return [found for found in self.found if found.target == target]

    def has(self, target: str, *, in_table: bool | None = None) -> bool:
        return any((target, where) in self.known for where in (True, False) if in_table in (None, where))

    @property
    def targets(self) -> set[str]:
        return {target for target, _ in self.known}

    @property
    def in_table(self) -> bool:
        return any(in_table for _, in_table in self.known)


def has_marks(text: str) -> bool:
    return not MARKS.isdisjoint(text)


MARKS = frozenset("☑☐☒□■√✓✔●○")


def filled_cells(row: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in row if not is_blank(cell.text) or has_marks(cell.text)]


def covering(cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    """For each row the cells that cover it, by column."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + min(max(cell.rowspan, 1), MAX_SPAN)):
            rows.setdefault(row, []).append(cell)
    for covered in rows.values():
        covered.sort(key=attrgetter("col", "row"))
    return rows


def piece_of(cell: Cell, region: Region) -> Piece:
    return Piece(cell.text, place_of(cell, region), cell.confidence, cell.number, cell.room)


def is_ditto(text: str, definition: FormDefinition) -> bool:
    """«同上», «〃»: as the value before."""
    return 0 < len(text) < 16 and squeeze(text).strip("()") in squeezed(definition.ditto)
