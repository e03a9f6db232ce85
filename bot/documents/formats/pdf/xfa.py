"""Forms that are XML inside a PDF (XFA 3.3): their pages show only «please wait» in every other program."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as raw
from lxml import etree

from bot.documents.errors import ReaderError
from bot.documents.model import Block, Paragraph
from bot.documents.shared.symbols import EMPTY, TICKED
from bot.documents.shared.xml import Element, inner_text, parse_xml

_LARGEST = 16 << 20  # bytes of a packet
_MOST_BLOCKS = 5000
_DEEPEST = 40


def blocks_of(document: Any) -> tuple[Block, ...]:
    """Labels and values of the form in *document* (pdfium's), in the order of its template: «label, tab, value». Nothing where there is none."""
    packets = _packets(document)
    template = packets.get("template")
    if template is None:
        return ()
    data = packets.get("datasets")
    inner = next((one for one in data if _kind(one) == "data"), None) if data is not None else None
    found: list[Block] = []
    for text in _walk(template, inner, 0):
        if text.strip() and len(found) < _MOST_BLOCKS:
            found.append(Paragraph(text.strip()))
    return tuple(found)


def _packets(document: Any) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for number in range(min(raw.FPDF_GetXFAPacketCount(document), 50)):
        name = ctypes.create_string_buffer(100)
        raw.FPDF_GetXFAPacketName(document, number, name, 100)
        size = ctypes.c_ulong()
        raw.FPDF_GetXFAPacketContent(document, number, None, 0, size)
        if not 0 < size.value <= _LARGEST:
            continue
        buffer = ctypes.create_string_buffer(size.value)
        if raw.FPDF_GetXFAPacketContent(document, number, buffer, size.value, size):
            try:
                root = parse_xml(buffer.raw)
            except ReaderError:
                continue
            for one in root if _kind(root) == "xdp" else (root,):  # one packet may hold all
                found.setdefault(_kind(one), one)
    return found


def _walk(item: Element, data: Element | None, depth: int) -> Iterator[str]:
    """The texts of *item* of the template, whose values are in *data*."""
    if depth > _DEEPEST or item.get("presence") in ("hidden", "inactive", "invisible"):
        return
    for one in item:
        kind = _kind(one)
        if kind == "subform":
            for scope in _scopes(data, one.get("name")):
                yield from _walk(one, scope, depth + 1)
        elif kind in ("area", "subformSet"):
            yield from _walk(one, data, depth + 1)
        elif kind == "draw":
            yield _said(one)
        elif kind == "exclGroup":
            chosen = _value(one, data)
            yield "  ".join(_field(field, chosen) for field in one if _kind(field) == "field")
        elif kind == "field" and one.get("presence") not in ("hidden", "inactive", "invisible"):
            yield _field(one, _value(one, data))


def _scopes(data: Element | None, name: str | None) -> list[Element | None]:
    """The data of each instance of a subform; one without a name has that of what it stands in."""
    if not name:
        return [data]
    own: list[Element | None] = [one for one in data if _kind(one) == name] if data is not None else []
    return own or [None]


def _value(item: Element, data: Element | None) -> str:
    name = item.get("name")
    found = next((one for one in data if _kind(one) == name), None) if data is not None and name else None
    return inner_text(found).strip() if found is not None else _said(item)


def _field(item: Element, value: str) -> str:
    label = next((_said(one) for one in item if _kind(one) == "caption"), "")
    ui = next((one for one in item if _kind(one) == "ui"), None)
    if ui is not None and any(_kind(one) == "checkButton" for one in ui):
        items = next((one for one in item if _kind(one) == "items"), None)
        on = inner_text(items[0]).strip() if items is not None and len(items) else "1"
        return f"{TICKED if value == on else EMPTY}{label}"
    if ui is not None and any(_kind(one) in ("button", "signature", "barcode") for one in ui):
        return ""
    return f"{label}\t{value}" if label else value


def _said(item: Element) -> str:
    """What stands in the ``value`` of *item*, plain or as a piece of XHTML."""
    return next((inner_text(one).strip() for one in item if _kind(one) == "value"), "")


def _kind(item: Element) -> str:
    return etree.QName(item).localname if isinstance(item.tag, str) else ""
