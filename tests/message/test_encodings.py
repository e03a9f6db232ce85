"""Header and name encodings as Chinese mail programs really write them, byte for byte."""

from __future__ import annotations

import base64
import re

import pytest

from bot.message.parse import parse_message
from tests.cases import cases

RARE = "镕堃喆珺㎡"  # in GBK or GB18030, not in GB 2312


def written(case: dict[str, str], key: str) -> bytes:
    """The bytes of what is written under *key*: in the case's ``codec``, UTF-8 where it names none."""
    return case.get(key, "").encode(case.get("codec", "utf-8"))


@pytest.mark.parametrize("case", cases(__file__, "subjects.json", "name"))
def test_subject(case: dict[str, str]) -> None:
    raw = b"From: a@example.com\r\nSubject: " + written(case, "written") + b"\r\n\r\ntext"
    assert parse_message(raw).subject == case["expected"]


@pytest.mark.parametrize("case", cases(__file__, "attachment_names.json", "name"))
def test_attachment_name(case: dict[str, str]) -> None:
    """``content_type`` is application/octet-stream where none is named."""
    kind, disposition = written({"content_type": "application/octet-stream"} | case, "content_type"), written(case, "disposition")  # fmt: skip
    message = parse_message(
        b'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n'
        b"Content-Type: "
        + kind
        + b"\r\n"
        + (b"Content-Disposition: " + disposition + b"\r\n" if disposition else b"")
        + b"Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n"
    )
    assert [part.name for part in message.parts] == [case["expected"]]
    assert message.parts[0].data == b"\x00\x01\x02\x03"
    assert not re.search("[\ufffd\ud800-\udfff\x00]", message.parts[0].name)


BODIES: list[tuple[str, str, bytes, str]] = [
    ("gbk_labelled_gb2312", "text/plain; charset=gb2312", f"联系人：朱{RARE}".encode("gb18030"), f"联系人：朱{RARE}"),
    *(
        (f"label_{label}", f'text/plain; charset="{label}"', f"联系人：朱{RARE}".encode("gb18030"), f"联系人：朱{RARE}")
        for label in (
            "x-gbk",
            "GBK_CHARSET",
            "windows-936",
            "unknown-8bit",
            "binary",
            "x-unknown",
            "gb_1988-80",
            "iso-8859-1",
            "us-ascii",
            "utf-8",
        )
    ),
    ("no_label_gbk", "text/plain", "联系人：朱镕".encode("gbk"), "联系人：朱镕"),
    ("no_label_utf_8", "text/plain", "联系人：朱镕".encode(), "联系人：朱镕"),
    ("no_type_at_all", "", "联系人：朱镕".encode("gbk"), "联系人：朱镕"),
    ("utf_16", "text/plain; charset=utf-16", "联系人：朱镕".encode("utf-16"), "联系人：朱镕"),
    ("big5", "text/plain; charset=big5", "聯絡人：陳大文".encode("big5"), "聯絡人：陳大文"),
    ("hz", "text/plain; charset=hz-gb-2312", "联系人".encode("hz"), "联系人"),
    ("nul_bytes", "text/plain; charset=utf-8", "联\x00系人".encode(), "联系人"),
    ("cut_inside_the_last_character", "text/plain; charset=gb2312", "联系人：朱".encode("gbk")[:-1], "联系人："),
]


@pytest.mark.parametrize(
    ("content_type", "data", "expected"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_body_charset(content_type: str, data: bytes, expected: str) -> None:
    head = b"From: a@example.com\r\n" + (b"Content-Type: " + content_type.encode() + b"\r\n" if content_type else b"")
    plain = parse_message(head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + data)
    encoded = parse_message(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))
    assert encoded.text.replace("\ufffd", "") == expected
    if content_type != "text/plain; charset=utf-16":  # UTF-16 cannot stand in a mail unencoded
        assert plain.text.replace("\ufffd", "") == expected


def test_html_says_its_charset_itself() -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>朱镕</body></html>'.encode(
        "gbk"
    )
    assert parse_message(b"Content-Type: text/html\r\n\r\n" + html).text == "朱镕"
