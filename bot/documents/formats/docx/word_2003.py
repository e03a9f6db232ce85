"""Word 2003 XML («Word XML 文档»): the same elements under older names, brought to today's names and read like a .docx."""

from __future__ import annotations

import base64
import binascii
import posixpath

from lxml import etree

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged
from bot.documents.formats.docx.read import read_package
from bot.documents.model import Blob, Opened
from bot.documents.shared.ooxml import R_ID, VML, Package, W
from bot.documents.shared.xml import Element, parse_xml

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_HYPHENATED = {"h-ansi": "hAnsi", "fareast": "eastAsia"}


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*; ``Damaged`` where it has no body."""
    root = parse_xml(blob.data)
    pictures = _pictures(root)
    _rename(root)
    body = root.find(f"{W}body")
    if body is None:
        raise Damaged("Word 2003 XML without a body")
    parts: dict[str, bytes] = {"word/document.xml": _wrapped("document", [body])}
    styles = root.find(f"{W}styles")  # list definitions are not needed: each paragraph holds its printed number
    if styles is not None:
        parts["word/styles.xml"] = _wrapped("styles", list(styles))
    parts["word/_rels/document.xml.rels"] = _relations(pictures, parts)
    parts.update({f"word/{name}": data for name, data in pictures.items()})
    return read_package(Package(parts), blob, context)


def _rename(root: Element) -> None:
    for item in root.iter():
        if not isinstance(item.tag, str):
            continue
        if item.tag.startswith(_OLD):
            item.tag = W + item.tag[len(_OLD) :]
        for name in [str(name) for name in item.attrib]:
            if name.startswith(_OLD):
                short = name[len(_OLD) :]
                item.set(W + _HYPHENATED.get(short, short), str(item.attrib.pop(name)))
        if item.tag == f"{VML}imagedata" and item.get("src", "").startswith("wordml://"):
            item.set(R_ID, _picture_name(item.get("src", "")))


def _picture_name(source: str) -> str:
    return "media_" + posixpath.basename(source.replace("wordml://", "").replace("\\", "/"))


def _pictures(root: Element) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for item in root.iter(f"{_OLD}binData"):
        name = item.get(f"{_OLD}name", "")
        try:
            if name.startswith("wordml://") and not name.endswith(("oledata.mso", "editdata.mso")):
                found[_picture_name(name)] = base64.b64decode(item.text or "")
        except (binascii.Error, ValueError):
            continue
    return found


def _wrapped(name: str, children: list[Element]) -> bytes:
    top = etree.Element(f"{W}{name}")
    top.extend(children)
    return etree.tostring(top)


def _relations(pictures: dict[str, bytes], parts: dict[str, bytes]) -> bytes:
    top = etree.Element(f"{{{_RELATIONS}}}Relationships")
    wanted = [(name, name, "image") for name in pictures]
    if "word/styles.xml" in parts:
        wanted.append(("styles", "styles.xml", "styles"))
    for identity, target, kind in wanted:
        etree.SubElement(top, f"{{{_RELATIONS}}}Relationship", Id=identity, Target=target, Type=_KINDS + kind)
    return etree.tostring(top)
