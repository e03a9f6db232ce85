"""What is drawn on a page of a PDF -> ruling lines, tick boxes, and strokes that may be ticks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from msgspec import Struct, field

from bot.documents.formats.pdf.content import at_corner
from bot.documents.formats.pdf.drawn import Kind, Letter, Shape
from bot.documents.formats.pdf.marks import Stroke, is_drawn_box
from bot.documents.page.grid import MAX_RULES, Box, Rule, merge_rules
from bot.documents.page.tolerances import PAGE

_MAX_SHAPES = 20_000
_MOST_PAIRS = 2_000_000
_DOTS = 5  # make a line
_ARCS = 4  # of a circle
_MOST_CIRCLES = 400


class Shapes(Struct):
    """The drawn part of a page, sorted by what it can mean."""

    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    squares: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    shadings: list[Box] = field(default_factory=list)  # filled areas without an outline, not white


def shapes_of(drawn: Sequence[Shape], letters: Sequence[Letter], width: float, height: float) -> Shapes:
    """*width* and *height* are the page's."""
    shapes = Shapes()
    rows = _letters(letters)
    circles: list[Shape] = []
    for one in drawn[:_MAX_SHAPES]:
        if one.kind is Kind.RECT:
            if not (one.fills and not one.strokes and _is_highlight(one.box, rows)):
                _sort_rect(shapes, one, width, height)
        elif one.kind is Kind.LINE:
            _sort_line(shapes, one.box, one.points)
        elif one.kind is Kind.CURVE and len(circles) < _MOST_CIRCLES and _is_circle(one):
            circles.append(one)
        elif one.kind is Kind.CURVE:
            _sort_curve(shapes, one)
    _squares_of_lines(shapes)
    _sort_circles(shapes, circles, rows)
    _add_shadings(shapes)
    shapes.across = _bounded(_with_dotted(shapes.across))
    shapes.down = _bounded(_with_dotted(shapes.down))
    return shapes


def _with_dotted(rules: list[Rule]) -> list[Rule]:
    """Those that are long enough for a table's, and those that dots or short dashes make up together."""
    whole = [rule for rule in rules if rule.end - rule.start > PAGE.shortest_rule]
    rows: dict[float, list[Rule]] = {}
    for rule in rules:
        if rule.end - rule.start <= PAGE.shortest_rule:
            rows.setdefault(round(rule.at, 1), []).append(rule)
    for at, row in rows.items():
        row.sort(key=lambda rule: rule.start)
        first = count = 0
        for number, rule in enumerate(row):
            if number and rule.start - row[number - 1].end > PAGE.rules_join:
                first, count = number, 0
            count += 1
            if count >= _DOTS and (number + 1 == len(row) or row[number + 1].start - rule.end > PAGE.rules_join):
                whole.append(Rule(at, row[first].start, rule.end))
    return whole


def _letters(letters: Sequence[Letter]) -> dict[int, list[Box]]:
    """The boxes of the characters by their height on the page, in steps of 20 points."""
    found: dict[int, list[Box]] = {}
    for box in (letter.box for letter in letters):
        found.setdefault(int(box.mid_y / PAGE.row_step), []).append(box)
    return found


def _is_highlight(box: Box, letters: dict[int, list[Box]]) -> bool:
    """A marker's colour behind some words ends where they do; a cell's shading leaves them room."""
    if not PAGE.thin < box.height <= PAGE.band_high or is_drawn_box(box):
        return False
    rows = range(int(box.top / PAGE.row_step) - 1, int(box.bottom / PAGE.row_step) + 2)
    inside = [one for row in rows for one in letters.get(row, ()) if box.holds(one.middle)]
    if not inside or box.height > PAGE.band_text * max(one.height for one in inside):
        return False
    return (
        abs(min(one.x0 for one in inside) - box.x0) < PAGE.rules_snap
        and abs(max(one.x1 for one in inside) - box.x1) < PAGE.rules_snap
    )


def _bounded(rules: list[Rule]) -> list[Rule]:
    merged = [r for r in merge_rules(rules, PAGE.rules_snap, PAGE.rules_join) if r.end - r.start > PAGE.shortest_rule]
    return sorted(merged, key=lambda r: r.start - r.end)[: MAX_RULES // 2]


def _sort_rect(shapes: Shapes, rect: Shape, width: float, height: float) -> None:
    box = rect.box
    wide, high = box.width, box.height
    if wide <= PAGE.thin and high <= PAGE.thin:
        if max(wide, high) > PAGE.dot:  # one dot of a dotted line
            shapes.across.append(Rule(box.mid_y, box.x0, box.x1))
            shapes.down.append(Rule(box.mid_x, box.top, box.bottom))
    elif high <= PAGE.thin:
        shapes.across.append(Rule(box.mid_y, box.x0, box.x1))
    elif wide <= PAGE.thin:
        shapes.down.append(Rule(box.mid_x, box.top, box.bottom))
    elif is_drawn_box(box) and (rect.strokes or _is_white(rect)):
        shapes.squares.append(box)
        if rect.fills and _is_dark(rect):
            shapes.strokes.append(Stroke(box, filled=True))
    elif is_drawn_box(box):
        shapes.strokes.append(Stroke(box, filled=True))
    elif rect.strokes:
        _add_frame(shapes, box)
    elif rect.fills and wide * high < PAGE.ground_most * width * height and not _is_white(rect):
        shapes.shadings.append(box)


def _add_frame(shapes: Shapes, box: Box) -> None:
    shapes.across += [Rule(box.top, box.x0, box.x1), Rule(box.bottom, box.x0, box.x1)]
    shapes.down += [Rule(box.x0, box.top, box.bottom), Rule(box.x1, box.top, box.bottom)]


def _add_shadings(shapes: Shapes) -> None:
    """The edges of shaded cells are lines of their table; a bar of paint within a ruled cell, over words or beside them, is no cell."""
    down = [rule for rule in shapes.down if rule.end - rule.start > PAGE.shortest_rule]
    lines = (
        merge_rules(down, PAGE.rules_snap, PAGE.rules_join) if len(down) * len(shapes.shadings) <= _MOST_PAIRS else []
    )
    for box in shapes.shadings:
        y = box.mid_y
        beside = [rule.at for rule in lines if rule.start - PAGE.rules_snap <= y <= rule.end + PAGE.rules_snap]
        left = max((at for at in beside if at <= box.x0 + PAGE.thin), default=box.x0)
        right = min((at for at in beside if at >= box.x1 - PAGE.thin), default=box.x1)
        free = (box.x0 - left > PAGE.thin) + (right - box.x1 > PAGE.thin)
        if not free or any(_are_neighbours(box, other, beside=free == 2) for other in shapes.shadings):
            _add_frame(shapes, box)


def _are_neighbours(one: Box, other: Box, *, beside: bool) -> bool:
    """Shaded cells side by side, of one height; unless *beside* also those one below the other, of one width."""
    pairs = ((one.x0, other.x0), (one.x1, other.x1)), ((one.top, other.top), (one.bottom, other.bottom))
    across, down = (all(abs(a - b) <= PAGE.rules_snap for a, b in edges) for edges in pairs)
    touch_beside = min(abs(one.x0 - other.x1), abs(one.x1 - other.x0)) <= PAGE.rules_snap
    touch_below = min(abs(one.top - other.bottom), abs(one.bottom - other.top)) <= PAGE.rules_snap
    return (down and touch_beside) or (across and touch_below and not beside)


def _is_white(rect: Shape) -> bool:
    return rect.colour is not None and min(rect.colour) >= 0.95


def _is_dark(rect: Shape) -> bool:
    return rect.colour is not None and sum(rect.colour) / 3 < 0.5


def _sort_line(shapes: Shapes, box: Box, points: list[tuple[float, float]]) -> None:
    wide, high = box.width, box.height
    if high <= PAGE.hairline and wide > high:
        shapes.across.append(Rule(box.mid_y, box.x0, box.x1))
    elif wide <= PAGE.hairline and high > wide:
        shapes.down.append(Rule(box.mid_x, box.top, box.bottom))
    elif wide > PAGE.hairline and high > PAGE.hairline:
        shapes.strokes.append(_stroke(box, points))


def _stroke(box: Box, points: list[tuple[float, float]]) -> Stroke:
    steps = list(itertools.pairwise(points))
    rises = any((b[0] - a[0]) * (b[1] - a[1]) < -1 for a, b in steps)  # y grows downwards
    falls = any((b[0] - a[0]) * (b[1] - a[1]) > 1 for a, b in steps)
    return Stroke(box, rises=rises or not steps, falls=falls)


def _sort_curve(shapes: Shapes, curve: Shape) -> None:
    box, points = curve.box, curve.points
    corners = {(round(x), round(y)) for x, y in points}
    wide, high = box.width, box.height
    if curve.fills and min(wide, high) <= PAGE.thin and max(wide, high) > PAGE.shortest_rule:
        if wide > high:  # a border with slanting ends, as browsers print each cell's own
            shapes.across.append(Rule(box.mid_y, box.x0, box.x1))
        else:
            shapes.down.append(Rule(box.mid_x, box.top, box.bottom))
    elif (
        len(corners) <= 4
        and is_drawn_box(box)
        and all(at_corner(p, box, PAGE.corner) for p in points)
        and len(corners) == 4
    ):
        shapes.squares.append(box)
    elif len(corners) > 8 and is_drawn_box(box) and all(_along_edge(p, box) for p in points):
        shapes.squares.append(box)  # with rounded corners, as browsers print check boxes
    elif max(box.width, box.height) <= PAGE.curve_largest:
        shapes.strokes.append(_stroke(box, points))
    elif points and all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(points)):
        for (ax, ay), (bx, by) in itertools.pairwise(points):  # a polyline along the grid
            if ay == by:
                shapes.across.append(Rule(ay, min(ax, bx), max(ax, bx)))
            else:
                shapes.down.append(Rule(ax, min(ay, by), max(ay, by)))


def _is_circle(curve: Shape) -> bool:
    box = curve.box
    wide, high = box.width / 2, box.height / 2
    if (
        len(curve.points) < _ARCS
        or not 0 < wide <= PAGE.box_largest / 2
        or not PAGE.box_square <= wide / (high or 1.0) <= PAGE.box_square_most
    ):
        return False
    middle = box.x0 + wide, box.top + high
    away = [((x - middle[0]) / wide) ** 2 + ((y - middle[1]) / high) ** 2 for x, y in curve.points]
    return all(abs(one - 1) <= PAGE.circle for one in away)


def _sort_circles(shapes: Shapes, circles: Sequence[Shape], letters: dict[int, list[Box]]) -> None:
    """Rings to choose from, as browsers print them, with a dot in the chosen one; a ring around something else is somebody's mark."""
    taken = [*itertools.chain.from_iterable(letters.values()), *shapes.squares]
    rings = [one.box for one in circles if one.strokes and is_drawn_box(one.box)]
    rings = [ring for ring in rings if not any(ring.holds(other.middle) for other in taken)]
    for one in circles:
        around = [ring for ring in rings if ring.holds(one.box.middle)]
        if not around:
            shapes.strokes.append(_stroke(one.box, one.points))
        elif any(one.box.width < PAGE.dot_in_ring * ring.width for ring in around):
            shapes.strokes.append(Stroke(one.box, filled=True))
        elif one.box in rings:
            shapes.squares.append(one.box)  # and not the ground within it


def _along_edge(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return min(x - box.x0, box.x1 - x, y - box.top, box.bottom - y) < PAGE.near_edge * box.width


def _squares_of_lines(shapes: Shapes) -> None:
    """Boxes drawn as four single lines."""
    short_across = [r for r in shapes.across if 5 <= r.end - r.start <= 22]
    short_down = [r for r in shapes.down if 5 <= r.end - r.start <= 22]
    if not short_across or len(short_across) * len(short_down) > 200_000:
        return
    used: set[Rule] = set()
    for left in short_down:
        tops = [
            r
            for r in short_across
            if abs(r.at - left.start) < PAGE.sides_meet and abs(r.start - left.at) < PAGE.sides_meet
        ]
        bottoms = [
            r
            for r in short_across
            if abs(r.at - left.end) < PAGE.sides_meet and abs(r.start - left.at) < PAGE.sides_meet
        ]
        if tops and bottoms:
            right = tops[0].end
            rights = [
                r
                for r in short_down
                if abs(r.at - right) < PAGE.sides_meet and abs(r.start - left.start) < PAGE.sides_meet
            ]
            box = Box(left.at, left.start, right, left.end)
            if rights and is_drawn_box(box):
                shapes.squares.append(box)
                used.update((left, tops[0], bottoms[0], rights[0]))
    shapes.across = [r for r in shapes.across if r not in used]
    shapes.down = [r for r in shapes.down if r not in used]
