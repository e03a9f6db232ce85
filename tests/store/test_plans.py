"""What is asked of the database for each mail must not become slower with the number of mails that it holds."""

from __future__ import annotations

import re
import threading
from datetime import datetime
from pathlib import Path

import pytest

from bot.base.settings import load_settings
from bot.intake.story import work_off
from bot.intake.taking_in import take_in
from bot.operation.app import running
from bot.store import outbox
from bot.store.database import Store
from tests.flow import samples
from tests.flow.office import Office
from tests.servers.dovecot import PASSWORD

# Grow with the mails. A scan that only reads an index (the units that ever wrote) stays far below the reading of one form;
# the index of waiting mails holds those alone.
GROWING = re.compile(
    r"SCAN (?:mail|arrival|submission|problem|activity_row|outbox|handed_over|review|saved_file|unit_seen)\b(?! USING (?:COVERING|INDEX mail_waiting))"
    r"|submission_standing \(kind=\?\)"  # all registrations
)


def test_no_statement_for_a_mail_reads_a_whole_table(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    form, table = samples.registration(), samples.summary([("青少年科普", "9月17日", "广场")], "晋江市科学技术协会")
    faulty = samples.registration(name="另一活动", phone="12")
    office.deliver(
        samples.mail(sender="a@example.com", subject="报送", files={"申报表.docx": form}, message_id="<1@example.com>"),
        samples.mail(
            sender="a@example.com", subject="报送", files={"汇总表.xlsx": table}, message_id="<2@example.com>"
        ),
        samples.mail(
            sender="b@example.com", subject="报送", files={"申报表.docx": faulty}, message_id="<3@example.com>"
        ),
        samples.mail(
            sender="a@example.com", subject="Re: 报送", files={"申报表.docx": faulty}, message_id="<4@example.com>"
        ),
        samples.mail(sender="c@example.com", subject="请问", text="请问何时截止？", message_id="<5@example.com>"),
    )
    statements: set[str] = set()
    with running(
        load_settings(office.path / "config.toml"), lambda: datetime.fromisoformat("2023-08-25T12:00+08:00")
    ) as app:
        stop = threading.Event()
        app.mailbox.connect()
        assert take_in(app.parts, app.mailbox, stop)
        connection = app.store.db.conn
        connection.set_trace_callback(statements.add)
        assert len(list(work_off(app.parts, stop))) == 5
        assert app.flush(stop).sent == 5
        connection.set_trace_callback(None)
        asked = [one for one in statements if one.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH"))]
        plans = {one: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")] for one in asked}
    assert len(plans) > 40
    assert {one: plan for one, plan in plans.items() if any(GROWING.search(named(step, one)) for step in plan)} == {}


def named(step: str, statement: str) -> str:
    """A plan names a table as the statement does: «SCAN m» of «FROM mail m»."""
    tables = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN|,) (\w+) (?:AS )?([a-z])\b", statement)}
    return re.sub(r"(?<=SCAN )\w+", lambda found: tables.get(found[0], found[0]), step)


def test_the_next_mail_to_send_is_found_without_reading_the_queue(tmp_path: Path) -> None:
    """Every mail sent asks for the next one: a queue read with all its bytes as often as it has mails would cost hours."""
    with Store(tmp_path / "store") as store:
        statements: list[str] = []
        store.connection.set_trace_callback(statements.append)
        outbox.due(store.db, datetime.fromisoformat("2023-08-25T12:00+08:00"), 1)
        store.connection.set_trace_callback(None)
        asked = [one for one in statements if "waiting" in one]
        plan = [row[3] for one in asked for row in store.connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    read = [step for step in plan if re.match(r"(?:SCAN|SEARCH) outbox", step)]
    assert len(read) == 2 and all("COVERING INDEX" in step for step in read), plan
