"""IDLE wakes, sleep ends, and neither runs hot."""

import threading
import time
from collections.abc import Callable

import pytest

from bot.mailbox.imap.mailbox import ImapMailbox
from tests.mailbox.helpers import Taker, mail, mailbox
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Behaviour, FaultProxy, Link, NetEase, On, command_of, refuse, say_bye

# A wait that nothing ends fails by itself: no test goes on for so long. How soon it ends depends on the machine.
ENDLESS = 3600.0


def waited(box: ImapMailbox, seconds: float, stop: threading.Event | None = None) -> float:
    started = time.monotonic()
    box.wait(seconds, stop or threading.Event())
    return time.monotonic() - started


def after(seconds: float, act: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


@pytest.mark.parametrize("security", ["none", "tls"])
def test_new_mail_ends_the_wait(dovecot: Dovecot, dovecot_user: str, security: str) -> None:
    port = dovecot.tls_port if security == "tls" else dovecot.port
    taker = Taker(mailbox(port, dovecot_user, security=security, ca_file=dovecot.certificate.cert))
    taker.poll()
    after(0.3, lambda: dovecot.deliver(dovecot_user, mail(1)))
    assert waited(taker.box, ENDLESS) > 0.2
    assert [found.raw for found in taker.poll()] == [mail(1)]


def test_mail_between_the_poll_and_the_wait_is_not_overlooked(dovecot: Dovecot, dovecot_user: str) -> None:
    dovecot.deliver(dovecot_user, mail(0))
    taker = Taker(mailbox(dovecot.port, dovecot_user))
    taker.poll()
    dovecot.deliver(dovecot_user, mail(1))
    waited(taker.box, ENDLESS)
    assert len(taker.poll()) == 1
    assert waited(taker.box, 0.6) >= 0.5


def test_a_mail_that_stays_new_does_not_make_it_run_hot(dovecot: Dovecot, dovecot_user: str) -> None:
    """Woken once for each mail, even if nobody reads it (or the listing does not show it)."""
    dovecot.deliver(dovecot_user, mail(0))
    box = mailbox(dovecot.port, dovecot_user)
    box.connect()
    assert waited(box, ENDLESS) > 0.9
    assert waited(box, 0.7) >= 0.6


@pytest.mark.parametrize("idle", [True, False])
def test_stop_ends_the_wait_at_once(dovecot: Dovecot, dovecot_user: str, idle: bool) -> None:
    box = mailbox(dovecot.port, dovecot_user, idle=idle)
    Taker(box).poll()
    stop = threading.Event()
    after(0.3, stop.set)
    waited(box, ENDLESS, stop)
    assert Taker(box).poll() == []


def test_the_time_ends_the_wait(dovecot: Dovecot, dovecot_user: str) -> None:
    box = mailbox(dovecot.port, dovecot_user)
    Taker(box).poll()
    assert waited(box, 0.5) >= 0.5


def test_idle_is_renewed(dovecot: Dovecot, dovecot_user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.mailbox.imap.waiting.RENEW_AFTER", 0.3)
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        after(1.0, lambda: dovecot.deliver(dovecot_user, mail(1)))
        waited(taker.box, ENDLESS)
        assert [command_of(line) for line in proxy.links[0].lines].count("IDLE") >= 3
        assert len(taker.poll()) == 1


def test_without_idle_it_sleeps(netease_dovecot: Dovecot, netease_user: str) -> None:
    with FaultProxy(netease_dovecot.port, NetEase()) as proxy:
        taker = Taker(mailbox(proxy.port, netease_user))
        taker.poll()
        before = len(proxy.links[0].lines)
        assert waited(taker.box, 0.5) >= 0.5
        assert len(proxy.links[0].lines) == before


def test_idle_that_is_refused_falls_back_to_sleep(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, On("IDLE", refuse(b"BAD Parse command error"))) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        assert waited(taker.box, 0.5) >= 0.4
        assert waited(taker.box, 0.5) >= 0.4
        assert [command_of(line) for line in proxy.links[0].lines].count("IDLE") == 1
        assert taker.poll() == []


def test_a_lost_connection_while_waiting_is_no_error(
    dovecot: Dovecot, dovecot_user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mailbox.imap.waiting.PAUSE_AFTER_LOSS", 0.3)
    with FaultProxy(dovecot.port) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        after(0.3, lambda: proxy.links[0].close())
        waited(taker.box, ENDLESS)
        dovecot.deliver(dovecot_user, mail(1))
        assert len(taker.poll()) == 1


def test_a_server_that_ends_each_idle_is_not_asked_for_ever(
    dovecot: Dovecot, dovecot_user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.mailbox.imap.waiting.PAUSE_AFTER_LOSS", 0.05)
    with FaultProxy(dovecot.port, On("IDLE", say_bye)) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        for _ in range(5):
            taker.poll()
            waited(taker.box, 0.2)
        assert sum(command_of(line) == "IDLE" for link in proxy.links for line in link.lines) <= 3
        assert len(proxy.links) <= 4


class StillHere(Behaviour):
    """Chatters while idling, and announces mail in front of its «+ idling»."""

    def from_server(self, link: Link, line: bytes) -> bytes:
        if line.startswith(b"+ idling"):
            return b"* OK Still here\r\n* 3 FETCH (FLAGS (\\Seen))\r\n" + line + b"* OK Still here\r\n* 1 EXPUNGE\r\n"
        return line


def test_chatter_does_not_end_the_wait(dovecot: Dovecot, dovecot_user: str) -> None:
    with FaultProxy(dovecot.port, StillHere()) as proxy:
        taker = Taker(mailbox(proxy.port, dovecot_user))
        taker.poll()
        assert waited(taker.box, 0.5) >= 0.4
        assert taker.poll() == []


def test_waiting_without_a_connection_only_sleeps(dovecot_user: str) -> None:
    assert waited(mailbox(1, dovecot_user), 0.3) >= 0.3
