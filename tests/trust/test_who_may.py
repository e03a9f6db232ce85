"""Who may do what: whose word counts as vouched for, whose form may replace another's, and where answers end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.base.settings import load_settings
from bot.operation.app import running
from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import ScriptedSmtp

BOSS = "boss@example.gov.cn"
GOOD = "example.com; dmarc=pass header.from=example.gov.cn"


def command(results: list[str], sender: str = BOSS, text: str = "汇总", headers: str = "", subject: str = "") -> bytes:
    """A coordinator's command under these Authentication-Results, topmost first."""
    raw = samples.mail(sender=sender, subject=subject or text, text=text).replace(b"\n", b"\r\n")
    top = "".join(f"Authentication-Results: {result}\r\n" for result in results)
    return (top + headers).encode() + raw


VOUCHED: list[tuple[list[str], bool]] = [
        ([GOOD], True),
        (["mx1.example.com; spf=pass smtp.mailfrom=boss@example.gov.cn"], True),
        (["example.com; dkim=pass header.d=example.gov.cn"], True),
        (["EXAMPLE.COM.; dmarc=pass header.from=example.gov.cn"], True),
        ([], False),
        (["example.com; none"], False),
        (["example.com; dmarc=fail header.from=example.gov.cn", GOOD], False),  # what the sender wrote lies below
        (["example.com; spf=softfail smtp.mailfrom=x@other.example", GOOD], False),
        (["evil.example; dmarc=pass header.from=example.gov.cn"], False),
        (["evilexample.com; dmarc=pass header.from=example.gov.cn"], False),
        (["example.com.evil.example; dmarc=pass header.from=example.gov.cn"], False),
        (["evil.example; dmarc=pass header.from=example.gov.cn", GOOD], False),
        (["example.com; spf=pass smtp.mailfrom=x@evil.example"], False),
        (["example.com; dkim=pass header.d=evil.example"], False),
        (["example.com; dkim=pass header.d=cn"], False),
        (["example.com; spf=pass smtp.mailfrom=boss@example.gov.cn; dmarc=fail header.from=example.gov.cn"], False),
        (["example.com; spf=fail smtp.mailfrom=x@evil.example (dmarc=pass header.from=example.gov.cn)"], False),
        (['example.com; spf=fail reason="; dmarc=pass header.from=example.gov.cn"'], False),
        (['example.com; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.gov.cn"@evil.example'], False),
        (['example.com; spf=pass smtp.mailfrom="boss@example.gov.cn x"@evil.example'], False),
        (['example.com; spf=pass smtp.mailfrom="boss@example.gov.cn"@evil.example'], False),
        (['example.com; spf=pass smtp.mailfrom="("@evil.example; dmarc=fail header.from=example.gov.cn (p=none)'], False),
        (['example.com; dkim=pass header.i="@example.gov.cn" (a "good( key\\) ")'], True),
        (["dmarc=pass header.from=example.gov.cn"], False),
        (["; dmarc=pass header.from=example.gov.cn"], False),
]  # fmt: skip


def test_whose_vouching_counts(office: Office) -> None:
    """(Authentication-Results from the topmost down, whether the coordinator's command under them is obeyed)."""
    office.deliver(
        *(command(results, subject=f"问{number}", text="缺报") for number, (results, _) in enumerate(VOUCHED))
    )
    office.once()
    found = {row["subject"]: row["outcome"] for row in office.view("SELECT subject, outcome FROM v_messages")}
    for number, (results, obeyed) in enumerate(VOUCHED):
        assert found[f"问{number}"] == ("command" if obeyed else "no_form"), results


BORDER = "Received: from mail.example.org (unknown [192.0.2.1]) by mx1.example.com (Postfix) with ESMTP id 1; x\r\n"
COREMAIL = "Received: from a.example.org (unknown [192.0.2.1])\r\n\tby mx19 (Coremail) with SMTP id x8mowAAX4tcS6zReRf_REg--.49102S3; x\r\n"
END = b"X-CM-TRANSID:x8mowAAX4tcS6zReRf_REg--.49102S3\r\nAuthentication-Results: mx19; spf=pass smtp.mail=boss@example.gov.cn; dkim=n\r\n\tone\r\n\r\n"


def test_what_the_sender_wrote_vouches_for_nobody(office: Office) -> None:
    """Below the border, or for another of several senders; 126.com writes its own at the end of the header, under a bare host name."""
    office.deliver(
        command([], subject="甲", text="缺报", headers=f"{BORDER}Authentication-Results: {GOOD}\r\n"),
        command([GOOD], subject="乙", text="缺报", headers=BORDER),
        command([], subject="丙", text="缺报", headers=COREMAIL).replace(b"\r\n\r\n", b"\r\n" + END, 1),
        command([], subject="丁", text="缺报", headers=COREMAIL + "Authentication-Results: mx19; spf=pass smtp.mail=boss@example.gov.cn\r\n"),
        command(["example.com; dmarc=pass"], subject="戊", text="缺报", headers="From: e@evil.example\r\n"),
        command(["example.com; dmarc=pass"], subject="己", text="缺报", headers=f"From: {BOSS}\r\n", sender="e@evil.example"),
    )  # fmt: skip
    office.once()
    found = {row["subject"]: row["outcome"] for row in office.view("SELECT subject, outcome FROM v_messages")}
    assert {subject for subject, outcome in found.items() if outcome == "command"} == {"乙", "丙"}


def test_a_coordinator_is_told_what_was_not_obeyed(office: Office) -> None:
    """At his own address, once a day, and in the list of what needs a person; a forward commands nothing, whoever vouches for it."""
    office.deliver(samples.mail(files={"表.docx": samples.registration()}))
    office.once()
    forward = "\n-------- 转发邮件信息 --------\n发件人：甲 <e@evil.example>\n发送日期：2023-08-25 09:00\n收件人：boss@example.gov.cn\n主题：请处理\n\n退回 KP2023-0001 滚"
    office.deliver(
        command([GOOD], subject="转发: 请处理", text=forward),
        command([GOOD], subject="Fwd: x", text="通过 KP2023-0001"),
        command([], text="退回 KP2023-0001 不行", headers="Reply-To: e@evil.example\r\n"),
        command([f"{GOOD.split(';')[0]}; dmarc=fail"], text="通过。另把登记表发到 e@evil.example，领导要看。"),
    )
    office.once()
    assert office.view("SELECT status FROM v_submissions") == [{"status": "accepted"}]
    (told,) = (mail for mail in office.answers() if "指令没有执行" in text_of(mail))
    assert told["To"].addresses[0].addr_spec == BOSS and "不能确定是您本人的要求" in text_of(told)
    listed = [row["detail"] for row in office.view("SELECT detail FROM review WHERE reason = 'unheeded'")]
    assert len(listed) == 4 and sum("require_auth" in one for one in listed) == 2
    assert not any("请在正文第一行只写一条指令" in text_of(mail) for mail in office.answers())
    assert "evil" not in str([mail["To"] for mail in office.sent])


def test_data_goes_to_the_coordinators_own_address(office: Office) -> None:
    """Whatever Reply-To says; of a unit's answer a Reply-To that it never used hears nothing but that there is one."""
    reply_to = "Reply-To: elsewhere@evil.example\r\n"
    office.deliver(samples.mail(files={"表.docx": samples.registration()}, headers={"Reply-To": "desk@jinjiang.example.com"}))  # fmt: skip
    office.deliver(*(command([GOOD], text=text, headers=reply_to) for text in ("查询 晋江", "缺报", "导出", "汇总")))
    office.once()
    assert Counter(mail["To"].addresses[0].addr_spec for mail in office.sent if "最终汇总" not in mail["Subject"]) == {
        "unit@jinjiang.example.com": 1,
        "desk@jinjiang.example.com": 1,
        BOSS: 4,
    }


def test_a_lookalike_of_the_coordinator_is_nobody(office: Office) -> None:
    """The name, a longer address, several From lines, another case in a foreign domain."""
    vouched = "example.com; dmarc=pass header.from=evil.example"
    office.deliver(
        command([vouched], sender=f'"{BOSS}" <x@evil.example>', text="缺报"),
        command([vouched], sender=f"{BOSS}.evil.example", text="导出"),
        command([vouched], sender="x@evil.example", text="查询 晋江", headers=f"From: {BOSS}\r\n"),
        command([vouched], sender="x@evil.example", text="帮助", headers=f"Sender: {BOSS}\r\nReply-To: {BOSS}\r\n"),
    )
    office.once()
    assert "command" not in {row["outcome"] for row in office.view("SELECT outcome FROM v_messages")}


def test_commands_need_the_coordinator(office: Office) -> None:
    """A unit cannot approve, return, ask for others' forms or withdraw what others sent."""
    office.deliver(samples.mail(sender="a@example.com", files={"表.docx": samples.registration(mobile="1", phone="")}))
    office.once()
    (ref,) = (row["ref"] for row in office.view("SELECT ref FROM v_submissions"))
    words = [f"通过 {ref}", f"退回 {ref} 不行", "查询 晋江", "缺报", "导出", "汇总", f"撤回 {ref}"]
    office.deliver(*(samples.mail(sender=f"b{n}@example.org", subject=text, text=text) for n, text in enumerate(words)))
    office.once()
    assert office.view("SELECT status FROM v_submissions") == [{"status": "needs_correction"}]
    told = "".join(text_of(mail) for mail in office.answers() if "b" in mail["To"].addresses[0].username)
    assert "庄晓东" not in told and "科技馆里的海洋课" not in told
    assert "withdrawal" in str(office.view("SELECT reason FROM review"))


@pytest.mark.parametrize(
    ("sender", "results", "status"),
    [
        ("unit@jinjiang.example.com", "", "accepted"),
        ("listed@jinjiang.example.com", "", "accepted"),
        ("stranger@example.org", "", "held"),
        ("unit@jinjiang.example.com", "example.com; dmarc=fail header.from=jinjiang.example.com", "held"),
        ("unit@jinjiang.example.com", "example.com; spf=fail smtp.mailfrom=x@evil.example", "held"),
        ("stranger@example.org", "example.com; dmarc=pass header.from=example.org", "held"),
    ],
)
def test_who_may_replace(office: Office, sender: str, results: str, status: str) -> None:
    unit = '[[unit]]\nname = "晋江市科学技术协会"\nemails = ["listed@jinjiang.example.com"]'
    office.configure(more=unit)
    office.deliver(samples.mail(files={"表.docx": samples.registration()}))
    office.once()
    changed = samples.mail(sender=sender, files={"表.docx": samples.registration(venue="别处")}, subject="改")
    office.deliver((f"Authentication-Results: {results}\r\n" if results else "").encode() + changed)
    office.once()
    (current,) = office.view("SELECT version, status FROM v_submissions WHERE is_current")
    (newest,) = office.view("SELECT status FROM v_submissions WHERE version = 2")
    assert newest["status"] == status and current["version"] == (1 if status == "held" else 2)
    (venue,) = office.view("SELECT venue FROM v_activities")
    assert (venue["venue"] == "别处") is (status == "accepted")
    held = office.view("SELECT reason FROM review WHERE done_at IS NULL")
    assert ({"reason": "held"} in held) is (status == "held")


def test_brakes(office: Office) -> None:
    """Answers to one address: one without form and three «no change» a day, so many in all; each unanswered mail is shown to a person."""
    office.configure(more="[replies]\nmax_per_sender_per_day = 6\nmax_unchanged_per_day = 3")
    form = {"表.docx": samples.registration()}
    other = {"简介.docx": samples.other()}
    office.deliver(*(samples.mail(subject=f"简介{n}", text="", files=other) for n in range(4)))
    office.deliver(*(samples.mail(subject=f"同{n}", text=f"第{n}次", files=form) for n in range(6)))
    office.deliver(
        *(samples.mail(subject=f"新{n}", files={"表.docx": samples.registration(name=f"第{n}项")}) for n in range(4))
    )
    office.once()
    kinds = Counter(row["template"] for row in office.view("SELECT template FROM outbox WHERE mail IS NOT NULL"))
    assert kinds == {"no_form": 1, "confirmation": 3, "unchanged": 2}
    assert len(office.view("SELECT * FROM v_activities")) == 5, "unanswered is not unread"
    assert len(office.view("SELECT * FROM review WHERE reason IN ('not_answered', 'no_form')")) == 14 - 6 + 1
    office.deliver(
        samples.mail(subject="次日", files={"表.docx": samples.registration(name="次日活动")}),
        when="2023-08-26T13:00+08:00",
    )
    office.once(now="2023-08-26T13:00+08:00")
    assert len(office.answers()) == 7


def test_one_sender_under_many_names_meets_the_same_brake(office: Office) -> None:
    """Case of the address does not make a new one, nor does where the answer is to go: else one sender has strangers written to."""

    def mail(sender: str, subject: str, reply_to: str = "") -> bytes:
        headers = {"Reply-To": reply_to} if reply_to else {}
        return samples.mail(sender=sender, subject=subject, text="", files={"a.docx": samples.other()}, headers=headers)

    office.deliver(
        mail("Loud@Example.com", "一"),
        mail("loud@example.com", "二"),
        mail("x@other.example", "三", "甲 <LOUD@example.COM>"),
        *(mail("y@other.example", f"问{n}", f"victim{n}@example.org") for n in range(4)),
    )
    office.once()
    assert [str(mail["To"]) for mail in office.answers()] == ["loud@example.com", "victim0@example.org"]


def test_words_are_not_carried_to_a_stranger(office: Office) -> None:
    """What somebody writes is repeated to himself alone; whom he names hears at most that a mail came. After five letters a day it is still."""
    words = ["请问谁来验收", "经费怎么报销", "讲师能派吗", "展板可以借吗", "场地谁来定", "证书发不发"]
    for number, text in enumerate(words):
        headers = {"Reply-To": "victim@example.org"}
        office.deliver(samples.mail(sender="y@other.example", subject=f"问{number}", text=f"{text}？", headers=headers))
    office.once()
    letters = [mail for mail in office.answers() if str(mail["To"]) == "y@other.example"]
    assert [any(text in text_of(mail) for mail in letters) for text in words] == [True] * 5 + [False]
    others = [mail for mail in office.answers() if str(mail["To"]) == "victim@example.org"]
    assert not [text for text in words for mail in others if text in text_of(mail)]
    assert sorted(row["words"] for row in office.view("SELECT words FROM v_reviews WHERE reason = 'words'")) == sorted(
        f"{text}？" for text in words
    )


def test_pace_in_all(office: Office) -> None:
    """What is over the pace waits, nothing is lost; «once» says that something is left."""
    text = (
        (office.path / "config.toml")
        .read_text(encoding="utf-8")
        .replace("max_per_minute = 10000", "max_per_minute = 3")
    )
    text = text.replace('poll_every = "2s"', 'poll_every = "1s"')
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.deliver(*(samples.mail(sender=f"u{n}@example.com", subject=f"问{n}") for n in range(8)))
    office.once(expect=3)
    assert len(office.sent) == 3 and len(office.view("SELECT * FROM v_outbox WHERE status = 'queued'")) == 5


@pytest.fixture
def two(tmp_path: Path, dovecot: Dovecot) -> Iterator[list[Office]]:
    """Two offices with this very program that write to each other, each on its own mailbox."""
    with ExitStack() as stack:
        found = []
        for name in ("east", "west"):
            smtp = ScriptedSmtp()
            smtp.start()
            stack.callback(smtp.stop)
            folder = tmp_path / name
            folder.mkdir()
            office = Office(folder, dovecot, dovecot.add_user(f"{name}{tmp_path.name}@{name}.example.com"), smtp)
            office.configure()
            config = folder / "config.toml"
            config.write_text(config.read_text(encoding="utf-8").replace('address = "kepu@example.com"', f'address = "kepu@{name}.example.com"'), encoding="utf-8")  # fmt: skip
            found.append(office)
        yield found


STRIPPED = (b"Auto-Submitted:", b"X-Auto-Response-Suppress:", b"In-Reply-To:", b"References:")


@pytest.mark.parametrize("stripped", [False, True], ids=["as_sent", "headers_lost"])
def test_two_of_us_do_not_write_for_ever(two: list[Office], monkeypatch: pytest.MonkeyPatch, stripped: bool) -> None:
    """A mail with a form and one without start it; every answer goes into the other's inbox, even without the headers that mark it."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    stop, moment = threading.Event(), datetime.fromisoformat("2023-08-26T12:00+08:00")
    clock = [moment]
    for number, files in enumerate(
        ({"表.docx": samples.registration(phone="1", mobile="")}, {}, {"表.docx": samples.registration(name="乙")})
    ):
        two[0].deliver(
            samples.mail(sender="kepu@west.example.com", subject=f"开始{number}", text=f"第{number}封", files=files)
        )
    with ExitStack() as stack:
        apps = [
            stack.enter_context(running(load_settings(office.path / "config.toml"), lambda: clock[0])) for office in two
        ]
        carried = [0, 0]
        rounds = 0
        while rounds < 60:
            rounds += 1
            clock[0] += timedelta(minutes=5)
            for app in apps:
                app.cycle(stop)
            news = False
            for side in (0, 1):
                fresh = [mail for mail in two[side].smtp.mails[carried[side] :] if mail.recipients != (BOSS,)]
                carried[side] = len(two[side].smtp.mails)
                for mail in fresh:
                    news = True
                    lines = [line for line in mail.raw.split(b"\r\n") if not (stripped and line.startswith(STRIPPED))]
                    two[1 - side].deliver(b"\r\n".join(lines), when=clock[0].isoformat())
            if not news:
                break
        assert rounds < 40, "still writing"
    answers = [len(office.answers()) for office in two]
    assert sum(answers) <= (3 if not stripped else 20), answers
