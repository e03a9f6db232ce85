"""A shape that lies over the whole text of a table cell: what stands below it cannot be seen.

Only what is certain counts: an upright rectangle or a picture of one colour, in front of the text, anchored in the cell's first paragraph, which
begins where the text begins, is as wide as the cell and higher than its lines. Seals, logos, photos and frames without a filling hide nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.documents.formats.docx.styles import child, integer
from bot.documents.formats.docx.tree import in_unread_branch, is_hidden_drawing, is_within
from bot.documents.shared.ooxml import R_EMBED, VAL, VML, A, Package, W
from bot.documents.shared.pictures import is_plain
from bot.documents.shared.xml import Element

_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_WRAP = "{urn:schemas-microsoft-com:office:word}wrap"
_POINT = 12_700  # in EMU
_ASIDE, _BELOW = 4.0, 3.0  # points that the shape may begin behind the text's beginning
_MARGINS = 2 * 5.4  # points left and right in a cell
_LEAST, _LINE = 12.0, 1.3  # points of a letter at least, lines to a letter
_OTHER_FILLS = {f"{A}{name}" for name in ("noFill", "gradFill", "blipFill", "pattFill", "grpFill")}
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 0.75}


def covering(cell: Element, package: Package, part: str) -> Element | None:
    """The drawing that hides all of the *cell*'s text; None where it can be seen or that is not certain."""
    first = child(cell, "p")
    drawings = [] if first is None else [*first.iter(f"{W}drawing", f"{W}pict")]
    width = _width(cell) if drawings else 0
    for drawing in drawings if width > 0 else ():
        if is_within(drawing, cell, f"{W}txbxContent") or in_unread_branch(drawing, cell) or is_hidden_drawing(drawing):
            continue
        place = _opaque_vml(drawing) if drawing.tag == f"{W}pict" else _opaque(drawing, package, part)
        if place is None:
            continue
        left, top, right, bottom = place
        if left <= _ASIDE and top <= _BELOW and right >= width - _ASIDE and bottom >= _height(cell, width):
            return drawing
    return None


def _width(cell: Element) -> float:
    """Of a line in the cell, in points; 0 where it is not told."""
    found = child(child(cell, "tcPr"), "tcW")
    if found is None or found.get(f"{W}type", "dxa") != "dxa":
        return 0
    return max(0.0, integer(found.get(f"{W}w")) / 20 - _MARGINS)


def _height(cell: Element, width: float) -> float:
    """Of all that stands in the cell, rather too much; nothing is high enough to hide a table."""
    if child(cell, "tbl") is not None:
        return math.inf
    height = 0.0
    for paragraph in cell.iterfind(f"{W}p"):
        inner = [one for one in paragraph.iter(f"{W}t", f"{W}sz") if not is_within(one, paragraph, f"{W}txbxContent")]
        size = max([_LEAST, *(integer(one.get(VAL)) / 2 for one in inner if one.tag == f"{W}sz")])
        length = sum(1 if letter > "\u2e80" else 0.6 for one in inner for letter in one.text or "")
        height += _LINE * size * max(1, math.ceil(length * size / width))
    return height


def _opaque(drawing: Element, package: Package, part: str) -> tuple[float, float, float, float] | None:
    anchor = drawing.find(f"{_WP}anchor")
    if anchor is None or anchor.find(f"{_WP}wrapNone") is None:
        return None
    if anchor.get("behindDoc", "0") not in ("0", "false") or anchor.get("layoutInCell", "1") in ("0", "false"):
        return None
    across, down = _offset(anchor, "H", "column"), _offset(anchor, "V", "paragraph")
    extent, inside = anchor.find(f"{_WP}extent"), anchor.find(f"{A}graphic/{A}graphicData")
    shape = next(iter(inside), None) if inside is not None else None
    if across is None or down is None or extent is None or shape is None or not _is_rectangle(shape):
        return None
    image = shape.find(f"{{*}}blipFill/{A}blip")
    if not (_is_filled(shape) if image is None else _is_plain_image(image, package, part)):
        return None
    wide, high = (integer(extent.get(name)) / _POINT for name in ("cx", "cy"))
    return across, down, across + wide, down + high


def _offset(anchor: Element, axis: str, base: str) -> float | None:
    position = anchor.find(f"{_WP}position{axis}")
    text = (
        position.findtext(f"{_WP}posOffset") if position is not None and position.get("relativeFrom") == base else None
    )
    return integer(text) / _POINT if text else None


def _is_rectangle(shape: Element) -> bool:
    geometry, frame = shape.find(f"{{*}}spPr/{A}prstGeom"), shape.find(f"{{*}}spPr/{A}xfrm")
    return geometry is not None and geometry.get("prst") == "rect" and (frame is None or frame.get("rot", "0") == "0")


def _is_filled(shape: Element) -> bool:
    fill = shape.find(f"{{*}}spPr/{A}solidFill")
    if fill is None and not any(one.tag in _OTHER_FILLS for one in shape.iterfind("{*}spPr/*")):
        fill = shape.find(f"{{*}}style/{A}fillRef[@idx='1']")
    return fill is not None and fill.find(f".//{A}alpha") is None


def _is_plain_image(blip: Element, package: Package, part: str) -> bool:
    if any(one.tag != f"{A}extLst" for one in blip):
        return False
    target = package.target(part, blip.get(R_EMBED, ""))
    return bool(target) and is_plain(package.data(target))


def _opaque_vml(pict: Element) -> tuple[float, float, float, float] | None:
    """Of a rectangle or text box as Word 2003, WPS and converters write it; its offsets count from the text by default."""
    shape = next((one for one in pict if one.tag in (f"{VML}rect", f"{VML}shape")), None)
    if shape is None or (shape.tag == f"{VML}shape" and shape.get("type") != "#_x0000_t202"):
        return None
    style = dict(_declarations(shape.get("style", "")))
    others = ("rotation", "mso-position-horizontal", "mso-position-vertical")
    bases = [style.get(f"mso-position-{axis}-relative", "text") for axis in ("horizontal", "vertical")]
    lets_through = shape.get("filled", "t").lower() in ("f", "false") or shape.find(f"{VML}fill") is not None
    if style.get("position") != "absolute" or style.get("z-index", "0").startswith("-") or bases != ["text", "text"]:
        return None
    if lets_through or any(name in style for name in others) or shape.find(_WRAP) is not None:
        return None
    if shape.get(f"{_OFFICE}allowincell", "t").lower() in ("f", "false"):
        return None
    left, top, wide, high = (_points(style.get(name, "0")) for name in ("margin-left", "margin-top", "width", "height"))
    return left, top, left + wide, top + high


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for one in style.split(";"):
        name, _, text = one.partition(":")
        yield name.strip().lower(), text.strip().lower()


def _points(text: str) -> float:
    match = re.fullmatch(r"(-?\d*\.?\d+)(pt|in|cm|mm|px|)", text)
    return float(match[1]) * _UNITS[match[2]] if match else 0.0
