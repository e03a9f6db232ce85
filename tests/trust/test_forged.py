"""Forged senders in many shapes: none changes a form or gets to read one. Each shape attacks a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.decision.words.check_code import check_code
from bot.store.token import secrets_of
from tests.flow import samples
from tests.trust.desk import Desk, desk_in, told

STRANGER = "x@evil.example.net"
RECEIVED = (
    "Received: from mail.evil.example.net (unknown [192.0.2.9]) by mx1.example.com (Postfix) with ESMTP id 7; x\n"
)
Shape = Callable[[str, str, str], tuple[str, str, str]]  # victim, domain, reference -> header above, From, header below


def domain_of(victim: str) -> str:
    return victim.partition("@")[2]


def result(text: str) -> Shape:
    """The server says *text* of a mail from the victim's address; the answer is to go to a stranger."""
    return lambda victim, domain, ref: (
        f"Authentication-Results: example.com; {text.format(victim=victim, domain=domain)}\n",
        f"From: {victim}\nReply-To: {STRANGER}\n",
        "",
    )


def sender(written: str, below: str = "", above: str = "") -> Shape:
    def shape(victim: str, domain: str, ref: str) -> tuple[str, str, str]:
        values = {"victim": victim, "domain": domain, "local": victim.partition("@")[0]}
        return above.format(**values), written.format(**values), below.format(**values)

    return shape


VOUCHED_EVIL = "Authentication-Results: example.com; dmarc=pass header.from=evil.example.net\n"
SHAPES: dict[str, Shape] = {
    "spf none": result("spf=none smtp.mailfrom={victim}"),
    "spf neutral": result("spf=neutral smtp.mailfrom={victim}"),
    "spf softfail": result("spf=softfail smtp.mailfrom={victim}"),
    "spf fail": result("spf=fail smtp.mailfrom={victim}"),
    "spf temperror": result("spf=temperror smtp.mailfrom={victim}"),
    "spf permerror": result("spf=permerror smtp.mailfrom={victim}"),
    "nothing checked": result("none"),
    "spf of another domain": result("spf=pass smtp.mailfrom=x@evil.example.net"),
    "spf of a longer domain": result("spf=pass smtp.mailfrom=x@{domain}.evil.example.net"),
    "spf of a parent": result("spf=pass smtp.mailfrom=x@example.org"),
    "spf of the greeting": result("spf=pass smtp.helo={domain}"),
    "dkim of another domain": result("spf=none; dkim=pass header.d=evil.example.net"),
    "dkim of a parent": result("spf=none; dkim=pass header.d=org"),
    "dkim of another identity": result('dkim=pass header.i="@evil.example.net" header.b={domain}'),
    "two dkim of others": result("dkim=pass header.d=a.example.net; dkim=pass header.d=b.example.net"),
    "dkim failed for the domain": result("dkim=fail header.d={domain}; dkim=pass header.d=evil.example.net"),
    "dmarc failed": result("spf=pass smtp.mailfrom={victim}; dmarc=fail header.from={domain}"),
    "dmarc of another": result("dmarc=pass header.from=evil.example.net"),
    "result in a comment": result("spf=none (dmarc=pass header.from={domain})"),
    "result in a quoted string": result('spf=none reason="; dmarc=pass header.from={domain}"'),
    "local part as result": result('spf=pass smtp.mailfrom="x; dmarc=pass header.from={domain}"@evil.example.net'),
    "arc instead": result("arc=pass header.from={domain}; spf=none"),
    "no result": sender("From: {victim}\nReply-To: " + STRANGER + "\n"),
    "results below Received": sender("From: {victim}\n", "Authentication-Results: example.com; dmarc=pass header.from={domain}\n", RECEIVED),
    "own server's name below": sender("From: {victim}\n", "Authentication-Results: mx1.example.com; spf=pass smtp.mailfrom={victim}\n", RECEIVED),
    "results of a foreign server": sender("From: {victim}\n", above="Authentication-Results: mx.evil.example.net; dmarc=pass header.from={domain}\n"),
    "results of a lookalike": sender("From: {victim}\n", above="Authentication-Results: example.com.evil.example.net; dmarc=pass header.from={domain}\n"),
    "received-spf of the sender": sender("From: {victim}\n", "Received-SPF: pass (x) envelope-from={victim}\n", RECEIVED),
    "a made-up Coremail mark": sender("From: {victim}\n", "X-CM-TRANSID: AAAAAAAAAAAAAAAAAAAA\nAuthentication-Results: mx19; spf=pass smtp.mail={victim}\n", RECEIVED),
    "a made-up QQ mark": sender("From: {victim}\n", "X-QQ-mid: 1\nAuthentication-Results: mx.qq.com; spf=pass smtp.mailfrom={victim}\n", RECEIVED),
    "a made-up webmail line": sender("From: {victim}\n", "Received: from {local}${domain} ( [192.0.2.1] ) by ajax-webmail-wmsvr1 (Coremail) ; Fri, 25 Aug 2023 10:00:00 +0800 (CST)\n", RECEIVED),
    "display name": sender('From: "{victim}" <' + STRANGER + ">\n", above=VOUCHED_EVIL),
    "display name in brackets": sender('From: "<{victim}>" <' + STRANGER + ">\n", above=VOUCHED_EVIL),
    "display name unquoted": sender("From: {victim} <" + STRANGER + ">\n", above=VOUCHED_EVIL),
    "comment": sender("From: " + STRANGER + " ({victim})\n", above=VOUCHED_EVIL),
    "encoded name": sender("From: =?utf-8?Q?{local}=40{domain}?= <" + STRANGER + ">\n", above=VOUCHED_EVIL),
    "longer domain": sender("From: {victim}.evil.example.net\n", above=VOUCHED_EVIL),
    "address as local part": sender('From: "{victim}"@evil.example.net\n', above=VOUCHED_EVIL),
    "lookalike letter": sender("From: {local}@{domain}\n".replace("{domain}", "аttacked.example.org"), above=VOUCHED_EVIL),
    "two From, victim first": sender("From: {victim}\nFrom: " + STRANGER + "\n", above=VOUCHED_EVIL),
    "two From, victim last": sender("From: " + STRANGER + "\nFrom: {victim}\n", above=VOUCHED_EVIL),
    "two addresses": sender("From: {victim}, " + STRANGER + "\n", above=VOUCHED_EVIL),
    "group": sender("From: unit: {victim}, " + STRANGER + ";\n", above=VOUCHED_EVIL),
    "Sender": sender("From: " + STRANGER + "\nSender: {victim}\n", above=VOUCHED_EVIL),
    "only Sender": sender("Sender: {victim}\n", above=VOUCHED_EVIL),
    "empty From": sender("From: <>\nReturn-Path: <{victim}>\nSender: {victim}\n", above=VOUCHED_EVIL),
    "Resent-From": sender("From: " + STRANGER + "\nResent-From: {victim}\nResent-Sender: {victim}\n", above=VOUCHED_EVIL),
    "Reply-To the victim": sender("From: " + STRANGER + "\nReply-To: {victim}\n", above=VOUCHED_EVIL),
    "X-Original-From": sender("From: " + STRANGER + "\nX-Original-From: {victim}\nOriginal-From: {victim}\n", above=VOUCHED_EVIL),
}  # fmt: skip


def forged(shape: Shape, victim: str, ref: str, subject: str, text: str, files: dict[str, bytes] | None = None, extra: str = "") -> bytes:  # fmt: skip
    above, written, below = shape(victim, domain_of(victim), ref)
    raw = samples.mail(sender="placeholder@example.org", subject=subject, text=text, files=files or {})
    _, _, rest = raw.decode("utf-8", "surrogateescape").partition("\n")
    return (above + written + below + extra + rest).encode("utf-8", "surrogateescape")


@pytest.mark.slow
def test_no_forged_sender_changes_or_reads_a_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value, a withdrawal and a unit in words from each shape, with the guessed reference and with a code that is another form's, of another
    year or of another store, and an id that looks like ours. Our server writes results, as the first mail shows."""
    assert len(SHAPES) >= 40
    with desk_in(tmp_path, monkeypatch) as desk:
        desk.came(b"Authentication-Results: example.com; spf=pass smtp.mailfrom=a@seen.example.org\n" + samples.mail(sender="a@seen.example.org", text="您好"))  # fmt: skip
        for number, (name, shape) in enumerate(SHAPES.items()):
            attack(desk, number, name, shape)


def attack(desk: Desk, number: int, name: str, shape: Shape) -> None:
    victim = f"unit{number}@attacked{number}.example.org"
    secret = f"139{number:08d}"
    form = samples.registration(
        unit=f"第{number}实验小学", host=f"第{number}实验小学", name=f"第{number}项科普活动", mobile=secret
    )
    raw = samples.mail(sender=victim, subject=f"申报{number}", files={"表.docx": form}, message_id=f"<form{number}@x>")
    (first,) = desk.came(raw)
    (row,) = desk.view("SELECT ref FROM v_submissions WHERE title = ?", f"第{number}项科普活动")
    ref = row["ref"]
    before = desk.view("SELECT * FROM v_activities WHERE ref = ?", ref)
    ours = secrets_of(desk.app.store.db)[0]
    wrong = (check_code(ours, "KP2023-9999"), check_code(ours, ref.replace("2023", "2022")), check_code(b"x" * 32, ref))
    subjects = [f"Re: 申报 【受理号 {ref}】", *(f"Re: 申报 【受理号 {ref}·{code}】" for code in wrong)]
    words = ["移动电话：13811112222", "撤回", f"撤回 {ref}", "单位：某某大学"][number % 2 :: 2]
    thread = f"In-Reply-To: <{'0' * 24}@example.com>\nReferences: {first['In-Reply-To']!s}\n"
    answers = []
    for turn, (subject, text) in enumerate(zip(subjects[number % 4 :] + subjects, words, strict=False)):
        answers += desk.came(forged(shape, victim, ref, f"{subject}{turn}", text, extra=thread))
    assert desk.view("SELECT * FROM v_activities WHERE ref = ?", ref) == before, name
    stands = desk.view("SELECT status FROM v_submissions WHERE ref = ? AND is_current", ref)
    assert [one["status"] for one in stands] == ["accepted"], name
    table = samples.summary([("另一项", "9月18日", "别处")], f"第{number}实验小学")
    answers += desk.came(forged(shape, victim, ref, "汇总表", "请查收", {"汇总表.xlsx": table}))
    is_redirected = f"Reply-To: {STRANGER}" in shape(victim, domain_of(victim), ref)[1]
    for address, text in told(answers).items():
        if address != victim:
            secrets = [secret, f"第{number}项科普活动", check_code(ours, ref), *(["受理号"] if is_redirected else [])]
            assert not [one for one in secrets if one in text], (name, address, text)
