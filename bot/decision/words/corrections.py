"""An answer in words to a correction mail: the values that it names change the very form that it answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.decision.facts import IN_WORDS, Case, Known, KnownSubmission
from bot.decision.model import Item, ItemState, MailKind, Reply, Settled
from bot.decision.reply import title_of
from bot.decision.states import Status
from bot.decision.versions.content import content_of, hash_of, key_of, stored_form
from bot.decision.versions.settle import STATES
from bot.decision.versions.standing import Standing, standing, why_not
from bot.decision.words.requests import REF
from bot.decision.words.said_beside import ASKS, quoted
from bot.forms.definitions import Definitions
from bot.forms.labels.index import members
from bot.forms.model import Kind
from bot.forms.units.assign import Ground, from_name
from bot.statements.values.answers import Answers, read_answers
from bot.statements.wording.words import is_courtesy, says_attached

SHARED = {"person", "phone", "mobile", "email", "unit"}
LACKING = "来信提到了附件或改好的表格，但我们没有收到附件，请检查后重新添加附件发送。"
TRIED = re.compile(
    r"改为|改成|改到|改在|更改|更正|修改|变更|换成|换为|应为|应是|调整为|撤回|撤销|取消|推迟|延期|提前|[\u4e00-\u9fff]{2,8}[：:]\s*\S"
)
# «受理号 KP2023-0007 的…»: which form is meant is known; what is left says what of it.
NAMED = re.compile(
    rf"[【\[（(]?\s*(?:受理号|编号)?\s*[:：为]?\s*{REF}(?:·\w{{4}})?\s*[】\]）)]?\s*(?:的|这[份项个])?[\s，,:：]*"
)
MOST_LINES = 60  # an answer is short; what is longer is a letter


def settle_answers(case: Case) -> tuple[list[Settled], tuple[str, ...]]:
    """The forms that the mail's words change, and the lines that no form could make sense of.

    The numbers of the problem list run through all forms of the answered mail, as the correction mail counted them.
    """
    rules = case.rules
    text = NAMED.sub(" ", case.read.message.new_text)
    if not text.strip() or text.count("\n") > MOST_LINES:
        return [], ()
    found: list[Found] = []
    unknown: list[set[str]] = []
    lines: dict[str, None] = {}
    first = 1
    for target in targets(case.known):
        form = stored_form(target, rules.definitions)
        answers = read_answers(text, form, rules.definitions, rules.campaign, first)
        first += sum(problem.is_error for problem in form.problems)
        unknown.append(set(answers.unknown))
        lines.update(dict.fromkeys(answers.unknown))
        if answers.changes:
            asked = frozenset(problem.field for problem in form.problems)
            found.append(Found(target, answers, asked & {change.key for change in answers.changes}))
    kept = meant(found, rules.definitions)
    settled = [changed(one.target, one.answers, case) for one in kept]
    nobodys = set.intersection(*unknown) if unknown else set()
    if found and not kept:
        nobodys |= {line.strip() for line in text.splitlines() if line.strip() and not is_courtesy(line)}
        lines.update(dict.fromkeys(line.strip() for line in text.splitlines()))
    return settled, tuple(line for line in lines if line in nobodys)


def names_value(case: Case, *, of_the_form: bool) -> bool:
    """Whether the words name a value of one of the forms, put in or not. *of_the_form*: one that it was asked for, or that is nobody's
    address (every office writes its own telephone below what it sends)."""
    rules = case.rules
    text, first = case.read.message.new_text, 1
    for target in targets(case.known):
        form = stored_form(target, rules.definitions)
        definition = rules.definitions.form(form.definition)
        answers = read_answers(text, form, rules.definitions, rules.campaign, first)
        first += sum(problem.is_error for problem in form.problems)
        asked = {problem.field for problem in form.problems}
        named = {*answers.withheld, *(change.key for change in answers.changes)}
        for key in (key for target in named for key in members(target) or (target,)):
            spec = definition.spec(key) if definition else None
            if not of_the_form or key in asked or (spec is not None and spec.kind not in SHARED):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Found:
    """A form that the answer could be about. ``asked``: the changed fields in which it had a problem."""

    target: KnownSubmission
    answers: Answers
    asked: frozenset[str]


def meant(found: Sequence[Found], definitions: Definitions) -> list[Found]:
    """The forms that the answer is about, where several came in one mail.

    «联系电话：…» without a number is meant for those that were asked about it. Where none or several were asked, one person's data may
    go to all; another day or place cannot be meant for several activities at once, and nothing is changed. A table of the same mail
    follows its one form.
    """
    if len(found) < 2:
        return list(found)
    if any(one.asked for one in found):
        found = [one for one in found if one.asked]
    forms = [one for one in found if one.target.kind is not Kind.SUMMARY]
    if len(forms) < 2 or (all(one.asked for one in forms) and all(is_shared(one, definitions) for one in forms)):
        return list(found)
    told = [told_by(one) for one in forms]
    return list(found) if all(a.isdisjoint(b) for i, a in enumerate(told) for b in told[:i]) else []


def told_by(one: Found) -> set[str]:
    """The words that were taken for this form: numbers and names may give each form its own."""
    return {f"{change.key}={change.after.text}" for change in one.answers.changes}


def is_shared(one: Found, definitions: Definitions) -> bool:
    definition = definitions.form(one.answers.form.definition)
    specs = [definition.spec(change.key) for change in one.answers.changes] if definition else []
    return all(spec is not None and spec.kind in SHARED for spec in specs)


def not_understood_notes(lines: Sequence[str], *, is_taught: bool = False) -> tuple[str, ...]:
    """What the sender is told of lines that changed nothing: whoever tried to change something also learns how to (*is_taught*: the
    answer itself says that)."""
    if not lines:
        return ()
    told = f"来信中的{quoted(lines)}已转工作人员，会尽快答复您。"
    if is_taught or not any(TRIED.search(line) or re.search(r"\d", line) for line in lines if not ASKS.search(line)):
        return (told,)
    return (f"{told}如是要更正表中内容，请写明栏目，一行写一处，例如“活动地点：晋江市图书馆三楼”，收到后即更正。",)


def how_to_answer(case: Case, unknown: Sequence[str]) -> Reply | None:
    """What tells the sender of words that were not understood how to answer.

    None where nothing is open, asked or tried, and for whoever may not change these forms: a stranger is told nothing about them.
    """
    mine = [one for one in targets(case.known) if standing(one, case, in_words=True) is not Standing.HELD]
    text = case.read.message.new_text
    files = tuple(document.name for document in case.read.documents if not document.is_body)
    is_lacking = says_attached(text) and not files
    is_open = any(problem.is_error for one in mine for problem in one.problems)
    if not mine or not (is_open or is_lacking or TRIED.search(text) or ASKS.search(text)):
        return None
    notes = (LACKING,) if is_lacking else not_understood_notes(unknown, is_taught=True)
    items = tuple(
        Item(
            one.kind,
            ItemState.NEEDS_CORRECTION if any(problem.is_error for problem in one.problems) else ItemState.UNCHANGED,
            title_of(stored_form(one, case.rules.definitions)),
            "",
            one.ref,
            one.version,
            one.unit,
            problems=one.problems,
        )
        for one in mine
    )
    return Reply(
        MailKind.ANSWER,
        "not_understood",
        mine[0].ref,
        items=items,
        unit=mine[0].unit,
        notes=notes,
        not_understood=files,
    )


def targets(known: Known) -> list[KnownSubmission]:
    """The forms of the mail that is answered, in the order in which its answer listed them."""
    # What a person sent back is put right in words, too.
    found = [one for ref in known.answered if (one := known.ref(ref)) and one.status != Status.WITHDRAWN]
    return sorted(found, key=lambda one: one.id)


def changed(target: KnownSubmission, answers: Answers, case: Case) -> Settled:
    form = answers.form
    content = {**target.content, **content_of(form), IN_WORDS: True}
    found = standing(target, case, in_words=True)
    named = (
        from_name(form.text("reporting_unit"), case.rules.roster)
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
        version=case.known.next_version(target),
        state=correct if found is Standing.FREE else STATES[found],
        is_late=target.is_late,
        match_key=key_of(form) if renamed else target.match_key,
        name_key=key_of(form),
        content=content,
        content_hash=hash_of(content),
        before=target,
        held_because=why_not(target, case, in_words=True),
    )
