"""An answer in words to a correction mail: the values that it names change the very form that it answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.forms.answers import Answers, read_answers
from bot.forms.definitions import Definitions, FieldSpec
from bot.forms.model import Fields, Form, Plain, Value
from bot.known import Known, KnownSubmission
from bot.replies.model import ItemState
from bot.rules import Read, Rules
from bot.settle import GONE, Settled, content_of, hash_of, key_of, may_replace
from bot.units import Ground, from_name

IN_WORDS = "answered_in_words"  # this version came from words: its mail holds no form to be read again
MOST_LINES = 60  # an answer is short; what is longer is a letter


def settle_answers(read: Read, known: Known, rules: Rules) -> tuple[list[Settled], tuple[str, ...]]:
    """The forms that the mail's words change, and the lines that no form could make sense of.

    The numbers of the problem list run through all forms of the answered mail, as the correction mail counted them.
    """
    text = read.message.new_text
    if not text.strip() or text.count("\n") > MOST_LINES:
        return [], ()
    found: list[tuple[KnownSubmission, Answers, frozenset[str]]] = []
    unknown: list[set[str]] = []
    lines: tuple[str, ...] = ()
    first = 1
    for target in targets(known):
        form = stored_form(target, rules.definitions)
        answers = read_answers(text, form, rules.definitions, rules.campaign, first)
        first += sum(problem.is_error for problem in form.problems)
        unknown.append(set(answers.unknown))
        lines = lines or answers.unknown
        if answers.changes:
            asked = frozenset(problem.field for problem in form.problems)
            found.append((target, answers, asked & {change.key for change in answers.changes}))
    # «联系电话：…» without a number, where several forms came in one mail, is meant for those that were asked about it.
    if len(found) > 1 and any(asked for _, _, asked in found):
        found = [one for one in found if one[2]]
    settled = [changed(target, answers, read, rules) for target, answers, _ in found]
    nobodys = set.intersection(*unknown) if unknown else set()
    return settled, tuple(line for line in lines if line in nobodys)


def targets(known: Known) -> list[KnownSubmission]:
    """The forms of the mail that is answered, in the order in which its answer listed them."""
    found = [one for ref in known.answered if (one := known.ref(ref)) and one.status not in GONE]
    return sorted(found, key=lambda one: one.id)


def changed(target: KnownSubmission, answers: Answers, read: Read, rules: Rules) -> Settled:
    form = answers.form
    content = {**target.content, **content_of(form), IN_WORDS: True}
    held = may_replace(target, target.unit, read, rules)
    named = (
        from_name(form.text("reporting_unit"), rules.roster)
        if any(c.key == "reporting_unit" for c in answers.changes)
        else None
    )
    correct = ItemState.UPDATED if form.is_correct else ItemState.NEEDS_CORRECTION
    renamed = key_of(form) != target.name_key
    return Settled(
        form=form,
        unit=named.name if named else target.unit,
        unit_said=named.said if named and named.ground is not Ground.FORM else "",
        ref=target.ref,
        version=target.version + 1,
        state=ItemState.HELD if held else correct,
        is_late=target.is_late,
        match_key=key_of(form) if renamed else target.match_key,
        name_key=key_of(form),
        content=content,
        content_hash=hash_of(content),
        before=target,
        held_because=held,
    )


def stored_form(known: KnownSubmission, definitions: Definitions) -> Form:
    """A stored version as the form that it was read from."""
    content = known.content
    definition = definitions.form(str(content.get("definition", ""))) or definitions.of_kind(known.kind)
    fields = dict(content.get("fields", {}))
    return Form(
        kind=known.kind,
        path=known.source_path,
        format="",
        fields=values(fields, definition.field if definition else ()),
        rows=tuple(values(row, definition.column if definition else ()) for row in content.get("rows", [])),
        problems=known.problems,
        definition=definition.name if definition else "",
        labels=dict(content.get("labels", {})),
        title=known.title,
        ocr=False,
    )


def values(stored: dict[str, Any], specs: Sequence[FieldSpec]) -> Fields:
    return {key: Value(from_plain(key, value, specs)) for key, value in stored.items()}


def from_plain(key: str, value: Any, specs: Sequence[FieldSpec]) -> Plain:
    """The value that JSON made plain: days are days again, lists are tuples."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    spec = next((spec for spec in specs if key in spec.keys), None)
    is_day = spec is not None and (spec.kind == "date" or (spec.kind == "daterange" and key != spec.key))
    if is_day and isinstance(value, str):
        return date.fromisoformat(value)
    return value if value is None or isinstance(value, (str, int)) else str(value)
