"""What arrives under the name of a document without being one; junk in front of a real one."""

from __future__ import annotations

import pytest

from bot.base.problems import Code
from bot.documents.context import ReadContext
from bot.documents.model import Blob, Document
from bot.documents.open import open_blob
from bot.documents.sniff import sniff
from tests.documents.conftest import shape
from tests.factory import docx_file, html_file, sheet_file
from tests.factory.layouts import LAYOUTS

DOCX = docx_file.docx_bytes(LAYOUTS["official"]())


def read(data: bytes, name: str, *, is_body: bool = False) -> Document:
    found = open_blob(Blob(name, name, data, is_body=is_body), ReadContext(ocr=False)).document
    assert found is not None
    return found


SHELL = '<html><head><title>{}</title><script src="/a.js"></script></head><body><div id="app">{}</div></body></html>'
ARRIVED = [
    (
        "<!DOCTYPE html><html><head><title>登录</title></head><body><form>用户名<input name=u>密码<input type=password></form></body></html>",
        "申报表.docx",
        "登录网页",
    ),
    (SHELL.format("统一身份认证平台", "请使用企业微信扫码登录"), "附件1.doc", "登录网页"),
    (SHELL.format("OA", ""), "汇总表.xlsx", "一个网页"),
    ("<html><script>window.location.href='/login?next=%2Ffile'</script></html>", "申报表.pdf", "一个网页"),
    ("<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><hr>nginx</body></html>", "a.docx", "出错提示"),
    ("<html><body><p>您访问的文件不存在或已被删除</p></body></html>", "申报表.doc", "出错提示"),
    ('{"code": 401, "msg": "用户未登录", "data": null}', "申报表.docx", "JSON"),
    ('\ufeff{"errcode":40001,"errmsg":"invalid credential"}', "申报表.xls", "JSON"),
    ('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', "申报表.doc", "服务器"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "name", "what"), ARRIVED)
def test_what_a_server_answered_is_named(written: str, name: str, what: str) -> None:
    (problem,) = read(written.encode(), name).problems
    assert (problem.code, problem.is_error) == (Code.UNREADABLE, True)
    assert problem.message.startswith(f"{name}：收到的不是文档，而是")
    assert what in problem.message and "重新下载原文件" in problem.message


HONEST = [
    (html_file.html_bytes(LAYOUTS["official"](), "input"), "申报表.doc"),  # a form saved as a page, with its boxes
    (html_file.mht_bytes(LAYOUTS["official"]()), "申报表.doc"),
    ("<html><body><p>科普日活动总结</p><p>活动顺利。</p></body></html>".encode(), "总结.doc"),
    (("<html><script>var a</script><p>" + "活动顺利开展，群众反响良好。" * 40 + "</p></html>").encode(), "总结.docx"),
    ("活动名称：科普进校园\n联系人：庄晓东".encode(), "申报表.doc"),
    ("【总结】{活动}顺利".encode(), "总结.doc"),
    ("<html><title>登录</title><form><input type=password></form></html>".encode(), "网页.html"),
    (b'{"a": 1}', "a.json"),
]


@pytest.mark.parametrize(("data", "name"), HONEST)
def test_what_somebody_wrote_stays_read(data: bytes, name: str) -> None:
    assert not read(data, name).problems


def test_a_mail_that_tells_of_a_password_is_text() -> None:
    assert not read(b'{"a": 1}', "正文.txt", is_body=True).problems


JUNK = [
    b"\xef\xbb\xbf",
    b"\r\n\r\n",
    b"<br />\n<b>Warning</b>:  ob_clean(): failed to delete buffer in <b>/www/down.php</b> on line <b>12</b><br />\n",
    b'------WebKitFormBoundaryq\r\nContent-Disposition: form-data; name="f"; filename="a.docx"\r\n\r\n',
    "\ufeff下载".encode(),
]


@pytest.mark.parametrize("junk", JUNK)
def test_junk_before_the_document(junk: bytes) -> None:
    whole = read(DOCX, "申报表.docx")
    found = read(junk + DOCX, "申报表.docx")
    assert found.format == "docx"
    assert shape(found) == shape(whole)
    table = sheet_file.xlsx_bytes(LAYOUTS["summary"]())
    assert shape(read(junk + table, "汇总表.xlsx")) == shape(read(table, "汇总表.xlsx"))


def test_the_letters_of_a_zip_inside_a_text_or_program_are_no_zip() -> None:
    assert sniff("压缩包以 PK\x03\x04 开头".encode(), "说明.txt") != "zip"
    assert sniff(b"MZ\x90\x00" + bytes(60) + DOCX, "a.exe") == "unknown"
