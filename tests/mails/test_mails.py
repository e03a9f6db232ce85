"""Mails as containers: odd ones built here (the others are example pairs, see ``test_examples.py``)."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest

from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.documents.context import ReadContext
from bot.documents.errors import Encrypted
from bot.documents.formats.mails.read import blobs_of
from bot.documents.model import Blob
from bot.documents.open import open_all, open_blob
from bot.documents.shared.pictures import picture_size
from bot.message.parse import parse_message
from tests.reading import read
from tests.worker import WORKER


def png(width: int, height: int, size: int = 5000) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + chunk(b"tEXt", b"a\0" + b"x" * size)
        + chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int, size: int = 5000) -> bytes:
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
        + b"\xff\xc0\x00\x11\x08"
        + struct.pack(">HH", height, width)
        + b"\x03"
        + b"\0" * 9
        + b"x" * size
        + b"\xff\xd9"
    )


def part(name: str, data: bytes, kind: str, *, identity: str = "", disposition: str = "attachment") -> str:
    lines = [
        f'Content-Type: {kind}; name="{name}"' if name else f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
    ]
    lines += [f"Content-ID: <{identity}>"] if identity else []
    lines += [f'Content-Disposition: {disposition}; filename="{name}"'] if disposition else []
    return "\r\n".join(lines) + "\r\n\r\n" + base64.encodebytes(data).decode()


def mail(
    *parts: str,
    body: str = "请查收",
    html: bool = False,
    kind: str = "mixed",
    sender: str = "zhang@example.com",
    boundary: str = "b",
) -> bytes:
    first = f"Content-Type: text/{'html' if html else 'plain'}; charset=utf-8\r\n\r\n{body}"
    return (
        f'From: {sender}\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
        + "".join(f"--{boundary}\r\n{one}\r\n" for one in (first, *parts))
        + f"--{boundary}--\r\n"
    ).encode()


def names(raw: bytes) -> list[str]:
    return [blob.name for blob in blobs_of(parse_message(raw))]


DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"form" * 200
SHOWN = '<p>请查收</p><img src="cid:a@b">'
# what, parts, body, names that stay
DECORATION: list[tuple[str, tuple[str, ...], str, list[str]]] = [
    ("signature_of_smime", (part("smime.p7s", b"x" * 5000, "application/pkcs7-signature"),), "请查收", []),
    (
        "pgp_signature",
        (part("signature.asc", b"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"),),
        "请查收",
        [],
    ),
    ("calendar", (part("invite.ics", b"BEGIN:VCALENDAR", "text/calendar"),), "请查收", []),
    ("card", (part("张三.vcf", b"BEGIN:VCARD", "text/x-vcard"),), "请查收", []),
    ("card_by_name", (part("张三.vcf", b"BEGIN:VCARD", "application/octet-stream"),), "请查收", []),
    ("outlook_leftovers", (part("oledata.mso", b"x" * 9000, "application/x-mso"),), "请查收", []),
    (
        "logo_in_the_text",
        (part("image001.png", png(180, 60), "image/png", identity="a@b", disposition="inline"),),
        SHOWN,
        [],
    ),
    (
        "wide_banner_in_the_text",
        (part("image001.png", png(900, 100), "image/png", identity="a@b", disposition="inline"),),
        SHOWN,
        [],
    ),
    (
        "icon_attached",
        (part("icon.gif", b"GIF89a" + struct.pack("<HH", 16, 16) + b"x" * 500, "image/gif"),),
        "请查收",
        [],
    ),
    ("pixel", (part("", b"GIF89a\x01\0\x01\0" + b"x" * 30, "image/gif", disposition=""),), "请查收", []),
    ("small_picture_attached", (part("image003.jpg", jpeg(150, 150), "image/jpeg"),), "请查收", []),
    ("qr_code", (part("二维码.png", png(430, 430), "image/png"),), "请查收", []),
    (
        "photo_of_a_form_in_the_text",
        (part("IMG_1.jpg", jpeg(1200, 1600), "image/jpeg", identity="a@b", disposition="inline"),),
        SHOWN,
        ["IMG_1.jpg"],
    ),
    ("photo_attached", (part("申报表.jpg", jpeg(1200, 1600), "image/jpeg"),), "请查收", ["申报表.jpg"]),
    (
        "photo_of_middle_size_attached",
        (part("申报表.jpg", jpeg(390, 390, 30000), "image/jpeg"),),
        "请查收",
        ["申报表.jpg"],
    ),
    (
        "stationery",
        (part("bg.jpg", jpeg(1000, 800), "image/jpeg", identity="a@b", disposition="inline"),),
        '<body background="cid:a@b"><p>请查收</p></body>',
        [],
    ),
    (
        "stationery_by_style",
        (part("bg.jpg", jpeg(1000, 800), "image/jpeg", identity="a@b", disposition="inline"),),
        "<div style=\"background-image: url('cid:a@b')\">请查收</div>",
        [],
    ),
    (
        "picture_of_quoted_history",
        (part("IMG_1.jpg", jpeg(1200, 1600), "image/jpeg", identity="a@b", disposition="inline"),),
        '<p>收到</p><div>在 2023-08-28 09:01:00，"张三" &lt;a@example.com&gt; 写道：</div><blockquote><img src="cid:a@b"></blockquote>',
        [],
    ),
    ("file", (part("申报表.doc", DOC, "application/msword"),), "请查收", ["申报表.doc"]),
    ("inline_file", (part("申报表.doc", DOC, "application/msword", disposition="inline"),), "请查收", ["申报表.doc"]),
    ("small_text_file", (part("说明.txt", b"abc", "text/plain"),), "请查收", ["说明.txt"]),
    ("empty_file", (part("空.doc", b"", "application/msword"),), "请查收", ["空.doc"]),
    ("empty_part", (part("说明", b"", "application/octet-stream"),), "请查收", []),
    ("name_without_ending", (part("申报表", DOC, "application/octet-stream"),), "请查收", ["申报表.doc"]),
    ("no_name", (part("", DOC, "application/octet-stream"),), "请查收", ["附件1.doc"]),
    (
        "encrypted_pgp",
        (part("encrypted.asc", b"-----BEGIN PGP MESSAGE-----\nx", "application/octet-stream"),),
        "请查收",
        ["encrypted.asc"],
    ),
]


@pytest.mark.parametrize(
    ("parts", "body", "expected"), [row[1:] for row in DECORATION], ids=[row[0] for row in DECORATION]
)
def test_decoration(parts: tuple[str, ...], body: str, expected: list[str]) -> None:
    found = names(mail(*parts, body=body, html=body.startswith("<"), kind="related" if "cid:" in body else "mixed"))
    assert [name for name in found if not name.startswith("正文")] == expected


def test_picture_sizes() -> None:
    assert picture_size(png(7, 9)) == (7, 9)
    assert picture_size(jpeg(7, 9)) == (7, 9)
    assert picture_size(b"BM" + b"\0" * 16 + struct.pack("<ii", 7, -9)) == (7, 9)
    assert picture_size(b"\xff\xd8\xff") == picture_size(b"") == (0, 0)


TABLE = "<table><tr><td>活动名称</td><td>科普进校园</td></tr><tr><td>联系人</td><td>庄晓东</td></tr></table>"


def test_order_and_paths() -> None:
    inner = mail(part("内表.doc", DOC, "application/msword"), sender="李四 <li@example.com>", boundary="inner")
    raw = mail(
        part("一.doc", DOC, "application/msword"),
        "Content-Type: message/rfc822\r\n\r\n" + inner.decode(),
        part("二.doc", DOC, "application/msword"),
    )
    blobs = blobs_of(parse_message(raw), "信.eml")
    assert [blob.path for blob in blobs] == ["信.eml!/正文.txt", "信.eml!/一.doc", "信.eml!/x.eml", "信.eml!/二.doc"]
    assert next(blob.path for blob in blobs_of(parse_message(raw))) == "正文.txt"
    deeper = read(blobs[2], ReadContext()).children
    assert [(blob.name, blob.inner_sender, blob.is_body) for blob in deeper] == [
        ("正文.txt", "李四 <li@example.com>", True),
        ("内表.doc", "李四 <li@example.com>", False),
    ]


def test_a_table_makes_the_body_html() -> None:
    (body,) = blobs_of(parse_message(mail(body=f"<p>填报如下</p>{TABLE}", html=True)))
    assert (body.name, body.is_body) == ("正文.html", True)
    assert names(mail(body="<p>请查收</p>", html=True)) == ["正文.txt"]


def test_no_words_no_body() -> None:
    assert names(mail(part("一.doc", DOC, "application/msword"), body="")) == ["一.doc"]


def test_a_forward_names_its_first_writer() -> None:
    raw = mail(
        body="---------- Forwarded message ---------\nFrom: 李四 <li@example.com>\nDate: Mon, Aug 28, 2023\nSubject: form\nTo: zhang\n\n联系人：庄晓东"
    )
    assert blobs_of(parse_message(raw))[0].inner_sender == "李四 <li@example.com>"


# --- S/MIME and OpenPGP ------------------------------------------------------------------------------------------------


def der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + length + content


PKCS7 = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07"
SIGNED, ENVELOPED, DATA = (der(0x06, PKCS7 + bytes([number])) for number in (2, 3, 1))
INNER = mail(part("申报表.doc", DOC, "application/msword"))


def signed(content: bytes) -> bytes:
    return der(
        0x30,
        SIGNED,
        der(0xA0, der(0x30, der(0x02, b"\x01"), der(0x31), der(0x30, DATA, der(0xA0, content)), der(0x31))),
    )


def indefinite(tag: int, *contents: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(contents) + b"\0\0"


@pytest.mark.parametrize(
    "envelope",
    [
        signed(der(0x04, INNER)),
        signed(der(0x24, der(0x04, INNER[:700]), der(0x04, INNER[700:]))),
        indefinite(
            0x30,
            SIGNED,
            indefinite(
                0xA0,
                indefinite(
                    0x30,
                    der(0x02, b"\x01"),
                    der(0x31),
                    indefinite(
                        0x30, DATA, indefinite(0xA0, indefinite(0x24, der(0x04, INNER[:900]), der(0x04, INNER[900:])))
                    ),
                ),
            ),
        ),
    ],
    ids=["der", "pieces", "indefinite"],
)
def test_signed_message_is_opened(envelope: bytes) -> None:
    raw = (
        b"From: a@example.com\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(envelope)
    )
    (blob,) = blobs_of(parse_message(raw))
    assert [one.name for one in read(blob, ReadContext()).children] == ["正文.txt", "申报表.doc"]


def test_enveloped_message_is_encrypted() -> None:
    envelope = der(0x30, ENVELOPED, der(0xA0, der(0x30, der(0x02, b"\0"), der(0x04, b"x" * 50))))
    document = open_blob(Blob("smime.p7m", "smime.p7m", envelope), ReadContext()).document
    assert document is not None and [problem.code for problem in document.problems] == ["encrypted"]


def test_openpgp_is_encrypted() -> None:
    with pytest.raises(Encrypted):
        read(Blob("a.asc", "a.asc", b"-----BEGIN PGP MESSAGE-----\n\nabc"), ReadContext())


# --- containers --------------------------------------------------------------------------------------------------------


def test_mailbox_file() -> None:
    one = b"From a@example.com Mon Aug 28 09:01:00 2023\n" + mail(sender="a@example.com").replace(b"\r\n", b"\n")
    two = b"From b@example.com Mon Aug 28 09:02:00 2023\n" + mail(sender="b@example.com").replace(b"\r\n", b"\n")
    found = read(Blob("x", "x.mbox", one + b"\n" + two), ReadContext()).children
    assert [blob.name for blob in found] == ["邮件1.eml", "邮件2.eml"]
    assert [parse_message(blob.data).sender.email for blob in found] == ["a@example.com", "b@example.com"]
    assert [blob.name for blob in read(Blob("x", "x.eml", one), ReadContext()).children] == ["正文.txt"]


def test_through_the_queue() -> None:
    inner = mail(part("内.txt", "联系人：庄晓东".encode(), "text/plain"), sender="li@example.com", boundary="inner")
    raw = mail("Content-Type: message/rfc822\r\n\r\n" + inner.decode(), body=f"<p>见下</p>{TABLE}", html=True)
    documents = open_all(blobs_of(parse_message(raw), "信.eml"), WORKER, ReadContext())
    assert [(one.path, one.is_body, one.format, one.inner_sender) for one in documents] == [
        ("信.eml!/正文.html", True, "html", ""),
        ("信.eml!/x.eml!/正文.txt", True, "text", "li@example.com"),
        ("信.eml!/x.eml!/内.txt", False, "text", "li@example.com"),
    ]
    assert [table.n_rows for table in documents[0].tables()] == [2]


def test_text_that_begins_like_a_mail_is_text() -> None:
    body = Blob("正文.txt", "正文.txt", b"From: a\nTo: b\nSubject: c\n\nx", is_body=True)
    document = open_blob(body, ReadContext()).document
    assert document is not None and document.format == "text"


def test_problems_of_a_blob_reach_its_document() -> None:
    raw = mail(
        body="从QQ邮箱发来的超大附件\n申报材料.zip (128.03M, 2020年11月27日 21:59 到期)进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k=a"
    )
    (document,) = open_all(blobs_of(parse_message(raw), "信.eml"), WORKER, ReadContext())
    assert [problem.code for problem in document.problems] == ["cloud_link"]


def test_a_mail_may_be_larger_than_one_part() -> None:
    limits = replace(Limits(), max_part=3000)
    raw = mail(
        part("一.doc", DOC, "application/msword"),
        part("二.doc", DOC, "application/msword"),
        part("大.doc", DOC * 6, "application/msword"),
    )
    assert len(raw) > limits.max_part
    opened = open_blob(Blob("信.eml", "信.eml", raw), ReadContext(limits))
    assert [child.name for child in opened.children] == ["正文.txt", "一.doc", "二.doc", "大.doc"]
    document = open_blob(opened.children[3], ReadContext(limits)).document
    assert document is not None and [problem.code for problem in document.problems] == ["too_large"]


def test_endless_nesting_ends() -> None:
    raw = mail()
    for _ in range(30):
        raw = b"From: a@example.com\r\nTo: b@example.com\r\nContent-Type: message/rfc822\r\n\r\n" + raw
    documents = open_all(blobs_of(parse_message(raw), "信.eml"), WORKER, ReadContext())
    assert [problem.code for document in documents for problem in document.problems] == ["unsafe"]
