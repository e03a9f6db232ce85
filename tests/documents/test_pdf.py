"""Text PDFs: cells by ruling lines, ticks of every technique, what was typed into forms, joined pages."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from bot.base.limits import Limits
from bot.base.problems import Code
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.pdf.read import read
from bot.documents.formats.pdf.text import is_mojibake, shown
from bot.documents.model import Blob, Document, Opened, Paragraph, Table
from tests.documents.pdf_builder import FONT, HIGH, ROWS, XS, drawn_box, pdf, table, text

EXAMPLES = Path(__file__).parent / "pdf"
PLAIN = ReadContext(ocr=False)


def opened(data: bytes, context: ReadContext = PLAIN) -> Opened:
    return read(Blob("a.pdf", "a.pdf", data), context)


def document(data: bytes, context: ReadContext = PLAIN) -> Document:
    found = opened(data, context).document
    assert found is not None
    return found


def only_table(data: bytes) -> Table:
    (found,) = document(data).tables()
    return found


def texts(found: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows()]


def lines(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in document(data).paragraphs()]


EXPECTED = [[written for written, _ in row] for row in ROWS]


@pytest.mark.parametrize("style", ["lines", "rects", "fills", "open", "dashed", "double", "dots", "slanting"])
def test_borders_of_every_kind(style: str) -> None:
    found = only_table(pdf(lambda canvas: table(canvas, style=style)))
    assert texts(found) == EXPECTED
    assert [cell.colspan for cell in found.cells] == [1, 3, 1, 1, 1, 1, 1, 3]
    assert found.n_cols == 4


def test_a_form_from_the_office_program() -> None:
    found = document((EXAMPLES / "registration.pdf").read_bytes())
    above, (form,) = lines((EXAMPLES / "registration.pdf").read_bytes()), list(found.tables())
    assert above == [
        "附件1",
        "2023年泉州市全国科普日重点活动项目申报表",
        "填报单位：泉州市洛江区双阳街道办事处        填报日期：2023年8月25日",
    ]
    cells = {row[i].text: row[i + 1].text for row in form.rows() for i in range(0, len(row) - 1, 2)}
    assert cells["电子邮箱"] == "sy_kp2023@example.org"  # broken over two lines on the page
    assert cells["活动时间"] == "9月19日上午9:00-11:30"
    assert cells["主要活动类型"].split() == [
        "□展览展示",
        "☑互动体验",
        "□现场咨询",
        "□科普宣传",
        "☑科普表演",
        "☑其他（请注明）智能手机教学",
    ]
    assert (
        cells["主要\n活动\n内容"]
        == "组织老年人学习智能手机使用、识别电信网络诈骗，现场演示心肺复苏。\n联合社区卫生服务中心开展义诊。"
    )


def test_a_table_over_three_pages_is_one() -> None:
    found = only_table((EXAMPLES / "summary.pdf").read_bytes())
    rows = texts(found)
    assert [row[0] for row in rows] == ["序号", *map(str, range(1, 30)), ""]
    assert rows[11][1:4] == ["第11场科普讲座——走进校园活动", "9月21日", "泉州市第11中学报告厅"]
    assert rows[11][6] == "0595-22000011"


def test_repeated_headers_and_torn_rows() -> None:
    columns = [70.0, 120.0, 300.0, 525.0]
    header = [("序号", 1), ("活动名称", 1), ("主要内容", 1)]

    def first(canvas: Canvas) -> None:
        table(
            canvas,
            [header, [("1", 1), ("讲座", 1), ("走进校园", 1)], [("2", 1), ("展览", 1), ("展出三十块", 1)]],
            top=690,
            xs=columns,
        )
        text(canvas, 290, 815, "- 1 -")

    def second(canvas: Canvas) -> None:
        table(
            canvas,
            [header, [("", 1), ("", 1), ("展板", 1)], [("3", 1), ("表演", 1), ("科学秀", 1)]],
            top=60,
            xs=columns,
        )

    assert texts(only_table(pdf(first, second))) == [
        ["序号", "活动名称", "主要内容"],
        ["1", "讲座", "走进校园"],
        ["2", "展览", "展出三十块展板"],
        ["3", "表演", "科学秀"],
    ]


def test_words_that_run_over_the_edge_of_their_cell() -> None:
    def draw(canvas: Canvas) -> None:
        table(
            canvas, [[("活动地点", 1), ("", 1), ("", 1), ("", 1)], [("主办单位", 1), ("", 1), ("联系人", 1), ("", 1)]]
        )
        text(canvas, 156, 161, "晋江市青少年宫二楼多功能报告厅")  # over an empty cell
        text(canvas, 156, 197, "晋江市科学技术协会、")
        text(canvas, 386, 197, "庄晓东、林志强、欧阳淑芬、蔡明辉、吕思远")  # into the margin

    found = texts(only_table(pdf(draw)))
    assert found == [
        ["活动地点", "晋江市青少年宫二楼多功能报告厅", "", ""],
        ["主办单位", "晋江市科学技术协会、", "联系人", "庄晓东、林志强、欧阳淑芬、蔡明辉、吕"],
    ]


def test_outer_lines_that_a_program_left_out_beside_merged_cells() -> None:
    def draw(canvas: Canvas) -> None:
        for top, end in ((150, 4), (186, 4), (222, 4), (258, 2)):
            canvas.line(XS[0], HIGH - top, XS[end], HIGH - top)
        for x, first, last in ((0, 150, 258), (1, 150, 258), (2, 186, 258), (3, 186, 222), (4, 186, 222)):
            canvas.line(XS[x], HIGH - first, XS[x], HIGH - last)
        rows = [
            ["活动名称", "科普进校园、进社区、进机关、进企业活动"],
            ["联系人", "庄晓东", "联系电话", "0595-22000000"],
            ["活动地点", "晋江市青少年宫二楼多功能报告厅"],
        ]
        for number, row in enumerate(rows):
            for x, written in zip(XS, row, strict=False):
                text(canvas, x + 10, 161 + 36 * number, written)

    assert texts(only_table(pdf(draw))) == [
        ["活动名称", "科普进校园、进社区、进机关、进企业活动"],
        ["联系人", "庄晓东", "联系电话", "0595-22000000"],
        ["活动地点", "晋江市青少年宫二楼多功能报告厅"],
    ]


def test_words_of_which_the_page_shows_a_part_are_not_certain() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas)
        text(canvas, 70, 60, "联系人：庄晓东")
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(60, HIGH - 120, 90, 40)
        canvas.clipPath(path, stroke=0)
        text(canvas, 70, 90, "活动地点：晋江市科技馆")
        canvas.restoreState()

    told = {one.text: one.confidence for one in document(pdf(draw)).paragraphs()}
    assert told == {"联系人：庄晓东": None, "活动地点：晋江": 0.3}


def test_a_header_on_each_page_does_not_part_a_table() -> None:
    def sheet(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            text(canvas, 200, 30, "石狮市科学技术协会", 9)
            table(canvas, [[(str(number), 1), ("讲座", 3)]], top=60)

        return draw

    found = document(pdf(sheet(1), sheet(2)))
    assert texts(next(found.tables())) == [["1", "讲座"], ["2", "讲座"]]
    assert [block.text for block in found.paragraphs()] == ["石狮市科学技术协会"]


@pytest.mark.parametrize("down_first", [True, False])
def test_columns_printed_on_pages_of_their_own(down_first: bool) -> None:
    """A sheet wider than its paper, printed by a spreadsheet program."""
    left = [["序号", "名称"], ["1", "讲座"], ["2", "展览"]], [["3", "表演"], ["4", "咨询"], ["5", "义诊"]]
    right = [["联系人"], ["庄晓东"], ["林小明"]], [["苏醒"], ["何其多"], ["叶茂盛"]]

    def sheet(rows: list[list[str]]) -> Callable[[Canvas], None]:
        xs = [70.0, 150.0, 300.0][: len(rows[0]) + 1]
        return lambda canvas: table(canvas, [[(cell, 1) for cell in row] for row in rows], top=60, xs=xs)

    order = (*left, *right) if down_first else (left[0], right[0], left[1], right[1])
    assert texts(only_table(pdf(*map(sheet, order)))) == [
        [*mine, *other] for mine, other in zip([*left[0], *left[1]], [*right[0], *right[1]], strict=True)
    ]


def test_a_cell_that_a_browser_tears_has_no_line_at_the_page_break() -> None:
    def sheet(texts: tuple[str, str], top: float, bottom: float, lines: tuple[float, ...]) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            text(canvas, 20, 12, "2023/8/25 10:09", 8)
            text(canvas, 260, 12, "申报表打印页", 8)
            for x in (70, 150, 525):
                canvas.line(x, HIGH - top, x, HIGH - bottom)
            for y in lines:
                canvas.line(70, HIGH - y, 525, HIGH - y)
            for x, written in zip((76, 156), texts, strict=True):
                text(canvas, x, 600 if bottom > 700 else 60, written)

        return draw

    torn = pdf(sheet(("主要活动内容", "第一讲，"), 500, 800, (500,)), sheet(("", "第二讲。"), 40, 120, (120,)))
    assert texts(only_table(torn)) == [["主要活动内容", "第一讲，第二讲。"]]
    assert list(document(torn).paragraphs()) == []


def test_what_stands_at_the_foot_of_each_page_does_not_part_a_torn_cell() -> None:
    def sheet(label: str, written: str) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            table(canvas, [[("联系人", 1), ("庄晓东", 3)], [(label, 1), (written, 3)]][not label :], top=700)
            text(canvas, 200, 790, "办公室电话：0595-22000000", 9)

        return draw

    torn = pdf(sheet("活动内容", "走进"), sheet("", "校园"))
    assert texts(only_table(torn)) == [["联系人", "庄晓东"], ["活动内容", "走进校园"]]
    assert list(document(torn).paragraphs()) == []


def test_two_sheets_on_one_side_of_the_paper_stay_two() -> None:
    def draw(canvas: Canvas) -> None:
        for x, unit in ((30, "石狮市图书馆"), (320, "晋江市博物馆")):
            text(canvas, x, 120, f"填报单位：{unit}")
            table(canvas, [[("活动名称", 1), (f"走进{unit}", 1)]] * 3, xs=[x, x + 80, x + 240])

    found = document(pdf(draw))
    assert [block.text if isinstance(block, Paragraph) else texts(block)[0][1] for block in found.blocks] == [
        *("填报单位：石狮市图书馆", "走进石狮市图书馆"),
        *("填报单位：晋江市博物馆", "走进晋江市博物馆"),
    ]


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 20, 12, "2023/8/25 10:09", 8)
        table(canvas)
        text(canvas, 20, 822, "https://kepu.example.org/forms/1?print=1", 8)
        text(canvas, 560, 822, "1/1", 8)

    assert list(document(pdf(draw)).paragraphs()) == []


def test_two_forms_below_the_same_title_stay_two() -> None:
    def sheet(canvas: Canvas) -> None:
        text(canvas, 200, 40, "2023年重点活动项目申报表")
        table(canvas)

    found = document(pdf(sheet, sheet))
    assert len(list(found.tables())) == 2 and len(list(found.paragraphs())) == 2


def test_two_tables_with_a_title_between_stay_two() -> None:
    def second(canvas: Canvas) -> None:
        text(canvas, 200, 60, "2023年重点活动项目申报表")
        table(canvas)

    assert len(list(document(pdf(table, second)).tables())) == 2


def test_boxes_drawn_as_squares() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("主要活动类型", 1), ("", 3)]], height=100)
        marks = [
            ("展览展示", "tick", "rect"),
            ("互动体验", "", "rect"),
            ("现场咨询", "two lines", "lines"),
            ("科普宣传", "fill", "rect"),
            ("科普表演", "cross", "lines"),
            ("其他", "", "lines"),
            ("直播", "dark", "rect"),
            ("讲座", "tick", "picture"),
            ("参观", "", "picture"),
            ("研学", "dot", "ring"),
            ("竞赛", "", "ring"),
        ]
        for number, (label, mark, how) in enumerate(marks):
            x, top = 160 + number % 3 * 120, 160 + number // 3 * 22
            drawn_box(canvas, x, top, mark, how=how)
            text(canvas, x + 13, top - 1, label)

    ((_, options),) = texts(only_table(pdf(draw)))
    assert options.split() == [
        *("☑展览展示", "☐互动体验", "☑现场咨询", "☑科普宣传", "☒科普表演", "☐其他"),
        *("☑直播", "☑讲座", "☐参观", "☑研学", "☐竞赛"),
    ]


def test_ticks_over_printed_boxes() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动对象", 1), ("□青少年  □农民  □老年人", 3)]])
        text(canvas, 157, 161, "√")
        canvas.line(228, HIGH - 168, 231, HIGH - 172)
        canvas.line(231, HIGH - 172, 238, HIGH - 162)

    ((_, options),) = texts(only_table(pdf(draw)))
    assert options.split() == ["☑青少年", "☑农民", "□老年人"] or options.split() == ["☑青少年", "□农民", "□老年人"]
    assert options.startswith("☑青少年") and options.endswith("□老年人")


def test_form_fields() -> None:
    def draw(canvas: Canvas) -> None:
        table(
            canvas,
            [
                [("活动名称", 1), ("", 3)],
                [("联系人", 1), ("", 1), ("联系电话", 1), ("", 1)],
                [("活动对象", 1), ("", 3)],
                [("内容", 1), ("", 3)],
            ],
            height=50,
        )
        form = canvas.acroForm
        form.textfield(name="a", x=155, y=HIGH - 195, width=300, height=20, value="Science Day 2023")
        form.textfield(name="b", x=155, y=HIGH - 245, width=130, height=20, value="Zhuang")
        form.textfield(name="c", x=385, y=HIGH - 245, width=130, height=20, value="0595-22000000")
        form.textfield(
            name="d", x=155, y=HIGH - 345, width=300, height=40, value="line one\nline two", fieldFlags="multiline"
        )
        form.textfield(name="e", x=155, y=HIGH - 380, width=300, height=20, value="")
        for x, label, checked in ((160, "青少年", True), (260, "农民", False)):
            form.checkbox(name=label, x=x, y=HIGH - 285, size=12, checked=checked)
            text(canvas, x + 16, 272, label)

    rows = texts(only_table(pdf(draw)))
    assert rows[0] == ["活动名称", "Science Day 2023"]
    assert rows[1] == ["联系人", "Zhuang", "联系电话", "0595-22000000"]
    assert rows[2][1].split() == ["☑青少年", "☐农民"]
    assert rows[3] == ["内容", "line one\nline two"]


def test_typed_annotations() -> None:
    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动名称", 1), ("", 3)]])
        canvas.freeTextAnnotation(
            "庄晓东讲座", DA="0 g /Helv 12 Tf", Rect=(155, HIGH - 180, 300, HIGH - 156), relative=0
        )

    assert texts(only_table(pdf(draw))) == [["活动名称", "庄晓东讲座"]]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pages_that_are_turned(degrees: int) -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageSize((HIGH, 595) if degrees != 180 else (595, HIGH))  # the size is that of the turned page
        canvas.setPageRotation(degrees)
        table(canvas)

    assert texts(only_table(pdf(turned))) == EXPECTED


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_text_drawn_sideways(degrees: int) -> None:
    def sideways(canvas: Canvas) -> None:
        canvas.translate(297.5, HIGH / 2)
        canvas.rotate(degrees)
        canvas.translate(-297.5, -HIGH / 2)
        canvas.setPageSize((595, HIGH))
        table(canvas, xs=[70.0, 150.0, 250.0, 330.0, 450.0])

    assert texts(only_table(pdf(sideways))) == EXPECTED


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_label_that_stands_upright_in_its_cell(degrees: int) -> None:
    def draw(canvas: Canvas) -> None:
        table(
            canvas,
            [[("", 1), ("参观科普展览，听两场讲座，发放宣传资料", 3)], [("联系人", 1), ("庄晓东", 3)]],
            height=90,
        )
        canvas.saveState()
        canvas.translate(110, HIGH - 195)
        canvas.rotate(degrees)
        canvas.setFont(FONT, 12)
        canvas.drawCentredString(0, -4, "主要内容")
        canvas.restoreState()

    assert texts(only_table(pdf(draw))) == [
        ["主要内容", "参观科普展览，听两场讲座，发放宣传资料"],
        ["联系人", "庄晓东"],
    ]


def test_columns_without_lines_are_kept_apart_by_tabs() -> None:
    def draw(canvas: Canvas) -> None:
        for row, (name, day, phone) in enumerate(
            [("活动名称", "时间", "电话"), ("科普讲座", "9月17日", "22000000"), ("展览", "9月18日", "22000001")]
        ):
            for x, written in zip((70, 250, 400), (name, day, phone), strict=True):
                text(canvas, x, 100 + row * 20, written)

    assert lines(pdf(draw)) == ["活动名称\t时间\t电话", "科普讲座\t9月17日\t22000000", "展览\t9月18日\t22000001"]


def test_two_columns_of_running_text() -> None:
    letters = itertools.cycle("全国科普日活动在泉州各地广泛开展群众踊跃参加取得良好成效")
    left = ["".join(itertools.islice(letters, 19)) for _ in range(12)]
    right = ["".join(itertools.islice(letters, 19)) for _ in range(12)]

    def draw(canvas: Canvas) -> None:
        for number in range(12):
            text(canvas, 60, 100 + 18 * number, left[number])
            text(canvas, 310, 100 + 18 * number, right[number])

    whole = "".join(lines(pdf(draw)))
    assert whole.replace("\t", "") == "".join([*left, *right])


def test_paragraphs_are_put_together_again() -> None:
    first = "　　活动期间共发放宣传资料二千余份，接受咨询三百余人次，现场气氛热烈，群众"
    second = "反响良好，达到了预期目的。"
    third = "　　下一步将继续做好科普工作。"

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate((first, second, third, "泉州市科学技术协会")):
            text(canvas, 70, 100 + 20 * number, line)

    assert lines(pdf(draw)) == [(first + second).strip("　"), third.strip("　"), "泉州市科学技术协会"] or lines(
        pdf(draw)
    ) == [first + second, third, "泉州市科学技术协会"]


def test_bold_by_drawing_twice() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 100, "活动名称")
        text(canvas, 70.4, 100, "活动名称")

    assert lines(pdf(draw)) == ["活动名称"]


@pytest.mark.parametrize("font", [FONT, "Helvetica", "Times-Roman"])
@pytest.mark.parametrize("size", [6, 10.5, 22])
def test_each_letter_an_object_of_its_own(font: str, size: float) -> None:
    """As WPS prints: equal letters side by side are no letter drawn again."""
    written = "11 88 2023.9.22 1100 ll ii .. 0595-22221111"

    def draw(canvas: Canvas) -> None:
        place = 70.0
        for letter in written:
            canvas.saveState()
            if letter != " ":
                text(canvas, place, 100, letter, size, font)
            canvas.restoreState()
            place += stringWidth(letter, font, size)

    assert "".join(lines(pdf(draw))).replace(" ", "") == written.replace(" ", "")


def test_a_lone_sign_for_which_there_is_no_glyph() -> None:
    """☑ is in no Chinese font that a PDF may name without bringing it: it is a text object without extent."""

    def draw(canvas: Canvas) -> None:
        table(canvas, [[("活动对象", 1), ("", 3)]])
        for number, letter in enumerate("☑青少年□农民"):
            text(canvas, 160 + 12 * number, 161, letter)

    assert texts(only_table(pdf(draw))) == [["活动对象", "☑青少年□农民"]]


def test_blanks_in_a_row_are_all_there() -> None:
    written = ["填报单位：石狮市科协        填报日期：8月28日", "□展览  □互动   □其他"]

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(written):
            text(canvas, 70, 100 + 30 * number, line)

    assert lines(pdf(draw)) == written


@pytest.mark.parametrize("again", ["旧地点三楼", "新地点"])
def test_written_again_over_what_was_covered(again: str) -> None:
    """The same words at the same place, the first ones under paint: they are there once, whichever pdfium leaves out."""

    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 60, "活动名称：科普进校园")
        text(canvas, 70, 100, "旧地点三楼")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(66, HIGH - 116, 90, 20, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        text(canvas, 70.2, 100, again)

    assert lines(pdf(draw)) == ["活动名称：科普进校园", again]


def test_a_part_written_again_over_what_was_covered() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 60, "活动名称：科普进校园")
        text(canvas, 70, 100, "活动时间：9月17日，下午")
        place = 70 + stringWidth("活动时间：9月", FONT, 12)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(place - 0.3, HIGH - 116, stringWidth("17", FONT, 12) + 0.6, 20, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        text(canvas, place, 100, "18")

    assert lines(pdf(draw)) == ["活动名称：科普进校园", "活动时间：9月18日，下午"]


@pytest.mark.parametrize(
    ("written", "font", "expected"),
    [
        ("⼯作⼈员⽇期", "SimSun", "工作人员日期"),
        ("⻓⻔⻋⻚⻛", "SimSun", "长门车页风"),
        ("\uf0fe", "ABCDEF+Wingdings-Regular", "☑"),
        ("\xfe", "Wingdings", "☑"),
        ("\xa8", "Wingdings", "☐"),
        ("R", "BAAAAA+Wingdings2", "☑"),
        ("\uf052", "Wingdings 2", "☑"),
        ("\uf0fe", "CAAAAA+DejaVuSans", "☑"),
        ("4", "ZapfDingbats", "✓"),
        ("①②", "SimSun", "①②"),
        ("ＡＢ", "SimSun", "ＡＢ"),
        ("a\u200bb\x00c", "SimSun", "abc"),
        ("0595\xad2200 9\u201117", "SimSun", "0595-2200 9-17"),
    ],
)
def test_characters(written: str, font: str, expected: str) -> None:
    assert shown(written, font) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2023年泉州市全国科普日重点活动", False),
        ("kepu@example.com 0595-22000000", False),
        ("(cid:12)(cid:233)(cid:8)(cid:77)活动", True),
        ("¿Æ¼¼¸¨µ¼»î¶¯Ãû³Æ", True),
        ("\ufffd\ufffd\ufffd\ufffd", True),
        ("\ue123\ue456\ue789\ue012活", True),
        ("ᄁᄂᄃᄅᄆᄇᄈ", True),
    ],
)
def test_meaningless_text_is_noticed(written: str, expected: bool) -> None:
    assert is_mojibake(written) is expected


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_passwords(algorithm: str) -> None:
    def locked(user: str) -> bytes:
        writer = pypdf.PdfWriter(clone_from=EXAMPLES / "registration.pdf")
        writer.encrypt(user, "owner", algorithm=algorithm)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    expected = texts(only_table((EXAMPLES / "registration.pdf").read_bytes()))
    assert texts(only_table(locked(""))) == expected  # printing or copying forbidden only
    with pytest.raises(Encrypted):
        document(locked("kepu"))
    found = document(locked("kepu"), ReadContext(ocr=False, passwords=("wrong", "kepu")))
    assert texts(next(found.tables())) == expected


def test_attached_files_are_children() -> None:
    with pypdfium2.PdfDocument(pdf(table)) as source:
        attachment = source.new_attachment("汇总表.xls")
        attachment.set_data(b"inner")
        buffer = io.BytesIO()
        source.save(buffer)
    children = opened(buffer.getvalue()).children
    assert [(child.name, child.data) for child in children] == [("汇总表.xls", b"inner")]


def test_too_many_pages_are_said() -> None:
    found = document(pdf(table, table, table), ReadContext(ocr=False, limits=Limits(max_pages=2)))
    assert [problem.code for problem in found.problems] == [Code.TOO_LARGE]
    assert not found.problems[0].is_error


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"%PDF-1.7" + b"\0" * 300, pdf(table)[:700]])
def test_broken_files(data: bytes) -> None:
    with pytest.raises(Damaged):
        opened(data)


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_whose_content_is_damaged(packed: bool) -> None:
    """pdfium shows what stands before the damage: a form of which half the fields look empty."""
    whole = pdf(table)
    if packed:
        writer, out = pypdf.PdfWriter(clone_from=io.BytesIO(whole)), io.BytesIO()
        content = writer.pages[0].get_contents()
        assert content is not None
        writer.pages[0].replace_contents(content.flate_encode())
        writer.write(out)
        whole = out.getvalue()
    first = re.search(rb"/Contents (\d+) 0 R", whole)
    assert first is not None
    begins = whole.index(b"stream", whole.index(b"\n%s 0 obj" % first[1])) + 7
    ends = whole.index(b"endstream", begins)
    hurt = begins if packed else (begins + ends) // 2
    with pytest.raises(Damaged):
        opened(whole[:hurt] + b"\0\xff~~" * 3 + whole[hurt + 12 :])
    if packed:  # a wrong sum at its end costs no letter
        assert texts(next(document(whole[: ends - 3] + b"\0" + whole[ends - 2 :]).tables())) == texts(
            next(document(whole).tables())
        )


def test_a_file_that_lost_only_the_list_of_its_objects() -> None:
    whole = pdf(table)
    listed = whole.rfind(b"xref", 0, whole.rfind(b"startxref"))
    assert texts(next(document(whole[: listed + 60]).tables())) == texts(next(document(whole).tables()))
    with pytest.raises(Damaged):
        opened(whole[: whole.rfind(b"endobj")])


def test_an_empty_page_is_an_empty_document() -> None:
    assert not document(pdf(lambda canvas: None)).blocks


def test_a_page_of_running_text_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 40, 515, 762)  # a frame around the page
        text(canvas, 200, 80, "活动总结")
        for number in range(5):
            text(canvas, 70, 120 + 20 * number, f"第{number}项工作顺利完成。")

    found = document(pdf(draw))
    assert all(isinstance(block, Paragraph) for block in found.blocks)
    assert len(found.blocks) == 6
    assert XS  # the columns of the form are not these


@pytest.mark.parametrize("size", [10.5, 12, 16])
@pytest.mark.parametrize(
    "title", ["2023年全国科普日重点活动汇总表", "关于报送2023年全国科普日重点活动安排情况的汇总表"]
)
def test_a_title_as_large_as_the_text_keeps_its_line(title: str, size: float) -> None:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(["附件2", title, "填报单位（章）：晋江市科学技术协会"]):
            text(canvas, 72, 60 + 1.5 * size * number, line, size)
        table(canvas)

    assert lines(pdf(draw)) == ["附件2", title, "填报单位（章）：晋江市科学技术协会"]


def test_lines_with_labels_stay_apart_without_a_table() -> None:
    written = ["活动名称：科普进校园", "活动地点：晋江市第一中学综合楼三楼学术报告厅", "联系人：庄晓东"]

    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(written):
            text(canvas, 72, 80 + 20 * number, line)

    assert lines(pdf(draw)) == written


def test_running_text_goes_on_at_its_margin() -> None:
    whole = "组织科技志愿者进社区开展科普宣传并且现场设置互动体验区邀请专家为居民答疑解惑发放资料" * 3

    def draw(canvas: Canvas) -> None:
        for number, start in enumerate(range(0, len(whole), 30)):
            text(canvas, 100, 80 + 20 * number, whole[start : start + 30])

    assert lines(pdf(draw)) == [whole]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("0595-22000000", "0595-22000001", False),
        ("13900000000", "13900000001", False),
        ("zhuang@example.com", "lin@example.com", False),
        ("zhuangxiaodong.office@", "example.com", True),  # broken after a sign
        ("zhuangxiaodong.officeab", "c@example.com", True),  # broken where the line was full
    ],
)
def test_numbers_and_addresses_below_one_another(above: str, below: str, joined: bool) -> None:
    edge = 380 + 11.2 + stringWidth(above, FONT, 12) + (2 if joined else 24)
    rows = [[("联系方式", 1), (f"{above}\n{below}", 1)]]
    found = only_table(pdf(lambda canvas: table(canvas, [*rows, [("说明", 1), ("", 1)]], xs=[70, 380, edge])))
    assert found.cells[1].text == (above + below if joined else f"{above}\n{below}")
