"""A store with what a month brings: counties, schools, offices; good forms, open ones, late ones, reports, oddities.

Everything is put in through the store's own functions, from a seed, so that each test sees the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.base.problems import Code, Problem, Severity
from bot.base.settings import Settings
from bot.base.text import name_key
from bot.decision.model import ReviewItem
from bot.forms.definitions import load_definitions
from bot.forms.model import Kind
from bot.forms.units.roster import Roster
from bot.store import mails, reviews
from bot.store.database import Store
from bot.store.forms import submissions, versions
from bot.store.forms.versions import NewVersion
from bot.store.mails import Place
from tests.forms.units.conftest import TOP, settings_with

TYPES = ("展览展示", "互动体验", "现场咨询", "科普宣传", "科普表演", "其他：科普研学")
AUDIENCES = ("青少年", "农民", "产业工人", "领导干部和公务员", "老年人", "其他：社区居民")
THEMES = (
    "科普进校园",
    "科技馆开放日",
    "银龄科普讲座",
    "食品安全宣传周",
    "防震减灾演练",
    "农技下乡",
    "气象科普展",
    "科学家精神报告会",
    "科学实验秀",
    "健康义诊",
)
HEADERS = {"starts": date(2023, 8, 21), "ends": date(2023, 9, 30)}

LABELS = {form.kind: form.labels() for form in load_definitions().forms}


def world_settings(tmp_path: Path, **sections: Any) -> Settings:
    deadlines = [
        {
            "name": "重点活动申报",
            "due": datetime.fromisoformat("2023-08-30T23:59:59"),
            "collects": ["registration", "summary"],
        },
        {"name": "工作总结", "due": datetime.fromisoformat("2023-09-30T23:59:59"), "collects": ["report"]},
    ]
    return settings_with(
        **{
            "store": {"path": tmp_path / "data"},
            "deadline": deadlines,
            "roster": {"file": TOP / "units.example.xlsx"},
            "coordinators": {"emails": ["coordinator@example.gov.cn"], "names": ["庄晓东"], "phone": "0595-22000000"},
            **sections,
        }
    )


class World:
    """Adds mails and forms to a store, each with its own number, as intake would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.mails = 0
        self.refs = 0

    def mail(self, at: datetime, sender: str, subject: str = "申报表") -> int:
        self.mails += 1
        place = Place("kepu@example.com", "INBOX", 1, self.mails)
        raw = f"Subject: {self.mails}\r\n\r\n{subject}".encode()
        with self.store.transaction() as db:
            mail = mails.take_in(db, place, self.store.raw.put(raw, at), at.isoformat())
            mails.describe(
                db,
                mail,
                message_id=f"<m{mail}@example.com>",
                other_ids=(),
                from_addr=sender,
                subject=subject,
                content_key=f"k{mail}",
            )
            mails.close_mail(db, mail, "accepted")
        return mail

    def add(
        self,
        kind: Kind,
        unit: str,
        title: str,
        at: datetime,
        *,
        ref: str = "",
        status: str = "accepted",
        late: bool = False,
        fields: dict[str, Any] | None = None,
        rows: Sequence[dict[str, Any]] = (),
        more: dict[str, Any] | None = None,
        problems: Sequence[Problem] = (),
        sender: str = "",
        current: bool = True,
        file: bytes = b"",
        about: str | None = None,
    ) -> str:
        if not ref:
            self.refs += 1
            ref = f"KP2023-{self.refs:04d}"
        sender = sender or f"u{sum(map(ord, unit)) % 97}@example.com"
        mail = self.mail(at, sender, title)
        path = f"{title}.docx"
        content = (
            {"fields": fields or {}, "labels": LABELS.get(kind, {})}
            | ({"rows": list(rows)} if kind is Kind.SUMMARY else {})
            | (more or {})
        )
        key = name_key(title if about is None else about) if kind is not Kind.SUMMARY else ""
        with self.store.transaction() as db:
            new = NewVersion(
                ref=ref,
                kind=kind,
                unit=unit,
                title=title,
                match_key=key,
                name_key=key,
                version=submissions.last_versions(db, [ref]).get(ref, 0) + 1,
                is_current=current,
                is_late=late,
                status=status,
                source_path=path,
                content=content,
                content_hash=f"{ref}{at}",
                rows=tuple((name_key(row["activity_name"] or ""), row) for row in rows),
                problems=tuple(problems),
            )
            identity = versions.add_version(db, new, mail, at.isoformat(), sender)
            if not current:
                reviews.add_review(
                    db, mail, ReviewItem("held", f"{ref} 来自别的地址，请核实", path, ref), at.isoformat(), identity
                )
        if file:
            saved = self.store.files / unit / f"{mail:06d}" / f"01-{path}"
            saved.parent.mkdir(parents=True, exist_ok=True)
            saved.write_bytes(file)
            with self.store.transaction() as db:
                versions.save_file(db, mail, path, "0" * 64, str(saved.relative_to(self.store.root)), unit)
        return ref


def registration(
    unit: str, name: str, start: date | None, days: int, chance: random.Random, **other: Any
) -> dict[str, Any]:
    end = start + timedelta(days=days) if start else None
    return {
        "reporting_unit": unit,
        "report_date": "2023-08-25",
        "activity_name": name,
        "host_unit": unit,
        "undertaking_unit": None,
        "contact_person": chance.choice(("庄晓东", "陈小明", "林小红")),
        "phone": f"0595-220000{chance.randrange(100):02d}",
        "mobile": f"1390000{chance.randrange(10000):04d}",
        "email": "someone@example.com",
        "activity_time": f"{start.month}月{start.day}日" if start else "待定",
        "start_date": start.isoformat() if start else None,
        "end_date": end.isoformat() if end else None,
        "venue": f"{unit[:4]}文化广场",
        "activity_types": chance.sample(TYPES, chance.randint(1, 3)),
        "audiences": chance.sample(AUDIENCES, chance.randint(1, 3)),
        "expected_public": chance.choice((50, 120, 300, 500, 2000, None)),
        "staff_count": chance.choice((5, 10, 20, None)),
        "content": "组织志愿者开展科普宣传。\n现场设置展板、互动体验区。",
    } | other


def table_row(fields: dict[str, Any]) -> dict[str, Any]:
    keys = ("activity_name", "activity_time", "start_date", "end_date", "venue", "contact_person", "phone")
    return {key: fields.get(key) for key in keys} | {"units": fields.get("host_unit")}


def wrong(field: str, message: str) -> Problem:
    return Problem(Code.MISSING, Severity.ERROR, message, field)


def fill(store: Store, roster: Roster, settings: Settings, seed: int = 7) -> World:
    """About sixty activities of half of the roster and of two schools, with every kind of trouble."""
    world, chance, zone = World(store), random.Random(seed), settings.schedule.zone
    with store.transaction() as db:
        versions.set_roster(db, [(u.name, u.expected, u.group) for u in roster.units])
    chosen = [unit.name for index, unit in enumerate(roster.units) if index % 2 == 0] + [
        "晋江市第一中学",
        "安溪县凤城镇人民政府",
    ]
    for number, unit in enumerate(chosen):
        at = datetime(2023, 8, 21, 9, tzinfo=zone) + timedelta(days=number % 12, hours=number % 8)
        rows = []
        for theme in chance.sample(THEMES, chance.randint(1, 4)):
            theme = theme if chance.random() < 0.3 else f"{unit[:6]}{theme}"
            start = (
                date(2023, 8, 25) + timedelta(days=chance.choice((0, 10, 20, 23, 24, 25, 26, 27, 28, 30)))
                if chance.random() > 0.08
                else None
            )
            fields = registration(unit, f"{theme}活动", start, chance.choice((0, 0, 0, 1, 6)), chance)
            bad = chance.random() < 0.15
            late = at > datetime(2023, 8, 31, tzinfo=zone)
            world.add(
                Kind.REGISTRATION,
                unit,
                fields["activity_name"],
                at,
                status="needs_correction" if bad else "accepted",
                late=late,
                fields=fields,
                problems=[wrong("phone", "缺少联系电话，请补充"), wrong("venue", "缺少活动地点，请补充")]
                if bad
                else (),
                file=f"原件 {unit}".encode(),
            )
            if chance.random() < 0.85:
                rows.append(table_row(fields))
        if number % 3 != 2:
            rows.append(table_row(registration(unit, "只在汇总表里的活动", date(2023, 9, 18), 0, chance)))
            world.add(
                Kind.SUMMARY, unit, "汇总表", at + timedelta(minutes=5), fields={"reporting_unit": unit}, rows=rows
            )
        if number % 4 == 0:
            pictures = (
                [{"name": "现场.jpg", "sha256": f"{number:064d}", "width": 800, "height": 600}]
                if number % 8 == 0
                else []
            )
            links = ["https://news.example.com/1"] if number % 3 == 0 else []
            world.add(
                Kind.REPORT,
                unit,
                "活动总结",
                datetime(2023, 9, 26, 9, tzinfo=zone),
                fields={},
                about="",
                more={"pictures": pictures, "links": links, "videos": []},
            )
    shared = registration("x", "同一项活动", date(2023, 9, 20), 1, chance)
    for unit in ("晋江市第一中学", "晋江市科学技术协会"):
        world.add(
            Kind.REGISTRATION,
            unit,
            "同一项活动",
            datetime(2023, 8, 29, 9, tzinfo=zone),
            fields=shared | {"reporting_unit": unit},
        )
    # A second version, one that waits for a person, one withdrawn.
    world.add(
        Kind.REGISTRATION,
        "晋江市科学技术协会",
        "改过的活动",
        datetime(2023, 8, 22, 9, tzinfo=zone),
        ref="KP2023-9001",
        status="needs_correction",
        fields=shared | {"activity_name": "改过的活动"},
    )
    world.add(
        Kind.REGISTRATION,
        "晋江市科学技术协会",
        "改过的活动",
        datetime(2023, 8, 24, 9, tzinfo=zone),
        ref="KP2023-9001",
        status="needs_correction",
        fields=shared | {"activity_name": "改过的活动"},
        problems=[wrong("email", "电子邮箱格式不对")],
    )
    world.add(
        Kind.REGISTRATION,
        "晋江市科学技术协会",
        "改过的活动",
        datetime(2023, 8, 25, 9, tzinfo=zone),
        ref="KP2023-9001",
        status="held",
        current=False,
        fields=shared,
    )
    world.add(
        Kind.REGISTRATION,
        "石狮市科学技术协会",
        "已撤回的活动",
        datetime(2023, 8, 22, 9, tzinfo=zone),
        status="withdrawn",
        fields=shared | {"activity_name": "已撤回的活动"},
    )
    with store.transaction() as db:
        mail = 1
        reviews.add_review(
            db,
            mail,
            ReviewItem("no_form", "来信没有申报表，正文只有一句话"),
            datetime(2023, 8, 27, 9, tzinfo=zone).isoformat(),
        )
    return world
