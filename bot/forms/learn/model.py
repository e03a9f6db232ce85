"""What was seen on a blank form, as plain data."""

from __future__ import annotations

import re

from msgspec import Struct, field

from bot.base.text import squeeze

LONGEST_TEXT = 120
MOST_TEXTS = 60  # of what is printed and no label


class Found(Struct):
    """A printed label with what is printed in its value's place. ``section`` is the cell to the left of its rows, or the heading above, that says
    whose it is («第一作者»), ``before`` the first label of its row, ``words`` the printed ones where ``label`` has more; ``is_within``: in the place of
    the section's own value; ``hint``: printed between the label and its place; ``under``: the words above its column, where several places stand behind the label; ``across``: one of several columns is to be ticked; ``is_long``: its place is a row of its own; ``measure``: in what it is counted, by the note behind the label; ``of``: the label of the opinion that it signs or dates; ``is_given``: the form prints the words of this column in each row, ``begun`` are these where it leaves some rows open; ``starred``: the form says that it is required; ``below``: behind the entries."""

    label: str
    printed: str = ""
    outside: bool = False
    section: str = ""
    starred: bool = False
    below: bool = False
    before: str = ""
    words: str = ""
    is_within: bool = False
    hint: str = ""
    under: str = ""
    across: bool = False
    is_long: bool = False
    measure: str = ""
    of: str = ""
    is_given: bool = False
    begun: tuple[str, ...] = ()


class Entries(Struct):
    """A table for entries: its columns in order, and the heading above it."""

    label: str
    columns: list[Found]


class Sketch(Struct):
    """What was seen of one form. ``texts`` are printed and no labels; ``others`` look like labels and have no value; ``lines`` are sentences with gaps: what is printed
    between these, and the label of each, in turn. ``samples``: how the rows begin that show how to fill a table. ``asked``: the line before ended in this question, which is answered ``by_letter``; ``is_dated``: a line is the place of a date and nothing else; ``lone``: it was this label alone, with its
    place below; ``rows``: the labels of each line that has several."""

    title: str = ""
    inner: list[Found] = field(default_factory=list)
    outside: list[Found] = field(default_factory=list)
    tables: list[Entries] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    lines: list[tuple[str, ...]] = field(default_factory=list)
    asked: str = ""
    by_letter: bool = False
    samples: list[str] = field(default_factory=list)
    lone: Found | None = None
    is_dated: bool = False
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def labels(self) -> int:
        return len(self.inner) + len(self.outside) + sum(len(one.columns) for one in self.tables)

    def leaves(self, line: str) -> None:
        """An empty line below a label makes room for a text of several lines."""
        if self.lone is not None:
            self.lone.is_long = bool(re.search(r"[_＿]{4}", line)) or self.lone.printed == "\n"
            self.lone.printed = "\n"

    def given_back(self, line: str) -> str:
        """The label that the *line* right above a list was taken for («8.具体技术需求：»); empty where it was none."""
        own = self.lone
        if (
            own is None
            or own.printed.strip()
            or not re.match(r"\s*[(（]?[\d一二三四五六七八九十]{1,3}[)）、.．]", line)
        ):
            return ""
        for found in (self.inner, self.outside):
            found[:] = [one for one in found if one is not own]
        self.lone = None
        self.says(line)
        return own.label

    def says(self, text: str) -> None:
        line = " ".join(text.split())
        if 1 < len(squeeze(line)) <= LONGEST_TEXT and line not in self.texts and len(self.texts) < MOST_TEXTS:
            self.texts.append(line)
