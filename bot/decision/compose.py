"""The answer to a mail with forms, or with parts that could not be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.decision.brakes import no_answer
from bot.decision.facts import Case, KnownSubmission, Read
from bot.decision.model import Decision, Item, ItemState, MailKind, Reply, ReviewItem, Settled
from bot.decision.reply import item_of_part, item_of_settled, next_steps
from bot.decision.reviews import (
    reviews_of,
    reviews_of_others,
    reviews_of_parts,
    reviews_of_sender,
    reviews_of_unfinished,
)
from bot.decision.rules import Rules
from bot.decision.states import GONE, Outcome, ReviewReason, Status
from bot.decision.versions.settle import AS_BEFORE
from bot.decision.versions.standing import Standing, is_on_record, standing
from bot.forms.model import Form, Kind

FEW = 3  # forms in one mail, from which on each is told in short


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
    told = briefly([item_of_settled(one) for one in settled], settled, case.rules)
    items = (*told, *(item_of_part(part) for part in parts if part.problems))
    unread = tuple(part.path.rpartition("!/")[2] for part in parts if not part.problems)
    is_small = bool(told) and all(item.changed_only for item in told) and all(part.is_correct for part in parts)
    is_small = is_small and not any(one.is_pending for one in settled)
    template = template_of(outcome, {one.state for one in settled}, is_small=is_small)
    template = "draft" if any(one.is_draft for one in settled) else template
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
        context=standing_words(settled, case, template),
    )


# Of several activities in one mail: when, where, who, how many.
TELLING = frozenset({"daterange", "person", "phone", "mobile", "count"})


def briefly(items: Sequence[Item], settled: Sequence[Settled], rules: Rules) -> list[Item]:
    """*items*, each form of several that needs no correction by its main values: nobody reads three whole forms to find the one fault in the fourth."""
    whole = [item for item in items if item.kind is Kind.REGISTRATION and item.lines and not item.changed_only]
    if len(whole) < FEW:
        return list(items)
    return [
        in_short(item, one.form, rules) if item in whole and one.form.is_correct and not item.ocr else item
        for item, one in zip(items, settled, strict=True)
    ]


def in_short(item: Item, form: Form, rules: Rules) -> Item:
    definition, table = rules.definitions.form(form.definition), rules.current_form(Kind.SUMMARY)
    if definition is None:
        return item
    listed = {column.key for column in table.column} if table else set()
    keys = {spec.key for spec in definition.field if spec.kind in TELLING or spec.key in listed} - {definition.anchor}
    labels = {form.labels.get(key, key) for key in keys}
    lines = tuple(line for line in item.lines if line.label in labels)
    return replace(item, lines=lines, is_brief=True) if lines else item


def still_open(forms: Sequence[KnownSubmission], case: Case) -> str:
    """«“天文观测夜”（KP2023-0002）还有1处需要补正：联系电话», of those of which the sender may hear; empty where nothing is."""
    told = []
    for one in forms:
        labels = open_labels(one)
        if labels and standing(one, case, in_words=True) is not Standing.HELD:
            told.append(f"“{one.title}”（{one.ref}）还有{len(labels)}处需要补正：{'、'.join(labels)}")
    return "；".join(told)


def open_labels(one: KnownSubmission) -> list[str]:
    """What the fields are called that are to be put right in a form that stands."""
    names = one.content.get("labels", {})
    fields = dict.fromkeys(problem.field for problem in one.problems if problem.is_error and problem.field)
    return [str(names.get(key, key)) for key in fields]


def open_beside(settled: Sequence[Settled], case: Case) -> str:
    """The same of the other forms of the letter that is answered."""
    refs = {one.ref for one in settled}
    answered = (one for ref in case.known.answered if (one := case.known.ref(ref)) and one.status not in GONE)
    return still_open([one for one in answered if one.ref not in refs], case)


def standing_words(settled: Sequence[Settled], case: Case, template: str) -> dict[str, object]:
    """What the letter *template* must know of what stands."""
    if template == "updated":
        return {"open_beside": open_beside(settled, case)}
    if template == "confirm":
        return {"is_repeated": all(one.held_because == AS_BEFORE for one in settled if one.state is ItemState.WAITING)}
    if template == "draft":
        return {"stands": any(one.before for one in settled)}
    return (
        {"is_known": all(one.before and is_on_record(case, one.before) for one in settled)}
        if template == "held"
        else {}
    )


def conclude(
    case: Case,
    settled: Sequence[Settled],
    parts: Sequence[Form],
    number: int,
    notes: tuple[str, ...] = (),
) -> Decision:
    """Outcome, answer and what a person must see, once it is settled what is stored. *number* is the last reference given out."""
    read = case.read
    problems = [(form.path, problem) for form in parts for problem in form.problems]
    outcome = outcome_of(settled, [problem for _, problem in problems])
    reviews = [*reviews_of(settled), *reviews_of_sender(settled, case), *reviews_of_parts(problems)]
    reviews += [*reviews_of_others(parts), *reviews_of_unfinished(read)]
    ref = next((one.ref for one in settled), "")
    if not ref:
        ref, number = letter_reference(case, number)
    told = next((one.ref for one in settled if one.is_told), "" if settled else ref)
    reply = replace(compose(case, settled, parts, told, outcome), notes=(*notes, *notes_on_files(read, settled)))
    refusal = no_answer(case, template=reply.template, has_forms=bool(settled))
    if refusal:
        reviews.append(ReviewItem(ReviewReason.NOT_ANSWERED, refusal))
    elif read.message.program and settled and not case.known.sender_units:
        # Once for each address: afterwards it is one of the unit's.
        reviews.append(
            ReviewItem(
                ReviewReason.PROGRAM, f"由办公系统或群发地址发来（{read.message.program}），已登记，请留意", ref=ref
            )
        )
    if read.in_spam:
        reviews.append(ReviewItem(ReviewReason.FOUND_IN_SPAM, "此邮件在垃圾邮件文件夹中，请核对来信单位"))
    return Decision(
        outcome,
        refusal,
        settled=tuple(settled),
        reply=None if refusal else reply,
        reviews=tuple(reviews),
        ref=ref,
        last_number=number,
        file_problems=tuple(problems),
        units_of_paths={path: one.unit for one in settled for path in one.paths},
    )


def notes_on_files(read: Read, settled: Sequence[Settled]) -> list[str]:
    """What the readers have to say of the files whose forms were read (a hidden sheet was left out)."""
    taken = {path for one in settled for path in one.paths}
    notes = [f"附件“{d.name}”：{note}。" for d in read.documents if d.path in taken for note in d.notes]
    return list(dict.fromkeys(notes))[:5]


def letter_reference(case: Case, number: int) -> tuple[str, int]:
    """The reference of a letter without forms, and the highest number given out with it; an answer to a letter of ours keeps that of its thread."""
    given = case.known.given.get("") or case.known.thread
    return (given, number) if given else (case.rules.reference(number + 1), number + 1)


def outcome_of(settled: Sequence[Settled], problems: Sequence[Problem]) -> Outcome:
    if settled and all(one.state is ItemState.UNCHANGED for one in settled):
        return Outcome.UNCHANGED
    is_wrong = any(problem.is_error for problem in problems) or any(
        one.state is ItemState.NEEDS_CORRECTION or (one.state is ItemState.UNCHANGED and not one.form.is_correct)
        for one in settled
    )
    return Outcome.NEEDS_CORRECTION if is_wrong else Outcome.ACCEPTED


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
