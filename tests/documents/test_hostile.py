"""Broken and hostile files: every reader ends in a document or a reader's error, soon."""

from __future__ import annotations

import base64
import io
import random
import zipfile
from collections.abc import Callable, Iterator

import pytest

from bot.documents.errors import ReaderError, TooLarge, Unsafe
from bot.documents.model import Document
from tests.bounded import bounded
from tests.documents.conftest import document_of, opened
from tests.documents.test_sheets import edited, odd_workbook, plain_workbook
from tests.documents.test_texts import flat_opc, word_2003
from tests.factory import docx_file, html_file, rtf_file, sheet_file
from tests.factory.layouts import LAYOUTS
from tests.factory.odd import ODD_DOCX

PAGE = LAYOUTS["wps_grid"]()
OWN = {
    "表.docx": ODD_DOCX,
    "平.xml": flat_opc(ODD_DOCX),
    "旧.xml": word_2003(ODD_DOCX),
    "表.rtf": rtf_file.rtf_bytes(PAGE, "legacy", gbk=True),
    "表.html": html_file.html_bytes(PAGE, "font"),
    "表.mht": html_file.mht_bytes(PAGE),
    "表.xlsx": odd_workbook(),
    "旧.xls": sheet_file.xml_2003_bytes(PAGE),
    "表.csv": sheet_file.csv_bytes(PAGE),
}
CONVERTED = {
    "表.doc": ("doc", "wps_grid"),
    "表.odt": ("odt", "wps_grid"),
    "表.fodt": ("fodt", "official"),
    "表.xls": ("xls", "several"),
    "表.ods": ("ods", "summary"),
}


def outcome(data: bytes, name: str) -> Document | ReaderError | None:
    """What the reader makes of *data*; fails on any other exception and on slowness."""
    with bounded():
        try:
            return opened(data, name).document
        except ReaderError as error:
            return error


def mutations(data: bytes, seed: str) -> Iterator[bytes]:
    """Cut at every tenth, bytes changed, stretches lost, doubled and zeroed; the same ones in every run."""
    yield from (data[: len(data) * part // 10] for part in range(1, 10))
    chance = random.Random(seed)
    for _ in range(20):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 3, 30))):
            changed[chance.randrange(len(changed))] = chance.choice((0, 0xFF, chance.randrange(256)))
        start = chance.randrange(len(changed))
        size = chance.choice((0, 0, 1, 7, 64, 513))
        match chance.randrange(4):
            case 0:
                del changed[start : start + size]
            case 1:
                changed[start:start] = changed[start : start + size]
            case 2:
                changed[start : start + size] = bytes(size)
        yield bytes(changed)


@pytest.mark.parametrize("name", OWN)
def test_mutated_files(name: str) -> None:
    for number, data in enumerate(mutations(OWN[name], name)):
        found = outcome(data, name)
        assert found is None or isinstance(found, Document | ReaderError), number


@pytest.mark.slow
@pytest.mark.parametrize("name", CONVERTED)
def test_mutated_office_files(converted: Callable[[str, str], bytes], name: str) -> None:
    for number, data in enumerate(mutations(converted(*CONVERTED[name]), name)):
        found = outcome(data, name)
        assert found is None or isinstance(found, Document | ReaderError), number


def unpacked_mutations(data: bytes, member: str, seed: str) -> Iterator[bytes]:
    """Mutations of one part inside a valid zip: past the checksum, where the reader itself must hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    for changed in mutations(parts[member], seed):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, changed if name == member else content)
        yield out.getvalue()


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("表.docx", "word/document.xml"),
        ("表.docx", "word/styles.xml"),
        ("表.docx", "word/numbering.xml"),
        ("表.xlsx", "xl/worksheets/sheet1.xml"),
        ("表.xlsx", "xl/styles.xml"),
        ("表.xlsx", "xl/workbook.xml"),
    ],
)
def test_mutated_parts(name: str, member: str) -> None:
    for data in unpacked_mutations(OWN[name], member, name + member):
        outcome(data, name)


def test_no_text_from_a_cut_file_is_taken_for_the_whole() -> None:
    """A form that lost its end must not look like a form whose end was left empty."""
    for name in ("表.docx", "平.xml", "旧.xml", "表.xlsx", "旧.xls"):
        data = OWN[name]
        for part in range(1, 18):
            found = outcome(data[: len(data) * part // 20], name)
            if isinstance(found, Document) and found.blocks:
                assert "终" in str(found.blocks) or name == "表.xlsx", (name, part)


BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def with_prolog(data: bytes, member: str, prolog: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == member:
                head, _, rest = content.partition(b"?>") if content.startswith(b"<?xml") else (b"", b"", content)
                content = (head + b"?>" if head else b"") + prolog.encode() + rest
            target.writestr(info.filename, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "member"),
    [("表.docx", "word/document.xml"), ("表.xlsx", "xl/workbook.xml"), ("表.xlsx", "xl/worksheets/sheet1.xml")],
)
def test_entities(name: str, member: str) -> None:
    assert isinstance(outcome(with_prolog(OWN[name], member, BOMB), name), Unsafe)


def test_external_entities_are_not_read() -> None:
    prolog = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert isinstance(outcome(with_prolog(ODD_DOCX, "word/document.xml", prolog), "表.docx"), Unsafe)


def docx(body: str) -> bytes:
    return docx_file.package(body)


CELL = "<w:tc><w:tcPr>{0}</w:tcPr><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>"


@pytest.mark.parametrize(
    "body",
    [
        "<w:tbl><w:tr>" + CELL.format('<w:gridSpan w:val="1000000000"/>') + CELL.format("") + "</w:tr></w:tbl>",
        '<w:tbl><w:tr><w:trPr><w:gridBefore w:val="999999999"/></w:trPr>' + CELL.format("") + "</w:tr></w:tbl>",
        "<w:tbl><w:tr>" + CELL.format("<w:vMerge/>") * 20_000 + "</w:tr></w:tbl>",
        "<w:tbl>" + ("<w:tr>" + CELL.format("<w:vMerge/>") * 60 + "</w:tr>") * 200 + "</w:tbl>",
        "<w:p>" + "<w:ins>" * 240 + "</w:ins>" * 240 + "</w:p>",
        "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60,
        "<w:p>" + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 5000 + "<w:r><w:t>x</w:t></w:r></w:p>",
    ],
    ids=["span", "before", "wide", "merges", "deep", "nested", "fields"],
)
def test_odd_docx_structures(body: str) -> None:
    assert outcome(docx(body), "表.docx") is not None


def test_nesting_beyond_the_parser() -> None:
    assert isinstance(outcome(docx("<w:p>" + "<w:ins>" * 3000 + "</w:ins>" * 3000 + "</w:p>"), "表.docx"), Unsafe)


def test_too_many_rows_and_too_much_text() -> None:
    row = "<w:tr>" + CELL.format("") + "</w:tr>"
    assert isinstance(outcome(docx("<w:tbl>" + row * 20_001 + "</w:tbl>"), "表.docx"), TooLarge)
    assert isinstance(
        outcome(docx(("<w:p><w:r><w:t>" + "x" * 1000 + "</w:t></w:r></w:p>") * 6000), "表.docx"), TooLarge
    )


def test_zip_bomb() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(ODD_DOCX)) as source:
            for info in source.infolist():
                archive.writestr(info.filename, source.read(info))
        archive.writestr("word/media/a.bin", bytes(200 * 2**20))
    assert isinstance(outcome(out.getvalue(), "表.docx"), TooLarge | Unsafe)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000,
        "<table><tr><td>" * 5_000,
        "<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 3_000 + "</table>",
        "<table><tr>" + "<td>" * 50_000 + "</table>",
        "<b>" * 200_000 + "x",
        "<style>" + ".a{display:none}" * 50_000 + "</style>x",
        "<p>" + "<!--" * 100_000,
        "<a href=x>" * 50_000,
    ],
    ids=["divs", "tables", "spans", "cells", "inline", "styles", "comments", "links"],
)
def test_odd_pages(page: str) -> None:
    outcome(f"<html><body>{page}".encode(), "页.html")


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1" + b"{" * 200_000,
        b"{\\rtf1" + b"{\\shptxt" * 5_000,
        b"{\\rtf1\\trowd" + b"\\cellx1" * 200_000 + b"\\cell\\row}",
        b"{\\rtf1" + b"\\trowd\\cellx1\\intbl\\cell\\row " * 19_000 + b"}",
        b"{\\rtf1\\intbl" + b"\\cell" * 300_000 + b"\\row}",
        b"{\\rtf1{\\fonttbl" + b"{\\f1 x;}" * 100_000 + b"}}",
        b"{\\rtf1" + b"{\\field{\\*\\fldinst " * 900,
        b"{\\rtf1\\itap99999999 x\\nestcell\\nestrow\\bin99999999999 x}",
        b"{\\rtf1\\u99999999999999 \\'zz\\'}",
    ],
    ids=["groups", "shapes", "edges", "rows", "cells", "fonts", "fields", "depths", "numbers"],
)
def test_odd_rtf(data: bytes) -> None:
    outcome(data, "表.rtf")


def test_csv_with_one_endless_field() -> None:
    outcome(b'a,"' + b"x" * 3_000_000, "表.csv")
    outcome(b'"\n' * 200_000, "表.csv")


def test_sheet_with_wide_rows_and_many_merges() -> None:
    cells = "".join(f"<c><v>{number}</v></c>" for number in range(16_384))
    merges = "".join(f'<mergeCell ref="A{n}:CV{n + 90}"/>' for n in range(1, 20_000))
    data = edited(
        plain_workbook(), sheet1=("</sheetData>", f"<row>{cells}</row></sheetData><mergeCells>{merges}</mergeCells>")
    )
    assert isinstance(outcome(data, "表.xlsx"), Document)


def test_picture_data_in_pages_is_bounded() -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(50)).decode()
    page = "".join(f'<img src="data:image/png;base64,{picture}{number:04d}">' for number in range(2_000))
    assert len(document_of(f"<html>{page}</html>".encode(), "页.html").pictures) <= 60
