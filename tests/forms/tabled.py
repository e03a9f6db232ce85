"""Summaries filled in many ways, with the rows that a careful clerk would write down."""

from __future__ import annotations

from random import Random
from typing import Any

from bot.documents.model import Block
from tests.forms import facts
from tests.forms.build import SUMMARY_TITLE, document, grid

HEADS = {
    "number": ["序号"] * 4 + ["编号", "序\n号", "NO."],
    "activity_name": ["活动名称"] * 4 + ["项目名称", "活动\n名称", "重点活动名称", "活 动 名 称"],
    "activity_time": ["活动时间"] * 4 + ["时间", "举办时间", "活动起止时间", "活动\n时间"],
    "venue": ["活动地点"] * 4 + ["地点", "举办地点", "活动 地点"],
    "units": ["主（承）办单位"] * 4 + ["主办单位", "主办/承办单位", "主(承)办\n单位", "主办（承办）单位", "主承办单位"],
    "contact_person": ["联系人"] * 4 + ["联络人", "联 系 人"],
    "phone": ["联系电话"] * 4 + ["电话", "联系方式", "手机号码", "联系\n电话"],
}
COLUMNS = ["activity_name", "activity_time", "venue", "units", "contact_person", "phone"]


def fact_row(r: Random) -> tuple[dict[str, str], dict[str, Any]]:
    """What is written in one row, and what is expected of it."""
    times, (first, last) = facts.dates(r) if r.random() < 0.9 else facts.odd_dates(r)
    phone, digits = (
        facts.written_landline(r, facts.landline(r)) if r.random() < 0.5 else facts.written_mobile(r, facts.mobile(r))
    )
    units = facts.unit(r) if r.random() < 0.6 else f"{facts.unit(r)}、{facts.unit(r)}"
    name, person, venue = facts.activity(r), facts.person(r), r.choice(facts.VENUES)
    written = {
        "activity_name": name,
        "activity_time": times,
        "venue": venue,
        "units": units,
        "contact_person": person,
        "phone": phone,
    }
    expected = {**written, "phone": digits, "start_date": first, "end_date": last}
    return written, expected


def unit_line(r: Random, unit: str) -> str:
    return r.choice([
        f"填报单位（章）：{unit}", f"填报单位：{unit}", f"填报单位（盖章）： {unit}          填报日期：2023年8月28日", f"填 报 单 位：{unit}",
        f"填报单位（章）：{unit}      联系人：{facts.person(r)}    电话：22000000", f"报送单位：{unit}", f"填报单位（章）:__{unit}__",
    ])  # fmt: skip


def case(r: Random) -> tuple[Any, str, list[dict[str, Any]]]:
    """A document, its unit, and its expected rows."""
    unit = facts.unit(r)
    made = [fact_row(r) for _ in range(r.choice([1, 2, 3, 5, 8, 12]))]
    written, expected = [w for w, _ in made], [e for _, e in made]
    columns = list(COLUMNS)
    if r.random() < 0.2:
        r.shuffle(columns)
    numbered = r.random() < 0.85
    style = r.choice(["plain", "plain", "plain", "together", "split", "ditto", "merged", "two_lines"])
    names = {key: r.choice(HEADS[key]) for key in HEADS}
    head: list[Any] = [names["number"]] if numbered else []
    below: list[Any] = []
    for key in columns:
        if style == "together" and key == "contact_person":
            head.append(r.choice(["联系人及电话", "联系人及联系电话", "联系人/电话"]))
        elif style == "together" and key == "phone":
            continue
        elif style == "split" and key == "activity_time":
            head += ["开始时间", "结束时间"]
        else:
            head.append(names[key])
    if style == "two_lines":
        at = {key: i for i, key in enumerate(columns)}
        if at["phone"] == at["contact_person"] + 1:
            head = [(names["number"], 1, 2)] if numbered else []
            for key in columns:
                if key == "contact_person":
                    head.append((r.choice(["联系方式", "联系信息"]), 2))
                    below += [names["contact_person"], "电话"]
                elif key != "phone":
                    head.append((names[key], 1, 2))
                    below.append(None)
            below = ([None] if numbered else []) + below
    shared: dict[str, int] = {}
    if style in {"ditto", "merged"} and len(written) > 1:
        for key in r.sample(["units", "contact_person", "phone", "venue"], r.choice([1, 2, 3])):
            for w, e in zip(written[1:], expected[1:], strict=True):
                w[key], e[key] = written[0][key], expected[0][key]
            shared[key] = 1
    rows: list[list[Any]] = [head] + ([below] if below else [])
    if r.random() < 0.1:
        rows.append(
            (["示例"] if numbered else [])
            + ["示例：科普进社区"]
            + [""] * (len(columns) - 1 + (style == "split") - (style == "together"))
        )
    for i, (w, e) in enumerate(zip(written, expected, strict=True)):
        row: list[Any] = [str(i + 1)] if numbered else []
        for key in columns:
            text: Any = w[key]
            if style == "together" and key == "contact_person":
                text = w[key] + r.choice([" ", "，", "/", "\n", ""]) + w["phone"].strip()
            elif style == "together" and key == "phone":
                continue
            elif style == "split" and key == "activity_time":
                first, last = e["start_date"], e["end_date"]
                if first is None or first.year != 2023:
                    row += [w[key], ""]
                    continue
                row += [f"{first.month}月{first.day}日", f"{last.month}月{last.day}日"]
                e["activity_time"] = None
                continue
            if shared.get(key) and i:
                text = r.choice(["同上", "〃", "同上"]) if style == "ditto" else None
            elif shared.get(key) and style == "merged":
                text = (text, 1, len(written))
            row.append(text)
        rows.append(row)
    width = len(rows[0]) + (1 if below else 0) if below else len(head)
    for n in range(r.choice([0, 0, 3])):
        rows.append(([str(len(written) + n + 1)] if numbered else [""]) + [""] * (width - 1))
    if r.random() < 0.15:
        rows.append(["合计", f"{len(written)}项", *[""] * (width - 2)])
    if r.random() < 0.15:
        rows.append([("注：请于8月30日前报送电子版。填表人：庄晓东", width)])
    title = r.choice([SUMMARY_TITLE] * 5 + ["全国科普日活动汇总表", "2023年全国科普日重点活动一览表"])
    place = r.choice(["above"] * 5 + ["inside", "below", "title", "label"])
    blocks: list[Block | str] = ["附件2"] if r.random() < 0.6 else []
    if place == "inside":
        rows = [[(title, width)], [(unit_line(r, unit), width)], *rows]
    elif place == "label":
        rows = [[(title, width)], ["填报单位（章）：", (unit, width - 1)], *rows]
    elif place == "title":
        blocks.append(unit + SUMMARY_TITLE)
    else:
        blocks += [title, unit_line(r, unit)] if place == "above" else [title]
    if r.random() < 0.15 and len(written) > 3 and style == "plain" and place not in {"inside", "label"}:
        cut = len(rows) // 2
        again = [rows[0]] if r.random() < 0.5 else []
        blocks += [grid(rows[:cut]), grid([*again, *rows[cut:]])]
    else:
        blocks.append(grid(rows))
    if place == "below":
        blocks.append(f"填报单位（章）：{unit}")
    return document(*blocks, path="汇总表.docx"), unit, expected
