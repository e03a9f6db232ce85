"""What lies beside the forms: kept, passed over, or named for what it is."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from bot.base.problems import Severity
from bot.documents.context import ReadContext
from bot.documents.formats.mails.read import blobs_of
from bot.documents.model import Blob, Document
from bot.documents.open import open_blob
from bot.message.parse import parse_message

FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 8
LINK = b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F" + bytes(80)


def owner_file(name: str = "cai", size: int = 162) -> bytes:
    wide = name.encode("utf-16-le")
    head = bytes([len(name)]) + name.encode().ljust(53) + bytes([len(name), 0]) + wide
    return head.ljust(size, b" ")


def read(name: str, data: bytes, content_type: str = "application/octet-stream") -> Document:
    document = open_blob(Blob(name, name, data, content_type), ReadContext()).document
    assert document is not None
    return document


def mail(*files: tuple[str, bytes]) -> list[tuple[str, bool]]:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.com", "报送"
    message.set_content("见附件")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return [(blob.name, blob.is_body) for blob in blobs_of(parse_message(message.as_bytes()))][1:]


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, b"\x01\x02\x03\xff\xfe")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("现场视频.mp4", FILM),
        ("采访.MOV", b"\x00\x00\x00\x14ftypqt  " + FILM),
        ("录音.mp3", b"ID3\x04" + FILM),
        ("海报.psd", b"8BPS\x00\x01" + FILM),
        ("展板.cdr", zipped("content/riffData.cdr", "metadata/thumbnails/thumbnail.bmp")),
        ("展板.ai", b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n" + FILM),
        ("场地图.dwg", b"AC1027\x00" + FILM),
        ("场地图.dxf", b"0\nSECTION\n2\nHEADER\n" * 1000),
        ("照片.CR2", b"II*\x00\x10\x00\x00\x00CR" + FILM),
        ("标志.svg", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><text>x</text></svg>"),
        ("方正小标宋.ttf", b"\x00\x01\x00\x00\x00\x0f" + FILM),
        ("安装.exe", b"MZ\x90\x00" + FILM),
        ("字幕.srt", "1\n00:00:01,000 --> 00:00:02,000\n你好\n".encode()),
        ("2023年9月20日录像.h264", b"\x00\x00\x00\x01\x67" + FILM),
    ],
)
def test_what_holds_no_form_is_no_fault(name: str, data: bytes) -> None:
    document = read(name, data)
    assert (document.format, document.blocks, document.problems) == ("unknown", (), ())


def test_a_film_may_be_as_large_as_it_likes() -> None:
    from bot.base.limits import Limits

    blob = Blob("现场.mp4", "现场.mp4", FILM)
    document = open_blob(blob, ReadContext(limits=Limits(max_part=100))).document
    assert document is not None and not document.problems


@pytest.mark.parametrize("name", ["申报表.docx", "申报表.wps", "申报表", "申报表.ofd", "汇总表.pages", "报送.rar"])
def test_what_may_hold_a_form_and_cannot_be_opened_is_told(name: str) -> None:
    (problem,) = read(name, b"\x93\x01\xf7\x00\x02" * 300).problems
    assert (problem.code, problem.severity) == ("unreadable", Severity.ERROR)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("申报表.docx.lnk", LINK),
        ("申报表 - 快捷方式.docx", LINK),
        ("申报表.url", b"[InternetShortcut]\r\nURL=file:///D:/%E7%94%B3.docx\r\n"),
        ("申报表.txt", b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n[InternetShortcut]\r\n"),
    ],
)
def test_a_shortcut_is_named(name: str, data: bytes) -> None:
    (problem,) = read(name, data).problems
    assert "快捷方式" in problem.message and problem.is_error


LEFT = [
    ("~$申报表.docx", owner_file()),
    ("-申报表.docx", owner_file(size=165)),  # a mail program put another sign for ~$
    (".~申报表.docx", b"x"),
    (".~lock.汇总表.xlsx#", b",cai,cai-PC,25.08.2023 09:12,file:///C:/;"),
    ("._申报表.docx", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"),
    ("申报表.docx", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X"),
    (".DS_Store", b"\x00\x00\x00\x01Bud1"),
    ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    ("desktop.ini", b"[.ShellClassInfo]"),
    ("~WRL0003.tmp", b"\xd0\xcf\x11\xe0"),
    ("ATT00001.bin", b"\x00\x01\x02\x80" * 30),
    ("ATT00002.dat", b"\x93\x01\xf7\x02\x80" * 30),
]


@pytest.mark.parametrize(("name", "data"), LEFT, ids=[name for name, _ in LEFT])
def test_what_programs_leave_behind_is_passed_over(name: str, data: bytes) -> None:
    assert mail((name, data), ("汇总表.csv", b"a,b\n1,2\n")) == [("汇总表.csv", False)]


def test_an_owner_file_alone_was_meant_to_be_the_document() -> None:
    assert mail(("~$申报表.docx", owner_file())) == [("~$申报表.docx", False)]
    (problem,) = read("~$申报表.docx", owner_file()).problems
    assert "临时文件" in problem.message
    assert mail(("Thumbs.db", b"x"), ("._a.docx", b"x")) == []


def test_the_rest_of_the_text_behind_an_attachment_is_text() -> None:
    files = mail(
        ("申报表.csv", b"a,b\n1,2\n"),
        ("ATT00001.htm", b"<html><body>\xe8\xb0\xa2\xe8\xb0\xa2</body></html>"),
        ("ATT00002.txt", b"--\r\n"),
    )
    assert files == [("申报表.csv", False), ("正文.html", True), ("正文.txt", True)]
    assert mail(("ATT00003.docx", zipped("word/document.xml", "[Content_Types].xml"))) == [("ATT00003.docx", False)]
