"""The steps of ``init`` that ask the office: the campaign, its deadlines, who is told, who is expected to report."""

from __future__ import annotations

import shutil
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.base.config.packaged import packaged
from bot.cli.init import asking
from bot.cli.init.asking import ask, confirm, say
from bot.cli.init.document import Document, day_of

ROSTER = "units.xlsx"
EXAMPLE = "示例"  # in the remark of a line whose contact is invented
CONTACT = ("联系人", "联系电话", "电子邮箱", "邮箱域名", "备注")
COLLECTS = {"registration": "申报表", "summary": "汇总表", "report": "活动总结"}


def set_campaign(document: Document, now: datetime) -> None:
    say("\n—— 活动 ——")
    name = ask("活动名称（写在每封信里）", asking.text, document.text("campaign", "name"))
    starts = ask("活动期从哪天起", partial(asking.day, year=now.year), day_of(document.get("campaign", "starts")))
    while (
        ends := ask("到哪天止", partial(asking.day, year=starts.year), day_of(document.get("campaign", "ends")))
    ) < starts:
        say("  活动期的末一天早于第一天，请重新填写")
    office = ask("落款（可不填），如 某某市科学技术协会科普部", asking.anything, document.text("campaign", "office"))
    document.put("campaign", {"name": name, "starts": starts, "ends": ends, "office": office})
    since = day_of(document.get("mailbox", "since")) or now.date().isoformat()
    say("首次收信会登记、答复这一天以后的全部来信；更早的不看。")
    document.put("mailbox", {"since": ask("从哪天的来信看起", partial(asking.day, year=now.year), since)})


def set_deadlines(document: Document, now: datetime) -> None:
    say("\n—— 截止时间 ——  只写日期的，到当天末了为止；不要的写 -")
    was_new = document.is_new
    dropped = []
    for number, one in enumerate(document.deadlines):
        what = "、".join(COLLECTS.get(kind, kind) for kind in one.get("collects", []))
        proposed = "" if was_new else day_of(one.get("due"))
        due = ask(f"「{one.get('name', '')}」（收{what}）", partial(due_of, year=now.year), proposed)
        if due is None:
            dropped.append(number)
            continue
        document.put_deadline(number, due)
        if due < now.replace(tzinfo=None):
            say("  ! 这个时间已经过了：来信会记为逾期")
    for number in reversed(dropped):
        document.drop_deadline(number)
    while not was_new and confirm("再加一个截止时间吗", False):
        name = ask("名称", asking.text)
        due = ask("截止时间", partial(asking.moment, year=now.year))
        kinds = {"1": ["registration", "summary"], "2": ["report"]}
        kind = asking.choose("收什么", [("1", "申报表和汇总表"), ("2", "活动总结")], "1")
        document.add_deadline(name, due, kinds[kind])


def due_of(typed: str, year: int) -> datetime | None:
    return None if typed in ("-", "－", "无") else asking.moment(asking.text(typed), year)


def set_coordinators(document: Document) -> None:
    say("\n—— 协调人 ——  收汇总，来信可以下指令、办待办的人")
    emails = ask("协调人的邮箱，几个的用、隔开", addresses_at_least_one, document.text("coordinators", "emails"))
    names = ask("答复末尾写的联系人（可不填），几个的用、隔开", asking.several, document.text("coordinators", "names"))
    phone = ask("和电话（可不填）", asking.anything, document.text("coordinators", "phone"))
    document.put("coordinators", {"emails": emails, "names": names, "phone": phone})
    admin = ask("程序停下时写信告诉谁（管理员的邮箱，可不填）", address_or_none, document.text("admin", "email"))
    document.put("admin", {"email": admin})


def address_or_none(typed: str) -> str:
    return asking.address(typed) if typed else ""


def addresses_at_least_one(typed: str) -> list[str]:
    if not (found := asking.addresses(typed)):
        raise ValueError("至少写一个：没有协调人，汇总和待办没有人收")
    return found


def set_roster(document: Document) -> None:
    say("\n—— 单位名册 ——  列出应报送的单位，才能统计谁还没报")
    named = document.text("roster", "file")
    if named:
        say(f"已有名册 {named}，直接在里面改；运行中改好存盘，下次收信时生效。")
        return
    if not confirm("现在做一份名册来填吗", True):
        return
    path = document.path.resolve().parent / ROSTER
    if path.exists():
        say(f"{path.name} 已经在，沿用")
    else:
        write_roster(path)
        say(f"已写下 {path}：用 Excel 或 WPS 打开，删去没有的单位，补上邮箱和电话（第二页是说明）")
    document.put("roster", {"file": ROSTER})


def write_roster(path: Path) -> None:
    """The example, without the contacts that it invents."""
    from openpyxl import load_workbook

    shutil.copyfile(packaged("units.example.xlsx"), path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    columns = [cell.column for cell in sheet[1] if str(cell.value).partition("（")[0] in CONTACT]
    for row in sheet.iter_rows(min_row=2):
        if any(EXAMPLE in str(cell.value) for cell in row if cell.value):
            for cell in row:
                if cell.column in columns:
                    cell.value = None
    book.save(path)
