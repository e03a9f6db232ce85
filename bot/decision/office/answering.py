"""«答复：…»: the office's words to the sender of what waits, or of the form that is named. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.decision.facts import Case, OpenItem
from bot.decision.office.done import SHOWN, Done, items_meant, label, noticed, numbered
from bot.decision.office.letters import answer_about_form, answer_to_item
from bot.decision.office.reading import Act, Deed
from bot.decision.office.seen import closed_words
from bot.decision.office.ways import DECIDED, can_be_answered
from bot.decision.versions.standing import addresses_of
from bot.message.origin.robots import takes_answers


def answer(act: Act, case: Case, done: Done) -> None:
    items, fault = items_meant(act, case)
    if not act.text:
        done.faults.append(f"“{act.written}”后面没有要答复的话，没有发出。")
    elif fault:
        done.faults.append(fault)
    elif not items:
        for ref in act.refs:
            answer_by_ref(ref, act, case, done)
    elif gone := [one for one in items if one.is_closed]:
        done.faults.append(
            f"{'；'.join(map(closed_words, gone[:SHOWN]))}，为免重复没有再发。确需再答复，请写受理号，例如“答复 {gone[0].ref or 'KP2023-0007'}：……”。"
        )
    elif not act.numbers and len({one.answer_to for one in items}) > 1:
        listed = "、".join(label(one) for one in items[:SHOWN])
        done.faults.append(f"有几位来信人：{listed}。没有发出，请写明是哪一件，例如“{items[0].id} 答复：……”。")
    else:
        for mail in dict.fromkeys(one.mail for one in items):
            answer_mail([one for one in items if one.mail == mail], act, done)
        if left := [one.id for one in others_told(act, items, case)]:
            told = numbered(left)
            done.lines.append(f"同一来信人的{told}仍待办；已一并答复的，请写“{told} 办结”。")


def others_told(act: Act, items: Sequence[OpenItem], case: Case) -> list[OpenItem]:
    """What else the notice, or the reference, tells of the one sender who was answered."""
    told = noticed(case) if act.is_bare else [one for one in case.known.items if one.ref in act.refs]
    done = {one.id for one in items}
    return [one for one in told if not one.is_closed and one.id not in done and one.answer_to == items[0].answer_to]


def answer_mail(items: Sequence[OpenItem], act: Act, done: Done) -> None:
    """One letter to the sender of one mail."""
    first = items[0]
    if not can_be_answered(first):
        address = first.answer_to or "（无）"
        done.faults.append(
            f"{label(first)}的来信没有人收回信（{address}），没有发出。请用其他方式联系，办好后写“{first.id} 办结”。"
        )
        return
    done.notices.append(answer_to_item(first, act.text))
    settled = [one for one in items if one.reason not in DECIDED]
    done.close(settled, Deed.ANSWER)
    waiting = [one for one in items if one.reason in DECIDED]
    more = f"是否采用仍待决定，请写“{waiting[0].id} 通过”或“{waiting[0].id} 退回 原因”。" if waiting else "已办结。"
    done.lines.append(f"{label(first)}：答复已发往 {first.answer_to}，{more}")


def answer_by_ref(ref: str, act: Act, case: Case, done: Done) -> None:
    """Nothing waits under this reference: the letter goes to whoever sent the form, or wrote the letter."""
    form = case.known.ref(ref)
    letters = [one for one in case.known.items if one.ref == ref and can_be_answered(one)]
    if form is not None:
        to = form.from_addr or next(iter(sorted(addresses_of(form, case.rules.roster))), "")
        if to and takes_answers(to):
            done.notices.append(answer_about_form(form, to, act.text))
            done.refs.append(ref)
            done.lines.append(f"{ref}（{form.unit}）：答复已发往 {to}。")
            return
    if letters:
        done.notices.append(answer_to_item(letters[-1], act.text))
        done.refs.append(ref)
        done.lines.append(f"{ref}：答复已发往 {letters[-1].answer_to}。")
    else:
        done.faults.append(f"没有找到受理号 {ref} 或其来信邮箱，答复没有发出，请核对。")
