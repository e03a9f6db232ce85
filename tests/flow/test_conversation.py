"""Several mails to and fro: withdraw, name the unit, coordinators by mail, two bots writing to each other."""

from __future__ import annotations

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import ScriptedSmtp

VOUCHED = {
    "Authentication-Results": "mx.example.com; spf=pass smtp.mailfrom=boss@example.gov.cn; dmarc=pass header.from=example.gov.cn"
}


def first_form(office: Office) -> str:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    return str(office.view("SELECT ref FROM v_submissions")[0]["ref"])


def test_withdrawn_by_its_sender_only(office: Office) -> None:
    ref = first_form(office)
    office.deliver(samples.mail(sender="stranger@example.org", subject="x", text=f"撤回 {ref}"))
    office.once()
    assert len(office.view("SELECT * FROM v_activities")) == 1
    office.deliver(
        samples.mail(
            subject="Re: 申报", text=f"撤回 {ref}\n\n谢谢！", headers=office.thread("unit@jinjiang.example.com")
        )
    )
    office.once()
    assert office.view("SELECT * FROM v_activities") == []
    assert office.view("SELECT status FROM v_submissions") == [{"status": "withdrawn"}]
    assert "撤回" in text_of(office.sent[-1]) and ref in office.sent[-1]["Subject"]
    assert [row["outcome"] for row in office.view("SELECT outcome FROM v_messages ORDER BY id")][1:] == ["command"] * 2


def test_a_unit_corrects_its_name(office: Office) -> None:
    first_form(office)
    answer = office.sent[0]
    office.deliver(
        samples.mail(subject="Re: x", text="单位：晋江市教育局", headers={"In-Reply-To": str(answer["Message-ID"])})
    )
    office.once()
    assert office.view("SELECT unit FROM v_activities") == [{"unit": "晋江市教育局"}]
    assert "晋江市教育局" in text_of(office.sent[-1])


@pytest.mark.parametrize(
    ("text", "expected"), [("缺报", "缺报单位"), ("查询 晋江市", "科技馆里的海洋课"), ("帮助", "指令")]
)
def test_a_coordinator_asks(office: Office, text: str, expected: str) -> None:
    first_form(office)
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="问", text=text, headers=VOUCHED))
    office.once()
    assert expected in text_of(office.sent[-1]) and "boss@example.gov.cn" in office.sent[-1]["To"]


def test_a_coordinator_gets_digest_and_package(office: Office) -> None:
    first_form(office)
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="问", text="汇总", headers=VOUCHED))
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="问2", text="导出", headers=VOUCHED))
    office.once()
    names = [part.get_filename() or "" for mail in office.sent[-2:] for part in mail.iter_attachments()]
    assert any(name.endswith(".xlsx") for name in names) and any(name.endswith(".zip") for name in names)


def test_a_coordinator_returns_and_approves(office: Office) -> None:
    ref = first_form(office)
    office.deliver(
        samples.mail(sender="boss@example.gov.cn", subject="a", text=f"退回 {ref} 地点不明确", headers=VOUCHED)
    )
    office.once()
    assert office.view("SELECT status FROM v_submissions") == [{"status": "rejected"}]
    assert office.view("SELECT * FROM v_activities") == []  # what was sent back counts nowhere
    to_unit = next(
        mail for mail in office.sent if "unit@jinjiang.example.com" in mail["To"] and "地点不明确" in text_of(mail)
    )
    assert ref in to_unit["Subject"]
    again = {"In-Reply-To": str(to_unit["Message-ID"])}
    office.deliver(samples.mail(subject="Re: x", files={"改.docx": samples.registration(venue="")}, headers=again))
    office.once()
    assert office.view("SELECT ref, version, status FROM v_submissions WHERE is_current") == [
        {"ref": ref, "version": 2, "status": "needs_correction"}
    ]
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="b", text=f"通过 {ref}", headers=VOUCHED))
    office.once()
    assert office.view("SELECT status FROM v_submissions WHERE is_current") == [{"status": "accepted"}]
    told = {str(mail["To"]): text_of(mail) for mail in office.sent[-2:]}
    assert all("活动地点”未填写" in text and "通过" in text for text in told.values())
    assert any("unit@jinjiang" in to for to in told) and any("boss@" in to for to in told)


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("boss@example.gov.cn", {}),
        ("boss@example.gov.cn", {"Authentication-Results": "evil.example.net; dmarc=pass header.from=example.gov.cn"}),
        ("other@example.gov.cn", VOUCHED),
    ],
)
def test_nobody_else_commands(office: Office, sender: str, headers: dict[str, str]) -> None:
    ref = first_form(office)
    office.deliver(samples.mail(sender=sender, subject="a", text=f"退回 {ref} 原因", headers=headers))
    office.once()
    assert office.view("SELECT status FROM v_submissions") == [{"status": "accepted"}]
    assert office.view("SELECT outcome FROM v_messages ORDER BY id DESC LIMIT 1")[0]["outcome"] in {
        "no_form",
        "letter",
    }


def test_two_bots_end_their_talk(office: Office, dovecot: Dovecot, smtp_server: ScriptedSmtp) -> None:
    """A house that answers everything, without any mark in its header and with our own subject."""
    office.deliver(samples.mail(sender="somebody@example.org", subject="你好", text="有事请教"))
    seen = 0
    for minute in range(8):
        office.once(now=f"2023-08-25T12:{minute:02d}+08:00")
        for answer in office.sent[seen:]:
            office.deliver(
                samples.mail(
                    sender="somebody@example.org",
                    subject=str(answer["Subject"]),
                    text=f"您的来信已收到（{minute}）",
                    when=f"2023-08-25T12:{minute:02d}",
                ),
                when=f"2023-08-25T12:{minute:02d}+08:00",
            )
        seen = len(office.sent)
    assert len(office.sent) == 1


@pytest.mark.parametrize("by_thread", [True, False])
def test_an_answer_in_words_corrects_the_form(office: Office, by_thread: bool) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(phone="12", mobile="", venue="")}))
    office.once()
    correction = office.sent[0]
    headers = {"In-Reply-To": str(correction["Message-ID"])} if by_thread else {}
    office.deliver(
        samples.mail(
            subject=f"回复：{correction['Subject']}",
            text="联系电话：22000000\n活动地点：晋江市图书馆三楼\n\n谢谢！",
            headers=headers,
        )
    )
    office.once()
    (row,) = office.view("SELECT * FROM v_activities")
    assert row["venue"] == "晋江市图书馆三楼" and "22000000" in row["phone"] and row["status"] == "accepted"
    text = text_of(office.sent[-1])
    assert "新补充" in text and "晋江市图书馆三楼" in text
    assert [r["version"] for r in office.view("SELECT version FROM v_submissions ORDER BY version")] == [1, 2]


def test_thanks_in_the_thread_get_no_form_letter(office: Office) -> None:
    first_form(office)
    office.deliver(
        samples.mail(subject="Re: x", text="好的，谢谢！", headers={"In-Reply-To": str(office.sent[0]["Message-ID"])})
    )
    office.once()
    assert len(office.sent) == 1


def reply_to(office: Office, text: str, minute: int = 0, answered: int = 0) -> None:
    """The unit answers one of our mails in words."""
    when = f"2023-08-25T13:{minute:02d}"
    headers = {"In-Reply-To": str(office.sent[answered]["Message-ID"])}
    subject = f"回复：{office.sent[answered]['Subject']}"
    office.deliver(samples.mail(subject=subject, text=text, headers=headers, when=when), when=f"{when}+08:00")
    office.once(now=f"2023-08-25T14:{minute:02d}+08:00")


def reviews(office: Office) -> list[str]:
    return [row["detail"] for row in office.view("SELECT detail FROM review WHERE done_at IS NULL ORDER BY id")]


def test_thanks_with_a_signature_change_nothing(office: Office) -> None:
    first_form(office)
    reply_to(office, "收到，谢谢！\n\n晋江市科协 庄晓东\n电话：0595-85660000\n手机：13900001111")
    assert office.view("SELECT phone, mobile FROM v_activities") == [
        {"phone": "0595-22000000", "mobile": "13900000000"}
    ]
    assert len(office.sent) == 1 and reviews(office) == []


def test_questions_are_passed_on_and_told_so_each_time(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(venue="")}))
    office.once()
    for number, question in enumerate(["请问地点填哪里？", "地点还没有定下来，怎么办"]):
        reply_to(office, question, number)
        assert len(office.sent) == 2 + number and f"“{question}”已转工作人员" in text_of(office.sent[-1])
    assert len(reviews(office)) == 2 and "请问地点填哪里？" in reviews(office)[0]
    # What that mail lists can be answered by its number.
    reply_to(office, "1、晋江市图书馆", 2)
    assert office.view("SELECT venue, status FROM v_activities") == [{"venue": "晋江市图书馆", "status": "accepted"}]


def test_a_file_that_was_forgotten(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(venue="")}))
    office.once()
    reply_to(office, "已修改，请查收附件。")
    assert "没有收到附件" in text_of(office.sent[-1])


def test_half_an_answer_is_asked_about(office: Office) -> None:
    """What is said to change does; a value that stands right and is only named beside is proposed; the rest is a person's."""
    first_form(office)
    reply_to(office, "活动地点：晋江市图书馆\n联系人换成王五，他的手机号明天报给您")
    (row,) = office.view("SELECT venue, contact_person FROM v_activities")
    assert row == {"venue": "晋江市科技馆一楼大厅", "contact_person": "王五"}
    told = text_of(office.sent[-1])
    assert "他的手机号明天报给您”已转工作人员" in told and "“晋江市图书馆”" in told and "“确认”" in told
    assert any("他的手机号明天报给您" in one for one in reviews(office))


def test_withdrawn_in_the_thread_of_one_form(office: Office) -> None:
    first_form(office)
    reply_to(office, "老师您好！\n因天气原因活动取消，请撤回。\n\n谢谢！\n晋江市科协 庄晓东\n电话：0595-85660000")
    assert office.view("SELECT status FROM v_submissions") == [{"status": "withdrawn"}]
    reply_to(office, "请撤回", 1)
    assert "此前已经撤回" in text_of(office.sent[-1])


def test_several_forms_in_the_thread(office: Office) -> None:
    """A withdrawal without a reference is asked back; another day is not taken for two activities."""
    other = samples.registration(name="海洋科普图片展", venue="晋江市图书馆", time="2023年9月20日")
    office.deliver(samples.mail(files={"一.docx": samples.registration(), "二.docx": other}))
    office.once()
    refs = [row["ref"] for row in office.view("SELECT ref FROM v_submissions ORDER BY ref")]
    assert len(refs) == 2
    reply_to(office, "请撤回")
    assert all(ref in text_of(office.sent[-1]) for ref in refs)
    assert {row["status"] for row in office.view("SELECT status FROM v_submissions")} == {"accepted"}
    reply_to(office, "活动时间改为9月22日", 1)
    assert {row["start_date"] for row in office.view("SELECT start_date FROM v_activities")} == {
        "2023-09-17",
        "2023-09-20",
    }
    reply_to(office, "“海洋科普图片展”的活动时间改为9月22日", 2)
    assert {row["start_date"] for row in office.view("SELECT start_date FROM v_activities")} == {
        "2023-09-17",
        "2023-09-22",
    }
    reply_to(office, f"撤回{refs[0]}、{refs[1]}", 3)
    assert office.view("SELECT * FROM v_activities") == []
    assert all(ref in text_of(office.sent[-1]) for ref in refs)


def test_a_coordinator_returns_several_at_once(office: Office) -> None:
    other = samples.registration(name="海洋科普图片展", venue="晋江市图书馆", time="2023年9月20日")
    office.deliver(samples.mail(files={"一.docx": samples.registration(), "二.docx": other}))
    office.once()
    refs = [row["ref"] for row in office.view("SELECT ref FROM v_submissions ORDER BY ref")]
    text = f"您好，退回{refs[0]}、{refs[1]}，原因：时间有误"
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="a", text=text, headers=VOUCHED))
    office.once()
    assert {row["status"] for row in office.view("SELECT status FROM v_submissions")} == {"rejected"}
    told = [mail for mail in office.sent[1:] if "unit@jinjiang.example.com" in mail["To"]]
    assert [ref in mail["Subject"] for ref, mail in zip(refs, told, strict=True)] == [True, True]
    assert len({mail["Message-ID"] for mail in office.sent}) == len(office.sent)
