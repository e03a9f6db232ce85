"""What is read as a letter: what was written, and the subject where nothing else says anything."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from bot.decision.words.about import text_of
from bot.message.parse import parse_message


@pytest.mark.parametrize(
    ("subject", "body", "read"),
    [
        ("今年不举办活动", "如题\n\n泉州市渔港监督所", "今年不举办活动\n\n泉州市渔港监督所"),
        ("活动时间改为9月20日", "您好，见标题，谢谢！", "活动时间改为9月20日\n"),
        ("回复：【受理号 KP2023-0001】已登记", "如题", "如题"),
        ("申报表", "题目改为“海洋课”", "题目改为“海洋课”"),
        ("活动取消", "", "活动取消"),
    ],
)
def test_a_letter_that_points_to_its_subject_says_that(subject: str, body: str, read: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "kx@example.com", subject
    mail.set_content(body)
    assert text_of(parse_message(mail.as_bytes())).strip() == read.strip()
