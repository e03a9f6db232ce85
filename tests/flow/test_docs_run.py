"""The command lines of the pages are run, on an office that has some mails; but for ``init``, which asks and has a test of its own (tests/cli)."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.base.test_docs import LINES
from tests.cli.terminal import Terminal
from tests.flow import command, samples
from tests.flow.office import Office
from tests.servers.dovecot import free_port

ASKS, STAY = "init", ("run", "desk")
LAST = ("rebuild", "restore", "purge")  # what takes something away
DRILL = "/tmp/drill/config.toml"


def lines() -> list[tuple[str, ...]]:
    """One that another is, with more options, is not run as well."""
    found = {words for _, words in LINES if ASKS not in words}
    found -= {words for words in found if any(words[0] == more[0] and options(words) < options(more) for more in found)}
    last = [
        (*(name_of(words) == one for one in LAST), "--yes" in words, words) for words in found if DRILL not in words
    ]
    drill = sorted(words for words in found if DRILL in words)  # restored, then looked at
    return [*(words for *_, words in sorted(last)), *drill]


def name_of(words: tuple[str, ...]) -> str:
    return words[2] if words[0] in ("--config", "--mailbox") else words[0]


def options(words: tuple[str, ...]) -> set[str]:
    return {word for word in words if word.startswith("--")} - {"--force", "--yes"}


def test_the_command_lines_of_the_pages_do_what_they_say(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, elsewhere = office.path, office.path / "elsewhere"
    monkeypatch.chdir(folder)
    office.configure(more=f"[desk]\nport = {free_port()}\n")
    (elsewhere / "bin").mkdir(parents=True)
    (elsewhere / "bin" / "xdg-open").write_text(f'#!/bin/sh\necho "$1" >> {elsewhere}/shown\n')
    (elsewhere / "bin" / "xdg-open").chmod(0o700)
    form = samples.registration()
    for name in ("申报表.doc", "申报表.docx", "空白表.docx"):
        (folder / name).write_bytes(form)
    raw = samples.mail(sender="a@example.com", files={"申报表.docx": form})
    (folder / "来信.eml").write_bytes(raw)
    other = samples.registration(name="天文夜")
    office.deliver(raw, samples.mail(sender="a@example.com", subject="又一项", files={"申报表.docx": other}))
    office.once(now="")
    for sender, name in (("b@example.com", {}), ("c@example.com", {"name": "天文夜"})):
        changed = samples.registration(venue="三楼会议室", **name)
        office.deliver(samples.mail(sender=sender, subject="更新", files={"申报表.docx": changed}))
    office.once(now="")
    held, another = office.view("SELECT id FROM review WHERE submission IS NOT NULL ORDER BY id")
    environment = office.environment | {"PATH": f"{elsewhere}/bin:{os.environ['PATH']}"}
    two_mailboxes(office, folder / "two.toml")
    assert command.run(["--config", "two.toml", "once"], environment).returncode == 0
    (elsewhere / "drill").mkdir()
    shutil.copytree(folder / "data", folder / "demo-output" / "data")
    for name in ("demo-output/config.toml", "config-new.toml"):
        shutil.copy(folder / "config.toml", folder / name)
    instead = {"8023": str(free_port()), "17": str(held["id"]), "18": str(another["id"]), "12": "1"}

    done = {}
    for words in lines():
        if words[0] == "restore" and "--force" not in words:  # as after the loss of the disk
            shutil.rmtree(folder / "data")
        said = [instead.get(word, word) for word in words]
        said = [word.replace("/mnt/", f"{elsewhere}/mnt/").replace("/tmp/", f"{elsewhere}/") for word in said]
        if "--mailbox" in words:
            said = ["--config", "two.toml", *said]
        done[words] = (stopped if words[0] in STAY else command.run)(said, environment)
    wrong = [
        f"{' '.join(words)}: {one.returncode} {one.stdout}{one.stderr}" for words, one in done.items() if one.returncode
    ]
    assert not wrong, "\n".join(wrong)
    assert len(done) >= 30 and len(Path(elsewhere / "shown").read_text().splitlines()) == 2


def stopped(words: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What stays until it is stopped; a password is asked for at a terminal."""
    if "password" in words:
        asked = Terminal(*words, folder=Path.cwd())
        for question in ("密码（至少 10 个字符）", "再输一次"):
            asked.answer(question, "correct horse")
        return subprocess.CompletedProcess(
            words, asked.end() or 0 if "[desk.passwords]" in asked.shown else 1, asked.shown, ""
        )
    out, err = Path("stays.out"), Path("stays.err")
    out.write_text("", encoding="utf-8")
    process = command.start(words, environment, str(out), str(err))
    until = time.monotonic() + command.PATIENCE
    while "按 Ctrl+C 停止" not in out.read_text(encoding="utf-8") and time.monotonic() < until and process.is_alive():
        time.sleep(0.05)
    process.terminate()
    process.join(command.PATIENCE)
    status = process.exitcode if "停止" in out.read_text(encoding="utf-8") else 1
    return subprocess.CompletedProcess(
        words, status or 0, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    )


def two_mailboxes(office: Office, config: Path) -> None:
    text = (office.path / "config.toml").read_text(encoding="utf-8")
    head, rest = text.split("[smtp]", 1)
    tables = [
        head.replace("[mailbox]", f'[[mailbox]]\nname = "{name}"').replace("kepu@", f"{number}@")
        for number, name in enumerate(("kepu", "讲解大赛"))
    ]
    rest = rest.replace('path = "data"', 'path = "of-two"').replace("[desk]", "[desk]\nenabled = false")
    config.write_text("".join(tables) + "[smtp]" + rest, encoding="utf-8")
