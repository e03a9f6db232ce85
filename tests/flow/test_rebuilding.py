"""A database built anew is the same again, takes the old one's place only when it is whole, and never makes an answer go out twice."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from bot.operation.upkeep.rebuild import UNFINISHED
from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_keeping import views

NOW = "2023-08-29T12:00+08:00"


def form(number: int, **changes: str) -> bytes:
    values = {"name": f"第{number}项活动", "unit": f"第{number}中学"} | changes
    return samples.mail(
        sender=f"u{number}@example.com", subject=f"报送{number}", files={"表.docx": samples.registration(**values)}
    )


def raw_files(office: Office) -> dict[str, Path]:
    """Sender -> file of the mail."""
    rows = office.view("SELECT from_addr, sha256 FROM mail")
    return {row["from_addr"]: office.path / "data/raw" / row["sha256"][:2] / f"{row['sha256']}.eml.gz" for row in rows}


def killed_at(office: Office, point: str, *words: str) -> None:
    done = office.run(*words, now=NOW, killed_at=point)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def test_an_interrupted_rebuild_changes_nothing(office: Office) -> None:
    office.deliver(*(form(number) for number in range(5)))
    office.once()
    before = views(office)
    process = subprocess.Popen(
        office.command("rebuild", now=NOW), env=office.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, told = process.communicate(timeout=60)
    assert process.returncode == 3 and "未完成" in told.decode() and "重建完成" not in out.decode(), told.decode()
    assert views(office) == before
    killed_at(office, "rebuilt_one", "rebuild")
    assert views(office) == before
    office.once(now=NOW)
    assert len(office.answers()) == 5
    sent = len(office.sent)
    assert sent > 5, "no digest was due"
    assert office.run("rebuild", now=NOW).returncode == 0
    assert not list((office.path / "data").glob(f"{UNFINISHED}*"))
    office.once(now="2023-08-29T13:00+08:00")
    assert views(office) == before and len(office.sent) == sent, "the digest of this day has gone out"


@pytest.mark.parametrize("finish", ["rebuild", "restore"])
def test_without_its_database_a_store_is_not_taken_for_a_new_one(office: Office, finish: str) -> None:
    office.deliver(form(1), form(2))
    office.once()
    before = views(office)
    assert office.run("backup", "--out", str(office.path / "copies")).returncode == 0
    killed_at(office, "old_database_aside", "rebuild")
    for words in (("once",), ("check",), ("status",)):
        done = office.run(*words, now=NOW)
        assert done.returncode in {1, 2} and "rebuild" in done.stdout + done.stderr, done.stdout + done.stderr
    (office.path / "data" / "intake.db").touch()
    assert office.run("once", now=NOW).returncode == 1, "an empty file is no database"
    (copy,) = (office.path / "copies").iterdir()
    words = ("rebuild",) if finish == "rebuild" else ("restore", str(copy), "--force")
    done = office.run(*words, now=NOW)
    assert done.returncode == 0, done.stderr
    office.once(now=NOW)
    assert views(office) == before and len(office.answers()) == 2


def test_a_lost_mail_costs_only_itself(office: Office) -> None:
    """Cut off, emptied, gone: each is left to a person, comes back from the mailbox where it can, and is not answered again."""
    office.deliver(*(form(number) for number in range(5)))
    office.once()
    before, files = views(office), raw_files(office)
    files["u1@example.com"].write_bytes(files["u1@example.com"].read_bytes()[:40])
    files["u2@example.com"].write_bytes(b"")
    files["u3@example.com"].unlink()
    done = office.run("rebuild", now=NOW)
    assert done.returncode == 0, done.stderr
    assert [row["title"] for row in office.view("SELECT title FROM v_submissions ORDER BY ref")] == [
        "第0项活动",
        "第4项活动",
    ]
    assert len(office.view("SELECT * FROM review WHERE reason = 'failed'")) == 3
    office.once(now=NOW)
    assert len(office.answers()) == 5
    assert office.run("reprocess", "--all", now=NOW).returncode == 0
    assert len(office.answers()) == 5
    titles = {row["ref"]: row["title"] for row in office.view("SELECT ref, title FROM v_submissions")}
    told = {row[0]: row[3] for row in before["v_submissions"]}
    assert {ref: told[ref] for ref in titles} == titles, "a reference names another form now"
    assert len(titles) >= 4, "what was still in the mailbox did not come back"


def test_references_and_decisions_stay(office: Office) -> None:
    """Mails purged since, a backlog of days worked off at once, a mail that came later than others of its day, a held version that a
    person accepted before the next one came: each unit keeps its reference, the newest version stands."""
    office.deliver(form(1), when="2023-08-19T10:00+08:00")
    office.deliver(*(samples.mail(sender="asks@example.com", subject=f"问{n}", text=f"请问第{n}个活动怎么填？") for n in range(2)), when="2023-08-20T10:00+08:00")  # fmt: skip
    office.deliver(samples.mail(sender="asks@example.com", text="请问还要填什么表？"), when="2023-08-22T10:00+08:00")
    office.deliver(form(2), when="2023-08-23T10:00+08:00")
    office.once(now="2023-08-25T12:00+08:00")
    office.deliver(form(3), when="2023-08-22T11:00+08:00")
    other = samples.mail(sender="new@example.com", files={"表.docx": samples.registration(name="第2项活动", unit="第2中学", venue="新的地点一号厅")})  # fmt: skip
    office.deliver(other, when="2023-08-25T13:00+08:00")
    office.once(now="2023-08-25T14:00+08:00")
    (held,) = office.view("SELECT id FROM review WHERE reason = 'held'")
    assert office.run("review", str(held["id"]), "accept", now="2023-08-25T15:00+08:00").returncode == 0
    newest = samples.mail(sender="new@example.com", files={"表.docx": samples.registration(name="第2项活动", unit="第2中学", venue="新的地点二号厅")})  # fmt: skip
    office.deliver(newest, when="2023-08-26T10:00+08:00")
    office.once(now="2023-08-26T12:00+08:00")
    assert office.run("purge", "--unit", "第1中学", "--yes", now=NOW).returncode == 0
    before, sent = views(office), len(office.answers())
    assert [row["venue"] for row in office.view("SELECT venue FROM v_activities WHERE unit = '第2中学'")] == [
        "新的地点二号厅"
    ]
    for _ in range(2):
        assert office.run("rebuild", now=NOW).returncode == 0
        assert views(office) == before
    office.deliver(form(4), when="2023-08-28T10:00+08:00")
    office.once(now=NOW)
    assert len(office.answers()) == sent + 1
    refs = [row["ref"] for row in office.view("SELECT ref FROM mail WHERE ref != '' AND folder != '(desk)'")]
    assert len(refs) == len(set(refs)) + 2, refs  # the versions of one form share theirs
