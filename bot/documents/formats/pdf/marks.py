"""Ticks that are not plain text: boxes drawn as squares, ticks drawn or written over a printed box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.page.grid import Box
from bot.documents.page.lines import Token
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import CROSSED, EMPTY, TICKED

PRINTED_BOXES = frozenset("□☐▢◻❏❑❒")
_TICKS, _CROSSES, _FILLED = frozenset("√✓✔vV∨☑"), frozenset("×✗✘xX╳☒"), frozenset("■●◼")
TICKS_AND_BOXES = PRINTED_BOXES | _TICKS | _CROSSES | _FILLED | {TICKED, CROSSED, EMPTY}


@dataclass(frozen=True, slots=True)
class Stroke:
    """Something small that is drawn: its bounding box, whether it is filled, and how its line runs (``/``, ``\\`` or both)."""

    box: Box
    filled: bool = False
    rises: bool = False
    falls: bool = False


def is_drawn_box(box: Box) -> bool:
    width, height = box.x1 - box.x0, box.bottom - box.top
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
        middle = ((square.x0 + square.x1) / 2, (square.top + square.bottom) / 2)
        if not any(other.holds(middle) for other in kept):
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
    both_long = [s for s in within if s.box.x1 - s.box.x0 > PAGE.mark_crosses * (square.x1 - square.x0)]
    crossing = len([s for s in both_long if s.rises != s.falls]) >= 2 and rises and falls
    return CROSSED if crossing else TICKED


def _belongs(stroke: Box, square: Box) -> bool:
    """A stroke of about the box's size that passes through it."""
    if max(stroke.x1 - stroke.x0, stroke.bottom - stroke.top) > PAGE.stroke_most:
        return False
    if max(stroke.x1 - stroke.x0, stroke.bottom - stroke.top) < PAGE.mark_least * (square.x1 - square.x0):
        return False
    width = min(stroke.x1, square.x1) - max(stroke.x0, square.x0)
    height = min(stroke.bottom, square.bottom) - max(stroke.top, square.top)
    return width > PAGE.mark_both_ways * (square.x1 - square.x0) and height > PAGE.mark_both_ways * (
        square.bottom - square.top
    )


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
    side = min(box.x1 - box.x0, box.bottom - box.top)
    x, y = (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2
    return Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def _overlap(one: Box, other: Box) -> float:
    """Common width, as a part of the narrower one; 0 where they are on different lines."""
    if min(one.bottom, other.bottom) - max(one.top, other.top) < PAGE.sign_height * min(
        one.bottom - one.top, other.bottom - other.top
    ):
        return 0.0
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    return width / max(min(one.x1 - one.x0, other.x1 - other.x0), 0.1)
