"""The letters of a page as pdfium's text page gives them, each with its place and with what its text object says of it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pypdfium2.raw as raw
from msgspec import Struct, field

from bot.documents.formats.pdf.content import Content, Words, address
from bot.documents.formats.pdf.drawn import WHITE, Colour, Letter, Matrix, Point, View, at
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_ABOVE, _BELOW = 0.86, 0.14  # of the letter's size, from its baseline; fonts say it in too many ways
_INVISIBLE, _CLIPS = 3, 7  # modes of text (9.3.6)
_BLANK = 0x20
_LEAST_EXTENT = 0.01  # points; of text with less pdfium tells no letters
_MOST_LETTERS = 100_000  # of a page
_HYPHEN = 2  # what pdfium makes of a hyphen at a line's end

_Edges = tuple[int, float, float, float, float]  # code, left, low, right, high edge in the file's coordinates


class Run(Struct):
    """The letters of one text object."""

    matrix: Matrix
    origin: Point
    size: float
    letters: list[_Edges] = field(default_factory=list)


def runs_of(page: Any) -> dict[int, Run]:
    """By the address of the text object. Spaces that pdfium adds belong to none."""
    text = raw.FPDFText_LoadPage(page)
    try:
        return _runs(text)
    finally:
        raw.FPDFText_ClosePage(text)


def _runs(text: Any) -> dict[int, Run]:
    found: dict[int, Run] = {}
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    size = ctypes.c_float()
    to_box = ctypes.byref(box)
    for number in range(min(raw.FPDFText_CountChars(text), _MOST_LETTERS)):
        item = raw.FPDFText_GetTextObject(text, number)
        code = raw.FPDFText_GetUnicode(text, number)
        if not item or (code == _BLANK and raw.FPDFText_IsGenerated(text, number) > 0):
            continue
        key = address(item)
        run = found.get(key)
        if run is None:
            raw.FPDFText_GetMatrix(text, number, matrix)
            raw.FPDFText_GetCharOrigin(text, number, x, y)
            raw.FPDFTextObj_GetFontSize(item, size)
            own = (matrix.a, matrix.b, matrix.c, matrix.d, 0.0, 0.0)
            run = found[key] = Run(own, (x.value, y.value), size.value)
        raw.FPDFText_GetLooseCharBox(text, number, to_box)
        run.letters.append((code, box.left, box.bottom, box.right, box.top))
    return found


def with_lone_letters(page: Any, content: Content, runs: dict[int, Run]) -> dict[int, Run]:
    """*runs*, and those of single letters for which this machine has no glyph: pdfium leaves out a text object without extent, and a pen
    gives it some."""
    lost = [words.item for key, words in content.words.items() if key not in runs and not _is_wide(words.item)]
    for item in lost:
        raw.FPDFTextObj_SetTextRenderMode(item, raw.FPDF_TEXTRENDERMODE_FILL_STROKE)
        raw.FPDFPageObj_SetStrokeWidth(item, 1.0)
        raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, 0, 0)  # its extent is reckoned anew
    return runs_of(page) if lost else runs


def _is_wide(item: Any) -> bool:
    left, low, right, high = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(item, left, low, right, high)
    return right.value - left.value >= _LEAST_EXTENT


def turn_of(runs: dict[int, Run], rotation: int) -> int:
    """Degrees clockwise by which the page as a viewer shows it must be turned for its text to run from left to right."""
    counts = {0: 0, 90: 0, 180: 0, 270: 0}
    whole = 0
    for run in runs.values():
        a, b = run.matrix[:2]
        many = len(run.letters)
        whole += many
        if abs(a) != abs(b):
            counts[(0 if a > 0 else 180) if abs(a) > abs(b) else (90 if b > 0 else 270)] += many
    most = max(counts, key=lambda turn: counts[turn])
    return (most - rotation) % 360 if counts[most] * 10 >= 6 * whole else 0


def letters_of(runs: dict[int, Run], content: Content, view: View) -> list[Letter]:
    """In the order of drawing."""
    return [
        letter for key, words in content.words.items() if key in runs for letter in _letters(runs[key], words, view)
    ]


def _letters(run: Run, words: Words, view: View) -> Iterator[Letter]:
    a, b, c, d, _, _ = run.matrix
    vx, vy, vu, vv = view.matrix[:4]
    ux, uy = a * vx + b * vu, a * vy + b * vv  # along the line, on the page
    wide = (ux * ux + uy * uy) ** 0.5
    if not wide:
        return
    along = ux / wide, uy / wide
    size = abs(a * d - b * c) / wide * run.size  # across it
    origin = at(view.matrix, *run.origin)
    colour, alpha, doubtful, unseen = _paint(words)
    left, top, right, bottom = _edges(origin, along, size, view.box(*run.letters[0][1:]))
    for edge, group in groupby(run.letters, key=lambda letter: letter[1:]):
        codes = [letter[0] for letter in group]
        whole = view.box(*edge)
        if top is not None and bottom is not None:
            whole = Box(whole.x0, top, whole.x1, bottom)
        elif left is not None and right is not None:
            whole = Box(left, whole.top, right, whole.bottom)
        for code, box in zip(codes, _shared(whole, len(codes), along), strict=True):
            clipped = _is_clipped(box, words.clip)
            yield Letter(
                box,
                words.item,
                words.order,
                colour,
                alpha,
                words.aside,
                doubtful,
                unseen or _is_underlaid(words, box, view) or clipped,
                text="-" if code == _HYPHEN else chr(code),
                font=words.font,
                size=size,
                baseline=origin[1],
                along=along,
                only_clips=words.mode == _CLIPS,
                clipped=clipped,
            )


def _edges(origin: Point, along: Point, size: float, first: Box) -> tuple[float | None, ...]:
    """Left, upper, right and lower edge of all letters of a run across their line; None where each has its own."""
    (x, y), (ux, uy) = origin, along
    if abs(uy) < PAGE.askew:
        if abs((first.x0 if ux > 0 else first.x1) - x) > PAGE.beside_origin * size:
            return None, None, None, None  # a font that is written downwards
        up, down = (_ABOVE, _BELOW) if ux > 0 else (_BELOW, _ABOVE)
        return None, y - up * size, None, y + down * size
    if abs(ux) < PAGE.askew:
        before, behind = (_BELOW, _ABOVE) if uy > 0 else (_ABOVE, _BELOW)
        return x - before * size, None, x + behind * size, None
    return None, None, None, None


def _shared(box: Box, count: int, along: Point) -> list[Box]:
    """*box* cut among the letters for which the font has one glyph («——», «fi»)."""
    if count == 1:
        return [box]
    if abs(along[1]) > abs(along[0]):
        high = box.height / count
        parts = [Box(box.x0, box.top + high * n, box.x1, box.top + high * (n + 1)) for n in range(count)]
    else:
        wide = box.width / count
        parts = [Box(box.x0 + wide * n, box.top, box.x0 + wide * (n + 1), box.bottom) for n in range(count)]
    return parts if along[0] + along[1] > 0 else parts[::-1]


def _paint(words: Words) -> tuple[Colour | None, float, bool, bool]:
    """Colour, opacity, whether that is in doubt, whether nothing is painted."""
    fills, strokes = words.mode in (0, 2, 4, 6), words.mode in (1, 2, 5, 6)
    alpha = max(words.fill_alpha if fills else 0.0, words.stroke_alpha if strokes else 0.0)
    colour = words.fill if not strokes else words.stroke if not fills or words.fill == WHITE else words.fill
    drawn = words.mode == _INVISIBLE and not words.font  # no mode hides the glyphs of a Type 3 font, which has no name
    return colour, alpha, words.doubtful or drawn or words.mode == _CLIPS, words.mode == _INVISIBLE and not drawn


def _is_underlaid(words: Words, box: Box, view: View) -> bool:
    """Marked as a header, footer or watermark (14.8.2.2; pdfium does not say which), and standing where the first two do not."""
    return words.named and PAGE.mark_head * view.height < box.top and box.bottom < PAGE.mark_foot * view.height


def _is_clipped(box: Box, clip: Box | None) -> bool:
    return clip is not None and not clip.holds(box.middle, PAGE.clip_slack)
