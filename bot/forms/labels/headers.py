"""Where a table's header row is and which grid column holds which value: the layout ``rows``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from msgspec import Struct

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import BEHIND, LabelIndex, column_index, members

SEARCHED_ROWS = 80  # a header further down belongs to a table of another kind
MAX_HEADER_TEXT = 30
MOST_DEEP = 2  # rows
NEAR = 0.7
CLEAR = 0.5  # of what a scan shows

NUMBERS_COLUMN = re.compile(r"[甲乙丙丁]|[(（]?(\d{1,2})[)）]?(?:=.*)?")
Cover = Mapping[int, Sequence[Cell]]


class Header(Struct, frozen=True):
    """A header in rows ``first`` … ``last``: the target of each grid column, and the number column (-1: none)."""

    first: int
    last: int
    columns: Mapping[int, str]
    number: int = -1
    n_cols: int = 0
    anchor_text: str = ""

    @property
    def targets(self) -> set[str]:
        return set(self.columns.values())


def find_header(
    cover: Cover, n_cols: int, definition: FormDefinition, *, titled: bool, start: int = 0
) -> Header | None:
    """The first header at or below row *start*; a known title makes one label fewer enough."""
    wanted = definition.min_labels - (1 if titled else 0)
    rows = [row for row in sorted(cover) if row >= start][:SEARCHED_ROWS]
    alone = cache(lambda row: columns_of([row], cover, column_index(definition)))
    for row in rows:
        header = header_at(row, cover, n_cols, definition, wanted, alone)
        if header:
            return header
    return None


def header_at(
    row: int,
    cover: Cover,
    n_cols: int,
    definition: FormDefinition,
    wanted: int,
    alone: Callable[[int], dict[int, str]] | None = None,
) -> Header | None:
    """The header that begins in *row*, of one line or of two. *alone*: what tells the columns of one line, where others ask for it, too."""
    index = column_index(definition)
    alone = alone or (lambda row: columns_of([row], cover, index))
    single = alone(row)
    double = columns_of([row, row + 1], cover, index) if row + 1 in cover else {}
    if not single and not double:
        return None
    known = count(single, definition)
    deeper = count(double, definition)
    below = count(alone(row + 1), definition) if double else 0
    # A line above the header (the unit, a heading) adds nothing to it.
    use_double = deeper > max(known, below) or (known and deeper >= known and spreads(row, cover, single))
    columns, last = (double, row + 1) if use_double else (single, row)
    if count(columns, definition) < wanted or definition.anchor not in anchors(columns, definition):
        return None
    rows = range(row, last + 1)
    columns = with_guesses(columns, rows, cover, definition, index)
    return Header(
        row, last, columns, number_column(rows, cover, definition), n_cols, anchor_text(columns, row, cover, definition)
    )


def anchors(columns: Mapping[int, str], definition: FormDefinition) -> set[str]:
    found = set(columns.values())
    for target in list(found):
        found.update(members(target))
    return found


def count(columns: Mapping[int, str], definition: FormDefinition) -> int:
    return len(anchors(columns, definition) - {t for t in columns.values() if t.startswith("@")})


def columns_of(rows: Sequence[int], cover: Cover, index: LabelIndex) -> dict[int, str]:
    """The target of each grid column by the cells that stand over it, lowest first, then read downwards as one."""
    found: dict[int, str] = {}
    told: dict[tuple[int, ...], str] = {}  # a wide cell stands over several columns
    reaching: set[int] = set()
    for column, cells in stacked(rows, cover).items():
        stack = tuple(map(id, cells))
        if stack not in told:
            told[stack] = target_of(cells, index)
        if told[stack]:
            found[column] = told[stack]
        if len(cells) == 1 and cells[0].rowspan > MOST_DEEP:
            reaching.add(column)
    # «选课（限选两门）» along the entries, one column of which is «选课»
    own = {target for column, target in found.items() if column not in reaching}
    return {column: target for column, target in found.items() if column not in reaching or target not in own}


def target_of(cells: Sequence[Cell], index: LabelIndex) -> str:
    if len(cells) == 1:
        return index.whole(cells[0].text) if is_clear(cells[0]) else ""
    texts = [cell.text for cell in cells if not is_blank(cell.text)]
    if not texts or max(map(len, texts)) > MAX_HEADER_TEXT * 2:
        return ""
    # «学员人数（人）» over «男» is said as «学员人数男».
    bare = "".join([BEHIND.sub("", squeeze(text)) for text in texts])
    asked = dict.fromkeys((texts[-1], "".join(texts), bare, texts[0]))
    return next(filter(None, map(index.whole, asked)), "")


def is_clear(cell: Cell) -> bool:
    """Of a heading under a stamp a part may be read («活动» of «活动时间»), which is another column's."""
    return cell.confidence is None or cell.confidence >= CLEAR


def numbers_columns(cells: Sequence[Cell]) -> bool:
    """«甲 | 乙 | 丙 | 1 | 2 | 3», «（1） | （2） | （3）»: the columns by number, and no entry of numbers."""
    texts = [squeeze(cell.text) for cell in cells if not is_blank(cell.text)]
    found = [NUMBERS_COLUMN.fullmatch(text) for text in texts]
    counted = [int(one[1]) for one in found if one and one[1]]
    return len(texts) > 2 and all(found) and all(b == a + 1 for a, b in pairwise(counted))


def stacked(rows: Sequence[int], cover: Cover) -> dict[int, list[Cell]]:
    stacks: dict[int, list[Cell]] = {}
    for row in rows:
        for cell in cover.get(row, ()):
            for column in range(cell.col, cell.col + min(cell.colspan, 64)):
                stack = stacks.setdefault(column, [])
                if cell not in stack:
                    stack.append(cell)
    return stacks


def spreads(row: int, cover: Cover, single: Mapping[int, str]) -> bool:
    """The row below divides a wide label («活动时间» over 开始 and 结束), and holds nothing else."""
    below = [cell for cell in cover.get(row + 1, ()) if cell.row == row + 1 and not is_blank(cell.text)]
    if not below or any(len(squeeze(cell.text)) > 10 or re.search(r"\d", cell.text) for cell in below):
        return False
    wide = [cell for cell in cover[row] if cell.colspan > 1 and cell.rowspan == 1 and not is_blank(cell.text)]
    # An entry's cells are as wide as the labels above them.
    under = [c for c in below if any(w.col <= c.col < w.col + w.colspan > c.colspan + w.col for w in wide)]
    return len(under) >= 2 and len(under) == len(below)


def with_guesses(
    columns: dict[int, str], rows: Sequence[int], cover: Cover, definition: FormDefinition, index: LabelIndex
) -> dict[int, str]:
    """Columns whose label is only nearly known, or ends in a known one («具体活动地点»), for targets still missing."""
    present = anchors(columns, definition)
    missing = [spec.key for spec in definition.column if spec.key not in present]
    others = squeezed(definition.other_labels)
    result = dict(columns)
    for column, cells in stacked(rows, cover).items():
        if column in result or not missing:
            continue
        name = squeeze("".join(cell.text for cell in cells))
        stand_in = next((s.key for s in definition.column if s.key in missing and name in squeezed(s.fallback)), "")
        if stand_in:
            result[column] = stand_in
            missing.remove(stand_in)
            continue
        if not 2 <= len(name) <= 14 or name in others:
            continue
        endings = [(len(n), t) for n, t in index.names.items() if len(n) >= 2 and name.endswith(n) and t in missing]
        target = max(endings)[1] if endings else index.fuzzy(name, missing, NEAR)
        if target:
            result[column] = target
            missing = [key for key in missing if key != target]
    return result


def number_column(rows: Sequence[int], cover: Cover, definition: FormDefinition) -> int:
    names = squeezed(definition.number_labels)
    for column, cells in stacked(rows, cover).items():
        if any(squeeze(cell.text) in names for cell in cells):
            return column
    return -1


def anchor_text(columns: Mapping[int, str], row: int, cover: Cover, definition: FormDefinition) -> str:
    """The words of the anchor's header cell, by which a repeated header is seen at once."""
    for cell in cover[row]:
        if columns.get(cell.col) == definition.anchor:
            return squeeze(cell.text)
    return ""


@lru_cache(maxsize=256)
def beginnings(columns: tuple[tuple[int, str], ...], anchor: str) -> tuple[int, ...]:
    """The columns with which each of several headers side by side begins; one where there is only one."""
    starts: list[int] = []
    seen: set[str] = set()
    before = ""
    for column, target in columns:
        if not starts or (target in seen and target != before):
            starts.append(column)
            seen = set()
        seen.add(target)
        before = target
    targets = (
        [{t for c, t in columns if a <= c < b} for a, b in pairwise((*starts, columns[-1][0] + 1))] if columns else []
    )
    is_many = len(targets) > 1 and all(anchor in own and own == targets[0] for own in targets)
    return tuple(starts) if is_many else tuple(starts[:1])


def side_by_side(header: Header, definition: FormDefinition) -> Iterator[Header]:
    """The header, or each of those that stand side by side to save paper («序号 | 姓名 | 电话 | 序号 | 姓名 | 电话»)."""
    starts = beginnings(tuple(sorted(header.columns.items())), definition.anchor)
    if len(starts) < 2:
        yield header
        return
    for a, b in pairwise((*starts, header.n_cols + 1)):
        yield replace(header, columns={c: t for c, t in header.columns.items() if a <= c < b}, number=-1)
