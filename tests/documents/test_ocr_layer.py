"""The text behind a scan is used where it says what the picture shows; else the picture counts."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pypdf
import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from bot.documents.context import ReadContext
from bot.documents.formats.ocr.clean import grey_of
from bot.documents.formats.ocr.layer import agreed, moved
from bot.documents.formats.pdf.drawn import Letter
from bot.documents.formats.pdf.read import read
from bot.documents.formats.pdf.seen import look_at
from bot.documents.model import Blob
from bot.documents.page.lines import Token
from tests.documents.pdf_builder import FONT, HIGH, pdf, table, text
from tests.documents.scan_maker import Page, noisy, rendered
from tests.documents.test_ocr import EXAMPLES, TICKED, right

SOURCE = EXAMPLES / "registration_ticked.pdf"


@pytest.fixture(scope="module")
def letters() -> list[Letter]:
    with pypdfium2.PdfDocument(SOURCE) as document:
        return [one for one in look_at(document[0], False).letters if one.text.strip()]


@pytest.fixture(scope="module")
def page() -> Page:
    return noisy(rendered(SOURCE), 6)


Change = Callable[[int, str], str]


def same(_: int, written: str) -> str:
    return written


def other_digit(number: int, written: str) -> str:
    return "7" if written == "9" and number > 150 else written


def shifted(_: int, written: str) -> str:
    return chr(ord(written) + 1) if "\u4e00" <= written <= "\u9f00" else written


def tokens(letters: list[Letter], change: Change) -> list[Token]:
    return [
        Token(change(n, one.text), one.box.x0 / 595.3, one.box.top / 841.9, one.box.x1 / 595.3, one.box.bottom / 841.9)
        for n, one in enumerate(letters)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "used"), [(same, True), (other_digit, False), (shifted, False)])
def test_what_agrees(letters: list[Letter], page: Page, change: Change, used: bool) -> None:
    there = moved(tokens(letters, change), np.eye(3), page.shape, 1.0)
    words = agreed(there, grey_of(page), [])
    assert bool(words) is used
    if used:
        assert "晋江市2023年全国科普日主场活动" in "".join(word.text for word in words)


def searchable(letters: list[Letter], page: Page) -> bytes:
    """As scanning programs write it, turned: words in mode 3, the picture under them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595.3, 841.9))
    canvas.drawImage(ImageReader(Image.fromarray(page)), 0, 0, 595.3, 841.9)
    for one in letters:
        piece = canvas.beginText(one.box.x0, 841.9 - one.baseline)
        piece.setFont(FONT, one.size)
        piece.setTextRenderMode(3)
        piece.textOut(one.text)
        canvas.drawText(piece)
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=out)
    writer.pages[0].rotate(90)
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


@pytest.mark.slow
def test_a_searchable_scan(letters: list[Letter], page: Page) -> None:
    found = read(Blob("a.pdf", "a.pdf", searchable(letters, page)), ReadContext()).document
    assert found is not None and found.ocr
    assert right(found, TICKED) == set(TICKED)


def typed_over_a_picture(canvas: Canvas) -> None:
    """The picture of an empty form; over it values, over its print one more, and one that nobody sees."""
    blank = pdf(lambda own: table(own, [[(label, 1), ("", 3)] for label in ("活动名称", "主办单位", "承办单位")]))
    canvas.drawImage(ImageReader(Image.fromarray(rendered(blank))), 0, 0, 595, HIGH)
    canvas.setFillColorRGB(0.7, 0, 0)
    text(canvas, 160, 160, "科普进校园活动")
    text(canvas, 160, 196, "晋江市科学技术协会")
    text(canvas, 76, 234, "石狮市科技馆")
    piece = canvas.beginText(160, HIGH - 245)
    piece.setFont(FONT, 12)
    piece.setTextRenderMode(3)
    piece.textOut("晋江市青少年宫")
    canvas.drawText(piece)


@pytest.mark.slow
def test_values_typed_over_the_picture_of_an_empty_form() -> None:
    found = read(Blob("a.pdf", "a.pdf", pdf(typed_over_a_picture)), ReadContext()).document
    assert found is not None
    told = {(cell.row, cell.col): cell for grid in found.tables() for cell in grid.cells}
    assert [told[row, 0].text for row in (0, 1)] == ["活动名称", "主办单位"]
    assert [told[row, 1].text for row in (0, 1, 2)] == ["科普进校园活动", "晋江市科学技术协会", ""]
    assert (told[2, 0].confidence or 0) < 0.5 < (told[1, 1].confidence or 0)
