"""One page of a text PDF -> blocks in reading order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.documents.model import Paragraph, Table
from bot.documents.pdf_forms import filled_in
from bot.documents.pdf_grid import MAX_RULES, Box, Grid, PageText, Placed, Rule, cell_at, grids_of, merge_rules
from bot.documents.pdf_lines import Line, Token, lines_of, paragraphs_of
from bot.documents.pdf_marks import Stroke, is_drawn_box, with_marks
from bot.documents.pdf_text import is_mojibake, shown

_SNAP, _JOIN, _TOUCH = 2.0, 4.0, 3.0
_THIN = 3.0  # points: a filled rectangle thinner than this is a line
_MAX_SHAPES = 20_000


@dataclass(slots=True)
class Shapes:
    """The drawn part of a page, sorted by what it can mean."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)


def read_page(page: Any) -> PageText:
    """*page* is pdfplumber's."""
    width, height = float(page.width), float(page.height)
    if _is_scan(page, width, height):
        return PageText((), True, width, height)
    shapes = shapes_of(page, width, height)
    extra, ink, fields = filled_in(page)
    shapes.strokes += ink
    shapes.squares = [
        s for s in shapes.squares if not any(f.holds(((s.x0 + s.x1) / 2, (s.top + s.bottom) / 2)) for f in fields)
    ]
    tokens = with_marks([*tokens_of(page), *extra], shapes.squares, shapes.strokes)
    grids = grids_of(shapes.across, shapes.down, _TOUCH)
    return PageText(tuple(_placed(tokens, grids)), False, width, height)


def _is_scan(page: Any, width: float, height: float) -> bool:
    texts = [char["text"] for char in page.chars]
    letters = sum(1 for text in texts if not text.isspace())
    pictures = [_covered(image, width, height) for image in page.images]
    largest = max(pictures, default=0.0)
    if letters < 8:
        return largest > 0.15 or sum(pictures) > 0.3 or len(page.curves) > 150
    if largest > 0.75 and len(page.lines) + len(page.rects) < 8:
        return True  # text that a scanning program laid under its picture: unreliable, and without table
    if letters < 60 and largest > 0.4:
        return True  # a title above a pasted scan
    return is_mojibake(texts)


def _covered(image: dict[str, Any], width: float, height: float) -> float:
    x = min(float(image["x1"]), width) - max(float(image["x0"]), 0.0)
    y = min(float(image["bottom"]), height) - max(float(image["top"]), 0.0)
    return max(x, 0.0) * max(y, 0.0) / max(width * height, 1.0)


def tokens_of(page: Any) -> list[Token]:
    """The page's characters, symbol fonts resolved; those drawn twice to look bold once."""
    tokens: list[Token] = []
    seen: set[tuple[str, int, int]] = set()
    width, height = float(page.width), float(page.height)
    for char in page.chars:
        text = shown(char["text"], char["fontname"])
        x0, top, x1, bottom = char["x0"], char["top"], char["x1"], char["bottom"]
        if not text or x1 < 0 or bottom < 0 or x0 > width or top > height or bottom - top < 1:
            continue
        place = (text, round(x0 / 1.5), round(top / 1.5))
        if place in seen and not text.isspace():
            continue
        seen.add(place)
        tokens.append(Token(text, x0, top, x1, bottom))
    return tokens


def shapes_of(page: Any, width: float, height: float) -> Shapes:
    shapes = Shapes()
    for rect in page.rects[:_MAX_SHAPES]:
        _sort_rect(shapes, Box(rect["x0"], rect["top"], rect["x1"], rect["bottom"]), rect, width, height)
    for line in page.lines[:_MAX_SHAPES]:
        _sort_line(shapes, Box(line["x0"], line["top"], line["x1"], line["bottom"]), _points(line))
    for curve in page.curves[:_MAX_SHAPES]:
        _sort_curve(shapes, curve, width, height)
    _squares_of_lines(shapes)
    shapes.across = _bounded([r for r in shapes.across if r.end - r.start > 8.0])
    shapes.down = _bounded([r for r in shapes.down if r.end - r.start > 8.0])
    return shapes


def _bounded(rules: list[Rule]) -> list[Rule]:
    merged = [r for r in merge_rules(rules, _SNAP, _JOIN) if r.end - r.start > 8.0]
    return sorted(merged, key=lambda r: r.start - r.end)[: MAX_RULES // 2]


def _sort_rect(shapes: Shapes, box: Box, rect: dict[str, Any], width: float, height: float) -> None:
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if wide <= _THIN and high <= _THIN:
        if max(wide, high) > 0.2:  # one dot of a dotted line
            shapes.across.append(Rule((box.top + box.bottom) / 2, box.x0, box.x1))
            shapes.down.append(Rule((box.x0 + box.x1) / 2, box.top, box.bottom))
    elif high <= _THIN:
        shapes.across.append(Rule((box.top + box.bottom) / 2, box.x0, box.x1))
    elif wide <= _THIN:
        shapes.down.append(Rule((box.x0 + box.x1) / 2, box.top, box.bottom))
    elif is_drawn_box(box) and (rect.get("stroke") or _is_white(rect)):
        shapes.squares.append(box)
    elif is_drawn_box(box):
        shapes.strokes.append(Stroke(box, filled=True))
    elif rect.get("stroke"):
        _add_frame(shapes, box)
    elif rect.get("fill") and wide * high < 0.9 * width * height and not _is_white(rect):
        _add_frame(shapes, box)  # a shaded cell; its edges lie on the table's lines


def _add_frame(shapes: Shapes, box: Box) -> None:
    shapes.across += [Rule(box.top, box.x0, box.x1), Rule(box.bottom, box.x0, box.x1)]
    shapes.down += [Rule(box.x0, box.top, box.bottom), Rule(box.x1, box.top, box.bottom)]


def _is_white(shape: dict[str, Any]) -> bool:
    color = shape.get("non_stroking_color")
    values = color if isinstance(color, (tuple, list)) else (color,)
    return bool(values) and all(isinstance(v, (int, float)) and v >= 0.95 for v in values)


def _points(shape: dict[str, Any]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shape.get("pts") or []]


def _sort_line(shapes: Shapes, box: Box, points: list[tuple[float, float]]) -> None:
    wide, high = box.x1 - box.x0, box.bottom - box.top
    if high <= 1.5 and wide > high:
        shapes.across.append(Rule((box.top + box.bottom) / 2, box.x0, box.x1))
    elif wide <= 1.5 and high > wide:
        shapes.down.append(Rule((box.x0 + box.x1) / 2, box.top, box.bottom))
    elif wide > 1.5 and high > 1.5:
        shapes.strokes.append(_stroke(box, points))


def _stroke(box: Box, points: list[tuple[float, float]], *, filled: bool = False) -> Stroke:
    steps = list(itertools.pairwise(points))
    rises = any((b[0] - a[0]) * (b[1] - a[1]) < -1 for a, b in steps)  # y grows downwards
    falls = any((b[0] - a[0]) * (b[1] - a[1]) > 1 for a, b in steps)
    return Stroke(box, filled, rises or not steps, falls)


def _sort_curve(shapes: Shapes, curve: dict[str, Any], width: float, height: float) -> None:
    box = Box(curve["x0"], curve["top"], curve["x1"], curve["bottom"])
    points = _points(curve)
    corners = {(round(x), round(y)) for x, y in points}
    if len(corners) <= 4 and is_drawn_box(box) and all(_at_corner(p, box) for p in points) and len(corners) == 4:
        shapes.squares.append(box)
    elif len(corners) > 8 and is_drawn_box(box) and all(_along_edge(p, box) for p in points):
        shapes.squares.append(box)  # with rounded corners, as browsers print check boxes
    elif max(box.x1 - box.x0, box.bottom - box.top) <= 40:
        shapes.strokes.append(_stroke(box, points))
    elif points and all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(points)):
        for (ax, ay), (bx, by) in itertools.pairwise(points):  # a polyline along the grid
            if ay == by:
                shapes.across.append(Rule(ay, min(ax, bx), max(ax, bx)))
            else:
                shapes.down.append(Rule(ax, min(ay, by), max(ay, by)))


def _at_corner(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return min(abs(x - box.x0), abs(x - box.x1)) < 1 and min(abs(y - box.top), abs(y - box.bottom)) < 1


def _along_edge(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return min(x - box.x0, box.x1 - x, y - box.top, box.bottom - y) < 0.08 * (box.x1 - box.x0)


def _squares_of_lines(shapes: Shapes) -> None:
    """Boxes drawn as four single lines."""
    short_across = [r for r in shapes.across if 5 <= r.end - r.start <= 22]
    short_down = [r for r in shapes.down if 5 <= r.end - r.start <= 22]
    if not short_across or len(short_across) * len(short_down) > 200_000:
        return
    used: set[Rule] = set()
    for left in short_down:
        tops = [r for r in short_across if abs(r.at - left.start) < 1.5 and abs(r.start - left.at) < 1.5]
        bottoms = [r for r in short_across if abs(r.at - left.end) < 1.5 and abs(r.start - left.at) < 1.5]
        if tops and bottoms:
            right = tops[0].end
            rights = [r for r in short_down if abs(r.at - right) < 1.5 and abs(r.start - left.start) < 1.5]
            box = Box(left.at, left.start, right, left.end)
            if rights and is_drawn_box(box):
                shapes.squares.append(box)
                used.update((left, tops[0], bottoms[0], rights[0]))
    shapes.across = [r for r in shapes.across if r not in used]
    shapes.down = [r for r in shapes.down if r not in used]


def _placed(tokens: list[Token], grids: Sequence[Grid]) -> Iterator[Placed]:
    inside: list[list[list[Token]]] = [[[] for _ in grid.cells] for grid in grids]
    outside: list[Token] = []
    order = sorted(range(len(grids)), key=lambda i: grids[i].box.area)  # a table within a cell comes before the cell
    for token in tokens:
        for i in order:
            cell = cell_at(grids[i], token.middle)
            if cell is not None:
                inside[i][cell].append(token)
                break
        else:
            outside.append(token)
    placed = [
        Placed(_table(grid, inside[i]), grid.box.top, grid.box.bottom, grid.columns) for i, grid in enumerate(grids)
    ]
    placed += _around(lines_of(outside, tabs=True), grids)
    yield from sorted(placed, key=lambda p: p.top)


def _table(grid: Grid, texts: Sequence[Sequence[Token]]) -> Table:
    return grid.table([_cell_text(box, tokens) for (box, *_), tokens in zip(grid.cells, texts, strict=True)])


def _cell_text(box: Box, tokens: Sequence[Token]) -> str:
    return "\n".join(paragraphs_of(lines_of(tokens), box.x0, box.x1))


def _around(lines: list[Line], grids: Sequence[Grid]) -> list[Placed]:
    """Paragraphs above, between and below the tables; columns of running text one after the other."""
    if not lines:
        return []
    left = min([line.x0 for line in lines] + [grid.box.x0 for grid in grids])
    right = max([line.x1 for line in lines] + [grid.box.x1 for grid in grids])
    placed: list[Placed] = []
    for column in _columns(_between(lines, grids), left, right):
        x0 = min(line.x0 for line in column)
        x1 = (
            right
            if len(column) < 3 or max(line.x1 for line in column) > right - 30
            else max(line.x1 for line in column)
        )
        top = column[0].top
        for number, text in enumerate(paragraphs_of(column, x0, x1)):
            place = top + number * 0.01
            placed.append(Placed(Paragraph(text), place, column[-1].bottom))
    return placed


def _between(lines: list[Line], grids: Sequence[Grid]) -> list[list[Line]]:
    tops = sorted(grid.box.top for grid in grids)
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(sum(top < line.top for top in tops), []).append(line)
    return [groups[key] for key in sorted(groups)]


def _columns(groups: list[list[Line]], left: float, right: float) -> Iterator[list[Line]]:
    """Each group, cut in two where an empty strip runs down its middle between full lines of text."""
    for group in groups:
        cut = _gutter(group, left, right)
        if cut is None:
            yield group
            continue
        halves: tuple[list[Token], list[Token]] = ([], [])
        for line in group:
            for token in line.tokens:
                halves[token.middle[0] > cut].append(token)
        for half in halves:
            found = lines_of(half, tabs=True)
            if found:
                yield found


def _gutter(group: list[Line], left: float, right: float) -> float | None:
    if len(group) < 8:
        return None
    for share in (0.5, 0.48, 0.52, 0.46, 0.54):
        cut = left + (right - left) * share
        sides: list[float] = []
        for line in group:
            if any(t.x0 < cut + 3 and t.x1 > cut - 3 and t.text.strip() for t in line.tokens):
                break
            sides += [sum(t.x1 - t.x0 for t in line.tokens if (t.middle[0] > cut) == side) for side in (False, True)]
        else:
            full = [s for s in sides if s > 0.75 * (right - left) / 2 * 0.9]
            if len(full) > 0.6 * len(sides):
                return cut
    return None
