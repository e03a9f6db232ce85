"""Properties that hold for any bytes: no exception, nothing unclean stored, cost bounded. Seeds are the example mails."""

from __future__ import annotations

import base64
import itertools
import json
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.documents.formats.mails.read import blobs_of
from bot.message.model import Message
from bot.message.parse import parse_message
from tests.bounded import bounded

SEEDS = [path.read_bytes() for path in sorted((Path(__file__).parents[1] / "mails").glob("*.eml"))]
UNCLEAN = re.compile("[\ufffd\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f]|=\\?")
BOUNDED = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
TOKENS = [b"=?gb2312?B?", b"?=", b"=?utf-8?Q?", b"\r\n ", b"\r\n", b"\n\n", b"\r\n--b", b"--", b"\x00", b'"', b"<", b">", b"@", b";", b"*0*=", b"''", b"%E7", b"boundary=", b"\xff\xfe",
          b"\xb1\x5c", "申报".encode("gbk"), "申报".encode(), b"=\r\n", b"begin 644 a\n", b"Content-Type: message/rfc822\r\n\r\n", b"<div>", b"<table><tr><td>", b"</blockquote>", b"From: ", b"> "]  # fmt: skip


def check(message: Message) -> None:
    for stored in (
        message.subject,
        *(part.name for part in message.parts),
        *(one.name for one in (message.sender, *message.to, *message.reply_to)),
        *(link.name for link in message.cloud_links),
    ):
        assert not UNCLEAN.search(stored), stored
    for email in (message.sender.email, *(one.email for one in (*message.to, *message.reply_to))):
        assert email == "" or re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", email)
    for identity in (message.message_id, *message.other_ids, *message.references):
        assert identity == "" or re.fullmatch(r"<[^<>\s]+>", identity)
    for text in (message.text, message.new_text, message.html, message.new_html, *message.headers.values()):
        text.encode("utf-8")  # no surrogates
        assert "\0" not in text
    json.dumps([message.subject, message.headers, message.robot, message.bounced_to])
    assert pickle.loads(pickle.dumps(message)) == message
    for blob in blobs_of(message):
        assert blob.name and (blob.data or not blob.is_body)  # a file may be empty, its sender is told


@BOUNDED
@given(st.binary(max_size=2000))
def test_random_bytes(raw: bytes) -> None:
    check(parse_message(raw))


@BOUNDED
@given(
    st.lists(
        st.one_of(
            st.sampled_from(TOKENS),
            st.binary(max_size=8),
            st.text(max_size=5).map(lambda text: text.encode("utf-8", "replace")),
        ),
        max_size=40,
    )
)
def test_random_tokens_in_each_place(pieces: list[bytes]) -> None:
    junk = b"".join(pieces)
    for head in (
        b"Subject: ",
        b"From: ",
        b"Content-Type: ",
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=",
        b"Date: ",
        b"Message-ID: ",
        b"Content-Type: text/html\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    ):
        check(parse_message(head + junk))


@BOUNDED
@given(st.sampled_from(SEEDS), st.data())
def test_damaged_examples(seed: bytes, data: st.DataObject) -> None:
    raw = bytearray(seed)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, max(0, len(raw) - 1)))
        kind = data.draw(st.integers(0, 3))
        if kind == 0 and raw:
            raw[place] = data.draw(st.integers(0, 255))
        elif kind == 1:
            del raw[place : place + data.draw(st.integers(1, 60))]
        elif kind == 2:
            raw[place:place] = data.draw(st.sampled_from(TOKENS))
        else:
            raw[place:place] = raw[place : place + data.draw(st.integers(1, 300))]
    check(parse_message(bytes(raw), own=["kepu@example.org"]))


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40)


@BOUNDED
@given(
    CHINESE,
    st.lists(st.integers(1, 79), max_size=5, unique=True),
    st.sampled_from([("gb2312", "gb18030"), ("GBK", "gbk"), ("utf-8", "utf-8"), ("gb18030", "gb18030")]),
    st.sampled_from(["\r\n ", "\r\n\t", " ", "", "\n  "]),
    st.booleans(),
)
def test_words_cut_anywhere_come_back_whole(
    text: str, cuts: list[int], charset: tuple[str, str], gap: str, quoted: bool
) -> None:
    label, codec = charset
    data = text.encode(codec)
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    words = gap.join(
        f"=?{label}?B?{base64.b64encode(data[start:end]).decode()}?=" for start, end in itertools.pairwise(edges)
    )
    quote = '"' if quoted else ""
    raw = f"Subject: {words}\r\nFrom: {quote}{words}{quote} <a@example.com>\r\nContent-Type: application/msword; name={quote}{words}{quote}\r\nContent-Disposition: attachment\r\n\r\nx"
    message = parse_message(raw.encode())
    assert message.subject == text
    assert message.sender.name == text
    assert message.parts[0].name == text


@BOUNDED
@given(CHINESE, st.lists(st.integers(1, 200), max_size=4, unique=True), st.sampled_from(["gb2312", "utf-8", "x-gbk"]))
def test_continuations_cut_anywhere_come_back_whole(text: str, cuts: list[int], label: str) -> None:
    codec = "utf-8" if label == "utf-8" else "gb18030"
    whole = "".join(f"%{byte:02X}" for byte in f"{text}.doc".encode(codec))
    edges = [0, *sorted(cut for cut in cuts if cut < len(whole)), len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise(edges)]
    written = ";\r\n ".join(
        f"filename*{number}*={label + chr(39) * 2 if not number else ''}{piece}" for number, piece in enumerate(pieces)
    )
    message = parse_message(
        f"Content-Type: application/msword\r\nContent-Disposition: attachment;\r\n {written}\r\n\r\nx".encode()
    )
    assert message.parts[0].name == f"{text}.doc"


REPEATED = ['"', "(", "()", "<", "<>", "=?", " ", ",", ":", ";", "@", "\\", "[", "-", "a", "'", "%", "*", "=", "=?utf-8?q?", "re:", "a=", 'a="', "=?utf-8?b?YQ==?= ", "1 ", "\t", "1:", "GMT+", ".", "/", "&#1;", "张", "(a", "a;b=c;"]  # fmt: skip
FIELDS = ["Subject", "From", "Content-Type", "Content-Disposition", "Date", "Message-ID", "References", "Authentication-Results", "Content-Transfer-Encoding", "Return-Path", "Precedence", "Received-SPF"]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
def test_no_header_costs_more_than_its_length(field: str) -> None:
    with bounded():
        for piece in REPEATED:
            parse_message(f"{field}: x{piece * (30_000 // len(piece))}z\r\n\r\nbody".encode())


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_no_body_costs_more_than_its_length(kind: str) -> None:
    pieces = [
        *REPEATED,
        "写道",
        "在 2023-01-01 10:00 ",
        "发件人:\n",
        "下载 a.doc 1M http://a.b/c ",
        "密码",
        "<div>",
        '<a href="http://x/a.doc">a.doc 下载 1M</a>',
        "2023年",
        "<br>",
        "&nbsp;",
        "> ",
        "\n",
        "<td>1M",
        "begin 644 a\n",
    ]
    with bounded():
        for piece in pieces:
            parse_message(f"Content-Type: {kind}; charset=utf-8\r\n\r\nx{piece * (60_000 // len(piece))}z".encode())
