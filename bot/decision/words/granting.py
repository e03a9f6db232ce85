"""What becomes of a request in words: withdraw, name the unit, approve, return. Pure; questions that need the store's figures are
handed on as ``Decision.request`` and answered by ``bot.intake.errands`` after the commit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.problems import Problem
from bot.base.replacing import replace
from bot.base.text import name_key
from bot.decision.facts import AwaitedAct, Case, Known, KnownSubmission
from bot.decision.model import Asked, Decision, Item, ItemState, MailKind, Reply, ReviewItem, StatusChange
from bot.decision.reply import before_text, next_steps
from bot.decision.states import GONE, Outcome, ReviewReason, Status, kind_label
from bot.decision.versions.content import ROWS
from bot.decision.versions.merging import Merged, merge
from bot.decision.versions.standing import (
    NOBODY_TOLD,
    Standing,
    failed_check,
    is_on_record,
    is_only_admitted,
    judged_to,
    standing,
    why_not,
)
from bot.decision.words.requests import Request, Wish
from bot.forms.model import Kind
from bot.statements.mentions import without_place

COMMANDS = {
    Wish.DIGEST: "汇总",
    Wish.MISSING: "缺报",
    Wish.QUERY: "查询",
    Wish.EXPORT: "导出",
    Wish.HELP: "帮助",
    Wish.DESK: "工作台",
    Wish.APPROVE: "通过",
    Wish.RETURN: "退回",
}
NOT_SENT = "如不是贵单位所发，请回信告知。"
SHOWN_PROBLEMS = 5
SHORTEST_NAME = 3  # characters of a name that tells one activity from another
ANOTHER_UNIT = re.compile(r"该(?:[校园院馆局站乡镇]|单位|公司|学会|协会|街道|社区|企业)(?!区)")
QUESTIONS = {Wish.DIGEST, Wish.MISSING, Wish.QUERY, Wish.EXPORT, Wish.HELP, Wish.DESK}


def decide_request(request: Request, case: Case) -> Decision | None:
    """The decision, None where the mail is no request after all (a unit's name without any form of theirs to correct)."""
    if request.wish in QUESTIONS:
        return Decision(Outcome.COMMAND, request.wish, request=request)
    if request.wish is Wish.UNIT:
        return name_unit(request, case)
    if request.wish is Wish.WITHDRAW:
        return withdraw(request, case)
    return judge(request, case)


def judge(request: Request, case: Case) -> Decision:
    """A coordinator approves or returns forms. What waits for a person comes before what stands: that is what was asked about. What was changed
    meanwhile stays, and both are told so."""
    known = case.known
    approved = request.wish is Wish.APPROVE
    changes: list[StatusChange] = []
    words: list[str] = []
    for ref in request.refs:
        target, doubt = version_meant(ref, dict(request.versions).get(ref), known)
        if target is None:
            words.append(doubt)
            continue
        is_held = target.status == Status.HELD
        which = f"第{target.version}版（{target.from_addr} 报来的更新）" if is_held else ""
        reason = f"，原因：{request.argument}" if request.argument else ""
        why = request.argument
        is_told = bool(judged_to(target, case.rules.roster))
        unit_told = "已通知报送单位" if is_told else NOBODY_TOLD
        if approved:
            merged = as_it_takes_effect(target, case)
            why = kept_values(merged, target)
            example = f"如要采用，请写“更正 {ref} ‹栏目›：‹内容›”。" if why else ""
            status, done = (
                Status.ACCEPTED,
                f"已通过，{unit_told}。{why}{example}{still_open(merged.version.problems)}",
            )
        elif is_held:
            status, done = (
                Status.REJECTED,
                f"未采用{reason}，原登记继续有效，{'已通知来信人' if is_told else NOBODY_TOLD}。",
            )
        else:
            status, done = Status.REJECTED, f"已退回{reason}，不再计入汇总，{unit_told}。"
        changes.append(
            StatusChange(target.id, ref, status, why, is_return=not approved and not is_held, is_judged=True)
        )
        words.append(f"{ref}（{target.unit}　{target.title}）{which}{done}")
    if not changes:
        return refused(request, *words)
    ref = changes[0].ref
    reply = plain_reply(ref, "已办理", tuple(words))
    return Decision(Outcome.COMMAND, request.wish, reply=reply, ref=ref, changes=tuple(changes), request=request)


def as_it_takes_effect(version: KnownSubmission, case: Case) -> Merged:
    """A version that waits, as it stands once it is approved."""
    known = case.known
    return merge(version, known.bases.get(version.id), known.ref(version.ref), case.rules.definitions)


def kept_values(merged: Merged, version: KnownSubmission) -> str:
    """What was changed while *version* waited, and is not put back by it; empty where nothing was."""
    labels = merged.version.content.get("labels", {})
    now, wanted = merged.version.content.get("fields", {}), version.content.get("fields", {})
    told = [
        f"“{labels.get(key, key)}”（现为“{before_text(now.get(key))}”，未改为“{before_text(wanted.get(key))}”）"
        for key in merged.kept
        if key != ROWS
    ]
    told += ["汇总表中的活动"] if ROWS in merged.kept else []
    return f"其中{'、'.join(told)}在此期间已另行更正，以现登记的为准。" if told else ""


def still_open(problems: Sequence[Problem]) -> str:
    """What is not right in a form that a person takes all the same; empty where nothing is."""
    found = [problem.message for problem in problems if problem.is_error]
    more = f"等{len(found)}处" if len(found) > SHOWN_PROBLEMS else ""
    return f"表中仍待补正：{''.join(found[:SHOWN_PROBLEMS])}{more}" if found else ""


def version_meant(ref: str, version: int | None, known: Known) -> tuple[KnownSubmission | None, str]:
    """The version that is meant; where that is not certain, why."""
    current = known.ref(ref)
    waiting = [one for one in known.held if one.ref == ref]
    if version is not None:
        named = [one for one in (*waiting, *([current] if current else [])) if one.version == version]
        return next(iter(named), None), f"{ref} 没有待核实的第{version}版，请核对后重新发送。"
    if len(waiting) > 1:
        listed = "；".join(f"第{one.version}版（{one.from_addr}）" for one in waiting)
        example = f"{ref} 第{waiting[-1].version}版"
        return None, f"{ref} 有{len(waiting)}个待核实的版本：{listed}。未作处理，请写明是哪一版，例如：通过 {example}"
    return next(iter(waiting), current), not_found([ref])


def withdraw(request: Request, case: Case) -> Decision | None:
    """The forms that are named, or the one that the mail answers. Only whoever could replace a form may withdraw it; anyone else's
    wish goes to a person. Where several could be meant the sender is asked, never guessed for."""
    targets, lost = to_withdraw(request, case.known)
    if not targets and not lost:
        return which_one(case)
    if not (request.refs or request.argument) and speaks_of_another(targets, case):
        return which_one(case, is_anothers=True)
    if not targets:
        return refused(request, not_found(lost))
    live = [one for one in targets if one.status not in GONE]
    stand = {
        one.id: Standing.HELD if is_only_admitted(one, case) else standing(one, case, in_words=True) for one in targets
    }
    free = [one for one in live if stand[one.id] is Standing.FREE]
    asked = [one for one in live if stand[one.id] is Standing.ASK]
    # Whoever may not change a form is not told either whether it was withdrawn.
    held = [one for one in targets if stand[one.id] is Standing.HELD]
    words = [gone_before(one) for one in targets if one not in live and one not in held]
    words += [not_found([ref]) for ref in lost]
    if held:
        which = "、".join(one.ref for one in held)
        stays = "；核实前原登记继续有效" if all(is_on_record(case, one) for one in held) else ""
        words.append(f"撤回 {which} 的申请已收到，由工作人员核实后办理{stays}。")
        words += [NOT_SENT] if stays and failed_check(case.read) else []
    reviews = tuple(
        ReviewItem(
            ReviewReason.WITHDRAWAL,
            f"来信要求撤回 {one.ref}：{why_not(one, case, in_words=True) or ONLY_ADMITTED.format(one.first_addr)}",
            ref=one.ref,
        )
        for one in live
        if one not in free
    )
    ref = (free or asked or live or targets)[0].ref
    asks = tuple(Asked(one.ref, AwaitedAct.WITHDRAW) for one in asked)
    if asked:
        items = tuple(item_to_confirm(one) for one in asked)
        words += [f"{one.ref} 的撤回另已办理。" for one in free]
        reply = Reply(MailKind.ANSWER, "confirm", ref, items=items, unit=asked[0].unit, notes=tuple(words))
        reply.context["what"] = "撤回申请"
        changes = tuple(StatusChange(one.id, one.ref, Status.WITHDRAWN) for one in free)
        return Decision(
            Outcome.COMMAND, "withdrawal asked", reply=reply, ref=ref, changes=changes, reviews=reviews, asks=asks
        )
    if not free:
        why = "withdrawal held" if held else "withdrawn before"
        reply = unit_reply(ref, "" if held else targets[0].unit, *words)
        return Decision(Outcome.COMMAND, why, reply=reply, ref=ref, reviews=reviews)
    return withdrawal(free, reviews, tuple(words), case)


def speaks_of_another(targets: Sequence[KnownSubmission], case: Case) -> bool:
    """«接桃源实验小学电话，该校活动取消»: of another unit's activity, and not of the only one that its writer has."""
    text = case.read.message.new_text
    return bool(ANOTHER_UNIT.search(text)) or names_another_unit(text, targets, case)


def names_another_unit(text: str, own: Sequence[KnownSubmission], case: Case) -> bool:
    """Whether a unit of the roster that none of *own* is of or calls by its name is spoken of, «我县龙水中学» too; who only gives an order is not."""
    mine = "".join(f"{one.unit}{one.title}" for one in own)
    names = {name for unit in case.rules.roster.units for name in (unit.name, *unit.aliases)}
    called = {*names, *map(without_place, names)}
    return any(name in text and name not in mine and not is_order(name, text) for name in called)


def is_order(name: str, text: str) -> bool:
    """«接市教育局通知，活动取消»"""
    return bool(
        re.search(
            rf"{re.escape(name)}[^，,。；;]{{0,6}}(?:通知|要求|规定|来电|来函|文件|不同意|不批|没批|指示|临时|征用|占用)",
            text,
        )
    )


def withdrawal(
    free: Sequence[KnownSubmission], reviews: tuple[ReviewItem, ...], notes: tuple[str, ...], case: Case
) -> Decision:
    """These forms are withdrawn, and the sender is told so."""
    ref = free[0].ref
    items = tuple(Item(one.kind, ItemState.NOT_TAKEN, name_of(one), "", one.ref, one.version, one.unit) for one in free)
    reply = Reply(
        MailKind.ANSWER,
        "withdrawn",
        ref,
        items=items,
        unit=free[0].unit,
        notes=(*notes, *gone_from_tables(free, case)),
        next_steps=next_steps(case.rules.deadlines, case.now),
    )
    changes = tuple(StatusChange(one.id, one.ref, Status.WITHDRAWN) for one in free)
    return Decision(Outcome.COMMAND, "withdraw", reply=reply, ref=ref, changes=changes, reviews=reviews)


ONLY_ADMITTED = "这份登记先由 {} 报送，此次来信的邮箱只是后来经工作人员通过报过更新，请核实"
ROW_GONE = "贵单位汇总表（{}）中的这{}活动也不再计入，汇总表不必重报。"


def gone_from_tables(free: Sequence[KnownSubmission], case: Case) -> list[str]:
    """What becomes of the rows that list these forms; the store takes them out with the form."""
    told = []
    for table in case.known.submissions:
        names = {name for name, *_ in table.rows}
        listed = [one for one in free if one.unit == table.unit and one.name_key in names]
        if listed and table not in free and table.status not in GONE and is_on_record(case, table):
            told.append(ROW_GONE.format(table.ref, "项" if len(listed) == 1 else "些"))
    return told


def item_to_confirm(one: KnownSubmission) -> Item:
    return Item(one.kind, ItemState.WAITING, name_of(one), "", one.ref, one.version, one.unit)


def to_withdraw(request: Request, known: Known) -> tuple[list[KnownSubmission], list[str]]:
    """The forms to withdraw, and the references that are nobody's; neither where it is not certain which are meant."""
    if request.refs:
        found = [one for ref in request.refs if (one := known.with_drafts(ref))]
        return found, [ref for ref in request.refs if known.with_drafts(ref) is None]
    if request.argument:
        return by_name(request.argument, living(known)), []
    # Where we asked which one, the thread does not tell. A thread of what is gone already is about none of the others.
    answered = living(known) if known.which else answered_by(known) or gone_in_thread(known) or living(known)
    return (answered if len(answered) == 1 else []), []


def living(known: Known) -> list[KnownSubmission]:
    """The forms that a withdrawal may be about: of the thread, and all others of the sender."""
    mine = [one for one in known.mine if one.status not in GONE]
    return list({one.ref: one for one in (*answered_by(known), *mine)}.values())


def by_name(written: str, forms: Sequence[KnownSubmission]) -> list[KnownSubmission]:
    """The one activity of that name, or the only one whose name holds it; none where that is not certain."""
    key = name_key(written)
    same = [one for one in forms if one.name_key and one.name_key == key]
    found = same or [one for one in forms if len(key) >= SHORTEST_NAME and key in one.name_key]
    return found if len(found) == 1 else []


def answered_by(known: Known) -> list[KnownSubmission]:
    """The living forms of the thread, in the order in which they were listed; of a letter of its own the sender's activities."""
    found = [one for ref in known.answered if (one := known.with_drafts(ref)) and one.status not in GONE]
    if not known.answered:
        found = [one for one in known.mine if one.kind is Kind.REGISTRATION and one.status not in GONE]
    return sorted({one.id: one for one in found}.values(), key=lambda one: one.id)


def gone_in_thread(known: Known) -> list[KnownSubmission]:
    return [one for ref in known.answered if (one := known.ref(ref)) and one.status in GONE]


def gone_before(one: KnownSubmission) -> str:
    return f"{one.ref}（{name_of(one)}）此前已经撤回，无需再办。"


def which_one(case: Case, *, is_anothers: bool = False) -> Decision | None:
    """Several forms could be meant, or none is known: the sender is asked for the reference."""
    known = case.known
    listed = sorted((one for one in living(known) if one.from_addr == case.read.sender), key=lambda one: one.ref)
    if "汇总表" not in case.read.message.new_text:
        listed = [one for one in listed if one.kind is Kind.REGISTRATION] or listed
    gone = [one for one in gone_in_thread(known) if is_on_record(case, one)]
    if not listed and gone:
        reply = unit_reply(gone[0].ref, gone[0].unit, *map(gone_before, gone))
        return Decision(Outcome.COMMAND, "withdrawn before", reply=reply, ref=gone[0].ref)
    example = listed[0].ref if listed else ""
    if listed and failed_check(case.read) and not known.tokens:
        # The real clerk reads what somebody else asked for in his name: he is not to say which one.
        words = [f"撤回登记的申请已收到，由工作人员核实后办理；核实前原登记继续有效。{NOT_SENT}"]
    elif listed:
        words = [
            f"来信要求撤回。贵单位登记有{len(listed)}项，为免撤错暂未办理，请直接回复本邮件写明是哪一项，例如“撤回 {example}”："
        ]
        words += ["\n".join(f"{one.ref}　{name_of(one)}" for one in listed)]
    else:
        # From an address that has no form here: which one he names is not looked for among the forms of others.
        words = ["撤回的申请已收到，由工作人员核实后办理。来信没有写受理号（见登记回信的标题）的，请回信补上。"]
    # Of several none: «通过» would withdraw one that nobody named.
    meant = listed[0].ref if len(listed) == 1 and not is_anothers else ""
    several = f"（登记有 {'、'.join(one.ref for one in listed)}）" if len(listed) > 1 else ""
    asked = "发件地址未通过发信验证，请核实" if failed_check(case.read) else "已回信询问"
    which = f"但没有写明是哪一项{several}，{asked}" if listed else "来信邮箱没有登记，请核实是哪一项、能否撤回"
    review = ReviewItem(ReviewReason.WITHDRAWAL, f"来信要求撤回，{which}", ref=meant)
    return Decision(
        Outcome.COMMAND,
        "withdrawal unclear",
        reply=unit_reply(example, listed[0].unit if listed else "", *words),
        ref=example,
        reviews=(review,),
    )


def name_of(one: KnownSubmission) -> str:
    return one.title or kind_label(one.kind)


def not_found(refs: Sequence[str]) -> str:
    return f"没有找到受理号 {'、'.join(refs)}，请核对后重新发送。"


def name_unit(request: Request, case: Case) -> Decision | None:
    """The forms of the mail that this one answers go to the unit that the sender names."""
    targets = [one for ref in case.known.answered if (one := case.known.ref(ref))]
    if not targets:
        return None
    match = case.rules.roster.match(request.argument)
    unit = match.unit.name if match and match.certain else request.argument
    stand = {standing(one, case, in_words=True) for one in targets}
    if stand != {Standing.FREE}:
        reason = next(why for one in targets if (why := why_not(one, case, in_words=True)))
        review = ReviewItem(ReviewReason.UNIT, f"来信称单位应为“{unit}”：{reason}", ref=targets[0].ref)
        reply = unit_reply(targets[0].ref, "", "更正填报单位的申请已收到，由工作人员核实后办理。")
        asks: tuple[Asked, ...] = ()
        if Standing.HELD not in stand:
            items = tuple(item_to_confirm(one) for one in targets)
            reply = Reply(MailKind.ANSWER, "confirm", targets[0].ref, items=items, unit=targets[0].unit)
            reply.context["what"] = f"填报单位更正（改为“{unit}”）"
            asks = tuple(Asked(one.ref, AwaitedAct.UNIT, unit) for one in targets)
        return Decision(Outcome.COMMAND, "unit held", reply=reply, ref=targets[0].ref, reviews=(review,), asks=asks)
    return unit_named(targets, unit)


def unit_named(targets: Sequence[KnownSubmission], unit: str) -> Decision:
    """These forms are *unit*'s, and the sender is told so."""
    changes = tuple(StatusChange(one.id, one.ref, one.status, unit=unit) for one in targets)
    lines = tuple(f"{one.ref}（{name_of(one)}）已改为“{unit}”报送，原登记单位为“{one.unit}”。" for one in targets)
    reply = unit_reply(targets[0].ref, unit, *lines)
    return Decision(Outcome.COMMAND, "unit", reply=reply, ref=targets[0].ref, changes=changes)


def unheeded(name: str, doubt: str) -> Decision:
    """A command (*name*: its word) or letter from a coordinator's address that may be somebody else's: only the coordinator knows whether he wrote it, so he is told."""
    what = f"指令“{name}”，没有执行" if name else "信，没有办理"
    told = (f"收到以您的邮箱发来的{what}。{doubt}", "如果不是您本人所发，请告知管理员：有人在冒用您的邮箱。")
    reply = replace(plain_reply("", "指令没有执行" if name else "来信没有办理", told), template="command_unheeded")
    review = ReviewItem(ReviewReason.UNHEEDED, f"以工作人员邮箱发来的{what}：{doubt}")
    return Decision(Outcome.NO_FORM, "command unheeded", reply=reply, reviews=(review,))


def refused(request: Request, *words: str) -> Decision:
    return Decision(
        Outcome.COMMAND,
        f"{request.wish}: unknown reference",
        reply=plain_reply(request.ref, "未能办理", words),
        ref=request.ref,
    )


def unit_reply(ref: str, unit: str, *paragraphs: str) -> Reply:
    """A letter to a unit: it greets, and has no heading."""
    return replace(plain_reply(ref, "", paragraphs), unit=unit)


def plain_reply(ref: str, title: str, paragraphs: tuple[str, ...]) -> Reply:
    return Reply(MailKind.ANSWER, "command", ref, context={"title": title, "paragraphs": list(paragraphs), "table": []})
