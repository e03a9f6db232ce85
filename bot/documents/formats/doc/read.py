"""Word 97-2003 documents (.doc, .dot, .wps in the same container)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from bot.base.limits import Limits
from bot.documents import passwords
from bot.documents.context import ReadContext
from bot.documents.errors import Encrypted
from bot.documents.formats.doc import word6
from bot.documents.formats.doc.controls import controls_of
from bot.documents.formats.doc.file import HDD, HEADER_TEXTBOXES, SHAPES_HEADER, SHAPES_MAIN, TEXTBOXES, WordFile
from bot.documents.formats.doc.styles import DocStyles, read_lists
from bot.documents.formats.doc.text import DocText, story_blocks
from bot.documents.model import Blob, Block, Document, Opened, not_blank
from bot.documents.shared.colours import UNKNOWN
from bot.documents.shared.ole_objects import document_title, native_file
from bot.documents.shared.pictures import drawn_pictures, scans_of

_MAIN, _FOOTNOTES, _HEADERS, _ENDNOTES, _BOXES, _HEADER_BOXES = 0, 1, 2, 5, 6, 7


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*; its embedded files and pasted scans are children. Raises ``Damaged``, ``TooLarge``."""
    try:
        word = WordFile(blob.data, context.limits)
    except Encrypted:
        if "decrypted" in context.inside:
            raise
        return passwords.read(blob, context)
    if not word.is_word_97:
        return word6.read(blob, context)
    styles = DocStyles(word)
    text = DocText(word, styles, read_lists(word, styles), context.limits, controls_of(blob.data))
    boxes = _boxes_by_anchor(word, SHAPES_MAIN, TEXTBOXES, _BOXES)
    body = story_blocks(text, *word.subdocument(_MAIN), boxes)
    for left in boxes.values():  # anchored where we found no anchor
        body.extend(story_blocks(text, *left, behind=UNKNOWN))
    above, below = _margins(word, text)
    notes = [block for part in (_FOOTNOTES, _ENDNOTES) for block in story_blocks(text, *word.subdocument(part))]
    blocks: tuple[Block, ...] = (*above, *body, *not_blank(notes), *below)
    pictures = tuple(drawn_pictures((word.data, word.main)))
    document = Document(
        path=blob.path,
        name=blob.name,
        format="doc",
        blocks=blocks,
        pictures=pictures,
        links=tuple(dict.fromkeys(text.beside.links)),
        title=document_title(blob.data),
    )
    return Opened(document, (*_embedded(blob.data, context.limits), *scans_of(blocks, pictures)))


def _margins(word: WordFile, text: DocText) -> tuple[list[Block], list[Block]]:
    """Headers and footers: six stories for each section behind six separators (2.8.26 PlcfHdd), each once."""
    plc = word.pair(HDD)
    start, end = word.subdocument(_HEADERS)
    count = len(plc) // 4
    if count < 2 or start == end:
        return [], []
    edges = struct.unpack_from(f"<{count}i", plc)
    above: list[Block] = []
    below: list[Block] = []
    seen: set[str] = set()
    boxes = _boxes_by_anchor(word, SHAPES_HEADER, HEADER_TEXTBOXES, _HEADER_BOXES)
    for number in range(6, min(count - 1, 246)):
        first, last = start + edges[number], min(start + edges[number + 1], end)
        if not start <= first < last:
            continue
        shifted = {start + anchor: place for anchor, place in boxes.items() if first <= start + anchor < last}
        blocks = not_blank(story_blocks(text, first, last, shifted))
        key = repr(blocks)
        if blocks and key not in seen:
            seen.add(key)
            (above if (number - 6) % 6 in (0, 1, 4) else below).extend(blocks)
    return above, below


def _boxes_by_anchor(word: WordFile, shapes: int, texts: int, part: int) -> dict[int, tuple[int, int]]:
    """CP of the anchor -> first and last CP of its text box. Shape ids join PlcfSpa (26 bytes) and PlcftxbxTxt (22 bytes)."""
    anchors, boxes = word.pair(shapes), word.pair(texts)
    start, end = word.subdocument(part)
    n_anchors, n_boxes = (len(anchors) - 4) // 30, (len(boxes) - 4) // 26
    by_shape: dict[int, tuple[int, int]] = {}
    for number in range(max(0, n_boxes)):
        first, last = struct.unpack_from("<ii", boxes, 4 * number)
        shape = struct.unpack_from("<i", boxes, 4 * (n_boxes + 1) + 22 * number + 14)[0]
        if 0 <= first < last and start + first < end and shape:
            by_shape[shape] = (start + first, min(start + last, end))
    found: dict[int, tuple[int, int]] = {}
    for number in range(max(0, n_anchors)):
        cp = struct.unpack_from("<i", anchors, 4 * number)[0]
        shape = struct.unpack_from("<i", anchors, 4 * (n_anchors + 1) + 26 * number)[0]
        if shape in by_shape:
            found[cp] = by_shape.pop(shape)
    for number, left in enumerate(by_shape.values()):
        found[-1 - number] = left
    return found


def _embedded(data: bytes, limits: Limits) -> Iterator[Blob]:
    """Files in the object pool: packages and whole files; embedded office objects have no file of their own there."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            count = 0
            for entry in ole.listdir():
                if entry[0].lower() != "objectpool" or count >= limits.max_files:
                    continue
                for child in native_file(entry[-1], "/".join(entry[1:-1]), ole.openstream(entry).read):
                    count += 1
                    yield child
    except Exception:  # olefile raises whatever a broken directory leads it to
        return
