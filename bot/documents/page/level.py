"""Tables with level lines only, or in a frame of them: their columns are told by where the texts of several rows begin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.documents.page.grid import Rule
from bot.documents.page.lines import Line, Token, lines_of
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import MARKS

_LINES, _ROWS = 4, 2  # of a table; of a column
_ONE_LABEL = 0.7  # of the rows have one line in their first column; else several rows stand between two lines


def lacking_rules(
    across: Sequence[Rule], down: Sequence[Rule], tokens: Iterable[Token]
) -> tuple[list[Rule], list[Rule]]:
    """The lines that tables of *across* lack: level ones (above the first row), upright ones; none where *down* has some within."""
    tables: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for rule in across:
        tables[round(rule.start / PAGE.same_column), round(rule.end / PAGE.same_column)].append(rule)
    level: list[Rule] = []
    upright: list[Rule] = []
    words = [token for token in tokens if token.text.strip()]
    for rules in tables.values():
        rules.sort(key=lambda rule: rule.at)
        if len(rules) >= _LINES and not any(_inside(rule, rules) for rule in down):
            top = _above(rules, words)
            found = _of_table([top, *rules], words) if top is not None else []
            if found and top is not None:
                level.append(top)
            upright += found or _of_table(rules, words)
    return level, upright


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


def _of_table(rules: Sequence[Rule], words: Sequence[Token]) -> list[Rule]:
    left, right = rules[0].start, rules[0].end
    rows = [
        (
            above.at,
            below.at,
            lines_of(t for t in words if above.at < t.middle[1] < below.at and left <= t.middle[0] <= right),
        )
        for above, below in pairwise(rules)
    ]
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
    if not columns:
        return []
    found = [Rule(left, rules[0].at, rules[-1].at), Rule(right, rules[0].at, rules[-1].at)]
    for top, bottom, lines in rows:
        begun = {x for line in lines for x in (line.x0, *_starts(line))}
        for x in columns:
            at = x - PAGE.column_begins
            crossed = any(t.x0 < at < t.x1 for line in lines for t in line.tokens)
            if not crossed and any(0 <= own - x <= PAGE.mark_indent for own in begun):
                found.append(Rule(at, top, bottom))
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
