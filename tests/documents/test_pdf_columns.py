"""Tables without ruling lines: their cells are told by where their texts begin."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.documents.pdf_builder import HIGH, pdf, text
from tests.documents.test_pdf import lines, only_table, texts


def test_cells_go_on_below_without_ruling_lines() -> None:
    rows = [
        ((70, "活动名称"), (170, "海洋科普月")),
        ((70, "活动时间"), (170, "2023年9月18"), (258, "活动地点"), (370, "石狮市图书馆一")),
        ((170, "日上午"), (370, "楼")),
        ((70, "主要活动"), (170, "□展览展示  □互动体验")),
        ((70, "类型"), (170, "□科普表演  □其他")),
        ((70, "科普形式"), (170, "□讲座  □展览")),
        ((94, "类别"),),
        ((170, "□义诊"),),
        ((70, "活动对象"), (170, "□青少年")),
        ((170, "□老年人"),),
        ((70, "主要"), (170, "展出海洋生物标本。")),
        ((70, "活动"), (170, "讲解海洋知识。")),
        ((70, "内容"),),
        ((70, "合作单位及分"), (170, "海洋馆。")),
        ((70, "工"), (170, "负责讲解。")),
        ((70, "活动日期"), (170, "9月")),
        ((70, "次"), (170, "三")),
        ((70, "备注说明"), (170, "无")),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in row:
                text(canvas, x, 100 + 15 * number, written)

    assert lines(pdf(draw)) == [
        "活动名称\t海洋科普月",
        "活动时间\t2023年9月18日上午\t活动地点\t石狮市图书馆一楼",
        "主要活动类型\t□展览展示  □互动体验 □科普表演  □其他",
        "科普形式类别\t□讲座  □展览 □义诊",
        "活动对象\t□青少年 □老年人",
        "主要活动内容\t展出海洋生物标本。\n讲解海洋知识。",
        "合作单位及分工\t海洋馆。\n负责讲解。",
        "活动日期\t9月",
        "次\t三",
        "备注说明\t无",
    ]


def test_a_label_beside_the_middle_of_its_lines() -> None:
    def draw(canvas: Canvas) -> None:
        text(canvas, 40, 100, "活动地点")
        text(canvas, 120, 100, "市图书馆一楼")
        for top, x, written in (
            (120, 120, "□展览展示  □互动体验"),
            (128, 40, "活动类型"),
            (136, 120, "□科普宣传  □其他"),
        ):
            text(canvas, x, top, written)

    assert lines(pdf(draw)) == ["活动地点\t市图书馆一楼", "活动类型\t□展览展示  □互动体验 □科普宣传  □其他"]


def test_cells_of_several_lines_with_one_middle_are_one_row() -> None:
    rows = [
        ((100, 40, "活动名称"), (100, 120, "海洋科普月")),
        ((120, 40, "主要活动"), (127, 120, "□展览展示  ☑互动体验"), (134, 40, "类型")),
        (
            *((160, x, one) for x, one in ((120, "☑青少年"), (300, "□老年人"), (502, "☑其他：社"))),
            (167, 40, "对象"),
            (174, 120, "区居民"),
        ),
        ((200, 120, "□讲座"), (211, 40, "形式"), (214, 120, "□展览")),
        # Rows that stand close stay apart, the label of several of them beside their middle or not.
        ((240, 40, "联系人"), (240, 120, "庄晓东")),
        ((254, 40, "电子邮箱"),),
        ((268, 40, "备注"), (268, 120, "无")),
    ]

    def draw(canvas: Canvas) -> None:
        for top, x, written in (one for row in rows for one in row):
            text(canvas, x, top, written)

    assert [re.sub(" {2,}", " ", line) for line in lines(pdf(draw))] == [
        "活动名称\t海洋科普月",
        "主要活动类型\t□展览展示 ☑互动体验",
        "对象\t☑青少年 □老年人 ☑其他：社区居民",
        "形式\t□讲座 □展览",
        "联系人\t庄晓东",
        "电子邮箱",
        "备注\t无",
    ]


def test_numbers_that_touch_the_next_column() -> None:
    rows = [((40, "序号"), (75, "名称"), (250, "时间"))]
    rows += [((67 - 2 * (n > 9), str(n)), (75, f"讲座之{n}"), (250, "9月17日")) for n in (8, 9, 10)]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in row:
                text(canvas, x, 100 + 20 * number, written)
        for number, written in enumerate(("3场讲座", "5名专家", "7个村")):
            text(canvas, 60, 300 + 40 * number, written)

    assert lines(pdf(draw)) == [
        *("\t".join(written for _, written in row) for row in rows),
        "3场讲座",
        "5名专家",
        "7个村",
    ]


def test_what_stands_below_a_row_and_is_no_rest_of_it_stays_apart() -> None:
    rows = [
        ((70, "联系人"), (170, "庄晓东"), (270, "电话"), (370, "22000000")),
        ((170, "林小明"), (370, "22000001")),
        ((70, "序号"), (170, "名称"), (370, "时间")),
        ((70, "1"), (170, "讲座"), (370, "9月17日")),
        ((70, "2"), (170, "展览"), (370, "9月18日")),
        ((70, "盖章"),),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in row:
                text(canvas, x, 100 + 15 * number, written)

    assert lines(pdf(draw)) == ["\t".join(written for _, written in row) for row in rows]


def test_columns_that_stand_close() -> None:
    """A table without lines whose labels nearly fill their column, as browsers print it."""
    rows = [
        ((40, "活动名称"), (98, "青少年机器人大赛")),
        ((40, "主办单位"), (98, "石狮市科学技术协会")),
        ((40, "联系人"), (98, "林小明"), (300, "联系电话"), (358, "0595-22000000")),
        ((40, "活动时间"), (98, "2023年9月23日上午"), (300, "活动地点"), (358, "石狮市图书馆")),
        ((40, "移动电话"), (98, "13900000000"), (300, "电子邮箱"), (358, "lin@example.com")),
        ((40, "参与人数"), (100.5, "☐500人以下"), (180, "☑500人以上")),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in row:
                text(canvas, x, 100 + 22 * number, written)

    found = lines(pdf(draw))
    assert found == [*("\t".join(written for _, written in row) for row in rows[:5]), "参与人数\t☐500人以下 ☑500人以上"]


def test_running_text_with_blanks_keeps_them() -> None:
    written = ["活动共三天  每天两场", "地点在市馆  人数不限", "请自带水杯  注意安全", "联系人详见  附件说明的第二页"]

    def draw(canvas: Canvas) -> None:
        text(canvas, 70, 80, "各单位应认真组织好本次科普日活动并及时报送")
        for number, line in enumerate(written):
            text(canvas, 70 + 7 * number, 100 + 20 * number, line)

    assert lines(pdf(draw))[1:] == written


def ruled(canvas: Canvas, tops: list[float]) -> None:
    for top in tops:
        canvas.line(40, HIGH - top, 520, HIGH - top)


@pytest.mark.parametrize(("first", "frame"), [(True, False), (False, False), (True, True)])
def test_level_lines_only(first: bool, frame: bool) -> None:
    """Each row has its line below it, the first one above it or not; a frame around all or none."""
    rows = [
        ((44, "活动名称"), (110, "海洋科普月")),
        ((44, "联系人"), (110, "庄晓东"), (300, "联系电话"), (366, "0595-22000000")),
        ((44, "活动时间"), (110, "2023年9月18日"), (300, "活动地点"), (366, "石狮市图书馆")),
        ((44, "活动对象"), (110, "☑青少年  □农民")),
        ((44, "参与人数"), (110, "500人")),
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in row:
                text(canvas, x, 108 + 30 * number, written)
        ruled(canvas, [100.0 + 30 * number for number in range(0 if first else 1, 6)])
        for x in (40, 520) if frame else ():
            canvas.line(x, HIGH - 100, x, HIGH - 250)

    assert texts(only_table(pdf(draw))) == [[written for _, written in row] for row in rows]


@pytest.mark.parametrize("centred", [True, False])
def test_level_lines_only_below_a_centred_header_over_two_pages(centred: bool) -> None:
    """The rows of the second page are too few to tell their columns."""
    rows = [["序号", "活动名称", "联系电话"]]
    rows += [[str(number), f"科普讲座之{'一二三四五六七八九十'[:number]}", "0595-22000000"] for number in (1, 5, 10, 7)]

    def sheet(first: int, last: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            for number in range(first, last):
                for middle, left, written in zip((70, 220, 420), (44, 110, 330), rows[number], strict=True):
                    wide = sum(12 if one > "\u2e80" else 6 for one in written)
                    x = middle - wide / 2 if centred or not number else left
                    text(canvas, x, 108 + 30 * (number - first), written)
            ruled(canvas, [100.0 + 30 * number for number in range(last - first + 1)])

        return draw

    assert texts(only_table(pdf(sheet(0, 4), sheet(4, 5)))) == rows


def test_label_and_value_in_one_cell_each_row() -> None:
    rows = [
        "活动名称：海洋科普月",
        "联系人：庄晓东",
        "活动对象：☑青少年  □农民   □老年人",
        "活动类型：☑展览展示  □互动   □其他",
        "人数：500",
    ]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            text(canvas, 44, 108 + 30 * number, row)
        ruled(canvas, [100.0 + 30 * number for number in range(6)])
        for x in (40, 520):
            canvas.line(x, HIGH - 100, x, HIGH - 250)

    assert texts(only_table(pdf(draw))) == [[row] for row in rows]


def test_three_lines_around_many_rows_are_no_cells() -> None:
    rows = [("序号", "名称", "时间"), ("1", "讲座", "9月17日"), ("2", "展览", "9月18日"), ("3", "表演", "9月19日")]

    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, written in zip((44, 170, 370), row, strict=True):
                text(canvas, x, 108 + 22 * number, written)
        ruled(canvas, [100.0, 126.0, 200.0, 230.0])

    assert lines(pdf(draw)) == ["\t".join(row) for row in rows]
