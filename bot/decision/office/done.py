"""What acts come to, line by line, and which things that wait they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

from bot.decision.facts import Case, KnownSubmission, OpenItem, PastAct
from bot.decision.model import OFFICE, Closed, Decision, Notice, Settled, StatusChange
from bot.decision.office.reading import NAMES, Act, Deed
from bot.decision.office.ways import ways
from bot.decision.states import GONE, Outcome, ReviewReason
from bot.decision.words.granting import plain_reply
from bot.forms.units.roster import Added

SHOWN = 8  # items that a line names


class Done(Struct):
    """What the acts come to. ``faults`` say what was not done, and what to write instead."""

    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    changes: list[StatusChange] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    settled: dict[str, Settled] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    nil: list[str] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    undone: PastAct | None = None
    added: list[Added] = field(default_factory=list)
    dropped: list[Added] = field(default_factory=list)
    orders: list[Act] = field(default_factory=list)

    def close(self, items: Iterable[OpenItem], act: str) -> None:
        for item in items:
            if not item.is_closed:
                self.closed.setdefault(item.id, act)
            self.refs += [item.ref] if item.ref else []


def decision_of(done: Done, case: Case) -> Decision:
    title = "已办理" if not done.faults else "部分已办理" if done.lines else "未能办理"
    open_now = [one.id for one in case.known.items if not one.is_closed and one.id not in done.closed]
    rest = f"待办还有{len(open_now)}件：{numbered(open_now)}。" if open_now else "没有其他待办的事项。"
    ref = next(iter(done.refs), "")
    return Decision(
        Outcome.COMMAND,
        OFFICE,
        settled=tuple(done.settled.values()),
        reply=plain_reply(ref, title, (*done.lines, *done.faults, rest)),
        ref=ref,
        changes=tuple(done.changes),
        notices=tuple(done.notices),
        closed=tuple(Closed(item, act) for item, act in done.closed.items()),
        nil_units=tuple(dict.fromkeys(done.nil)),
        told=tuple(done.lines),
        faults=tuple(done.faults),
        undone=done.undone,
        added=tuple(done.added),
        dropped=tuple(done.dropped),
        orders=tuple(done.orders),
    )


def noticed(case: Case) -> list[OpenItem]:
    """What the answered notice tells."""
    return [one for one in case.known.items if one.id in case.known.noticed]


def numbered(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:SHOWN])) + ("等" if len(numbers) > SHOWN else "")


def label(item: OpenItem) -> str:
    """«17（晋江市科学技术协会）»."""
    return f"{item.id}（{item.unit or item.sender}）"


def how(item: OpenItem, case: Case) -> str:
    """What can be answered to *item*."""
    has_more = any(one.unit and one.unit == item.unit for one in case.known.submissions)
    form = form_in_force(item.ref, case)
    found = ways(item, has_form=form is not None, has_more=has_more, correct=form.ref if form else "")
    return "可以写 " + "，或 ".join(f"“{way.words}”" for way in found)


def form_in_force(ref: str, case: Case) -> KnownSubmission | None:
    form = case.known.ref(ref) if ref else None
    return form if form is not None and form.status not in GONE else None


def newest_of_one(items: Sequence[OpenItem]) -> Sequence[OpenItem]:
    """What one correspondent, if all wait for the same one, wrote last: an answer is to that, and what he asked before still waits."""
    if len({(one.answer_to, one.unit) for one in items}) != 1:
        return items
    newest = max(one.mail for one in items)
    return [one for one in items if one.mail == newest]


def with_words_of(items: list[OpenItem], act: Act, case: Case) -> list[OpenItem]:
    """*items*, and what else waits to be read in the same letter, which the notice shows with them: one answer is to all of it."""
    if act.deed not in (Deed.ANSWER, Deed.CLOSE):
        return items
    mails = {one.mail for one in items if not one.is_closed}
    rest = [one for one in case.known.items if one.reason == ReviewReason.WORDS and one.mail in mails]
    return [*items, *(one for one in rest if not one.is_closed and one not in items)]


def items_meant(act: Act, case: Case) -> tuple[list[OpenItem], str]:
    """The items that *act* is about; none where it names none, with the reason where that is a fault."""
    by_number = {one.id: one for one in case.known.items}
    name = NAMES[act.deed]
    if act.numbers:
        if lost := [number for number in act.numbers if number not in by_number]:
            return [], f"没有编号为 {numbered(lost)} 的事项，“{name}”没有办理，请核对转办邮件中的编号。"
        found = [by_number[number] for number in act.numbers]
        return found if case.read.at_desk else with_words_of(found, act, case), ""
    live = [one for one in case.known.items if not one.is_closed]
    if act.refs:
        found = [one for one in live if one.ref in act.refs]
        found = [one for one in found if one.id in case.known.noticed] or found
        return list(newest_of_one(found)) if act.deed is Deed.ANSWER else found, ""
    if act.about:
        match = case.rules.roster.match(act.about)
        name_there = match.unit.name if match is not None else act.about
        found = [one for one in live if one.unit and one.unit in {name_there, act.about}]
        return found, "" if found else f"没有“{act.about}”的待办事项，请写事项号或受理号。"
    told = [one for one in noticed(case) if not one.is_closed]
    if len(told) == 1 or (told and act.is_all):
        return told, ""
    if len({one.mail for one in told}) == 1:  # told as one
        judged = [one for one in told if one.reason != ReviewReason.WORDS]
        if found := with_words_of(judged, act, case) if len(judged) == 1 else []:
            return found, ""
    newest = newest_of_one(told) if act.deed is Deed.ANSWER else ()
    if newest and len({one.mail for one in newest}) == 1:
        return list(newest), ""
    if told:
        example = act.written if len(act.written) <= 20 else f"{act.written[:19]}…"
        listed = "、".join(label(one) for one in told[:SHOWN])
        return (
            [],
            f"这封转办有{len(told)}件待办：{listed}。“{name}”没有办理，请在前面写明是哪一件，例如“{told[0].id} {example}”。",
        )
    if case.known.noticed:
        return [], f"这封转办中的事项都已办结，“{name}”没有再办。"
    return [], f"“{name}”没有写明是哪一件，没有办理。请写事项号或受理号，例如“{name} KP2023-0007”。"
