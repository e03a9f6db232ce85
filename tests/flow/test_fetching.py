"""Mails that the server does not give, folders that are not what they were: nothing lost, nothing twice, and people see it."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Behaviour, FaultProxy, Link, On, command_of, tag_of
from tests.servers.smtp import ScriptedSmtp

START = datetime.fromisoformat("2023-08-25T12:00+08:00")
GUID = "0123456789abcdef0123456789abcdef"


def letter(number: int) -> bytes:
    return samples.mail(
        sender=f"unit{number}@example.com",
        subject=f"报送{number}",
        files={"申报表.docx": samples.registration(name=f"第{number}项活动")},
        message_id=f"<m{number}@example.com>",
    )


def refusing(answer: bytes, *uids: int) -> Behaviour:
    """FETCH of the bodies of these UIDs (of all, where none is named) is answered so."""

    def act(link: Link, line: bytes) -> bytes:
        asked = {int(uid) for uid in line.split()[3].split(b",")} if b"BODY.PEEK[" in line else set()
        if asked and (not uids or asked & set(uids)):
            link.reply(tag_of(line) + b" " + answer + b"\r\n")
            return b""
        return line

    return On("UID FETCH", act)


def status(office: Office, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(office.run("status", "--json", now=now.isoformat()).stdout)
    return found


def left(office: Office, now: datetime) -> list[dict[str, Any]]:
    """What waits for a person because it could not be worked off."""
    return [item for item in status(office, now)["review"] if item["reason"] == "failed"]


def answered(office: Office) -> list[str]:
    return sorted(str(answer["In-Reply-To"]) for answer in office.answers())


def test_a_server_that_refuses_every_mail_for_a_day(office: Office) -> None:
    """It is the server's fault, whatever it says and however often: no mail is given up."""
    with FaultProxy(office.dovecot.port, refusing(b"NO [SERVERBUG] Internal error, try again later")) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(*(letter(number) for number in range(3)))
        for hours in (0, 1, 2, 3, 4, 25):
            office.once(expect=4, now=(START + timedelta(hours=hours)).isoformat())
        found = status(office, START + timedelta(hours=25))
        assert not found["healthy"] and "SERVERBUG" in found["last_fault"] and found["messages"] == {}
        proxy.behaviours.clear()
        office.once(now=(START + timedelta(hours=26)).isoformat())
    assert answered(office) == ["<m0@example.com>", "<m1@example.com>", "<m2@example.com>"]
    assert status(office, START + timedelta(hours=26))["healthy"]


def test_a_mail_that_alone_is_not_to_be_had(office: Office) -> None:
    """Asked for again and again, after a day left to a person, and worked off when it comes at last."""
    with FaultProxy(office.dovecot.port, refusing(b"NO [SERVERBUG] Internal error", 2)) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(*(letter(number) for number in range(3)))
        for hours in (0, 1, 2, 3, 12):
            office.once(expect=3, now=(START + timedelta(hours=hours)).isoformat())
        assert answered(office) == ["<m0@example.com>", "<m2@example.com>"]
        assert status(office, START)["pending"] == 1 and left(office, START) == []
        office.once(expect=0, now=(START + timedelta(hours=25)).isoformat())
        (item,) = left(office, START + timedelta(hours=25))
        assert "UID 2" in item["subject"] and "SERVERBUG" in item["detail"] and "处理办法" in item["detail"]
        proxy.behaviours.clear()
        office.once(now=(START + timedelta(hours=26)).isoformat())
        assert len(office.answers()) == 2  # not yet asked for again
        office.once(now=(START + timedelta(hours=50)).isoformat())
    assert answered(office) == [f"<m{number}@example.com>" for number in range(3)]
    assert left(office, START + timedelta(hours=50)) == []


def test_a_refused_mail_that_is_deleted_is_waited_for_no_more(office: Office) -> None:
    with FaultProxy(office.dovecot.port, refusing(b"NO [SERVERBUG] Internal error", 1)) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(letter(1), letter(2))
        office.once(expect=3)
        with office.dovecot.client(office.user) as client:
            client.select_folder("INBOX")
            client.delete_messages([1])
            client.expunge()
        office.once(expect=0, now="2023-08-25T13:00+08:00")
    assert status(office, START)["pending"] == 0


def test_a_refused_mail_gets_another_uid(office: Office) -> None:
    """UIDVALIDITY changes before it was to be had: it comes under its new UID, and nothing waits for the old one."""
    with FaultProxy(office.dovecot.port, refusing(b"NO [SERVERBUG] Internal error", 1)) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(letter(1), letter(2))
        office.once(expect=3)
        proxy.behaviours.clear()
        renumbered(office, step=7)
        office.once(expect=0, now="2023-08-25T13:00+08:00")
    assert answered(office) == ["<m1@example.com>", "<m2@example.com>"]


def test_a_further_folder_that_cannot_be_opened(office: Office) -> None:
    with office.dovecot.client(office.user) as client:
        client.create_folder("垃圾邮件")

    def act(link: Link, line: bytes) -> bytes:
        if b"INBOX" not in line:
            link.reply(tag_of(line) + b" NO [NOPERM] Permission denied\r\n")
            return b""
        return line

    class NoJunk(Behaviour):
        def from_client(self, link: Link, line: bytes) -> bytes:
            return act(link, line) if command_of(line) in ("EXAMINE", "SELECT") else line

    with FaultProxy(office.dovecot.port, NoJunk()) as proxy:
        office.imap_port = proxy.port
        office.configure()
        office.deliver(letter(1))
        office.once(expect=0)
        assert answered(office) == ["<m1@example.com>"]
        assert status(office, START)["healthy"]
        shown = office.run("status").stdout
        assert "垃圾邮件" in shown and "NOPERM" in shown and "also_read = []" in shown
        proxy.behaviours.clear()
        office.once()
        assert "NOPERM" not in office.run("status").stdout


def renumbered(office: Office, step: int) -> None:
    """The same mails with the same UIDs under another UIDVALIDITY."""
    folder = office.dovecot.maildir(office.user)
    text = (folder / "dovecot-uidlist").read_text()
    for name in ("dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
        (folder / name).unlink(missing_ok=True)
    (folder / "dovecot-uidlist").write_text(re.sub(r"V(\d+)", lambda found: f"V{int(found[1]) + step}", text, count=1))


def test_a_uidvalidity_that_comes_back(office: Office) -> None:
    office.deliver(letter(1))
    office.once()
    for number, step in ((2, 5), (3, -5)):
        renumbered(office, step)
        office.deliver(letter(number))
        office.once()
    assert answered(office) == [f"<m{number}@example.com>" for number in (1, 2, 3)]
    assert "重新编了号" not in office.run("once").stderr
    assert len(office.view("SELECT * FROM cursor WHERE folder = 'INBOX'")) == 1


def test_a_new_folder_with_more_mails_under_the_same_uidvalidity(
    tmp_path: Path, dovecot: Dovecot, dovecot_user: str, smtp_server: ScriptedSmtp
) -> None:
    office = Office(tmp_path, dovecot, dovecot_user, smtp_server)
    office.configure()
    mails = [letter(number) for number in range(1, 6)]
    office.deliver(*mails[:2])
    office.once()
    folder = dovecot.maildir(dovecot_user)
    validity = re.search(r"V(\d+)", (folder / "dovecot-uidlist").read_text())
    assert validity
    with dovecot.client(dovecot_user) as client:
        client.select_folder("INBOX")
        client.delete_messages(client.search("ALL"))
        client.expunge()
    for name in ("dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
        (folder / name).unlink(missing_ok=True)
    (folder / "dovecot-uidlist").write_text(f"3 V{validity[1]} N1 G{GUID}\n")
    office.deliver(mails[0], *mails[2:], when="2023-08-25T11:00+08:00")
    office.once()
    assert answered(office) == [f"<m{number}@example.com>" for number in range(1, 6)]
    office.once()
    assert len(office.answers()) == 5
