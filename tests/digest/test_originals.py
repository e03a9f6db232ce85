"""Which files the package holds. Pure, no store."""

from __future__ import annotations

from typing import Any

from bot.digest.package.originals import originals

PATH = "1.eml!/申报表.docx"


def version(number: int, mail: int, path: str = PATH, status: str = "accepted", *, current: bool) -> dict[str, Any]:
    return {
        "mail": mail, "source_path": path, "unit": "晋江市科协", "title": "海洋课", "kind": "registration", "ref": "KP2023-0001",
        "version": number, "is_current": current, "status": status,
    }  # fmt: skip


def saved(mail: int, path: str = PATH, sha256: str = "a") -> dict[str, Any]:
    return {"mail": mail, "path": path, "sha256": sha256, "file": f"files/{mail}/{sha256}", "unit": "晋江市科协"}


def test_a_form_corrected_in_words_keeps_its_file() -> None:
    told = [version(1, 1, current=False), version(2, 2, current=False), version(3, 3, current=True)]
    assert [(one.activity, one.name, one.file) for one in originals([saved(1)], told)] == [
        ("海洋课", "申报表.docx", "files/1/a")
    ]


def test_only_the_newest_file_of_a_form_counts() -> None:
    newer = "3.eml!/申报表改.docx"
    told = [version(1, 1, current=False), version(2, 3, newer, current=False), version(3, 4, newer, current=True)]
    assert [one.file for one in originals([saved(1), saved(3, newer, "b")], told)] == ["files/3/b"]


def test_what_was_sent_back_is_not_passed_on() -> None:
    assert list(originals([saved(1)], [version(1, 1, status="rejected", current=True)])) == []
    withdrawn = [version(1, 1, current=False), version(2, 2, status="withdrawn", current=True)]
    assert list(originals([saved(1)], withdrawn)) == []
