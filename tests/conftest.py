"""Fixtures that several rooms use."""

import logging

import pytest

from tests.servers.fixtures import (  # noqa: F401
    dovecot,
    dovecot_user,
    netease_dovecot,
    netease_user,
    smtp_server,
)


@pytest.fixture(autouse=True)
def own_logging() -> None:
    """What another test's run of the program set its loggers to is not this test's."""
    logging.getLogger("bot").setLevel(logging.NOTSET)
