"""«确认»: what waits for it takes effect when an address on record, and one that got our letter, says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.decision.compose import compose, outcome_of, still_open
from bot.decision.facts import AwaitedAct, Case, Known, KnownSubmission, Waiting
from bot.decision.model import Decision, ItemState, ReviewItem, Settled, StatusChange
from bot.decision.states import GONE, Outcome, ReviewReason, Status
from bot.decision.versions.content import key_of, stored_form
from bot.decision.versions.merging import merge
from bot.decision.versions.standing import Standing, standing
from bot.decision.words.granting import unit_named, unit_reply, withdrawal
from bot.decision.words.requests import Request
from bot.forms.model import Form

# Who says so takes all for settled; «收到» does not.
TAKES_FOR_SETTLED = re.compile(r"确认|确定|同意|无误|没有?问题|没错|正确|属实")


class Confirmed(Struct, frozen=True):
    """What takes effect. ``shown`` are the versions for the answer, of which ``stored`` are new ones (what stands had moved on)."""

    waiting: tuple[Waiting, ...]
    shown: tuple[Settled, ...] = ()
    stored: tuple[Settled, ...] = ()
    changes: tuple[StatusChange, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(one.id for one in self.waiting)


def confirmation(request: Request, case: Case) -> Decision | None:
    """«确认»: what waited for it takes effect, and is answered as if it had come just now."""
    found = confirm(request, case)
    if not isinstance(found, Confirmed):
        return found
    targets = [one for waiting in found.waiting if (one := case.known.with_drafts(waiting.ref))]
    if found.shown:
        outcome = outcome_of(found.shown, [])
        reply = compose(case, found.shown, (), found.shown[0].ref, outcome)
        reply = replace(reply, context={**reply.context, "confirmed": True})
        decision = Decision(Outcome.COMMAND, "confirmed", settled=found.stored, reply=reply, ref=found.shown[0].ref)
    elif found.waiting[0].act is AwaitedAct.UNIT:
        decision = unit_named(targets, found.waiting[0].unit)
    else:
        decision = withdrawal(targets, (), (), case)
    return replace(decision, changes=found.changes, confirmed=found.ids)


def confirm(request: Request, case: Case) -> Confirmed | Decision | None:
    """What the word confirms; or the answer where it may not, or where it is not certain what is meant; None where nothing waits for it."""
    known = case.known
    open_ones = [one for one in known.waiting if not one.is_done and in_force(one, known)]
    if not open_ones:
        return Decision(Outcome.LETTER, "courtesy only") if known.waiting else None
    stand = {one.ref: standing_of(one, case) for one in open_ones}
    mine = [one for one in open_ones if stand[one.ref] is not Standing.HELD]
    if not mine:
        detail = f"{case.read.sender} 来信“确认”，但不是原报送邮箱或未通过发信验证，没有生效"
        return Decision(
            Outcome.LETTER,
            "confirmation of another",
            reviews=(ReviewItem(ReviewReason.WORDS, detail),),
            ref=open_ones[0].ref,
        )
    meant = meant_by(request, mine)
    if not meant or any(stand[one.ref] is not Standing.FREE for one in meant):
        return ask_again(mine)
    return confirmed(meant, case)


def standing_of(one: Waiting, case: Case) -> Standing:
    current = in_force(one, case.known)
    return standing(current, case, in_words=True) if current else Standing.HELD


def in_force(one: Waiting, known: Known) -> KnownSubmission | None:
    """The version in force; of a form that is new, the one that waits."""
    return known.with_drafts(one.ref) or (one.version if one.base is None else None)


def meant_by(request: Request, mine: Sequence[Waiting]) -> list[Waiting]:
    """What the answered letter asked for; else what is named; else everything, if it came in one mail. None where that is not certain."""
    here = [one for one in mine if one.is_answered_here]
    if not here and request.versions:
        here = [one for one in mine if one.version and (one.ref, one.version.version) in request.versions]
    elif not here:
        here = [one for one in mine if not request.refs or one.ref in request.refs]
    return here if len({one.mail for one in here}) == 1 else []


def ask_again(mine: Sequence[Waiting]) -> Decision:
    """Which of several is meant, or who says so, is not certain: the list, in a letter that can be answered."""
    words = ["以下各项等待贵单位确认，请直接回复要确认的那封邮件，或照下面的写法回信写明是哪一项："]
    for one in mine:
        which = f" 第{one.version.version}版" if one.version else ""
        words.append(f"确认 {one.ref}{which}")
    ref = mine[0].ref
    return Decision(Outcome.COMMAND, "confirmation unclear", reply=unit_reply(ref, "", *words), ref=ref)


def confirmed(meant: Sequence[Waiting], case: Case) -> Confirmed:
    rules = case.rules
    shown: list[Settled] = []
    stored: list[Settled] = []
    changes: list[StatusChange] = []
    for one in meant:
        current = case.known.ref(one.ref)
        if current is None and one.version is not None and one.base is None:
            first = as_settled(one.version, None, stored_form(one.version, case.rules.definitions))
            shown.append(first)
            changes.append(StatusChange(one.version.id, one.ref, first.status, is_confirmed=True))
            continue
        if one.act is AwaitedAct.WITHDRAW:
            gone = case.known.with_drafts(one.ref)
            changes += [StatusChange(gone.id, one.ref, Status.WITHDRAWN)] if gone and gone.status not in GONE else []
        elif current is None:
            continue
        elif one.act is AwaitedAct.UNIT:
            changes.append(StatusChange(current.id, one.ref, current.status, unit=one.unit))
        elif one.version and (one.base is None or one.base.id == current.id):
            settled = as_settled(one.version, current, stored_form(one.version, rules.definitions))
            shown.append(settled)
            changes.append(StatusChange(one.version.id, one.ref, settled.status, is_confirmed=True))
        elif one.version and one.base:
            # Who answers the very letter that asked wants what it asked, whatever was changed since.
            merged = merge(one.version, one.base, current, rules.definitions, wins=one.is_answered_here).version
            settled = as_settled(merged, current, stored_form(merged, rules.definitions))
            settled = replace(settled, version=case.known.next_version(current))
            shown.append(settled)
            stored.append(settled)
            changes.append(StatusChange(one.version.id, one.ref, Status.REJECTED, is_confirmed=True))
    return Confirmed(tuple(meant), tuple(shown), tuple(stored), tuple(changes))


def as_settled(version: KnownSubmission, before: KnownSubmission | None, form: Form) -> Settled:
    return Settled(
        form=form,
        unit=version.unit,
        unit_said="",
        ref=version.ref,
        version=version.version,
        state=(ItemState.UPDATED if before else ItemState.NEW) if form.is_correct else ItemState.NEEDS_CORRECTION,
        is_late=version.is_late,
        match_key=version.match_key,
        name_key=key_of(form),
        content=version.content,
        content_hash=version.content_hash,
        before=before,
    )


def still_lacking(words: str, targets: Sequence[KnownSubmission], case: Case) -> str:
    """What a «确认» is told that settles nothing while the form that it answers for is not right; empty where all is."""
    if not TAKES_FOR_SETTLED.search(words):
        return ""
    told = still_open(targets, case)
    return f"来信已收到。{told}，请直接回复本邮件写明要填的内容，一行写一处。" if told else ""
