"""Questions in answer to what the office wrote: a person sees the words, whoever asks is told so, and nobody is sent blank forms for asking."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_conversation import VOUCHED

UNIT, OTHER = "unit@jinjiang.example.com", "qx@qixiang.example"
ROSTER = """[[unit]]
name = "晋江市科学技术协会"
emails = ["unit@jinjiang.example.com"]
[[unit]]
name = "泉州市气象局"
emails = ["qx@qixiang.example"]
"""


def write(office: Office, text: str, sender: str = UNIT, subject: str = "请教", headers: Mapping[str, str] | None = None, day: str = "2023-08-26") -> list[EmailMessage]:  # fmt: skip
    """What goes out when *sender* writes this."""
    before = len(office.sent)
    office.deliver(
        samples.mail(sender, subject, text, headers=dict(headers or {}), when=f"{day}T10:00"), when=f"{day}T10:00+08:00"
    )
    # A minute later every day: what is told once in 24 hours is told again.
    office.once(now=f"{day}T10:{day[-2:]}+08:00")
    return [one for one in office.sent[before:] if one["Auto-Submitted"] == "auto-replied"]


def waiting(office: Office) -> dict[str, str | None]:
    """What a person is to read, and under which reference."""
    return {row["words"]: row["ref"] for row in office.view("SELECT words, ref FROM v_reviews WHERE closed_at IS NULL")}


def is_only_passed_on(answer: EmailMessage, words: str) -> bool:
    text = text_of(answer)
    told = f"来信中的“{words}”已转工作人员，会尽快答复您。" in text
    return told and "没有找到" not in text and "下一步" not in text and not list(answer.iter_attachments())


@pytest.fixture
def returned(office: Office) -> EmailMessage:
    """A form that a coordinator sent back: the letter that told its unit so."""
    office.configure(more=ROSTER)
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    told = write(office, "退回 KP2023-0001 材料不全", "boss@example.gov.cn", headers=VOUCHED, day="2023-08-25")
    return next(one for one in told if UNIT in one["To"])


def test_a_question_about_a_form_that_was_sent_back(office: Office, returned: EmailMessage) -> None:
    again = f"回复：{returned['Subject']}"
    ways = [
        ("请问要补什么材料？", "Re: x", {"In-Reply-To": str(returned["Message-ID"])}),
        ("材料不全是指缺哪几样呢", again, {}),
        ("不清楚要补哪些材料，烦请告知。", "申报表的事", {}),
    ]
    for day, (text, subject, headers) in enumerate(ways, 26):
        (answer,) = write(office, text, subject=subject, headers=headers, day=f"2023-08-{day}")
        assert "KP2023-0001" in answer["Subject"] and is_only_passed_on(answer, text)
        assert waiting(office)[text] == "KP2023-0001"
    assert office.view("SELECT last FROM sequence") == [{"last": 1}]
    # What is put right then still takes the place of what was sent back.
    office.deliver(samples.mail(subject=again, files={"改.docx": samples.registration(content="另附材料。")}))
    office.once(now="2023-08-29T12:00+08:00")
    assert office.view("SELECT ref, version, status FROM v_submissions WHERE is_current") == [
        {"ref": "KP2023-0001", "version": 2, "status": "accepted"}
    ]


def test_a_colleague_who_answers_the_units_letter_hears_nothing_of_the_form(
    office: Office, returned: EmailMessage
) -> None:
    headers = {"In-Reply-To": str(returned["Message-ID"])}
    (answer,) = write(office, "地点怎么写才算明确？", "li@home.example", headers=headers)
    assert is_only_passed_on(answer, "地点怎么写才算明确？") and "科技馆里的海洋课" not in text_of(answer)
    assert waiting(office)["地点怎么写才算明确？"] == "KP2023-0001"


def test_a_question_in_answer_to_a_confirmation_and_to_its_answer(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    thread = office.thread(UNIT)
    (first,) = write(office, "请问表上要写几位联系人？", subject="Re: x", headers=thread)
    (second,) = write(office, "那公章盖在哪一栏呢？", subject="Re: x", headers=office.thread(UNIT), day="2023-08-28")
    assert is_only_passed_on(first, "请问表上要写几位联系人？") and is_only_passed_on(second, "那公章盖在哪一栏呢？")
    assert "KP2023-0001" in first["Subject"] and "KP2023-0001" in second["Subject"]


def test_answers_to_a_reminder(office: Office) -> None:
    """By its thread, or by its subject alone where the program drops that."""
    office.configure(more=ROSTER)
    config = office.path / "config.toml"
    config.write_text(
        config.read_text().replace("T23:59:59\ncollects", "T23:59:59\nremind_days_before = [3]\ncollects", 1)
    )
    office.once()
    office.once(now="2023-08-27T09:30+08:00")
    reminder = next(one for one in office.sent if OTHER in one["To"])
    subject = f"答复: {reminder['Subject']}"
    (answer,) = write(office, "在校内办的也要报吗", OTHER, "Re: x", office.thread(OTHER), "2023-08-27")
    assert is_only_passed_on(answer, "在校内办的也要报吗") and text_of(answer).startswith("泉州市气象局：")
    (answer,) = write(office, "我局已通过内网报送。", OTHER, subject, day="2023-08-29")
    assert is_only_passed_on(answer, "我局已通过内网报送。")
    assert write(office, "好的，谢谢！", OTHER, subject, day="2023-08-30") == []
    assert set(waiting(office)) == {"在校内办的也要报吗", "我局已通过内网报送。"}


def test_a_coordinators_question_is_no_units_letter(office: Office) -> None:
    """Free, and in answer to a digest."""
    office.configure(more=ROSTER)
    office.once()
    office.once(now="2023-08-27T09:30+08:00")
    digest = next(one for one in office.sent if "汇总" in one["Subject"])
    thread = {"In-Reply-To": str(digest["Message-ID"]), **VOUCHED}
    asked = (
        ("小王，气象局那份表为什么还没登记？", "问一下", VOUCHED),
        ("这两个单位要不要再催一次？", f"回复：{digest['Subject']}", thread),
    )
    for day, (text, subject, headers) in enumerate(asked, 27):
        (answer,) = write(office, text, "boss@example.gov.cn", subject, headers, f"2023-08-{day}")
        told = text_of(answer)
        assert "需要人工处理" in told and "查询" in told and not told.startswith("您好")
        assert "没有找到" not in told and not list(answer.iter_attachments()) and "受理号 KP" not in answer["Subject"]
        assert text in waiting(office)


def test_a_strangers_first_question_is_passed_on_with_the_forms_to_fill_in(office: Office) -> None:
    (answer,) = write(office, "请问申报表在哪里下载？", "li@home.example")
    assert "已转工作人员" in text_of(answer) and "没有找到" not in text_of(answer)
    assert len(list(answer.iter_attachments())) == 2
    (next_one,) = write(
        office, "截止是哪一天呢？", "li@home.example", "Re: x", office.thread("li@home.example"), "2023-08-28"
    )
    assert is_only_passed_on(next_one, "截止是哪一天呢？")
    assert next_one["Subject"].count("KP2023-0001") == 1 == answer["Subject"].count("KP2023-0001")
