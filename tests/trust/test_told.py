"""Who is told what: the addresses on record of every change, once; a Reply-To that was never used nothing; a stranger nothing of any form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.operation.review import decide_review
from bot.operation.upkeep.purge import purge
from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_keeping import views
from tests.trust.desk import Desk, desk_in, to, told
from tests.trust.test_standing import LISTED, NONE, PASS, SECRETS, STRANGER, UNIT, answer_to, mail, reviews, venue

BOSS = "boss@example.gov.cn"
VOUCHED = "example.com; dmarc=pass header.from=example.gov.cn"
ROSTER = f'require_auth = true\n[[unit]]\nname = "晋江市科学技术协会"\nemails = ["{LISTED}"]\n[[unit]]\nname = "石狮市图书馆"\nemails = ["lib@example.org"]'
ELSEWHERE = {"Reply-To": STRANGER}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_in(tmp_path, monkeypatch, more=ROSTER) as desk:
        yield desk


def test_every_change_reaches_the_addresses_on_record_once(desk: Desk) -> None:
    first = desk.came(mail(1, form={}))
    assert set(told(first)) == {UNIT}, "what is new changes nothing"
    answers = desk.came(mail(2, form={"venue": "甲馆"}, results=PASS))
    assert [to(one) for one in answers] == [UNIT, LISTED]
    assert "原为" in text_of(answers[1]) and "甲馆" in text_of(answers[1]) and UNIT in text_of(answers[1])
    # From the second listed address, in words: the first one is told, the writer only answered.
    vouched = f"example.com; spf=pass smtp.mailfrom={LISTED}"
    answers = desk.came(
        mail(3, "活动地点：乙馆二楼报告厅", sender=LISTED, subject=str(answers[1]["Subject"]), results=vouched)
    )
    assert [to(one) for one in answers] == [LISTED, UNIT] and "乙馆" in text_of(answers[1])
    # By «确认», from words that nobody vouched for.
    asked = desk.came(
        mail(4, "活动地点：丙馆一楼展厅", sender=LISTED, subject="Re: x 【受理号 KP2023-0001】", results=NONE)
    )
    assert [to(one) for one in asked] == [LISTED]
    answers = desk.came(answer_to(asked[0], 5, "确认", sender=LISTED))
    assert venue(desk) == "丙馆一楼展厅" and [to(one) for one in answers] == [LISTED], "the writer has the answer"
    # A stranger's version, taken by a coordinator.
    desk.came(mail(6, form={"venue": "丁馆"}, sender=STRANGER))
    (number,) = (row["version"] for row in desk.view("SELECT version FROM v_submissions WHERE status = 'held'"))
    answers = desk.came(mail(7, f"通过 KP2023-0001 第{number}版", sender=BOSS, results=VOUCHED))
    assert venue(desk) == "丁馆" and [to(one) for one in answers] == [BOSS, STRANGER, LISTED]
    assert not [one for one in (*SECRETS, "丙馆") if one in text_of(answers[1])], "that its version was taken, no more"
    assert "工作人员" in text_of(answers[2])


def test_a_decision_at_the_command_line_is_told(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    desk.came(mail(2, form={"venue": "丁馆"}, sender=STRANGER))
    (item,) = desk.view("SELECT id FROM review WHERE done_at IS NULL AND reason = 'held'")
    before = desk.count()
    decide_review(desk.app.parts, item["id"], "accept", "")
    rows = desk.view("SELECT to_addr, template, status FROM outbox WHERE id > ? ORDER BY to_addr", before)
    assert [row["to_addr"] for row in rows] == [LISTED, UNIT, STRANGER] and {row["status"] for row in rows} == {
        "queued"
    }


def test_withdrawal_and_another_units_name_are_told(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    answers = desk.came(mail(2, "单位：石狮市图书馆", subject="Re: x 【受理号 KP2023-0001】", results=PASS))
    assert sorted(map(to, answers)) == ["lib@example.org", LISTED, UNIT]
    answers = desk.came(mail(3, "撤回 KP2023-0001", results=PASS))
    assert sorted(map(to, answers)) == ["lib@example.org", UNIT]


def test_a_foreign_reply_to_gets_a_bare_receipt(desk: Desk) -> None:
    """Also with the first form, and with everything that shows one; used once in a mail that was certainly the unit's, it is the unit's."""
    turns = [
        mail(1, form={}, headers=ELSEWHERE),
        mail(2, form={}, headers=ELSEWHERE, subject="再发"),
        mail(3, "联系电话：0595-85111111", headers=ELSEWHERE, subject="Re: x 【受理号 KP2023-0001】"),
        mail(4, "撤回", headers=ELSEWHERE, subject="Re: x 【受理号 KP2023-0001】"),
        mail(5, form={"venue": "甲馆", "mobile": "1"}, headers=ELSEWHERE),
    ]
    for raw in turns:
        letters = told(desk.came(raw))
        assert set(letters) >= {UNIT, STRANGER}
        heard = [
            one for one in (*SECRETS, "科技馆里的海洋课", "甲馆", "85111111", "KP2023") if one in letters[STRANGER]
        ]
        assert not heard, heard
        assert "受理号" in letters[UNIT]
    desk.came(mail(6, form={"venue": "乙馆"}, headers=ELSEWHERE, results=PASS))
    answers = desk.came(mail(7, form={"venue": "丙馆"}, headers=ELSEWHERE, results=PASS))
    assert [to(one) for one in answers] == [STRANGER, LISTED] and "丙馆" in text_of(answers[0])


def test_an_answer_may_go_to_another_address_on_record(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    answers = desk.came(mail(2, form={"venue": "甲馆"}, headers={"Reply-To": LISTED}, results=PASS))
    assert [to(one) for one in answers] == [LISTED]


def table(number: int, sender: str, *names: str) -> bytes:
    rows = [(name, "9月17日", "晋江市科技馆一楼大厅") for name in names]
    files = {"汇总表.xlsx": samples.summary(rows)}
    return samples.mail(
        sender=sender, subject=f"汇总{number}", files=files, message_id=f"<t{number}@client.example.com>"
    )


def test_a_strangers_table_is_held_and_hears_nothing(desk: Desk) -> None:
    """Whether a unit has a table yet or only registrations; which of its rows are registered is nobody else's business."""
    desk.came(mail(1, form={}))
    answers = desk.came(table(2, STRANGER, "科技馆里的海洋课", "另一项活动"))
    assert reviews(desk) == ["held"] and [to(one) for one in answers] == [STRANGER]
    text = told(answers)[STRANGER]
    assert "KP2023-0001" not in text and UNIT not in text and "没有对应的申报表" not in text and "未见" not in text
    rows = desk.view("SELECT activity_name, in_summary FROM v_activities")
    assert rows == [{"activity_name": "科技馆里的海洋课", "in_summary": 0}]
    desk.came(table(3, STRANGER, "科技馆里的海洋课", "另一项活动"))
    assert len(desk.view("SELECT * FROM v_submissions WHERE kind = 'summary'")) == 1, "the same one again"
    desk.came(table(4, UNIT, "科技馆里的海洋课"))
    assert desk.view("SELECT in_summary FROM v_activities") == [{"in_summary": 1}]
    answers = desk.came(table(5, STRANGER, "又一项"))
    assert len(desk.view("SELECT * FROM v_activities")) == 1 and "科技馆里的海洋课" not in told(answers)[STRANGER]


def test_a_stranger_learns_of_no_form_and_gets_no_code(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    desk.came(table(2, UNIT, "科技馆里的海洋课"))
    for raw in (
        mail(3, form={"venue": "别处"}, sender=STRANGER),
        mail(4, form={}, sender=STRANGER),
        mail(5, form={"name": "新的活动"}, sender=STRANGER),
    ):
        text = told(desk.came(raw))[STRANGER]
        assert "KP2023-0001" not in text and "汇总表中" not in text, text
    # Its own activity's code opens only that.
    (own,) = desk.view("SELECT subject FROM outbox WHERE subject LIKE '%KP2023-0003·%'")
    desk.came(mail(6, "撤回 KP2023-0001", sender=UNIT, subject=own["subject"], results=NONE))
    assert len(desk.view("SELECT * FROM v_activities WHERE ref = 'KP2023-0001'")) == 1


def test_two_addresses_of_one_unit_are_not_blamed_for_each_other(desk: Desk) -> None:
    """A colleague with an activity of her own sends the table for both: nothing untrue is said of what she cannot see."""
    desk.came(mail(1, form={}))
    desk.came(mail(2, form={"name": "银龄科普行"}, sender="colleague@jinjiang.example.com"))
    answers = desk.came(table(3, "colleague@jinjiang.example.com", "科技馆里的海洋课", "银龄科普行"))
    assert {row["in_summary"] for row in desk.view("SELECT in_summary FROM v_activities")} == {1}
    assert "没有" not in text_of(answers[0]).partition("汇总表")[2].partition("下一步")[0]


def test_what_waits_is_forgotten_with_its_unit(desk: Desk) -> None:
    desk.came(mail(1, form={}))
    desk.came(mail(2, "撤回 KP2023-0001", subject="x"))
    desk.came(mail(3, form={"venue": "甲馆"}, results=NONE, headers=ELSEWHERE))
    assert len(desk.view("SELECT * FROM waiting")) == 2
    purge(desk.app.store, unit="晋江市科学技术协会", really=True)
    assert desk.view("SELECT * FROM waiting") == [] and desk.view("SELECT * FROM v_submissions") == []


def test_through_real_servers_killed_and_rebuilt(office: Office) -> None:
    """A forged correction that wants the form sent elsewhere: only the unit hears of it, confirms it or not; what it confirmed is the same after
    a rebuild, and what waits then still does."""
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    forged = samples.mail(subject="Re: x 【受理号 KP2023-0001】", text="移动电话：13811112222", headers=ELSEWHERE)
    office.deliver(forged, when="2023-08-25T13:00+08:00")
    office.run("once", now="2023-08-25T13:10+08:00", killed_at="recorded")
    office.once(now="2023-08-25T13:20+08:00")
    letters = told(office.sent[1:])
    assert set(letters) == {UNIT, STRANGER} and "13811112222" in letters[UNIT] and len(office.sent) == 3
    assert not [one for one in (*SECRETS, "13811112222", "KP2023") if one in letters[STRANGER]]
    assert office.view("SELECT mobile FROM v_activities") == [{"mobile": "13900000000"}]
    before = views(office)
    assert office.run("rebuild", now="2023-08-25T14:00+08:00").returncode == 0
    assert views(office) == before
    office.deliver(
        samples.mail(subject="回复", text="确认", headers=office.thread(UNIT)), when="2023-08-25T15:00+08:00"
    )
    office.once(now="2023-08-25T15:10+08:00")
    assert office.view("SELECT mobile FROM v_activities") == [{"mobile": "13811112222"}]
    before, sent = views(office), len(office.sent)
    assert office.run("rebuild", now="2023-08-25T16:00+08:00").returncode == 0
    office.once(now="2023-08-25T16:10+08:00")
    assert views(office) == before and len(office.sent) == sent
