"""Labels with wrong or lost characters in a table of known ones."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.text import squeeze, squeezed, stands_within
from bot.documents.model import Cell
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import LabelIndex, group_target, members

FUZZY_OCR = 0.5
FUZZY_TYPED = 0.75


def guess_labels(
    cells: Sequence[Cell], labels: dict[int, str], index: LabelIndex, definition: FormDefinition, *, ocr: bool
) -> None:
    """Labels with wrong characters, and (from pixels) lost ones by their place between known neighbours."""
    order = [spec.key for spec in definition.field if not spec.outside]
    order = with_groups(order, definition)
    columns = {cell.col for cell in cells if id(cell) in labels}
    present = set(labels.values())
    missing = [t for t in order if t not in present and not present.intersection(members(t))]
    for cell in cells:
        name = squeeze(cell.text).rstrip(":")
        stands_for = [s.key for s in definition.field if s.key in missing and name in squeezed(s.fallback)]
        if stands_for and id(cell) not in labels:
            labels[id(cell)] = stands_for[0]
            missing.remove(stands_for[0])
    others = squeezed(definition.other_labels)
    threshold = FUZZY_OCR if ocr else FUZZY_TYPED
    for cell in cells:
        text = squeeze(cell.text)
        if id(cell) in labels or cell.col not in columns or not text or len(text) > 12 or text in others:
            continue
        # «负责人签字：陶然» holds its value as well.
        if not ocr and (len(text) < 4 or cell.col != min(columns) or ":" in text.rstrip(":")):
            continue
        target = index.fuzzy(cell.text, missing, threshold)
        if target:
            labels[id(cell)] = target
            missing.remove(target)
    if ocr:
        lost_labels(cells, labels, order, index)


def lost_labels(cells: Sequence[Cell], labels: dict[int, str], order: list[str], index: LabelIndex) -> None:
    """A short rest of a label («活» for 活动名称) where exactly one label is missing between its neighbours."""
    columns = {cell.col for cell in cells if id(cell) in labels}
    known = [(cell, labels.get(id(cell), "")) for cell in cells if cell.col in columns]
    for i, (cell, target) in enumerate(known):
        text = squeeze(cell.text)
        if target or len(text) > 4 or cell.col != min(columns, default=0):
            continue
        earlier = [order.index(t) for _, t in known[:i] if t in order]
        later = [order.index(t) for _, t in known[i + 1 :] if t in order]
        low, high = max(earlier, default=-1), min(later, default=len(order))
        between = [t for t in order[low + 1 : high] if t not in labels.values()]
        names = [n for n, t in index.names.items() if between and t == between[0]]
        if len(between) == 1 and (not text or any(stands_within(text, n) for n in names)):
            labels[id(cell)] = between[0]
            known[i] = (cell, between[0])


def with_groups(order: list[str], definition: FormDefinition) -> list[str]:
    """The order of the printed labels: groups of neighbours stand in place of their members."""
    for group in definition.group:
        where = [order.index(key) for key in group.keys if key in order]
        if where and group.printed:
            order = [*order[: where[0]], group_target(group.keys), *order[where[-1] + 1 :]]
    return order
