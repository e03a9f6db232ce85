"""Words that the bot cannot settle: they go to a person of the office, and whoever wrote them is told so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.decision.brakes import no_answer
from bot.decision.facts import Case, Known
from bot.decision.model import Decision, MailKind, Reply, ReviewItem
from bot.decision.reviews import reviews_of_others
from bot.decision.states import Outcome, ReviewReason
from bot.decision.words.corrections import LACKING, TRIED, how_to_answer, not_understood_notes, targets
from bot.decision.words.granting import COMMANDS, plain_reply
from bot.decision.words.said_beside import ASKS, for_person, sentences
from bot.forms.model import Form

MOST_MINE = 10  # forms that the answer to a letter lists
MOST_FILES = 10


def letter_passed_on(case: Case, parts: Sequence[Form]) -> Decision | None:
    """A question or a wish by whoever has forms here, in answer to a letter of ours, or by a coordinator: a person answers, and it is no
    occasion for a blank form. None for anybody else's, and for files of another kind than ours that came without our asking."""
    known = case.known
    named = any(known.ref(ref) for ref in known.answered)
    is_talk = named or known.mine or known.thread is not None
    is_offices = writes_for_office(case)
    if not is_offices and (parts or not is_talk):
        return None
    words = tuple(sentences(case.read.message.new_text))
    theirs = known if named else replace(known, answered=tuple(one.ref for one in known.mine[:MOST_MINE]))
    reply = answer_to_words(replace(case, known=theirs), words) if words or is_offices else None
    if reply is None:
        return None
    refusal = no_answer(case, template=reply.template)
    told = f"；未自动回复：{refusal}" if refusal else ""
    review = ReviewItem(ReviewReason.WORDS, f"来信未能自动办理，请人工查看：{for_person(words)}{told}", ref=reply.ref)
    reviews = (review, *reviews_of_others(parts))
    return Decision(Outcome.NO_FORM, refusal, reply=None if refusal else reply, reviews=reviews, ref=reply.ref)


def answer_to_words(case: Case, unknown: Sequence[str]) -> Reply | None:
    """The answer to words of a person that change nothing: how to write a change, for whoever tried one or is still to put something right;
    that they were passed on, for whoever asks or tells anything. None where nothing was said and no file came."""
    read, known = case.read, case.known
    if writes_for_office(case):
        return to_office(case)
    reply = how_to_answer(case, unknown)
    said = tuple(sentences(read.message.new_text))
    if reply and (LACKING in reply.notes or any(TRIED.search(one) and not ASKS.search(one) for one in said)):
        return reply
    files = tuple(document.name for document in read.documents if not document.is_body)
    if not said and not files:
        return reply
    if reply is None or not any(problem.is_error for item in reply.items for problem in item.problems):
        unit = reply.unit if reply else unit_of_sender(case)
        reply = Reply(MailKind.ANSWER, "not_understood", thread_reference(known), unit=unit, not_understood=files)
    context = {**reply.context, "is_passed_on": True}
    return replace(reply, notes=not_understood_notes(said, is_taught=True), context=context)


def thread_reference(known: Known) -> str:
    """The reference under which a mail without forms goes on: of the form that it answers or names, of the letter that it answers, of the
    sender's own form; empty where there is none."""
    named = next((one.ref for one in targets(known)), "")
    return named or known.thread or next((one.ref for one in known.mine), "")


def unit_of_sender(case: Case) -> str:
    """Whom a letter without forms greets: the unit of the roster's address, else the one for which the sender always wrote."""
    listed, earlier = case.rules.roster.by_sender(case.read.sender), case.known.sender_units
    if len(listed) == 1:
        return listed[0].unit.name
    return earlier[0] if len(earlier) == 1 else ""


def writes_for_office(case: Case) -> bool:
    """A coordinator who has no forms of his own here writes as the office, not as a unit."""
    return case.read.sender in case.rules.coordinators and not case.known.mine


def to_office(case: Case) -> Reply:
    """To a coordinator whose mail is no command: nothing was done, and what can be asked."""
    files = [f"“{document.name}”" for document in case.read.documents if not document.is_body]
    words = ["来信已列入“需要人工处理”清单。"]
    if files:
        more = "等" if len(files) > MOST_FILES else ""
        words.append(f"附件{'、'.join(files[:MOST_FILES])}{more}已留存，不是本次活动的表格。")
    told = "、".join(COMMANDS.values())
    words.append(f"需要查询或办理的，请在正文第一行只写一条指令：{told}（查询后写单位名称，通过、退回后写受理号）。")
    return replace(plain_reply(thread_reference(case.known), "来信没有自动办理", tuple(words)), template="command_unknown")
