"""One correspondent, however often he writes: loops end, his answers are gathered, and nobody else waits behind them."""

from __future__ import annotations

from pathlib import Path

from bot.base.settings import load_settings
from bot.operation.check import check_pace
from tests.flow import samples
from tests.flow.office import Office, text_of


def to(office: Office, address: str) -> list[str]:
    return [text_of(mail) for mail in office.sent if address in str(mail["To"])]


def test_a_loop_ends_though_nobody_knows_it_for_one(office: Office) -> None:
    """A house that answers every mail of ours with the same words and another number, and changes the form with them."""
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(venue="")}))
    office.once()
    headers = {"In-Reply-To": str(office.sent[0]["Message-ID"])}
    for round_ in range(2):
        office.deliver(
            *(
                samples.mail(
                    subject="Re: 报送",
                    text=f"联系电话改为0595-2210{n}00{round_}。",
                    headers=headers,
                    when=f"2023-08-2{5 + round_}T10:0{n}",
                )
                for n in range(5)
            ),
            when=f"2023-08-2{5 + round_}T10:01+08:00",
        )
        office.once(now=f"2023-08-2{5 + round_}T12:00+08:00")
    assert len(office.sent) == 1 + 3
    assert len(office.view("SELECT * FROM v_submissions")) == 1 + 2 * 3, "three a day by words"
    shown = office.view("SELECT detail FROM review WHERE reason = 'words' ORDER BY id")
    assert len(shown) == 4 and "0595-2210300" in shown[0]["detail"]


def test_nobody_waits_behind_a_flood(office: Office) -> None:
    """A scaled day of eight mails: the digest at its hour and a unit's confirmation come before one sender's many corrections."""
    office.configure(smtp="max_per_day = 8")
    flood = [
        samples.mail(
            sender="flood@example.org",
            subject=f"表{n}",
            text="见附件",
            files={"表.docx": samples.registration(name=f"第{n}项", venue="")},
        )
        for n in range(7)
    ]
    office.deliver(*flood, samples.mail(files={"申报表.docx": samples.registration()}), when="2023-08-30T08:50+08:00")
    office.once(now="2023-08-30T09:00+08:00", expect=3)
    assert "boss@example.gov.cn" in office.sent[0]["To"], "the digest has its reserve"
    assert len(to(office, "unit@jinjiang.example.com")) == 1 and len(to(office, "flood@example.org")) == 1
    office.once(now="2023-08-30T10:00:05+08:00")
    first, gathered = to(office, "flood@example.org")
    assert "第0项" in first and all(f"第{n}项" in gathered for n in range(1, 7)) and "6封来信" in gathered
    answer = office.sent[-1]
    assert len(list(answer.iter_attachments())) == 1, "the blank form once"
    assert {row["status"] for row in office.view("SELECT status FROM v_outbox")} == {"sent"}
    office.deliver(
        samples.mail(
            sender="flood@example.org",
            subject="Re: 表",
            text="“第4项”的活动地点：晋江市图书馆",
            headers={"In-Reply-To": str(answer["Message-ID"])},
        ),
        when="2023-08-30T10:30+08:00",
    )
    office.once(now="2023-08-30T10:31+08:00", expect=3)
    assert office.view("SELECT activity_name FROM v_activities WHERE venue = '晋江市图书馆'") == [
        {"activity_name": "第4项"}
    ]


def test_a_limit_that_one_sender_could_use_up_is_corrected_and_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    example = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
    wrong = "\n".join(
        "max_per_sender_per_day = 200" if line.startswith("max_per_sender_per_day") else line
        for line in example.splitlines()
    )
    path.write_text(wrong, encoding="utf-8")
    settings = load_settings(path)
    assert settings.answers_per_sender < settings.smtp.per_day
    assert "max_per_sender_per_day = 200" in check_pace(settings)
