"""Fixtures that several rooms use."""

from tests.servers.fixtures import (  # noqa: F401
    dovecot,
    dovecot_user,
    netease_dovecot,
    netease_user,
    smtp_server,
)
