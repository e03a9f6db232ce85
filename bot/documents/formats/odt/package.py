"""OpenDocument files: the zip or flat XML around them, names of elements, and the styles that change what is read."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bot.base.limits import Limits
from bot.documents.errors import Damaged, Encrypted
from bot.documents.shared.colours import PAPER, UNKNOWN, Colour, Ground, of_hex
from bot.documents.shared.lists import Level, ListRule
from bot.documents.shared.office_zip import read_zip
from bot.documents.shared.symbols import is_symbol_font
from bot.documents.shared.xml import Element, parse_xml

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_NUMBER = "{urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0}"
_NUMBER_KINDS = ("number", "currency", "percentage", "date", "time", "boolean", "text")
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_SLIT = 2  # points
_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal", "": "none"}
_PAGE = "page"  # the family under which the page layouts are kept
_GROUNDS = ("paragraph", "table-cell", "table-row", "table")
_SERIES = {
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "①": "decimalEnclosedCircle",
    "１": "decimalFullWidth",
}


class OpenDocument:
    """``content`` and ``styles`` are roots; flat files have one root for both. Raises ``Damaged``, ``Encrypted``, ``Unsafe`` …"""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.parts: Mapping[str, bytes] = {}
        if data.startswith(b"PK"):
            self.parts = read_zip(data, limits)
            if b"encryption-data" in self.parts.get("META-INF/manifest.xml", b""):
                raise Encrypted("the manifest says encrypted")
            if "content.xml" not in self.parts:
                raise Damaged("no content.xml")
            self.content = parse_xml(self.parts["content.xml"])
            self.styles = self._optional("styles.xml")
            meta = self._optional("meta.xml")
        else:
            self.content = parse_xml(data)
            self.styles, meta = None, self.content
        found = meta.find(f".//{_TITLE}") if meta is not None else None
        self.title = (found.text or "").strip()[:200] if found is not None else ""

    def body(self, kind: str) -> Element:
        """``office:text`` or ``office:spreadsheet``; ``Damaged`` where it is missing."""
        found = self.content.find(f"{OFFICE}body/{OFFICE}{kind}")
        if found is None:
            raise Damaged(f"no office:{kind}")
        return found

    def roots(self) -> Iterator[Element]:
        if self.styles is not None:
            yield self.styles
        yield self.content

    def picture(self, item: Element) -> bytes:
        """The bytes of a ``draw:image``: a part, or Base64 inside a flat file; empty where it is a link."""
        inside = item.find(f"{OFFICE}binary-data")
        if inside is not None:
            try:
                return base64.b64decode(inside.text or "")
            except (binascii.Error, ValueError):
                return b""
        return self.parts.get(item.get(f"{XLINK}href", "").removeprefix("./"), b"")

    def _optional(self, name: str) -> Element | None:
        try:
            return parse_xml(self.parts[name]) if name in self.parts else None
        except Damaged:
            return None


class OdfLook(Struct, frozen=True):
    """None: as the style above. ``font`` only where it is a symbol font or another font that undoes one."""

    hidden: bool | None = None
    struck: bool | None = None
    font: str | None = None
    parent: str = ""
    list_style: str = ""
    heading: bool = False
    invisible: bool = False  # a table that is not displayed
    ink: Colour | None = None
    sets_ink: bool = False  # *ink* None is the automatic colour then
    paper: Ground | None = None  # behind the text itself; None: what lies behind shows through
    ground: Ground | None = None  # behind a paragraph, cell, row or table
    tiny: bool | None = None  # too small to be seen
    format: str = ""  # of numbers
    is_slit: bool = False  # a row of less than two points

    @property
    def gone(self) -> bool:
        return bool(self.hidden) or bool(self.struck) or bool(self.tiny)

    def over(self, above: OdfLook) -> OdfLook:
        """This look with what it leaves to the one *above*."""
        inked = self if self.sets_ink else above
        return OdfLook(
            above.hidden if self.hidden is None else self.hidden,
            above.struck if self.struck is None else self.struck,
            above.font if self.font is None else self.font,
            "",
            self.list_style or above.list_style,
            self.heading or above.heading,
            self.invisible or above.invisible,
            inked.ink,
            inked.sets_ink,
            self.paper or above.paper,
            self.ground or above.ground,
            above.tiny if self.tiny is None else self.tiny,
            self.format or above.format,
            self.is_slit or above.is_slit,
        )


class OdfStyles:
    """Styles by family and name, list styles by name."""

    def __init__(self, document: OpenDocument) -> None:
        faces = {
            face.get(f"{STYLE}name", ""): face.get(f"{_SVG}font-family", "").strip("'\"")
            for root in document.roots()
            for face in root.iter(f"{STYLE}font-face")
        }
        self._looks: dict[tuple[str, str], OdfLook] = {}
        self._whole: dict[tuple[str, str], OdfLook] = {}  # with what they inherit
        self.lists: dict[str, dict[int, Level]] = {}
        self._numbers: dict[str, _NumberLook] = {}
        for root in document.roots():
            for style in root.iter(f"{STYLE}style"):
                self._looks[style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", "")] = _look(style, faces)
            for number, layout in enumerate(root.iter(f"{STYLE}page-layout")):
                self._looks[_PAGE, str(number)] = OdfLook(ground=_ground(layout.find(f"{STYLE}page-layout-properties")))
            for style in root.iter(*(f"{_NUMBER}{kind}-style" for kind in _NUMBER_KINDS)):
                self._numbers[style.get(f"{STYLE}name", "")] = _number_look(style)
            for style in root.iter(f"{TEXT}list-style"):
                self.lists[style.get(f"{STYLE}name", "")] = dict(_levels(style, faces))

    def look(self, family: str, name: str) -> OdfLook:
        """The look with everything that it inherits."""
        key = (family, name)
        if key not in self._whole:
            self._whole[key] = self._inherited(family, name)
        return self._whole[key]

    def has(self, family: str, name: str) -> bool:
        return (family, name) in self._looks

    def _inherited(self, family: str, name: str) -> OdfLook:
        look = OdfLook()
        for _ in range(20):
            found = self._looks.get((family, name))
            if found is None:
                break
            look, name = look.over(found), found.parent
        return look

    def number_ink(self, name: str) -> Colour | None:
        """The colour that a number format gives whatever stands in it; None where it gives none or several."""
        look = self._numbers.get(name, _NumberLook())
        return look.ink if all(self._numbers.get(one, _NumberLook()).ink == look.ink for one in look.others) else None

    def shows_nothing(self, name: str) -> bool:
        """Whether a number format leaves every value out (``;;;``)."""
        look = self._numbers.get(name, _NumberLook())
        return look.is_empty and all(self._numbers.get(one, _NumberLook()).is_empty for one in look.others)

    def page_ground(self) -> Ground:
        """The colour of the pages; unknown where several layouts differ."""
        found = {look.ground or PAPER for (family, _), look in self._looks.items() if family == _PAGE}
        return found.pop() if len(found) == 1 else UNKNOWN if found else PAPER

    def rule(self, name: str, key: str) -> ListRule | None:
        levels = self.lists.get(name)
        return ListRule(levels, key) if levels else None


def _look(style: Element, faces: dict[str, str]) -> OdfLook:
    text = style.find(f"{STYLE}text-properties")
    hidden = struck = None
    font = None
    if text is not None:
        display = text.get(f"{TEXT}display")
        hidden = display == "none" if display else True if _is_faint(text) else None
        lines = [text.get(f"{STYLE}text-line-through-{kind}") for kind in ("style", "type")]
        struck = any(line not in (None, "none") for line in lines) if any(lines) else None
        font = _font(text, faces)
    table = style.find(f"{STYLE}table-properties")
    return OdfLook(
        hidden,
        struck,
        font,
        style.get(f"{STYLE}parent-style-name", ""),
        style.get(f"{STYLE}list-style-name", ""),
        bool(style.get(f"{STYLE}default-outline-level")) or style.get(f"{STYLE}name") == "Title",
        table is not None and table.get(f"{TABLE}display") == "false",
        *_ink(text),
        _ground(text),
        next(
            (found for found in (_ground(style.find(f"{STYLE}{kind}-properties")) for kind in _GROUNDS) if found), None
        ),
        _is_tiny(text.get(f"{_FO}font-size", "")) if text is not None else None,
        style.get(f"{STYLE}data-style-name", ""),
        _is_slit(style.find(f"{STYLE}table-row-properties")),
    )


def _is_slit(row: Element | None) -> bool:
    if row is None or row.get(f"{STYLE}use-optimal-row-height") == "true":
        return False
    match = re.fullmatch(r"(\d*\.?\d+)(in|cm|mm|pt)", row.get(f"{STYLE}row-height", ""))
    return match is not None and float(match[1]) * {"in": 72.0, "cm": 28.35, "mm": 2.835, "pt": 1.0}[match[2]] < _SLIT


class _NumberLook(Struct, frozen=True):
    """The colour of a number format, the formats that it hands some of its values to, and whether it shows nothing itself."""

    ink: Colour | None = None
    others: tuple[str, ...] = ()
    is_empty: bool = False


def _number_look(style: Element) -> _NumberLook:
    others = tuple(one.get(f"{STYLE}apply-style-name", "") for one in style.iterfind(f"{STYLE}map"))
    shown = [one for one in style if isinstance(one.tag, str) and one.tag.startswith(_NUMBER)]
    is_empty = all(one.tag == f"{_NUMBER}text" and not (one.text or "").strip() for one in shown)
    return _NumberLook(_ink(style.find(f"{STYLE}text-properties"))[0], others, is_empty)


def _is_tiny(size: str) -> bool | None:
    """Whether letters of this size (points) are specks; None where no size is named."""
    match = re.fullmatch(r"([\d.]+)pt", size)
    return float(match.group(1)) <= 2 if match and match.group(1).count(".") < 2 else None


def _ink(text: Element | None) -> tuple[Colour | None, bool]:
    """The colour of the letters and whether it is set; None: automatic."""
    if text is None:
        return None, False
    if text.get(f"{STYLE}use-window-font-color") == "true":
        return None, True
    colour = of_hex(text.get(f"{_FO}color"))
    return colour, colour is not None


def _ground(properties: Element | None) -> Ground | None:
    if properties is None:
        return None
    image = properties.find(f"{STYLE}background-image")
    if image is not None and (len(image) or image.get(f"{XLINK}href")):
        return UNKNOWN
    colour = of_hex(properties.get(f"{_FO}background-color"))
    return Ground(colour) if colour is not None else None


def _is_faint(text: Element) -> bool:
    """Letters that let everything through; the automatic colour (written with 0%, too) is always made visible."""
    if text.get(f"{STYLE}use-window-font-color") == "true":
        return False
    opacity = re.fullmatch(r"(\d+)%", text.get(f"{LOEXT}opacity", ""))
    return opacity is not None and int(opacity.group(1)) <= 5


def _font(properties: Element, faces: dict[str, str]) -> str | None:
    name = properties.get(f"{STYLE}font-name")
    family = faces.get(name, name) if name else properties.get(f"{_FO}font-family", "").strip("'\"")
    if not family:
        return None
    return family if is_symbol_font(family) else ""


def _levels(style: Element, faces: dict[str, str]) -> Iterator[tuple[int, Level]]:
    for item in style:
        if not isinstance(item.tag, str):
            continue
        depth = _integer(item.get(f"{TEXT}level"), 1) - 1
        if item.tag == f"{TEXT}list-level-style-number":
            kind = item.get(f"{STYLE}num-format", "")
            printed = item.get(f"{LOEXT}num-list-format")
            shown = max(1, min(_integer(item.get(f"{TEXT}display-levels"), 1), depth + 1))
            text = (
                re.sub(r"%(\d)%", r"%\1", printed)
                if printed is not None
                else item.get(f"{STYLE}num-prefix", "")
                + ".".join(f"%{number}" for number in range(depth + 2 - shown, depth + 2))
                + item.get(f"{STYLE}num-suffix", "")
            )
            number_style = _FORMATS.get(kind) or _SERIES.get(kind[:1], "decimal")
            start = _integer(item.get(f"{TEXT}start-value"), 1)
            yield depth, Level(start, number_style, "" if number_style == "none" else text)
        elif item.tag == f"{TEXT}list-level-style-bullet":
            properties = item.find(f"{STYLE}text-properties")
            font = (_font(properties, faces) or "") if properties is not None else ""
            yield depth, Level(1, "bullet", item.get(f"{TEXT}bullet-char", ""), font=font)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default


def span(item: Element, name: str, most: int) -> int:
    """A count attribute of the table namespace, 1 … *most*."""
    return max(1, min(_integer(item.get(TABLE + name), 1), most))


def control_marks(root: Element) -> dict[str, str]:
    """Form controls by id: a box with its label, the chosen or typed text of the others."""
    found: dict[str, str] = {}
    for item in root.iter(f"{FORM}checkbox", f"{FORM}radio", f"{FORM}text", f"{FORM}textarea", f"{FORM}formatted-text"):
        identities = {item.get(name) for name in (f"{FORM}id", XML_ID)} - {None}
        if item.tag in (f"{FORM}checkbox", f"{FORM}radio"):
            state = item.get(f"{FORM}current-state") or item.get(f"{FORM}state") or "unchecked"
            chosen = item.get(f"{FORM}current-selected") or item.get(f"{FORM}selected") or "false"
            text = ("☑" if state == "checked" or chosen == "true" else "☐") + item.get(f"{FORM}label", "")
        else:
            text = item.get(f"{FORM}current-value") or item.get(f"{FORM}value") or ""
        found.update({str(identity): text for identity in identities})
    return found
