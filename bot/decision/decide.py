"""What becomes of one mail: which forms are stored as which version, what is answered, what a person must see. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.base.problems import Code, Problem, Severity, has_errors
from bot.decision.brakes import no_answer
from bot.decision.compose import blanks, compose
from bot.decision.cross_checks import checked
from bot.decision.event_pictures import are_event_pictures, thanked
from bot.decision.facts import Act, Case, Read, is_submission
from bot.decision.model import Decision, ItemState, MailKind, Reply, ReviewItem, Settled
from bot.decision.notices import BY_PERSON, changes_in, handed_on, notices_of
from bot.decision.office.asked import from_office
from bot.decision.reply import item_of_part, next_steps
from bot.decision.reviews import (
    reviews_of,
    reviews_of_damage,
    reviews_of_others,
    reviews_of_parts,
    reviews_of_sender,
    reviews_of_unfinished,
    settled_items,
)
from bot.decision.states import Outcome, ReviewReason
from bot.decision.tables import told_of_tables
from bot.decision.versions.copies import without_copies
from bot.decision.versions.settle import settle
from bot.decision.words.automatic import nobodys_answer, programs_mail, robots_mail
from bot.decision.words.beside_forms import beside, with_words
from bot.decision.words.confirming import Confirmed, confirm
from bot.decision.words.corrections import LACKING, not_understood_notes, settle_answers, targets
from bot.decision.words.granting import COMMANDS, decide_request, plain_reply, unheeded, unit_named, withdrawn
from bot.decision.words.passing_on import answer_to_words, letter_passed_on, unit_of_sender
from bot.decision.words.requests import FOR_UNITS, Request, Wish, doubt_about, read_request
from bot.decision.words.said_beside import ASKS, for_person, note_beside, sentences
from bot.documents.bystanders import may_be_spared
from bot.forms.model import Form, Kind
from bot.forms.units.assign import UnitGuess
from bot.statements.wording.automatic import CHANGE, read_automatic
from bot.statements.wording.words import is_mere_thanks, says_attached

MOST_WORDS = 20_000  # characters
# So often may words change a form within 24 hours; then a person looks.
MOST_WORDED = 3


def decide(case: Case) -> Decision:
    """The whole decision about one mail."""
    read, known, rules = case.read, case.known, case.rules
    decision = decided(case)
    reply = decision.reply
    to_sender = reply is not None and not known.is_reply_to_known and shows_forms(reply)
    told = {read.sender, *(() if to_sender else (rules.answer_to(read.message).email,))}
    by = BY_PERSON if read.sender in rules.coordinators else f"以上修改来自 {read.sender}。"
    notices = (
        *decision.notices,
        *notices_of(changes_in(decision, case), by, told, rules),
        *handed_on(decision, case),
        *told_of_tables(decision, case),
    )
    damage = () if decision.outcome is Outcome.IGNORED else reviews_of_damage(read.message)
    closed = (*decision.closed, *settled_items(decision.settled, case))
    return replace(decision, notices=notices, to_sender=to_sender, reviews=(*decision.reviews, *damage), closed=closed)


def shows_forms(reply: Reply) -> bool:
    """Whether a letter holds anything of a form, be it the one that it answers."""
    return reply.template not in {"no_form", "command_unheeded"} and bool(reply.ref or reply.items)


def decided(case: Case) -> Decision:
    read = readable(case.read)
    case = replace(case, read=read)
    if case.known.duplicate_of is not None:
        return Decision(Outcome.IGNORED, f"duplicate of mail {case.known.duplicate_of}")
    if is_returned(case):
        return Decision(Outcome.IGNORED, read.message.robot)
    kept = without_copies(checked(list(zip(read.submissions(), case.units, strict=True)), case))
    parts = [lenient(form, kept) for form in read.forms if not is_submission(form)]
    problems = [(form.path, problem) for form in parts for problem in form.problems]
    if not kept and not read.message.robot and not read.unfinished:
        asked = (
            nobodys_answer(case, problems)
            or asked_for(case)
            or pictures_sent(case)
            or answered_in_words(case, problems)
        )
        if asked:
            return asked
    if not kept and (not has_errors(problem for _, problem in problems) or read.message.robot):
        return without_forms(case, parts)
    settled, number = settle(kept, case)
    said = beside(read, settled)
    asks = dict.fromkeys(one.asks for one in settled if one.asks)
    notes = (*asks, *note_beside(said, [one.ref for one in settled if one.before is None]))
    return with_words(conclude(case, settled, parts, number, notes), said)


def readable(read: Read) -> Read:
    """The mail with no more words than a person writes: what is longer is a document. The rest is not lost, its place says where it is."""
    text = read.message.new_text
    cut = text[:MOST_WORDS] + "\n正文过长，其余内容请看来信原件。"
    return read if len(text) <= MOST_WORDS else replace(read, message=replace(read.message, new_text=cut))


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


def conclude(
    case: Case,
    settled: Sequence[Settled],
    parts: Sequence[Form],
    number: int,
    notes: tuple[str, ...] = (),
) -> Decision:
    """Outcome, answer and what a person must see, once it is settled what is stored. *number* is the last reference given out."""
    read = case.read
    problems = [(form.path, problem) for form in parts for problem in form.problems]
    outcome = outcome_of(settled, [problem for _, problem in problems])
    reviews = [*reviews_of(settled), *reviews_of_sender(settled, case), *reviews_of_parts(problems)]
    reviews += [*reviews_of_others(parts), *reviews_of_unfinished(read)]
    ref = next((one.ref for one in settled), "")
    if not ref:
        ref, number = letter_reference(case, number)
    told = next((one.ref for one in settled if one.is_told), "" if settled else ref)
    reply = replace(compose(case, settled, parts, told, outcome), notes=(*notes, *notes_on_files(read, settled)))
    refusal = no_answer(case, template=reply.template, has_forms=bool(settled))
    if refusal:
        reviews.append(ReviewItem(ReviewReason.NOT_ANSWERED, refusal))
    elif read.message.program and settled and not case.known.sender_units:
        # Once for each address: afterwards it is one of the unit's.
        reviews.append(
            ReviewItem(
                ReviewReason.PROGRAM, f"由办公系统或群发地址发来（{read.message.program}），已登记，请留意", ref=ref
            )
        )
    if read.in_spam:
        reviews.append(ReviewItem(ReviewReason.FOUND_IN_SPAM, "此邮件在垃圾邮件文件夹中，请核对来信单位"))
    return Decision(
        outcome,
        refusal,
        tuple(settled),
        None if refusal else reply,
        tuple(reviews),
        ref,
        number,
        tuple(problems),
        {path: one.unit for one in settled for path in one.paths},
    )


def notes_on_files(read: Read, settled: Sequence[Settled]) -> list[str]:
    """What the readers have to say of the files whose forms were read (a hidden sheet was left out)."""
    taken = {path for one in settled for path in one.paths}
    notes = [f"附件“{d.name}”：{note}。" for d in read.documents if d.path in taken for note in d.notes]
    return list(dict.fromkeys(notes))[:5]


def letter_reference(case: Case, number: int) -> tuple[str, int]:
    """The reference of a letter without forms, and the highest number given out with it; an answer to a letter of ours keeps that of its thread."""
    given = case.known.given.get("") or case.known.thread
    return (given, number) if given else (case.rules.reference(number + 1), number + 1)


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
    request = read_request(read.message, from_coordinator=from_coordinator, confirms=bool(case.known.waiting))
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


def confirmation(request: Request, case: Case) -> Decision | None:
    """«确认»: what waited for it takes effect, and is answered as if it had come just now."""
    found = confirm(request, case)
    if not isinstance(found, Confirmed):
        return found
    targets = [one for waiting in found.waiting if (one := case.known.ref(waiting.ref))]
    if found.shown:
        outcome = outcome_of(found.shown, [])
        reply = replace(compose(case, found.shown, (), found.shown[0].ref, outcome), notes=("已按贵单位的确认生效。",))
        decision = Decision(Outcome.COMMAND, "confirmed", settled=found.stored, reply=reply, ref=found.shown[0].ref)
    elif found.waiting[0].act is Act.UNIT:
        decision = unit_named(targets, found.waiting[0].unit)
    else:
        decision = withdrawn(targets, (), (), case)
    return replace(decision, changes=found.changes, confirmed=found.ids)


def answered_in_words(case: Case, problems: Sequence[tuple[str, Problem]]) -> Decision | None:
    """An answer to one of our mails that only has words: what it changes, or (nothing understood) a person's work without a form letter."""
    read, known = case.read, case.known
    if has_errors(problem for _, problem in problems):
        return None
    if not known.answered:
        # A «收到，谢谢» whose program drops the thread, or to a reminder: from whoever had to do with us before it asks for nothing.
        if (known.sender_units or known.thread is not None) and is_thanks(read):
            return Decision(Outcome.NO_FORM, "courtesy only")
        # A letter of its own by whoever has one activity only: a word of change can be about nothing else.
        only = [one.ref for one in known.mine if one.kind is Kind.REGISTRATION]
        if len(only) != 1 or not CHANGE.search(read.message.new_text):
            return None
        known = replace(known, answered=(only[0],))
        case = replace(case, known=known)
    settled, unknown = settle_answers(case)
    if not settled:
        return nothing_answered(case, unknown)
    if often := next((one.ref for one in settled if known.worded.get(one.ref, 0) >= MOST_WORDED), ""):
        why = f"24小时内已按来信中的文字修改 {often} {MOST_WORDED} 次"
        review = ReviewItem(
            ReviewReason.WORDS,
            f"{why}，这次没有修改，也没有回信，请人工查看：{for_person([read.message.new_text])}",
            ref=often,
        )
        return Decision(Outcome.NO_FORM, why, reviews=(review,), ref=often)
    decision = conclude(case, settled, [], known.last_number, not_understood_notes(unknown))
    if not unknown:
        return decision
    review = ReviewItem(
        ReviewReason.WORDS, f"回信中这些话没有办理，请人工查看：{for_person(unknown)}", ref=settled[0].ref
    )
    return replace(decision, reviews=(*decision.reviews, review))


def nothing_answered(case: Case, unknown: Sequence[str]) -> Decision | None:
    """Words in one of our threads that change nothing: thanks need no answer; all else goes to a person, and whoever tried to answer
    is told once a day how to."""
    known = case.known
    ref, text = known.answered[0], case.read.message.new_text
    is_open = any(problem.is_error for one in targets(known) for problem in one.problems)
    if is_thanks(case.read, is_asked=is_open):
        return Decision(Outcome.NO_FORM, "courtesy only", ref=ref if known.ref(ref) else "")
    if not known.by_thread:
        return None
    review = ReviewItem(ReviewReason.WORDS, f"回信未能自动办理，请人工查看：{for_person([text])}", ref=ref)
    reading = read_automatic(text)
    is_program = reading.is_strong and not reading.is_human
    reply = None if is_program else answer_to_words(case, unknown)
    refusal = no_answer(case, template=reply.template) if reply else ""
    why = refusal or "answer in words that was not understood"
    return Decision(Outcome.NO_FORM, why, reply=None if refusal else reply, reviews=(review,), ref=ref)


def is_thanks(read: Read, *, is_asked: bool = False) -> bool:
    """Courtesy alone, and no file beside it (a signature's picture is none). *is_asked*: something is still to be answered."""
    has_file = any(not document.is_body and document.format != "image" for document in read.documents)
    return is_mere_thanks(read.message.new_text, is_asked=is_asked) and not has_file


def outcome_of(settled: Sequence[Settled], problems: Sequence[Problem]) -> Outcome:
    if settled and all(one.state is ItemState.UNCHANGED for one in settled):
        return Outcome.UNCHANGED
    is_wrong = any(problem.is_error for problem in problems) or any(
        one.state is ItemState.NEEDS_CORRECTION or (one.state is ItemState.UNCHANGED and not one.form.is_correct)
        for one in settled
    )
    return Outcome.NEEDS_CORRECTION if is_wrong else Outcome.ACCEPTED


def without_forms(case: Case, parts: Sequence[Form]) -> Decision:
    """Mail in which nothing is to be stored: a robot's is ignored, a person's goes to a person and is answered at most once a day."""
    read = case.read
    if read.unfinished:
        return left_unread(case)
    if read.message.robot:
        return robots_mail(case)
    if decision := programs_mail(read):
        return decision
    if decision := letter_passed_on(case, parts):
        return decision
    ref, number = letter_reference(case, case.known.last_number)
    written = for_person(sentences(read.message.new_text))
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
        notes=(LACKING,) if says_attached(read.message.new_text) and not files else (),
        context={"is_passed_on": not parts and any(ASKS.search(one) for one in sentences(read.message.new_text))},
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
    names = "、".join(f"“{document.name}”" for document in case.read.unfinished[:5])
    words = f"来信已收到。附件{names}较大或较复杂，程序没有读完，工作人员会打开查看并登记，不必重新发送。"
    ref, number = letter_reference(case, case.known.last_number)
    reply = plain_reply(ref, "来信已收到", (words,))
    refusal = no_answer(case, template=reply.template)
    return Decision(
        Outcome.NO_FORM,
        refusal,
        reply=None if refusal else reply,
        reviews=tuple(reviews_of_unfinished(case.read)),
        ref="" if refusal else ref,
        last_number=0 if refusal else number,
    )
