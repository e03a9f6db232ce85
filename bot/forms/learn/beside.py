"""Where the value of a label stands: in the cell to its right, below it, or in its own; and whose the labels along a taller cell are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from bot.base.text import is_blank, squeeze
from bot.documents.model import Cell
from bot.forms.learn.crossed import MEASURE
from bot.forms.learn.lines import is_period
from bot.forms.learn.printed import YEAR, clean, is_label, is_picture, is_value_place, labelled_pieces

NAMES = re.compile(r"[^\s：:]\s*$")  # and has no place of its own
STAMPED = re.compile(r"[（(][^（）()]*(?:章|签[字名])[)）]\s*[：:]?$")


def nearest_of(at_left: Sequence[Cell], cell: Cell) -> str:
    """Of several words along a row the one before *cell* («领队 | 姓名 | 电话 | 教练 | 姓名 | 电话»)."""
    left = [one for one in at_left if one.col < cell.col] if len(at_left) > 1 else []
    return clean(left[-1].text) if left else ""


def measures(cells: Sequence[Cell], n_cols: int) -> list[Cell]:
    """The cells between a label and its place that say in what it is counted, and by which number («科技馆 | 个 | 03 | »)."""
    found = list(takewhile(lambda one: MEASURE.fullmatch(squeeze(one.text)) and not is_period(one.text), cells))
    end = found[-1].col + found[-1].colspan if found else n_cols
    rest = cells[len(found) :]
    is_free = is_blank(rest[0].text) or rest[0].col > end if rest else end < n_cols
    return found if is_free else []


def party_above(cell: Cell, number: int, row: Sequence[Cell], cover: Mapping[int, Sequence[Cell]]) -> str:
    """«甲方（盖章） | 乙方（盖章）» over cells with the same labels in each («代表（签字）：____»), or with the day alone; «监护人（一） | 监护人（二）» over
    «姓名 |   | 姓名 |   », «甲方 | 乙方» over «代表：____ | 代表：____»."""
    if not repeats(cell, row):
        return ""
    is_near = True  # nothing but such rows between
    for n in sorted((n for n in cover if n < number), reverse=True):
        own = [c for c in cover[n] if c.row == n]
        over = next((c for c in own if c.col <= cell.col < c.col + c.colspan), None)
        if over is None:
            continue
        if over.col == cell.col and STAMPED.search(over.text.strip()) and not repeats(over, own):
            return clean(over.text)
        is_wide = all(c.colspan > 1 for c in own) or re.search("[:：]|^[\\s年月日]+$", cell.text)
        if is_near and is_wide and len(own) > 1 and all(NAMES.search(c.text) and is_label(c.text) for c in own):
            return clean(over.text)
        is_near = is_near and any(repeats(c, own) for c in own)
    return ""


def repeats(cell: Cell, row: Sequence[Cell]) -> bool:
    label = squeeze(cell.text).partition(":")[0]
    return sum(squeeze(one.text).partition(":")[0] == label for one in row) > 1


def heads_labels(cell: Cell, cover: Mapping[int, Sequence[Cell]]) -> bool:
    """Whether labels of lower height begin right of it, or nothing but cells with labels of their own («推荐意见 | 党组织：… | 工会：…»)."""
    end = cell.row + cell.rowspan  # a file may claim a million rows
    right = [c for row, cells in cover.items() if cell.row <= row < end for c in cells if c.row == row]
    beside = [c for c in right if c.col == cell.col + cell.colspan and c.rowspan < cell.rowspan]
    return any(is_label(c.text) for c in beside) or (len(beside) > 1 and all(labels_itself(c.text) for c in beside))


def labels_itself(text: str) -> bool:
    """«所在单位工会：⏎（盖章）  年  月  日»"""
    line = text.strip().partition("\n")[0]
    return line.endswith(("：", ":")) and len(labelled_pieces(line)) == 1


def place_of(
    cell: Cell,
    i: int,
    row: Sequence[Cell],
    number: int,
    cover: Mapping[int, Sequence[Cell]],
    n_cols: int,
    labels: Sequence[Cell],
) -> tuple[Cell | None, str] | None:
    """The cell of the label's value and what is printed in it; None where there is none. Empty cells of a sheet may not be kept."""
    end = cell.col + cell.colspan
    beside = row[i + 1] if i + 1 < len(row) else None
    reaching = any(c.col == end and c.row < number for c in cover[number])
    if (beside.col > end if beside else end < n_cols) and not reaching:
        return None, ""
    in_itself = (
        cell.text.rstrip().endswith(("：", ":"))
        and beside is not None
        and (
            bool(labelled_pieces(beside.text))
            or is_period(beside.text)
            or (bool(STAMPED.search(cell.text)) and not is_value_place(beside.text))
        )
    )
    is_place = beside and (
        is_period(beside.text)  # «届次 | 第    届»
        or not (is_label(beside.text) or is_picture(beside.text) or YEAR.fullmatch(squeeze(beside.text)))
    )
    if beside and beside.col == end and is_place and not in_itself:
        return beside, beside.text
    if cell.text.rstrip().endswith(("：", ":")) or (beside and i and is_picture(beside.text)):
        return None, ""  # the place is in the cell itself
    if len(labels) > 1 and all(is_label(c.text) for c in labels):
        # Labels over their places, and not the headings of a list («项目 | 内容»), below which further labels stand.
        below = number + cell.rowspan
        under = [next((c for c in cover.get(below, ()) if c.col == one.col and c.row == below), None) for one in labels]
        if all(one is not None and not is_label(one.text) for one in under):
            found = next((one for one in under if one and one.col == cell.col), None)
            return found, found.text if found else ""
    return None
