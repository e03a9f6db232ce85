"""How an .xlsx cell looks, as far as it changes what is read: number format, struck out, unseen, symbol font, tick box."""

from __future__ import annotations

import re
from typing import TypeVar

from msgspec import Struct

from bot.documents.formats.sheets.colours import PALETTE, THEME_ORDER, indexed, of_argb, tinted
from bot.documents.formats.sheets.conditions import Effect
from bot.documents.shared.colours import BLACK, WHITE, Colour, is_unseen
from bot.documents.shared.numbers import built_in_format, named_colour, show_text
from bot.documents.shared.ooxml import A, optional_root
from bot.documents.shared.symbols import CONTROL, is_symbol_font, symbol_text
from bot.documents.shared.xml import Element, of_equal_bytes

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFF = {"0", "false"}
_T = TypeVar("_T")
_WHITES, _BLACKS = ("white", "白", "白色", "color2", "颜色2"), ("black", "黑", "黑色", "color1", "颜色1")
_TINY = 2  # points: a speck
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class FontLook(Struct, frozen=True):
    """``gone``: struck through or too small to be seen; ``name`` only of a symbol font; ``ink`` None where its colour is not known."""

    gone: bool = False
    name: str = ""
    ink: Colour | None = BLACK


class Run(Struct, frozen=True):
    """A piece of a cell's text; ``font`` None: the cell's own."""

    text: str
    font: FontLook | None = None


class CellLook(Struct, frozen=True):
    """``format`` is the number format's code; ``is_box``: a true value is shown as a ticked box.

    ``paper`` is the cell's ground, None where it is not one plain colour; ``unseen``: the cell's own font has that colour.
    """

    format: str = ""
    struck: bool = False
    font: str = ""
    is_box: bool = False
    paper: Colour | None = WHITE
    unseen: bool = False

    def shown(self, text: str) -> str:
        """*text* of the cell as it can be seen, whatever its colour."""
        if self.struck:
            return ""
        return clean(symbol_text(text, self.font))

    def written(self, text: str | tuple[Run, ...]) -> str:
        """A text of the cell as its number format and the fonts of its pieces let it be seen.

        A cell whose whole text has the colour of its ground is not judged here: something else may lie behind it.
        """
        if isinstance(text, str):
            return self.shown(show_text(text, self.format))
        seen = "".join(self._piece(run) for run in text)
        return clean(show_text(seen, self.format))

    def is_pale(self, value: float | str) -> bool:
        """Whether *value* has the colour of the cell's ground; a colour that the number format names goes before the font's."""
        name = named_colour(value, self.format)
        if not name:
            return self.unseen
        return is_unseen(WHITE if name in _WHITES else BLACK if name in _BLACKS else None, self.paper)

    def _piece(self, run: Run) -> str:
        if run.font is None:
            return "" if self.struck or self.unseen else symbol_text(run.text, self.font)
        if run.font.gone or is_unseen(run.font.ink, self.paper):
            return ""
        return symbol_text(run.text, run.font.name) if run.font.name else run.text


class CellStyles:
    """``xl/styles.xml``; without it every cell is plain. *theme* is ``xl/theme/theme1.xml``."""

    def __init__(self, root: Element | None, has_boxes: bool = False, theme: Element | None = None) -> None:
        self._looks: list[CellLook] = []
        self._theme = _theme(theme)
        self._palette: tuple[Colour, ...] = PALETTE
        self.effects: list[Effect] = []  # of the differential formats
        if root is None:
            return
        own = [of_argb(one.get("rgb")) or BLACK for one in root.iterfind(f"{S}colors/{S}indexedColors/{S}rgbColor")]
        self._palette = tuple(own[8:]) if len(own) > 8 else PALETTE
        codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind(f"{S}numFmts/{S}numFmt")}
        fonts = [self.font(font) for font in root.iterfind(f"{S}fonts/{S}font")]
        papers = [self._paper(fill) for fill in root.iterfind(f"{S}fills/{S}fill")]
        self.effects = [self._effect(one) for one in root.iterfind(f"{S}dxfs/{S}dxf")]
        for style in root.iterfind(f"{S}cellXfs/{S}xf"):
            identity = style.get("numFmtId", "0")
            font = _at(fonts, style.get("fontId")) or FontLook()
            paper = _at(papers, style.get("fillId")) if papers else WHITE
            code = codes.get(identity)
            if code is None:
                code = built_in_format(int(identity)) if identity.isdigit() else ""
            is_box = has_boxes and style.find(".//{*}xfComplement") is not None
            self._looks.append(CellLook(code, font.gone, font.name, is_box, paper, is_unseen(font.ink, paper)))

    def look(self, index: int) -> CellLook:
        return self._looks[index] if 0 <= index < len(self._looks) else CellLook()

    def font(self, font: Element | None) -> FontLook:
        if font is None:
            return FontLook()
        strike = font.find(f"{S}strike")
        struck = strike is not None and strike.get("val", "1").lower() not in _OFF
        size = font.find(f"{S}sz")
        tiny = size is not None and _float(size.get("val"), 11) <= _TINY
        named = font.find(f"{S}rFont")
        named = font.find(f"{S}name") if named is None else named
        name = named.get("val", "") if named is not None else ""
        return FontLook(
            struck or tiny, name if is_symbol_font(name) else "", self._colour(font.find(f"{S}color"), BLACK)
        )

    def _effect(self, item: Element) -> Effect:
        """A differential format; its plain filling is a background colour, against that of a cell (18.8.32)."""
        font, fill, code = item.find(f"{S}font"), item.find(f"{S}fill/{S}patternFill"), item.find(f"{S}numFmt")
        strike = font.find(f"{S}strike") if font is not None else None
        ink = font.find(f"{S}color") if font is not None else None
        plain = fill is not None and fill.get("patternType", "solid") == "solid"
        return Effect(
            strike.get("val", "1").lower() not in _OFF if strike is not None else None,
            ink is not None,
            self._colour(ink, BLACK) if ink is not None else None,
            item.find(f"{S}fill") is not None,
            self._colour(fill.find(f"{S}bgColor"), None) if fill is not None and plain else None,
            code.get("formatCode") if code is not None else None,
        )

    def text(self, item: Element) -> str | tuple[Run, ...]:
        """The text of ``si`` or ``is`` without its phonetic guide; in pieces where they have looks of their own."""
        found: list[Run] = []
        for part in item:
            if part.tag == f"{S}t":
                found.append(Run(part.text or ""))
            elif part.tag == f"{S}r":
                properties = part.find(f"{S}rPr")
                found.append(Run(part.findtext(f"{S}t") or "", None if properties is None else self.font(properties)))
        return tuple(found) if any(run.font for run in found) else "".join(run.text for run in found)

    def _paper(self, fill: Element) -> Colour | None:
        pattern = fill.find(f"{S}patternFill")
        if pattern is None:
            return None if len(fill) else WHITE  # a gradient
        kind = pattern.get("patternType", "none")
        if kind == "none":
            return WHITE
        return self._colour(pattern.find(f"{S}fgColor"), None) if kind == "solid" else None

    def _colour(self, item: Element | None, default: Colour | None) -> Colour | None:
        """The colour that *item* names; None where it cannot be told."""
        if item is None or item.get("auto", "0") not in _OFF:
            return default
        index = item.get("theme") or item.get("indexed") or ""
        if item.get("rgb"):
            colour = of_argb(item.get("rgb"))
        elif not index.isascii() or not index.isdigit() or len(index) > 5:
            return default
        elif item.get("theme"):
            colour = self._theme.get(THEME_ORDER[int(index)]) if int(index) < len(THEME_ORDER) else None
        else:
            colour = indexed(int(index), self._palette)
        return tinted(colour, max(-1.0, min(_float(item.get("tint"), 0), 1.0))) if colour else None


def _read_styles(styles: bytes, theme: bytes, bags: bytes) -> CellStyles:
    return CellStyles(optional_root(styles), bool(bags), optional_root(theme))


cell_styles = of_equal_bytes(
    _read_styles
)  # ``xl/styles.xml``, the theme, and anything where the book has boxes to tick


def _theme(root: Element | None) -> dict[str, Colour]:
    found: dict[str, Colour] = {"lt1": WHITE, "dk1": BLACK}
    for item in root.iterfind(f"{A}themeElements/{A}clrScheme/*") if root is not None else ():
        colour = next((of_argb(one.get("lastClr") or one.get("val")) for one in item), None)
        if colour and isinstance(item.tag, str):
            found[item.tag.rpartition("}")[2]] = colour
    return found


def _at(items: list[_T], index: str | None) -> _T | None:
    return items[int(index)] if index and index.isascii() and index.isdigit() and int(index) < len(items) else None


def _float(text: str | None, default: float) -> float:
    try:
        return float(text) if text else default
    except ValueError:
        return default


def clean(text: str) -> str:
    """Escaped characters (``_x000D_``, ECMA-376 22.9.2.19) decoded, control characters dropped, private-use marks read."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    text = CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return symbol_text(text, "")
