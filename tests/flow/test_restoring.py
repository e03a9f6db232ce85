"""Only a whole backup is put back, in one piece whenever the process is killed, and nobody is answered again because of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bot.base.settings import load_settings
from bot.operation.app import running
from bot.operation.upkeep.housekeeping import keep_house
from tests.flow.office import ROOT, Office
from tests.flow.test_keeping import private, views
from tests.flow.test_rebuilding import form, killed_at

NOW = "2023-08-29T12:00+08:00"


def copy_of(office: Office, now: str = NOW) -> Path:
    done = office.run("backup", "--out", str(office.path / "copies"), now=now)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.removeprefix("已备份到 ").strip())


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_no_whole_backup_leaves_the_store_alone(office: Office) -> None:
    office.deliver(form(1), form(2))
    office.once()
    killed_at(office, "backup_database_copied", "backup", "--out", str(office.path / "copies"))
    (part,) = (office.path / "copies").iterdir()
    copy = copy_of(office, now="2023-08-29T13:00+08:00")
    made = {name: office.path / name for name in ("foreign", "empty", "newer", "no-raw", "cut")}
    for name in ("newer", "no-raw", "cut"):
        shutil.copytree(copy, made[name])
    for name in ("foreign", "empty"):
        made[name].mkdir()
    (made["empty"] / "intake.db").touch()
    for folder, sql in (("foreign", "CREATE TABLE mail (a)"), ("newer", "PRAGMA user_version = 99")):
        connection = sqlite3.connect(made[folder] / "intake.db")
        connection.execute(sql)
        connection.close()
    shutil.rmtree(made["no-raw"] / "raw")
    raw = next((made["cut"] / "raw").rglob("*.gz"))
    raw.write_bytes(raw.read_bytes()[:40])
    before = everything(office.path / "data")
    for source in (part, *made.values(), office.path / "data", office.path / "data" / "intake.db"):
        done = office.run("restore", str(source), "--force", now=NOW)
        assert done.returncode == 1 and "处理办法" in done.stderr, f"{source}: {done.stdout} {done.stderr}"
        assert everything(office.path / "data") == before, source
    done = office.run("restore", str(made["cut"]), "--force", "--incomplete", now=NOW)
    assert done.returncode == 0 and "1 封邮件没有原始文件" in done.stdout, done.stderr
    assert len(office.view("SELECT * FROM v_submissions")) == 2


@pytest.mark.parametrize("point", ["restore_ready", "old_piece_aside", "new_piece_placed"])
def test_a_restore_that_was_killed_is_finished(office: Office, point: str) -> None:
    """From a copy that lies below the store and that others could read."""
    office.deliver(form(1), form(2))
    office.once()
    done = office.run("backup", "--out", str(office.path / "data" / "backups"))
    copy = Path(done.stdout.removeprefix("已备份到 ").strip())
    subprocess.run(["chmod", "-R", "go+rX", copy], check=True)
    before = views(office)
    killed_at(office, point, "restore", str(copy), "--force")
    done = office.run("once", now=NOW)
    assert done.returncode == 1 and "restore" in done.stderr, done.stdout + done.stderr
    mask = os.umask(0)
    try:
        done = office.run("restore", str(copy), "--force", now=NOW)
        assert done.returncode == 0 and "before-restore-1" in done.stdout, done.stderr
    finally:
        os.umask(mask)
    assert views(office) == before
    office.once(now=NOW)
    assert views(office) == before and len(office.answers()) == 2
    data = office.path / "data"
    assert [path for path in private(data) if str(copy) not in path] == []
    assert (data / "before-restore-1" / "intake.db").exists() and not list(data.glob("restore.*"))


def test_an_older_backup_answers_nobody_again(office: Office) -> None:
    """Sent since the backup: what was queued in it, the answers to later mails, a digest. The later mails come in again with their references."""
    office.smtp.script["MAIL"] = ["451 later"] * 2
    office.deliver(form(1), form(2))
    office.once(expect=3)
    copy = copy_of(office)
    office.once(now="2023-08-25T14:00+08:00")
    office.deliver(form(3), when="2023-08-26T10:00+08:00")
    office.once(now="2023-08-26T12:00+08:00")
    office.deliver(form(4), when="2023-08-26T09:00+08:00")
    office.once(now="2023-08-30T12:00+08:00")
    before, sent = views(office), len(office.sent)
    assert sent > 4, "no digest was due"
    done = office.run("restore", str(copy), "--force", now="2023-08-30T12:10+08:00")
    assert done.returncode == 0 and "待发的 2 封" in done.stdout and "--reply" in done.stdout, done.stdout + done.stderr
    assert office.run("rebuild", now="2023-08-30T12:12+08:00").returncode == 0, "not even when nothing came in between"
    office.deliver(form(5), when="2023-08-30T12:15+08:00")
    office.once(now="2023-08-30T12:20+08:00")
    assert len(office.sent) == sent + 1, "only the new mail is answered"
    after = views(office)
    assert [row for row in after["v_submissions"] if "第5项活动" not in row] == before["v_submissions"]


def test_restore_can_answer_what_was_never_answered(office: Office) -> None:
    office.once()
    copy = copy_of(office)
    office.deliver(form(1))
    assert office.run("restore", str(copy), "--force", "--reply", now=NOW).returncode == 0
    office.once(now=NOW)
    assert len(office.answers()) == 1


def test_a_nightly_copy_brings_the_database_back(office: Office) -> None:
    office.deliver(form(1))
    office.once()
    settings = load_settings(office.path / "config.toml")
    with running(settings, lambda: datetime.fromisoformat("2023-08-26T03:00+08:00")) as app:
        keep_house(app)
    before = views(office)
    (office.path / "data" / "intake.db").write_bytes(b"spoilt" * 999)
    (copy,) = (office.path / "data" / "backups").glob("intake-*.db")
    done = office.run("restore", str(copy), "--force", now=NOW)
    assert done.returncode == 0, done.stderr
    office.once(now=NOW)
    assert views(office) == before and len(office.answers()) == 1
    assert office.run("reprocess", "--all").returncode == 0, "the raw mails stayed"


def restored(office: Office, *words: str) -> subprocess.CompletedProcess[str]:
    """As the README writes it: in the folder of the configuration, with the folder that ``backup --out`` was told."""
    return subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), "--now", NOW, "restore", *words],
        cwd=office.path,
        env=office.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_everything_is_lost_but_the_backup(office: Office) -> None:
    """A new machine: no data, no configuration, no roster, no templates. What the backup holds is enough, also after a try that failed."""
    shutil.copy(ROOT / "units.example.xlsx", office.path / "units.xlsx")
    (office.path / "forms").mkdir()
    (office.path / "templates").mkdir()
    (office.path / "templates" / "our.txt").write_text("自己的文字", encoding="utf-8")
    office.configure(more='[roster]\nfile = "units.xlsx"')
    office.deliver(form(1), form(2))
    office.once()
    copy_of(office, now="2023-08-25T12:20+08:00")
    office.deliver(form(3), when="2023-08-25T12:30+08:00")
    office.once(now="2023-08-25T13:00+08:00")
    before, texts = views(office), {name: (office.path / name).read_bytes() for name in ("config.toml", "units.xlsx")}
    copy_of(office, now="2023-08-25T13:10+08:00")
    (office.path / "empty").mkdir()
    for name in ("config.toml", "config.toml.store", "units.xlsx"):
        (office.path / name).unlink()
    shutil.rmtree(office.path / "data")
    shutil.rmtree(office.path / "templates")
    failed = restored(office, "empty")
    assert failed.returncode == 2 and "config.toml" in failed.stdout + failed.stderr
    done = restored(office, "copies")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name: (office.path / name).read_bytes() for name in texts} == texts
    assert (office.path / "templates" / "our.txt").read_text(encoding="utf-8") == "自己的文字"
    assert private(office.path / "data") == [] and views(office) == before
    office.once(now=NOW)
    assert views(office) == before and len(office.answers()) == 3


def test_the_data_are_lost_and_the_configuration_has_changed(office: Office) -> None:
    """Nothing that is there is overwritten unless asked; a try that failed leaves nothing in the way."""
    office.deliver(form(1))
    office.once()
    copy_of(office)
    config = office.path / "config.toml"
    was = config.read_text(encoding="utf-8")
    config.write_text(f"{was}# changed\n", encoding="utf-8")
    shutil.rmtree(office.path / "data")
    (office.path / "empty").mkdir()
    assert restored(office, "empty").returncode == 1
    assert office.run("once", now=NOW).returncode == 1, "still no first start"
    done = restored(office, "copies")
    assert done.returncode == 0 and "--with-config" in done.stdout, done.stdout + done.stderr
    assert config.read_text(encoding="utf-8").endswith("# changed\n")
    office.once(now=NOW)
    assert len(office.answers()) == 1
    assert restored(office, "copies", "--force", "--with-config").returncode == 0
    assert config.read_text(encoding="utf-8") == was
    assert (office.path / "config.toml.before-restore-1").read_text(encoding="utf-8").endswith("# changed\n")
