"""What is purged is gone from every place, whenever the process is killed, and a rebuild does not bring it back."""

from __future__ import annotations

import base64
import gzip
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.base.settings import load_settings
from bot.operation.app import running
from bot.operation.upkeep.housekeeping import keep_house
from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_rebuilding import form, killed_at

NOW = "2023-08-29T12:00+08:00"
PERSON, MOBILE, ADDRESS = "林小某", "13977778888", "lxm@personal.example.com"


def unpacked(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """*data* and what is packed in it: gzip, zip (Office files), mails and their parts."""
    yield data
    if depth > 4:
        return
    with suppress(OSError, EOFError, zipfile.BadZipFile):
        if data[:2] == b"\x1f\x8b":
            yield from unpacked(gzip.decompress(data), depth + 1)
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield from unpacked(archive.read(name), depth + 1)
    if b"MIME-Version" in data[:6000]:
        for part in message_from_bytes(data, policy=policy.default).walk():
            yield "\n".join(f"{key}: {value}" for key, value in part.items()).encode()
            if not part.is_multipart():
                yield from unpacked(part.get_payload(decode=True), depth + 1)  # type: ignore[arg-type]


def values_in(path: Path) -> Iterator[bytes]:
    """Every value of every table: mails in the queue are packed, too."""
    connection = sqlite3.connect(path)
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in connection.execute(f"SELECT * FROM {table}"):
            yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)
    connection.close()


def places_of(folder: Path, *words: str) -> set[str]:
    """Where one of *words* still stands below *folder*, in names or contents, plain or packed."""
    wanted = [word.encode() for word in words] + [base64.b64encode(word.encode())[:-4] for word in words]
    found = set()
    for path in folder.rglob("*"):
        texts = [path.name.encode()]
        if path.is_file():
            texts += unpacked(path.read_bytes())
            if path.suffix == ".db":
                texts += [text for value in values_in(path) for text in unpacked(value)]
        if any(word in text for word in wanted for text in texts):
            found.add(str(path.relative_to(folder)))
    return found


def test_nothing_of_a_unit_stays(office: Office) -> None:
    """Also not in copies, repeated and damaged mails, questions, a stranger's version, decisions, answers to coordinators."""
    office.configure(more="require_auth = false\n")
    values = {"unit": "南安市科学技术协会", "person": PERSON, "mobile": MOBILE, "email": ADDRESS, "phone": ""}
    filled, sender = samples.registration(**values), f"{PERSON} <{ADDRESS}>"
    first = samples.mail(sender=sender, subject=f"{PERSON}报送", files={f"{PERSON}.docx": filled})
    office.deliver(
        first,
        form(7),
        samples.mail(sender=sender, subject="再报", files={f"{PERSON}.docx": filled}),
        samples.mail(sender=sender, subject="问一下", text=f"我是{PERSON}，电话{MOBILE}，怎么填？"),
        samples.mail(sender=sender, subject="坏的", text=PERSON, files={f"{PERSON}.docx": filled[:2000]}),
        samples.mail(sender="other@example.org", text=PERSON, files={f"{PERSON}.docx": samples.registration(**values | {"venue": "新的活动地点大厅"})}),
        b"Received: from another\r\n" + first,
        samples.mail(sender="me@personal.example.com", text=PERSON, files={"表.docx": samples.registration(**values | {"unit": "", "host": "", "undertaker": "", "name": "个人活动"})}),
    )  # fmt: skip
    office.once()
    for item in office.view("SELECT id FROM review WHERE reason = 'held'"):
        assert office.run("review", str(item["id"]), "accept").returncode == 0
    office.deliver(*(samples.mail(sender="boss@example.gov.cn", subject="x", text=text) for text in ("导出", "汇总", "查询 南安", f"退回 KP2023-0001 请{PERSON} {MOBILE} 重报")))  # fmt: skip
    office.once(now="2023-08-25T13:00+08:00")
    words = (PERSON, MOBILE, ADDRESS)
    assert len(places_of(office.path / "data", *words)) > 8
    for unit in ("南安市科学技术协会", "me@personal.example.com"):
        assert office.run("purge", "--unit", unit, "--yes", now=NOW).returncode == 0
    assert places_of(office.path / "data", *words) == set()
    assert places_of(office.path / "data", "me@personal.example.com") == set()
    assert office.run("rebuild", now=NOW).returncode == 0
    for old in (office.path / "data").glob("*.old.db*"):
        old.unlink()
    assert places_of(office.path / "data", *words) == set()
    assert [row["unit"] for row in office.view("SELECT unit FROM v_submissions")] == ["第7中学"]


@pytest.mark.parametrize("point", ["condemned", "rows_removed", "raw_forgotten", "files_removed"])
def test_a_purge_that_was_killed_is_finished(office: Office, point: str) -> None:
    """By the next purge, or by the night without one: the rows are gone, so that neither has any mail of its own to remove."""
    office.deliver(*(form(number, person=PERSON) for number in range(3)))
    office.once()
    settings = load_settings(office.path / "config.toml")
    clock = lambda: samples.datetime.fromisoformat(NOW)  # noqa: E731
    with running(settings, clock) as app:
        keep_house(app)
    killed_at(office, point, "purge", "--before", "2023-09-01", "--yes")
    if point in {"condemned", "raw_forgotten"}:
        assert office.run("purge", "--before", "2023-09-01", "--yes", now=NOW).returncode == 0
    else:
        with running(settings, clock) as app:
            keep_house(app)
    assert places_of(office.path / "data", PERSON) == set()
    assert list((office.path / "data" / "files").rglob("*")) == []
    office.once(now=NOW)
    assert len(office.answers()) == 3 and office.view("SELECT * FROM v_submissions") == []


def test_what_is_not_removed_is_told(office: Office) -> None:
    both = {
        "一.docx": samples.registration(unit="第1中学"),
        "二.docx": samples.registration(unit="第2中学", name="另一项"),
    }
    office.deliver(samples.mail(files=both))
    office.once()
    assert "邮件 1 另有其他单位的表格" in office.run("purge", "--unit", "第1中学", "--yes").stdout
    assert "没有“第一中学”的登记" in office.run("purge", "--unit", "第一中学").stdout
