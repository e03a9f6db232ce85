"""The servers as they really are: NetEase's IMAP, SMTP that refuses by quota, servers that are gone, UIDs that begin anew."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import CutAfter, FaultProxy, NetEase
from tests.servers.smtp import ScriptedSmtp


def form_mails(count: int, first: int = 0) -> list[bytes]:
    return [
        samples.mail(
            sender=f"unit{number}@example.com",
            subject=f"报送{number}",
            files={"申报表.docx": samples.registration(name=f"第{number}项活动")},
            message_id=f"<m{number}@example.com>",
        )
        for number in range(first, first + count)
    ]


def test_netease(tmp_path: Path, netease_dovecot: Dovecot, netease_user: str, smtp_server: ScriptedSmtp) -> None:
    """No SELECT before ID, no UIDNEXT, no IDLE, no MOVE, a search that finds nothing; moved into a folder with a Chinese name."""
    with FaultProxy(netease_dovecot.port, NetEase()) as proxy:
        office = Office(tmp_path, netease_dovecot, netease_user, smtp_server, proxy.port)
        office.configure(mailbox='[mailbox.move_to]\naccepted = "已登记"')
        office.deliver(*form_mails(2))
        office.once()
        office.deliver(*form_mails(1, first=2))
        office.once()
        assert len(office.answers()) == 3
        with netease_dovecot.client(netease_user) as client:
            assert client.select_folder("已登记", readonly=True)[b"EXISTS"] == 3
            assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 0


def test_a_day_limit_pauses_the_account_and_keeps_the_queue(office: Office) -> None:
    office.deliver(*form_mails(3))
    office.smtp.script["END"] = ["250 OK", "554 5.5.0 MI:STC"]
    office.once(expect=3, now="2023-08-25T12:00+08:00")
    assert len(office.sent) == 1
    status = json.loads(office.run("status", "--json", now="2023-08-25T12:05+08:00").stdout)
    assert status["paused_until"].startswith("2023-08-26T00:1") and not status["healthy"]
    assert status["outbox"] == {"queued": 2, "sent": 1} and "MI:STC" in status["pause_reason"]
    office.once(expect=3, now="2023-08-25T18:00+08:00")
    assert len(office.sent) == 1
    office.once(now="2023-08-26T00:30+08:00")
    assert len(office.sent) == 3


@pytest.mark.parametrize("answer", ["550 Invalid User", "552 Illegal Attachment"])
def test_a_mail_refused_for_good_is_given_up_and_shown(office: Office, answer: str) -> None:
    office.deliver(*form_mails(2))
    office.smtp.script["RCPT" if "User" in answer else "END"] = [answer]
    office.once()
    assert [row["status"] for row in office.view("SELECT status FROM v_outbox ORDER BY id")] == ["gave_up", "sent"]
    assert answer in office.run("status").stdout


def test_transient_faults_are_retried_with_backoff(office: Office) -> None:
    office.deliver(*form_mails(1))
    office.smtp.script["MAIL"] = ["451 Temporary local problem"]
    office.once(expect=3)
    (row,) = office.view("SELECT * FROM v_outbox")
    assert row["status"] == "queued" and row["attempts"] == 1 and "451" in row["last_error"]
    office.once(now="2023-08-25T12:10+08:00")
    assert len(office.sent) == 1


def test_an_old_mail_is_given_up(office: Office) -> None:
    office.configure(smtp='give_up_after = "1h"')
    office.deliver(*form_mails(1))
    office.smtp.script["MAIL"] = ["451 later"] * 5
    office.once(expect=3)
    office.once(expect=0, now="2023-08-25T14:00+08:00")
    assert office.view("SELECT status FROM v_outbox") == [{"status": "gave_up"}]


def test_the_pace_holds(office: Office) -> None:
    office.configure(smtp="")
    text = (
        (office.path / "config.toml")
        .read_text(encoding="utf-8")
        .replace("max_per_minute = 10000", "max_per_minute = 2")
    )
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.deliver(*form_mails(4))
    office.once(expect=3)
    assert len(office.sent) == 2


def test_a_clock_that_was_wrong_once_holds_up_nothing(office: Office) -> None:
    """The machine stood in 2040 for an hour: its mails of then do not count against the pace of now."""
    office.deliver(*form_mails(1))
    office.once()
    with sqlite3.connect(office.path / "data" / "intake.db") as connection:
        connection.executemany("INSERT INTO handed_over VALUES (?)", [(2.2e9,)] * 20000)
    office.deliver(*form_mails(1, first=1))
    office.once()
    assert len(office.sent) == 2


def test_unreachable_servers(office: Office) -> None:
    office.imap_port = 9
    office.configure()
    done = office.run("once")
    assert done.returncode == 4 and "处理办法" in done.stdout
    assert office.run("status").returncode == 1
    check = office.run("check")
    assert check.returncode == 4 and "✗ 收信" in check.stdout and "✓ 发信" in check.stdout


def test_smtp_gone_keeps_the_answers(office: Office) -> None:
    office.deliver(*form_mails(2))
    port = office.smtp.port
    text = (office.path / "config.toml").read_text(encoding="utf-8")
    (office.path / "config.toml").write_text(text.replace(f"port = {port}", "port = 9"), encoding="utf-8")
    office.once(expect=3)
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.once(now="2023-08-25T13:00+08:00")
    assert len(office.sent) == 2


def test_wrong_password_is_named(office: Office) -> None:
    text = (office.path / "config.toml").read_text(encoding="utf-8")
    (office.path / "config.toml").write_text(text.replace("BOT_TEST_PASSWORD", "PATH"), encoding="utf-8")
    done = office.run("once")
    assert done.returncode == 4 and "授权码" in done.stdout


def test_connections_cut_at_many_places(
    tmp_path: Path, dovecot: Dovecot, dovecot_user: str, smtp_server: ScriptedSmtp
) -> None:
    office = Office(tmp_path, dovecot, dovecot_user, smtp_server)
    office.deliver(*form_mails(3))
    with FaultProxy(dovecot.port, CutAfter(lambda number: 300 * number * number)) as proxy:
        office.imap_port = proxy.port
        office.configure()
        for _ in range(25):
            if office.run("once").returncode == 0 and len(office.sent) == 3:
                break
    assert sorted(str(answer["In-Reply-To"]) for answer in office.sent) == [f"<m{n}@example.com>" for n in range(3)]


def test_uidvalidity_changes(office: Office) -> None:
    """The mailbox is built anew with the same mails: none is answered again, a new one is."""
    mails = form_mails(3)
    office.deliver(*mails[:2])
    office.once()
    with office.dovecot.client(office.user) as client:
        client.create_folder("other")
        client.select_folder("INBOX")
        client.copy(client.search("ALL"), "other")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
        (office.dovecot.maildir(office.user) / name).unlink(missing_ok=True)
    office.deliver(*mails)
    office.once()
    assert len(office.sent) == 3 and len(office.view("SELECT * FROM v_messages")) == 3


def test_junk_folder_is_read_and_shown(office: Office) -> None:
    with office.dovecot.client(office.user) as client:
        client.create_folder("垃圾邮件")
    office.deliver(*form_mails(1), folder="垃圾邮件")
    office.once()
    assert len(office.view("SELECT * FROM v_activities")) == 1
    assert "found_in_spam" in office.run("status", "--json").stdout
