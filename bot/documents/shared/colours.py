"""Colours of text and of what lies behind it, as far as they decide whether the text can be seen."""

from __future__ import annotations

import re
from dataclasses import dataclass

Colour = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
_NEAR = 12  # of 255 in each part: nobody tells the two apart
_HEX = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_RGB = re.compile(
    r"rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)", re.IGNORECASE
)
_NAMES = {
    "white": WHITE,
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "window": WHITE,
    "black": BLACK,
    "windowtext": BLACK,
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies behind a text; ``colour`` None: something that may have any colour (a pattern, a shape's filling)."""

    colour: Colour | None


PAPER, UNKNOWN = Ground(WHITE), Ground(None)


def of_hex(text: str | None) -> Colour | None:
    """``FF8000``, ``#ff8000``, ``#f80``; None for anything else (``auto``)."""
    match = _HEX.fullmatch((text or "").strip())
    if not match:
        return None
    digits = match.group(1) if len(match.group(1)) == 6 else "".join(2 * digit for digit in match.group(1))
    value = int(digits, 16)
    return value >> 16, value >> 8 & 255, value & 255


def of_css(text: str) -> Colour | None:
    """A colour as style sheets write it; None for one that is unknown or lets through what is behind it."""
    text = text.strip().lower()
    if text in _NAMES:
        return _NAMES[text]
    match = _RGB.fullmatch(text)
    if not match:
        return of_hex(text) if text.startswith("#") or len(text) == 6 else None
    red, percent, green, blue, alpha, of_hundred = match.groups()
    if alpha and float(alpha) / (100 if of_hundred else 1) < 0.9:
        return None
    scale = 2.55 if percent else 1.0
    return round(float(red) * scale), round(float(green) * scale), round(float(blue) * scale)


def is_unseen(ink: Colour | None, paper: Colour | None) -> bool:
    """Whether text of this colour cannot be told from its ground. What is not known can be seen."""
    if ink is None or paper is None:
        return False
    return all(abs(one - other) <= _NEAR for one, other in zip(ink, paper, strict=True))
