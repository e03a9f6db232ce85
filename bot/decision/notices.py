"""Whoever is on record for a form is told of each change to it, wherever that came from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.decision.facts import Case, KnownSubmission
from bot.decision.model import Decision, Item, ItemState, Notice
from bot.decision.reply import lines_of, written_in
from bot.decision.rules import Rules
from bot.decision.states import Status, status_label
from bot.decision.versions.content import stored_form
from bot.decision.versions.standing import address_of_origin, hearers, speaks_for_office, unit_at
from bot.decision.words.granting import as_it_takes_effect, name_of, unit_reply
from bot.forms.model import Form

BY_PERSON = "以上由工作人员办理。"
NOT_YOURS = "如不是贵单位的意思，请尽快回复本邮件或与我们联系。"
SHOWN = 30  # changed values


class Changed(Struct, frozen=True):
    """One change that took effect: what stood *before*, what was done (Chinese), and the form as it stands now where its values changed."""

    before: KnownSubmission
    done: str
    now: Form | None = None
    unit: str = ""


def changes_in(decision: Decision, case: Case) -> Iterator[Changed]:
    """What this decision changes of the forms that stood."""
    known = case.known
    for one in decision.settled:
        if one.before is not None and one.own is None and one.is_stored and not one.is_pending:
            yield Changed(one.before, "已更新", one.form, one.unit)
    for change in decision.changes:
        before = known.ref(change.ref)
        if before is None:
            continue
        waited = [
            one for one in (*known.held, *(w.version for w in known.waiting)) if one and one.id == change.submission
        ]
        if change.unit:
            yield Changed(before, f"填报单位已改为“{change.unit}”", unit=change.unit)
        elif change.merged_into:
            yield Changed(before, f"与 {change.merged_into} 是同一项活动，已并入 {change.merged_into}，以那一份为准")
        elif change.status == Status.WITHDRAWN:
            why = f"（{change.reason}）" if change.reason else ""
            yield Changed(before, f"{status_label(change.status)}{why}")
        elif waited and change.status != Status.REJECTED:
            now = as_it_takes_effect(waited[0], case).version
            yield Changed(before, "已更新", stored_form(now, case.rules.definitions), now.unit)


def notices_of(changes: Iterable[Changed], by: str, told: Iterable[str], case: Case) -> tuple[Notice, ...]:
    """One letter for each address on record that is not among *told*. *by*: who changed it, as the letter says it."""
    letters: dict[str, list[Changed]] = {}
    for one in changes:
        for address in sorted(hearers(one.before, case, one.unit) - set(told)):
            letters.setdefault(address, []).append(one)
    return tuple(letter(address, found, by, case.rules) for address, found in letters.items())


def handed_on(decision: Decision, case: Case) -> tuple[Notice, ...]:
    """Of new forms that a coordinator hands on, the answer as it goes to the unit: to the addresses on record, its own forms only."""
    rules = case.rules
    reply = decision.reply
    if reply is None or not speaks_for_office(case):
        return ()
    letters: dict[tuple[str, str], Notice] = {}
    for one in decision.settled:
        if one.before is not None or one.own is not None or one.is_pending or not one.unit:
            continue
        match = rules.roster.match(one.unit)
        on_record = {other.from_addr for other in case.known.submissions if other.unit == one.unit}
        on_record |= {
            address_of_origin(case, one.form, one.unit, None),
            *(match.unit.emails if match is not None else ()),
        }
        theirs = [other.ref for other in decision.settled if other.unit == one.unit]
        items = tuple(item for item in reply.items if item.ref in theirs)
        told = replace(
            reply, ref=theirs[0], items=items, unit=one.unit, notes=(), problems=(), links=(), not_understood=()
        )
        for address in sorted(on_record - {case.read.sender, *rules.coordinators, *rules.own, *rules.never_answer, ""}):
            letters[address, one.unit] = Notice(address, told, subject="报送材料已登记")
    return tuple(letters.values())


def letter(address: str, found: Sequence[Changed], by: str, rules: Rules) -> Notice:
    """What was changed, form by form: each value as it stands now, and what stood before."""
    words = ["贵单位报送的材料，登记有变动："]
    shown = SHOWN
    for one in found[:SHOWN]:
        told = lines_of(one.now, written_in(one.before, one.now)) if one.now is not None else ()
        lines = [line for line in told if line.before is not None][:shown]
        shown -= len(lines)
        values = [
            f"　　{line.label}：{line.value}（{f'原为：{line.before}' if line.before else '新补充'}）" for line in lines
        ]
        words.append("\n".join((f"{one.before.ref}　{name_of(one.before)}：{one.done}。", *values)))
    first = found[0].before
    reply = unit_reply(first.ref, unit_at(address, first.unit, rules), *words, f"{by}{NOT_YOURS}")
    items = tuple(
        Item(one.before.kind, ItemState.UPDATED, "", "", one.before.ref, one.before.version, one.before.unit)
        for one in found
    )
    return Notice(address, replace(reply, items=items), first.mail if address == first.from_addr else None)
