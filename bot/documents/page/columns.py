"""Tables without ruling lines: what a row's cells go on with in the next line is put behind their own text, not behind the last one's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from msgspec import Struct

from bot.documents.page.lines import ENDS, Line, first_unit, in_parts, paragraphs_of, seam
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_SHORT_LABEL = re.compile("[\u3400-\u9fff]{1,2}")  # of a label that is written in several lines
_MOST_LINES = 12  # of a row


class _Segment(Struct):
    x0: float
    x1: float
    text: str


@dataclass(slots=True)
class _Row:
    """The segments of a row, each as far as it goes; ``bottom`` and ``size`` of its last line."""

    line: Line
    segments: list[_Segment]
    bottom: float
    size: float
    first_label: str = field(init=False)

    def __post_init__(self) -> None:
        self.first_label = self.segments[0].text if self.segments else ""


def with_columns(lines: Iterable[Line], right: float) -> list[Line]:
    """The lines, those that only go on with cells of the row above joined to it; *right* is where texts break. The text of a row keeps
    its tabs."""
    out: list[Line] = []
    row: _Row | None = None
    for line in _with_centred_cells(list(lines), right):
        segments = _segments(line)
        targets = _targets(row, line, segments) if row is not None else None
        if row is None or targets is None:
            out.append(line)
            row = _Row(line, segments, line.bottom, line.size) if len(segments) > 1 else None
            continue
        for target, piece in zip(targets, segments, strict=True):
            target.text, target.x1 = target.text + _between(row, target, piece) + piece.text, piece.x1
        row.bottom, row.size = line.bottom, line.size
        row.line.below += line.tokens
        row.line.text = "\t".join(segment.text for segment in row.segments)
    return out


def _with_centred_cells(lines: list[Line], right: float) -> list[Line]:
    """The lines, those of one row whose cells have several lines and one middle, as browsers centre them, made one («主要活动 / 类型» beside
    one line of options, a label beside two)."""
    out: list[Line] = []
    tops, bottoms = [line.top for line in lines], [line.bottom for line in lines]
    at = 0
    while at < len(lines):
        row, end = None, at + 1
        while row is None and end < min(at + _MOST_LINES, len(lines)):
            if tops[end] > max(bottoms[at:end]) + PAGE.row_goes_on * lines[at].size / 2:
                break
            end += 1
            above = tops[at] - bottoms[at - 1] if at else inf
            below = tops[end] - max(bottoms[at:end]) if end < len(lines) else inf
            row = _centred_row(lines[at:end], min(above, below), right)
        out.append(row or lines[at])
        at = end if row else at + 1
    return out


def _centred_row(lines: Sequence[Line], apart: float, right: float) -> Line | None:
    """*lines* as a row of two cells with one middle, where lines of the one stand beside the gaps of the other; the row is farther *apart*
    from those above and below than its lines from each other."""
    label, value = cells = _two_cells(lines)
    has_options = any(one.text[:1] in MARKS for one in value)
    if not label or not value or any(one.cuts for one in (label if has_options else [*label, *value])):
        return None
    within = max(below.top - above.bottom for cell in cells for above, below in pairwise((cell[0], *cell)))
    upper, lower = ((cell[0].top + cell[-1].bottom) / 2 for cell in cells)
    between = len(label) + len(value) == len(lines) or all(_SHORT_LABEL.fullmatch(one.text) for one in label[1:])
    alternate = max(map(len, cells)) < len(lines)
    least = 0 if alternate and has_options else within + PAGE.line_slack
    same = abs(upper - lower) < PAGE.one_middle * lines[0].size
    if not (between and (alternate or (len(label) == 1 and lines[0] is value[0])) and same and apart > least):
        return None
    for one in value:
        one.text = one.text.replace("\t", "  ")
    name = "".join(seam(above.text, below.text) + below.text for above, below in pairwise((Line(), *label)))
    text = (" " if has_options else "\n").join(paragraphs_of(value, value[0].x0, right))
    return Line([token for line in (*label, *value) for token in line.tokens], f"{name}\t{text}")


def _two_cells(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """What of *lines* stands before the place where the last cell begins, and what behind; nothing where that is not the same in all."""
    start = max(line.x0 for line in lines)
    label: list[Line] = []
    value: list[Line] = []
    for line in lines:
        begins = sum(token.x1 < start for token in line.tokens)
        before, behind = in_parts(line, (begins,)) if 0 < begins < len(line.tokens) else (line, line)
        label += [before] if begins else []
        value += [behind] if begins < len(line.tokens) else []
    return (label, value) if all(abs(one.x0 - start) <= PAGE.mark_indent for one in value) else ([], [])


def _between(row: _Row, target: _Segment, piece: _Segment) -> str:
    if piece.text[:1] in MARKS:
        return " "
    if target is row.segments[0] or (_is_full(row, target, piece) and not ENDS.search(target.text)):
        return seam(target.text, piece.text)
    return "\n"


def _segments(line: Line) -> list[_Segment]:
    """The line cut where it has tabs."""
    texts = line.text.split("\t")
    found: list[_Segment] = []
    before = None
    for number, token in enumerate(line.tokens):
        if not token.text.strip():
            continue
        wide = before is not None and token.x0 - before > PAGE.tab_gap * (line.size or PAGE.usual_letter)
        if before is None or (number in line.cuts if line.cuts else wide):
            found.append(_Segment(token.x0, token.x1, ""))
        found[-1].x1 = before = token.x1
    if len(found) != len(texts):
        return []  # blanks wide enough to be a tab: no columns to rely on
    for segment, text in zip(found, texts, strict=True):
        segment.text = text.strip()
    return found


def _targets(row: _Row, line: Line, segments: list[_Segment]) -> list[_Segment] | None:
    """The segments of *row* that those of *line* go on with; None where the line begins something new."""
    if (
        not segments
        or line.top - row.bottom > PAGE.row_goes_on * row.size
        or not PAGE.size_least < line.size / max(row.size, 1.0) < PAGE.size_most
    ):
        return None
    targets: list[_Segment] = []
    for piece in segments:
        place = next((n for n, one in enumerate(row.segments) if _below(one, piece, label=not n)), -1)
        if place < 0:
            return None
        targets.append(row.segments[place])
    label = targets[0] is row.segments[0]
    if label and not _is_rest_of_label(row, segments):
        return None
    values = list(zip(targets, segments, strict=True))
    return targets if label or all(_is_full(row, target, piece) for target, piece in values) else None


def _below(segment: _Segment, piece: _Segment, *, label: bool) -> bool:
    """Whether both begin together; labels may end together or have one middle instead."""
    left, right = piece.x0 - segment.x0, piece.x1 - segment.x1
    return min(map(abs, (left, right, (left + right) / 2) if label else (left,))) <= PAGE.column_begins


def _is_rest_of_label(row: _Row, segments: list[_Segment]) -> bool:
    """Whether the line begins with the end of the row's label: «主要 / 活动 / 内容», «主要活动 / 类型» before options."""
    rest = segments[0].text
    if not _SHORT_LABEL.fullmatch(rest):
        return False
    if _SHORT_LABEL.fullmatch(row.first_label) and (len(segments) == 1 or len(segments) == len(row.segments) == 2):
        return True
    options = all(one.text[:1] in MARKS for one in (*segments[1:], row.segments[1]))
    last_letter = len(rest) == 1 and _is_full(row, row.segments[0], segments[0])  # «主要活动内 / 容»
    return len(segments) <= 2 == len(row.segments) and (options or last_letter) and len(rest) < len(row.first_label)


def _is_full(row: _Row, target: _Segment, piece: _Segment) -> bool:
    """Whether the cell's text so far reached its right edge, so that it went on below; options stand in lines anyway."""
    if piece.text[:1] in MARKS and target.text[:1] in MARKS:
        return True
    behind = [one.x0 for one in row.segments if one.x0 > target.x0]
    word = (piece.x1 - piece.x0) * first_unit(piece.text) / max(len(piece.text), 1)
    return not behind or target.x1 + word > min(behind) - PAGE.cell_padding - PAGE.full_cell * row.size
