"""What the first version left, as an office has it: its store and its configuration are taken up, and there is a way back."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of

FIRST = (
    Path(__file__).parent / "first"
)  # made by the version that had one migration: one form registered, one to be corrected
QUEUED = "<518bcfb01a652e41740737fde9aa8ecfaed51427@example.com>"  # the answer to the second, not sent yet


@pytest.fixture
def first(office: Office) -> Office:
    shutil.copytree(FIRST / "store", office.path / "data")
    store = sqlite3.connect(office.path / "data" / "intake.db")
    store.executescript((FIRST / "intake.sql").read_text(encoding="utf-8"))
    store.close()
    settings = (FIRST / "settings.toml").read_text(encoding="utf-8")
    for before, after in (
        ('host = "imap.126.com"\nport = 993\nsecurity = "tls"', f'host = "127.0.0.1"\nport = {office.dovecot.port}\nsecurity = "none"'),
        ('host = "smtp.126.com"\nport = 465\nsecurity = "tls"', f'host = "127.0.0.1"\nport = {office.smtp.port}\nsecurity = "none"'),
        ('username = "kepu@example.com"\npassword_env = "BOT_MAIL_PASSWORD"', f'username = "{office.user}"\npassword_env = "BOT_TEST_PASSWORD"'),
    ):  # fmt: skip
        assert before in settings
        settings = settings.replace(before, after)
    (office.path / "config.toml").write_text(settings, encoding="utf-8")
    for raw in sorted((FIRST / "store" / "raw").rglob("*.gz")):
        office.deliver(gzip.decompress(raw.read_bytes()))  # as they lay on the server; it numbers them anew
    return office


def version_of(path: Path) -> int:
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def test_a_store_of_the_first_version_is_taken_up_and_can_be_taken_back(first: Office) -> None:
    done = first.once(now="2023-08-25T13:00+08:00")
    assert done["mails"] == [] and done["sent"] == 1, "nobody is answered again; what was queued goes out"
    assert [str(one["Message-ID"]) for one in first.sent] == [QUEUED]
    known = [(row["ref"], row["status"]) for row in first.view("SELECT ref, status FROM v_submissions ORDER BY ref")]
    assert known == [("KP2023-0001", "accepted"), ("KP2023-0002", "needs_correction")]

    first.deliver(
        samples.mail(
            sender="b@example.com",
            subject="Re: Re: 申报表 【受理号 KP2023-0002】",
            text="手机号是13900000003。",
            headers={"In-Reply-To": QUEUED},
        )
    )
    done = first.once(now="2023-08-25T14:00+08:00")
    assert done["mails"][0]["ref"] == "KP2023-0002" and "13900000003" in text_of(first.sent[-1])
    digest = first.run("digest", "--out", str(first.path / "out"), now="2023-08-25T15:00+08:00")
    assert digest.returncode == 0
    told = (first.path / "out" / "digest.html").read_text(encoding="utf-8")
    assert "海洋课" in told and "石狮市科学技术协会" in told

    before = first.path / "data" / "intake.v1.backup.db"
    assert version_of(before) == 1
    assert sqlite3.connect(before).execute("SELECT count(*), max(version) FROM submission").fetchone() == (2, 1)

    newer = sqlite3.connect(first.path / "data" / "intake.db")
    version = version_of(first.path / "data" / "intake.db")
    newer.execute(f"PRAGMA user_version = {version + 1}")
    newer.close()
    for command in ("status", "once", "run"):  # as an older version meets what a newer one wrote
        refused = first.run(command)
        assert refused.returncode == 1 and "由较新版本的程序写过" in refused.stderr and "restore" in refused.stderr
    assert version_of(first.path / "data" / "intake.db") == version + 1
