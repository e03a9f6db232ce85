"""The title of a compound file, also out of a damaged property set."""

from __future__ import annotations

import struct

import pytest

from bot.documents.shared.ole_objects import document_title
from tests.documents.test_pptx import compound_file


def properties(title: bytes, codepage: int, *, kind: int = 0x1E, size: int = -1, other: bytes = b"") -> bytes:
    """A SummaryInformation stream with codepage, title and one more property."""
    first = struct.pack("<IHH", 2, codepage, 0)
    second = struct.pack("<II", kind, len(title) if size < 0 else size) + title + bytes(-len(title) % 4)
    start = 8 + 3 * 8
    table = struct.pack("<6I", 1, start, 2, start + len(first), 4, start + len(first) + len(second))
    section = table + first + second + other
    return struct.pack("<HHI16xI16xI", 0xFFFE, 0, 0, 1, 48) + struct.pack("<II", 8 + len(section), 3) + section


@pytest.mark.parametrize(
    ("stream", "title"),
    [
        (properties("申报表\0".encode("gbk"), 936), "申报表"),
        (properties("申报表\0".encode(), 65001), "申报表"),
        (properties("申报表\0".encode("utf-16-le"), 1200, kind=0x1F, size=4), "申报表"),
        (properties("申报表\0".encode("gbk"), 936, other=struct.pack("<II", 0x101E, 0xFFFF_FFFF)), "申报表"),
        (properties(b"\xff\xff\xff\0", 936), ""),
        (properties(b"", 936)[:60], ""),
    ],
)
def test_titles(stream: bytes, title: str) -> None:
    assert document_title(compound_file("\x05SummaryInformation", stream)) == title
