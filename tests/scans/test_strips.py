"""The part of a scan beside a value that is not certain."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from bot.documents.context import ReadContext
from bot.documents.formats.ocr.strips import cut_strips
from bot.documents.guard import Here
from bot.documents.model import Document, Spot
from bot.forms.model import Form, Kind, Place, Value
from bot.intake.understand import with_strips
from tests.scans.spoiling import png

SPOT = Spot(1, 0.5, 0.25, 0.75, 0.5)


def sheet() -> np.ndarray:
    """White but for a red cell in the right half, a blue upper half of it."""
    page = np.full((400, 800, 3), 255, np.uint8)
    page[100:200, 400:600] = (200, 0, 0)
    page[100:150, 400:600] = (0, 0, 200)
    return page


def colour(jpeg: bytes, x: float, y: float) -> str:
    picture = Image.open(io.BytesIO(jpeg)).convert("RGB")
    red, _, blue = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    return "red" if red > 2 * blue else "blue" if blue > 2 * red else "white"


def test_the_strip_shows_its_cell() -> None:
    (strip,) = cut_strips(png(sheet()), "a.png", [SPOT], ())
    assert (colour(strip, 0.5, 0.25), colour(strip, 0.5, 0.75)) == ("blue", "red")
    assert len(strip) < 8000


def test_of_a_page_that_lies_on_its_side_the_strip_is_upright() -> None:
    turned = np.rot90(sheet()).copy()  # against the clock: to be read it is turned clockwise
    (strip,) = cut_strips(png(turned), "a.png", [Spot(1, 0.25, 0.25, 0.5, 0.5, 90)], ())
    assert (colour(strip, 0.5, 0.25), colour(strip, 0.5, 0.75)) == ("blue", "red")


def test_of_a_scan_within_a_pdf() -> None:
    buffer = io.BytesIO()
    Image.fromarray(sheet()).save(buffer, "PDF")
    assert colour(cut_strips(buffer.getvalue(), "a.pdf", [SPOT], ())[0], 0.5, 0.75) == "red"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b""])
def test_what_cannot_be_opened_has_no_strip(data: bytes) -> None:
    assert cut_strips(data, "a.png", [SPOT], ()) == (b"",)


@pytest.mark.parametrize(
    ("value", "confidence", "shown"),
    [(None, 0.4, True), ("林某", 0.9, True), ("林某", 0.99, False), ("林某", None, False)],
)
def test_only_what_is_not_clear_is_shown(value: str | None, confidence: float | None, shown: bool) -> None:
    place = Place("", "a.png", 1, 0, 0, spots=(SPOT,))
    fields = {"contact_person": Value(value, "林某", (place,), confidence)}
    form = Form(Kind.REGISTRATION, "a.png", "image", fields, ocr=True)
    table = Form(Kind.SUMMARY, "a.png", "image", rows=({}, fields), ocr=True)
    document = Document("a.png", "a.png", "image", ocr=True, data=png(sheet()))
    found, listed = with_strips([form, table], [document], Here(), ReadContext())
    assert bool(found.fields["contact_person"].strip) == shown
    assert bool(listed.rows[1]["contact_person"].strip) == shown
