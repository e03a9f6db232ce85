"""What is new in a mail, as the usual programs quote: what the answers in the files beside this one say is NEW, what they quote OLD."""

from __future__ import annotations

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message
from tests.cases import cases

NEW = "已补充联系电话：0595-22000000。"
OLD = "请补充联系电话。"
OURS = "kepu@example.org"


def mail(body: str, subject: str = "回复：申报表", html: bool = False) -> Message:
    kind = "text/html" if html else "text/plain"
    return parse_message(
        f"From: zhang@example.com\r\nSubject: {subject}\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{body}".encode(),
        own=[OURS],
    )


QQ_BLOCK = f'发件人: "科普部" <{OURS}>;\n发送时间: 2023年8月28日(星期一) 上午9:01\n收件人: "张三" <zhang@example.com>;\n主题: Re: 申报表\n\n{OLD}'
REPLIES = cases(__file__, "replies.json", "name")


@pytest.mark.parametrize("case", REPLIES)
def test_reply_in_text(case: dict[str, str]) -> None:
    message = mail(case["body"])
    assert message.new_text.startswith(NEW)
    for gone in (OLD, "发件人", "发送时间", "主题", "Subject", "原始", "wrote", "写道", OURS, "发自", "____"):
        assert gone not in message.new_text
    assert OLD in message.text
    assert message.forwarded_from.email == ""


@pytest.mark.parametrize("case", REPLIES)
def test_reply_in_text_with_crlf_and_as_html_lines(case: dict[str, str]) -> None:
    assert mail(case["body"].replace("\n", "\r\n")).new_text.startswith(NEW)
    message = mail(as_html(case["body"]), html=True)
    assert message.new_text.startswith(NEW)
    assert OLD not in message.new_text


def as_html(text: str, more: str = "") -> str:
    lines = "".join(f"<div>{line.replace('<', '&lt;') or '<br>'}</div>" for line in text.split("\n"))
    return f"<html><body>{lines}{more}</body></html>"


TABLE = "<table border=1><tr><td>活动名称</td><td>科普进校园</td></tr><tr><td>联系人</td><td>庄晓东</td></tr></table>"
HTML_HEAD = f'<div><b>发件人:</b>&nbsp;"科普部"&lt;{OURS}&gt;;</div><div><b>发送时间:</b>&nbsp;2023年8月28日</div><div><b>收件人:</b>&nbsp;"张三"&lt;zhang@example.com&gt;;</div><div><b>主题:</b>&nbsp;Re: 申报表</div>'


@pytest.mark.parametrize("case", cases(__file__, "replies_html.json", "name"))
def test_reply_in_html(case: dict[str, str]) -> None:
    """Beside the words there is a new table, and an old one in the quotation."""
    message = mail(f"<html><head><style>blockquote{{}}</style></head><body>{case['body']}</body></html>", html=True)
    assert message.new_text.startswith(NEW)
    for whole in (message.new_text, message.new_html):
        assert "科普进校园" in whole and "庄晓东" in whole
        for gone in (OLD, "旧的名称", "旧人", "原始邮件", "发件人", "主题"):
            assert gone not in whole
    assert OLD in message.text and "旧人" in message.html


@pytest.mark.parametrize("case", cases(__file__, "forwards.json", "name"))
def test_a_forward_is_content(case: dict[str, str]) -> None:
    subject, body = case["subject"], case["body"]
    message = mail(body, subject)
    assert "活动名称：科普进校园\n联系人：庄晓东" in message.new_text
    assert (message.forwarded_from.email, message.forwarded_from.name) == ("li@example.com", "李四")
    assert "请报申报表" not in message.new_text
    shown = mail(as_html(body, TABLE if "Re:" not in subject else ""), subject, html=True)
    assert "联系人：庄晓东" in shown.new_text and shown.forwarded_from.email == "li@example.com"


def test_html_forward_keeps_its_table() -> None:
    body = f"<div><br></div><div><includetail><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>{HTML_HEAD.replace(OURS, 'li@example.com')}</div>{TABLE}</includetail></div>"
    message = mail(body, "转发：申报表", html=True)
    assert "庄晓东" in message.new_html and message.forwarded_from.email == "li@example.com"
    gmail = f'<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>发件人： <strong>李四</strong> &lt;li@example.com&gt;<br>Date: 2023年8月28日周一 09:01<br>Subject: 申报表<br>To: zhang<br></div><br>{TABLE}</div>'
    assert "庄晓东" in mail(gmail, "Fwd: 申报表", html=True).new_html


def test_our_own_mail_that_comes_back_is_no_content() -> None:
    message = mail(
        f"请看\n\n------------------ 原始邮件 ------------------\n{QQ_BLOCK}\n活动名称：科普进校园", "转发：Re: 申报表"
    )
    assert message.new_text == "请看"


INLINE = f'您好：\n\n在 2023-08-28 09:01:00，"科普部" <{OURS}> 写道：\n> 1. 联系电话没有填写\n0595-22000000\n> 2. 活动时间没有填写\n9月17日至23日\n> 谢谢'


def test_answers_between_quoted_lines_are_kept() -> None:
    assert mail(INLINE).new_text.split("\n") == ["您好：", "", "0595-22000000", "9月17日至23日"]


NOT_HISTORY: list[tuple[str, str]] = [
    ("form_with_topic_and_date", "主题：科普进校园\n时间：2023年9月17日\n地点：泉州市\n联系人：庄晓东"),
    ("sender_line_alone", "发件人：晋江市科协\n附件为申报表，请查收"),
    ("ruled_card", "申报表见附件，请查收。\n---\n发件人：晋江市科协\n电话：0595-22000000"),
    ("dashes", "一、活动内容\n--------------------\n科普讲座\n--------------------\n联系人：庄晓东"),
    ("somebody_wrote", "孩子们在作文里写道：\n科学真有趣"),
    ("wrote_with_place", "学生在日记中写道：今天参观了科技馆。\n联系人：庄晓东"),
    ("original_word", "原始邮件已发，请以本邮件为准\n联系人：庄晓东"),
    ("forward_word", "转发通知如下\n请各单位填报\n联系人：庄晓东"),
    ("english_from", "From: Jinjiang\nPlease find the form\n联系人：庄晓东"),
    ("signature_marks_early", "--\n申报表\n" + "\n".join(f"第{number}行" for number in range(30))),
    ("list_with_dashes", "活动安排\n-- 开幕式\n-- 讲座\n联系人：庄晓东"),
]


@pytest.mark.parametrize("body", [case[1] for case in NOT_HISTORY], ids=[case[0] for case in NOT_HISTORY])
def test_ordinary_text_is_left_alone(body: str) -> None:
    assert mail(body, "申报表").new_text == body


def test_plain_blockquote_is_no_quote() -> None:
    message = mail(f"<p>填报如下</p><blockquote style='margin:0 0 0 40px'>{TABLE}</blockquote>", "申报表", html=True)
    assert "庄晓东" in message.new_html


def test_reply_without_own_words() -> None:
    message = mail(f"\n\n------------------ 原始邮件 ------------------\n{QQ_BLOCK}")
    assert message.new_text == "" and message.new_html == ""


def test_signatures_go() -> None:
    message = mail(
        f'<div>{NEW}</div><div id="divNeteaseMailCard"><img src="http://example.com/x.png"><p>张三 13900000000</p></div><div class="gmail_signature">科协</div>',
        html=True,
    )
    assert message.new_text == NEW
    assert "13900000000" not in message.new_html
