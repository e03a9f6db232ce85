"""Where a county's table tells another day or place than the form of the unit below it: that unit hears of it as well. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from bot.base.replacing import replace
from bot.base.text import name_key, similarity, squeeze
from bot.decision.facts import Case, KnownSubmission
from bot.decision.model import Decision, Item, ItemState, Notice, Settled
from bot.decision.reply import days_text
from bot.decision.states import GONE
from bot.decision.versions.standing import addresses_of, is_on_record
from bot.decision.words.granting import name_of, plain_reply
from bot.forms.model import Kind, plain_text
from bot.forms.pairing import OTHER_DAYS, Told, days_apart, kin_of, pair
from bot.forms.renamed import are_one_place, place_key
from bot.forms.together import activities, not_overtaken

OTHER_PLACE = 0.5  # «科技馆一楼» and «市科技馆一层大厅» are no reason to write to anybody
SHOWN = 30  # activities in one letter


def told_of_tables(decision: Decision, case: Case) -> tuple[Notice, ...]:
    """One letter for each address on record of the units whose forms say something else; what an earlier version of the table said was told then."""
    rules = case.rules
    letters: dict[str, list[tuple[KnownSubmission, str]]] = {}
    stored = [one for one in decision.settled if one.form.kind is Kind.SUMMARY and one.is_stored and not one.is_pending]
    for table in stored:
        for form, said in forms_that_differ(table, case):
            theirs = addresses_of(form, rules.roster) - {case.read.sender, *rules.own, *rules.never_answer}
            for address in sorted(theirs):
                letters.setdefault(address, []).append((form, f"{form.ref}　{name_of(form)}：{said}。"))
    found = []
    for address, told in letters.items():
        first = told[0][0]
        words = (
            f"{'、'.join(dict.fromkeys(table.unit for table in stored))}报来的汇总表，与贵单位的申报表不一致，请核对：",
            *(said for _, said in told[:SHOWN]),
            "申报表有误的，请直接回复本邮件更正；汇总表有误的，请告知汇总单位。",
        )
        reply = plain_reply(first.ref, "请核对汇总表", words)
        items = tuple(Item(one.kind, ItemState.UNCHANGED, "", "", one.ref, one.version, one.unit) for one, _ in told)
        thread = first.mail if address == first.from_addr else None
        found.append(Notice(address, replace(reply, unit=first.unit, items=items), thread, "请核对汇总表"))
    return tuple(found)


def forms_that_differ(table: Settled, case: Case) -> Iterator[tuple[KnownSubmission, str]]:
    """The forms of units below the table's, and in what its rows differ from them (Chinese)."""
    rows = [one.told for one in activities([table.form], [table.unit], Kind.SUMMARY)]
    kin, roster = kin_of(case.rules.roster), case.rules.roster
    pairs = pair([*rows, *not_overtaken(case.known.told, rows)], roster)
    before = set(table.before.rows) if table.before else set()
    forms = {one.ref: one for one in case.known.listed}
    for row in rows:
        form = pairs.listed.get(row.identity)
        stands = forms.get(form.source) if form else None
        if form is None or stands is None or not kin.is_above(row.unit, form.unit):
            continue
        if (name_key(row.name), row.start, row.venue) in before:
            continue
        said = [words for words in (other_days(row, form), other_place(row, form)) if words]
        if said:
            yield stands, "；".join(said)


def other_days(row: Told, form: Told) -> str:
    if days_apart(row, form) != OTHER_DAYS:
        return ""
    return f"活动时间，申报表为{days_of(form)}，汇总表为{days_of(row)}"


def days_of(one: Told) -> str:
    first = date.fromisoformat(one.start)
    return days_text(first, date.fromisoformat(one.end) if one.end else first)


def other_place(row: Told, form: Told) -> str:
    mine, theirs = squeeze(form.venue), squeeze(row.venue)
    if (
        not mine
        or not theirs
        or are_one_place(place_key(mine), place_key(theirs))
        or similarity(mine, theirs) >= OTHER_PLACE
    ):
        return ""
    return f"活动地点，申报表为“{form.venue}”，汇总表为“{row.venue}”"


def rows_dropped(settled: Sequence[Settled], case: Case, gone: Collection[str]) -> list[str]:
    """What a new version of a table no longer lists; of a form that stands all the same (*gone*: those that the letter withdraws) its sender is told how
    to withdraw it."""
    told = []
    for table, before in ((one, one.before) for one in settled if one.form.kind is Kind.SUMMARY and not one.is_pending):
        now = {name_key(plain_text(row["activity_name"].value)) for row in table.form.rows if "activity_name" in row}
        old = [str(row.get("activity_name") or "") for row in before.content.get("rows", [])] if before else []
        for name in [one for one in old if one and name_key(one) not in now][:SHOWN]:
            theirs = [
                one for one in case.known.submissions if one.name_key == name_key(name) and is_on_record(case, one)
            ]
            stands = next((one.ref for one in theirs if one.status not in GONE and one.ref not in gone), "")
            more = f"，其申报表（{stands}）仍在登记中，不办的请回复“撤回 {stands}”" if stands else ""
            told.append(f"新的汇总表不再列有“{name}”{more}。")
    return told
