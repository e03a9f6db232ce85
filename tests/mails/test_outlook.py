"""Outlook's own formats: .msg of several ages, winmail.dat with Chinese names."""

from __future__ import annotations

from bot.documents.context import ReadContext
from bot.documents.formats.mails.outlook import message_of_msg, message_of_tnef
from bot.documents.formats.mails.read import blobs_of
from bot.documents.model import Blob, Opened
from bot.documents.open import open_blob
from bot.message.parse import parse_message
from tests.mails.outlook_files import msg, tnef
from tests.reading import read

FILE = b"PK\x03\x04" + b"form" * 20
TABLE = "<table><tr><td>活动名称</td><td>科普进校园</td></tr><tr><td>联系人</td><td>庄晓东</td></tr></table>"


def opened(data: bytes, name: str = "来信.msg") -> Opened:
    return read(Blob(name, name, data), ReadContext())


def test_unicode_msg() -> None:
    found = opened(msg("申报", "请查收附件", [("2023年申报表（镕）.docx", FILE)]))
    assert [(one.name, one.is_body) for one in found.children] == [
        ("正文.txt", True),
        ("2023年申报表（镕）.docx", False),
    ]
    assert found.children[1].data == FILE
    assert {one.inner_sender for one in found.children} == {"张三 <zhang@example.com>"}


def test_old_msg_in_gbk() -> None:
    found = opened(msg("申报", "请查收附件", [("申报表（镕）.docx", FILE)], codec="gbk"))
    assert found.children[0].data.decode() == "请查收附件"
    assert found.children[1].name == "申报表（镕）.docx"


def test_sender_by_transport_header() -> None:
    message = message_of_msg(
        msg(
            "a",
            "b",
            sender=("老王", ""),
            headers="From: =?gb2312?B?wO7LxA==?= <li@example.com>\r\nTo: x@example.com\r\n",
        )
    )
    assert (message.sender.email, message.sender.name) == ("li@example.com", "李四")


def test_html_with_a_table_is_the_body() -> None:
    html = f"<html><head><meta charset=gb2312></head><body><p>填报如下</p>{TABLE}</body></html>".encode("gbk")
    found = opened(msg("申报", "填报如下", html=html))
    assert [one.name for one in found.children] == ["正文.html"]
    assert "庄晓东" in found.children[0].data.decode("utf-8-sig")


def test_html_hidden_in_rtf() -> None:
    from compressed_rtf import compress

    cells = "".join(
        f"{{\\*\\htmltag64 <td>}}{''.join(f'{chr(92)}{chr(39)}{byte:02x}' for byte in word.encode('gbk'))}{{\\*\\htmltag72 </td>}}"
        for word in ("联系人", "庄晓东", "电话", "地点")
    )
    rtf = (
        r"{\rtf1\ansi\ansicpg936\fromhtml1 \deff0{\fonttbl{\f0\fswiss\fcharset134 Arial;}}{\*\htmltag64 <table><tr>}"
        + cells
        + r"{\*\htmltag72 </tr></table>}}"
    ).encode("ascii")
    found = opened(msg("申报", "联系人 庄晓东", rtf=compress(rtf)))
    assert [one.name for one in found.children] == ["正文.html"]
    assert "庄晓东</td>" in found.children[0].data.decode("utf-8-sig")


def test_table_in_plain_rtf_takes_the_place_of_the_text() -> None:
    from compressed_rtf import compress

    found = opened(
        msg("申报", "联系人 庄晓东", rtf=compress(rb"{\rtf1\ansi\trowd\cellx2000\cellx4000 a\cell b\cell\row}"))
    )
    assert [(one.name, one.is_body) for one in found.children] == [("正文.rtf", True)]


def test_mail_inside_a_msg() -> None:
    inner = msg("里面", "内层正文", [("内层表.docx", FILE)], sender=("李四", "li@example.com"))
    found = opened(msg("外面", "外层正文", [("外层表.docx", FILE)], inner=inner))
    assert [one.name for one in found.children] == ["正文.txt", "外层表.docx", "转来的申报.msg"]
    deeper = opened(found.children[2].data)
    assert [(one.name, one.inner_sender) for one in deeper.children] == [
        ("正文.txt", "李四 <li@example.com>"),
        ("内层表.docx", "李四 <li@example.com>"),
    ]


def test_winmail_with_gbk_names() -> None:
    for code_page in (936, 1252, 65001, None, 99999):
        found = opened(tnef([("2023年申报表.docx", FILE), ("汇总表.xlsx", FILE)], code_page=code_page), "winmail.dat")
        assert [one.name for one in found.children] == ["2023年申报表.docx", "汇总表.xlsx"], code_page
        assert found.children[0].data == FILE


def test_winmail_short_names_only() -> None:
    found = opened(tnef([("申报.doc", FILE)], with_long_names=False), "winmail.dat")
    assert [one.name for one in found.children] == ["申报.doc"]


def test_winmail_text_is_left_to_the_mail_around_it_unless_it_holds_a_table() -> None:
    assert opened(tnef([], body="联系人：庄晓东"), "winmail.dat").children == ()
    found = opened(tnef([], html=TABLE.encode("gbk")), "winmail.dat")
    assert [(one.name, one.is_body) for one in found.children] == [("正文.html", True)]


def test_winmail_in_a_mail() -> None:
    import base64

    raw = (
        b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=gbk\r\n\r\n"
        + "请查收".encode("gbk")
        + b'\r\n--b\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + base64.encodebytes(tnef([("申报表.docx", FILE)]))
        + b"--b--\r\n"
    )
    blobs = blobs_of(parse_message(raw), "信.eml")
    assert [one.path for one in blobs] == ["信.eml!/正文.txt", "信.eml!/winmail.dat"]
    assert [one.name for one in read(blobs[1], ReadContext()).children] == ["申报表.docx"]


def test_damaged_files_are_a_problem_each() -> None:
    whole = msg("申报", "请查收", [("申报表.docx", FILE * 100)])
    for data in (
        whole[:1000],
        whole[: len(whole) // 2],
        tnef([("a.doc", FILE)])[:8],
        b"\x78\x9f\x3e\x22" + b"\xff" * 100,
    ):
        result = open_blob(Blob("x", "x.msg", data), ReadContext())
        assert result.document is not None or result.children
        if result.document is not None:
            assert [problem.code for problem in result.document.problems] == ["unreadable"]


def test_cut_winmail_keeps_what_is_whole() -> None:
    data = tnef([("一.doc", FILE), ("二.doc", FILE)])
    assert [part.name for part in message_of_tnef(data[:-60]).parts][:1] == ["一.doc"]
