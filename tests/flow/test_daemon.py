"""``run``: answers as mail comes in (IDLE), keeps on through a server that goes away, leaves cleanly."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.flow import samples
from tests.flow.office import Office
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
            assert until(lambda: b"mailbox cannot be used" in (office.path / "log").read_bytes())
            office.deliver(
                samples.mail(
                    sender="b@example.com", subject="二", files={"申报表.docx": samples.registration(name="又一项")}
                )
            )
            with FaultProxy(office.dovecot.port, port=port):
                assert until(lambda: len(office.sent) == 2)
