"""The way that a mail took: each server's time, whose word it is, and what two programs would read differently."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.message.parse import parse_message

POSTFIX = (
    "Received: from a.example.org (a.example.org [192.0.2.1])\r\n\tby mail.office.example (Postfix) with ESMTPS id 4WYm\r\n"
    "\tfor <kepu@office.example>; Thu, 31 Aug 2023 00:12:31 +0800 (CST)"
)
LOCAL = "Received: from mail.office.example by mail.office.example with LMTP\r\n\tid abc for <kepu@office.example>; Thu, 31 Aug 2023 00:12:33 +0800"
COREMAIL = (
    "Received: from a.example.org (unknown [192.0.2.1])\r\n\tby mx19 (Coremail) with SMTP id x8mowAAX4tcS6zReRf_REg--.49102S3;\r\n"
    "\tWed, 30 Aug 2023 23:58:07 +0800 (CST)"
)
CLIENT = "Received: from DESKTOP-7 (unknown [198.51.100.7])\r\n\tby smtp.example.org (Postfix) with ESMTPA id 9F2;\r\n\tWed, 30 Aug 2023 15:41:09 +0000 (UTC)"
JAVA = "Received: from oa ([10.0.0.8]) by oa.example.org with SMTP; 30 Aug 2023 23:41:09 CST"
# Whose line: our server's (+) or the sender's (-), its name, its time in China.
WAYS: list[tuple[str, list[str], list[tuple[str, str, str]]]] = [
    ("two servers", [POSTFIX, CLIENT], [("+", "mail.office.example (Postfix)", "2023-08-31T00:12:31"), ("-", "smtp.example.org (Postfix)", "2023-08-30T23:41:09")]),
    ("inside our server", [LOCAL, POSTFIX, CLIENT], [("+", "mail.office.example", "2023-08-31T00:12:33"), ("+", "mail.office.example (Postfix)", "2023-08-31T00:12:31"), ("-", "smtp.example.org (Postfix)", "2023-08-30T23:41:09")]),
    ("netease", [COREMAIL, CLIENT], [("+", "mx19 (Coremail)", "2023-08-30T23:58:07"), ("-", "smtp.example.org (Postfix)", "2023-08-30T23:41:09")]),
    ("a line of ours below a foreign one is the sender's", [POSTFIX, CLIENT, COREMAIL], [("+", "mail.office.example (Postfix)", "2023-08-31T00:12:31"), ("-", "smtp.example.org (Postfix)", "2023-08-30T23:41:09"), ("-", "mx19 (Coremail)", "2023-08-30T23:58:07")]),
    ("CST is China's", [POSTFIX, JAVA], [("+", "mail.office.example (Postfix)", "2023-08-31T00:12:31"), ("-", "oa.example.org", "2023-08-30T23:41:09")]),
    ("no time in it", ["Received: from a by b with SMTP id 1"], [("+", "b", "")]),
    ("two times in it", ["Received: from a; Wed, 30 Aug 2023 23:00:00 +0800 by b; Thu, 31 Aug 2023 00:12:31 +0800"], [("+", "", "")]),
    ("none", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "expected"), WAYS)
def test_the_way_of_a_mail(name: str, head: list[str], expected: list[tuple[str, str, str]]) -> None:
    message = parse_message("\r\n".join([*head, "From: a@example.org", "", "x"]).encode())
    found = [
        ("+" if hop.is_ours else "-", hop.by, f"{hop.at.timestamp():.0f}" if hop.at else "") for hop in message.hops
    ]
    assert found == [
        (whose, by, f"{datetime.fromisoformat(f'{at}+08:00').timestamp():.0f}" if at else "")
        for whose, by, at in expected
    ]


def test_a_thousand_lines_are_not_all_read() -> None:
    assert len(parse_message(("\r\n".join([CLIENT] * 1000) + "\r\nFrom: a@example.org\r\n\r\nx").encode()).hops) == 30


def test_a_million_bytes_in_one_line_are_not_all_read() -> None:
    raw = b"Received: " + b"from (" * 200_000 + b"\r\nFrom: a@example.org\r\n\r\nx"
    assert parse_message(raw).sender.email == "a@example.org"


HEAD = "From: a@example.org\r\nSubject: x\r\n"
MIXED = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
PART = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n请查收\r\n"
SOUND: list[tuple[str, bytes]] = [
    ("plain", f"{HEAD}\r\n请查收".encode()),
    ("raw gbk", f"{HEAD}\r\n申报表见附件，请查收".encode("gbk")),
    ("gbk as gb2312", b"From: a@example.org\r\nSubject: =?gb2312?B?" + b"6YXX09Xm" + b"?=\r\n\r\nx"),
    ("a name with a comma", "From: 科普部, 张三 <a@example.org>\r\n\r\nx".encode()),
    ("an address as name", b'From: "boss@example.com" <a@example.org>\r\n\r\nx'),
    ("a mailbox below a Chinese domain", "From: 张三 <a@例子.中国>\r\n\r\nx".encode()),
    ("closed", f"{HEAD}{MIXED}{PART}--b--".encode()),
    ("an inner part not closed", f"{HEAD}{MIXED}--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--b--".encode()),
    ("the same type twice", f"{HEAD}Content-Type: text/plain;charset=utf-8\r\nContent-type: text/plain; charset=UTF-8\r\n\r\nx".encode()),
    ("a cut character in the quote", f"{HEAD}\r\n请查收\r\n> ".encode() + b"\xe4\xbd\r\n"),
    ("an unknown transfer encoding", f"{HEAD}Content-Transfer-Encoding: utf-8\r\n\r\n请查收".encode()),
]  # fmt: skip
BROKEN: list[tuple[str, bytes, str]] = [
    ("a character that nobody knows", f"{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n地点改为晋江市".encode() + b"\xe5\x9b" + "馆三楼".encode(), "undecodable text"),
    ("half a character in the subject", b"From: a@example.org\r\nSubject: =?utf-8?B?5pmL5rE=?=\r\n\r\nx", "undecodable subject"),
    ("cut off", f"{HEAD}{MIXED}{PART}".encode(), "mail not closed"),
    ("no part", f"{HEAD}{MIXED}nothing".encode(), "multipart without parts"),
    ("two writers in brackets", b"From: <a@example.org> <b@example.org>\r\n\r\nx", "another From for others"),
    ("two From", b"From: a@example.org\r\nFrom: b@example.org\r\n\r\nx", "several From"),
    ("two types", f"{HEAD}Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx".encode(), "contradictory fields"),
    ("two subjects", f"{HEAD}Subject: y\r\n\r\nx".encode(), "contradictory fields"),
    ("holes in base64", f"{HEAD}Content-Transfer-Encoding: base64\r\n\r\n5Zyw54K55pS55Li65biC\r\n5rCR5bm/5Zyd!!\r\n77yM6LCi6LCi\r\n".encode(), "damaged text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "raw"), SOUND)
def test_what_is_read_whole_is_not_called_broken(name: str, raw: bytes) -> None:
    assert not {one for _, _, one in BROKEN} & set(parse_message(raw).defects)


@pytest.mark.parametrize(("name", "raw", "defect"), BROKEN)
def test_what_may_be_lost_is_named(name: str, raw: bytes, defect: str) -> None:
    assert defect in parse_message(raw).defects
