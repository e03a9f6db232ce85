"""What was laid over or under a form and is none of it: watermarks and the lettering of stamps.

The eye parts them from the form's own writing by their direction, or by their colour where they run across it. Text in another
colour that stands by itself is what somebody typed, whatever the colour.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from bot.documents.formats.pdf.drawn import Colour, Kind, Letter, Shape, common
from bot.documents.formats.pdf.marks import TICKS_AND_BOXES
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_LIGHTER, _COLOURED = 0.25, 0.45  # of 1: what sets an ink off from the form's own
_MOST_RULES = 5_000
_CROSSES = 2  # letters on the form's; one may have been typed a little off its place
_COPIES = 3  # of the same words: a pattern over the page
_ENOUGH = 40  # characters; a pattern may have many more than the form
_LEAST_SHARE = 0.03  # of the characters; a rarer ink is not taken for the form's


def laid_over(chars: Sequence[Letter], shapes: Sequence[Shape]) -> list[Letter]:
    """Those of *chars* (in the order of drawing) that are no part of the form."""
    if len({(char.colour, char.alpha) for char in chars}) < 2 and not any(
        char.aside or _is_askew(char) for char in chars
    ):
        return []
    level = [char for char in chars if not _is_askew(char)]
    if not level or len(level) < min(_ENOUGH, len(chars) / 10):
        return []  # the page as a whole is askew
    form = _Form(level, shapes)
    pieces = _pieces(chars, form)
    by_words: dict[str, list[list[Letter]]] = defaultdict(list)
    for piece in pieces:
        by_words["".join(_text(char) for char in piece)].append(piece)
    gone: list[Letter] = []
    for copies in by_words.values():
        found = [form.crossings(piece) for piece in copies]
        pattern = len(copies) >= _COPIES and sum(found) >= _CROSSES
        for piece, crossings in zip(copies, found, strict=True):
            if pattern or crossings >= min(_CROSSES, len(piece)):
                gone += piece
    return gone


def _pieces(chars: Sequence[Letter], form: _Form) -> list[list[Letter]]:
    """What is not in the form's ink or askew, put together where it was drawn together: a word, a ring of letters, a stamp."""
    pieces: list[list[Letter]] = []
    box, open_ = Box(0.0, 0.0, 0.0, 0.0), False
    for char in chars:
        if not (_is_askew(char) or form.is_foreign(char)):
            open_ = open_ and not _text(char)
            continue
        reach = PAGE.piece_reach * max(char.size, form.size)
        joins = open_ and _gap(box, char.box) <= reach and _same_ink(pieces[-1][-1], char)
        if joins:
            pieces[-1].append(char)
            box = _around(box, char.box)
        else:
            pieces.append([char])
            box = char.box
        open_ = True
    return pieces


class _Form:
    """The form's own ink, size, letters and lines."""

    def __init__(self, level: Sequence[Letter], shapes: Sequence[Shape]) -> None:
        inks = Counter(_rounded(ink) for char in level if (ink := _ink(char)) is not None and _text(char))
        least = _LEAST_SHARE * inks.total()
        self._ink = min((ink for ink, count in inks.items() if count >= least), key=_light, default=(0.0, 0.0, 0.0))
        own = [char for char in level if not self.is_foreign(char)]
        self.size = float(max(median(char.size for char in some) for some in (own, level) if some))
        self._letters: dict[tuple[int, int], list[Letter]] = defaultdict(list)
        for char in own:
            if _text(char).isalnum():
                self._letters[_tile(char.box)].append(char)
        self._across, self._down = _rules(shapes)

    def is_foreign(self, char: Letter) -> bool:
        """Paler than the form's writing, or coloured where that is not; ticks and boxes may have any colour."""
        if _text(char) in TICKS_AND_BOXES and _text(char):
            return False
        if char.aside:
            return True
        ink = _ink(char)
        if ink is None:
            return False
        coloured = max(ink) - min(ink) >= _COLOURED and max(self._ink) - min(self._ink) < _COLOURED
        return coloured or _light(ink) - _light(self._ink) >= _LIGHTER

    def crossings(self, piece: Sequence[Letter]) -> int:
        """How many letters of *piece* stand across the form: on its letters or lines, or askew."""
        if any(map(_is_askew, piece)):
            return len(piece)
        return sum(self._on_letter(char) or self._on_rule(char) for char in piece if _text(char))

    def _on_letter(self, char: Letter) -> bool:
        column, row = _tile(char.box)
        reach = 1 + int(char.size / PAGE.tile)
        near = (
            other
            for x in range(column - reach, column + reach + 1)
            for y in range(row - reach, row + reach + 1)
            for other in self._letters.get((x, y), ())
        )
        return any(_overlap(char.box, other.box) and not _is_shadow(char, other) for other in near)

    def _on_rule(self, char: Letter) -> bool:
        """A large letter on a table's line or, much larger than the form's, within a table; smaller ones run over their cells as values
        do."""
        box, size = char.box, char.size
        if size < PAGE.laid_large * self.size:
            return False
        x, y = box.middle
        if any(
            abs(r.top - y) <= PAGE.on_ruling * size and r.x0 < box.x0 - size and r.x1 > box.x1 + size
            for r in self._across
        ):
            return True
        beside = [r for r in self._down if r.top < y < r.bottom]
        return any(abs(r.x0 - x) <= PAGE.beside_ruling * size for r in beside) or (
            bool(beside) and size >= PAGE.laid_huge * self.size
        )


def _rules(shapes: Sequence[Shape]) -> tuple[list[Box], list[Box]]:
    """The lines of tables as boxes without thickness: level ones, upright ones."""
    across: list[Box] = []
    down: list[Box] = []
    for one in shapes:
        box = one.box
        wide, high = box.width, box.height
        x, y = box.middle
        if len(across) + len(down) >= _MOST_RULES:
            continue
        if high <= PAGE.ruling_thick and wide >= PAGE.shortest_ruling:
            across.append(Box(box.x0, y, box.x1, y))
        elif wide <= PAGE.ruling_thick and high >= PAGE.shortest_ruling:
            down.append(Box(x, box.top, x, box.bottom))
        elif one.kind is Kind.RECT and one.strokes and min(wide, high) >= PAGE.shortest_ruling:
            across += [Box(box.x0, edge, box.x1, edge) for edge in (box.top, box.bottom)]
            down += [Box(edge, box.top, edge, box.bottom) for edge in (box.x0, box.x1)]
    return across, down


def _is_askew(char: Letter) -> bool:
    a, b = char.along
    return min(abs(a), abs(b)) > PAGE.askew * max(abs(a), abs(b))


def _text(char: Letter) -> str:
    return char.text.strip()


def _ink(char: Letter) -> Colour | None:
    return None if char.colour is None else _on_paper(char.colour, char.alpha)


@lru_cache(256)
def _on_paper(colour: Colour, alpha: float) -> Colour:
    """What is seen of the colour on white paper."""
    red, green, blue = (1 - alpha * (1 - part) for part in colour)
    return red, green, blue


def _same_ink(one: Letter, other: Letter) -> bool:
    first, second = _ink(one), _ink(other)
    return first is None or second is None or _rounded(first) == _rounded(second)


def _rounded(ink: Colour) -> Colour:
    return round(ink[0], 1), round(ink[1], 1), round(ink[2], 1)


def _light(ink: Colour) -> float:
    return 0.3 * ink[0] + 0.59 * ink[1] + 0.11 * ink[2]


def _is_shadow(char: Letter, other: Letter) -> bool:
    """The same letter drawn again a little beside, in another ink."""
    return (
        _text(char) == _text(other)
        and max(abs(char.box.x0 - other.box.x0), abs(char.box.top - other.box.top)) < PAGE.same_place
    )


def _overlap(one: Box, other: Box) -> bool:
    """Whether one letter stands in the other, and not only beside, above or below it."""
    both = common(one, other)
    is_wide = both.width > PAGE.letters_wide * min(one.width, other.width)
    return is_wide and both.height > PAGE.letters_high * min(one.height, other.height)


def _gap(one: Box, other: Box) -> float:
    return max(one.x0 - other.x1, other.x0 - one.x1, one.top - other.bottom, other.top - one.bottom)


def _around(one: Box, other: Box) -> Box:
    return Box(min(one.x0, other.x0), min(one.top, other.top), max(one.x1, other.x1), max(one.bottom, other.bottom))


def _tile(box: Box) -> tuple[int, int]:
    return int(box.mid_x // PAGE.tile), int(box.mid_y // PAGE.tile)
