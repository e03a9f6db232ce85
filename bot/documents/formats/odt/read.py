"""OpenDocument text (.odt, .ott, .fodt)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from bot.documents.context import ReadContext
from bot.documents.formats.odt.package import STYLE, XLINK, OdfStyles, OpenDocument
from bot.documents.formats.odt.text import Found, OdfText
from bot.documents.model import Blob, Block, Document, Opened, Picture, not_blank
from bot.documents.shared.ole_objects import embedded_files
from bot.documents.shared.pictures import MAX_PICTURES, picture, scans_of


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*; embedded files and pasted scans are children."""
    document = OpenDocument(blob.data, context.limits)
    text = OdfText(document.content, OdfStyles(document), context.limits)
    body = list(text.blocks(document.body("text")))
    above, below = list(_margins(document, text, "header")), list(_margins(document, text, "footer"))
    blocks: tuple[Block, ...] = (*above, *body, *text.found.notes, *below)
    pictures = tuple(_pictures(document, text.found))
    result = Document(
        path=blob.path,
        name=blob.name,
        format="odt",
        blocks=blocks,
        pictures=pictures,
        links=tuple(dict.fromkeys(text.found.links))[:500],
        title=document.title,
    )
    return Opened(result, (*_embedded(document, text.found), *scans_of(blocks, pictures)))


def _margins(document: OpenDocument, text: OdfText, kind: str) -> Iterator[Block]:
    """Headers or footers of all page styles, each once, without empty lines."""
    seen: list[Block] = []
    for root in document.roots():
        for margin in root.iter(f"{STYLE}{kind}", f"{STYLE}{kind}-left", f"{STYLE}{kind}-first"):
            if margin.get(f"{STYLE}display") == "false":
                continue
            for block in not_blank(text.blocks(margin)):
                if block not in seen:
                    seen.append(block)
                    yield block


def _pictures(document: OpenDocument, found: Found) -> Iterator[Picture]:
    seen: set[str] = set()
    for number, item in enumerate(found.pictures):
        name = posixpath.basename(item.get(f"{XLINK}href", "")) or f"图片{number + 1}"
        data = document.picture(item)
        if data and name not in seen and len(seen) < MAX_PICTURES:
            seen.add(name)
            yield picture(name, data)


def _embedded(document: OpenDocument, found: Found) -> Iterator[Blob]:
    for name in dict.fromkeys(found.objects):
        if document.parts.get(name):
            yield from embedded_files(posixpath.basename(name), document.parts[name])
