"""What was done today is taken back: the state before it is put in place again, and who was told of it is told of that. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.decision.facts import Case, PastAct
from bot.decision.model import Notice
from bot.decision.office.done import Done
from bot.decision.office.reading import NAMES, ORDERS, Act, Deed
from bot.decision.office.seen import moment, past_words
from bot.decision.states import GONE, status_label
from bot.decision.words.granting import name_of, unit_reply

# An order changes no form: there is no state before it to come back to.
NEVER = frozenset({Deed.UNDO}) | ORDERS


def undo(act: Act, case: Case, done: Done) -> None:
    past = case.known.to_undo
    fault = why_not(past, case)
    if past is None or fault:
        done.faults.append(fault)
        return
    done.undone = past
    done.refs += past.refs
    told = sorted({to for to, is_out in past.letters if is_out})
    called_off = sum(not is_out for _, is_out in past.letters)
    done.notices += [restored(to, past, case) for to in told]
    more = f"，已告知 {'、'.join(told)}" if told else ""
    more += f"，尚未发出的 {called_off} 封信已取消" if called_off else ""
    done.lines.append(f"已撤销（{moment(past.at)}，{past.by}）：{' '.join(past.told)}{more}")


def why_not(past: PastAct | None, case: Case) -> str:
    return why_not_now(past, case.now) if past else "没有找到要撤销的办理，请刷新页面。"


def why_not_now(past: PastAct, now: datetime) -> str:
    """Empty where it can be undone at this moment."""
    if past.is_undone:
        return "这件办理已经撤销过了。"
    if NEVER & set(past.deeds):
        again = "，请重新办理" if Deed.UNDO in past.deeds else ""
        return f"“{NAMES[Deed(past.deeds[0])]}”不能撤销{again}。"
    if datetime.fromisoformat(past.at).date() != now.date():
        return f"只能撤销当天办理的（{past_words(past)}）。请直接更正、通过或退回。"
    sent = "、".join(dict.fromkeys(to for to, is_out in past.letters if is_out))
    if Deed.ANSWER in past.deeds and sent:
        return f"答复已发往 {sent}，发出的邮件收不回来。需要改口的，请再答复一次。"
    if not past.stands:
        return f"此后又有变动，不能撤销（{past_words(past)}）。请看过现在的情况，再更正、通过或退回。"
    return ""


def restored(to: str, past: PastAct, case: Case) -> Notice:
    """To whoever was told of the act: what holds now."""
    what = "、".join(NAMES[Deed(deed)] for deed in past.deeds)
    lines = [f"此前告知您的办理（{what}）已由工作人员撤销，以本邮件为准。"]
    for ref, status, unit in past.was:
        form = case.known.ref(ref)
        name = f"　{name_of(form)}" if form else ""
        counts = "，不计入汇总" if status in GONE else ""
        lines.append(
            f"{ref}{name}：恢复为办理之前的登记（填报单位：{unit or '未定'}；状态：{status_label(status)}{counts}）。"
        )
    lines += [f"{unit}：零报告登记已取消，请照常报送。" for unit in past.units]
    first = case.known.ref(past.refs[0]) if past.refs else None
    ref, unit = (first.ref, first.unit) if first else ("", past.units[0] if past.units else "")
    mails = [one.mail for one in case.known.items if one.id in past.items and to in {one.answer_to, one.sender}]
    mail = first.mail if first and first.from_addr == to else next(iter(mails), None)
    return Notice(to, unit_reply(ref, unit, *lines), mail, subject="登记已恢复")
