"""Values typed behind the label into its own cell («联系人* 窦师傅», «举办地点（如：会议室）⏎食堂»), their place beside it left empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.base.text import is_blank
from bot.documents.model import Cell
from bot.forms.labels.index import LabelIndex
from bot.forms.labels.raw import has_marks


def in_own_cells(cells: Sequence[Cell], labels: dict[int, str], index: LabelIndex) -> Iterator[Cell]:
    """*cells*, where a value was typed behind the label into its cell, and its own place was left empty: there it is put."""
    at = {cell.place: cell for cell in cells}
    moved: dict[int, str] = {}
    heads: dict[int, str] = {}
    for cell in cells:
        right = at.get((cell.row, cell.col + cell.colspan))
        if id(cell) not in labels and right is not None and is_blank(right.text) and not has_marks(right.text):
            target, label, value = index.headed(cell.text)
            if target:
                heads[id(cell)], moved[id(right)] = label, value
                labels[id(cell)] = target
    for cell in cells:
        text = heads.get(id(cell)) or moved.get(id(cell))
        kept = replace(cell, text=text) if text else cell
        if id(cell) in labels:
            labels[id(kept)] = labels[id(cell)]
        yield kept
