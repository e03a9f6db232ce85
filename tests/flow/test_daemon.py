"""``run``: answers as mail comes in (IDLE), keeps on through a server that goes away, leaves cleanly."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.operation.app import running
from bot.operation.daemon import Daemon
from bot.operation.outgoing.sending import Flushed
from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import PASSWORD
from tests.servers.proxy import FaultProxy

PATIENCE = 40.0


def until(what: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.1)
    return False


@contextmanager
def daemon(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        office.command("run"),
        env=office.environment,
        stdout=subprocess.DEVNULL,
        stderr=(office.path / "log").open("wb"),
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


@contextmanager
def daemon_within(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Daemon, threading.Thread]]:
    """The same in a thread of the test, which can then reach into it."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    settings, stop = load_settings(office.path / "config.toml"), threading.Event()
    with running(settings, make_clock(settings.schedule.zone)) as app:
        found = Daemon(app, stop)
        thread = threading.Thread(target=found.run)
        thread.start()
        try:
            yield found, thread
        finally:
            stop.set()
            thread.join(PATIENCE)


def test_mail_is_answered_while_idle(office: Office) -> None:
    """The poll is an hour away: only IDLE can tell of the second mail."""
    text = (office.path / "config.toml").read_text(encoding="utf-8").replace('poll_every = "2s"', 'poll_every = "1h"')
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.deliver(samples.mail(sender="a@example.com", files={"申报表.docx": samples.registration()}))
    with daemon(office) as process:
        assert until(lambda: len(office.sent) == 1)
        time.sleep(1)
        office.deliver(
            samples.mail(
                sender="b@example.com", subject="二", files={"申报表.docx": samples.registration(name="又一项")}
            )
        )
        assert until(lambda: len(office.sent) == 2)
    assert process.returncode == 0


def test_the_server_goes_away_and_comes_back(office: Office) -> None:
    with FaultProxy(office.dovecot.port) as proxy:
        office.imap_port = proxy.port
        office.configure()
        with daemon(office):
            office.deliver(samples.mail(sender="a@example.com", files={"申报表.docx": samples.registration()}))
            assert until(lambda: len(office.sent) == 1)
            proxy.stop()
            port = proxy.port
            assert until(lambda: "邮箱连不上" in (office.path / "log").read_text(encoding="utf-8"))
            office.deliver(
                samples.mail(
                    sender="b@example.com", subject="二", files={"申报表.docx": samples.registration(name="又一项")}
                )
            )
            with FaultProxy(office.dovecot.port, port=port):
                assert until(lambda: len(office.sent) == 2)


def test_the_clock_is_set_back_while_the_server_is_away(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the scheduler planned by the wrong clock then lies hours ahead, as it does here."""
    proxy = FaultProxy(office.dovecot.port)
    proxy.stop()
    office.imap_port = proxy.port
    office.configure()
    office.deliver(samples.mail(sender="a@example.com", files={"申报表.docx": samples.registration()}))
    with daemon_within(office, monkeypatch) as (found, _):
        assert until(lambda: found.failures > 0)
        for job in found.scheduler.get_jobs():
            job.modify(next_run_time=job.next_run_time + timedelta(hours=8))
        found.wall += 8 * 3600
        with FaultProxy(office.dovecot.port, port=proxy.port):
            assert until(lambda: len(office.sent) == 1)
            assert until(
                lambda: min(job.next_run_time for job in found.scheduler.get_jobs()).timestamp() < time.time() + 10
            )


def test_the_database_is_locked_while_the_queue_is_worked_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody leaves a write transaction open: the daemon stays, says what to close, and goes on afterwards."""
    text = (office.path / "config.toml").read_text(encoding="utf-8").replace('poll_every = "2s"', 'poll_every = "1h"')
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    office.deliver(samples.mail(sender="a@example.com", files={"申报表.docx": samples.registration()}))
    office.smtp.script["MAIL"] = ["451 later"]
    monkeypatch.setattr("bot.operation.daemon.FLUSH_AFTER", 0.5)
    monkeypatch.setattr("bot.operation.daemon.FLUSH_AFTER_FAULT", 0.5)
    with daemon_within(office, monkeypatch) as (found, thread):
        found.app.store.db.execute("PRAGMA busy_timeout = 100")
        faults: list[str] = []
        flush = found.app.flush
        monkeypatch.setattr(found.app, "flush", lambda stop: noted(flush(stop), faults))
        other = sqlite3.connect(office.path / "data" / "intake.db", isolation_level=None, timeout=PATIENCE)
        assert until(lambda: bool(office.view("SELECT * FROM v_outbox WHERE status = 'queued' AND attempts > 0")))
        other.execute("BEGIN IMMEDIATE")
        assert until(lambda: any("DB Browser" in fault for fault in faults))
        assert thread.is_alive()
        other.execute("COMMIT")
        other.close()
        assert until(lambda: len(office.sent) == 1)


def noted(flushed: Flushed, faults: list[str]) -> Flushed:
    faults.append(flushed.fault)
    return flushed
