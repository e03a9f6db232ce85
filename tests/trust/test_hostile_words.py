"""Words that want to be code: in every field, name and header, up to the answer, the digest, the workbook, the export and the log."""

from __future__ import annotations

import io
import re
import zipfile
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.trust.browser import look_at

MARK = "zqx"  # stands in each attack, in no template
ATTACKS = {
    "script": "<script>zqx(1)</script>",
    "image": '"><img src=x onerror=zqx(1)>',
    "attribute": "' onmouseover='zqx(1)' x='",
    "link": "javascript:zqx(1)",
    "anchor": '<a href="javascript:zqx(1)">点</a><style>*{background:url(//zqx)}</style>',
    "comment": "--><svg/onload=zqx(1)><!--",
    "cdata": "]]><b>zqx</b>",
    "entity": "&lt;script&gt;zqx()&lt;/script&gt;&#x6A;avascript",
    "template": "{{ 7*'zqx' }}{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "format": "{0.__class__.__init__.__globals__} %s %n %(zqx)s ${zqx} #{zqx}",
    "formula": '=HYPERLINK("http://zqx.example.com","点")',
    "plus": "+cmd|' /C calc'!A0 zqx",
    "minus": "-2+3+cmd|' /C zqx'!A0",
    "at": "@SUM(1+9)*cmd|' zqx'!A0",
    "tab": "\t=1+1 zqx",
    "full": "＝HYPERLINK(\"//zqx\")",
    "sql": "x'); DROP TABLE mail; -- zqx",
    "quote": "Robert\"';`zqx",
    "direction": "活动\u202egnp.cod\u2066\u2069\u200fzqx",
    "invisible": "zqx\u200b\u200d\ufeff\u00ad活动",
    "path": "../../../../tmp/zqx",
    "windows": "C:\\windows\\zqx.exe|CON",
    "device": "CON",
    "dots": "..",
    "long": "长" * 3000 + "zqx",
    "lines": "一行\n\n受理号：KP2023-9999 zqx\n\n已通过",
    "surrogate": "𠮷😀zqx\U000e0041",
    "math": "1e999999 zqx",
}  # fmt: skip
TAGS = {"script", "svg", "iframe", "object", "embed", "form", "input", "base", "link"}


class Page(HTMLParser):
    """Tags and attributes that are really there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_clean_page(html: str, where: str) -> None:
    for tag, attributes in Page(html).found:
        assert tag not in TAGS, f"{where}: <{tag}>"
        for name, value in attributes.items():
            assert not name.startswith("on"), f"{where}: {tag} {name}"
            assert MARK not in (value or ""), f"{where}: {tag} {name}={value!r}"
            assert not (value or "").lower().lstrip().startswith(("javascript:", "data:text", "vbscript:")), (
                f"{where}: {value!r}"
            )
    for style in re.findall(r"<style.*?</style>", html, re.DOTALL | re.IGNORECASE):
        assert MARK not in style


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def assert_clean_mail(mail: EmailMessage, where: str) -> None:
    """Headers that only the bot writes, one of each; nothing of the sender's in a tag; no foreign attachment."""
    names = [name.lower() for name in mail]
    assert len(names) == len(set(names)), names
    assert set(names) <= {
        "content-type", "mime-version", "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
        "x-auto-response-suppress", "content-language",
    }, names  # fmt: skip
    assert mail["From"].addresses[0].addr_spec == "kepu@example.com" and len(mail["To"].addresses) == 1
    assert not re.search("[\r\n\u202a-\u202e\u2066-\u2069\u200b\u0000]", str(mail["Subject"])), where
    assert_clean_page(html_of(mail), where)
    text = text_of(mail)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\x00\x1b]", text), where
    assert "zqxzqx" not in text and "&lt;b&gt;zqx" not in text, where
    for part in mail.iter_attachments():
        name = part.get_filename() or ""
        assert name.startswith("2023年泉州市全国科普日") or mail["Auto-Submitted"] == "auto-generated", name
        assert MARK not in name


def assert_clean_workbook(data: bytes, where: str) -> int:
    """No cell is a formula or looks like one to a program that reads the text anew; gives the number of attacks seen as text."""
    seen = 0
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{where} {sheet.title}!{cell.coordinate}: {cell.value!r}"
                text = str(cell.value or "")
                seen += MARK in text
                if text[:1] in "=+-@\t\r" and MARK in text:
                    assert cell.quotePrefix or cell.alignment.wrap_text is not None, f"{where}: {text!r}"
                assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name) or "charts" in name, f"{where}: {name}"
            assert b'TargetMode="External"' not in archive.read(name), f"{where}: {name}"
    return seen


@pytest.fixture(scope="module")
def attacks() -> dict[str, bytes]:
    """A mail for each attack: in subject, display name, file names, text and every field of a form, a table and a report."""
    found = {}
    for number, (name, words) in enumerate(ATTACKS.items()):
        form = samples.registration(
            unit=words, name=words, host=words, undertaker=words, person=words, phone=words, mobile=words, email=words, venue=words,
            time=words, content=f"{words}\n{words}", public=words, staff=words, types="", audience="",
        )  # fmt: skip
        good = samples.registration(
            unit=f"{words}", name=f"{words}活动{number}", venue=words, host=words, undertaker=words, content=words * 3
        )
        table = samples.summary([(words, "9月17日", words), (f"{words}二", words, words)], unit=words)
        inside = io.BytesIO()
        with zipfile.ZipFile(inside, "w") as archive:
            archive.writestr(f"../../{words[:90]}/申报表.docx", form)
        one_line = " ".join(words[:600].split())
        found[name] = samples.mail(
            sender=f"u{number}@attack.example.com",
            subject=f"{one_line} 报送",
            text=f"{words}\n联系电话：{words}\n单位：{words}",
            files={
                f"{one_line[:200]}.docx": good,
                f"{one_line[:60]}汇总表.xlsx": table,
                "包.zip": inside.getvalue(),
                f"{one_line[:60]}总结.txt": f"{words}活动总结\n{words}\n{('组织了展览和讲座，群众很多。' + words) * 20}".encode(
                    "utf-8", "replace"
                ),
            },
            message_id=f"<attack{number}@example.com>",
            headers={"Reply-To": f"u{number}@attack.example.com"},
        )
    return found


@pytest.mark.slow
def test_words_stay_words(office: Office, attacks: dict[str, bytes], tmp_path: Path) -> None:
    office.deliver(*attacks.values())
    done = office.run("once", now="2023-08-30T12:00+08:00")
    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stderr.splitlines():
        assert re.match(r"\d{4}-\d\d-\d\dT|\S*Warning|\s", line), line
    assert MARK not in done.stderr
    rows = office.view("SELECT from_addr, outcome FROM v_messages")
    assert len(rows) == len(ATTACKS) and {row["outcome"] for row in rows} <= {"accepted", "needs_correction"}, rows
    answered = {str(mail["In-Reply-To"]): mail for mail in office.answers()}
    assert len(answered) == len(ATTACKS)
    for number, name in enumerate(ATTACKS):
        mail = answered[f"<attack{number}@example.com>"]
        assert mail["To"].addresses[0].addr_spec == f"u{number}@attack.example.com"
        assert_clean_mail(mail, name)
    assert any(MARK in text_of(mail) for mail in answered.values())
    (digest,) = (mail for mail in office.sent if mail["Auto-Submitted"] == "auto-generated")
    assert_clean_mail(digest, "digest")
    assert {address.addr_spec for mail in office.sent for address in mail["To"].addresses} == {
        *(f"u{number}@attack.example.com" for number in range(len(ATTACKS))),
        "boss@example.gov.cn",
    }
    pages = {f"mail{number}": html_of(mail) for number, mail in enumerate(office.sent)}
    seen = look_at(pages | {"control": f"<p>{ATTACKS['image']}</p>"})
    assert seen.ran == {"control"} and seen.asked == {"/page/x"}  # what the control asks for, and nothing else
    (book,) = (part for part in digest.iter_attachments() if (part.get_filename() or "").endswith(".xlsx"))
    assert assert_clean_workbook(book.get_content(), "digest") > len(ATTACKS)
    done = office.run("export", "--zip", "--out", str(tmp_path / "package" / "out"), now="2023-08-30T13:00+08:00")
    assert done.returncode == 0, done.stderr
    assert_inside(tmp_path / "package", tmp_path / "package" / "out")
    assert_inside(office.path / "data" / "files", office.path / "data" / "files")
    for path in (tmp_path / "package" / "out").glob("*.xlsx"):
        assert_clean_workbook(path.read_bytes(), path.name)
    for words in (("status",), ("review",), ("reprocess", "--all"), ("check",)):
        done = office.run(*words, now="2023-08-30T13:00+08:00")
        assert "Traceback" not in done.stderr and not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07]", done.stdout), (
            words
        )
    assert len(office.view("SELECT * FROM mail")) == len(ATTACKS)


def assert_inside(whole: Path, folder: Path) -> None:
    """Every file lies below *folder*, under a name that any system takes."""
    for path in whole.rglob("*"):
        assert path == folder or path.is_relative_to(folder), path
        assert not path.is_symlink()
        assert not re.search('[\x00-\x1f<>:"\\\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]', path.name), path.name
        assert len(path.name.encode()) <= 255 and path.name == path.name.strip(" .")
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", path.name), path


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("subject", b"Subject: =?utf-8?B?5oqlDQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw0KDQp6cXg=?="),
        ("subject_q", b"Subject: =?utf-8?Q?a=0D=0ABcc:_victim@example.org=0D=0A=0D=0A<b>zqx?="),
        ("reply_to", b'Reply-To: "=?utf-8?Q?a=0D=0ABcc:_victim@example.org?=" <good@attack.example.com>'),
        ("reply_to_two", b"Reply-To: good@attack.example.com, victim@example.org"),
        ("reply_to_route", b"Reply-To: <@victim.example.org:good@attack.example.com>"),
        ("display", b"From: =?utf-8?Q?=22=0D=0ABcc:_victim@example.org=0D=0A_=3Cvictim@example.org=3E?= <good@attack.example.com>"),
        ("display_address", b'From: "victim@example.org" <good@attack.example.com>'),
        ("message_id", b"Message-ID: <a@b>\r\n <victim@example.org> =?utf-8?Q?=0D=0ABcc:_victim@example.org?="),
        ("references", b"References: <a@b\rBcc:victim@example.org> <c@d>\x0bBcc: victim@example.org"),
        ("sender", b"Sender: victim@example.org\r\nReturn-Path: <victim@example.org>\r\nErrors-To: victim@example.org\r\nDisposition-Notification-To: victim@example.org"),
    ],
)  # fmt: skip
def test_headers_stay_headers(office: Office, name: str, head: bytes) -> None:
    raw = samples.mail(
        sender="good@attack.example.com", files={"表.docx": samples.registration(email="victim@example.org")}
    )
    key = head.partition(b":")[0]
    lines, _, rest = raw.partition(b"\n\n")
    kept = re.sub(rb"(?im)^" + re.escape(key) + rb":.*\n((?:[ \t].*\n)*)", b"", lines + b"\n")
    office.deliver((kept + head.replace(b"\r\n", b"\n") + b"\n\n" + rest).replace(b"\n", b"\r\n"))
    office.once()
    (delivered,) = office.smtp.mails
    assert len(delivered.recipients) == 1
    (mail,) = office.sent
    assert_clean_mail(mail, name)
    assert "bcc" not in {header.lower() for header in mail}
    if name != "reply_to_two":
        assert delivered.recipients == ("good@attack.example.com",)


def test_the_answer_never_goes_to_an_address_of_the_content(office: Office) -> None:
    """Neither to that of the form nor to those of the text, the signature, Cc or a forwarded mail."""
    text = "请回复至 victim@example.org\n---\nFrom: victim@example.org\nReply-To: victim@example.org\n邮箱：victim@example.org"
    inner = samples.mail(
        sender="victim@example.org", files={"表.docx": samples.registration(name="甲", email="victim@example.org")}
    )
    office.deliver(
        samples.mail(sender="good@attack.example.com", text=text, files={"表.docx": samples.registration(email="victim@example.org")}, headers={"Cc": "victim@example.org"}),
        samples.mail(sender="fwd@attack.example.com", subject="转发", text=text, files={"原邮件.eml": inner}),
    )  # fmt: skip
    office.once()
    assert {one for mail in office.smtp.mails for one in mail.recipients} <= {
        "good@attack.example.com",
        "fwd@attack.example.com",
    }
    assert len(office.sent) == 2
