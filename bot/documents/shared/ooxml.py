"""The container of a .docx: parts, relations and safe XML, for zip packages and flat XML ones."""

from __future__ import annotations

import base64
import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

from bot.documents.errors import Damaged, Unsafe
from bot.documents.model import Limits
from bot.documents.shared.office_zip import read_zip

Element = etree._Element
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"

# ISO 29500 strict and the older names for the same things: all readers see the transitional ones.
_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|officeDocument|drawingml|spreadsheetml|presentationml)/"
)
_STRICT_BASE = rb"http://schemas.openxmlformats.org/"
_BAD_CHARACTERS = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.I
)
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


@dataclass(frozen=True, slots=True)
class Relation:
    """``kind`` is the last step of the relation type (``image``, ``header`` …); ``target`` a part name, or a URL if external."""

    kind: str
    target: str
    external: bool


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
        collect_ids=False,  # an xml:id that stands twice (ODF Toolkit writes such files) is no reason to refuse the text
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


class Package:
    """Parts by name (no leading slash), found whatever their case. Reads are bounded by the limits, all together too."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._names = {name.lower(): name for name in parts}
        self._relations: dict[str, dict[str, Relation]] = {}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self) -> Iterator[str]:
        return iter(self._parts)

    def data(self, name: str) -> bytes:
        """The bytes of a part; ``Damaged`` where it is missing."""
        try:
            return self._parts[self._names[name.lower()]]
        except KeyError:
            raise Damaged(f"part {name} is missing") from None

    def xml(self, name: str) -> Element:
        return parse_xml(self.data(name))

    def optional_xml(self, name: str) -> Element | None:
        """A part that the text does not depend on: None where it is missing or broken."""
        try:
            return self.xml(name) if name and name in self else None
        except Damaged:
            return None

    def relations(self, part: str) -> dict[str, Relation]:
        """What *part* refers to, by relation id; ``""`` is the package itself."""
        if part not in self._relations:
            self._relations[part] = dict(self._read_relations(part))
        return self._relations[part]

    def related(self, part: str, kind: str) -> str:
        """The first part of that kind that *part* refers to; empty where there is none."""
        found = (one.target for one in self.relations(part).values() if one.kind == kind and not one.external)
        return next(found, "")

    def _read_relations(self, part: str) -> Iterator[tuple[str, Relation]]:
        folder, name = posixpath.split(part)
        root = self.optional_xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for item in root.iter(_RELATIONS) if root is not None else ():
            target, external = item.get("Target", ""), item.get("TargetMode") == "External"
            if not external:
                place = unquote(target).replace("\\", "/")
                target = posixpath.normpath(place if place.startswith("/") else posixpath.join(folder, place)).lstrip(
                    "/"
                )
            yield item.get("Id", ""), Relation(item.get("Type", "").rpartition("/")[2], target, external)


def open_zip(data: bytes, limits: Limits) -> Package:
    """The package in a zip file. Raises ``Damaged``, ``Encrypted``, ``TooLarge`` or ``Unsafe`` (a bomb)."""
    return Package(read_zip(data, limits))


def open_flat(data: bytes) -> Package:
    """The package in one XML file («Word XML document», flat OPC)."""
    parts: dict[str, bytes] = {}
    for part in parse_xml(data).iter(f"{_FLAT}part"):
        name = part.get(f"{_FLAT}name", "").lstrip("/")
        for content in part:
            if content.tag == f"{_FLAT}xmlData" and len(content):
                parts[name] = etree.tostring(content[0])
            elif content.tag == f"{_FLAT}binaryData":
                parts[name] = base64.b64decode(content.text or "", validate=False)
    return Package(parts)
