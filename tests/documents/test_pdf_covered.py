"""Paint over words, words that are never painted, strokes through words: only what is left to see is read."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject
from reportlab.lib.colors import Color, black
from reportlab.pdfgen.canvas import Canvas

from tests.documents.pdf_builder import FONT, HIGH, pdf, table, text
from tests.documents.test_pdf_seen import area, clipped, in_form, lines, mode, page, written


@pytest.mark.parametrize("hides", [True, False])
@pytest.mark.parametrize(
    "bar", [(156, 158, 36, 14), (157, 155, 60, 18), (200, 158, 30, 14), (156, 175, 24, 13), (156, 158, 36, 30)]
)
def test_a_dark_bar_in_a_cell_of_several_lines_hides_only_what_is_under_it(
    bar: tuple[int, int, int, int], hides: bool
) -> None:
    """The bar lies over words (or words in its own colour on it), or over nothing."""
    x, top, wide, high = bar
    rows = ["石狮市文化馆二号楼", "三楼多功能报告厅"]

    def letters(canvas: Canvas, hidden: bool) -> None:
        for row, line in enumerate(rows):
            for number, letter in enumerate(line):
                place = (156 + 12 * number, 155 + 4 + 15 * row)
                inside = x - 1 <= place[0] + 6 <= x + wide + 1 and top <= place[1] + 6 <= top + high
                if inside == hidden:
                    text(canvas, *place, letter)

    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动地点", 1), ("", 1), ("联系人", 1), ("庄晓东", 1)]], height=40)
        if hides:
            letters(canvas, True)
        area(x, top, wide, high, Color(0.1, 0.1, 0.1))(canvas)
        canvas.setFillColor(black)
        letters(canvas, False)

    left = "".join(
        letter
        for row, line in enumerate(rows)
        for number, letter in enumerate(line)
        if not (x - 1 <= 162 + 12 * number <= x + wide + 1 and top <= 165 + 15 * row <= top + high)
    )
    found = lines(pdf(draw))
    assert len(found) == 4
    assert "".join(found[1].split()) == left


def test_shaded_cells_without_lines_between_them_are_cells() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(70, HIGH - 222, 450, 72)
        for number in range(2):
            area(70, 150 + 36 * number, 80, 36, Color(0.8, 0.9, 1))(canvas)
        canvas.setFillColor(black)
        for number, line in enumerate((("活动名称", "星空下的科学课"), ("活动地点", "石狮市文化馆"))):
            canvas.line(70, HIGH - 150 - 36 * number, 520, HIGH - 150 - 36 * number)
            for place, words in zip((76, 156), line, strict=True):
                text(canvas, place, 160 + 36 * number, words)

    assert lines(pdf(draw)) == ["活动名称", "星空下的科学课", "活动地点", "石狮市文化馆"]


Draw = Callable[[Canvas], None]


def painted_letters(top: float) -> Draw:
    """Letters that clip, and a gradient through them; *top* is the gradient's."""

    def draw(canvas: Canvas) -> None:
        mode(7, "渐变的字")(canvas)
        area(60, top, 200, 30, Color(0.8, 0, 0))(canvas)

    return draw


@pytest.mark.parametrize(
    ("draw", "seen"),
    [
        (mode(7, "只作裁剪的字"), []),
        (painted_letters(95), ["渐变的字"]),
        (painted_letters(300), []),
        (in_form(mode(7, "只作裁剪的字")), []),
        (clipped(60, 90, 26, 40, written(70, 100, "前两字后面")), ["前"]),
    ],
)
def test_letters_that_only_clip(draw: Draw, seen: list[str]) -> None:
    assert page(draw) == seen


def with_objects(
    content: bytes, mask: bytes | None = None, box: tuple[float, ...] | None = None, kind: str = "Luminosity"
) -> list[str]:
    """The lines of a page on which *content* (raw operators, «FONT» is the Chinese font) is drawn: under the soft mask «/G0 gs» whose group
    is *mask*, or as the form «/F0 Do» with the bounds *box*."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lambda canvas: text(canvas, 70, 60, "活动名称：科普进校园"))))
    sheet = writer.pages[0]
    resources = sheet["/Resources"]
    fonts = resources["/Font"]  # type: ignore[index]  # a dictionary
    key = next(key for key in fonts if FONT in str(fonts[key].get_object()))
    words = f"BT {key} 12 Tf 70 700 Td <{'旧馆二楼'.encode('utf-16-be').hex()}> Tj ET".encode()

    def form(data: bytes, bounds: tuple[float, ...]) -> pypdf.generic.IndirectObject:
        stream = DecodedStreamObject()
        stream.set_data(data)
        stream[NameObject("/Type")], stream[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
        stream[NameObject("/BBox")] = ArrayObject([FloatObject(edge) for edge in bounds])
        stream[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        return writer._add_object(stream)

    if mask is not None:
        soft = DictionaryObject(
            {
                NameObject("/S"): NameObject(f"/{kind}"),
                NameObject("/G"): form(mask, (0, 0, 595, HIGH)),
            }
        )
        state = DictionaryObject({NameObject("/SMask"): soft})
        none = DictionaryObject({NameObject("/SMask"): NameObject("/None")})
        resources[NameObject("/ExtGState")] = DictionaryObject({NameObject("/G0"): state, NameObject("/G1"): none})  # type: ignore[index]  # likewise
    if box is not None:
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/F0"): form(words, box)})  # type: ignore[index]  # likewise
    stream = DecodedStreamObject()
    stream.set_data(b"q " + sheet.get_contents().get_data() + b" Q q " + content.replace(b"WORDS", words) + b" Q")  # type: ignore[union-attr]  # it has contents
    sheet[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return lines(out.getvalue())[1:]


@pytest.mark.parametrize(
    ("content", "mask", "kind", "seen"),
    [
        (b"/G0 gs WORDS", b"0 g 0 0 595 842 re f", "Luminosity", False),
        (b"/G0 gs WORDS", b"", "Luminosity", False),
        (b"/G0 gs WORDS", b"", "Alpha", False),
        (b"/G0 gs WORDS", b"1 g 300 0 200 842 re f", "Luminosity", False),
        (b"/G0 gs WORDS", b"0.6 g 0 0 595 842 re f", "Luminosity", True),
        (b"/G0 gs WORDS", b"0 g 0 0 595 842 re f", "Alpha", True),
        (b"/G0 gs /G1 gs WORDS", b"0 g 0 0 595 842 re f", "Luminosity", True),
        (b"q /G0 gs Q WORDS", b"0 g 0 0 595 842 re f", "Luminosity", True),
    ],
)
def test_soft_masks(content: bytes, mask: bytes, kind: str, seen: bool) -> None:
    assert with_objects(content, mask, kind=kind) == (["旧馆二楼"] if seen else [])


@pytest.mark.parametrize(
    ("content", "box", "seen"),
    [
        (b"/F0 Do", (0, 0, 595, 842), True),
        (b"/F0 Do", (60, 690, 130, 720), True),
        (b"/F0 Do", (0, 0, 50, 50), False),
        (b"1 0 0 1 100 -200 cm /F0 Do", (60, 690, 130, 720), True),
        (b"1 0 0 1 100 -200 cm /F0 Do", (160, 490, 230, 520), False),
        (b"0.5 0 0 0.5 0 0 cm /F0 Do Q q WORDS", (0, 0, 50, 50), True),
    ],
)
def test_forms_show_what_is_within_their_bounds(content: bytes, box: tuple[float, ...], seen: bool) -> None:
    assert with_objects(content, box=box) == (["旧馆二楼"] if seen else [])


@pytest.mark.parametrize(
    ("stroke", "left"),
    [
        ((154, 174, 190, 164), "馆图书馆一楼"),
        ((154, 176, 206, 161), "图书馆一楼"),  # rising
        ((156, 160, 204, 174), "图书馆一楼"),  # falling
        ((190, 176, 266, 160), "市文化"),
        ((160, 180, 164, 158), "市文化馆图书馆一楼"),  # a tick of one stroke
        ((150, 186, 300, 150), "市文化馆图书馆一楼"),  # across the cell, as in the corner of a table
        ((130, 176, 290, 160), "市文化馆图书馆一楼"),  # goes on beyond the words
    ],
)
def test_a_slanting_stroke_through_words(stroke: tuple[int, int, int, int], left: str) -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动地点", 1), ("市文化馆图书馆一楼", 3)]])
        text(canvas, 156, 176, "泉州市")  # the next line of the cell, close below
        canvas.line(stroke[0], HIGH - stroke[1], stroke[2], HIGH - stroke[3])

    assert lines(pdf(draw))[1].split() == [left, "泉州市"]


@pytest.mark.parametrize(("piece", "gap"), [(2.0, 0.0), (1.2, 0.0), (2.0, 1.5), (24.0, 0.0)])
def test_a_strike_in_pieces_of_any_length(piece: float, gap: float) -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("参与人数", 1), ("预计500人", 1), ("联系人", 1), ("庄晓东", 1)]])
        place = 192.0 - 1  # the last digit
        while place < 199:
            canvas.line(place, HIGH - 168, min(place + piece, 199), HIGH - 168)
            place += piece + gap

    found = lines(pdf(draw))
    assert found == ["参与人数", "预计50人", "联系人", "庄晓东"]
