"""Letters worked off again: killed between reading and deciding, built anew, read with today's rules. What they said is settled once."""

from __future__ import annotations

import signal
from collections import Counter
from typing import Any

import pytest

from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_conversation import VOUCHED
from tests.trust.test_reprocess import everything

NOW = "2023-08-28T12:00+08:00"
ROSTER = """[[unit]]
name = "晋江市科学技术协会"
emails = ["unit@jinjiang.example.com"]
[[unit]]
name = "惠安县科协"
emails = ["ha@example.com"]
"""


def forms_in(office: Office) -> None:
    """A good form and one without its place, each of its own unit, and what they were answered."""
    office.configure(more=ROSTER)
    office.deliver(
        samples.mail(files={"表.docx": samples.registration()}),
        samples.mail("b@example.com", files={"表.docx": samples.registration(unit="安溪县科协", name="乙", venue="")}),
    )
    office.once()


def all_but_digests(office: Office) -> dict[str, list[Any]]:
    """What everybody sees, in any order; the digests that went out are not built anew."""
    views = {name: sorted(rows, key=repr) for name, rows in everything(office).items()}
    return views | {"v_outbox": [row for row in views["v_outbox"] if row["kind"] != "digest"]}


def letters(office: Office) -> list[bytes]:
    """An answer that puts a value in, a change that is proposed or done, a question, a nil report, words that nobody settles."""
    said = [
        ("b@example.com", "Re: 表", "活动地点：安溪县图书馆三楼", office.thread("b@example.com")),
        ("unit@jinjiang.example.com", "Re: 表", "联系电话改为0595-22000009，另外请问要盖章吗？", office.thread("unit@jinjiang.example.com")),
        ("ha@example.com", "零报告", "我单位今年不举办科普日活动。", {"Authentication-Results": "mx.example.com; dmarc=pass header.from=example.com"}),
        ("c@example.com", "问一下", "请问要盖章吗？", {}),
        ("d@example.com", "建议", "建议把活动日期和国庆错开。", {}),
    ]  # fmt: skip
    return [samples.mail(who, subject, text, headers=VOUCHED | more) for who, subject, text, more in said]


@pytest.mark.parametrize("point", ["understood", "files_kept", "recorded", "committed"])
def test_killed_between_reading_and_deciding(office: Office, point: str) -> None:
    forms_in(office)
    written = letters(office)
    office.deliver(*written, when="2023-08-26T10:00+08:00")
    # Mails that are ready are committed together: a point behind that may be there once only.
    assert office.run("once", now=NOW, killed_at=point).returncode == -signal.SIGKILL
    for _ in range(2):
        office.run("once", now=NOW, killed_at=point)
    office.once(now=NOW)
    outcomes = Counter(row["outcome"] for row in office.view("SELECT outcome FROM v_messages"))
    assert outcomes[None] == 0 and outcomes["failed"] == 0 and sum(outcomes.values()) == 2 + len(written)
    assert [tuple(row.values()) for row in office.view("SELECT title, version, status FROM v_submissions ORDER BY ref, version")] == [
        ("科技馆里的海洋课", 1, "accepted"),
        ("科技馆里的海洋课", 2, "accepted"),
        ("乙", 1, "needs_correction"),
        ("乙", 2, "accepted"),
    ]  # fmt: skip
    assert {row["words"] for row in office.view("SELECT words FROM v_reviews WHERE reason = 'words'")} == {
        "联系电话改为0595-22000009，另外请问要盖章吗？",
        "请问要盖章吗？",
        "建议把活动日期和国庆错开。",
    }
    assert [row["unit"] for row in office.view("SELECT unit FROM v_units WHERE state = 'nil'")] == ["惠安县科协"]
    answered = Counter(str(answer["In-Reply-To"]) for answer in office.answers())
    assert set(answered.values()) == {1} and len(answered) == 2 + len(written)


def test_built_anew_and_read_again_nothing_is_said_or_done_twice(office: Office) -> None:
    forms_in(office)
    office.deliver(*letters(office), when="2023-08-26T10:00+08:00")
    office.once(now=NOW)
    sent = len(office.sent)
    (item,) = office.view("SELECT id FROM v_reviews WHERE words = '请问要盖章吗？'")
    assert office.run("review", str(item["id"]), "done", now=NOW).returncode == 0
    before = all_but_digests(office)
    for words in (("reprocess", "--all"), ("reprocess", "--all", "--reply"), ("rebuild",), ("reprocess", "--all")):
        done = office.run(*words, now=NOW)
        assert done.returncode == 0, done.stdout + done.stderr
        now = all_but_digests(office)
        for what, rows in before.items():
            assert now[what] == rows, (words, what)
        office.once(now=NOW)
        assert len(office.sent) == sent, words


def test_an_answer_without_a_word_is_worked_off(office: Office) -> None:
    """A reply in which only our own letter stands: nothing waits for ever."""
    forms_in(office)
    for number, text in enumerate(("", "\n\n> 您好，来信已收到。\n")):
        thread = office.thread("b@example.com")
        office.deliver(samples.mail("b@example.com", "Re: 表", text, headers=thread, when=f"2023-08-26T1{number}:00"))
        office.once(now=NOW)
    assert not office.view("SELECT * FROM v_messages WHERE outcome IS NULL")
