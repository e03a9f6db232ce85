"""Servers for everybody's tests. One Dovecot for the whole session: take a user of your own from ``dovecot_user``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.servers.dovecot import NETEASE_CAPABILITY, Dovecot
from tests.servers.smtp import ScriptedSmtp

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Everything a modern server has; 已发送 and 垃圾邮件 carry their flags once they are made."""
    server = Dovecot(special_use={"已发送": "\\Sent", "垃圾邮件": "\\Junk"})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def netease_dovecot() -> Iterator[Dovecot]:
    """Advertises what 126.com does. Put ``proxy.NetEase`` in front where it shall also behave so."""
    server = Dovecot(capability=NETEASE_CAPABILITY, special_use={"已发送": "\\Sent", "垃圾邮件": "\\Junk"})
    server.start()
    yield server
    server.stop()


@pytest.fixture
def dovecot_user(dovecot: Dovecot) -> str:
    """A new user of ``dovecot`` with an empty mailbox."""
    return dovecot.add_user(f"user{next(NUMBERS)}@example.com")


@pytest.fixture
def netease_user(netease_dovecot: Dovecot) -> str:
    """A new user of ``netease_dovecot`` with an empty mailbox."""
    return netease_dovecot.add_user(f"user{next(NUMBERS)}@example.com")


@pytest.fixture
def smtp_server() -> Iterator[ScriptedSmtp]:
    """Without TLS, password as in ``tests.servers.dovecot.PASSWORD``."""
    server = ScriptedSmtp()
    server.start()
    yield server
    server.stop()
