"""What is wrong with single forms: required, format, dates within the campaign, numbers that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition, Former
from bot.forms.entry.draft import Draft
from bot.forms.model import Value, plain_text
from bot.forms.problem_texts import Said


class ReportFunction(Protocol):
    def __call__(self, spec: FieldSpec, code: Code, reason: str = "", written: str = "") -> None: ...


def chinese_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def said_of(spec: FieldSpec, form: str, campaign: Campaign, written: str = "", other: str = "") -> Said:
    """The words that fill a problem's text for one field."""
    return Said(
        form=form,
        label=spec.label,
        written=written,
        example=f"，例如 {spec.example}" if spec.example else "",
        starts=chinese_day(campaign.starts),
        ends=chinese_day(campaign.ends),
        year=str(campaign.year),
        other=other,
        choices="、".join(choice.label for choice in spec.choices),
    )


def problems_of_fields(
    draft: Draft,
    definition: FormDefinition,
    specs: Sequence[FieldSpec],
    definitions: Definitions,
    campaign: Campaign,
    form: str,
) -> list[Problem]:
    """Every problem of the values of one form or one row, in the order of the form's fields.

    A field with a doubt about its value is not also reported as missing. ``form`` is how the messages call it
    («申报表», «汇总表第3行»).
    """
    found: list[Problem] = []

    def report(spec: FieldSpec, code: Code, reason: str = "", written: str = "") -> None:
        value = draft.fields.get(spec.key)
        problem = definitions.problems.problem(
            code,
            said_of(spec, form, campaign, written),
            key=spec.key,
            reason=reason,
            form=definition.name,
            place=value.place if value else "",
        )
        if problem and not definition.strict and not is_left_empty(code, value):
            problem = replace(problem, severity=Severity.WARNING)
        if problem and problem not in found:
            found.append(problem)

    for spec in specs:
        doubts = [doubt for key, doubt in draft.doubts if key in spec.keys]
        for doubt in doubts:
            is_told = bool(doubt.reason) and not definition.strict  # words that are none of the options
            if doubt.code is Code.NOTHING_TICKED and not (spec.required or is_told):
                continue
            report(spec, doubt.code, doubt.reason, doubt.written)
        if draft.plain(spec.key) is None and not doubts:
            report_missing(spec, draft, report)
        if not any(doubt.code is Code.OUTSIDE_CAMPAIGN for doubt in doubts):
            outside = outside_campaign(spec, draft, campaign)
            if outside is not None:
                report(spec, Code.OUTSIDE_CAMPAIGN, outside, str(draft.plain(spec.key)))
        count = draft.plain(spec.key)
        if spec.kind == "count" and isinstance(count, int) and not in_bounds(spec, count):
            report(spec, Code.INVALID, "implausible", plain_text(count))
    return found


def is_left_empty(code: Code, value: Value | None) -> bool:
    """Nothing at all stands where the form asks for something."""
    return code in {Code.MISSING, Code.NOTHING_TICKED} and (value is None or is_blank(value.text))


def report_missing(spec: FieldSpec, draft: Draft, report: ReportFunction) -> None:
    if spec.required and spec.unless and draft.plain(spec.unless) is not None:
        report(spec, Code.MISSING, "other_phone")
    elif spec.required:
        report(spec, Code.NOTHING_TICKED if spec.kind == "choice" else Code.MISSING)
    elif spec.wanted:
        report(spec, Code.MISSING, "wanted")


def outside_campaign(spec: FieldSpec, draft: Draft, campaign: Campaign) -> str | None:
    """The reason (``partly`` or empty) where the time is not within the campaign; None where it is or is unknown.

    A vague period that only touches the campaign is left to the warning about its vagueness.
    """
    if spec.kind != "daterange":
        return None
    start, end = draft.plain(spec.start), draft.plain(spec.end)
    if not isinstance(start, date):
        return None
    last = end if isinstance(end, date) else start
    if campaign.starts <= start and last <= campaign.ends:
        return None
    overlaps = start <= campaign.ends and last >= campaign.starts
    vague = any(key == spec.key and doubt.reason == "vague" for key, doubt in draft.doubts)
    if overlaps and vague:
        return None
    return "partly" if overlaps else ""


def in_bounds(spec: FieldSpec, count: int) -> bool:
    return (spec.min is None or count >= spec.min) and (spec.max is None or count <= spec.max)


def blank_problem(definition: FormDefinition, definitions: Definitions, campaign: Campaign) -> Problem | None:
    """The form is printed but not filled."""
    said = Said(
        form=definition.title or definition.label, starts=chinese_day(campaign.starts), ends=chinese_day(campaign.ends)
    )
    return definitions.problems.problem(Code.BLANK_FORM, said, form=definition.name)


def former_problem(former: Former, definitions: Definitions, campaign: Campaign) -> list[Problem]:
    """The form is another campaign's, last year's: this year's is to be used."""
    own = [form.title or form.label for form in definitions.forms if form.layout != "prose"]
    said = Said(form=former.title, written=former.campaign, other="》《".join(own), year=str(campaign.year))
    problem = definitions.problems.problem(Code.OUTSIDE_CAMPAIGN, said, reason="form")
    return [problem] if problem else []


def problem_about(
    code: Code,
    spec: FieldSpec,
    definition: FormDefinition,
    definitions: Definitions,
    *,
    reason: str = "",
    written: str,
    other: str,
    value: Value | None,
) -> Problem | None:
    """A problem of one field that needs no date of the campaign; its place is that of *value*."""
    said = Said(form=definition.label, label=spec.label, written=written, other=other)
    return definitions.problems.problem(
        code, said, key=spec.key, reason=reason, form=definition.name, place=value.place if value else ""
    )
