"""Files behind links: a mail for each row of providers, the traps, and links that are none."""

from __future__ import annotations

import pytest

from bot.documents.formats.mails.read import blobs_of
from bot.message.model import CloudLink, Message
from bot.message.parse import parse_message

TRAP = '<style id="cloudAttachStyle">#divNeteaseBigAttach, #divNeteaseBigAttach_bak{display:none;}</style>'


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
NETEASE_NEW = (
    "https://mail.163.com/large-attachment-download/index.html?p=X-NETEASE-HUGE-ATTACHMENT&file=abc123&title=x"
)
QQ = "https://wx.mail.qq.com/ftn/download?func=3&key=abc&code=def"
QQ_OLD = "http://mail.qq.com/cgi-bin/ftnExs_download?t=exs_ftn_download&k=abc&code=def"
# name, HTML, text, expected
ROWS: list[tuple[str, str, str, tuple[CloudLink, ...]]] = [
    (
        "netease_web_old",
        f'''<div>请查收</div>{TRAP}<div id="divNeteaseBigAttach" style="font-size:14px"><div>从网易163邮箱发来的超大附件</div><div><a href="{NETEASE_OLD}"><img src="http://example.com/i.gif"></a></div>
<div><a href="{NETEASE_OLD}" download="科普日照片.zip">科普日照片.zip</a> (60.57M, 2011年12月27日 19:39 到期)</div><div><a href="{NETEASE_OLD}">下载</a></div></div><a href="http://u.163.com/t0/abc">网易邮箱大师</a>''',
        "",
        (CloudLink("科普日照片.zip", NETEASE_OLD, "60.57M", "2011年12月27日 19:39"),),
    ),
    (
        "netease_126",
        f'<div id="divNeteaseBigAttach"><div>从网易126邮箱发来的云附件</div><a class="bigattach-mailmaster-download" filename="申报表.docx" href="{NETEASE_NEW}">申报表.docx</a> (20.1K, 2023年9月27日 19:39 到期) <a href="{NETEASE_NEW}">下载</a></div>',
        "",
        (CloudLink("申报表.docx", NETEASE_NEW, "20.1K", "2023年9月27日 19:39"),),
    ),
    (
        "netease_master",
        '<div class="x"><a href="https://dashi.163.com/html/cloud-attachment-download/?key=abc"><div>申报材料.rar</div><div>12.5M</div></a><div>到期时间：2023-09-27</div></div>',
        "",
        (
            CloudLink(
                "申报材料.rar", "https://dashi.163.com/html/cloud-attachment-download/?key=abc", "12.5M", "2023-09-27"
            ),
        ),
    ),
    (
        "netease_enterprise",
        '<div id="divNeteaseSiriusCloudAttach" file-name="汇总表.xlsx"><p>从网易企业邮箱发来的云附件</p><div file-name="汇总表.xlsx" file-size="20984" expired="1695814740000"><span>汇总表.xlsx</span><span>20.49K | 过期时间：2023年9月27日 19:39</span><a href="https://edisk.qiye.163.com/api/biz/attachment/download?identity=abc">下载</a></div></div>',
        "",
        (
            CloudLink(
                "汇总表.xlsx",
                "https://edisk.qiye.163.com/api/biz/attachment/download?identity=abc",
                "20984 字节",
                "2023年9月27日 19:39",
            ),
        ),
    ),
    (
        "qq_web",
        f'''<div>见附件</div><div id="QQMailBigAttach"><div>从QQ邮箱发来的超大附件</div><div class="bigatt_bt" title="申报材料.zip
文件大小：128.03M
到期时间：2020年11月27日 21:59"><a href="{QQ}">申报材料.zip</a> (128.03M, 2020年11月27日 21:59 到期)<a href="{QQ}">进入下载页面</a></div></div>''',
        "",
        (CloudLink("申报材料.zip", QQ, "128.03M", "2020年11月27日 21:59"),),
    ),
    (
        "qq_span",
        f'<div><span class="qqmailbgattach" downloadlink="{QQ_OLD}" expiretime="2023年9月27日">活动视频.mp4</span></div>',
        "",
        (CloudLink("活动视频.mp4", QQ_OLD, "", "2023年9月27日"),),
    ),
    (
        "qq_text",
        "",
        f"见附件\n\n从QQ邮箱发来的超大附件\n\n申报材料.zip (128.03M, 2020年11月27日 21:59 到期)进入下载页面：{QQ_OLD}\n",
        (CloudLink("申报材料.zip", QQ_OLD, "128.03M", "2020年11月27日 21:59"),),
    ),
    (
        "qq_forever",
        "",
        f"从QQ邮箱发来的超大附件\n申报材料.zip (128.03M, 无限期)进入下载页面：{QQ_OLD}",
        (CloudLink("申报材料.zip", QQ_OLD, "128.03M", "无限期"),),
    ),
    (
        "qq_both_parts",
        f'<div id="QQMailBigAttach"><div>从QQ邮箱发来的超大附件</div><a href="{QQ_OLD}">申报材料.zip</a> (128.03M, 2020年11月27日 21:59 到期)</div>',
        f"从QQ邮箱发来的超大附件\n申报材料.zip (128.03M, 2020年11月27日 21:59 到期)进入下载页面：{QQ_OLD}",
        (CloudLink("申报材料.zip", QQ_OLD, "128.03M", "2020年11月27日 21:59"),),
    ),
    (
        "qq_two_files",
        "",
        f"从QQ邮箱发来的超大附件\n一.zip (1.5M, 2020年11月27日 21:59 到期)进入下载页面：{QQ_OLD}1\n二.zip (2.5M, 2020年11月28日 21:59 到期)进入下载页面：{QQ_OLD}2",
        (
            CloudLink("一.zip", QQ_OLD + "1", "1.5M", "2020年11月27日 21:59"),
            CloudLink("二.zip", QQ_OLD + "2", "2.5M", "2020年11月28日 21:59"),
        ),
    ),
    (
        "exmail",
        '<div><div>从腾讯企业邮箱发来的超大附件</div><div><a href="https://exmail.qq.com/cgi-bin/ftnExs_download?k=a">申报表.doc</a> (5.2M, 2023年9月27日 21:59 到期)</div></div>',
        "",
        (CloudLink("申报表.doc", "https://exmail.qq.com/cgi-bin/ftnExs_download?k=a", "5.2M", "2023年9月27日 21:59"),),
    ),
    (
        "foxmail_client",
        '<div class="FoxmailClientBigAttachEntry"><div class="foxmail_hugeattachment_item"><a href="https://wx.mail.qq.com/ftn/download?func=3&key=z&code=y">照片.rar</a><span>33.1MB</span><span>2023年9月27日 过期</span></div></div>',
        "",
        (CloudLink("照片.rar", "https://wx.mail.qq.com/ftn/download?func=3&key=z&code=y", "33.1MB", "2023年9月27日"),),
    ),
    (
        "189",
        '<div><a href="https://download.cloud.189.cn/file/downloadFile.action?dt=1&expired=1695814740000" alt="申报表.doc(20984)">点击下载</a></div>',
        "",
        (
            CloudLink(
                "申报表.doc",
                "https://download.cloud.189.cn/file/downloadFile.action?dt=1&expired=1695814740000",
                "20984 字节",
                "2023年9月27日 19:39",
            ),
        ),
    ),
    (
        "189_share",
        "",
        "天翼云盘 https://cloud.189.cn/t/abc123 （访问码：x1y2）",
        (CloudLink("天翼云盘", "https://cloud.189.cn/t/abc123", "", ""),),
    ),
    (
        "sina",
        '<div id="att_container"><p>来自中转站</p><p>汇总表.xls</p><p>3.2M 有效时间到：2023-09-27</p><a href="http://mail.sina.com.cn/filecenter/download.php?id=1">下载</a></div>',
        "",
        (CloudLink("汇总表.xls", "http://mail.sina.com.cn/filecenter/download.php?id=1", "3.2M", "2023-09-27"),),
    ),
    (
        "139_guess",
        '<div>139邮箱超大附件</div><div>申报表.zip 15.2MB 有效期至：2023年9月27日 <a href="https://html5.mail.10086.cn/html/largefile.html?id=1">立即下载</a></div>',
        "",
        (CloudLink("申报表.zip", "https://html5.mail.10086.cn/html/largefile.html?id=1", "15.2MB", "2023年9月27日"),),
    ),
    (
        "unknown_provider",
        '<div>文件中转站</div><div>申报表.zip（15.2MB，2023年9月27日到期）<a href="https://disk.gov.example.cn/x?id=1">下载</a></div>',
        "",
        (CloudLink("申报表.zip", "https://disk.gov.example.cn/x?id=1", "15.2MB", "2023年9月27日"),),
    ),
    (
        "unknown_provider_text",
        "",
        "大附件：\n申报表.zip  15.2MB\n下载地址：https://disk.gov.example.cn/x?id=1\n有效期至：2023年9月27日",
        (CloudLink("申报表.zip", "https://disk.gov.example.cn/x?id=1", "15.2MB", "2023年9月27日"),),
    ),
    (
        "baidu",
        "",
        "链接：https://pan.baidu.com/s/1AbCdEf 提取码：x1y2",
        (CloudLink("百度网盘", "https://pan.baidu.com/s/1AbCdEf", "", ""),),
    ),
    (
        "baidu_named",
        "",
        "通过网盘分享的文件：申报材料.zip\n链接: https://pan.baidu.com/s/1AbCdEf?pwd=x1y2 提取码: x1y2",
        (CloudLink("申报材料.zip", "https://pan.baidu.com/s/1AbCdEf?pwd=x1y2", "", ""),),
    ),
    (
        "tencent_docs",
        "",
        "【腾讯文档】科普日申报表\nhttps://docs.qq.com/doc/DAbC123",
        (CloudLink("腾讯文档", "https://docs.qq.com/doc/DAbC123", "", ""),),
    ),
    (
        "tencent_sheet",
        '<p>汇总表在线填写：<a href="https://docs.qq.com/sheet/DAbC">点这里</a></p>',
        "",
        (CloudLink("腾讯文档", "https://docs.qq.com/sheet/DAbC", "", ""),),
    ),
    (
        "kdocs",
        "",
        "【金山文档】 汇总表.xlsx\nhttps://kdocs.cn/l/abc123",
        (CloudLink("汇总表.xlsx", "https://kdocs.cn/l/abc123", "", ""),),
    ),
    (
        "kdocs_www",
        "",
        "https://www.kdocs.cn/l/abc123",
        (CloudLink("金山文档", "https://www.kdocs.cn/l/abc123", "", ""),),
    ),
    (
        "aliyun",
        "",
        "https://www.aliyundrive.com/s/abc123",
        (CloudLink("阿里云盘", "https://www.aliyundrive.com/s/abc123", "", ""),),
    ),
    (
        "alipan",
        "",
        "https://www.alipan.com/s/abc123",
        (CloudLink("阿里云盘", "https://www.alipan.com/s/abc123", "", ""),),
    ),
    (
        "weiyun",
        "",
        "腾讯微云 https://share.weiyun.com/abc123",
        (CloudLink("腾讯微云", "https://share.weiyun.com/abc123", "", ""),),
    ),
    ("onedrive", "", "https://1drv.ms/w/s!abc", (CloudLink("OneDrive", "https://1drv.ms/w/s!abc", "", ""),)),
    (
        "google",
        "",
        "https://drive.google.com/file/d/abc/view",
        (CloudLink("Google Drive", "https://drive.google.com/file/d/abc/view", "", ""),),
    ),
    (
        "quark",
        "",
        "夸克网盘 https://pan.quark.cn/s/abc",
        (CloudLink("夸克网盘", "https://pan.quark.cn/s/abc", "", ""),),
    ),
    (
        "mobile_cloud",
        "",
        "https://yun.139.com/link/w/i/abc 提取码:x1y2",
        (CloudLink("移动云盘", "https://yun.139.com/link/w/i/abc", "", ""),),
    ),
    (
        "feishu",
        "",
        "https://abc.feishu.cn/file/xyz",
        (CloudLink("飞书文档", "https://abc.feishu.cn/file/xyz", "", ""),),
    ),
]


@pytest.mark.parametrize(("html", "text", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_cloud_file(html: str, text: str, expected: tuple[CloudLink, ...]) -> None:
    assert mail(html, text).cloud_links == expected


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


NONE: list[tuple[str, str, str]] = [
    ("meeting", "", "腾讯会议：https://meeting.tencent.com/dm/AbCd1234 会议密码：123456"),
    ("survey_with_password", "", "满意度问卷 https://www.wjx.cn/vm/AbCd12.aspx 访问密码：1234"),
    ("blank_forms_on_an_official_page", "", "申报表下载地址：https://www.example.gov.cn/download/file/20230821.html"),
    ("official_download", "", "请自行下载附件：https://www.qz.gov.cn/files/download/abcd1234"),
    ("news_of_a_transfer_station", "", "走进垃圾中转站，报道：https://www.qznews.example.cn/2023/0917/123"),
    ("photo_report", "", "活动照片和新闻链接：https://www.qznews.example.cn/2023/0917/abcdef"),
    ("home_page_with_the_word", "", "本单位网盘使用说明见 https://www.example.edu.cn/"),
    ("app_store", "", "请扫码下载科普中国 https://app.kepuchina.cn/s/AbCd1234"),
    ("video_site", "", "视频链接：https://www.bilibili.com/video/BV1xx411c7mD"),
    ("public_account", "", "图片报道链接：https://mp.weixin.qq.com/s/AbCdEfGh12345"),
    (
        "signature",
        "<p>王老师</p><p>晋江市科协 网址：<a href='http://www.example.org/about/us'>www.example.org</a></p>",
        "",
    ),
    ("style_trap", f"<div>请查收附件</div>{TRAP}", ""),
    (
        "style_trap_with_advert",
        f'<div>请查收附件</div>{TRAP}<p><a href="https://u.163.com/signature">来自网易邮箱大师</a></p><a href="https://dashi.163.com/projects/signature-manager/detail/index.html?ftlId=1">张三</a>',
        "",
    ),
    ("news", "", "活动报道见：https://www.qznews.cn/2023/0917/123.html"),
    (
        "several_news",
        '<p>新闻报道链接：<a href="https://www.example.com/news/1.htm">泉州网</a>、<a href="https://mp.weixin.qq.com/s/abc">公众号</a></p>',
        "",
    ),
    ("news_with_download_app", '<p>请扫码下载科普中国客户端 <a href="https://www.kepuchina.cn/">科普中国</a></p>', ""),
    ("national_site", "", "请登录全国科普日网站 www.kepuri.cn 或 https://www.kepuri.cn/ 发布活动"),
    ("deadline_word", "", "报名有效期至2023年9月30日，报名网址 https://www.example.com/baoming"),
    ("video_report", "", "活动视频 https://v.qq.com/x/page/abc.html"),
    ("survey", "", "问卷 https://docs.qq.com/form/page/abc"),
    ("home_page_of_a_mail_provider", "", "https://mail.163.com/"),
    ("unit_site", '<p>晋江市科协 <a href="http://www.example.gov.cn">www.example.gov.cn</a></p>', ""),
    ("mailto", '<a href="mailto:zhang@example.com">zhang@example.com</a> 申报表.docx 下载 12K', ""),
    ("script_address", '<a href="javascript:alert(1)">申报表.docx 下载 (12K, 2023年9月27日 到期)</a>', ""),
    ("words_without_a_link", "", "从QQ邮箱发来的超大附件\n申报表.zip (1.2M, 2023年9月27日 到期)"),
    (
        "in_quoted_history",
        f'<div>收到，谢谢</div><div>在 2023-08-28 09:01:00，"张三" &lt;a@example.com&gt; 写道：</div><blockquote><div id="divNeteaseBigAttach"><a href="{NETEASE_OLD}">科普日照片.zip</a> (60.57M, 2011年12月27日 19:39 到期)</div></blockquote>',
        "",
    ),
    (
        "in_quoted_text",
        "",
        f"收到\n\n------------------ 原始邮件 ------------------\n发件人: a@example.com\n发送时间: 2023年8月28日\n收件人: b@example.com\n主题: x\n\n从QQ邮箱发来的超大附件\n申报材料.zip (128.03M, 2020年11月27日 21:59 到期)进入下载页面：{QQ_OLD}",
    ),
]


@pytest.mark.parametrize(("html", "text"), [row[1:] for row in NONE], ids=[row[0] for row in NONE])
def test_no_cloud_file(html: str, text: str) -> None:
    assert mail(html, text, "回复：申报材料" if "写道" in html or "原始邮件" in text else "申报材料").cloud_links == ()


def test_a_news_link_beside_a_share_is_none() -> None:
    html = "<div>报道：<a href='https://www.qznews.example.cn/2023/0917/1'>新闻</a>；照片：<a href='https://pan.example.cn/s/1AbCd'>网盘</a> 提取码 ab12</div>"
    assert [link.href for link in mail(html).cloud_links] == ["https://pan.example.cn/s/1AbCd"]


def test_a_forwarded_cloud_file_is_new() -> None:
    body = f'<div><br></div><div>-------- 转发邮件信息 --------</div><div>发件人："李四" &lt;li@example.com&gt;</div><div>发送日期：2023-08-28</div><div>收件人：zhang@example.com</div><div>主题：材料</div><div id="divNeteaseBigAttach"><a href="{NETEASE_OLD}">科普日照片.zip</a> (60.57M, 2011年12月27日 19:39 到期)</div>'
    assert [link.name for link in mail(body, subject="转发：材料").cloud_links] == ["科普日照片.zip"]


def test_the_text_carries_the_problem() -> None:
    (body,) = blobs_of(mail(*ROWS[0][1:3]))
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
