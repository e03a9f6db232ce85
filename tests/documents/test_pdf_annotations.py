"""What somebody did to a PDF in a viewer: struck out, covered, marked."""

from __future__ import annotations

import io

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.documents.pdf_builder import HIGH, pdf, table
from tests.documents.test_pdf_seen import lines


def annotated(kind: str, box: tuple[float, float, float, float], **entries: object) -> bytes:
    """A table whose value somebody marked in a viewer; *box* is x0, top, x1, bottom."""

    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动地点", 1), ("市文化馆图书馆一楼", 3)]])

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(draw)))
    x0, top, x1, bottom = box
    corners = (x0, HIGH - top, x1, HIGH - top, x0, HIGH - bottom, x1, HIGH - bottom)

    def numbers(values: tuple[float, ...]) -> pypdf.generic.ArrayObject:
        return pypdf.generic.ArrayObject(pypdf.generic.FloatObject(value) for value in values)

    name = pypdf.generic.NameObject
    annotation = {
        name("/Type"): name("/Annot"),
        name("/Subtype"): name(f"/{kind}"),
        name("/Rect"): numbers((x0, HIGH - bottom, x1, HIGH - top)),
    }
    if kind in ("StrikeOut", "Highlight", "Underline"):
        annotation[name("/QuadPoints")] = numbers(corners)
    for key, value in entries.items():
        annotation[name(f"/{key}")] = (
            numbers(value) if isinstance(value, tuple) else pypdf.generic.TextStringObject(value)
        )
    writer.add_annotation(0, pypdf.generic.DictionaryObject(annotation))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


OVER = (155.0, 160.0, 205.0, 176.0)


@pytest.mark.parametrize(
    ("kind", "entries", "expected"),
    [
        ("StrikeOut", {"C": (1.0, 0.0, 0.0)}, "图书馆一楼"),
        ("Square", {"IC": (1.0, 1.0, 1.0)}, "图书馆一楼"),
        ("Square", {"C": (1.0, 0.0, 0.0)}, "市文化馆图书馆一楼"),
        ("Highlight", {"C": (1.0, 1.0, 0.0)}, "市文化馆图书馆一楼"),
        ("Underline", {"C": (1.0, 0.0, 0.0)}, "市文化馆图书馆一楼"),
        ("FreeText", {"C": (1.0, 1.0, 1.0), "Contents": "科技馆"}, "科技馆图书馆一楼"),
    ],
)
def test_what_was_marked_in_a_viewer(kind: str, entries: dict[str, object], expected: str) -> None:
    assert lines(annotated(kind, OVER, **entries))[1] == expected
