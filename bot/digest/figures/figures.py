"""Counts what a digest says from the database's views and the roster."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from bot.base.clock import days_left
from bot.base.replacing import replace
from bot.base.settings import Deadline, Schedule
from bot.base.text import squeeze
from bot.decision.states import Outcome, ReviewReason, Status
from bot.digest.figures import queries
from bot.digest.figures.counts import by_county, by_day, by_week, duplicates, progress
from bot.digest.figures.materials import materials
from bot.digest.figures.told import about_something_else, choices_of, label_of, several_of, sums_of
from bot.digest.model import (
    Activity,
    Change,
    Figures,
    Group,
    LateForm,
    OpenForm,
    OtherUnit,
    Review,
    StoredForm,
    UnitState,
    Unsent,
)
from bot.digest.plan import Plan
from bot.forms.model import Kind
from bot.forms.units.roster import Roster
from bot.message.identity import bare_subject
from bot.store import outbox, state
from bot.store.database import Rows
from bot.store.desk.overlay import as_of_now

REFUSED = re.compile(r"^\S{1,100} 拒绝登录：")
NO_FORM = "来过信，未见表格"
WITHDREW = "报过，已撤回"
# What a unit's last mail was, of which nothing stands: by the worst problem of its files.
WROTE = (
    ({"unreadable", "encrypted", "too_large", "unsafe"}, "来过信，文件打不开"),
    ({"blank_form"}, "来过信，交的是空白表"),
    ({"cloud_link"}, "来过信，文件在下载链接中"),
)
COMPARED = ("reported", "activities", "participants", "reports", "open", "reviews", "late")


def figures(
    connection: sqlite3.Connection,
    plan: Plan,
    deadline: Deadline,
    now: datetime,
    since_last: tuple[str, Mapping[str, Any]] | None = None,
) -> Figures:
    """All figures for one deadline at *now* (aware).

    *since_last* is when the last digest of the deadline was made (ISO text) and its ``snapshot``. Numbers are those of the
    views ``v_activities``, ``v_units`` and ``v_submissions``; nothing is counted twice in two ways.
    """
    db, roster, zone = Rows(connection), as_of_now(connection, plan.roster), plan.schedule.zone
    paused = state.pause(db, state.PAUSED_UNTIL, now)
    due = deadline.due_in(zone)
    live = queries.rows(connection, queries.LIVE)
    activities = read_activities(connection, roster)
    groups = tuple(read_groups(connection, roster, deadline, activities, live))
    reports = [row for row in live if row["kind"] == "report"]
    summarised = {row["unit"] for row in live if row["kind"] == "summary"}
    collected = [row for row in live if row["kind"] in deadline.collects]
    forms = tuple(live_form(row, roster) for row in live)
    # Where only forms, or only tables, are asked for, none is missing beside the other.
    asked = {kind for one in plan.deadlines for kind in one.collects}
    has_both = not asked or {"registration", "summary"} <= asked
    unlisted = about_something_else(forms)
    told = tuple(one for one in activities if one.ref not in unlisted)
    found = Figures(
        deadline=deadline.name,
        collects=tuple(deadline.collects),
        due=due,
        now=now.astimezone(zone),
        days_left=days_left(due, now),
        groups=groups,
        others=tuple(other_units(roster, activities, reports)),
        activities=told,
        forms=forms,
        reports=len(reports),
        open_forms=tuple(open_forms(connection, live, now)),
        late=tuple(late_forms(collected, due)),
        reviews=tuple(read_reviews(connection)),
        not_in_summary=tuple(
            a for a in told if has_both and a.has_registration and not a.in_summary and a.unit in summarised
        ),
        not_registered=tuple(a for a in told if has_both and not a.has_registration),
        duplicates=tuple(duplicates(told)),
        materials=materials(activities, reports) if "report" in deadline.collects else (),
        choices=choices_of(forms),
        sums=sums_of(forms),
        people=label_of(forms, "expected_public"),
        several=several_of(forms),
        by_week=by_week(told),
        by_day=by_day(told, plan.campaign.starts, plan.campaign.ends),
        counties=by_county(told, dict.fromkeys(filter(None, (roster.county(u.name) for u in roster.units)))),
        progress=tuple(progress(groups, told, collected, nil_days(connection), now.astimezone(zone).date())),
        queued=outbox.count_waiting(db),
        unsent=tuple(
            Unsent(r["to_addr"], r["subject"], r["last_error"]) for r in queries.rows(connection, queries.UNSENT)
        ),
        paused_until=paused.isoformat() if paused else "",
        unread=unread(db, plan.schedule, now),
        corrections={row["ref"]: row["n"] for row in queries.rows(connection, queries.CORRECTIONS)},
        pause_reason=state.get(db, state.PAUSE_REASON),
    )
    return compared(found, since_last) if since_last else found


def compared(found: Figures, since_last: tuple[str, Mapping[str, Any]]) -> Figures:
    """*found* with what changed since the last digest."""
    at, last = since_last
    now = found.snapshot()
    changes = [Change(key, int(last[key]), now[key]) for key in COMPARED if isinstance(last.get(key), int)]
    known = set(last.get("units") or ())
    return replace(
        found,
        since=datetime.fromisoformat(at),
        changes=tuple(change for change in changes if change.delta),
        new_units=tuple(unit for unit in now["units"] if unit not in known),
        last=dict(last),
    )


def read_activities(connection: sqlite3.Connection, roster: Roster) -> tuple[Activity, ...]:
    return tuple(activity_of(row, roster) for row in queries.rows(connection, queries.ACTIVITIES))


def activity_of(row: Mapping[str, Any], roster: Roster) -> Activity:
    return Activity(
        ref=row["ref"],
        unit=row["unit"],
        county=roster.county(row["unit"]),
        name=row["activity_name"] or "",
        host_unit=row["host_unit"] or "",
        undertaking_unit=row["undertaking_unit"] or "",
        time=row["activity_time"] or "",
        start=day_of(row["start_date"]),
        end=day_of(row["end_date"]) or day_of(row["start_date"]),
        venue=row["venue"] or "",
        contact=row["contact_person"] or "",
        phone=row["phone"] or "",
        mobile=row["mobile"] or "",
        email=row["email"] or "",
        types=list_of(row["activity_types"]),
        public=number_of(row["expected_public"]),
        staff=number_of(row["staff_count"]),
        content=row["content"] or "",
        has_registration=bool(row["has_registration"]),
        in_summary=bool(row["in_summary"]),
        status=Status(row["status"]),
        is_late=bool(row["is_late"]),
    )


def live_form(row: Mapping[str, Any], roster: Roster) -> StoredForm:
    return StoredForm(
        ref=row["ref"],
        kind=Kind(row["kind"]),
        unit=row["unit"],
        county=roster.county(row["unit"]),
        title=row["title"],
        version=row["version"],
        status=Status(row["status"]),
        is_late=bool(row["is_late"]),
        received_at=datetime.fromisoformat(row["received_at"]),
        source_path=row["source_path"],
        from_addr=row["from_addr"],
        kept=row["content"],
    )


def day_of(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


@lru_cache(2_000)  # what is ticked is the same again and again
def list_of(text: Any) -> tuple[str, ...]:
    """A JSON list as the views give it."""
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return ()
    return tuple(str(item) for item in found) if isinstance(found, list) else ()


def number_of(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def read_groups(
    connection: sqlite3.Connection,
    roster: Roster,
    deadline: Deadline,
    activities: Sequence[Activity],
    live: Sequence[Mapping[str, Any]],
) -> Iterable[Group]:
    """The roster's groups with what each unit has sent of what this deadline collects."""
    counted = {row["unit"]: row for row in queries.rows(connection, queries.UNITS)}
    per_unit = Counter(activity.unit for activity in activities)
    per_county = Counter(activity.county for activity in activities if activity.county)
    per_open = Counter(row["unit"] for row in live if row["status"] == Status.NEEDS_CORRECTION)
    kinds: dict[str, set[str]] = defaultdict(set)
    for row in live:
        kinds[row["unit"]].add(row["kind"])
    collected = set(deadline.collects)
    silent = json.dumps([unit.name for unit in roster.units if not kinds[unit.name] & collected])
    wrote = {row["unit"]: wrote_words(row) for row in queries.rows(connection, queries.WROTE, [silent])}
    gone = {row["unit"] for row in queries.rows(connection, queries.WITHDRAWN)}
    wrote |= {unit: WITHDREW for unit in gone if wrote.get(unit, NO_FORM) == NO_FORM}
    for name in roster.groups():
        states = []
        for unit in roster.units:
            if unit.group != name or unit.expected < 1:
                continue
            sent = counted.get(unit.name, {})
            own = per_unit[unit.name]
            county = roster.county(unit.name) if roster.index.is_countys_own(unit.name) else ""
            is_nil = sent.get("state") == "nil"
            states.append(
                UnitState(
                    unit=unit,
                    have=sent.get("reports", 0) if collected == {"report"} else own,
                    registrations=sent.get("registrations", 0),
                    rows=sent.get("summary_rows", 0),
                    reports=sent.get("reports", 0),
                    below=per_county[county] - own if county else 0,
                    open=per_open[unit.name],
                    reported=bool(kinds[unit.name] & collected) or is_nil,
                    is_nil=is_nil,
                    wrote=wrote.get(unit.name, ""),
                    last_at=datetime.fromisoformat(at) if (at := sent.get("last_received_at")) else None,
                )
            )
        if states:
            yield Group(name, tuple(states))


def nil_days(connection: sqlite3.Connection) -> dict[str, date]:
    """When each unit said that it has nothing to report."""
    return {row["unit"]: datetime.fromisoformat(row["at"]).date() for row in queries.rows(connection, queries.NIL)}


def wrote_words(mail: Mapping[str, Any]) -> str:
    """What a coordinator reads beside a unit of whose mail nothing stands."""
    codes = set(str(mail["codes"] or "").split(","))
    if mail["outcome"] == Outcome.FAILED:
        return "来过信，程序未能处理"
    return next((words for kinds, words in WROTE if codes & kinds), NO_FORM)


def other_units(
    roster: Roster, activities: Sequence[Activity], reports: Sequence[Mapping[str, Any]]
) -> Iterable[OtherUnit]:
    listed = {unit.name for unit in roster.units}
    per_unit = Counter(activity.unit for activity in activities)
    per_report = Counter(row["unit"] for row in reports)
    for name in sorted({*per_unit, *per_report} - listed):
        yield OtherUnit(name, roster.county(name), per_unit[name], per_report[name])


def open_forms(connection: sqlite3.Connection, live: Sequence[Mapping[str, Any]], now: datetime) -> Iterable[OpenForm]:
    messages: dict[int, list[str]] = defaultdict(list)
    for problem in queries.rows(connection, queries.PROBLEMS):
        messages[problem["submission"]].append(problem["message"])
    for row in live:
        if row["status"] != Status.NEEDS_CORRECTION:
            continue
        since = datetime.fromisoformat(row["open_since"] or row["received_at"])
        yield OpenForm(
            row["ref"],
            Kind(row["kind"]),
            row["unit"],
            row["title"],
            since,
            max(0, (now.astimezone(since.tzinfo).date() - since.date()).days),
            tuple(dict.fromkeys(messages[row["id"]])),
            row["from_addr"],
        )


def late_forms(collected: Sequence[Mapping[str, Any]], due: datetime) -> Iterable[LateForm]:
    """Those marked late when they came in; the days run from the deadline to the first version."""
    for row in collected:
        if row["is_late"]:
            at = datetime.fromisoformat(row["first_at"] or row["received_at"])
            days = max(1, -(-(at - due) // timedelta(days=1)))
            way = way_of(row["sent_at"] or "", row["taken_at"] or "", due)
            yield LateForm(row["ref"], Kind(row["kind"]), row["unit"], row["title"], at, days, way)


def way_of(sent_at: str, taken_at: str, due: datetime) -> str:
    """«据发件方8月30日23:41已发出»: what speaks for a form that came late; empty where nothing does. The sender's word is named as such."""
    told = (("据发件方{}已发出", sent_at), ("收件服务器{}已收下", taken_at))
    moments = [(words, datetime.fromisoformat(at).astimezone(due.tzinfo)) for words, at in told if at]
    return "，".join(words.format(f"{at.month}月{at.day}日{at:%H:%M}") for words, at in moments if at <= due)


def read_reviews(connection: sqlite3.Connection) -> Iterable[Review]:
    for row in queries.rows(connection, queries.REVIEWS):
        yield Review(
            id=row["id"],
            mail=row["mail"],
            reason=row["reason"],
            detail=told_in(row),
            path=row["path"],
            file=row["file"],
            sender=row["from_addr"],
            subject=bare_subject(row["subject"]),
            unit=row["unit"],
            ref=row["ref"],
            since=datetime.fromisoformat(row["created_at"] or row["received_at"]),
        )


def told_in(row: Mapping[str, Any]) -> str:
    """What is to be decided; of a letter of which only a piece is open («照常。») all that it says."""
    detail, words = str(row["detail"]), str(row["words"])
    return words if row["reason"] == ReviewReason.WORDS and squeeze(detail.rstrip("…")) in squeeze(words) else detail


def unread(db: Database, schedule: Schedule, now: datetime) -> str:
    """«自8月23日9:00起未能收信：登录被拒» where the mailbox was not read lately; empty where the figures are of now."""
    last, fault = state.moment(db, state.LAST_POLL), state.get(db, state.LAST_FAULT).partition(" ")[2]
    since = last.astimezone(schedule.zone) if last else None
    if not fault and (since is None or now - since <= schedule.unhealthy_after):
        return ""
    why = REFUSED.sub("登录被拒：", fault.partition("。处理办法")[0]) or "程序没有运行"
    when = f"自{since.month}月{since.day}日{since.hour}:{since.minute:02d}起" if since else "至今"
    return f"{when}未能收信：{why}"
