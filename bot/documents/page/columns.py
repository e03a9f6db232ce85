"""Tables without ruling lines: what a row's cells go on with in the next line is put behind their own text, not behind the last one's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from bot.documents.page.lines import ENDS, Line, first_unit, seam
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_SHORT_LABEL = re.compile("[\u3400-\u9fff]{1,2}")  # of a label that is written in several lines


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


def with_columns(lines: Iterable[Line]) -> list[Line]:
    """The lines, those that only go on with cells of the row above joined to it. The text of a row keeps its tabs."""
    out: list[Line] = []
    row: _Row | None = None
    for line in _with_centred_labels(list(lines)):
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


def _with_centred_labels(lines: list[Line]) -> list[Line]:
    """A label that stands beside the middle of two lines, as browsers centre it, put in front of both."""
    out = list(lines)
    for place in range(len(lines) - 2, 0, -1):
        above, label, below = lines[place - 1 : place + 2]
        beside = label.x1 < min(above.x0, below.x0) and abs(above.x0 - below.x0) <= PAGE.column_begins
        options = above.text[:1] in MARKS and below.text[:1] in MARKS
        slack = PAGE.row_goes_on * label.size / 2 if options else 0.0  # lines of options may stand far apart
        near = label.top < above.bottom + slack and below.top - slack < label.bottom
        if beside and above.top < label.top < below.top and near and "\t" not in above.text + label.text + below.text:
            between_lines = " " if options else seam(above.text, below.text) or "\n"
            text = f"{label.text}\t{above.text.strip()}{between_lines}{below.text.strip()}"
            out[place - 1 : place + 2] = [Line([*label.tokens, *above.tokens, *below.tokens], text)]
    return out


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
