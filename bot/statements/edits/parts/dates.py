"""Edits of a part of a day that stands in the form: its year, its month, its day alone («年份不对，是今年», «不是8月是9月»). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.numerals import counted_value
from bot.statements.edits.named import keys_named
from bot.statements.edits.parts.sides import DENIED, WROTE
from bot.statements.edits.times import stands_in, written
from bot.statements.values.context import Addressed, Context, Edit

NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d)(?:年|(?=[，,。；;”」\s]|$))(?!\s*\d)|(?P<this>今年|本年度?)")
MONTH = re.compile(rf"(?<![\d年月日号.\-/])(?P<month>{NUMBER})月份?(?![\d一二三四五六七八九十初中上下底]|\s\d)")
SLIP = re.compile(r"错|误|不对|不是|应|改|更正|才对|笔误|[写打填]成|是今年")
UNITS = {"year": re.compile(r"年份|年度|哪年"), "month": re.compile(r"月份")}


def edits_in(text: str, context: Context) -> list[Edit]:
    if not SLIP.search(text):
        return []
    parts = list(parts_in(text))
    found = [edit for spec in fields_in(text, context) for edit in of_field(text, parts, spec, context)]
    return found if len(found) == 1 else []


def parts_in(text: str) -> Iterator[tuple[str, int, re.Match[str]]]:
    """Every year and every month that *text* names without the rest of the day."""
    for match in YEAR.finditer(text):
        yield "year", int(match["year"] or 0), match
    for match in MONTH.finditer(text):
        yield "month", counted_value(match["month"]) or 0, match


def fields_in(text: str, context: Context) -> list[FieldSpec]:
    """The days that are spoken of: those that are named, else those that our letter asked for."""
    keys = keys_named(text, context, {"date", "daterange"}) or [
        problem.field for problem, row in context.messages.values() if problem.is_error and row < 0
    ]
    specs = [context.definition.spec(key) for key in dict.fromkeys(keys) if key]
    return [spec for spec in specs if spec and spec.kind in {"date", "daterange"}]


def of_field(
    text: str, parts: list[tuple[str, int, re.Match[str]]], spec: FieldSpec, context: Context
) -> Iterator[Edit]:
    days = days_of(spec, context)
    # «今年»: that of the days on which the activity is held
    held = [one for other in context.definition.field if other.kind == "daterange" for one in days_of(other, context)]
    year = held[0].year if held else 0
    for unit in ("year", "month"):
        said = [(value or year, match) for name, value, match in parts if name == unit]
        stood = {getattr(one, unit) for one in days}
        new = {value for value, match in said if value not in stood and not is_denied(text, match)}
        was = [match for value, match in said if value in stood]
        if len(new) != 1 or not days or not (was or UNITS[unit].search(text)):
            continue
        try:
            first, last = (one.replace(**{unit: next(iter(new))}) for one in (days[0], days[-1]))
        except ValueError:
            continue
        begin, end = min(match.start() for _, match in said), max(match.end() for _, match in said)
        at = next(match.start() for value, match in said if value in new)
        yield Edit(Addressed(spec.key, written(first, last), -1, text, old="?"), begin, end, at)


def is_denied(text: str, match: re.Match[str]) -> bool:
    return bool(DENIED.search(text[: match.start()]) or WROTE.search(text[: match.start()]))


def days_of(spec: FieldSpec, context: Context) -> tuple[date, ...]:
    """The first and the last day that stand in the field."""
    if spec.kind == "daterange":
        return stands_in(context, spec) or ()
    stood = context.form.plain(spec.key)
    return (stood,) if isinstance(stood, date) else ()
