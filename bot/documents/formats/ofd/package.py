"""The zip of an OFD file (GB/T 33190-2016): its XML parts by their places, the resources that its pages name by number."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct, field

from bot.documents.errors import Damaged
from bot.documents.shared.xml import Element, inner_text, parse_xml

Numbers = tuple[float, ...]
_DEEPEST = 20  # drawing parameters that stand on others


def kind(item: Element) -> str:
    return etree.QName(item).localname


def children(item: Element | None, *kinds: str) -> Iterator[Element]:
    for child in item if item is not None else ():
        if isinstance(child.tag, str) and (not kinds or kind(child) in kinds):
            yield child


def child(item: Element | None, *way: str) -> Element | None:
    """The first element on *way* below *item*."""
    for step in way:
        item = next(children(item, step), None)
    return item


def words(item: Element | None, *way: str) -> str:
    found = child(item, *way)
    return inner_text(found).strip() if found is not None else ""


def numbers(text: str | None) -> Numbers:
    """«1 0 0 1 5 5»; nothing where one of them is no number."""
    try:
        return tuple(float(part) for part in (text or "").split())
    except ValueError:
        return ()


def steps(text: str | None, count: int) -> list[float]:
    """*count* offsets out of «3.2 g 4 3.2 1.6»: after ``g`` stand how often and what (7.11.2)."""
    found: list[float] = []
    parts = iter((text or "").split())
    try:
        for part in parts:
            if part == "g":
                times = int(float(next(parts)))
                found += [float(next(parts))] * min(times, count)
            else:
                found.append(float(part))
    except (ValueError, OverflowError, StopIteration):
        pass
    return found[:count]


class Part(Struct):
    """A part's root and where it stands, which its own references are relative to."""

    place: str
    root: Element


class Resources(Struct):
    """By their numbers: names of fonts, drawing parameters, places of pictures, groups of graphics."""

    fonts: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Element] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Element] = field(default_factory=dict)

    def chain(self, number: str | None) -> list[Element]:
        """The drawing parameter *number* and those on which it stands."""
        found: list[Element] = []
        while number and number in self.parameters and len(found) < _DEEPEST:
            found.append(self.parameters[number])
            number = found[-1].get("Relative")
        return found


class Package:
    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self._by_lower = {name.lower(): name for name in parts}

    def data(self, place: str) -> bytes | None:
        name = self._by_lower.get(place.lower())
        return self._parts.get(name) if name is not None else None

    def resolved(self, base: str, place: str) -> str:
        """*place* as written in the part *base*: from the root where it begins with a slash."""
        place = place.strip().replace("\\", "/")
        whole = place if place.startswith("/") else posixpath.join(posixpath.dirname(base), place)
        return posixpath.normpath(whole).lstrip("/")

    def part(self, base: str, place: str) -> Part | None:
        """None where it is missing or no XML."""
        name = self.resolved(base, place)
        data = self.data(name)
        if not place.strip() or data is None:
            return None
        try:
            return Part(name, parse_xml(data))
        except Damaged:
            return None

    def root(self) -> Part:
        data = self.data("OFD.xml")
        if data is None:
            raise Damaged("ofd: no OFD.xml")
        return Part("OFD.xml", parse_xml(data))

    def take(self, resources: Resources, base: str, place: str) -> None:
        """What the resource part at *place* brings, added to *resources*."""
        part = self.part(base, place)
        if part is None:
            return
        below = self.resolved(part.place, posixpath.join(part.root.get("BaseLoc") or ".", "x"))
        for item in part.root.iter():
            number = item.get("ID") if isinstance(item.tag, str) else None
            if not number:
                continue
            if kind(item) == "Font":
                resources.fonts[number] = item.get("FontName") or item.get("FamilyName") or ""
            elif kind(item) == "DrawParam":
                resources.parameters[number] = item
            elif kind(item) == "MultiMedia":
                written = words(item, "MediaFile")
                places = (self.resolved(below, written), self.resolved(part.place, written))
                resources.pictures[number] = next((p for p in places if self.data(p) is not None), places[0])
            elif kind(item) in ("CompositeGraphicUnit", "CompositeGraphicUnits") and child(item, "Content") is not None:
                resources.groups[number] = item
