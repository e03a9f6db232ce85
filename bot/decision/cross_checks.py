"""A mail's forms against each other and against what was sent before, as far as its sender may hear of that. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.problems import Code
from bot.base.replacing import replace
from bot.decision.facts import Case
from bot.decision.states import GONE
from bot.decision.versions.standing import is_listed, is_on_record
from bot.forms.model import Form
from bot.forms.together import KnownActivities, check_together
from bot.forms.units.assign import UnitGuess


def checked(pairs: Sequence[tuple[Form, UnitGuess]], case: Case) -> list[tuple[Form, UnitGuess]]:
    """The forms with the findings that only show when they are looked at together, and with what others told of the same activities."""
    before = KnownActivities(case.known.told, case.known.summarised)
    units = [guess.name or case.read.sender for _, guess in pairs]
    forms = check_together([form for form, _ in pairs], units, before, case.rules.definitions, case.rules.roster)
    return [
        (without_others(form) if has_others(guess.name, case) else form, guess)
        for form, (_, guess) in zip(forms, pairs, strict=True)
    ]


def has_others(unit: str, case: Case) -> bool:
    """Whether the unit has forms of which this sender is not to hear; the roster's own addresses may hear of all."""
    theirs = [one for one in case.known.submissions if one.unit == unit and one.status not in GONE]
    return not is_listed(case.read.sender, unit, case.rules) and any(not is_on_record(case, one) for one in theirs)


def without_others(form: Form) -> Form:
    """*form* without the findings that tell which other forms its unit has."""
    telling = {Code.NOT_IN_SUMMARY, Code.NOT_REGISTERED}
    return replace(form, problems=tuple(problem for problem in form.problems if problem.code not in telling))
