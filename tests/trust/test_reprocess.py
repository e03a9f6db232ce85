"""Reading stored mails again changes nothing where nothing changed, follows a changed form definition, and writes to nobody."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow import samples
from tests.flow.office import ROOT, Office
from tests.flow.test_conversation import VOUCHED
from tests.flow.test_keeping import fill, views


def everything(office: Office) -> dict[str, Any]:
    queue = office.view("SELECT kind, to_addr, subject, message_id, status FROM v_outbox ORDER BY id")
    return {
        **views(office),
        "numbers": office.view("SELECT last FROM sequence"),
        "refs": office.view("SELECT id, ref FROM mail ORDER BY id"),
        "v_outbox": queue,
        "review": office.view("SELECT reason, detail, done_at FROM review ORDER BY id"),
    }


def test_nothing_changed(office: Office) -> None:
    fill(office)
    before, sent = everything(office), len(office.sent)
    for _ in range(2):
        done = office.run("reprocess", "--all", now="2023-08-28T12:00+08:00")
        assert done.returncode == 0, done.stderr
        assert everything(office) == before
    assert len(office.sent) == sent


@pytest.mark.slow
def test_what_came_later_still_stands(office: Office) -> None:
    """Read again, an old mail is not newer than what followed it: copies of version 1, a withdrawal before a new start, a decision by mail."""
    days = iter(f"2023-08-{day}T10:00+08:00" for day in range(10, 30))

    def comes(raw: bytes) -> None:
        when = next(days)
        office.deliver(raw, when=when)
        office.once(now=when)

    first = {"表.docx": samples.registration()}
    comes(samples.mail(subject="一", files=first, message_id="<one@example.com>"))
    comes(samples.mail(subject="再发", files=first))
    comes(b"Received: once more\r\n" + samples.mail(subject="一", files=first, message_id="<one@example.com>"))
    comes(samples.mail(subject="二", files={"表.docx": samples.registration(venue="新地点")}))
    comes(samples.mail(subject="三", files={"表.docx": samples.registration(name="银龄科普行")}))
    refs = [row["ref"] for row in office.view("SELECT DISTINCT ref FROM v_submissions ORDER BY ref")]
    comes(samples.mail(subject="撤", text=f"撤回 {refs[1]}", headers=office.thread("unit@jinjiang.example.com")))
    comes(samples.mail(subject="重报", files={"表.docx": samples.registration(name="银龄科普行", venue="村里")}))
    comes(samples.mail(sender="boss@example.gov.cn", subject="退", text=f"退回 {refs[0]} 地点不清", headers=VOUCHED))
    thread = office.thread("unit@jinjiang.example.com")
    comes(samples.mail(subject="补正", files={"表.docx": samples.registration(venue="讲清的地点")}, headers=thread))
    comes(samples.mail(sender="boss@example.gov.cn", subject="汇", text="汇总", headers=VOUCHED))
    before, sent = everything(office), len(office.sent)
    assert {row["venue"] for row in office.view("SELECT venue FROM v_activities")} == {"讲清的地点", "村里"}
    for words in (("--all",), ("--message", "1"), ("--message", "3"), ("--message", "6")):
        done = office.run("reprocess", *words, now="2023-08-30T12:00+08:00")
        assert done.returncode == 0, done.stderr
        assert everything(office) == before, words
    done = office.run("reprocess", "--all", "--reply", now="2023-08-30T12:00+08:00")
    office.once(now="2023-08-30T12:01+08:00")
    assert [mail["Subject"] for mail in office.answers()[sent:]] == []
    assert views(office) == {key: value for key, value in before.items() if key in views(office)}


def test_a_changed_definition_is_picked_up(office: Office) -> None:
    """Next year's form asks for a telephone only as a warning, and calls the place otherwise; the references stay."""
    renamed = samples.registration(name="另一项活动", venue="新馆")
    office.deliver(
        samples.mail(subject="缺电话", files={"表.docx": samples.registration(phone="", mobile="")}),
        samples.mail(sender="b@example.com", subject="好", files={"表.docx": renamed}),
    )
    office.once()
    refs = office.view("SELECT ref, version, status FROM v_submissions ORDER BY ref")
    assert [row["status"] for row in refs] == ["needs_correction", "accepted"]
    sent = len(office.sent)
    office.configure(more='[forms.levels]\nmissing = "warning"')
    done = office.run("reprocess", "--all", now="2023-08-26T12:00+08:00")
    assert done.returncode == 0 and done.stdout.count("有变化") == 1, done.stdout + done.stderr
    again = office.view("SELECT ref, version, status FROM v_submissions ORDER BY ref")
    assert [row["status"] for row in again] == ["accepted", "accepted"]
    assert [row["ref"] for row in again] == [row["ref"] for row in refs] and {row["version"] for row in again} == {1}
    assert {row["outcome"] for row in office.view("SELECT outcome FROM v_messages")} == {"accepted"}
    assert len(office.sent) == sent
    text = (ROOT / "bot" / "forms" / "packaged" / "registration.toml").read_text(encoding="utf-8")
    own = text.replace('label = "活动地点"', 'label = "举办场馆"').replace("活动地点", "举办场馆")
    (office.path / "registration.toml").write_text(own, encoding="utf-8")
    office.configure(more='[forms]\ndefinitions = ["registration.toml"]\n[forms.levels]\nmissing = "warning"')
    done = office.run("reprocess", "--all", now="2023-08-26T12:00+08:00")
    assert done.returncode == 0 and done.stdout.count("有变化") == 2, done.stdout + done.stderr
    assert {row["venue"] for row in office.view("SELECT venue FROM v_activities")} != {"新馆", samples.GOOD["venue"]}
