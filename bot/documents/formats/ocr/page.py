"""One page of pixels -> blocks: upright, cleaned, ruled cells, words and ticks put into them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import cv2
import numpy as np

from bot.documents.formats.ocr.clean import ink_of, sharp_only, strokes_only, without_stamps
from bot.documents.formats.ocr.edges import Seen, marked
from bot.documents.formats.ocr.engine import Word, read_words
from bot.documents.formats.ocr.images import Pixels
from bot.documents.formats.ocr.layer import agreed, moved, typed_on
from bot.documents.formats.ocr.rules import line_masks, rules_of, that_meet
from bot.documents.formats.ocr.ticks.boxes import find_boxes, without_boxes
from bot.documents.formats.ocr.ticks.pen import has_tick
from bot.documents.formats.ocr.ticks.squares import TickBox
from bot.documents.formats.ocr.upright import Laid, upright
from bot.documents.formats.ocr.words import (
    DOUBTED,
    blanks_in,
    doubt_hidden,
    doubt_struck,
    doubt_unread,
    read_again,
    read_missed,
)
from bot.documents.model import Paragraph
from bot.documents.page.frame import Frame
from bot.documents.page.grid import Box, Grid, PageText, Placed, Rule, cell_at, grids_of, merge_rules
from bot.documents.page.lines import Token, by_label, extent, gathered, lines_of, paragraphs_of, text_edge
from bot.documents.shared.symbols import MARKS, TICKED

READ_SIDE = 1800  # pixels of the longer side while reading
_LARGEST_LETTERS = 44.0  # pixels from line to line of what is found of text: of most forms some 36
_LEAST_SCALE = 0.6
_POINTS = 595.0  # the page's width, in the units of the PDF modules
_SNAP, _JOIN, _TOUCH = 3.0, 16.0, 5.0
_GAPS_A_WIDTH = 240
_LONG = 90.0  # points: no stroke of a pen is as straight over so much
_WHITE = 215
_SIGNS, _NO_TICKS = "☑☐☒✓✗■□√", "☐□"
_NOTED = re.compile(r"\d|[)）:：_]\s*\w")  # what somebody wrote behind an option
_LONG_TEXT = 60  # characters: a speck in it is no lost value
_FILLED = 2.5  # of a line's height: what is left free at the end of a line that goes on in the next one
_ROOM = 4.0  # of a letter's height: then a text does not go on below its cell
_LITTLE = 16  # characters: a photo with less, and without a table, shows something else than a document


def read_page(page: Pixels, number: int, layer: Sequence[Token] = (), over: Sequence[Token] = ()) -> list[PageText]:
    """The sheets on *page* (RGB, any way up, *number* counts from 1), mostly one. No block where it is a picture of something else than a document.

    *layer* are letters that lie behind the picture, *over* those that stand on it and are not drawn in it, in fractions of it.
    """
    return [_read_sheet(laid, page.shape, number, layer, over) for laid in upright(page)]


def _read_sheet(
    laid: Laid, shape: tuple[int, ...], number: int, layer: Sequence[Token], over: Sequence[Token]
) -> PageText:
    """*shape*: of the picture as it was."""
    height = _POINTS * laid.page.shape[0] / laid.page.shape[1]
    if laid.lines < 2 and not over:
        return PageText((), True, _POINTS, height)
    frame = Frame(number, laid.back(_POINTS, shape), laid.turn)
    page = _sized(laid.page, laid.letters)
    grey, stamp, dark = without_stamps(page)
    ink = ink_of(grey)
    scale = _POINTS / page.shape[1]
    resized = page.shape[1] / laid.page.shape[1]
    seen = Seen.of(page, np.diag((resized, resized, 1.0)) @ laid.moved, shape)
    for gap in (1, page.shape[1] // _GAPS_A_WIDTH | 1):  # the lines of a copy's copy are dotted
        across, down = (sharp_only(mask, grey) for mask in line_masks(ink, gap))
        rules = _scaled_rules(seen.within(across), seen.within(down), scale)
        horizontal, vertical, cuts = seen.with_cut_rows(*rules, scale)
        grids = grids_of(that_meet(horizontal, vertical, _TOUCH, _LONG), vertical, _TOUCH, worn=True)
        if grids:
            break
    lines = cv2.bitwise_or(across, down)
    strokes = strokes_only(grey, ink)
    boxes = find_boxes(strokes, lines, _regions(grids, page, scale))
    letters = without_boxes(grey, ink, boxes)
    behind, above = (
        [token for token in moved(some, laid.moved, shape, resized) if 0 <= token.middle[0] < page.shape[1]]
        for some in (layer, over)
    )
    words = agreed(behind, letters, boxes) or read_again(read_words(letters), letters)
    if stamp is not None and dark is not None:
        words = doubt_hidden(words, stamp, dark)
    clean = cv2.subtract(ink, cv2.dilate(lines, np.ones((3, 3), np.uint8)))
    unread_ink = np.where(letters < _WHITE, clean, 0).astype(np.uint8)
    words, unread = read_missed(
        words, cv2.bitwise_and(unread_ink, strokes), letters, _regions(grids, page, scale) if grids else ()
    )
    words = seen.doubt_cut(doubt_struck(doubt_unread(words, unread_ink), ink), clean)
    exact = typed_on(above, clean)
    if not grids and sum(len(re.sub(r"\s", "", w.text)) for w in (*words, *exact) if w.score > 0.5) < _LITTLE:
        return PageText((), True, _POINTS, height)
    doubts = _cells_of(unread, boxes, grids, scale)
    placed = _placed(words, exact, boxes, grids, scale, clean, frame, cuts, doubts)
    return PageText(tuple(placed), True, _POINTS, height)


def _sized(page: Pixels, letters: float) -> Pixels:
    """*page* as large as it is read best; with very large *letters* (on part of a page) smaller, as those of a whole page are."""
    scale = READ_SIDE / max(page.shape[:2])
    if letters > 0:
        scale = min(scale, max(_LARGEST_LETTERS / letters, _LEAST_SCALE * scale))
    if 0.98 < scale < 1.4:
        return page
    size = (max(int(page.shape[1] * scale), 1), max(int(page.shape[0] * scale), 1))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8)


def _scaled_rules(across: Pixels, down: Pixels, scale: float) -> tuple[list[Rule], list[Rule]]:
    both = []
    for rules in rules_of(across, down):
        scaled = [Rule(r.at * scale, r.start * scale, r.end * scale) for r in rules]
        both.append([r for r in merge_rules(scaled, _SNAP, _JOIN) if r.end - r.start > 12])
    return both[0], both[1]


def _regions(grids: Sequence[Grid], page: Pixels, scale: float) -> list[Box]:
    """Cells in pixels, without those around another table; the whole page where there is no table."""
    cells = [
        Box(b.x0 / scale, b.top / scale, b.x1 / scale, b.bottom / scale)
        for grid in grids
        for b, *_ in grid.cells
        if not any(
            one is not grid and b.holds((one.box.x0, one.box.top)) and b.holds((one.box.x1, one.box.bottom))
            for one in grids
        )
    ]
    return cells or [Box(0.0, 0.0, float(page.shape[1]), float(page.shape[0]))]


def _cells_of(
    points: Sequence[tuple[float, float]], boxes: Sequence[TickBox], grids: Sequence[Grid], scale: float
) -> list[set[int]]:
    """Of each of *grids* the cells with one of *points* (pixels) and without any of *boxes*: beside those a pen leaves more than letters."""
    found: list[set[int]] = [set() for _ in grids]
    marked_ones = {_place((b.box.x0 * scale, b.box.top * scale), grids) for b in boxes}
    for x, y in points:
        place = _place((x * scale, y * scale), grids)
        if place and place not in marked_ones:
            found[place[0]].add(place[1])
    return found


def _placed(
    words: Sequence[Word],
    exact: Sequence[Word],
    boxes: Sequence[TickBox],
    grids: Sequence[Grid],
    scale: float,
    ink: Pixels,
    frame: Frame,
    cuts: Sequence[float],
    unread: Sequence[set[int]],
) -> list[Placed]:
    """*exact*: what was typed over the picture; *unread*: of each of *grids* the cells in which ink was not read."""
    inside: list[list[list[Token]]] = [[[] for _ in grid.cells] for grid in grids]
    unsure: list[set[int]] = [set() for _ in grids]
    outside: list[Token] = []
    parts = [found.box for found in boxes] + [Box(word.x0, word.top, word.x1, word.bottom) for word in exact]
    for word in (*words, *exact):
        for token in _tokens(word, grids, parts, scale, blanks_in(word, ink)):
            place = _place(token.middle, grids)
            (inside[place[0]][place[1]] if place else outside).append(token)
    if boxes:
        _typed_ticks(inside, ink, scale)
    for found in boxes:
        box = found.box
        token = Token(found.mark, box.x0 * scale, box.top * scale, box.x1 * scale, box.bottom * scale)
        place = _place(token.middle, grids)
        if place and not found.mark:
            unsure[place[0]].add(place[1])
        elif found.mark:
            (inside[place[0]][place[1]] if place else outside).append(token)
    placed: list[Placed] = []
    for grid, cells in zip(grids, inside, strict=True):
        outside = taken_below(grid, cells, outside)
    for grid, cells, doubts, missed in zip(grids, inside, unsure, unread, strict=True):
        texts = [_cell_text(box, tokens) for (box, *_), tokens in zip(grid.cells, cells, strict=True)]
        doubts |= {i for i in missed if len(texts[i]) < _LONG_TEXT}
        sure = [DOUBTED if i in doubts or _lacks_mark(tokens) else _lowest(tokens) for i, tokens in enumerate(cells)]
        roomy = {i for i, (box, *_) in enumerate(grid.cells) if cells[i] and _has_room(box, cells[i])}
        table = marked(grid.table(texts, frame, sure, roomy), grid, cuts, cells)
        placed.append(Placed(table, grid.box.top, grid.box.bottom, grid.columns))
    placed += _paragraphs(outside, grids, frame)
    return sorted(placed, key=lambda item: item.top)


def _has_room(box: Box, tokens: Sequence[Token]) -> bool:
    """Whether further lines would find place in the cell below these."""
    last = max(tokens, key=lambda token: token.bottom)
    return box.bottom - last.bottom > _ROOM * (last.bottom - last.top)


def _place(point: tuple[float, float], grids: Sequence[Grid]) -> tuple[int, int] | None:
    for i in sorted(range(len(grids)), key=lambda n: grids[n].box.area):
        cell = cell_at(grids[i], point)
        if cell is not None:
            return i, cell
    return None


def taken_below(grid: Grid, inside: Sequence[list[Token]], outside: Sequence[Token]) -> list[Token]:
    """*outside* without the lines below the table with which a text of its last row goes on: that fills its cell to the right, and they begin
    below it at the same distance as its own lines. They are put into its cell, those *inside* which stand in each."""
    left = list(outside)
    for (box, *_), tokens in zip(grid.cells, inside, strict=True):
        while abs(box.bottom - grid.box.bottom) < _TOUCH and len(lines := lines_of(tokens)) > 1:
            before, last = lines[-2:]
            down, start = last.top - before.top, min(line.x0 for line in lines)
            more = [
                t
                for t in left
                if abs(t.top - last.top - down) < 0.4 * last.size
                and start - last.size < t.x0
                and t.x1 < box.x1 + last.size
            ]
            is_full = last.x1 > box.x1 - _FILLED * last.size
            if not is_full or not more or min(t.x0 for t in more) > start + last.size:
                break
            tokens += more
            left = [t for t in left if t not in more]
    return left


def _tokens(
    word: Word,
    grids: Sequence[Grid],
    parts: Sequence[Box],
    scale: float,
    blanks: Sequence[tuple[float, float]],
) -> list[Token]:
    """The word whole, or in pieces where a ruling line, one of *parts* (tick boxes, what was typed over the picture) or a wide blank lies
    between its letters."""
    shrink = 0.08 * (word.bottom - word.top)
    text = _letters(word.text)
    x0, x1 = (word.places[0][0], word.places[-1][1]) if word.places else (word.x0, word.x1)
    whole = Token(text, x0 * scale, (word.top + shrink) * scale, x1 * scale, (word.bottom - shrink) * scale, word.score)
    level, near = (word.top + word.bottom) / 2, x0 + 0.6 * (word.bottom - word.top)  # places of letters are inexact
    marks = [(part.x0 + part.x1) / 2 for part in parts if part.top < level < part.bottom and near < part.x0 < x1]
    if not word.places or not (grids or marks or blanks) or len(word.places) != len(text.replace(" ", "")):
        return [whole]
    middle = whole.middle[1]
    pieces: list[tuple[tuple[tuple[int, int] | None, int, int], Token]] = []
    for letter, (left, right) in zip(text.replace(" ", ""), word.places, strict=True):
        token = Token(letter, left * scale, whole.top, right * scale, whole.bottom, word.score)
        centre = (left + right) / 2
        behind = sum(start + end < 2 * centre for start, end in blanks)
        within = _place((token.middle[0], middle), grids)
        if within is None and pieces and behind == pieces[-1][0][2]:
            within = pieces[-1][0][0]  # a line that runs over the border of its cell
        place = (within, sum(mark < centre for mark in marks), behind)
        if pieces and pieces[-1][0] == place:
            last = pieces[-1][1]
            last.text += letter
            last.x1 = token.x1
        else:
            pieces.append((place, token))
    # A single letter beyond the line is an inexact place rather than a text of its own.
    strong = [piece for piece in pieces if len(piece[1].text) > 1]
    return [whole] if len(strong) < 2 and not marks else [token for _, token in pieces]


def _letters(text: str) -> str:
    """Forms that the recogniser gives for what is printed on forms."""
    text = re.sub(r"^[|｜]+|[|｜]+$", "", text.replace("\u3000", " ")).strip()
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=\w)|(?<=\w) (?=[\u3400-\u9fff])", "", text)


def _cell_text(box: Box, tokens: Sequence[Token]) -> str:
    text = "\n".join(paragraphs_of(lines_of(tokens), box.x0, box.x1))
    text = re.sub(r"(?<=[(（])([^()（）\n]*)\n([^()（）\n]*)(?=[)）])", r"\1\2", text)
    return re.sub(
        r"(?<=\d)[ \n]+(?=\d{1,2}[年月日号时人])", "", text
    )  # who writes by hand breaks a number where the line ends


def _typed_ticks(inside: Sequence[Sequence[Sequence[Token]]], ink: Pixels, scale: float) -> None:
    """A typed √ before an option is often read as V; where there are tick boxes, it is one if it looks so. Whatever else is read as a mark there
    is none: the boxes were looked at."""
    for cell in (cell for cells in inside for cell in cells):
        for token in cell:
            if token.confidence is None:
                continue
            text = re.sub(r"^[VvＶ✓](?=[\u3400-\u9fff])", "√", token.text)
            wide = (token.x1 - token.x0) / max(len(text), 1)
            for at in [i for i, letter in enumerate(text) if letter in _SIGNS]:
                x = token.x0 + at * wide
                place = Box(x / scale, token.top / scale, (x + wide) / scale, token.bottom / scale)
                if text[at] not in "√✓" or not has_tick(ink, place):
                    if text[at] not in _NO_TICKS:
                        token.confidence = DOUBTED
                    text = text[:at] + "\0" + text[at + 1 :]
            token.text = text.replace("\0", "")


def _lacks_mark(tokens: Sequence[Token]) -> bool:
    """Whether some option stands without its box among others that have theirs: then its box was not recognised."""
    marks = [token for token in tokens if token.text in MARKS]
    if len(marks) < 2:
        return False
    lines = lines_of(tokens)
    edge = max(line.x1 for line in lines)
    wrapped = False  # the line above is full: this one may begin with the rest of an option
    for line in lines:
        before: Token | None = None
        for token in line.tokens:
            apart = not wrapped if before is None else token.x0 - before.x1 > 1.4 * line.size
            marked = token.text[:1] in MARKS or (before is not None and before.text[-1:] in MARKS)
            if apart and not marked:
                return True
            before = token
        wrapped = line.x1 > edge - 1.5 * line.size
    return False


def _lowest(tokens: Sequence[Token]) -> float | None:
    """Of all but the words behind a tick: whoever rings or ticks them spoils them, and they are printed ones or nothing."""
    ticks = [token for token in tokens if token.text == TICKED]
    told = [
        t
        for t in tokens
        if t.text.strip() and (_NOTED.search(t.text) or not any(_is_behind(t, tick) for tick in ticks))
    ]
    return min((t.confidence for t in told if t.confidence is not None), default=None)


def _is_behind(token: Token, tick: Token) -> bool:
    return tick.top < token.middle[1] < tick.bottom and abs(token.x0 - tick.x1) < 1.5 * (tick.bottom - tick.top)


def _paragraphs(tokens: Sequence[Token], grids: Sequence[Grid], frame: Frame) -> list[Placed]:
    lines = [part for line in lines_of(tokens, tabs=True) for part in by_label(line)]
    if not lines:
        return []
    left = min([line.x0 for line in lines] + [grid.box.x0 for grid in grids])
    right = max([line.x1 for line in lines] + [grid.box.x1 for grid in grids] + [_POINTS - left])
    tops = sorted(grid.box.top for grid in grids)
    placed: list[Placed] = []
    groups: dict[int, list[int]] = {}
    for i, line in enumerate(lines):
        groups.setdefault(sum(top < line.top for top in tops), []).append(i)
    for group in groups.values():
        chosen = [lines[i] for i in group]
        lowest = min((s for line in chosen if (s := line.confidence) is not None), default=None)
        texts = gathered(chosen, left, text_edge(chosen, right), free=True)
        alone = len(texts) == len(chosen)
        for number, (text, own) in enumerate(texts):
            sure = chosen[number].confidence if alone else lowest
            spots = (frame.spot(*extent(own)),)
            placed.append(Placed(Paragraph(text, sure, spots=spots), chosen[0].top + number * 0.01, chosen[-1].bottom))
    return placed
