"""Mails are read by the machines of a cluster: what comes of them is what comes of them on one machine, whoever is lost meanwhile."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster
from PIL import Image

from bot.base.settings import load_settings
from bot.documents.lanes import Lane
from bot.operation.app import App, Cycle, running
from bot.operation.check import check_cluster
from bot.operation.status import reasons_of
from bot.operation.upkeep.reprocess import reprocess
from bot.store import mails
from bot.store.mails import Place
from tests.flow import samples
from tests.flow.office import CONFIG, ROOT
from tests.worker import WORKER

NOW = datetime.fromisoformat("2023-08-25T12:00+08:00")
TABLE = [("讲座", "9月3日", "馆", "科协", "庄晓东", "0595-22000000")]


@contextmanager
def app_in(folder: Path, more: str) -> Iterator[App]:
    folder.mkdir(exist_ok=True)
    text = CONFIG.format(imap_port=1, user="kepu", smtp_port=1, mailbox="", smtp="", more=more, coordinators="")
    (folder / "config.toml").write_text(text, encoding="utf-8")
    with running(load_settings(folder / "config.toml"), lambda: NOW) as app:
        yield app


def keep(app: App, raws: list[bytes]) -> None:
    with app.store.transaction() as db:
        for uid, raw in enumerate(raws, 1):
            mails.take_in(db, Place("kepu", "INBOX", 1, uid), app.store.raw.put(raw, NOW), NOW.isoformat())


class OfAllTests:
    """The worker that stays."""

    used = 0.0
    run = WORKER.run

    def abandon(self) -> None:
        pass

    def close(self) -> None:
        pass


def rows(app: App) -> dict[str, list[dict[str, Any]]]:
    """All that the views tell, but for the ids of our letters, which are drawn at random."""
    views = [row["name"] for row in app.store.db.query("SELECT name FROM sqlite_master WHERE type = 'view'")]
    found = {view: [*app.store.db.query(f"SELECT * FROM {view} ORDER BY 1, 2")] for view in views}
    for row in found["v_outbox"]:
        del row["message_id"]
    return found


def letters() -> list[bytes]:
    picture = io.BytesIO()
    Image.frombytes("L", (30, 1200), bytes(range(250)) * 144).save(picture, "TIFF")  # too small for the recogniser
    sent: list[tuple[str, dict[str, bytes]]] = [
        *((f"u{n}", {"申报表.docx": samples.registration(name=f"第{n}场", venue="馆" * n)}) for n in range(3)),
        ("u1", {"汇总表.xlsx": samples.summary(TABLE)}),
        ("u4", {"申报表.docx": b"PK\x03\x04 cut off"}),
        ("u5", {"扫描件.tif": picture.getvalue()}),
        *((f"v{n}", {"申报表.docx": samples.registration(name=f"另{n}场")}) for n in range(2)),
    ]
    return [
        samples.mail(
            sender=f"{who}@example.com", subject=f"第{n}封", text="", files=files, message_id=f"<{n}@example.com>"
        )
        for n, (who, files) in enumerate(sent)
    ]


@contextmanager
def machine(scheduler: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """As an admin starts it there."""
    options = (
        "--no-nanny",
        "--no-dashboard",
        "--nthreads",
        "1",
        "--memory-limit",
        "0",
        "--local-directory",
        str(folder),
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_at_work(process: subprocess.Popen[bytes]) -> None:
    """As soon as it has begun the guarded worker in which it reads."""
    begun = ""
    while not begun:
        time.sleep(0.01)
        with suppress(OSError):  # a thread that has ended meanwhile
            begun = "".join(one.read_text() for one in Path(f"/proc/{process.pid}/task").glob("*/children"))
    process.kill()


def test_a_cluster_that_loses_a_machine_and_comes_late_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", "none")
    raws, stop = letters(), threading.Event()
    with app_in(tmp_path / "here", "") as app:
        keep(app, raws)
    shutil.copytree(tmp_path / "here", tmp_path / "cluster")  # the same store: its secret stands in the letters
    with app_in(tmp_path / "here", "") as app:
        app.line.close()
        app.line.quick = app.line.slow = Lane([OfAllTests()], "serial")
        app.work_off(done := Cycle(), stop, lambda worked: None)
        again = [*reprocess(app, [], True, False, stop)]
        serial = rows(app)
        assert len(done.worked) == len(raws) and not done.reading_fault
    options = {"n_workers": 0, "dashboard_address": ":0", "silence_logs": 50}
    with ExitStack() as open_now:
        cluster = open_now.enter_context(closing(LocalCluster(**options)))
        with app_in(tmp_path / "cluster", f'[reading]\nworkers = "{cluster.scheduler_address}"') as app:
            app.work_off(done := Cycle(), stop, lambda worked: None)
            assert "没有机器" in done.reading_fault and done.exit_status == 4 and not done.worked
            assert {mails.stored_mail(app.store.db, one).attempts for one in mails.pending(app.store.db)} == {0}
            (wrong,) = [one for one in reasons_of(app.store.db, app.settings, NOW) if "没有读取" in one]
            assert "没有机器" in wrong and "恢复后自动继续" in wrong
            first, _ = (open_now.enter_context(machine(cluster.scheduler_address, tmp_path)) for _ in range(2))
            open_now.enter_context(closing(Client(cluster, set_as_default=False))).wait_for_workers(2, timeout=60)

            at_work = threading.Thread(target=kill_at_work, args=(first,))
            at_work.start()
            app.work_off(done := Cycle(), stop, lambda worked: None)
            at_work.join()
            assert len(done.worked) == len(raws) and not done.reading_fault
            assert not any("没有读取" in one for one in reasons_of(app.store.db, app.settings, NOW))
            assert [*reprocess(app, [], True, False, stop)] == again
            assert rows(app) == serial
            assert "1 个 dask worker" in check_cluster(app.settings)
