"""Web pages: what browsers, mail programs, Word and Excel save as HTML, under whatever name."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from lxml import etree

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.html.blocks import Page
from bot.documents.formats.html.style import Rules
from bot.documents.model import Blob, Block, Document, Opened, Picture
from bot.documents.shared.pictures import MAX_PICTURES, picture, scans_of
from bot.documents.shared.xml import Element, inner_text
from bot.message.mime.charsets import decode_bytes

_META = re.compile(rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w:.-]{2,40})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_REVEALED = re.compile(r"<!\[(?:if[^\]>]*|endif)\]>", re.IGNORECASE)


def read(blob: Blob, context: ReadContext) -> Opened:
    """The page in *blob*; a large pasted scan is a child."""
    label = _CHARSET.search(blob.content_type)
    root = parse_html(decode_html(blob.data, label.group(1) if label else ""))
    page, blocks = page_blocks(root, context.limits)
    pictures = tuple(_inline_pictures(page.found.pictures))
    document = Document(
        path=blob.path,
        name=blob.name,
        format="html",
        blocks=tuple(blocks),
        pictures=pictures,
        links=tuple(dict.fromkeys(page.found.links)),
        title=page_title(root),
    )
    return Opened(document, scans_of(blocks, pictures))


def page_blocks(root: Element, limits: Limits) -> tuple[Page, list[Block]]:
    """The blocks of a parsed page, and the page itself for what lies beside the text."""
    page = Page(Rules(map(inner_text, root.iter("style"))), limits)
    body = root.find("body")
    return page, page.blocks(root if body is None else body)


def decode_html(data: bytes, label: str = "") -> str:
    """Text of a page: byte order mark, then the label of the transport, then the page's own declaration, then the bytes."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", "replace")
    if data[1:40:2] == b"\x00" * len(data[1:40:2]) and len(data) > 8:
        return data[: len(data) // 2 * 2].decode("utf-16-le", "replace")
    if not label:
        declared = _META.search(data[:16_384])
        label = declared.group(1).decode("ascii", "replace") if declared else ""
        if label.lower().replace("-", "").startswith(("utf16", "ucs", "unicode")):
            label = ""  # it could not have been read
    return decode_bytes(data, label).text


def parse_html(text: str) -> Element:
    """The tree of a page, however badly written. ``Damaged`` where there is none."""
    text = _REVEALED.sub("", _DECLARATION.sub("", text.replace("\x00", "")))
    # huge_tree: unclosed inline tags nest by the hundred in old editors' pages; the parser still stops at 2048 levels.
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Damaged(f"HTML: {error}") from error
    if root is None:
        raise Damaged("empty page")
    return root


def page_title(root: Element) -> str:
    title = root.find("head/title")
    return " ".join(inner_text(title).split())[:200] if title is not None else ""


def _inline_pictures(sources: list[str]) -> Iterator[Picture]:
    """Pictures written into the page itself (``data:`` addresses)."""
    count = 0
    for source in dict.fromkeys(sources):
        match = re.match(r"data:(image/[\w.+-]{1,40})?[^,]{0,100};base64,", source, re.IGNORECASE)
        if match and count < MAX_PICTURES:
            try:
                data = base64.b64decode(source[match.end() :], validate=False)
            except (binascii.Error, ValueError):
                continue
            count += 1
            yield picture(f"图片{count}", data, match.group(1) or "")
