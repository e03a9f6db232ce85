"""The process that reads mails is killed, or a mail is too much for it: tried again, and in the end left to a person who is told what to do."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from bot.base.clock import make_clock
from bot.base.settings import load_settings
from bot.intake import story
from bot.intake.story import work_off
from bot.intake.taking_in import take_in
from bot.operation.app import running
from bot.store import mails
from bot.store.mails import Place
from tests.flow import samples
from tests.flow.office import CONFIG, ROOT, Office
from tests.servers.dovecot import PASSWORD

LETTER = samples.mail(
    sender="unit@example.com",
    subject="报送活动",
    files={"申报表.docx": samples.registration()},
    message_id="<1@example.com>",
)


def once_while_every_worker_is_killed(office: Office) -> int:
    """As the system does that is short of memory. The exit status."""
    process = subprocess.Popen(
        office.command("once"), env=office.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            for worker in (worker for nursery in children(process.pid) for worker in children(nursery)):
                os.kill(worker, signal.SIGKILL)
        time.sleep(0.005)
    return process.wait(timeout=1)


def children(process: int) -> list[int]:
    """Of all its threads: whichever reads begins a process."""
    told = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(number) for text in told for number in text.split()]


def test_a_killed_worker_costs_no_mail(office: Office) -> None:
    office.deliver(LETTER)
    assert once_while_every_worker_is_killed(office) == 3
    assert office.view("SELECT outcome FROM v_messages") == [{"outcome": None}]
    office.once(expect=0)
    assert len(office.answers()) == 1 and office.view("SELECT outcome FROM v_messages") == [{"outcome": "accepted"}]


def test_workers_that_are_always_killed(office: Office) -> None:
    """Three times, then a person is asked; the remedy that is named works."""
    office.deliver(LETTER)
    assert [once_while_every_worker_is_killed(office) for _ in range(3)] == [3, 3, 0]
    assert office.view("SELECT outcome FROM v_messages") == [{"outcome": "failed"}]
    shown = office.run("status").stdout
    assert "reprocess --message 1 --reply" in shown and "内存" in shown and "worker" not in shown
    assert office.run("reprocess", "--message", "1", "--reply").returncode == 0
    office.once()
    assert len(office.answers()) == 1 and "reprocess" not in office.run("status").stdout


def test_a_mail_that_is_too_much_is_shown_with_its_sender(office: Office) -> None:
    office.own_worker = True
    office.configure(more='[limits]\nmemory = "110MB"')
    huge = samples.mail(
        sender="unit@example.com",
        subject="现场照片",
        files={"照片.dat": bytes(20_000_000)},
        message_id="<2@example.com>",
    )
    office.deliver(huge)
    for expected in (3, 3, 0):
        office.once(expect=expected)
    shown = office.run("review").stdout
    assert "unit@example.com" in shown and "现场照片" in shown
    assert "[limits] memory" in shown and "reprocess --message 1 --reply" in shown
    office.configure()
    office.run("reprocess", "--message", "1", "--reply")
    assert "现场照片" not in office.run("review").stdout or "[limits]" not in office.run("review").stdout


def test_folders_of_killed_processes_are_swept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while a worker was there; those of a process that lives, and what others put beside, stay."""
    temporary = office.path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    (temporary / "of-others").mkdir()
    office.deliver(samples.mail(files={"表.docx": samples.registration()}))
    for _ in range(2):
        office.run("once", killed_at="understood")
        assert len(list(temporary.iterdir())) == 2, "one of the killed process"
    (temporary / "intake-tmp-of-others").symlink_to(office.path)
    living = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from bot.base.scratch import Scratch; s = Scratch(); print(s.path, flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    )
    try:
        assert living.stdout
        folder = Path(living.stdout.readline().strip())
        office.once()
        assert set(temporary.iterdir()) == {temporary / "of-others", temporary / "intake-tmp-of-others", folder}
    finally:
        living.kill()
        living.wait()
    office.once()
    assert not folder.exists() and (office.path / "config.toml").exists()


def test_what_runs_out_of_time_is_tried_again_before_anybody_is_told(office: Office) -> None:
    """Then a person sees it; the sender, whose file may be in order, is asked for nothing."""
    office.own_worker = True
    office.configure(more="[limits]\nseconds = 0.01")
    page = canvas_of([" ".join(["word"] * 20_000)])  # of one page nothing can be read apart
    office.deliver(
        samples.mail(sender="unit@example.com", subject="报送", files={"材料.pdf": page}, message_id="<3@example.com>"),
        samples.mail(
            sender="unit@example.com",
            subject="再报",
            files={"申报表.docx": samples.registration()},
            message_id="<4@example.com>",
        ),
    )
    office.once(expect=0)
    attempts = office.view("SELECT attempts FROM mail ORDER BY id")
    assert [row["attempts"] for row in attempts] == [2, 2]  # what its sender wrote after waits with it
    shown = office.run("review").stdout
    assert "材料.pdf" in shown and "没有读完" in shown
    told = [str(answer) for answer in office.answers()]
    assert len(told) == 2
    assert {row["outcome"] for row in office.view("SELECT outcome FROM v_messages")} <= {"no_form", "accepted"}


def test_a_picture_lets_others_pass_but_nothing_of_its_sender(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever corrects a scan by a second mail means the scan; who sends a document waits for nobody's."""
    picture = io.BytesIO()
    Image.frombytes("L", (30, 1200), bytes(range(250)) * 144).save(picture, "TIFF")  # too small for the recogniser
    mails = [
        ("scan@example.com", {"扫描件.tif": picture.getvalue()}),
        ("scan@example.com", {"申报表.docx": samples.registration(name="其后一场")}),
        ("other@example.com", {"申报表.docx": samples.registration(name="另一场")}),
    ]
    for number, (sender, files) in enumerate(mails):
        office.deliver(
            samples.mail(sender=sender, subject=f"报送{number}", files=files, message_id=f"<{number}@a.com>")
        )
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    settings, stop, others_are_read = load_settings(office.path / "config.toml"), threading.Event(), threading.Event()
    with running(settings, make_clock(settings.schedule.zone, datetime.fromisoformat("2023-08-25T12:00+08:00"))) as app:
        app.mailbox.connect()
        take_in(app.parts, app.mailbox, stop)
        for _ in range(app.line.slow.width):
            app.line.slow.submit(lambda guard: others_are_read.wait(60))
        try:
            first = [[one.subject for one in work_off(app.parts, stop, wait=False)] for _ in range(2)]
        finally:
            others_are_read.set()
        assert first == [["报送2"], []]
        assert [one.subject for one in work_off(app.parts, stop)] == ["报送0", "报送1"]


def what_came_of(folder: Path, raws: list[bytes]) -> list[list[object]]:
    """Without servers: of each mail, each version, and each letter, but for its check code."""
    folder.mkdir()
    config = CONFIG.format(imap_port=1, user="kepu", smtp_port=1, mailbox="", smtp="", more="", coordinators="")
    (folder / "config.toml").write_text(config, encoding="utf-8")
    now = datetime.fromisoformat("2023-08-25T12:00+08:00")
    with running(load_settings(folder / "config.toml"), lambda: now) as app:
        kept = [(Place("kepu", "INBOX", 1, uid), app.store.raw.put(raw, now)) for uid, raw in enumerate(raws, 1)]
        with app.store.transaction() as db:
            for place, sha256 in kept:
                mails.take_in(db, place, sha256, now.isoformat())
        worked = [(one.subject, one.outcome, one.ref, one.why) for one in work_off(app.parts, threading.Event())]
        versions = "SELECT ref, unit, title, version, status, is_current, content FROM submission ORDER BY id"
        letters = "SELECT to_addr, template, refs FROM outbox ORDER BY id"
        asked = (app.store.connection.execute(sql).fetchall() for sql in (versions, letters))
        return [[*worked], *([tuple(row) for row in rows] for rows in asked)]


def test_mails_settled_together_come_to_what_they_come_to_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are listened to before the first of them is settled; whose words mean what an earlier one brings, is listened to again."""
    monkeypatch.setenv("BOT_TEST_PASSWORD", "none")
    form, table = samples.registration, [("讲座", "9月3日", "馆", "科协", "庄晓东", "0595-22000000")]
    contents: list[tuple[str, str, dict[str, bytes]]] = [
        ("a", "您好", {"申报表.docx": form(venue="")}),
        ("a", "活动地点：科技馆一楼大厅", {}),
        ("b", "您好", {"申报表.docx": form(name="另一场")}),
        ("b", "时间改为9月20日", {}),
        ("a", "您好", {"申报表.docx": form(venue="市民广场")}),
        ("c", "您好", {"汇总表.xlsx": samples.summary(table)}),
        ("c", "撤回", {}),
        ("b", "我们的活动取消，请撤回申报。", {}),
        ("a", "确认", {}),
    ]
    raws = [
        samples.mail(
            sender=f"{who}@example.com", subject=f"第{n}封", text=text, files=files, message_id=f"<{n}@example.com>"
        )
        for n, (who, text, files) in enumerate(contents)
    ]
    together = what_came_of(tmp_path / "together", raws)
    monkeypatch.setattr(story, "TOGETHER", 1)
    assert together == what_came_of(tmp_path / "one", raws)
    assert len(together[0]) == len(raws) and len(together[1]) > 3


def canvas_of(pages: list[str]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        words = [*page.encode("ascii", "replace").decode().split(), "x" * 40]
        for i, word in enumerate(words):
            canvas.drawString(20 + 40 * (i % 14), 20 + i // 14 % 800, word)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
