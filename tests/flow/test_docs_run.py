"""The command lines of the pages are run, on an office that has some mails; not those that ask or stay (``init``, ``run``, ``desk``), which have tests of their own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.base.test_docs import LINES
from tests.flow import command, samples
from tests.flow.office import Office

STAY = {"init", "run", "desk"}
LAST = ("rebuild", "restore", "purge")  # what takes something away


def lines() -> list[tuple[str, ...]]:
    """One that another is, with more options, is not run as well."""
    found = {words for _, words in LINES if not STAY & set(words) and not {"--mailbox", "--config"} & set(words)}
    found -= {words for words in found if any(words[0] == more[0] and options(words) < options(more) for more in found)}
    return sorted(found, key=lambda words: (*(words[0] == one for one in LAST), "--yes" in words, words))


def options(words: tuple[str, ...]) -> set[str]:
    return {word for word in words if word.startswith("--")} - {"--force", "--yes"}


def test_the_command_lines_of_the_pages_do_what_they_say(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, elsewhere = office.path, office.path / "elsewhere"
    monkeypatch.chdir(folder)
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
    instead = {"17": str(held["id"]), "18": str(another["id"]), "12": "1"}
    environment = office.environment | {"PATH": f"{elsewhere}/bin:{os.environ['PATH']}"}

    done = {}
    for words in lines():
        if words[0] == "restore" and "--force" not in words:  # as after the loss of the disk
            shutil.rmtree(folder / "data")
        said = [instead.get(word, word).replace("/mnt/", f"{elsewhere}/mnt/") for word in words]
        done[words] = command.run(said, environment)
    wrong = [
        f"{' '.join(words)}: {one.returncode} {one.stdout}{one.stderr}" for words, one in done.items() if one.returncode
    ]
    assert not wrong, "\n".join(wrong)
    assert len(done) >= 20 and len(Path(elsewhere / "shown").read_text().splitlines()) == 2
