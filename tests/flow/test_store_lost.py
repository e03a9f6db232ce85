"""A data directory that is gone, or another one than before, is no first start: nobody is answered a second time because of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

from tests.flow.office import Office
from tests.flow.test_daemon import daemon, until
from tests.flow.test_rebuilding import form

OLD = 4
LATER = "2023-08-25T13:00+08:00"


def answered(office: Office) -> Office:
    """*office* after it has answered some mails."""
    office.deliver(*(form(number) for number in range(OLD)))
    office.once()
    assert len(office.answers()) == OLD
    return office


def log(office: Office) -> str:
    return (office.path / "log").read_text(encoding="utf-8")


def refused(office: Office, *words: str) -> str:
    done = office.run(*words, now=LATER)
    assert done.returncode in {1, 2} and "处理办法" in done.stdout + done.stderr, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def test_a_disk_that_is_not_mounted_is_no_first_start(office: Office) -> None:
    data = answered(office).path / "data"
    data.rename(office.path / "unmounted")
    for words in ("once", "run", "status", "check", "rebuild", "purge --unit x", "backup --out x"):
        told = refused(office, *words.split())
        assert "挂载" in told and "restore" in told and "--new-store" in told, words
        assert not data.exists(), f"{words} made a data directory below the mount point"
    data.mkdir()
    refused(office, "once")
    data.rmdir()
    (office.path / "unmounted").rename(data)
    office.once(now=LATER)
    assert len(office.answers()) == OLD
    shutil.rmtree(data)
    assert office.run("--new-store", "once", now=LATER).returncode == 0
    assert len(office.answers()) == 2 * OLD, "who says so begins anew"
    office.once(now=LATER)


def test_taken_away_under_the_running_bot(office: Office) -> None:
    """Nothing is read or answered until the same store is there again; then what came meanwhile is answered once."""
    data, away = answered(office).path / "data", office.path / "away"
    with daemon(office) as process:
        office.deliver(form(9))
        assert until(lambda: len(office.answers()) == OLD + 1)
        (data / "intake.db").rename(data / "renamed.db")
        assert until(lambda: "数据目录不见了" in log(office))
        (data / "renamed.db").rename(data / "intake.db")
        office.deliver(form(10))
        assert until(lambda: len(office.answers()) == OLD + 2)
        lost = log(office).count("数据目录不见了")
        data.rename(away)
        assert until(lambda: log(office).count("数据目录不见了") > lost)
        office.deliver(form(11))
        refused(office, "status")
        data.mkdir()
        assert until(lambda: log(office).count("数据目录不见了") > lost + 1), "that there is none is told as well"
        assert process.poll() is None and len(office.answers()) == OLD + 2
        assert not list(data.glob("*.db")), "a new store was begun"
        shutil.rmtree(data)
        away.rename(data)
        assert until(lambda: len(office.answers()) == OLD + 3)
    assert process.returncode == 0
    office.once(now=LATER)
    assert len(office.answers()) == OLD + 3


def test_an_older_copy_is_put_under_the_running_bot(office: Office) -> None:
    """It answers nothing by the copy, and goes on when that was restored as it should be."""
    done = answered(office).run("backup", "--out", str(office.path / "copies"))
    (copy,) = (office.path / "copies").iterdir()
    assert done.returncode == 0
    database = office.path / "data" / "intake.db"
    with daemon(office) as process:
        office.deliver(form(10))
        assert until(lambda: len(office.answers()) == OLD + 1)
        shutil.copy(copy / "intake.db", office.path / "new.db")
        for rest in ("-wal", "-shm"):
            Path(f"{database}{rest}").unlink(missing_ok=True)
        (office.path / "new.db").replace(database)
        assert until(lambda: log(office).count("数据目录不见了") > 1)
        office.deliver(form(11))
        refused(office, "once")
        assert process.poll() is None and len(office.answers()) == OLD + 1
        done = office.run("restore", str(copy), "--force", now="2023-08-25T12:00:01+08:00")
        assert done.returncode == 0, done.stderr
        office.deliver(form(12), when="2023-08-25T12:40+08:00")
        assert until(lambda: any("第12项活动" in str(one) for one in office.view("SELECT title FROM v_submissions")))
    office.once(now=LATER)
    told = [str(one["To"]) for one in office.answers()]
    assert len(told) == len(set(told)) == OLD + 2, "what came before the restore may have been answered"


def test_the_store_of_another_mailbox(office: Office) -> None:
    answered(office)
    config = office.path / "config.toml"
    own = config.read_text(encoding="utf-8")
    config.write_text(own.replace('address = "kepu@example.com"', 'address = "KEPU@Example.com"'), encoding="utf-8")
    office.once(now=LATER)
    elsewhere = office.path / "elsewhere"
    elsewhere.mkdir()
    other = Office(elsewhere, office.dovecot, office.user, office.smtp)
    (elsewhere / "config.toml").write_text(
        own.replace('address = "kepu@example.com"', 'address = "other@example.com"').replace(
            'path = "data"', f'path = "{office.path / "data"}"'
        ),
        encoding="utf-8",
    )
    for _ in range(2):
        told = refused(other, "once")
        assert "kepu@example.com" in told.lower() and "other@example.com" in told
        # An older store does not tell its mailbox by itself.
        connection = sqlite3.connect(office.path / "data" / "intake.db")
        connection.execute("DELETE FROM state WHERE key LIKE 'store_%'")
        connection.commit()
        connection.close()
    copy = office.path / "data"
    copy.rename(office.path / "copy")
    assert "kepu@example.com" in other.run("restore", str(office.path / "copy")).stderr.lower()
    assert not copy.exists() or not list(copy.glob("intake*"))


def test_an_installation_without_marker_gets_one(office: Office) -> None:
    marker = office.path / "config.toml.store"
    answered(office)
    marker.unlink()
    connection = sqlite3.connect(office.path / "data" / "intake.db")
    connection.execute("DELETE FROM state WHERE key IN ('store_id', 'store_mailbox', 'generation')")
    connection.commit()
    connection.close()
    office.once(now=LATER)
    assert json.loads(marker.read_bytes())["mailbox"] == "kepu@example.com" and len(office.answers()) == OLD
    (office.path / "data").rename(office.path / "away")
    refused(office, "once")
    marker.write_bytes(b"spoilt")
    refused(office, "once")
    (office.path / "away").rename(office.path / "data")
    office.once(now=LATER)
    assert json.loads(marker.read_bytes())["mailbox"] == "kepu@example.com"


def test_where_no_marker_can_be_written_check_says_so(office: Office) -> None:
    config = office.path / "config.toml"
    text = config.read_text(encoding="utf-8")
    assert "标记" not in office.run("check").stdout
    (office.path / "file").touch()
    config.write_text(text.replace('path = "data"', 'path = "data"\nmarker = "file/marker"'), encoding="utf-8")
    done = office.run("check")
    assert done.returncode == 0 and "标记" in done.stdout and "[store] marker" in done.stdout, done.stdout
    answered(office)
    with daemon(office):
        office.deliver(form(10))
        assert until(lambda: len(office.answers()) == OLD + 1)
        (office.path / "data").rename(office.path / "away")
        assert until(lambda: "数据目录不见了" in log(office))
        (office.path / "data").mkdir()
        assert until(lambda: log(office).count("数据目录不见了") > 1), "the process itself remembers"
    assert len(office.answers()) == OLD + 1
