"""«转办»: what waits for a person is told to the coordinators soon, once, in working hours; what cannot wait at once and at any hour."""

from __future__ import annotations

import signal
from email.message import EmailMessage

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_conversation import first_form

BOSS, DEPUTY = "boss@example.gov.cn", "deputy@example.gov.cn"
UNIT = "unit@jinjiang.example.com"


def question(number: int, text: str) -> bytes:
    return samples.mail(sender=f"u{number}@example.com", subject=f"请问{number}", text=text)


def notices(office: Office, to: str = BOSS) -> list[EmailMessage]:
    """The newest last."""
    return [one for one in office.sent if to in str(one["To"]) and str(one["Subject"]).startswith("【转办】")]


def test_the_words_reach_every_coordinator_once_and_at_most_hourly(office: Office) -> None:
    office.configure(coordinators='names = ["庄晓东"]', more="")
    config = office.path / "config.toml"
    text = config.read_text(encoding="utf-8").replace(f'["{BOSS}"]', f'["{BOSS}", "{DEPUTY}"]')
    config.write_text(text, encoding="utf-8")
    first_form(office)
    assert not notices(office), "nothing waits for anybody"
    asked = "第7项活动能不能改到10月举办？\n我们体育馆9月在装修。"
    office.deliver(samples.mail(sender=UNIT, subject="请问", text=asked, headers=office.thread(UNIT)))
    office.once(now="2023-08-25T14:00+08:00")
    for to in (BOSS, DEPUTY):
        (mail,) = notices(office, to)
        told = text_of(mail)
        for word in (
            "能不能改到10月举办",
            "体育馆9月在装修",
            UNIT,
            "晋江市科学技术协会",
            "KP2023-0001",
            "科技馆里的海洋课",
            "已登记",
        ):
            assert word in told, word
        assert "\n  答复：‹要答复的话›" in told and "\n  办结" in told, "one item needs no number"
        assert mail["Auto-Submitted"] == "auto-generated" and "KP2023" not in str(mail["Subject"])
    office.deliver(question(2, "请问盖章需要盖哪个章？"))
    office.once(now="2023-08-25T14:59+08:00")
    assert len(notices(office)) == 1, "one an hour"
    office.deliver(question(3, "请问科普日期间可以借展板吗？"))
    office.once(now="2023-08-25T15:01+08:00")
    told = text_of(notices(office)[-1])
    assert len(notices(office)) == 2 and "哪个章" in told and "借展板" in told and "装修" not in told
    numbers = [row["id"] for row in office.view("SELECT id FROM v_reviews ORDER BY id")]
    assert all(f"{number} 答复：" in told for number in numbers[-2:])
    office.once(now="2023-08-25T16:30+08:00")
    assert len(notices(office)) == 2, "quiet where nothing is new"
    strangers = [one for one in office.sent if not any(to in str(one["To"]) for to in (BOSS, DEPUTY, UNIT))]
    assert strangers and not any("装修" in text_of(one) for one in strangers)


@pytest.mark.parametrize(
    ("came", "quiet", "told"),
    [
        ("2023-08-25T21:00+08:00", "2023-08-26T10:00+08:00", "2023-08-28T08:00+08:00"),  # Friday night
        (
            "2023-09-28T18:30+08:00",
            "2023-10-06T10:00+08:00",
            "2023-10-07T08:05+08:00",
        ),  # the holiday; its Saturday is worked
    ],
)
def test_people_are_told_when_they_are_at_work(office: Office, came: str, quiet: str, told: str) -> None:
    office.configure(coordinators="")
    office.deliver(question(1, "请问何时可以领取展板？"), when=came)
    for moment in (came, quiet):
        office.once(now=moment)
        assert not notices(office), moment
    office.once(now=told)
    assert len(notices(office)) == 1


@pytest.mark.parametrize("point", ["notice_rendered", "notice_queued"])
def test_killed_in_between_it_is_told_once(office: Office, point: str) -> None:
    office.configure(coordinators="")
    office.deliver(question(1, "请问何时可以领取展板？"))
    for _ in range(2):
        assert office.run("once", killed_at=point).returncode == -signal.SIGKILL
    office.once()
    office.once(now="2023-08-25T15:00+08:00")
    (mail,) = notices(office)
    assert "领取展板" in text_of(mail)
    assert office.run("rebuild").returncode == 0
    office.once(now="2023-08-25T17:00+08:00")
    assert len(notices(office)) == 1, "the journal knows what was told"


def test_off_is_off(office: Office) -> None:
    office.configure(coordinators='notify = "off"')
    office.deliver(question(1, "请问何时可以领取展板？"))
    office.once()
    assert office.view("SELECT * FROM v_reviews") and not notices(office)
    office.once(now="2023-10-09T10:00+08:00")
    assert len(notices(office)) == 1, "no digest tells of it any more"


def test_a_mailbox_that_nobody_reads_is_told_at_night_and_once(office: Office) -> None:
    office.configure(coordinators="")
    office.once(now="2023-08-25T20:00+08:00")
    office.imap_port = 1
    office.configure(coordinators="")
    for moment in ("20:10", "20:40", "21:30", "23:30"):
        office.once(now=f"2023-08-25T{moment}+08:00", expect=4)
    (mail,) = (one for one in office.sent if "【紧急】" in str(one["Subject"]))
    assert "自8月25日20:00起收不到信" in text_of(mail) and mail["To"] == BOSS
    office.imap_port = 0
    office.configure(coordinators="")
    for moment in ("09:00", "09:10"):
        office.once(now=f"2023-08-26T{moment}+08:00")
    (over,) = (one for one in office.sent if "【已恢复】" in str(one["Subject"]))
    assert "报送邮箱能收信了" in str(over["Subject"]) and over["To"] == BOSS
    office.imap_port = 1
    office.configure(coordinators="")
    office.once(now="2023-08-26T11:00+08:00", expect=4)
    assert sum("【紧急】" in str(one["Subject"]) for one in office.sent) == 2, "another time is another alarm"


def test_a_wrong_interval_is_said(office: Office) -> None:
    for written in ("5m", "soon"):
        office.configure(coordinators=f'notify = "{written}"')
        done = office.run("check")
        assert done.returncode == 2 and "[coordinators] notify: " in done.stdout + done.stderr
