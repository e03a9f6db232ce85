"""What was settled -> what the reply shows of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from bot.base.clean import cut
from bot.base.clock import day_text, days_left
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.base.settings import Deadline
from bot.decision.facts import IN_WORDS, KnownSubmission
from bot.decision.model import Item, ItemState, Line, NextStep, Settled
from bot.decision.states import Status, kind_label
from bot.decision.versions.content import plain_fields
from bot.forms.model import Fields, Form, Kind, Value, is_derived, plain_text

NAMED_AT_ONCE = 8  # activities
SHOWN_CONTENT = 300  # characters of a long text that a reply repeats
ONE_DAY = re.compile(
    r"(?:(?P<year>\d{4})\s?年\s?)?(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?[日号]", re.ASCII
)
BOXES = frozenset("□☐")  # the printed options of a choice, no answer


def item_of_settled(one: Settled) -> Item:
    """Of what is held only what its sender sent: whoever may not change a form is not told what it holds either."""
    form, is_held = one.form, one.state is ItemState.HELD
    ref = one.ref if one.is_told else ""
    before = written_in(one.before, form) if one.before and one.state is not ItemState.UNCHANGED else None
    if is_held and one.content.get(IN_WORDS):
        told = lines_of(form, before)
        lines = tuple(replace(line, before=None) for line in told if line.before is not None)
        return Item(form.kind, one.state, "", "", ref, lines=lines)
    item = Item(
        kind=form.kind,
        state=one.state,
        title=title_of(form),
        source=form.path.rpartition("!/")[2],
        ref=ref,
        version=one.version if one.is_told and not is_held else 0,
        unit=one.unit,
        is_late=one.is_late,
        ocr=form.ocr,
        lines=lines_of(form, None if is_held else before),
        table=table_of(form),
        problems=form.problems,
        strips=strips_of(form),
        checks={str(n): lines for n, row in enumerate(form.rows, 1) if (lines := tuple(checks_of(row, form)))},
        definition=form.definition,
    )
    shown = item if is_held else of_changes(item, one)
    return replace(shown, problems=told_once(shown.problems))


def told_once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """*problems*; that no form came yet of some activities of a table is said of all in one sentence."""
    lacking = [one for one in problems if one.code is Code.NOT_REGISTERED]
    if not 1 < len(lacking) <= NAMED_AT_ONCE:
        return tuple(problems)
    first = lacking[0]
    names = "".join(f"“{one.value}”" for one in lacking)
    all_of_them = replace(first, message=first.message.replace(f"“{first.value}”", names))
    return tuple(all_of_them if one is first else one for one in problems if one is first or one not in lacking)


def written_in(version: KnownSubmission, now: Form) -> dict[str, Any]:
    """What stood in the fields of *version*; of those that hold something *now* also what could not be taken as it was written."""
    fields = dict(version.content.get("fields", {}))
    for problem in version.problems:
        written = problem.value.strip()
        is_filled = fields.get(problem.field, "") is None and now.text(problem.field)
        if problem.is_error and written and is_filled and not BOXES & set(written):
            fields[problem.field] = written
    return fields


def of_changes(item: Item, one: Settled) -> Item:
    """*item* with what its update changed alone, where most of the form is as its sender knows it; else as it is."""
    before = one.before
    if before is None or before.status == Status.WITHDRAWN or one.state is ItemState.UNCHANGED:
        return item
    if one.form.kind is Kind.REPORT or one.form.ocr:
        return item  # pictures and links are no lines; a scan is to be looked at as a whole
    lines = tuple(line for line in item.lines if line.before is not None)
    old = before.content.get("rows", [])
    now = [plain_fields(row) for row in one.form.rows]
    rows = tuple(shown for shown, row in zip(item.table[1:], now, strict=False) if row not in old)
    if (
        (not lines and not rows)
        or len(now) != len(old)
        or 2 * len(lines) > len(item.lines)
        or 2 * len(rows) > max(len(now), 2)
    ):
        return item
    fresh = tuple(problem for problem in item.problems if problem.is_error or problem not in before.problems)
    table = (item.table[0], *rows) if rows else ()
    source = "" if one.content.get(IN_WORDS) else item.source
    return replace(item, source=source, lines=lines, table=table, problems=fresh, changed_only=True)


def item_of_part(form: Form) -> Item:
    """A part that is no submission: unreadable, blank, or simply something else."""
    state = ItemState.NEEDS_CORRECTION if any(problem.is_error for problem in form.problems) else ItemState.NOT_TAKEN
    # Where a whole file is meant, its name says it: a path inside our store would only puzzle the sender.
    problems = tuple(replace(one, place="") if one.place.endswith(form.path) else one for one in form.problems)
    return Item(form.kind, state, form.title, form.path.rpartition("!/")[2], problems=problems, ocr=form.ocr)


def title_of(form: Form) -> str:
    if form.kind is Kind.SUMMARY:
        is_notices = form.definition in ("summary", "")
        return f"汇总表（{len(form.rows)}项活动）" if is_notices else f"{form.title}（{len(form.rows)}行）"
    return form.text("activity_name") or form.title or kind_label(form.kind)


TO_PUT_RIGHT = "（待补正）"


def lines_of(form: Form, before: dict[str, Any] | None) -> tuple[Line, ...]:
    """The understood values in the order of the form; the dates read from a time stand behind it in one line."""
    lines: list[Line] = []
    wrong = {problem.field for problem in form.problems if problem.is_error}
    for key, value in form.fields.items():
        if is_derived(key, form.labels):
            continue
        shown = shown_value(key, value, form)
        if key in wrong and value.value is not None:
            shown += TO_PUT_RIGHT
        old = None
        if before is not None and key in before and before_text(before[key]) != plain_text(value.value):
            old = shown_before(before_text(before[key]), value)
        check = form.ocr and value.value is not None
        lines.append(Line(form.labels.get(key, key), shown, old, check, value.strip if check else b""))
    return tuple(lines)


def shown_before(text: str, now: Value) -> str:
    """The value of the version before, dates as offices write them."""
    try:
        return day_text(date.fromisoformat(text)) if isinstance(now.value, date) else cut(text, SHOWN_CONTENT)
    except ValueError:
        return cut(text, SHOWN_CONTENT)


def shown_value(key: str, value: Value, form: Form) -> str:
    if value.value is None:
        return refused_text(key, form)
    if isinstance(value.value, date):
        return day_text(value.value)
    text = cut(plain_text(value.value), SHOWN_CONTENT)
    if key == "activity_time" and text:
        days = days_text(form.plain("start_date"), form.plain("end_date"))
        return (
            f"{text}（{days}）"
            if days and not says_day(text, form.plain("start_date"), form.plain("end_date"))
            else text
        )
    return text


def says_day(text: str, start: object, end: object) -> bool:
    """Whether *text* gives the days as everybody reads them: «9月20日上午», «2023年9月16日至20日»."""
    if isinstance(start, date) and isinstance(end, date) and start < end and start.year == end.year:
        told = [int(one) for one in re.findall(r"\d+", text)]
        told = told[1:] if told[:1] == [start.year] else told
        is_short = start.month == end.month and told == [start.month, start.day, end.day]
        return "月" in text and (is_short or told == [start.month, start.day, end.month, end.day])
    match = ONE_DAY.search(text)
    if match is None or not isinstance(start, date) or start != end or not isinstance(end, date):
        return False
    return (int(match["month"]), int(match["day"])) == (end.month, end.day) and match["year"] in {None, str(end.year)}


def days_text(start: object, end: object) -> str:
    """«2023年9月17日» or «2023年9月17日至9月23日»."""
    if not isinstance(start, date) or not isinstance(end, date):
        return ""
    first = day_text(start)
    if start == end:
        return first
    year = f"{end.year}年" if end.year != start.year else ""
    return f"{first}至{year}{end.month}月{end.day}日"


def refused_text(key: str, form: Form) -> str:
    """What was written where it could not be taken, so that the sender does not read «not filled in»; else empty."""
    written = next((p.value for p in form.problems if p.field == key and p.is_error and p.value.strip()), "")
    return f"{cut(written.strip(), SHOWN_CONTENT)}{TO_PUT_RIGHT}" if written and not BOXES & set(written) else ""


def before_text(old: Any) -> str:
    if old is None:
        return ""
    return "、".join(map(str, old)) if isinstance(old, list) else str(old)


def table_of(form: Form) -> tuple[tuple[str, ...], ...]:
    """A summary's rows for the reply, headings first."""
    if not form.rows:
        return ()
    every = dict.fromkeys(key for row in form.rows for key in row)
    keys = [key for key in every if not is_derived(key, form.labels)]
    head = ("序号", *(form.labels.get(key, key) for key in keys))
    return (head, *((str(n), *(cell(row, key) for key in keys)) for n, row in enumerate(form.rows, 1)))


def strips_of(form: Form) -> dict[str, bytes]:
    """Of the values that are asked for, or to be looked at."""
    found = {key: value.strip for key, value in form.fields.items() if value.strip}
    asked = (value for row in form.rows for value in row.values() if value.strip and value.value is None)
    return found | {value.place: value.strip for value in asked}


def checks_of(row: Fields, form: Form) -> Iterator[Line]:
    """The values of one row that a scan does not show clearly; a day stands beside the time from which it was read."""
    for key, value in row.items():
        if value.strip and value.value is not None and not is_derived(key, form.labels):
            yield Line(form.labels.get(key, key), plain_text(value.value), check=True, strip=value.strip)


def cell(row: Fields, key: str) -> str:
    value = row.get(key)
    return plain_text(value.value) if value else ""


def next_steps(deadlines: Iterable[Deadline], now: datetime) -> tuple[NextStep, ...]:
    """Every deadline, nearest first: those that are past tell a late sender what was missed."""
    return tuple(step(one, now) for one in sorted(deadlines, key=lambda one: one.due))


def step(deadline: Deadline, now: datetime) -> NextStep:
    return NextStep(
        deadline.name,
        deadline.due,
        days_left(deadline.due, now),
        deadline.collects,
        is_past=deadline.due < now,
    )
