"""What providers answer and what it means; the pairs are in refusals.json."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.smtp.refusals import RefusalKind, Stage, classify

CASES = json.loads((Path(__file__).parent / "refusals.json").read_text(encoding="utf-8"))
WAITS = {"": None, "15m": timedelta(minutes=15), "30m": timedelta(minutes=30), "1h": timedelta(hours=1), "day": None}


@pytest.mark.parametrize(
    ("code", "text", "stage", "kind", "wait"),
    [case[:5] for case in CASES],
    ids=[f"{c[2]}-{c[0]} {c[1][:40]}" for c in CASES],
)
def test_meaning(code: str, text: str, stage: str, kind: str, wait: str) -> None:
    refusal = classify(int(code), text.encode(), Stage(stage))
    assert (refusal.kind, refusal.wait) == (RefusalKind(kind), WAITS[wait])
    assert refusal.text == f"{code} {text}"
    assert refusal.remedy


@pytest.mark.parametrize("text", ["MI:DMC 126", "RP:DRC", "MI:CEL"])
def test_a_used_up_connection_is_replaced(text: str) -> None:
    refusal = classify(450, text, Stage.MAIL)
    assert refusal.used_up and refusal.new_connection


def test_spam_is_tried_only_a_few_times() -> None:
    assert 0 < classify(554, "DT:SPM", Stage.END).most_attempts <= 5


def test_answers_in_gbk_and_with_line_breaks_are_shown_on_one_line() -> None:
    refusal = classify(550, "用户不存在\r\nX-Injected: 1\x1b[31m".encode("gb18030"), Stage.RCPT)
    assert refusal.text == "550 用户不存在 X-Injected: 1 [31m"


@given(st.integers(400, 599), st.binary(max_size=2000), st.sampled_from(Stage))
def test_never_raises(code: int, text: bytes, stage: Stage) -> None:
    refusal = classify(code, text, stage)
    assert refusal.remedy and len(refusal.text) <= 310 and refusal.text.isprintable()
    if code < 500 and refusal.kind is RefusalKind.MAIL_BAD:
        pytest.fail("a temporary answer must not end a mail")
