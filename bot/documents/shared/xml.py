"""XML from foreign hands: parsed without entities, networks or surprises."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from lxml import etree

from bot.documents.errors import Damaged, Unsafe

Element = etree._Element
T = TypeVar("T")

# ISO 29500 strict and the older names for the same things: all readers see the transitional ones.
_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|officeDocument|drawingml|spreadsheetml|presentationml)/"
)

_STRICT_BASE = rb"http://schemas.openxmlformats.org/"

_BAD_CHARACTERS = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.I
)


def of_equal_bytes(make: Callable[..., T], most: int = 16, largest: int = 2**20) -> Callable[..., T]:
    """*make*, but once for equal bytes, of at most *largest*: most parts of a blank form come with every mail, byte for byte. Nobody changes
    what it made."""
    kept = lru_cache(maxsize=most)(make)

    def made(*parts: bytes) -> T:
        return (kept if sum(map(len, parts)) <= largest else make)(*parts)

    return made


def parse_xml(data: bytes) -> Element:
    """The root element. No entity, DTD or network access; ``Unsafe`` for a DTD or endless nesting, ``Damaged`` if not XML."""
    data = _transitional(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        if "depth" in str(error) or "huge" in str(error).lower():
            raise Unsafe(f"XML: {error}") from error
        root = _parse_cleaned(data, error)
    if root is None:
        raise Damaged("empty XML part")
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unsafe("XML with a document type declaration")
    return root


def inner_text(item: Element) -> str:
    """All text within *item*, of whatever elements."""
    return "".join(str(text) for text in item.itertext())


def iterate_xml(data: bytes, *tags: str) -> Iterator[Element]:
    """Elements named *tags* as they are completed, each thrown away after its turn: a million rows cost no memory.

    Raises like ``parse_xml``. An element inside another one of *tags* comes before it and stays until the outer one is done.
    """
    data = _transitional(data)
    if b"<!DOCTYPE" in data[:4096]:
        raise Unsafe("XML with a document type declaration")
    try:
        walk = etree.iterparse(
            io.BytesIO(data), events=("end",), tag=tags, resolve_entities=False, no_network=True, remove_comments=True
        )
        for _, item in walk:
            yield item
            item.clear()
            while item.getprevious() is not None:
                parent = item.getparent()
                if parent is None:
                    break
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise (Unsafe if "depth" in str(error) or "huge" in str(error).lower() else Damaged)(f"XML: {error}") from error


def _transitional(data: bytes) -> bytes:
    if b"purl.oclc.org/ooxml" in data:
        return _STRICT.sub(lambda match: _STRICT_BASE + match.group(1) + b"/2006/", data)
    return data


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        # QUIRK(ODF Toolkit): an xml:id stands twice; no reason to refuse the text. xml:id 1.0 §4
        collect_ids=False,
    )


def _parse_cleaned(data: bytes, error: etree.XMLSyntaxError) -> Element:
    """Control characters inside the text (written by some generators) are the one defect that is repaired."""
    cleaned = _BAD_CHARACTERS.sub(b"", data)
    if cleaned == data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Damaged(f"XML: {error}") from error
    try:
        root: Element = etree.fromstring(cleaned, _parser())
    except etree.XMLSyntaxError as second:
        raise Damaged(f"XML: {second}") from second
    return root
