"""Registrations and summaries filled in many ways, with what a careful clerk would write down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from bot.documents.model import Block, Cell, Document, Paragraph, Table
from tests.forms import facts
from tests.forms.build import HEAD, SUMMARY_HEAD, SUMMARY_TITLE, TITLE, document, grid
from tests.forms.ticked import AUDIENCES, TYPES, ticked

LABELS = {
    "activity_name": ["活动名称"] * 4 + ["项目名称", "活动项目名称", "重点活动名称"],
    "host_unit": ["主办单位"] * 5 + ["主办方", "举办单位"],
    "undertaking_unit": ["承办单位"] * 5 + ["承办方"],
    "contact_person": ["联系人"] * 5 + ["联系人姓名", "活动联系人"],
    "phone": ["联系电话"] * 5 + ["固定电话", "办公电话", "电话"],
    "mobile": ["移动电话"] * 5 + ["手机", "手机号码"],
    "email": ["电子邮箱"] * 5 + ["邮箱", "E-mail", "电子邮件"],
    "activity_time": ["活动时间"] * 5 + ["举办时间", "活动日期", "活动起止时间"],
    "venue": ["活动地点"] * 5 + ["举办地点", "活动地址"],
    "activity_types": ["主要活动类型"] * 4 + ["主要活动\n类型", "活动类型", "主要\n活动\n类型"],
    "audiences": ["活动对象"] * 5 + ["参与对象"],
    "counts": ["参与人数"] * 5 + ["活动人数"],
    "content": ["主要活动内容"] * 2 + ["主要\n活动\n内容"] * 3 + ["活动内容", "主要内容"],
}
ORDER = [
    "activity_name",
    "host_unit",
    "undertaking_unit",
    "contact_person",
    "phone",
    "mobile",
    "email",
    "activity_time",
    "venue",
    "activity_types",
    "audiences",
    "counts",
    "content",
]


@dataclass
class Filled:
    """What was written for each label, and the expected value of each field (digits only for telephones)."""

    texts: dict[str, str] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=dict)
    habits: dict[str, str] = field(default_factory=dict)


def fill(r: Random) -> Filled:
    made = Filled()
    t, e = made.texts, made.expected

    def put(key: str, written: str, value: Any) -> None:
        t[key], e[key] = written, value

    reporting, host = facts.unit(r), facts.unit(r)
    put("reporting_unit", reporting, reporting)
    day = date(2023, 8, r.randrange(21, 31))
    put(
        "report_date",
        r.choice(
            [
                f"2023年{day.month}月{day.day}日",
                f"2023.{day.month}.{day.day}",
                f"2023 年 {day.month} 月 {day.day} 日",
                f"2023-08-{day.day:02}",
            ]
        ),
        day,
    )
    name = facts.activity(r)
    put("activity_name", r.choice([name, name, name, f" {name} ", name + "\n"]), name)
    put("host_unit", host + r.choice(["", "", "", "（盖章）"]), host)
    under = r.choice(["", facts.unit(r), f"{facts.unit(r)}、{facts.unit(r)}", "/", "无"])
    put("undertaking_unit", under, under if len(under) > 1 else None)
    name = facts.person(r)
    put("contact_person", r.choice([name] * 4 + [f"{name[0]} {name[1:]}", f"{name}（科普部部长）"]), None)
    e["contact_person"] = t["contact_person"]
    land, land_digits = facts.written_landline(r, facts.landline(r))
    cell, cell_digits = facts.written_mobile(r, facts.mobile(r))
    put("phone", land, land_digits)
    put("mobile", cell, cell_digits)
    if r.random() < 0.15:
        put("mobile", "", None)
    if r.random() < 0.1:
        put("phone", cell, cell_digits)
        put("mobile", "", None)
    written, plain = facts.email(r)
    put("email", written, plain)
    times, (first, last) = facts.dates(r) if r.random() < 0.85 else facts.odd_dates(r)
    put("activity_time", times, times)
    e["start_date"], e["end_date"] = first, last
    venue = r.choice(["", r.choice(facts.COUNTIES), host]) + r.choice(facts.VENUES)
    put("venue", venue, venue)
    for key, labels in (("activity_types", TYPES), ("audiences", AUDIENCES)):
        chosen = set(r.sample(labels, r.choice([1, 1, 2, 2, 3, 4, 0] if r.random() < 0.5 else [1, 2, 3])))
        note = r.choice([*facts.NOTES, ""]) if "其他" in chosen else ""
        values = tuple(f"其他：{note}" if label == "其他" and note else label for label in labels if label in chosen)
        put(key, ticked(r, labels, chosen, note), values or None)
    public, n_public = facts.count(r, 50, 3000)
    staff, n_staff = facts.count(r, 5, 40)
    e["expected_public"], e["staff_count"] = n_public, n_staff
    t["counts"] = r.choice(
        [
            f"预计公众参与活动人数 {public} 人，组织工作人员 {staff} 人。",
            f"预计公众参与活动人数{public}人，组织工作人员{staff}人。",
            f"预计公众参与活动人数   {public}  人，组织工作人员  {staff}   人。",
            f"预计公众参与活动人数：{public}人；组织工作人员：{staff}人",
            f"预计公众参与活动人数{public}人人，组织工作人员{staff}人人。",
            f"预计公众参与活动人数  {public}人，\n组织工作人员 {staff}人。",
        ]
    )
    text = facts.content(r)
    put("content", text, "\n".join(line.strip() for line in text.split("\n") if line.strip()))
    return made


def label(r: Random, key: str) -> str:
    """The label of *key* as printed or typed again."""
    name = r.choice(LABELS[key])
    habit = r.randrange(12)
    if habit == 0 and len(name) <= 4 and name.isalpha() and ord(name[0]) > 255:
        return "  ".join(name)
    if habit == 1:
        return name + "："
    if habit == 2:
        return f" {name} "
    if habit == 3 and key == "host_unit":
        return name + "（盖章）"
    if habit == 4 and len(name) == 4:
        return name[:2] + "\n" + name[2:]
    if habit == 5:
        return "*" + name
    if habit == 6 and len(name) <= 4 and ord(name[0]) > 255:
        return "\u3000".join(name)
    return name


def head(r: Random, made: Filled) -> str:
    unit, day = made.texts["reporting_unit"], made.texts["report_date"]
    return r.choice(
        [
            f"填报单位：{unit}        填报日期：{day}",
            f"填报单位:{unit}\n填报日期:{day}",
            f"填报单位（盖章）：{unit}    填报日期：{day}",
            f"填报单位（盖章）： {unit}              填报日期： {day} ",
            f"申报单位：{unit}\t填报时间：{day}",
            f"填报日期：{day}      填报单位：{unit}",
            f"填 报 单 位：{unit}   填 报 日 期：{day}",
            f"填报单位：__{unit}__  填报日期：{day}",
            f"填报单位：{unit}（盖章）    填报日期：{day}",
        ]
    )


EXTRA = [
    ("活动主题", "提升全民科学素质"),
    ("经费预算", "5000元"),
    ("备注", "需要展板"),
    ("审核意见", "同意"),
    ("活动级别", "县级"),
    ("是否线上", "否"),
]


def official(r: Random, made: Filled) -> list[Block | str]:
    """The printed table, with rows deleted, added or in another order."""
    t = made.texts
    pairs: list[tuple[str, ...]] = [
        ("activity_name",),
        ("host_unit",),
        ("undertaking_unit",),
        ("contact_person", "phone"),
        ("mobile", "email"),
        ("activity_time", "venue"),
        ("activity_types",),
        ("audiences",),
        ("counts",),
        ("content",),
    ]
    if r.random() < 0.2:
        middle = pairs[1:-1]
        r.shuffle(middle)
        pairs = [pairs[0], *middle, pairs[-1]]
    rows: list[list[Any]] = []
    for keys in pairs:
        if len(keys) == 1:
            rows.append([label(r, keys[0]), (t[keys[0]], 3)])
        else:
            rows.append([x for key in keys for x in (label(r, key), t[key])])
    if r.random() < 0.25:
        rows.insert(r.randrange(1, len(rows) - 1), [EXTRA[r.randrange(len(EXTRA))][0], (EXTRA[0][1], 3)])
    return [TITLE, head(r, made), grid(rows)]


def two_columns(r: Random, made: Filled) -> list[Block | str]:
    rows = [[label(r, key), made.texts[key]] for key in ORDER]
    if r.random() < 0.3:
        rows.insert(r.randrange(len(rows)), list(r.choice(EXTRA)))
    return [TITLE, head(r, made), grid(rows)]


def unit_inside(r: Random, made: Filled) -> list[Block | str]:
    """Title and unit are rows of the table, as in a workbook."""
    t = made.texts
    rows: list[list[Any]] = [[(TITLE, 4)], ["填报单位：", t["reporting_unit"], "填报日期：", t["report_date"]]]
    if r.random() < 0.5:
        rows = [[(TITLE, 4)], [(head(r, made), 4)]]
    for keys in [
        ("activity_name",),
        ("host_unit",),
        ("undertaking_unit",),
        ("contact_person", "phone"),
        ("mobile", "email"),
        ("activity_time", "venue"),
        ("activity_types",),
        ("audiences",),
        ("counts",),
        ("content",),
    ]:
        rows.append(
            [label(r, keys[0]), (t[keys[0]], 3)]
            if len(keys) == 1
            else [x for key in keys for x in (label(r, key), t[key])]
        )
    return [grid(rows, r.choice(["Sheet1", "申报表"]))]


def in_one_cell(r: Random, made: Filled) -> list[Block | str]:
    """Label and value in one cell."""
    t = made.texts
    colon = r.choice(["：", ":", "： "])

    def both(key: str) -> str:
        return label(r, key).rstrip("：").replace("\n", "") + colon + t[key]

    rows: list[list[Any]] = [
        [(both("activity_name"), 2)],
        [both("host_unit"), both("undertaking_unit")],
        [both("contact_person"), both("phone")],
        [both("mobile"), both("email")],
        [both("activity_time"), both("venue")],
        [(both("activity_types"), 2)],
        [(both("audiences"), 2)],
        [(both("counts"), 2)],
        [(both("content"), 2)],
    ]
    return [TITLE, head(r, made), grid(rows)]


def typed_lines(r: Random, made: Filled) -> list[Block | str]:
    """No table: one line a field."""
    colon = r.choice(["：", ":", "： "])
    numbered = r.random() < 0.3
    lines = [TITLE, *head(r, made).split("\n")]
    for i, key in enumerate(ORDER, 1):
        text = made.texts[key].strip()
        name = label(r, key).replace("\n", "").strip("：").strip()
        lines.append((f"{i}." if numbered else "") + name + colon + text)
    if r.random() < 0.5:
        return ["\n".join(lines)]
    return [line for text in lines for line in text.split("\n")]


def value_below(r: Random, made: Filled) -> list[Block | str]:
    """A row of labels, a row of values."""
    t = made.texts
    rows: list[list[Any]] = []
    for keys in [
        ("activity_name", "host_unit"),
        ("undertaking_unit", "contact_person"),
        ("phone", "mobile"),
        ("email", "activity_time"),
        ("venue", "counts"),
    ]:
        rows += [[label(r, key) for key in keys], [t[key] for key in keys]]
    for key in ("activity_types", "audiences", "content"):
        rows += [[(label(r, key), 2)], [(t[key], 2)]]
    return [TITLE, head(r, made), grid(rows)]


def person_and_phone(r: Random, made: Filled) -> list[Block | str]:
    """Name and number in one cell under one label."""
    t, e = made.texts, made.expected
    if "（" in t["contact_person"] or " " in t["contact_person"].strip():
        t["contact_person"] = e["contact_person"] = facts.person(r)
    number = t["phone"].strip()
    joint = r.choice([" ", "，", "、", "：", "/", "\n", ""])
    rows: list[list[Any]] = [
        ["活动名称", t["activity_name"]],
        ["主办单位", t["host_unit"]],
        ["承办单位", t["undertaking_unit"]],
    ]
    rows.append(
        [
            r.choice(["联系人及电话", "联系人及联系电话", "联系人/电话", "联系人、联系电话"]),
            t["contact_person"] + joint + number,
        ]
    )
    for key in ORDER[5:]:
        rows.append([label(r, key), t[key]])
    return [TITLE, head(r, made), grid(rows)]


def content_in_rows(r: Random, made: Filled) -> list[Block | str]:
    """The label of the content reaches over several rows, each with a piece of it; options one a row."""
    t = made.texts
    pieces = t["content"].split("\n")
    rows: list[list[Any]] = [
        ["活动名称", (t["activity_name"], 3)],
        ["主办单位", (t["host_unit"], 3)],
        ["承办单位", (t["undertaking_unit"], 3)],
        ["联系人", t["contact_person"], "联系电话", t["phone"]],
        ["移动电话", t["mobile"], "电子邮箱", t["email"]],
        ["活动时间", t["activity_time"], "活动地点", t["venue"]],
        [label(r, "activity_types"), (t["activity_types"], 3)],
        [label(r, "audiences"), (t["audiences"], 3)],
        ["参与人数", (t["counts"], 3)],
    ]
    rows.append([("主要\n活动\n内容", 1, len(pieces)), (pieces[0], 3)])
    rows += [[None, (piece, 3)] for piece in pieces[1:]]
    return [TITLE, head(r, made), grid(rows)]


def content_after(r: Random, made: Filled) -> list[Block | str]:
    """The content stands below the table, its cell is empty."""
    t = made.texts
    blocks = official(r, Filled({**t, "content": ""}, made.expected))
    return [*blocks, *t["content"].split("\n")]


def counts_apart(r: Random, made: Filled) -> list[Block | str]:
    """Both numbers in cells of their own."""
    t, e = made.texts, made.expected
    public, staff = e["expected_public"], e["staff_count"]
    rows: list[list[Any]] = [[label(r, key), (t[key], 3)] for key in ORDER if key not in ("counts", "content")]
    rows.append(
        r.choice(
            [
                ["预计公众参与活动人数", f"{public}人", "组织工作人员", f"{staff}人"],
                ["预计公众参与人数", str(public), "工作人员人数", str(staff)],
            ]
        )
    )
    rows.append([label(r, "content"), (t["content"], 3)])
    return [TITLE, head(r, made), grid(rows)]


def nested(r: Random, made: Filled) -> list[Block | str]:
    """The whole form inside one cell of an outer table (web editors, letterheads)."""
    inner = next(block for block in official(r, made) if isinstance(block, Table))
    text = "\n".join("\t".join(cell.text for cell in row) for row in inner.rows())
    lines = f"{TITLE}\n{head(r, made)}"
    return (
        [Table((Cell(0, 0, f"{lines}\n{text}", nested=(inner,)),))]
        if r.random() < 0.0
        else [TITLE, head(r, made), Table((Cell(0, 0, text, nested=(inner,)),))]
    )


def dated_below(r: Random, made: Filled) -> list[Block | str]:
    """Unit and date below the table."""
    t = made.texts
    table = next(block for block in official(r, made) if isinstance(block, Table))
    return [
        TITLE,
        table,
        r.choice(
            [
                f"填报单位（盖章）：{t['reporting_unit']}",
                f"填报单位：{t['reporting_unit']}   填报日期：{t['report_date']}",
            ]
        )
        if r.random() < 0.99
        else "",
        f"填报日期：{t['report_date']}",
    ]


LAYOUTS = [official] * 6 + [
    two_columns,
    two_columns,
    unit_inside,
    unit_inside,
    in_one_cell,
    typed_lines,
    typed_lines,
    value_below,
    person_and_phone,
    content_in_rows,
    content_after,
    counts_apart,
    nested,
    dated_below,
]


def registration(r: Random, layout: Any = None) -> tuple[list[Block | str], Filled, str]:
    made = fill(r)
    chosen = layout or r.choice(LAYOUTS)
    if chosen is typed_lines and not made.texts["activity_types"].strip():
        chosen = official
    if chosen in (typed_lines, in_one_cell):
        made.expected["content"] = made.expected["content"]
    if chosen is person_and_phone:
        pass
    return chosen(r, made), made, chosen.__name__


FRAMES = ["附件1", "", "附件 1：", "附件1\n"]


def case(r: Random) -> tuple[Document, list[Filled], str]:
    """A document with one to three registrations and their expected values."""
    blocks: list[Block | str] = []
    fills, names = [], []
    layout = None
    for _ in range(r.choice([1] * 8 + [2, 3])):
        made, filled, name = registration(r, layout)
        layout = next(one for one in LAYOUTS if one.__name__ == name)
        blocks += [r.choice(FRAMES), *made] if r.random() < 0.7 else made
        fills.append(filled)
        names.append(name)
    return document(*[b for b in blocks if b != ""]), fills, "+".join(names)


__all__ = ["HEAD", "SUMMARY_HEAD", "SUMMARY_TITLE", "Filled", "Paragraph", "case", "registration"]
