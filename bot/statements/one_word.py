"""Letters of one word: what looks like a name below a letter, or like courtesy, is the answer to what was asked. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.replacing import replace
from bot.forms.definitions import Definitions, FieldSpec
from bot.forms.model import Form
from bot.statements.clauses import Plainly, Segment
from bot.statements.edits.picked import picked
from bot.statements.wording.signature import kind_of

PERSON = "person"  # the kind of a field, and of a line of a signature


def asked_specs(listed: Sequence[Form], definitions: Definitions) -> list[FieldSpec]:
    """The fields that have an error."""
    return [
        spec
        for form in listed
        if (definition := definitions.form(form.definition))
        for problem in form.problems
        if problem.is_error and problem.field and (spec := definition.spec(problem.field))
    ]


def with_one_word(segments: list[Segment], asked: Sequence[FieldSpec]) -> list[Segment]:
    """Where a person was asked for, a name is the answer of a letter that says nothing else, and so is an option: «蔡建国，谢谢», «老人。»."""
    words = [one.text.strip(" ，,。.！!\n") for one in segments]
    is_person = any(spec.kind == PERSON for spec in asked)
    names = [
        number
        for number, one in enumerate(words)
        if (is_person and kind_of(one) == PERSON) or any(spec.choices and picked(one, spec) for spec in asked)
    ]
    if len(names) != 1 or not all(isinstance(one.kind, Plainly) for one in segments):
        return segments
    return [replace(one, kind=None) if number == names[0] else one for number, one in enumerate(segments)]
