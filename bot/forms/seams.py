"""A row through which two pictures were cut put together again; what is left of a cut row is not certain. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.documents.model import Block, Cell, Document, Table
from bot.forms.definitions import Definitions
from bot.forms.labels.index import field_index

CUT = 0.45  # confidence of what a cut row shows: more may stand outside
OVERLAP = 6  # characters that two photos show alike are the same ones


def seamed(documents: Sequence[Document], definitions: Definitions) -> list[Document]:
    """*documents* with rows whole that one picture ends and the one before or after it, or the next page, goes on with."""
    blocks = [list(one.blocks) for one in documents]
    tables = [(own, at) for own in blocks for at, block in enumerate(own) if isinstance(block, Table)]
    for first, second in itertools.pairwise(tables):
        for (above, i), (below, k) in ((first, second), (second, first)):
            joined = _joined(above[i], below[k], definitions)
            if joined is not None:
                above[i], below[k] = joined
                break
    left = [tuple(block for block in own if not isinstance(block, Table) or block.cells) for own in blocks]
    whole = (one if own == one.blocks else replace(one, blocks=own) for one, own in zip(documents, left, strict=True))
    return [_doubted(one) for one in whole]


def _doubted(document: Document) -> Document:
    """What cut rows show is asked for."""
    if not any(cell.cut for table in document.tables() for cell in table.cells):
        return document
    return replace(
        document, blocks=tuple(_sure_of(block) if isinstance(block, Table) else block for block in document.blocks)
    )


def _sure_of(table: Table) -> Table:
    return replace(
        table,
        cells=tuple(replace(c, confidence=_least(c.confidence, CUT), cut=False) if c.cut else c for c in table.cells),
    )


def _joined(upper: Block, lower: Block, definitions: Definitions) -> tuple[Table, Table] | None:
    """Both tables with the cut row whole in the upper one; None where the one does not go on in the other."""
    if not isinstance(upper, Table) or not isinstance(lower, Table):
        return None
    last = [cell for cell in upper.cells if cell.cut and cell.row + cell.rowspan == upper.n_rows]
    first = [cell for cell in lower.cells if cell.cut and cell.row == 0]
    if not last or len(last) != len(first) or any(cell.rowspan > 1 for cell in first):
        return None
    made = list(_pairs(last, first, definitions))
    if len(made) != len(last):
        return None
    whole = tuple(sorted((*(c for c in upper.cells if c not in last), *made), key=lambda c: (c.row, c.col)))
    rest = tuple(replace(c, row=c.row - 1) for c in lower.cells if c not in first)
    return replace(upper, cells=whole), replace(lower, cells=rest)


def _pairs(last: Sequence[Cell], first: Sequence[Cell], definitions: Definitions) -> Iterator[Cell]:
    """Labels with their values, each put together; fewer where the labels do not fit."""
    for i in range(0, len(last) - 1, 2):
        (name, value), (other, rest) = last[i : i + 2], first[i : i + 2]
        label = _label(name.text, other.text, definitions)
        if not label:
            return
        yield replace(name, text=label, cut=False)
        sure = [c.confidence for c in (value, rest) if c.text.strip() and c.confidence is not None]
        yield replace(value, text=overlapped(value.text, rest.text), confidence=min(sure, default=None), cut=False)


def _label(above: str, below: str, definitions: Definitions) -> str:
    """The label of a cut row, of which a part may stand on either side."""
    for definition in definitions.with_layout("fields"):
        index = field_index(definition)
        longer = above if len(squeeze(above)) >= len(squeeze(below)) else below
        for text in (above + below, longer):
            if index.whole(text):
                return text
    return ""


def overlapped(above: str, below: str) -> str:
    """One text of two parts, of which the end of the first and the beginning of the second may be the same."""
    if not above.strip() or not below.strip():
        return above if above.strip() else below
    matcher = SequenceMatcher(None, above, below, autojunk=False)
    found = matcher.find_longest_match(max(len(above) - len(below) - 60, 0), len(above), 0, len(below))
    if found.size >= OVERLAP:
        return above[: found.a] + below[found.b :]
    return above + below


def _least(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)
