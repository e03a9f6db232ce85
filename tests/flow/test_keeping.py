"""What is kept, and how: backup and restore, a damaged database, rebuilding, forgetting, who may read the files."""

from __future__ import annotations

import gzip
import io
import os
import signal
import sqlite3
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from PIL import Image

from bot.base.settings import load_settings
from bot.operation.app import running
from bot.operation.upkeep.housekeeping import keep_house
from bot.store.files.raw import RawMailLost, RawStore
from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_daemon import daemon, until

PUBLIC = {
    "v_messages": "message_id, from_addr, subject, received_at, outcome",
    "v_submissions": "*",
    "v_activities": "*",
    "v_units": "*",
    "v_fields": "*",
    "v_reviews": "reason, ref, unit, from_addr, words, act, closed_by",
}


def views(office: Office) -> dict[str, list[tuple[Any, ...]]]:
    """Every public view but the queue, without the numbers of rows."""
    return {
        view: sorted((tuple(row.values()) for row in office.view(f"SELECT {columns} FROM {view}")), key=repr)
        for view, columns in PUBLIC.items()
    }


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def report(colour: str = "green", unit: str = "晋江市科学技术协会") -> bytes:
    document = docx.Document()
    document.add_heading(f"{unit}2023年全国科普日活动总结")
    for part in ("基本情况", "主要做法", "活动成效"):
        document.add_paragraph(f"{part}：" + "组织了科普展览、专家讲座和互动体验，参加群众六百人，效果很好。" * 5)
    document.add_picture(io.BytesIO(picture(colour)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def fill(office: Office) -> None:
    """Versions, a held one, a table, a report with a picture, a question, a robot, a withdrawal, one mail twice, one in the spam folder."""
    form = samples.registration
    again = samples.mail(subject="同一封", files={"表.docx": form(name="天文之夜")}, message_id="<twice@example.com>")
    with office.dovecot.client(office.user) as client:
        client.create_folder("垃圾邮件")
    office.deliver(
        *(
            samples.mail(
                sender=f"u{n}@example.com",
                subject=f"报送{n}",
                files={"表.docx": form(name=f"第{n}项活动", unit=f"第{n}中学")},
            )
            for n in range(9)
        ),
        samples.mail(files={"表.docx": form(mobile="12", phone="")}),
        samples.mail(subject="总结", files={"总结.docx": report()}),
        samples.mail(subject="汇总", files={"汇总表.xlsx": samples.summary([("天文之夜", "9月17日", "南安")])}),
        samples.mail(sender="asks@example.com", subject="请问", text="怎么填？"),
        samples.mail(sender="robot@example.com", subject="自动回复：收到", headers={"Auto-Submitted": "auto-replied"}),
        again,
    )
    office.deliver(
        samples.mail(sender="lost@example.com", subject="被误判", files={"表.docx": form(unit="某县气象局")}),
        folder="垃圾邮件",
    )
    office.once()
    office.deliver(
        samples.mail(subject="更正", files={"表.docx": form()}),
        samples.mail(sender="other@example.org", subject="代报", files={"表.docx": form(venue="别处")}),
        b"Received: from another\r\n" + again,
        when="2023-08-26T10:00+08:00",
    )
    office.once(now="2023-08-26T12:00+08:00")
    (ref,) = (row["ref"] for row in office.view("SELECT ref FROM v_submissions WHERE title = '第3项活动'"))
    office.deliver(
        samples.mail(
            sender="u3@example.com",
            subject=f"撤回 {ref}",
            text=f"撤回 {ref}",
            headers=office.thread("u3@example.com"),
        ),
        when="2023-08-27T10:00+08:00",
    )
    office.once(now="2023-08-27T12:00+08:00")


def test_backup_while_running_and_restore(office: Office, tmp_path: Path) -> None:
    office.deliver(samples.mail(subject="第一封", files={"表.docx": samples.registration()}))
    with daemon(office):
        assert until(lambda: len(office.sent) == 1)
        office.deliver(*(samples.mail(sender=f"u{n}@example.com", subject=f"报送{n}") for n in range(12)))
        done = office.run("backup", "--out", str(tmp_path / "safe"), now="")
        assert done.returncode == 0, done.stderr
        assert until(lambda: len(office.sent) == 13)
    (copy,) = (tmp_path / "safe").iterdir()
    check = sqlite3.connect(copy / "intake.db")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for (sha256,) in check.execute("SELECT sha256 FROM mail"):
        assert RawStore(copy / "raw").get(sha256), "the copy names a mail that it does not hold"
    check.close()
    refused = office.run("restore", str(copy))
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert office.run("restore", str(copy), "--force").returncode == 0
    assert (tmp_path / "data" / "before-restore-1" / "intake.db").exists()
    assert private(tmp_path / "data") == []
    # What came after the backup comes in again from the mailbox; it was answered.
    office.once(now="")
    assert len(office.view("SELECT * FROM v_messages WHERE outcome IS NOT NULL")) == 13
    assert len(office.answers()) == 13


def test_restore_takes_only_a_whole_backup(office: Office, tmp_path: Path) -> None:
    office.once()
    (tmp_path / "no-backup").mkdir()
    assert "不是备份目录" in office.run("restore", str(tmp_path / "no-backup"), "--force").stderr
    (tmp_path / "no-backup" / "intake.db").write_bytes(b"x" * 9000)
    done = office.run("restore", str(tmp_path / "no-backup"), "--force")
    assert done.returncode == 1 and "已损坏" in done.stderr
    assert office.once(), "the store in place was harmed"


def spoil(office: Office) -> None:
    """Bytes lost in the middle of the file, as a failing disk loses them."""
    path = office.path / "data" / "intake.db"
    check = sqlite3.connect(path)
    check.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    check.close()
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 600] = os.urandom(600)
    path.write_bytes(data)


def test_a_damaged_database_is_named_and_built_anew(office: Office) -> None:
    fill(office)
    before, sent = views(office), len(office.sent)
    assert {row[-1] for row in before["v_messages"]} >= {
        "accepted",
        "needs_correction",
        "letter",
        "ignored",
        "command",
    }
    assert "held" in str(before["v_submissions"])
    spoil(office)
    for words in (("once",), ("check",)):
        done = office.run(*words)
        told = done.stdout + done.stderr
        assert done.returncode in {1, 2} and "已损坏" in told and "rebuild" in told, told
    assert len(office.sent) == sent
    done = office.run("rebuild", now="2023-08-28T12:00+08:00")
    assert done.returncode == 0, done.stderr
    assert views(office) == before
    assert len(list((office.path / "data").glob("intake.*.old.db"))) == 1
    office.once(now="2023-08-28T12:10+08:00")
    assert views(office) == before
    assert len(office.answers()) == len({mail["Message-ID"] for mail in office.answers()})
    assert private(office.path / "data") == []


def test_mails_of_one_second_keep_their_references(office: Office) -> None:
    """The units know their references: after a rebuild each must name the same form."""
    office.deliver(
        *(
            samples.mail(sender=f"u{n}@example.com", files={"表.docx": samples.registration(name=f"活动{n}")})
            for n in range(11)
        )
    )
    office.once()
    before = views(office)
    assert office.run("rebuild").returncode == 0
    assert views(office) == before


def everything_below(folder: Path) -> bytes:
    """All bytes of all files, unpacked."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += gzip.decompress(data) if path.suffix == ".gz" else data
    return found


def test_purge_by_unit(office: Office) -> None:
    values = {"unit": "南安市气象局", "host": "南安市气象局", "undertaker": "南安市气象局", "person": "蔡无名"}
    office.deliver(
        samples.mail(sender="na@example.com", subject="蔡无名报送", files={"表.docx": samples.registration(**values)}),
        samples.mail(sender="na@example.com", subject="蔡无名的总结", files={"总结.docx": report("red", "南安市气象局"), "图.jpg": picture("red")},
                     text="南安市气象局活动总结见附件。"),
        samples.mail(files={"表.docx": samples.registration(), "总结.docx": report("blue")}),
    )  # fmt: skip
    office.once(now="2023-08-27T12:00+08:00")
    settings = load_settings(office.path / "config.toml")
    with running(settings, lambda: datetime.fromisoformat("2023-08-27T03:00+08:00")) as app:
        keep_house(app)
    assert "蔡无名".encode() in everything_below(office.path / "data")
    told = office.run("purge", "--unit", "南安市气象局").stdout
    assert "将删除" in told and "KP2023-0001" in told
    assert len(office.view("SELECT * FROM v_submissions WHERE unit = '南安市气象局'")) >= 1
    done = office.run("purge", "--unit", "南安市气象局", "--yes")
    assert done.returncode == 0 and "已删除" in done.stdout, done.stderr
    assert office.view("SELECT * FROM v_submissions WHERE unit = '南安市气象局'") == []
    assert (
        len(office.view("SELECT * FROM v_submissions WHERE unit = '晋江市科学技术协会' AND kind = 'registration'")) == 1
    )
    left = everything_below(office.path / "data")
    assert "蔡无名".encode() not in left and b"na@example.com" not in left
    assert "庄晓东".encode() in left
    sent = len(office.sent)
    office.once(now="2023-08-28T12:00+08:00")
    assert office.run("rebuild", now="2023-08-28T12:00+08:00").returncode == 0
    # The server gives them once more under other numbers: they were here.
    with office.dovecot.client(office.user) as client:
        client.select_folder("INBOX")
        client.create_folder("旧")
        client.move(client.search(), "旧")
        client.select_folder("旧")
        client.move(client.search(), "INBOX")
    office.once(now="2023-08-28T12:30+08:00")
    assert len(office.sent) == sent and office.view("SELECT * FROM v_submissions WHERE unit = '南安市气象局'") == []
    assert "蔡无名".encode() not in everything_below(office.path / "data" / "raw")


def test_purge_by_date_and_retention(office: Office) -> None:
    office.deliver(
        samples.mail(sender="early@example.com", files={"早.docx": samples.registration(name="早的活动")}),
        when="2023-08-10T10:00+08:00",
    )
    office.deliver(samples.mail(sender="late@example.com", files={"晚.docx": samples.registration(name="晚的活动")}), when="2023-08-24T10:00+08:00")  # fmt: skip
    office.once()
    assert "邮件 1 封、登记 1 项、文件 1 个、回信 1 封" in office.run("purge", "--before", "2023-08-24").stdout
    office.configure()
    text = (
        (office.path / "config.toml")
        .read_text(encoding="utf-8")
        .replace('path = "data"', 'path = "data"\nretention = "10d"')
    )
    (office.path / "config.toml").write_text(text, encoding="utf-8")
    settings = load_settings(office.path / "config.toml")
    titles = lambda: [row["title"] for row in office.view("SELECT title FROM v_submissions ORDER BY title")]  # noqa: E731
    with running(settings, lambda: datetime.fromisoformat("2023-08-20T03:30+08:00")) as app:
        keep_house(app)
        assert titles() == ["早的活动", "晚的活动"]
    with running(settings, lambda: datetime.fromisoformat("2023-08-21T03:30+08:00")) as app:
        keep_house(app)
        keep_house(app)
    assert titles() == ["晚的活动"]
    assert len(list((office.path / "data" / "raw").glob("??/*.eml.gz"))) == 1
    assert "early@example.com" not in str(office.view("SELECT * FROM v_messages"))
    assert office.run("purge", "--before", "2023-08-24").stdout.count("邮件 0 封") == 1
    done = office.run("reprocess", "--all")
    assert done.returncode == 0, done.stderr


def test_a_form_typed_into_a_mail_is_none_of_our_words_when_it_is_read_again(office: Office) -> None:
    """Our answer repeats what the mail says, and came only after it."""
    told = {"填报单位": "泉州市气象局", "活动名称": "气象馆开放日", "主办单位": "泉州市气象局", "联系人": "苏小梅", "联系电话": "0595-22000008",
            "活动时间": "2023年9月18日", "活动地点": "气象科普馆", "主要活动内容": "听专家讲台风的形成，看气象观测的设备。"}  # fmt: skip
    office.deliver(samples.mail(text="\n".join(f"{label}：{value}" for label, value in told.items())))
    office.once()
    before = views(office)
    assert [row[3] for row in before["v_submissions"]] == ["气象馆开放日"]
    assert office.run("reprocess", "--all").returncode == 0
    assert views(office) == before


def test_mail_that_waits_is_not_forgotten(office: Office) -> None:
    office.deliver(samples.mail(files={"早.docx": samples.registration()}), when="2023-08-10T10:00+08:00")
    office.run("once", killed_at="registered")
    assert "邮件 0 封" in office.run("purge", "--before", "2023-09-01", "--yes").stdout
    office.once()
    assert len(office.sent) == 1


def private(folder: Path) -> list[str]:
    """What others than the owner may read or enter."""
    return [
        f"{oct(path.stat().st_mode)} {path}"
        for path in [folder, *folder.rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]


def test_nobody_else_can_read_the_store(office: Office) -> None:
    """Whatever the umask is."""
    before = os.umask(0)
    try:
        office.deliver(samples.mail(files={"表.docx": samples.registration(), "总结.docx": report()}))
        office.once()
        settings = load_settings(office.path / "config.toml")
        with running(settings, lambda: datetime.fromisoformat("2023-08-26T03:30+08:00")) as app:
            keep_house(app)
            app.store.db.execute("UPDATE state SET value = value")
            assert private(office.path / "data") == []
        made = {word: office.path / word for word in ("backup", "digest", "export")}
        for word, out in made.items():
            assert office.run(word, "--out", str(out)).returncode == 0
    finally:
        os.umask(before)
    assert [private(folder) for folder in (office.path / "data", *made.values())] == [[]] * 4
    assert len(list((office.path / "data" / "backups").iterdir())) == 1


def test_log_names_no_person(office: Office) -> None:
    values = {"mobile": "13912345678", "phone": "0595-22123456", "person": "蔡无名"}
    office.deliver(
        samples.mail(sender="蔡无名 <caiwuming@example.com>", subject="蔡无名 13912345678 caiwuming@example.com", files={"13912345678.docx": samples.registration(**values)}),
        samples.mail(sender="caiwuming@example.com", subject="坏", files={"caiwuming@example.com.docx": b"PK\x03\x04" + bytes(500)}),
        samples.mail(sender="caiwuming@example.com", subject="问", text="13912345678"),
    )  # fmt: skip
    office.smtp.script["RCPT"] = ["550 no such user caiwuming@example.com 13912345678"]
    done = office.run("once", "--json")
    assert "已处理一封来信" in done.stderr and "no such user" in done.stderr
    for personal in ("caiwuming@", "蔡无名", "13912345678", "22123456"):
        assert personal not in done.stderr, done.stderr


def test_a_lost_raw_mail_is_one_mail_less(office: Office) -> None:
    """Gone or damaged on disk: that mail goes to a person, the others are answered, later readings say so."""
    office.deliver(*(samples.mail(sender=f"u{n}@example.com", files={"表.docx": samples.registration(name=f"活动{n}")}) for n in range(3)))  # fmt: skip
    assert office.run("once", killed_at="attempt_counted").returncode == -signal.SIGKILL
    first, second, _ = sorted((office.path / "data" / "raw").glob("??/*.eml.gz"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:-30])
    office.once()
    assert [row["outcome"] for row in office.view("SELECT outcome FROM v_messages ORDER BY outcome")] == [
        "accepted",
        "failed",
        "failed",
    ]
    done = office.run("reprocess", "--all")
    assert done.returncode == 0 and done.stdout.count("读不了") == 2, done.stdout + done.stderr
    assert "不存在" in office.run("review").stdout


def test_status_review_and_export_without_the_saved_files(office: Office) -> None:
    office.deliver(
        samples.mail(files={"表.docx": samples.registration(), "总结.docx": report()}),
        samples.mail(sender="x@example.org", files={"表.docx": samples.registration(venue="别处")}),
    )
    office.once()
    for number, path in enumerate(
        sorted(path for path in (office.path / "data" / "files").rglob("*") if path.is_file())
    ):
        path.unlink() if number % 2 else path.write_bytes(b"")
    for words in (("review",), ("review", "--json"), ("status",), ("status", "--json"), ("export", "--out", str(office.path / "out")), ("reprocess", "--all"), ("digest", "--out", str(office.path / "digest"))):  # fmt: skip
        done = office.run(*words)
        assert done.returncode == (0 if words[0] != "status" else done.returncode) and "Traceback" not in done.stderr, (
            done.stderr
        )
    assert all(path.stat().st_size for path in (office.path / "data" / "files").rglob("*") if path.is_file()), (
        "reprocess makes them anew"
    )


@pytest.mark.parametrize(
    "data", [b"", b"x", gzip.compress(b"other mail", mtime=0), gzip.compress(b"mail", mtime=0)[:-9]]
)
def test_damaged_bytes_are_told_from_a_missing_folder(tmp_path: Path, data: bytes) -> None:
    store = RawStore(tmp_path / "raw")
    sha256 = store.put(b"mail", datetime.fromisoformat("2023-08-25T10:00+08:00"), place="INBOX 7 9")
    assert (store.get(sha256), store.place(sha256), store.is_partial(sha256)) == (b"mail", "INBOX 7 9", False)
    store.path(sha256).write_bytes(data)
    with pytest.raises(RawMailLost):
        store.get(sha256)
    with pytest.raises(OSError):
        RawStore(tmp_path / "unmounted").get(sha256)


def test_a_database_whose_header_is_spoilt_is_damaged(office: Office) -> None:
    office.once()
    connection = sqlite3.connect(office.path / "data" / "intake.db")
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    done = office.run("once")
    assert done.returncode == 1 and "已损坏" in done.stderr and "rebuild" in done.stderr
