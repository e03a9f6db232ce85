"""A coordinator's acts -> what they change, who is written to, and the two lines that tell the coordinator. Pure.

What is certain is done; of what is not, the coordinator is told what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.decision.facts import Case
from bot.decision.model import Decision
from bot.decision.office.answering import answer
from bot.decision.office.deciding import assign, decide_items
from bot.decision.office.done import SHOWN, Done, decision_of, how, items_meant, label, noticed, numbered
from bot.decision.office.handling import merge_forms, withdraw_forms
from bot.decision.office.reading import IN_OWN_WORDS, ORDERS, Act, Deed
from bot.decision.office.roster import add, drop
from bot.decision.office.seen import closed_words, outdated
from bot.decision.office.setting import correct, nil
from bot.decision.office.undoing import undo


def carry_out(acts: Sequence[Act], case: Case) -> Decision:
    """Everything that the mail asks for."""
    done = Done()
    for act in acts:
        if changed := outdated(act, case):
            done.faults.append(changed)
        else:
            DEEDS[act.deed](act, case, done)
        if act.lost:
            done.faults.append(f"“{'”“'.join(act.lost.splitlines()[:SHOWN])}”没有看懂，没有办理。")
    if any(act.deed is Deed.ANSWER for act in acts) and any(not one.is_body for one in case.read.documents):
        done.faults.append("来信所带的附件没有转发给单位，请用邮箱直接发送。")
    return decision_of(done, case)


def unclear(case: Case) -> Decision:
    """Words in answer to a notice that are no act: what was meant, only the coordinator knows."""
    items = [one for one in noticed(case) if not one.is_closed]
    if not items:
        return decision_of(Done(faults=["这封转办中的事项都已办结，来信没有另作处理。"]), case)
    first = IN_OWN_WORDS.sub("", " ".join(case.read.message.new_text.split()))[:30]
    number = "" if len(items) == 1 else f"{items[0].id} "
    faults = [f"没有看懂来信要怎样办，什么也没有改动。如是给单位的答复，请写：“{number}答复：{first}……”。"]
    faults += [f"{label(one)}：{how(one, case)}" for one in items[:SHOWN]]
    return decision_of(Done(faults=faults), case)


def close(act: Act, case: Case, done: Done) -> None:
    items, fault = items_meant(act, case)
    live = [one for one in items if not one.is_closed]
    if fault or not live:
        gone = "；".join(closed_words(one) for one in items[:SHOWN])
        nothing = f"{'、'.join(act.refs) or numbered(act.numbers)} 没有待办的事项，不必办结。"
        done.faults.append(fault or (f"{gone}，不必再办。" if gone else nothing))
        return
    done.close(live, Deed.CLOSE)
    done.lines.append(f"{'、'.join(label(one) for one in live[:SHOWN])}已办结，没有给来信人发信。")


def ordered(act: Act, case: Case, done: Done) -> None:
    """An order was carried out where it was given, in the transaction that left this act: what it says is what was done."""
    done.orders.append(act)
    done.refs += act.refs
    done.lines.append(act.text)


DEEDS: dict[Deed, Callable[[Act, Case, Done], None]] = {
    Deed.ANSWER: answer,
    Deed.CORRECT: correct,
    Deed.NIL: nil,
    Deed.CLOSE: close,
    Deed.APPROVE: decide_items,
    Deed.RETURN: decide_items,
    Deed.UNIT: assign,
    Deed.UNDO: undo,
    Deed.WITHDRAW: withdraw_forms,
    Deed.MERGE: merge_forms,
    Deed.LIST: add,
    Deed.UNLIST: drop,
    **dict.fromkeys(ORDERS, ordered),
}
