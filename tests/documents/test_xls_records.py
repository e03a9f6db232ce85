"""Records of .xls as Excel writes them ([MS-XLS]): what LibreOffice's files, in test_sheets, do not show."""

from __future__ import annotations

import struct

import pytest

from bot.documents.context import ReadContext
from bot.documents.formats.sheets.biff import read as biff
from bot.documents.formats.sheets.biff.conditions import RuleReader, formula_text
from bot.documents.formats.sheets.biff.records import Record
from bot.documents.formats.sheets.colours import PALETTE, indexed
from bot.documents.formats.sheets.grid import Sheet
from bot.documents.model import Blob

ALWAYS, NEVER = b"\x1d\x01", b"\x1d\x00"
FONT, FORMAT, PATTERN = 1 << 26, 1 << 25, 1 << 29
SHOWN_NOTHING = struct.pack("<IHHHB", FORMAT, 1, 8, 3, 0) + b";;;"


def font(ink: int = -1, struck: bool | None = None) -> bytes:
    """DXFN with a font alone."""
    style, same = (0x80 if struck else 0), (0 if struck is not None else 0x80)
    return struct.pack("<IH68xII4xi4xI26x", FONT, 0, style, 0, ink, same)


def ground(index: int) -> bytes:
    return struct.pack("<IHHH", PATTERN, 0, 0, index << 7)


def condition(effect: bytes, formula: bytes = ALWAYS) -> tuple[int, bytes]:
    return 0x01B1, struct.pack("<BBHH", 2, 0, len(formula), 0) + effect + formula


def area(top: int, left: int, bottom: int, right: int, number: int = 1) -> tuple[int, bytes]:
    return 0x01B0, struct.pack("<HH8xH4H", 1, number << 1, 1, top, bottom, left, right)


def extension(number: int, rule: int, stops: bool) -> tuple[int, bytes]:
    return 0x087B, struct.pack("<12xIHHBBHBB", 0, number, rule, 0, 0, rule + 1, 1 | 2 * stops, 0)


def seen(*records: tuple[int, bytes]) -> str:
    """Of the texts A1 «甲», B1 «乙», A2 «丙» those that *records* leave."""
    reader = RuleReader(lambda index: indexed(index, PALETTE), lambda _: "")
    take = {0x01B0: reader.areas, 0x01B1: reader.rule, 0x0879: reader.newer, 0x087B: reader.extension}
    for kind, data in records:
        take[kind](Record(kind, (data,)))
    sheet = Sheet("表", {(0, 0): ("甲", None), (0, 1): ("乙", None), (1, 0): ("丙", None)})
    reader.conditions.apply(sheet)
    return "".join(text for text, _ in sheet.cells.values())


WHITE, RED, BLUE = 9, 10, 12
NEWER = 0x0879, bytes(12) + area(0, 0, 0, 1)[1]


@pytest.mark.parametrize(
    ("records", "left"),
    [
        ([area(0, 0, 0, 1), condition(font(WHITE))], "丙"),
        ([area(0, 0, 0, 1), condition(font(RED))], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(font(WHITE), NEVER)], "甲乙丙"),
        ([area(0, 0, 0, 0), condition(font(struck=True))], "乙丙"),
        ([area(0, 0, 0, 0), condition(font(struck=False))], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(SHOWN_NOTHING)], "丙"),
        # A ground that is laid over them, by the same rule, by one that Excel 2003 does not know, by the next one.
        ([area(0, 0, 0, 1), NEWER, condition(font(WHITE))], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(ground(BLUE)), condition(font(WHITE))], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(font(WHITE)), condition(ground(BLUE))], "丙"),
        (
            [area(0, 0, 0, 1), condition(font(WHITE)), condition(ground(BLUE)), extension(1, 0, False)],
            "甲乙丙",
        ),
        ([area(0, 0, 0, 1), condition(font(RED)), condition(font(struck=True))], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(font(WHITE)[:40])], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(SHOWN_NOTHING[:8], b"")], "甲乙丙"),
        ([area(0, 0, 0, 1), condition(font(RED)), condition(font(struck=True)), extension(1, 0, False)], "丙"),
    ],
)
def test_what_a_conditional_format_hides(records: list[tuple[int, bytes]], left: str) -> None:
    assert seen(*records) == left


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        # =$B3="取消": a cell told from the one in hand (RefN), and one told as it stands (Ref).
        (b"\x4c\x00\x00\x01\x80" + b"\x17\x02\x01" + "取消".encode("utf-16-le") + b"\x0b", '($B3="取消")'),
        (b"\x44\x02\x00\x01\x80\x1e\x05\x00\x0d", "($B3>5)"),
        (b"\x4c\xff\xff\xff\xc0\x1f" + struct.pack("<d", -0.5) + b"\x0e", "(C2<>-0.5)"),  # one above, one to the left
        (b"\x24\x00\x00\x00\x00\x41\x20\x00", "LEN($A$1)"),
        (b"\x1e\x01\x00\x1e\x02\x00\x42\x02\x24\x00", "AND(1,2)"),
        (b"\x19\x01\x00\x00\x21\xdd\x00", ""),  # TODAY()
        (b"\x25" + bytes(8), ""),  # an area
        (b"\x0b", ""),
        (b"\x17\xff", ""),
    ],
)
def test_parsed_formulas(tokens: bytes, text: str) -> None:
    assert formula_text(tokens, (2, 3)) == text


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


@pytest.mark.parametrize(
    ("fill", "read"), [((8, 1), ["讲座"]), ((9, 1), []), ((0x40, 0), []), ((8, 2), ["讲座"])], ids=str
)
def test_white_on_the_grounds_of_excel_95(fill: tuple[int, int], read: list[str]) -> None:
    """Excel 5 and 95 keep the fill in other bits of the cell's format: black, white, none, a pattern."""
    begin, end = record(0x0809, struct.pack("<HHHH", 0x0500, 5, 0, 0)), record(0x0A, b"")
    font = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, WHITE, 400, 0, 0, 0, 134, 0) + b"\5Arial")
    style = record(0xE0, struct.pack("<HHHHHB5x", 0, 0, 1, 0x20, fill[0] | 0x41 << 7, fill[1]))
    head = begin + record(0x42, struct.pack("<H", 936)) + font + style
    place = len(head) + len(record(0x85, bytes(9))) + len(end)
    sheet = begin + record(0x0204, struct.pack("<HHHH", 0, 0, 0, 4) + "讲座".encode("gbk")) + end
    book = head + record(0x85, struct.pack("<IBBB", place, 0, 0, 2) + "表".encode("gbk")) + end + sheet
    document = biff.read(Blob("a.xls", "a.xls", book), ReadContext()).document
    assert document is not None
    assert [cell.text for table in document.tables() for cell in table.cells] == read
