"""Many forged changes of one unit's forms: its address on record is asked at once, then once an hour, of all that wait."""

from __future__ import annotations

import re
from email.message import EmailMessage

from tests.flow.office import Office, text_of
from tests.trust.test_standing import NONE, UNIT, answer_to, mail


def sent_to_unit(office: Office, now: str, *raws: bytes) -> list[EmailMessage]:
    before = len(office.sent)
    office.deliver(*raws, when=now)
    office.once(now=now, expect=None)  # something waits
    return [one for one in office.sent[before:] if UNIT in one["To"]]


def places(*letters: EmailMessage) -> set[str]:
    return {found for one in letters for found in re.findall(r"第\d+号展厅", text_of(one))}


def test_a_flood_of_forged_files_asks_its_unit_once_an_hour(office: Office) -> None:
    sent_to_unit(office, "2023-08-25T10:00+08:00", mail(1, form={}))
    forged = [mail(n, form={"venue": f"第{n}号展厅"}, results=NONE) for n in range(2, 12)]
    (first,) = sent_to_unit(office, "2023-08-25T11:00+08:00", *forged[:6])
    assert sent_to_unit(office, "2023-08-25T11:30+08:00", *forged[6:]) == []
    (second,) = sent_to_unit(office, "2023-08-25T12:01+08:00")
    assert places(first, second) == {f"第{n}号展厅" for n in range(2, 12)} and len(places(first)) == 1
    assert sent_to_unit(office, "2023-08-25T12:20+08:00") == []
    # «确认» in answer to many is not certain: which one is asked, and nothing is changed before.
    (asked,) = sent_to_unit(office, "2023-08-25T12:30+08:00", answer_to(second, 30, "确认", results=NONE))
    assert "第8版" in text_of(asked)
    assert office.view("SELECT venue FROM v_activities") == [{"venue": "晋江市科技馆一楼大厅"}]
    sent_to_unit(office, "2023-08-25T12:40+08:00", answer_to(asked, 31, "确认 KP2023-0001 第8版", results=NONE))
    (row,) = office.view("SELECT venue FROM v_activities")
    assert row["venue"].startswith("第") and row["venue"] in places(second)


def test_a_change_an_hour_later_is_asked_about_at_once(office: Office) -> None:
    sent_to_unit(office, "2023-08-25T08:00+08:00", mail(1, form={}))
    for hour in (9, 11):
        now = f"2023-08-25T{hour:02d}:00+08:00"
        (asked,) = sent_to_unit(office, now, mail(hour, form={"venue": f"第{hour}号展厅"}, results=NONE))
        assert "请回复“确认”" in text_of(asked) and places(asked) == {f"第{hour}号展厅"}
