"""The problems of a form as a correction mail lists them: their numbers, and the rows that they are about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.base.problems import Problem
from bot.forms.model import Form, Value

SAID_ROW = re.compile(r"^[^“”]{1,20}?第(\d{1,4})行")


def row_of(problem: Problem, form: Form) -> int:
    """The index of the summary row that a problem is about: by its place, or (a stored form has no places) by the row that its text
    names; -1 for the form itself."""
    placed = next((i for i, row in enumerate(form.rows) if stands_in(problem, row)), -1)
    if placed >= 0 or not form.rows:
        return placed
    said = SAID_ROW.search(problem.message)
    row = int(said[1]) - 1 if said else -1
    return row if row < len(form.rows) else -1


def stands_in(problem: Problem, row: Mapping[str, Value]) -> bool:
    value = row.get(problem.field)
    return bool(value and problem.place and value.place == problem.place)


def numbered_problems(form: Form, first: int) -> Mapping[int, tuple[Problem, int]]:
    """The errors by their number in the mail, each with the row it is about."""
    errors: Sequence[Problem] = [problem for problem in form.problems if problem.is_error]
    return {first + i: (problem, row_of(problem, form)) for i, problem in enumerate(errors)}
