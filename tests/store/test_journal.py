"""The journal survives torn lines, and knows which of two claims to one reference is right."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

from bot.store.database import Store
from bot.store.files.journal import Journal, given_before, mark, note_given, references
from bot.store.forms.submissions import last_number
from tests.flow.office import ROOT


def test_a_torn_line_spoils_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    assert journal.lines() == []
    journal.worked(1, "aa", "2023-08-25T10:00:00+08:00", {"1.eml!/表.docx": "KP2023-0001"})
    with journal.path.open("ab") as file:
        file.write(b'{"at": "2023-08-25T10:')
    journal.worked(2, "bb", "2023-08-25T11:00:00+08:00", {})
    assert [line["id"] for line in journal.lines()] == [1, 2]
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert "表" not in journal.path.read_text(encoding="utf-8")


def test_of_two_claims_the_later_is_right(tmp_path: Path) -> None:
    """The process was killed between a line and its commit; another mail got the number, the first one the next."""
    journal = Journal(tmp_path / "journal.jsonl")
    journal.worked(1, "aa", "2023-08-25T10:00:00+08:00", {"p": "KP2023-0001"})
    journal.worked(2, "bb", "2023-08-25T11:00:00+08:00", {"q": "KP2023-0001"})
    journal.worked(1, "aa", "2023-08-25T12:00:00+08:00", {"p": "KP2023-0002"})
    journal.read_again(2, "bb", {"r": "KP2023-0007"})
    assert references(journal.lines()) == {
        "aa": {mark("p"): "KP2023-0002"},
        "bb": {mark("q"): "KP2023-0001", mark("r"): "KP2023-0007"},
    }
    with Store(tmp_path / "data") as store:
        note_given(store.db, references(journal.lines()))
        assert given_before(store.db, "bb", ["q", "x"]) == {"q": "KP2023-0001"}
        assert given_before(store.db, "cc", ["q"]) == {}
        assert last_number(store.db, 2023) == 7


def test_decisions_on_forgotten_mails_go(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for mail in ("aa", "bb"):
        journal.worked(1, mail, "2023-08-25T10:00:00+08:00", {"p": "KP2023-0001"})
        told = {"path": "p", "action": "assign", "unit": "某个人", "reason": "unknown_unit"}
        journal.append({"at": "2023-08-25T11:00:00+08:00", "mail": mail, **told})
    journal.forget_decisions({"aa"})
    assert [(line["mail"], line.get("action")) for line in journal.lines()] == [
        ("aa", None),
        ("bb", None),
        ("bb", "assign"),
    ]


CUT = """
import resource, sys
from pathlib import Path
from bot.store.files.journal import Journal
journal = Journal(Path(sys.argv[1]))
journal.restored("first")
resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size + 20, resource.RLIM_INFINITY))
try:
    journal.restored("second")
except OSError as error:
    print(error.errno)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
journal.restored("third")
"""


def test_a_line_that_a_full_disk_cuts_off_is_noticed(tmp_path: Path) -> None:
    """The kernel writes what fits and says how much: without a look at that the decision would be taken for noted."""
    path = tmp_path / "journal.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", CUT, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == str(errno.ENOSPC)
    assert [line["answered_until"] for line in Journal(path).lines()] == ["first", "third"]
    assert path.read_bytes().count(b"\n") == 2
