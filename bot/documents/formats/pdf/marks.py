"""Ticks that are not plain text: boxes drawn as squares, ticks drawn or written over a printed box."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from bot.documents.formats.pdf.drawn import common
from bot.documents.page.grid import Box
from bot.documents.page.lines import Token
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import CROSSED, EMPTY, TICKED

PRINTED_BOXES = frozenset("□☐▢◻❏❑❒")
_TICKS, _CROSSES, _FILLED = frozenset("√✓✔vV∨☑"), frozenset("×✗✘xX╳☒"), frozenset("■●◼")
TICKS_AND_BOXES = PRINTED_BOXES | _TICKS | _CROSSES | _FILLED | {TICKED, CROSSED, EMPTY}


class Stroke(Struct, frozen=True):
    """Something small that is drawn: its bounding box, whether it is filled, and how its line runs (``/``, ``\\`` or both)."""

    box: Box
    filled: bool = False
    rises: bool = False
    falls: bool = False


def is_drawn_box(box: Box) -> bool:
    width, height = box.width, box.height
    return (
        PAGE.box_smallest <= width <= PAGE.box_largest
        and PAGE.box_smallest <= height <= PAGE.box_largest
        and PAGE.box_square <= width / height <= PAGE.box_square_most
    )


def with_marks(tokens: list[Token], squares: Sequence[Box], strokes: Sequence[Stroke]) -> list[Token]:
    """*tokens* with the model's marks for drawn boxes, and with ticks merged into the boxes over which they stand."""
    kept = list(tokens)
    for square in _distinct(squares):
        inside = [t for t in kept if square.holds(t.middle, PAGE.box_slack) and t.text.strip()]
        if any(t.text not in _TICKS | _CROSSES | _FILLED | PRINTED_BOXES for t in inside):
            continue  # a frame around a letter
        mark = _by_text(inside) or _by_strokes(square, strokes) or EMPTY
        kept = [t for t in kept if t not in inside]
        kept.append(Token(mark, square.x0, square.top, square.x1, square.bottom))
    return _over_printed(kept, strokes)


def _distinct(squares: Sequence[Box]) -> list[Box]:
    """A box drawn twice (fill and outline, or a shadow) counts once."""
    kept: list[Box] = []
    for square in sorted(squares, key=lambda s: -s.area):
        if not any(other.holds(square.middle) for other in kept):
            kept.append(square)
    return kept


def _by_text(inside: Sequence[Token]) -> str:
    texts = {t.text for t in inside}
    if texts & _TICKS or texts & _FILLED:
        return TICKED
    return CROSSED if texts & _CROSSES else ""


def _by_strokes(square: Box, strokes: Sequence[Stroke]) -> str:
    within = [s for s in strokes if _belongs(s.box, square)]
    if not within:
        return ""
    if any(s.filled and s.box.area > PAGE.box_filled * square.area for s in within):
        return TICKED
    rises, falls = any(s.rises for s in within), any(s.falls for s in within)
    both_long = [s for s in within if s.box.width > PAGE.mark_crosses * square.width]
    crossing = len([s for s in both_long if s.rises != s.falls]) >= 2 and rises and falls
    return CROSSED if crossing else TICKED


def _belongs(stroke: Box, square: Box) -> bool:
    """A stroke of about the box's size that passes through it."""
    if not PAGE.mark_least * square.width <= max(stroke.width, stroke.height) <= PAGE.stroke_most:
        return False
    both = common(stroke, square)
    return both.width > PAGE.mark_both_ways * square.width and both.height > PAGE.mark_both_ways * square.height


def _over_printed(tokens: list[Token], strokes: Sequence[Stroke]) -> list[Token]:
    """A tick typed, drawn or inked over a printed □ makes it ☑."""
    boxes = [t for t in tokens if t.text in PRINTED_BOXES]
    if not boxes:
        return tokens
    signs = [t for t in tokens if t.text in _TICKS | _CROSSES]
    gone: set[int] = set()
    for box in boxes:
        area = Box(box.x0, box.top, box.x1, box.bottom)
        for sign in signs:
            near = Box(sign.x0, sign.top, sign.x1, sign.bottom)
            if id(sign) not in gone and _overlap(near, area) > PAGE.sign_overlaps:
                box.text = TICKED if sign.text in _TICKS else CROSSED
                gone.add(id(sign))
                break
        else:
            core = _core(area)
            mark = _by_strokes(core, strokes)
            if mark:
                box.text = mark
    return [t for t in tokens if id(t) not in gone]


def _core(box: Box) -> Box:
    """The square that a printed box character fills within its letter space."""
    side = min(box.width, box.height)
    x, y = box.middle
    return Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def _overlap(one: Box, other: Box) -> float:
    """Common width, as a part of the narrower one; 0 where they are on different lines."""
    both = common(one, other)
    if both.height < PAGE.sign_height * min(one.height, other.height):
        return 0.0
    return both.width / max(min(one.width, other.width), 0.1)
