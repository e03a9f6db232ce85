"""One page of a text PDF -> blocks in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.documents.formats.pdf.drawn import Kind, Letter, Shape, View, common
from bot.documents.formats.pdf.forms import FilledIn
from bot.documents.formats.pdf.marks import with_marks
from bot.documents.formats.pdf.seen import Seen
from bot.documents.formats.pdf.shapes import shapes_of
from bot.documents.formats.pdf.text import is_mojibake, shown
from bot.documents.model import Paragraph, Table
from bot.documents.page.columns import with_columns
from bot.documents.page.frame import Frame
from bot.documents.page.grid import Box, Finder, Grid, PageText, Placed, grids_of
from bot.documents.page.level import lacking_rules, open_ends
from bot.documents.page.lines import Line, Token, extent, gathered, lines_of, paragraphs_of, text_edge
from bot.documents.page.tolerances import PAGE

_CUT = 0.3  # confidence of words of which the page shows a part
_FEW_OUTLINES = 150  # of a drawn sign


def read_page(seen: Seen, added: FilledIn, number: int, before: PageText | None = None) -> PageText:
    """*added* is what annotations brought onto the page; *number* counts from 1; *before* is the page before, where it was read."""
    width, height = seen.view.width, seen.view.height
    if _is_scan(seen):
        return PageText((), True, width, height)
    shapes = shapes_of(seen.shapes, seen.letters, width, height)
    shapes.squares += seen.boxes
    shapes.strokes += [*seen.ticks, *added.strokes]
    covered = (*added.fields, *added.gone)
    shapes.squares = [s for s in shapes.squares if not any(f.holds(s.middle) for f in covered)]
    own = tokens_of(seen.letters)
    for token in own if added.gone else ():
        if any(box.holds(token.middle) for box in added.gone):
            token.text = ""
    tokens = with_marks([*own, *added.tokens], shapes.squares, shapes.strokes)
    columns = _last_columns(before)
    shapes.across += open_ends(shapes.across, shapes.down, height, columns)
    across, down = lacking_rules(shapes.across, shapes.down, tokens, columns)
    grids = grids_of([*shapes.across, *across], [*shapes.down, *down], PAGE.rules_touch)
    frame = Frame.of_sheet(number, (0.0, 0.0, width, height), seen.view.turn)
    return PageText(tuple(_placed(tokens, grids, width, frame)), False, width, height)


def _last_columns(page: PageText | None) -> tuple[float, ...]:
    """Of the table with which *page* ends, but for a line at its foot."""
    below = [placed for placed in page.placed if placed.top < PAGE.foot * page.height] if page else []
    return below[-1].columns if below else ()


def _is_scan(seen: Seen) -> bool:
    if seen.all_outlines:
        return True
    texts = [letter.text for letter in seen.letters]
    letters = sum(1 for text in texts if text.strip())
    images = [one.box for one in seen.shapes if one.kind is Kind.IMAGE]
    pictures = [_covered(box, seen.view) for box in images]
    largest = max(pictures, default=0.0)
    curves = sum(one.kind is Kind.CURVE for one in seen.shapes)
    if letters < 8:
        return largest > PAGE.scan_largest or sum(pictures) > PAGE.scan_all or curves > 150
    if letters * 3 < sum(map(_is_outline, seen.shapes)) - _FEW_OUTLINES:
        return True  # writing turned into outlines (文字转曲) but for its page number
    lines = sum(one.kind in (Kind.LINE, Kind.RECT) for one in seen.shapes)
    if largest > PAGE.scan_title and lines < 8 and 2 * _on(images[pictures.index(largest)], seen.letters) > letters:
        return True  # the picture of a form over which somebody typed, or of one that a scanning program read: it has the table
    if letters < 60 and largest > PAGE.scan_title:
        return True  # a title above a pasted scan
    return is_mojibake(texts)


def _on(box: Box, letters: Sequence[Letter]) -> int:
    """How many of *letters* stand in *box*."""
    return sum(box.holds(one.box.middle) for one in letters if one.text.strip())


def _is_outline(shape: Shape) -> bool:
    """Of the size and kind of a drawn letter."""
    size = max(shape.box.width, shape.box.height)
    return (
        shape.kind is Kind.CURVE and shape.fills and not shape.strokes and PAGE.outline_least < size < PAGE.outline_most
    )


def _covered(box: Box, view: View) -> float:
    both = common(box, Box(0.0, 0.0, view.width, view.height))
    return max(both.width, 0.0) * max(both.height, 0.0) / max(view.width * view.height, 1.0)


def tokens_of(letters: Iterable[Letter]) -> list[Token]:
    """The page's characters, symbol fonts resolved; those drawn two or three times to look bold once.

    What is struck out is a token without text: it holds the place in its line.
    """
    tokens: list[Token] = []
    places = _Places()
    turned: Letter | None = None
    for letter in letters:
        text, box = shown(letter.text, letter.font), letter.box
        if (letter.text and not text) or box.height < 1:
            continue
        if not text or not places.again(text, box.x0, box.top, box.width, box.height):
            if turned is not None and _goes_on(turned, letter):
                last = tokens[-1]
                last.text, last.top, last.bottom = (
                    last.text + text,
                    min(last.top, box.top),
                    max(last.bottom, box.bottom),
                )
            else:
                tokens.append(Token(text, box.x0, box.top, box.x1, box.bottom, _CUT if letter.cut else None))
            turned = letter if abs(letter.along[1]) > abs(letter.along[0]) else None
    return _put_right(tokens)


def _put_right(tokens: list[Token]) -> list[Token]:
    """*tokens*, what is written small above struck ones, or above their end, in their place."""
    struck = [i for i, token in enumerate(tokens) if not token.text]
    small: list[list[Token]] = []
    for before, token in pairwise(tokens) if struck else ():
        same = small and before is small[-1][-1] and token.top == before.top and token.x0 - before.x1 < PAGE.line_slack
        if same:
            small[-1].append(token)
        elif token.text.strip():
            small.append([token])
    for i in struck:
        own = tokens[i]
        if i + 1 < len(tokens) and not tokens[i + 1].text:
            continue  # the end of what is struck
        for piece in small:
            first = piece[0]
            lower, near = own.bottom - first.bottom, abs(first.x0 - own.x1) < own.height
            if first.height < PAGE.put_right * own.height and near and 0 < lower < own.height and first.top < own.top:
                own.text = "".join(token.text for token in piece)
                for token in piece:
                    token.text = ""
                small.remove(piece)
                break
    return tokens


def _goes_on(before: Letter, letter: Letter) -> bool:
    """Whether *letter* is the next one in a line of words that stands upright on a level page."""
    same = before.along == letter.along and abs(before.box.x0 - letter.box.x0) < PAGE.line_slack
    gap = max(before.box.top - letter.box.bottom, letter.box.top - before.box.bottom)
    return same and gap < PAGE.turned_gap * letter.size


class _Places:
    """Where which character stands already, whatever the direction and size of the second one's offset."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, int], list[tuple[float, float]]] = {}

    def again(self, text: str, x: float, y: float, width: float, height: float) -> bool:
        """Whether *text* was drawn so near before that it can only be the same character; else it is noted.

        Bold is an offset of a part of a point (more in large titles); two letters written one after the other are a letter's
        width apart.
        """
        near = min(max(PAGE.bold_offset, PAGE.bold_share * height), max(PAGE.bold_width * width, PAGE.bold_least))
        row = int(y // PAGE.bold_step)
        for at in (row, row - 1, row + 1):
            for other_x, other_y in self._taken.get((text, at), ()):
                if abs(x - other_x) <= near and abs(y - other_y) <= near:
                    return True
        self._taken.setdefault((text, row), []).append((x, y))
        return False


def _placed(tokens: list[Token], grids: Sequence[Grid], width: float, frame: Frame) -> Iterator[Placed]:
    """Two sheets printed on one side of the paper come one after the other."""
    cut = _between_sheets(tokens, grids)
    halves = [(-1.0, width)] if cut is None else [(-1.0, cut), (cut, width)]
    for left, right in halves:
        here = [token for token in tokens if cut is None or left < token.middle[0] <= right]
        own = [grid for grid in grids if cut is None or left < grid.box.x0 <= right]
        yield from _of_sheet(here, own, right, frame)


def _between_sheets(tokens: Sequence[Token], grids: Sequence[Grid]) -> float | None:
    """The middle between tables side by side, where no word reaches over it."""
    order = sorted(grids, key=lambda grid: grid.box.x0)
    for number in range(1, len(order)):
        end, start = max(grid.box.x1 for grid in order[:number]), order[number].box.x0
        if start - end < PAGE.gutter:
            continue
        (top, bottom), (other_top, other_bottom) = (
            (min(grid.box.top for grid in side), max(grid.box.bottom for grid in side))
            for side in (order[:number], order[number:])
        )
        beside = min(bottom, other_bottom) - max(top, other_top)
        third = (start - end) / 3
        across = any(t.x0 < start - third and t.x1 > end + third for t in tokens if t.text.strip())
        if beside > max(bottom - top, other_bottom - other_top) / 2 and not across:
            return (end + start) / 2
    return None


def _of_sheet(tokens: list[Token], grids: Sequence[Grid], width: float, frame: Frame) -> Iterator[Placed]:
    inside: list[list[list[Token]]] = [[[] for _ in grid.cells] for grid in grids]
    outside: list[Token] = []
    order = sorted(range(len(grids)), key=lambda i: grids[i].box.area)  # a table within a cell comes before the cell
    finders = [Finder(grid) for grid in grids]
    places = [
        next(((i, cell) for i in order if (cell := finders[i].cell(token.middle, PAGE.rules_touch)) is not None), None)
        for token in tokens
    ]
    for token, place in zip(tokens, _run_over(tokens, places, grids), strict=True):
        (inside[place[0]][place[1]] if place else outside).append(token)
    placed = [
        Placed(_table(grid, inside[i], frame), grid.box.top, grid.box.bottom, grid.columns)
        for i, grid in enumerate(grids)
    ]
    placed += _around(lines_of(outside, tabs=True, aligned=True), grids, width, frame)
    yield from sorted(placed, key=lambda p: p.top)


def _run_over(
    tokens: Sequence[Token], places: Sequence[tuple[int, int] | None], grids: Sequence[Grid]
) -> list[tuple[int, int] | None]:
    """*places* (grid and cell), but of words that run over the right edge of their cell, where nothing else stands, that of their beginning."""
    begun = list(places)
    for number, (before, token) in enumerate(pairwise(tokens), 1):
        own = begun[number - 1]
        gap = token.x0 - before.x1
        if own is None or abs(before.middle[1] - token.middle[1]) > PAGE.line_slack or gap < -token.height:
            continue
        edge = grids[own[0]].cells[own[1]][0].x1
        if own != places[number - 1]:
            most = PAGE.gap_wide if places[number] else PAGE.tab_gap
            goes_on = gap < most * token.height and places[number] == places[number - 1]
        else:
            crosses = before.x1 > edge + PAGE.edge or token.x0 < edge - PAGE.edge
            goes_on = gap < (PAGE.gap_latin * token.height if crosses else PAGE.edge) and places[number] != own
        if goes_on:
            begun[number] = own
    taken = {
        place for place, own, token in zip(places, begun, tokens, strict=True) if place == own and token.text.strip()
    }
    return [place if place and place in taken else own for place, own in zip(places, begun, strict=True)]


def _table(grid: Grid, texts: Sequence[Sequence[Token]], frame: Frame) -> Table:
    written = [_cell_text(box, tokens) for (box, *_), tokens in zip(grid.cells, texts, strict=True)]
    return grid.table(written, frame, [Line(list(tokens)).confidence for tokens in texts])


def _cell_text(box: Box, tokens: Sequence[Token]) -> str:
    return "\n".join(paragraphs_of(lines_of(tokens), box.x0, box.x1))


def _around(lines: list[Line], grids: Sequence[Grid], width: float, frame: Frame) -> list[Placed]:
    """Paragraphs above, between and below the tables; columns of running text one after the other. *width* is the page's."""
    if not lines:
        return []
    left = min([line.x0 for line in lines] + [grid.box.x0 for grid in grids])
    right = max([line.x1 for line in lines] + [grid.box.x1 for grid in grids])
    bound = max(right, width - left)  # margins are alike
    placed: list[Placed] = []
    for column in _columns(_between(lines, grids), left, right):
        x0 = min(line.x0 for line in column)
        top = column[0].top
        edge = text_edge(column, bound)
        found = gathered(with_columns(column, edge), x0, edge, free=True)
        for number, (text, own) in enumerate(found):
            place = top + number * 0.01
            sure = min((s for line in own if (s := line.confidence) is not None), default=None)
            placed.append(Placed(Paragraph(text, sure, spots=(frame.spot(*extent(own)),)), place, column[-1].bottom))
    return placed


def _between(lines: list[Line], grids: Sequence[Grid]) -> list[list[Line]]:
    tops = sorted(grid.box.top for grid in grids)
    groups: dict[int, list[Line]] = {}
    for line in lines:
        beside = sum(grid.box.top < line.top < grid.box.bottom and line.x1 < grid.box.x0 for grid in grids)
        groups.setdefault(sum(top < line.top for top in tops) - beside, []).append(line)
    return [groups[key] for key in sorted(groups)]


def _columns(groups: list[list[Line]], left: float, right: float) -> Iterator[list[Line]]:
    """Each group, cut in two where an empty strip runs down its middle between full lines of text."""
    for group in groups:
        cut = _gutter(group, left, right)
        if cut is None:
            yield group
            continue
        halves: tuple[list[Token], list[Token]] = ([], [])
        for line in group:
            for token in line.tokens:
                halves[token.middle[0] > cut].append(token)
        for half in halves:
            found = lines_of(half, tabs=True, aligned=True)
            if found:
                yield found


def _gutter(group: list[Line], left: float, right: float) -> float | None:
    if len(group) < 8:
        return None
    for share in (0.5, 0.48, 0.52, 0.46, 0.54):
        cut = left + (right - left) * share
        sides: list[float] = []
        for line in group:
            if any(t.x0 < cut + PAGE.gutter and t.x1 > cut - PAGE.gutter and t.text.strip() for t in line.tokens):
                break
            sides += [sum(t.x1 - t.x0 for t in line.tokens if (t.middle[0] > cut) == side) for side in (False, True)]
        else:
            full = [s for s in sides if s > PAGE.column_full * (right - left) / 2 * PAGE.column_wide]
            if len(full) > PAGE.columns_full * len(sides):
                return cut
    return None
