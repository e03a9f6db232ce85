"""Killed at any moment and started again: no mail lost, none stored twice, every answer once by its Message-ID."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from bot.base.clock import make_clock
from bot.base.failpoints import POINTS
from bot.base.settings import load_settings
from bot.intake.story import work_off
from bot.intake.taking_in import take_in
from bot.operation.app import running
from tests.flow import command, samples
from tests.flow.office import Office
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.smtp import ACCEPT_AND_DROP, DROP, ScriptedSmtp, Slow

KILLS = int(os.environ.get("KILLS", "4"))
BATCH = 6 if KILLS >= 50 else 3  # mails that come in at once, one of each kind or two


def deliver_some(office: Office, count: int, first: int = 0) -> None:
    """Every third mail holds a good form of its own unit, every third a faulty one, the rest none."""
    raws = []
    for number in range(first, first + count):
        name = f"第{number}项科普活动"
        files = [
            {"申报表.docx": samples.registration(name=name)},
            {"申报表.docx": samples.registration(name=name, venue="")},
            {},
        ][number % 3]
        raws.append(
            samples.mail(
                sender=f"unit{number}@example.com",
                subject=f"报送{number}",
                files=files,
                message_id=f"<m{number}@example.com>",
            )
        )
    office.deliver(*raws)


def assert_whole(office: Office, count: int) -> None:
    assert len(office.view("SELECT * FROM v_messages WHERE outcome IS NOT NULL")) == count
    titles = Counter(row["title"] for row in office.view("SELECT title FROM v_submissions"))
    assert set(titles.values()) == {1} and len(titles) == sum(number % 3 != 2 for number in range(count))
    answered = Counter(str(answer["In-Reply-To"]) for answer in office.answers())
    assert set(answered) == {f"<m{number}@example.com>" for number in range(count)}
    # What was accepted without anybody knowing may come twice, but always under the same id.
    ids = {(str(answer["In-Reply-To"]), str(answer["Message-ID"])) for answer in office.answers()}
    assert len(ids) == count
    assert {row["status"] for row in office.view("SELECT status FROM v_outbox")} == {"sent"}


AT_THE_DESK = {"act_on_disk", "act_left"}  # no command passes them: tests/desk/test_acts.py kills there


@pytest.mark.parametrize("point", sorted(set(POINTS) - AT_THE_DESK))
def test_killed_at_every_named_point(office: Office, point: str) -> None:
    """Three times at the same point, then left alone. A digest is due as well, the mails are moved, a Sent folder is there."""
    with office.dovecot.client(office.user) as client:
        client.create_folder("已发送")
    office.configure(mailbox='[mailbox.move_to]\naccepted = "已登记"')
    office.once(now="2023-08-22T10:00+08:00")
    deliver_some(office, 4)
    now = "2023-08-25T12:00+08:00"
    killed = 0
    for _ in range(3):
        done = office.run("once", now=now, killed_at=point)
        killed += done.returncode == -signal.SIGKILL
    assert killed >= 1, f"{point} was never reached"
    for _ in range(3):
        if office.run("once", now=now).returncode == 0:
            break
    assert_whole(office, 4)
    digests = [mail for mail in office.sent if mail["Auto-Submitted"] == "auto-generated"]
    assert len({str(mail["Message-ID"]) for mail in digests}) == 1
    with office.dovecot.client(office.user) as client:
        assert client.select_folder("已登记", readonly=True)[b"EXISTS"] == 2


class Killer:
    """Starts the bot in an office and kills it at any moment of what a whole cycle takes, while more mails come in."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.rng = office, random.Random(seed)
        self.count = self.killed = self.cut_off = 0

    def deliver(self) -> None:
        deliver_some(self.office, BATCH, self.count)
        self.count += BATCH

    def started(self) -> ForkServerProcess:
        return command.start(self.office.command("once")[2:], self.office.environment)

    def whole_cycle(self) -> float:
        """Seconds from start to end with a batch of mails to answer: the moments of the kills are chosen by it, nothing is judged by it."""
        self.deliver()
        begun = time.monotonic()
        self.started().join(60)
        return time.monotonic() - begun

    def run(self, kills: int) -> None:
        seconds = min(self.whole_cycle() for _ in range(2))  # the first start in all takes longer
        for _ in range(4 * kills):
            waiting = self.office.view("SELECT * FROM v_outbox WHERE status != 'sent'")
            if len(self.office.view("SELECT * FROM v_outbox")) == self.count and not waiting:
                self.deliver()
            process = self.started()
            # Most of a cycle is start: more often where the mails are worked off and answered.
            time.sleep(self.rng.uniform(*self.rng.choice(((0.05, 1.1), (0.6, 1.1), (0.8, 1.1)))) * seconds)
            process.kill()
            process.join(20)
            self.killed += process.exitcode == -signal.SIGKILL
            answers = len(self.office.view("SELECT * FROM v_outbox WHERE status = 'sent'"))
            self.cut_off += process.exitcode == -signal.SIGKILL and self.count - BATCH < answers < self.count
            if self.killed == kills:
                break
        for _ in range(3):
            if self.office.run("once").returncode == 0:
                break
        assert_whole(self.office, self.count)


def test_what_a_kill_left_half_written_is_swept(office: Office) -> None:
    """Not what somebody writes just now, and nothing that is whole."""
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    raw, files = office.path / "data" / "raw", office.path / "data" / "files"
    whole = {path for folder in (raw, files) for path in folder.rglob("*")}
    folder = next(path for path in raw.iterdir() if path.is_dir())
    left = [folder / ".part-k1lled", files / "某单位" / ".part-k1lled"]
    left[1].parent.mkdir()
    for path in left:
        path.write_bytes(b"half")
    with (folder / ".part-wr1tes").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        office.once()
        assert {path for place in (raw, files) for path in place.rglob("*") if path.is_file()} == {
            *(path for path in whole if path.is_file()),
            Path(file.name),
        }


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path, dovecot: Dovecot) -> None:
    """KILLS times in each of two offices at a time: a few here, some hundreds by «make crash»."""
    killers = []
    with contextlib.ExitStack() as servers, ThreadPoolExecutor(2) as threads:
        for seed in range(2):
            path = tmp_path / str(seed)
            path.mkdir()
            smtp = ScriptedSmtp()
            smtp.start()
            servers.callback(smtp.stop)
            office = Office(path, dovecot, dovecot.add_user(f"killed{seed}@example.com"), smtp)
            office.configure()
            killers.append(Killer(office, seed))
        list(threads.map(lambda killer: killer.run(KILLS), killers))
    # On a busy machine many a process has ended before its moment comes.
    assert sum(killer.killed for killer in killers) >= KILLS
    assert KILLS < 50 or sum(killer.cut_off for killer in killers) > 3  # between two answers, that is


def test_connection_lost_behind_the_last_dot(office: Office) -> None:
    """The one case that nobody can know: the mail was accepted, the answer did not come."""
    deliver_some(office, 3)
    office.smtp.script["END"] = [ACCEPT_AND_DROP, DROP]
    office.once(expect=3)
    office.once(expect=3, now="2023-08-25T12:10+08:00")
    office.once(expect=0, now="2023-08-25T12:20+08:00")
    assert_whole(office, 3)


def test_accepted_while_the_database_is_locked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's 250 is known, only it cannot be written: the mail must not go out again."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    deliver_some(office, 2)
    settings, stop = load_settings(office.path / "config.toml"), threading.Event()
    with running(settings, make_clock(settings.schedule.zone, datetime.fromisoformat("2023-08-25T12:00+08:00"))) as app:
        app.mailbox.connect()
        take_in(app.parts, app.mailbox, stop)
        list(work_off(app.parts, stop))
        app.store.db.execute("PRAGMA busy_timeout = 100")
        office.smtp.script["END"] = [Slow(2)]
        other = sqlite3.connect(
            office.path / "data" / "intake.db", isolation_level=None, timeout=0.01, check_same_thread=False
        )

        def lock() -> None:
            while not any(command == "DATA" for _, command, _ in office.smtp.record.commands):
                time.sleep(0.01)
            other.execute("BEGIN IMMEDIATE")

        locking = threading.Thread(target=lock)
        locking.start()
        assert "DB Browser" in app.flush(stop).fault
        locking.join()
        assert len(office.sent) == 1 and "占用" in app.flush(stop).fault
        other.execute("ROLLBACK")
        other.close()
        assert app.flush(stop).waiting == 0
    assert_whole(office, 2)
    assert len(office.sent) == 2


def test_stopped_in_the_middle_it_finishes_the_mail_in_hand(office: Office) -> None:
    deliver_some(office, 6)
    process = subprocess.Popen(
        office.command("run"), env=office.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    deadline = time.monotonic() + 30
    while not (office.path / "data" / "intake.db").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.4)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0 and "已停止" in out
    assert office.view("SELECT * FROM v_outbox WHERE status = 'sending'") == []
    office.once()
    assert_whole(office, 6)


def test_two_instances_do_not_share_a_store(office: Office) -> None:
    process = subprocess.Popen(
        office.command("run"), env=office.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while not (office.path / "data" / "lock").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.3)
        second = office.run("run")
        assert second.returncode == 1 and "另一个实例" in second.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def test_disk_full_and_room_again(office: Office) -> None:
    """The store lies on a small file system of its own (tmpfs)."""
    small = office.path / "data"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(small)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        office.once()
        filler = small / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(bytes(4096))
                file.flush()
        deliver_some(office, 3)
        done = office.run("once")
        assert done.returncode in {1, 3} and "磁盘" in done.stdout + done.stderr
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=50m", str(small)], check=True)
        office.once()
        assert_whole(office, 3)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)


def test_read_only_store(office: Office) -> None:
    office.once()
    small = office.path / "data"
    bound = subprocess.run(["mount", "--bind", "-o", "ro", str(small), str(small)], check=False, capture_output=True)
    if bound.returncode:
        pytest.skip("needs the right to mount")
    try:
        deliver_some(office, 3)
        done = office.run("once")
        assert done.returncode in {1, 3} and "处理办法" in done.stdout + done.stderr
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)
    office.once()
    assert_whole(office, 3)


def test_locked_database(office: Office) -> None:
    """Somebody browses with an open write transaction: the bot waits for it, and nothing is lost."""
    office.once()
    deliver_some(office, 3)
    other = sqlite3.connect(office.path / "data" / "intake.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    process = subprocess.Popen(
        office.command("once"), env=office.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    time.sleep(3)
    other.execute("COMMIT")
    other.close()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert_whole(office, 3)
