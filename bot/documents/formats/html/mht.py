"""Web archives (.mht, .mhtml; Word and Excel save them under .doc and .xls, too): pages inside a MIME message that nobody sent."""

from __future__ import annotations

import email
import email.policy
import posixpath
import re
from collections.abc import Iterator
from email.message import Message

from msgspec import Struct, field

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.html.read import decode_html, page_blocks, page_title, parse_html
from bot.documents.model import Blob, Block, Document, Opened, Picture
from bot.documents.shared.pictures import MAX_PICTURES, is_raster, picture, scans_of

_MOST_PAGES = 40


class _Parts(Struct):
    pages: list[tuple[str, str]] = field(default_factory=list)  # (place, text)
    pictures: list[Picture] = field(default_factory=list)


def read(blob: Blob, context: ReadContext) -> Opened:
    """All pages in *blob* in their order; a workbook has one for each sheet. ``Damaged`` where there is none."""
    start = blob.data.lstrip(b"\xef\xbb\xbf \t\r\n")
    message = email.message_from_bytes(start, policy=email.policy.compat32)
    parts = _Parts()
    for leaf in _leaves(message):
        _sort_in(leaf, parts)
    if not parts.pages:
        raise Damaged("a web archive without a page")
    blocks: list[Block] = []
    links: list[str] = []
    title = ""
    for _, text in parts.pages[:_MOST_PAGES]:
        root = parse_html(text)
        page, found = page_blocks(root, context.limits)
        blocks.extend(found)
        links.extend(page.found.links)
        title = title or page_title(root)
    document = Document(
        path=blob.path,
        name=blob.name,
        format="html",
        blocks=tuple(blocks),
        pictures=tuple(parts.pictures),
        links=tuple(dict.fromkeys(links)),
        title=title,
    )
    return Opened(document, scans_of(blocks, parts.pictures))


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    payload = message.get_payload()
    if isinstance(payload, list) and depth < 10:
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part, depth + 1)
    elif not isinstance(payload, list):
        yield message


def _sort_in(leaf: Message, parts: _Parts) -> None:
    data = leaf.get_payload(decode=True)
    if not isinstance(data, bytes) or not data:
        return
    kind = leaf.get_content_type()
    place = str(leaf.get("Content-Location", ""))
    if kind in ("text/html", "application/xhtml+xml"):
        name = posixpath.basename(place).lower()
        if name.startswith(("tabstrip", "header.")) or re.search(rb"<frameset[\s>]", data[:20_000], re.IGNORECASE):
            return  # Excel's frame around the sheets, Word's separator lines
        charset = leaf.get_param("charset", "")
        parts.pages.append((place, decode_html(data, charset if isinstance(charset, str) else "")))
    elif kind.startswith("image/") and len(parts.pictures) < MAX_PICTURES:
        found = picture(posixpath.basename(place.replace("\\", "/")) or f"图片{len(parts.pictures) + 1}", data, kind)
        if is_raster(found):
            parts.pictures.append(found)
