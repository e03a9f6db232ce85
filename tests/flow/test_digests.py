"""Clocks through both deadlines with restarts in between: each slot once, whatever happened meanwhile."""

from __future__ import annotations

from tests.flow import samples
from tests.flow.office import Office, text_of


def digests(office: Office) -> list[str]:
    return [str(mail["Subject"]) for mail in office.sent if mail["Auto-Submitted"] == "auto-generated"]


def test_each_slot_once(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}), when="2023-08-22T10:00+08:00")
    moments = [f"2023-08-{day:02d}T{hour}+08:00" for day in range(22, 32) for hour in ("08:59", "09:00")]
    for moment in moments:
        office.once(now=moment)
    times = [
        row["created_at"][:16]
        for row in office.view("SELECT created_at FROM v_outbox WHERE kind = 'digest' ORDER BY id")
    ]
    assert times == [f"2023-08-{day}T09:00" for day in (23, 27, 29, 30, 31)]
    assert "最终" in digests(office)[-1]
    mail = next(mail for mail in office.sent if mail["Auto-Submitted"] == "auto-generated")
    names = [part.get_filename() for part in mail.iter_attachments() if part.get_filename()]
    assert mail["To"] == "boss@example.gov.cn" and any(str(name).endswith(".xlsx") for name in names)
    assert {part.get_content_type() for part in mail.walk()} >= {"text/plain", "text/html", "image/png"}


def test_missed_slots_give_one_digest_with_a_note(office: Office) -> None:
    office.once(now="2023-08-22T10:00+08:00")
    office.once(now="2023-08-29T15:00+08:00")
    office.once(now="2023-08-29T15:05+08:00")
    (mail,) = [mail for mail in office.sent if mail["Auto-Submitted"] == "auto-generated"]
    assert "29日09:00" in text_of(mail).replace(" ", "") or "补发" in text_of(mail)


def test_the_digest_as_files(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    done = office.run("digest", "--out", str(office.path / "digest"))
    assert done.returncode == 0
    names = {path.name for path in (office.path / "digest").iterdir()}
    assert {"digest.eml", "digest.html"} <= names and any(name.endswith(".xlsx") for name in names)
    assert "cid:" not in (office.path / "digest" / "digest.html").read_text(encoding="utf-8")
    assert digests(office) == []
    assert office.run("digest", "--out", str(office.path / "digest"), "--send").returncode == 0
    assert len(digests(office)) == 1


def test_the_export(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    done = office.run("export", "--out", str(office.path / "out"), "--zip")
    assert done.returncode == 0
    names = [str(path.relative_to(office.path / "out")) for path in (office.path / "out").rglob("*")]
    assert any(name.endswith("申报表.docx") and "晋江市科学技术协会" in name for name in names)
    assert any(name.endswith(".zip") for name in names) and sum("汇总表" in name for name in names) >= 2


def test_reminders_only_to_units_that_have_not_written(office: Office) -> None:
    office.configure(
        more='[[unit]]\nname = "晋江市科学技术协会"\nemails = ["unit@jinjiang.example.com"]\n'
        '[[unit]]\nname = "石狮市科学技术协会"\nemails = ["unit@shishi.example.com"]\n'
    )
    path = office.path / "config.toml"
    text = path.read_text(encoding="utf-8")
    due = "due = 2023-08-30T23:59:59"
    path.write_text(text.replace(due, f"{due}\nremind_days_before = [2]"), encoding="utf-8")
    office.once(now="2023-08-22T10:00+08:00")
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    for now in ("2023-08-28T09:01+08:00", "2023-08-28T12:00+08:00", "2023-08-29T08:00+08:00"):
        office.once(now=now)
    reminders = [mail for mail in office.sent if "unit@shishi.example.com" in str(mail["To"])]
    assert len(reminders) == 1 and "石狮市科学技术协会" in text_of(reminders[0])
    assert any(str(part.get_filename()).endswith(".docx") for part in reminders[0].iter_attachments())
    assert [str(mail["To"]) for mail in office.sent if "jinjiang" in str(mail["To"])] == ["unit@jinjiang.example.com"]
    assert office.view("SELECT kind, count(*) AS n FROM v_outbox WHERE kind = 'reminder' GROUP BY 1") == [
        {"kind": "reminder", "n": 1}
    ]
