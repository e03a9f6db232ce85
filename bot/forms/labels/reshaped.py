"""Tables that do not look like one: lines with tabs below a header line, and tables whose header is the first column."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.documents.model import Cell, Paragraph, Table
from bot.forms.definitions import FormDefinition
from bot.forms.labels.index import column_index, fields_of
from bot.forms.labels.places import Region
from bot.forms.model import Place

MAX_CELLS = 5000
GAP = re.compile(r"\t+|[ \u3000]{2,}")


def with_tabbed_tables(regions: Sequence[Region], definition: FormDefinition) -> list[Region]:
    """*regions* with every header line and the lines of as many pieces below it replaced by a table."""
    found: list[Region] = []
    rows: list[list[str]] = []
    places: list[Place] = []

    def close() -> None:
        if len(rows) > 1:
            cells = tuple(Cell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text)
            found.append(Region(Table(cells), places[0], lines=tuple(places)))
        elif rows:
            found.append(Region(Paragraph("\t".join(rows[0])), places[0]))
        rows.clear()
        places.clear()

    for region in regions:
        block = region.block
        if not isinstance(block, Paragraph) or not (rows or GAP.search(block.text)):
            if not (isinstance(block, Paragraph) and is_blank(block.text)):
                close()
            found.append(region)
            continue
        plain: list[str] = []
        for line in block.text.split("\n"):
            pieces = pieces_of(line, len(rows[0]) if rows else 0)
            if pieces and (rows or is_header(pieces, definition)):
                if plain:
                    found.append(replace(region, block=replace(block, text="\n".join(plain))))
                    plain = []
                places.append(region.place)
                rows.append(pieces)
            else:
                close()
                plain.append(line)
        if plain:
            found.append(replace(region, block=replace(block, text="\n".join(plain))))
    close()
    return found


def pieces_of(line: str, wanted: int) -> list[str]:
    """The pieces of a line between tabs or wide gaps; none where they are not *wanted* many (0: at least four)."""
    by_tab = [piece.strip() for piece in line.strip("\n").split("\t")]
    by_gap = [piece.strip() for piece in GAP.split(line.strip()) if piece.strip()]
    for pieces in (by_gap, by_tab):
        if len(pieces) == wanted or (not wanted and len(pieces) >= 4 and all(pieces)):
            return pieces
    return []


def is_header(pieces: Sequence[str], definition: FormDefinition) -> bool:
    index = column_index(definition)
    targets = {target for piece in pieces if (target := index.whole(piece))}
    keys = {key for target in targets for key in fields_of(target)}
    return definition.anchor in keys and len(targets) >= max(3, definition.min_labels - 1)


def upright(table: Table, definition: FormDefinition) -> Table | None:
    """*table* with rows and columns exchanged where its labels stand in one column, below one another, and nowhere else."""
    if len(table.cells) > MAX_CELLS:
        return None
    index = column_index(definition)
    columns = [cell.col for cell in table.cells if index.whole(cell.text)]
    if len(columns) < definition.min_labels or len(set(columns)) != 1 or columns[0] > 1:
        return None
    turned = [
        replace(cell, row=cell.col, col=cell.row, rowspan=cell.colspan, colspan=cell.rowspan, own=cell.place)
        for cell in table.cells
    ]
    return Table(tuple(sorted(turned, key=lambda cell: (cell.row, cell.col))), table.name)
