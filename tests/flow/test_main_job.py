"""The main job on real servers, started as cron would start it: one answer for each mail, the views right."""

from __future__ import annotations

import io
import re
import threading
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from bot.base.settings import load_settings
from bot.intake import story
from bot.operation import app
from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.servers.dovecot import PASSWORD
from tests.servers.proxy import FaultProxy, On, refuse

REF = re.compile(r"KP2023-\d{4}")


def test_a_good_form_is_stored_and_confirmed(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}, message_id="<first@client.example.com>"))
    office.once()
    (row,) = office.view("SELECT * FROM v_activities")
    assert row["activity_name"] == "科技馆里的海洋课" and row["unit"] == "晋江市科学技术协会"
    assert (row["start_date"], row["end_date"]) == ("2023-09-17", "2023-09-18")
    assert (row["expected_public"], row["staff_count"], row["has_registration"], row["in_summary"]) == (500, 20, 1, 0)
    assert (row["status"], row["is_late"]) == ("accepted", 0)
    (answer,) = office.sent
    assert answer["To"].endswith("unit@jinjiang.example.com") and answer["From"].endswith("<kepu@example.com>")
    assert (
        answer["In-Reply-To"] == "<first@client.example.com>" and "<first@client.example.com>" in answer["References"]
    )
    assert answer["Auto-Submitted"] == "auto-replied"
    assert re.fullmatch(f"Re: 晋江市申报表 【受理号 {row['ref']}·[2-9A-HJ-NP-Z]{{4}}】", answer["Subject"])
    assert {part.get_content_type() for part in answer.walk()} >= {"text/plain", "text/html"}
    text = text_of(answer)
    assert "科技馆里的海洋课" in text and "0595-22000000" in text and "www.kepuri.cn" in text
    (outgoing,) = office.view("SELECT * FROM v_outbox")
    assert outgoing["kind"] == "confirmation" and outgoing["status"] == "sent"
    assert outgoing["message_id"] == answer["Message-ID"]


def test_nothing_is_answered_twice(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    office.once()
    office.once()
    assert len(office.sent) == 1 and len(office.view("SELECT * FROM v_messages")) == 1


def test_copies_in_two_folders_are_answered_once_whichever_came_first(office: Office) -> None:
    """The copy that is taken in later (the further folder's) came earlier, so it is worked off first."""
    raw = samples.mail(files={"申报表.docx": samples.registration()}, message_id="<twice@client.example.com>")
    with office.dovecot.client(office.user) as client:
        client.create_folder("垃圾邮件")
    office.deliver(b"Received: from mx1.example.com\r\n" + raw, when="2023-08-25T10:00+08:00")
    office.deliver(b"Received: from mx2.example.com\r\n" + raw, when="2023-08-25T09:00+08:00", folder="垃圾邮件")
    office.once()
    assert len(office.sent) == 1
    rows = office.view("SELECT outcome FROM v_messages ORDER BY received_at")
    assert [row["outcome"] for row in rows] == ["accepted", "ignored"]


def test_what_is_missing_is_named_and_the_blank_form_attached(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(phone="12", mobile="", types="", venue="")}))
    office.once()
    (answer,) = office.sent
    text = text_of(answer)
    assert "联系电话" in text and "“12”" in text and "主要活动类型" in text and "活动地点" in text
    names = [part.get_filename() for part in answer.iter_attachments()]
    assert names == ["2023年泉州市全国科普日重点活动项目申报表.docx"]
    assert office.view("SELECT outcome FROM v_messages") == [{"outcome": "needs_correction"}]
    assert office.view("SELECT status FROM v_submissions") == [{"status": "needs_correction"}]


def test_a_second_version_replaces_the_first_and_an_identical_one_changes_nothing(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(phone="12", mobile="")}))
    office.once()
    office.deliver(samples.mail(subject="更正", files={"申报表2.docx": samples.registration(phone="0595-22000001")}))
    office.once()
    office.deliver(
        samples.mail(subject="再发一次", files={"申报表3.docx": samples.registration(phone="0595-22000001")})
    )
    office.once()
    versions = office.view("SELECT ref, version, is_current, status FROM v_submissions ORDER BY version")
    assert len({row["ref"] for row in versions}) == 1
    assert [(r["version"], r["is_current"], r["status"]) for r in versions] == [
        (1, 0, "needs_correction"),
        (2, 1, "accepted"),
    ]
    first, second, third = office.sent
    assert "0595-22000001" in text_of(second) and "新补充" in text_of(second)
    assert "无变化" in text_of(third)
    assert [row["outcome"] for row in office.view("SELECT outcome FROM v_messages ORDER BY id")] == [
        "needs_correction",
        "accepted",
        "unchanged",
    ]
    assert len({REF.search(answer["Subject"]).group() for answer in (first, second, third)}) == 1  # type: ignore[union-attr]


def test_form_and_table_of_one_unit_meet(office: Office) -> None:
    office.deliver(
        samples.mail(
            files={
                "申报表.docx": samples.registration(),
                "汇总表.xlsx": samples.summary(
                    [
                        ("科技馆里的海洋课", "9月17日-18日", "晋江市科技馆一楼大厅"),
                        ("银龄科普行", "9月20日", "梅岭街道"),
                    ]
                ),
            }
        )
    )
    office.once()
    rows = office.view("SELECT activity_name, has_registration, in_summary FROM v_activities ORDER BY activity_name")
    assert [tuple(row.values()) for row in rows] == [("科技馆里的海洋课", 1, 1), ("银龄科普行", 0, 1)]
    assert "银龄科普行" in text_of(office.sent[0]) and len(office.sent) == 1
    (unit,) = office.view("SELECT * FROM v_units")
    assert (unit["registrations"], unit["summary_rows"], unit["state"]) == (1, 2, "reported")


def test_a_mail_without_form_is_answered_once_a_day_and_goes_to_a_person(office: Office) -> None:
    files = {"简介.docx": samples.other()}
    for number in range(3):
        office.deliver(samples.mail(subject=f"简介{number}", text="", files=files))
    office.once()
    assert len(office.sent) == 1
    assert {row["outcome"] for row in office.view("SELECT outcome FROM v_messages")} == {"no_form"}
    status = office.run("status", "--json")
    assert status.stdout.count('"reason": "no_form"') == 3
    office.deliver(
        samples.mail(subject="简介4", text="", files=files, when="2023-08-26T13:00"), when="2023-08-26T13:00+08:00"
    )
    office.once(now="2023-08-26T13:30+08:00")
    assert len(office.sent) == 2


def test_every_question_goes_to_a_person_and_its_writer_hears_so(office: Office) -> None:
    asked = [f"请问第{number}个问题" for number in range(3)]
    office.deliver(*(samples.mail(subject=f"咨询{number}", text=text) for number, text in enumerate(asked)))
    office.once()
    assert {row["outcome"] for row in office.view("SELECT outcome FROM v_messages")} == {"letter"}
    assert [
        f"来信中的“{text}”已转工作人员" in text_of(mail) for text, mail in zip(asked, office.sent, strict=True)
    ] == [True] * 3
    assert sorted(row["words"] for row in office.view("SELECT words FROM v_reviews WHERE reason = 'words'")) == asked


def test_late_by_the_clock_of_the_run(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}), when="2023-09-02T08:00+08:00")
    office.once(now="2023-09-02T09:00+08:00")
    assert office.view("SELECT is_late FROM v_submissions") == [{"is_late": 1}]
    assert "逾期" in text_of(office.answers()[0])


def test_machine_off_over_the_deadline_makes_nobody_late(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}), when="2023-08-30T22:00+08:00")
    office.once(now="2023-09-02T09:00+08:00")
    assert office.view("SELECT is_late FROM v_submissions") == [{"is_late": 0}]


def test_a_clock_that_stands_in_another_century_dates_no_mail(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}), when="2023-09-05T22:00+08:00")
    office.once(now="2000-01-01T00:05+08:00")
    (row,) = office.view("SELECT is_late, received_at FROM v_submissions")
    assert row == {"is_late": 1, "received_at": "2023-09-05T22:00:00+08:00"}


def test_a_backlog_is_answered_while_it_is_worked_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TEST_PASSWORD", PASSWORD)
    monkeypatch.setattr(app, "ANSWER_EVERY", 0.0)
    monkeypatch.setattr(story, "TOGETHER", 1)
    office.deliver(*(samples.mail(sender=f"u{n}@example.com", message_id=f"<u{n}@example.com>") for n in range(3)))
    sent: list[int] = []
    now = datetime.fromisoformat("2023-08-25T12:00+08:00")
    with app.running(load_settings(office.path / "config.toml"), lambda: now) as running:
        cycle = running.cycle(threading.Event(), on_worked=lambda worked: sent.append(len(office.sent)))
    assert sent == [0, 1, 2] and cycle.flushed.sent == len(office.sent) == 3


def test_older_mail_is_left_alone_on_the_first_poll(office: Office) -> None:
    office.deliver(samples.mail(subject="旧邮件"), when="2023-07-31T23:59+08:00")
    office.deliver(samples.mail(subject="新邮件"), when="2023-08-01T00:01+08:00")
    office.once()
    assert [row["subject"] for row in office.view("SELECT subject FROM v_messages")] == ["新邮件"]


@pytest.mark.parametrize(
    ("subject", "headers", "text", "outcome"),
    [
        ("自动回复：Re: 申报", {}, "您好，申报表见附件。", "ignored"),
        ("假期", {"Auto-Submitted": "auto-replied"}, "您好，申报表见附件。", "ignored"),
        (
            "科技资讯周报第35期",
            {"List-Id": "<x.example.com>"},
            "本期要目：一、海洋观测卫星发射成功。二、数字乡村建设综述。退订请点击页脚。",
            "ignored",
        ),
        (
            "系统维护公告",
            {"Precedence": "bulk"},
            "邮件系统将于8月26日22:00至24:00维护升级，届时暂停服务，敬请谅解。",
            "ignored",
        ),
    ],
)
def test_a_robot_is_not_answered(
    office: Office, subject: str, headers: dict[str, str], text: str, outcome: str
) -> None:
    office.deliver(samples.mail(subject=subject, headers=headers, text=text))
    office.once()
    assert office.sent == [] and office.view("SELECT outcome FROM v_messages") == [{"outcome": outcome}]
    assert bool(office.view("SELECT * FROM v_reviews")) == (outcome != "ignored")


def test_a_form_that_an_office_system_sent_is_stored_answered_and_shown(office: Office) -> None:
    office.deliver(samples.mail(headers={"Precedence": "bulk"}, files={"申报表.docx": samples.registration()}))
    office.once()
    assert len(office.sent) == len(office.view("SELECT * FROM v_activities")) == 1
    assert office.view("SELECT reason FROM v_reviews") != []


def test_another_sender_does_not_overwrite_what_stands(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    office.deliver(
        samples.mail(sender="stranger@example.org", files={"申报表.docx": samples.registration(venue="别处")})
    )
    office.once()
    (row,) = office.view("SELECT venue FROM v_activities")
    assert row["venue"] == "晋江市科技馆一楼大厅"
    assert [r["status"] for r in office.view("SELECT status FROM v_submissions ORDER BY version")] == [
        "accepted",
        "held",
    ]
    (item,) = office.view("SELECT id FROM review")
    assert office.run("review", str(item["id"]), "accept").returncode == 0
    assert office.view("SELECT venue FROM v_activities") == [{"venue": "别处"}]


def test_files_are_kept_by_unit_under_safe_names(office: Office) -> None:
    office.deliver(samples.mail(files={"../../坏\u202e名.docx": samples.registration()}))
    office.once()
    (saved,) = office.view("SELECT file, unit FROM saved_file")
    path = office.path / "data" / saved["file"]
    assert saved["unit"] == "晋江市科学技术协会" and path.read_bytes() == samples_bytes(office)
    assert path.is_relative_to(office.path / "data" / "files") and "\u202e" not in str(path)
    assert oct(path.stat().st_mode & 0o777) == "0o600"


def samples_bytes(office: Office) -> bytes:
    """The attachment as it was delivered."""
    import email

    with office.dovecot.client(office.user) as client:
        client.select_folder("INBOX", readonly=True)
        (uid,) = client.search()
        raw = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
    part = next(p for p in email.message_from_bytes(raw).walk() if p.get_filename())
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def test_nothing_is_changed_on_the_server_unless_told(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    with office.dovecot.client(office.user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["UNSEEN"]) == client.search(["ALL"])
    office.configure(mailbox='mark_seen = true\n[mailbox.move_to]\naccepted = "已登记"')
    office.once()
    with office.dovecot.client(office.user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search(["ALL"]) == []
        client.select_folder("已登记", readonly=True)
        assert len(client.search(["SEEN"])) == 1
    office.once()
    assert len(office.sent) == 1


def test_what_the_server_does_not_move_is_told_and_moved_later(office: Office) -> None:
    """It makes no folders (QQ, Sina); the one folder that is there is used all the same."""
    with office.dovecot.client(office.user) as client:
        client.create_folder("来信")
    with FaultProxy(office.dovecot.port, On("CREATE", refuse(b"NO CREATE not allowed"))) as proxy:
        office.imap_port = proxy.port
        office.configure(mailbox='[mailbox.move_to]\naccepted = "已登记"\nletter = "来信"')
        office.deliver(
            samples.mail(files={"申报表.docx": samples.registration()}),
            samples.mail(sender="asks@example.com", subject="请问", text="怎么填？"),
        )
        office.once()
        assert len(office.answers()) == 2 and "手工新建" in office.run("status").stdout
        with office.dovecot.client(office.user) as client:
            assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 1
            client.create_folder("已登记")
        office.once()
        with office.dovecot.client(office.user) as client:
            assert client.select_folder("已登记", readonly=True)[b"EXISTS"] == 1
    assert "手工新建" not in office.run("status").stdout


def test_what_is_hidden_in_a_workbook_is_said_in_the_answer(office: Office) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(samples.summary([("科技馆里的海洋课", "9月17日", "晋江市科技馆"), ("旧的一项", "9月18日", "旧址")]))
    )
    sheet: Any = book.active
    sheet.row_dimensions[5].hidden = True
    book.create_sheet("去年").sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    office.deliver(samples.mail(files={"汇总表.xlsx": stream.getvalue(), "申报表.docx": samples.registration()}))
    office.once()
    answer = text_of(office.answers()[-1])
    assert "第5行被隐藏，未读取" in answer and "隐藏的工作表“去年”未读取" in answer and "旧的一项" not in answer
