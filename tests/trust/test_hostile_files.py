"""Bombs through the whole way: each mail has an outcome and an answer, the form beside the bomb is stored, the main process stays small."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

import pytest

from tests.flow import command, samples
from tests.flow.office import Office
from tests.trust import hostile_files

MOST_MEMORY = 700 * 2**20  # bytes of the main process; the worker has its own limit
MOST_SECONDS = 900  # a busy machine; only an end that never comes breaks it


def watched(office: Office) -> tuple[int, str, int]:
    """``once``: exit status, log, the highest memory of the main process."""
    begun, most = time.monotonic(), 0
    process = command.start(office.command("once")[2:], office.environment, err=str(office.path / "log"))
    while process.is_alive():
        with contextlib.suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
            most = max(most, int(found[1]) * 1024 if found else 0)
        time.sleep(0.05)
        assert time.monotonic() - begun < MOST_SECONDS, "does not end"
    assert process.exitcode is not None
    return process.exitcode, (office.path / "log").read_text(), most


@pytest.mark.slow
def test_bombs_cost_only_themselves(office: Office) -> None:
    office.configure(more='[limits]\nmemory = "1GB"\nseconds = "1s"')
    files, mails = hostile_files.files(), hostile_files.mails()
    office.deliver(
        *(
            samples.mail(
                sender=f"u{number}@example.com",
                subject=name,
                files={
                    name: data,
                    "申报表.docx": samples.registration(name=f"第{number}项活动", unit=f"第{number}中学"),
                },
            )
            for number, (name, data) in enumerate(files.items())
        ),
        *mails.values(),
    )
    status, log, memory = watched(office)
    assert status == 0 and "mail not worked off" not in log, log
    assert memory < MOST_MEMORY
    rows = office.view("SELECT from_addr, outcome FROM v_messages")
    assert len(rows) == len(files) + len(mails) and all(row["outcome"] for row in rows), rows
    assert "failed" not in {row["outcome"] for row in rows if row["from_addr"].endswith("@example.com")}, rows
    stored = {row["activity_name"] for row in office.view("SELECT activity_name FROM v_activities")}
    assert {f"第{number}项活动" for number in range(len(files))} <= stored
    answered = {mail["To"].addresses[0].addr_spec for mail in office.answers()}
    assert {row["from_addr"] for row in rows if row["outcome"] not in {"ignored", "failed"}} <= answered
    codes = {row["code"] for row in office.view("SELECT DISTINCT code FROM problem")}
    assert {"unsafe", "too_large"} <= codes
    told = "\n".join(mail.as_string() for mail in office.sent) + log
    assert "root:" not in told and "Traceback" not in log
