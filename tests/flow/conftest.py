from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import ScriptedSmtp


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot, dovecot_user: str, smtp_server: ScriptedSmtp) -> Office:
    """The bot on a real Dovecot and a real SMTP server, not started."""
    office = Office(tmp_path, dovecot, dovecot_user, smtp_server)
    office.configure()
    return office
