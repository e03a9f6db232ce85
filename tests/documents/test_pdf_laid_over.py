"""Watermarks and stamps never mix into values; a value in any colour stays."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import pypdf
import pytest
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from bot.documents.context import ReadContext
from bot.documents.formats.pdf.read import read
from bot.documents.model import Blob, Paragraph
from tests.documents.pdf_builder import FONT, HIGH, XS, pdf, table, text

Draw = Callable[[Canvas], None]
ROWS: list[list[tuple[str, int]]] = [
    [("活动名称", 1), ("星空下的科学课", 3)],
    [("联系人", 1), ("庄晓东", 1), ("移动电话", 1), ("13900000000", 1)],
    [("活动时间", 1), ("2023年9月17日", 1), ("活动地点", 1), ("市文化馆一楼", 1)],
    [("活动对象", 1), ("√青少年  □农民  □老年人", 3)],
    [("主要内容", 1), ("参观展览，听两场讲座。", 3)],
]
GREY, RED, BLUE = Color(0.8, 0.8, 0.8), Color(0.85, 0.1, 0.1), Color(0.1, 0.2, 0.8)


def form(canvas: Canvas) -> None:
    text(canvas, 160, 60, "科普日重点活动项目申报表", 18)
    text(canvas, 70, 120, "填报单位：石狮市科学技术协会")
    table(canvas, ROWS, height=60)


def cells(data: bytes) -> list[str]:
    document = read(Blob("a.pdf", "a.pdf", data), ReadContext(ocr=False)).document
    assert document is not None
    return [cell.text for found in document.tables() for cell in found.cells]


VALUES = [words for row in ROWS for words, _ in row]


def words(
    x: float, top: float, written: str, size: float = 12, colour: Color = GREY, angle: float = 0, alpha: float = 1
) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillColor(Color(colour.red, colour.green, colour.blue, alpha=alpha))
        canvas.setFont(FONT, size)
        canvas.translate(x, HIGH - top)
        canvas.rotate(angle)
        canvas.drawString(0, 0, written)
        canvas.restoreState()

    return draw


def tiles(written: str, size: float, angle: float, colour: Color = GREY, alpha: float = 1) -> Draw:
    def draw(canvas: Canvas) -> None:
        for x in range(30, 560, 110):
            for top in range(40, 800, 47):
                words(x, top, written, size, colour, angle, alpha)(canvas)

    return draw


def ring(x: float, top: float, written: str, radius: float = 50, colour: Color = RED) -> Draw:
    """A round stamp: letters along the upper half, a star, a line below it."""

    def draw(canvas: Canvas) -> None:
        canvas.setStrokeColor(colour)
        canvas.circle(x, HIGH - top, radius + 12)
        for number, letter in enumerate(written):
            angle = 150 - 120 * number / (len(written) - 1)
            place = math.radians(angle + 30)
            words(x + radius * math.cos(place), top - radius * math.sin(place), letter, 14, colour, angle - 60)(canvas)
        words(x - 12, top + 8, "★", 24, colour)(canvas)
        words(x - 24, top + 30, "办公室", 12, colour)(canvas)

    return draw


OVER: dict[str, list[Draw]] = {
    "45 degrees": [words(120, 460, "仅供科普日申报", 60, angle=45)],
    "down": [words(100, 160, "内部资料 请勿外传", 48, angle=-38)],
    "dark and small, 10 degrees": [words(130, 330, "本件只用于申报 13811112222", 12, Color(0, 0, 0), 10)],
    "level": [words(75, 350, "样稿仅供参考", 72)],
    "upright": [words(230, 440, "样稿", 90, angle=90)],
    "level, black at a tenth": [words(90, 300, "石狮市科协", 80, Color(0, 0, 0), alpha=0.1)],
    "slanting tiles": [tiles("王小燕 0731", 11, 25)],
    "more slanting tiles than form": [tiles("王小燕", 8, 30, alpha=0.3), tiles("2023-08-29", 8, 30)],
    "level tiles": [tiles("内部资料", 12, 0)],
    "level tiles of digits": [tiles("13811112222", 10.5, 0, Color(0, 0, 0), 0.15)],
    "round stamp": [ring(220, 240, "石狮市科学技术协会")],
    "round stamp, blue": [ring(450, 290, "石狮市文化馆", 38, BLUE)],
    "square stamp": [words(158, 246, "石狮市科协业务专用章", 11, RED), words(160, 260, "2023.08.29", 11, RED)],
    "stamp of level lines": [words(170, y, line, 11, RED) for y, line in ((168, "石狮市"), (182, "科学技术协会"), (200, "★"), (243, "审核专用"))],
    "name seal": [words(158, 252, "庄晓", 16, RED), words(158, 268, "东印", 16, RED)],
}  # fmt: skip


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("how", OVER)
def test_what_was_laid_over_the_form_is_not_read(how: str, above: bool) -> None:
    def draw(canvas: Canvas) -> None:
        for one in (form, *OVER[how]) if above else (*OVER[how], form):
            canvas.setFillColor(Color(0, 0, 0))
            canvas.setStrokeColor(Color(0, 0, 0))
            one(canvas)

    assert cells(pdf(draw)) == VALUES


def filled(colour: Color, values: dict[int, str], dx: float = 0, size: float = 12) -> bytes:
    """The printed form in black, the values typed over it in another ink, a little off their places."""

    def draw(canvas: Canvas) -> None:
        text(canvas, 160, 60, "科普日重点活动项目申报表", 18)
        table(
            canvas,
            [[(words if col % 2 == 0 else "", span) for col, (words, span) in enumerate(row)] for row in ROWS],
            height=60,
        )
        number = 0
        for row, line in enumerate(ROWS):
            column = 0
            for _, span in line:
                if number in values:
                    canvas.setFillColor(colour)
                    text(canvas, XS[column] + 6 + dx, 150 + 60 * row + 24, values[number], size)
                    canvas.setFillColor(Color(0, 0, 0))
                column, number = column + span, number + 1

    return pdf(draw)


@pytest.mark.parametrize("colour", [GREY, Color(0.6, 0.6, 0.6), RED, Color(1, 0, 0), BLUE, Color(0, 0.6, 0.3)])
@pytest.mark.parametrize(("dx", "size"), [(0, 12), (-7, 12), (3, 16)])
def test_values_in_any_colour_stay(colour: Color, dx: float, size: float) -> None:
    values = {number: written for number, written in enumerate(VALUES) if written not in [row[0][0] for row in ROWS]}
    values = {number: written for number, written in values.items() if written not in ("移动电话", "活动地点")}
    assert cells(filled(colour, values, dx, size)) == VALUES


def test_coloured_ticks_shadows_and_large_titles_stay() -> None:
    def draw(canvas: Canvas) -> None:
        words(130, 80, "石狮市科协文件", 34, RED)(canvas)
        words(71, 115.5, "活动名称：星空夜话", 12)(canvas)
        canvas.setFillColor(Color(0, 0, 0))
        text(canvas, 70, 104, "活动名称：星空夜话")
        table(canvas, [[("活动对象", 1), ("□青少年  □农民", 3)], [("活动地点", 1), ("市文化馆", 3)]])
        words(157, 173, "√", 12, RED)(canvas)

    document = read(Blob("a.pdf", "a.pdf", pdf(draw)), ReadContext(ocr=False)).document
    assert document is not None
    found = " ".join(cells(pdf(draw)) + [block.text for block in document.blocks if isinstance(block, Paragraph)])
    assert "石狮市科协文件" in found
    assert found.count("活动名称：星空夜话") == 1
    assert "☑青少年" in found


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_without_its_watermark(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        form(canvas)
        words(120, 460, "仅供科普日申报", 60, angle=45)(canvas)

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(draw)))
    writer.pages[0].rotate(turn)
    out = io.BytesIO()
    writer.write(out)
    assert cells(out.getvalue()) == VALUES


@pytest.mark.parametrize("inline", [True, False])
def test_marked_as_a_watermark(inline: bool) -> None:
    """Level, dark and of the text's size, but its program says what it is (14.8.2.2)."""
    begin = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC" if inline else "/Artifact /MC0 BDC"

    def draw(canvas: Canvas) -> None:
        form(canvas)
        canvas._code.append(begin)
        words(230, 200, "仅供申报", 12, Color(0, 0, 0))(canvas)
        canvas._code.append("EMC")

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(draw)))
    name = pypdf.generic.NameObject
    kind = pypdf.generic.DictionaryObject({name("/Subtype"): name("/Watermark"), name("/Type"): name("/Pagination")})
    writer.pages[0]["/Resources"][name("/Properties")] = pypdf.generic.DictionaryObject({name("/MC0"): kind})  # type: ignore[index]  # a dictionary
    out = io.BytesIO()
    writer.write(out)
    assert cells(out.getvalue()) == VALUES
