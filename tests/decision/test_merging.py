"""A version that waited and one that came into force meanwhile: three versions make one. Pure."""

from __future__ import annotations

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.decision.facts import KnownSubmission
from bot.decision.versions.content import ROWS
from bot.decision.versions.merging import merge
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from tests.decision.test_versions import registration, stored

DEFINITIONS = load_definitions()
OLD = replace(stored(registration()), content={"fields": {"activity_name": "海洋课", "phone": "1", "venue": "甲馆", **{
    "activity_time": "9月17日", "start_date": "2023-09-17", "end_date": "2023-09-17"}}})  # fmt: skip


def changed(base: KnownSubmission, number: int, **fields: str) -> KnownSubmission:
    content = {**base.content, "fields": {**base.content["fields"], **fields}}
    return replace(base, id=number, version=number, content=content)


def missing(key: str) -> Problem:
    return Problem(Code.MISSING, Severity.ERROR, f"{key}：未填写", field=key)


def test_each_keeps_what_it_changed() -> None:
    held, now = changed(OLD, 2, venue="乙馆"), changed(OLD, 3, phone="2")
    found = merge(held, OLD, now, DEFINITIONS)
    assert (
        found.version.content["fields"] == {**OLD.content["fields"], "venue": "乙馆", "phone": "2"} and not found.kept
    )


def test_what_both_changed_stays_as_it_stands_and_is_named() -> None:
    held = changed(OLD, 2, venue="乙馆", activity_time="9月20日", start_date="2023-09-20", end_date="2023-09-20")
    now = changed(OLD, 3, venue="丙馆", activity_time="9月17日至18日", end_date="2023-09-18")
    found = merge(held, OLD, now, DEFINITIONS)
    assert found.version.content["fields"] == now.content["fields"] and found.kept == ("activity_time", "venue")
    wins = merge(held, OLD, now, DEFINITIONS, wins=True)
    assert wins.version.content["fields"] == held.content["fields"] and not wins.kept


def test_both_alike_is_no_conflict() -> None:
    held, now = changed(OLD, 2, venue="乙馆"), changed(OLD, 3, venue="乙馆", phone="2")
    assert not merge(held, OLD, now, DEFINITIONS).kept


def test_what_nobody_followed_is_itself() -> None:
    held = changed(OLD, 2, venue="乙馆")
    assert merge(held, OLD, OLD, DEFINITIONS).version is held and merge(held, None, OLD, DEFINITIONS).version is held


def test_problems_follow_their_values() -> None:
    base = replace(OLD, problems=(missing("phone"), missing("venue")))
    held = replace(changed(base, 2, venue="乙馆"), problems=(missing("phone"),))
    now = replace(changed(base, 3, phone="2"), problems=(missing("venue"), missing("email")))
    assert [one.field for one in merge(held, base, now, DEFINITIONS).version.problems] == ["email"]


def test_cells_of_a_table() -> None:
    rows = [{"activity_name": "甲", "venue": "一楼"}, {"activity_name": "乙", "venue": "二楼"}]
    base = replace(OLD, kind=Kind.SUMMARY, content={"fields": {}, ROWS: rows})
    held = replace(
        base, id=2, content={"fields": {}, ROWS: [{**rows[0], "venue": "三楼"}, {**rows[1], "venue": "四楼"}]}
    )
    now = replace(base, id=3, content={"fields": {}, ROWS: [rows[0], {**rows[1], "venue": "五楼"}]})
    found = merge(held, base, now, DEFINITIONS)
    assert [row["venue"] for row in found.version.content[ROWS]] == ["三楼", "五楼"] and found.kept == (ROWS,)
    longer = replace(now, content={"fields": {}, ROWS: [*rows, {"activity_name": "丙"}]})
    assert merge(held, base, longer, DEFINITIONS).version.content[ROWS] == longer.content[ROWS]
