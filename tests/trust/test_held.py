"""What another address sends for a form that stands: kept from it, shown to nobody, decided by a person about just that version."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of

OWNER, STRANGER, OTHER = "a@unit.example.com", "x@elsewhere.example.net", "y@third.example.org"
SECRETS = ("0595-22000000", "13900000000", "zxd@example.com", "科技馆里的海洋课", "晋江市科学技术协会")


def came(
    office: Office,
    sender: str,
    number: int,
    text: str = "",
    subject: str = "",
    **values: Any,
) -> str:
    """The answer to one more mail (the owner's answers our letter, others only know the reference): with a form where there are *values*, else with *text* alone."""
    files = {"申报表.docx": samples.registration(**values)} if values else {}
    before = len(office.sent)
    ours = [str(mail["Subject"]) for mail in office.sent if mail["To"].addresses[0].addr_spec == sender == OWNER]
    subject = subject or (ours[-1] if ours else "Re: 申报 【受理号 KP2023-0001】")
    office.deliver(
        samples.mail(
            sender=sender,
            subject=subject,
            text=text or "请查收",
            files=files,
            message_id=f"<held{number}@example.com>",
        ),
        when=f"2023-08-25T10:{number:02}+08:00",
    )
    office.once()
    return "\n".join(text_of(mail) for mail in office.sent[before:] if mail["To"].addresses[0].addr_spec == sender)


def command(office: Office, words: str, number: int) -> str:
    return came(office, "boss@example.gov.cn", number, words)


def stands(office: Office) -> list[tuple[str, int]]:
    return [
        (row["venue"], row["version"])
        for row in office.view(
            "SELECT a.venue, s.version FROM v_activities a JOIN v_submissions s USING (ref) WHERE s.is_current"
        )
    ]


@pytest.fixture
def held(office: Office) -> Office:
    """One form of its owner."""
    office.configure(more="require_auth = false")
    assert "KP2023-0001" in came(office, OWNER, 1, subject="申报", venue="科技馆一楼")
    return office


@pytest.mark.parametrize(
    "words", ["联系电话：0595-85111111", "撤回 KP2023-0001", "单位：石狮市图书馆", "活动时间改为9月20日"]
)
def test_a_stranger_hears_nothing_of_what_stands(held: Office, words: str) -> None:
    answer = came(held, STRANGER, 2, words)
    assert answer and not [secret for secret in (*SECRETS, "科技馆一楼", "原为") if secret in answer], answer
    assert stands(held) == [("科技馆一楼", 1)]


def test_a_strangers_form_is_answered_with_its_own_words_alone(held: Office) -> None:
    values = {
        "person": "林某某",
        "phone": "0595-85111111",
        "mobile": "13911111111",
        "email": "x@example.net",
        "venue": "别处",
    }
    answer = came(held, STRANGER, 2, **values)
    assert "别处" in answer and "原为" not in answer
    assert not [
        secret for secret in ("0595-22000000", "13900000000", "zxd@example.com", "科技馆一楼") if secret in answer
    ]


def test_withdrawn_is_no_free_seat(held: Office) -> None:
    came(held, OWNER, 2, "撤回 KP2023-0001")
    assert "科技馆里的海洋课" not in came(held, STRANGER, 3, "撤回 KP2023-0001")
    came(held, STRANGER, 4, venue="夺取")
    assert [(row["version"], row["status"]) for row in held.view("SELECT * FROM v_submissions ORDER BY version")] == [
        (1, "withdrawn"),
        (2, "held"),
    ]
    came(held, OWNER, 5, venue="重新申报")
    assert stands(held) == [("重新申报", 3)]


def test_returning_a_held_version_leaves_what_stands_alone(held: Office) -> None:
    came(held, STRANGER, 2, venue="别处")
    before = len(held.sent)
    assert "未采用" in command(held, "退回 KP2023-0001 来源不明", 3)
    told = {mail["To"].addresses[0].addr_spec: text_of(mail) for mail in held.sent[before:]}
    assert set(told) == {"boss@example.gov.cn", STRANGER} and "来源不明" in told[STRANGER]
    assert not [secret for secret in SECRETS if secret in told[STRANGER]]
    rows = held.view("SELECT version, status, is_current FROM v_submissions ORDER BY version")
    assert [(row["version"], row["status"], row["is_current"]) for row in rows] == [
        (1, "accepted", 1),
        (2, "rejected", 0),
    ]
    assert held.view("SELECT * FROM review WHERE done_at IS NULL") == []


def test_of_several_that_wait_one_must_be_named(held: Office) -> None:
    came(held, STRANGER, 2, venue="合法的新地点")
    came(held, OTHER, 3, venue="恶意的新地点")
    answer = command(held, "通过 KP2023-0001", 4)
    assert "第2版" in answer and "第3版" in answer and STRANGER in answer and OTHER in answer
    assert stands(held) == [("科技馆一楼", 1)]
    assert "第2版" in command(held, "通过 KP2023-0001 第2版", 5)
    assert stands(held) == [("合法的新地点", 2)]
    assert "没有待核实的第9版" in command(held, "退回 KP2023-0001第9版 不对", 6)


def test_the_version_that_is_told_is_the_one_that_is_stored(held: Office) -> None:
    """A stranger's held version has used its number up: the unit's next one, sent as a file or in words, is told under its own."""
    came(held, STRANGER, 2, venue="别处")
    assert "第3版" in came(held, OWNER, 3, venue="科技馆二楼")
    assert "第4版" in came(held, OWNER, 4, "活动地点：科技馆三楼")
    assert stands(held) == [("科技馆三楼", 4)]
    assert "别处" not in command(held, "通过 KP2023-0001 第3版", 5) and stands(held) == [("科技馆三楼", 4)]
    command(held, "通过 KP2023-0001 第2版", 6)
    assert [venue for venue, _ in stands(held)] == ["科技馆三楼"], "what the unit changed meanwhile stays"


def test_a_version_that_stands_can_still_be_returned(held: Office) -> None:
    """It counts no longer, its unit hears why, and what the unit sends then stands under the same reference."""
    before = len(held.sent)
    assert "已退回" in command(held, "退回 KP2023-0001 请补充人数", 2)
    told = {mail["To"].addresses[0].addr_spec: text_of(mail) for mail in held.sent[before:]}
    assert set(told) == {"boss@example.gov.cn", OWNER} and "请补充人数" in told[OWNER]
    assert [row["status"] for row in held.view("SELECT status FROM v_submissions")] == ["rejected"]
    assert stands(held) == []
    came(held, OWNER, 3, venue="科技馆二楼")
    assert stands(held) == [("科技馆二楼", 2)]


def test_a_new_activity_from_an_unusual_address_is_shown_once(held: Office) -> None:
    came(held, STRANGER, 2, subject="申报", name="另一项活动")
    came(held, STRANGER, 3, subject="申报", name="第三项活动")
    shown = held.view("SELECT reason, detail FROM review")
    assert [row["reason"] for row in shown] == ["sender"] and STRANGER in shown[0]["detail"]
    assert len(held.view("SELECT * FROM v_activities")) == 3


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ("spf=softfail smtp.mailfrom=a@unit.example.com", "held"),
        ("spf=pass smtp.mailfrom=x@evil.example.net; dkim=none; dmarc=none", "held"),
        ("spf=fail smtp.mailfrom=x@evil.example.net; dkim=pass header.d=evil.example.net", "held"),
        ("spf=fail smtp.mailfrom=x@relay.example.net; dkim=pass header.d=unit.example.com", "accepted"),
        ("spf=none smtp.mailfrom=a@unit.example.com; dkim=none; dmarc=none", "held"),
    ],
)
def test_a_failed_check_replaces_nothing(held: Office, results: str, status: str) -> None:
    form = samples.registration(venue="新地点")
    raw = samples.mail(sender=OWNER, subject="改", files={"申报表.docx": form}, message_id="<check@example.com>")
    held.deliver(f"Authentication-Results: example.com; {results}\r\n".encode() + raw)
    held.once()
    assert [row["status"] for row in held.view("SELECT status FROM v_submissions WHERE version = 2")] == [status]


@pytest.mark.parametrize(("action", "status"), [("accept", "withdrawn"), ("reject", "accepted")])
def test_a_held_withdrawal_is_decided_from_the_list(held: Office, action: str, status: str) -> None:
    came(held, STRANGER, 2, "撤回 KP2023-0001")
    (item,) = held.view("SELECT id, reason FROM review WHERE done_at IS NULL")
    assert item["reason"] == "withdrawal"
    assert held.run("review", str(item["id"]), action).returncode == 0
    assert [row["status"] for row in held.view("SELECT status FROM v_submissions")] == [status]
    assert held.run("rebuild").returncode == 0
    assert [row["status"] for row in held.view("SELECT status FROM v_submissions")] == [status]
    assert held.view("SELECT * FROM review WHERE done_at IS NULL") == []
