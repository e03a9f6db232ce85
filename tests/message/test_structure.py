"""Odd MIME: what is body, what is a part, nothing lost, nothing unbounded."""

from __future__ import annotations

import base64
import pickle

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message
from tests.bounded import bounded

DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 3
B64 = base64.encodebytes(DOC).decode()
HEAD = "From: zhang@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n请查收"
FILE = f'Content-Type: application/msword; name="申报表.doc"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="申报表.doc"\r\n\r\n{B64}'


def parse(text: str) -> Message:
    return parse_message(text.encode("utf-8"))


def multipart(*parts: str, kind: str = "mixed", boundary: str = "b", head: str = HEAD, end: str = "--b--\r\n") -> str:
    return (
        f'{head}Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
        + "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
        + end
    )


WHOLE: list[tuple[str, str]] = [
    ("usual", multipart(TEXT, FILE)),
    ("not_closed", multipart(TEXT, FILE, end="")),
    ("line_feeds_only", multipart(TEXT, FILE).replace("\r\n", "\n")),
    ("carriage_returns_only", multipart(TEXT, FILE).replace("\r\n", "\r")),
    ("blank_behind_boundary", multipart(TEXT, FILE).replace("--b\r\n", "--b \t\r\n")),
    ("boundary_parameter_missing", multipart(TEXT, FILE).replace('; boundary="b"', "")),
    ("boundary_parameter_wrong", multipart(TEXT, FILE).replace('boundary="b"', 'boundary="c"')),
    ("boundary_unquoted", multipart(TEXT, FILE).replace('"b"', "b")),
    ("boundary_with_odd_characters", multipart(TEXT, FILE, boundary="=_(b)+?*", end="--=_(b)+?*--")),
    (
        "preamble",
        multipart(TEXT, FILE).replace("\r\n\r\n--b", "\r\n\r\nThis is a multi-part message in MIME format.\r\n--b", 1),
    ),
    ("epilogue", multipart(TEXT, FILE) + "-- \r\nlist footer"),
    ("closed_in_the_middle", multipart(TEXT, end="--b--\r\n") + f"--b\r\n{FILE}\r\n--b--"),
    ("base64_with_trailing_blank", multipart(TEXT, FILE.replace("base64", '"BASE64 "'))),
    ("base64_with_comment", multipart(TEXT, FILE.replace("base64", "base64 (encoded)"))),
    ("base64_not_labelled", multipart(TEXT, FILE.replace("Content-Transfer-Encoding: base64\r\n", ""))),
    ("base64_without_line_ends", multipart(TEXT, FILE.replace(B64, B64.replace("\n", "")))),
    (
        "base64_with_blank_lines",
        multipart(TEXT, FILE.replace("\r\n\r\n", "\r\n\r\n\r\n", 1).replace(B64, B64.replace("\n", "\n\n"))),
    ),
    ("base64_without_padding", multipart(TEXT, FILE.replace(B64, B64.rstrip("=\n") + "\n"))),
    ("base64_with_footer", multipart(TEXT, FILE + "\r\n_____________________\r\nchecked by a gateway!")),
    ("base64_url_alphabet", multipart(TEXT, FILE.replace(B64, B64.replace("+", "-").replace("/", "_")))),
    ("base64_with_marks_of_a_gateway", multipart(TEXT, FILE.replace(B64, B64.replace("\n", " \n")))),
    ("field_name_with_blank", multipart(TEXT, FILE.replace("Content-Type:", "Content-Type :"))),
    ("fields_in_lower_case", multipart(TEXT, FILE.replace("Content-", "content-"))),
    ("parameters_folded", multipart(TEXT, FILE.replace("; ", ";\r\n\t"))),
    ("parameters_folded_without_indenting", multipart(TEXT, FILE.replace("attachment; ", "attachment;\r\n"))),
    ("inside_alternative", multipart(TEXT, FILE, kind="alternative")),
    ("inside_related", multipart(TEXT, FILE, kind="related")),
    ("inside_signed", multipart(TEXT, FILE, kind="signed")),
    ("inside_unknown_multipart", multipart(TEXT, FILE, kind="x-odd")),
    ("nested", multipart(multipart(TEXT, kind="alternative", boundary="c", head="", end="--c--"), FILE)),
    (
        "deeply_nested",
        multipart(
            multipart(
                multipart(
                    multipart(TEXT, FILE, boundary="e", head="", end="--e--"), boundary="d", head="", end="--d--"
                ),
                boundary="c",
                head="",
                end="--c--",
            )
        ),
    ),
    ("similar_boundaries", multipart(multipart(TEXT, boundary="bb", head="", end="--bb--"), FILE)),
    ("inner_not_closed", multipart(multipart(TEXT, boundary="c", head="", end=""), FILE)),
    (
        "multipart_encoded_as_a_whole",
        HEAD
        + 'Content-Type: multipart/mixed; boundary="b"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(multipart(TEXT, FILE, head="").partition("\r\n\r\n")[2].encode()).decode(),
    ),
    ("byte_order_mark_first", "\ufeff" + multipart(TEXT, FILE)),
    ("empty_lines_first", "\r\n\r\n" + multipart(TEXT, FILE)),
    ("mailbox_line_first", "From zhang@example.com Mon Aug 28 09:01:00 2023\r\n" + multipart(TEXT, FILE)),
    ("blank_line_with_blanks_in_header", multipart(TEXT, FILE, head=HEAD + "X-A: b\r\n \t\r\n")),
    ("junk_line_in_header", multipart(TEXT, FILE, head=HEAD + "this is no field\r\n")),
    ("nul_in_header", multipart(TEXT, FILE, head=HEAD + "X-A: \0\r\n")),
    (
        "second_content_type_is_ignored",
        multipart(TEXT, FILE).replace("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n", 1),
    ),
    ("content_type_misspelt_for_file", multipart(TEXT, FILE.replace("application/msword", "application"))),
    ("content_type_empty_for_file", multipart(TEXT, FILE.replace('application/msword; name="申报表.doc"', ""))),
    ("text_type_for_file", multipart(TEXT, FILE.replace("application/msword", "text/plain"))),
]


@pytest.mark.parametrize("raw", [case[1] for case in WHOLE], ids=[case[0] for case in WHOLE])
def test_text_and_file_are_found(raw: str) -> None:
    message = parse(raw)
    assert message.sender.email == "zhang@example.com"
    assert message.text.strip() == "请查收"
    (part,) = message.parts
    assert part.name == "申报表.doc"
    assert part.data == DOC


def test_a_broken_mail_says_what_is_broken() -> None:
    assert parse(multipart(TEXT, FILE)).defects == ()
    found = parse(multipart(TEXT, FILE).replace('boundary="b"', 'boundary="c"')).defects
    assert "boundary not found" in found
    assert "multipart without boundary" in parse(multipart(TEXT, FILE).replace('; boundary="b"', "")).defects


def test_the_whole_mail_is_a_file() -> None:
    message = parse(HEAD + FILE)
    assert [(part.name, part.data) for part in message.parts] == [("申报表.doc", DOC)]
    assert message.text == ""


def test_utf_16_file() -> None:
    assert parse_message(multipart(TEXT, FILE).encode("utf-16")).parts[0].data == DOC


def test_quoted_printable_file_and_text() -> None:
    import quopri

    data = b"a,b=c\r\n" + "申报".encode("gbk") + b"\r\n"
    part = f'Content-Type: text/csv; name="a.csv"\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n{quopri.encodestring(data, quotetabs=True).decode()}'
    text = "Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C9=EA=B1=\r\n=A8=B1=ED =  \r\nend"
    message = parse(multipart(text, part))
    assert message.text == "申报表 end"
    assert message.parts[0].data.replace(b"\r\n", b"\n").strip() == data.replace(b"\r\n", b"\n").strip()


def test_uuencoded_file_in_the_text() -> None:
    import binascii

    lines = b"".join(binascii.b2a_uu(DOC[place : place + 45]) for place in range(0, len(DOC), 45))
    message = parse_message(
        HEAD.encode()
        + b"Content-Type: text/plain; charset=gbk\r\n\r\n"
        + "请查收".encode("gbk")
        + b"\r\n\r\nbegin 644 "
        + "申报表.doc".encode("gbk")
        + b"\r\n"
        + lines
        + b"`\r\nend\r\n"
    )
    assert message.text == "请查收"
    assert [(part.name, part.data) for part in message.parts] == [("申报表.doc", DOC)]


INNER = f"From: li@example.com\r\nSubject: =?gb2312?B?xNqy4w==?=\r\n{TEXT.replace('请查收', '内层')}"


@pytest.mark.parametrize(
    "part",
    [
        f"Content-Type: message/rfc822\r\n\r\n{INNER}",
        f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.encodebytes(INNER.encode()).decode()}",
        f"Content-Type: message/rfc822\r\n\r\n{base64.encodebytes(INNER.encode()).decode()}",
        f"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nFrom x Mon Aug 28 09:01:00 2023\r\n{INNER}",
    ],
    ids=["plain", "base64", "base64_not_labelled", "with_mailbox_line"],
)
def test_a_mail_in_a_mail_is_one_part(part: str) -> None:
    message = parse(multipart(TEXT, part, FILE))
    assert message.text == "请查收"
    assert [one.name for one in message.parts] == ["内层.eml", "申报表.doc"]
    inner = parse_message(message.parts[0].data)
    assert (inner.sender.email, inner.subject, inner.text) == ("li@example.com", "内层", "内层")


def test_mail_in_a_mail_keeps_its_own_bytes() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: "
        + "申报".encode("gbk")
        + b"\r\n\r\n"
        + "正文".encode("gbk")
        + b"\r\n--b--"
    )
    inner = parse_message(parse_message(raw).parts[0].data)
    assert (inner.subject, inner.text) == ("申报", "正文")


def test_alternatives_and_several_texts() -> None:
    html = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>请查收</p>"
    both = parse(multipart(TEXT, html, kind="alternative"))
    assert (both.text, "<p>" in both.html, both.parts) == ("请查收", True, ())
    only = parse(multipart(html))
    assert only.text == "请查收"
    around = parse(multipart(TEXT, FILE, TEXT.replace("请查收", "谢谢")))
    assert around.text.split() == ["请查收", "谢谢"]
    stub = parse(
        multipart(
            TEXT.replace("请查收", "您的邮件客户端不支持HTML格式"),
            html.replace("请查收", "活动名称：科普进校园，联系人：庄晓东，电话：0595-22000000"),
            kind="alternative",
        )
    )
    assert "庄晓东" in stub.text and "庄晓东" in stub.new_text


def test_text_file_is_no_body() -> None:
    message = parse(
        multipart(
            TEXT,
            'Content-Type: text/plain; charset=gbk; name="a.txt"\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nhello',
            'Content-Type: text/html; name="b.html"\r\n\r\n<p>x</p>',
        )
    )
    assert message.text == "请查收"
    assert [part.name for part in message.parts] == ["a.txt", "b.html"]


def test_inline_pictures_are_marked() -> None:
    html = 'Content-Type: text/html\r\n\r\n<p>x</p><img src="cid:a@b">'
    picture = "Content-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n" + B64
    first, second = parse(multipart(html, picture, picture.replace("a@b", "c@d"), kind="related")).parts
    assert (first.inline, second.inline) == (True, False)


def test_no_name_by_type() -> None:
    message = parse(multipart(TEXT, FILE.replace('; name="申报表.doc"', "").replace('; filename="申报表.doc"', "")))
    assert message.parts[0].name == "附件1.doc"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"\n",
        b"\xff\xfe",
        b"From",
        b":",
        b"From: ",
        b"\x00" * 5000,
        bytes(range(256)) * 20,
        b"From: a\r\n" * 5,
        b"--b--",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n--\r\n----",
    ],
)
def test_garbage_is_a_message(raw: bytes) -> None:
    assert isinstance(parse_message(raw), Message)


BOMBS: list[tuple[str, bytes]] = [
    (
        "parts",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: application/x-a\r\n\r\nx\r\n" * 100_000,
    ),
    (
        "nested",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(3000)
        ),
    ),
    ("fields", b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + b"\r\nx"),
    ("one_field", b"Subject: " + b"=?utf-8?B?5rWL?= " * 200_000 + b"\r\n\r\nx"),
    ("recipients", b"To: " + b"a <a@b.c>, " * 100_000 + b"\r\n\r\nx"),
    ("folds", b"Subject: x" + b"\r\n y" * 300_000 + b"\r\n\r\nx"),
    ("parameters", b"Content-Type: text/plain" + b"; a*0*=x" * 50_000 + b"\r\n\r\nx"),
    ("links", b"Content-Type: text/html\r\n\r\n" + b"<a href='http://a.b/c.doc'>c.doc 1M</a> " * 20_000),
    (
        "quotes",
        b"Content-Type: text/html\r\n\r\n"
        + "<div>在 2023-08-28 09:01:00，张三 写道：</div><blockquote>x</blockquote>".encode() * 5000,
    ),
    ("elements", b"Content-Type: text/html\r\n\r\n" + b"<div><b>" * 100_000),
    ("blanks", b"Subject: a" + b" " * 60_000 + b"b\r\n\r\n" + b" " * 1_000_000),
]


@pytest.mark.parametrize("raw", [case[1] for case in BOMBS], ids=[case[0] for case in BOMBS])
def test_bombs_cost_little(raw: bytes) -> None:
    with bounded():
        message = parse_message(raw)
    assert len(message.parts) <= 1000
    assert len(pickle.dumps(message)) < 12 * 2**20


def test_a_large_file_costs_little_more_than_its_bytes() -> None:
    data = bytes(range(256)) * 2**15
    raw = (
        b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data)
    )
    with bounded():
        assert parse_message(raw).parts[0].data == data
