"""Names as people write them against the example roster: [written, sender, unit, ground, certain]; null means no match."""

import json
import random
from pathlib import Path

import pytest

from bot.forms.units.assign import roster_of
from bot.forms.units.roster import Roster, RosterUnit, load_roster
from tests.bounded import bounded
from tests.forms.units.conftest import settings_with

CASES = json.loads((Path(__file__).parent / "matches.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("written", "sender", "unit", "ground", "certain"), CASES, ids=[f"{c[0]}<{c[1]}>" for c in CASES]
)
def test_written_names(
    quanzhou: Roster, written: str, sender: str, unit: str | None, ground: str | None, certain: bool | None
) -> None:
    match = quanzhou.match(written, sender)
    found = (match.unit.name, match.ground, match.certain) if match else (None, None, None)
    assert found == (unit, ground, certain)


def test_every_unit_is_found_by_its_own_name_and_aliases(quanzhou: Roster) -> None:
    for unit in quanzhou.units:
        for written, ground in ((unit.name, "name"), *((alias, "alias") for alias in unit.aliases)):
            match = quanzhou.match(written)
            assert match and match.unit is unit and match.certain and match.ground == ground, written


@pytest.mark.parametrize(
    "name",
    [
        "",
        "、、、",
        "（）",
        "市",
        "县",
        "晋江",
        "\x00",
        "科" * 5000,
        "泉州市" * 500,
        "a@b.c",
        "🙂",
        "((((",
        "市市市市科协",
    ],
)
def test_odd_names_do_no_harm(quanzhou: Roster, name: str) -> None:
    match = quanzhou.match(name, "nobody@example.org")
    assert match is None or match.unit.name.startswith("晋江")


@pytest.mark.parametrize("sender", ["", "@", "a@", "@qq.com", "a@b@c", "a@.", "no address", "a@example.com"])
def test_odd_senders_do_no_harm(quanzhou: Roster, sender: str) -> None:
    assert quanzhou.match("", sender) is None


def test_matching_is_fast(quanzhou: Roster) -> None:
    with bounded():
        for number in range(2000):
            quanzhou.match(f"晋江市第{number}实验学校附属幼儿园")


def test_subordinates_in_the_roster_stay_their_own() -> None:
    roster = load_roster(
        settings_with(
            unit=[
                {"name": "晋江市科学技术协会", "emails": ["a@jinjiang.example.cn"]},
                {"name": "晋江市第一中学", "parent": "晋江市科学技术协会", "emails": ["one@jinjiang.example.cn"]},
                {"name": "晋江市第二中学", "parent": "晋江市科学技术协会"},
                {"name": "南安市第一中学"},
                {"name": "华侨大学"},
            ]
        )
    )

    def unit(name: str, sender: str = "") -> str | None:
        match = roster.match(name, sender)
        return match.unit.name if match else None

    assert unit("晋江一中") == unit("福建省晋江市第一中学") == unit("晋江市第1中学") == "晋江市第一中学"
    assert unit("晋江二中") == "晋江市第二中学"
    assert unit("第一中学") is unit("一中") is unit("晋江三中") is unit("晋江市第一中学附属小学") is None
    assert unit("第一中学", "one@jinjiang.example.cn") == "晋江市第一中学"
    assert unit("", "other@jinjiang.example.cn") is None, "two units share the domain"
    assert unit("华侨大学（泉州校区）") == "华侨大学"
    assert unit("晋江市科协") == "晋江市科学技术协会"


def test_a_roster_of_places_only() -> None:
    roster = load_roster(settings_with(unit=[{"name": "晋江市"}, {"name": "石狮市"}, {"name": "泉州市教育局"}]))
    for written in ("晋江市科协", "晋江市人民政府", "晋江市", "晋江", "晋江市全民科学素质工作领导小组"):
        match = roster.match(written)
        assert match and match.unit.name == "晋江市", written
    assert roster.match("晋江市第一中学") is None
    assert roster.match("石狮市教育局") is None


def test_another_city_needs_no_other_code() -> None:
    roster = load_roster(
        settings_with(
            campaign={"name": "2025年昆明市科技活动周"},
            unit=[
                {"name": "昆明市教育局"},
                {"name": "五华区科学技术协会"},
                {"name": "石林彝族自治县科学技术协会"},
                {"name": "昆明市科学技术局"},
            ],
        )
    )
    for written, unit in (
        ("市教育局", "昆明市教育局"),
        ("云南省昆明市五华区科协", "五华区科学技术协会"),
        ("五华科协", "五华区科学技术协会"),
        ("昆明科技局", "昆明市科学技术局"),
        ("石林彝族自治县科协", "石林彝族自治县科学技术协会"),
    ):
        match = roster.match(written)
        assert match and match.unit.name == unit, written
    assert roster.match("泉州市教育局") is None


@pytest.mark.parametrize(
    ("name", "county"),
    [
        ("晋江市科学技术协会", "晋江市"),
        ("晋江市第一中学", "晋江市"),
        ("晋江一中", "晋江市"),
        ("泉州市丰泽区东湖小学", "丰泽区"),
        ("福建省安溪县凤城镇人民政府", "安溪县"),
        ("泉州台商投资区百崎小学", "泉州台商投资区"),
        ("泉州经济技术开发区实验学校", "泉州经济技术开发区"),
        ("泉州市教育局", ""),
        ("华侨大学", ""),
        ("厦门市科协", ""),
        ("", ""),
    ],
)
def test_county_of_any_unit(quanzhou: Roster, name: str, county: str) -> None:
    assert quanzhou.county(name) == county


def test_whose_units_a_county_counts_as_its_own(quanzhou: Roster) -> None:
    own = ("永春县科学技术协会", "晋江市科协", "晋江市", "泉州台商投资区科学技术协会")
    others = ("永春县龙水中学", "安溪县教育局", "泉州台商投资区第一中学", "洛江区马甲镇科学技术协会")
    assert all(map(quanzhou.index.is_countys_own, own)) and not any(map(quanzhou.index.is_countys_own, others))


def test_a_roster_that_grows_is_the_one_built_at_once() -> None:
    """Units come one by one; whatever the order, each name means what it would mean to a roster of all of them."""
    places = ["晋江市", "石狮市", "南安市", "泉州市", "青阳街道", "陈埭镇", ""]
    bodies = [
        "科学技术协会",
        "科协",
        "教育局",
        "第一中学",
        "一中",
        "实验小学",
        "卫生健康委员会",
        "青阳中心小学",
        "图书馆",
    ]
    names = [place + body for place in places for body in bodies if place + body]
    random.Random(7).shuffle(names)
    asked = [
        *names,
        "晋江科协",
        "石狮市第一中",
        "南安市教育局办公室",
        "市科协",
        "青阳街道青阳中新小学",
        "陈埭镇青阳中心小学部",
    ]
    for count in range(1, len(names) + 1, 3):
        grown, whole = roster_of(names[:count], "泉州"), Roster(tuple(map(RosterUnit, sorted(names[:count]))), "泉州")
        for name in asked:
            found, expected = grown.match(name), whole.match(name)
            assert (found and (found.unit.name, found.certain)) == (expected and (expected.unit.name, expected.certain))
    assert roster_of(names[:3], "泉州").match(names[-1]) == Roster(tuple(map(RosterUnit, names[:3])), "泉州").match(
        names[-1]
    )
