"""What was understood of one form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

from bot.base.problems import Problem, has_errors
from bot.documents.model import Spot


class Kind(StrEnum):
    """What a document is for the office (interface, section 3)."""

    REGISTRATION = "registration"
    SUMMARY = "summary"
    REPORT = "report"
    UNRECOGNISED = "unrecognised"


Plain = str | int | date | tuple[str, ...] | None


class Place(Struct, frozen=True):
    """Where something was read: ``words`` say it to people («表1 第3行第2列», «工作表“汇总表” 第5行»), the rest finds it again.

    ``path`` is that of the file; empty while the form's own, or the letter's, is meant. ``table`` and ``paragraph`` count from 1 what
    ``regions_of`` finds, 0 where it is none; ``row`` and ``col`` count from 0 as ``Cell.place`` does, -1 for all of them. ``quote`` are the
    words themselves where more stands beside them, or their beginning. ``spots`` lie on pages.
    """

    words: str = ""
    path: str = ""
    table: int = 0
    row: int = -1
    col: int = -1
    paragraph: int = 0
    quote: str = ""
    spots: tuple[Spot, ...] = ()

    @property
    def is_in_letter(self) -> bool:
        """It was said, not read in a form."""
        return not self.table and not self.paragraph

    def part(self, text: str) -> Place:
        """The place of *text*, which is only a part of what stands here."""
        quote = text.strip().partition("\n")[0][:LONGEST_QUOTE]
        return Place(self.words, self.path, self.table, self.row, self.col, self.paragraph, quote, self.spots)


LONGEST_QUOTE = 60  # characters


class Value(Struct, frozen=True):
    """One value of a field.

    ``value`` is None where it is missing or not certain. ``text`` is what was written. ``places`` are where it was read, the first one the
    most telling. ``confidence`` is 0…1 where OCR read it, else None; ``strip`` then shows that part of the picture (a small JPEG), where the
    value is not certain.
    """

    value: Plain
    text: str = ""
    places: tuple[Place, ...] = ()
    confidence: float | None = None
    strip: bytes = b""

    @property
    def place(self) -> str:
        """Where, in words; empty where that is not known."""
        return self.places[0].words if self.places else ""


Fields = Mapping[str, Value]


class Form(Struct, frozen=True):
    """One form found in one document; a document that holds three registrations gives three forms with
    the same path.

    ``definition`` names the form definition that recognised it (empty for unrecognised parts). ``labels``
    maps field
    keys to the label printed on the form, for people. ``rows`` are the summary table's rows. ``resembles``: the heading of
    another office's form that shares many labels with ours (unrecognised parts only).
    """

    kind: Kind
    path: str
    format: str
    fields: Fields = field(default_factory=dict)
    rows: tuple[Fields, ...] = ()
    problems: tuple[Problem, ...] = ()
    definition: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    ocr: bool = False
    index: int = 0
    resembles: str = ""

    @property
    def is_correct(self) -> bool:
        return not has_errors(self.problems)

    def plain(self, key: str) -> Plain:
        """The value of field *key*, None where missing."""
        return plain_of(self.fields, key)

    def text(self, key: str) -> str:
        """The value of field *key* as text for people, empty where missing."""
        return plain_text(self.plain(key))


def plain_of(fields: Fields, key: str) -> Plain:
    value = fields.get(key)
    return value.value if value else None


def is_derived(key: str, labels: Mapping[str, str]) -> bool:
    """A day that was read from a time: it stands behind that, under its label."""
    time = key.removesuffix("_start").removesuffix("_end")
    return key in {"start_date", "end_date"} or (time != key and time in labels and labels[time] == labels.get(key))


def plain_text(value: Plain) -> str:
    """A value as people read it: lists joined with 、, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)
