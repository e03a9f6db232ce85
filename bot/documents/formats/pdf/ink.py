"""What is seen of a thing on a page: the page is drawn with and without it.

Masks, layers, patterns, blend modes, pictures and paint over words, words in the colour of their ground: pdfium knows them all, and
what it draws is what a viewer shows. The things in doubt are drawn by themselves on a ground that no paper has (that is the ink they
have), then the page with and without them (that is the ink that is seen).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as raw

from bot.documents.formats.pdf.drawn import Drawn, Letter, View, common
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_SCALE = 1.5  # pixels to a point
_LARGEST = 3000  # pixels of a side
_DIFFERS = 15  # of 255 in a colour: less nobody sees
_SEEN = 0.25  # of its ink: less are the edges of what was covered
_ROUNDS = 4  # of things that lie over one another
_PAPER, _NO_PAPER = (255, 255, 255, 255), (140, 60, 180, 255)  # of one channel each way alike, whatever their order


def decide(page: Any, view: View, items: Sequence[Any], doubtful: Sequence[Drawn]) -> None:
    """Sets ``unseen`` of each of *doubtful* that is not to be seen. *items*: all objects of the page and of its forms, by ``order``."""
    letters = [one for one in doubtful if isinstance(one, Letter)]
    shapes = [one for one in doubtful if not isinstance(one, Letter)]
    if not doubtful:
        return
    drawing = _Drawing(page, view)
    whole = drawing.made(_PAPER)
    for some in (letters, shapes):
        orders = {one.order for one in some}
        if not some:
            continue
        with left_out(item for order, item in enumerate(items) if order not in orders):
            alone = drawing.made(_NO_PAPER)
        for group in _rounds(some):
            with left_out(one.item for one in group):
                without = drawing.made(_PAPER)
            for one in group:
                here = drawing.part(whole, one.box)
                if isinstance(one, Letter) and one.only_clips:
                    one.unseen = bool(_differences(here, _PAPER).max() <= _DIFFERS)
                    continue
                ink = _differences(drawing.part(alone, one.box), _NO_PAPER)
                strong = ink > max(ink.max(initial=0) / 2, _DIFFERS)  # where it lies as a whole, not its smoothed edges
                if not strong.any() and isinstance(one, Letter) and one.by_place is not None:
                    one.unseen = one.by_place  # no font for it on this machine: what it was drawn on says enough
                    continue
                seen = _differences(here, drawing.part(without, one.box))[strong] > _DIFFERS
                one.unseen = bool(seen.sum() < max(_SEEN * strong.sum(), 1))


@contextmanager
def left_out(items: Iterable[Any]) -> Iterator[None]:
    """The page without *items*."""
    out = list(items)
    for item in out:
        raw.FPDFPageObj_SetIsActive(item, False)
    try:
        yield
    finally:
        for item in out:
            raw.FPDFPageObj_SetIsActive(item, True)


class _Drawing:
    """The page in pixels, turned as it is read."""

    def __init__(self, page: Any, view: View) -> None:
        self._page, self._turn = page, view.turn
        self._scale = min(_SCALE, _LARGEST / max(view.width, view.height, 1.0))

    def made(self, paper: tuple[int, int, int, int]) -> Any:
        bitmap = self._page.render(
            scale=self._scale,
            rotation=self._turn,
            fill_color=paper,
            may_draw_forms=False,
            draw_annots=False,
            rev_byteorder=True,
            prefer_bgrx=True,
        )
        return bitmap.to_numpy()[:, :, :3]

    def part(self, picture: Any, box: Box) -> Any:
        x0, top = max(int(box.x0 * self._scale), 0), max(int(box.top * self._scale), 0)
        x1, bottom = int(box.x1 * self._scale) + 1, int(box.bottom * self._scale) + 1
        return picture[top : max(bottom, top + 1), x0 : max(x1, x0 + 1)].astype("int16")


def _differences(part: Any, other: Any) -> Any:
    """How far each pixel is from *other*, another part or a colour, in red, green or blue."""
    return abs(part - (other if hasattr(other, "shape") else other[:3])).max(axis=2, initial=0)


def _rounds(some: Sequence[Drawn]) -> list[list[Drawn]]:
    """*some* in groups of which nothing lies over another thing of its group, unless it is the same letter drawn again: taken away one of
    two, the other would hide that it is missing."""
    by_order: dict[int, list[Drawn]] = defaultdict(list)
    for one in some:
        by_order[one.order].append(one)
    rounds: list[tuple[list[Drawn], dict[tuple[int, int], list[Drawn]]]] = []
    for own in by_order.values():
        for group, tiles in rounds:
            if len(rounds) == _ROUNDS and group is rounds[-1][0]:
                break
            if not any(_hides(one, other) for one in own for tile in _tiles(one.box) for other in tiles.get(tile, ())):
                break
        else:
            group, tiles = [], defaultdict(list)
            rounds.append((group, tiles))
        group += own
        for one in own:
            for tile in _tiles(one.box):
                tiles[tile].append(one)
    return [group for group, _ in rounds]


def _hides(one: Drawn, other: Drawn) -> bool:
    both = common(one.box, other.box)
    if both.width <= 0 or both.height <= 0 or both.area < 0.1 * min(one.box.area, other.box.area):
        return False
    again = isinstance(one, Letter) and isinstance(other, Letter) and one.text == other.text
    near = max(abs(one.box.x0 - other.box.x0), abs(one.box.top - other.box.top)) < PAGE.same_place
    return not (again and near)


def _tiles(box: Box) -> Iterator[tuple[int, int]]:
    left, right = int(max(box.x0, 0.0) // PAGE.tile), int(min(box.x1, 6000.0) // PAGE.tile)
    top, bottom = int(max(box.top, 0.0) // PAGE.tile), int(min(box.bottom, 6000.0) // PAGE.tile)
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
