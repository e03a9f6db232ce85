"""Labels with the values beside, below or behind them, form by form: the layout ``fields``.

Works on tables (a label cell and its value cells), on cells that hold label and value, and on plain lines; one walk over
the document in reading order, a new form wherever the anchor comes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell, Table
from bot.forms.definitions import FormDefinition
from bot.forms.fields.cells import CellCollector
from bot.forms.fields.collect_lines import LOOK_AHEAD
from bot.forms.fields.crossed import Crossing, crossings
from bot.forms.labels.headed import in_own_cells, without_heads, without_side_columns
from bot.forms.labels.index import members
from bot.forms.labels.lost import guess_labels
from bot.forms.labels.neighbours import labels_another, name_of, other_labels
from bot.forms.labels.places import Region, place_of
from bot.forms.labels.raw import Found, Line, Piece, covering, filled_cells, has_marks, piece_of
from bot.forms.labels.sections import days_of, sections_of, tell_apart
from bot.forms.labels.templates import sentence_in
from bot.forms.labels.titles import is_title
from bot.forms.rows.entries import entries_in, tables_of

SIGNED = re.compile(r"[签章][字名]?\s*[)）]\s*[:：]?\s*$")
LONE_DAY = re.compile(r"\s*(?:20\d\d)?[\s年./-]*\d{0,2}[\s月./-]+\d{0,2}\s*[日号]?\s*")
MAX_CELLS = 60_000
MAX_GUESSED = 600  # cells; larger tables are no single form


class Collector(CellCollector):
    """One walk over the blocks of a document for one definition. ``strange`` are the cells of the present table that are others' labels."""

    strange: frozenset[int] | set[int] = frozenset()

    @cached_property
    def has_crossed(self) -> bool:
        return any(spec.under or spec.across for spec in self.definition.field)

    @cached_property
    def tables(self) -> tuple[FormDefinition, ...]:
        return tables_of(self.definition)

    def table(self, table: Table, region: Region) -> None:
        """One table, as far as it is free. Lines before it keep only what is printed outside of tables."""
        cells = [cell for cell in table.cells if region.rows is None or cell.row < region.rows]
        if len(cells) > MAX_CELLS:
            return
        crossed, used = crossings(covering(cells), self.definition) if self.has_crossed else ([], set())
        cells = [cell for cell in cells if id(cell) not in used]
        found, cells = entries_in(table, cells, region, self.definition, self.tables) if self.tables else ([], cells)
        self.fields_in(table, cells, region)
        self.put_crossed(crossed, region)
        self.current.entries += found

    def crossed(self, cells: Sequence[Cell], region: Region) -> set[int]:
        """Only the values below words of their own are taken; the cells (by ``id``) that are accounted for by them."""
        found, used = crossings(covering(cells), self.definition) if self.has_crossed else ([], set())
        self.put_crossed(found, region)
        return used

    def put_crossed(self, crossed: Iterable[Crossing], region: Region) -> None:
        for one in crossed:
            there = self.add(one.spec.key, in_table=True, label=one.label.text)
            chosen, cell = one.marked
            there.pieces.append(
                replace(piece_of(cell, region), text=chosen) if one.spec.across else piece_of(cell, region)
            )
            there.at = place_of(cell, region)
            there.columns = tuple((name, place_of(each, region)) for name, each in one.columns if one.spec.across)

    def fields_in(self, table: Table, cells: list[Cell], region: Region) -> None:
        if len(cells) == 1 and (target := self.index.whole(self.heading)) and not is_blank(cells[0].text):
            # «四、工作计划» above a frame with nothing else in it.
            self.add(target, in_table=True, label=self.heading).pieces.append(piece_of(cells[0], region))
            return
        labels = {id(c): t for c in cells if (t := self.index.whole(c.text)) and not self.is_frame(c.text)}
        cells = without_heads(cells, labels)
        cells = without_side_columns(cells, labels, self.definition)
        if labels and len(cells) <= MAX_GUESSED:
            guess_labels(cells, labels, self.index, self.definition, ocr=self.ocr)
        cells = list(in_own_cells(cells, labels, self.index))
        cover = covering(cells)
        tell_apart(cover, labels, self.families, lambda key: self.current.has(key, in_table=True), self.heading)
        self.around = sections_of(cover, self.families)
        self.strange = other_labels(cover, labels, self.definition, table.n_cols)
        grid = self.grid_rows(cover, labels)
        owners: dict[int, Found] = {}
        before: list[Cell] = []
        framed = False
        for is_grid, numbers in groupby(sorted(cover), key=lambda number: number in grid):
            if not is_grid:
                self.lone_cells([cell for number in numbers for cell in cover[number]], region)
                before = []
                continue
            # A table of nothing but stamps («甲方（盖章）： | 乙方（盖章）：») is below its form, not below a letter.
            is_new = not set(labels.values()) <= self.current.targets
            if not framed and not self.current.in_table and is_new and len(set(labels.values())) >= 3:
                self.forget_letter()
            framed = True
            for number in numbers:
                before = self.row(number, cover[number], before, labels, owners, region)

    def is_frame(self, text: str) -> bool:
        """«      年度»: the place of a value."""
        return text.startswith(("  ", "\u3000", "__")) and sentence_in(text, self.definition) is not None

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

    def forget_letter(self) -> None:
        """Above a form's table only the line with the unit belongs to it («填报单位：… 联系人：…»), not a letter's lines."""
        heads = {found.line for found in self.current.found if found.target in self.outside}
        self.current.keep([found for found in self.current.found if found.line in heads])

    def lone_cells(self, cells: Iterable[Cell], region: Region) -> None:
        """Rows with one cell: a page of lines written into a sheet."""
        distinct = {id(cell): cell for cell in cells if cell.text.strip()}.values()
        self.paragraphs(
            [Line(line, place_of(c, region), c.confidence, self.at) for c in distinct for line in c.text.split("\n")]
        )

    def row(
        self,
        number: int,
        cells: list[Cell],
        before: list[Cell],
        labels: dict[int, str],
        owners: dict[int, Found],
        region: Region,
    ) -> list[Cell]:
        current: Found | None = None
        alone: list[Cell] = []
        for cell in cells:
            target = labels.get(id(cell), "")
            if target and current and current.target in self.long and self.current.has(target):
                # «三、活动内容：» as a line of the content that got a row of its own.
                del labels[id(cell)]
                target = ""
            is_another = id(cell) in self.strange or (
                current is not None
                and bool(current.pieces or current.colon)
                and labels_another(cell.text, self.definition)
            )
            if is_another and cell.row == number and (current is None or current.target not in self.long):
                # Whatever stands behind it is no part of this form's values.
                current = owners[id(cell)] = Found("", in_table=True)
                self.current.n_strange += 1
            elif target and cell.row == number:
                if current and target in members(current.target):
                    current.pieces.append(piece_of(cell, region))
                    continue
                if current and current.target == target and not current.has_text:
                    # The label typed once more where its value is to stand.
                    continue
                current = owners[id(cell)] = self.add(target, in_table=True, label=cell.text)
                current.at = place_of(cell, region)
                current.colon = cell.text.rstrip().endswith(("：", ":"))
            elif target:
                current = owners.get(id(cell))
            elif cell.row != number:
                continue
            elif cell.row == number and self.heads_label(cell, cells, labels, alone=current is None):
                current = None  # «基本情况» along the labels right of it, «领队» before «姓名»
                continue
            elif self.definition.lines and (rest := self.sentences(cell, current, region)) is not None:
                spec = self.definition.spec(current.target) if current else None
                if current is not None and (spec is None or spec.kind == "choice" or "\n" in cell.text):
                    current.pieces += self.divided(replace(cell, text=rest), current, region)
                    owners[id(cell)] = current
            elif current is not None and squeeze(cell.text) in self.printed:
                continue  # «学会代码 |      | 制定机关：市科协»
            elif current is not None and not self.labels_itself(cell, current):
                current.pieces += self.divided(cell, current, region)
                owners[id(cell)] = current
            elif current is not None:
                self.unlabelled(cell, before, labels, owners, region, lonely=False)
                current = owners.get(id(cell), current)
            else:
                alone.append(cell)
        self.left_over(
            [cell for cell in alone if not is_blank(cell.text) or has_marks(cell.text)],
            before,
            labels,
            owners,
            region,
            lonely=current is None,
        )
        return cells

    def left_over(
        self,
        cells: Sequence[Cell],
        before: list[Cell],
        labels: dict[int, str],
        owners: dict[int, Found],
        region: Region,
        *,
        lonely: bool,
    ) -> None:
        """The cells of a row with no label to their left; behind a signature stands its day («负责人签名：陈明 | 2024.5.6»)."""
        signed: Found | None = None
        for cell in cells:
            day = days_of(self.definition).get(signed.target) if signed and LONE_DAY.fullmatch(cell.text) else None
            if day is not None and not self.current.has(day, in_table=True):
                self.add(day, in_table=True).pieces.append(piece_of(cell, region))
            else:
                self.unlabelled(cell, before, labels, owners, region, lonely=lonely and len(cells) == 1)
            signed = owners.get(id(cell))

    def unlabelled(
        self,
        cell: Cell,
        before: list[Cell],
        labels: dict[int, str],
        owners: dict[int, Found],
        region: Region,
        *,
        lonely: bool,
    ) -> None:
        """A cell with no label to its left: it holds its own label, or belongs to the cell above."""
        if squeeze(cell.text) in self.printed or any(name_of(cell.text) in names for names in self.sections.values()):
            return
        if is_title(cell.text, self.definition):
            self.titled(cell.text.strip())
            return
        above = next((c for c in before if c.col <= cell.col < c.col + c.colspan), None)
        owner = owners.get(id(above)) if above else None
        below_label = above is not None and id(above) in labels and owner is not None and not owner.pieces
        if LONE_DAY.fullmatch(cell.text) and (day := self.of_section(self.index.whole("日期"), cell)) in self.dated:
            self.add(day, in_table=True).pieces.append(piece_of(cell, region))
            return
        if below_label and above is not None and SIGNED.search(above.text) and LONE_DAY.fullmatch(cell.text):
            return  # the day of a signature or stamp is not who signed
        prefix, segments = self.index.segments(cell.text, weak=True)
        segments = self.up_to_long(cell.text, segments) if is_blank(prefix) else self.signed_in(cell)
        inner = members(owner.target) if owner else ()
        # «近三年受表彰情况：» above «主要事迹：…», each with its value in its own cell
        labelled = below_label and above is not None and above.text.rstrip().endswith(("：", ":"))
        labelled = labelled and bool(segments) and segments[0].start == 0 and not self.current.has(segments[0].target)
        own_value = (
            below_label
            and owner is not None
            and not labelled
            and (owner.target in self.long or all(s.target in inner or s.target == owner.target for s in segments))
        )
        if segments and not own_value:
            for segment in segments:
                found = self.add(self.of_section(segment.target, cell), in_table=True, label=segment.label)
                found.colon = True
                found.pieces.append(Piece.of(segment.value, place_of(cell, region), cell.confidence, cell.number))
                owners[id(cell)] = found
            return
        target, rest = ("", "") if own_value else self.index.beginning(cell.text)
        if target and not self.current.has(target):
            found = self.add(target, in_table=True)
            found.pieces.append(Piece.of(rest, place_of(cell, region), cell.confidence))
            owners[id(cell)] = found
        elif (
            owner is not None
            and (below_label or (lonely and owner.target in self.open_ended))
            and not self.is_footer(cell.text)
        ):
            owner.pieces.append(piece_of(cell, region))
            owners[id(cell)] = owner
