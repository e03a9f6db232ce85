"""Finished mails, parsed back: headers, structure, attachments, and what strangers may not do to them."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import datetime
from email.header import decode_header, make_header
from email.utils import collapse_rfc2231_value, parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.decision.model import Item, ItemState, Line, MailKind, Reply
from bot.forms.model import Kind
from bot.letters.mime import Head, mail_bytes
from bot.letters.model import Attachment, Envelope
from bot.letters.render import Renderer
from bot.letters.samples import TEMPLATES, sample_items, sample_replies, sample_steps
from tests.letters.conftest import Answer, Read, read

HEADER_NAMES = [
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
    "x-auto-response-suppress", "content-language", "mime-version", "content-type",
]  # fmt: skip


def confirmation(**changes: object) -> Reply:
    plain = Reply(MailKind.CONFIRMATION, "confirmation", "KP2031-0007", items=sample_items()[:1], unit="晋江市科协")
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_headers_of_an_answer(answer: Answer, now: datetime) -> None:
    mail = answer(confirmation())
    message = mail.message
    assert message["From"].addresses[0].addr_spec == "kepu@example.com"
    assert message["From"].addresses[0].display_name == "某市科协普及部"
    assert message["To"].addresses[0].addr_spec == "clerk@example.org"
    assert message["To"].addresses[0].display_name == "庄晓东"
    assert message["Subject"] == "Re: 申报表 【受理号 KP2031-0007】" == mail.rendered.subject
    assert message["Message-ID"] == "<ours@example.com>"
    assert message["In-Reply-To"] == "<their@mail>"
    assert message["References"].split() == ["<first@mail>", "<their@mail>"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert parsedate_to_datetime(message["Date"]) == now
    assert mail.rendered.to_addr == "clerk@example.org"


def test_same_mail_is_the_same_bytes(answer: Answer) -> None:
    """A mail made again after a crash must not differ."""
    reply = confirmation(attach=("blank:registration",))
    assert answer(reply).rendered.raw == answer(reply).rendered.raw


def test_bytes_are_crlf_ascii_and_short_lines(answer: Answer) -> None:
    for reply in sample_replies(datetime.fromisoformat("2031-08-28T09:00+08:00")):
        raw = answer(reply).rendered.raw
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert b"\r" not in raw.replace(b"\r\n", b"")
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_structure_without_and_with_attachments(answer: Answer) -> None:
    bare = answer(confirmation()).message
    assert [part.get_content_type() for part in bare.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    full = answer(confirmation(template="correction", attach=("blank:registration", "blank:summary"))).message
    assert full.get_content_type() == "multipart/mixed"
    names = [part.get_filename() for part in full.iter_attachments()]
    assert names == ["2031年某市科普周重点活动项目申报表.docx", "2031年某市科普周重点活动汇总表.docx"]
    assert all(part.get_content()[:2] == b"PK" for part in full.iter_attachments())
    assert answer(confirmation(attach=("blank:summary",))).rendered.raw.count(b"filename*=utf-8''2031%E5%B9%B4") == 1


def test_digest_with_inline_picture_and_workbook(renderer: Renderer, now: datetime) -> None:
    folder = renderer.folder
    folder.mkdir()
    (folder / "test_digest.txt").write_text("{{ title }}", encoding="utf-8")
    (folder / "test_digest.html").write_text('<p>{{ title }}</p><img src="cid:chart1">', encoding="utf-8")
    files = (
        Attachment("图.png", "image/png", b"\x89PNG", "chart1"),
        Attachment("2031年汇总表（8月28日）.xlsx", "application/vnd.ms-excel", b"PK"),
    )
    rendered = renderer.mail(
        MailKind.DIGEST,
        "test_digest",
        "a@example.com, b@example.com",
        "进度\n通报",
        {"title": "<b>"},
        files,
        "d@x",
        now,
    )
    mail = read(rendered)
    types = [part.get_content_type() for part in mail.message.walk()]
    assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "application/vnd.ms-excel"]  # fmt: skip
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert [a.addr_spec for a in mail.message["To"].addresses] == ["a@example.com", "b@example.com"]
    assert mail.message["Subject"] == "进度 通报"
    assert mail.message["Message-ID"] == "<d@x>"
    assert mail.message["In-Reply-To"] is None
    assert "&lt;b&gt;" in mail.html
    assert "<b>" in mail.text
    picture = next(part for part in mail.message.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<chart1>"
    assert [part.get_filename() for part in mail.message.iter_attachments()] == ["2031年汇总表（8月28日）.xlsx"]


HOSTILE = [
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% for x in y %}",
    "报送\r\nBcc: victim@example.com\r\n\r\nbody",
    "abc\u202egnp.exe\u2066\u200f",
    "a\ud800b\x00c\x1b[31m",
    "科" * 20_000,
    "=?utf-8?B?PHNjcmlwdD4=?=",
    "\u2028\u2029\x0b\x0c\x85",
    " ' OR 1=1 -- & < > \" \\",
]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def hostile_reply(template: str, value: str) -> Reply:
    problem = Problem(Code.INVALID, Severity.ERROR, f"“{value}”无法辨认", value, value, value)
    items = tuple(
        Item(kind, state, value, value, value, 2, value, True, True,
             (Line(value, value, value, True),), ((value, value, value), (value, value, value)), (problem,))
        for kind in Kind for state in ItemState
    )  # fmt: skip
    return Reply(
        MailKind.ANSWER, template, value, items, (problem,), (), value, value, (value,), (value,), (), (),
        {"title": value, "paragraphs": [value], "table": [[value, value]]},
    )  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("template", TEMPLATES)
def test_hostile_values_stay_text(answer: Answer, template: str, value: str) -> None:
    mail = answer(hostile_reply(template, value), Envelope("clerk@example.org", value, value, value, (value, value)))
    assert set(map(str.lower, mail.message.keys())) <= set(HEADER_NAMES)
    assert len(mail.message["To"].addresses) == 1
    assert mail.message["To"].addresses[0].addr_spec == "clerk@example.org"
    tags = Tags()
    tags.feed(mail.html)
    assert not tags.seen & {"script", "img", "iframe", "a", "form", "svg"}
    assert not {name for name in tags.attributes if name.startswith("on")}
    assert not re.search(
        "[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", mail.text + mail.html
    )
    assert "{{ 7*7 }}" in mail.text or "7*7" not in value
    assert len(mail.rendered.raw) < 1_000_000


@pytest.mark.parametrize(
    "email_", ["clerk@example.org\r\nBcc: v@example.com", "用户@例子.中国", "clerk@例子.中国", "nonsense", ""]
)
def test_odd_addresses_do_not_add_headers(answer: Answer, email_: str) -> None:
    mail = answer(confirmation(), Envelope(email_, "名字", "报送"))
    parsed = email.message_from_bytes(mail.rendered.raw, policy=email.policy.compat32)
    assert set(map(str.lower, parsed.keys())) <= set(HEADER_NAMES)


@pytest.mark.parametrize(
    ("in_reply_to", "references", "expected"),
    [
        ("", (), (None, None)),
        ("<>", ("<>", "no id"), (None, None)),
        ("plain@id", (), ("<plain@id>", "<plain@id>")),
        ("<a@b>", ("<a@b>", "<c@d>"), ("<a@b>", "<c@d> <a@b>")),
        ("<a@b>\r\nX: y", (), ("<a@b>", "<a@b>")),
    ],
)
def test_thread_headers(answer: Answer, in_reply_to: str, references: tuple[str, ...], expected: tuple[str | None, str | None]) -> None:  # fmt: skip
    message = answer(confirmation(), Envelope("a@example.com", "", "x", in_reply_to, references)).message
    chain = message["References"]
    assert (message["In-Reply-To"], " ".join(chain.split()) if chain else None) == expected


def test_references_of_a_long_thread_stay_bounded(answer: Answer) -> None:
    chain = tuple(f"<{n}@example.com>" for n in range(500))
    message = answer(confirmation(), Envelope("a@example.com", "", "x", "<last@example.com>", chain)).message
    ids = message["References"].split()
    assert len(ids) == 10
    assert ids[0] == "<0@example.com>"
    assert ids[-2:] == ["<499@example.com>", "<last@example.com>"]


def test_confirmation_shows_everything_that_was_understood(answer: Answer, now: datetime) -> None:
    mail = answer(confirmation(items=sample_items()[1:2], next_steps=sample_steps(now)))
    for body in (mail.text, mail.html):
        for line in sample_items()[1].lines:
            assert line.label in body
            assert all(part in body for part in line.value.split("\n"))
        assert "KP2023-0007（第2版）" in body
        assert "原为：9月16日" in body
        assert "请核对" in body
        assert body.count("逾期") == 1
        assert "www.kepuri.cn" in body
        assert "今天截止" in body
        assert "申报预通知" not in body  # a deadline that has passed is no next step
        assert "某市科普工作办公室" in body
        assert "林老师" in body
        assert "0000-12345678" in body
        assert "泉州" not in body


def test_the_next_steps_are_told_once_a_day(answer: Answer, now: datetime) -> None:
    for item in sample_items()[:2]:
        told = confirmation(items=(item,), next_steps=sample_steps(now), with_steps=False)
        mail = answer(told)
        assert all(
            word not in body for body in (mail.text, mail.html) for word in ("下一步", "www.kepuri.cn", "今天截止")
        )


@pytest.mark.parametrize(("called", "said"), [("科普项目推荐书", "科普项目推荐书"), ("", "推荐表")])
def test_what_is_due_is_called_as_the_definition_says(
    renderer: Renderer, now: datetime, tmp_path: Path, called: str, said: str
) -> None:
    definitions = renderer.definitions
    forms = tuple(form.model_copy(update={"label": "推荐表", "called": called}) for form in definitions.forms)
    theirs = Renderer(tmp_path / "templates", replace(renderer.office, definitions=replace(definitions, forms=forms)))
    reply = confirmation(items=(), next_steps=sample_steps(now))
    mail = read(theirs.reply(reply, Envelope("clerk@example.org", "", "x", "<a@b>"), "<ours@example.com>", now))
    assert f"报送{said}（" in mail.text


def test_lateness_is_said_once_and_of_each_where_only_some_are_late(answer: Answer, now: datetime) -> None:
    good, late = sample_items()[0], replace(sample_items()[0], is_late=True, ref="KP2023-0021")
    for items, times in (((late, late), 1), ((good, late), 2), ((good, good), 0)):
        for reply in (
            confirmation(items=items),
            Reply(MailKind.CORRECTION, "correction", "A", (*items, sample_items()[6])),
        ):
            mail = answer(replace(reply, next_steps=sample_steps(now)))
            assert [body.count("逾期") for body in (mail.text, mail.html)] == [times, times]


def test_correction_numbers_problems_across_forms_and_names_the_day(answer: Answer, now: datetime) -> None:
    wrong, lost = sample_items()[2], sample_items()[6]
    reply = Reply(
        MailKind.CORRECTION, "correction", "KP2031-0008", items=(sample_items()[0], wrong, lost), unit="某单位",
        attach=("blank:registration",), next_steps=sample_steps(now),
    )  # fmt: skip
    mail = answer(reply)
    for problem in (*wrong.problems, *lost.problems):
        assert problem.message in mail.text
    assert re.findall(r"^  (\d)．", mail.text, re.M)[:3] == ["1", "2", "3"]
    for body in (mail.text, mail.html):
        assert "3处" in body
        assert "2031年8月28日（星期四）" in body
        assert "回复本邮件" in body
        assert "《2031年某市科普周重点活动项目申报表》" in body
        assert "已登记，无需补正" in body
        assert "所报内容，请一并核对" in body


def test_of_a_scan_each_doubtful_value_stands_beside_its_part_of_the_picture(answer: Answer, now: datetime) -> None:
    problem = Problem(Code.INVALID, Severity.ERROR, "联系电话看不清", field="phone")
    lines = (Line("联系人", "林某", None, True, b"jpeg of the person"), Line("活动名称", "讲座", None, True))
    strips = {"phone": b"jpeg of the telephone", "email": b"of nothing that is asked"}
    item = replace(sample_items()[0], ref="", ocr=True, lines=lines, problems=(problem,), strips=strips)
    found = answer(Reply(MailKind.CORRECTION, "correction", "", items=(item,), next_steps=sample_steps(now)))
    pictures = {part["Content-ID"].strip("<>"): part for part in found.message.walk() if part["Content-ID"]}
    shown = re.findall(r'<img src="cid:([^"]+)" alt="[^"]*“(.{2,4})”', found.html)
    assert [(label, pictures[name].get_content()) for name, label in shown] == [
        ("联系电话", b"jpeg of the telephone"),
        ("联系人", b"jpeg of the person"),
    ]
    assert len(pictures) == 2
    assert all(part.get_content_disposition() == "inline" for part in pictures.values())


def test_of_a_scanned_table_each_doubtful_value_of_a_row_stands_beside_its_part_of_the_picture(
    answer: Answer, now: datetime
) -> None:
    place = "表1 第3行第7列"
    problem = Problem(Code.INVALID, Severity.ERROR, "汇总表第2行：联系电话看不清", "phone", place=place)
    checks = {"1": (Line("联系人", "林某", None, True, b"jpeg of the person"),)}
    item = replace(
        next(one for one in sample_items() if one.table),
        ref="",
        ocr=True,
        problems=(problem,),
        checks=checks,
        strips={place: b"jpeg of the number"},
    )
    assert len(item.table) > 2
    found = answer(Reply(MailKind.CORRECTION, "correction", "", items=(item,), next_steps=sample_steps(now)))
    pictures = {
        part["Content-ID"].strip("<>"): part.get_content() for part in found.message.walk() if part["Content-ID"]
    }
    shown = re.findall(r'<img src="cid:([^"]+)" alt="[^"]*“(.{2,4})”', found.html)
    assert [(label, pictures[name]) for name, label in shown] == [
        ("联系电话", b"jpeg of the number"),
        ("联系人", b"jpeg of the person"),
    ]


def test_what_differs_from_the_message_is_shown_beside_it(answer: Answer) -> None:
    problem = Problem(Code.INVALID, Severity.ERROR, "电话无法辨认，请重新填写。", "phone", "12ab")
    item = replace(sample_items()[0], state=ItemState.NEEDS_CORRECTION, problems=(problem,))
    mail = answer(Reply(MailKind.CORRECTION, "correction", "A", items=(item,)))
    assert "12ab" in mail.text
    assert "12ab" in mail.html
    assert "联系电话" in mail.html


def test_wording_has_no_error_and_no_leftovers(answer: Answer, now: datetime) -> None:
    for reply in sample_replies(now):
        mail = answer(reply)
        for body in (mail.text, mail.html):
            assert not re.search(
                r"错误|失败|error|None|Undefined|\{\{|\{%|\[\]", re.sub(r"<style>.*?</style>", "", body, flags=re.S)
            )
        assert "您好" in mail.text or reply.template == "command"


@pytest.mark.parametrize("template", TEMPLATES)
def test_empty_data_gives_a_whole_letter(answer: Answer, template: str) -> None:
    mail: Read = answer(Reply(MailKind.ANSWER, template, ""), Envelope("a@example.com"))
    assert mail.message["Subject"] == "Re: （无主题）"
    assert "kepu@example.com" in mail.text
    assert "</html>" in mail.html
    assert "\n\n\n" not in mail.text


def test_command_without_own_template_uses_the_general_one(answer: Answer) -> None:
    words = {"title": "催报名单", "paragraphs": ["共2个单位。"], "table": [["单位", "状态"], ["甲校", "未报送"]]}
    mail = answer(Reply(MailKind.ANSWER, "command_missing", "", context=words))
    for body in (mail.text, mail.html):
        assert all(word in body for word in ("催报名单", "共2个单位。", "甲校", "未报送"))


@pytest.mark.parametrize("template", ["confirmation", "correction", "unchanged"])
def test_every_reference_of_many_forms_is_named_and_the_mail_stays_small(answer: Answer, template: str) -> None:
    items = tuple(replace(sample_items()[0], ref=f"KP2031-{n:04d}", title=f"第{n}项活动") for n in range(80))
    wrong = tuple(replace(sample_items()[2], ref=f"KP2031-{n:04d}") for n in range(100, 140))
    shown = (*items, *wrong) if template == "correction" else items
    mail = answer(Reply(MailKind.CONFIRMATION, template, "KP2031-0000", items=shown, unit="某单位"))
    for item in shown:
        assert item.ref in mail.text
        assert item.ref in mail.html
    assert len(mail.html.encode()) < 250_000


def test_pictures_beside_a_summary_are_not_called_strange(answer: Answer) -> None:
    report = Item(Kind.REPORT, ItemState.NEW, "总结", "总结.docx", "KP2031-0001", 1)
    mail = answer(
        Reply(MailKind.CONFIRMATION, "confirmation", "A", (report,), not_understood=("照片1.JPG", "a.png", "议程.pdf"))
    )
    for body in (mail.text, mail.html):
        assert "图片2张，已留存" in body
        assert "照片1" not in body
        assert "议程.pdf" in body
    other = answer(confirmation(not_understood=("海报.jpg",)))
    assert "海报.jpg" in other.text


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(theirs=st.text(max_size=300), name=st.text(max_size=80), ref=st.text(max_size=30), file=st.text(max_size=150))
def test_any_text_comes_back_as_it_was_meant(
    renderer: Renderer, now: datetime, theirs: str, name: str, ref: str, file: str
) -> None:
    mail = read(renderer.reply(confirmation(ref=ref), Envelope("a@example.com", name, theirs), "<m@x>", now))
    assert set(map(str.lower, mail.message.keys())) <= set(HEADER_NAMES)
    raw_subject = email.message_from_bytes(mail.rendered.raw, policy=email.policy.compat32)["Subject"]
    assert str(make_header(decode_header(raw_subject))) == mail.rendered.subject
    assert "\n" not in mail.rendered.subject
    assert [a.addr_spec for a in mail.message["To"].addresses] == ["a@example.com"]
    head = Head("a@example.com", name, (("", "b@example.com"),), theirs, "<m@x>", now)
    raw = mail_bytes(head, "t", "<p>", (Attachment(file, "application/pdf", b"x"),))
    part = next(iter(email.message_from_bytes(raw, policy=email.policy.compat32).get_payload()[1:]))  # type: ignore[union-attr]
    assert part.get_filename() is not None
    assert not set(collapse_rfc2231_value(part.get_filename())) & set('\\/:*?"<>|\r\n')
    assert max(map(len, raw.split(b"\r\n"))) <= 998
