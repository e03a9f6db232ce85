"""The office answers by mail: a coordinator replies to a notice, the unit hears it in its own thread, and what was waited for is done."""

from __future__ import annotations

import json
import sqlite3
from email.message import EmailMessage
from typing import Any

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_conversation import VOUCHED
from tests.flow.test_notices import notices

BOSS, UNIT, OTHER = "boss@example.gov.cn", "unit@jinjiang.example.com", "shishi@example.com"
REF = "KP2023-0001"
ROSTER = f'[[unit]]\nname = "晋江市科学技术协会"\nemails = ["{UNIT}"]\n[[unit]]\nname = "石狮市科学技术协会"\naliases = ["石狮市科协"]\nemails = ["{OTHER}"]\n'
QUESTION = "我们的活动能不能改到10月举办？体育馆9月在装修。"
QUOTED = "\n\n---- 回复的原邮件 ----\n| 发件人 | 科协<kepu@example.com> |\n| 发送日期 | 2023年08月25日 13:00 |\n| 收件人 | <boss@example.gov.cn> |\n| 主题 | 转办 |\n"


class Day:
    """An afternoon: each step is a quarter of an hour later than the one before."""

    def __init__(self, office: Office) -> None:
        self.office, self.quarters, self.mails = office, 0, 0

    def step(self, *raws: bytes) -> list[EmailMessage]:
        """Deliver and work off; what was sent."""
        self.quarters += 1
        self.office.deliver(*raws)
        before = len(self.office.sent)
        hour, minute = divmod(9 * 60 + 15 * self.quarters, 60)
        self.office.once(now=f"2023-08-25T{hour:02d}:{minute:02d}+08:00")
        return self.office.sent[before:]

    def hour(self) -> None:
        self.quarters += 4

    def letter(self, sender: str, text: str, subject: str = "请问", **headers: Any) -> bytes:
        self.mails += 1
        return samples.mail(
            sender=sender, subject=subject, text=text, message_id=f"<n{self.mails}@c.example.com>", **headers
        )

    def boss(self, text: str, *, to_notice: bool = True, headers: dict[str, str] | None = None) -> list[EmailMessage]:
        """A coordinator's mail, by default in answer to the newest notice, with that quoted below as a mail program does."""
        head = dict(VOUCHED if headers is None else headers)
        if to_notice:
            notice = notices(self.office)[-1]
            head["In-Reply-To"] = str(notice["Message-ID"])
            text += QUOTED + "".join(f"> {line}\n" for line in text_of(notice).splitlines())
        return self.step(self.letter(BOSS, text, "回复：【转办】", headers=head))


def to(mails: list[EmailMessage], address: str) -> EmailMessage:
    (found,) = (one for one in mails if address in str(one["To"]))
    return found


def reviews(office: Office) -> list[dict[str, Any]]:
    return office.view("SELECT * FROM v_reviews ORDER BY id")


def journal(office: Office) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (office.path / "data/journal.jsonl").read_text().splitlines()]


@pytest.fixture
def day(office: Office) -> Day:
    """A unit has registered its activity and asks something in a letter of its own; the coordinators were told of that."""
    office.configure(coordinators="", more=ROSTER)
    day = Day(office)
    day.step(day.letter(UNIT, "申报表见附件", "申报", files={"申报表.docx": samples.registration()}))
    day.step(day.letter(UNIT, QUESTION))
    assert QUESTION[:20] in text_of(notices(office)[-1])
    return day


def test_an_answer_reaches_the_unit_in_its_own_thread(day: Day) -> None:
    sent = day.boss("答复：可以改到10月，请重报申报表。\n原表不用撤回。")
    letter = to(sent, UNIT)
    assert letter["In-Reply-To"] == "<n2@c.example.com>" and letter["From"].addresses[0].addr_spec == "kepu@example.com"
    text = text_of(letter)
    assert (
        "可以改到10月，请重报申报表。\n原表不用撤回。" in text
        and "工作人员答复" in text
        and "晋江市科学技术协会：" in text
    )
    assert letter["Auto-Submitted"] is None and f"【受理号 {REF}" in str(letter["Subject"]), "a person's own words"
    assert "转办" not in text and BOSS not in letter.as_string()
    told = text_of(to(sent, BOSS))
    assert UNIT in told and "已办结" in told and "没有其他待办的事项" in told
    (item,) = reviews(day.office)
    assert (item["act"], item["closed_by"]) == ("answered", BOSS) and item["closed_at"]
    assert any(line.get("acts") == [f"answered {item['id']}"] for line in journal(day.office))
    before = day.office.view("SELECT * FROM v_activities")
    day.step(day.letter(UNIT, "收到，谢谢！", headers=day.office.thread(UNIT)))
    assert day.office.view("SELECT * FROM v_activities") == before and len(reviews(day.office)) == 1


def test_several_items_need_a_number(day: Day) -> None:
    day.hour()
    day.step(day.letter(OTHER, "请问展板可以借用吗？"), day.letter("school@example.com", "我校想参加，怎么报名？"))
    one, two, three = (item["id"] for item in reviews(day.office))
    assert f"{two} 答复：" in text_of(notices(day.office)[-1])
    told = to(day.boss("答复：可以。"), BOSS)
    assert "没有办理" in text_of(told) and f"{two} 答复：可以。" in text_of(told), "which of the two is not certain"
    sent = day.boss(f"{two} 答复：可以，请来电预约。\n{three} 办结\n99 办结")
    assert "可以，请来电预约" in text_of(to(sent, OTHER)) and not any("school@" in str(mail["To"]) for mail in sent)
    told = to(sent, BOSS)
    assert "99" in text_of(told) and f"待办还有1件：{one}" in text_of(told)
    assert [item["act"] for item in reviews(day.office)] == [None, "answered", "done"]
    assert len(day.boss(f"{two} 答复：再说一遍")) == 1, "answered once"
    assert "已经办结" in text_of(day.office.sent[-1])
    sent = day.boss(f"答复 {REF}：可以改期。", to_notice=False)
    assert "可以改期" in text_of(to(sent, UNIT)) and reviews(day.office)[0]["act"] == "answered"


def test_an_answer_under_a_reference_is_to_the_newest_letter(day: Day) -> None:
    """«答复» beside a «更正» with the reference, not in answer to the notice: one letter, and what was asked before still waits."""
    first = reviews(day.office)[0]["id"]
    day.step(day.letter(UNIT, "领导问，当天能不能请市科协派人致辞？", headers=day.office.thread(UNIT)))
    sent = day.boss(f"答复：届时由分管副主席出席。\n更正 {REF} 组织工作人员 25", to_notice=False, headers=VOUCHED)
    (letter,) = (mail for mail in sent if "副主席" in text_of(mail) and UNIT in str(mail["To"]))
    assert "> 领导问，当天" in text_of(letter)
    assert [item["act"] for item in reviews(day.office)] == [None, "answered"]
    assert f"{first}仍待办" in text_of(to(sent, BOSS))


def test_a_program_that_drops_the_thread_keeps_the_subject(day: Day) -> None:
    subject = f"回复：{notices(day.office)[-1]['Subject']}"
    sent = day.step(day.letter(BOSS, "答复：‹要答复的话›", subject, headers=VOUCHED))
    assert len(sent) == 1 and "没有发出" in text_of(sent[0]), "what the notice prints is no answer"
    sent = day.step(day.letter(BOSS, "答复：‹可以改到10月›", subject, headers=VOUCHED))
    assert "可以改到10月" in text_of(to(sent, UNIT)) and "‹" not in text_of(to(sent, UNIT))


def test_words_that_are_no_act_change_nothing_and_are_told_how(day: Day) -> None:
    before = day.office.view("SELECT * FROM v_submissions")
    sent = day.boss("可以的，联系电话改为0595-22009999，让他们10月办吧")
    assert len(sent) == 1 and "没有看懂" in text_of(sent[0]) and "答复：可以的，联系电话" in text_of(sent[0])
    assert day.office.view("SELECT * FROM v_submissions") == before and reviews(day.office)[0]["closed_at"] is None
    told = text_of(to(day.boss("通过"), BOSS))
    assert "没有办理" in told and reviews(day.office)[0]["closed_at"] is None, "a letter is nothing to agree to"
    assert day.boss("收到，谢谢") == [] and reviews(day.office)[0]["closed_at"] is None
    head = VOUCHED | {"In-Reply-To": str(sent[0]["Message-ID"])}
    sent = day.step(
        day.letter(BOSS, "答复：可以的，10月再办。", f"回复：Re: {notices(day.office)[-1]['Subject']}", headers=head)
    )
    assert "可以的，10月再办" in text_of(to(sent, UNIT)), "as he was told to write, in answer to that very letter"


def test_only_a_coordinator_who_is_vouched_for(day: Day) -> None:
    forged = {
        "Authentication-Results": "mx.example.com; spf=fail smtp.mailfrom=boss@example.gov.cn; dmarc=fail header.from=example.gov.cn"
    }
    sent = day.boss("答复：活动取消了，不用再报。", headers=forged)
    assert [str(mail["To"]) for mail in sent] == [BOSS] and "没有执行" in text_of(sent[0])
    stranger = day.letter(
        OTHER,
        f"答复：取消\n更正 {REF} 联系电话：0595-22001111\n办结",
        headers={"In-Reply-To": str(notices(day.office)[-1]["Message-ID"])},
    )
    day.step(stranger)
    assert reviews(day.office)[0]["closed_at"] is None
    assert day.office.view("SELECT phone FROM v_activities") == [{"phone": samples.GOOD["phone"]}]


def test_a_value_is_set_as_a_version_and_the_unit_is_told(day: Day) -> None:
    sent = day.boss(f"更正 {REF} 联系电话：0595-22000001，活动时间：10月15日")
    assert day.office.view("SELECT phone, start_date FROM v_activities") == [
        {"phone": "0595-22000001", "start_date": "2023-10-15"}
    ]
    versions = day.office.view("SELECT version, status, is_current FROM v_submissions ORDER BY version")
    assert versions == [
        {"version": 1, "status": "accepted", "is_current": 0},
        {"version": 2, "status": "needs_correction", "is_current": 1},
    ]
    (content,) = day.office.view("SELECT content, from_addr FROM submission WHERE is_current")
    assert json.loads(content["content"])["set_by"] == BOSS and content["from_addr"] == UNIT
    to_unit = to(sent, UNIT)
    assert (
        "0595-22000001" in text_of(to_unit)
        and samples.GOOD["phone"] in text_of(to_unit)
        and "工作人员" in text_of(to_unit)
    )
    told = text_of(to(sent, BOSS))
    assert "联系电话：0595-22000001" in told and "不在活动期" in told, "the checks ran"
    assert told.partition("已通知")[0].count("活动时间：") == 1, "the days are read from it"
    assert reviews(day.office)[0]["act"] == "corrected"
    acts = [act for line in journal(day.office) for act in line.get("acts", ())]
    assert acts == ["corrected 1", f"corrected {REF}"]
    sent = day.boss(f"更正 {REF} 联系电话：12", to_notice=False)
    assert len(sent) == 1 and "没有改动" in text_of(sent[0]) and "联系电话" in text_of(sent[0])
    assert len(day.office.view("SELECT * FROM v_submissions")) == 2
    day.boss(f"更正 {REF}\n活动时间：9月20日\n活动地点：晋江市图书馆三楼", to_notice=False)
    assert day.office.view("SELECT start_date, venue, status FROM v_activities") == [
        {"start_date": "2023-09-20", "venue": "晋江市图书馆三楼", "status": "accepted"}
    ]


def test_a_nil_report_by_the_office(day: Day) -> None:
    day.hour()
    day.step(day.letter(OTHER, "请问一定要办活动吗？我们人手不够。"))
    sent = day.boss("零报告")
    states = {row["unit"]: row["state"] for row in day.office.view("SELECT unit, state FROM v_units")}
    assert states == {"石狮市科学技术协会": "nil", "晋江市科学技术协会": "reported"}
    assert "零报告登记" in text_of(to(sent, OTHER)) and "石狮市科学技术协会已记为零报告" in text_of(to(sent, BOSS))
    assert reviews(day.office)[-1]["act"] == "nil"
    sent = day.boss("零报告 晋江市科学技术协会", to_notice=False)
    assert len(sent) == 1 and REF in text_of(sent[0]) and "没有记为零报告" in text_of(sent[0])
    sent = day.boss("零报告 惠安县科协", to_notice=False)
    assert len(sent) == 1 and "名册中没有“惠安县科协”" in text_of(sent[0])
    day.step(
        day.letter(
            OTHER, "见附件", "申报", files={"表.docx": samples.registration(unit="石狮市科学技术协会", name="银龄科普")}
        )
    )
    assert {row["state"] for row in day.office.view("SELECT state FROM v_units")} == {"reported"}


def test_an_update_that_waits_is_decided_by_answering_the_notice(day: Day) -> None:
    day.boss("办结")
    day.hour()
    stranger = "someone@example.org"
    update = samples.registration(venue="石狮市体育馆")
    day.step(day.letter(stranger, "更新", f"更新 {REF}", files={"申报表.docx": update}))
    text = text_of(notices(day.office)[-1])
    assert "通过" in text and "退回 ‹原因›" in text and stranger in text
    day.boss("退回 与主办单位核实没有更改")
    assert day.office.view("SELECT venue FROM v_activities") == [{"venue": samples.GOOD["venue"]}]
    assert reviews(day.office)[-1]["act"] == "rejected"
    day.hour()
    day.step(
        day.letter(
            stranger, "再次更新", f"更新 {REF}", files={"申报表.docx": samples.registration(venue="石狮市文化馆")}
        )
    )
    number = reviews(day.office)[-1]["id"]
    sent = day.boss(f"{number} 通过")
    assert day.office.view("SELECT venue FROM v_activities") == [{"venue": "石狮市文化馆"}]
    assert "已更新" in text_of(to(sent, UNIT)) and reviews(day.office)[-1]["act"] == "accepted"


def test_an_update_approved_later_puts_nothing_back(day: Day) -> None:
    """What the unit changed while a stranger's form waited stays; what both changed is told."""
    day.boss("办结")
    day.hour()
    update = samples.registration(venue="石狮市体育馆", public="300", person="李丽")
    for sender, form in (("someone@example.org", update), ("other@example.org", samples.registration(staff="30"))):
        day.step(day.letter(sender, "更新", f"更新 {REF}", files={"申报表.docx": form}))
    words = "联系电话改为0595-22000001，活动地点改为晋江市图书馆"
    day.step(day.letter(UNIT, words, headers=VOUCHED | day.office.thread(UNIT)))
    sent = day.boss(f"通过 {REF} 第2版", to_notice=False)
    columns = "phone, venue, expected_public, contact_person, staff_count"
    (row,) = day.office.view(f"SELECT {columns} FROM v_activities")
    assert tuple(row.values()) == ("0595-22000001", "晋江市图书馆", 300, "李丽", 20)
    for address in (BOSS, "someone@example.org"):
        told = text_of(to(sent, address))
        assert "“活动地点”（现为“晋江市图书馆”，未改为“石狮市体育馆”）" in told and "联系电话" not in told
    assert "晋江市图书馆" not in text_of(to(sent, UNIT)) and "李丽" in text_of(to(sent, UNIT))
    assert [one["closed_at"] is None for one in reviews(day.office)] == [False, False, True], (
        "the other one goes on waiting"
    )
    number = reviews(day.office)[-1]["id"]
    assert day.office.run("review", str(number), "accept", now="2023-08-25T18:00+08:00").returncode == 0
    (row,) = day.office.view(f"SELECT {columns} FROM v_activities")
    assert tuple(row.values()) == ("0595-22000001", "晋江市图书馆", 300, "李丽", 30)
    before = day.office.view("SELECT * FROM v_activities")
    assert day.office.run("rebuild", now="2023-08-25T18:20+08:00").returncode == 0
    assert day.office.view("SELECT * FROM v_activities") == before


def test_a_withdrawal_is_granted_or_not(day: Day) -> None:
    day.boss("办结")
    day.hour()
    day.step(day.letter("zxd@qq.test", f"活动取消，请撤回 {REF}"))
    assert "同意撤回" in text_of(notices(day.office)[-1])
    sent = day.boss("退回 请用单位邮箱申请")
    assert (
        "请用单位邮箱申请" in text_of(to(sent, "zxd@qq.test"))
        and len(day.office.view("SELECT * FROM v_activities")) == 1
    )
    day.hour()
    day.step(day.letter("zxd@qq.test", f"请撤回 {REF}，谢谢"))
    day.boss("通过")
    assert day.office.view("SELECT status FROM v_submissions") == [{"status": "withdrawn"}]


def test_killed_and_rebuilt_the_acts_stand(day: Day) -> None:
    day.hour()
    day.step(day.letter(OTHER, "请问展板可以借用吗？"))
    number = reviews(day.office)[-1]["id"]
    day.office.deliver(
        day.letter(
            BOSS,
            f"{number} 答复：可以。\n更正 {REF} 联系电话：0595-22000001",
            headers=VOUCHED | {"In-Reply-To": str(notices(day.office)[-1]["Message-ID"])},
        )
    )
    for point in ("recorded", "committed", "sending_marked"):
        assert day.office.run("once", now="2023-08-25T17:00+08:00", killed_at=point).returncode < 0
    day.office.once(now="2023-08-25T17:10+08:00")
    answers = [mail for mail in day.office.sent if OTHER in str(mail["To"]) and "可以。" in text_of(mail)]
    assert len({str(mail["Message-ID"]) for mail in answers}) == 1
    views = ("SELECT * FROM v_reviews ORDER BY id", "SELECT * FROM v_activities", "SELECT * FROM v_units ORDER BY unit")
    before = [day.office.view(view) for view in views]
    assert before[1][0]["phone"] == "0595-22000001"
    sent = len(day.office.sent)
    assert day.office.run("rebuild", now="2023-08-25T17:20+08:00").returncode == 0
    day.office.once(now="2023-08-25T17:30+08:00")
    assert [day.office.view(view) for view in views] == before and len(day.office.sent) == sent


def test_a_number_is_never_given_twice(day: Day) -> None:
    """An old notice must not speak of what came after its item was forgotten."""
    (item,) = reviews(day.office)
    assert day.office.run("purge", "--before", "2023-08-26", "--yes", now="2023-08-26T09:00+08:00").returncode == 0
    assert reviews(day.office) == []
    day.office.deliver(day.letter(OTHER, "请问展板可以借用吗？"), when="2023-08-28T09:00+08:00")
    day.office.once(now="2023-08-28T09:10+08:00")
    assert [one["id"] for one in reviews(day.office)] == [item["id"] + 1]
    connection = sqlite3.connect(day.office.path / "data" / "intake.db")
    letters = connection.execute(
        "SELECT raw FROM outbox WHERE template = 'notice' AND status = 'sent' ORDER BY id"
    ).fetchall()
    connection.close()
    assert letters[0] == (b"",), "what a notice quotes is forgotten with it"
