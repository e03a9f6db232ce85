"""Blocks with the words that say where they are, and which of them are already understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents.model import Block, Document, Paragraph, Table


@dataclass(frozen=True, slots=True)
class Region:
    """A block and its place in words. ``rows``: only the first rows of a table are still free (None: all);
    ``taken``: the rest of it is a summary table."""

    block: Block
    place: str
    rows: int | None = None
    taken: bool = False


def regions_of(document: Document) -> list[Region]:
    regions: list[Region] = []
    tables = paragraphs = 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            paragraphs += 1
            regions.append(Region(block, f"第{paragraphs}段"))
        else:
            tables += 1
            regions.append(Region(block, name_of_table(block, tables)))
    return regions


def name_of_table(table: Table, number: int) -> str:
    return f"工作表“{table.name}”" if table.name else f"表{number}"


def lines_before(regions: Sequence[Region], index: int, limit: int = 12) -> list[tuple[str, str]]:
    """Lines of the paragraphs right above block *index* with their places, nearest first."""
    found: list[tuple[str, str]] = []
    for region in reversed(regions[:index]):
        if not isinstance(region.block, Paragraph) or len(found) >= limit:
            break
        found += [(line, region.place) for line in reversed(region.block.text.split("\n")) if line.strip()]
    return found[:limit]


def lines_after(regions: Sequence[Region], index: int, limit: int = 6) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for region in regions[index + 1 :]:
        if not isinstance(region.block, Paragraph) or len(found) >= limit:
            break
        found += [(line, region.place) for line in region.block.text.split("\n") if line.strip()]
    return found[:limit]
