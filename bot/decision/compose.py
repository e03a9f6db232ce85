"""The answer to a mail with forms, or with parts that could not be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision.facts import Case
from bot.decision.model import ItemState, MailKind, Reply, Settled
from bot.decision.reply import item_of_part, item_of_settled, next_steps
from bot.decision.rules import Rules
from bot.decision.states import Outcome
from bot.forms.model import Form, Kind


def blanks(wrong: Sequence[Form], rules: Rules) -> tuple[str, ...]:
    """The blank forms to attach: those of the forms to be corrected; the current form of each kind where nothing could be told."""
    current = [form for kind in (Kind.REGISTRATION, Kind.SUMMARY) if (form := rules.current_form(kind))]
    named = [form for one in wrong if (form := rules.definitions.form(one.definition)) and form.layout != "prose"]
    is_lost = not wrong or any(form.kind is Kind.UNRECOGNISED for form in wrong)
    return tuple(dict.fromkeys(f"blank:{form.name}" for form in (*named, *(current if is_lost else ()))))


def compose(
    case: Case,
    settled: Sequence[Settled],
    parts: Sequence[Form],
    ref: str,
    outcome: Outcome,
) -> Reply:
    """The answer to a mail with forms, or with parts that could not be read."""
    items = tuple(item_of_settled(one) for one in settled) + tuple(
        item_of_part(part) for part in parts if part.problems
    )
    unread = tuple(part.path.rpartition("!/")[2] for part in parts if not part.problems)
    states = {one.state for one in settled}
    if outcome == Outcome.UNCHANGED:
        template, kind = "unchanged", MailKind.CONFIRMATION
    elif outcome == Outcome.NEEDS_CORRECTION:
        template, kind = "correction", MailKind.CORRECTION
    elif states == {ItemState.HELD}:
        template, kind = "held", MailKind.CONFIRMATION
    elif states <= {ItemState.HELD, ItemState.WAITING, ItemState.UNCHANGED} and ItemState.WAITING in states:
        template, kind = "confirm", MailKind.CONFIRMATION
    else:
        template, kind = "confirmation", MailKind.CONFIRMATION
    wrong = [form for form in (*(one.form for one in settled), *parts) if not form.is_correct]
    attach = blanks(wrong, case.rules) if template == "correction" else ()
    guesses = list(dict.fromkeys((one.unit, one.unit_said) for one in settled))
    return Reply(
        kind,
        template,
        ref,
        items=items,
        problems=tuple(problem for part in parts for problem in part.problems),
        links=case.read.message.cloud_links,
        unit="、".join(dict.fromkeys(item.unit for item in items if item.unit and item.ref)),
        unit_guess="；".join(dict.fromkeys(said for _, said in guesses if said)),
        not_understood=unread,
        attach=attach,
        next_steps=next_steps(case.rules.deadlines, case.now),
    )
