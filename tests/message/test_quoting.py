"""What is new in a mail, as the usual programs quote: each case is (mail's text or HTML, what must stay, what must go)."""

from __future__ import annotations

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message

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
TEXT_REPLIES: list[tuple[str, str]] = [
    ("marks", f"{NEW}\n\n> {OLD}\n> 谢谢"),
    ("netease", f'{NEW}\n\n\n\n在 2023-08-28 09:01:00，"科普部" <{OURS}> 写道：\n\n> {OLD}'),
    ("netease_unmarked", f'{NEW}\n\n在 2023-08-28 09:01:00，"科普部" <{OURS}> 写道：\n\n{OLD}'),
    ("netease_english", f'{NEW}\n\nAt 2023-08-28 09:01:00, "kepu" <{OURS}> wrote:\n{OLD}'),
    (
        "netease_new",
        f"{NEW}\n\n---- 回复的原邮件 ----\n| 发件人 | 科普部<{OURS}> |\n| 日期 | 2023年08月28日 09:01 |\n| 收件人 | 张三<zhang@example.com> |\n| 抄送至 |  |\n| 主题 | Re: 申报表 |\n{OLD}",
    ),
    ("qq", f"{NEW}\n\n\n------------------ 原始邮件 ------------------\n{QQ_BLOCK}"),
    ("qq_nbsp", f"{NEW}\n\n------------------\u00a0原始邮件\u00a0------------------\n{QQ_BLOCK}"),
    (
        "qq_english",
        f'{NEW}\n\n------------------ Original ------------------\nFrom: "kepu" <{OURS}>;\nDate: Mon, Aug 28, 2023 09:01 AM\nTo: "zhang"<zhang@example.com>;\nSubject: Re: form\n\n{OLD}',
    ),
    (
        "qq_mobile",
        f'{NEW}\n\n---原始邮件---\n发件人: "科普部"<{OURS}>\n发送时间: 2023年8月28日(周一) 上午9:01\n收件人: "张三"<zhang@example.com>;\n主题: Re: 申报表\n\n{OLD}',
    ),
    (
        "wechat",
        f"{NEW}\n\n\n原始邮件\n发件人：科普部<{OURS}>\n发件时间：2023年8月28日 09:01\n收件人：zhang@example.com\n主题：Re: 申报表\n\n{OLD}",
    ),
    (
        "telephone_without_space",
        f"{NEW}\n原邮件\n发件人: 科普部<{OURS}>\n发件时间: 8月28日 周一\n收件人: 张三\n{OLD}",
    ),
    (
        "coremail",
        f'{NEW}\n\n> -----原始邮件-----\n> 发件人: "科普部" <{OURS}>\n> 发送时间: 2023-08-28 09:01:00 (星期一)\n> 收件人: zhang@example.com\n> 主题: Re: 申报表\n>\n> {OLD}',
    ),
    (
        "coremail_unmarked",
        f'{NEW}\n\n-----原始邮件-----\n发件人: "科普部" <{OURS}>\n发送时间: 2023-08-28 09:01:00 (星期一)\n收件人: zhang@example.com\n主题: Re: 申报表\n\n{OLD}',
    ),
    (
        "foxmail",
        f"{NEW}\n\n\n\n张三\n \n发件人： 科普部\n发送时间： 2023-08-28 09:01\n收件人： zhang@example.com\n主题： Re: 申报表\n{OLD}",
    ),
    (
        "outlook_zh",
        f"{NEW}\n\n发件人: 科普部 <{OURS}> \n发送时间: 2023年8月28日 9:01\n收件人: 张三 <zhang@example.com>\n主题: Re: 申报表\n\n{OLD}",
    ),
    (
        "outlook_rule",
        f"{NEW}\n\n________________________________\n发件人: 科普部 <{OURS}>\n发送时间: 2023年8月28日 9:01\n收件人: 张三\n主题: Re: 申报表\n\n{OLD}",
    ),
    (
        "outlook_express",
        f'{NEW}\n----- Original Message ----- \nFrom: "kepu" <{OURS}>\nTo: <zhang@example.com>\nSent: Monday, August 28, 2023 9:01 AM\nSubject: Re: form\n\n{OLD}',
    ),
    (
        "outlook_en",
        f"{NEW}\n\n-----Original Message-----\nFrom: kepu [mailto:{OURS}]\nSent: Monday, August 28, 2023 9:01 AM\nTo: zhang\nSubject: Re: form\n\n{OLD}",
    ),
    (
        "outlook_mailto_zh",
        f"{NEW}\n\n-----邮件原件-----\n发件人: 科普部 [mailto:{OURS}]\n发送时间: 2023年8月28日 9:01\n收件人: 张三\n主题: Re: 申报表\n\n{OLD}",
    ),
    ("gmail", f"{NEW}\n\nOn Mon, Aug 28, 2023 at 9:01 AM kepu <{OURS}> wrote:\n\n> {OLD}"),
    (
        "gmail_broken_line",
        f"{NEW}\n\nOn Mon, Aug 28, 2023 at 9:01 AM a very long display name of the office <\n{OURS}> wrote:\n\n> {OLD}",
    ),
    ("gmail_zh", f"{NEW}\n\n科普部 <{OURS}> 于2023年8月28日周一 09:01写道：\n\n> {OLD}"),
    ("gmail_zh_broken_line", f"{NEW}\n\n科普部 <{OURS}> 于2023年8月28日周一\n09:01写道：\n\n> {OLD}"),
    ("apple", f"{NEW}\n\n> 在 2023年8月28日，09:01，科普部 <{OURS}> 写道：\n> \n> {OLD}"),
    ("apple_2", f"{NEW}\n\n> 2023年8月28日 上午9:01，科普部 <{OURS}> 写道：\n> \n> {OLD}"),
    ("thunderbird", f"{NEW}\n\n在 2023/8/28 9:01, 科普部 写道:\n> {OLD}"),
    (
        "samsung",
        f"{NEW}\n\n-------- 原始信息 --------\n发件人： 科普部 <{OURS}>\n日期： 2023/8/28 09:01 (GMT+08:00)\n收件人： zhang@example.com\n主题： Re: 申报表\n\n{OLD}",
    ),
    (
        "traditional",
        f"{NEW}\n\n寄件者: 科普部 <{OURS}>\n寄件日期: 2023年8月28日\n收件者: 張三\n主旨: Re: 申報表\n\n{OLD}",
    ),
    (
        "signature_and_quote",
        f'{NEW}\n\n-- \n张三\n晋江市科协\n\n在 2023-08-28 09:01:00，"科普部" <{OURS}> 写道：\n> {OLD}',
    ),
    ("sent_from_phone", f"{NEW}\n\n发自我的iPhone\n\n> {OLD}"),
    ("wrote_without_colon_line", f"{NEW}\n\n于 2023年8月28日 科普部 写道:\n{OLD}"),
]


@pytest.mark.parametrize("body", [case[1] for case in TEXT_REPLIES], ids=[case[0] for case in TEXT_REPLIES])
def test_reply_in_text(body: str) -> None:
    message = mail(body)
    assert message.new_text.startswith(NEW)
    for gone in (OLD, "发件人", "发送时间", "主题", "Subject", "原始", "wrote", "写道", OURS, "发自", "____"):
        assert gone not in message.new_text
    assert OLD in message.text
    assert message.forwarded_from.email == ""


@pytest.mark.parametrize("body", [case[1] for case in TEXT_REPLIES], ids=[case[0] for case in TEXT_REPLIES])
def test_reply_in_text_with_crlf_and_as_html_lines(body: str) -> None:
    assert mail(body.replace("\n", "\r\n")).new_text.startswith(NEW)
    html = "".join(f"<div>{line.replace('<', '&lt;') or '<br>'}</div>" for line in body.split("\n"))
    message = mail(f"<html><body>{html}</body></html>", html=True)
    assert message.new_text.startswith(NEW)
    assert OLD not in message.new_text


TABLE = "<table border=1><tr><td>活动名称</td><td>科普进校园</td></tr><tr><td>联系人</td><td>庄晓东</td></tr></table>"
OLD_TABLE = "<table border=1><tr><td>活动名称</td><td>旧的名称</td></tr><tr><td>联系人</td><td>旧人</td></tr></table>"
HTML_HEAD = f'<div><b>发件人:</b>&nbsp;"科普部"&lt;{OURS}&gt;;</div><div><b>发送时间:</b>&nbsp;2023年8月28日</div><div><b>收件人:</b>&nbsp;"张三"&lt;zhang@example.com&gt;;</div><div><b>主题:</b>&nbsp;Re: 申报表</div>'
HTML_REPLIES: list[tuple[str, str]] = [
    (
        "netease_web",
        f'<div style="line-height:1.7">{NEW}{TABLE}</div><br><div id="divNeteaseMailCard"></div><br>在 2023-08-28 09:01:00，"科普部" &lt;{OURS}&gt; 写道：<br><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex">{OLD}{OLD_TABLE}</blockquote>',
    ),
    (
        "netease_attribution_inside",
        f'<div>{NEW}</div>{TABLE}<div id="isReplyContent"><p>At 2023-08-28 09:01:00, "kepu" wrote:</p>{OLD}{OLD_TABLE}</div>',
    ),
    (
        "netease_master",
        f'<div>{NEW}{TABLE}</div><div class="ntes-mailmaster-quote"><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>科普部&lt;{OURS}&gt;</td></tr><tr><td>日期</td><td>2023年08月28日 09:01</td></tr><tr><td>收件人</td><td>张三</td></tr><tr><td>主题</td><td>Re: 申报表</td></tr></table><blockquote>{OLD}{OLD_TABLE}</blockquote></div>',
    ),
    (
        "qq_web",
        f'<div>{NEW}</div><div>{TABLE}</div><div><includetail><div>&nbsp;</div><div style="font:Verdana"><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div style="background:#efefef">{HTML_HEAD}</div><div>&nbsp;</div>{OLD}{OLD_TABLE}</div><!--<![endif]--></includetail></div>',
    ),
    (
        "qq_without_includetail",
        f"<div>{NEW}</div>{TABLE}<div><br></div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div>{HTML_HEAD}</div><div>{OLD}{OLD_TABLE}</div>",
    ),
    (
        "foxmail",
        f'<div>{NEW}</div>{TABLE}<hr style="width:210px"><div>张三</div><blockquote style="margin-left:0.5em"><div>&nbsp;</div><div style="border-top:solid #B5C4DF 1.0pt">{HTML_HEAD}</div><div>{OLD}{OLD_TABLE}</div></blockquote>',
    ),
    (
        "outlook_desktop",
        f'<p class=MsoNormal>{NEW}</p>{TABLE}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>发件人<span lang=EN-US>:</span></b><span> 科普部 &lt;{OURS}&gt; <br><b>发送时间:</b> 2023年8月28日 9:01<br><b>收件人:</b> 张三<br><b>主题:</b> Re: 申报表</span></p></div></div><p class=MsoNormal>{OLD}</p>{OLD_TABLE}',
    ),
    (
        "outlook_web",
        f'<div>{NEW}{TABLE}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><font><b>发件人:</b> 科普部 &lt;{OURS}&gt;<br><b>发送时间:</b> 2023年8月28日<br><b>收件人:</b> 张三<br><b>主题:</b> Re: 申报表</font></div><div>{OLD}{OLD_TABLE}</div>',
    ),
    (
        "gmail",
        f'<div dir="ltr">{NEW}{TABLE}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">科普部 &lt;<a href="mailto:{OURS}">{OURS}</a>&gt; 于2023年8月28日周一 09:01写道：<br></div><blockquote class="gmail_quote">{OLD}{OLD_TABLE}</blockquote></div>',
    ),
    (
        "apple",
        f'<div>{NEW}{TABLE}</div><div><br><blockquote type="cite"><div>在 2023年8月28日，09:01，科普部 &lt;{OURS}&gt; 写道：</div><br><div>{OLD}{OLD_TABLE}</div></blockquote></div>',
    ),
    (
        "thunderbird",
        f'<p>{NEW}</p>{TABLE}<div class="moz-cite-prefix">在 2023/8/28 9:01, 科普部 写道:<br></div><blockquote type="cite" cite="mid:1@example.org">{OLD}{OLD_TABLE}</blockquote>',
    ),
    (
        "coremail",
        f'{NEW}{TABLE}<br><blockquote name="replyContent" class="ReferenceQuote" style="padding-left:5px">-----原始邮件-----<br><b>发件人:</b>"科普部" &lt;{OURS}&gt;<br><b>发送时间:</b>2023-08-28 09:01:00 (星期一)<br><b>收件人:</b> zhang@example.com<br><b>主题:</b> Re: 申报表<br><br>{OLD}{OLD_TABLE}</blockquote>',
    ),
    (
        "bottom_posting",
        f'<div>在 2023-08-28 09:01:00，"科普部" &lt;{OURS}&gt; 写道：</div><blockquote>{OLD}{OLD_TABLE}</blockquote><div>{NEW}</div>{TABLE}',
    ),
    (
        "nested_twice",
        f'<div>{NEW}</div>{TABLE}<div class="gmail_quote"><div class="gmail_attr">On Mon, Aug 28, 2023 at 9:01 AM kepu &lt;{OURS}&gt; wrote:</div><blockquote class="gmail_quote">{OLD}{OLD_TABLE}<div class="gmail_quote">On Sun, Aug 27, 2023 at 9:01 AM zhang wrote:<blockquote>再以前</blockquote></div></blockquote></div>',
    ),
]


@pytest.mark.parametrize("body", [case[1] for case in HTML_REPLIES], ids=[case[0] for case in HTML_REPLIES])
def test_reply_in_html(body: str) -> None:
    message = mail(f"<html><head><style>blockquote{{}}</style></head><body>{body}</body></html>", html=True)
    assert message.new_text.startswith(NEW)
    for whole in (message.new_text, message.new_html):
        assert "科普进校园" in whole and "庄晓东" in whole
        for gone in (OLD, "旧的名称", "旧人", "原始邮件", "发件人", "主题"):
            assert gone not in whole
    assert OLD in message.text and "旧人" in message.html


FORWARDS: list[tuple[str, str, str, bool]] = [
    (
        "qq",
        "转发：申报表",
        '\n\n------------------ 原始邮件 ------------------\n发件人: "李四" <li@example.com>;\n发送时间: 2023年8月28日(星期一) 上午9:01\n收件人: "张三" <zhang@example.com>;\n主题: 申报表\n\n活动名称：科普进校园\n联系人：庄晓东',
        False,
    ),
    (
        "netease",
        "转发：申报表",
        '\n\n-------- 转发邮件信息 --------\n发件人："李四" <li@example.com>\n发送日期：2023-08-28 09:01:00\n收件人：zhang@example.com\n主题：申报表\n\n活动名称：科普进校园\n联系人：庄晓东',
        False,
    ),
    (
        "netease_new",
        "转发：申报表",
        "\n\n---- 转发的邮件 ----\n| 发件人 | 李四<li@example.com> |\n| 日期 | 2023年08月28日 09:01 |\n| 收件人 | zhang@example.com |\n| 主题 | 申报表 |\n活动名称：科普进校园\n联系人：庄晓东",
        False,
    ),
    (
        "outlook",
        "转发: 申报表",
        "\n\n发件人: 李四 <li@example.com>\n发送时间: 2023年8月28日 9:01\n收件人: 张三 <zhang@example.com>\n主题: 申报表\n\n活动名称：科普进校园\n联系人：庄晓东",
        False,
    ),
    (
        "gmail",
        "Fwd: form",
        "---------- Forwarded message ---------\nFrom: 李四 <li@example.com>\nDate: Mon, Aug 28, 2023 at 9:01 AM\nSubject: form\nTo: zhang <zhang@example.com>\n\n\n活动名称：科普进校园\n联系人：庄晓东",
        False,
    ),
    (
        "gmail_zh",
        "Fwd: form",
        "---------- Forwarded message ---------\n发件人： 李四 <li@example.com>\nDate: 2023年8月28日周一 09:01\nSubject: form\nTo: zhang <zhang@example.com>\n\n活动名称：科普进校园\n联系人：庄晓东",
        False,
    ),
    (
        "apple",
        "Fwd: form",
        "> 下面是被转发的邮件：\n> \n> 发件人: 李四 <li@example.com>\n> 主题: 申报表\n> 日期: 2023年8月28日 GMT+8 09:01\n> 收件人: zhang@example.com\n> \n> 活动名称：科普进校园\n> 联系人：庄晓东",
        False,
    ),
    (
        "marker_without_prefix",
        "申报表",
        "请查收\n\n---------- Forwarded message ---------\nFrom: 李四 <li@example.com>\nDate: Mon, Aug 28, 2023\nSubject: form\nTo: zhang\n\n活动名称：科普进校园\n联系人：庄晓东",
        False,
    ),
    (
        "with_own_words",
        "转发：申报表",
        '王主任：请查收下面的申报。\n\n------------------ 原始邮件 ------------------\n发件人: "李四" <li@example.com>;\n发送时间: 2023年8月28日\n收件人: "张三" <zhang@example.com>;\n主题: 申报表\n\n活动名称：科普进校园\n联系人：庄晓东',
        False,
    ),
    (
        "of_a_reply",
        "Fw: Re: 申报表",
        '\n-----原始邮件-----\n发件人: 李四 <li@example.com>\n发送时间: 2023-08-28\n收件人: 张三\n主题: Re: 申报表\n\n活动名称：科普进校园\n联系人：庄晓东\n\n在 2023-08-27 09:01:00，"王五" <wang@example.com> 写道：\n> 请报申报表',
        False,
    ),
]


@pytest.mark.parametrize(("subject", "body"), [case[1:3] for case in FORWARDS], ids=[case[0] for case in FORWARDS])
def test_a_forward_is_content(subject: str, body: str) -> None:
    message = mail(body, subject)
    assert "活动名称：科普进校园\n联系人：庄晓东" in message.new_text
    assert (message.forwarded_from.email, message.forwarded_from.name) == ("li@example.com", "李四")
    assert "请报申报表" not in message.new_text
    html = "".join(f"<div>{line.replace('<', '&lt;') or '<br>'}</div>" for line in body.split("\n"))
    shown = mail(f"<html><body>{html}{TABLE if 'Re:' not in subject else ''}</body></html>", subject, html=True)
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
