"""The letters that a file has for a picture of a page: the text that a scanning program laid behind it, used where it agrees with the picture,
letter by letter where numbers stand; and what somebody typed over it, which is taken as it is written where it is drawn so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.documents.formats.ocr.engine import Word, read_lines
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.ticks.squares import TickBox
from bot.documents.formats.ocr.upright import Laid
from bot.documents.formats.ocr.words import DOUBTED, line_of
from bot.documents.page.lines import Token, lines_of
from bot.documents.shared.symbols import MARKS

_LEAST_LETTERS = 30
_MOST_LINES = 16  # that are compared
_ALIKE, _ALIKE_AT_LEAST = 0.95, 0.8  # all of them together, each
_SURE = 0.97
_EDGE, _PRINT = 0.2, 0.1  # of a line's height: what touches it; of its area: letters, no specks
_DRAWN = 128  # a page without a font for them draws no letters


def moved(layer: Sequence[Token], way: npt.NDArray[np.float64], shape: Sequence[int], scale: float) -> list[Token]:
    """*layer*, in fractions of the picture as it was (*shape*: rows and columns), where the picture lies now: *way* (3 x 3), then *scale*."""
    found = []
    for token in layer:
        corners = np.asarray(
            [(x * shape[1], y * shape[0], 1.0) for x in (token.x0, token.x1) for y in (token.top, token.bottom)]
        )
        there = corners @ way.T
        there = there[:, :2] / there[:, 2:] * scale
        (x0, top), (x1, bottom) = there.min(axis=0), there.max(axis=0)
        found.append(Token(token.text, float(x0), float(top), float(x1), float(bottom)))
    return found


def agreed(layer: Sequence[Token], page: Pixels, boxes: Sequence[TickBox]) -> list[Word]:
    """The words of *layer* (letters in pixels of the grey *page*); nothing where the picture says something else."""
    letters = [token for token in layer if token.text.strip() and not _is_box(token, boxes)]
    if len(letters) < _LEAST_LETTERS:
        return []
    words = _words(letters)
    return words if _agree(words, page) else []


def typed(letters: Sequence[Token], alone: Pixels, turn: int) -> bool:
    """Whether *letters*, which are seen over the picture, say what is drawn: *alone* (grey) shows nothing else. *turn*: by how many degrees it is to be turned clockwise."""
    laid = Laid(alone)
    laid.turn_back(-turn // 90 % 4)
    there = [t for t in moved(letters, laid.moved, alone.shape, 1.0) if t.text.strip() and t.text not in MARKS]
    drawn = [word for word in _words(there) if _crop(laid.page, word).min() < _DRAWN]
    return not drawn or _agree(drawn, laid.page)


def typed_on(letters: Sequence[Token], ink: Pixels) -> list[Word]:
    """*letters* (in pixels), each a word: print may stand between them; doubted where it stands under them. *ink* is without ruling lines."""
    found = []
    for piece in _pieces([token for token in letters if token.text.strip()]):
        below = [ink[_inside(token)] for token in piece]
        is_on_print = sum(map(np.count_nonzero, below)) > _PRINT * sum(part.size for part in below)
        score = DOUBTED if is_on_print else _SURE
        found += [Word(t.text, score, t.x0, t.top, t.x1, t.bottom, ((t.x0, t.x1),)) for t in piece]
    return found


def _inside(token: Token) -> tuple[slice, slice]:
    edge = _EDGE * token.height
    x0, top, x1, bottom = (max(round(at), 0) for at in (token.x0, token.top + edge, token.x1, token.bottom - edge))
    return slice(top, bottom), slice(x0, x1)


def _agree(words: Sequence[Word], page: Pixels) -> bool:
    compared = sorted(words, key=lambda word: (-sum(c.isdigit() for c in word.text), -len(word.text)))[:_MOST_LINES]
    read = read_lines([_crop(page, word) for word in compared])
    shares = [_share(word.text, line.text) for word, line in zip(compared, read, strict=True)]
    return min(shares) >= _ALIKE_AT_LEAST and sum(shares) >= _ALIKE * len(shares)


def _is_box(token: Token, boxes: Sequence[TickBox]) -> bool:
    """What the picture itself tells better: a box, ticked or not."""
    return any(found.box.holds(token.middle, 2.0) for found in boxes) or token.text in MARKS


def _pieces(letters: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands side by side without a wide gap."""
    for line in lines_of(letters, tabs=True):
        ends = [0, *sorted(line.cuts), len(line.tokens)]
        yield from (line.tokens[start:end] for start, end in pairwise(ends))


def _words(letters: Sequence[Token]) -> list[Word]:
    words: list[Word] = []
    for piece in _pieces(letters):
        text = "".join(token.text for token in piece)
        places = tuple((token.x0, token.x1) for token in piece)
        top, bottom = min(t.top for t in piece), max(t.bottom for t in piece)
        words.append(Word(text, _SURE, piece[0].x0, top, piece[-1].x1, bottom, places))
    return words


def _crop(page: Pixels, word: Word) -> Pixels:
    crop = line_of(page, word, 0.2)
    return np.full((24, 24), 255, np.uint8) if crop is None else crop


def _share(written: str, read: str) -> float:
    """How alike both are, punctuation and blanks aside; not at all where the digits differ."""
    first, second = (re.sub(r"[\W_]", "", text) for text in (written, read))
    if re.sub(r"\D", "", first) != re.sub(r"\D", "", second):
        return 0.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first or second else 1.0
