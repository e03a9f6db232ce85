"""The admin hears that the bot stands still, through another account where one is given; that it goes on again; and once a week that it lives."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy

import pytest
import requests

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.desk.serve import serving
from tests.flow.office import Office, text_of
from tests.servers.dovecot import free_port
from tests.servers.smtp import ScriptedSmtp

ADMIN = """
[admin]
email = "admin@example.com"
unreadable_after = "1h"
"""
OTHER = """
[admin.smtp]
address = "other@example.com"
host = "127.0.0.1"
port = {port}
security = "none"
password_env = "BOT_TEST_PASSWORD"
"""


@pytest.fixture
def other() -> Iterator[ScriptedSmtp]:
    server = ScriptedSmtp()
    server.start()
    yield server
    server.stop()


def told(server: ScriptedSmtp) -> list[tuple[str, str]]:
    """Subject and text of each mail."""
    mails = [message_from_bytes(one.raw, policy=policy.default) for one in server.mails]
    return [(str(one["Subject"]), text_of(one)) for one in mails]  # type: ignore[arg-type]


def test_through_another_account(office: Office, other: ScriptedSmtp) -> None:
    more = ADMIN + OTHER.format(port=other.port)
    office.configure(more=more)
    office.once(now="2023-08-25T12:00+08:00")
    ((subject, text),) = told(other)
    assert "一周运行情况" in subject and "收信、发信正常" in text
    assert other.mails[0].sender == "other@example.com" and other.mails[0].recipients == ("admin@example.com",)

    office.imap_port = free_port()  # nobody listens there
    office.configure(more=more)
    office.once(now="2023-08-25T12:40+08:00", expect=4)
    assert len(other.mails) == 1, "some minutes are nobody's alarm"
    office.once(now="2023-08-25T13:10+08:00", expect=4)
    office.once(now="2023-08-25T13:20+08:00", expect=4)
    (subject, text) = told(other)[-1]
    assert len(other.mails) == 2 and "报送邮箱收不到信" in subject and "自8月25日12:00起" in text
    health = json.loads((office.path / "data" / "health.json").read_text(encoding="utf-8"))
    assert (
        not health["healthy"]
        and health["at"].startswith("2023-08-25T13:20")
        and "收信故障" in "".join(health["unhealthy"])
    )

    office.imap_port = 0
    office.configure(more=more)
    office.once(now="2023-08-25T13:30+08:00")
    assert "已恢复" in told(other)[-1][0] and len(other.mails) == 3
    office.once(now="2023-08-28T08:00+08:00")
    assert len(other.mails) == 3
    office.once(now="2023-08-28T09:30+08:00")  # a Monday
    assert "一周运行情况" in told(other)[-1][0] and len(other.mails) == 4
    assert "admin@example.com" not in [str(one["To"]) for one in office.sent]
    assert json.loads((office.path / "data" / "health.json").read_text(encoding="utf-8"))["healthy"]


def test_a_store_that_is_lost(office: Office, other: ScriptedSmtp) -> None:
    """Told beside the queue, which is lost with it: once, however often the bot is started, and when it is there again."""
    office.configure(
        more=ADMIN.replace("unreadable", "sign_of_life = false\nunreadable") + OTHER.format(port=other.port)
    )
    office.once()
    data = office.path / "data"
    data.rename(office.path / "unmounted")
    for words in ("once", "run", "once"):
        assert office.run(words, now="2023-08-25T13:00+08:00").returncode == 1
    ((subject, text),) = told(other)
    assert "数据目录不能使用" in subject and "没有数据" in text and "挂载" in text and str(data) in text
    (office.path / "unmounted").rename(data)
    office.once(now="2023-08-25T14:00+08:00")
    office.once(now="2023-08-25T14:10+08:00")
    assert len(other.mails) == 2 and "已恢复" in told(other)[-1][0]
    with sqlite3.connect(data / "intake.db") as broken:
        broken.execute("PRAGMA user_version = 999")
    office.once(now="2023-08-25T15:00+08:00", expect=1)
    assert len(other.mails) == 3 and "较新版本" in told(other)[-1][1] and not office.sent


def test_programs_may_look_without_a_login(office: Office) -> None:
    """``/healthz`` says one word to anybody, ``/metrics`` counts to those who are named; neither says what a form or an address holds."""
    port = free_port()
    proxy = (
        f'[desk]\nport = {port}\nurl = "https://desk.example.gov.cn"\nproxy = ["127.0.0.1"]\nmonitors = ["10.0.0.9"]'
    )
    office.configure(more=ADMIN + proxy)
    office.once(now="2023-08-25T12:00+08:00")
    assert [str(one["To"]) for one in office.sent] == ["admin@example.com"]  # no other account: through the queue
    settings = load_settings(office.path / "config.toml")

    def seen(path: str, by: str) -> requests.Response:
        head = {"X-Forwarded-For": by} if by else {}
        return requests.get(f"http://127.0.0.1:{port}{path}", headers=head, timeout=20)

    for now, code, word in (("2023-08-25T12:10", 200, "ok\n"), ("2023-08-25T15:00", 503, "unhealthy\n")):
        with serving(settings, make_clock(settings.schedule.zone, datetime.fromisoformat(now))):
            answer = seen("/healthz", "10.0.0.7")
            assert (answer.status_code, answer.text) == (code, word)
            assert seen("/metrics", "10.0.0.7").status_code == 404
            assert seen("/metrics", "").status_code == 404, "a proxy that does not say who comes is not this machine"
            text = seen("/metrics", "10.0.0.9").text
            (office.path / "data").rename(office.path / "unmounted")
            lost = seen("/healthz", "10.0.0.7")
            assert (lost.status_code, lost.text) == (503, "unhealthy\n")
            assert seen("/metrics", "10.0.0.9").text.endswith("\nintake_healthy 0\n")
            (office.path / "unmounted").rename(office.path / "data")
        assert f"\nintake_healthy {int(code == 200)}\n" in text and 'intake_outbox{status="sent"} 1' in text
        assert "@" not in text
    for url, code in (("", 200), ("https://desk.example.gov.cn", 404)):  # somebody passes it on who is not named
        office.configure(more=f'[desk]\nport = {port}\nurl = "{url}"')
        settings = load_settings(office.path / "config.toml")
        with serving(settings, make_clock(settings.schedule.zone)):
            assert seen("/metrics", "").status_code == code
