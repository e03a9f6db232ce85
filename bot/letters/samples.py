"""Sample replies of every kind, full and empty: the ``check`` command renders them to find slips in edited templates.

All persons, numbers and addresses are invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.decision.model import Item, ItemState, Line, MailKind, NextStep, Reply
from bot.forms.model import Kind
from bot.message.model import CloudLink

TEMPLATES = {
    "confirmation": MailKind.CONFIRMATION,
    "correction": MailKind.CORRECTION,
    "updated": MailKind.CORRECTION,
    "unchanged": MailKind.CONFIRMATION,
    "no_form": MailKind.ANSWER,
    "not_understood": MailKind.ANSWER,
    "held": MailKind.CONFIRMATION,
    "confirm": MailKind.CONFIRMATION,
    "draft": MailKind.CONFIRMATION,
    "withdrawn": MailKind.ANSWER,
    "command": MailKind.ANSWER,
    "office_answer": MailKind.ANSWER,
    "letter": MailKind.ANSWER,
}

UNIT = "晋江市科学技术协会"
LINES = (
    Line("填报单位", UNIT),
    Line("活动名称", "“科学之夜”科普进校园活动"),
    Line("联系人", "庄晓东", check=True),
    Line("联系电话", "0595-22000000"),
    Line("活动时间", "9月17日至19日（2023年9月17日至9月19日）", before="9月16日"),
    Line("活动地点", "晋江市科技馆一楼大厅"),
    Line("主要活动类型", "展览展示、互动体验、其他：科普研学"),
    Line("组织工作人员", ""),
    Line("主要活动内容", "1.开幕式\n2.机器人互动体验\n3.科普讲座"),
)
TABLE = (
    ("序号", "活动名称", "活动时间", "活动地点", "主（承）办单位", "联系人", "联系电话"),
    ("1", "“科学之夜”科普进校园活动", "9月17日至19日", "晋江市科技馆", UNIT, "庄晓东", "13900000000"),
    ("2", "海洋科普图片展", "9月20日", "晋江市图书馆", UNIT, "庄晓东", ""),
)
PROBLEMS = (
    Problem(
        Code.INVALID,
        Severity.ERROR,
        "申报表的“移动电话”填写为“139123”，号码位数不对，请核对后重新填写，例如 13900000000。",
        "mobile",
        "139123",
        "表1 第5行",
    ),
    Problem(Code.NOTHING_TICKED, Severity.ERROR, "申报表的“活动对象”没有看到勾选，请在所选项前打“√”。", "audiences"),
    Problem(Code.MISSING, Severity.WARNING, "申报表的“组织工作人员”未填写，如方便请补充，例如 20人。", "staff_count"),
)


def sample_items() -> tuple[Item, ...]:
    """One item of each state and kind."""
    good = Item(
        Kind.REGISTRATION,
        ItemState.NEW,
        LINES[1].value,
        "申报表.docx",
        "KP2023-0007",
        1,
        UNIT,
        lines=LINES,
        problems=PROBLEMS[2:],
    )
    scan = replace(good, state=ItemState.UPDATED, source="扫描件.jpg", version=2, ocr=True, is_late=True)
    wrong = replace(
        good, state=ItemState.NEEDS_CORRECTION, ref="KP2023-0008", title="防灾减灾科普讲座", problems=PROBLEMS
    )
    summary = Item(
        Kind.SUMMARY, ItemState.NEW, "汇总表（2项活动）", "汇总表.xlsx", "KP2023-0009", 1, UNIT, table=TABLE,
        lines=LINES[:1],
    )  # fmt: skip
    report = Item(Kind.REPORT, ItemState.UNCHANGED, "科普日活动总结", "总结.docx", "KP2023-0010", 1, UNIT)
    held = replace(good, state=ItemState.HELD, ref="KP2023-0011")
    waiting = replace(scan, state=ItemState.WAITING, ref="KP2023-0012", problems=PROBLEMS[:1])
    lost = Item(
        Kind.UNRECOGNISED,
        ItemState.NEEDS_CORRECTION,
        "",
        "加密.docx",
        problems=(Problem(Code.ENCRYPTED, Severity.ERROR, "文件设有密码，无法打开，请去掉密码后重新发送。"),),
    )
    poster = Item(Kind.UNRECOGNISED, ItemState.NOT_TAKEN, "活动海报", "海报.jpg")
    return (good, scan, wrong, summary, report, held, lost, poster, waiting)


def sample_steps(now: datetime) -> tuple[NextStep, ...]:
    day = now.replace(hour=23, minute=59, second=59, microsecond=0)
    return (
        NextStep("申报预通知", day - timedelta(days=1), -1, (Kind.REGISTRATION,)),
        NextStep("重点活动申报", day, 0, (Kind.REGISTRATION, Kind.SUMMARY)),
        NextStep("补充材料", day + timedelta(days=1), 1, (Kind.REGISTRATION,)),
        NextStep("工作总结", day.replace(hour=12, minute=0) + timedelta(days=31), 31, (Kind.REPORT,)),
    )


def sample_replies(now: datetime) -> list[Reply]:
    """For each template one reply with everything that a reply can carry, and one with nothing."""
    link = CloudLink("活动方案.zip", "https://example.com/f", "60.5M", "2023年9月27日")
    full = Reply(
        MailKind.ANSWER,
        "",
        "KP2023-0007",
        items=sample_items(),
        problems=(
            Problem(Code.CLOUD_LINK, Severity.ERROR, "“活动方案.zip”是下载链接，请将文件作为普通附件发送。"),
            Problem(Code.UNREADABLE, Severity.WARNING, "有一张图片无法读取。"),
        ),
        links=(link, CloudLink("", "https://example.com/g")),
        unit=UNIT,
        unit_guess="按来信邮箱认定",
        notes=("有两个附件内容相同，按一份登记。",),
        not_understood=("海报.jpg", "议程.pdf"),
        attach=("blank:registration", "blank:summary"),
        next_steps=sample_steps(now),
        context={
            "title": "名册查询",
            "answer": "可以改到10月举办。\n请重报申报表。",
            "written": "能否改到10月？",
            "paragraphs": ["共有 2 个单位尚未报送。"],
            "table": [["单位", "状态"], [UNIT, "已报送"], ["安溪县科学技术协会", "未报送"]],
        },
    )
    replies = []
    for template, kind in TEMPLATES.items():
        replies += [replace(full, template=template, kind=kind), Reply(kind, template, "")]
    return replies
