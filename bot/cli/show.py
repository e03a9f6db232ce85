"""What the commands print: lines for people, plain data for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.base.clean import clean, one_line
from bot.base.problems import Problem
from bot.decision.states import (
    kind_label,
    listed_label,
    outcome_label,
    reason_label,
    said_label,
    sending_label,
    status_label,
    unit_label,
)
from bot.decision.versions.content import plain_fields
from bot.forms.model import Form, plain_text

if TYPE_CHECKING:
    from bot.intake.parts import Worked
    from bot.operation.app import Cycle
    from bot.operation.status import Status
    from bot.statements.model import Letter, Statement


def worked_line(worked: Worked) -> str:
    parts = [
        outcome_label(worked.outcome),
        worked.ref,
        worked.from_addr,
        one_line(worked.subject, 60),
        worked.why,
    ]
    return "  ".join(part for part in parts if part)


def cycle_lines(cycle: Cycle) -> list[str]:
    flushed = cycle.flushed
    lines = [f"新邮件 {cycle.taken} 封，处理 {len(cycle.worked)} 封，汇总 {cycle.digests} 份，发出 {flushed.sent} 封"]
    if flushed.waiting:
        why = "；".join(filter(None, [flushed.outlook, flushed.fault]))
        lines.append(f"待发 {flushed.waiting} 封，下次继续" + (f"：{why}" if why else ""))
    if flushed.gave_up:
        lines.append(f"无法送达或送达不明 {flushed.gave_up} 封，见 status")
    if cycle.left:
        lines.append(f"尚未处理 {cycle.left} 封，下次继续")
    if cycle.fault:
        lines.append(f"收信失败：{cycle.fault}")
    if cycle.reading_fault:
        lines.append(f"来信没有读取：{cycle.reading_fault}")
    if cycle.store_fault:
        lines.append(cycle.store_fault)
    return lines


def cycle_json(cycle: Cycle) -> dict[str, Any]:
    return {
        "taken": cycle.taken,
        "mails": [
            {
                "id": w.mail,
                "outcome": w.outcome,
                "ref": w.ref,
                "from_addr": w.from_addr,
                "subject": w.subject,
                "why": w.why,
            }
            for w in cycle.worked
        ],
        "digests": cycle.digests,
        "sent": cycle.flushed.sent,
        "waiting": cycle.flushed.waiting,
        "gave_up": cycle.flushed.gave_up,
        "pending": cycle.left,
        "fault": cycle.fault or cycle.store_fault or cycle.reading_fault or cycle.flushed.fault,
    }


def forms_json(forms: Sequence[Form], letters: Sequence[tuple[str, Letter]]) -> dict[str, Any]:
    """The interface's section 3."""
    return {
        "documents": [form_json(form) for form in forms],
        "letters": [
            {"path": path, "statements": [statement_json(one) for one in letter.statements]} for path, letter in letters
        ],
    }


def statement_json(one: Statement) -> dict[str, Any]:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    return {
        "kind": str(one.kind),
        "words": one.words,
        "field": one.field or None,
        "value": value,
        "certain": one.certain,
    }


def form_json(form: Form) -> dict[str, Any]:
    return {
        "path": form.path,
        "format": form.format,
        "kind": str(form.kind),
        "fields": plain_fields(form.fields),
        "rows": [plain_fields(row) for row in form.rows],
        "problems": [problem_json(problem) for problem in form.problems],
    }


def problem_json(problem: Problem) -> dict[str, str]:
    return {
        "code": str(problem.code),
        "field": problem.field,
        "severity": str(problem.severity),
        "message": problem.message,
        "place": problem.place,
    }


def forms_text(forms: Sequence[Form], letters: Sequence[tuple[str, Letter]] = ()) -> str:
    parts = ["\n".join(form_lines(form)) for form in forms]
    parts += ["\n".join(letter_lines(path, letter)) for path, letter in letters if letter.statements]
    return "\n\n".join(parts) or "没有可读的内容"


def letter_lines(path: str, letter: Letter) -> list[str]:
    lines = [f"{path}  来信写道"]
    for one in letter.statements:
        value = "" if one.value is None else f"　→ {one.field} {plain_text(one.value)}".rstrip()
        doubt = "" if one.certain else "（不确定）"
        lines.append(f"  [{said_label(one.kind)}] {one_line(one.words, 100)}{value}{doubt}")
    return lines


def form_lines(form: Form) -> list[str]:
    lines = [f"{form.path}  [{form.format}]  {kind_label(form.kind)}" + ("（扫描识别，请核对）" if form.ocr else "")]
    lines += [
        f"  {form.labels.get(key, key)}：{plain_text(value.value) or '（空）'}" for key, value in form.fields.items()
    ]
    for number, row in enumerate(form.rows, 1):
        lines.append(f"  第{number}项：" + "｜".join(plain_text(value.value) or "（空）" for value in row.values()))
    marks = {True: "✗", False: "!"}
    lines += [f"  {marks[problem.is_error]} {problem.message}" for problem in form.problems]
    return lines


def review_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    if not found:
        return ["没有需人工处理的事项"]
    lines = []
    for one in found:
        what = "  ".join(filter(None, [one["ref"], one["unit"], one["title"]]))
        lines.append(
            f"[{one['id']}] {one['received_at'][:16].replace('T', ' ')}  {one['from_addr']}  {one_line(one['subject'], 60)}"
        )
        told = clean(one["detail"]) or reason_label(one["reason"])
        lines.append(f"    {told}" + (f"  {clean(what)}" if what else ""))
        lines += [f"    文件：{file}" for file in one["files"]]
    return [*lines, "处理：review 编号 accept（采用）| assign 单位名（改单位）| reject（不采用）| done（已处理）"]


def status_lines(status: Status, zone: ZoneInfo) -> list[str]:
    def pairs(counts: dict[str, int], label: Callable[[str], str]) -> str:
        return "，".join(f"{label(name)} {number}" for name, number in counts.items()) or "无"

    def said(moment: str) -> str:
        return datetime.fromisoformat(moment).astimezone(zone).strftime("%Y-%m-%d %H:%M")

    def form_label(name: str) -> str:
        kind, _, state = name.partition(".")
        return f"{kind_label(kind)}{status_label(state)}"

    last_poll = said(status.last_poll) if status.last_poll else "无"
    lines = [
        "运行正常" if status.healthy else "需要处理：" + "；".join(status.unhealthy),
        f"来信：{pairs(status.messages, mail_label)}；尚未处理 {status.pending} 封",
        f"登记：{pairs(status.submissions, form_label)}；活动 {status.activities} 项",
        f"单位：{pairs(status.units, unit_label)}",
        f"上次收信：{last_poll}" + (f"；{status.folder_fault}" if status.folder_fault else ""),
        f"发件：{pairs(status.outbox, sending_label)}"
        + (f"；最早待发 {said(status.oldest_waiting)}" if status.oldest_waiting else "")
        + (f"；{status.next_sending}" if status.next_sending else ""),
    ]
    lines += [f"下次汇总：{said(one['at'])}  {one['deadline']}" for one in status.next_digests]
    lines += [
        f"{'送达不明' if one['doubts'] else '无法送达'}：{one['to_addr']}  {one_line(one['subject'], 50)}  {one['last_error']}"
        for one in status.gave_up
    ]
    if status.review:
        lines.append(f"需人工处理 {len(status.review)} 项：")
        lines += [
            f"  [{one['id']}] {said(one['received_at'])}  {one['from_addr']}  {one_line(one['subject'], 40)}  {clean(one['detail']) or reason_label(one['reason'])}"
            for one in status.review
        ]
    return lines


def mail_label(outcome: str) -> str:
    return listed_label(outcome) if outcome == "pending" else outcome_label(outcome)
