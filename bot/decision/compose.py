"""The answer to a mail with forms, or with parts that could not be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision.facts import Case
from bot.decision.model import ItemState, MailKind, Reply, Settled
from bot.decision.reply import item_of_part, item_of_settled, next_steps
from bot.decision.rules import Rules
from bot.decision.states import Outcome, Status
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
    told = [item_of_settled(one) for one in settled]
    items = (*told, *(item_of_part(part) for part in parts if part.problems))
    unread = tuple(part.path.rpartition("!/")[2] for part in parts if not part.problems)
    is_small = bool(told) and all(item.changed_only for item in told) and all(part.is_correct for part in parts)
    is_small = is_small and not any(one.is_pending for one in settled)
    template = template_of(outcome, {one.state for one in settled}, is_small=is_small)
    # Who is told what changed has the form.
    whole = [one.form for one, item in zip(settled, told, strict=True) if not item.changed_only]
    wrong = [form for form in (*whole, *parts) if not form.is_correct]
    guesses = list(dict.fromkeys((one.unit, one.unit_said) for one in settled))
    return Reply(
        MailKind.CORRECTION if outcome == Outcome.NEEDS_CORRECTION else MailKind.CONFIRMATION,
        template,
        ref,
        items=items,
        problems=tuple(problem for part in parts for problem in part.problems),
        links=case.read.message.cloud_links,
        unit="、".join(dict.fromkeys(item.unit for item in items if item.unit and item.ref)),
        unit_guess="；".join(dict.fromkeys(said for _, said in guesses if said)),
        not_understood=unread,
        attach=blanks(wrong, case.rules) if template == "correction" and wrong else (),
        next_steps=next_steps(case.rules.deadlines, case.now),
        with_steps=completes(settled) if template == "updated" else not case.known.replies.steps,
    )


def completes(settled: Sequence[Settled]) -> bool:
    """Whether a registration that was to be put right is right now."""
    return any(
        one.before is not None and one.before.status == Status.NEEDS_CORRECTION and one.form.is_correct
        for one in settled
        if one.form.kind is Kind.REGISTRATION
    )


def template_of(outcome: Outcome, states: set[ItemState], *, is_small: bool) -> str:
    """*is_small*: nothing came but small changes of forms that stand."""
    if outcome == Outcome.UNCHANGED:
        return "unchanged"
    if is_small:
        return "updated"
    if outcome == Outcome.NEEDS_CORRECTION:
        return "correction"
    if states == {ItemState.HELD}:
        return "held"
    if states <= {ItemState.HELD, ItemState.WAITING, ItemState.UNCHANGED} and ItemState.WAITING in states:
        return "confirm"
    return "confirmation"
