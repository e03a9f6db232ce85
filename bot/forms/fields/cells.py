"""What stands in one cell: labels with their values, sentences with gaps, a list of options with labels of the form's own among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.fields.collect_lines import BROKEN_OVER, LineCollector
from bot.forms.labels.index import LONGEST_LABEL, Segment, members
from bot.forms.labels.neighbours import name_of
from bot.forms.labels.places import Region, place_of
from bot.forms.labels.raw import Found, Piece, piece_of
from bot.forms.labels.sections import beside_options
from bot.forms.labels.templates import sentence_in
from bot.forms.model import Place
from bot.forms.values.tick_marks import EMPTIES, TICKS

BEFORE_NEXT = re.compile(rf"[^\n{re.escape(EMPTIES + TICKS)}]*")  # up to the next line or option
FIRST_LINE = re.compile(r"[^\n]*")


class CellCollector(LineCollector):
    """Cell by cell. ``around``: the sections left of each cell and above it."""

    around: Mapping[int, tuple[str, ...]] = {}

    def own_label(self, cell: Cell) -> str:
        """The target of the label with which the cell's text begins («活动时间：…», «活动时间⏎…»), empty where it has none."""
        head = cell.text[:LONGEST_LABEL]
        if "：" not in head and ":" not in head:
            above, _, below = cell.text.partition("\n")
            return self.index.whole(above) if below.strip() else ""
        prefix, segments = self.index.segments(head)
        return segments[0].target if segments and is_blank(prefix) else ""

    def sentences(self, cell: Cell, current: Found | None, region: Region) -> str | None:
        """The values of the form's sentences with gaps that stand in *cell* are taken; what is left of it, None where it holds none."""
        kept: list[str] = []
        lines = cell.text.split("\n")
        i, found = 0, False
        place = place_of(cell, region)
        while i < len(lines):
            told = [" ".join(lines[i : i + n]) for n in range(1, min(BROKEN_OVER, len(lines) - i) + 1)]
            n = next((n for n, text in enumerate(told, 1) if text.strip() and sentence_in(text, self.definition)), 0)
            rest = self.taken(told[n - 1], current, place, cell.confidence) if n else None
            found = found or rest is not None
            spec = self.definition.spec(current.target) if current else None
            # Of a list of options what is printed around the gap is a part; of a text it is none.
            kept.append(lines[i] if rest is None else rest if spec is None or spec.kind == "choice" else "")
            i += max(n, 1)
        if found and (current is None or not current.target):
            kept = [self.unnamed(line, cell, region) if line in lines else line for line in kept]
        return "\n".join(kept) if found else None

    def unnamed(self, line: str, cell: Cell, region: Region) -> str:
        """«是否收费：□免费 □收费», a line of its own beside sentences: its values are taken; what is left of it."""
        prefix, segments = self.index.segments(line)
        if not segments or not is_blank(prefix):
            return line
        for segment in segments:
            found = self.add(self.of_section(segment.target, cell), in_table=True, label=segment.label)
            found.pieces.append(Piece.of(segment.value, place_of(cell, region), cell.confidence))
        return ""

    def taken(self, text: str, current: Found | None, place: Place, confidence: float | None) -> str | None:
        said = sentence_in(text, self.definition, lambda key: self.current.has(key, in_table=True))
        if said is None:
            return None
        for key, label, value in said.values:
            is_own = current is not None and key == current.target
            inside = current if is_own and current else self.add(key, in_table=True, label=label)
            inside.pieces.append(Piece.of(value, place, confidence))
        return said.rest

    def heads_label(self, cell: Cell, cells: Sequence[Cell], labels: Mapping[int, str], *, alone: bool) -> bool:
        """Whether the cell says whose the labels right of it are: by its height, where nothing stands before it, or as a section of the definition."""
        right = next((c for c in cells if c.col == cell.col + cell.colspan), None)
        target = (labels.get(id(right)) or self.own_label(right)) if right is not None else ""
        if right is None or not target or id(cell) in labels:
            return False
        is_high = alone and id(right) in labels and right.rowspan < cell.rowspan
        return is_high or name_of(cell.text) in self.sections.get(target, ())

    def of_section(self, target: str, cell: Cell) -> str:
        """The field of these words whose section stands left of *cell* or above it, while it is free."""
        around = self.around.get(id(cell), ())
        family = [one for one in self.families.get(target, ()) if not self.current.has(one.key, in_table=True)]
        return next((one.key for name in around for one in family if squeeze(one.section) == name), target)

    @cached_property
    def dated(self) -> frozenset[str]:
        """The days of parties to a contract, each below its stamp."""
        return frozenset(one.key for one in self.definition.field if one.words == "日期" and one.section)

    @cached_property
    def sections(self) -> dict[str, tuple[str, ...]]:
        return {spec.key: (name_of(spec.section),) for spec in self.definition.field if spec.section}

    def signed_in(self, cell: Cell) -> list[Segment]:
        """Labels of the form's own in what is printed beside another's («本人承诺 | 以上信息属实。 本人签名：…»)."""
        _, segments = self.index.segments(cell.text, weak=False)
        specs = {one.target: self.families.get(one.target) or (self.definition.spec(one.target),) for one in segments}
        return [one for one in segments if any(spec is not None and spec.section for spec in specs[one.target])]

    def divided(self, cell: Cell, current: Found, region: Region) -> list[Piece]:
        """The cell's text; labels of the form's own among the options of a list («□单间 □不需要  入住日期：…») are told apart from these."""
        spec = self.definition.spec(current.target)
        within = beside_options(self.definition).get(squeeze(spec.label), ()) if spec else ()
        _, segments = self.index.segments(cell.text) if within else ("", [])
        text, at, own = "", 0, [one for one in segments if one.target in within]
        for segment in own:
            spec = self.definition.spec(segment.target)
            value = (FIRST_LINE if spec and spec.kind == "choice" else BEFORE_NEXT).match(segment.value)
            found = self.add(segment.target, in_table=True, label=segment.label)
            found.pieces.append(Piece.of(value[0] if value else "", place_of(cell, region), cell.confidence))
            text += cell.text[at : segment.start]
            at = cell.text.find(found.pieces[0].text, segment.start + len(segment.label)) + len(found.pieces[0].text)
        return (
            [Piece.of(text + cell.text[at:], place_of(cell, region), cell.confidence)]
            if own
            else [piece_of(cell, region)]
        )

    def labels_itself(self, cell: Cell, current: Found) -> bool:
        """Label and value in one cell («电子邮箱：…») beside a label that stands alone because its value is missing."""
        head = cell.text[:LONGEST_LABEL]
        # A long text goes on, but not where it began in a cell of its own.
        is_told = current.colon and current.pieces if current.target in self.long else current.colon or current.pieces
        if (current.target and not is_told) or not re.search(r"[：:]|\S\s*\n\s*\S", head):
            return False
        prefix, segments = self.index.segments(cell.text, weak="\n" in head.strip())
        if not segments or not is_blank(prefix) or segments[0].start > 0:
            return False
        target = self.of_section(segments[0].target, cell)
        return target not in (current.target, *members(current.target)) and not self.current.has(target)
