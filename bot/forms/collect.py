"""Labels with the values beside, below or behind them, form by form: the layout ``fields``.

Works on tables (a label cell and its value cells), on cells that hold label and value, and on plain lines; one walk over
the document in reading order, a new form wherever the anchor comes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from bot.documents.grid import table_text
from bot.documents.model import Cell, Table
from bot.forms.definitions import FormDefinition
from bot.forms.labels import LEADING_NUMBER, LONGEST_LABEL, LabelIndex, Segment, field_index, group_target, members
from bot.forms.text import is_blank, squeeze
from bot.forms.titles import is_title, other_title

MAX_SPAN = 80  # rows that one label can reach over; bounds the work on broken tables
MAX_CELLS = 60_000
MAX_GUESSED = 600  # cells; larger tables are no single form
MAX_LINES_AFTER = 300
LONGEST_UNIT = 40  # characters
LOOK_AHEAD = 40  # lines
BROKEN_OVER = 3  # lines
BROKEN_PIECE = 7  # characters
OTHER_LABEL = re.compile(r"^\s*[^\s：:，。\d]{1,10}\s*[：:]")
FUZZY_OCR = 0.5
FUZZY_TYPED = 0.75


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a value and where it stands."""

    text: str
    place: str
    confidence: float | None = None
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line outside of tables; ``at`` is the index of its block."""

    text: str
    place: str
    confidence: float | None = None
    at: int = 0


@dataclass(slots=True)
class Found:
    """A label that was found and the pieces of its value. ``line`` counts the lines outside of tables; ``colon``: its cell
    ends in one."""

    target: str
    in_table: bool
    pieces: list[Piece] = field(default_factory=list)
    line: int = -1
    colon: bool = False

    @property
    def has_text(self) -> bool:
        return any(not is_blank(piece.text) or has_marks(piece.text) for piece in self.pieces)


@dataclass(slots=True)
class RawForm:
    """One form before its values are read: what stands for each target, in order of the document.

    ``at`` is the index of the block in which it begins. ``tail`` are lines behind the table that belong to no field.
    """

    title: str = ""
    found: list[Found] = field(default_factory=list)
    at: int = 0
    refused: bool = False
    tail: list[Piece] = field(default_factory=list)

    def of(self, target: str) -> list[Found]:
        return [found for found in self.found if found.target == target]

    def has(self, target: str, *, in_table: bool | None = None) -> bool:
        return any(f.target == target and in_table in (None, f.in_table) for f in self.found)

    @property
    def targets(self) -> set[str]:
        return {found.target for found in self.found}

    @property
    def in_table(self) -> bool:
        return any(found.in_table for found in self.found)


def has_marks(text: str) -> bool:
    return bool(re.search(r"[☑☐☒□■√✓✔●○]", text))


class Collector:
    """One walk over the blocks of a document for one definition."""

    def __init__(
        self,
        definition: FormDefinition,
        others: Iterable[FormDefinition] = (),
        *,
        ocr: bool = False,
        paged: bool = False,
    ) -> None:
        self.definition = definition
        self.others = tuple(others)
        self.index: LabelIndex = field_index(definition)
        self.ocr = ocr
        self.paged = ocr or paged
        self.outside = {spec.key for spec in definition.field if spec.outside}
        self.long = {spec.key for spec in definition.field if spec.kind == "longtext"}
        self.open_ended = self.long | {s.key for s in definition.field if s.kind == "choice"}
        self.current = RawForm()
        self.forms: list[RawForm] = [self.current]
        self.last: Found | None = None
        self.lines_after_table = 0
        self.wrapped: list[Piece] = []
        self.adjoins = False
        self.at = 0
        self.line_number = 0

    def begin(self, title: str = "") -> None:
        """Start the next form; an empty one is used again."""
        if self.current.found:
            self.current = RawForm(refused=self.current.refused and not title)
            self.forms.append(self.current)
        elif title:
            self.current.refused = False
        self.current.title = title
        self.wrapped = []
        self.last = None
        self.lines_after_table = 0

    def refuse(self) -> None:
        """Lines under another title («活动方案») are no form, however many labels they have; a table still is."""
        if not self.current.in_table:
            self.begin()
            self.current.refused = True

    def add(self, target: str, *, in_table: bool) -> Found:
        """A label: part of the current form, or the first of the next one."""
        current = self.current
        anchored = current.has(self.definition.anchor)
        again = current.has(target, in_table=in_table)
        if (again and (target == self.definition.anchor or (target in self.outside and anchored))) or (
            again and in_table and target == self.first_in_table() and anchored
        ):
            self.begin()
        found = Found(target, in_table)
        if not self.current.found:
            self.current.at = self.at
        self.current.found.append(found)
        self.last = found
        return found

    def first_in_table(self) -> str:
        return next((found.target for found in self.current.found if found.in_table), "")

    # -- lines ---------------------------------------------------------------------------------------------

    def paragraphs(self, lines: Sequence[Line]) -> None:
        """Lines with place and confidence that follow one another; a label broken over up to three is put together."""
        i = 0
        while i < len(lines):
            line = lines[i]
            joined = self.broken_label([line.text for line in lines[i : i + BROKEN_OVER]])
            i += max(joined, 1)
            if joined:
                line = replace(line, text="".join(line.text.strip() for line in lines[i - joined : i]))
            self.at = max(self.at, line.at)
            self.line(line.text, line.place, line.confidence, [line.text, *(n.text for n in lines[i : i + LOOK_AHEAD])])

    def broken_label(self, lines: Sequence[str]) -> int:
        """How many of *lines* make up one label («主要活动» + «类型»); 0 where the first stands for itself."""
        short = [squeeze(line) for line in lines]
        if not 0 < len(short[0]) <= BROKEN_PIECE:
            return 0
        for n in range(len(short), 1, -1):
            pieces = short[:n]
            if all(0 < len(p) <= BROKEN_PIECE for p in pieces) and "".join(pieces).rstrip(":") in self.index.names:
                return n
        return 0

    def line(self, line: str, place: str, confidence: float | None, ahead: Sequence[str]) -> None:
        self.line_number += 1
        if is_blank(line) and not has_marks(line):
            self.adjoins = False
            return
        if is_title(line, self.definition):
            self.begin(line.strip())
            return
        if len(line) <= 80 and any(is_title(line, other) for other in self.others):
            self.begin()
            return
        after_table = self.current.in_table
        prefix, segments = self.index.segments(line, weak=not after_table)
        segments = [s for s in self.up_to_long(line, segments) if self.wanted(s.target, after_table)]
        if self.inside_long_text() and not self.starts_field(segments, ahead):
            segments = []
        if not segments:
            if not self.inside_long_text() and other_title(line, self.definition) and not self.is_footer(line):
                self.refuse()
            self.continue_last(line, place, confidence)
            return
        if not is_blank(prefix) and not after_table and segments[0].start > 4:
            self.continue_last(prefix, place, confidence)
        if self.last and self.wrapped:
            # Lines between two labels go on with the value before (mails are wrapped); behind the last label is the letter's end.
            self.last.pieces += self.wrapped
            self.wrapped = []
        for segment in segments:
            found = self.add(segment.target, in_table=False)
            found.line = self.line_number
            found.pieces.append(Piece(segment.value, place, confidence))
        self.adjoins = True

    def wanted(self, target: str, after_table: bool) -> bool:
        """Behind a table a line only adds what has no label in the table, or begins the next form."""
        return not after_table or target in self.outside or not self.current.has(target)

    def up_to_long(self, text: str, segments: list[Segment]) -> list[Segment]:
        """A long text runs to the end: labels inside it count only at the start of a line and for fields not seen yet."""
        first = next((i for i, segment in enumerate(segments) if segment.target in self.long), None)
        if first is None:
            return segments
        seen = {segment.target for segment in segments[: first + 1]} | self.current.targets
        kept = segments[: first + 1]
        for segment in segments[first + 1 :]:
            head = text[text.rfind("\n", 0, segment.start) + 1 : segment.start]
            if "\n" in text[: segment.start] and len(head.strip()) <= 3 and segment.target not in seen:
                kept.append(segment)
                seen.add(segment.target)
        for i, segment in enumerate(kept[first:], first):
            stop = kept[i + 1].start if i + 1 < len(kept) else len(text)
            value = text[segment.start + len(segment.label) : stop]
            kept[i] = replace(segment, value=value.strip(" \t\u3000\xa0"))
        return kept

    def inside_long_text(self) -> bool:
        return bool(self.last and self.last.target in self.long and self.last.has_text)

    def starts_field(self, segments: list[Segment], ahead: Sequence[str]) -> bool:
        """Inside a long text a label counts only at the start of its line, and only while its field is empty
        (or where the whole form begins again)."""
        if not segments or segments[0].start > 3:
            return False
        target = segments[0].target
        if self.current.has(target) and target == self.definition.anchor:
            return self.begins_again(ahead)
        return target in self.outside or not self.current.has(target)

    def begins_again(self, ahead: Sequence[str]) -> bool:
        """The lines *ahead* hold most of the labels that this form had: the next form, not a part of its content."""
        seen: set[str] = set()
        for line in ahead:
            found = [s.target for s in self.index.segments(line, weak=True)[1] if s.start <= 3]
            if seen and self.definition.anchor in found:
                break
            seen.update(found)
        return len(seen) >= max(self.definition.min_typed, 0.6 * len(self.current.targets))

    def continue_last(self, line: str, place: str, confidence: float | None) -> None:
        """A line without label: more of a long text or choice, or the value of a label that stood alone."""
        last = self.last
        if self.is_footer(line):
            return
        if last is None or self.current.in_table:
            self.current.tail.append(Piece(line, place, confidence))
        if last is None:
            return
        if any(squeeze(line).startswith(squeeze(word)) for word in self.definition.closings):
            self.last, self.wrapped = None, []
            return
        if self.current.in_table:
            if last.target not in self.long or self.lines_after_table > MAX_LINES_AFTER:
                return
            if not self.lines_after_table and (not self.begins_text(line) or (last.has_text and not self.paged)):
                return
            self.lines_after_table += 1
        elif last.has_text and last.target not in self.open_ended:
            if self.adjoins and not OTHER_LABEL.match(line):
                self.wrapped.append(Piece(line, place, confidence))
            return
        elif not last.has_text and not self.fits(last.target, line):
            return
        last.pieces.append(Piece(line, place, confidence))

    def fits(self, target: str, line: str) -> bool:
        """What stands below a lone «填报单位：» may be its value, or the next thing on the page."""
        spec = self.definition.spec(target)
        if spec is not None and spec.outside and spec.kind == "unit":
            return len(squeeze(line)) <= LONGEST_UNIT and not re.search(r"[\d。；！？]", line)
        return spec is None or spec.kind != "date" or bool(re.search(r"\d", line))

    @staticmethod
    def begins_text(line: str) -> bool:
        return len(squeeze(line)) >= 8 or bool(LEADING_NUMBER.match(squeeze(line)))

    # -- tables --------------------------------------------------------------------------------------------

    def table(self, table: Table, name: str, *, rows: int | None = None) -> None:
        """One table (its first *rows* rows). Lines before it keep only what is printed outside of tables."""
        cells = [cell for cell in table.cells if rows is None or cell.row < rows]
        if len(cells) > MAX_CELLS:
            return
        frames = [cell for cell in cells if cell.nested and self.holds_form(cell)]
        if frames:
            for cell in frames:
                self.frame(cell, name)
            return
        labels = {id(cell): t for cell in cells if (t := self.index.whole(cell.text))}
        if labels and len(cells) <= MAX_GUESSED:
            self.guess_labels(cells, labels)
        cover = covering(cells)
        grid = self.grid_rows(cover, labels)
        owners: dict[int, Found] = {}
        before: list[Cell] = []
        framed = False
        for is_grid, numbers in groupby(sorted(cover), key=lambda number: number in grid):
            if not is_grid:
                self.lone_cells([cell for number in numbers for cell in cover[number]], name)
                before = []
                continue
            if not framed and not self.current.in_table and len(set(labels.values())) >= 3:
                self.forget_letter()
            framed = True
            for number in numbers:
                before = self.row(number, cover[number], before, labels, owners, name)

    def grid_rows(self, cover: Mapping[int, Sequence[Cell]], labels: Mapping[int, str]) -> set[int]:
        """The rows that are a grid; each of the others has one cell and is a line of text (title, unit, content).

        A lone cell is part of the grid where it is a label (with its value in the lone cell below), where it holds a
        label that did not come before, where it reaches down from above, or stands under a value.
        """
        numbers = sorted(cover)
        filled = {number: filled_cells(cover[number]) for number in numbers}
        targets = {n: {t for c in filled[n] if (t := labels.get(id(c)) or self.own_label(c))} for n in numbers}
        is_page = not any(len(cells) > 1 for cells in filled.values())
        left = min((cell.col for row in cover.values() for cell in row), default=0)
        anchor = self.definition.anchor
        grid: set[int] = set()
        seen: set[str] = set()
        below_labels = False
        for i, number in enumerate(numbers):
            cells, found = filled[number], targets[number]
            if anchor in found & seen and (len(cells) > 1 or self.begins_table(targets, numbers[i : i + LOOK_AHEAD])):
                seen = set()
            is_new = bool(found - seen)
            alone = cells[0] if len(cells) == 1 else None
            if alone is None:
                is_grid = bool(cells)
            elif is_page:
                is_grid = is_new and "\n" in alone.text
            elif id(alone) in labels:
                is_grid = is_new
            else:
                is_grid = below_labels or is_new or alone.row < number or alone.rowspan > 1 or alone.col > left
            if is_grid:
                grid.add(number)
            if cells or not is_grid:
                below_labels = is_grid and all(id(cell) in labels for cell in cover[number])
            seen |= found
        return grid

    def begins_table(self, targets: Mapping[int, set[str]], numbers: Sequence[int]) -> bool:
        """The rows from here on hold a whole form's labels (and not a content that mentions one)."""
        ahead: set[str] = set()
        for number in numbers:
            if self.definition.anchor in targets[number] & ahead:
                break
            ahead |= targets[number]
        return len(ahead) >= self.definition.min_typed

    def own_label(self, cell: Cell) -> str:
        """The target of the label with which the cell's text begins («活动时间：…»), empty where it has none."""
        head = cell.text[:LONGEST_LABEL]
        if "：" not in head and ":" not in head:
            return ""
        prefix, segments = self.index.segments(head)
        return segments[0].target if segments and is_blank(prefix) else ""

    def forget_letter(self) -> None:
        """Above a form's table only the line with the unit belongs to it («填报单位：… 联系人：…»), not a letter's lines."""
        heads = {found.line for found in self.current.found if found.target in self.outside}
        self.current.found = [found for found in self.current.found if found.line in heads]

    def lone_cells(self, cells: Iterable[Cell], name: str) -> None:
        """Rows with one cell: a page of lines written into a sheet."""
        distinct = {id(cell): cell for cell in cells if cell.text.strip()}.values()
        self.paragraphs(
            [Line(line, place_of(c, name), c.confidence, self.at) for c in distinct for line in c.text.split("\n")]
        )

    def holds_form(self, cell: Cell) -> bool:
        """Most of a form stands in tables inside this cell (a page laid out as a table)."""
        return len({t for inner in cell.nested for c in inner.cells if (t := self.index.whole(c.text))}) >= 3

    def frame(self, cell: Cell, name: str) -> None:
        text = cell.text
        for inner in cell.nested:
            text = text.replace(table_text(inner), "\n", 1)
        self.paragraphs([Line(line, place_of(cell, name), cell.confidence) for line in text.split("\n")])
        for inner in cell.nested:
            self.table(inner, name)

    def row(
        self,
        number: int,
        cells: list[Cell],
        before: list[Cell],
        labels: dict[int, str],
        owners: dict[int, Found],
        name: str,
    ) -> list[Cell]:
        current: Found | None = None
        alone: list[Cell] = []
        for cell in cells:
            target = labels.get(id(cell), "")
            if target and current and current.target in self.long and self.current.has(target):
                # «三、活动内容：» as a line of the content that got a row of its own.
                del labels[id(cell)]
                target = ""
            if target and cell.row == number:
                if current and target in members(current.target):
                    current.pieces.append(piece_of(cell, name))
                    continue
                current = owners[id(cell)] = self.add(target, in_table=True)
                current.colon = cell.text.rstrip().endswith(("：", ":"))
            elif target:
                current = owners.get(id(cell))
            elif cell.row != number:
                continue
            elif current is not None and not self.labels_itself(cell, current):
                current.pieces.append(piece_of(cell, name))
                owners[id(cell)] = current
            elif current is not None:
                self.unlabelled(cell, before, labels, owners, name, lonely=False)
                current = owners.get(id(cell), current)
            else:
                alone.append(cell)
        filled = [cell for cell in alone if not is_blank(cell.text) or has_marks(cell.text)]
        lonely = len(filled) == 1 and current is None
        for cell in filled:
            self.unlabelled(cell, before, labels, owners, name, lonely=lonely)
        return cells

    def labels_itself(self, cell: Cell, current: Found) -> bool:
        """Label and value in one cell («电子邮箱：…») beside a label that stands alone because its value is missing."""
        head = cell.text[:LONGEST_LABEL]
        if current.target in self.long or current.pieces or not ("：" in head or ":" in head):
            return False
        prefix, segments = self.index.segments(cell.text)
        if not segments or not is_blank(prefix) or not current.colon:
            return False
        target = segments[0].target
        return target not in (current.target, *members(current.target)) and not self.current.has(target)

    def unlabelled(
        self,
        cell: Cell,
        before: list[Cell],
        labels: dict[int, str],
        owners: dict[int, Found],
        name: str,
        *,
        lonely: bool,
    ) -> None:
        """A cell with no label to its left: it holds its own label, or belongs to the cell above."""
        if is_title(cell.text, self.definition):
            self.begin(cell.text.strip())
            return
        above = next((c for c in before if c.col <= cell.col < c.col + c.colspan), None)
        owner = owners.get(id(above)) if above else None
        below_label = above is not None and id(above) in labels and owner is not None and not owner.pieces
        prefix, segments = self.index.segments(cell.text, weak=True)
        segments = self.up_to_long(cell.text, segments) if is_blank(prefix) else []
        inner = members(owner.target) if owner else ()
        own_value = (
            below_label
            and owner is not None
            and (owner.target in self.long or all(s.target in inner or s.target == owner.target for s in segments))
        )
        if segments and not own_value:
            for segment in segments:
                found = self.add(segment.target, in_table=True)
                found.pieces.append(Piece(segment.value, place_of(cell, name), cell.confidence, cell.number))
                owners[id(cell)] = found
            return
        target, rest = ("", "") if own_value else self.index.beginning(cell.text)
        if target and not self.current.has(target):
            found = self.add(target, in_table=True)
            found.pieces.append(Piece(rest, place_of(cell, name), cell.confidence))
            owners[id(cell)] = found
        elif (
            owner is not None
            and (below_label or (lonely and owner.target in self.open_ended))
            and not self.is_footer(cell.text)
        ):
            owner.pieces.append(piece_of(cell, name))
            owners[id(cell)] = owner

    def is_footer(self, text: str) -> bool:
        line = squeeze(text)
        return any(line.startswith(squeeze(word)) for word in self.definition.footers)

    def guess_labels(self, cells: list[Cell], labels: dict[int, str]) -> None:
        """Labels with wrong characters, and (from pixels) lost ones by their place between known neighbours."""
        order = [spec.key for spec in self.definition.field if not spec.outside]
        order = self.with_groups(order)
        columns = {cell.col for cell in cells if id(cell) in labels}
        present = set(labels.values())
        missing = [t for t in order if t not in present and not present.intersection(members(t))]
        threshold = FUZZY_OCR if self.ocr else FUZZY_TYPED
        for cell in cells:
            text = squeeze(cell.text)
            if id(cell) in labels or cell.col not in columns or not text or len(text) > 12:
                continue
            if not self.ocr and (len(text) < 4 or cell.col != min(columns)):
                continue
            target = self.index.fuzzy(cell.text, missing, threshold)
            if target:
                labels[id(cell)] = target
                missing.remove(target)
        if self.ocr:
            self.lost_labels(cells, labels, order)

    def lost_labels(self, cells: list[Cell], labels: dict[int, str], order: list[str]) -> None:
        """A short rest of a label («活» for 活动名称) where exactly one label is missing between its neighbours."""
        columns = {cell.col for cell in cells if id(cell) in labels}
        known = [(cell, labels.get(id(cell), "")) for cell in cells if cell.col in columns]
        for i, (cell, target) in enumerate(known):
            text = squeeze(cell.text)
            if target or len(text) > 4 or cell.col != min(columns, default=0):
                continue
            earlier = [order.index(t) for _, t in known[:i] if t in order]
            later = [order.index(t) for _, t in known[i + 1 :] if t in order]
            low, high = max(earlier, default=-1), min(later, default=len(order))
            between = [t for t in order[low + 1 : high] if t not in labels.values()]
            names = [n for n, t in self.index.names.items() if between and t == between[0]]
            if len(between) == 1 and (not text or any(is_part(text, n) for n in names)):
                labels[id(cell)] = between[0]
                known[i] = (cell, between[0])

    def with_groups(self, order: list[str]) -> list[str]:
        """The order of the printed labels: groups of neighbours stand in place of their members."""
        for group in self.definition.group:
            where = [order.index(key) for key in group.keys if key in order]
            if where and group.printed:
                order = [*order[: where[0]], group_target(group.keys), *order[where[-1] + 1 :]]
        return order


def filled_cells(row: Iterable[Cell]) -> list[Cell]:
    return [cell for cell in row if not is_blank(cell.text) or has_marks(cell.text)]


def is_part(text: str, label: str) -> bool:
    """Every character of *text* comes in *label*, in the same order."""
    letters = iter(label)
    return all(character in letters for character in text)


def covering(cells: Iterable[Cell]) -> dict[int, list[Cell]]:
    """For each row the cells that cover it, by column."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        for row in range(cell.row, cell.row + min(max(cell.rowspan, 1), MAX_SPAN)):
            rows.setdefault(row, []).append(cell)
    for covered in rows.values():
        covered.sort(key=lambda cell: (cell.col, cell.row))
    return rows


def place_of(cell: Cell, name: str) -> str:
    return f"{name} 第{cell.row + 1}行第{cell.col + 1}列"


def piece_of(cell: Cell, name: str) -> Piece:
    return Piece(cell.text, place_of(cell, name), cell.confidence, cell.number)
