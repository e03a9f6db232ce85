"""What of a PDF page a person sees: text that is white on white, covered, switched off, clipped or struck out is taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pypdfium2.raw as raw
from msgspec import Struct, field

from bot.documents.formats.pdf.content import Content, content_of
from bot.documents.formats.pdf.drawn import WHITE, Drawn, Kind, Letter, Shape, View
from bot.documents.formats.pdf.ink import decide
from bot.documents.formats.pdf.laid_over import laid_over
from bot.documents.formats.pdf.letters import Run, letters_of, runs_of, turn_of, with_lone_letters
from bot.documents.formats.pdf.marks import TICKS_AND_BOXES, Stroke
from bot.documents.formats.pdf.pictured import boxes_in_pictures
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_CONTRAST = 0.25  # of 1 in one of red, green, blue: everybody sees the difference
_ALIKE = 0.06  # nobody sees it
_MOST_AREAS = 20_000
_FAR = 16_384  # points
_LAYERS = 4  # of the same words over one another
_FEW_LETTERS, _MANY_OBJECTS = 8, 1500


class Seen(Struct):
    """The page's visible letters (struck ones without text: their place still tells where a line breaks) and shapes; ``hidden``: the
    other letters, which on a scan may be what a program read in it; ``boxes`` and ``ticks`` are those that are pictures."""

    view: View
    letters: list[Letter]
    shapes: list[Shape]
    all_outlines: bool = False
    hidden: list[Letter] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    ticks: list[Stroke] = field(default_factory=list)


def look_at(page: Any, layered: bool) -> Seen:
    """*page* is pypdfium2's; *layered*: its file has layers."""
    runs = runs_of(page.raw)
    rotation = page.get_rotation()
    view = View.of_sheet(*_sheet(page), rotation, turn_of(runs, rotation))
    count = sum(len(run.letters) for run in runs.values())
    if count < _FEW_LETTERS and raw.FPDFPage_CountObjects(page.raw) >= _MANY_OBJECTS:
        return Seen(view, [], [], all_outlines=True)  # writing turned into outlines (文字转曲), a drawing
    content = content_of(page.raw, view, layered)
    seen = _visible(view, *_decided(page, view, content, with_lone_letters(page.raw, content, runs)))
    seen.boxes, seen.ticks = boxes_in_pictures(page, seen.shapes)
    return seen


def _sheet(page: Any) -> tuple[float, float, float, float]:
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page.raw, box)
    return box.left, box.bottom, box.right, box.top


def _decided(page: Any, view: View, content: Content, runs: dict[int, Run]) -> tuple[list[Letter], list[Shape]]:
    """All letters, with what is not seen of them known, and the shapes that are seen. Of a letter that is drawn again over itself pdfium gives the first one only, which may be covered: the page is
    read again without the text objects of which something is hidden."""
    areas = _Areas(content.shapes)
    for shape in content.shapes:
        shape.doubtful = shape.doubtful or areas.may_cover(shape)
    doubtful: list[Drawn] = [shape for shape in content.shapes if shape.doubtful]
    letters = letters_of(runs, content, view)
    aside: list[Letter] = []
    hidden: set[int] = set()
    for _ in range(_LAYERS):
        _doubt(letters, areas, view)
        decide(page, view, content.items, [*doubtful, *(one for one in letters if one.doubtful and not one.unseen)])
        doubtful = []
        more = {letter.order for letter in letters if letter.unseen}
        aside += [letter for letter in letters if letter.order in more]
        letters = [letter for letter in letters if letter.order not in more]
        hidden |= more
        if not more:
            break
        with _laid_aside([content.items[order] for order in hidden]):
            again = [one for one in letters_of(runs_of(page.raw), content, view) if one.order not in hidden]
        if len(again) == len(letters):
            break
        letters = again
    every = sorted((*aside, *letters), key=lambda one: one.order)
    return every, [shape for shape in content.shapes if not shape.unseen]


@contextmanager
def _laid_aside(items: Sequence[Any]) -> Iterator[None]:
    """Far from the page: pdfium compares letters with those of objects that are switched off, too."""
    try:
        for item in items:
            raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 0, -_FAR)
        yield
    finally:
        for item in items:
            raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 0, _FAR)


def _doubt(letters: list[Letter], areas: _Areas, view: View) -> None:
    for letter in letters:
        box = letter.box
        if not _is_on(box, view) or max(box.height, box.width) < PAGE.tiny_letter:
            letter.unseen = True
        elif not letter.unseen:
            veiled = letter.doubtful or letter.alpha < 1
            letter.doubtful = (veiled or areas.may_hide(letter)) and not letter.text.isspace()
            letter.by_place = None if veiled or not letter.doubtful else areas.hides(letter)


def _visible(view: View, letters: list[Letter], shapes: list[Shape]) -> Seen:
    seen = [letter for letter in letters if not letter.unseen]
    hidden = [letter for letter in letters if letter.unseen]
    for letter, behind in pairwise(one for one in letters if one.text.strip()):
        letter.cut = letter.order == behind.order and (behind.clipped or not _is_on(behind.box, view))
    gone = {id(one) for one in laid_over(seen, shapes)}
    seen = [letter for letter in seen if id(letter) not in gone]
    struck = {id(one) for one in _struck(seen, shapes)}
    for letter in seen:
        if id(letter) in struck:
            letter.text = ""
    return Seen(view, seen, [shape for shape in shapes if id(shape) not in struck], hidden=hidden)


def _is_on(box: Box, view: View) -> bool:
    x, y = box.middle
    return -1 <= x <= view.width + 1 and -1 <= y <= view.height + 1


class _Areas:
    """Filled areas and pictures in the order of drawing, by the tiles of the page that they touch."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._tiles: dict[tuple[int, int], list[Shape]] = defaultdict(list)
        for area in [one for one in shapes if one.fills and _is_area(one.box)][:_MOST_AREAS]:
            for tile in _tiles(area.box):
                self._tiles[tile].append(area)

    def may_hide(self, letter: Letter) -> bool:
        """Whether something was drawn over it, or its colour is not plainly another than that of its ground."""
        box = letter.box
        x, y = box.middle
        ground: Shape | None = None
        for area in self._tiles.get(_tile(x, y), ()):
            other = area.box
            if area.order > letter.order:
                if other.x0 < box.x1 and box.x0 < other.x1 and other.top < box.bottom and box.top < other.bottom:
                    return True
            elif other.holds((x, y), PAGE.area_margin):
                ground = area
        colour = WHITE if ground is None else ground.colour
        if letter.colour is None or colour is None:
            return True
        return all(abs(a - b) < _CONTRAST for a, b in zip(letter.colour, colour, strict=True))

    def hides(self, letter: Letter) -> bool:
        """Whether a plain area was drawn over its middle, or it is of the colour of its ground."""
        middle = letter.box.middle
        there = [area for area in self._tiles.get(_tile(*middle), ()) if area.box.holds(middle, PAGE.area_margin)]
        if any(area.order > letter.order and area.colour is not None for area in there):
            return True
        below = [area.colour for area in there if area.order < letter.order]
        ground = below[-1] if below else WHITE
        return (
            letter.colour is not None
            and ground is not None
            and all(abs(a - b) < _ALIKE for a, b in zip(letter.colour, ground, strict=True))
        )

    def may_cover(self, shape: Shape) -> bool:
        """Whether it lies wholly within something drawn later; what ends at its edge is that one's own border."""
        over = self._tiles.get(_tile(*shape.box.middle), ())
        return any(area.order > shape.order and _within(shape.box, area.box) for area in over)


def _is_area(box: Box) -> bool:
    return min(box.width, box.height) >= PAGE.area_smallest


def _tile(x: float, y: float) -> tuple[int, int]:
    return int(x // PAGE.tile), int(y // PAGE.tile)


def _tiles(box: Box) -> Iterator[tuple[int, int]]:
    left, top = _tile(max(box.x0, -2000.0), max(box.top, -2000.0))
    right, bottom = _tile(min(box.x1, 6000.0), min(box.bottom, 6000.0))
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))


def _within(box: Box, area: Box) -> bool:
    return area.x0 + 1 <= box.x0 and box.x1 <= area.x1 - 1 and area.top + 1 <= box.top and box.bottom <= area.bottom - 1


def _struck(letters: Sequence[Letter], shapes: Sequence[Shape]) -> list[Drawn]:
    """Characters with a thin line through them, the boxes and ticks that it crosses as well, and the line itself.

    A line that goes on beyond the text that it crosses is a table's.
    """
    rows: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        if letter.along[0] > 0.9 and letter.text.strip():
            rows[int(letter.box.mid_y // PAGE.tile)].append(letter)
    small = [one for one in shapes if _is_small(one.box)]
    gone: list[Drawn] = []
    for rule, pieces in _level_strokes(shapes):
        y = rule.mid_y
        near = [letter for at in (-1, 0, 1) for letter in rows.get(int(y // PAGE.tile) + at, ())]
        crossed = [letter for letter in near if _crosses(rule, y, letter)]
        if crossed:
            marks = [one for one in small if _on(rule, y, one.box)]
            if _ends_with(rule, [one.box for one in (*crossed, *marks)], max(letter.size for letter in crossed)):
                gone += [*crossed, *marks, *pieces]
    for stroke in (one for one in shapes if one.kind is Kind.LINE and not _is_rule(one.box)):
        middle = int(stroke.box.mid_y // PAGE.tile)
        crossed = _slashed(stroke, [letter for at in (-1, 0, 1) for letter in rows.get(middle + at, ())])
        if crossed:
            gone += [*crossed, stroke]
    return gone


def _level_strokes(shapes: Sequence[Shape]) -> Iterator[tuple[Box, list[Shape]]]:
    """Level lines, each with its pieces: some programs draw a line letter by letter or as dashes."""
    thin = [one for one in shapes if one.box.height <= PAGE.strike_thick]
    thin.sort(key=lambda one: (round(one.box.top + one.box.bottom), one.box.x0))
    pieces: list[Shape] = []
    for one in thin:
        if pieces and not _continues(pieces[-1].box, one.box):
            yield from _whole(pieces)
            pieces = []
        pieces.append(one)
    yield from _whole(pieces)


def _continues(before: Box, after: Box) -> bool:
    level = abs(before.top - after.top) + abs(before.bottom - after.bottom) <= PAGE.strike_level
    return level and before.x1 - PAGE.strike_level <= after.x0 <= before.x1 + PAGE.strike_dash


def _whole(pieces: list[Shape]) -> Iterator[tuple[Box, list[Shape]]]:
    if pieces:
        boxes = [one.box for one in pieces]
        whole = Box(
            boxes[0].x0, min(box.top for box in boxes), max(box.x1 for box in boxes), max(box.bottom for box in boxes)
        )
        if whole.width >= PAGE.strike_short:
            yield whole, pieces


def _slashed(stroke: Shape, near: Sequence[Letter]) -> list[Letter]:
    """The characters of one line of text through which a slanting *stroke* runs from end to end; a shorter one is a tick."""
    (ax, ay), (bx, by) = stroke.points[0], stroke.points[1]
    box, crossed = stroke.box, []
    if box.width < PAGE.strike_slash * box.height:
        return []
    for letter in near:
        x, size = letter.box.mid_x, letter.size
        in_line = abs(letter.box.top + letter.box.bottom - box.top - box.bottom) <= size
        if in_line and box.x0 <= x <= box.x1:
            y = ay + (by - ay) * (x - ax) / (bx - ax)
            if letter.box.top - PAGE.strike_over * size <= y <= letter.box.bottom + PAGE.strike_over * size:
                crossed.append(letter)
    if len(crossed) < 2 or any(letter.text in TICKS_AND_BOXES for letter in crossed):
        return []
    size = max(letter.size for letter in crossed)
    high = box.height <= PAGE.strike_high * size
    return crossed if high and _ends_with(box, [letter.box for letter in crossed], size) else []


def _is_small(box: Box) -> bool:
    return max(box.width, box.height) <= PAGE.area_small and min(box.width, box.height) > PAGE.area_tick


def _is_rule(box: Box) -> bool:
    return box.height <= PAGE.strike_thick and box.width >= PAGE.strike_short


def _crosses(rule: Box, y: float, letter: Letter) -> bool:
    size = max(letter.size, 0.1)
    return (
        PAGE.strike_from <= (letter.baseline - y) / size <= PAGE.strike_to
        and rule.x0 <= letter.box.mid_x <= rule.x1
        and rule.height <= PAGE.strike_over * size
    )


def _on(rule: Box, y: float, mark: Box) -> bool:
    return rule.x0 - 1 <= mark.mid_x <= rule.x1 + 1 and mark.top < y < mark.bottom


def _ends_with(rule: Box, boxes: Iterable[Box], size: float) -> bool:
    """Whether the line begins and ends where the crossed text does, or within its spaces, and nearly all of it lies on text."""
    boxes = list(boxes)
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    on_text = sum(box.width for box in boxes)
    return (
        rule.x0 >= left - PAGE.strike_beside * size
        and rule.x1 <= right + PAGE.strike_beside * size
        and on_text >= PAGE.strike_on_text * rule.width
    )
