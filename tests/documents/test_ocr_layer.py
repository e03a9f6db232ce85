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
from tests.documents.pdf_builder import FONT
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


def searchable(letters: list[Letter], page: Page, change: Change, turn: int) -> bytes:
    """As scanning programs write it: words in mode 3, the picture over or under them."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595.3, 841.9))
    canvas.drawImage(ImageReader(Image.fromarray(page)), 0, 0, 595.3, 841.9)
    for number, one in enumerate(letters):
        piece = canvas.beginText(one.box.x0, 841.9 - one.baseline)
        piece.setFont(FONT, one.size)
        piece.setTextRenderMode(3)
        piece.textOut(change(number, one.text))
        canvas.drawText(piece)
    canvas.save()
    writer = pypdf.PdfWriter(clone_from=out)
    writer.pages[0].rotate(turn)
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(("change", "turn"), [(same, 90), (other_digit, 0)])
def test_a_searchable_scan(letters: list[Letter], page: Page, change: Change, turn: int) -> None:
    found = read(Blob("a.pdf", "a.pdf", searchable(letters, page, change, turn)), ReadContext()).document
    assert found is not None and found.ocr
    assert right(found, TICKED) == set(TICKED)
