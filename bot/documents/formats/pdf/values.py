"""What stands in the dictionaries of a PDF: names, numbers, colours."""

from __future__ import annotations

import re
from typing import Any

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

Colour = tuple[float, float, float]
WHITE: Colour = (1.0, 1.0, 1.0)


def rgb(values: Any, space: PDFColorSpace | None) -> Colour | None:
    """A colour of any device space as red, green, blue from 0 to 1; None where only the output device knows it."""
    numbers = values if isinstance(values, tuple | list) else (values,)
    if not numbers or not all(isinstance(value, int | float) for value in numbers):
        return None
    name = space.name if space is not None else ""
    if name in ("Separation", "DeviceN"):
        return WHITE if max(numbers) <= 0.03 else None  # no ink at all
    if name in ("Indexed", "Pattern", "Lab"):
        return None
    if len(numbers) == 1:
        return (numbers[0],) * 3
    if len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    if len(numbers) == 4:
        cyan, magenta, yellow, black = numbers
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return None


def first_colour(space: PDFColorSpace) -> Any:
    """What a colour space begins with (8.6.5.6): black where it is certain."""
    if space.name in ("DeviceGray", "CalGray", "DeviceRGB", "CalRGB"):
        return 0.0 if space.ncomponents == 1 else (0.0, 0.0, 0.0)
    return (0.0, 0.0, 0.0, 1.0) if space.name == "DeviceCMYK" else None


def brings_colours(font: Any) -> bool:
    """Whether the glyphs of a Type 3 font paint in colours of their own (``d0``) rather than the text's (``d1``, 9.6.5)."""
    procedures = resolve1(font.get("CharProcs")) if isinstance(font, dict) else None
    for glyph in list(procedures.values())[:3] if isinstance(procedures, dict) else ():
        stream = resolve1(glyph)
        if not isinstance(stream, PDFStream) or not re.match(rb"\s*(?:[-+.\d]+\s+){6}d1\b", stream.get_data()[:200]):
            return True
    return not procedures


def entry(resources: Any, kind: str, name: Any) -> Any:
    found = resolve1(resolve1(resources).get(kind)) if isinstance(resolve1(resources), dict) else None
    return found.get(name_of(name)) if isinstance(found, dict) else None


def name_of(value: Any) -> str:
    value = resolve1(value)
    if isinstance(value, PSLiteral):
        return value.name if isinstance(value.name, str) else value.name.decode("latin-1")
    return value if isinstance(value, str) else ""


def number(value: Any, default: float) -> float:
    value = resolve1(value)
    return float(value) if isinstance(value, int | float) else default


def matrix_of(value: Any) -> tuple[float, float, float, float, float, float]:
    found = resolve1(value)
    if not isinstance(found, list) or len(found) != 6:
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    a, b, c, d, e, f = (number(part, 0.0) for part in found)
    return (a, b, c, d, e, f)
