"""Colours of text and of what lies behind it, as far as they decide whether the text can be seen."""

from __future__ import annotations

import colorsys
import re

from msgspec import Struct

Colour = tuple[int, int, int]
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
_NEAR = 12  # of 255 in each part: nobody tells the two apart
_HEX = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_RGB = re.compile(
    r"rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)", re.IGNORECASE
)
_HSL = re.compile(
    r"hsla?\(\s*(-?[\d.]+)(?:deg)?[\s,]+([\d.]+)%[\s,]+([\d.]+)%\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)", re.IGNORECASE
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


class Ground(Struct, frozen=True):
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
    match = _HSL.fullmatch(text)
    if match:
        return _of_hsl(*match.groups())
    match = _RGB.fullmatch(text)
    if not match:
        return of_hex(text) if text.startswith("#") or len(text) == 6 else None
    red, percent, green, blue, alpha, of_hundred = match.groups()
    if _share(alpha, of_hundred) < 0.9:
        return None
    scale = 2.55 if percent else 1.0
    return round(_number(red) * scale), round(_number(green) * scale), round(_number(blue) * scale)


def is_clear(text: str) -> bool:
    """Whether a colour as style sheets write it lets everything through (``rgba(0, 0, 0, 0)``, ``#0000``)."""
    match = _RGB.fullmatch(text.strip()) or _HSL.fullmatch(text.strip())
    if match:
        return _share(*match.groups()[-2:]) < 0.05
    return bool(re.fullmatch(r"#(?:[0-9a-f]{3}0|[0-9a-f]{6}0[0-9a])", text.strip(), re.IGNORECASE))


def _of_hsl(hue: str, saturation: str, light: str, alpha: str | None, of_hundred: str | None) -> Colour | None:
    if _share(alpha, of_hundred) < 0.9:
        return None
    parts = colorsys.hls_to_rgb(_number(hue) / 360 % 1, min(_number(light) / 100, 1), min(_number(saturation) / 100, 1))
    red, green, blue = (round(255 * part) for part in parts)
    return red, green, blue


def _share(alpha: str | None, of_hundred: str | None) -> float:
    """How much of what lies behind is hidden, 0…1."""
    return _number(alpha) / (100 if of_hundred else 1) if alpha else 1.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:  # «1.2.3»
        return 1.0


def is_unseen(ink: Colour | None, paper: Colour | None) -> bool:
    """Whether text of this colour cannot be told from its ground. What is not known can be seen."""
    if ink is None or paper is None:
        return False
    return all(abs(one - other) <= _NEAR for one, other in zip(ink, paper, strict=True))
