"""The first schema answers the views; raw mails survive a round trip with owner-only rights."""

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.errors import ConfigError
from bot.base.settings import load_settings
from bot.forms.model import Kind
from bot.store import mails, senders
from bot.store import migrate as migrate_module
from bot.store.database import Store
from bot.store.files.raw import RawStore, safe_name
from bot.store.forms import activities, versions
from bot.store.forms.versions import NewVersion
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


def test_units_seen_are_those_of_all_versions(tmp_path: Path) -> None:
    """Kept beside the versions, whatever is added, given to another unit, forgotten or taken back."""

    def add(number: int, unit: str) -> None:
        at = "2023-08-25T10:00:00+08:00"
        mail = mails.add_mail(store.db, "INBOX", f"{number:064}", at)
        new = NewVersion(
            ref=f"KP2023-{number:04}", kind=Kind.REGISTRATION, unit=unit, title="讲座", match_key="讲座", name_key="讲座", version=1,
            is_current=True, is_late=False, status="accepted", source_path="a", content={}, content_hash=str(number),
        )  # fmt: skip
        versions.add_version(store.db, new, mail, at, "a@example.com")

    with Store(tmp_path / "store") as store:
        with store.transaction():
            for number, unit in enumerate(["甲科协", "乙科协", "甲科协", "", "a@example.com"], 1):
                add(number, unit)
        assert senders.units_seen(store.db) == {"甲科协", "乙科协"}
        with store.transaction():
            versions.set_unit(store.db, "KP2023-0002", "丙科协")
            versions.set_unit(store.db, "KP2023-0004", "甲科协")
        assert senders.units_seen(store.db) == {"甲科协", "丙科协"}
        with pytest.raises(ZeroDivisionError), store.transaction():
            add(6, "丁科协")
            assert "丁科协" in senders.units_seen(store.db)
            raise ZeroDivisionError
        assert senders.units_seen(store.db) == {"甲科协", "丙科协"}
        with store.transaction() as db:
            db.execute("DELETE FROM submission WHERE unit = '丙科协' OR ref = 'KP2023-0001'")
        assert senders.units_seen(store.db) == {"甲科协"}


def test_an_activity_of_the_day_is_found_where_its_place_is_told_in_fewer_or_more_words(tmp_path: Path) -> None:
    """Whoever told it: this connection, another one meanwhile, or a transaction that was given up."""
    day, insert = ("2023-09-17", "2023-09-18"), "INSERT INTO activity_occasion VALUES (?, ?, ?, ?)"
    mine = {("健康大讲堂", *day, "县医院报告厅")}

    def told(db: Store, name: str, place: str, days: tuple[str, str] = day) -> None:
        row = (name, *days, place)
        db.db.execute(insert, row)
        activities.keep_places(db.db, [row])

    with Store(tmp_path / "store") as store, Store(tmp_path / "store") as other:
        assert activities.also_called(store.db, mine) == {"健康大讲堂"}
        with store.transaction():
            told(store, "第二届健康大讲堂", "医院报告厅")
            told(store, "惠安健康大讲堂", "惠安县医院报告厅二楼")
            told(store, "健康大讲堂开讲", "县医院门诊厅")
            told(store, "健康大讲堂续讲", "县医院报告厅", ("2023-09-19", "2023-09-19"))
        found = {"健康大讲堂", "第二届健康大讲堂", "惠安健康大讲堂"}
        assert activities.also_called(store.db, mine) == found
        with other.transaction():
            told(other, "县健康大讲堂", "县医院报告厅东侧")
        found.add("县健康大讲堂")
        assert activities.also_called(store.db, mine) == found
        store.connection.execute("BEGIN")
        told(store, "市健康大讲堂", "县医院报告厅西侧")
        assert activities.also_called(store.db, mine) == found | {"市健康大讲堂"}
        store.connection.rollback()
        assert activities.also_called(store.db, mine) == found
        with store.transaction() as db:
            db.execute("DELETE FROM activity_occasion WHERE pair_key = '惠安健康大讲堂'")
        assert activities.also_called(store.db, mine) == found - {"惠安健康大讲堂"}


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
