"""``read`` as a person calls it: without a configuration, several files at once, whole mails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.flow import samples
from tests.flow.office import ROOT


def read(folder: Path, *paths: Path) -> tuple[int, list[dict[str, Any]]]:
    command = [sys.executable, str(ROOT / "run_bot.py"), "read", *map(str, paths), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120, check=False)
    return done.returncode, json.loads(done.stdout)["documents"]


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def codes(document: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in document["problems"]}


def test_a_form(tmp_path: Path) -> None:
    path = write(tmp_path / "申报表.docx", samples.registration())
    status, (document,) = read(tmp_path, path)
    assert (
        status == 0
        and document["path"] == str(path)
        and document["format"] == "docx"
        and document["kind"] == "registration"
    )
    assert document["fields"]["start_date"] == "2023-09-17" and document["fields"]["activity_types"] == ["展览展示"]
    assert document["fields"]["expected_public"] == 500 and document["rows"] == [] and document["problems"] == []


def test_a_mail_with_parts(tmp_path: Path) -> None:
    raw = samples.mail(
        files={"申报表.docx": samples.registration(), "汇总表.xlsx": samples.summary([("别的活动", "9月18日", "馆")])}
    )
    status, documents = read(tmp_path, write(tmp_path / "a.eml", raw))
    assert status == 0 and [one["kind"] for one in documents] == ["registration", "summary"]
    assert documents[0]["path"].endswith("a.eml!/申报表.docx")
    assert "not_in_summary" in codes(documents[0]) and "not_registered" in codes(documents[1])


def test_only_forms_of_one_unit_are_compared(tmp_path: Path) -> None:
    mine = write(tmp_path / "a.docx", samples.registration())
    other = write(tmp_path / "b.xlsx", samples.summary([("别的活动", "9月18日", "馆")], unit="德化县科协"))
    _, documents = read(tmp_path, mine, other)
    assert "not_in_summary" not in codes(documents[0])
    table = write(tmp_path / "c.xlsx", samples.summary([("别的活动", "9月18日", "馆")]))
    _, documents = read(tmp_path, mine, other, table)
    assert "not_in_summary" in codes(documents[0])


def test_a_path_that_cannot_be_opened(tmp_path: Path) -> None:
    status, documents = read(tmp_path, tmp_path / "none.docx", write(tmp_path / "a.docx", samples.registration()))
    assert status == 1 and len(documents) == 1


def test_broken_bytes_have_an_entry(tmp_path: Path) -> None:
    status, (document,) = read(tmp_path, write(tmp_path / "a.docx", samples.registration()[:3000]))
    assert status == 0 and document["kind"] == "unrecognised" and codes(document) == {"unreadable"}
