"""Values typed behind the label into its own cell («联系人* 窦师傅», «举办地点（如：会议室）⏎食堂»), their place beside it left empty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import LabelIndex
from bot.forms.labels.raw import has_marks

NUMBER_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\s*\d[\d\s,，.－-]*(?:[人名个元次年岁]|万元|人次)?\s*$")
MANY_LABELS = 4  # in one column


def in_own_cells(cells: Sequence[Cell], labels: dict[int, str], index: LabelIndex) -> Iterator[Cell]:
    """*cells*, where a value was typed behind the label into its cell, and its own place was left empty: there it is put."""
    at = {cell.place: cell for cell in cells}
    moved: dict[int, str] = {}
    heads: dict[int, str] = {}
    for cell in cells:
        if not cell.text or id(cell) in labels:
            continue
        right = at.get((cell.row, cell.col + cell.colspan))
        if right is not None and is_blank(right.text) and not has_marks(right.text):
            target, label, value = index.headed(cell.text)
            if not target and (behind := NUMBER_BEHIND.search(cell.text)):
                label, value = cell.text[: behind.start()], behind[0].strip()  # «就餐人数680», «手 机13900000001»
                target = index.whole(label)
            if target:
                heads[id(cell)], moved[id(right)] = label, value
                labels[id(cell)] = target
    for cell in cells:
        text = heads.get(id(cell)) or moved.get(id(cell))
        kept = replace(cell, text=text) if text else cell
        if id(cell) in labels:
            labels[id(kept)] = labels[id(cell)]
        yield kept


def without_heads(cells: Sequence[Cell], labels: Mapping[int, str]) -> list[Cell]:
    """*cells* without the headings of values («序号 | 项目 | 内容») that are spelled like a label which comes later."""
    labelled = [(cell, labels[id(cell)]) for cell in cells if id(cell) in labels]
    of_column = Counter(cell.col for cell, _ in labelled)
    last: dict[str, dict[int, int]] = {}  # by label: the columns of labels in which it stands, and its last row there
    for cell, target in labelled:
        if of_column[cell.col] >= MANY_LABELS:
            rows = last.setdefault(target, {})
            rows[cell.col] = max(cell.row, rows.get(cell.col, 0))
    heads = {
        id(cell)
        for cell, target in labelled
        if of_column[cell.col] == 1
        and any(col < cell.col and row > cell.row for col, row in last.get(target, {}).items())
    }
    return [cell for cell in cells if id(cell) not in heads]


def without_side_columns(cells: list[Cell], labels: Mapping[int, str], definition: FormDefinition) -> list[Cell]:
    """*cells* without the columns that a heading above the labels calls notes or examples."""
    first = min((cell.row for cell in cells if id(cell) in labels), default=0)
    words = squeezed(definition.side_columns)
    heads = [cell for cell in cells if cell.row < first and squeeze(cell.text).strip("():") in words]
    at_side = {c for head in heads if head.col > 0 for c in range(head.col, head.col + min(head.colspan, 8))}
    return [cell for cell in cells if cell.col not in at_side or id(cell) in labels or cell.row < first]
