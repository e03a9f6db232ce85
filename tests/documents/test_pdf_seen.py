"""What nobody sees on a page of a PDF is no value; what anybody sees stays, however it is drawn."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable

import pypdf
import pytest
from PIL import Image
from reportlab.lib.colors import CMYKColor, CMYKColorSep, Color, black, white
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.formats.pdf.read import read
from bot.documents.model import Blob, Paragraph
from tests.documents.pdf_builder import FONT, HIGH, drawn_box, pdf, table, text

Draw = Callable[[Canvas], None]


def lines(data: bytes) -> list[str]:
    document = read(Blob("a.pdf", "a.pdf", data), ReadContext(ocr=False)).document
    assert document is not None
    cells = [cell.text for found in document.tables() for cell in found.cells]
    return [block.text for block in document.blocks if isinstance(block, Paragraph)] + cells


def page(*draws: Draw) -> list[str]:
    """The lines of a page with enough text to be no scan."""

    def whole(canvas: Canvas) -> None:
        text(canvas, 70, 60, "活动名称：科普进校园")
        for draw in draws:
            canvas.saveState()
            draw(canvas)
            canvas.restoreState()

    found = lines(pdf(whole))
    assert found[0] == "活动名称：科普进校园"
    return found[1:]


def written(x: float, top: float, words: str, colour: object = black, size: float = 12) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colour)
        text(canvas, x, top, words, size)

    return draw


def area(x: float, top: float, wide: float, high: float, colour: object = white, *, stroke: int = 0) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colour)
        canvas.rect(x, HIGH - top - high, wide, high, stroke=stroke, fill=1)

    return draw


def image(x: float, top: float, wide: float, high: float, mode: str = "RGB", fill: object = "white") -> Draw:
    def draw(canvas: Canvas) -> None:
        picture = ImageReader(Image.new(mode, (40, 20), fill))  # type: ignore[arg-type]  # a colour of that mode
        canvas.drawImage(picture, x, HIGH - top - high, wide, high, mask="auto" if mode == "RGBA" else None)

    return draw


def mode(number: int, words: str = "暗的字13900000000") -> Draw:
    def draw(canvas: Canvas) -> None:
        shape = canvas.beginText(70, HIGH - 110)
        shape.setFont(FONT, 12)
        shape.setTextRenderMode(number)
        shape.textOut(words)
        canvas.drawText(shape)

    return draw


def clipped(x: float, top: float, wide: float, high: float, inner: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(x, HIGH - top - high, wide, high)
        canvas.clipPath(path, stroke=0)
        inner(canvas)

    return draw


def in_form(inner: Draw) -> Draw:
    numbers = itertools.count()

    def draw(canvas: Canvas) -> None:
        name = f"form{next(numbers)}"
        canvas.beginForm(name)
        inner(canvas)
        canvas.endForm()
        canvas.doForm(name)

    return draw


OLD = written(70, 100, "旧地点三楼")
UNSEEN: dict[str, list[Draw]] = {
    "white": [written(70, 100, "白字", white)],
    "nearly white": [written(70, 100, "白字", Color(0.98, 0.99, 0.97))],
    "white in CMYK": [written(70, 100, "白字", CMYKColor(0, 0, 0, 0))],
    "no ink of a spot colour": [written(70, 100, "白字", CMYKColorSep(0, 1, 0, 0, spotName="专色", density=0))],
    "black on black": [area(60, 95, 200, 20, black), written(70, 100, "黑字")],
    "red on red": [area(60, 95, 200, 20, Color(1, 0, 0)), written(70, 100, "红字", Color(1, 0, 0))],
    "white in a form": [in_form(written(70, 100, "白字", white))],
    "mode 3": [mode(3)],
    "transparent": [written(70, 100, "透明的字", Color(0, 0, 0, alpha=0))],
    "tiny": [written(70, 100, "微小的字", size=0.8)],
    "white box": [OLD, area(66, 96, 90, 20)],
    "grey box": [OLD, area(66, 96, 90, 20, Color(0.8, 0.8, 0.8))],
    "close box": [OLD, area(70, 102, 61, 10)],
    "box with a border": [OLD, area(66, 96, 90, 20, stroke=1)],
    "two boxes side by side": [OLD, area(66, 96, 35, 20), area(101, 96, 50, 20)],
    "box in a form": [OLD, in_form(area(66, 96, 90, 20))],
    "text in a form under a box": [in_form(OLD), area(66, 96, 90, 20)],
    "image": [OLD, image(66, 96, 90, 20)],
    "clipped away": [clipped(70, 200, 100, 40, OLD)],
    "a thick white pen": [OLD, lambda canvas: (canvas.setStrokeColor(white), canvas.setLineWidth(18), canvas.line(60, HIGH - 107, 160, HIGH - 107))],  # type: ignore[func-returns-value]  # two strokes of a pen
}  # fmt: skip


@pytest.mark.parametrize("how", UNSEEN)
def test_what_nobody_sees_is_left_out(how: str) -> None:
    assert page(*UNSEEN[how]) == []


SEEN: dict[str, list[Draw]] = {
    "plain": [OLD],
    "grey": [written(70, 100, "旧地点三楼", Color(0.75, 0.75, 0.75))],
    "white on a dark box": [area(60, 95, 200, 20, Color(0, 0.2, 0.4)), written(70, 100, "旧地点三楼", white)],
    "white on a picture": [image(60, 95, 200, 20, fill="navy"), written(70, 100, "旧地点三楼", white)],
    "white on a faint dark box": [area(60, 95, 200, 20, Color(0, 0, 0, alpha=0.8)), written(70, 100, "旧地点三楼", white)],
    "white on a thick line": [lambda canvas: (canvas.setLineWidth(24), canvas.line(60, HIGH - 107, 260, HIGH - 107)), written(70, 100, "旧地点三楼", white)],  # type: ignore[func-returns-value]  # one stroke of a pen
    "white on a gradient": [clipped(0, 90, 595, 60, lambda canvas: canvas.linearGradient(0, 0, 595, 0, (black, Color(0, 0, 0.5)))), written(70, 100, "旧地点三楼", white)],
    "black outlines": [mode(1, "旧地点三楼")],
    "filled and outlined": [mode(2, "旧地点三楼")],
    "on a white box": [area(60, 95, 200, 20), OLD],
    "under a frame": [OLD, lambda canvas: canvas.rect(60, HIGH - 120, 200, 30)],
    "under a highlighter": [OLD, area(60, 95, 200, 20, Color(1, 1, 0, alpha=0.4))],
    "under a seal that lets it through": [OLD, image(60, 60, 90, 90, "RGBA", (255, 0, 0, 90))],
    "beside a box": [OLD, area(66, 116, 90, 20)],
    "under a box that is clipped": [OLD, clipped(300, 300, 50, 50, area(0, 0, 595, HIGH))],
    "inside its clip": [clipped(60, 90, 200, 40, OLD)],
    "black spot colour": [written(70, 100, "旧地点三楼", CMYKColorSep(0, 0, 0, 1, spotName="黑", density=1))],
    "small print": [written(70, 100, "旧地点三楼", size=5)],
}  # fmt: skip


@pytest.mark.parametrize("how", SEEN)
def test_what_somebody_sees_stays(how: str) -> None:
    assert "旧地点三楼" in page(*SEEN[how])


def test_a_sign_that_no_font_here_can_draw_is_taken_by_its_place() -> None:
    """☑ is in no Chinese font of the PDF's own: drawing the page cannot tell whether it is seen."""
    sign = written(70, 100, "☑旧地点三楼")
    assert page(image(60, 95, 200, 20, fill="lightblue"), sign) == ["☑旧地点三楼"]
    assert page(sign, area(66, 96, 90, 20)) == []


def test_a_value_that_was_corrected_under_a_white_box() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动时间", 1), ("2023年9月17日", 1), ("活动地点", 1), ("石狮市文化馆", 1)]])
        for x, right, new in ((154, 298, "2023年9月18日"), (384, 523, "图书馆一楼")):
            area(x, 155, right - x, 26)(canvas)
            canvas.setFillColor(black)
            text(canvas, x + 2, 161, new)

    assert lines(pdf(draw)) == ["活动时间", "2023年9月18日", "活动地点", "图书馆一楼"]


def test_a_tick_under_a_white_box_is_no_tick() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动对象", 1), ("", 3)]], height=40)
        for number, label in enumerate(("青少年", "农民")):
            drawn_box(canvas, 160 + 100 * number, 160, "tick")
            text(canvas, 175 + 100 * number, 159, label)
        area(258, 155, 16, 20)(canvas)
        drawn_box(canvas, 260, 160)

    assert lines(pdf(draw))[1].split() == ["☑青少年", "☐农民"]


def test_outside_the_crop_box() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 60, "活动名称：科普进校园")
        text(canvas, 450, 60, "裁掉的备注")
        text(canvas, 70, 800, "裁掉的页脚")

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(draw)))
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((0, 100, 400, 842))
    out = io.BytesIO()
    writer.write(out)
    assert lines(out.getvalue()) == ["活动名称：科普进校园"]


def layered(base: str, on: bool) -> bytes:
    """A page with one line in a layer; raw operators, as the drawing programs write them."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lambda c: text(c, 70, 60, "活动名称：科普进校园"))))
    name = pypdf.generic.NameObject
    group = writer._add_object(
        pypdf.generic.DictionaryObject(
            {name("/Type"): name("/OCG"), name("/Name"): pypdf.generic.TextStringObject("层")}
        )
    )
    listed = pypdf.generic.ArrayObject([group])
    settings = {name("/BaseState"): name(base), name("/ON" if on else "/OFF"): listed}
    writer._root_object[name("/OCProperties")] = pypdf.generic.DictionaryObject(
        {name("/OCGs"): listed, name("/D"): pypdf.generic.DictionaryObject(settings)}
    )
    sheet = writer.pages[0]
    sheet["/Resources"][name("/Properties")] = pypdf.generic.DictionaryObject({name("/L0"): group})  # type: ignore[index]  # a dictionary
    fonts = sheet["/Resources"]["/Font"]  # type: ignore[index]  # likewise
    key = next(key for key in fonts if "STSong" in str(fonts[key].get_object()))
    words = "层里的字".encode("utf-16-be").hex()
    stream = pypdf.generic.DecodedStreamObject()
    inner = f"/OC /L0 BDC BT {key} 12 Tf 70 700 Td <{words}> Tj ET EMC".encode()
    stream.set_data(b"q " + sheet.get_contents().get_data() + b" Q " + inner)  # type: ignore[union-attr]  # it has contents
    sheet[name("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("base", "on", "seen"), [("/ON", False, False), ("/OFF", True, True), ("/ON", True, True)])
def test_layers(base: str, on: bool, seen: bool) -> None:
    assert ("层里的字" in lines(layered(base, on))) is seen


@pytest.mark.parametrize("on", [True, False])
def test_a_drawing_that_is_a_layer(on: bool) -> None:
    """A form XObject may belong to a layer without a mark in the page's content."""

    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 60, "活动名称：科普进校园")
        in_form(written(70, 100, "层里的字"))(canvas)

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(draw)))
    name = pypdf.generic.NameObject
    group = writer._add_object(pypdf.generic.DictionaryObject({name("/Type"): name("/OCG")}))
    listed = pypdf.generic.ArrayObject([group])
    state = pypdf.generic.DictionaryObject({name("/ON" if on else "/OFF"): listed})
    writer._root_object[name("/OCProperties")] = pypdf.generic.DictionaryObject(
        {name("/OCGs"): listed, name("/D"): state}
    )
    for found in writer.pages[0]["/Resources"]["/XObject"].values():  # type: ignore[index]  # a dictionary
        found.get_object()[name("/OC")] = group
    out = io.BytesIO()
    writer.write(out)
    assert lines(out.getvalue()) == ["活动名称：科普进校园", *(["层里的字"] if on else [])]


def strike(canvas: Canvas, x0: float, x1: float, top: float, *, how: str = "line", size: float = 12) -> None:
    """A line through text whose upper edge is *top*, as word processors draw it."""
    y = HIGH - top - size * 0.88 + 0.3 * size
    canvas.setLineWidth(0.6)
    if how == "rect":
        canvas.rect(x0, y - 0.3, x1 - x0, 0.6, stroke=0, fill=1)
    elif how == "double":
        canvas.line(x0, y - 1, x1, y - 1)
        canvas.line(x0, y + 1, x1, y + 1)
    elif how == "pieces":
        for place in range(int(x0), int(x1), 12):
            canvas.line(place, y, min(place + 12, x1), y)
    else:
        canvas.line(x0, y, x1, y)


@pytest.mark.parametrize("how", ["line", "rect", "double", "pieces"])
def test_struck_text(how: str) -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动地点", 1), ("市文化馆图书馆一楼", 3)], [("活动对象", 1), ("√青少年  √农民  □老年人", 3)]])
        strike(canvas, 156, 204, 161, how=how)
        wide = pdfmetrics.stringWidth("√青少年  ", FONT, 12)
        strike(canvas, 156 + wide, 156 + wide + pdfmetrics.stringWidth("√农民", FONT, 12), 197, how=how)

    found = lines(pdf(draw))
    assert found[1] == "图书馆一楼"
    assert found[3].split() == ["√青少年", "□老年人"]


def test_what_is_written_small_above_struck_words_stands_in_their_place() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("参与人数", 1), ("预计1300人，共20人", 3)], [("参与场次", 1), ("预计1300人，共20人", 3)]])
        for top in (161, 197):
            strike(canvas, 180, 180 + pdfmetrics.stringWidth("1300", FONT, 12), top)
        text(canvas, 207, 154, "885", 9)
        text(canvas, 320, 190, "885", 9)  # beside neither

    assert [line for line in lines(pdf(draw)) if "共" in line or "8" in line] == [
        "预计885人，共20人",
        "885\n预计人，共20人",
    ]


def test_a_struck_drawn_box_is_not_ticked() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动对象", 1), ("", 3)]], height=40)
        for number, label in enumerate(("青少年", "农民")):
            drawn_box(canvas, 160 + 100 * number, 162, "tick")
            text(canvas, 173 + 100 * number, 161, label)
        strike(canvas, 260, 298, 161)

    assert lines(pdf(draw))[1].split() == ["☑青少年"]


def test_lines_below_above_and_beside_text_strike_nothing() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 100, "下划线的字")
        canvas.line(70, HIGH - 112.5, 130, HIGH - 112.5)
        text(canvas, 70, 130, "上划线的字")
        canvas.line(70, HIGH - 129, 130, HIGH - 129)
        text(canvas, 70, 160, "活动名称：")
        canvas.line(130, HIGH - 168, 400, HIGH - 168)
        text(canvas, 70, 190, "穿过表线的字")
        canvas.line(40, HIGH - 197, 500, HIGH - 197)
        text(canvas, 72, 230, "挤出小格的字", 6)
        canvas.line(70, HIGH - 233, 130, HIGH - 233)
        for x in (70, 130):  # the upright lines of a row that is too low for its text
            canvas.line(x, HIGH - 228, x, HIGH - 238)

    assert lines(pdf(draw)) == ["下划线的字", "上划线的字", "活动名称：", "穿过表线的字", "挤出小格的字"]


OFFSETS = [0.02, 0.1, 0.25, 0.37, 0.5, 0.74, 0.76, 1.0]
BOLD = "300 13800001111 88 2023.9.22 共11人"


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("direction", [(1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7)])
def test_bold_by_drawing_again(times: int, direction: tuple[float, float]) -> None:
    def draw(canvas: Canvas) -> None:
        for number, offset in enumerate(OFFSETS):
            step = 1.0 / (times - 1) * offset
            for again in range(times):
                x, top = 70.3 + step * again * direction[0], 100.4 + 30.17 * number + step * again * direction[1]
                text(canvas, x, top, BOLD)

    assert lines(pdf(draw)) == [BOLD] * len(OFFSETS)


@pytest.mark.parametrize("font", [FONT, "Helvetica", "Times-Roman"])
@pytest.mark.parametrize("size", [6, 9, 10.5, 22])
def test_letters_that_were_written_twice_stay_two(font: str, size: float) -> None:
    words = "11 88 2023.9.22 1100 ll ii .. 0595-22221111"

    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 100, words, size, font)
        for offset in (0, 0.31):
            text(canvas, 70 + offset, 150, words, size, font)

    assert lines(pdf(draw)) == [words, words]


def test_single_characters_drawn_again() -> None:
    def draw(canvas: Canvas) -> None:
        place = 70.0
        for number, letter in enumerate("联系电话0595-88000001"):
            for again in range(1 + number % 3):
                text(canvas, place + 0.4 * again, 100, letter)
            place += pdfmetrics.stringWidth(letter, FONT, 12)

    assert lines(pdf(draw)) == ["联系电话0595-88000001"]


def test_marker_behind_words_is_no_cell() -> None:
    def draw(canvas: Canvas) -> None:
        for x, words in ((156, "三楼"), (180, "报告厅")):
            area(x, 160, 12 * len(words), 14, Color(1, 1, 0))(canvas)
        canvas.setFillColor(black)
        table(canvas, [[("活动地点", 1), ("三楼报告厅二号", 3)]])

    assert lines(pdf(draw)) == ["活动地点", "三楼报告厅二号"]


def outlines(canvas: Canvas, count: int = 9_000) -> None:
    """A page of writing turned into outlines: thousands of filled shapes, no letter."""
    for number in range(count):
        x, y = 60 + number % 95 * 5, 780 - number // 95 * 7.5
        canvas._code.append(
            f"{x} {y} m {x + 2} {y + 1} {x + 3} {y + 2} {x + 4} {y} c {x + 3} {y + 4} l {x + 1} {y + 3} l h f"
        )


def test_a_form_behind_pages_of_outlines() -> None:
    data = pdf(outlines, outlines, outlines, outlines, table)
    document = read(Blob("a.pdf", "a.pdf", data), ReadContext(ocr=False, limits=Limits(seconds=20))).document
    assert document is not None
    assert not document.problems
    assert [cell.text for cell in next(document.tables()).cells][:2] == ["活动名称", "科普进校园活动"]


def test_outlines_above_a_page_number_are_a_picture() -> None:
    def draw(canvas: Canvas) -> None:
        outlines(canvas, 900)
        text(canvas, 250, 815, "第 1 页 共 12 页（打印）")

    document = read(Blob("a.pdf", "a.pdf", pdf(draw)), ReadContext(ocr=False)).document
    assert document is not None and not document.blocks


def test_a_drawn_sign_beside_a_form_is_none() -> None:
    def draw(canvas: Canvas) -> None:
        outlines(canvas, 160)
        table(canvas)

    document = read(Blob("a.pdf", "a.pdf", pdf(draw)), ReadContext(ocr=False)).document
    assert document is not None and len(list(document.tables())) == 1
