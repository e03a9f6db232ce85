"""Blocks with the places where they are, and which of them are already understood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.model import Block, Cell, Document, Paragraph, Table
from bot.documents.shared.grid import table_text
from bot.forms.model import Place

DEEPEST = 4
MOST_ABOVE, NEAREST = 12, 6  # lines around a table


class Region(Struct, frozen=True):
    """A block and its place. ``rows``: only the first rows of a table are still free (None: all);
    ``taken``: the rest of it is a summary table. ``lines``: the table was made of these; ``is_turned``: its rows are columns there."""

    block: Block
    place: Place
    rows: int | None = None
    taken: bool = False
    lines: tuple[Place, ...] = ()
    is_turned: bool = False


def place_of(cell: Cell, region: Region) -> Place:
    """Where a cell of the region's table stands."""
    row, column = cell.place
    words = f"{region.place.words} 第{row + 1}行第{column + 1}列"
    if region.lines:
        return replace(region.lines[cell.row].part(cell.text), words=words)
    return Place(words, table=region.place.table, row=row, col=column, spots=cell.spots)


def regions_of(document: Document) -> list[Region]:
    regions: list[Region] = []
    tables = paragraphs = 0
    for block in unframed(document.blocks):
        if isinstance(block, Paragraph):
            paragraphs += 1
            regions.append(Region(block, Place(f"第{paragraphs}段", paragraph=paragraphs, spots=block.spots)))
        else:
            tables += 1
            regions.append(Region(block, Place(name_of_table(block, tables), table=tables)))
    return regions


def unframed(blocks: Iterable[Block], depth: int = 0) -> Iterator[Block]:
    """The blocks, with a table that is only the frame of a page (its cells hold tables) replaced by what stands in it."""
    for block in blocks:
        if isinstance(block, Paragraph) or depth > DEEPEST or not is_frame(block):
            yield block
            continue
        for cell in block.cells:
            yield from unframed(within(cell), depth + 1)


def is_frame(table: Table) -> bool:
    inner = sum(len(nested.cells) for cell in table.cells for nested in cell.nested)
    return inner >= 4 and inner >= 2 * len(table.cells)


def within(cell: Cell) -> Iterator[Block]:
    """The text of a cell as paragraphs and its tables, in their order."""
    text = cell.text
    for nested in cell.nested:
        before, found, after = text.partition(table_text(nested))
        yield from (
            Paragraph(line, cell.confidence, spots=cell.spots) for line in before.split("\n") if found and line.strip()
        )
        text = after if found else text
        yield nested
    yield from (Paragraph(line, cell.confidence, spots=cell.spots) for line in text.split("\n") if line.strip())


def name_of_table(table: Table, number: int) -> str:
    return f"工作表“{table.name}”" if table.name else f"表{number}"


def lines_before(regions: Sequence[Region], index: int, limit: int = MOST_ABOVE) -> list[tuple[str, Place]]:
    """Lines of the paragraphs right above block *index* with their places, nearest first."""
    found: list[tuple[str, Place]] = []
    for region in reversed(regions[:index]):
        if not isinstance(region.block, Paragraph) or len(found) >= limit:
            break
        found += [(line, region.place.part(line)) for line in reversed(region.block.text.split("\n")) if line.strip()]
    return found[:limit]


def heads_of(regions: Sequence[Region], index: int) -> list[str]:
    """The lines right above block *index* and the first ones in it: a title stands among them."""
    block = regions[index].block if index < len(regions) else None
    inside = block.cells[:3] if isinstance(block, Table) else ()
    own = [block.text] if isinstance(block, Paragraph) else [cell.text for cell in inside]
    return [*(line for line, _ in lines_before(regions, index, NEAREST)), *(text.strip() for text in own)]


def lines_after(regions: Sequence[Region], index: int) -> list[tuple[str, Place]]:
    """Lines of the paragraphs right below block *index* with their places, nearest first."""
    found: list[tuple[str, Place]] = []
    for region in regions[index + 1 :]:
        if not isinstance(region.block, Paragraph) or len(found) >= NEAREST:
            break
        found += [(line, region.place.part(line)) for line in region.block.text.split("\n") if line.strip()]
    return found[:NEAREST]
