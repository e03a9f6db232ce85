"""What the office does of its own accord: it withdraws a form, makes one of two that are the same activity. Pure."""

from __future__ import annotations

from bot.decision.facts import Case
from bot.decision.model import StatusChange
from bot.decision.office.done import Done, form_in_force, noticed
from bot.decision.office.reading import Act, Deed
from bot.decision.office.ways import of_no_form
from bot.decision.states import Status, status_label
from bot.decision.versions.standing import told_whom
from bot.decision.words.granting import name_of, not_found


def withdraw_forms(act: Act, case: Case, done: Done) -> None:
    if not act.refs:
        done.faults.append("没有写明撤回哪一份，没有办理，请写受理号。")
    for ref in act.refs:
        form = form_in_force(ref, case)
        if form is None:
            there = case.known.ref(ref)
            done.faults.append(f"{ref} 此前已经{status_label(there.status)}，没有再办。" if there else not_found([ref]))
            continue
        done.changes.append(StatusChange(form.id, ref, Status.WITHDRAWN, act.text))
        done.refs.append(ref)
        done.lines.append(f"{ref}（{form.unit}　{name_of(form)}）已撤回，不再计入汇总，{told_whom(form, case)}。")
    unclear = [one for one in noticed(case) if of_no_form(one) and not one.is_closed]
    if done.changes and len(unclear) == 1:
        done.close(unclear, Deed.WITHDRAW)  # it asked for that without saying which one


def merge_forms(act: Act, case: Case, done: Done) -> None:
    """The first of two references goes into the second, which stands as it is."""
    how = "请写“合并 重复的受理号 到 保留的受理号”，例如“合并 KP2023-0008 到 KP2023-0007”。"
    if len(act.refs) != 2:
        done.faults.append(f"合并要写明两个受理号，没有办理。{how}")
        return
    gone, kept = (form_in_force(ref, case) for ref in act.refs)
    if gone is None or kept is None or gone.ref == kept.ref:
        lost = [ref for ref, form in zip(act.refs, (gone, kept), strict=True) if form is None]
        done.faults.append(f"没有合并：{'、'.join(lost) or act.refs[0]} 没有有效的登记可以合并。{how}")
        return
    if gone.kind is not kept.kind:
        done.faults.append(f"没有合并：{gone.ref} 与 {kept.ref} 不是同一种表格。")
        return
    done.changes.append(StatusChange(gone.id, gone.ref, Status.WITHDRAWN, merged_into=kept.ref))
    done.refs += [gone.ref, kept.ref]
    done.lines.append(
        f"{gone.ref}（{gone.unit}　{name_of(gone)}）已并入 {kept.ref}（{kept.unit}　{name_of(kept)}），{told_whom(gone, case)}。"
    )
