"""Which row lists which registration: units, names, days and places as different clerks write them. Pure, no server."""

from __future__ import annotations

import pytest

from bot.base.text import name_key
from bot.forms.pairing import Told, pair, pair_key
from bot.forms.units.roster import Roster, RosterUnit
from tests.counted import calls_made

ROSTER = Roster(
    (
        RosterUnit("惠安县科学技术协会"),
        RosterUnit("晋江市科学技术协会"),
        RosterUnit("泉州市教育局"),
        RosterUnit("泉州第五中学", parent="泉州市教育局"),
        RosterUnit("聚龙小镇社区", group="惠安县"),
    ),
    "泉州",
)
COUNTY = "惠安县科学技术协会"


def form(
    unit: str, name: str = "科普讲座", start: str = "2023-09-18", source: str = "KP2023-0001", **more: str
) -> Told:
    return Told(
        source, 0, False, unit, name, more.get("units", unit), start, more.get("end", ""), more.get("venue", "")
    )


def row(
    unit: str,
    units: str,
    name: str = "科普讲座",
    start: str = "2023-09-18",
    position: int = 1,
    source: str = "KP2023-0009",
    **more: str,
) -> Told:
    return Told(source, position, True, unit, name, units, start, more.get("end", ""), more.get("venue", ""))


def is_listed(one: Told, other: Told, roster: Roster = ROSTER) -> bool:
    return bool(pair([one, other], roster).listed)


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("“科普讲座”活动", "科普讲座"),
        ("「科普讲座」", "科普讲座"),
        ("科普 讲座", "科普讲座"),
        ("第二届科普讲座", "科普讲座"),
        ("科普讲座（9月18日）", "科普讲座"),
        ("科普讲座（9.18）", "科普讲座"),
        ("科普讲座（9月18日上午）", "科普讲座活动"),
        ("3、2023年科普讲座", "科普讲座"),
        ("惠安县2023年科普讲座活动", "惠安县科普讲座"),
    ],
)
def test_names_that_are_one(written: str, registered: str) -> None:
    assert is_listed(form("惠安县第三实验小学", registered), row(COUNTY, "惠安县第三实验小学", written))


@pytest.mark.parametrize(
    ("one", "other"),
    [("科普讲座一", "科普讲座二"), ("第一期培训", "第二期培训"), ("9月讲座", "讲座"), ("垃圾分类100问", "垃圾分类")],
)
def test_names_that_are_two(one: str, other: str) -> None:
    assert pair_key(name_key(one)) != pair_key(name_key(other))


@pytest.mark.parametrize(
    ("table", "hosts", "unit"),
    [
        (COUNTY, "惠安县第三实验小学", "惠安县第三实验小学"),
        (COUNTY, "主办：惠安县科协  承办：惠安县第三实验小学", "惠安县第三实验小学"),
        (COUNTY, "惠安县卫健局", "惠安县卫生健康局"),
        (COUNTY, "第三实验小学", "惠安县第三实验小学"),
        (COUNTY, "", "惠安县第三实验小学"),
        ("惠安县科协", "惠安县科协", "惠安县第三实验小学"),
        ("惠安县人民政府", "", "惠安县卫生健康局"),
        ("惠安县全民科学素质工作领导小组办公室", "", "惠安县卫生健康局"),
        (COUNTY, "", "聚龙小镇社区"),
        ("泉州市教育局", "", "泉州第五中学"),
        ("市教育局", "市教育局", "泉州第五中学"),
        ("泉州师范学院", "泉州师范学院", "泉州师范学院物理学院"),
        ("晋江市教育局", "晋江市实验小学", "晋江市实验小学"),
        ("聚龙社区", "聚龙社区", "聚龙社区"),
    ],
)
def test_whose_table_lists_whose_activity(table: str, hosts: str, unit: str) -> None:
    assert is_listed(form(unit), row(table, hosts))


@pytest.mark.parametrize(
    ("table", "hosts", "unit"),
    [
        (COUNTY, "惠安县第一中学", "惠安县第三实验小学"),  # the row is another unit's
        (COUNTY, "", "晋江市实验小学"),
        ("晋江市教育局", "晋江市教育局", "晋江市实验小学"),
        ("惠安县第一中学", "惠安县第一中学", "惠安县第三实验小学"),
        ("惠安县第三实验小学", "惠安县第三实验小学", COUNTY),  # a school's table is not about the county's own
        ("泉州市教育局", "", "惠安县第三实验小学"),
    ],
)
def test_whose_table_does_not(table: str, hosts: str, unit: str) -> None:
    assert not is_listed(form(unit), row(table, hosts))


def test_without_a_roster_the_place_tells() -> None:
    assert is_listed(form("惠安县第三实验小学"), row("惠安县科协", ""), Roster())


def test_days_tell_activities_of_one_name_apart() -> None:
    school = "惠安县第三实验小学"
    first, second = form(school), form(school, start="2023-09-20", source="KP2023-0002")
    rows = [row(COUNTY, school, start="2023-09-20", position=1), row(COUNTY, school, position=2)]
    listed = pair([first, second, *rows], ROSTER).listed
    assert [listed[one.identity].source for one in rows] == ["KP2023-0002", "KP2023-0001"]
    assert not is_listed(form(school), row(COUNTY, "", start="2023-09-20"))
    assert is_listed(form(school), row(COUNTY, school, start="2023-09-20")), "all that is left of the name: a slip"
    two = [row(COUNTY, school, start="2023-09-20"), row(COUNTY, school, start="2023-09-21", position=2)]
    assert not pair([first, *two], ROSTER).listed


def test_a_day_that_is_not_told_or_only_touched() -> None:
    school = "惠安县第三实验小学"
    assert is_listed(form(school, start=""), row(COUNTY, ""))
    assert is_listed(form(school, start="2023-09-17", end="2023-09-23"), row(COUNTY, "", start="2023-09-18"))


def test_the_countys_own_activity_of_the_same_name_stays_its_own() -> None:
    """Place and host say that it is another one."""
    own = row(COUNTY, "惠安县科协", venue="县文化广场")
    assert not is_listed(form("惠安县第三实验小学", venue="学校操场"), own)
    pairs = pair([own, row("惠安县第三实验小学", "惠安县第三实验小学", source="KP2023-0008", venue="学校操场")], ROSTER)
    assert not pairs.same


def test_of_several_units_each_gets_its_row() -> None:
    units = [f"惠安县第{number}中学" for number in "一二三四"]
    forms = [form(unit, source=f"KP2023-000{n}") for n, unit in enumerate(units)]
    rows = [row(COUNTY, unit, position=n) for n, unit in enumerate(reversed(units))]
    listed = pair([*forms, *rows], ROSTER).listed
    assert [listed[one.identity].unit for one in rows] == [one.units for one in rows]


def test_a_row_typed_twice_asks_for_nothing() -> None:
    school = "惠安县第三实验小学"
    rows = [row(COUNTY, school, position=n, venue="学校操场") for n in (1, 2)]
    assert len(pair([form(school), *rows], ROSTER).listed) == 2


def test_rows_of_two_tables_without_a_form_are_one_activity_the_units_own() -> None:
    school = "惠安县第三实验小学"
    upper, lower = row(COUNTY, school), row(school, school, position=2, source="KP2023-0010")
    pairs = pair([upper, lower], ROSTER)
    assert {pairs.same[upper.identity].unit} == {school} and lower.identity not in pairs.same


def test_many_of_one_name_are_paired_by_their_units() -> None:
    units = [f"惠安县第{number}小学" for number in range(400)]
    forms = [form(unit, source=f"KP2023-{n:04}") for n, unit in enumerate(units)]
    rows = [row(COUNTY, unit, position=n) for n, unit in enumerate(units)]
    listed = pair([*forms, *rows], ROSTER).listed
    assert {(one.units, listed[one.identity].unit) for one in rows} == {(unit, unit) for unit in units}


SCHOOL = "惠安县第三实验小学"
AT = {"venue": "第三实验小学操场"}


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("2023年惠安县海洋知识竞赛", "海洋知识竞赛"),
        ("第五届少儿编程挑战赛暨颁奖仪式", "少儿编程挑战赛"),
        ("垃圾分类趣味运动", "垃圾分类趣味运动会"),
        ("防灾减灾演炼", "防灾减灾演练"),
        ("惠安三实小机器人科普展演", "机器人展演"),
        ("科普日·天文观测", "天文观测活动"),
        ("惠安县第三实验小学急救体验", "急救科普体验"),
    ],
)
@pytest.mark.parametrize("table", [COUNTY, SCHOOL])
def test_one_activity_under_two_names(table: str, written: str, registered: str) -> None:
    listed = row(table, SCHOOL, written, venue="惠安县第三实验小学操场")
    assert is_listed(form(SCHOOL, registered, **AT), listed)
    assert not is_listed(form(SCHOOL, registered, venue="县文化馆"), listed), "another place"
    assert not is_listed(form(SCHOOL, registered, start="2023-09-19", **AT), listed), "another day"
    assert not is_listed(form("惠安县第一中学", registered, **AT), row(table, SCHOOL, written, **AT)), "another unit"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("航天模型展", "航天模型比赛"),
        ("科普剧场上午场", "科普剧场下午场"),
        ("实验秀（小学组）", "实验秀（中学组）"),
        ("急救讲座一", "急救讲座二"),
        ("急救讲座", "急救展览"),
        ("海洋标本展", "海洋标本课"),
        ("讲座", "海洋知识讲座"),
    ],
)
def test_two_activities_of_a_day_and_place_stay_two(one: str, other: str) -> None:
    assert not is_listed(form(SCHOOL, one, **AT), row(SCHOOL, SCHOOL, other, **AT))


def test_of_names_that_are_near_each_finds_its_own_or_none() -> None:
    forms = [form(SCHOOL, "海洋科普展览", source="KP1", **AT), form(SCHOOL, "航天科普展览", source="KP2", **AT)]
    rows = [
        row(COUNTY, SCHOOL, "2023惠安航天展览", position=1, **AT),
        row(COUNTY, SCHOOL, "惠安海洋科普展览周", position=2, **AT),
    ]
    listed = pair([*forms, *rows], ROSTER).listed
    assert [listed[one.identity].source for one in rows] == ["KP2", "KP1"]
    sessions = [
        row(COUNTY, SCHOOL, name, position=n, **AT) for n, name in enumerate(("海洋科普展览甲馆", "海洋科普展览乙馆"))
    ]
    assert not pair([forms[0], *sessions], ROSTER).listed


def test_rows_of_two_tables_under_two_names_are_one_activity() -> None:
    upper, lower = (
        row(COUNTY, SCHOOL, "2023年惠安县机器人大赛", **AT),
        row(SCHOOL, SCHOOL, "机器人大赛", source="KP2023-0010", **AT),
    )
    assert pair([upper, lower], ROSTER).same == {upper.identity: lower}


def test_each_unit_is_looked_up_once_however_many_tables_name_one_activity() -> None:
    def merged(tables: int) -> int:
        rows = [row(f"第{n}实验小学", f"第{n}实验小学", source=f"KP{n}", **AT) for n in range(tables)]
        return calls_made(lambda: pair(rows, Roster(ROSTER.units, "泉州")))

    merged(2)
    assert merged(60) < 100 * 60 * 60  # of each pair of rows little more is asked than whether their units are one
