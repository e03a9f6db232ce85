"""A few of the forms that ``python -m tests.scans`` makes by the hundred."""

from __future__ import annotations

import re
from datetime import date

import cv2
import numpy as np
import pytest

from bot.base.replacing import replace
from bot.documents.formats.ocr.clean import grey_of, ink_of, sharp_only, strokes_only
from bot.documents.formats.ocr.edges import Seen, marked
from bot.documents.formats.ocr.engine import Word
from bot.documents.formats.ocr.page import _scaled_rules, taken_below
from bot.documents.formats.ocr.rules import line_masks, that_meet
from bot.documents.formats.ocr.ticks.boxes import find_boxes
from bot.documents.formats.ocr.upright import _among_others, _gutter, _holds_text
from bot.documents.formats.ocr.words import doubt_unread, read_missed
from bot.documents.model import Table
from bot.documents.page.frame import Frame
from bot.documents.page.grid import Box, Rule, cell_at, grids_of
from bot.documents.page.lines import Token
from bot.documents.shared.symbols import EMPTY, TICKED
from bot.forms.definitions import load_definitions
from bot.forms.entry.scans import unsure
from bot.forms.entry.value import Reading
from tests.scans.__main__ import read_sent, score_sent
from tests.scans.drawing import Sheet, Style, registration
from tests.scans.kinds import KINDS
from tests.scans.parts import rows_of
from tests.scans.pens import Pen, dirty
from tests.scans.spoiling import STAMPS, shaded, skewed, stamped
from tests.scans.truth import AUDIENCES, TYPES, filled

CHOSEN = ("农民", "领导干部和公务员")
REGISTRATION = load_definitions().forms[0]
FIELDS = {spec.key: spec for spec in REGISTRATION.field}


def marks_on(sheet: Sheet) -> list[str]:
    """Of the boxes in the cell that is drawn on *sheet*, row by row."""
    page = np.asarray(cv2.resize(np.asarray(sheet.image)[:700], None, fx=0.77, fy=0.77, interpolation=cv2.INTER_AREA))
    ink = ink_of(grey_of(page))
    cell = Box(150 * 0.77, 100 * 0.77, 1400 * 0.77, 600 * 0.77)
    found = find_boxes(ink, cv2.bitwise_or(*line_masks(ink)), [cell])
    return [box.mark for box in sorted(found, key=lambda b: (round(b.box.top / 20), b.box.x0))]


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize(
    "tick", ["☑", "■", "☒", "hand tick large", "hand cross", "hand circle", "tick beside", "circled option"]
)
def test_marks_of_all_sorts_are_seen(tick: str, seed: int) -> None:
    """In a cell whose border the pen may touch."""
    sheet = Sheet(Style.of(seed, tick=tick))
    sheet.draw.rectangle((150, 100, 1400, 600), outline=(20, 20, 20), width=3)
    chosen = ("青少年", *CHOSEN)
    sheet.options((150.0, 100.0, 1400.0, 260.0), AUDIENCES, chosen)
    assert marks_on(sheet) == [TICKED if name in chosen else EMPTY for name in AUDIENCES]


def drawn(tick: str, chosen: tuple[str, ...], seed: int, **style: object) -> list[str]:
    sheet = Sheet(replace(Style.of(seed, tick=tick), **style))
    sheet.draw.rectangle((150, 100, 1400, 600), outline=(20, 20, 20), width=3)
    sheet.options((150.0, 100.0, 1400.0, 260.0), AUDIENCES, chosen)
    return marks_on(sheet)


@pytest.mark.parametrize(("seed", "within"), [(3, 8), (8, 16)])
def test_the_streak_of_a_fax_ticks_nothing(seed: int, within: int) -> None:
    sheet = Sheet(Style.of(seed, tick="☑"))
    sheet.options((150.0, 100.0, 1400.0, 260.0), AUDIENCES, CHOSEN)
    plain = marks_on(sheet)
    first = next(x for x in range(155, 300) if np.asarray(sheet.image.convert("L"))[100:600, x].min() < 128)
    for y in range(0, sheet.image.height, 6):
        sheet.draw.line((first + within, y, first + within, y + 3), fill=(20, 20, 20), width=2)
    pairs = list(zip(plain, marks_on(sheet), strict=True))
    assert pairs and all(now in {before, ""} for before, now in pairs)


@pytest.mark.parametrize("seed", [3, 8])
@pytest.mark.parametrize("tick", ["tick", "cross short", "slash", "dot", "ring box", "tick left"])
def test_marks_of_other_pens_are_seen_or_asked_for(tick: str, seed: int) -> None:
    marks = drawn(tick, CHOSEN, seed)
    expected = [TICKED if name in CHOSEN else EMPTY for name in AUDIENCES]
    assert sum(mark == own for mark, own in zip(marks, expected, strict=True)) >= 5
    assert all(mark in {own, ""} for mark, own in zip(marks, expected, strict=True))


@pytest.mark.parametrize(("frame", "seed"), [("○", 101), ("○", 105), ("[ ]", 106), ("[ ]", 110)])
@pytest.mark.parametrize("tick", ["tick", "slash"])
def test_boxes_need_not_be_squares(frame: str, tick: str, seed: int) -> None:
    assert drawn(tick, CHOSEN, seed, frame=frame) == [TICKED if name in CHOSEN else EMPTY for name in AUDIENCES]


@pytest.mark.parametrize(("in_brackets", "font", "size"), [(True, "sans", 30), (False, "sans", 28)])
def test_letters_behind_a_typed_mark_are_no_boxes(in_brackets: bool, font: str, size: int) -> None:
    """A √ between brackets is seen, one in the place of its box is read with the words behind it."""
    sheet = Sheet(replace(Style.of(8, tick="☑"), font=font, size=size))
    for number, name in enumerate(("现场咨询", "科普宣传", "展览展示", "公务员", "其他（请注明）", "互动体验")):
        x, y, is_ticked = 200 + 400 * (number % 3), 180 + 70 * (number // 3), number in (0, 3)
        if is_ticked or in_brackets:
            end = sheet.print(x, y, "（") - 2 if in_brackets else x
            if is_ticked:
                sheet.print(end, y, "√", round(0.85 * size) if in_brackets else 0, "" if in_brackets else "sans")
            sheet.print(end + 2 + 0.75 * size, y, "）" if in_brackets else "")
            sheet.print(end + (2 + 1.75 * size + 5 if in_brackets else 1.15 * size), y, name)
        else:
            sheet.option(x, y, name, ticked=False)
    ticked = [TICKED, EMPTY, EMPTY]
    assert marks_on(sheet) == (ticked * 2 if in_brackets else [EMPTY] * 4)


def test_a_ring_around_words_with_brackets_and_large_ticks_are_seen() -> None:
    assert drawn("ring words", ("青少年", "老年人", "其他"), 108, frame="drawn") == [
        TICKED,
        *[EMPTY] * 3,
        TICKED,
        TICKED,
    ]
    assert drawn("ring words", ("农民", "老年人"), 105, frame="□") == [EMPTY, TICKED, EMPTY, EMPTY, TICKED, EMPTY]


@pytest.mark.parametrize(("frame", "seed"), [("（  ）", 100), ("[ ]", 107)])
def test_words_in_brackets_are_no_option(frame: str, seed: int) -> None:
    assert drawn("tick", (), seed, frame=frame) == [EMPTY] * 6


def test_square_letters_of_a_text_are_no_boxes() -> None:
    """Beside a list whose boxes are as large as they."""
    style = replace(Style.of(8, tick="■"), font="sans", frame="drawn", box=0.8)
    sheet = Sheet(style)
    for number, name in enumerate(AUDIENCES):
        sheet.option(180 + 400 * (number % 3), 150 + 70 * (number // 3), name, ticked=number == 1)
    for number, line in enumerate(("义诊咨询儿童视力、口腔、营养问题", "庭参加趣味比赛，现场为国旗、口哨、团圆等词")):
        sheet.print(180, 350 + 60 * number, line)
    page = np.asarray(cv2.resize(np.asarray(sheet.image)[:700], None, fx=0.77, fy=0.77, interpolation=cv2.INTER_AREA))
    ink = ink_of(grey_of(page))
    cells = [Box(115.0, 77.0, 1078.0, 230.0), Box(115.0, 230.0, 1078.0, 460.0)]
    found = find_boxes(ink, np.zeros_like(ink), cells)
    assert len(found) == 6 and all(box.box.bottom < 230 for box in found)


def test_a_fold_is_no_line_of_a_table() -> None:
    grey = np.full((900, 1300), 250, np.uint8)
    cv2.rectangle(grey, (100, 100), (1200, 800), 90, 3)
    soft = cv2.GaussianBlur(np.where(np.abs(np.arange(1300) - 640) < 5, 150, 250).astype(np.float32)[None], (0, 0), 4)
    grey = np.minimum(grey, soft.astype(np.uint8))
    down = line_masks(ink_of(grey))[1]
    assert down[400, 600:680].any()
    assert not sharp_only(down, grey)[400, 600:680].any() and sharp_only(down, grey)[400, 95:106].any()


@pytest.mark.parametrize("seed", [3, 8])
def test_a_tick_on_the_words_is_no_empty_box(seed: int) -> None:
    marks = drawn("tick over words", CHOSEN, seed)
    assert all(mark != EMPTY for mark, name in zip(marks, AUDIENCES, strict=True) if name in CHOSEN)


@pytest.mark.parametrize(
    ("seed", "x0", "y0", "arm"), [(3, -0.3, 0.35, 0.45), (8, -0.3, 0.35, 0.45), (8, 0.45, 1.2, 0.85)]
)
def test_ticks_that_meet_only_a_side_of_their_box_are_ticks(seed: int, x0: float, y0: float, arm: float) -> None:
    sheet = Sheet(Style.of(seed, tick="tick"))
    sheet.style.box = 0.8
    pen = Pen(sheet.draw, sheet.rng, "blue")
    for number in range(6):
        x, y, side = 180 + 300 * (number % 3), 150 + 70 * (number // 3), 0.8 * sheet.style.size
        sheet.option(x, y, AUDIENCES[number], ticked=False)
        if number in (1, 3):
            pen.tick(x + x0 * side, y + y0 * side, 0.8 * side, arm=(arm * side, -0.75 * side))
    assert marks_on(sheet) == [EMPTY, TICKED, EMPTY, TICKED, EMPTY, EMPTY]


@pytest.mark.parametrize(("seed", "at", "large"), [(3, 2.6, 1.4), (8, 2.6, 1.4), (3, 5.1, 0.9), (8, 5.1, 0.9)])
def test_who_ticks_words_alone_means_their_options(seed: int, at: float, large: float) -> None:
    sheet = Sheet(Style.of(seed, tick="tick"))
    pen = Pen(sheet.draw, sheet.rng, "blue")
    for number in range(6):
        x, y, size = 180 + 400 * (number % 3), 150 + 80 * (number // 3), sheet.style.size
        sheet.option(x, y, TYPES[number], ticked=False)
        if number in (1, 3):
            pen.tick(x + at * size, y + 0.4 * size, large * size)
    assert marks_on(sheet) == [EMPTY, TICKED, EMPTY, TICKED, EMPTY, EMPTY]


@pytest.mark.parametrize(
    ("words", "apart", "marks"),
    [
        (("√老年人", "□农民", "√青少年", "□公务员"), 60, "☑☐☑☐"),
        (("□老年人√", "□农民", "□青少年√", "□公务员"), 60, "☑☐☑☐"),
        (
            ("□老年人√", "□农民", "□青少年", "□公务员√"),
            22,
            "☑☐☐☑",
        ),  # the last one tells for which option the first one stands
        (("√□老年人", "□农民√", "□青少年", "□公务员"), 6, "☑☐☑☐"),
        (("□老年人", "□农民√", "□青少年", "□公务员"), 6, "☐??☐"),  # nothing tells it
    ],
)
def test_a_typed_tick_stands_where_the_others_of_its_page_do(words: tuple[str, ...], apart: int, marks: str) -> None:
    sheet, x = Sheet(replace(Style.of(8, tick="☑"), font="sans", size=30)), 200.0
    for text in words:
        for part in re.split("([□√])", text):
            if part == "□":
                sheet.draw.rectangle((x + 2, 167, x + 28, 193), outline=(20, 20, 20), width=2)
            x = x + 34 if part == "□" else sheet.print(x, 180, part, font="sans" if part != "√" else "dejavu")
        x += apart
    assert "".join(mark or "?" for mark in marks_on(sheet)) == marks


@pytest.mark.parametrize("seed", [41, 44])
@pytest.mark.parametrize(
    ("right", "down", "printed", "asked"),
    [
        (5.0, 0.3, "", True),  # behind its words
        (-2.2, 0.3, "", True),  # far before its box
        (0.4, 1.8, "", True),  # below
        (2.0, -0.9, "", True),  # above its words
        (5.0, 0.0, "one /", True),
        (0.0, 0.0, "/", False),
        (0.0, 0.0, "√", False),
    ],
)
def test_a_tick_that_stands_clear_of_everything_is_asked_for(
    right: float, down: float, printed: str, asked: bool, seed: int
) -> None:
    sheet = Sheet(Style.of(seed, tick="tick"))
    size = sheet.style.size
    sheet.print(200, 150, f"（请打“{printed}”）" if printed == "√" else "")
    for number in range(6):
        x, y = 260 + 400 * (number % 3), 240 + 90 * (number // 3)
        sheet.option(x, y, "老年人", ticked=False)
        if printed == "/" and number % 3 < 2:
            sheet.print(x + 5.5 * size, y, "/")
        if printed == "one /" and number == 1:
            Pen(sheet.draw, sheet.rng, "blue").stroke(
                [(x + 5 * size, y + 0.4 * size), (x + 5.7 * size, y - 0.4 * size)]
            )
        elif asked and number == 1:
            Pen(sheet.draw, sheet.rng, "blue").tick(x + right * size, y + down * size, 0.8 * size)
    marks = marks_on(sheet)
    assert set(marks) == ({EMPTY, ""} if asked else {EMPTY})


@pytest.mark.parametrize("seed", [3, 8])
def test_a_tick_that_was_struck_through_does_not_count(seed: int) -> None:
    sheet = Sheet(Style.of(seed, tick="tick"))
    for number, name in enumerate(AUDIENCES):
        sheet.style.undone = float(number == 4)
        sheet.option(180 + 400 * (number % 3), 150 + 70 * (number // 3), name, ticked=number == 1)
    marks = marks_on(sheet)
    assert marks[:4] == [EMPTY, TICKED, EMPTY, EMPTY] and TICKED not in marks[4:]


@pytest.mark.parametrize("seed", [3, 8])
def test_a_cross_beside_ticks_is_no_tick(seed: int) -> None:
    sheet = Sheet(Style.of(seed, tick="tick"))
    for number, name in enumerate(AUDIENCES):
        sheet.style.tick = "hand cross" if number == 4 else "hand tick"
        sheet.option(180 + 400 * (number % 3), 150 + 70 * (number // 3), name, ticked=number in (1, 4))
    assert marks_on(sheet) == [EMPTY, TICKED, EMPTY, EMPTY, "", EMPTY]


@pytest.mark.parametrize("dirt", ["shadow", "smudge", "other side"])
def test_what_nobody_drew_is_no_tick(dirt: str) -> None:
    sheet = Sheet(Style.of(8, tick="tick"))
    sheet.options((150.0, 100.0, 1400.0, 260.0), AUDIENCES, ())
    page = dirty(np.asarray(sheet.image)[:700], dirt, 2, (150, 100, 1400, 260))
    page = np.asarray(cv2.resize(page, None, fx=0.77, fy=0.77, interpolation=cv2.INTER_AREA))
    grey = grey_of(page)
    ink = strokes_only(grey, ink_of(grey))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, float(page.shape[1]), float(page.shape[0]))])
    assert found and TICKED not in {box.mark for box in found}


@pytest.mark.parametrize("mark", ["，", "；", "、", "。", ""])
def test_what_is_printed_between_options_is_no_tick(mark: str) -> None:
    style = Style.of(25, tick="☑")
    style.font = "sans bold"
    sheet = Sheet(style)
    for number, name in enumerate(("青少年", "农民", "老年人", "公务员") * 3):
        x, y = 180 + 280 * (number % 4), 150 + 1.2 * style.size * (number // 4)
        sheet.option(x, y, name, ticked=number == 2)
        if number % 4 < 3:
            sheet.print(x + 280 - 1.6 * style.size, y, mark)
    assert marks_on(sheet) == [TICKED if number == 2 else EMPTY for number in range(12)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), [("wechat", 1)])
def test_every_field_of_a_photo(kind: str, seed: int) -> None:
    sent = KINDS[kind](seed)
    found = score_sent(sent, read_sent(sent))
    assert not found.notes


def test_no_mark_comes_from_the_lines_around() -> None:
    """Options in lines that stand close: what is above and below is no ring."""
    sheet = Sheet(replace(Style.of(7, tick="☑"), box=0.78, gap=50))
    for number in range(5):
        for column in range(3):
            sheet.option(150 + 320 * column, 200 + 1.2 * sheet.style.size * number, "领导干部和公务员", ticked=False)
    page = np.asarray(cv2.resize(np.asarray(sheet.image), None, fx=0.77, fy=0.77, interpolation=cv2.INTER_AREA))
    ink = ink_of(grey_of(page))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, float(page.shape[1]), float(page.shape[0]))])
    assert [box.mark for box in found] == [EMPTY] * 15


def test_a_shadow_is_not_the_edge_of_the_sheet() -> None:
    """What lies in the light alone looks like a sheet on a dark table."""
    lines = np.asarray([[[40, y], [300, y], [300, y + 20], [40, y + 20]] for y in range(40, 600, 40)], np.float32)
    lit = np.asarray([[0, 300], [400, 300], [400, 640], [0, 640]], np.float32)
    whole = np.asarray([[0, 0], [400, 0], [400, 640], [0, 640]], np.float32)
    assert _holds_text(whole, lines) and not _holds_text(lit, lines)


@pytest.mark.parametrize("written", ["00人", "3oo人", "2O人", "l5人"])
def test_a_number_that_lost_a_digit_is_asked_for(written: str) -> None:
    spec = FIELDS["expected_public"]
    assert unsure(spec, Reading({spec.key: 3}), written, 0.99)
    assert not unsure(spec, Reading({spec.key: 300}), "300人", 0.99)
    assert not unsure(spec, Reading({spec.key: 300}), "预计公众参与活动人数：300人", 0.99)


@pytest.mark.parametrize(
    ("printed", "read", "doubted"),
    [
        ("120人", "12人", True),
        ("120人", "120人", False),
        ("1日", "1日", False),
        ("21日", "1日", True),
        ("护水小卫士研学行", "水小卫士研学行", True),
        ("护水小卫士研学行", "护水小卫士研行", True),
        ("护水小卫士研学行", "护水小卫士研学行", False),
    ],
)
def test_a_digit_or_letter_that_was_not_read_is_seen(printed: str, read: str, doubted: bool) -> None:
    sheet = Sheet(Style.of(7))
    ends = [sheet.print(100 + 30 * at, 50, letter) for at, letter in enumerate(printed)]
    ink = ink_of(grey_of(np.asarray(sheet.image)[:100]))
    shown = dict(zip(printed[::-1], [(end - 20, end) for end in ends[::-1]], strict=True))
    word = Word(read, 0.98, 95.0, 32.0, ends[-1] + 5, 70.0, tuple(shown[letter] for letter in read))
    (found,) = doubt_unread([word], ink)
    assert (found.score < 0.5) == doubted


@pytest.mark.parametrize(("read", "doubted"), [("展览展示", False), ("览展示", True)])
def test_a_letter_that_was_read_a_little_beside_its_place_is_not_left_out(read: str, doubted: bool) -> None:
    sheet = Sheet(Style.of(7))
    ends = [sheet.print(100 + 32 * at, 50, letter) for at, letter in enumerate("展览展示")]
    ink = ink_of(grey_of(np.asarray(sheet.image)[:100]))
    beside = (10, 6, 6, 0) if read == "展览展示" else (0, 0, 0)
    places = [(end - 31 + off, end + 1 + off) for end, off in zip(ends[-len(read) :], beside, strict=True)]
    (found,) = doubt_unread([Word(read, 0.98, 85.0, 32.0, ends[-1] + 5, 70.0, tuple(places))], ink)
    assert (found.score < 0.5) == doubted


@pytest.mark.parametrize(("confidence", "asked"), [(0.4, True), (0.9, False)])
def test_what_is_written_behind_an_option_is_as_sure_as_other_words(confidence: float, asked: bool) -> None:
    spec = FIELDS["audiences"]
    text = "☐" + "☐".join(AUDIENCES[:-1]) + "☑其他（请注明）渔民"
    assert unsure(spec, Reading({spec.key: ("其他：渔民",)}), text, confidence) == asked
    assert not unsure(spec, Reading({spec.key: ("老年人",)}), text.replace("渔民", ""), confidence)


@pytest.mark.parametrize(
    ("key", "text", "days", "asked"),
    [
        ("activity_time", "2023年9月9日室9月15日", (9, 9), True),
        ("activity_time", "2023年9月9日至9月15日", (9, 15), False),
        ("activity_time", "208年9月9日至9月15日", (9, 15), True),
        ("host_unit", "晋江市陈埭镇下洋社区居委员会", (), True),
        ("host_unit", "晋江市陈埭镇下洋社区居民委员会", (), False),
        ("email", "kp4933@99.com", (), True),
        ("email", "kp4933@163.com", (), False),
        ("email", "kp4933@qq.com", (), False),
        ("host_unit", "晋江市磁灶镇科协2023年8月28日", (), True),
        ("host_unit", "晋江市磁灶镇科协 2023.8.28", (), True),
        ("host_unit", "晋江市磁灶镇科协年8月28日", (), True),
        ("host_unit", "晋江市磁灶镇科协8.28", (), True),
        ("host_unit", "八一七路街道科协", (), False),
        ("phone", "05 95-24858233", (), True),
        ("phone", "2485 8233", (), False),
        ("venue", "永春县图书馆 电子油箱：qz", (), True),
        ("activity_name", "天文科普夜：土星观测", (), False),
    ],
)
def test_what_cannot_be_is_asked_for(key: str, text: str, days: tuple[int, ...], asked: bool) -> None:
    spec = FIELDS[key]
    days_read = dict(zip(spec.keys[1:], (date(2023, 9, day) for day in days), strict=False))
    values = {key: "24858233" if key == "phone" else text, **days_read}
    assert unsure(spec, Reading(values), text, 0.99, REGISTRATION.labels().values()) == asked


def test_two_sheets_in_one_picture_are_told_apart_and_a_wide_table_is_not() -> None:
    page = np.full((900, 1400, 3), 255, np.uint8)
    left = [[[60, y], [620, y], [620, y + 20], [60, y + 20]] for y in range(60, 800, 60)]
    boxes = np.asarray([*left, *(np.asarray(left) + np.asarray([720, 0]))], np.float32)
    at = _gutter(page, boxes)
    assert at is not None and 620 < at < 780
    cv2.line(page, (40, 400), (1360, 400), (0, 0, 0), 3)
    assert _gutter(page, boxes) is None
    assert _gutter(page[:, :700], boxes[: len(left)]) is None


@pytest.mark.parametrize(("lean", "is_among"), [(-11, True), (9, True), (0, False)])
def test_a_form_on_other_papers_is_what_is_around_its_table(lean: float, is_among: bool) -> None:
    page = np.full((1000, 900, 3), 255, np.uint8)
    for y in range(200, 900, 100):
        cv2.line(page, (250, y), (650, y + 8), (0, 0, 0), 2)
    rise = 60 * np.tan(np.radians(lean))
    own = [[[x, y], [x + 150, y + 3], [x + 150, y + 23], [x, y + 20]] for x in (270, 450) for y in range(130, 900, 100)]
    others = [
        [[x, y], [x + 60, y + rise], [x + 60, y + 20 + rise], [x, y + 20]]
        for x in (30, 800)
        for y in range(50, 950, 60)
    ]
    around = _among_others(page, np.asarray(own + others, np.float32))
    assert (around is not None) == is_among
    if around is not None:
        assert 200 < around[0][0] < 250 and 100 < around[0][1] < 130 and 650 < around[2][0] < 700 and around[2][1] > 800


@pytest.mark.parametrize("colour", list(STAMPS))
# The last one in the shadow of a lamp, crooked.
@pytest.mark.parametrize(("shape", "seed"), [("round", 3), ("oval", 3), ("square", 3), ("flat", 7), ("round", 12)])
def test_a_stamp_of_any_colour_goes_and_the_print_under_it_stays(colour: str, shape: str, seed: int) -> None:
    sheet = Sheet(Style.of(7))
    for row in range(4):
        sheet.print(300, 400 + 60 * row, "晋江市科学技术协会科普进校园活动")
    page = np.asarray(sheet.image)[:800]
    covered = stamped(page, seed, colour, shape, at=(0.2, 0.42))
    page, covered = (shaded(one, seed) if seed != 3 else one for one in (page, covered))
    before, after = ink_of(grey_of(page)) > 0, ink_of(grey_of(covered)) > 0
    around = np.ones((5, 5), np.uint8)
    added = np.count_nonzero(after & ~cv2.dilate(before.astype(np.uint8), around).astype(bool))
    lost = np.count_nonzero(before & ~cv2.dilate(after.astype(np.uint8), around).astype(bool))
    assert max(added, lost) < 0.02 * np.count_nonzero(before)


def rules_on(page: np.ndarray, top: int, bottom: int, lean: float) -> tuple[Table, list[float]]:
    """The table of a form of which the picture shows the rows of pixels from *top* to *bottom*, somewhat crooked."""
    part = skewed(page, lean)[top:bottom]
    height, width = part.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -lean, 1.0)
    moved = np.vstack((matrix, (0.0, 0.0, 1.0)))
    flat = cv2.warpAffine(part, matrix, (width, height), borderValue=(255, 255, 255))
    seen, scale = Seen.of(flat, moved, part.shape), 595 / width
    across, down = (seen.within(mask) for mask in line_masks(ink_of(grey_of(flat))))
    rules = _scaled_rules(across, down, scale)
    horizontal, vertical, cuts = seen.with_cut_rows(*rules, scale)
    (grid,) = grids_of(horizontal, vertical, 5.0)
    texts = [""] * len(grid.cells)
    return marked(grid.table(texts, Frame.of_sheet(1, (0, 0, 595, 800))), grid, cuts, [[] for _ in texts]), cuts


@pytest.mark.parametrize("lean", [-0.8, 0.0, 0.8])
def test_a_row_through_which_the_picture_ends_is_a_row(lean: float) -> None:
    style = Style.of(7)
    page, lines = registration(filled(7), style), rows_of(style)
    table, cuts = rules_on(page, lines[4] + 30, lines[9] + 300, lean)
    assert (table.n_rows, len(cuts)) == (6, 2)
    assert {cell.row for cell in table.cells if cell.cut} == {0, 5}
    assert sum(cell.row == 0 for cell in table.cells) == 4
    whole, cuts = rules_on(page, 300, page.shape[0], lean)
    assert (whole.n_rows, cuts) == (10, [])
    assert not any(cell.cut for cell in whole.cells)


@pytest.mark.parametrize(("gap", "lines"), [(1, 0), (5, 11)])
def test_dotted_lines_as_on_the_copy_of_a_copy_are_lines(gap: int, lines: int) -> None:
    ink = np.zeros((1200, 1200), np.uint8)
    for at in range(100, 1101, 100):
        cv2.line(ink, (100, at), (1100, at), 255, 2)
        cv2.line(ink, (at, 100), (at, 1100), 255, 2)
    for start in range(10, 13):
        ink[start::25] = ink[:, start::25] = 0
    found = _scaled_rules(*line_masks(ink, gap), 1.0)
    assert [sum(rule.end - rule.start > 900 for rule in rules) for rules in found] == [lines, lines]


def test_the_flat_side_of_a_ring_is_no_line_of_a_table() -> None:
    down = [Rule(at, 100, 160) for at in (60, 180, 520)]
    lines = [Rule(at, 60, 520) for at in (100, 130, 160)]
    down.append(Rule(240, 130, 160))
    ring, narrow, beside_line = Rule(145, 265, 303), Rule(145, 181, 240), Rule(115, 183, 210)
    assert that_meet([*lines, ring, narrow, beside_line], down, 5.0, 90.0) == [*lines, narrow]


def test_a_cell_whose_line_is_lost_in_glare_is_a_cell() -> None:
    across = [Rule(at, 68, end) for at, end in ((177, 530), (202, 430), (227, 436), (252, 530))]
    down = [Rule(69, 177, 252), Rule(184, 177, 252), Rule(299, 202, 252), Rule(413, 223, 252)]
    down += [Rule(529, 170, 206), Rule(529, 223, 260)]
    (found,) = grids_of(across, down, 5.0, worn=True)
    assert len({cell_at(found, point) for point in ((300, 190), (350, 215), (350, 240), (470, 240))}) == 4


@pytest.mark.parametrize(
    ("ends", "at", "taken"),
    [
        (525, (145, 276), True),
        (300, (145, 276), False),  # the text had ended
        (525, (145, 290), False),  # farther below
        (525, (70, 276), False),  # below the label: a note
        (525, (400, 276), False),  # whose stamp it is
    ],
)
def test_the_last_line_of_a_text_may_stand_below_its_table(ends: int, at: tuple[int, int], taken: bool) -> None:
    across = [Rule(at, 60, 530) for at in (100, 200, 270)]
    (found,) = grids_of(across, [Rule(at, 100, 270) for at in (60, 140, 530)], 5.0)
    inside: list[list[Token]] = [[] for _ in found.cells]
    cell = cell_at(found, (300, 230))
    assert cell is not None
    inside[cell] += [Token("讲解用电常识，上门检查", 145, 220, 525, 234), Token("线路，发放", 145, 248, ends, 262)]
    below = Token("宣传单。", at[0], at[1], at[0] + 60, at[1] + 14)
    left = taken_below(found, inside, [below])
    assert (left == [] and below in inside[cell]) if taken else (left == [below] and below not in inside[cell])


def test_a_line_that_was_not_found_is_read_and_a_lone_letter_asked_for() -> None:
    sheet = Sheet(Style.of(7))
    sheet.print(100, 50, "石狮市青少年宫")
    sheet.print(100, 100, "一楼大厅")
    sheet.print(100, 150, "m")
    grey = grey_of(np.asarray(sheet.image)[:220, :500])
    word = Word("石狮市青少年宫", 0.99, 96, 30, 320, 70)
    words, unread = read_missed([word], ink_of(grey), grey, [Box(60, 10, 480, 210)])
    assert [one.text for one in words] == ["石狮市青少年宫", "一楼大厅"]
    assert [abs(y - 155) < 10 for _, y in unread] == [True]
