"""Colours of spreadsheet cells: indexes of the palette, numbers of the theme, tints."""

from __future__ import annotations

from collections.abc import Sequence

from bot.documents.shared.colours import BLACK, WHITE, Colour, of_hex

# Theme colours are numbered light before dark (ECMA-376 18.8.3), against their order in the theme.
THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
# ECMA-376 18.8.27: 0-7 are 8-15 again; 64 and 65 are the system's text and window.
_PALETTE = (
    "000000 FFFFFF FF0000 00FF00 0000FF FFFF00 FF00FF 00FFFF 800000 008000 000080 808000 800080 008080 C0C0C0 808080 9999FF 993366 FFFFCC CCFFFF "
    "660066 FF8080 0066CC CCCCFF 000080 FF00FF FFFF00 00FFFF 800080 800000 008080 0000FF 00CCFF CCFFFF CCFFCC FFFF99 99CCFF FF99CC CC99FF FFCC99 "
    "3366FF 33CCCC 99CC00 FFCC00 FF9900 FF6600 666699 969696 003366 339966 003300 333300 993300 993366 333399 333333"
)


def of_argb(text: str | None) -> Colour | None:
    """``FFFF8000`` with its alpha in front, which no program heeds, or without."""
    return of_hex(text[2:] if text and len(text) == 8 else text)


PALETTE: tuple[Colour, ...] = tuple(of_hex(one) or BLACK for one in _PALETTE.split())


def indexed(index: int, palette: Sequence[Colour]) -> Colour | None:
    """The colour of an index; *palette* begins at 8. None for one that says nothing."""
    if index in (64, 0x7FFF):
        return BLACK
    if index == 65:
        return WHITE
    place = index if index < 8 else index - 8
    return palette[place] if 0 <= place < len(palette) else None


def tinted(colour: Colour, tint: float) -> Colour:
    """ECMA-376 18.8.19: towards white where positive, towards black where negative."""
    red, green, blue = (round(part * (1 + tint) if tint < 0 else part + (255 - part) * tint) for part in colour)
    return red, green, blue
