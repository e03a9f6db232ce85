"""Who is a robot: the wording of real providers with and without header signs, and people who write much the same."""

from __future__ import annotations

from typing import Any

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message
from tests.cases import cases

OURS = "kepu@example.org"


def mail(
    subject: str = "",
    body: str = "",
    *,
    sender: str = "zhang@example.com",
    headers: str = "",
    html: bool = False,
    file: str = "",
    content_type: str = "",
) -> Message:
    kind = content_type or ("text/html; charset=utf-8" if html else "text/plain; charset=utf-8")
    head = (
        f"From: {sender}\r\nTo: {OURS}\r\n"
        + (f"Subject: {subject}\r\n" if subject else "")
        + "".join(f"{line}\r\n" for line in headers.split("\n") if line)
        + "MIME-Version: 1.0\r\n"
    )
    if file:
        raw = (
            f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--b\r\nContent-Type: application/msword; name="{file}"\r\n'
            f'Content-Disposition: attachment; filename="{file}"\r\nContent-Transfer-Encoding: base64\r\n\r\n0M8R4KGxGuE=\r\n--b--\r\n'
        )
    else:
        raw = f"{head}Content-Type: {kind}\r\n\r\n{body}"
    return parse_message(raw.encode("utf-8"), own=[OURS])


ROBOTS = [
    *cases(__file__, "robots/vacations.json", "name"),
    *cases(__file__, "robots/bounces.json", "name"),
    *cases(__file__, "robots/receipts.json", "name"),
    *cases(__file__, "robots/lists.json", "name"),
    *cases(__file__, "robots/others.json", "name"),
    *cases(__file__, "robots/bare.json", "name"),
]
PEOPLE = cases(__file__, "robots/people.json", "name")


def made(case: dict[str, Any], **more: str) -> Message:
    """The mail of a case; ``bounced_to`` is what must be found in it."""
    return mail(**{key: value for key, value in case.items() if key not in {"name", "bounced_to"}} | more)


@pytest.mark.parametrize("case", ROBOTS)
def test_robot(case: dict[str, Any]) -> None:
    """Every one of these must stay without an answer."""
    message = made(case)
    assert message.robot or message.program


@pytest.mark.parametrize("case", PEOPLE)
def test_person(case: dict[str, Any]) -> None:
    message = made(case)
    assert message.robot == ""
    assert bool(message.program) == (
        "请勿直接回复" in message.text and "请勿直接回复" not in message.new_text and ">" not in case["body"]
    )


def test_the_corpus_is_large_enough() -> None:
    assert len(ROBOTS) >= 150
    assert len(PEOPLE) >= 60


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Return-Path: <>",
        "List-Id: <x.example.com>",
        "Precedence: bulk",
        "X-Autoreply: yes",
    ],
)
def test_each_header_alone_is_enough_whatever_the_text_says(header: str) -> None:
    for param in PEOPLE:
        case = param.values[0]
        before = case.get("headers", "")
        if any(name in before for name in ("Return-Path", "Auto-Submitted", "Precedence")):
            continue
        message = made(case, headers=f"{before}\n{header}")
        assert message.robot or message.program, (case["name"], header)


@pytest.mark.parametrize("case", [one for one in ROBOTS if "bounced_to" in one.values[0]])
def test_whom_a_bounce_is_about(case: dict[str, Any]) -> None:
    """Nobody, where it only warns of a delay."""
    assert list(made(case).bounced_to) == case["bounced_to"]


def test_a_report_of_success_bounces_nobody() -> None:
    body = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@example.com\r\nAction: delivered\r\n\r\nFinal-Recipient: rfc822; b@example.com\r\nAction: failed\r\n--b--"
    assert mail("x", body, content_type="multipart/report; report-type=delivery-status; boundary=b").bounced_to == (
        "b@example.com",
    )


def test_a_bounce_knows_the_mail_that_came_back() -> None:
    body = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <tencent_1@qq.com>\r\nX-OQ-MSGID: <ours.7@example.org>\r\nSubject: y\r\n\r\nz\r\n--b--"
    found = mail(
        "系统退信",
        body,
        sender="postmaster@qq.com",
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )
    assert "<ours.7@example.org>" in found.thread_ids
