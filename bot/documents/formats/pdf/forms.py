"""What was filled into a PDF without changing its page: form fields, typed annotations, ink."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2.raw as raw
from msgspec import Struct, field

from bot.documents.formats.pdf.drawn import View
from bot.documents.formats.pdf.marks import Stroke
from bot.documents.page.grid import Box
from bot.documents.page.lines import Token
from bot.documents.page.tolerances import PAGE
from bot.documents.shared.symbols import EMPTY, TICKED

_HIDDEN, _NO_VIEW = 2, 32
_MAX_ANNOTATIONS = 2000
_OPAQUE = 0.9
# PDFDocEncoding (annex D.3) where it is not Latin-1: programs that do not know it write their own charset, which pdfium decodes by it.
_DOC_ENCODING = {
    **dict(zip("˘ˇˆ˙˝˛˚˜", range(0x18, 0x20), strict=True)),
    **dict(zip("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž", range(0x80, 0x9F), strict=True)),
    "€": 0xA0,
}


class FilledIn(Struct):
    """Texts and ticks of the page's annotations at their places, inked strokes, the places of all fields; ``gone``: where the page's own
    text was struck out or covered."""

    tokens: list[Token] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    fields: list[Box] = field(default_factory=list)
    gone: list[Box] = field(default_factory=list)


def filled_in(page: Any, form: Any, view: View) -> FilledIn:
    """*page* and *form* (None where the file has no fields) are pdfium's."""
    found = FilledIn()
    for number in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        with _opened(raw.FPDFPage_GetAnnot(page, number)) as annotation:
            if annotation and not raw.FPDFAnnot_GetFlags(annotation) & (_HIDDEN | _NO_VIEW):
                _take(found, annotation, form, view)
    return found


@contextmanager
def _opened(annotation: Any) -> Iterator[Any]:
    try:
        yield annotation
    finally:
        if annotation:
            raw.FPDFPage_CloseAnnot(annotation)


def _take(found: FilledIn, annotation: Any, form: Any, view: View) -> None:
    edges = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, edges)
    box = view.box(edges.left, edges.bottom, edges.right, edges.top)
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET:
        found.fields.append(box)
        found.tokens.extend(_widget(annotation, form, box))
    elif kind == raw.FPDF_ANNOT_FREETEXT:
        found.tokens.extend(_text_in(box, _entry(annotation, b"Contents")))
        if _is_opaque(annotation, b"C"):
            found.gone.append(box)
    elif kind == raw.FPDF_ANNOT_STRIKEOUT:
        found.gone.extend(_quads(annotation, view) or [box])
    elif kind == raw.FPDF_ANNOT_SQUARE and _is_opaque(annotation, b"IC"):
        found.gone.append(box)
    elif kind == raw.FPDF_ANNOT_INK and max(box.width, box.height) <= PAGE.ink_largest:
        found.strokes.append(Stroke(box, rises=True))


def _is_opaque(annotation: Any, key: bytes) -> bool:
    """Whether the annotation is filled with the colour under *key*, and nothing shows through."""
    alpha = ctypes.c_float()
    if not raw.FPDFAnnot_GetNumberValue(annotation, b"CA", alpha):
        alpha.value = 1.0
    return bool(raw.FPDFAnnot_HasKey(annotation, key)) and alpha.value >= _OPAQUE and _paints(annotation)


def _paints(annotation: Any) -> bool:
    """Whether its appearance, where it has one, fills anything: an empty colour is none."""
    count = raw.FPDFAnnot_GetObjectCount(annotation)
    mode, strokes = ctypes.c_int(), ctypes.c_int()
    items = [raw.FPDFAnnot_GetObject(annotation, number) for number in range(count)]
    return not items or any(raw.FPDFPath_GetDrawMode(item, mode, strokes) and mode.value for item in items)


def _quads(annotation: Any, view: View) -> list[Box]:
    """The pieces of text that a mark-up annotation names, four corners each (12.5.6.10)."""
    points = raw.FS_QUADPOINTSF()
    found = []
    for number in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), _MAX_ANNOTATIONS)):
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, number, points):
            xs, ys = (points.x1, points.x2, points.x3, points.x4), (points.y1, points.y2, points.y3, points.y4)
            found.append(view.box(min(xs), min(ys), max(xs), max(ys)))
    return found


def _widget(annotation: Any, form: Any, box: Box) -> Iterator[Token]:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation) if form else -1
    if kind in (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        yield from _text_in(box, "、".join(_chosen(annotation, form)) or _value(annotation, form))
    elif kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        ticked = raw.FPDFAnnot_IsChecked(form, annotation)
        yield Token(TICKED if ticked else EMPTY, box.x0, box.top, box.x1, box.bottom)
    elif kind == raw.FPDF_FORMFIELD_TEXTFIELD:
        yield from _text_in(box, _value(annotation, form))
    elif kind in (-1, raw.FPDF_FORMFIELD_UNKNOWN):  # a field that the file's list of fields forgot
        yield from _text_in(box, _entry(annotation, b"V"))


def _chosen(annotation: Any, form: Any) -> list[str]:
    return [
        _told(lambda buffer, size, at=number: raw.FPDFAnnot_GetOptionLabel(form, annotation, at, buffer, size))  # type: ignore[misc]
        for number in range(min(raw.FPDFAnnot_GetOptionCount(form, annotation), _MAX_ANNOTATIONS))
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]


def _value(annotation: Any, form: Any) -> str:
    return _told(lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size))


def _entry(annotation: Any, key: bytes) -> str:
    return _told(lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size))


def _told(ask: Callable[[Any, int], int]) -> str:
    """A text of pdfium's, which is asked for its length (bytes) first."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return _in_its_charset(buffer.raw[: size - 2].decode("utf-16-le", "replace"))


def _in_its_charset(text: str) -> str:
    codes = [_DOC_ENCODING.get(letter, ord(letter)) for letter in text]
    if all(code < 0x80 for code in codes) or any(code > 0xFF for code in codes):
        return text
    data = bytes(codes)
    for charset in ("utf-8", "gb18030"):
        try:
            found = data.removeprefix(b"\xef\xbb\xbf").decode(charset)
        except UnicodeDecodeError:
            continue
        if any("\u3400" <= letter <= "\u9fff" for letter in found):
            return found
    return text


def _text_in(box: Box, text: str) -> Iterator[Token]:
    """*text* in lines within *box*: one line stands in its middle, several from its top."""
    lines = list(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    while lines and not lines[-1].strip():
        lines.pop()
    height = box.height
    step = height / max(len(lines), 1)
    letter = min(step, PAGE.field_letter)
    for number, line in enumerate(lines):
        if line.strip():
            middle = box.top + step * (number + 0.5)
            width = min(sum(1.0 if ord(c) > 0x2E7F else 0.5 for c in line) * letter, max(box.width, 1.0))
            yield Token(line, box.x0, middle - letter / 2, box.x0 + width, middle + letter / 2)
