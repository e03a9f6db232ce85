"""HTML of a mail as a tree, and as the lines that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

Element = etree._Element

MAX_HTML = 5 * 2**20
_BLOCKS_WORDS = (
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr includetail li main nav ol p pre section table tbody tfoot thead tr ul caption"
)
_BLOCKS = frozenset(_BLOCKS_WORDS.split())
_SILENT_WORDS = (
    "head style script title meta link noscript template select option textarea object embed svg map audio video"
)
_SILENT = frozenset(_SILENT_WORDS.split())
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)",
    re.IGNORECASE,
)


def parse_html(source: str) -> Element | None:
    """The tree of *source*; None where there is nothing in it. Never raises."""
    source = source[:MAX_HTML].replace("\0", "")
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    if not source.strip():
        return None
    try:
        parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
        return etree.fromstring(source, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


class Line(Struct, frozen=True):
    """One visible line; it begins in the text of ``element``, or behind it (``tail``). ``pieces`` are all such places that it is made of."""

    text: str
    element: Element
    tail: bool = False
    pieces: tuple[tuple[Element, bool], ...] = ()


def lines_of(root: Element) -> list[Line]:
    """The visible lines in reading order. Cells of a row are separated by tabs; the lines of ``<pre>`` and ``<br>`` stay."""
    writer = _Writer()
    silent = preserved = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if silent or tag in _SILENT or is_hidden(element):
                silent += 1
                continue
            if tag == "br":
                writer.end(element, keep_empty=True)
            elif tag in _BLOCKS:
                writer.end(element)
            elif tag in ("td", "th"):
                writer.cell()
            preserved += tag == "pre"
            writer.add(element.text, element, False, bool(preserved))
            continue
        if silent:
            silent -= 1
        else:
            preserved -= tag == "pre"
            if tag in _BLOCKS:
                writer.end(element)
        if not silent and element is not root:
            writer.add(element.tail, element, True, bool(preserved))
    writer.end(root)
    return writer.lines


class _Writer:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._pieces: list[str] = []
        self._start: tuple[Element, bool] | None = None
        self._places: list[tuple[Element, bool]] = []

    def end(self, element: Element, keep_empty: bool = False) -> None:
        text = re.sub(r"[ \u00a0]+", " ", "".join(self._pieces)).strip(" \n")
        if text.strip() or keep_empty:
            owner, tail = self._start or (element, False)
            self.lines.append(Line(text if text.strip() else "", owner, tail, tuple(self._places)))
        self._places.clear()
        self._pieces.clear()
        self._start = None

    def cell(self) -> None:
        if self._pieces:
            self._pieces.append("\t")

    def add(self, text: str | None, owner: Element, tail: bool, preserved: bool) -> None:
        if not text:
            return
        pieces = re.split(r"\r\n|\n|\r", text) if preserved else [re.sub(r"[ \t\r\n\f]+", " ", text)]
        for number, piece in enumerate(pieces):
            if number:
                self.end(owner, keep_empty=True)
            if piece.strip() or self._pieces:
                if self._start is None:
                    self._start = (owner, tail)
                self._pieces.append(piece)
                self._places.append((owner, tail))


def is_hidden(element: Element) -> bool:
    style = element.get("style", "")
    return bool(style and _HIDDEN.search(style)) or (element.get("hidden") is not None)


def text_of(root: Element) -> str:
    """What a reader sees, lines separated by ``\\n``; no more than two empty lines in a row."""
    return tidy("\n".join(line.text for line in lines_of(root)))


def tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u200b", "").replace("\ufeff", "")
    return re.sub(r"\n[ \t\u3000\u00a0]*\n[ \t\u3000\u00a0]*\n(?:[ \t\u3000\u00a0]*\n)+", "\n\n\n", text).strip("\n")


def to_html(root: Element) -> str:
    return str(etree.tostring(root, encoding="unicode", method="html"))


def descendants(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))


def drop(node: Element) -> None:
    """Take *node* out, keep the text behind it; of the root what is in it."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail
    if parent is None:
        for child in list(node):
            node.remove(child)
        node.text = None
        return
    parent.remove(node)
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
