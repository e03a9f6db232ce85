"""The digest's workbook: the summary ready to pass on, every registration, who is missing, problems, statistics."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.decision.states import reason_label, status_label
from bot.digest.model import Figures, StoredForm, UnitState
from bot.digest.workbook.merits import fill_merits
from bot.digest.workbook.sheets import Column, Value, as_written, fill_table, first_row
from bot.digest.workbook.statistics import fill_statistics
from bot.digest.workbook.summary import fill_summary
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.model import Kind
from bot.letters.office import Office

# Before the fields of a form, and beside them: ``head_of``.
FIXED: list[Column] = [
    ("受理号", 14, "text"),
    ("单位", 28, "text"),
    ("地区", 12, "text"),
    ("状态", 9, ""),
    ("是否逾期", 9, ""),
]


def build_workbook(figures: Figures, office: Office) -> bytes:
    """The .xlsx file. Sheets: 汇总表 (the annex's layout), 登记明细, 缺报单位, 单位情况, 问题, (材料情况,) (评优参考,) 统计."""
    definitions = office.definitions
    book = Workbook()
    first: Any = book.active
    first.title = "汇总表"
    summary = definitions.of_kind(Kind.SUMMARY)
    if summary is not None:
        fill_summary(first, figures, summary, office.campaign.office, top=first_row(first, figures.unread))
    add_registrations(book, figures, definitions)
    add_entries(book, figures, definitions)
    fill_missing(book.create_sheet("缺报单位"), figures)
    fill_units(book.create_sheet("单位情况"), figures)
    fill_problems(book.create_sheet("问题"), figures, definitions)
    if figures.wants_reports:
        fill_materials(book.create_sheet("材料情况"), figures)
    if figures.is_over:
        fill_merits(book, figures)
    fill_statistics(book.create_sheet("统计"), figures)
    return saved(book, office.campaign.name)


def registrations_workbook(figures: Figures, office: Office) -> bytes:
    """Every registration with all its fields, alone in a workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_registrations(book, figures, office.definitions)
    add_entries(book, figures, office.definitions)
    return saved(book, office.campaign.name)


def summary_workbook(figures: Figures, office: Office) -> bytes:
    """The merged summary alone, to pass on."""
    book = Workbook()
    first: Any = book.active
    first.title = "汇总表"
    definition = office.definitions.of_kind(Kind.SUMMARY)
    if definition is not None:
        fill_summary(first, figures, definition, office.campaign.office, definition.annex)
    return saved(book, office.campaign.name)


def saved(book: Workbook, title: str) -> bytes:
    book.properties.creator, book.properties.title = "", title
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def registration_columns(definition: FormDefinition) -> list[tuple[str, Column]]:
    """(key, column) for every field of the form, start and end of a time behind it."""
    columns: list[tuple[str, Column]] = []
    for spec in definition.field:
        width = 50.0 if spec.kind == "longtext" else 12.0 if spec.kind in ("count", "date", "person") else 24.0
        columns.append((spec.key, (spec.label, width, "" if spec.kind in ("count", "date") else "text")))
        if spec.kind == "daterange":
            columns += [(spec.start, ("开始日期", 12.0, "")), (spec.end, ("结束日期", 12.0, ""))]
    return columns


def add_registrations(book: Workbook, figures: Figures, definitions: Definitions) -> None:
    """A sheet for each form of this kind; what was stored under a definition that is no longer there stands on the first."""
    every = [one for one in definitions.forms if one.kind is Kind.REGISTRATION]
    main = definitions.of_kind(Kind.REGISTRATION)
    others = [one for one in every if one is not main and any(said_on(form, one) for form in figures.forms)]
    own = [one.name for one in others]
    fill_registrations(
        book.create_sheet("登记明细"),
        figures,
        main,
        [form for form in figures.forms if form.content.get("definition") not in own],
    )
    for definition in others:
        forms = [form for form in figures.forms if said_on(form, definition)]
        fill_registrations(book.create_sheet(f"{definition.label}明细"[:31]), figures, definition, forms)


def said_on(form: StoredForm, definition: FormDefinition) -> bool:
    return form.content.get("definition") == definition.name


def fill_registrations(
    sheet: Worksheet, figures: Figures, definition: FormDefinition | None, forms: Iterable[StoredForm]
) -> None:
    fields = registration_columns(definition) if definition else []
    behind: list[Column] = [("版本", 6, ""), ("收到时间", 17, ""), ("发件人", 26, "text"), ("来源文件", 34, "text")]
    rows = [
        [
            *head_of(form),
            *typed(form, fields),
            form.version,
            form.received_at,
            form.from_addr,
            form.source_path,
        ]
        for form in forms
        if form.kind is Kind.REGISTRATION
    ]
    fill_table(
        sheet,
        [*FIXED, *(column for _, column in fields), *behind],
        rows,
        top=first_row(sheet, figures.unread),
        pages_wide=3,
    )


def add_entries(book: Workbook, figures: Figures, definitions: Definitions) -> None:
    """A sheet for the entries of each form that has a table of them; of the merged summary's rows only where these are all that is asked for."""
    for definition in definitions.forms:
        is_alone = definition.layout == "rows" and definitions.of_kind(Kind.REGISTRATION) is None
        if definition.table or is_alone:
            fill_entries(book.create_sheet(f"{definition.label}名单"[:31]), figures, definition)


def fill_entries(sheet: Worksheet, figures: Figures, definition: FormDefinition) -> None:
    around = [spec for spec in definition.field if definition.layout == "rows"]
    specs = [*around, *definition.column]
    columns: list[Column] = [("受理号", 14, "text"), ("单位", 28, "text")]
    if definition.table:
        columns.append(("所属", 28, "text"))
    columns += [
        (
            s.label,
            24.0 if s.kind in ("text", "unit", "longtext") else 16.0,
            "" if s.kind in ("count", "date") else "text",
        )
        for s in specs
    ]
    rows: list[list[Value]] = []
    for form in figures.forms:
        if form.content.get("definition") != definition.name:
            continue
        fields = form.content.get("fields") or {}
        for row in form.content.get("rows") or ():
            head: list[Value] = [form.ref, form.unit, *([form.title] if definition.table else ())]
            values = [fields.get(spec.key) for spec in around] + [row.get(spec.key) for spec in definition.column]
            rows.append([*head, *(listed(value) for value in values)])
    fill_table(sheet, columns, rows, top=first_row(sheet, figures.unread), pages_wide=2)


def listed(value: Any) -> Value:
    """Lists and counts as such, everything else as it was written."""
    return as_written(value) if value is None or isinstance(value, list | int) else str(value)


def head_of(form: StoredForm) -> list[Value]:
    return [form.ref, form.unit, form.county, status_label(form.status), form.is_late]


def typed(form: StoredForm, columns: Iterable[tuple[str, Column]]) -> list[Value]:
    """Dates and counts as such, everything else as it was written."""
    fields = form.content.get("fields", {})
    return [cell_of(fields.get(key), column) for key, column in columns]


def cell_of(value: Any, column: Column) -> Value:
    return as_written(value) if column[2] == "" or isinstance(value, list) else None if value is None else str(value)


def contact_cells(state: UnitState) -> list[Value]:
    unit = state.unit
    return [unit.contact, "、".join(unit.phones), "、".join(unit.emails)]


def fill_missing(sheet: Worksheet, figures: Figures) -> None:
    columns: list[Column] = [
        ("分组", 14, ""),
        ("单位", 34, "text"),
        ("联系人", 12, "text"),
        ("联系电话", 26, "text"),
        ("电子邮箱", 34, "text"),
        ("说明", 30, ""),
    ]
    rows: list[list[Value]] = [
        [group.name, state.unit.name, *contact_cells(state), missing_note(state, figures)]
        for group in figures.groups
        for state in group.missing
    ]
    fill_table(sheet, columns, rows, top=first_row(sheet, figures.unread))


def missing_note(state: UnitState, figures: Figures) -> str:
    if figures.wants_reports and (state.registrations or state.rows):
        return "已报活动，未交总结"
    return f"所辖单位已报{state.below}项" if state.below else ""


def fill_units(sheet: Worksheet, figures: Figures) -> None:
    columns: list[Column] = [
        ("分组", 14, ""), ("单位", 34, "text"), ("状态", 10, ""), ("应报", 7, ""), ("已报", 7, ""), ("申报表", 9, ""), ("汇总表行数", 11, ""),
        ("活动总结", 10, ""), ("待补正", 9, ""), ("最近来件", 17, ""), ("联系人", 12, "text"), ("联系电话", 26, "text"), ("电子邮箱", 34, "text"),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for group in figures.groups:
        for state in group.units:
            word = (
                "零报告" if state.is_nil else "缺报" if not state.reported else "未报齐" if state.is_short else "已报"
            )
            counts: list[Value] = [
                state.unit.expected,
                state.have,
                state.registrations,
                state.rows,
                state.reports,
                state.open,
            ]
            rows.append([group.name, state.unit.name, word, *counts, state.last_at, *contact_cells(state)])
    for other in figures.others:
        rows.append(
            ["名单以外", other.name, "已报", None, other.activities, None, None, other.reports, None, None, "", "", ""]
        )
    fill_table(sheet, columns, rows, top=first_row(sheet, figures.unread))


def fill_problems(sheet: Worksheet, figures: Figures, definitions: Definitions) -> None:
    columns: list[Column] = [
        ("类别", 16, ""),
        ("受理号", 14, "text"),
        ("单位", 28, "text"),
        ("活动或材料", 32, "text"),
        ("情况", 60, "text"),
        ("时间", 17, ""),
        ("文件", 40, "text"),
    ]
    rows = list(problem_rows(figures, definitions))
    fill_table(sheet, columns, rows, top=first_row(sheet, figures.unread))


def problem_rows(figures: Figures, definitions: Definitions) -> Iterable[list[Value]]:
    for review in figures.reviews:
        said = f"{reason_label(review.reason)}：{review.detail}" if review.detail else reason_label(review.reason)
        mail = f"{said}（来自 {review.sender}《{review.subject}》）"
        yield ["需人工处理", review.ref, review.unit, "", mail, review.since, review.file or review.path]
    for form in figures.open_forms:
        for text in form.problems or ("",):
            yield [
                "待单位补正",
                form.ref,
                form.unit,
                form.title or label_of(definitions, form.kind),
                text,
                form.since,
                "",
            ]
    for late in figures.late:
        yield [
            "逾期",
            late.ref,
            late.unit,
            late.title or label_of(definitions, late.kind),
            f"逾期{late.days}天；{late.way}，{late.received_at.month}月{late.received_at.day}日{late.received_at:%H:%M}收到"
            if late.way
            else f"逾期{late.days}天",
            late.received_at,
            "",
        ]
    called, table = (label_of(definitions, kind) for kind in (Kind.REGISTRATION, Kind.SUMMARY))
    for found, text in (
        (figures.not_in_summary, f"有{called}，{table}中没有"),
        (figures.not_registered, f"只在{table}，没有{called}"),
    ):
        for activity in found:
            yield ["两表不一致", activity.ref, activity.unit, activity.name, text, None, ""]
    for duplicate in figures.duplicates:
        text = "可能是同一项活动" if duplicate.is_likely else "同名同期，地点和联系方式不同"
        for activity in duplicate.activities:
            yield [
                "几个单位同报",
                activity.ref,
                activity.unit,
                activity.name,
                f"{text}：{activity.time} {activity.venue}",
                None,
                "",
            ]
    for unsent in figures.unsent:
        yield ["回信未发出", "", "", unsent.subject, f"{unsent.to_addr}：{unsent.error}", None, ""]


def label_of(definitions: Definitions, kind: Kind) -> str:
    definition = definitions.of_kind(kind) if kind is not Kind.UNRECOGNISED else None
    return definition.label if definition else ""


def fill_materials(sheet: Worksheet, figures: Figures) -> None:
    columns: list[Column] = [
        ("受理号", 14, "text"),
        ("单位", 28, "text"),
        ("活动名称", 40, "text"),
        ("活动总结", 16, "text"),
        ("图片", 8, ""),
        ("新闻链接", 10, ""),
        ("视频", 8, ""),
        ("是否齐全", 10, ""),
    ]
    rows: list[list[Value]] = [
        [m.activity.ref, m.activity.unit, m.activity.name, m.report, m.pictures, m.links, m.videos, m.is_complete]
        for m in figures.materials
    ]
    fill_table(sheet, columns, rows, top=first_row(sheet, figures.unread))
