"""The configuration of a running bot is changed: what is valid counts from the next poll on, what is not is told and the old stays."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.operation.daemon import Duty
from bot.operation.health.fresh import Source
from bot.operation.health.systemd import notifier
from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.servers.dovecot import PASSWORD

PATIENCE = 40.0


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def said(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The bot on duty in a thread of the test; what it says."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    office.configure(coordinators="", more='[replies]\ntemplates = "letters"\n[roster]\nfile = "units.xlsx"\n')
    (office.path / "letters").mkdir()
    roster(office.path, "晋江市科学技术协会")
    config = office.path / "config.toml"
    settings, stop = load_settings(config), threading.Event()
    clock, said = make_clock(settings.schedule.zone), []
    source, systemd = Source(config, settings), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(str(office.path / "systemd"))
    notify = notifier({"NOTIFY_SOCKET": str(office.path / "systemd")})
    thread = threading.Thread(target=Duty(settings, clock, stop, said.append, source, lambda _: None, notify).stay)
    signs: list[bytes] = []

    def hear() -> None:
        """As systemd does: it never lets the words wait until there is no room for more."""
        systemd.settimeout(PATIENCE)
        with systemd, suppress(TimeoutError):
            while b"STOPPING=1" not in signs:
                signs.append(systemd.recv(100))

    hearing = threading.Thread(target=hear)
    hearing.start()
    thread.start()
    try:
        yield said
        until(
            lambda: b"WATCHDOG=1" in signs
        )  # one is due five seconds after a word, and a quick machine is done before
    finally:
        stop.set()
        thread.join(PATIENCE)
        hearing.join(2 * PATIENCE)
    assert (signs[0], signs[-1]) == (b"READY=1", b"STOPPING=1") and b"WATCHDOG=1" in signs


def roster(folder: Path, *units: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (("单位名称", "电子邮箱"), *((unit, "") for unit in units)):
        book.active.append(row)
    book.save(folder / "units.xlsx")


def alarms(office: Office) -> list[str]:
    return [text_of(one) for one in office.sent if "改动的配置没有生效" in str(one["Subject"])]


def answer_to(office: Office, sender: str) -> str:
    office.deliver(
        samples.mail(
            sender=sender,
            subject="报送",
            text="",
            files={"申报表.docx": samples.registration(name=f"科普讲座{sender}")},
        )
    )
    until(lambda: [one for one in office.answers() if sender in str(one["To"])])
    return text_of(next(one for one in office.answers() if sender in str(one["To"])))


def test_the_old_stays_until_the_new_is_valid(office: Office, said: list[str]) -> None:
    config = office.path / "config.toml"
    good = config.read_text(encoding="utf-8")
    until(lambda: said)
    (office.path / "letters" / "confirmation.txt").write_text("收到 {{ ref }}，{{ office }}", encoding="utf-8")
    until(lambda: len(said) == 3)  # taken up, and on duty again
    config.write_text(good.replace("ends = 2023-09-30", "ends = 2023-09-30\noffice = “泉州市科协”"), encoding="utf-8")
    until(lambda: alarms(office))
    assert "[campaign] office: 引号是全角的（第" in alarms(office)[0] and "仍按原来的运行" in alarms(office)[0]
    assert "2023年泉州市全国科普日" in answer_to(office, "a@example.com")  # as before

    config.write_text(
        good.replace("ends = 2023-09-30", 'ends = 2023-09-30\noffice = "泉州市科协科普部"'), encoding="utf-8"
    )
    until(lambda: len(said) == 5)
    assert "泉州市科协科普部" in answer_to(office, "b@example.com")

    (office.path / "letters" / "confirmation.txt").write_text("收到\n{{ reff }}", encoding="utf-8")
    until(lambda: len(alarms(office)) == 2)
    assert "confirmation.txt 第2行" in alarms(office)[1]
    assert "confirmation.txt 第2行" in office.run("status", now="").stdout
    assert answer_to(office, "c@example.com").startswith(
        "收到 KP"
    )  # the admin's own text of before, not the packaged one
    (office.path / "letters" / "confirmation.txt").unlink()

    roster(office.path, "晋江市科学技术协会", "石狮市科学技术协会")
    until(lambda: len(said) == 7)
    until(lambda: [row for row in office.view("SELECT unit FROM v_units") if row["unit"].startswith("石狮市")])
    assert len(alarms(office)) == 2


def test_what_cannot_be_taken_up_while_running(office: Office, said: list[str]) -> None:
    """Another data directory, a mailbox that refuses the login: the bot goes on with what it has."""
    config = office.path / "config.toml"
    good = config.read_text(encoding="utf-8")
    until(lambda: said)
    slips = {
        'path = "data"': ('path = "elsewhere"', "运行中不能换数据目录"),
        'password_env = "BOT_TEST_PASSWORD"': ('password_file = "code"', "拒绝登录"),
        'address = "kepu@example.com"': ('address = "other@example.com"', "运行中不能换收件邮箱"),
        'file = "units.xlsx"': ('file = "unit.xlsx"', "找不到文件"),
        "[coordinators]": ('[forms]\ndefinitions = ["form.toml"]\n[coordinators]', "form.toml"),
    }
    (office.path / "code").write_text("wrong-code", encoding="utf-8")
    for number, (before, (after, told)) in enumerate(slips.items(), 1):
        config.write_text(good.replace(before, after), encoding="utf-8")
        until(lambda number=number: len(alarms(office)) == number)
        assert told in alarms(office)[-1]
    assert answer_to(office, "a@example.com") and not (office.path / "elsewhere").exists()
    assert len(said) == 1

    # Seen only when it is begun with: the old one is begun again.
    (office.path / "foreign").write_text(
        '{"store": "x", "mailbox": "kepu@example.com", "generation": 0}', encoding="utf-8"
    )
    config.write_text(good.replace('path = "data"', 'path = "data"\nmarker = "foreign"'), encoding="utf-8")
    until(lambda: len(alarms(office)) == len(slips) + 1)
    assert "不是此前使用的那一份" in alarms(office)[-1] and answer_to(office, "b@example.com")
    (office.path / "code").write_text(PASSWORD, encoding="utf-8")
    config.write_text(good.replace('password_env = "BOT_TEST_PASSWORD"', 'password_file = "code"'), encoding="utf-8")
    until(lambda: any("【已恢复】" in str(one["Subject"]) for one in office.sent))

    # Another code in the same file is tried before it counts.
    for written, told in (("wrong-code", "拒绝登录"), ("", "是空的")):
        before = len(alarms(office))
        (office.path / "code").write_text(written, encoding="utf-8")
        until(lambda before=before: len(alarms(office)) > before)
        assert told in alarms(office)[-1]
    assert answer_to(office, "c@example.com")
