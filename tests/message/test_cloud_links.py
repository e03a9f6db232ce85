"""Files behind links: the providers', the traps, and links that are none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.documents.formats.mails.read import blobs_of
from bot.message.model import Message
from bot.message.parse import parse_message
from tests.cases import cases


def mail(html: str = "", text: str = "", subject: str = "申报材料") -> Message:
    head = f"From: zhang@example.com\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
    if html and text:
        return parse_message(
            (
                f'{head}Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--b\r\n'
                f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body>{html}</body></html>\r\n--b--"
            ).encode()
        )
    kind, body = ("text/html", f"<html><body>{html}</body></html>") if html else ("text/plain", text)
    return parse_message(f"{head}Content-Type: {kind}; charset=utf-8\r\n\r\n{body}".encode())


NETEASE_OLD = "http://fs.163.com/fs/display/?p=X-NETEASE-HUGE-ATTACHMENT&file=abc123&title=%E7%A7%91%E6%99%AE%E6%97%A5%E7%85%A7%E7%89%87.zip"
CASES = cases(__file__, "cloud_files.json", "name")


@pytest.mark.parametrize("case", CASES)
def test_cloud_files(case: dict[str, Any]) -> None:
    """``links``: name, address, size and end of each file, as the mail says; none for what is no file in a cloud."""
    found = mail(case.get("html", ""), case.get("text", ""), case.get("subject", "申报材料")).cloud_links
    assert [[one.name, one.href, one.size, one.expires] for one in found] == case["links"]


UNKNOWN_HOSTS: list[tuple[str, str]] = [
    ("", "申报材料放网盘了：https://pan.qzjy.example.cn/s/1AbCdEf 提取码：x1y2"),
    ("", "链接: https://disk.example.org/link/AA12BB34\n提取码: 8k2m"),
    ("", "链接：https://disk.example.org/link/AA12BB34\n\n提取码：8k2m"),
    ("", "通过网盘分享的文件：科普日照片\n链接:https://cloud.example.edu.cn/x/1abc?pwd=ab12"),
    ("", "照片较大，请到 https://nas.example.com:5001/sharing/AbC12dEf 下载，取件码 1234"),
    ("", "总结材料和照片的下载链接：https://send.example.cn/d/Xy12Z9（有效期7天）"),
    ("", "我把表格传到学校云盘了 https://yunpan.example.edu.cn/l/Q1W2E3"),
    ("", "文件中转站：https://big.example.com/get?id=12345 请查收"),
    ("", "pan.example.cn/s/1AbCd 提取码：x1y2"),
    ("<p>材料见网盘：</p><p><a href='https://pan.example.cn/w/AbCd'>点这里</a></p><p>提取码 ab12</p>", ""),
    ("<div>照片<a href='https://box.example.cn/share/9f8e7d6c'>点击下载</a>（120M，9月30日前有效）</div>", ""),
]


@pytest.mark.parametrize(("html", "text"), UNKNOWN_HOSTS)
def test_a_share_on_a_host_that_nobody_knows(html: str, text: str) -> None:
    (link,) = mail(html, text).cloud_links
    assert "example" in link.href


def test_a_news_link_beside_a_share_is_none() -> None:
    html = "<div>报道：<a href='https://www.qznews.example.cn/2023/0917/1'>新闻</a>；照片：<a href='https://pan.example.cn/s/1AbCd'>网盘</a> 提取码 ab12</div>"
    assert [link.href for link in mail(html).cloud_links] == ["https://pan.example.cn/s/1AbCd"]


def test_a_forwarded_cloud_file_is_new() -> None:
    body = f'<div><br></div><div>-------- 转发邮件信息 --------</div><div>发件人："李四" &lt;li@example.com&gt;</div><div>发送日期：2023-08-28</div><div>收件人：zhang@example.com</div><div>主题：材料</div><div id="divNeteaseBigAttach"><a href="{NETEASE_OLD}">科普日照片.zip</a> (60.57M, 2011年12月27日 19:39 到期)</div>'
    assert [link.name for link in mail(body, subject="转发：材料").cloud_links] == ["科普日照片.zip"]


def test_the_text_carries_the_problem() -> None:
    (body,) = blobs_of(mail(CASES[0].values[0]["html"]))
    assert body.is_body
    (problem,) = body.problems
    assert problem.code == "cloud_link" and problem.is_error
    assert "科普日照片.zip" in problem.message and "60.57M" in problem.message and "2011年12月27日" in problem.message
    assert problem.place == NETEASE_OLD


def test_never_more_than_fifty() -> None:
    text = "超大附件\n" + "\n".join(
        f"表{number}.zip (1M, 2023年9月27日 到期)下载：https://example.com/d?id={number}" for number in range(300)
    )
    assert len(mail(text=text).cloud_links) == 50


def test_an_address_that_is_none_is_no_crash() -> None:
    """What Python calls an invalid address is still a link somebody sent (found by fuzzing)."""
    html = "".join(
        f'<p>从QQ邮箱发来的超大附件 <a href="{href}">申报表.docx</a> (20.1M, 2023年9月27日 到期) <a href="{href}">下载</a></p>'
        for href in ("http://[mail.qq.com/ftn/download?k=1", "http://]/ftn/download?k=2")
    )
    assert {link.name for link in mail(html).cloud_links} == {"申报表.docx"}
