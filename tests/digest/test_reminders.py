"""Who is reminded, when, and what the mail says."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.base.settings import Settings
from bot.digest.remind import queue_due_reminders
from bot.digest.reminders import QUIET, reminders
from bot.forms.model import Kind
from bot.forms.units.roster import load_roster
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.store import state
from bot.store.database import Store
from tests.digest.conftest import Office
from tests.digest.world import World, world_settings

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def reminding(tmp_path: Path) -> Office:
    """Five units with addresses; reminders 5 and 2 days before the registration deadline, 3 before the reports'."""
    deadlines = [
        {
            "name": "重点活动申报",
            "due": datetime.fromisoformat("2023-08-30T23:59:59"),
            "collects": ["registration", "summary"],
            "remind_days_before": [5, 2],
        },
        {
            "name": "工作总结",
            "due": datetime.fromisoformat("2023-09-30T23:59:59"),
            "collects": ["report"],
            "remind_days_before": [3],
        },
    ]
    units = [
        {"name": "晋江市科学技术协会", "emails": ["jj@example.com", "JJ2@example.com"]},
        {"name": "石狮市科学技术协会", "emails": ["ss@example.com"]},
        {"name": "泉州市教育局", "emails": ["shared@example.com"]},
        {"name": "泉州市科技馆", "emails": ["shared@example.com"]},
        {"name": "华侨大学"},
        {"name": "泉州晚报社", "emails": ["none@example.com"], "expected": 0},
    ]
    settings: Settings = world_settings(tmp_path, deadline=deadlines, unit=units, roster={})
    store = Store(settings.store.path)
    with store.transaction() as db:
        state.put(db, state.STARTED, "2023-08-01T08:00:00+08:00")
    return Office(settings, load_roster(settings), store, World(store))


def at(office: Office, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=office.settings.schedule.zone)


def run(office: Office, now: str) -> list[str]:
    """Queue what is due at *now*; the addresses that got a new mail."""
    before = {row["id"] for row in office.store.db.query("SELECT id FROM outbox")}
    renderer = Renderer(TEMPLATES, office_of(office.settings))
    count = queue_due_reminders(office.store, office.plan, renderer, at(office, now))
    new = [
        row
        for row in office.store.db.query("SELECT id, to_addr, kind FROM outbox ORDER BY to_addr")
        if row["id"] not in before
    ]
    assert len(new) == count and all(row["kind"] == "reminder" for row in new)
    return [row["to_addr"] for row in new]


def mails(office: Office) -> dict[str, EmailMessage]:
    found = {}
    for row in office.store.db.query("SELECT to_addr, raw FROM outbox ORDER BY id"):
        message = message_from_bytes(row["raw"], policy=policy.default)
        assert isinstance(message, EmailMessage)
        found[row["to_addr"]] = message
    return found


def test_once_per_slot_and_address_to_those_who_have_not_reported(reminding: Office) -> None:
    reminding.world.add(
        Kind.REGISTRATION, "石狮市科学技术协会", "科普展", at(reminding, "2023-08-10T09:00"), sender="ss@example.com"
    )
    assert run(reminding, "2023-08-25T08:59") == []
    assert run(reminding, "2023-08-25T09:00") == ["jj2@example.com", "jj@example.com", "shared@example.com"]
    assert run(reminding, "2023-08-25T09:02") == run(reminding, "2023-08-26T09:00") == []
    text = mails(reminding)["shared@example.com"].get_body(("plain",))
    assert text and "泉州市教育局、泉州市科技馆" in text.get_content(), "one mail for both units of a shared address"
    assert len(run(reminding, "2023-08-28T10:00")) == 3, "two days before: those who still have not"
    assert run(reminding, "2023-08-31T10:00") == []


def test_pauses_where_they_wrote(reminding: Office) -> None:
    reminding.world.mail(at(reminding, "2023-08-24T09:00"), "jj2@example.com", "请问什么时候截止？")
    assert run(reminding, "2023-08-25T09:00") == ["shared@example.com", "ss@example.com"]
    assert "jj@example.com" in run(reminding, "2023-08-28T09:00"), "silent again for four days"


def test_missed_reminders_are_one_and_none_after_the_deadline(reminding: Office) -> None:
    assert len(run(reminding, "2023-08-30T20:00")) == 4
    assert run(reminding, "2023-08-30T21:00") == []


def test_off_by_default(office: Office) -> None:
    renderer = Renderer(TEMPLATES, office_of(office.settings))
    now = datetime(2023, 8, 28, 9, tzinfo=office.settings.schedule.zone)
    assert queue_due_reminders(office.store, office.plan, renderer, now) == 0


def test_the_mail_carries_the_blank_forms(reminding: Office) -> None:
    run(reminding, "2023-08-25T09:00")
    message = mails(reminding)["jj@example.com"]
    assert message["Auto-Submitted"] == "auto-generated" and "还有5天截止" in str(message["Subject"])
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["2023年泉州市全国科普日重点活动项目申报表.docx", "2023年泉州市全国科普日重点活动汇总表.docx"]
    body = message.get_body(("plain",))
    assert body and "申报表、汇总表" in body.get_content() and "晋江市科学技术协会" in body.get_content()
    assert message["Message-ID"] and message["Message-ID"] != mails(reminding)["jj2@example.com"]["Message-ID"]


def test_the_report_reminder_lists_the_activities_that_lack_a_summary(reminding: Office) -> None:
    reminding.world.add(
        Kind.REGISTRATION,
        "石狮市科学技术协会",
        "海洋科普展",
        at(reminding, "2023-08-10T09:00"),
        sender="ss@example.com",
        fields={"activity_name": "海洋科普展", "start_date": "2023-09-17", "end_date": "2023-09-18"},
    )
    assert "ss@example.com" in run(reminding, "2023-09-27T09:00")
    message = mails(reminding)["ss@example.com"]
    body = message.get_body(("plain",))
    assert body and "海洋科普展" in body.get_content() and "新闻报道链接" in body.get_content()
    assert not list(message.iter_attachments())


def test_bounced_addresses_are_left_alone(reminding: Office) -> None:
    found = reminding.figures(now="2023-08-25T09:00")
    now = found.now
    assert {r.to for r in reminders(found, {}, now)} == {
        "jj@example.com",
        "jj2@example.com",
        "ss@example.com",
        "shared@example.com",
    }
    assert {r.to for r in reminders(found, {}, now, {"jj@example.com"})} == {
        "jj2@example.com",
        "ss@example.com",
        "shared@example.com",
    }
    for ago, written in ((QUIET - timedelta(minutes=1), False), (QUIET, True)):
        assert any(r.to == "ss@example.com" for r in reminders(found, {"ss@example.com": now - ago}, now)) is written
