"""How an .xlsx cell looks, as far as it changes what is read: number format, struck out, symbol font, tick box."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.documents.docx_package import Element
from bot.documents.sheets_numbers import built_in_format
from bot.documents.symbols import is_symbol_font, symbol_text

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFF = {"0", "false"}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class CellLook:
    """``format`` is the number format's code; ``is_box``: a true value is shown as a ticked box."""

    format: str = ""
    struck: bool = False
    font: str = ""
    is_box: bool = False

    def shown(self, text: str) -> str:
        """*text* of the cell as it can be seen."""
        if self.struck:
            return ""
        return clean(symbol_text(text, self.font))


class CellStyles:
    """``xl/styles.xml``; without it every cell is plain."""

    def __init__(self, root: Element | None, has_boxes: bool = False) -> None:
        self._looks: list[CellLook] = []
        if root is None:
            return
        codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iterfind(f"{S}numFmts/{S}numFmt")}
        fonts = [font_look(font) for font in root.iterfind(f"{S}fonts/{S}font")]
        for style in root.iterfind(f"{S}cellXfs/{S}xf"):
            identity, font = style.get("numFmtId", "0"), style.get("fontId", "0")
            place = int(font) if font.isdigit() and int(font) < len(fonts) else -1
            struck, name = fonts[place] if place >= 0 else (False, "")
            code = codes.get(identity)
            if code is None:
                code = built_in_format(int(identity)) if identity.isdigit() else ""
            is_box = has_boxes and style.find(".//{*}xfComplement") is not None
            self._looks.append(CellLook(code, struck, name, is_box))

    def look(self, index: int) -> CellLook:
        return self._looks[index] if 0 <= index < len(self._looks) else CellLook()


def font_look(font: Element | None) -> tuple[bool, str]:
    """Whether the font is struck through, and its name where it is a symbol font."""
    if font is None:
        return False, ""
    strike = font.find(f"{S}strike")
    struck = strike is not None and strike.get("val", "1").lower() not in _OFF
    named = font.find(f"{S}rFont")
    named = font.find(f"{S}name") if named is None else named
    name = named.get("val", "") if named is not None else ""
    return struck, name if is_symbol_font(name) else ""


def rich_text(item: Element) -> str:
    """The text of ``si`` or ``is``: struck runs left out, symbol fonts read, no phonetic guide."""
    pieces: list[str] = []
    for part in item:
        if part.tag == f"{S}t":
            pieces.append(part.text or "")
        elif part.tag == f"{S}r":
            struck, font = font_look(part.find(f"{S}rPr"))
            if not struck:
                text = part.findtext(f"{S}t") or ""
                pieces.append(symbol_text(text, font) if font else text)
    return clean("".join(pieces))


def clean(text: str) -> str:
    """Escaped characters (``_x000D_``, ECMA-376 22.9.2.19) decoded, control characters dropped, private-use marks read."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return symbol_text(text, "")
