"""Addresses, ids, dates, subjects and authentication results as they really come."""

from __future__ import annotations

from typing import Any

import pytest

from bot.message.body.passwords import password_candidates
from bot.message.identity import ids_in, parse_date, plain_subject
from bot.message.mime.addresses import addresses, emails_in
from bot.message.mime.fields import Fields, split_head
from bot.message.model import Address, AuthResults
from bot.message.origin.auth import auth_results
from bot.message.origin.robots import takes_answers
from bot.message.parse import parse_message
from tests.cases import cases


@pytest.mark.parametrize("case", cases(__file__, "addresses.json", "written"))
def test_addresses(case: dict[str, Any]) -> None:
    """Somebody else's address in a quoted local part, a comment, an encoded word is never the one that is answered or obeyed."""
    assert [[one.email, one.name] for one in addresses(case["written"])] == case["expected"]


def test_addresses_in_a_text() -> None:
    assert emails_in("无法发送到 <A@example.com>，请联系b@example.com。") == ("a@example.com", "b@example.com")


def header(line: str | bytes) -> bytes:
    raw = line.encode("utf-8") if isinstance(line, str) else line
    return raw + b"\r\n\r\ntext"


def test_sender_in_raw_gbk_with_an_at_sign_as_second_byte() -> None:
    # 傽 is 0x82 0x40 in GBK: its second byte is «@»
    assert parse_message(header(b"From: " + "傽丽".encode("gbk") + b" <a@example.com>")).sender == Address(
        "a@example.com", "傽丽"
    )


def test_without_from_the_sender_field_counts() -> None:
    assert parse_message(header("Sender: a@example.com")).sender.email == "a@example.com"
    assert parse_message(header("From: 张三\r\nReturn-Path: <b@example.com>")).sender == Address(
        "b@example.com", "张三"
    )
    assert parse_message(header("Subject: x")).sender == Address("")


def test_where_the_answer_goes() -> None:
    message = parse_message(header("From: a@example.com\r\nReply-To: 张三 <b@example.com>, c@example.com"))
    assert [one.email for one in message.reply_to] == ["b@example.com", "c@example.com"]
    assert message.answer_to.email == "b@example.com"
    assert parse_message(header("From: a@example.com\r\nReply-To: <>")).answer_to.email == "a@example.com"
    assert parse_message(header("From: a@example.com\r\nReply-To: 张三")).answer_to.email == "a@example.com"
    own = parse_message(header("From: a@example.com\r\nReply-To: Kepu@example.com"), ["kepu@example.com"])
    assert own.answer_to.email == "a@example.com" and not own.robot
    nobody = parse_message(header("From: a@example.com\r\nReply-To: <MAILER-DAEMON@example.org>"))
    assert nobody.program and not takes_answers(nobody.answer_to.email)


IDS: list[tuple[str, list[str]]] = [
    ("<a@b>", ["<a@b>"]),
    (" <a@b> (comment)", ["<a@b>"]),
    ("a@b", ["<a@b>"]),
    ("<a b@c>", ["<ab@c>"]),
    ("<[a]@b>", ["<[a]@b>"]),
    ("<abc>", ["<abc>"]),
    ("<>", []),
    ("<@>", []),
    ("<[]>", []),
    ("", []),
    ("<a@b><c@d>\t<e@f>", ["<a@b>", "<c@d>", "<e@f>"]),
    ("Your message of Monday <a@b>", ["<a@b>"]),
    ("<a@b> <a@b>", ["<a@b>"]),
    ("<tencent_4E2F@qq.com>", ["<tencent_4E2F@qq.com>"]),
    ('<"quoted id"@b>', ['<"quotedid"@b>']),
]


@pytest.mark.parametrize(("written", "expected"), IDS)
def test_ids(written: str, expected: list[str]) -> None:
    assert list(ids_in([written])) == expected


def test_ids_of_a_mail() -> None:
    message = parse_message(
        header(
            "Message-ID: <tencent_1@qq.com>\r\nX-OQ-MSGID: <ours@example.org>\r\nIn-Reply-To: <c@d>\r\nReferences: <a@b>\r\n <c@d>"
        )
    )
    assert message.message_id == "<tencent_1@qq.com>"
    assert message.other_ids == ("<ours@example.org>",)
    assert message.thread_ids == ("<c@d>", "<a@b>")
    broken = parse_message(header("Message-ID: <[@]>"))
    assert broken.message_id == "" and "broken Message-ID" in broken.defects


def test_many_references_are_bounded() -> None:
    found = ids_in([" ".join(f"<{number}@b>" for number in range(5000))])
    assert len(found) == 100 and found[0] == "<0@b>" and found[-1] == "<4999@b>"


@pytest.mark.parametrize("case", cases(__file__, "dates.json", "written"))
def test_dates(case: dict[str, Any]) -> None:
    found = parse_date(case["written"])
    assert (found.isoformat() if found else None) == case["expected"]


SUBJECTS: list[tuple[str, str]] = [
    ("申报表", "申报表"),
    ("Re: 申报表", "申报表"),
    ("回复：回复: 申报表", "申报表"),
    ("答复：答复: Re: 申报表", "申报表"),
    ("转发：转发: Fw: Fwd: 申报表", "申报表"),
    ("Re[2]: 申报表", "申报表"),
    ("Re(3)：申报表", "申报表"),
    ("RE：Re：re:申报表", "申报表"),
    ("回复 : 申报表", "申报表"),
    ("【转发】：申报表", "申报表"),
    ("回覆: 轉寄: 申報表", "申報表"),
    ("回复申报表", "回复申报表"),
    ("Report: x", "Report: x"),
    ("Re: ", ""),
    ("Re^2: 申报表", "申报表"),
]


@pytest.mark.parametrize(("written", "expected"), SUBJECTS)
def test_plain_subject(written: str, expected: str) -> None:
    assert plain_subject(written) == expected


def fields(text: str) -> Fields:
    return split_head(text.encode())[0]


AUTH: list[tuple[str, str, AuthResults]] = [
    (
        "Authentication-Results: mx.126.com; spf=pass smtp.mail=a@example.com; dkim=none; dmarc=pass(p=none)",
        "a@example.com",
        AuthResults("mx.126.com", "pass", "none", "pass", "example.com", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com 1; dkim=pass header.d=example.com; spf=fail",
        "a@mail.example.com",
        AuthResults("mx.126.com", "fail", "pass", "", "", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com; spf=pass smtp.mailfrom=other.org",
        "a@example.com",
        AuthResults("mx.126.com", "pass", "", "", "", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com; dkim=pass header.d=evil.org; dmarc=fail header.from=example.com",
        "a@example.com",
        AuthResults("mx.126.com", "", "pass", "fail", "", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com; dkim=fail header.d=example.com; dkim=pass header.i=@example.com",
        "a@example.com",
        AuthResults("mx.126.com", "", "pass", "", "example.com", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com (evil; spf=pass); spf=fail smtp.mailfrom=example.com",
        "a@example.com",
        AuthResults("mx.126.com", "fail", "", "", "", counts=True),
    ),
    ("Authentication-Results: mx.126.com; none", "a@example.com", AuthResults("mx.126.com", counts=True)),
    (
        "Authentication-Results: spf=pass smtp.mailfrom=example.com",
        "a@example.com",
        AuthResults("", "pass", "", "", "example.com", counts=True),
    ),
    (
        "Authentication-Results: mx.126.com; spf=fail\r\nAuthentication-Results: evil; spf=pass; dkim=pass; dmarc=pass",
        "a@example.com",
        AuthResults("mx.126.com", "fail", "", "", "", counts=True),
    ),
    (
        "Received-SPF: Pass (mx.126.com: domain of a@example.com designates 1.2.3.4) client-ip=1.2.3.4;",
        "a@example.com",
        AuthResults("", "pass", "", "", ""),
    ),
    ("Received-SPF: softfail (x)", "a@example.com", AuthResults("", "softfail", "", "", "")),
    (
        "Received: from a by mx.example.org; Fri, 25 Aug 2023 14:00:00 +0800\nReceived-SPF: pass (relay: domain of a@example.com)",
        "a@example.com",
        AuthResults(),
    ),
    ("X-Other: spf=pass", "a@example.com", AuthResults()),
    (
        "Authentication-Results: mx.126.com; spf=pass smtp.mailfrom=com",
        "a@example.com",
        AuthResults("mx.126.com", "pass", "", "", "", counts=True),
    ),
]


BORDER = "Received: from a.example.org (unknown [192.0.2.1])\r\n\tby mail.office.example (Postfix) with ESMTP id 4WYm;\r\n\tFri, 25 Aug 2023 10:00:00 +0800"
LOCAL = "Received: from mail.office.example by mail.office.example with LMTP\r\n\tid abc for <kepu@office.example>; Fri, 25 Aug 2023 10:00:01 +0800"
PASSED = "Authentication-Results: mail.office.example; spf=pass smtp.mailfrom=a@example.com"
FAILED = "Authentication-Results: mail.office.example; spf=fail smtp.mailfrom=a@example.com"
TRANSACTION = "x8mowAAX4tcS6zReRf_REg--.49102S3"
COREMAIL = f"Received: from a.example.org (unknown [192.0.2.1])\r\n\tby mx19 (Coremail) with SMTP id {TRANSACTION};\r\n\tSat, 01 Feb 2020 11:05:57 +0800 (CST)"
COREMAIL_END = (
    f"X-CM-TRANSID:{TRANSACTION}\r\nAuthentication-Results: mx19; spf=pass smtp.mail=kepu-1234567890@example.com; dk\r\n\tim=pass\r\n"
    "\t header.i=@example.com\r\nX-Coremail-Antispam: 1Uf129KBj"
)
FORGED_COREMAIL = "Authentication-Results: mx19; spf=pass smtp.mail=a@example.com"
QQ = "Received: from a.example.org ([192.0.2.1])\r\n\tby newxmmxszc6-1.qq.com (NewMX) with SMTP id 6010A8AD\r\n\tfor <kepu@qq.com>; Thu, 17 Oct 2024 11:24:01 +0800\r\nX-QQ-mid: xmmxszc6-1t1729\r\nX-QQ-XMRINFO: NgToQ"
QQ_PASSED = "Authentication-Results: mx.qq.com; spf=pass smtp.mailfrom=<a@example.com>;\r\n\t dkim=none; dmarc=none(permerror) header.from=example.com"
WEBMAIL = "Received: from a$example.com ( [192.0.2.1] ) by ajax-webmail-wmsvr-40-117\r\n (Coremail) ; Sat, 14 Feb 2026 15:41:12 +0800\r\n (CST)"
OFFICE, MX19, MXQQ = "mail.office.example", "mx19", "mx.qq.com"

PLACES: list[tuple[str, list[str], AuthResults]] = [
    ("above the border", [PASSED, BORDER], AuthResults(OFFICE, "pass", "", "", "example.com", counts=True)),
    ("one field for each check", [PASSED, "Authentication-Results: mail.office.example; dmarc=none header.from=example.com", BORDER], AuthResults(OFFICE, "pass", "", "none", "example.com", counts=True)),
    ("another server's above", ["Authentication-Results: other.example; dmarc=none", PASSED, BORDER], AuthResults("other.example", "", "", "none", "", counts=True)),
    ("below the border", [BORDER, PASSED], AuthResults(OFFICE, "pass", "", "", "")),
    ("a failure below the border is one", [BORDER, FAILED], AuthResults(OFFICE, "fail", "", "", "")),
    ("between local hop and border", [LOCAL, PASSED, BORDER], AuthResults(OFFICE, "pass", "", "", "example.com", counts=True)),
    ("a greeting like a local hop", ["Received: from x by mail.office.example with LMTP id x (unknown [192.0.2.1]) by mail.office.example with ESMTP id 1; x", PASSED, BORDER], AuthResults(OFFICE, "pass", "", "", "")),
    ("coremail", [COREMAIL, "From: a@example.com", COREMAIL_END], AuthResults(MX19, "pass", "pass", "", "example.com", True, counts=True)),
    ("coremail, forged before", [COREMAIL, FORGED_COREMAIL, COREMAIL_END.replace("pass", "fail")], AuthResults(MX19, "fail", "fail", "", "", True, counts=True)),
    ("coremail that wrote none", [COREMAIL, FORGED_COREMAIL, f"X-CM-TRANSID:{TRANSACTION}"], AuthResults(MX19, "pass", "", "", "")),
    ("coremail, guessed transaction", [COREMAIL, COREMAIL_END.replace("REg--", "REh--")], AuthResults(MX19, "pass", "", "", "")),
    ("coremail, another's transaction", [BORDER, COREMAIL, COREMAIL_END], AuthResults(MX19, "pass", "", "", "")),
    ("a greeting like coremail", [COREMAIL.replace("a.example.org", f"x by mx19 (Coremail) with SMTP id {TRANSACTION}; "), COREMAIL_END], AuthResults(MX19, "pass", "", "", "")),
    ("qq", [QQ, QQ_PASSED, "Received: from x by y; z"], AuthResults(MXQQ, "pass", "none", "none", "example.com", True, counts=True)),
    ("qq, forged below", [QQ, QQ_PASSED.replace("pass", "fail"), QQ_PASSED], AuthResults(MXQQ, "fail", "none", "none", "", True, counts=True)),
    ("qq that wrote none", [QQ, "Received: from x by y; z", QQ_PASSED], AuthResults(MXQQ, "pass", "none", "none", "")),
    ("qq, not its own", [QQ, QQ_PASSED.replace("mx.qq.com", "mx.evil.example")], AuthResults("mx.evil.example", "pass", "none", "none", "")),
    ("a mail house's own webmail", [WEBMAIL, "From: a@example.com"], AuthResults("ajax-webmail-wmsvr-40-117", from_domain="example.com", by_receiver=True, counts=True)),
    ("another user of that webmail", [WEBMAIL.replace("a$", "b$")], AuthResults()),
    ("webmail below the border", [BORDER, WEBMAIL], AuthResults()),
    ("a greeting like the webmail", [WEBMAIL + " (unknown [192.0.2.1]) by mx19 (Coremail) with SMTP id x; Sat, 14 Feb 2026 15:41:12 +0800 (CST)"], AuthResults()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "head", "expected"), PLACES)
def test_where_results_stand(name: str, head: list[str], expected: AuthResults) -> None:
    """A sender can write results under any name; their place tells. The shapes of 126/163, QQ and Postfix are those of real mails."""
    assert auth_results(fields("\r\n".join(head) + "\r\n\r\n"), "a@example.com") == expected


SPEAKING: list[tuple[str, bool]] = [
    ("spf=pass smtp.mailfrom=a@example.com", True),
    ("spf=pass smtp.mailfrom = <a@Example.com>", True),
    ("spf=pass smtp.helo=mx.example.com smtp.mailfrom=a@example.com", True),
    ("spf=pass smtp.helo=example.com", False),
    ("spf=pass smtp.helo=smtp.mailfrom=example.com smtp.mailfrom=e@evil.example", False),
    ("spf=pass smtp.helo= smtp.mailfrom=example.com", False),
    ("spf=pass smtp.mailfrom=smtp.mail=example.com@evil.example", False),
    ("spf=pass smtp.mailfrom=example.com smtp.mailfrom=e@evil.example", False),
    ("spf=pass smtp.mailfrom=a@sub.example.com", False),
    ("dkim=pass header.d=example.com header.i=@news.example.com", True),
    ("dkim=pass header.i=@example.com", True),
    ("dkim=pass header.d=evil.example.com", False),
    ("dkim=pass header.d=com", False),
    ("dkim=pass header.from=example.com", False),
    ("dmarc=pass header.from=example.com", True),
    ("dmarc=pass", True),
    ("dmarc=pass header.from=sub.example.com", False),
]


@pytest.mark.parametrize(("result", "speaks"), SPEAKING)
def test_for_whom_a_check_speaks(result: str, speaks: bool) -> None:
    found = auth_results(fields(f"Authentication-Results: mx.126.com; {result}\r\n\r\n"), "a@example.com")
    assert found.from_domain == ("example.com" if speaks else "")


@pytest.mark.parametrize(
    "senders",
    ["From: a@example.com\r\nFrom: e@evil.example", "From: a@example.com, e@evil.example", "Sender: a@example.com"],
)
def test_nobody_vouches_for_several_senders(senders: str) -> None:
    message = parse_message(header(f"Authentication-Results: mx.126.com; dmarc=pass\r\n{senders}"))
    assert message.sender.email == "a@example.com" and message.auth.dmarc == "pass" and not message.auth.from_domain


@pytest.mark.parametrize(("head", "sender", "expected"), AUTH)
def test_authentication_results(head: str, sender: str, expected: AuthResults) -> None:
    assert auth_results(fields(head + "\r\n\r\n"), sender) == expected


PASSWORDS: list[tuple[str, tuple[str, ...]]] = [
    ("密码：1234", ("1234",)),
    ("解压密码 abc", ("abc",)),
    ("解压密码为kepu2023，请查收", ("kepu2023",)),
    ("密码是 123456。", ("123456",)),
    ("附件密码:Kp@2023!", ("Kp@2023!", "Kp@2023")),
    ("password: abc123", ("abc123",)),
    ("打开密码「kepu」", ("kepu",)),
    ("密码：１２３４", ("1234", "１２３４")),
    ("密 码：0595", ("0595",)),
    ("压缩包密码均为 22217957", ("22217957",)),
    ("密码：科普日", ("科普日",)),
    ("密码另发", ()),
    ("密码请见短信", ()),
    ("忘记密码了", ()),
    ("密码为您的手机号后四位", ()),
    ("一.zip 密码：111；二.zip 密码：222", ("111", "222")),
    ("没有口令", ()),
    ("口令：abc", ("abc",)),
]


@pytest.mark.parametrize(("text", "expected"), PASSWORDS)
def test_passwords(text: str, expected: tuple[str, ...]) -> None:
    assert password_candidates(text) == expected
