"""The container of a .docx, .xlsx or .pptx: parts, relations and safe XML, for zip packages and flat XML ones; the names that all of them use."""

from __future__ import annotations

import base64
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.errors import Damaged
from bot.documents.shared.office_zip import read_zip
from bot.documents.shared.xml import Element, of_equal_bytes, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BLIP = f"{A}blip"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
R_ID, R_EMBED = f"{R}id", f"{R}embed"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"


class Relation(Struct, frozen=True):
    """``kind`` is the last step of the relation type (``image``, ``header`` …); ``target`` a part name, or a URL if external."""

    kind: str
    target: str
    external: bool


class Package:
    """Parts by name (no leading slash), found whatever their case. Reads are bounded by the limits, all together too."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._names = {name.lower(): name for name in parts}
        self._relations: dict[str, Mapping[str, Relation]] = {}

    def __contains__(self, name: str) -> bool:
        return self._names.get(name.lower()) in self._parts

    def names(self, pattern: str) -> Iterator[str]:
        """Those that begin as *pattern* says, whatever their case, and can be read."""
        return (name for name in self._names.values() if re.match(pattern, name, re.IGNORECASE) and name in self)

    def data(self, name: str) -> bytes:
        """The bytes of a part; ``Damaged`` where it is missing."""
        try:
            return self._parts[self._names[name.lower()]]
        except KeyError:
            raise Damaged(f"part {name} is missing") from None

    def optional_data(self, name: str) -> bytes:
        """The bytes of a part, none where it is missing."""
        return self.data(name) if name and name in self else b""

    def xml(self, name: str) -> Element:
        return parse_xml(self.data(name))

    def optional_xml(self, name: str) -> Element | None:
        """A part that the text does not depend on: None where it is missing or broken."""
        return optional_root(self.optional_data(name))

    def relations(self, part: str) -> Mapping[str, Relation]:
        """What *part* refers to, by relation id; ``""`` is the package itself."""
        if part not in self._relations:
            folder, name = posixpath.split(part)
            data = self.optional_data(posixpath.join(folder, "_rels", f"{name}.rels"))
            self._relations[part] = _relations_of(data, folder.encode())
        return self._relations[part]

    def related(self, part: str, kind: str) -> str:
        """The first part of that kind that *part* refers to; empty where there is none."""
        found = (one.target for one in self.relations(part).values() if one.kind == kind and not one.external)
        return next(found, "")

    def target(self, part: str, identity: str) -> str:
        """The part that a relation of *part* leads to; empty where it leads nowhere, or out of the package."""
        one = self.relations(part).get(identity)
        return one.target if one is not None and not one.external and one.target in self else ""

    def files(self, names: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes]]:
        """Bare name and bytes of these parts, each once, at most *most*; an empty name is none."""
        return (
            (posixpath.basename(name), self.data(name)) for name in islice(dict.fromkeys(filter(None, names)), most)
        )

    def title(self) -> str:
        """The document property; empty where there is none."""
        root = self.optional_xml(self.related("", "core-properties"))
        return (root.findtext(_TITLE) or "").strip()[:200] if root is not None else ""


def optional_root(data: bytes) -> Element | None:
    """None where nothing is there, or it is broken."""
    try:
        return _root_of(data) if data else None
    except Damaged:
        return None


_root_of = of_equal_bytes(parse_xml, most=64, largest=2**16)


def _read_relations(data: bytes, below: bytes) -> dict[str, Relation]:
    """By their ids; *below* is the folder of the part that they are of."""
    folder, root = below.decode(), optional_root(data)
    found: dict[str, Relation] = {}
    for item in root.iter(_RELATIONS) if root is not None else ():
        target, external = item.get("Target", ""), item.get("TargetMode") == "External"
        if not external:
            place = unquote(target).replace("\\", "/")
            target = posixpath.normpath(place if place.startswith("/") else posixpath.join(folder, place)).lstrip("/")
        found[item.get("Id", "")] = Relation(item.get("Type", "").rpartition("/")[2], target, external)
    return found


_relations_of = of_equal_bytes(_read_relations, most=64, largest=2**16)


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
