"""What becomes of one mail: which forms are stored as which version, what is answered, what a person must see. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.problems import Code, Severity, has_errors
from bot.base.replacing import replace
from bot.base.text import files_named
from bot.decision.brakes import no_answer
from bot.decision.compose import blanks, conclude, letter_reference
from bot.decision.cross_checks import checked
from bot.decision.event_pictures import are_event_pictures, thanked
from bot.decision.facts import Case, is_submission
from bot.decision.model import Decision, MailKind, Reply, ReviewItem
from bot.decision.notices import BY_PERSON, changes_in, handed_on, notices_of
from bot.decision.office.asked import at_desk, from_office
from bot.decision.reply import item_of_part, next_steps
from bot.decision.reviews import (
    asks_whose,
    reviews_of_damage,
    reviews_of_others,
    reviews_of_unfinished,
    settled_items,
)
from bot.decision.rules import Rules
from bot.decision.states import Outcome, ReviewReason
from bot.decision.tables import rows_dropped, told_of_tables
from bot.decision.versions.copies import without_copies
from bot.decision.versions.settle import settle
from bot.decision.versions.standing import unit_at
from bot.decision.words.about import text_of
from bot.decision.words.automatic import nobodys_answer, programs_mail, robots_mail
from bot.decision.words.beside import beside, drafts, with_corrections, with_words
from bot.decision.words.changes import settle_changes
from bot.decision.words.confirming import confirmation
from bot.decision.words.granting import COMMANDS, decide_request, unheeded, unit_reply
from bot.decision.words.letter import LACKING, answer_letter, is_talk, unit_of_sender
from bot.decision.words.passed_on import for_person, joined
from bot.decision.words.requests import FOR_UNITS, Wish, doubt_about
from bot.documents.bystanders import may_be_spared
from bot.forms.model import Form
from bot.forms.units.assign import UnitGuess


def decide(case: Case) -> Decision:
    """The whole decision about one mail."""
    read, known, rules = case.read, case.known, case.rules
    decision = decided(case)
    reply = decision.reply and replace(decision.reply, unit=greeted(decision.reply.unit, case, decision.reply.template))
    decision = replace(decision, reply=reply)
    to_sender = reply is not None and not known.is_reply_to_known and shows_forms(reply)
    told = {read.sender, *(() if to_sender else (rules.answer_to(read.message).email,))}
    is_office = read.at_desk or read.sender in rules.coordinators
    by = BY_PERSON if is_office else f"以上修改来自 {read.sender}。"
    notices = (
        *decision.notices,
        *notices_of(changes_in(decision, case), by, told, case),
        *handed_on(decision, case),
        *told_of_tables(decision, case),
    )
    notices = tuple(replace(one, reply=greeting(one.reply, one.to_email, rules)) for one in notices)
    damage = () if decision.outcome is Outcome.IGNORED else reviews_of_damage(read.message)
    closed = (*decision.closed, *settled_items(decision.settled, case))
    return replace(decision, notices=notices, to_sender=to_sender, reviews=(*decision.reviews, *damage), closed=closed)


def greeting(reply: Reply, to: str, rules: Rules) -> Reply:
    """A letter to another address greets whom the roster names for it, be it about forms of others."""
    return replace(reply, unit=unit_at(to, reply.unit, rules)) if reply.unit else reply


def greeted(unit: str, case: Case, template: str) -> str:
    """Whom the answer greets: the unit that the roster names for the address, be it with forms of others; else *unit*, whose forms they are."""
    if case.read.at_desk or case.read.sender in case.rules.coordinators:
        return unit
    if not unit:
        return unit_of_sender(case) if template == "correction" else unit
    return unit_at(case.read.sender, unit, case.rules)


def shows_forms(reply: Reply) -> bool:
    """Whether a letter holds anything of a form, be it the one that it answers, or words of the one who wrote."""
    return reply.template == "letter" or (
        reply.template not in {"no_form", "command_unheeded"} and bool(reply.ref or reply.items)
    )


def decided(case: Case) -> Decision:
    if case.read.at_desk:
        return at_desk(case)
    case, notes = with_corrections(case)
    read = case.read
    if case.known.duplicate_of is not None:
        return Decision(Outcome.IGNORED, f"duplicate of mail {case.known.duplicate_of}")
    if is_returned(case):
        return Decision(Outcome.IGNORED, read.message.robot)
    kept = without_copies(checked(list(zip(read.submissions(), case.units, strict=True)), case))
    parts = [lenient(form, kept) for form in read.forms if not is_submission(form)]
    problems = [(form.path, problem) for form in parts for problem in form.problems]
    is_faulty = has_errors(problem for _, problem in problems)
    if not kept and not read.message.robot and not read.unfinished:
        programs = None if is_faulty else unasked(case)
        asked = (
            (programs if read.letter.automatic.is_automatic else None)
            or nobodys_answer(case, problems)
            or asked_for(case)
            or pictures_sent(case)
            or programs
            or (None if is_faulty else answer_letter(case, parts))
        )
        if asked:
            return asked
    if not kept and (not is_faulty or read.message.robot):
        return without_forms(case, parts)
    settled, number = settle(kept, case)
    said = beside(case, settled, notes)
    settled = drafts(settled) if said.is_draft else settled
    settled = [*settled, *(one for one in settle_changes(case) if one.ref not in {form.ref for form in settled})]
    asks = dict.fromkeys(filter(None, (asks_whose(settled, case), *(one.asks for one in settled))))
    dropped = rows_dropped(settled, case, {change.ref for change in said.gone})
    return with_words(conclude(case, settled, parts, number, (*asks, *dropped, *said.notes)), said, case.rules)


def unasked(case: Case) -> Decision | None:
    """What becomes of a program's mail that has nothing to do with any letter of ours; None for everything else."""
    return None if is_talk(case) else programs_mail(case.read)


def lenient(part: Form, kept: Sequence[tuple[Form, UnitGuess, tuple[str, ...]]]) -> Form:
    """Beside filled forms, a blank one (the annex that came with the file, the table that is not needed) asks for no correction, nor
    does a file of a kind that nothing opens."""
    if not kept:
        return part
    spared = {Code.BLANK_FORM}
    if part.format == "unknown" and may_be_spared(part.path):
        spared |= {Code.UNREADABLE, Code.TOO_LARGE}
    softened = tuple(
        replace(problem, severity=Severity.WARNING) if problem.code in spared else problem for problem in part.problems
    )
    return replace(part, problems=softened)


def is_returned(case: Case) -> bool:
    """A non-delivery report or a mail of our own: whatever forms it carries, they were sent by us or were here before."""
    return bool(case.read.message.bounced_to) or case.read.sender in case.rules.own


def asked_for(case: Case) -> Decision | None:
    """What a person asks for in words, where the mail holds no form."""
    read, rules = case.read, case.rules
    from_coordinator = read.sender in rules.coordinators
    if from_coordinator and (done := from_office(case)):
        refusal = no_answer(case, template=done.reply.template) if done.reply else ""
        return replace(done, reply=None, why=refusal) if refusal else done
    request = read.heard.request
    if request is None:
        return None
    doubt = "" if request.wish in FOR_UNITS else doubt_about(read.message, rules.trusted_servers, rules.require_auth)
    if request.wish is Wish.CONFIRM:
        decision: Decision | None = confirmation(request, case)
    else:
        decision = unheeded(COMMANDS[request.wish], doubt) if doubt else decide_request(request, case)
    if decision is None or decision.reply is None:
        return decision
    refusal = no_answer(case, template=decision.reply.template)
    return replace(decision, reply=None, why=refusal) if refusal else decision


def without_forms(case: Case, parts: Sequence[Form]) -> Decision:
    """Mail in which nothing is to be stored: a robot's is ignored, a person's goes to a person and is answered at most once a day."""
    read = case.read
    if read.unfinished:
        return left_unread(case)
    if read.message.robot:
        return robots_mail(case)
    ref, number = letter_reference(case, case.known.last_number)
    written = for_person(joined(read.letter.statements, text_of(read.message)))
    detail = "来信中没有找到申报表、汇总表或总结材料" + (f"（附件 {len(parts)} 个）" if parts else "") + f"：{written}"
    files = [document for document in read.documents if not document.is_body]
    reply = Reply(
        MailKind.ANSWER,
        "no_form",
        ref,
        items=tuple(item_of_part(part) for part in parts),
        unit=unit_of_sender(case),
        attach=() if case.known.mine else blanks((), case.rules),
        next_steps=next_steps(case.rules.deadlines, case.now),
        notes=(LACKING,) if read.letter.says_attached and not files else (),
    )
    refusal = no_answer(case, template="no_form")
    detail += f"；未自动回复：{refusal}" if refusal else ""
    reviews = (ReviewItem(ReviewReason.NO_FORM, detail), *reviews_of_others(parts))
    if refusal:
        return Decision(Outcome.NO_FORM, refusal, reviews=reviews)
    return Decision(Outcome.NO_FORM, "", reply=reply, reviews=reviews, ref=ref, last_number=number)


def pictures_sent(case: Case) -> Decision | None:
    """Pictures of an activity, sent by themselves when it is over: kept and thanked for, no occasion for a blank form."""
    if not are_event_pictures(case):
        return None
    ref, number = letter_reference(case, case.known.last_number)
    decision = thanked(case, ref, number)
    refusal = no_answer(case, template="command")
    return replace(decision, reply=None, ref="", last_number=0, why=refusal) if refusal else decision


def left_unread(case: Case) -> Decision:
    """Nothing was found in a mail that could not be read to its end: a person opens it, its sender need do nothing."""
    names = files_named([document.name for document in case.read.unfinished])
    words = f"来信已收到。附件{names}较大、较多或较复杂，程序没有读完，工作人员会打开查看并登记，不必重新发送。"
    ref, number = letter_reference(case, case.known.last_number)
    reply = unit_reply(ref, unit_of_sender(case), words)
    refusal = no_answer(case, template=reply.template)
    return Decision(
        Outcome.NO_FORM,
        refusal,
        reply=None if refusal else reply,
        reviews=tuple(reviews_of_unfinished(case.read)),
        ref="" if refusal else ref,
        last_number=0 if refusal else number,
    )
