"""The keys of queued letters are those of earlier versions: another text would send what was sent."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.letters import keys


def test_keys_stay_as_they_were_written_before() -> None:
    now = datetime(2023, 8, 28, 9, tzinfo=UTC)
    assert [
        keys.answer_key("ab12", "", 0),
        keys.asked_key("ab12", "2023-08-28T09:00:00+00:00"),
        keys.digest_key("重点活动申报|2023-08-30|1", "kepu@example.gov.cn"),
        keys.digest_now_key("重点活动申报", now, "kepu@example.gov.cn"),
        keys.reminder_key("重点活动申报|2023-08-30|remind-1", "a@example.com"),
    ] == [
        "answer:ab12::0",
        "answer:ab12:2023-08-28T09:00:00+00:00:asked",
        "digest:重点活动申报|2023-08-30|1:kepu@example.gov.cn",
        "digest:重点活动申报|now|2023-08-28T09:00:00+00:00:kepu@example.gov.cn",
        "reminder:重点活动申报|2023-08-30|remind-1:a@example.com",
    ]
