"""Fixtures that several rooms use."""

import logging
from collections.abc import Iterator

import pytest

from tests.servers.fixtures import (  # noqa: F401
    dovecot,
    dovecot_user,
    netease_dovecot,
    netease_user,
    smtp_server,
)


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A test that sets the program's logging up leaves it as it was for the next one."""
    root, bot = logging.getLogger(), logging.getLogger("bot")
    handlers, levels = list(root.handlers), (root.level, bot.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    bot.setLevel(levels[1])
