"""Commands while ``run`` runs: they look beside it, or leave their work to it and show what came of it; without it they work themselves."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.flow.office import Office
from tests.flow.test_daemon import daemon, until
from tests.flow.test_rebuilding import form


def good(office: Office, *words: str) -> str:
    done = office.run(*words)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_every_command_works_while_the_bot_runs(office: Office, tmp_path: Path) -> None:
    office.deliver(form(1), form(2))
    with daemon(office) as process:
        assert until(lambda: len(office.answers()) == 2)
        for words in ("status --json", "review --json", "check", f"export --out {tmp_path / 'e'}"):
            good(office, *words.split())
        good(office, "backup", "--out", str(tmp_path / "b"))
        assert str(tmp_path / "d" / "digest.eml") in good(office, "digest", "--out", str(tmp_path / "d"))
        assert len(office.sent) == 2, "a preview is not sent"
        assert json.loads(good(office, "once", "--json"))["fault"] == ""
        assert "发出" in good(office, "once")
        assert [line[:3] for line in good(office, "reprocess", "--all").splitlines()] == ["[1]", "[2]"]
        assert "将删除" in good(office, "purge", "--unit", "第2中学")
        assert "已删除：邮件 1 封" in good(office, "purge", "--unit", "第2中学", "--yes")
        assert [row["title"] for row in office.view("SELECT title FROM v_submissions")] == ["第1项活动"]
        good(office, "digest", "--out", str(tmp_path / "d"), "--send")
        assert until(lambda: len(office.sent) == 3) and "boss@example.gov.cn" in str(office.sent[-1]["To"])
        assert office.run("reprocess", "--message", "no-such").returncode == 0
        assert process.poll() is None
    assert office.view("SELECT * FROM task") == []


def halted(office: Office, process: subprocess.Popen[bytes]) -> bool:
    """Whether it stands still, and not in the middle of writing."""
    process.send_signal(signal.SIGSTOP)
    connection = sqlite3.connect(office.path / "data" / "intake.db", isolation_level=None, timeout=0.05)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        process.send_signal(signal.SIGCONT)
        return False
    finally:
        connection.close()
    return True


def purging(office: Office) -> subprocess.Popen[str]:
    return subprocess.Popen(
        office.command("purge", "--unit", "第1中学", "--yes"),
        env=office.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGCONT])
def test_whoever_waits_is_not_forgotten(office: Office, ending: signal.Signals) -> None:
    """The running instance hangs while a command waits; then it is killed, or goes on. Either way the work is done, once."""
    office.deliver(form(1))
    with daemon(office) as process:
        assert until(lambda: len(office.answers()) == 1)
        assert until(lambda: halted(office, process))
        waiting = purging(office)
        assert until(lambda: bool(office.view("SELECT * FROM task")))
        process.send_signal(ending)
        out, _ = waiting.communicate(timeout=60)
        process.send_signal(signal.SIGCONT)
    assert waiting.returncode == 0 and "已删除：邮件 1 封" in out
    assert office.view("SELECT * FROM v_submissions") == [] and office.view("SELECT * FROM task") == []


def test_who_gives_up_waiting_takes_the_order_back(office: Office) -> None:
    office.deliver(form(1))
    with daemon(office) as process:
        assert until(lambda: len(office.answers()) == 1)
        assert until(lambda: halted(office, process))
        waiting = purging(office)
        assert until(lambda: bool(office.view("SELECT * FROM task")))
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(60) == 130
        waiting = purging(office)
        assert until(lambda: bool(office.view("SELECT * FROM task")))
        waiting.kill()
        process.kill()
        waiting.wait()
        process.wait()
        office.deliver(form(2))
        office.once()
    assert len(office.view("SELECT * FROM v_submissions")) == 2, "done long after nobody waited for it any more"
