"""A county's summary table lists what its units registered themselves: each activity counts once, and only what has no form is asked for."""

from __future__ import annotations

import itertools
from pathlib import Path

import openpyxl
import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of

COUNTY, SCHOOL, BUREAU = "惠安县科学技术协会", "惠安县第三实验小学", "惠安县卫生健康局"
ADDRESSES = {COUNTY: "hakx@county.example", SCHOOL: "school@school.example", BUREAU: "wjj@bureau.example"}
SCHOOL_FORM = {"name": "科学实验进课堂", "time": "2023年9月18日", "venue": "学校操场", "phone": "0595-87770001"}
BUREAU_FORM = {"name": "健康素养大讲堂", "time": "2023年9月20日", "venue": "县医院报告厅", "phone": "0595-87770002"}
TABLE = (
    ("“科学实验进课堂”活动", "9月18日", "学校操场", SCHOOL),
    ("第二届健康素养大讲堂（9月20日）", "9月20日", "县医院报告厅", "惠安县卫健局"),
    ("县科普日主场活动", "9月17日", "县文化广场", "惠安县科协"),
)
LACKING = "没有收到对应的申报表"


@pytest.fixture
def county(office: Office) -> Office:
    office.configure(more="\n".join(f'[[unit]]\nname = "{name}"\nemails = ["{at}"]' for name, at in ADDRESSES.items()))
    return office


def form(unit: str, **values: str) -> bytes:
    return samples.registration(**{"unit": unit, "host": unit, "undertaker": "", "mobile": "", **values})


def send(office: Office, unit: str, **files: bytes) -> str:
    """Deliver one mail of *unit* and work it off; its answer."""
    before = len(office.sent)
    named = {f"{name}.{'xlsx' if name.startswith('table') else 'docx'}": data for name, data in files.items()}
    ident = f"<{unit}{'.'.join(named)}{before}@client.example>".encode("ascii", "xmlcharrefreplace").decode()
    office.deliver(samples.mail(sender=ADDRESSES[unit], subject="报送", files=named, message_id=ident))
    office.once()
    (answer,) = (one for one in office.sent[before:] if ADDRESSES[unit] in one["To"])
    return text_of(answer)


def counted(office: Office) -> list[tuple[str, int, int]]:
    sql = (
        "SELECT activity_name, has_registration, in_summary FROM v_activities ORDER BY activity_name, has_registration"
    )
    rows = office.view(sql)
    return [(row["activity_name"], row["has_registration"], row["in_summary"]) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(("school", "bureau", "county")))[::2])
def test_each_activity_counts_once_whichever_comes_first(county: Office, order: tuple[str, ...]) -> None:
    answers = {}
    for who in order:
        if who == "school":
            answers[who] = send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
        elif who == "bureau":
            answers[who] = send(county, BUREAU, form=form(BUREAU, **BUREAU_FORM))
        else:
            own = form(COUNTY, name="县科普日主场活动", time="2023年9月17日", venue="县文化广场")
            answers[who] = send(county, COUNTY, table=samples.summary(TABLE, COUNTY), form=own)
    assert counted(county) == [("健康素养大讲堂", 1, 1), ("县科普日主场活动", 1, 1), ("科学实验进课堂", 1, 1)]
    came_before = order.index("county")
    lacking = [line for line in answers["county"].splitlines() if LACKING in line]
    named = sum(name in "".join(lacking) for name in ("科学实验进课堂", "健康素养大讲堂"))
    assert len(lacking) < 2 and named == 2 - came_before, "one sentence tells of all"
    assert "87770001" not in answers["county"] and "87770002" not in answers["county"]
    assert "汇总表中没有" not in answers["school"] + answers["bureau"]
    assert county.run("export", "--out", str(county.path / "out")).returncode == 0
    (table,) = Path(county.path / "out").glob("*汇总表.xlsx")
    names = [row[1].value for row in openpyxl.load_workbook(table).worksheets[0].iter_rows() if row[1].value]
    assert names[0] == "活动名称"
    assert sorted(names[1:]) == ["健康素养大讲堂", "县科普日主场活动", "科学实验进课堂"]


def test_two_tables_that_overlap_and_a_revised_one(county: Office) -> None:
    send(county, SCHOOL, table=samples.summary([("科学实验进课堂", "9月18日", "学校操场")], SCHOOL))
    send(county, COUNTY, table=samples.summary(TABLE, COUNTY))
    assert [(name, form) for name, form, _ in counted(county)] == [
        ("县科普日主场活动", 0),
        ("科学实验进课堂", 0),
        ("第二届健康素养大讲堂（9月20日）", 0),
    ]
    send(county, COUNTY, table=samples.summary([*TABLE[:2], ("天文夜", "9月21日", "县文化广场", "惠安县科协")], COUNTY))
    assert len(counted(county)) == 3 and "天文夜" in {name for name, _, _ in counted(county)}
    send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
    assert ("科学实验进课堂", 1, 1) in counted(county) and len(counted(county)) == 3


def test_other_days_are_another_activity(county: Office) -> None:
    send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
    table = samples.summary([TABLE[0], ("科学实验进课堂", "9月25日", "学校礼堂", SCHOOL)], COUNTY)
    assert send(county, COUNTY, table=table).count(LACKING) == 1
    assert counted(county) == [("科学实验进课堂", 0, 1), ("科学实验进课堂", 1, 1)]


def test_what_is_withdrawn_is_asked_for_again(county: Office) -> None:
    send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
    send(county, COUNTY, table=samples.summary(TABLE[:1], COUNTY))
    assert counted(county) == [("科学实验进课堂", 1, 1)]
    words = {"subject": "撤回", "text": "撤回 KP2023-0001", "message_id": "<w@c>"}
    county.deliver(samples.mail(sender=ADDRESSES[SCHOOL], headers=county.thread(ADDRESSES[SCHOOL]), **words))
    county.once()
    assert counted(county) == [("“科学实验进课堂”活动", 0, 1)]
    assert county.run("rebuild").returncode == 0
    assert counted(county) == [("“科学实验进课堂”活动", 0, 1)]


def test_a_row_under_another_name_is_the_units_activity(county: Office) -> None:
    """The county's clerk wrote the names in his own way, whichever came first; what the unit sends in another name later is found as well."""
    table = samples.summary(
        [
            ("2023年惠安县科学实验课堂展示暨科普日启动仪式", "2023年9月18日", "第三实验小学操场", SCHOOL),
            ("健康素养大讲坛", "9月20日", "县医院报告厅", "惠安县卫健局"),
        ],
        COUNTY,
    )
    form_of_school = SCHOOL_FORM | {"name": "科学实验课堂", "venue": "惠安县第三实验小学操场"}
    send(county, SCHOOL, form=form(SCHOOL, **form_of_school))
    assert send(county, COUNTY, table=table).count(LACKING) == 1
    send(county, BUREAU, form=form(BUREAU, **BUREAU_FORM))
    assert counted(county) == [("健康素养大讲堂", 1, 1), ("科学实验课堂", 1, 1)]
    renamed = form(SCHOOL, **(form_of_school | {"name": "校园气象站开放"}))
    thread = {"In-Reply-To": county.sent[0]["Message-ID"]}
    county.deliver(
        samples.mail(
            sender=ADDRESSES[SCHOOL], subject="更正", files={"a.docx": renamed}, headers=thread, message_id="<r@c>"
        )
    )
    county.once()
    assert [(name, own) for name, own, _ in counted(county)] == [
        ("2023年惠安县科学实验课堂展示暨科普日启动仪式", 0),
        ("健康素养大讲堂", 1),
        ("校园气象站开放", 1),
    ]


def test_another_day_in_the_table_is_told_whichever_comes_first(county: Office) -> None:
    own = {"name": "县科普日主场活动", "time": "2023年9月16日", "venue": "县文化广场"}
    send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
    table = samples.summary([("科学实验进课堂", "9月21日", "学校操场", SCHOOL), TABLE[2]], COUNTY)
    assert "此前收到的申报表：2023年9月18日" in send(county, COUNTY, table=table)
    assert "此前收到的汇总表：2023年9月17日" in send(county, COUNTY, form=form(COUNTY, **own))
    assert len(counted(county)) == 2


def test_a_unit_hears_where_only_the_countys_table_differs(county: Office) -> None:
    """Another day, another place, once for each version that says so; a place in other words is the same, and nobody else hears of it."""
    send(county, SCHOOL, form=form(SCHOOL, **SCHOOL_FORM))
    send(county, BUREAU, form=form(BUREAU, **BUREAU_FORM))
    bureau = ("健康素养大讲堂", "9月20日", "惠安县医院报告厅", "惠安县卫健局")

    def heard(*rows: tuple[str, ...]) -> list[str]:
        before = len(county.sent)
        send(county, COUNTY, table=samples.summary(rows, COUNTY))
        letters = [one for one in county.sent[before:] if ADDRESSES[COUNTY] not in one["To"]]
        assert all(ADDRESSES[SCHOOL] in one["To"] and "KP2023-0001" in one["Subject"] for one in letters)
        return [text_of(one) for one in letters]

    (other_day,) = heard(("科学实验进课堂", "9月21日", "学校操场", SCHOOL), bureau)
    assert "申报表为2023年9月18日，汇总表为2023年9月21日" in other_day and COUNTY in other_day
    assert "活动地点" not in other_day and "健康素养" not in other_day
    assert heard(("科学实验进课堂", "9月21日", "学校操场", SCHOOL), bureau, TABLE[2]) == []
    (other_place,) = heard(("科学实验进课堂", "9月18日", "县青少年宫", SCHOOL), bureau)
    assert "申报表为“学校操场”，汇总表为“县青少年宫”" in other_place and "活动时间" not in other_place
    assert heard(("科学实验进课堂", "9月18日", "学校操场", SCHOOL), bureau) == []
