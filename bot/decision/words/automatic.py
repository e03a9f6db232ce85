"""Mails that nobody wrote, or perhaps nobody: they change nothing, are not answered, and where it is not certain a person sees them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base.clean import one_line
from bot.base.problems import Problem, has_errors
from bot.decision.brakes import no_answer
from bot.decision.facts import Case, Read
from bot.decision.model import Decision, ReviewItem
from bot.decision.states import Outcome, ReviewReason
from bot.decision.words.corrections import how_to_answer, names_value
from bot.decision.words.said_beside import MOST_SHOWN, for_person
from bot.message.origin.robots import BOUNCE, CALENDAR, OWN, RECALL, RECEIPT, REPORT, VACATION
from bot.statements.wording.automatic import CHANGE, is_letter, is_question, read_automatic
from bot.statements.wording.words import is_mere_thanks

# Kinds of robots' mails in which no person can have written a word.
WORDLESS = (OWN, BOUNCE, REPORT, RECEIPT, RECALL, CALENDAR)
# Robots by their subject or text, without any mark in the header.
IN_WORDS_ONLY = (f"{VACATION}：主题", f"{VACATION}：正文")


def nobodys_answer(case: Case, problems: Sequence[tuple[str, Problem]]) -> Decision | None:
    """What becomes of a letter that reads as a program's; None for a person's.

    One that formulas explain wholly needs nobody, unless it names a value that is asked for: then a person looks, as where anything else
    stands in it. «来信收悉，活动地点：…» is a person's. Who may well be one is told that a person looks.
    """
    read = case.read
    text = read.message.new_text.strip() or read.message.subject
    reading = read_automatic(text)
    if (
        has_errors(problem for _, problem in problems)
        or not reading.is_automatic
        or (reading.rest and not reading.is_strong)
    ):
        return None
    has_file = any(not document.is_body and document.format != "image" for document in read.documents)
    ref = next((ref for ref in case.known.answered if case.known.ref(ref)), "")
    if reading.is_whole and not has_file and not names_value(case, of_the_form=reading.is_strong):
        outcome = Outcome.IGNORED if reading.is_strong and not is_mere_thanks(text) else Outcome.NO_FORM
        return Decision(outcome, f"acknowledgement: {reading.sign}", ref=ref)
    reply = None if reading.is_strong else how_to_answer(case, (one_line(text, MOST_SHOWN),))
    refusal = no_answer(case, template=reply.template) if reply else ""
    done = "" if reply and not refusal else "，也未回信"
    detail = f"像是自动回复，未改动登记{done}，请人工查看：{for_person([text])}"
    return Decision(
        Outcome.NO_FORM,
        refusal or f"reads like an acknowledgement: {reading.sign}",
        reply=None if refusal else reply,
        ref=ref,
        reviews=(ReviewItem(ReviewReason.WORDS, detail, ref=ref),),
    )


def robots_mail(case: Case) -> Decision:
    """A robot's mail without forms. Where it is known by a mark alone and a person's question stands in it, somebody looks at it; where
    only its words give it away, also what it says of a value, a change or a form."""
    read = case.read
    robot, text = read.message.robot, read.message.new_text
    reading = read_automatic(text)
    is_persons = not reading.sign and is_letter(text) and is_question(text)
    if robot.startswith(IN_WORDS_ONLY):
        is_persons = is_persons or reading.is_human or bool(not reading.sign and CHANGE.search(text))
        is_persons = is_persons or names_value(case, of_the_form=True)
    if robot.startswith(WORDLESS) or not is_persons:
        return Decision(Outcome.IGNORED, robot)
    ref = next((ref for ref in case.known.answered if case.known.ref(ref)), "")
    detail = f"来信像是自动发送的（{robot}），没有回信，请人工查看：{for_person([text or read.message.subject])}"
    return Decision(Outcome.NO_FORM, robot, ref=ref, reviews=(ReviewItem(ReviewReason.WORDS, detail, ref=ref),))


def programs_mail(read: Read) -> Decision | None:
    """A mail without forms that a program sent to us unasked and that no person wrote, as far as can be told; None for a letter."""
    message = read.message
    if not message.program or is_letter(message.new_text):
        return None
    return Decision(Outcome.IGNORED, message.program)
