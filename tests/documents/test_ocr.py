"""Scans and photos of filled forms. What each stands for is in ``scan_maker``."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from bot.base.limits import Limits
from bot.base.problems import Code
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, TooLarge
from bot.documents.formats.ocr.clean import grey_of, ink_of
from bot.documents.formats.ocr.images import pages_of
from bot.documents.formats.ocr.there import NoRecogniser, read
from bot.documents.formats.ocr.ticks.boxes import find_boxes
from bot.documents.formats.pdf.read import read as read_pdf
from bot.documents.guard import Guard
from bot.documents.model import Blob, Document, Table
from bot.documents.open import open_blob
from bot.documents.page.grid import Box
from tests.documents.scan_maker import VARIANTS, Page, noisy, picture_file, rendered, stamped

EXAMPLES = Path(__file__).parent / "pdf"
TICKED = {
    "填报单位": "晋江市科学技术协会",
    "填报日期": "2023年8月28日",
    "活动名称": "晋江市2023年全国科普日主场活动",
    "主办单位": "晋江市科学技术协会",
    "承办单位": "晋江市科技馆、晋江市青少年宫",
    "联系人": "庄晓东",
    "联系电话": "0595-22000000",
    "移动电话": "13900000000",
    "电子邮箱": "zhuangxd@example.com",
    "活动时间": "2023年9月17日至9月20日",
    "活动地点": "晋江市科技馆一楼大厅",
    "主要活动类型": "展览展示 现场咨询 科普宣传",
    "活动对象": "青少年 老年人",
    "参与人数": "预计公众参与活动人数1500人，组织工作人员45人。",
}


PLAIN = ReadContext()


def document(data: bytes, context: ReadContext = PLAIN) -> Document:
    found = read(Blob("a.jpg", "a.jpg", data), context).document
    assert found is not None
    return found


def values(found: Document) -> dict[str, str]:
    """Label -> value, white space taken out; of options the ticked ones."""
    out = {}
    for paragraph in found.paragraphs():
        for label, value in re.findall(r"(填报单位|填报日期)[:：]\s*(\S+)", paragraph.text):
            out[label] = value
    for table in found.tables():
        for row in table.rows():
            for label, value in zip(row[::2], row[1::2], strict=False):
                ticks = re.findall(r"[☑√]\s*([\u4e00-\u9fff]+)", value.text)
                options = "☐" in value.text or "□" in value.text
                out[re.sub(r"\s", "", label.text)] = " ".join(ticks) if options else re.sub(r"\s", "", value.text)
    return out


def right(found: Document, expected: dict[str, str]) -> set[str]:
    got = values(found)
    return {label for label, value in expected.items() if got.get(label, "").replace(",", "，") == value}


@pytest.fixture(scope="module")
def ticked_page() -> Page:
    return rendered(EXAMPLES / "registration_ticked.pdf")


@pytest.fixture(scope="module")
def guard() -> Iterator[Guard]:
    with Guard() as one:
        yield one


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["left", "hard", "stamped photo"])
def test_a_form_as_it_arrives(ticked_page: Page, guard: Guard, variant: str) -> None:
    """Within the limits of the worker."""
    found = guard.run(open_blob, Blob("a.jpg", "a.jpg", VARIANTS[variant](ticked_page)), ReadContext()).document
    assert found is not None and found.ocr
    missing = set(TICKED) - right(found, TICKED)
    assert len(missing) <= 1, {label: values(found).get(label) for label in missing}
    assert all(cell.confidence is not None for table in found.tables() for cell in table.cells if cell.text)


@pytest.mark.slow
def test_a_scanned_pdf_and_its_pages_beyond_the_limit(ticked_page: Page) -> None:
    sheets = [Image.fromarray(noisy(ticked_page, 8)) for _ in range(2)]
    buffer = io.BytesIO()
    sheets[0].save(buffer, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    context = ReadContext(limits=Limits(max_pages=1))
    found = read_pdf(Blob("a.pdf", "a.pdf", buffer.getvalue()), context).document
    assert found is not None and found.ocr and found.format == "pdf"
    assert right(found, TICKED) == set(TICKED)
    assert [problem.code for problem in found.problems] == [Code.TOO_LARGE]


def test_something_else_than_a_document_is_a_picture() -> None:
    rng = np.random.default_rng(3)
    scene = cv2.GaussianBlur(rng.integers(0, 255, (60, 80, 3)).astype(np.uint8), (9, 9), 0)
    data = picture_file(np.asarray(cv2.resize(scene, (800, 600), interpolation=cv2.INTER_CUBIC)))
    found = document(data)
    assert not found.blocks and not found.ocr
    assert [(p.content_type, p.width, p.height, p.data) for p in found.pictures] == [("image/jpeg", 800, 600, data)]


def test_switched_off_it_stays_a_picture(ticked_page: Page) -> None:
    found = document(picture_file(ticked_page), ReadContext(ocr=False))
    assert not found.blocks and len(found.pictures) == 1


def small(color: str = "RGB") -> Image.Image:
    image = Image.new("RGB", (120, 60), "white")
    image.paste((200, 0, 0), (0, 0, 30, 60))
    return image.convert(color)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "HEIF"])
def test_formats_of_pictures(kind: str) -> None:
    pillow_heif.register_heif_opener()
    (page,) = pages_of(saved(small(), kind), 5)
    assert page.shape == (60, 120, 3)
    assert page[30, 10, 0] > 150 > page[30, 10, 1] and page[30, 100].min() > 240


@pytest.mark.parametrize("color", ["1", "L", "P", "CMYK", "I;16", "LA", "RGBA"])
def test_kinds_of_colour(color: str) -> None:
    image = small("L").convert(color) if color != "I;16" else Image.fromarray(np.full((60, 120), 60000, np.uint16))
    (page,) = pages_of(saved(image, "TIFF"), 5)
    assert page.shape == (60, 120, 3) and page.dtype == np.uint8


def test_transparent_pictures_lie_on_white_paper() -> None:
    (page,) = pages_of(saved(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), 1)
    assert page.min() == 255


def test_the_camera_says_which_way_is_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = pages_of(saved(small(), "JPEG", exif=exif.tobytes()), 1)
    assert page.shape == (120, 60, 3)
    assert page[5, 30, 1] < 100 < page[100, 30, 1]


def test_pages_of_a_fax() -> None:
    data = saved(small(), "TIFF", save_all=True, append_images=[small(), small()])
    assert len(list(pages_of(data, 5))) == 3
    assert len(list(pages_of(data, 2))) == 2
    found = document(data, ReadContext(limits=Limits(max_pages=2)))
    assert [problem.code for problem in found.problems] == [Code.TOO_LARGE]


def test_huge_pictures_are_refused_undecoded() -> None:
    data = saved(Image.new("1", (12_000, 12_000)), "PNG")
    with pytest.raises(TooLarge):
        document(data)
    (page,) = pages_of(saved(Image.new("L", (6000, 3000)), "PNG"), 1)
    assert max(page.shape) == 2400


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"II*\0" + b"\xff" * 40, b"BM" + b"\0" * 60]
)
def test_broken_pictures(data: bytes) -> None:
    with pytest.raises(Damaged):
        document(data)


def test_a_cut_off_photo_gives_what_is_there() -> None:
    data = saved(small().resize((900, 600)), "JPEG")
    (page,) = pages_of(data[: len(data) * 2 // 3], 1)
    assert page.shape[:2] == (600, 900)


def test_a_stamp_goes_and_the_print_under_it_stays(ticked_page: Page) -> None:
    covered = stamped(ticked_page, 0.1, 0.13)
    before, after = ink_of(grey_of(ticked_page)) > 0, ink_of(grey_of(covered)) > 0
    added = np.count_nonzero(after & ~cv2.dilate(before.astype(np.uint8), np.ones((5, 5))).astype(bool))
    lost = np.count_nonzero(before & ~cv2.dilate(after.astype(np.uint8), np.ones((5, 5))).astype(bool))
    assert added < 0.002 * np.count_nonzero(before)
    assert lost < 0.01 * np.count_nonzero(before)


def test_red_lines_of_text_are_no_stamp() -> None:
    page = np.full((800, 800, 3), 255, np.uint8)
    for row in range(5):
        cv2.putText(
            page, "red letters of a heading", (40, 200 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (200, 20, 20), 4
        )
    assert np.count_nonzero(ink_of(grey_of(page))) > 10_000


def boxes_page(marks: list[str]) -> Page:
    page = np.full((400, 1000, 3), 255, np.uint8)
    for i, mark in enumerate(marks):
        x, y = 60 + 150 * i, 100
        cv2.rectangle(page, (x, y), (x + 22, y + 22), (0, 0, 0), 2)
        if mark == "tick":
            cv2.polylines(page, [np.asarray([(x + 4, y + 10), (x + 10, y + 19), (x + 26, y - 6)])], False, (0, 0, 0), 2)
        elif mark == "fill":
            cv2.rectangle(page, (x + 4, y + 4), (x + 18, y + 18), (0, 0, 0), -1)
        elif mark == "cross":
            cv2.line(page, (x + 3, y + 3), (x + 19, y + 19), (0, 0, 0), 2)
            cv2.line(page, (x + 3, y + 19), (x + 19, y + 3), (0, 0, 0), 2)
        elif mark == "speck":
            cv2.circle(page, (x + 11, y + 11), 2, (0, 0, 0), -1)
        cv2.putText(page, "XAV", (x + 30, y + 22), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    return page


def test_ticks_are_seen_in_the_pixels() -> None:
    page = boxes_page(["tick", "", "fill", "cross", "", "speck"])
    ink = ink_of(grey_of(page))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, 1000, 400)])
    marks = [box.mark for box in sorted(found, key=lambda b: b.box.x0)]
    assert marks[:5] == ["☑", "☐", "☑", "", "☐"]  # among ticks a cross may say no: it is asked for
    assert marks[5] != "☑"  # a speck is no tick


def test_a_cross_where_nobody_ticked_is_a_tick() -> None:
    page = boxes_page(["cross", "", "fill", "cross", ""])
    ink = ink_of(grey_of(page))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, 1000, 400)])
    assert [box.mark for box in sorted(found, key=lambda b: b.box.x0)] == ["☑", "☐", "☑", "☑", "☐"]


@pytest.mark.parametrize("width", [1000, 1120, 1241, 1300, 1390])
def test_thin_boxes_that_touch_their_option_are_found(width: int) -> None:
    """As 150 dots an inch show them: lines of one pixel, the next letter close enough to run into them."""
    page = np.full((400, width, 3), 255, np.uint8)
    for i in range(5):
        x, y = 60 + 150 * i, 100
        cv2.rectangle(page, (x, y), (x + 19, y + 19), (0, 0, 0), 1)
        cv2.line(page, (x + 20, y + 4), (x + 38, y + 4), (0, 0, 0), 1)
        cv2.line(page, (x + 28, y), (x + 28, y + 19), (0, 0, 0), 2)
        if i == 2:
            cv2.polylines(page, [np.asarray([(x + 4, y + 10), (x + 8, y + 15), (x + 16, y + 4)])], False, (0, 0, 0), 2)
    ink = ink_of(grey_of(page))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, width, 400)])
    assert [box.mark for box in sorted(found, key=lambda b: b.box.x0)] == ["☐", "☐", "☑", "☐", "☐"]


def test_a_square_letter_that_ends_an_option_is_no_box() -> None:
    """As the upper part of 员 at the end of a line."""
    page = boxes_page(["tick", "", "", ""])
    for x in (149, 449):
        cv2.rectangle(page, (x, 101), (x + 21, 122), (0, 0, 0), 2)
        cv2.line(page, (x + 6, 112), (x + 16, 112), (0, 0, 0), 2)
    ink = ink_of(grey_of(page))
    found = find_boxes(ink, np.zeros_like(ink), [Box(0, 0, 1000, 400)])
    assert [(round(b.box.x0 / 10), b.mark) for b in sorted(found, key=lambda b: b.box.x0)] == [
        (6, "☑"),
        (21, "☐"),
        (36, "☐"),
        (51, "☐"),
    ]


def test_no_boxes_where_none_is_empty() -> None:
    page = boxes_page(["fill", "fill"])
    ink = ink_of(grey_of(page))
    assert not find_boxes(ink, np.zeros_like(ink), [Box(0, 0, 1000, 400)])


def test_without_recogniser_the_sender_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.documents.formats.ocr.there.is_there", lambda: False)
    with pytest.raises(NoRecogniser) as caught:
        document(saved(small(), "PNG"))
    assert "Word" in caught.value.advice


def test_tables_keep_their_spans(ticked_page: Page) -> None:
    """The grid alone, without the recogniser: what the ruling lines say."""
    from bot.documents.formats.ocr.page import _scaled_rules
    from bot.documents.formats.ocr.rules import line_masks
    from bot.documents.page.frame import Frame
    from bot.documents.page.grid import grids_of

    across, down = line_masks(ink_of(grey_of(ticked_page)))
    (grid,) = grids_of(*_scaled_rules(across, down, 595 / ticked_page.shape[1]), 5.0)
    table: Table = grid.table([""] * len(grid.cells), Frame.of_sheet(1, (0, 0, 595, 842)))
    assert (table.n_rows, table.n_cols) == (10, 4)
    assert [cell.colspan for cell in table.cells][:6] == [1, 3, 1, 3, 1, 3]
