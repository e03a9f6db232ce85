"""The servers as they really are: NetEase's IMAP, SMTP that refuses by quota, servers that are gone, UIDs that begin anew."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.operation.app import running
from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.proxy import Behaviour, CutAfter, FaultProxy, Link, NetEase, command_of
from tests.servers.smtp import ACCEPT_AND_DROP, OK, ScriptedSmtp


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


class CommandsSeen(Behaviour):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def from_client(self, link: Link, line: bytes) -> bytes:
        self.seen.append(command_of(line))
        return line


def test_a_sent_folder_that_is_not_there_is_looked_for_once(office: Office) -> None:
    with FaultProxy(office.dovecot.port, commands := CommandsSeen()) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(*form_mails(4))
        office.once()
    assert len(office.answers()) == 4
    assert commands.seen.count("LIST") == 2  # folders to read, Sent folder


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


def test_a_refused_login_pauses_sending_until_another_one_is_written_or_check_gets_in(office: Office) -> None:
    office.deliver(*form_mails(1))
    office.smtp.password = "another-code"
    for minute in (0, 2):
        office.once(expect=3, now=f"2023-08-25T12:0{minute}+08:00")
    assert [name for _, name, _ in office.smtp.record.commands].count("AUTH") == 1, "each one counts towards a lock"
    (office.path / "code").write_text("another-code", encoding="utf-8")
    office.configure(smtp='password_file = "code"')
    office.once(now="2023-08-25T12:04+08:00")
    assert len(office.sent) == 1

    office.deliver(*form_mails(1, first=1))
    office.smtp.script["AUTH"] = ["535 Error: authentication failed"]
    office.once(expect=3, now="2023-08-25T12:06+08:00")
    assert office.run("check", now="2023-08-25T12:07+08:00").returncode == 0
    office.once(now="2023-08-25T12:08+08:00")
    assert len(office.sent) == 2


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


def test_a_gateway_that_never_answers(office: Office) -> None:
    """It takes every mail and cuts the line: three copies at most, the others are not held up, a person is told."""
    text = (office.path / "config.toml").read_text(encoding="utf-8")
    (office.path / "config.toml").write_text(text.replace('retry_first = "1s"', ""), encoding="utf-8")
    office.deliver(*form_mails(2))
    office.smtp.script["END"] = [ACCEPT_AND_DROP, OK, ACCEPT_AND_DROP, ACCEPT_AND_DROP]
    office.once(expect=3)
    office.once(expect=3)  # the back-off holds, the other mail goes out
    assert [str(one["In-Reply-To"]) for one in office.sent] == ["<m0@example.com>", "<m1@example.com>"]
    office.once(expect=3, now="2023-08-25T12:10+08:00")
    office.once(expect=3, now="2023-08-25T12:20+08:00")
    shown = office.run("status", now="2023-08-25T12:20+08:00")
    assert shown.returncode == 1 and "没有收到应答" in shown.stdout
    office.once(now="2023-08-25T12:40+08:00")
    copies = [one for one in office.sent if one["In-Reply-To"] == "<m0@example.com>"]
    assert len(copies) == 3 and len({str(one["Message-ID"]) for one in copies}) == 1
    assert [row["status"] for row in office.view("SELECT status FROM v_outbox ORDER BY id")] == ["gave_up", "sent"]
    assert "送达不明：unit0@example.com" in office.run("status", now="2023-08-25T12:40+08:00").stdout


def test_the_pace_holds(office: Office) -> None:
    office.configure(smtp="")
    text = (
        (office.path / "config.toml")
        .read_text(encoding="utf-8")
        .replace("max_per_minute = 10000", "max_per_minute = 2")
    )
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.deliver(*form_mails(4))
    done = office.run("once")
    assert done.returncode == 3 and "发信限速" in done.stdout
    assert len(office.sent) == 2
    shown = office.run("status", now="2023-08-25T12:00:20+08:00")
    assert shown.returncode == 0 and "下一封约 08-25 12:01（发信限速：每分钟 2 封" in shown.stdout


def test_a_clock_that_was_wrong_once_holds_up_nothing(office: Office) -> None:
    """The machine stood in 2040 for an hour: its mails of then do not count against the pace of now."""
    office.deliver(*form_mails(1))
    office.once()
    with sqlite3.connect(office.path / "data" / "intake.db") as connection:
        connection.executemany("INSERT INTO handed_over VALUES (?)", [(2.2e9,)] * 20000)
    office.deliver(*form_mails(1, first=1))
    office.once()
    assert len(office.sent) == 2


@pytest.mark.parametrize(("command", "answer"), [("MAIL", "451 later"), ("END", "554 5.5.0 MI:STC")])
def test_a_back_off_laid_down_by_a_clock_that_was_wrong(office: Office, command: str, answer: str) -> None:
    """Refused for a minute, or the account for a day, while the machine stood in 2040."""
    office.once()
    office.deliver(*form_mails(1))
    office.smtp.script[command] = [answer] * 9
    office.once(expect=3, now="2040-01-01T12:00+08:00")
    office.smtp.reset()
    office.once()
    assert len(office.answers()) == 1


def test_digests_after_a_clock_that_was_wrong(office: Office) -> None:
    office.once(now="2023-08-25T12:00+08:00")
    office.once(now="2040-01-01T12:00+08:00")
    office.smtp.reset()
    coming = json.loads(office.run("status", "--json").stdout)["next_digests"]
    assert [one["at"][:10] for one in coming[:3]] == ["2023-08-27", "2023-08-29", "2023-08-30"]
    # Set back by twenty minutes in between, which repeats nothing.
    for now in ("2023-08-27T09:30+08:00", "2023-08-27T09:10+08:00", "2023-08-31T09:30+08:00"):
        office.once(now=now)
    assert len(office.sent) == 2


def test_a_server_that_cannot_be_reached_has_one_back_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six answers wait: one connection, not six; and what did not reach it does not count for the pace."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    text = (office.path / "config.toml").read_text(encoding="utf-8").replace("max_per_minute = 10000", "")
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.smtp.script["CONNECT"] = ["421 too busy"] * 99
    office.deliver(*form_mails(3))
    settings, stop = load_settings(office.path / "config.toml"), threading.Event()
    with running(settings, make_clock(settings.schedule.zone, datetime.fromisoformat("2023-08-25T12:00+08:00"))) as app:
        assert app.cycle(stop).flushed.waiting == 3
        for _ in range(20):
            app.flush(stop)
        assert office.smtp.record.connections == 1
        shown = office.run("status").stdout
        assert "发信故障" in shown and "（发信服务器暂时不可用）" in shown
        for _ in range(30):
            app.flusher.not_before = 0.0
            app.flush(stop)
        assert office.smtp.record.connections == 31
        office.smtp.reset()
        app.flusher.not_before = 0.0
        assert app.flush(stop).sent == 3
        assert office.smtp.record.connections == 1
    shown = office.run("status").stdout
    assert (
        "发信故障" not in shown and [row["attempts"] for row in office.view("SELECT attempts FROM v_outbox")] == [1] * 3
    )


class Logins(Behaviour):
    """Counts attempts."""

    count = 0

    def from_client(self, link: Link, line: bytes) -> bytes:
        self.count += command_of(line) == "LOGIN"
        return line


def test_a_refused_login_is_not_repeated(office: Office) -> None:
    """Neither for each copy of a sent mail nor by the next call of cron; a new code, or ``check``, is tried at once."""
    logins = Logins()
    with FaultProxy(office.dovecot.port, logins) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(*form_mails(3))
        office.smtp.script["CONNECT"] = ["421 too busy"] * 9
        office.once(expect=3)
        office.smtp.reset()
        office.dovecot.add_user(office.user, "changed")
        time.sleep(1.1)
        logins.count = 0
        office.once(expect=4)
        assert (logins.count, len(office.sent)) == (1, 3)
        office.once(expect=4, now="2023-08-25T12:10+08:00")
        assert logins.count == 1 and "拒绝登录" in office.run("status").stdout
        office.once(expect=4, now="2023-08-25T12:20+08:00")
        assert logins.count == 2
        config = office.path / "config.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("BOT_TEST_PASSWORD", "HOME"), encoding="utf-8")
        office.once(expect=4, now="2023-08-25T12:21+08:00")
        assert logins.count == 3
        config.write_text(text, encoding="utf-8")
        office.dovecot.add_user(office.user)
        time.sleep(1.1)
        assert office.run("check", now="2023-08-25T12:22+08:00").returncode == 0
        office.once(now="2023-08-25T12:22+08:00")


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


def test_a_password_file_that_vanishes_during_a_login_pause_ends_nothing(office: Office) -> None:
    """Begun anew within the pause, the bot has a password and has not used it yet; the file is gone when it next looks."""
    code, stop = office.path / "code", threading.Event()
    code.write_text("another-code", encoding="utf-8")
    office.configure(mailbox='password_file = "code"', smtp='password_file = "code"')
    text = (office.path / "config.toml").read_text(encoding="utf-8").replace('password_env = "BOT_TEST_PASSWORD"\n', "")
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    settings = load_settings(office.path / "config.toml")
    clock = make_clock(settings.schedule.zone)
    for _ in range(2):
        with running(settings, clock) as app:
            assert "拒绝登录" in app.cycle(stop).fault
            code.rename(office.path / "gone")
            assert "打不开" in app.cycle(stop).fault
            (office.path / "gone").rename(code)
