"""Sample digests and reminders, full and empty: the ``check`` command renders them to find slips in edited templates.

All persons, numbers and addresses are invented.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.base.replacing import replace
from bot.base.settings import Deadline
from bot.decision.facts import OpenItem
from bot.decision.states import ReviewReason, Status
from bot.digest.mail import digest_words
from bot.digest.model import (
    Activity,
    Change,
    Chart,
    Duplicate,
    Figures,
    Group,
    LateForm,
    Material,
    OpenForm,
    OtherUnit,
    Progress,
    Review,
    UnitState,
    Unsent,
)
from bot.digest.notice import notice_words, told
from bot.digest.reminders import Reminder, reminder_words
from bot.digest.slots import Slot
from bot.forms.model import Kind
from bot.forms.units.roster import RosterUnit

UNIT = RosterUnit(
    "晋江市科学技术协会",
    (),
    ("jjkx@example.com",),
    group="县（市、区）",
    phones=("0595-22000000",),
    contact="庄晓东",
    expected=2,
)
OTHER = RosterUnit("华侨大学", group="")
ACTIVITY = Activity(
    "KP2023-0007", UNIT.name, "晋江市", "科普进校园活动", UNIT.name, "", "9月17日", date(2023, 9, 17), date(2023, 9, 18), "晋江市科技馆", "庄晓东",
    "0595-22000000", "13900000000", "jjkx@example.com", ("展览展示",), 500, 20, "开幕式", True, False, Status.ACCEPTED, False,
)  # fmt: skip
UNDATED = replace(ACTIVITY, ref="KP2023-0008", name="", start=None, end=None, has_registration=False, in_summary=True)


def sample_mails(now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) pairs: the digests before and after a deadline, and reminders, with everything and with nothing."""
    deadline = Deadline(name="重点活动申报", due=now + timedelta(days=2))
    slot = Slot(
        "x|2023-08-30|1", deadline, now + timedelta(days=2), 1, now - timedelta(hours=5), missed=True, skipped=("y",)
    )
    empty, full = empty_figures(now), full_figures(now)
    final = replace(full, collects=("report",), days_left=-3)
    chart = Chart("progress", "报送进度", "报送进度：已报 1 个", 560, 250, b"")
    found: list[tuple[str, dict[str, Any]]] = [
        ("digest", digest_words(empty, (), None, ())),
        ("digest", digest_words(full, (chart,), slot, ("汇总.xlsx",))),
        ("digest", digest_words(final, (chart,), replace(slot, days_before=None, missed=False), ("汇总.xlsx",))),
    ]
    one = Reminder("jjkx@example.com", (full.groups[0].units[0],), (ACTIVITY,) * 31)
    found.append(("reminder", reminder_words(one, full, slot, ("申报表", "汇总表"), ("申报表.docx",))))
    found.append(("reminder", reminder_words(one, final, slot, ("活动总结",), ())))
    found.append(("reminder", reminder_words(Reminder("x@example.com", (), ()), empty, None, (), ())))
    found.append(("notice", notice_words(told(sample_items(now), {}, {1: ("活动方案.docx",)}, now))))
    found.append(("notice", notice_words(told(sample_items(now)[:1], {}, {}, now))))
    found.append(("desk_link", {"url": "https://desk.example.gov.cn/login/x", "minutes": 15, "only_here": True}))
    return found


def sample_items(now: datetime) -> list[OpenItem]:
    """A letter, a version that waits, and enough of others that not all are shown."""
    since = (now - timedelta(hours=30)).isoformat()
    letter = OpenItem(
        1, ReviewReason.WORDS, "", UNIT.name, "jjkx@example.com", "jjkx@example.com", "请问能否改期", 1, "来信待阅", "",
        "老师好，活动能否改到10月举办？", since,
    )  # fmt: skip
    held = replace(letter, id=2, reason=ReviewReason.HELD, ref="KP2023-0007", mail=2, detail="来自别的邮箱", words="")
    return [letter, held, *(replace(held, id=number, mail=number, unit=OTHER.name) for number in range(3, 40))]


def empty_figures(now: datetime) -> Figures:
    return Figures(
        deadline="重点活动申报", collects=("registration", "summary"), due=now + timedelta(days=2), now=now, days_left=2, groups=(), others=(),
        activities=(), forms=(), reports=0, open_forms=(), late=(), reviews=(), not_in_summary=(), not_registered=(), duplicates=(), materials=(),
        choices=(), sums=(), by_week=(), by_day=(), counties=(), progress=(), queued=0, unsent=(), paused_until="", pause_reason="",
    )  # fmt: skip


def full_figures(now: datetime) -> Figures:
    missing = UnitState(UNIT, 0, 0, 0, 0, 2, 0, False, None)
    short = UnitState(replace(UNIT, name="石狮市科学技术协会"), 1, 1, 1, 0, 0, 1, True, now)
    bare = UnitState(OTHER, 0, 1, 0, 0, 0, 0, False, now)
    nil = replace(short, have=0, is_nil=True)
    activities = (ACTIVITY, UNDATED)
    return replace(
        empty_figures(now),
        groups=(Group("县（市、区）", (missing, short, nil)), Group("", (bare,) * 60)),
        others=(OtherUnit("晋江市第一中学", "晋江市", 1, 1),),
        activities=activities,
        reports=1,
        open_forms=(
            OpenForm(
                "KP2023-0007", Kind.REGISTRATION, UNIT.name, "", now, 3, ("缺少联系电话",) * 6, "jjkx@example.com"
            ),
        ),
        late=(LateForm("KP2023-0009", Kind.SUMMARY, UNIT.name, "", now, 2, "据发件方8月30日23:41已发出"),),
        reviews=(
            Review(
                1,
                ReviewReason.HELD,
                "来自别的地址",
                "申报表.docx",
                "files/x",
                "x@example.com",
                "申报表",
                UNIT.name,
                "KP2023-0007",
                now,
            ),
            Review(
                2, ReviewReason.WORDS, "来信待阅", "", "", "x@example.com", "请问", "", "", now - timedelta(days=2), 2
            ),
        ),
        not_in_summary=(ACTIVITY,),
        not_registered=(UNDATED,),
        duplicates=(Duplicate("科普进校园", (ACTIVITY,) * 9, True), Duplicate("科普展", activities, False)),
        materials=(Material(ACTIVITY, "", 0, 0, 0), Material(UNDATED, "KP2023-0010", 2, 0, 1)),
        choices=(("主要活动类型", (("展览展示", 2), ("其他", 0))), ("活动对象", (("青少年", 1),))),
        sums=(("预计公众参与活动人数", 500), ("组织工作人员", 20)),
        by_week=((date(2023, 9, 11), 1), (None, 1)),
        by_day=((date(2023, 9, 17), 1),),
        counties=(("晋江市", 1, 500), ("", 1, 0)),
        progress=(Progress(now.date(), 1, 2),),
        queued=4,
        unsent=(Unsent("nobody@example.com", "Re: 申报表", "550"),),
        paused_until=now.isoformat(),
        pause_reason="554 MI:STC",
        unread="自8月23日9:00起未能收信：登录被拒",
        since=now - timedelta(days=2),
        changes=(Change("reported", 0, 1), Change("activities", 3, 2)),
        new_units=(UNIT.name,) * 8,
    )
