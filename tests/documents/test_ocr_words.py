"""What is done about single words of a scan that the recogniser gives as certain and that are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from bot.documents.context import ReadContext
from bot.documents.formats.ocr.clean import grey_of, ink_of, without_stamps
from bot.documents.formats.ocr.engine import Reading, Word, find_lines, recogniser
from bot.documents.formats.ocr.read import read
from bot.documents.formats.ocr.ticks.boxes import find_boxes
from bot.documents.formats.ocr.words import DOUBTED, blanks_in, doubt_hidden, doubt_struck, identifiers, read_again
from bot.documents.model import Blob
from bot.documents.page.grid import Box
from bot.documents.page.lines import Token, by_label, lines_of
from bot.forms.entry.scans import SURE
from tests.documents.pdf_builder import pdf, table, text
from tests.documents.scan_maker import Page, noisy, picture_file, rendered, stamped, tilted

LETTERS, SIZE = "QZWJW FUJIAN GOV", 1.6


def printed(written: str, x: int = 200, y: int = 600) -> tuple[Page, Word]:
    """A white page with one line in black, and the word that a recogniser finds there."""
    page = np.full((1200, 1200, 3), 255, np.uint8)
    cv2.putText(page, written, (x, y), cv2.FONT_HERSHEY_SIMPLEX, SIZE, (0, 0, 0), 4)
    (wide, high), below = cv2.getTextSize(written, cv2.FONT_HERSHEY_SIMPLEX, SIZE, 4)
    return page, Word(written, 0.99, x, y - high - 4, x + wide, y + below)


def ringed(page: Page, middle: tuple[int, int], *, opaque: bool, thick: int = 26) -> Page:
    ring = np.full_like(page, 255)
    cv2.circle(ring, middle, 190, (206, 32, 40), thick)
    if opaque:
        return np.where(ring < 255, ring, page).astype(np.uint8)
    return np.asarray(page.astype(np.float32) * ring / 255, np.uint8)


def test_lines_are_found_whole_wherever_they_stand_on_the_page() -> None:
    """Also in its middle, and running over it: the page is looked at in halves."""
    for page, word in (printed(LETTERS, y=y) for y in (120, 600, 616, 632)):
        (box,) = find_lines(page[:, :, 0])
        found = (*box.min(axis=0), *box.max(axis=0))
        assert found == pytest.approx((word.x0, word.top, word.x1, word.bottom), abs=22)
    tilt = cv2.getRotationMatrix2D((600.0, 600.0), 10.0, 1.0)
    page = np.asarray(cv2.warpAffine(printed(LETTERS, y=620)[0], tilt, (1200, 1200), borderValue=(255, 255, 255)))
    (box,) = find_lines(page[:, :, 0])
    assert np.degrees(np.arctan2(*(box[1] - box[0])[::-1])) == pytest.approx(-10.0, abs=1.0)


@pytest.mark.parametrize(
    ("middle", "opaque", "doubted"),
    [
        ((520, 590), True, True),  # its right side runs through the word
        ((880, 420), True, True),  # its lower edge lies on it
        ((700, 900), True, False),  # it stands below
        ((520, 590), False, False),  # the print shows through, as it does with ink
        ((880, 420), False, False),
    ],
)
def test_print_that_a_stamp_hides_is_doubted(middle: tuple[int, int], opaque: bool, doubted: bool) -> None:
    page, word = printed(LETTERS, x=480)
    _, stamp, dark = without_stamps(ringed(page, middle, opaque=opaque))
    assert stamp is not None and dark is not None
    (found,) = doubt_hidden([word], stamp, dark)
    assert (found.score <= DOUBTED) == doubted
    assert found.text == word.text


@pytest.mark.parametrize("opaque", [True, False])
def test_a_thick_stamp_may_hide_a_letter_in_front_of_a_word(opaque: bool) -> None:
    """It stands right before the upper word; on the lower one it shows whether it hides what is under it."""
    upper, beside = printed(LETTERS, x=480)
    lower, under = printed(LETTERS, x=380, y=690)
    page = ringed(np.minimum(upper, lower), (480 - 190 - 22, 590), opaque=opaque)
    _, stamp, dark = without_stamps(page)
    assert stamp is not None and dark is not None
    found = doubt_hidden([beside, under], stamp, dark)
    assert [word.score <= DOUBTED for word in found] == [opaque, opaque]


@pytest.mark.parametrize(
    ("lines", "doubted"), [([], False), ([-24], True), ([-30, -20], True), ([4], False), ([-52], False)]
)
def test_a_word_that_is_struck_out_is_doubted(lines: list[int], doubted: bool) -> None:
    page, word = printed("13700005236")
    for down in lines:
        cv2.line(page, (195, 600 + down), (int(word.x1) + 5, 603 + down), (0, 0, 0), 3)
    (found,) = doubt_struck([word], ink_of(page[:, :, 0]))
    assert (found.score <= DOUBTED) == doubted


@pytest.mark.parametrize(("at", "doubted"), [(80, True), (160, False)])
def test_the_white_around_a_colon_hides_nothing(at: int, doubted: bool) -> None:
    word = Word("填报单位：南安市", 0.99, 0, 0, 320, 40, tuple((40.0 * i, 40.0 * i + 40) for i in range(8)))
    stamp, dark = np.zeros((40, 320), bool), np.zeros((40, 320), bool)
    stamp[:, at : at + 40] = True
    (found,) = doubt_hidden([word], stamp, dark)
    assert (found.score <= DOUBTED) == doubted


@pytest.mark.parametrize(
    ("written", "scores", "least"),
    [
        ("填报单位：永春县", (0.6, 0.9, 0.9, 0.9, 0.5, 0.97, 0.98, 0.99), 0.97),
        ("填报单位（章）：永春", (0.6, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5, 0.5, 0.97, 0.98), 0.97),
        ("填报单位：", (0.6, 0.9, 0.9, 0.9, 0.5), 0.6),
        ("永春县", (0.6, 0.9, 0.9), 0.6),
    ],
)
def test_a_line_is_as_sure_as_the_letters_behind_its_label(
    written: str, scores: tuple[float, ...], least: float
) -> None:
    assert Reading(written, 0.9, (), scores).least == least


def test_letters_are_read_in_the_form_of_today() -> None:
    characters = recogniser()[1]
    assert "填" in characters and "塡" not in characters


def test_a_page_without_a_stamp_has_none() -> None:
    _, stamp, dark = without_stamps(printed(LETTERS)[0])
    assert stamp is None and dark is None


@pytest.mark.parametrize(
    ("written", "blanks"), [("UNIT", 0), ("UNIT: ABC      DATE: 828", 1), ("A      B      C", 2), ("UNIT ABC", 0)]
)
def test_wide_blanks_part_two_texts(written: str, blanks: int) -> None:
    page, word = printed(written, x=120)
    found = blanks_in(word, ink_of(grey_of(page)))
    assert len(found) == blanks
    assert all(word.x0 < start < end < word.x1 for start, end in found)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("kx-22 17@163. com", ["kx-2217@163.com"]),
        ("电话：0595-22000000。", ["0595-22000000"]),
        ("2023年9月17日", []),
        ("预计1500人，工作人员45人", []),
        ("AI与未来", []),
        ("13900000000、13900000001", ["13900000000", "13900000001"]),
        ("sy_kp@", ["sy_kp@"]),
    ],
)
def test_numbers_and_addresses(written: str, found: list[str]) -> None:
    assert identifiers(written) == found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shown", "taken", "sure"),
    [
        ("zhuangxd@example.com", "zhuangxd@example.com", True),
        ("zhuangxd@example.com", "zhuangxd@exarnple.com", False),
        ("0595-22000000", "0595-22000000", True),
        ("0595-22000000", "0595-2200000", False),
        ("13900000000", "1390OO00000", False),
    ],
)
def test_a_number_or_address_must_read_alike_twice(shown: str, taken: str, sure: bool) -> None:
    page = rendered(pdf(lambda canvas: text(canvas, 100, 100, shown, 14, "Helvetica")))
    ink = np.argwhere(page[:, :, 0] < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    word = Word(taken, 0.99, float(left - 3), float(top - 5), float(right + 3), float(bottom + 5))
    (found,) = read_again([word], page[:, :, 0])
    assert found.text == taken
    assert (found.score > DOUBTED) == sure


@pytest.mark.slow
@pytest.mark.parametrize(("blur", "score", "sure"), [(0, 0.93, True), (3, 0.93, False), (0, 0.7, True)])
def test_what_is_not_clear_at_a_second_look_either_is_asked_for(blur: int, score: float, sure: bool) -> None:
    """One such word among few, as where a text goes on over the page, makes none that was filled by hand."""
    page = rendered(pdf(lambda canvas: text(canvas, 100, 100, "百崎回族乡百崎学校", 10)))[:, :, 0]
    ink = np.argwhere(page < 128)
    (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
    word = Word("百崎回族乡百崎字校", score, float(left - 3), float(top - 5), float(right + 3), float(bottom + 5))
    (found,) = read_again([word], np.asarray(cv2.GaussianBlur(page, (0, 0), blur) if blur else page))
    assert (found.score >= SURE) == sure


def line_above_a_table(canvas: Canvas) -> None:
    text(canvas, 76, 80, "附件1")
    text(canvas, 76, 98, "2023年泉州市全国科普日重点活动项目申报表")
    text(canvas, 76, 116, "填报单位：晋江市科学技术协会        填报日期：2023年8月28日")
    table(canvas, top=134, height=30)


@pytest.mark.slow
@pytest.mark.parametrize("look", ["grey", "tilted"])
def test_two_texts_on_one_line_stay_two(look: str) -> None:
    page = rendered(pdf(line_above_a_table), {"grey": 180, "tilted": 200}[look])
    page = {"grey": noisy(page, 18), "tilted": tilted(page, 1.2)}[look]
    found = read(Blob("a.jpg", "a.jpg", picture_file(page, quality=80)), ReadContext()).document
    assert found is not None
    lines = [paragraph.text.split() for paragraph in found.paragraphs()]
    assert ["2023年泉州市全国科普日重点活动项目申报表"] in lines
    assert ["填报单位：晋江市科学技术协会"] in lines and ["填报日期：2023年8月28日"] in lines


@pytest.mark.slow
def test_a_stamp_of_ink_leaves_the_words_certain() -> None:
    page = stamped(rendered(pdf(line_above_a_table)), 0.3, 0.08, 0.22)
    found = read(Blob("a.jpg", "a.jpg", picture_file(page, quality=85)), ReadContext()).document
    assert found is not None
    sure = {p.text.split()[0]: p.confidence for p in found.paragraphs()}
    assert (sure.get("填报单位：晋江市科学技术协会") or 0) > 0.8


@pytest.mark.parametrize(
    ("written", "doubted"),
    [
        ("1jsfj2023@example.com", True),
        ("qzg1_xh@example.com", True),
        ("ljsfj2o23@example.com", True),
        ("sfj@1jkx.example.com", True),
        ("sfj@21cn.com", False),
        ("wang1@example.com", False),
        ("ljsfj2023@example.com", False),
        ("zhao01@example.com", False),
    ],
)
def test_a_sign_that_looks_like_another_kind_is_doubted_in_an_address(written: str, doubted: bool) -> None:
    page, word = printed(written)
    (found,) = read_again([word], page[:, :, 0])
    assert (found.score <= DOUBTED) is doubted


@pytest.mark.parametrize(("behind", "sure"), [("填报日期：2023年8月25日", [0.6, 0.99]), ("2023年8月25日", [0.6])])
def test_a_value_is_as_sure_as_what_stands_behind_its_own_label(behind: str, sure: list[float]) -> None:
    tokens = [Token("填报单位：肿瘤防治协会", 50, 20, 200, 34, 0.6), Token(behind, 260, 20, 400, 34, 0.99)]
    (line,) = lines_of(tokens, tabs=True)
    assert [part.confidence for part in by_label(line)] == sure


def test_square_digits_close_behind_each_other_are_no_list() -> None:
    """Beside a list whose boxes stand apart: «1300» as a poor photo shows it."""
    ink = np.zeros((300, 1000), np.uint8)
    boxes = [(60 + 300 * (n % 3), 180 + 60 * (n // 3)) for n in range(6)]
    for x, y in [*boxes, (60, 60), (100, 60)]:
        cv2.rectangle(ink, (x, y), (x + 17, y + 17), 255, 2)
    cv2.line(ink, (104, 73), (113, 64), 255, 1)
    for x in (88, 125):
        cv2.rectangle(ink, (x, 60), (x + 3, 77), 255, -1)
    cells = [Box(40.0, 40.0, 990.0, 120.0), Box(40.0, 150.0, 990.0, 290.0)]
    found = find_boxes(ink, np.zeros_like(ink), cells)
    assert sorted((round(one.box.x0), round(one.box.top)) for one in found) == sorted((x - 1, y - 1) for x, y in boxes)
