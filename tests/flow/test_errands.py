"""What a coordinator asks for is made after the commit: killed anywhere it is answered once, and what fails is shown in the end."""

from __future__ import annotations

import signal
import sqlite3
import threading
from datetime import datetime
from email.message import EmailMessage

import pytest

from bot.base.settings import load_settings
from bot.operation.app import running
from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_conversation import VOUCHED, first_form
from tests.servers.dovecot import PASSWORD

BOSS = "boss@example.gov.cn"
NOW = "2023-08-25T12:30+08:00"


def ask(office: Office, *texts: str) -> None:
    asked = (samples.mail(sender=BOSS, subject=text, text=text, headers=VOUCHED) for text in texts)
    office.deliver(*asked, when="2023-08-25T12:10+08:00")


def to_boss(office: Office) -> list[EmailMessage]:
    return [one for one in office.sent if BOSS in str(one["To"])]


@pytest.mark.parametrize("point", ["asked_made", "asked_queued"])
def test_killed_while_the_answer_is_made(office: Office, point: str) -> None:
    first_form(office)
    ask(office, "汇总", "导出", "缺报")
    for _ in range(2):
        assert office.run("once", now=NOW, killed_at=point).returncode == -signal.SIGKILL
        outcomes = office.view("SELECT outcome FROM v_messages ORDER BY id")
        assert [row["outcome"] for row in outcomes][1:] == ["command"] * 3, "made inside the transaction of its mail"
    office.once(now=NOW)
    office.once(now=NOW)
    asked = to_boss(office)
    assert len(asked) == len({str(one["Message-ID"]) for one in asked}) == 3
    names = [part.get_filename() or "" for one in asked for part in one.iter_attachments()]
    assert any(name.endswith(".xlsx") for name in names) and any(name.endswith(".zip") for name in names)


def test_a_digest_that_was_asked_for_stands_in_its_thread(office: Office) -> None:
    first_form(office)
    thread = {"References": "<first@example.gov.cn> <second@example.gov.cn>"}
    asked = {"sender": BOSS, "subject": "汇总", "text": "汇总", "message_id": "<asks@example.gov.cn>"}
    office.deliver(samples.mail(**asked, headers=VOUCHED | thread), when="2023-08-25T12:10+08:00")
    office.once(now=NOW)
    (digest,) = to_boss(office)
    assert digest["In-Reply-To"] == "<asks@example.gov.cn>"
    assert str(digest["References"]).split() == [*thread["References"].split(), "<asks@example.gov.cn>"]
    assert digest["Auto-Submitted"] == "auto-generated"


def test_an_answer_that_cannot_be_made_holds_up_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form whose stored content nobody understands: the other question and a new form are answered, and in the end a person is to look."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    first_form(office)
    connection = sqlite3.connect(office.path / "data" / "intake.db")
    connection.execute("UPDATE submission SET content = '[]'")
    connection.commit()
    connection.close()
    ask(office, "汇总", "帮助")
    office.deliver(samples.mail(sender="b@example.com", text="怎么填？", subject="请问"))
    settings, moment = load_settings(office.path / "config.toml"), datetime.fromisoformat(NOW)
    with running(settings, lambda: moment) as app:
        statuses = [app.cycle(threading.Event()).exit_status for _ in range(8)]
    assert statuses[0] == 3 and statuses[-1] == 0
    (helped,) = to_boss(office)
    assert "指令" in text_of(helped) and any("b@example.com" in str(one["To"]) for one in office.sent)
    assert "要“汇总”" in office.run("review").stdout
