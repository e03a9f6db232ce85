"""Several mailboxes in one bot: each with its own servers' account, campaign, roster, coordinators, store; what befalls one leaves the others alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests

from tests.flow import command, samples
from tests.flow.office import Office, text_of
from tests.flow.test_changed_config import until
from tests.servers.dovecot import free_port

COMMON = """
[smtp]
host = "127.0.0.1"
port = {smtp_port}
security = "none"
max_per_minute = 10000
[schedule]
poll_every = "2s"
[campaign]
name = "2023年泉州市全国科普日"
starts = 2023-08-21
ends = 2023-09-30
[[deadline]]
name = "重点活动申报"
due = 2023-08-30T23:59:59
[coordinators]
emails = ["boss@example.gov.cn"]
notify = "off"
"""
ONE = """
[[mailbox]]
name = "{name}"
address = "{name}@example.com"
host = "127.0.0.1"
port = {port}
security = "none"
username = "{user}"
password_env = "BOT_TEST_PASSWORD"
since = 2023-08-01
"""
LECTURES = """
[mailbox.campaign]
name = "2023年科普讲解大赛"
office = "讲解大赛组委会"
[mailbox.coordinators]
emails = ["jury@example.gov.cn"]
"""


@pytest.fixture
def both(office: Office) -> Iterator[Office]:
    other = f"{office.user}-b"
    office.dovecot.add_user(other)
    write(office, ONE.format(name="kepu", port=office.dovecot.port, user=office.user), second(office))
    yield office


def second(office: Office) -> str:
    return (
        ONE.format(name="讲解", port=office.dovecot.port, user=f"{office.user}-b").replace("讲解@", "jiangjie@")
        + LECTURES
    )


def write(office: Office, *mailboxes: str) -> None:
    text = COMMON.format(smtp_port=office.smtp.port) + "".join(mailboxes)
    (office.path / "config.toml").write_text(text, encoding="utf-8")


def deliver(office: Office, user: str, sender: str) -> None:
    raw = samples.mail(
        sender=sender, subject="报送", text="", files={"表.docx": samples.registration(name=f"讲座{sender}")}
    )
    with office.dovecot.client(user) as client:
        client.append("INBOX", raw)


def answer(office: Office, sender: str) -> tuple[str, str]:
    """Who answered, and what."""
    until(lambda: [one for one in office.answers() if sender in str(one["To"])])
    found = next(one for one in office.answers() if sender in str(one["To"]))
    return str(found["From"]), text_of(found)


def desk(port: int, path: str) -> requests.Response:
    try:
        return requests.get(f"http://127.0.0.1:{port}{path}", timeout=20)
    except requests.ConnectionError:
        return requests.Response()


def test_each_does_its_own(both: Office) -> None:
    deliver(both, both.user, "a@example.com")
    deliver(both, f"{both.user}-b", "b@example.com")
    told = json.loads(both.run("once", "--json").stdout)
    assert told["ok"] and [told["mailboxes"][name]["sent"] for name in ("kepu", "讲解")] == [1, 1]
    sender, text = answer(both, "a@example.com")
    assert "kepu@example.com" in sender and "2023年泉州市全国科普日" in text and "讲解大赛" not in text
    sender, text = answer(both, "b@example.com")
    assert "jiangjie@example.com" in sender and "讲解大赛组委会" in text
    assert (both.path / "data" / "kepu" / "health.json").exists() and (both.path / "config.toml.store.讲解").exists()
    done = both.run("status", now="2023-08-25T12:05+08:00")
    assert done.returncode == 0 and "—— 讲解（jiangjie@example.com）——" in done.stdout
    done = both.run("export", "--out", str(both.path / "out"))
    assert done.returncode == 2 and "有几个邮箱：kepu、讲解; 加 --mailbox 名称" in done.stdout
    done = both.run("digest", "--mailbox", "讲解", "--out", str(both.path / "out"))
    assert done.returncode == 0 and "讲解大赛" in (both.path / "out" / "digest.html").read_text(encoding="utf-8")
    write(both, ONE.format(name="kepu", port=both.dovecot.port, user="nobody"), second(both))
    done = both.run("check", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 4 and not told["mailboxes"]["kepu"]["ok"] and told["mailboxes"]["讲解"]["ok"]


def test_what_befalls_one_leaves_the_others_alone(both: Office) -> None:
    """One's roster cannot be read at the start: the other answers. Then it is mended; and one is taken away."""
    first = ONE.format(name="kepu", port=both.dovecot.port, user=both.user)
    ports = free_port(), free_port()
    first, other = (
        f"{one}[mailbox.desk]\nenabled = true\nport = {port}\n"
        for one, port in zip((first, second(both)), ports, strict=True)
    )
    write(both, first + '[mailbox.roster]\nfile = "lost.xlsx"\n', other)
    said = both.path / "said"
    words = both.command("run", now="")[2:]
    process = command.start(words, both.environment, str(said), str(both.path / "log"))
    try:
        deliver(both, both.user, "a@example.com")
        deliver(both, f"{both.user}-b", "b@example.com")
        answer(both, "b@example.com")
        assert "[kepu] 不能运行" in said.read_text(encoding="utf-8") and "lost.xlsx" in said.read_text(encoding="utf-8")
        assert not (both.path / "data" / "kepu" / "intake.db").exists()
        write(both, first, other)
        answer(both, "a@example.com")
        for name, port in zip(("kepu", "讲解"), ports, strict=True):
            until(lambda port=port: "intake_healthy" in desk(port, "/metrics").text)  # served again
            assert f'intake_outbox{{mailbox="{name}",status="sent"}} 1' in desk(port, "/metrics").text
            assert f"desk_{port}=" in desk(port, "/login").headers["Set-Cookie"], "a browser has those of both"
        write(both, first)
        until(lambda: "[讲解] 不在配置中了" in said.read_text(encoding="utf-8"))
    finally:
        process.terminate()
        process.join(40)
    assert process.exitcode == 0 and "已停止" in said.read_text(encoding="utf-8")
    logs = {name: (both.path / "data" / name / "recent.log").read_text(encoding="utf-8") for name in ("kepu", "讲解")}
    assert all(
        f"邮箱={name}" in text and text.count("邮箱=") == text.count(f"邮箱={name}") for name, text in logs.items()
    )
