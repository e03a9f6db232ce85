"""Long runs of whatever an expression looks for: a mail of them costs no more than any other of its size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.base.campaign import Campaign
from bot.decision.words.check_code import without_codes
from bot.decision.words.requests import read_request
from bot.forms.definitions import load_definitions
from bot.forms.read import read_forms
from bot.forms.units.roster import Roster, RosterUnit
from bot.message.parse import parse_message
from bot.statements.values.answers import read_answers
from bot.statements.wording.signature import is_mere_thanks, says_attached, signed_text
from tests.bounded import bounded
from tests.forms.build import document, registration_table

RUNS = (
    " ", "\n", "\u3000", "\t", " \n", "（", "(", "[", "【", "1", "：", ":", "密码", "“", '"', "-", "--\n", "> ", "<-", "，", "，的", "、 ", "a", "a@",
    "一", "拾", "联系电话", "联系电话 ", "改为", "9月", "第1行", "1、", "撤回", "KP2023-0007 ", "写道", "发件人：", "您的邮件", "过期时间 ", "a.docx ", "=?",
)  # fmt: skip
FIELDS = ("Subject: ", "From: ", "Reply-To: <", "Sender: ", "References: <", "Content-Type: text/plain; name=")
HEAD = b"From: zhang@example.com\r\nContent-Type: text/plain; charset=utf-8\r\n"
EMPTY = parse_message(HEAD + b"\r\n")
DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))
FORM = read_forms(document(registration_table(phone="", time="九月")), DEFINITIONS, CAMPAIGN)[0]


def run(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


@pytest.mark.parametrize("head", ["", "密码"])
def test_text(head: str) -> None:
    with bounded():
        for unit in RUNS:
            parse_message(HEAD + f"\r\n{head}{run(unit, 60_000)}x".encode())


@pytest.mark.parametrize("field", FIELDS)
def test_fields(field: str) -> None:
    with bounded():
        for unit in RUNS:
            value = run(unit.replace("\n", "\r\n "), 20_000)
            parse_message(f"{field}{value}x\r\n".encode() + HEAD + b"\r\nx")


def test_a_mail_of_blanks_behind_the_word_for_password() -> None:
    with bounded():
        message = parse_message(HEAD + "\r\n解压密码：kepu1\n密码".encode() + b" " * 1_000_000)
    assert message.passwords == ("kepu1",)


def test_reply_to_of_brackets_is_no_crash() -> None:
    for mark in ("(", "a:", "<", '"'):
        assert parse_message(b"Reply-To: " + mark.encode() * 3000 + b"\r\n" + HEAD + b"\r\nx").sender.email


def words(text: str) -> None:
    signed, kept = signed_text(text), without_codes(text)
    is_mere_thanks(signed)
    says_attached(signed)
    read_request("", signed if kept == text else signed_text(kept), from_coordinator=True)


READERS: dict[str, Callable[[str], object]] = {
    "words": words,
    "request in the subject": lambda text: read_request(text, signed_text(""), from_coordinator=True),
    "answers": lambda text: read_answers(text, FORM, DEFINITIONS, CAMPAIGN),
}


@pytest.mark.parametrize("head", ["", "联系电话：", "活动时间由"])
@pytest.mark.parametrize("reader", READERS)
def test_requests_and_answers(reader: str, head: str) -> None:
    """No text makes reading it quadratic; of answers a fifth of the length shows the same."""
    longest = 4_000 if reader == "answers" else 20_000
    with bounded():
        for unit in RUNS:
            for length in (300, longest):
                READERS[reader](head + run(unit, length) + "x")


def test_many_long_lines_of_an_answer() -> None:
    with bounded():
        for unit in RUNS[:12]:
            READERS["answers"](f"联系电话：{run(unit, 380).replace(chr(10), ' ')}x\n" * 50)


def test_many_rules_above_a_long_signature() -> None:
    text = "--\n" * 100_000 + "请问要盖章吗\n" * 20
    with bounded():
        assert not is_mere_thanks(signed_text(text))


def test_a_unit_of_a_thousand_lines() -> None:
    roster = Roster((RosterUnit("晋江市科学技术协会"),), "泉州")
    with bounded():
        for unit in RUNS:
            assert roster.match(run(unit, 200_000)) is None
            assert roster.county(run(unit, 200_000)) == ""
