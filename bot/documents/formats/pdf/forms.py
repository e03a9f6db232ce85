"""What was filled into a PDF without changing its page: form fields, typed annotations, ink."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import decode_text

from bot.documents.formats.pdf.marks import Stroke
from bot.documents.formats.pdf.values import name_of
from bot.documents.page.grid import Box
from bot.documents.page.lines import Token
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import EMPTY, TICKED

_HIDDEN, _NO_VIEW = 2, 32
_PUSH_BUTTON = 1 << 16
_MAX_ANNOTATIONS = 2000


@dataclass(slots=True)
class FilledIn:
    """Texts and ticks of the page's annotations at their places, inked strokes, the places of all fields; ``gone``: where the page's own
    text was struck out or covered."""

    tokens: list[Token] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    fields: list[Box] = field(default_factory=list)
    gone: list[Box] = field(default_factory=list)


def filled_in(page: Any) -> FilledIn:
    found = FilledIn()
    for annotation in page.annots[:_MAX_ANNOTATIONS]:
        data = annotation.get("data") or {}
        if int(resolve1(data.get("F")) or 0) & (_HIDDEN | _NO_VIEW):
            continue
        box = Box(annotation["x0"], annotation["top"], annotation["x1"], annotation["bottom"])
        kind = name_of(data.get("Subtype"))
        if kind == "Widget":
            found.fields.append(box)
            found.tokens.extend(_widget(data, box))
        elif kind == "FreeText":
            found.tokens.extend(_text_in(box, _text(data.get("Contents"))))
            if _is_opaque(data, "C"):
                found.gone.append(box)
        elif kind == "StrikeOut":
            found.gone.extend(_quads(page, data) or [box])
        elif kind == "Square" and _is_opaque(data, "IC"):
            found.gone.append(box)
        elif kind == "Ink" and max(box.x1 - box.x0, box.bottom - box.top) <= PAGE.ink_largest:
            found.strokes.append(Stroke(box, rises=True))
    return found


def _is_opaque(data: dict[str, Any], key: str) -> bool:
    """Whether the annotation is filled with the colour under *key*, and nothing shows through."""
    colour, alpha = resolve1(data.get(key)), resolve1(data.get("CA"))
    return bool(colour) and isinstance(colour, list) and (not isinstance(alpha, int | float) or alpha >= 0.9)


def _quads(page: Any, data: dict[str, Any]) -> list[Box]:
    """The pieces of text that a mark-up annotation names, four corners each (12.5.6.10); none on a turned page."""
    points = resolve1(data.get("QuadPoints"))
    if page.rotation or not isinstance(points, list) or not all(isinstance(one, int | float) for one in points):
        return []
    high = float(page.root_page.height)
    return [
        Box(min(xs), high - max(ys), max(xs), high - min(ys))
        for at in range(0, min(len(points), 8 * _MAX_ANNOTATIONS) - 7, 8)
        for xs, ys in [(points[at : at + 8 : 2], points[at + 1 : at + 8 : 2])]
    ]


def _widget(data: dict[str, Any], box: Box) -> Iterator[Token]:
    kind = name_of(_inherited(data, "FT"))
    value = _inherited(data, "V")
    if kind in ("Tx", "Ch"):
        if isinstance(value, list):
            value = "、".join(_text(item) for item in value).encode("utf-8")
            yield from _text_in(box, value.decode("utf-8"))
        else:
            yield from _text_in(box, _text(value))
    elif kind == "Btn" and not int(_inherited(data, "Ff") or 0) & _PUSH_BUTTON:
        state = name_of(data.get("AS")) or name_of(value)
        yield Token(TICKED if state and state != "Off" else EMPTY, box.x0, box.top, box.x1, box.bottom)


def _text_in(box: Box, text: str) -> Iterator[Token]:
    """*text* in lines within *box*: one line stands in its middle, several from its top."""
    lines = list(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    while lines and not lines[-1].strip():
        lines.pop()
    height = box.bottom - box.top
    step = height / max(len(lines), 1)
    letter = min(step, PAGE.field_letter)
    for number, line in enumerate(lines):
        if line.strip():
            middle = box.top + step * (number + 0.5)
            width = min(sum(1.0 if ord(c) > 0x2E7F else 0.5 for c in line) * letter, max(box.x1 - box.x0, 1.0))
            yield Token(line, box.x0, middle - letter / 2, box.x0 + width, middle + letter / 2)


def _inherited(data: dict[str, Any], key: str) -> Any:
    """*key* of the field, or of a field above it (8.6.2 of the PDF reference); at most a few levels, for files with loops."""
    here: Any = data
    for _ in range(8):
        if not isinstance(here, dict):
            return None
        if key in here:
            return resolve1(here[key])
        here = resolve1(here.get("Parent"))
    return None


def _text(value: Any) -> str:
    value = resolve1(value)
    if isinstance(value, PDFStream):
        value = value.get_data()
    if isinstance(value, bytes):
        for charset in ("utf-8", "gb18030"):
            if value[:2] not in (b"\xfe\xff", b"\xff\xfe") and any(byte > 0x7F for byte in value):
                try:  # programs that do not know PDFDocEncoding write their own charset
                    return value.removeprefix(b"\xef\xbb\xbf").decode(charset)
                except UnicodeDecodeError:
                    continue
        return decode_text(value)
    return value if isinstance(value, str) else ""
