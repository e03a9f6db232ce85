"""What a letter changes of the forms that it is about: values that are certain take effect, what is not certain is proposed. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.base.expressions import LaterCall
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.decision.facts import IN_WORDS, Case, KnownSubmission
from bot.decision.model import ItemState, Settled
from bot.decision.states import GONE
from bot.decision.versions.content import content_of, hash_of, key_of
from bot.decision.versions.merging import OF_ONE_VERSION
from bot.decision.versions.settle import STATES
from bot.decision.versions.standing import Standing, standing, why_not
from bot.decision.words.about import heard_by_form
from bot.forms.definitions import Definitions
from bot.forms.model import Form, Kind, plain_text
from bot.forms.units.assign import Ground, from_name
from bot.statements.model import Answers, Change, Said
from bot.statements.wording.automatic import OWN_LABEL
from bot.statements.wording.phrases.contacts import ANOTHER_PERSON

if TYPE_CHECKING:
    from bot.statements.edits.days import days_in
else:  # asked of few letters, and all that reads values stands behind it
    days_in = LaterCall("bot.statements.edits.days", "days_in")

SHARED = {"person", "phone", "mobile", "email", "unit"}
IN_A_SENTENCE = 2  # changes of one form
MOST_TOLD = 5  # to a person
NOT_CERTAIN = "来信所写不够明确，已请来信人回复“确认”；也可由工作人员核实后通过"


# «两场的时间对调一下：显微镜那场21日，种子那场19日»
SWAPS = re.compile(r"对调|互换|调换|互相换")


def settle_changes(case: Case) -> list[Settled]:
    """The forms that the letter's words change for certain, each in its next version."""
    found = found_in(case)
    kept = found if case.read.letter.names_forms else forms_meant(found, case.rules.definitions)
    if len(kept) == 1 and SWAPS.search(case.read.message.new_text) and len(heard_by_form(case)) > 1:
        return []  # one half of it
    return [changed(one.target, one.answers.form, one.answers.changes, case) for one in kept]


def settle_proposals(case: Case, settled: Sequence[Settled]) -> list[tuple[Settled, tuple[Change, ...]]]:
    """What the letter may want to change, as versions that wait for a «确认», with the changes that they hold."""
    told = heard_by_form(case)
    put_in = {(change.key, change.after.text) for _, answers in told for change in answers.changes}
    open_ones = [
        (target, answers)
        for target, answers in told
        # What another of the forms took for certain is no proposal for this one; nor is what this one took otherwise («只勾了展览展示，其实还有…»).
        if answers.proposed is not None
        and any((one.key, one.after.text) not in put_in for one in answers.proposals)
        and not {one.key for one in answers.proposals} <= {one.key for one in answers.changes}
        and not is_in_case(answers)
    ]
    if case.read.letter.of(Said.CONTACT):
        # Never another one's telephone under the name that stands, nor anybody's in what no longer stands.
        is_another = any(ANOTHER_PERSON.search(one.words) for one in case.read.letter.of(Said.CONTACT))
        open_ones = [
            (target, answers)
            for target, answers in open_ones
            if target.status not in GONE
            and (not is_another or any(change.key == "contact_person" for change in answers.proposals))
        ]
    elif len(open_ones) != 1 and not case.read.letter.names_forms:
        return []  # of which form it may speak is not certain either
    return [
        (waiting(target, answers, sum(one.ref == target.ref for one in settled), case), answers.proposals)
        for target, answers in open_ones
    ]


# «下雨的话移到室内体育馆，备选»: nobody wants that now.
IN_CASE = re.compile(r"下雨|雨天|天气不|如遇|若遇|万一|备[选用]")


def is_in_case(answers: Answers) -> bool:
    """Whether what may be proposed is said of what may happen."""
    keys = {one.key for one in answers.proposals}
    return any(IN_CASE.search(one.written) for one in answers.heard if one.key in keys and not one.certain)


def waiting(target: KnownSubmission, answers: Answers, after: int, case: Case) -> Settled:
    """*target* with what the letter may want of it; *after*: how many versions of it the letter puts in beside. It waits for its writer's
    «确认», or for a person where that is no word of theirs."""
    form = answers.proposed or answers.form
    version = changed(target, form, answers.proposals, case)
    version = replace(version, version=version.version + after)
    return (
        version
        if version.state is ItemState.HELD
        else replace(
            version,
            state=ItemState.WAITING,
            held_because=f"{NOT_CERTAIN}：{'，'.join(told_changes(answers.proposals)[:MOST_TOLD])}",
        )
    )


def asks_whether(proposed: Sequence[tuple[Settled, Sequence[Change]]]) -> str:
    """«您是否要把“联系电话”改为 0595-…？»; of several forms each with its name, those alike together; many changes one a line."""
    forms: dict[tuple[str, ...], list[str]] = {}
    for settled, proposals in proposed:
        name = f"{settled.ref}“{shown(settled.before.title)}”" if settled.before and len(proposed) > 1 else ""
        forms.setdefault(tuple(told_changes(proposals)), []).append(name)
    yes = "是的话请直接回复本邮件“确认”，确认之前不作改动。"
    if all(len(changes) <= IN_A_SENTENCE for changes in forms):
        told = "，并把".join(
            f"{'、'.join(names)}{'的' if any(names) else ''}{'、'.join(changes)}" for changes, names in forms.items()
        )
        return f"您是否要把{told}？{yes}"
    lists = [
        "\n".join((f"{'、'.join(names)}：" if any(names) else "", *(f"　　{one}" for one in changes))).strip("\n")
        for changes, names in forms.items()
    ]
    return "\n".join(("您是否要作以下改动？", *lists, yes))


def told_changes(proposals: Sequence[Change]) -> list[str]:
    told = []
    for one in proposals:
        if one.key in {"start_date", "end_date"} and len(proposals) > 1:
            continue
        old = plain_text(one.before.value)
        was = f"由“{shown(old)}”" if old else ""
        told.append(f"“{one.label}”{was}改为“{shown(plain_text(one.after.value))}”")
    return told


def shown(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"


class Found(Struct, frozen=True):
    """A form that the letter could be about. ``asked``: the changed fields in which it had a problem."""

    target: KnownSubmission
    answers: Answers
    asked: frozenset[str]


def found_in(case: Case) -> list[Found]:
    found = []
    for target, answers in heard_by_form(case):
        if answers.changes:
            asked = frozenset(problem.field for problem in target.problems)
            found.append(Found(target, answers, asked & {change.key for change in answers.changes}))
    return found


def forms_meant(found: Sequence[Found], definitions: Definitions) -> list[Found]:
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
    told = [words_for(one) for one in forms]
    return list(found) if all(a.isdisjoint(b) for i, a in enumerate(told) for b in told[:i]) else []


def words_for(one: Found) -> set[str]:
    """The words that were taken for this form: numbers and names may give each form its own."""
    return {f"{change.key}={change.after.text}" for change in one.answers.changes}


def is_shared(one: Found, definitions: Definitions) -> bool:
    definition = definitions.form(one.answers.form.definition)
    specs = [definition.spec(change.key) for change in one.answers.changes] if definition else []
    return all(spec is not None and spec.kind in SHARED for spec in specs)


def names_value(case: Case, *, of_the_form: bool, reach: bool = True, by_own_label: bool = False) -> bool:
    """Whether the words name a value of one of the forms, put in or not. *of_the_form*: one that it was asked for, or that is nobody's
    address (every office writes its own telephone below what it sends); *reach*: be it a person's number or address; *by_own_label*: with a
    label that no opening hours have."""
    for target, answers in heard_by_form(case):
        definition = case.rules.definitions.form(answers.form.definition)
        asked = {problem.field for problem in target.problems}
        for one in answers.heard:
            spec = definition.spec(one.key) if definition else None
            # A number or a place without its label is anybody's.
            if (
                spec is None
                or one.value is None
                or not any(squeeze(name) in squeeze(one.written) for name in spec.names)
            ):
                continue
            if by_own_label and not OWN_LABEL.match(one.written):
                continue
            if not reach and spec.kind in SHARED:
                continue
            if not of_the_form or one.key in asked or spec.kind not in SHARED:
                return True
    return False


def changed(target: KnownSubmission, form: Form, changes: Sequence[Change], case: Case) -> Settled:
    """The next version of *target*, with the values of *form*."""
    stood = {key: value for key, value in target.content.items() if key not in OF_ONE_VERSION}
    content = {**stood, **content_of(form), IN_WORDS: True}
    found = standing(target, case, in_words=True)
    is_renamed = any(change.key == "reporting_unit" for change in changes)
    named = from_name(form.text("reporting_unit"), case.rules.roster) if is_renamed else None
    correct = ItemState.UPDATED if form.is_correct else ItemState.NEEDS_CORRECTION
    return Settled(
        form=form,
        unit=named.name if named else target.unit,
        unit_said=named.said if named and named.ground is not Ground.FORM else "",
        ref=target.ref,
        version=case.known.next_version(target),
        state=correct if found is Standing.FREE else STATES[found],
        is_late=target.is_late,
        match_key=key_of(form) if key_of(form) != target.name_key else target.match_key,
        name_key=key_of(form),
        content=content,
        content_hash=hash_of(content),
        before=target,
        held_because=why_not(target, case, in_words=True),
    )


def is_repeated(change: Change) -> bool:
    """«9月21日上午», where «2023年9月21日上午» stands."""
    old, new = squeeze(plain_text(change.before.value)), squeeze(plain_text(change.after.value))
    return change.key == "activity_time" and bool(new) and old.endswith(new)


# «活动延期一周», beside the form: from which day on, that of the form or of the one before it, nobody can tell.
MOVES = re.compile(r"[推延]|顺[延移]|提[前早]|[往朝]?[前后](?:挪|移|错)|[挪移改]后")


def only_moves(words: str) -> bool:
    """Whether *words* move the days without naming one."""
    return bool(MOVES.search(words)) and not days_in(words, None)


def is_moved(answers: Answers) -> bool:
    return any(one.certain and one.key == "activity_time" and only_moves(one.written) for one in answers.heard)


def corrected(forms: Sequence[Form], answers: Sequence[Answers]) -> tuple[list[Form], list[str]]:
    """Forms as the letter beside them corrects them, and what the sender is told of it: «按来信更正…»."""
    now: list[Form] = []
    notes: list[str] = []
    several = sum(bool(one.changes) for one in answers[: len(forms)]) > 1
    for form, one in zip(forms, answers, strict=False):
        if not one.changes or several or is_moved(one):
            now.append(form)  # of which of several forms it speaks, or from when on it counts, is for a person
            continue
        told = [change for change in one.changes if change.key not in {"start_date", "end_date"}]
        if len(told) == len(one.changes) and all(map(is_repeated, told)):
            now.append(form)  # the letter only says shorter what stands there: the same days without the year
            continue
        now.append(one.form)
        for change in told:
            old = plain_text(change.before.value)
            now_is = f"“{shown(plain_text(change.after.value))}”"
            told_as = f"更正为{now_is}（表中为“{shown(old)}”）" if old else f"补上：{now_is}（表中未填）"
            notes.append(f"“{change.label}”已按来信{told_as}。")
    return [*now, *forms[len(now) :]], notes
