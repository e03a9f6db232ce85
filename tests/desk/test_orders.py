"""What is done to units and letters from the lists: each once, told, logged with who did it, and nothing by who only looks."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from tests.desk.conftest import COORDINATOR, READER, Client, Serve, Served
from tests.flow.office import Office, text_of

NOWHERE, ADDRESS = "泉州市气象局", "qx@weather.example.com"


def told_after(client: Client, path: str, data: dict[str, object], page: str) -> str:
    """What the page says after an act."""
    answer = client.post(path, data, page=page)
    assert answer.status_code == 303, answer.text
    found = re.search(r'<p class="told" role="status">([^<]*)<', client.get(answer.headers["location"]).text)
    return found[1] if found else ""


def noted(office: Office) -> list[tuple[str, str]]:
    """(what, who) of the journal's acts, oldest first: each line names the mail that the act is kept as."""
    senders = {row["sha256"]: row["from_addr"] for row in office.view("SELECT sha256, from_addr FROM mail")}
    lines = map(json.loads, (office.path / "data" / "journal.jsonl").read_text("utf-8").splitlines())
    return [(what, senders[line["mail"]]) for line in lines for what in line.get("acts", ())]


def state_of(served: Served, unit: str) -> str:
    return str(served.office.view("SELECT state FROM v_units WHERE unit = ?", unit)[0]["state"])


def test_a_nil_report_that_came_by_telephone(served: Served) -> None:
    client = served.client()
    assert "零报告" in told_after(client, "/units/nil", {"unit": NOWHERE}, "/units")
    assert state_of(served, NOWHERE) == "nil"
    assert "没有记为零报告" in told_after(client, "/units/nil", {"unit": "晋江市科学技术协会"}, "/units")
    assert state_of(served, "晋江市科学技术协会") == "reported"


def test_a_reminder_is_seen_before_it_goes_out_and_goes_once_a_day(desk_office: Office, serve: Serve) -> None:
    config = desk_office.path / "config.toml"
    listed = f'name = "{NOWHERE}"\n'
    config.write_text(config.read_text("utf-8").replace(listed, f'{listed}emails = ["{ADDRESS}"]\n'), "utf-8")
    client = serve(desk_office).client()
    page = f"/units/remind?unit={quote(NOWHERE)}"
    assert f'href="{page}"' in client.get("/units").text and ADDRESS in client.get(page).text
    assert "尚未收到" in client.get(page.replace("remind", "remind/page")).text
    assert "已排队" in told_after(client, "/units/remind", {"unit": NOWHERE}, page)
    assert "今天已提醒过" in told_after(client, "/units/remind", {"unit": NOWHERE}, page)
    assert noted(desk_office).count(("reminded", COORDINATOR)) == 1
    assert "不需要提醒" in client.get(f"/units/remind?unit={quote('晋江市科学技术协会')}").text, "it has reported"
    before = len(desk_office.sent)
    desk_office.once(expect=None)
    (sent,) = [one for one in desk_office.sent[before:] if one["To"].addresses[0].addr_spec == ADDRESS]
    assert sent["Subject"].startswith("提醒") and NOWHERE in text_of(sent)


def test_a_letter_that_did_not_arrive_goes_out_again(served: Served) -> None:
    client, office = served.client(), served.office
    (sent,) = office.view("SELECT id, message_id FROM v_outbox WHERE to_addr = 'unit@jinjiang.example.com'")
    page = f"/outbox/{sent['id']}"
    assert "补发" not in client.get(page).text
    assert "没有补发" in told_after(client, f"{page}/again", {}, "/units"), "it has arrived"
    with served.desk.store() as store, store.transaction() as db:
        db.execute(
            "UPDATE outbox SET status = 'gave_up', attempts = 3, last_error = '550 no' WHERE id = ?", [sent["id"]]
        )
    assert "补发" in client.get(page).text and "550 no" in client.get("/outbox?state=gave_up").text
    assert "重新排队" in told_after(client, f"{page}/again", {}, page)
    before = len(office.sent)
    office.once(expect=None)
    assert [one["Message-ID"] for one in office.sent[before:]].count(sent["message_id"]) == 1
    assert noted(office)[-1] == ("sent_again", COORDINATOR)
    assert f"发信 {sent['id']}：已重新排队" in client.get("/todo").text, "among what was done today"


def test_a_letter_that_waits_is_held_back(served: Served) -> None:
    client, office = served.client(), served.office
    (sent,) = office.view("SELECT id, subject FROM v_outbox WHERE to_addr = 'unit@jinjiang.example.com'")
    with served.desk.store() as store, store.transaction() as db:
        db.execute("UPDATE outbox SET status = 'queued', attempts = 1, sent_at = NULL WHERE id = ?", [sent["id"]])
    page, before = f"/outbox/{sent['id']}", len(office.sent)
    assert "不再发送" in told_after(client, f"{page}/stop", {}, page)
    assert noted(office)[-1] == ("stopped", COORDINATOR)
    office.once(expect=None)
    assert sent["subject"] not in [one["Subject"] for one in office.sent[before:]]
    assert "没有改动" in told_after(client, f"{page}/stop", {}, "/units")
    assert noted(office).count(("stopped", COORDINATOR)) == 1


def test_a_mail_is_read_again_and_nobody_is_answered(served: Served) -> None:
    client, office = served.client(), served.office
    (found,) = office.view("SELECT id FROM v_messages WHERE subject = '石狮市申报表'")
    versions, before = office.view("SELECT * FROM v_submissions ORDER BY ref, version"), len(office.sent)
    page = f"/mails/{found['id']}"
    assert re.search(r"待补正.*KP2023-\d+ 无变化", told_after(client, f"{page}/again", {}, page))
    assert noted(office)[-1] == ("read_again", COORDINATOR)
    assert office.view("SELECT * FROM v_submissions ORDER BY ref, version") == versions
    assert len(office.sent) == before and not office.view("SELECT 1 FROM v_outbox WHERE status = 'queued'")


def test_who_only_looks_does_nothing(served: Served) -> None:
    reader = served.client(READER)
    for path, data in (
        ("/units/nil", {"unit": NOWHERE}),
        ("/units/remind", {"unit": NOWHERE}),
        ("/outbox/1/again", {}),
        ("/outbox/1/stop", {}),
        ("/mails/1/again", {}),
    ):
        assert reader.post(path, dict(data)).status_code == 403, path
    for path in ("/units", "/outbox/1", "/mails/1", "/activities"):
        assert "零报告</button>" not in reader.get(path).text and "/again" not in reader.get(path).text
