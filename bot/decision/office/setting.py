"""«更正 受理号 栏目：内容» sets a value, «零报告 单位» that a unit has nothing to report. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.base.expressions import LaterCall
from bot.base.replacing import replace
from bot.decision.facts import SET_BY, Case, KnownSubmission, OpenItem
from bot.decision.model import ItemState
from bot.decision.office.done import SHOWN, Done, form_in_force, items_meant, noticed, numbered
from bot.decision.office.letters import nil_noted
from bot.decision.office.reading import Act, Deed
from bot.decision.office.ways import can_be_answered
from bot.decision.states import AWAITS_ANSWER, GONE
from bot.decision.versions.content import stored_form
from bot.decision.versions.standing import told_whom
from bot.decision.words.changes import changed
from bot.decision.words.granting import name_of, still_open
from bot.forms.model import plain_text

if TYPE_CHECKING:
    from bot.statements.values.answers import read_answers
else:
    read_answers = LaterCall("bot.statements.values.answers", "read_answers")

SHORTEST_NAME = 4  # characters of a unit that a letter speaks of
LEAD = "更正如下："
LONGEST = 4000  # characters of values that are read here, and not in the worker


def correct(act: Act, case: Case, done: Done) -> None:
    items, fault = items_meant(act, case)
    refs = list(dict.fromkeys(act.refs or tuple(one.ref for one in items if one.ref)))
    if fault and not refs:
        done.faults.append(fault)
        return
    form = form_in_force(refs[0], case) if len(refs) == 1 else None
    if form is None:
        named = f"受理号 {'、'.join(refs)}" if refs else "这件事项"
        done.faults.append(f"{named}没有可以更正的一份登记，没有改动。请写“更正 受理号 栏目：内容”，一行只写一份。")
        return
    if form.ref in done.settled:  # a second line about the same form goes on from the first
        form = replace(form, content=done.settled[form.ref].content, problems=done.settled[form.ref].form.problems)
    set_values(act, form, items, case, done)


def set_values(act: Act, form: KnownSubmission, items: Sequence[OpenItem], case: Case, done: Done) -> None:
    """The values under the labels of the form; all of them or none."""
    if len(act.text) > LONGEST:
        done.faults.append(f"{form.ref}：更正内容过长（超过{LONGEST}字），没有改动。请分几封写，或改好表格后发来。")
        return
    stored = stored_form(form, case.rules.definitions)
    # In so many words: what nobody asked for is changed, too.
    answers = read_answers(f"{LEAD}\n{act.text}", stored, case.rules.definitions, case.rules.campaign)
    labels = "、".join(dict.fromkeys(stored.labels.values()))
    if not answers.unknown and answers.heard and not answers.changes:
        done.faults.append(f"{form.ref}：登记的已是“{act.text}”，不需更正。")
        return
    if answers.unknown or not answers.changes:
        told = "；".join(one for one in answers.unknown if one.strip() != LEAD) or act.text
        how = "请核对所填内容的格式。" if case.read.at_desk else f"请写“更正 {form.ref} 栏目：内容”，栏目为：{labels}。"
        done.faults.append(f"{form.ref}：“{told}”没有读懂或内容不合格，没有改动。{how}")
        return
    one = changed(form, answers.form, answers.changes, case)
    one = replace(one, state=ItemState.UPDATED if one.form.is_correct else ItemState.NEEDS_CORRECTION, held_because="")
    before = case.known.ref(form.ref) or form
    content = {**one.content, SET_BY: case.read.sender}
    done.settled[form.ref] = replace(one, content=content, before=before, version=case.known.next_version(before))
    done.refs.append(form.ref)
    values = "，".join(
        f"{stored.labels.get(change.key, change.key)}：{plain_text(change.after.value).rstrip('。')}"
        for change in answers.changes
        if change.key in stored.labels and change.key not in {"start_date", "end_date"}
    )
    open_words = still_open(one.form.problems)
    done.lines.append(
        f"{form.ref}（{form.unit}　{name_of(form)}）已更正为 {values}，{told_whom(form, case)}。{open_words}"
    )
    told_here = set(act.numbers) | set(case.known.noticed)
    theirs = [item for item in items if item.id in told_here and item.reason in AWAITS_ANSWER and not item.is_closed]
    if act.numbers or len({item.mail for item in theirs}) < 2:
        done.close(theirs, Deed.CORRECT)
    else:  # which of several letters asked for it nobody said
        left = numbered([item.id for item in theirs])
        done.lines.append(f"{left}仍待办；已一并办理的，请写“{left} 办结”。")


def nil(act: Act, case: Case, done: Done) -> None:
    items: list[OpenItem] = []
    fault = ""
    if act.numbers or act.refs or not act.text:
        items, fault = items_meant(act, case)
    elif len(told := [one for one in noticed(case) if not one.is_closed]) == 1:
        items = told
    written = [one.strip() for one in re.split(r"[、,，;；\n]+", act.text) if one.strip()]
    names = written or [one for item in items[:1] if (one := unit_of(item, case))]
    if fault or not names:
        done.faults.append(fault or f"“{act.written}”没有写明单位，没有记录，请写“零报告 单位全称”。")
        return
    for name in names:
        if unit := nil_unit(name, case, done):
            theirs = [one for one in items if unit_of(one, case) in {unit, ""} or is_told_of(unit, name, one)]
            done.nil.append(unit)
            done.close(theirs, Deed.NIL)
            done.notices += [nil_noted(one, unit, case.rules) for one in theirs[:1] if can_be_answered(one)]
            done.lines.append(f"{unit}已记为零报告，计入已报，不再催报；此后报来活动的，以活动为准。")


def is_told_of(unit: str, name: str, item: OpenItem) -> bool:
    """Whether the letter speaks of *unit*, with its whole name or without the county's before it: who reports for others."""
    shorter = re.sub(r"^[\u4e00-\u9fff]{2,3}?[县市区]", "", unit)
    return any(one in item.words for one in (unit, name, shorter) if len(one) >= SHORTEST_NAME)


def unit_of(item: OpenItem, case: Case) -> str:
    listed = case.rules.roster.by_sender(item.sender)
    return item.unit or (listed[0].unit.name if len(listed) == 1 else "")


def nil_unit(name: str, case: Case, done: Done) -> str:
    """The unit of the roster that is meant; empty, with the reason, where that is not certain or its forms stand."""
    match = case.rules.roster.match(name)
    if match is None or not match.certain:
        if case.rules.roster.units:
            perhaps = f"，是否指“{match.unit.name}”？" if match is not None else "，"
            done.faults.append(f"名册中没有“{name}”{perhaps}没有记录，请写名册中的单位全称。")
            return ""
        return name
    unit = match.unit.name
    standing = [one.ref for one in case.known.submissions if one.unit == unit and one.status not in GONE]
    if standing:
        how = "请先退回该项登记" if case.read.at_desk else f"请先“退回 {standing[0]} 活动取消”"
        done.faults.append(f"{unit}已有登记 {'、'.join(standing[:SHOWN])}，没有记为零报告；活动取消的，{how}。")
        return ""
    return unit
