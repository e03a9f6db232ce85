"""«通过», «退回», «单位：…»: what is to become of a form that waits. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision.facts import Case, KnownSubmission, OpenItem
from bot.decision.model import StatusChange
from bot.decision.office.done import Done, form_in_force, how, items_meant, label
from bot.decision.office.letters import not_withdrawn
from bot.decision.office.reading import NAMES, Act, Deed
from bot.decision.office.seen import closed_words
from bot.decision.office.ways import PROPOSED, can_be_answered
from bot.decision.states import ReviewReason, Status
from bot.decision.versions.standing import told_whom
from bot.decision.words.granting import judge, name_of, unit_named
from bot.decision.words.requests import Request, Wish

WISHES = {Deed.APPROVE: Wish.APPROVE, Deed.RETURN: Wish.RETURN}
WISH_ACTS = {Wish.APPROVE: Deed.APPROVE, Wish.RETURN: Deed.RETURN}


def decide_items(act: Act, case: Case, done: Done) -> None:
    """«通过», «退回»: of an item what it is about, of a reference what waits for it, else what stands."""
    items, fault = items_meant(act, case)
    held = {one.ref for one in case.known.held}
    withdrawals = [one for one in items if is_of_one(one) and one.ref not in held]
    if fault or not (items or act.refs):
        done.faults.append(fault or f"“{act.written}”没有办理：没有找到待办的事项。")
        return
    for item in withdrawals if act.refs else items:
        decide_item(item, act, case, done)
    if rest := tuple(ref for ref in act.refs if ref not in {one.ref for one in withdrawals}):
        by_version(Request(WISHES[act.deed], rest, act.text, act.versions), items, case, done)


def is_of_one(item: OpenItem) -> bool:
    """A withdrawal of a form that somebody named; else its reference is but that of the letter's thread."""
    return item.reason == ReviewReason.WITHDRAWAL and item.submission is not None


def decide_item(item: OpenItem, act: Act, case: Case, done: Done) -> None:
    form = form_in_force(item.ref, case)
    approved = act.deed is Deed.APPROVE
    if item.is_closed:
        done.faults.append(f"{closed_words(item)}，没有再办。")
    elif is_of_one(item) and form is not None:
        settle_withdrawal(item, form, act, case, done)
    elif item.reason == ReviewReason.WITHDRAWAL and item.submission is None and not approved:
        keep_in_force(item, f"{label(item)}：", act, done)
    elif item.reason == ReviewReason.UNIT and form is not None and (found := PROPOSED.search(item.detail)):
        if approved:
            assign_unit([form], found[1], [item], case, done)
        else:
            done.close([item], Deed.RETURN)
            done.lines.append(f"{label(item)}：没有改单位，原登记单位“{form.unit}”不变。")
    elif approved and item.reason == ReviewReason.WORDS and is_withdrawn(item, case):
        by_version(Request(Wish.APPROVE, (item.ref,)), [], case, done)
    elif item.submission is not None and item.reason != ReviewReason.WORDS:
        versions = [one for one in (*case.known.held, *([form] if form else [])) if one.id == item.submission]
        if not versions:
            done.faults.append(
                f"事项 {item.id} 的那一版已不是最新，没有办理。请写受理号，例如“{NAMES[act.deed]} {item.ref}”。"
            )
            return
        named = ((item.ref, versions[0].version),)
        by_version(Request(WISHES[act.deed], (item.ref,), act.text, named), [item], case, done)
    else:
        done.faults.append(f"{label(item)}没有待决定的登记，“{NAMES[act.deed]}”没有办理：{how(item, case)}。")


def is_withdrawn(item: OpenItem, case: Case) -> bool:
    """Whether the form of which somebody writes is withdrawn, and may be put in force again."""
    form = case.known.ref(item.ref)
    return form is not None and form.status is Status.WITHDRAWN


def settle_withdrawal(item: OpenItem, form: KnownSubmission, act: Act, case: Case, done: Done) -> None:
    if act.deed is Deed.APPROVE:
        done.changes.append(StatusChange(form.id, form.ref, Status.WITHDRAWN))
        done.close([item], Status.WITHDRAWN)
        done.lines.append(f"{form.ref}（{form.unit}　{name_of(form)}）已撤回，{told_whom(form, case)}。")
        return
    keep_in_force(item, f"{form.ref}（{form.unit}　{name_of(form)}）", act, done)


def keep_in_force(item: OpenItem, what: str, act: Act, done: Done) -> None:
    """Nothing is withdrawn. *what* it is begins the line that tells it."""
    done.close([item], Deed.RETURN)
    if can_be_answered(item):
        done.notices.append(not_withdrawn(item, act.text))
    done.lines.append(f"{what}没有撤回，原登记有效，已告知来信人。")


def by_version(request: Request, items: Sequence[OpenItem], case: Case, done: Done) -> None:
    """Approved or returned as by a command with a reference."""
    found = judge(request, case)
    words = found.reply.context["paragraphs"] if found.reply else []
    lines = [str(one) for one in words] if isinstance(words, list) else []
    refs = {change.ref for change in found.changes}
    for line in lines:
        (done.lines if any(line.startswith(ref) for ref in refs) else done.faults).append(line)
    done.changes += found.changes
    done.refs += [ref for ref in request.refs if ref in refs]
    about = {change.submission for change in found.changes}
    done.close([one for one in items if one.submission in about], WISH_ACTS[request.wish])


def assign(act: Act, case: Case, done: Done) -> None:
    """«单位：…»: the forms are that unit's."""
    items, fault = items_meant(act, case)
    refs = list(dict.fromkeys(act.refs or tuple(one.ref for one in items if one.ref)))
    forms = [form for ref in refs if (form := form_in_force(ref, case))]
    if not forms:
        done.faults.append(fault or f"“{act.written}”没有办理：没有对应的登记，请写“受理号 单位：单位全称”。")
        return
    assign_unit(forms, act.text, items, case, done)


def assign_unit(
    forms: Sequence[KnownSubmission], written: str, items: Sequence[OpenItem], case: Case, done: Done
) -> None:
    match = case.rules.roster.match(written)
    unit = match.unit.name if match and match.certain else written.strip(" 。.")
    found = unit_named(forms, unit)
    done.changes += found.changes
    done.refs += [form.ref for form in forms]
    done.lines += [
        f"{form.ref}（{name_of(form)}）已改为“{unit}”报送，{told_whom(form, case, unit)}。" for form in forms
    ]
    about = {ReviewReason.UNIT, ReviewReason.UNKNOWN_UNIT}
    done.close([one for one in items if one.reason in about], Deed.UNIT)
