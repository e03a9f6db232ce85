"""What a sender answers to a correction in words -> the form with the changed values. Pure.

«联系电话：22217957», «1、时间改为9月18日», «1. 22217957» (the number in the list of problems), a line of the quoted list with
the answer behind it. What cannot be told for certain changes nothing and is handed back as not understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.forms.answer_lines import Addressed, address_lines, row_of
from bot.forms.checks import problems_of_fields
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.draft import Draft
from bot.forms.field_values import Reading, read_field, split_group
from bot.forms.labels import members
from bot.forms.model import Campaign, Fields, Form, Value
from bot.forms.text import is_blank
from bot.problems import Code, Problem

PLACE = "回信"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that the answer changed. ``row`` is the index in ``Form.rows``, -1 for the form's own fields."""

    key: str
    label: str
    before: Value
    after: Value
    row: int = -1


@dataclass(frozen=True, slots=True)
class Answers:
    """The form as it stands with the answers, what changed (in the order written), and the lines not understood."""

    form: Form
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()


def read_answers(new_text: str, form: Form, definitions: Definitions, campaign: Campaign, first: int = 1) -> Answers:
    """Apply what *new_text* says to *form*.

    *first* is the number that the form's first error had in the mail (a mail may list several forms' errors one after the
    other). Problems of changed fields are judged anew, all others stay; with a blank form every field is judged.
    """
    definition = definitions.form(form.definition)
    if definition is None:
        return Answers(form, unknown=tuple(line.strip() for line in new_text.splitlines() if line.strip()))
    said, unknown = address_lines(new_text, form, definition, first)
    state = State(dict(form.fields), [dict(row) for row in form.rows])
    for item in said:
        if not state.apply(item, definition, campaign):
            unknown.append(item.written)
    if not state.changes:
        return Answers(form, unknown=tuple(unknown))
    problems = tuple(judged(form, state, definition, definitions, campaign))
    anchor = state.fields.get(definition.anchor)
    title = anchor.value if anchor and definition.layout == "fields" and isinstance(anchor.value, str) else form.title
    changed = replace(form, fields=state.fields, rows=tuple(state.rows), problems=problems, title=title)
    return Answers(changed, tuple(state.changes), tuple(unknown))


@dataclass(slots=True)
class State:
    """The values while answers are put in, and the doubts that the new ones left."""

    fields: dict[str, Value]
    rows: list[dict[str, Value]]
    changes: list[Change] = field(default_factory=list)
    doubts: dict[int, Draft] = field(default_factory=dict)

    def apply(self, item: Addressed, definition: FormDefinition, campaign: Campaign) -> bool:
        """False where no certain value stands there."""
        parts = {item.target: item.text}
        if members(item.target):
            parts = split_group(definition, members(item.target), item.text)
        done = [
            self.put(spec, text, item, definition, campaign)
            for key, text in parts.items()
            if (spec := spec_of(definition, key, item.row)) and not is_blank(text)
        ]
        return any(done)

    def put(self, spec: FieldSpec, text: str, item: Addressed, definition: FormDefinition, campaign: Campaign) -> bool:
        reading = read_field(spec, text, campaign, definition.blank_phrases)
        if not is_certain(spec, reading):
            return False
        values = self.fields if item.row < 0 else self.rows[item.row]
        draft = self.doubts.setdefault(item.row, Draft())
        draft.doubts = [pair for pair in draft.doubts if pair[0] not in spec.keys]
        draft.doubts += [(doubt.key or spec.key, doubt) for doubt in reading.doubts]
        for key, value in reading.values.items():
            before = values.get(key, Value(None))
            values[key] = Value(value, text.strip(), PLACE)
            if before.value != value:
                self.changes.append(Change(key, spec.label, before, values[key], item.row))
        return True


def is_certain(spec: FieldSpec, reading: Reading) -> bool:
    """A value was read; of a time at least one day (or that it goes on all year), not only words."""
    if spec.kind == "daterange":
        ongoing = any(doubt.reason == "ongoing" for doubt in reading.doubts)
        return ongoing or any(reading.values.get(key) is not None for key in (spec.start, spec.end))
    return reading.values.get(spec.key) is not None


def spec_of(definition: FormDefinition, key: str, row: int) -> FieldSpec | None:
    specs = definition.field if row < 0 else definition.column
    return next((spec for spec in specs if key in spec.keys), None)


def judged(
    form: Form, state: State, definition: FormDefinition, definitions: Definitions, campaign: Campaign
) -> Iterator[Problem]:
    """The problems that stay, in their order, and those of the changed fields behind them."""
    blank = any(problem.code is Code.BLANK_FORM for problem in form.problems)
    changed = {(row, spec.key) for row, spec in touched(state, definition)}
    if blank:
        changed |= {(-1, spec.key) for spec in definition.field}
    for problem in form.problems:
        row = row_of(problem, form)
        if problem.code is not Code.BLANK_FORM and (row, problem.field) not in changed:
            yield problem
    for row in sorted({row for row, _ in changed}):
        specs = definition.field if row < 0 else definition.column
        fields: Fields = state.fields if row < 0 else state.rows[row]
        draft = Draft(fields=dict(fields), doubts=state.doubts.get(row, Draft()).doubts)
        names = [spec for spec in specs if (row, spec.key) in changed]
        called = definition.label if row < 0 else f"{definition.label}第{row + 1}行"
        yield from problems_of_fields(draft, definition, names, definitions, campaign, called)


def touched(state: State, definition: FormDefinition) -> Iterator[tuple[int, FieldSpec]]:
    """The fields that changed, and those that they make dispensable."""
    for change in state.changes:
        for spec in definition.field if change.row < 0 else definition.column:
            if change.key in spec.keys or change.key == spec.unless:
                yield change.row, spec
