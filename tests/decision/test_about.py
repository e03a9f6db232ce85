"""What is read as a letter: what was written, and the subject where nothing else says anything."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from bot.decision.words.about import text_of
from bot.message.parse import parse_message
from bot.statements.mentions import FormName, forms_named


@pytest.mark.parametrize(
    ("subject", "body", "read"),
    [
        ("今年不举办活动", "如题\n\n泉州市渔港监督所", "今年不举办活动\n\n泉州市渔港监督所"),
        ("活动时间改为9月20日", "您好，见标题，谢谢！", "活动时间改为9月20日\n"),
        ("回复：【受理号 KP2023-0001】已登记", "如题", "如题"),
        ("申报表", "题目改为“海洋课”", "题目改为“海洋课”"),
        ("活动取消", "", "活动取消"),
        ("观星夜取消", "王老师：因台风影响，请知悉。", "观星夜取消\n王老师：因台风影响，请知悉。"),
        ("观星夜取消", "王老师：观星夜推迟到周六。", "王老师：观星夜推迟到周六。"),
        ("观星夜改到周六", "时间9月23日", "时间9月23日"),
        ("例会取消", "请知悉。", "请知悉。"),
        ("科普日申报表", "请查收，谢谢", "请查收，谢谢"),
        ("申报表", "邮箱就用我现在这个。", "邮箱就用kx@example.com。"),
        ("申报表", "邮箱改成这个：a@example.com", "邮箱改成这个：a@example.com"),
        ("申报表", "总结是发到这个邮箱吗？", "总结是发到这个邮箱吗？"),
    ],
)
def test_a_letter_that_points_to_its_subject_says_that(subject: str, body: str, read: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "kx@example.com", subject
    mail.set_content(body)
    assert text_of(parse_message(mail.as_bytes())).strip() == read.strip()


NAMES = [FormName("KP2023-0001", "秋夜观星夜", False), FormName("KP2023-0002", "科普大讲堂", False)]


@pytest.mark.parametrize(
    ("subject", "forms"),
    [
        ("关于观星夜时间变更", {0}),
        ("“大讲堂”换地点", {1}),
        ("活动时间变更", set()),
        ("观星夜和大讲堂改到周六", {0, 1}),
        ("因台风影响，观星夜取消，请撤回。", {0}),
        ("机器人那场取消", set()),
    ],
)
def test_the_subject_names_a_form(subject: str, forms: set[int]) -> None:
    assert forms_named(subject, NAMES) == forms
