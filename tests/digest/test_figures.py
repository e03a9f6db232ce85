"""Every figure counted a second time, from the stored rows alone and by other means than the code under test."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest

from bot.base.replacing import replace
from bot.base.text import name_key
from bot.decision.model import ReviewItem
from bot.decision.states import Status
from bot.digest.figures.counts import duplicates
from bot.digest.figures.told import about_something_else
from bot.digest.model import StoredForm
from bot.digest.samples import ACTIVITY
from bot.forms.model import Kind
from bot.store import outbox, reviews
from tests.digest.conftest import Office
from tests.digest.world import registration, table_row, wrong


def stored(office: Office) -> list[dict[str, Any]]:
    """Each form's current version that counts, with its rows, straight from the tables."""
    found = []
    for row in office.store.db.query("SELECT * FROM submission"):
        if row["is_current"] and row["status"] in ("accepted", "needs_correction"):
            rows = office.store.db.query("SELECT * FROM activity_row WHERE submission = ?", [row["id"]])
            found.append(
                row | {"content": json.loads(row["content"]), "rows": [json.loads(r["content"]) for r in rows]}
            )
    return found


def activities_of(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every registration, and every summary row without a registration of that name by the unit."""
    registered = [f["content"]["fields"] | {"unit": f["unit"], "form": f} for f in forms if f["kind"] == "registration"]
    names = {(r["unit"], name_key(r["activity_name"])) for r in registered}
    rows = [row | {"unit": f["unit"], "form": f} for f in forms if f["kind"] == "summary" for row in f["rows"]]
    return registered + [row for row in rows if (row["unit"], name_key(row["activity_name"])) not in names]


def test_recount_of_the_registration_deadline(office: Office) -> None:
    found, forms = office.figures(), stored(office)
    activities = activities_of(forms)
    expected = [unit for unit in office.roster.units if unit.expected]
    sent = {f["unit"] for f in forms if f["kind"] in ("registration", "summary")}
    assert found.expected == len(expected)
    assert found.reported == sum(unit.name in sent for unit in expected)
    assert {u.unit.name for u in found.missing} == {unit.name for unit in expected} - sent
    assert found.expected == found.reported + len(found.missing)
    assert len(found.activities) == len(activities) > 60
    assert found.registrations == sum(f["kind"] == "registration" for f in forms)
    assert found.participants == sum(a.get("expected_public") or 0 for a in activities)
    assert found.staff == sum(a.get("staff_count") or 0 for a in activities)
    assert {o.name for o in found.others} == {f["unit"] for f in forms} - {unit.name for unit in office.roster.units}
    assert sum(o.activities for o in found.others) == sum(
        a["unit"] not in {u.name for u in expected} for a in activities
    )


def test_recount_of_types_audiences_weeks_days_and_counties(office: Office) -> None:
    found, activities = office.figures(), activities_of(stored(office))
    by_label = dict(found.choices)
    for key, counted in (("activity_types", by_label["主要活动类型"]), ("audiences", by_label["活动对象"])):
        expected: Counter[str] = Counter()
        for activity in activities:
            expected.update({text.partition("：")[0] for text in activity.get(key) or ()})
        assert dict(counted) == dict(expected) and sum(expected.values()) > 50
    weeks = Counter(
        date.fromisoformat(a["start_date"]).isocalendar()[1] if a["start_date"] else None for a in activities
    )
    assert {monday and monday.isocalendar()[1]: count for monday, count in found.by_week} == dict(weeks)
    assert sum(count for _, count in found.by_week) == len(activities)
    for day, count in found.by_day:
        assert count == sum(a["start_date"] <= day.isoformat() <= a["end_date"] for a in activities if a["start_date"])
    assert [day for day, _ in found.by_day][0::40] == [date(2023, 8, 21), date(2023, 9, 30)]
    assert sum(count for _, count, _ in found.counties) == len(activities)
    assert sum(people for _, _, people in found.counties) == found.participants
    assert {n: c for n, c, _ in found.counties}["晋江市"] == sum(a["unit"].startswith("晋江市") for a in activities)
    assert ("丰泽区", 0, 0) in found.counties, "a county that sent nothing is shown"


def test_recount_of_open_late_unmatched_and_duplicates(office: Office) -> None:
    found, forms = office.figures(now="2023-09-02T09:00"), stored(office)
    activities = activities_of(forms)
    assert {f.ref for f in found.open_forms} == {f["ref"] for f in forms if f["status"] == "needs_correction"}
    collected = [f for f in forms if f["kind"] != "report"]
    assert {f.ref for f in found.late} == {f["ref"] for f in collected if f["is_late"]} and found.late
    assert all(f.days == max(1, (f.received_at.date() - date(2023, 8, 30)).days) for f in found.late)
    with_table = {f["unit"]: {name_key(r["activity_name"]) for r in f["rows"]} for f in forms if f["kind"] == "summary"}
    registered = [a for a in activities if a["form"]["kind"] == "registration"]
    unlisted = {
        a["form"]["ref"]
        for a in registered
        if a["unit"] in with_table and name_key(a["activity_name"]) not in with_table[a["unit"]]
    }
    assert {a.ref for a in found.not_in_summary} == unlisted and unlisted
    assert len(found.not_registered) == len(activities) - len(registered) > 0
    pairs = {
        frozenset((a["form"]["ref"], b["form"]["ref"]))
        for a, b in combinations(activities, 2)
        if a["unit"] != b["unit"]
        and name_key(a["activity_name"]) == name_key(b["activity_name"])
        and a["start_date"] and b["start_date"] and a["start_date"] <= b["end_date"] and b["start_date"] <= a["end_date"]
    }  # fmt: skip
    assert {ref for d in found.duplicates for ref in (a.ref for a in d.activities)} == {
        ref for pair in pairs for ref in pair
    }
    assert [d.title for d in found.duplicates if d.is_likely][-1:] == ["同一项活动"] or any(
        d.title == "同一项活动" and d.is_likely for d in found.duplicates
    )


def test_activities_of_two_hosts_are_likely_one_whatever_their_days() -> None:
    ours = replace(ACTIVITY, unit="湿地中心", host_unit="湿地中心、观鸟协会", venue="观鸟屋", phone="", mobile="")
    theirs = replace(
        ours, unit="观鸟协会", host_unit="观鸟协会", venue="栈道", start=date(2023, 9, 24), end=date(2023, 9, 24)
    )
    assert [one.is_likely for one in duplicates((ours, theirs))] == [True]
    assert not duplicates((ours, replace(theirs, unit="植物学会", host_unit="植物学会")))


def test_recount_of_the_report_deadline(office: Office) -> None:
    found, forms = office.figures(1, "2023-10-01T09:00"), stored(office)
    reported = {f["unit"] for f in forms if f["kind"] == "report"}
    assert found.reported == len(reported & {u.name for u in office.roster.units}) > 0
    assert len(found.materials) == len(found.activities) == len(activities_of(forms))
    with_pictures = {f["unit"] for f in forms if f["kind"] == "report" and f["content"]["pictures"]}
    for material in found.materials:
        assert bool(material.report) == (material.activity.unit in reported)
        assert bool(material.pictures) == (material.activity.unit in with_pictures)
    assert len(found.incomplete) == sum(not (m.report and m.pictures and m.links) for m in found.materials)
    assert found.progress[-1].units == found.reported and found.progress[-1].items == found.reports


def test_progress_ends_at_the_totals(office: Office) -> None:
    found = office.figures(now="2023-09-10T09:00")
    last = found.progress[-1]
    assert (last.day, last.units, last.items) == (date(2023, 9, 10), found.reported, len(found.activities))
    assert [p.units for p in found.progress] == sorted(p.units for p in found.progress)
    assert found.progress[0].day == date(2023, 8, 21)


def test_open_since_the_first_version_with_errors(office: Office) -> None:
    [changed] = [f for f in office.figures().open_forms if f.ref == "KP2023-9001"]
    assert changed.since.date() == date(2023, 8, 22) and changed.days == 7 and changed.problems == ("电子邮箱格式不对",)


def test_changes_since_the_last_digest(office: Office) -> None:
    before = office.figures()
    last = before.snapshot() | {
        "reported": before.reported - 3,
        "activities": 10,
        "units": before.snapshot()["units"][2:],
    }
    found = office.figures(last=("2023-08-27T09:00:00+08:00", last))
    assert {c.key: c.delta for c in found.changes} == {"reported": 3, "activities": len(before.activities) - 10}
    assert list(found.new_units) == before.snapshot()["units"][:2]
    assert json.loads(json.dumps(found.snapshot())) == before.snapshot(), "kept as JSON between digests"
    assert office.figures(last=("2023-08-27T09:00:00+08:00", before.snapshot())).changes == ()
    odd = office.figures(last=("2023-08-27T09:00:00+08:00", {"reported": "x"}))
    assert odd.changes == ()


def test_an_empty_store(empty_office: Office) -> None:
    found = empty_office.figures()
    assert (found.reported, len(found.activities), found.progress, found.counties[:1]) == (
        0,
        0,
        (),
        (("丰泽区", 0, 0),),
    )
    assert found.expected == 52 and found.days_left == 1 and found.by_day[0][1] == 0


@pytest.mark.parametrize(
    ("name", "venue", "phone", "days", "likely"),
    [
        ("科普进校园活动", "晋江市科技馆一楼", "0595-22000001", 0, True),
        ("“科普进校园”", "体育馆", "13900000000", 0, True),
        ("科普进校园", "体育馆", "0595-22000001", 0, False),
        ("科普进校园", "科技馆", "0595-22000001", 9, None),
        ("科普进社区", "科技馆", "13900000000", 0, None),
    ],
)
def test_duplicates_between_units(
    empty_office: Office, name: str, venue: str, phone: str, days: int, likely: bool | None
) -> None:
    import random

    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    first = registration(
        "晋江市科学技术协会",
        "科普进校园",
        date(2023, 9, 17),
        0,
        random.Random(1),
        venue="科技馆",
        phone="13900000000",
        mobile=None,
    )
    second = registration(
        "晋江市第一中学",
        name,
        date(2023, 9, 17) + timedelta(days=days),
        1,
        random.Random(2),
        venue=venue,
        phone=phone,
        mobile=None,
    )
    empty_office.world.add(Kind.REGISTRATION, "晋江市科学技术协会", first["activity_name"], at, fields=first)
    empty_office.world.add(Kind.REGISTRATION, "晋江市第一中学", name, at, fields=second)
    assert [d.is_likely for d in empty_office.figures().duplicates] == ([] if likely is None else [likely])


def test_units_expected_to_send_several(empty_office: Office) -> None:
    import random

    from bot.base.replacing import replace
    from bot.digest.figures.figures import figures
    from bot.digest.plan import plan_of
    from bot.forms.units.roster import Roster

    units = (replace(empty_office.roster.units[0], expected=3), replace(empty_office.roster.units[1], expected=0))
    at = datetime(2023, 8, 25, 9, tzinfo=empty_office.settings.schedule.zone)
    fields = registration(units[0].name, "科普展", date(2023, 9, 17), 0, random.Random(1))
    empty_office.world.add(Kind.REGISTRATION, units[0].name, "科普展", at, fields=fields)
    plan = plan_of(empty_office.settings, Roster(units))
    found = figures(empty_office.store.connection, plan, empty_office.settings.deadline[0], at)
    assert (found.expected, found.reported) == (1, 1)
    assert [(u.unit.name, u.have, u.unit.expected) for u in found.short] == [(units[0].name, 1, 3)]


def test_a_correction_closes_and_withdrawal_removes(empty_office: Office) -> None:
    import random

    world, zone = empty_office.world, empty_office.settings.schedule.zone
    unit = "晋江市科学技术协会"
    fields = registration(unit, "科普展", date(2023, 9, 17), 0, random.Random(1), expected_public=500)
    at = datetime(2023, 8, 25, 9, tzinfo=zone)
    ref = world.add(
        Kind.REGISTRATION, unit, "科普展", at, fields=fields, status="needs_correction", problems=[wrong("phone", "缺")]
    )
    assert len(empty_office.figures().open_forms) == 1
    world.add(Kind.REGISTRATION, unit, "科普展", at + timedelta(days=1), fields=fields, ref=ref)
    found = empty_office.figures()
    assert (len(found.open_forms), len(found.activities), found.participants, found.reported) == (0, 1, 500, 1)
    world.add(Kind.REGISTRATION, unit, "科普展", at + timedelta(days=2), fields=fields, ref=ref, status="withdrawn")
    found = empty_office.figures()
    assert (len(found.activities), found.reported, found.participants) == (0, 0, 0)
    assert [one.wrote for one in found.missing if one.unit.name == unit] == ["报过，已撤回"]


def test_reviews_and_unsent_mails(empty_office: Office) -> None:
    world, zone = empty_office.world, empty_office.settings.schedule.zone
    at = datetime(2023, 8, 25, 9, tzinfo=zone)
    rows = [table_row({"activity_name": "甲", "start_date": None, "end_date": None})]
    world.add(Kind.SUMMARY, "华侨大学", "汇总表", at, rows=rows, file=b"x")
    with empty_office.store.transaction() as db:
        reviews.add_review(db, 1, ReviewItem("unknown_unit", "未能确定填报单位", "汇总表.docx"), at.isoformat())
        db.execute(
            "INSERT INTO outbox (dedupe_key, kind, to_addr, subject, message_id, raw, status, created_at, due_at, last_error) "
            "VALUES ('k', 'answer', 'nobody@example.com', 'Re: x', '<x@y>', x'00', 'gave_up', ?, ?, '550 没有此用户')",
            [at.isoformat(), at.isoformat()],
        )
    found = empty_office.figures()
    [review] = found.reviews
    assert review.reason == "unknown_unit" and review.file.endswith("01-汇总表.docx") and review.unit == "华侨大学"
    assert [(u.to_addr, u.error) for u in found.unsent] == [("nobody@example.com", "550 没有此用户")]
    with empty_office.store.transaction() as db:
        assert outbox.stop_sending(db, 1, "不再发送") and not outbox.stop_sending(db, 1, "不再发送")
    assert empty_office.figures().unsent == (), "nobody waits for it any more"


def test_statistics_beside_the_forms_that_a_table_lists_are_no_activities() -> None:
    def form(ref: str, kind: Kind, label: str, definition: str) -> StoredForm:
        kept = json.dumps({"labels": {"activity_name": label}, "definition": definition})
        return StoredForm(ref, kind, "沙坪小学", "", "", 1, Status.ACCEPTED, False, datetime.now(UTC), "", "", kept)

    work = form("A-1", Kind.REGISTRATION, "作品名称", "works")
    counted = form("A-2", Kind.REGISTRATION, "学校名称", "counted")
    table = form("A-3", Kind.SUMMARY, "作品名称", "table")
    assert about_something_else([work, counted, table]) == {"A-2"}
    # The form's own label was changed while forms came in.
    renamed = form("A-4", Kind.REGISTRATION, "项目名称", "works")
    assert about_something_else([work, renamed, table]) == set()
    # A table that calls it otherwise than every form still lists these.
    assert about_something_else([counted, table]) == about_something_else([work, counted]) == set()
