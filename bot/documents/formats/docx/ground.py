"""What lies behind the text of a WordprocessingML document: shading of runs, paragraphs, cells and tables, markers' colours."""

from __future__ import annotations

from bot.documents.shared.colours import BLACK, PAPER, UNKNOWN, WHITE, Colour, Ground, of_css, of_hex
from bot.documents.shared.ooxml import VAL, A, W
from bot.documents.shared.xml import Element

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}wsp"
_MARKERS = {"white": PAPER, "black": Ground(BLACK)}


def ink_of(properties: Element | None) -> tuple[Colour | None, bool]:
    """The colour in ``w:rPr`` (None: automatic, always visible), and whether it is set there at all."""
    found = next(properties.iterchildren(f"{W}color"), None) if properties is not None else None
    return (None, False) if found is None else (of_hex(found.get(VAL)), True)


def paper_of(properties: Element | None) -> Ground | None:
    """A marker's colour or the shading of a run; None where it has neither."""
    marker = next(properties.iterchildren(f"{W}highlight"), None) if properties is not None else None
    name = marker.get(VAL, "none") if marker is not None else "none"
    return shading_of(properties) if name == "none" else _MARKERS.get(name, UNKNOWN)


def shading_of(properties: Element | None) -> Ground | None:
    """``w:shd`` of a run, paragraph, cell or table; None where what lies behind shows through."""
    found = next(properties.iterchildren(f"{W}shd"), None) if properties is not None else None
    if found is None:
        return None
    kind = found.get(VAL, "clear")
    if kind == "solid":
        return Ground(of_hex(found.get(f"{W}color")) or BLACK)
    if kind in ("clear", "nil"):
        fill = of_hex(found.get(f"{W}fill"))
        if fill is None and found.get(f"{W}themeFill"):
            return UNKNOWN
        return Ground(fill) if fill is not None else None
    return UNKNOWN


def has_no_ink(properties: Element | None) -> bool:
    """Word 2010's ``w14:textFill`` that draws no letters at all, nor their outline."""
    fill = next(properties.iterchildren(f"{_W14}textFill"), None) if properties is not None else None
    if properties is None or fill is None:
        return False
    outline = properties.find(f"{_W14}textOutline")
    return fill.find(f"{_W14}noFill") is not None and (outline is None or outline.find(f"{_W14}noFill") is not None)


def filling_of(box: Element) -> Ground:
    """The plain filling of the shape around a text box, where the shape names it; what it leaves to its theme or style is not known."""
    shape = box.getparent()
    while shape is not None and shape.tag not in (_SHAPE, f"{W}pict", f"{W}p") and not shape.get("fillcolor"):
        shape = shape.getparent()
    if shape is None:
        return UNKNOWN
    if shape.tag == _SHAPE:
        colour = shape.find(f"{{*}}spPr/{A}solidFill/{A}srgbClr")
        return Ground(of_hex(colour.get("val"))) if colour is not None and not len(colour) else UNKNOWN
    if shape.get("filled", "t").lower() in ("f", "false") or shape.find("{*}fill") is not None:
        return UNKNOWN
    return Ground(of_css(shape.get("fillcolor", "").partition("[")[0]))


def is_shade(shading: Element) -> bool:
    """Whether a ``w:shd`` is anything but white."""
    return shading.get(VAL, "clear") not in ("clear", "nil") or of_hex(shading.get(f"{W}fill")) not in (None, WHITE)


def page_ground(root: Element) -> Ground:
    """The colour of the page itself."""
    found = root.find(f"{W}background")
    colour = of_hex(found.get(f"{W}color")) if found is not None else None
    if found is not None and len(found):
        return UNKNOWN  # a picture or gradient
    return Ground(colour) if colour is not None else PAPER
