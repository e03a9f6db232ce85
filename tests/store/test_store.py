"""The first schema answers the views; raw mails survive a round trip with owner-only rights."""

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.errors import ConfigError
from bot.base.settings import load_settings
from bot.store import migrate as migrate_module
from bot.store.files.raw import RawStore, safe_name
from bot.store.migrate import NewerDatabase, migrate


def test_each_migration_has_a_number_of_its_own() -> None:
    """Two of one number would be applied in the order of their names, and to another database under another number."""
    names = sorted(path.name for path in (Path(migrate_module.__file__).parent / "migrations").glob("*.sql"))
    assert [int(name[:4]) for name in names] == [*range(1, len(names) + 1)]


def test_schema_is_made_once_and_views_answer(tmp_path: Path) -> None:
    path = tmp_path / "intake.db"
    connection = sqlite3.connect(path)
    newest = len(list((Path(migrate_module.__file__).parent / "migrations").glob("*.sql")))
    assert migrate(connection, path) == migrate(connection, path) == newest
    for view in ("v_messages", "v_submissions", "v_activities", "v_units", "v_outbox"):
        assert connection.execute(f"SELECT * FROM {view}").fetchall() == []


def test_newer_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "intake.db")
    connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerDatabase):
        migrate(connection, tmp_path / "intake.db")


def test_raw_mail_round_trip(tmp_path: Path) -> None:
    store = RawStore(tmp_path / "raw")
    received = datetime(2023, 8, 25, 10, 0, tzinfo=UTC)
    sha256 = store.put(b"Subject: x\r\n\r\ny", received)
    assert store.get(sha256) == b"Subject: x\r\n\r\ny"
    assert store.received(sha256) == received and not store.is_partial(sha256)
    assert store.is_partial(store.put(b"Subject: x\r\n\r\n", received, is_partial=True))
    assert stat.S_IMODE(store.path(sha256).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "written", ["../../etc/passwd", "a\x00b\n.docx", "申报表\u202excod.exe", "", "长" * 200 + ".docx"]
)
def test_safe_names(written: str) -> None:
    name = safe_name(written)
    assert name and "/" not in name and name.isprintable() and len(name.encode()) <= 150


def test_all_config_findings_at_once(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[mailbox]\naddress = "a b"\nprot = 1\nhost = "h"\npassword_env = "X"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    text = str(caught.value)
    assert "[mailbox] prot" in text and "port" in text and "[mailbox] address" in text and "[campaign]" in text
