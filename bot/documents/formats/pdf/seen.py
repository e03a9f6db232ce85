"""What of a PDF page a person sees: text that is white on white, covered, switched off, clipped or struck out is taken away.

Works on pdfminer's layout in its own coordinates (y grows upwards), before pdfplumber turns it into dictionaries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pdfminer.layout import LTChar, LTContainer, LTLine
from pdfminer.pdfinterp import PDFStackT
from pdfminer.pdftypes import PDFObjRef, resolve1

from bot.documents.formats.pdf.laid_over import laid_over
from bot.documents.formats.pdf.marks import TICKS_AND_BOXES
from bot.documents.formats.pdf.paint import Device, Drawn, Interpreter
from bot.documents.formats.pdf.values import WHITE
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_SAME_COLOUR = 0.06  # of 1 in each of red, green, blue: nobody sees the difference
_MOST_AREAS = 20_000


def look_at(page: Any, off: frozenset[int]) -> None:
    """Run the content of *page* (pdfplumber's) and leave only what can be seen in its layout.

    *off* are the layers that are switched off (``layers_off``).
    """
    device = Device(page.pdf.rsrcmgr, page.page_number)
    Interpreter(page.pdf.rsrcmgr, device, off).process_page(page.page_obj)
    _take_away(device.drawn)
    page._layout = device.get_result()  # what pdfplumber's own property keeps


def layers_off(catalog: dict[str, Any]) -> frozenset[int]:
    """Object ids of the optional content groups that a viewer does not show (8.11.4)."""
    properties = resolve1(catalog.get("OCProperties"))
    settings = resolve1(properties.get("D")) if isinstance(properties, dict) else None
    if not isinstance(settings, dict):
        return frozenset()
    base = resolve1(settings.get("BaseState"))
    off = _ids(settings.get("OFF"))
    if getattr(base, "name", "") == "OFF":
        off |= _ids(properties.get("OCGs")) - _ids(settings.get("ON"))
    return frozenset(off)


def _ids(listed: PDFStackT | Any) -> set[int]:
    found = resolve1(listed)
    return {one.objid for one in found if isinstance(one, PDFObjRef)} if isinstance(found, list) else set()


def _take_away(drawn: Sequence[Drawn]) -> None:
    areas = _Areas(drawn)
    seen: list[Drawn] = []
    gone: list[Drawn] = []
    for number, one in enumerate(drawn):
        hidden = one.unseen or (areas.hides_char(number, one) if one.is_char else areas.hides_shape(number, one))
        (gone if hidden else seen).append(one)
    over = laid_over(seen)
    gone += over
    foreign = {id(one) for one in over}
    for one in _struck([one for one in seen if id(one) not in foreign]):
        if isinstance(one.item, LTChar):
            one.item._text = ""  # its place still tells where its line breaks
        else:
            gone.append(one)
    by_holder: dict[int, tuple[LTContainer[Any], set[int]]] = {}
    for one in gone:
        by_holder.setdefault(id(one.holder), (one.holder, set()))[1].add(id(one.item))
    for holder, items in by_holder.values():
        holder._objs = [item for item in holder._objs if id(item) not in items]


class _Areas:
    """Filled areas and pictures in the order of drawing, by the tiles of the page that they touch."""

    def __init__(self, drawn: Sequence[Drawn]) -> None:
        self._drawn = drawn
        self._tiles: dict[tuple[int, int], list[int]] = defaultdict(list)
        wide = [n for n, one in enumerate(drawn) if one.fills and _is_area(one.box)]
        for number in wide[:_MOST_AREAS]:
            for tile in _tiles(drawn[number].box):
                self._tiles[tile].append(number)

    def hides_char(self, number: int, char: Drawn) -> bool:
        """Covered by what was drawn later, or of the colour of what lies below, or too small to be read."""
        box = char.box
        if max(box.bottom - box.top, box.x1 - box.x0) < PAGE.tiny_letter:
            return True
        x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
        dx, dy = (box.x1 - box.x0) / 4, (box.bottom - box.top) / 4
        samples = [(x, y), (x - dx, y - dy), (x + dx, y - dy), (x - dx, y + dy), (x + dx, y + dy)]
        if all(any(at > number and self._drawn[at].covers for at in self._at(sample)) for sample in samples):
            return True
        below = [at for at in self._at((x, y)) if at < number]
        ground = self._drawn[below[-1]].colour if below else WHITE
        return char.colour is not None and ground is not None and _alike(char.colour, ground)

    def _at(self, point: tuple[float, float]) -> Iterator[int]:
        """Numbers of the areas at *point*, in the order of drawing."""
        return (at for at in self._tiles.get(_tile(*point), ()) if self._drawn[at].box.holds(point, PAGE.area_margin))

    def hides_shape(self, number: int, shape: Drawn) -> bool:
        """A line, tick or box that lies wholly under a later area; one that ends at its edge is the area's own border."""
        box = shape.box
        middle = ((box.x0 + box.x1) / 2, (box.top + box.bottom) / 2)
        for at in self._tiles.get(_tile(*middle), ()):
            area = self._drawn[at]
            if at > number and area.covers and _within(box, area.box):
                return True
        return False


def _is_area(box: Box) -> bool:
    return min(box.x1 - box.x0, box.bottom - box.top) >= PAGE.area_smallest


def _tile(x: float, y: float) -> tuple[int, int]:
    return int(x // PAGE.tile), int(y // PAGE.tile)


def _tiles(box: Box) -> Iterator[tuple[int, int]]:
    left, low = _tile(max(box.x0, -2000.0), max(box.top, -2000.0))
    right, high = _tile(min(box.x1, 6000.0), min(box.bottom, 6000.0))
    return ((x, y) for x in range(left, right + 1) for y in range(low, high + 1))


def _within(box: Box, area: Box) -> bool:
    return area.x0 + 1 <= box.x0 and box.x1 <= area.x1 - 1 and area.top + 1 <= box.top and box.bottom <= area.bottom - 1


def _alike(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return all(abs(a - b) < _SAME_COLOUR for a, b in zip(one, other, strict=True))


def _struck(seen: Sequence[Drawn]) -> list[Drawn]:
    """Characters with a thin line through them, the boxes and ticks that it crosses as well, and the line itself.

    A line that goes on beyond the text that it crosses is a table's.
    """
    chars = [one for one in seen if isinstance(one.item, LTChar) and one.item.upright and one.item.get_text().strip()]
    rows: dict[int, list[Drawn]] = defaultdict(list)
    for char in chars:
        middle = (char.box.top + char.box.bottom) / 2
        rows[int(middle // PAGE.tile)].append(char)
    small = [one for one in seen if not one.is_char and _is_small(one.box)]
    gone: list[Drawn] = []
    for rule, pieces in _level_strokes(seen):
        y = (rule.top + rule.bottom) / 2
        near = [char for at in (-1, 0, 1) for char in rows.get(int(y // PAGE.tile) + at, ())]
        crossed = [char for char in near if _crosses(rule, y, char)]
        if crossed:
            size = max(char.box.bottom - char.box.top for char in crossed)
            marks = [one for one in small if _on(rule, y, one.box)]
            if _ends_with(rule, [one.box for one in (*crossed, *marks)], size):
                gone += [*crossed, *marks, *pieces]
    for stroke in (one for one in seen if isinstance(one.item, LTLine) and not _is_rule(one.box)):
        middle = int((stroke.box.top + stroke.box.bottom) / 2 // PAGE.tile)
        crossed = _slashed(stroke, [char for at in (-1, 0, 1) for char in rows.get(middle + at, ())])
        if crossed:
            gone += [*crossed, stroke]
    return gone


def _level_strokes(seen: Sequence[Drawn]) -> Iterator[tuple[Box, list[Drawn]]]:
    """Level lines, each with its pieces: some programs draw a line letter by letter or as dashes."""
    thin = [one for one in seen if not one.is_char and one.box.bottom - one.box.top <= PAGE.strike_thick]
    thin.sort(key=lambda one: (round(one.box.top + one.box.bottom), one.box.x0))
    pieces: list[Drawn] = []
    for one in thin:
        if pieces and not _continues(pieces[-1].box, one.box):
            yield from _whole(pieces)
            pieces = []
        pieces.append(one)
    yield from _whole(pieces)


def _continues(before: Box, after: Box) -> bool:
    level = abs(before.top - after.top) + abs(before.bottom - after.bottom) <= PAGE.strike_level
    return level and before.x1 - PAGE.strike_level <= after.x0 <= before.x1 + PAGE.strike_dash


def _whole(pieces: list[Drawn]) -> Iterator[tuple[Box, list[Drawn]]]:
    if pieces:
        boxes = [one.box for one in pieces]
        whole = Box(
            boxes[0].x0, min(box.top for box in boxes), max(box.x1 for box in boxes), max(box.bottom for box in boxes)
        )
        if whole.x1 - whole.x0 >= PAGE.strike_short:
            yield whole, pieces


def _slashed(stroke: Drawn, near: Sequence[Drawn]) -> list[Drawn]:
    """The characters of one line of text through which a slanting *stroke* runs from end to end; a shorter one is a tick."""
    item: Any = stroke.item
    (ax, ay), (bx, by) = item.pts[0], item.pts[-1]
    box, crossed = stroke.box, []
    if box.x1 - box.x0 < PAGE.strike_slash * (box.bottom - box.top):
        return []
    for char in near:
        x, size = (char.box.x0 + char.box.x1) / 2, char.box.bottom - char.box.top
        in_line = abs(char.box.top + char.box.bottom - box.top - box.bottom) <= size
        if in_line and box.x0 <= x <= box.x1:
            y = ay + (by - ay) * (x - ax) / (bx - ax)
            if char.box.top - PAGE.strike_over * size <= y <= char.box.bottom + PAGE.strike_over * size:
                crossed.append(char)
    if len(crossed) < 2 or any(char.item.get_text() in TICKS_AND_BOXES for char in crossed):  # type: ignore[attr-defined]  # LTChar
        return []
    size = max(char.box.bottom - char.box.top for char in crossed)
    high = box.bottom - box.top <= PAGE.strike_high * size
    return crossed if high and _ends_with(box, [char.box for char in crossed], size) else []


def _is_small(box: Box) -> bool:
    return (
        max(box.x1 - box.x0, box.bottom - box.top) <= PAGE.area_small
        and min(box.x1 - box.x0, box.bottom - box.top) > PAGE.area_tick
    )


def _is_rule(box: Box) -> bool:
    return box.bottom - box.top <= PAGE.strike_thick and box.x1 - box.x0 >= PAGE.strike_short


def _crosses(rule: Box, y: float, char: Drawn) -> bool:
    item: Any = char.item
    size = max(char.box.bottom - char.box.top, 0.1)
    height = (y - item.matrix[5]) / size
    middle = (char.box.x0 + char.box.x1) / 2
    return (
        PAGE.strike_from <= height <= PAGE.strike_to
        and rule.x0 <= middle <= rule.x1
        and rule.bottom - rule.top <= PAGE.strike_over * size
    )


def _on(rule: Box, y: float, mark: Box) -> bool:
    return rule.x0 - 1 <= (mark.x0 + mark.x1) / 2 <= rule.x1 + 1 and mark.top < y < mark.bottom


def _ends_with(rule: Box, boxes: Iterable[Box], size: float) -> bool:
    """Whether the line begins and ends where the crossed text does, or within its spaces, and nearly all of it lies on text."""
    boxes = list(boxes)
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    on_text = sum(box.x1 - box.x0 for box in boxes)
    return (
        rule.x0 >= left - PAGE.strike_beside * size
        and rule.x1 <= right + PAGE.strike_beside * size
        and on_text >= PAGE.strike_on_text * (rule.x1 - rule.x0)
    )
