"""Tables with level lines only, or in a frame of them: their columns are told by where the texts of several rows begin, or where all are
centred by the strips that stay empty between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.documents.page.grid import Rule
from bot.documents.page.lines import Line, Token, lines_of
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_LINES, _GOING_ON, _ROWS = 4, 2, 2  # of a table; of one that began on the page before; of a column
_ONE_LABEL = 0.7  # of the rows have one line in their first column; else several rows stand between two lines
_HEADED = 3  # columns of a table whose cells are centred at least

_Rows = Sequence[tuple[float, float, list[Line]]]  # from one level line to the next, with what stands between them


def lacking_rules(
    across: Sequence[Rule], down: Sequence[Rule], tokens: Iterable[Token], before: Sequence[float]
) -> tuple[list[Rule], list[Rule]]:
    """The lines that tables of *across* lack: level ones (above the first row), upright ones; none where *down* has some within.

    *before* are the columns of the table with which the page before ends: its last rows may be too few to tell them.
    """
    tables: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for rule in across:
        tables[round(rule.start / PAGE.same_column), round(rule.end / PAGE.same_column)].append(rule)
    level: list[Rule] = []
    upright: list[Rule] = []
    words = [token for token in tokens if token.text.strip()]
    for rules in tables.values():
        rules.sort(key=lambda rule: rule.at)
        goes_on = _goes_on(rules[0], before)
        if len(rules) >= (_GOING_ON if goes_on else _LINES) and not any(_inside(rule, rules) for rule in down):
            columns = before if goes_on else ()
            top = _above(rules, words)
            found = _between([top, *rules], words, columns) if top is not None else []
            if found and top is not None:
                level.append(top)
            upright += found or _between(rules, words, columns)
    return level, upright


def open_ends(across: Sequence[Rule], down: Sequence[Rule], height: float, before: Sequence[float] = ()) -> list[Rule]:
    """The level lines that a browser leaves out where a page break goes through a row: its upright lines end together there, with a
    line between them elsewhere or where the table of the page *before* has its edges. *height* is the page's."""
    long = [rule for rule in down if rule.end - rule.start > PAGE.shortest_ruling]
    at_foot = [(rule.end, rule) for rule in long if rule.end > (1 - PAGE.torn) * height]
    at_head = [(rule.start, rule) for rule in long if rule.start < PAGE.torn * height]
    found: list[Rule] = []
    for ends in (at_foot, at_head):
        for y in {y for y, _ in ends}:
            together = [rule for end, rule in ends if abs(end - y) <= PAGE.line_slack]
            line = Rule(y, min(rule.at for rule in together), max(rule.at for rule in together))
            if line.end - line.start <= PAGE.shortest_ruling or any(_meet(rule, line) for rule in (*across, *found)):
                continue
            ruled = any(
                _goes_on(rule, (line.start, line.end)) and together[0].start - 1 <= rule.at <= together[0].end + 1
                for rule in across
            )
            if ruled or _goes_on(line, before):
                found.append(line)
    return found


def _meet(one: Rule, other: Rule) -> bool:
    return abs(one.at - other.at) <= PAGE.rules_touch and one.start <= other.end and other.start <= one.end


def _goes_on(rule: Rule, columns: Sequence[float]) -> bool:
    edges = zip((rule.start, rule.end), (columns[0], columns[-1]), strict=True) if columns else ()
    return bool(columns) and all(abs(one - other) <= PAGE.same_column for one, other in edges)


def _between(rules: Sequence[Rule], words: Sequence[Token], columns: Sequence[float]) -> list[Rule]:
    """The upright lines of one table; at *columns* where its texts keep to these."""
    left, right = rules[0].start, rules[0].end
    rows = [
        (
            above.at,
            below.at,
            lines_of(t for t in words if above.at < t.middle[1] < below.at and left <= t.middle[0] <= right),
        )
        for above, below in pairwise(rules)
    ]
    found = _as_before(rows, columns[1:-1]) or _by_starts(rows, left) or _by_strips(rows)
    return [*found, *(Rule(x, rules[0].at, rules[-1].at) for x in (left, right) if found)]


def _above(rules: Sequence[Rule], words: Sequence[Token]) -> Rule | None:
    """The line that is lacking above the first row where each row has one below it only."""
    least = min(below.at - above.at for above, below in pairwise(rules))
    first = rules[0]
    near = [t for t in words if first.at - least < t.middle[1] < first.at and first.start <= t.middle[0] <= first.end]
    lines = lines_of(near)
    if not lines or not _starts(lines[0]) or len(lines) > 1:
        return None
    return Rule(lines[0].top - PAGE.line_slack, first.start, first.end)


def _inside(rule: Rule, table: Sequence[Rule]) -> bool:
    first, last = table[0], table[-1]
    between = first.start + PAGE.same_column < rule.at < first.end - PAGE.same_column
    return between and rule.start < last.at and rule.end > first.at


def _by_starts(rows: _Rows, left: float) -> list[Rule]:
    """Where the texts of several rows begin, in each row that has something there."""
    first = min((line.x0 for _, _, lines in rows for line in lines), default=left)
    labels = [sum(line.x0 <= first + PAGE.column_begins for line in lines) for _, _, lines in rows]
    if sum(count == 1 for count in labels) < _ONE_LABEL * len(rows):
        return []
    starts = [[x for line in lines for x in _starts(line, marks=False)] for _, _, lines in rows]
    columns: list[float] = []
    for x in sorted(x for row in starts for x in row):
        if columns and x - columns[-1] <= PAGE.mark_indent:
            continue
        if sum(any(0 <= own - x <= PAGE.mark_indent for own in row) for row in starts) >= _ROWS:
            columns.append(x)
    found = []
    for top, bottom, lines in rows:
        begun = {x for line in lines for x in (line.x0, *_starts(line))}
        whole = len(lines) == 1 and len(_starts(lines[0])) == len(columns)  # a centred header
        for x in columns:
            at = x - PAGE.column_begins
            crossed = any(t.x0 < at < t.x1 for line in lines for t in line.tokens)
            if not crossed and (whole or any(0 <= own - x <= PAGE.mark_indent for own in begun)):
                found.append(Rule(at, top, bottom))
    return found


def _by_strips(rows: _Rows) -> list[Rule]:
    """The middles of the strips without a letter that run down the whole table between its heads."""
    heads = _pieces(rows[0][2][0]) if len(rows[0][2]) == 1 else []
    pieces = sorted(piece for _, _, lines in rows for line in lines for piece in _pieces(line))
    if len(heads) < _HEADED or len(pieces) < len(heads) * len(rows) / 2:
        return []
    strips: list[tuple[float, float]] = []
    reached = pieces[0][1]
    for start, end in pieces:
        if start > reached:
            strips.append((reached, start))
        reached = max(reached, end)
    found = []
    for before, after in pairwise(heads):
        middles = sum(before) / 2, sum(after) / 2
        own = [strip for strip in strips if middles[0] < strip[0] and strip[1] < middles[1]]
        if not own:
            return []
        start, end = max(own, key=lambda strip: strip[1] - strip[0])
        found.append(Rule((start + end) / 2, rows[0][0], rows[-1][1]))
    labels = [sum(line.x0 < found[0].at for line in lines) for _, _, lines in rows]
    return found if sum(count == 1 for count in labels) >= _ONE_LABEL * len(rows) else []


def _as_before(rows: _Rows, columns: Sequence[float]) -> list[Rule]:
    pieces = [_pieces(line) for _, _, lines in rows for line in lines]
    crossed = any(start < x < end for line in pieces for start, end in line for x in columns)
    fits = max(map(len, pieces), default=0) <= len(columns) + 1
    return [Rule(x, rows[0][0], rows[-1][1]) for x in columns] if fits and not crossed else []


def _pieces(line: Line) -> list[tuple[float, float]]:
    """From where to where the line's texts go that gaps keep apart."""
    found: list[tuple[float, float]] = []
    cuts = set(_starts(line))
    for token in line.tokens:
        if not found or token.x0 in cuts:
            found.append((token.x0, token.x1))
        found[-1] = found[-1][0], max(found[-1][1], token.x1)
    return found


def _starts(line: Line, *, marks: bool = True) -> list[float]:
    """Where the line goes on behind a gap; options stand in columns of their own (*marks* false)."""
    least = PAGE.column_gap * (line.size or PAGE.usual_letter)
    found, before = [], None
    for token in line.tokens:
        if before is not None and token.x0 - before > least and (marks or token.text[:1] not in MARKS):
            found.append(token.x0)
        before = token.x1
    return found
